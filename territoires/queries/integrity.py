"""What is wrong with a database: schema, links, versions, sources, journal, facts against it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby, pairwise
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    create_engine,
    func,
    inspect,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased
from sqlalchemy.pool import StaticPool

from territoires.db import disclosures, fingerprints, summaries
from territoires.db.chunks import chunks
from territoires.db.clock import ahead_of
from territoires.db.engine import failure_code, first_line
from territoires.db.journal import BOOKKEEPING, REPAIRED, RESTORED, Anchor, broken_links
from territoires.db.models import (
    AuditEvent,
    Base,
    Centre,
    Enrolment,
    PublishedFigure,
    Source,
    Target,
    Town,
    Versioned,
)
from territoires.db.types import PartialDateType
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import plain
from territoires.domain.errors import PartialDateError, TerritoryError
from territoires.domain.scope import Territory
from territoires.queries.frozen import unlike_what_was_frozen
from territoires.queries.reports import unlike_their_digests
from territoires.queries.territories import followed, place

Part = tuple[str, ...]
"""One part of a schema: its table, what it is, then what it says."""

_ALEMBIC: Final = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
Values = Mapping[str, Any]

# The texts of whole schemas in which nothing was wrong: SQLite knows nothing else of a schema.
_RIGHT: Final[set[frozenset[Any]]] = set()
_MOST = 20  # of one kind: enough to see what happened

VERSIONED: tuple[type[Any], ...] = tuple(
    sorted(
        (m.class_ for m in Base.registry.mappers if issubclass(m.class_, Versioned)),
        key=lambda table: str(table.__tablename__),
    )
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong: `code` is put into words by `territoires.french.faults`."""

    code: str
    where: str
    detail: str


def faults(connection: Connection) -> Iterator[Fault]:
    """Yield everything wrong that reading the database alone can show."""
    yield from structure_faults(connection)
    missing = set(Base.metadata.tables) - set(inspect(connection).get_table_names())
    if missing:  # nothing else can be read to its end
        for name in sorted(missing):
            yield Fault(code="missing_table", where="schema", detail=name)
        return
    for where, examined in _examinations(connection):
        yield from _readable(where, examined)


def _examinations(connection: Connection) -> Iterator[tuple[str, Iterator[Fault]]]:
    """List what is looked at, each by itself: what cannot be read hides nothing of the rest."""
    acts = cache(lambda: frozenset(connection.scalars(select(AuditEvent.at_utc))))
    yield "schema", _schema_faults(connection)
    for table in Base.metadata.sorted_tables:
        yield table.name, _unreadable_dates(connection, table)
        yield table.name, _wrong_links(connection, table)
    yield "target", _lost_targets(connection)
    yield "town", _lost_towns(connection)
    for fact in VERSIONED:
        name = fact.__tablename__
        yield name, _version_faults(connection, fact)
        yield name, _unjournalled(connection, fact, acts)
        if "source_id" in fact.__table__.c:
            yield name, _unsourced(connection, fact)
    yield "enrolment", _counted_twice(connection)
    for name in _KEPT_BESIDE:
        yield name, _disagreements(connection, name)
    yield "audit_event", _unlike_the_journal(connection)
    yield "audit_event", _unlike_the_fingerprints(connection)
    yield "audit_event", _journal_faults(connection)


def _readable(where: str, examined: Iterator[Fault]) -> Iterator[Fault]:
    """Give what an examination finds, and that it stumbled where it did."""
    try:
        yield from examined
    except DBAPIError as error:
        if failure_code(error) not in {"damaged", None}:
            raise  # the machine, not what is in the database
        yield Fault(code="unreadable", where=where, detail=first_line(error.orig))
    except Exception as error:  # noqa: BLE001 - what is damaged may read as anything
        yield Fault(code="unreadable", where=where, detail=first_line(error))


def _unlike_the_fingerprints(connection: Connection) -> Iterator[Fault]:
    """Find the tables of which the rows are not those that the acts left there."""
    for name in fingerprints.differing(connection):
        rows = connection.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
        yield Fault(code="fingerprint", where=name, detail=str(rows))


