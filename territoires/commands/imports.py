"""Importing a file of facts: planned first, then written whole or not."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select

from territoires.commands.audit import write_in_bulk
from territoires.commands.sources import DECLARATION, cite
from territoires.commands.write import (
    REGISTERED,
    Saved,
    Write,
    normal_email,
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
    StaffRegion,
    Stage,
)
from territoires.domain.checks import KnownStage
from territoires.domain.course_imports import CourseWrite, plan_courses
from territoires.domain.drafts import Draft, SourceDraft, decode
from territoires.domain.enrolment_imports import (
    EnrolmentFact,
    EnrolmentWrite,
    Key,
    plan_enrolments,
)
from territoires.domain.errors import UnknownActorError
from territoires.domain.imports import (
    Actor,
    ImportDraft,
    Judge,
    Kind,
    KnownSource,
    Plan,
    PlanMovedError,
    PlanRefusedError,
    Progress,
    Sources,
    TownRef,
    Towns,
)
from territoires.domain.programme import ProgrammeLink, Validation
from territoires.domain.roles import REGIONAL, Permission
from territoires.domain.stage_imports import StageFact, StageWrite, plan_stages
from territoires.domain.statement_imports import (
    StatementFact,
    StatementWrite,
    announcements,
    bounds,
    plan_statements,
)

D = TypeVar("D", bound=Draft)

_HASH_SHOWN = 12
# Shares of the work: comparing, writing, and adding up, which follows.
_PLANNED, _WRITTEN = 0.35, 0.85


def actor_of(connection: Connection, email: str) -> Actor:
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
    regions = frozenset(
        connection.scalars(select(StaffRegion.region_code).where(StaffRegion.staff_id == row.id))
    )
    return Actor(email=row.email, role=row.role, regions=regions if row.role in REGIONAL else None)


def _actor(write: Write) -> Actor:
    return Actor(email=write.actor.email, role=write.role, regions=write.regions)


def plan(  # noqa: PLR0913 - what a plan rests on
    connection: Connection,
    kind: str,
    rows: Sequence[Any],
    *,
    actor: Actor,
    today: date,
    broken: Sequence[Any] = (),
    progress: Progress | None = None,
) -> Plan:
    """Say what importing these lines would change, and what is wrong with them; writes nothing.

    `rows` and `broken` are lines as `territoires.exchange.records` reads them. Raises RefusedError
    when the actor may import nothing of the kind.
    """
    way = WAYS[kind]
    actor.must_hold(way.permission)
    with _without_collection():
        judge = _judge(connection, (*rows, *broken), actor, today=today)
        return way.judge(connection, rows, judge=judge, broken=broken, progress=progress)


def _judge(connection: Connection, rows: Sequence[Any], actor: Actor, *, today: date) -> Judge:
    return Judge(actor, _named(connection, rows), _sources(connection, today), today=today)


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
    judge = _judge(write.session.connection(), draft.rows, _actor(write), today=write.today)

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


@requires(Permission.RECORD_STAGE, bulk=True, proposable=True, kept=_by_code)
def import_stages(write: Write, draft: ImportDraft) -> Saved:
    """Write a file of stages, with the centres that it is the first to name."""
    return _run(write, draft, Kind.STAGES)


@requires(Permission.RECORD_ENROLMENT, bulk=True, proposable=True, kept=_by_code)
def import_enrolments(write: Write, draft: ImportDraft) -> Saved:
    """Write a file of headcounts."""
    return _run(write, draft, Kind.ENROLMENTS)


@requires(Permission.EDIT_COURSE, bulk=True, proposable=True)
def import_courses(write: Write, draft: ImportDraft) -> Saved:
    """Write a file of courses into the catalogue."""
    return _run(write, draft, Kind.COURSES)


@requires(Permission.RECORD_STAGE, bulk=True, proposable=True, kept=_by_code)
def import_bounds(write: Write, draft: ImportDraft) -> Saved:
    """Write a file of first possible days."""
    return _run(write, draft, Kind.BOUNDS)


@requires(Permission.RECORD_STAGE, bulk=True, proposable=True, kept=_by_code)
def import_announcements(write: Write, draft: ImportDraft) -> Saved:
    """Write a file of openings that were announced."""
    return _run(write, draft, Kind.ANNOUNCEMENTS)


def _run(write: Write, draft: ImportDraft, kind: Kind) -> Saved:
    """Plan again, since somebody may have written meanwhile; write if it is what was confirmed."""
    say = draft.progress or _silent
    found = plan(
        write.session.connection(),
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


def _silent(_share: float) -> None:
    """Say nothing of how far the work is."""


# Writing.


def _write_stages(write: Write, found: Plan, progress: Progress) -> set[str]:
    writes: list[StageWrite] = found.content
    cited = _Cited(write)
    made = {
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
    write_in_bulk(
        write.session,
        Stage,
        columns=(
            *("version", "origin_id", "centre_id", "kind", "happened_on", "basis"),
            *("source_id", "retained", "confidence", "note", "validation"),
        ),
        rows=[
            (
                1 if each.fact is None else each.fact.version + 1,
                None if each.fact is None else each.fact.entity_id,
                each.centre if isinstance(each.centre, int) else made[each.centre].id,
                each.kind,
                each.on,
                each.basis,
                each.source_id or cited.key(each.source, each.town),
                each.retained,
                each.confidence,
                each.note,
                Validation.VALIDATED,
            )
            for each in writes
        ],
        ended=[each.fact.version_id for each in writes if each.fact is not None],
        progress=progress,
    )
    return {each.town.region_code for each in writes}


def _write_enrolments(write: Write, found: Plan, progress: Progress) -> set[str]:
    new, corrected = found.content
    cited = _Cited(write)
    write_in_bulk(
        write.session,
        Enrolment,
        columns=(
            *("version", "origin_id", "centre_id", "academic_year", "counted", "course_key"),
            *("counted_on", "headcount", "source_id", "validation"),
        ),
        rows=[
            (
                *((1, None) if each.fact is None else (each.fact[2] + 1, each.fact[1])),
                *(*each.key, each.headcount, cited.of(each), Validation.VALIDATED),
            )
            for each in (*new, *corrected)
        ],
        ended=[each.fact[0] for each in corrected],
        progress=progress,
    )
    return {each.town.region_code for writes in found.content for each in writes}


def _write_courses(write: Write, found: Plan, progress: Progress) -> set[str]:
    writes: list[CourseWrite] = found.content
    cited = _Cited(write)
    for each in writes:
        values = dict(each.values)
        if "source_id" not in values:
            values["source_id"] = cited.key(each.citation.draft, None)
        if each.is_new:
            write.session.add(Course(key=each.key, **values))
            continue
        course = write.session.get_one(Course, each.key)
        for name, value in values.items():
            setattr(course, name, value)
    write.session.flush()
    progress(1.0)
    return set()


def _write_statements(  # noqa: PLR0913, PLR0917 - a table, and what is written into it
    table: Any, place: str, said: Sequence[str], write: Write, found: Plan, progress: Progress
) -> set[str]:
    """Write statements on what the column `place` names; `said` are the columns of their own."""
    writes: list[StatementWrite] = found.content
    cited = _Cited(write)
    write_in_bulk(
        write.session,
        table,
        columns=("version", "origin_id", place, *said, "source_id", "validation"),
        rows=[
            (
                *((1, None) if each.fact is None else (each.fact.version + 1, each.fact.entity_id)),
                *(each.place, *(each.values[name] for name in said)),
                each.source_id or cited.key(each.source, each.town),
                Validation.VALIDATED,
            )
            for each in writes
        ],
        ended=[each.fact.version_id for each in writes if each.fact is not None],
        progress=progress,
    )
    return {each.town.region_code for each in writes}


class _Cited:
    """The sources that a file is the first to cite, each listed once."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._keys: dict[tuple[SourceDraft, str], str] = {}
        self._seen: dict[tuple[int, str], str] = {}

    def of(self, each: EnrolmentWrite) -> str:
        if each.source_id is not None:
            return each.source_id
        # A text is one object in a plan: its address is quicker to look up than what it says.
        asked = (id(each.citation), each.town.code)
        found = self._seen.get(asked)
        if found is None:
            found = self._seen[asked] = self.key(each.citation.draft, each.town)
        return found

    def key(self, draft: SourceDraft, town: TownRef | None) -> str:
        # A page is the same everywhere; a declaration is one region's.
        place = town.region_code if town and draft.declared else ""
        if (draft, place) not in self._keys:
            where = town if draft.declared else None
            self._keys[draft, place], _ = cite(self._write, draft, where)
        return self._keys[draft, place]


