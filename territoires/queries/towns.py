"""Towns, found by what people type: a name without accents or hyphens, or a code INSEE."""

import pandas as pd
from sqlalchemy import Connection, Select, or_, select

from territoires.db.models import Centre, Department, Town
from territoires.queries.clocks import known
from territoires.queries.frames import columns, frame

TOWNS = columns("town_code town department_code department population acv")


def _towns() -> Select[str, str, str, str, int, bool]:
    rows = select(
        Town.code.label("town_code"),
        Town.name.label("town"),
        Department.code.label("department_code"),
        Department.name.label("department"),
        Town.population,
        Town.acv_site.is_not(None).label("acv"),
    ).join(Department, Department.code == Town.department_code)
    return rows.where(Town.present_code.is_(None))


def followed_towns(connection: Connection) -> pd.DataFrame:
    """List the towns of the 222 sites and those with a centre, by name; columns `TOWNS`."""
    with_centre = select(Centre.town_code).where(known(Centre, None))
    statement = (
        _towns()
        .where(or_(Town.acv_site.is_not(None), Town.code.in_(with_centre)))
        .order_by(Town.folded, Town.code)
    )
    return frame(connection, statement, TOWNS)
