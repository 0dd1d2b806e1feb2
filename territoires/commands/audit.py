"""A session that notes every changed row, and refuses the changes that it cannot note."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    event,
    func,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from territoires.db.chunks import chunks
from territoires.db.fingerprints import Sums, journalled, tally
from territoires.db.journal import BOOKKEEPING
from territoires.db.models import (
    OF_CENTRES,
    OF_TOWNS,
    AuditEvent,
    Base,
    Centre,
    Course,
    Department,
    Enrolment,
    SignInSession,
    StaffRegion,
    Town,
    Versioned,
)
from territoires.domain.drafts import plain
from territoires.domain.errors import RefusedError, UnguardedWriteError
from territoires.domain.roles import Permission

Values = dict[str, Any]

# What nobody may read anywhere.
SECRETS = frozenset({"password_hash", "password_expires_at"})


@dataclass(kw_only=True)
class Act:
    """What one command changes: filled by the session, written as one row of the journal.

    `regions` is None when the actor's competence has no bounds. `counted` are the centres and
    years whose headcounts moved, `moved_courses` those that went to another field: what they add
    up to is kept elsewhere too. `sums` are those of the fingerprints. `bulk` says that the command
    may write rows by the thousand (`write_in_bulk`), which the journal counts instead of listing.
    """

    at_utc: datetime
    permission: Permission
    regions: frozenset[str] | None
    bulk: bool = False
    sums: Sums = field(default_factory=Sums)
    opened: dict[tuple[str, int], tuple[int, Values]] = field(default_factory=dict)
    closed: dict[tuple[str, int], Values] = field(default_factory=dict)
    audited: list[Values] = field(default_factory=list)
    counted: set[tuple[int, int]] = field(default_factory=set)
    moved_courses: set[str] = field(default_factory=set)

    def changes(self) -> list[Values]:
        """List what moved: nothing before an insertion, nothing after a withdrawal."""
        listed = list(self.audited)
        for entity, number in [
            *self.closed,
            *(key for key in self.opened if key not in self.closed),
        ]:
            before = self.closed.get((entity, number))
            version, after = self.opened.get((entity, number), (None, None))
            if before is not None and after is not None:
                moved = {name for name in after if after[name] != before[name]}
                before = {name: before[name] for name in before if name in moved}
                after = {name: after[name] for name in after if name in moved}
            change = {"entity": entity, "id": str(number), "before": before, "after": after}
            listed.append(change if version is None else change | {"version": version})
        return listed


class AuditedSession(Session):
    """A session whose every flush must belong to an act."""

    @contextmanager
    def acting(self, act: Act) -> Iterator[Act]:
        """Take the changes made inside as those of one act."""
        if "act" in self.info:
            raise UnguardedWriteError("a command within a command")
        self.info["act"] = act
        try:
            yield act
            self.flush()
        finally:
            del self.info["act"]


@event.listens_for(AuditedSession, "do_orm_execute")
def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    if not state.is_select:
        raise UnguardedWriteError("bulk statements leave no trace; change objects instead")


@event.listens_for(AuditedSession, "before_flush")
def _note_before(session: Session, *_: Any) -> None:
    if (act := session.info.get("act")) is not None:
        _sum_up(session, act, [*_changed(session), *session.deleted], sign=-1)


def _changed(session: Session) -> list[Any]:
    return [row for row in session.dirty if session.is_modified(row)]


def _sum_up(session: Session, act: Act, rows: Iterable[Any], *, sign: int) -> None:
    """Add to the sums of an act the rows that are there, as the database holds them."""
    connection = session.connection()
    for row in rows:
        mapper = inspect(row).mapper
        (table,) = mapper.tables
        if journalled(table):
            key = mapper.primary_key_from_instance(row)
            itself = (
                column == value for column, value in zip(mapper.primary_key, key, strict=True)
            )
            act.sums[table.name] += sign * tally(connection, table, *itself).sum


@event.listens_for(AuditedSession, "after_flush")
def _note(session: Session, _context: UOWTransaction) -> None:
    rows = [*session.new, *_changed(session), *session.deleted]
    act: Act | None = session.info.get("act")
    if act is None:
        raise UnguardedWriteError(f"rows changed outside a command: {rows!r}"[:200])
    connection = session.connection()
    for row in rows:
        if isinstance(row, AuditEvent):
            raise UnguardedWriteError("the journal is only appended to")
        if isinstance(row, SignInSession):
            continue
        if isinstance(row, Versioned):
            _note_version(act, row, new=row in session.new, deleted=row in session.deleted)
        else:
            act.audited.append(_audited(row, new=row in session.new, gone=row in session.deleted))
        if isinstance(row, Enrolment):
            act.counted.add((row.centre_id, row.academic_year))
        elif isinstance(row, Course) and _histories(row)["field_slug"].has_changes():
            act.moved_courses.add(row.key)
        _must_be_competent(connection, act, row)
    _sum_up(session, act, [*session.new, *_changed(session)], sign=1)


def _note_version(act: Act, row: Any, *, new: bool, deleted: bool) -> None:
    key = (str(row.__tablename__), int(row.entity_id))
    if new:
        if row.recorded_at != act.at_utc or row.superseded_at is not None:
            raise UnguardedWriteError(f"a version that does not start with its act: {row!r}"[:200])
        act.opened[key] = (row.id, values_of(row))
        return
    moved = {name for name, history in _histories(row).items() if history.has_changes()}
    if deleted or moved != {"superseded_at"} or row.superseded_at != act.at_utc:
        raise UnguardedWriteError(f"a version only ever ends: {row!r}"[:200])
    act.closed[key] = values_of(row)


def _audited(row: Base, *, new: bool, gone: bool) -> Values:
    mapper = inspect(row).mapper
    key = "/".join(str(part) for part in mapper.primary_key_from_instance(row))
    change: Values = {"entity": row.__tablename__, "id": key, "before": None, "after": None}
    if new:
        return change | {"after": values_of(row)}
    if gone:
        return change | {"before": values_of(row)}
    histories = {
        name: history
        for name, history in _histories(row).items()
        if history.has_changes() and name not in SECRETS
    }
    return change | {
        "before": {n: plain(*(h.deleted or [None])) for n, h in histories.items()},
        "after": {n: plain(*(h.added or [None])) for n, h in histories.items()},
    }


def _histories(row: Base) -> dict[str, Any]:
    state = inspect(row)
    return {column.key: state.attrs[column.key].history for column in state.mapper.column_attrs}


def values_of(row: Any) -> Values:
    """Give what a row says, as plain JSON values, secrets and bookkeeping left out."""
    left_out = SECRETS | BOOKKEEPING if isinstance(row, Versioned) else SECRETS
    return {
        column.key: plain(getattr(row, column.key))
        for column in inspect(row).mapper.column_attrs
        if column.key not in left_out
    }


# Many rows at once.

_AT_ONCE = 5_000  # rows sent to the database in one statement


def write_in_bulk(  # noqa: PLR0913 - what many rows are made of
    session: AuditedSession,
    table: type[Versioned],
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    ended: Sequence[int] = (),
    progress: Callable[[float], None] | None = None,
) -> None:
    """End versions and insert others, which start with the running act; the journal counts them.

    `columns` name the values of each row of `rows`; those of the versioning are `version` and
    `origin_id` alone. What `after_flush` watches over one by one is watched over here for all:
    versions end only once, in the actor's regions, and whatever they add up to is added up again.
    """
    act: Act | None = session.info.get("act")
    if act is None or not act.bulk:
        raise UnguardedWriteError("rows in bulk outside a command that may write them")
    if {"recorded_at", "superseded_at", "seed_key", "id"} & set(columns):
        raise UnguardedWriteError(f"the act sets the clock, not its caller: {columns}")
    session.flush()
    connection = session.connection()
    listed: Table = table.__table__  # type: ignore[attr-defined]
    place = _place(listed)
    places = set(_end_in_bulk(connection, listed, act, ended))
    if rows and place in columns:
        at = columns.index(place)
        places |= {row[at] for row in rows}
    _must_cover(connection, act, table, places)
    if table is Enrolment:
        centre, year = columns.index("centre_id"), columns.index("academic_year")
        act.counted.update({(row[centre], row[year]) for row in rows})
    before = connection.scalar(select(func.max(listed.c.id))) or 0
    _insert_in_bulk(connection, listed, act, columns, rows, progress)
    act.sums[listed.name] += tally(connection, listed, listed.c.id > before).sum
    after = connection.scalar(select(func.max(listed.c.id))) or 0
    origin = columns.index("origin_id")
    added = sum(row[origin] is None for row in rows)
    counts = {"added": added, "corrected": len(rows) - added}
    counts["withdrawn"] = len(ended) - counts["corrected"]
    numbers = {"first": before + 1, "last": after} if rows else {}
    if rows or ended:
        change: Values = {"entity": listed.name, "id": "", "bulk": True}
        act.audited.append(change | counts | numbers)


def _place(table: Table) -> str:
    """Name the column that says what a fact is about: its centre, or its town."""
    return "centre_id" if "centre_id" in table.c else "town_code"


def _end_in_bulk(
    connection: Connection, table: Table, act: Act, ended: Sequence[int]
) -> Iterator[Any]:
    """End versions in force, and give the places and years that they are about to the act.

    Of facts on towns, every town that they were ever said of.
    """
    columns = [table.c[name] for name in (_place(table), "academic_year") if name in table.c]
    fact = func.coalesce(table.c.origin_id, table.c.id)
    for numbers in chunks(ended):
        found = connection.execute(
            select(*columns).where(table.c.id.in_(numbers), table.c.superseded_at.is_(None))
        ).all()
        if len(found) != len(numbers):
            raise UnguardedWriteError("a version only ends once")
        act.counted.update((row[0], row[1]) for row in found if len(columns) > 1)
        act.sums[table.name] -= tally(connection, table, table.c.id.in_(numbers)).sum
        connection.execute(
            update(table).where(table.c.id.in_(numbers)).values(superseded_at=act.at_utc)
        )
        act.sums[table.name] += tally(connection, table, table.c.id.in_(numbers)).sum
        yield from (row[0] for row in found)
        if columns[0].name == "town_code":
            facts = select(fact).where(table.c.id.in_(numbers))
            yield from connection.scalars(select(*columns).where(fact.in_(facts)))


def _insert_in_bulk(  # noqa: PLR0913, PLR0917 - what an insertion is made of
    connection: Connection,
    table: Table,
    act: Act,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    progress: Callable[[float], None] | None,
) -> None:
    """Insert rows with one statement of the driver's own, each value translated once."""
    names = [*columns, "recorded_at"]
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=names)
    order = compiled.positiontup or names
    processors = [
        table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in order
    ]
    places = [names.index(name) for name in order]
    for start in range(0, len(rows), _AT_ONCE):
        some = [(*row, act.at_utc) for row in rows[start : start + _AT_ONCE]]
        values = list(zip(*some, strict=True))
        translated = [
            _translated(values[place], process)
            for place, process in zip(places, processors, strict=True)
        ]
        lines = list(zip(*translated, strict=True))
        connection.exec_driver_sql(
            str(compiled),
            lines
            if compiled.positional
            else [dict(zip(order, line, strict=True)) for line in lines],
        )
        if progress is not None:
            progress(min(1.0, (start + _AT_ONCE) / len(rows)))


