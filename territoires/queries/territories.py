"""Regions, departments and towns: what they are called, and how to find them."""

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db.models import Department, Region, Town
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Level, Place, Territory
from territoires.queries.frames import COUNT, TEXT, by_name, table

TERRITORIES = {"territory": TEXT, "name": TEXT, "parent": TEXT, "population": COUNT}


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
            select(Town.name, Town.department_code).where(Town.code == territory.code)
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
