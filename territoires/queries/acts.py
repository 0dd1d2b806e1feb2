"""One act of the journal in full: where it took place, what it changed, and what seals it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_, func, or_, select

from territoires.db.journal import BOOKKEEPING, broken_links
from territoires.db.models import (
    FACTS,
    OF_CENTRES,
    AuditEvent,
    Centre,
    Course,
    Field,
    Proposal,
    Source,
    Town,
)
from territoires.db.types import is_key
from territoires.domain.drafts import plain
from territoires.queries import history
from territoires.queries.frames import empty, table
from territoires.queries.small_counts import Regions

_OF_CENTRES = {str(table.__tablename__) for table in OF_CENTRES}
_NAMED = 400
_MOST_TOWNS = 30


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act: who, when, what, why, in which towns, and the numbers of its neighbours.

    `imported` is what an import says of itself (file, sha256, rows, new, changed, unchanged), empty
    for other acts; `counted` what it wrote by the thousand, table by table.
    """

    number: int
    at_utc: datetime
    actor: str
    actor_name: str
    command: str
    reason: str
    towns: tuple[tuple[str, str], ...]
    imported: Mapping[str, Any]
    counted: tuple[Mapping[str, Any], ...]
    before: int | None
    after: int | None


def act(connection: Connection, *, event_id: int) -> Act | None:
    """Give one act; None when the journal has no such number."""
    if not is_key(event_id):
        return None
    row = connection.execute(history.ACTS.where(AuditEvent.id == event_id)).first()
    if row is None:
        return None
    changes = list(row.changes)
    return Act(
        number=row.id,
        at_utc=row.at_utc,
        actor=row.actor,
        actor_name=row.actor_name,
        command=row.command,
        reason=row.reason or "",
        towns=tuple(_towns(connection, changes, row.at_utc)),
        imported=next((change for change in changes if change["entity"] == "import"), {}),
        counted=tuple(change for change in changes if change.get("bulk")),
        before=connection.scalar(select(func.max(AuditEvent.id)).where(AuditEvent.id < event_id)),
        after=connection.scalar(select(func.min(AuditEvent.id)).where(AuditEvent.id > event_id)),
    )


def _towns(
    connection: Connection, changes: list[dict[str, Any]], at_utc: datetime
) -> Iterator[tuple[str, str]]:
    """Name the towns of what an act changed, the first ones."""
    codes: set[str] = set()
    centres: set[int] = set()
    for change in changes:
        entity, number = change["entity"], str(change.get("id", ""))
        said = {**(change.get("before") or {}), **(change.get("after") or {})}
        codes |= {str(said["town_code"])} if said.get("town_code") else set()
        if said.get("centre_id"):
            centres.add(int(said["centre_id"]))
        elif entity == "centre" and number.isdigit():
            centres.add(int(number))
        elif entity == "proposal" and number.isdigit():
            code = connection.scalar(select(Proposal.town_code).where(Proposal.id == int(number)))
            codes |= {code} if code else set()
        elif entity in _OF_CENTRES and (number or change.get("bulk")):
            centres |= _centres_at(connection, FACTS[entity], number, at_utc)
    ordered = sorted(centres)[:_NAMED]
    codes |= set(connection.scalars(select(Centre.town_code).where(Centre.entity_id.in_(ordered))))
    rows = connection.execute(
        select(Town.code, Town.name)
        .where(Town.code.in_(sorted(codes)[:_NAMED]))
        .order_by(Town.folded, Town.code)
        .limit(_MOST_TOWNS)
    )
    yield from ((row.code, row.name) for row in rows)


def _centres_at(connection: Connection, fact: Any, number: str, at_utc: datetime) -> set[int]:
    """Find the centres of a fact, or of all that an act wrote by the thousand."""
    where = fact.entity_id == int(number) if number.isdigit() else fact.recorded_at == at_utc
    return set(connection.scalars(select(fact.centre_id).where(where).distinct().limit(_NAMED)))


def chain(connection: Connection) -> tuple[int, tuple[int, ...]]:
    """Follow the seals of the whole journal: how many acts there are, and which lost theirs."""
    rows = connection.execute(select(*AuditEvent.__table__.c).order_by(AuditEvent.id))
    listed = [row._asdict() for row in rows]
    return len(listed), tuple(broken_links(listed))


def people(connection: Connection) -> dict[str, str]:
    """Map the addresses of whoever ever acted to their names."""
    asked = history.ACTS.with_only_columns(AuditEvent.actor, history.ACTOR_NAME).distinct()
    return dict(connection.execute(asked.order_by(AuditEvent.actor)).all())


def commands(connection: Connection) -> list[str]:
    """List the commands that were ever run."""
    return list(
        connection.scalars(select(AuditEvent.command).distinct().order_by(AuditEvent.command))
    )


def names(connection: Connection) -> dict[tuple[str, str], str]:
    """Map what a column points to, by column and key, to what it is called.

    Centres under their latest names, withdrawn ones included; sources, courses, fields and towns
    of centres.
    """
    read = {
        "centre_id": select(Centre.entity_id, Centre.name).order_by(Centre.id),
        "source_id": select(Source.id, Source.title),
        "course_key": select(Course.key, Course.title),
        "field_slug": select(Field.slug, Field.name),
        "town_code": select(Town.code, Town.name).where(
            Town.code.in_(select(Centre.town_code).distinct())
        ),
    }
    return {
        (column, str(key)): name
        for column, statement in read.items()
        for key, name in connection.execute(statement)
    }


def corrections(
    connection: Connection,
    *,
    event_id: int,
    regions: Regions,
    limit: int = 200,
) -> pd.DataFrame:
    """List what an act corrected by the thousand, column by column; columns `history.DIFFERENCES`.

    The journal only counts such rows: what they said before and say since is in their versions.
    `regions` as in `history.differences`.
    """
    row = connection.execute(
        select(AuditEvent.at_utc, AuditEvent.changes).where(AuditEvent.id == event_id)
    ).first()
    if row is None:
        return empty(history.DIFFERENCES)
    found: list[dict[str, str]] = []
    for change in row.changes:
        if change.get("bulk") and change["entity"] in FACTS:
            fact = FACTS[change["entity"]]
            found += _corrected(connection, change["entity"], fact, row.at_utc, limit)
    return table(history.keep_back(connection, found, regions), history.DIFFERENCES)


def _corrected(
    connection: Connection, entity: str, fact: Any, at_utc: datetime, limit: int
) -> Iterator[dict[str, str]]:
    new, old = fact.__table__.alias("new"), fact.__table__.alias("old")
    rows = connection.execute(
        select(new, old)
        .join(
            old,
            and_(
                or_(old.c.origin_id == new.c.origin_id, old.c.id == new.c.origin_id),
                old.c.version == new.c.version - 1,
            ),
        )
        .where(new.c.recorded_at == at_utc, old.c.superseded_at == at_utc)
        .order_by(new.c.id)
        .limit(limit)
    )
    names = [column.name for column in fact.__table__.c]
    for row in rows:
        after = dict(zip(names, row[: len(names)], strict=True))
        before = dict(zip(names, row[len(names) :], strict=True))
        for name in names:
            was, said = (history.text(plain(each[name])) for each in (before, after))
            if name not in BOOKKEEPING and said != was:
                yield {
                    "entity": entity,
                    "entity_id": str(after["origin_id"]),
                    "column": name,
                    "before": was,
                    "after": said,
                }
