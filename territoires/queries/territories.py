"""Regions, departments and towns: what they are called, and how to find them."""

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Connection, literal, select

from territoires.db import communes
from territoires.db.models import Department, Region, Town
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import FRANCE, Former, Level, Place, Territory
from territoires.queries.frames import by_name, columns, table

TERRITORIES = columns("territory name parent population")


def place(connection: Connection, *, territory: Territory) -> Place:
    """Name a territory; raises TerritoryError when there is none of that code."""
    found = places(connection, [territory]).get(territory)
    if found is None:
        raise TerritoryError(str(territory))
    return found


def places(connection: Connection, territories: Collection[Territory]) -> dict[Territory, Place]:
    """Name those territories that exist, in their order."""
    of_department = (Department.code, Department.name, Region.code, Region.name)
    within = Region.code == Department.region_code
    statements = {
        Level.REGION: select(
            Region.code,
            Region.name,
            Region.population,
            literal(""),
            literal(""),
            Region.code,
            Region.name,
        ),
        Level.DEPARTMENT: select(
            Department.code, Department.name, Department.population, *of_department
        ).join(Region, within),
        Level.TOWN: select(Town.code, Town.name, Town.population, *of_department)
        .join(Department, Department.code == Town.department_code)
        .join(Region, within)
        .where(Town.present_code.is_(None)),
    }
    found = {FRANCE: Place(territory=FRANCE, name="France")}
    for level, statement in statements.items():
        code = statement.selected_columns[0]
        if asked := [each.code for each in territories if each.level is level]:
            for row in connection.execute(statement.where(code.in_(asked))):
                territory = Territory(level, row[0])
                found[territory] = Place(territory, *row[1:])
    return {each: found[each] for each in territories if each in found}


def former_town(connection: Connection, *, code: str) -> Former | None:
    """Say what a code was that is no commune's, and who holds it now; None when it is another."""
    return communes.former(connection, [code]).get(code)


def followed(connection: Connection, *, territory: Territory) -> Territory:
    """Give the commune that holds a territory's code now, or the territory itself."""
    if territory.level is not Level.TOWN:
        return territory
    former = former_town(connection, code=territory.code)
    return Territory(Level.TOWN, former.holder) if former and former.holder else territory


def regions_and_departments(connection: Connection) -> pd.DataFrame:
    """List every region, then every department, by name; columns `TERRITORIES`."""
    regions = connection.execute(
        select(
            ("reg-" + Region.code).label("territory"),
            Region.name,
            Region.zone.label("parent"),
            Region.population,
        )
    )
    departments = connection.execute(
        select(
            ("dep-" + Department.code).label("territory"),
            Department.name,
            ("reg-" + Department.region_code).label("parent"),
            Department.population,
        )
    )
    rows = [*by_name(regions, "name"), *by_name(departments, "name")]
    return table((row._asdict() for row in rows), TERRITORIES)
