"""Taking back one's own last act, by a new act that restores what was known before it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, func, inspect, select

from territoires.commands import (
    register,  # noqa: F401 - the undone
    versions,
)
from territoires.commands.audit import is_fact, values_of, write_in_bulk
from territoires.commands.reports import wait_again
from territoires.commands.write import REGISTERED, Saved, Write, requires
from territoires.db.chunks import chunks
from territoires.db.models import (
    FACTS,
    AuditEvent,
    Base,
    Centre,
    Course,
    Proposal,
    ReportDecision,
    Setting,
)
from territoires.domain.checks import Code
from territoires.domain.drafts import UndoDraft, typed
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.roles import Permission

GRACE = timedelta(minutes=10)

# A source stays: listed, it does no harm, and somebody may have cited it since.
_AUDITED: dict[str, Any] = {
    str(table.__tablename__): table for table in (Course, Proposal, ReportDecision, Setting)
}


@requires(Permission.OWN_ACTS, bulk=True)
def undo(write: Write, draft: UndoDraft) -> Saved:
    """Restore what one's own last act changed, within `GRACE`, if nobody touched it since."""
    event = write.row(AuditEvent, draft.event_id)
    if event is None:
        raise _refusal(Code.UNKNOWN_FACT, draft.event_id)
    _must_be_undoable(write, event)
    facts = {change["entity"] for change in event.changes} & FACTS.keys()
    counted = {change["entity"] for change in event.changes if change.get("bulk")}
    for name in sorted(facts & counted):
        _take_back_in_bulk(write, event, FACTS[name])
    opened, closed = _versions(write, event, sorted(facts - counted))
    _must_be_untouched(write, event.id, opened, closed)
    for row in opened.values():
        versions.withdraw(write, row)
    for row in closed.values():
        versions.restore(write, row)
    for change in reversed(event.changes):
        table = _AUDITED.get(change["entity"])
        if table is ReportDecision:
            wait_again(write, int(change["id"]))
        if table is not None and not change.get("bulk"):
            _restore_audited(write, event.id, table, change)
    write.session.flush()
    return _saved(write, event)


def _must_be_undoable(write: Write, event: AuditEvent) -> None:
    if event.actor != write.actor.email:
        raise _refusal(Code.NOT_OWN, event.id)
    command = REGISTERED.get(event.command)
    if command is None or not command.undoable:
        raise _refusal(Code.NOT_UNDOABLE, event.id)
    write.must_hold(command.permission)
    if write.now - event.at_utc > GRACE:
        raise _refusal(Code.TOO_LATE, event.id, minutes=int(GRACE.total_seconds() // 60))
    last = write.session.scalar(
        select(func.max(AuditEvent.id)).where(AuditEvent.actor == event.actor)
    )
    if last != event.id:
        raise _refusal(Code.NOT_LAST, event.id)


def _versions(
    write: Write, event: AuditEvent, tables: list[str]
) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, int], Any]]:
    """Find the versions that the act wrote and ended: they carry its instant."""
    opened: dict[tuple[str, int], Any] = {}
    closed: dict[tuple[str, int], Any] = {}
    for name in tables:
        table = FACTS[name]
        for row in write.session.scalars(select(table).where(table.recorded_at == event.at_utc)):
            opened[name, row.entity_id] = row
        for row in write.session.scalars(select(table).where(table.superseded_at == event.at_utc)):
            closed[name, row.entity_id] = row
    return opened, closed


def _take_back_in_bulk(write: Write, event: AuditEvent, table: Any) -> None:
    """End the versions that an act wrote by the thousand, and restore those that it ended."""
    connection = write.connection
    columns = [
        name
        for name in table.__table__.columns.keys()  # noqa: SIM118 - columns, not their names
        if name not in {"id", "recorded_at", "superseded_at", "seed_key"}
    ]
    wanted = (table.entity_id.label("fact"), table.id, table.superseded_at)
    listed = select(*wanted, *(table.__table__.c[name] for name in columns))
    opened = connection.execute(listed.where(table.recorded_at == event.at_utc)).all()
    closed = connection.execute(listed.where(table.superseded_at == event.at_utc)).all()
    newest = {row.fact: row.version for row in (*closed, *opened)}
    if any(row.superseded_at is not None for row in opened) or _have_gone_on(
        connection, table, newest
    ):
        raise _refusal(Code.TOUCHED_SINCE, event.id)
    restored = [
        row._asdict() | {"origin_id": row.fact, "version": newest[row.fact] + 1} for row in closed
    ]
    write_in_bulk(
        write.session,
        table,
        columns=columns,
        rows=[tuple(row[name] for name in columns) for row in restored],
        ended=[row.id for row in opened],
    )


