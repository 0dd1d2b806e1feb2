"""A machine's clock that was once in the future: told, and put right in one act of the journal."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, update

from territoires.db import fingerprints, journal
from territoires.db.engine import engine, guarded
from territoires.db.models import AuditEvent, Base, Disclosure, SignInSession
from territoires.db.revision import must_be_current
from territoires.db.types import UtcDateTime

# Two machines that both ask the time of the network are never so far from one another.
LEEWAY: Final = timedelta(minutes=5)


def ahead_of(connection: Connection, now: datetime) -> datetime | None:
    """Give the instant of the latest act where the clock says that it is yet to come, else None.

    Every later act is dated after it, whatever the clock says.
    """
    last = journal.anchor(connection)
    return last.at_utc if last is not None and last.at_utc > now + LEEWAY else None


def repair(url: str, *, now: datetime) -> int:
    """Give the acts of the future an instant that has been, in one act that lists them.

    Each takes what the machine said when it was done, where that is possible: after the act before
    it, and not after `now`. The others take the latest instant that they can have had. Whatever
    bears their instants follows, and sessions opened in the future end. Gives how many acts moved.
    """
    now = now.astimezone(UTC)
    with guarded(url), engine(url, writable=True, owner=True).begin() as connection:
        journal.take_turn(connection)
        must_be_current(connection)
        acts = connection.execute(
            select(*AuditEvent.__table__.c).where(AuditEvent.at_utc > now).order_by(AuditEvent.id)
        ).all()
        connection.execute(delete(SignInSession).where(SignInSession.created_at > now))
        if not acts:
            return 0
        sums = fingerprints.Sums()
        with fingerprints.watching(connection, sums):
            before = connection.scalar(
                select(func.max(AuditEvent.at_utc)).where(AuditEvent.at_utc <= now)
            )
            chosen = _instants(acts, before, now)
            moved = dict(zip((act.at_utc for act in acts), chosen, strict=True))
            _follow(connection, moved)
        changes = list(_seal_again(connection, acts, moved))
        journal.record(
            connection,
            at_utc=journal.next_instant(connection, now),
            actor=journal.ACTOR,
            command=journal.REPAIRED,
            entity="audit_event",
            entity_id=str(acts[0].id),
            changes=changes,
            sums=sums,
            machine_at=now,
        )
        return len(acts)


def _instants(acts: Sequence[Any], before: datetime | None, now: datetime) -> list[datetime]:
    """Choose, from the last to the first, instants in the order of the acts, between two others."""
    chosen: list[datetime] = []
    latest = now - journal.TICK
    for place, act in reversed(list(enumerate(acts, start=1))):
        said = act.machine_at
        latest = min(latest, said) if said is not None and said <= now else latest
        if before is not None:
            latest = max(latest, before + place * journal.TICK)
        chosen.append(latest)
        latest -= journal.TICK
    return chosen[::-1]


def _follow(connection: Connection, moved: dict[datetime, datetime]) -> None:
    """Move every instant of an act, in whatever column it stands."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.c if isinstance(column.type, UtcDateTime)]
        is_of_acts = fingerprints.journalled(table) or table is Disclosure.__table__
        for column in columns if is_of_acts else ():
            there = set(connection.scalars(select(column).distinct())) & moved.keys()
            # Both ends of a version may move: the earlier first, so that they never cross.
            for before in sorted(there):
                connection.execute(
                    update(table).where(column == before).values({column: moved[before]})
                )


def _seal_again(
    connection: Connection, acts: Sequence[Any], moved: dict[datetime, datetime]
) -> Iterator[dict[str, Any]]:
    """Write the acts with their new instants and seals; gives what became of each."""
    previous = acts[0].previous_hash
    for act in acts:
        row = act._asdict() | {"at_utc": moved[act.at_utc], "previous_hash": previous}
        row["hash"] = previous = journal.seal(previous, journal.sealed_content(row))
        connection.execute(update(AuditEvent).where(AuditEvent.id == act.id).values(row))
        yield {
            "entity": "audit_event",
            "id": str(act.id),
            "before": {"at_utc": journal.written(act.at_utc), "hash": act.hash},
            "after": {"at_utc": journal.written(row["at_utc"]), "hash": row["hash"]},
        }