# What acts keep beside the facts, by its table: the code of what is wrong, and what names it.
_KEPT_BESIDE: dict[str, tuple[str, Callable[[Connection], Iterable[str]]]] = {
    "enrolment_summary": ("summary", summaries.disagreements),
    "disclosure": ("disclosure", disclosures.disagreements),
    "report": ("report", unlike_their_digests),
    "frozen_file": ("frozen", unlike_what_was_frozen),
}


def _disagreements(connection: Connection, table: str) -> Iterator[Fault]:
    code, named = _KEPT_BESIDE[table]
    yield from _named(code, table, named(connection))


def _named(code: str, where: str, details: Iterable[Any]) -> Iterator[Fault]:
    for detail in details:
        yield Fault(code=code, where=where, detail=str(detail))


def clock_faults(connection: Connection, *, now: datetime) -> Iterator[Fault]:
    """Find that the journal goes beyond what the machine's clock says."""
    ahead = ahead_of(connection, now)
    if ahead is not None:
        yield Fault(code="clock", where="audit_event", detail=ahead.isoformat())


def lost_acts(connection: Connection, anchor: Anchor, *, where: str) -> Iterator[Fault]:
    """Find that a journal has no more an act that was once its latest, unless it says why.

    A restoration since replaced it; a clock put right gave it another instant, and another seal.
    """
    found = connection.scalar(select(AuditEvent.hash).where(AuditEvent.id == anchor.act))
    if found == anchor.hash:
        return
    explained = connection.execute(
        select(AuditEvent.command, AuditEvent.at_utc, AuditEvent.changes).where(
            AuditEvent.command.in_((RESTORED, REPAIRED))
        )
    )
    for command, at_utc, changes in explained:
        if command == RESTORED:
            if at_utc >= anchor.at_utc:
                return
        elif any(
            change["id"] == str(anchor.act) and change["before"]["hash"] == anchor.hash
            for change in changes
        ):
            return
    yield Fault(code="lost_act", where=where, detail=str(anchor.act))


def quick_faults(connection: Connection) -> Iterator[Fault]:
    """Yield what a look of a second or so can find: SQLite's quick check, and the schema."""
    yield from structure_faults(connection, "quick_check")
    yield from _schema_faults(connection)


def structure_faults(connection: Connection, check: str = "integrity_check") -> Iterator[Fault]:
    """Yield what SQLite itself finds wrong with its file, by one of its two looks."""
    if connection.dialect.name == "sqlite":
        lines = connection.exec_driver_sql(f"PRAGMA {check}").scalars()
        yield from _named("damaged", "sqlite", (line for line in lines if line != "ok"))


def _wrong_links(connection: Connection, table: Table) -> Iterator[Fault]:
    """Find what points to nothing, and to a fact by a version that no count would see."""
    for code, where, asked in _links(table):
        yield from _named(code, where, connection.scalars(asked))


@cache
def _links(table: Table) -> tuple[tuple[str, str, Select[Any]], ...]:
    """Write once what is asked of the links of a table: the writing takes longer than the asking.

    Each is the code of what it finds, and the column where it does.
    """
    written = []
    for constraint in table.foreign_key_constraints:
        (element,) = constraint.elements
        here, parent = element.parent, element.column.table.alias("parent")
        there = parent.c[element.column.name]
        wrong: dict[str, ColumnElement[bool]] = {"dangling": here.is_not(None) & there.is_(None)}
        # A version's own first one is `_version_faults`'s; others name a version.
        if here.name not in {"origin_id", "version_id"} and "origin_id" in parent.c:
            wrong["later_version"] = parent.c.origin_id.is_not(None)
        for code, found in wrong.items():
            asked = select(here).outerjoin_from(table, parent, here == there).where(found)
            written.append((code, f"{table.name}.{here.name}", asked.limit(_MOST)))
    return tuple(written)