def _have_gone_on(connection: Connection, table: Any, newest: dict[int, int]) -> bool:
    """Tell whether a fact has a later version than those that the act knew."""
    for some in chunks(sorted(newest)):
        found = connection.execute(
            select(table.origin_id, func.max(table.version))
            .where(table.origin_id.in_(some))
            .group_by(table.origin_id)
        )
        if any(version > newest[fact] for fact, version in found):
            return True
    return False


def _must_be_untouched(
    write: Write,
    event_id: int,
    opened: dict[tuple[str, int], Any],
    closed: dict[tuple[str, int], Any],
) -> None:
    for row in opened.values():
        if row.superseded_at is not None:
            raise _refusal(Code.TOUCHED_SINCE, event_id)
    for (name, number), row in closed.items():
        gone = (name, number) not in opened
        if gone and versions.current(write, FACTS[name], number) is not None:
            raise _refusal(Code.TOUCHED_SINCE, event_id)
        # What rested on a centre needs it there again.
        if gone and name != "centre" and "centre_id" in inspect(type(row)).columns:
            there = versions.current(write, Centre, row.centre_id)
            if there is None and ("centre", row.centre_id) not in closed:
                raise _refusal(Code.TOUCHED_SINCE, event_id)
    for name, number in opened.keys() - closed.keys():
        if name == "centre" and _rests_on(write, number, opened):
            raise _refusal(Code.TOUCHED_SINCE, event_id)


def _rests_on(write: Write, centre_id: int, opened: dict[tuple[str, int], Any]) -> bool:
    """Tell whether a fact that this undo leaves alone rests on a centre that it withdraws."""
    return any(
        (name, row.entity_id) not in opened
        for name, table in FACTS.items()
        if "centre_id" in inspect(table).columns
        for row in write.session.scalars(
            select(table).where(table.centre_id == centre_id, table.superseded_at.is_(None))
        )
    )


def _restore_audited(write: Write, event_id: int, table: Any, change: dict[str, Any]) -> None:
    columns = inspect(table).columns
    (key_column,) = inspect(table).primary_key
    key = int(change["id"]) if key_column.type.python_type is int else change["id"]
    row = write.session.get(table, key)
    before, after = change["before"], change["after"]
    found = None if row is None else values_of(row)
    if (found is None) != (after is None) or any(
        found is not None and found[name] != value for name, value in (after or {}).items()
    ):
        raise _refusal(Code.TOUCHED_SINCE, event_id)
    if before is None:
        write.session.delete(row)
    elif row is None:
        values = {name: _typed(columns[name], value) for name, value in before.items()}
        identity = {key_column.name: values.pop(key_column.name)}
        made = table(**values) if not _given(table) else table(**values, **identity)
        for name, value in identity.items():
            setattr(made, name, value)
        write.session.add(made)
    else:
        for name, value in before.items():
            setattr(row, name, _typed(columns[name], value))


def _given(table: type[Base]) -> bool:
    """Tell whether the key of a table is given by its writer rather than by the database."""
    (key,) = inspect(table).primary_key
    return key.type.python_type is not int


def _typed(column: Column[Any], value: Any) -> Any:
    """Give a column's value back from the journal's JSON."""
    kind = getattr(column.type, "enum_class", None) or column.type.python_type
    return None if value is None else typed(kind, value)


def _saved(write: Write, event: AuditEvent) -> Saved:
    town = region = ""
    centre_id = None
    number = event.entity_id
    table = FACTS.get(event.entity)
    if table is not None and number.isdigit():
        row = write.session.scalar(
            select(table).where(is_fact(table, int(number))).order_by(table.version.desc())
        )
        centre_id = int(number) if event.entity == "centre" else getattr(row, "centre_id", None)
    if centre_id is not None:
        centre = write.session.scalar(
            select(Centre).where(is_fact(Centre, centre_id)).order_by(Centre.version.desc())
        )
        if centre is not None:
            where = write.town(centre.town_code)
            town, region = where.code, where.region_code
    return Saved(
        entity=event.entity,
        entity_id=number,
        centre_id=centre_id,
        town_code=town,
        region_code=region,
        corrected=len(event.changes),
    )


def _refusal(code: Code, event_id: int, **facts: Any) -> InvalidError:
    return InvalidError([Problem("event_id", code, str(event_id), facts)])
