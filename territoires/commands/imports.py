"""Importing a file of facts: planned first, then written whole or not."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import starmap
from operator import itemgetter
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, select

from territoires.commands.audit import write_in_bulk
from territoires.commands.sources import DECLARATION, cite
from territoires.commands.write import (
    REGISTERED,
    Saved,
    Write,
    normal_email,
    regions_of,
    requires,
)
from territoires.db import communes
from territoires.db.chunks import chunks
from territoires.db.models import (
    Announcement,
    Bound,
    Centre,
    Course,
    Enrolment,
    Field,
    Proposal,
    Source,
    Staff,
    Stage,
    Versioned,
)
from territoires.domain import enrolment_imports, stage_imports
from territoires.domain.course_imports import plan_courses
from territoires.domain.drafts import Draft, decode
from territoires.domain.errors import RefusedError, UnknownActorError
from territoires.domain.imports import (
    NOWHERE,
    Fact,
    ImportDraft,
    Judge,
    Kind,
    KnownSource,
    Plan,
    PlanMovedError,
    PlanRefusedError,
    Progress,
    Sources,
    Towns,
    Version,
    silent,
)
from territoires.domain.programme import ProgrammeLink, Validation
from territoires.domain.roles import Permission, Reader
from territoires.domain.statement_imports import (
    ANNOUNCEMENT,
    BOUND,
    announcements,
    bounds,
    plan_statements,
)

D = TypeVar("D", bound=Draft)

_HASH_SHOWN = 12
# Shares of the work: comparing, writing, and adding up, which follows.
_PLANNED, _WRITTEN = 0.35, 0.85


def actor_of(connection: Connection, email: str) -> Reader:
    """Say who an address names and where they are competent.

    Raises UnknownActorError when the staff list does not know it or has switched it off.
    """
    row = connection.execute(
        select(Staff.id, Staff.email, Staff.role).where(
            Staff.email == normal_email(email), Staff.active
        )
    ).first()
    if row is None:
        raise UnknownActorError(email)
    return Reader(email=row.email, role=row.role, regions=regions_of(connection, row.id))


def _actor(write: Write) -> Reader:
    return Reader(email=write.actor.email, role=write.role, regions=write.regions or frozenset())


def plan(  # noqa: PLR0913 - what a plan rests on
    connection: Connection,
    kind: str,
    rows: Sequence[Any],
    *,
    actor: Reader,
    today: date,
    broken: Sequence[Any] = (),
    progress: Progress = silent,
) -> Plan:
    """Say what importing these lines would change, and what is wrong with them; writes nothing.

    `rows` and `broken` are lines as `territoires.exchange.records` reads them. Raises RefusedError
    when the actor may import nothing of the kind.
    """
    way = WAYS[kind]
    if not actor.may(way.permission):
        raise RefusedError(way.permission)
    with _without_collection():
        how: dict[str, Any] = {"today": today, "broken": broken, "progress": progress}
        found = way.judge(connection, _judge(connection, rows, actor, **how))
        progress(1.0)
        return found


def _judge(connection: Connection, rows: Sequence[Any], actor: Reader, **how: Any) -> Judge:
    towns = _named(connection, (*rows, *how.get("broken", ())))
    return Judge(actor, towns, _sources(connection, how["today"]), rows=rows, **how)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: of so many new objects, none is.

    It would walk through all of them again and again, for nearly half of the time of an import.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _by_code(write: Write, draft: ImportDraft) -> ImportDraft:
    """Write the code of each town that a file only names, as it was understood.

    Who judges it looks after more regions, where the name may be another's; and by then there may
    be no such commune.
    """
    judge = _judge(write.connection, draft.rows, _actor(write), today=write.today)

    def placed(row: Any) -> Any:
        code = getattr(row, "town_code", "")
        if not code or code in judge.towns.by_code:
            return row
        town = judge.town(row.line, row.town_code, row.town_name)
        return replace(row, town_code=town.code) if town else row

    return replace(draft, rows=[placed(row) for row in draft.rows])


def followed(connection: Connection, kept: D) -> D:
    """Lead what waits about communes that are no more to those that hold them now, as facts are."""
    rows = kept.rows if isinstance(kept, ImportDraft) else [kept]
    codes = {str(getattr(row, "town_code", "")).strip().upper() for row in rows} - {""}
    gone = {
        code: former.holders[0]
        for some in chunks(sorted(codes))
        for code, former in communes.former(connection, some).items()
        if former.holder
    }
    if not gone:
        return kept

    def led(row: Any) -> Any:
        holder = gone.get(str(getattr(row, "town_code", "")).strip().upper())
        if holder is None:
            return row
        named = {"town_name": holder[1]} if getattr(row, "town_name", None) else {}
        return replace(row, town_code=holder[0], **named)

    if isinstance(kept, ImportDraft):
        return replace(kept, rows=[led(row) for row in rows])
    moved: D = led(kept)
    return moved


def _importing(
    kind: Kind, permission: Permission, **more: Any
) -> Callable[[Write, ImportDraft], Saved]:
    """Make the command that writes a file of a kind, with what it is the first to name."""

    def write_file(write: Write, draft: ImportDraft) -> Saved:
        return _run(write, draft, kind)

    write_file.__name__ = f"import_{kind}"
    return requires(permission, bulk=True, proposable=True, **more)(write_file)


import_stages = _importing(Kind.STAGES, Permission.RECORD_STAGE, kept=_by_code)
import_enrolments = _importing(Kind.ENROLMENTS, Permission.RECORD_ENROLMENT, kept=_by_code)
import_courses = _importing(Kind.COURSES, Permission.EDIT_COURSE)
import_bounds = _importing(Kind.BOUNDS, Permission.RECORD_STAGE, kept=_by_code)
import_announcements = _importing(Kind.ANNOUNCEMENTS, Permission.RECORD_STAGE, kept=_by_code)


def _run(write: Write, draft: ImportDraft, kind: Kind) -> Saved:
    """Plan again, since somebody may have written meanwhile; write if it is what was confirmed."""
    say = draft.progress or silent
    found = plan(
        write.connection,
        kind,
        draft.rows,
        actor=_actor(write),
        today=write.today,
        progress=lambda share: say(share * _PLANNED),
    )
    if stops := found.stops(draft):
        raise PlanRefusedError(found, stops)
    if draft.seen and draft.seen != found.digest:
        raise PlanMovedError(found)
    saved = Saved(
        entity="import",
        entity_id=draft.file_hash[:_HASH_SHOWN],
        town_code=found.first_town,
        inserted=found.new,
        corrected=found.changed,
        unchanged=found.unchanged,
    )
    if not found.writes:
        return saved
    with _without_collection():
        regions = WAYS[kind].write(
            write, found, lambda share: say(_PLANNED + share * (_WRITTEN - _PLANNED))
        )
    write.session.info["act"].audited.insert(
        0,
        {
            "entity": "import",
            "id": draft.file_hash[:_HASH_SHOWN],
            "file": draft.file_name,
            "sha256": draft.file_hash,
            "rows": found.rows,
            "new": found.new,
            "changed": found.changed,
            "unchanged": found.unchanged,
        },
    )
    say(_WRITTEN)
    return replace(saved, region_code=next(iter(regions)) if len(regions) == 1 else "")


def proposed(
    connection: Connection, *, proposal_id: int, email: str, today: date
) -> tuple[ImportDraft, Plan] | None:
    """Give the file that somebody proposed, and what it would change now if `email` wrote it.

    None when there is no such proposal, or it is not of a file. Raises UnknownActorError and
    RefusedError as `plan` does.
    """
    row = connection.execute(
        select(Proposal.command, Proposal.draft).where(Proposal.id == proposal_id)
    ).first()
    kind = next((kind for kind, way in WAYS.items() if row and way.name == row[0]), None)
    if row is None or kind is None:
        return None
    draft = followed(connection, decode(ImportDraft, row.draft))
    actor = actor_of(connection, email)
    return draft, plan(connection, kind, draft.rows, actor=actor, today=today)


# Writing.


def _write_versions(
    table: type[Versioned], columns: Sequence[str], write: Write, found: Plan, progress: Progress
) -> set[str]:
    """Write versions, and give their regions; `columns` are those of the table but its source."""
    versions: Sequence[Version] = found.content
    cited = _Cited(write)
    values_of = itemgetter(*columns)
    write_in_bulk(
        write.session,
        table,
        columns=("version", "origin_id", *columns, "source_id", "validation"),
        rows=[
            (*each.rank, *values_of(each.values), cited.of(each), Validation.VALIDATED)
            for each in versions
        ],
        ended=[int(each.fact.version_id) for each in versions if each.fact is not None],
        progress=progress,
    )
    return {each.town.region_code for each in versions}


def _write_stages(write: Write, found: Plan, progress: Progress) -> set[str]:
    """Write stages, with the centres that the file makes."""
    made: dict[Any, Centre] = {
        (town, name): Centre(
            recorded_at=write.at_utc,
            town_code=town,
            name=name,
            programme_link=ProgrammeLink.STATED,
        )
        for town, name in found.new_centres
    }
    write.session.add_all(made.values())
    write.session.flush()
    for version in found.content:
        if (centre := made.get(version.values["centre_id"])) is not None:
            version.values = {**version.values, "centre_id": centre.id}
    return _write_versions(Stage, stage_imports.COLUMNS, write, found, progress)


def _write_courses(write: Write, found: Plan, progress: Progress) -> set[str]:
    cited = _Cited(write)
    for each in found.content:
        values = {**each.values, "source_id": cited.of(each)}
        if each.fact is None:
            write.session.add(Course(**values))
            continue
        course = write.session.get_one(Course, values["key"])
        for name, value in values.items():
            setattr(course, name, value)
    write.session.flush()
    progress(1.0)
    return set()


class _Cited:
    """The sources that a file is the first to cite, each listed once."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._keys: dict[tuple[int, str], str] = {}

    def of(self, each: Version) -> str:
        """Give the source of a version."""
        if (known := each.source_id) is not None:
            return known
        # A page is the same everywhere; a declaration is one region's.
        draft = each.source.draft
        where = each.town if draft.declared and each.town is not NOWHERE else None
        # A text is one object in a plan: its address is quicker to look up than what it says.
        asked = (id(each.source), where.region_code if where else "")
        if asked not in self._keys:
            self._keys[asked], _ = cite(self._write, draft, where)
        return self._keys[asked]


