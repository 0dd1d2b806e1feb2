"""Which courses there are, where each is given and since when, and which is given near a town."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db.models import (
    Centre,
    Course,
    Field,
    GuidanceService,
    Offering,
    PublishedFigure,
    Region,
)
from territoires.domain.offers import Offer, offer_on
from territoires.domain.programme import Validation
from territoires.domain.rollout import Life, counted
from territoires.domain.scope import FRANCE, Perimeter, Scope
from territoires.domain.text import fold
from territoires.french import courses as words
from territoires.queries.clocks import known
from territoires.queries.facts import (
    CITED,
    PLACED,
    cited,
    distances,
    of_centre,
    published,
    stands,
    towns,
)
from territoires.queries.frames import by_name, columns, empty, table
from territoires.queries.rollout import lives_in

OFFERINGS = columns(
    "course_key course field_slug field level town_code town department region_code region "
    "centre_id centre state offered mode starts_on_text ends_on_text source source_url"
)
CATALOGUE = columns(
    "course_key course field_slug field credential level mode_list cnam_code rncp_code cpf_status "
    "credits offered_centres offered_at_most offered_towns source source_url"
)
HEAT = columns(
    "field_slug field region_code region offered offered_courses offered_centres courses_at_most "
    "centres_at_most"
)
NEAR = columns("km") | OFFERINGS
SERVICES = columns("service scope confidence url")
ANNOUNCED = columns("indicator value qualifier published_on title source source_url documented")

Row = dict[str, Any]
CERTAIN, AT_MOST = (Offer.OFFERED,), (Offer.OFFERED, Offer.POSSIBLE)

_CPF = {True: "yes", False: "no", None: "unknown"}
_ELSEWHERE = 5


def field_names(connection: Connection) -> list[tuple[str, str]]:
    """List the fields, key and name, in the order of names."""
    rows = connection.execute(select(Field.slug, Field.name))
    return sorted(((slug, name) for slug, name in rows), key=lambda row: fold(row[1]))


def credentials(connection: Connection) -> list[str]:
    """List the kinds of credential of the catalogue."""
    rows = connection.scalars(
        select(Course.credential).where(Course.credential.is_not(None)).distinct()
    )
    return sorted(str(row) for row in rows)


def levels(connection: Connection) -> list[int]:
    """List the levels (European framework) of the catalogue."""
    rows = connection.scalars(select(Course.level).where(Course.level.is_not(None)).distinct())
    return sorted(int(row) for row in rows if row is not None)


def offerings(connection: Connection, *, scope: Scope, course: str = "") -> pd.DataFrame:
    """List what the centres of the scope give on its day, by title and town; columns `OFFERINGS`.

    An offering whose dates are not known is listed while its centre is open: nothing says that it
    is over. `offered` says how far it counts (`domain.offers`).
    """
    rows = given_by(connection, scope, lives_in(connection, scope=scope), course)
    rows.sort(key=lambda row: (fold(row["course"]), fold(row["town"]), row["centre_id"]))
    return table(rows, OFFERINGS)


def given_by(
    connection: Connection, scope: Scope, lives: Iterable[Life], course: str = ""
) -> list[Row]:
    """Read what some centres give on the scope's day: the columns of `OFFERINGS`, and more."""
    here = {life.history.centre_id: life for life in lives}
    statement = of_centre(
        cited(
            select(
                Offering.centre_id,
                Offering.mode,
                Offering.starts_on.label("starts_on_text"),
                Offering.ends_on.label("ends_on_text"),
                Course.key.label("course_key"),
                Course.title.label("course"),
                Course.level,
                Course.credential,
                Course.cpf_eligible.label("cpf"),
                Course.field_slug,
                Field.name.label("field"),
                Centre.name.label("centre"),
                *PLACED,
                *CITED,
            )
            .join(Course, Course.key == Offering.course_key)
            .join(Field, Field.slug == Course.field_slug)
            .join(Centre, (Centre.entity_id == Offering.centre_id) & known(Centre, scope.known_at)),
            Offering,
        )
    ).where(known(Offering, scope.known_at), Offering.validation == Validation.VALIDATED)
    if course:
        statement = statement.where(Course.key == course)
    rows = []
    for row in connection.execute(statement):
        life = here.get(row.centre_id)
        offer = life and offer_on(
            scope.as_of,
            life,
            row.starts_on_text,
            row.ends_on_text,
            with_unproven=scope.with_unproven,
        )
        if life is None or offer is None:
            continue
        rows.append(
            row._asdict()
            | {"mode": row.mode or "", "state": life.state(scope.as_of), "offered": offer}
        )
    return rows


