"""What an upgrade adds to the rows of an older database, once its tables are those of this code."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from territoires.db import journal, summaries
from territoires.db.fingerprints import Sums, watching
from territoires.db.journal import BOOKKEEPING
from territoires.db.models import Enrolment

ACTOR = "upgrade"
INTERIM_COUNTS = "restore_interim_counts"

_DECIDED: Final = "0018"  # until then, nothing or another rule said what had been public
_DAYS_APART: Final = "0005"  # until then, the count of a later day ended that of an earlier one


def amend(connection: Connection, *, since: str, now: datetime) -> None:
    """Add what the revision `since` could not say, each under an act of its own."""
    if since < _DAYS_APART:
        _restore_interim_counts(connection, now)
    if since < _DECIDED:
        # What earlier acts would have told is decided as if the rule had always stood.
        summaries.rebuild(connection)


def _restore_interim_counts(connection: Connection, now: datetime) -> None:
    """Record again, as facts of their own days, the counts that a later one had replaced.

    Nothing that was recorded is touched: an earlier instant still shows what it showed.
    """
    rows = list(_interim_counts(connection))
    if not rows:
        return
    at_utc = journal.next_instant(connection, now)
    last = connection.scalar(select(func.max(Enrolment.id))) or 0
    sums = Sums()
    with watching(connection, sums):
        connection.execute(
            insert(Enrolment), [row | {"version": 1, "recorded_at": at_utc} for row in rows]
        )
    journal.record(
        connection,
        at_utc=at_utc,
        actor=ACTOR,
        command=INTERIM_COUNTS,
        entity="enrolment",
        entity_id=at_utc.isoformat(timespec="microseconds"),
        changes=[
            {
                "entity": "enrolment",
                "id": "",
                "bulk": True,
                "added": len(rows),
                "corrected": 0,
                "withdrawn": 0,
                "first": last + 1,
                "last": last + len(rows),
            }
        ],
        sums=sums,
        machine_at=now,
    )


def _interim_counts(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield what the counts said that those of later days replaced, in facts still in force."""
    columns = Enrolment.__table__.c
    alive = select(columns.origin_id).where(
        columns.origin_id.is_not(None), columns.superseded_at.is_(None)
    )
    statement = (
        select(Enrolment.entity_id.label("entity"), *columns)
        .where(Enrolment.entity_id.in_(alive))
        .order_by(Enrolment.entity_id, columns.version)
    )
    told = [column.name for column in columns if column.name not in BOOKKEEPING]
    for _, versions in groupby(connection.execute(statement), key=lambda row: row.entity):
        for row in _replaced(list(versions)):
            yield {name: getattr(row, name) for name in told}


def _replaced(versions: Sequence[Any]) -> Sequence[Any]:
    """Keep, of the versions of a fact, the last of each day that the following days left true.

    A version of the same day or of an earlier one is a correction; after a withdrawal, nothing that
    came before it is known.
    """
    last: dict[date, Any] = {}
    ended: datetime | None = None
    for row in versions:
        if ended != row.recorded_at:
            last.clear()
        last = {day: kept for day, kept in last.items() if day < row.counted_on}
        last[row.counted_on] = row
        ended = row.superseded_at
    return [row for row in last.values() if row is not versions[-1]]