# Reading what is known: a few statements, however many lines.


def _plan_stages(connection: Connection, judge: Judge) -> Plan:
    return stage_imports.plan_stages(judge, _facts(connection, Stage, judge.towns))


def _plan_enrolments(connection: Connection, judge: Judge) -> Plan:
    years = {row.academic_year for row in judge.rows}
    those = Enrolment.academic_year.in_(sorted(years | {year - 1 for year in years}))
    return enrolment_imports.plan_enrolments(
        judge,
        _facts(connection, Enrolment, judge.towns, those),
        stages=stage_imports.by_centre(_facts(connection, Stage, judge.towns)),
        courses=frozenset(connection.scalars(select(Course.key))),
    )


def _plan_courses(connection: Connection, judge: Judge) -> Plan:
    fields = connection.execute(select(Field.slug, Field.name))
    known = connection.execute(select(*Course.__table__.c)).mappings()
    return plan_courses(
        judge,
        facts={row["key"]: Fact(row["key"], row["key"], 1, row) for row in known},
        fields={slug: name for slug, name in fields},  # noqa: C416 - rows are not pairs for mypy
    )


def _plan_bounds(connection: Connection, judge: Judge) -> Plan:
    stages = stage_imports.by_centre(_facts(connection, Stage, judge.towns))
    return plan_statements(judge, _facts(connection, Bound, judge.towns), bounds(stages, judge))