def _translated(values: Sequence[Any], process: Any) -> Sequence[Any]:
    """Give the values of a column as the driver takes them."""
    if process is None:
        return values
    known = {value: process(value) for value in set(values)}
    return [known[value] for value in values]


def _must_cover(connection: Connection, act: Act, table: type[Any], places: set[Any]) -> None:
    """Refuse rows of other regions: by every town that their centres were ever said to be in."""
    if act.regions is None:
        return
    if not issubclass(table, OF_CENTRES + OF_TOWNS):
        raise RefusedError(act.permission)
    inside = select(Department.region_code).join(Town, Town.department_code == Department.code)
    for some in chunks(sorted(places)):
        here = (
            inside.where(Town.code.in_(some))
            if issubclass(table, OF_TOWNS)
            else inside.join(Centre, Centre.town_code == Town.code).where(
                or_(Centre.id.in_(some), Centre.origin_id.in_(some))
            )
        )
        for region in connection.scalars(here.distinct()):
            if region not in act.regions:
                raise RefusedError(act.permission, region)


# The last word on competence: whatever a command forgot, no row of another region is written.


def region_of_town(connection: Connection, code: str) -> str | None:
    """Give the region of a commune, None when there is no such commune."""
    return connection.scalar(
        select(Department.region_code)
        .join(Town, Town.department_code == Department.code)
        .where(Town.code == code)
    )


def is_fact(table: Any, number: int) -> ColumnElement[bool]:
    """Keep the versions of one fact; unlike `entity_id`, both sides have an index."""
    return or_(and_(table.id == number, table.origin_id.is_(None)), table.origin_id == number)


def _must_be_competent(connection: Connection, act: Act, row: Any) -> None:
    if act.regions is None:
        return
    if isinstance(row, Centre):
        towns = {row.town_code}
    elif isinstance(row, OF_TOWNS):
        # As for a centre: every town that it was ever said of.
        table = type(row)
        towns = {row.town_code} | set(
            connection.scalars(select(table.town_code).where(is_fact(table, row.entity_id)))
        )
    elif isinstance(row, OF_CENTRES):
        # Every town that the centre was ever said to be in: moving it first opens no door.
        towns = set(
            connection.scalars(select(Centre.town_code).where(is_fact(Centre, row.centre_id)))
        )
    elif isinstance(row, Versioned | StaffRegion):
        raise RefusedError(act.permission)  # national facts
    else:
        return
    for town in towns:
        region = region_of_town(connection, town)
        if region not in act.regions:
            raise RefusedError(act.permission, region)
