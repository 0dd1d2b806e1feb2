"""The journal: one row per act, each sealed with the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from territoires.db.models import AuditEvent
from territoires.domain.dates import PartialDate

TICK = timedelta(microseconds=1)
# Any number will do, as long as every writer asks for the same one.
_LOCK = 20190401
# What a version is made of beside what it says, which the journal leaves out.
BOOKKEEPING = frozenset({"id", "version", "recorded_at", "superseded_at", "seed_key", "origin_id"})


def take_turn(connection: Connection) -> None:
    """Wait until no other writer is at work; SQLite's BEGIN IMMEDIATE has done it already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def last_event(connection: Connection) -> tuple[int, datetime, str] | None:
    """Give number, instant and hash of the latest act, None in an empty journal."""
    row = connection.execute(
        select(AuditEvent.id, AuditEvent.at_utc, AuditEvent.hash)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1], row[2])


def next_instant(connection: Connection, now: datetime) -> datetime:
    """Give an instant later than every recorded one, even when the machine's clock went back."""
    last = last_event(connection)
    return now if last is None else max(now, last[1] + TICK)


def seal(previous_hash: str, content: dict[str, Any]) -> str:
    """Hash (SHA-256) one act with the hash of the act before it."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{text}".encode()).hexdigest()


def record(  # noqa: PLR0913 - the columns of one row
    connection: Connection,
    *,
    at_utc: datetime,
    actor: str,
    command: str,
    entity: str,
    entity_id: str,
    changes: Sequence[dict[str, Any]],
    reason: str | None = None,
) -> str:
    """Append one act to the journal and give its hash.

    The caller holds the writers' turn (`take_turn`) and took `at_utc` from `next_instant`.
    """
    last = last_event(connection)
    previous_hash = last[2] if last else ""
    content = {
        "at_utc": at_utc.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "command": command,
        "entity": entity,
        "entity_id": entity_id,
        "changes": list(changes),
        "reason": reason,
    }
    sealed = seal(previous_hash, content)
    connection.execute(
        insert(AuditEvent).values(
            content | {"at_utc": at_utc, "previous_hash": previous_hash, "hash": sealed}
        )
    )
    return sealed


def broken_links(rows: Iterable[AuditEvent | Any]) -> list[int]:
    """List the acts, in the order given, whose seal does not follow from what precedes them."""
    broken: list[int] = []
    previous = ""
    for row in rows:
        content = {
            "at_utc": row.at_utc.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": row.actor,
            "command": row.command,
            "entity": row.entity,
            "entity_id": row.entity_id,
            "changes": row.changes,
            "reason": row.reason,
        }
        if row.previous_hash != previous or row.hash != seal(previous, content):
            broken.append(row.id)
        previous = row.hash
    return broken


def plain(value: Any) -> Any:
    """Turn a column's value into JSON."""
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