def _plan_announcements(connection: Connection, judge: Judge) -> Plan:
    facts = _facts(connection, Announcement, judge.towns)
    return plan_statements(judge, facts, announcements(judge))


def _facts(
    connection: Connection, table: Any, towns: Towns, *only: ColumnElement[bool]
) -> Iterator[Fact]:
    """Read the facts in force of the centres of some towns, or of the towns themselves."""
    columns = table.__table__.c
    of_centres = "centre_id" in columns
    place = table.centre_id if of_centres else table.town_code
    for some in chunks(sorted(towns.centres if of_centres else towns.meant)):
        rows = connection.execute(
            select(*columns)
            .where(place.in_(some), table.superseded_at.is_(None), *only)
            .order_by(table.id)
        )
        for row in rows.mappings():
            fact = row["origin_id"] or row["id"]
            yield Fact(row["id"], fact, row["version"], row)


def _named(connection: Connection, rows: Sequence[Any]) -> Towns:
    """Find the communes that lines name; those of courses are of none."""
    placed = [row for row in rows if hasattr(row, "town_code")]
    codes = {row.town_code for row in placed} - {None}
    return communes.named(connection, codes, {row.town_name for row in placed} | codes)


def _sources(connection: Connection, today: date) -> Sources:
    is_declaration = Source.reliability == DECLARATION
    rows = connection.execute(select(Source.id, Source.url, Source.title, is_declaration))
    return Sources(starmap(KnownSource, rows), today=today)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a kind of file is imported: its command, how its lines are judged, how a plan is written.

    `counts` tells that it may change how many centres are open.
    """

    command: Callable[[Write, ImportDraft], Saved]
    judge: Callable[[Connection, Judge], Plan]
    write: Callable[[Write, Plan, Progress], set[str]]
    counts: bool = False

    @property
    def name(self) -> str:
        """The name of the command."""
        return self.command.__name__

    @property
    def permission(self) -> Permission:
        """What one must hold."""
        return REGISTERED[self.name].permission


WAYS: Final[Mapping[str, Way]] = {
    Kind.STAGES: Way(command=import_stages, judge=_plan_stages, write=_write_stages, counts=True),
    Kind.ENROLMENTS: Way(
        command=import_enrolments,
        judge=_plan_enrolments,
        write=partial(_write_versions, Enrolment, enrolment_imports.COLUMNS),
    ),
    Kind.COURSES: Way(command=import_courses, judge=_plan_courses, write=_write_courses),
    Kind.BOUNDS: Way(
        command=import_bounds,
        judge=_plan_bounds,
        write=partial(_write_versions, Bound, ("centre_id", *BOUND)),
        counts=True,
    ),
    Kind.ANNOUNCEMENTS: Way(
        command=import_announcements,
        judge=_plan_announcements,
        write=partial(_write_versions, Announcement, ("town_code", *ANNOUNCEMENT)),
    ),
}