def catalogue(  # noqa: PLR0913 - the filters of one page
    connection: Connection,
    *,
    scope: Scope,
    text: str = "",
    field: str = "",
    level: int = 0,
    mode: str = "",
    credential: str = "",
    cpf: str = "",
    only_offered: bool = False,
) -> pd.DataFrame:
    """List the courses that the filters keep, by title; columns `CATALOGUE`.

    `text` is looked for, folded, in title, key and codes; `level` 0 and empty texts keep all;
    `cpf` is `yes`, `no` or `unknown`. `offered_centres` counts the centres of the scope that give
    the course on its day with certainty, `offered_at_most` those that may; `offered_towns` names
    their towns, and says what keeps the others from being counted. The list itself is national, and
    has no date.
    """
    given: dict[str, list[Row]] = defaultdict(list)
    for row in given_by(connection, scope, lives_in(connection, scope=scope)):
        given[row["course_key"]].append(row)
    statement = cited(
        select(
            *Course.__table__.c,
            Course.key.label("course_key"),
            Course.title.label("course"),
            Field.name.label("field"),
            *CITED,
        ).join(Field, Field.slug == Course.field_slug),
        Course,
    )
    rows = []
    wanted = fold(text)
    for course in connection.execute(statement):
        rows_of = given[course.key]
        modes = sorted({row["mode"] for row in rows_of if row["mode"]})
        said = fold(
            " ".join(filter(None, (course.title, course.key, course.cnam_code, course.rncp_code)))
        )
        if (
            wanted not in said
            or (field and course.field_slug != field)
            or (level and course.level != level)
            or (mode and mode not in modes)
            or (credential and course.credential != credential)
            or (cpf and _CPF[course.cpf_eligible] != cpf)
            or (only_offered and not rows_of)
        ):
            continue
        rows.append(
            course._asdict()
            | {
                "mode_list": ",".join(modes),
                "cpf_status": _CPF[course.cpf_eligible],
                "offered_centres": _number(rows_of, "centre_id", CERTAIN),
                "offered_at_most": _number(rows_of, "centre_id", AT_MOST),
                "offered_towns": words.offered_towns(rows_of),
            }
        )
    return table(by_name(rows, "course"), CATALOGUE)


def _number(rows: Iterable[Row], of: str, offers: Collection[Offer]) -> int:
    """Count different centres or courses among those that are given in one of these ways."""
    return len({row[of] for row in rows if row["offered"] in offers})


def heat(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Count, by field and region, the courses given and the centres that do; columns `HEAT`.

    With certainty, and at most. Only regions with a centre that may be open on the day: `offered`
    is `not_transmitted` when none of them said what it gives, `not_offered` when some did and none
    gives this field, or else says how far one is known to.
    """
    here = counted(lives_in(connection, scope=scope), with_unproven=scope.with_unproven)
    rows = given_by(connection, scope, here)
    opened = {
        life.history.region
        for life in here
        if life.possibly_open(scope.as_of) or life.open_undated(scope.as_of)
    }
    names = dict(connection.execute(select(Region.code, Region.name)).all())
    said = {row["region_code"] for row in rows}
    regions = sorted(opened, key=lambda code: fold(names[code]))
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        cells[row["field_slug"], row["region_code"]].append(row)
    return table(
        (
            {
                "field_slug": slug,
                "field": name,
                "region_code": region,
                "region": names[region],
                "offered": min(
                    (row["offered"] for row in cells[slug, region]),
                    key=list(Offer).index,
                    default=Offer.NOT_OFFERED if region in said else Offer.NOT_TRANSMITTED,
                ),
                "offered_courses": _number(cells[slug, region], "course_key", CERTAIN),
                "offered_centres": _number(cells[slug, region], "centre_id", CERTAIN),
                "courses_at_most": _number(cells[slug, region], "course_key", AT_MOST),
                "centres_at_most": _number(cells[slug, region], "centre_id", AT_MOST),
            }
            for slug, name in field_names(connection)
            for region in regions
        ),
        HEAT,
    )


def near(  # noqa: PLR0913 - the filters of one box
    connection: Connection,
    *,
    scope: Scope,
    town: str,
    field: str = "",
    course: str = "",
    mode: str = "",
    within: float = math.inf,
) -> pd.DataFrame:
    """List what is given in all France by distance to a town, nearest first; columns `NEAR`.

    Up to `within` km or, when there is nothing so near, the five nearest.
    Distances are great circles between communes, in km; a course wholly at a distance is given
    anywhere, and listed where its centre is. Of the scope only the day, the instant and the
    perimeter count: the nearest centre may lie in the next region. Empty for a town without
    coordinates.
    """
    anywhere = replace(scope, territory=FRANCE)
    here = lives_in(connection, scope=anywhere)
    rows = [
        row
        for row in given_by(connection, anywhere, here, course)
        if (not field or row["field_slug"] == field) and (not mode or row["mode"] == mode)
    ]
    km = distances(towns(connection, {row["town_code"] for row in rows} | {town}), town)
    found = [row | {"km": round(km[row["town_code"]], 1)} for row in rows if row["town_code"] in km]
    found.sort(key=lambda row: (row["km"], fold(row["course"]), row["centre_id"]))
    return table([row for row in found if row["km"] <= within] or found[:_ELSEWHERE], NEAR)


def services(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the guidance that centres give beside courses; columns `SERVICES`."""
    del scope  # the list is national, and has no date
    return table(
        (
            row._asdict() | {"service": row.name}
            for row in by_name(connection.execute(select(*GuidanceService.__table__.c)), "name")
        ),
        SERVICES,
    )


def announced(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the totals of courses and fields announced by the day; columns `ANNOUNCED`.

    `documented` counts the catalogue's courses, or its fields that have one. Announced totals are
    about all France and every town: elsewhere there are none.
    """
    if scope.territory != FRANCE or scope.perimeter is not Perimeter.ALL:
        return empty(ANNOUNCED)
    fields = list(connection.scalars(select(Course.field_slug)))
    documented = {"courses_offered": len(fields), "fields_offered": len(set(fields))}
    rows = published(
        connection,
        scope,
        PublishedFigure.indicator.in_(documented),
        PublishedFigure.town_code.is_(None),
        stands(),
    )
    return table(
        (
            row | {"documented": documented[row["indicator"]]}
            for row in sorted(rows, key=lambda row: row["indicator"])
        ),
        ANNOUNCED,
    )