def _unreadable_dates(connection: Connection, table: Table) -> Iterator[Fault]:
    for where, asked in _dates(table):
        for text in connection.scalars(asked):
            try:
                PartialDate.parse(text)
            except PartialDateError:
                yield Fault(code="date", where=where, detail=text)


@cache
def _dates(table: Table) -> tuple[tuple[str, Select[Any]], ...]:
    """Write once what is asked of the partial dates of a table, beside where each stands."""
    return tuple(
        (
            f"{table.name}.{column.name}",
            select(type_coerce(column, String)).distinct().where(column.is_not(None)),
        )
        for column in table.c
        if isinstance(column.type, PartialDateType)
    )


def _lost_targets(connection: Connection) -> Iterator[Fault]:
    """Find the targets of territories that do not exist: no foreign key holds them."""
    for text in connection.scalars(select(Target.territory).distinct()):
        try:
            place(connection, territory=followed(connection, territory=Territory.parse(text)))
        except TerritoryError:
            yield Fault(code="territory", where="target.territory", detail=text)


def _lost_towns(connection: Connection) -> Iterator[Fault]:
    """Find the communes that nobody holds any more, and the facts that did not follow theirs."""
    holder = aliased(Town)
    lost = connection.scalars(
        select(Town.code)
        .outerjoin(holder, (holder.code == Town.present_code) & holder.present_code.is_(None))
        .where(Town.present_code.is_not(None), holder.code.is_(None))
    )
    yield from _named("dangling", "town.present_code", lost)
    for fact in (Centre, PublishedFigure):
        left = connection.scalars(
            select(fact.id)
            .join(Town, Town.code == fact.town_code)
            .where(fact.superseded_at.is_(None), Town.present_code.is_not(None))
            .limit(_MOST)
        )
        yield from _named("former_town", fact.__tablename__, left)


def _version_faults(connection: Connection, fact: type[Any]) -> Iterator[Fault]:
    several, origins = _versions()[fact]
    rows = connection.execute(several).all()
    for entity, versions in groupby(rows, key=lambda row: row[0]):
        listed = list(versions)
        if [row[2] for row in listed] != list(range(1, len(listed) + 1)):
            yield Fault(code="version_numbers", where=fact.__tablename__, detail=str(entity))
        for before, after in pairwise(listed):
            if before[4] is None or before[4] > after[3]:
                yield Fault(code="overlap", where=fact.__tablename__, detail=str(entity))
    yield from _named("origin", fact.__tablename__, connection.scalars(origins))


@cache
def _versions() -> dict[type[Any], tuple[Select[Any], Select[Any]]]:
    """Write once what is asked of each fact: the versions of those that have several, and origins.

    Only facts with several versions can have versions that overlap.
    """
    return {fact: (_several(fact), _strange_origins(fact)) for fact in VERSIONED}


def _several(fact: type[Any]) -> Select[Any]:
    corrected = select(fact.origin_id).where(fact.origin_id.is_not(None))
    return (
        select(fact.entity_id, fact.id, fact.version, fact.recorded_at, fact.superseded_at)
        .where(fact.entity_id.in_(corrected))
        .order_by(fact.entity_id, fact.recorded_at, fact.version)
    )


def _strange_origins(fact: type[Any]) -> Select[Any]:
    later = select(fact.id).where(fact.origin_id.is_not(None))
    return select(fact.id).where(fact.origin_id.in_(later))


def _unjournalled(
    connection: Connection, fact: type[Any], acts: Callable[[], AbstractSet[datetime]]
) -> Iterator[Fault]:
    """Find the versions that begin or end at the instant of no act; `acts` reads those once."""
    instants = acts()
    for asked in _instants()[fact]:
        for instant in connection.scalars(asked):
            if instant is not None and instant not in instants:
                yield Fault(
                    code="unjournalled", where=fact.__tablename__, detail=instant.isoformat()
                )