# Reading what is known: a few statements, however many lines.


def _plan_stages(
    connection: Connection, rows: Sequence[Any], *, judge: Judge, **judged: Any
) -> Plan:
    facts = _stages(connection, judge.towns.centres)
    return plan_stages(rows, judge=judge, facts=facts, **judged)


def _stages_by_centre(connection: Connection, centres: set[int]) -> Mapping[int, list[KnownStage]]:
    stages = defaultdict[int, list[KnownStage]](list)
    for fact in _stages(connection, centres):
        stages[fact.centre_id].append(fact)
    return stages


def _plan_enrolments(
    connection: Connection, rows: Sequence[Any], *, judge: Judge, **judged: Any
) -> Plan:
    centres = judge.towns.centres
    stages = _stages_by_centre(connection, centres)
    years = {row.academic_year for row in rows}
    return plan_enrolments(
        rows,
        judge=judge,
        facts=_headcounts(connection, centres, years | {year - 1 for year in years}),
        stages=stages,
        courses=frozenset(connection.scalars(select(Course.key))),
        **judged,
    )


def _plan_courses(
    connection: Connection, rows: Sequence[Any], *, judge: Judge, **judged: Any
) -> Plan:
    fields = connection.execute(select(Field.slug, Field.name))
    known = connection.execute(select(*Course.__table__.c)).mappings()
    return plan_courses(
        rows,
        judge=judge,
        facts={row["key"]: dict(row) for row in known},
        fields={slug: name for slug, name in fields},  # noqa: C416 - rows are not pairs for mypy
        **judged,
    )


