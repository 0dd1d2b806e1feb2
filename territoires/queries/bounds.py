"""The first days on which stages can have happened, as they narrow what is known of their dates."""

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db.chunks import chunks
from territoires.db.models import Bound as BoundRow
from territoires.domain.rollout import Life, in_scope
from territoires.domain.scope import Scope
from territoires.queries.facts import CITED, cited, towns
from territoires.queries.frames import columns, table
from territoires.queries.rollout import all_lives

BOUNDS = columns(
    "town_code town department region_code kind not_before first_day basis confidence believed "
    "contradicted source source_url note"
)


def bounds(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List those of the scope that come no later than its day; columns `BOUNDS`.

    `believed`: it narrows, unless it is `contradicted` by the last day possible.
    """
    return _listed(connection, scope, in_scope(all_lives(connection, scope=scope), scope))


def of_town(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List those of one town; columns `BOUNDS`."""
    every = all_lives(connection, scope=scope)
    return _listed(connection, scope, (life for life in every if life.history.town == town))


def _listed(connection: Connection, scope: Scope, lives: Iterable[Life]) -> pd.DataFrame:
    found = [
        (bound, life)
        for life in lives
        for bound in life.history.bounds
        if bound.first <= scope.as_of
    ]
    statement = cited(select(*BoundRow.__table__.c, *CITED), BoundRow)
    details = {
        row["id"]: row
        for some in chunks(bound.number for bound, _ in found)
        for row in connection.execute(statement.where(BoundRow.id.in_(some))).mappings()
    }
    names = towns(connection, [life.history.town for _, life in found])
    rows = [
        {
            **names[life.history.town],
            **details[bound.number],
            "first_day": bound.first,
            "believed": bound.is_believed(with_low=scope.with_low),
            "contradicted": any(each is bound for each, _ in life.contradictions()),
        }
        for bound, life in found
    ]
    rows.sort(key=lambda row: (row["first_day"], row["town_code"], row["id"]))
    return table(rows, BOUNDS)
