"""Who changed what, when and why: the journal, one act's differences, one fact's versions."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from territoires.db.models import (
    AuditEvent,
    Centre,
    Department,
    Enrolment,
    Offering,
    Source,
    Staff,
    Stage,
    Target,
    Town,
)
from territoires.domain.disclosure import Publication
from territoires.queries.frames import COUNT, FLAG, TEXT, table

INSTANT = "datetime64[us, UTC]"

JOURNAL = {
    "event_id": COUNT,
    "at_utc": INSTANT,
    "actor": TEXT,
    "actor_name": TEXT,
    "command": TEXT,
    "entity": TEXT,
    "entity_id": TEXT,
    "changes": COUNT,
    "reason": TEXT,
}
DIFFERENCES = {
    "entity": TEXT,
    "entity_id": TEXT,
    "column": TEXT,
    "before": TEXT,
    "after": TEXT,
}
VERSIONS = {
    "entity": TEXT,
    "entity_id": COUNT,
    "version_id": COUNT,
    "version": COUNT,
    "centre_id": COUNT,
    "what": TEXT,
    "value": TEXT,
    "detail": TEXT,
    "retained": FLAG,
    "current": FLAG,
    "source_id": TEXT,
    "source": TEXT,
    "source_url": TEXT,
    "recorded_at": INSTANT,
    "actor": TEXT,
    "command": TEXT,
    "reason": TEXT,
    "superseded_at": INSTANT,
    "superseded_by": TEXT,
    "superseded_reason": TEXT,
    "replaced_by": COUNT,
}

FACTS: Mapping[str, Any] = {
    "centre": Centre,
    "stage": Stage,
    "offering": Offering,
    "enrolment": Enrolment,
    "target": Target,
}


def journal(  # noqa: PLR0913 - one argument per filter of the page
    connection: Connection,
    *,
    actor: str = "",
    command: str = "",
    entity: str = "",
    entity_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before_event: int | None = None,
    limit: int = 200,
) -> pd.DataFrame:
    """List acts, latest first; columns `JOURNAL`.

    `since` is included, `until` excluded; `before_event` is the last number of the page before.
    `entity` finds the acts about such a thing; the rows that an act changed beside are in
    `differences`.
    """
    filters: list[ColumnElement[bool]] = []
    if actor:
        filters.append(AuditEvent.actor == actor)
    if command:
        filters.append(AuditEvent.command == command)
    if entity:
        filters.append(AuditEvent.entity == entity)
    if entity_id:
        filters.append(AuditEvent.entity_id == entity_id)
    if since is not None:
        filters.append(AuditEvent.at_utc >= since)
    if until is not None:
        filters.append(AuditEvent.at_utc < until)
    if before_event is not None:
        filters.append(AuditEvent.id < before_event)
    rows = connection.execute(
        select(*AuditEvent.__table__.c, Staff.name)
        .outerjoin(Staff, Staff.email == AuditEvent.actor)
        .where(and_(True, *filters))  # noqa: FBT003 - SQL's own empty conjunction
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return table(
        (
            {
                "event_id": row.id,
                "at_utc": row.at_utc,
                "actor": row.actor,
                "actor_name": row.name or row.actor,
                "command": row.command,
                "entity": row.entity,
                "entity_id": row.entity_id,
                "changes": len(row.changes),
                "reason": row.reason or "",
            }
            for row in rows
        ),
        JOURNAL,
    )


def actors(connection: Connection) -> list[str]:
    """List who ever acted, by address."""
    return list(connection.scalars(select(AuditEvent.actor).distinct().order_by(AuditEvent.actor)))


def differences(
    connection: Connection, *, event_id: int, regions: frozenset[str] | None = None
) -> pd.DataFrame:
    """List what one act changed, column by column; columns `DIFFERENCES`.

    Nothing before: it was inserted. Nothing after: it was withdrawn. A seeding counts its rows.
    Headcounts of other `regions` are kept back (None: the reader answers for all of them).
    """
    changes = connection.scalar(select(AuditEvent.changes).where(AuditEvent.id == event_id))
    found = list(_differences(changes or []))
    return table(keep_back(connection, found, regions), DIFFERENCES)


def keep_back(
    connection: Connection, rows: Sequence[dict[str, str]], regions: frozenset[str] | None
) -> list[dict[str, str]]:
    """Put `Publication.WITHHELD` in the place of the headcounts of centres of other regions."""
    if regions is None:
        return list(rows)
    numbers = {int(row["entity_id"]) for row in rows if _is_headcount(row)}
    ours = set(
        connection.scalars(
            select(Enrolment.id)
            .join(Centre, Centre.id == Enrolment.centre_id)
            .join(Town, Town.code == Centre.town_code)
            .join(Department, Department.code == Town.department_code)
            .where(Enrolment.id.in_(numbers), Department.region_code.in_(regions))
        )
    )
    return [
        row
        if not _is_headcount(row) or int(row["entity_id"]) in ours
        else row | {side: row[side] and Publication.WITHHELD.value for side in ("before", "after")}
        for row in rows
    ]


def _is_headcount(row: Mapping[str, str]) -> bool:
    return row["entity"] == "enrolment" and row["column"] == "headcount"


def _differences(changes: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    for change in changes:
        thing = {"entity": str(change["entity"]), "entity_id": str(change.get("id", ""))}
        if "added" in change:
            yield thing | {"column": "added", "before": "", "after": str(change["added"])}
            continue
        before, after = change.get("before") or {}, change.get("after") or {}
        for column in {**before, **after}:
            old, new = before.get(column), after.get(column)
            if old is not None or new is not None:
                yield thing | {"column": column, "before": _text(old), "after": _text(new)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def versions(
    connection: Connection, *, entity: str, entity_id: int, with_people: bool = False
) -> pd.DataFrame:
    """List every version of one fact, oldest first; columns `VERSIONS`.

    Addresses and reasons are left out unless `with_people`: the public learns what was said, from
    which source and when, not by whom. `replaced_by` is 0 when nothing replaced the version.
    """
    fact = FACTS[entity]
    return _versions(connection, {entity: fact.entity_id == entity_id}, with_people=with_people)


def town_history(
    connection: Connection, *, town_code: str, with_people: bool = False
) -> pd.DataFrame:
    """List every version of every fact of a town's centres; columns `VERSIONS`.

    By fact, oldest version first: what "Sources et historique" shows.
    """
    numbers = list(
        connection.scalars(select(Centre.entity_id).where(Centre.town_code == town_code).distinct())
    )
    wanted: dict[str, ColumnElement[bool]] = {"centre": Centre.entity_id.in_(numbers)}
    for name in ("stage", "offering", "enrolment"):
        wanted[name] = FACTS[name].centre_id.in_(numbers)
    return _versions(connection, wanted, with_people=with_people)


def version_label(row: Any) -> tuple[str, str, str]:
    """Say in codes what a version is about, its value, and what goes with it."""
    if isinstance(row, Centre):
        return "centre", row.name, "; ".join(filter(None, (row.address, row.regional_centre)))
    if isinstance(row, Stage):
        return row.kind.value, row.happened_on.iso, row.basis.value
    if isinstance(row, Offering):
        known = row.starts_on.iso or row.ends_on.iso
        period = f"{row.starts_on.iso or '..'}/{row.ends_on.iso or '..'}" if known else ""
        return row.course_key, row.mode.value if row.mode else "", period
    if isinstance(row, Enrolment):
        subject = f"{row.academic_year}-{row.academic_year + 1}"
        said = (row.counted, row.counted_on.isoformat(), row.course_key)
        return subject, str(row.headcount), "/".join(filter(None, said))
    return row.perimeter.value, str(row.value), row.deadline.isoformat()


def _versions(
    connection: Connection, wanted: Mapping[str, ColumnElement[bool]], *, with_people: bool
) -> pd.DataFrame:
    rows = [(name, row) for name, where in wanted.items() for row in _rows(connection, name, where)]
    acts = _acts(connection, (row for _, row in rows)) if with_people else {}
    sources = _sources(connection, (row for _, row in rows))
    numbers: dict[tuple[str, int], dict[datetime, int]] = defaultdict(dict)
    for name, row in rows:
        numbers[name, row.entity_id][row.recorded_at] = row.id
    nobody = {"actor": "", "command": "", "reason": ""}
    listed = []
    for name, row in rows:
        what, value, detail = version_label(row)
        source_id = getattr(row, "source_id", "")
        ended = acts.get(row.superseded_at, nobody)
        listed.append(
            {
                "entity": name,
                "entity_id": row.entity_id,
                "version_id": row.id,
                "version": row.version,
                "centre_id": row.entity_id if name == "centre" else getattr(row, "centre_id", 0),
                "what": what,
                "value": value,
                "detail": detail,
                "retained": getattr(row, "retained", True),
                "current": row.superseded_at is None,
                "source_id": source_id,
                "source": sources.get(source_id, ("", ""))[0],
                "source_url": sources.get(source_id, ("", ""))[1],
                "recorded_at": row.recorded_at,
                **acts.get(row.recorded_at, nobody),
                "superseded_at": row.superseded_at,
                "superseded_by": ended["actor"],
                "superseded_reason": ended["reason"],
                "replaced_by": numbers[name, row.entity_id].get(row.superseded_at, 0),
            }
        )
    return table(listed, VERSIONS)


def _rows(connection: Connection, name: str, where: ColumnElement[bool]) -> list[Any]:
    """Read versions as objects that nobody can write: detached, from a read-only connection."""
    fact = FACTS[name]
    columns = fact.__table__.c
    statement: Select[Any] = select(*columns).where(where)
    result = []
    for row in connection.execute(statement.order_by(fact.entity_id, fact.version)).mappings():
        values = dict(row)
        number = values.pop("id")
        version = fact(**values)
        version.id = number
        result.append(version)
    return result


def _acts(connection: Connection, rows: Iterable[Any]) -> dict[datetime, dict[str, str]]:
    instants = {moment for row in rows for moment in (row.recorded_at, row.superseded_at)}
    found = connection.execute(
        select(
            AuditEvent.at_utc, AuditEvent.actor, AuditEvent.command, AuditEvent.reason, Staff.name
        )
        .outerjoin(Staff, Staff.email == AuditEvent.actor)
        .where(or_(AuditEvent.at_utc.in_(instants - {None})))
    )
    return {
        row.at_utc: {
            "actor": row.name or row.actor,
            "command": row.command,
            "reason": row.reason or "",
        }
        for row in found
    }


def _sources(connection: Connection, rows: Iterable[Any]) -> dict[str, tuple[str, str]]:
    keys = {getattr(row, "source_id", None) for row in rows} - {None}
    found = connection.execute(
        select(Source.id, Source.publisher, Source.url).where(Source.id.in_(keys))
    )
    return {key: (publisher, url or "") for key, publisher, url in found}
