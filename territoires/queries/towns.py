"""Towns, found by what people type: a name without accents or hyphens, or a code INSEE."""

import pandas as pd
from sqlalchemy import Connection, Select, func, or_, select

from territoires.db import communes
from territoires.db.models import Centre, Department, Town
from territoires.domain.text import fold
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


def _code(connection: Connection, text: str) -> str:
    """Read a code INSEE as typed; that of no commune any more means the one that holds it."""
    code = text.strip().upper()
    former = communes.former(connection, [code]).get(code)
    return former.holder if former and former.holder else code


def find_towns(connection: Connection, *, text: str, limit: int = 20) -> pd.DataFrame:
    """Find towns by code INSEE or by name, exact names first, then the largest; columns `TOWNS`.

    Homonyms are all listed: the department tells them apart.
    """
    folded = fold(text)
    if not folded:
        return frame(connection, _towns().limit(0), TOWNS)
    code = _code(connection, text)
    statement = (
        _towns()
        .where(
            or_(
                Town.code == code,
                Town.folded == folded,
                Town.folded.startswith(folded, autoescape=True),
                Town.folded.contains(f" {folded}", autoescape=True),
            )
        )
        .order_by(
            (Town.code == code).desc(),
            (Town.folded == folded).desc(),
            Town.folded.startswith(folded, autoescape=True).desc(),
            Town.population.desc(),
            Town.code,
        )
        .limit(limit)
    )
    return frame(connection, statement, TOWNS)


def followed_towns(connection: Connection) -> pd.DataFrame:
    """List the towns of the 222 sites and those with a centre, by name; columns `TOWNS`."""
    with_centre = select(Centre.town_code).where(known(Centre, None))
    statement = (
        _towns()
        .where(or_(Town.acv_site.is_not(None), Town.code.in_(with_centre)))
        .order_by(Town.folded, Town.code)
    )
    return frame(connection, statement, TOWNS)


def exact_towns(connection: Connection, *, text: str) -> pd.DataFrame:
    """List the towns of exactly that code or folded name; columns `TOWNS`."""
    folded = fold(text)
    statement = (
        _towns()
        .where(or_(Town.code == _code(connection, text), func.lower(Town.folded) == folded))
        .order_by(Town.population.desc(), Town.code)
    )
    return frame(connection, statement, TOWNS)
