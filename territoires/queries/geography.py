"""The communes as arrays, and the towns of the 222 sites: reference data, read once."""

from threading import Condition
from typing import Final

import pandas as pd
from cachetools import LRUCache, cached
from sqlalchemy import Connection, func, select

from territoires.db.models import Department, Town
from territoires.domain.coverage import Communes
from territoires.domain.names import department_of
from territoires.domain.scope import Level, Scope
from territoires.queries import facts
from territoires.queries.clocks import Seeding, seeding
from territoires.queries.frames import columns, frame, table

SITES: Final = columns(
    "town_code town department_code department region_code region site population latitude "
    "longitude"
)
YEARS: Final = columns("department population_year")
_KEPT: Final = 4  # databases of one process: one in a server, several in a run of the tests


@cached(LRUCache[Seeding, Communes](_KEPT), key=seeding, condition=Condition())
def communes(connection: Connection) -> Communes:
    """Give every commune, in the order of the codes, with its points of the sphere.

    Reference data change only when the database is seeded: they are read (0.1 s) once for each
    seeding and process, whatever people enter meanwhile.
    """
    rows = connection.execute(
        select(
            Town.code.label("insee_code"),
            Town.department_code.label("department"),
            Department.region_code.label("region"),
            Town.population,
            Town.latitude,
            Town.longitude,
        )
        .join(Department, Department.code == Town.department_code)
        .where(Town.present_code.is_(None))
        .order_by(Town.code)
    )
    names, columns = rows.keys(), list(zip(*rows, strict=True))
    return Communes.of(**dict(zip(names, columns or [()] * len(names), strict=True)))


@cached(LRUCache[Seeding, pd.DataFrame](_KEPT), key=seeding, condition=Condition())
def acv_towns(connection: Connection) -> pd.DataFrame:
    """List the communes of the 222 sites of March 2018, by code; columns `SITES`.

    Shared: whoever wants to change it copies it first.
    """
    return table(facts.towns(connection, Town.acv_site.is_not(None)).values(), SITES)


def other_years(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the departments of the territory whose population is not of the usual year.

    Columns `YEARS`: a total that adds them to the others says so.
    """
    usual = connection.scalar(
        select(Department.population_year)
        .group_by(Department.population_year)
        .order_by(func.count().desc())
        .limit(1)
    )
    statement = select(Department.name.label("department"), Department.population_year).where(
        Department.population_year != usual
    )
    if scope.territory.level is Level.REGION:
        statement = statement.where(Department.region_code == scope.territory.code)
    elif department := department_of(str(scope.territory)):
        statement = statement.where(Department.code == department)
    return frame(connection, statement.order_by(Department.code), YEARS)
