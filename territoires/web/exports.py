"""The rows behind every figure, as files: `/export/ouvertures.csv?au=2021-05-04&terr=reg-44`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.revision import reading_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.params import read_filters
from territoires.domain.scope import Scope
from territoires.domain.siting import InfeasibleError
from territoires.exchange.formats import FORMATS, file_name
from territoires.exchange.rows import Rows
from territoires.exchange.worded import in_french, rounded
from territoires.french import cells, faults
from territoires.french import exports as words
from territoires.french import siting as siting_words
from territoires.queries import sources
from territoires.queries.exports import EXPORTS, Export
from territoires.queries.territories import place
from territoires.web.moved import present_in
from territoires.web.visitors import reader_of

_CITED: Final = ["publisher", "title", "published_on", "reliability", "url", "facts"]


def export_routes(url: str) -> list[BaseRoute]:
    """Make the route of the exports of one database."""
    return [Route("/export/{name}.{extension}", partial(_answer, url=url), methods=["GET"])]


class NoRowsError(Exception):
    """Why there are no rows, in French."""


def asked_of(
    url: str, name: str, said: Mapping[str, str], *, now: datetime
) -> tuple[Scope, dict[str, Any]]:
    """Read the scope and the filters of an export in an address. Raises NoRowsError."""
    said = present_in(url, said)
    asked = address.read(said, today=now.astimezone(PARIS).date())
    for problem in asked.problems:
        why = faults.address_message(problem.code, problem.value, is_shown=False)
        raise NoRowsError(why)
    try:
        return asked.scope, read_filters(EXPORTS[name].params, said)
    except ValueError as error:
        raise NoRowsError(words.bad_filter(str(error))) from error


@contextmanager
def explained() -> Iterator[None]:
    """Say in French why a query has no answer: raises NoRowsError."""
    try:
        yield
    except TerritoryError as error:
        why = faults.address_message("bad_terr", error.text, is_shown=False)
        raise NoRowsError(why) from error
    except InfeasibleError as error:
        raise NoRowsError(siting_words.refusal(error, {})) from error


def _answer(request: Request, url: str) -> Response:
    found_name = request.path_params["name"]
    found = EXPORTS.get(found_name)
    extension = request.path_params["extension"]
    if found is None or extension not in FORMATS:
        return PlainTextResponse(words.NO_SUCH_EXPORT, status_code=404)
    now = datetime.now(UTC)
    try:
        scope, more = asked_of(url, found_name, request.query_params, now=now)
        with explained():
            if not _may_have(found, scope, request, url=url):
                return PlainTextResponse(words.NOT_FOR_YOU, status_code=403)
            body, is_demo = file_of(found_name, scope, more, url=url, now=now, extension=extension)
    except NoRowsError as error:
        return PlainTextResponse(str(error), status_code=400)
    name = file_name(
        _subject(found_name, scope, more),
        as_of=scope.as_of,
        known_at=scope.known_at or now,
        extension=extension,
        demo=is_demo,
    )
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=FORMATS[extension].media_type, headers=headers)


def _may_have(found: Export, scope: Scope, request: Request, *, url: str) -> bool:
    if found.permission is None:
        return True
    with reading(url) as connection:
        region = place(connection, territory=scope.territory).region
    return reader_of(request, url).may_throughout(found.permission, region)


def _subject(name: str, scope: Scope, more: Mapping[str, Any]) -> str:
    """Name what the rows are narrowed to, so that two files of one day are told apart."""
    found = EXPORTS[name]
    here = address.narrowing(scope) if found.is_scoped else []
    kept = [f"{key} {text}" for key, text in found.said(more).items()]
    return " ".join([name, *here, *kept])


def file_of(  # noqa: PLR0913 - what a file is made of
    name: str,
    scope: Scope,
    more: Mapping[str, Any],
    *,
    url: str,
    now: datetime,
    extension: str,
) -> tuple[bytes, bool]:
    """Give the file, and whether all that it holds is made up.

    Raises TerritoryError for a territory that is none, InfeasibleError.
    """
    found, form = EXPORTS[name], FORMATS[extension]
    with reading_current(url) as connection:
        is_demo = is_demonstration(connection)
        where = place(connection, territory=scope.territory)
        data = rounded(in_french(found.query(connection, scope=scope, **more, **found.more)))
        cited = in_french(sources.all_sources(connection, scope=scope)) if form.cites else None
    # What the scope asked for does not narrow: no file travels without it.
    notes = [] if found.is_scoped else [words.NATIONAL]
    notes += [words.NOTES[name]] if name in words.NOTES else []
    kept = found.said(more)
    rows = Rows(
        frame=data,
        title=words.TITLES[name],
        as_of=scope.as_of,
        known_at=scope.known_at or now,
        made_at=now,
        notes=notes,
        all_notes=[
            *([words.kept(scope, where)] if found.is_scoped else []),
            *notes,
            *([words.filtered(kept)] if kept else []),
        ],
        sources=[] if cited is None else cited[_CITED].to_dict("records"),
        partial=cells.PARTIAL & set(map(str, data)),
        demo=is_demo,
    )
    return form.write(rows), is_demo