@cache
def _instants() -> dict[type[Any], tuple[Select[Any], Select[Any]]]:
    """Write once what is asked of the instants at which versions begin and end."""
    return {
        fact: (select(fact.recorded_at).distinct(), select(fact.superseded_at).distinct())
        for fact in VERSIONED
    }


def _counted_twice(connection: Connection) -> Iterator[Fault]:
    """Find the headcounts in force that count the same thing on the same day."""
    subject = (
        Enrolment.centre_id,
        Enrolment.academic_year,
        Enrolment.counted,
        Enrolment.course_key,
        Enrolment.counted_on,
    )
    twice = connection.scalars(
        select(func.max(Enrolment.id))
        .where(Enrolment.superseded_at.is_(None))
        .group_by(*subject)
        .having(func.count() > 1)
        .limit(_MOST)
    )
    yield from _named("counted_twice", "enrolment", twice)


def _unsourced(connection: Connection, fact: type[Any]) -> Iterator[Fault]:
    lacking = connection.scalars(_lacking_sources()[fact])
    yield from _named("unsourced", fact.__tablename__, lacking)


@cache
def _lacking_sources() -> dict[type[Any], Select[Any]]:
    """Write once what is asked of the sources of each fact that has one."""
    return {
        fact: select(fact.id)
        .outerjoin(Source, Source.id == fact.source_id)
        .where(func.coalesce(func.trim(Source.publisher), "") == "")
        for fact in VERSIONED
        if "source_id" in fact.__table__.c
    }


def _journal_faults(connection: Connection) -> Iterator[Fault]:
    rows = connection.execute(select(*AuditEvent.__table__.c).order_by(AuditEvent.id))
    yield from _named("journal", "audit_event", broken_links(row._asdict() for row in rows))


def _schema_faults(connection: Connection) -> Iterator[Fault]:
    """Yield the parts that are lost, and those that were added to tables of ours."""
    if connection.dialect.name != "sqlite":
        return
    text = frozenset(
        connection.exec_driver_sql("SELECT tbl_name, type, name, sql FROM sqlite_master")
    )
    if text in _RIGHT:
        return
    expected = _expected()
    ours = {part[0] for part in expected}
    wrong = expected ^ {part for part in _parts(connection) if part[0] in ours}
    for part in sorted(wrong):
        yield Fault(code="schema", where=part[0], detail=" ".join(part[1:]))
    if not wrong:
        _RIGHT.add(text)


@cache
def _expected() -> frozenset[Part]:
    scratch = create_engine("sqlite://", poolclass=StaticPool)
    with scratch.begin() as connection:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(_ALEMBIC)
        found = frozenset(_parts(connection))
    scratch.dispose()
    return found


def _parts(connection: Connection) -> Iterator[Part]:
    listed = connection.exec_driver_sql("SELECT tbl_name, type, name FROM sqlite_master").all()
    # What SQLite names by itself follows the order in which a table was made; its columns do not.
    yield from (tuple(row) for row in listed if not row[2].startswith("sqlite_autoindex_"))
    schema_of = inspect(connection)
    for name in sorted(row[2] for row in listed if row[1] == "table"):
        if name.startswith("sqlite_"):  # statistics
            continue
        for column in connection.exec_driver_sql(f'PRAGMA table_xinfo("{name}")'):
            yield name, "column", *map(str, column[1:])
        yield name, "primary key", str(schema_of.get_pk_constraint(name))
        for constraint in (
            *schema_of.get_foreign_keys(name),
            *schema_of.get_unique_constraints(name),
            *schema_of.get_check_constraints(name),
            *schema_of.get_indexes(name, include_auto_indexes=True),
        ):
            yield name, "constraint", _told(constraint)


def _told(constraint: Mapping[str, Any]) -> str:
    """Write a constraint without the name that SQLite alone gave it."""
    said = []
    for key, value in sorted(constraint.items()):
        options = (
            {name: str(option) for name, option in value.items()}
            if isinstance(value, dict)
            else value
        )
        if not str(value).startswith("sqlite_autoindex_"):
            said.append(f"{key}={options}")
    return ", ".join(said)


