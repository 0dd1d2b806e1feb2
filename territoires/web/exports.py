"""The rows behind every figure, as files: `/export/ouvertures.csv?au=2021-05-04&terr=reg-44`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.accounts import who
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.roles import Permission
from territoires.domain.scope import Scope
from territoires.domain.siting import InfeasibleError
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.file_names import file_name
from territoires.exchange.xlsx_export import ReadMe, xlsx_bytes
from territoires.french import cells, faults
from territoires.french import siting as siting_words
from territoires.french import web as words
from territoires.french.definitions import DEFINITIONS
from territoires.french.places import typeset
from territoires.french.words import COLUMNS, PERIMETERS
from territoires.queries import (
    courses,
    coverage,
    enrolments,
    regions,
    rollout,
    siting,
    sources,
    town_history,
    town_sheet,
)
from territoires.queries.territories import followed, place
from territoires.web import extras, map_extras
from territoires.web.browser import session_token

Extras = Callable[[Mapping[str, str]], dict[str, Any]]

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


_NARROWING: Final = (address.TERRITORY, address.PERIMETER)
# What a figure is worth: a town hall within some ten metres, a distance between two of them within
# a hundred, a share of inhabitants by the hundredth of a percent.
_DECIMALS: Final = {
    "latitude": 4,
    "longitude": 4,
    "km": 1,
    "share": 4,
    "covered_share": 4,
    "target_share": 4,
    "per_million": 2,
}
_BY_SIZE: Final = {"rate", "median"}  # of shares or of people, by the indicator
_LARGE: Final = 1000


def _nothing_more(_params: Mapping[str, str]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Export:
    """What a name downloads: a query, its title, and the filters that it reads in the address.

    `extras` reads the filters of one page (ValueError: nonsense); `is_scoped` tells whether the
    common bar narrows the rows, `note` what else is to be known of them. `permission`: what one
    must hold throughout the territory, if the file is not for everybody; its query then takes
    `more`.
    """

    query: Callable[..., pd.DataFrame]
    title: str
    is_scoped: bool = True
    extras: Extras = _nothing_more
    permission: Permission | None = None
    note: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


EXPORTS: Final[dict[str, Export]] = {
    "ouvertures": Export(query=rollout.openings, title=words.EXPORT_OPENINGS),
    "ouvertures-possibles": Export(
        query=rollout.possible_openings, title=words.EXPORT_POSSIBLE_OPENINGS
    ),
    "centres": Export(query=rollout.centre_list, title=words.EXPORT_CENTRES),
    "trimestres": Export(query=rollout.quarters, title=words.EXPORT_QUARTERS),
    "totaux-publies": Export(query=rollout.published_figures, title=words.EXPORT_PUBLISHED),
    "inscriptions-centres": Export(
        query=enrolments.transmissions, title=words.EXPORT_CENTRE_COUNTS, extras=extras.of_centres
    ),
    "inscriptions-transmises": Export(
        query=enrolments.given, title=words.EXPORT_CENTRE_COUNTS, extras=extras.of_centres
    ),
    "inscriptions-regions": Export(
        query=enrolments.totals, title=words.EXPORT_REGION_COUNTS, extras=extras.counts
    ),
    "inscriptions-ages": Export(
        query=enrolments.by_age, title=words.EXPORT_AGES, extras=extras.counts
    ),
    "inscriptions-filieres": Export(
        query=enrolments.by_field, title=words.EXPORT_FIELD_COUNTS, extras=extras.of_year
    ),
    "inscriptions-formations": Export(
        query=enrolments.by_course, title=words.EXPORT_COURSE_COUNTS, extras=extras.of_field
    ),
    "inscriptions-detail": Export(
        query=enrolments.cells, title=words.EXPORT_CELLS, extras=extras.of_field
    ),
    "inscriptions-internes": Export(
        query=enrolments.cells,
        title=words.EXPORT_CELLS,
        extras=extras.of_field,
        permission=Permission.SEE_SMALL_COUNTS,
        more={"may_see_small": True},
    ),
    "effectifs-publies": Export(query=enrolments.published, title=words.EXPORT_ATTENDANCE),
    "formations": Export(
        query=courses.catalogue,
        title=words.EXPORT_CATALOGUE,
        extras=extras.catalogue,
        note=words.EXPORT_NATIONAL_CATALOGUE,
    ),
    "offre": Export(query=courses.offerings, title=words.EXPORT_OFFERINGS, extras=extras.of_course),
    "formations-proches": Export(query=courses.near, title=words.EXPORT_NEAR, extras=extras.near),
    "filieres-regions": Export(query=courses.heat, title=words.EXPORT_HEAT),
    "carte": Export(query=coverage.places, title=words.EXPORT_MAP, extras=map_extras.points),
    "couverture-par-rayon": Export(
        query=coverage.by_radius, title=words.EXPORT_BY_RADIUS, extras=map_extras.way
    ),
    "couverture-par-territoire": Export(
        query=coverage.by_territory,
        title=words.EXPORT_BY_TERRITORY,
        extras=map_extras.territories,
    ),
    "distances": Export(query=coverage.acv_distances, title=words.EXPORT_DISTANCES),
    "ou-ouvrir": Export(query=siting.plan, title=words.EXPORT_NEXT, extras=map_extras.plan),
    "candidates": Export(
        query=siting.candidates, title=words.EXPORT_CANDIDATES, extras=map_extras.candidates
    ),
    "etapes": Export(query=town_sheet.stages, title=words.EXPORT_STAGES, extras=extras.of_town),
    "centres-proches": Export(
        query=town_sheet.nearest_centres, title=words.EXPORT_NEAREST, extras=extras.of_town
    ),
    "villes-voisines": Export(
        query=town_sheet.neighbours, title=words.EXPORT_NEIGHBOURS, extras=extras.of_town
    ),
    "formations-ville": Export(
        query=town_sheet.courses, title=words.EXPORT_OFFERINGS, extras=extras.of_town
    ),
    "effectifs-ville": Export(
        query=town_sheet.enrolments, title=words.EXPORT_CENTRE_COUNTS, extras=extras.of_town
    ),
    "totaux-publies-ville": Export(
        query=town_sheet.figures, title=words.EXPORT_PUBLISHED, extras=extras.of_town
    ),
    "historique-ville": Export(
        query=town_history.history, title=words.EXPORT_HISTORY, extras=extras.of_town
    ),
    "territoires": Export(
        query=regions.territories, title=words.EXPORT_TERRITORIES, extras=extras.of_grain
    ),
    "courbes-territoires": Export(
        query=regions.burn_ups, title=words.EXPORT_BURN_UPS, extras=extras.of_grain
    ),
    "evolution-territoires": Export(
        query=regions.slopes, title=words.EXPORT_SLOPES, extras=extras.slopes
    ),
    "comparaison": Export(
        query=regions.comparison, title=words.EXPORT_COMPARISON, extras=extras.comparison
    ),
    "cote-a-cote": Export(
        query=regions.side_by_side, title=words.EXPORT_SIDE_BY_SIDE, extras=extras.side_by_side
    ),
    "services": Export(query=courses.services, title=words.EXPORT_SERVICES, is_scoped=False),
    "sources": Export(query=sources.all_sources, title=words.EXPORT_SOURCES, is_scoped=False),
}


def export_routes(url: str) -> list[BaseRoute]:
    """Make the route of the exports of one database."""

    def export(request: Request) -> Response:
        return _answer(request, url)

    return [Route("/export/{name}.{extension}", export, methods=["GET"])]


def _answer(request: Request, url: str) -> Response:  # noqa: PLR0911 - one refusal each
    found_name = request.path_params["name"]
    found = EXPORTS.get(found_name)
    extension = request.path_params["extension"]
    if found is None or extension not in _TYPES:
        return PlainTextResponse(words.NO_SUCH_EXPORT, status_code=404)
    now = datetime.now(UTC)
    asked = address.read(request.query_params, today=now.astimezone(PARIS).date())
    if asked.problems:
        problem = asked.problems[0]
        message = faults.address_message(problem.code, problem.value)
        return PlainTextResponse(message, status_code=400)
    try:
        with reading(url) as connection:
            territory = followed(connection, territory=asked.scope.territory)
        scope = replace(asked.scope, territory=territory)
        more = found.extras(request.query_params)
    except ValueError as error:
        return PlainTextResponse(words.bad_filter(str(error)), status_code=400)
    try:
        if not _may_have(found, scope, request, url=url, now=now):
            return PlainTextResponse(words.NOT_FOR_YOU, status_code=403)
        body, is_demo = _file(
            found, scope, more | dict(found.more), url=url, now=now, extension=extension
        )
    except TerritoryError as error:
        message = faults.address_message("bad_terr", error.text)
        return PlainTextResponse(message, status_code=400)
    except InfeasibleError as error:
        return PlainTextResponse(siting_words.refusal(error, {}), status_code=400)
    name = file_name(
        _subject(found_name, scope) if found.is_scoped else found_name,
        as_of=scope.as_of,
        known_at=scope.known_at or now,
        extension=extension,
        demo=is_demo,
    )
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=_TYPES[extension], headers=headers)


def _may_have(found: Export, scope: Scope, request: Request, *, url: str, now: datetime) -> bool:
    if found.permission is None:
        return True
    reader = who(url, session_token(request), now=now)
    with reading(url) as connection:
        region = place(connection, territory=scope.territory).region
    return reader is not None and reader.may_throughout(found.permission, region)


def _subject(name: str, scope: Scope) -> str:
    """Name what the rows are narrowed to, so that two files of one day are told apart."""
    narrowed = address.write(scope, today=scope.as_of)
    return " ".join([name, *(narrowed[key] for key in _NARROWING if key in narrowed)])


def _file(  # noqa: PLR0913 - what a file is made of
    found: Export,
    scope: Scope,
    more: dict[str, Any],
    *,
    url: str,
    now: datetime,
    extension: str,
) -> tuple[bytes, bool]:
    """Give the file, and whether all that it holds is made up."""
    with reading(url) as connection:
        must_be_current(connection)
        is_demo = is_demonstration(connection)
        where = place(connection, territory=scope.territory)
        filters = {"scope": scope} | more if found.is_scoped else more
        data = _rounded(_in_french(found.query(connection, **filters)))
        listed = _in_french(sources.all_sources(connection)) if extension == "xlsx" else None
    partial = cells.PARTIAL & set(map(str, data))
    if listed is None:
        return csv_bytes(data, titles=COLUMNS, partial=partial, demo=is_demo), is_demo
    rows = listed[["publisher", "title", "published_on", "reliability", "facts", "url"]].to_dict(
        "records"
    )
    book = xlsx_bytes(
        data,
        COLUMNS,
        sheet=found.title,
        read_me=ReadMe(
            title=found.title,
            as_of=scope.as_of,
            known_at=scope.known_at or now,
            notes=(
                words.EXPORT_SCOPE.format(
                    territory=typeset(where.name), perimeter=PERIMETERS[scope.perimeter]
                )
                if found.is_scoped
                else words.EXPORT_NATIONAL,
                *filter(None, [found.note]),
            ),
            definitions=dict(DEFINITIONS),
        ),
        created_at=now,
        sources=[{str(key): value for key, value in row.items()} for row in rows],
        partial=partial,
        demo=is_demo,
    )
    return book, is_demo


def _rounded(data: pd.DataFrame) -> pd.DataFrame:
    """Take off the decimals that mean nothing."""
    digits = {name: kept for name, kept in _DECIMALS.items() if name in data}
    for name in _BY_SIZE.intersection(data):
        largest = data[name].abs().max()
        digits[name] = 4 if largest <= 1 else 2 if largest < _LARGE else 0
    return data.round(digits)


def _in_french(data: pd.DataFrame) -> pd.DataFrame:
    """Put codes into words; dates and numbers are the file's own matter."""
    coded = {
        str(name): [cells.word(str(name), value) for value in data[name]]
        for name in data
        if cells.is_coded(str(name))
    }
    return data.assign(**coded)
