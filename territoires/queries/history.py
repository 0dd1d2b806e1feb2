"""Who changed what, when and why: the journal, and one act's differences."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, func, select, true

from territoires.db.models import AuditEvent, Proposal, Staff
from territoires.domain.disclosure import Publication
from territoires.queries.frames import columns, table
from territoires.queries.small_counts import (
    Regions,
    draft_answered_for,
    facts_answered_for,
)

JOURNAL = columns("event_id at_utc actor actor_name command entity entity_id changes reason")
DIFFERENCES = columns("entity entity_id column before after")
ACTOR_NAME: Final = func.coalesce(Staff.name, AuditEvent.actor).label("actor_name")
ACTS: Final = (
    select(*AuditEvent.__table__.c, ACTOR_NAME)
    .select_from(AuditEvent)
    .outerjoin(Staff, Staff.email == AuditEvent.actor)
)
"""The acts, each with the name of whoever did it."""


def journal(  # noqa: PLR0913 - one argument per filter of the page
    connection: Connection,
    *,
    actor: str = "",
    command: str = "",
    entity: str = "",
    since: datetime | None = None,
    before_event: int | None = None,
    limit: int = 200,
) -> pd.DataFrame:
    """List acts, latest first; columns `JOURNAL`.

    `since` is included; `before_event` is the last number of the page before.
    `entity` finds the acts about such a thing; the rows that an act changed beside are in
    `differences`.
    """
    rows = connection.execute(
        ACTS.where(
            AuditEvent.actor == actor if actor else true(),
            AuditEvent.command == command if command else true(),
            AuditEvent.entity == entity if entity else true(),
            AuditEvent.at_utc >= since if since is not None else true(),
            AuditEvent.id < before_event if before_event is not None else true(),
        )
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return table(
        (row._asdict() | {"event_id": row.id, "changes": len(row.changes)} for row in rows),
        JOURNAL,
    )


def differences(connection: Connection, *, event_id: int, regions: Regions) -> pd.DataFrame:
    """List what one act changed, column by column; columns `DIFFERENCES`.

    Nothing before: it was inserted. Nothing after: it was withdrawn. A seeding counts its rows.
    Headcounts of other `regions` are kept back (None: the reader answers for all of them).
    """
    changes = connection.scalar(select(AuditEvent.changes).where(AuditEvent.id == event_id))
    found = list(_differences(changes or []))
    return table(keep_back(connection, found, regions), DIFFERENCES)


def keep_back(
    connection: Connection, rows: Sequence[dict[str, str]], regions: Regions
) -> list[dict[str, str]]:
    """Put `Publication.WITHHELD` in the place of the headcounts of centres of other regions.

    Also in that of the forms that hold some, and of the answers to these.
    """
    if regions is None:
        return list(rows)
    about = {
        entity: {int(row["entity_id"]) for row in rows if _tells(row) and row["entity"] == entity}
        for entity in _TELLING
    }
    ours = {
        "enrolment": facts_answered_for(connection, about["enrolment"], regions),
        "proposal": _proposals_answered_for(connection, about["proposal"], regions),
    }
    return [
        row
        if not _tells(row) or int(row["entity_id"]) in ours[row["entity"]]
        else row | {side: row[side] and Publication.WITHHELD.value for side in ("before", "after")}
        for row in rows
    ]


# Where the journal writes headcounts: as such, in a form, in what was answered to it.
_TELLING: Final = {"enrolment": {"headcount"}, "proposal": {"draft", "decision"}}


def _tells(row: Mapping[str, str]) -> bool:
    return row["column"] in _TELLING.get(row["entity"], ())


def _proposals_answered_for(
    connection: Connection, numbers: Collection[int], regions: Regions
) -> set[int]:
    rows = connection.execute(
        select(Proposal.id, Proposal.command, Proposal.draft).where(Proposal.id.in_(numbers))
    )
    return {
        row.id for row in rows if draft_answered_for(connection, row.command, row.draft, regions)
    }


def _differences(changes: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    for change in changes:
        thing = {"entity": str(change["entity"]), "entity_id": str(change.get("id", ""))}
        if "added" in change:
            yield thing | {"column": "added", "before": "", "after": str(change["added"])}
            continue
        before, after = change.get("before") or {}, change.get("after") or {}
        for column in {**before, **after}:
            old, new = text(before.get(column)), text(after.get(column))
            if old or new:
                yield thing | {"column": column, "before": old, "after": new}


def text(value: Any) -> str:
    """Write a value of the journal."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
