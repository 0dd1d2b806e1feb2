"""The communes as arrays, and the towns of the 222 sites: reference data, read once."""

from dataclasses import dataclass
from threading import Lock
from typing import Final

import pandas as pd
from sqlalchemy import Connection, func, select

from territoires.db.models import AuditEvent, Department, Town
from territoires.domain.coverage import Communes
from territoires.domain.scope import Level, Scope
from territoires.queries import facts
from territoires.queries.frames import columns, frame, table

SITES: Final = columns(
    "town_code town department_code department region_code region site population latitude "
    "longitude"
)
YEARS: Final = columns("department population_year")

_SEEDING: Final = "seed"
_KEPT: Final = 4  # databases of one process: one in a server, several in a run of the tests


@dataclass(frozen=True, kw_only=True, eq=False)
class _Reference:
    """What one database says of the communes; shared by every session, not to be changed."""

    communes: Communes
    acv_towns: pd.DataFrame


_read: dict[tuple[str, int], _Reference] = {}
_turn = Lock()


def communes(connection: Connection) -> Communes:
    """Give every commune, in the order of the codes, with its points of the sphere.

    Reference data change only when the database is seeded: they are read (0.1 s) once for each
    seeding and process, whatever people enter meanwhile.
    """
    return _reference(connection).communes


def acv_towns(connection: Connection) -> pd.DataFrame:
    """List the communes of the 222 sites of March 2018, by code; columns `SITES`.

    Shared: whoever wants to change it copies it first.
    """
    return _reference(connection).acv_towns


def _reference(connection: Connection) -> _Reference:
    seeded = connection.scalar(
        select(func.max(AuditEvent.id)).where(AuditEvent.command == _SEEDING)
    )
    # The URL without its password: two databases on one server still differ.
    key = (str(connection.engine.url), seeded or 0)
    with _turn:
        if key not in _read:
            while len(_read) >= _KEPT:
                del _read[next(iter(_read))]
            _read[key] = _Reference(
                communes=_communes(connection), acv_towns=towns(connection, only_sites=True)
            )
        return _read[key]


def _communes(connection: Connection) -> Communes:
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


def towns(
    connection: Connection, *, codes: tuple[str, ...] = (), only_sites: bool = False
) -> pd.DataFrame:
    """List communes by code with where they are; columns `SITES` (`site` is "" outside them)."""
    chosen = Town.acv_site.is_not(None) if only_sites else codes
    return table(facts.towns(connection, chosen).values(), SITES)


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
    level, code = scope.territory.level, scope.territory.code
    statement = select(Department.name.label("department"), Department.population_year).where(
        Department.population_year != usual
    )
    if level is Level.REGION:
        statement = statement.where(Department.region_code == code)
    elif level is Level.DEPARTMENT:
        statement = statement.where(Department.code == code)
    elif level is Level.TOWN:
        statement = statement.where(
            Department.code
            == select(Town.department_code).where(Town.code == code).scalar_subquery()
        )
    return frame(connection, statement.order_by(Department.code), YEARS)
