"""The journal: one row per act, each sealed with the hash of the one before."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from territoires.db.fingerprints import all_sums, noted
from territoires.db.models import AuditEvent

# Who does what nobody signs: the program itself.
ACTOR = "territoires"
STAMPED, RESTORED, REPAIRED = "stamp", "restore", "repair_clock"
TICK = timedelta(microseconds=1)
_ANCHOR = re.compile(r"territoires:(\d{1,18}):([-+0-9T:.]{32}):([0-9a-f]{64})")
# Any number will do, as long as every writer asks for the same one.
_LOCK = 20190401
# What a version is made of beside what it says, which the journal leaves out.
BOOKKEEPING = frozenset({"id", "version", "recorded_at", "superseded_at", "seed_key", "origin_id"})


def take_turn(connection: Connection) -> None:
    """Wait until no other writer is at work; SQLite's BEGIN IMMEDIATE has done it already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The latest act of a journal: whoever has it knows later that nothing was taken from there.

    `text` is the line that is kept elsewhere.
    """

    act: int
    at_utc: datetime
    hash: str

    @property
    def text(self) -> str:
        return f"territoires:{self.act}:{written(self.at_utc)}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read such a line; raises ValueError."""
        found = _ANCHOR.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        at_utc = datetime.fromisoformat(found[2]).astimezone(UTC)
        return cls(act=int(found[1]), at_utc=at_utc, hash=found[3])


def anchor(connection: Connection) -> Anchor | None:
    """Give the latest act of a journal; None of an empty one."""
    row = connection.execute(
        select(AuditEvent.id.label("act"), AuditEvent.at_utc, AuditEvent.hash)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Anchor(**row._asdict())


def next_instant(connection: Connection, now: datetime) -> datetime:
    """Give an instant later than every recorded one, even when the machine's clock went back."""
    last = anchor(connection)
    return now if last is None else max(now, last.at_utc + TICK)


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
    sums: Mapping[str, int] | None = None,
    machine_at: datetime | None = None,
) -> str:
    """Append one act to the journal and give its hash.

    The caller holds the writers' turn (`take_turn`) and took `at_utc` from `next_instant`; `sums`
    say by how much the act moved the fingerprints, `machine_at` what the machine's clock said.
    """
    last = anchor(connection)
    row: dict[str, Any] = {
        "at_utc": at_utc,
        "actor": actor,
        "command": command,
        "entity": entity,
        "entity_id": entity_id,
        "changes": list(changes),
        "reason": reason,
        "fingerprint": noted(sums or {}),
        "machine_at": machine_at,
    }
    previous_hash = last.hash if last else ""
    sealed = seal(previous_hash, sealed_content(row))
    connection.execute(
        insert(AuditEvent).values(row | {"previous_hash": previous_hash, "hash": sealed})
    )
    return sealed


def stamp(
    connection: Connection, *, before: Mapping[str, int], now: datetime, actor: str = ACTOR
) -> None:
    """Note in one act by how much the fingerprints moved since `before` without any."""
    sums = all_sums(connection)
    sums.subtract(before)
    if noted(sums):
        record(
            connection,
            at_utc=next_instant(connection, now),
            actor=actor,
            command=STAMPED,
            entity="database",
            entity_id="",
            changes=[],
            sums=sums,
            machine_at=now,
        )


def sealed_content(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the seal of an act is made of; acts of earlier versions lack the last two."""
    content = {
        name: row[name] for name in ("actor", "command", "entity", "entity_id", "changes", "reason")
    } | {"at_utc": written(row["at_utc"])}
    if row["fingerprint"] is not None:
        content["fingerprint"] = row["fingerprint"]
    if row["machine_at"] is not None:
        content["machine_at"] = written(row["machine_at"])
    return content


def written(instant: datetime) -> str:
    """Write an instant as seals do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def broken_links(rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """List the acts, in the order given, whose seal does not follow from what precedes them."""
    broken: list[int] = []
    previous = ""
    for row in rows:
        if row["previous_hash"] != previous or row["hash"] != seal(previous, sealed_content(row)):
            broken.append(row["id"])
        previous = row["hash"]
    return broken