def _plan_bounds(
    connection: Connection, rows: Sequence[Any], *, judge: Judge, **judged: Any
) -> Plan:
    centres = judge.towns.centres
    stages = _stages_by_centre(connection, centres)
    known = _statements(connection, Bound, Bound.centre_id, centres)
    return plan_statements(rows, bounds(stages, judge), judge=judge, facts=known, **judged)


def _plan_announcements(
    connection: Connection, rows: Sequence[Any], *, judge: Judge, **judged: Any
) -> Plan:
    known = _statements(connection, Announcement, Announcement.town_code, judge.towns.meant)
    return plan_statements(rows, announcements(judge), judge=judge, facts=known, **judged)


def _statements(
    connection: Connection, table: Any, place: Any, places: Iterable[Any]
) -> Iterator[StatementFact]:
    """Read the statements in force on some places, by the column that names these."""
    for some in chunks(sorted(places)):
        found = connection.execute(
            select(*table.__table__.c)
            .where(place.in_(some), table.superseded_at.is_(None))
            .order_by(table.id)
        )
        for row in found.mappings():
            yield StatementFact(
                entity_id=row["origin_id"] or row["id"],
                version=row["version"],
                version_id=row["id"],
                place=row[place.key],
                said=dict(row),
            )


def _named(connection: Connection, rows: Sequence[Any]) -> Towns:
    """Find the communes that lines name; those of courses are of none."""
    placed = [row for row in rows if hasattr(row, "town_code")]
    codes = {row.town_code for row in placed} - {None}
    return communes.named(connection, codes, {row.town_name for row in placed} | codes)


def _stages(connection: Connection, centres: set[int]) -> Iterator[StageFact]:
    for some in chunks(sorted(centres)):
        rows = connection.execute(
            select(
                Stage.id.label("version_id"),
                Stage.entity_id.label("entity_id"),
                Stage.version,
                Stage.centre_id,
                Stage.kind,
                Stage.happened_on.label("on"),
                Stage.basis,
                Stage.source_id,
                Stage.retained,
                Stage.confidence,
                Stage.note,
            )
            .where(Stage.centre_id.in_(some), Stage.superseded_at.is_(None))
            .order_by(Stage.id)
        )
        yield from (StageFact(**row) for row in rows.mappings())


def _headcounts(
    connection: Connection, centres: set[int], years: set[int]
) -> dict[Key, EnrolmentFact]:
    found: dict[Key, EnrolmentFact] = {}
    for year in sorted(years):
        for some in chunks(sorted(centres)):
            rows = connection.execute(
                select(
                    Enrolment.centre_id,
                    Enrolment.counted,
                    Enrolment.course_key,
                    Enrolment.counted_on,
                    Enrolment.id,
                    Enrolment.entity_id,
                    Enrolment.version,
                    Enrolment.headcount,
                    Enrolment.source_id,
                ).where(
                    Enrolment.academic_year == year,
                    Enrolment.centre_id.in_(some),
                    Enrolment.superseded_at.is_(None),
                )
            )
            for centre, counted, course, counted_on, *fact in rows:
                key = centre, year, counted, course, counted_on
                found[key] = tuple(fact)  # type: ignore[assignment]
    return found


def _sources(connection: Connection, today: date) -> Sources:
    rows = connection.execute(select(Source.id, Source.url, Source.title, Source.reliability))
    return Sources(
        (
            KnownSource(
                id=row.id,
                url=row.url or "",
                title=row.title,
                is_declaration=row.reliability == DECLARATION,
            )
            for row in rows
        ),
        today=today,
    )


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a kind of file is imported: its command, how its lines are judged, how a plan is written.

    `counts` tells that it may change how many centres are open.
    """

    command: Callable[[Write, ImportDraft], Saved]
    judge: Callable[..., Plan]
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
        command=import_enrolments, judge=_plan_enrolments, write=_write_enrolments
    ),
    Kind.COURSES: Way(command=import_courses, judge=_plan_courses, write=_write_courses),
    Kind.BOUNDS: Way(
        command=import_bounds,
        judge=_plan_bounds,
        write=partial(
            _write_statements,
            *(Bound, "centre_id", ("kind", "not_before", "basis", "confidence", "note")),
        ),
        counts=True,
    ),
    Kind.ANNOUNCEMENTS: Way(
        command=import_announcements,
        judge=_plan_announcements,
        write=partial(
            _write_statements,
            *(Announcement, "town_code", ("announced_for", "announced_on", "confidence", "note")),
        ),
    ),
}
