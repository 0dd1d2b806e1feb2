"""The facts that a feed tells: stages and announcements, each since when and as it is now."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from territoires.db.chunks import chunks
from territoires.db.models import Announcement, Stage
from territoires.domain.scope import Scope
from territoires.queries.announcements import announcements_in
from territoires.queries.facts import CITED, Row, cited, towns
from territoires.queries.rollout import lives_in

MOST = 100


def news(connection: Connection, *, scope: Scope, rows: int = MOST) -> list[Row]:
    """List the facts of the scope as they are known, the last changed first.

    Each has the columns of its table, its town and its source; `fact` and `number` name it whatever
    its version; `recorded_at` is the instant of its first version, `updated_at` that of the one in
    force.
    """
    here = lives_in(connection, scope=scope)
    of_centre = {stage.number: life.history.town for life in here for stage in life.history.stages}
    told = [
        {**row, "fact": "stage", "town_code": of_centre[row["id"]]}
        for row in _versions(connection, Stage, of_centre)
    ]
    told += [
        {**row, "fact": "announcement", "kind": ""}
        for row in _versions(connection, Announcement, announcements_in(connection, scope=scope))
    ]
    told.sort(key=lambda row: (row["updated_at"], row["fact"], row["number"]), reverse=True)
    names = towns(connection, [row["town_code"] for row in told])
    return [{**row, **names[row["town_code"]]} for row in told[:rows]]


def _versions(connection: Connection, fact: type[Any], numbers: Iterable[int]) -> list[Row]:
    """Read versions, by their own numbers, with the instant of the first of each fact."""
    first = aliased(fact)
    columns_of = [column for column in fact.__table__.c if column.name != "recorded_at"]
    statement = cited(
        select(
            *columns_of,
            fact.entity_id.label("number"),
            fact.recorded_at.label("updated_at"),
            first.recorded_at.label("recorded_at"),
            *CITED,
        ).join(first, first.id == fact.entity_id),
        fact,
    )
    return [
        row._asdict()
        for some in chunks(sorted(numbers))
        for row in connection.execute(statement.where(fact.id.in_(some)))
    ]
