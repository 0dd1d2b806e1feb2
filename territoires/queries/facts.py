"""What several queries read alike: where a thing is, who says so, what was published by a day."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy.orm import aliased

from territoires.db.chunks import chunks
from territoires.db.models import Centre, Department, PublishedFigure, Region, Source, Stage, Town
from territoires.domain.geometry import distance_km, unit_vectors
from territoires.domain.programme import NEVER_LATEST
from territoires.domain.scope import Scope
from territoires.queries.clocks import known

Row = Mapping[str, Any]
S = TypeVar("S", bound=Select[*tuple[Any, ...]])

PLACED: Final = (
    Town.code.label("town_code"),
    Town.name.label("town"),
    Department.code.label("department_code"),
    Department.name.label("department"),
    Region.code.label("region_code"),
    Region.name.label("region"),
)
"""Where a thing is: the columns of a statement that joins as `placed` or `of_centre` do."""
CITED: Final = (Source.publisher.label("source"), Source.url.label("source_url"))
"""Who says so: the columns of a statement that joins as `cited` does."""


def placed(statement: S) -> S:
    """Join the department and the region of the commune."""
    return statement.join(Department, Department.code == Town.department_code).join(
        Region, Region.code == Department.region_code
    )


def of_centre(statement: S) -> S:
    """Join the commune of a centre, and what holds it.

    A commune that is no more when this is read may still have been one at the instant asked: the
    one that holds it now stands for it.
    """
    of_then = aliased(Town)
    return placed(
        statement.join(of_then, of_then.code == Centre.town_code).join(
            Town, Town.code == func.coalesce(of_then.present_code, of_then.code)
        )
    )


def cited(statement: S, fact: Any) -> S:
    """Join the source of a fact."""
    return statement.join(Source, Source.id == fact.source_id)


def towns(connection: Connection, which: Iterable[str] | ColumnElement[bool]) -> dict[str, Row]:
    """Read communes, of these codes or so chosen, by code: name, where it is, inhabitants, site."""
    chosen = (
        [which]
        if isinstance(which, ColumnElement)
        else [Town.code.in_(some) for some in chunks(sorted(set(which)))]
    )
    statement = placed(
        select(
            *PLACED,
            func.coalesce(Town.acv_site, "").label("site"),
            Town.acv_site.is_not(None).label("acv"),
            Town.population,
            Town.latitude,
            Town.longitude,
        ).select_from(Town)
    ).order_by(Town.code)
    return {
        row.town_code: row._asdict()
        for some in chosen
        for row in connection.execute(statement.where(some))
    }


def is_in(row: Row, scope: Scope) -> bool:
    """Tell whether a row about a town is of the territory and the perimeter."""
    return scope.holds(
        town=row["town_code"],
        department=row["department_code"],
        region=row["region_code"],
        acv=row["acv"],
    )


def distances(found: Mapping[str, Row], town: str) -> dict[str, float]:
    """Give the great-circle distance in km from a town to each of those that have a point."""
    points = {
        code: (row["latitude"], row["longitude"])
        for code, row in found.items()
        if row["latitude"] is not None and row["longitude"] is not None
    }
    if town not in points:
        return {}
    latitudes, longitudes = zip(*points.values(), strict=True)
    km = distance_km(unit_vectors(*points[town]), unit_vectors(latitudes, longitudes))
    return dict(zip(points, map(float, km), strict=True))


def stage_details(connection: Connection, numbers: Collection[int]) -> dict[int, Row]:
    """Read what versions of stages say, and on whose word."""
    statement = cited(
        select(
            Stage.id,
            Stage.happened_on,
            Stage.basis,
            Stage.confidence,
            Stage.note,
            *CITED,
        ),
        Stage,
    )
    return {
        row.id: row._asdict()
        for some in chunks(numbers)
        for row in connection.execute(statement.where(Stage.id.in_(some)))
    }


def published(
    connection: Connection, scope: Scope, *where: ColumnElement[bool]
) -> list[dict[str, Any]]:
    """Read the figures published by the scope's day, oldest first, each with where and by whom.

    A figure dated to a month counts from its last day; one without a day does not.
    """
    rows = connection.execute(
        cited(
            select(
                *PublishedFigure.__table__.c,
                PublishedFigure.kind.label("figure_kind"),
                Town.name.label("town"),
                Town.department_code,
                Town.acv_site.is_not(None).label("acv"),
                Department.region_code,
                *CITED,
            ),
            PublishedFigure,
        )
        .outerjoin(Town, Town.code == PublishedFigure.town_code)
        .outerjoin(Department, Department.code == Town.department_code)
        .where(known(PublishedFigure, scope.known_at), *where)
        .order_by(PublishedFigure.published_on, PublishedFigure.id)
    )
    return [
        row._asdict() | {"last_day": row.published_on.last}
        for row in rows
        if row.published_on.reached(scope.as_of)
    ]


def stands() -> ColumnElement[bool]:
    """Keep the figures that may stand as the latest: neither disputed nor merely considered."""
    qualifier = PublishedFigure.qualifier
    return or_(qualifier.is_(None), qualifier.not_in(NEVER_LATEST))
