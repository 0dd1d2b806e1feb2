"""Regions, departments and towns: what they are called, and how to find them."""

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db import communes
from territoires.db.models import Department, Region, Town
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Former, Level, Place, Territory
from territoires.queries.frames import by_name, columns, table

TERRITORIES = columns("territory name parent population")


def place(connection: Connection, *, territory: Territory) -> Place:
    """Name a territory; raises TerritoryError when there is none of that code."""
    if territory.level is Level.COUNTRY:
        return Place(territory=territory, name="France")
    if territory.level is Level.REGION:
        name = connection.scalar(select(Region.name).where(Region.code == territory.code))
        if name is None:
            raise TerritoryError(str(territory))
        return Place(territory=territory, name=name, region=territory.code, region_name=name)
    statement = (
        select(
            Department.code,
            Department.name,
            Region.code,
            Region.name,
        )
        .join(Region, Region.code == Department.region_code)
        .where(Department.code == territory.code)
    )
    town = None
    if territory.level is Level.TOWN:
        town = connection.execute(
            select(Town.name, Town.department_code).where(
                Town.code == territory.code, Town.present_code.is_(None)
            )
        ).first()
        if town is None:
            raise TerritoryError(str(territory))
        statement = (
            select(Department.code, Department.name, Region.code, Region.name)
            .join(Region, Region.code == Department.region_code)
            .where(Department.code == town[1])
        )
    row = connection.execute(statement).first()
    if row is None:
        raise TerritoryError(str(territory))
    return Place(
        territory=territory,
        name=town[0] if town else row[1],
        department=row[0],
        department_name=row[1],
        region=row[2],
        region_name=row[3],
    )


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