@dataclass(frozen=True, kw_only=True)
class _Noted:
    """One change of one fact: what it said before the act `at`, and what it has said since."""

    at: datetime
    fact: int
    version: int | None
    before: Values | None
    after: Values | None


def _unlike_the_journal(connection: Connection) -> Iterator[Fault]:
    """Yield the versions that do not say what the journal noted of them, or that it did not count.

    An act of thousands of rows is noted by their number alone: only that is compared.
    """
    noted: dict[str, list[_Noted]] = defaultdict(list)
    opened: dict[str, Counter[datetime]] = defaultdict(Counter)
    closed: dict[str, Counter[datetime]] = defaultdict(Counter)
    numbers: dict[datetime, int] = {}
    acts = connection.execute(
        select(AuditEvent.id, AuditEvent.at_utc, AuditEvent.changes).order_by(AuditEvent.id)
    )
    for act, at, changes in acts:
        numbers[at] = act
        for change in changes:
            name = change["entity"]
            if "added" in change:  # seeds, imports: thousands of rows
                opened[name][at] += change["added"] + change.get("corrected", 0)
                closed[name][at] += change.get("corrected", 0) + change.get("withdrawn", 0)
                continue
            if "before" not in change:  # what an import was about
                continue
            version, before, after = change.get("version"), change["before"], change["after"]
            opened[name][at] += after is not None
            closed[name][at] += before is not None
            noted[name].append(
                _Noted(
                    at=at,
                    fact=int(change["id"]) if change["id"].isdecimal() else 0,
                    version=version,
                    before=before,
                    after=after,
                )
            )
    for fact in VERSIONED:
        name = fact.__tablename__
        yield from _altered(connection, fact, noted[name])
        for asked, counts in zip(_numbers()[fact], (opened[name], closed[name]), strict=True):
            there: Counter[datetime] = Counter()
            for at, number in connection.execute(asked):
                there[at] = number
            for at, number in counts.items():
                if there[at] != number:
                    yield Fault(code="uncounted", where=name, detail=str(numbers[at]))


@cache
def _numbers() -> dict[type[Any], tuple[Select[Any], Select[Any]]]:
    """Write once what is asked of how many versions begin and end at each instant."""

    def by(instant: Any) -> Select[Any]:
        return select(instant, func.count()).group_by(instant)

    return {fact: (by(fact.recorded_at), by(fact.superseded_at)) for fact in VERSIONED}


def _altered(connection: Connection, fact: type[Any], noted: Sequence[_Noted]) -> Iterator[Fault]:
    columns = fact.__table__.c
    told = {column.name for column in columns} - BOOKKEEPING
    for some in chunks(noted):
        facts = {change.fact for change in some}
        rows = connection.execute(
            select(*columns).where(or_(columns.id.in_(facts), columns.origin_id.in_(facts)))
        )
        versions: dict[int, list[Values]] = defaultdict(list)
        for row in rows:
            version: Values = row._asdict()
            versions[version["origin_id"] or version["id"]].append(version)
        for change in some:
            if not _holds(change, versions[change.fact], told):
                yield Fault(
                    code="altered",
                    where=fact.__tablename__,
                    detail=str(change.version or change.fact),
                )


def _holds(change: _Noted, versions: Sequence[Values], told: AbstractSet[str]) -> bool:
    """Tell whether the versions of a fact say what a change noted, and are the same elsewhere."""
    new = next((row for row in versions if row["id"] == change.version), None)
    old = next((row for row in versions if row["superseded_at"] == change.at), None)
    if not _says(new, change.after) or not _says(old, change.before):
        return False
    if new is None or old is None or change.after is None:
        return True
    return all(old[name] == new[name] for name in told - change.after.keys())


def _says(row: Values | None, noted: Values | None) -> bool:
    """Tell whether a row has the values that were noted; nothing noted needs no row."""
    if noted is None:
        return True
    return row is not None and all(plain(row[name]) == value for name, value in noted.items())
