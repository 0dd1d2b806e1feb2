"""What the forms need: towns by name, what is known of a centre, what waits for validation."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, func, select, true

from territoires.db.models import (
    AuditEvent,
    Centre,
    Course,
    Department,
    Enrolment,
    EnrolmentSummary,
    Field,
    Offering,
    Proposal,
    Question,
    Setting,
    Source,
    Staff,
    Town,
)
from territoires.domain.enrolments import in_force
from territoires.domain.programme import Counted, Validation
from territoires.domain.scope import Scope
from territoires.domain.text import fold
from territoires.queries.facts import PLACED, placed
from territoires.queries.frames import COUNT, by_name, columns, frame, table
from territoires.queries.rollout import all_lives
from territoires.queries.small_counts import (
    Regions,
    answered_for,
    draft_answered_for,
    without_counts,
)

CENTRES = columns("centre_id version_id town_code town region_code name")
QUESTIONS = columns(
    "version_id town_code town department region_code region asks asked_on asked_by answered_on "
    "note"
)
SOURCES = columns("source_id publisher title published_on reliability url")
COURSES = columns("course_key title field")
OWN = columns("centre_id town_code town name region_code state academic_year", academic_year=COUNT)
PROPOSALS = columns(
    "proposal_id command state author author_name created_at town_code town region_code draft "
    "decided_by decided_at decision"
)


def centres(
    connection: Connection, *, town_code: str = "", regions: Iterable[str] = ()
) -> pd.DataFrame:
    """List the centres in force of a town, of some regions, or of France; columns `CENTRES`."""
    competent = list(regions)
    statement = placed(
        select(
            Centre.entity_id.label("centre_id"),
            Centre.id.label("version_id"),
            *PLACED,
            Centre.name,
        ).join(Town, Town.code == Centre.town_code)
    ).where(
        Centre.superseded_at.is_(None),
        Centre.town_code == town_code if town_code else true(),
        Department.region_code.in_(competent) if competent else true(),
    )
    ordered = statement.order_by(Town.folded, Town.code, Centre.entity_id)
    return frame(connection, ordered, CENTRES)


def own_centres(
    connection: Connection, *, as_of: date, regions: Iterable[str] = ()
) -> pd.DataFrame:
    """List the centres of some regions (none named: of France) by town; columns `OWN`.

    `academic_year` is the latest one whose headcounts were transmitted, 0 when none was.
    """
    years = dict(
        connection.execute(
            select(EnrolmentSummary.centre_id, func.max(EnrolmentSummary.academic_year))
            .where(EnrolmentSummary.cells > 0)
            .group_by(EnrolmentSummary.centre_id)
        ).all()
    )
    lives = all_lives(connection, scope=Scope(as_of=as_of))
    states = {life.history.centre_id: life.state(as_of) for life in lives}
    found = centres(connection, regions=regions)
    return table(
        (
            row
            | {
                "state": states[row["centre_id"]],
                "academic_year": years.get(row["centre_id"], 0),
            }
            for row in found.to_dict("records")
        ),
        OWN,
    )


def questions(connection: Connection) -> pd.DataFrame:
    """List what is asked about towns, the latest first; columns `QUESTIONS`."""
    statement = placed(
        select(
            Question.id.label("version_id"),
            *PLACED,
            *(each for each in Question.__table__.c if each.name in set(QUESTIONS) - {"town_code"}),
        ).join(Town, Town.code == Question.town_code)
    ).where(Question.superseded_at.is_(None))
    in_order = statement.order_by(Question.asked_on.desc(), Question.id.desc())
    return frame(connection, in_order, QUESTIONS)


def sources(connection: Connection) -> pd.DataFrame:
    """List the sources by publisher; columns `SOURCES`."""
    rows = connection.execute(select(*Source.__table__.c, Source.id.label("source_id")))
    return table((row._asdict() for row in by_name(rows, "publisher", "source_id")), SOURCES)


def courses(connection: Connection) -> pd.DataFrame:
    """List the catalogue by field and title; columns `COURSES`."""
    named = (Course.key.label("course_key"), Course.title, Field.name.label("field"))
    rows = connection.execute(
        select(*named).join(Field, Field.slug == Course.field_slug).order_by(Course.key)
    )
    return table((row._asdict() for row in by_name(rows, "field", "title")), COURSES)


CountDay = str
"""The day of a count, in ISO."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One box of a grid of headcounts: a course (empty for the whole centre), what it counts.

    `known` are the version in force and the headcount of each day, the last first; `last_year` is
    the last count of the year before. Both counts are None to whoever does not answer for them.
    """

    course_key: str
    title: str
    unit: Counted
    known: Mapping[CountDay, tuple[int, int | None]] = field(default_factory=dict)
    last_year: int | None = None

    def on(self, day: CountDay) -> int | None:
        """Give the headcount of a day."""
        return self.known[day][1] if day in self.known else None


def enrolment_grid(
    connection: Connection, *, centre_id: int, academic_year: int, regions: Regions
) -> list[Cell]:
    """Lay out the headcounts of a centre for one year: the whole centre, then course by course.

    Courses are those that it offers and those that were counted. Headcounts are told to whoever
    answers for the centre's region (`regions`).
    """
    is_told = bool(answered_for(connection, {centre_id}, regions))
    rows = connection.execute(
        select(*Enrolment.__table__.c)
        .where(
            Enrolment.centre_id == centre_id,
            Enrolment.academic_year.in_([academic_year, academic_year - 1]),
            Enrolment.superseded_at.is_(None),
        )
        .order_by(Enrolment.counted_on.desc())
    ).all()
    counts = defaultdict[tuple[str | None, Counted], dict[CountDay, tuple[int, int | None]]](dict)
    for row in rows:
        if row.academic_year == academic_year:
            told = row.id, row.headcount if is_told else None
            counts[row.course_key, row.counted][row.counted_on.isoformat()] = told
    past = in_force(
        (row for row in rows if row.academic_year != academic_year),
        lambda row: (row.course_key, row.counted),
    )
    titles = dict(connection.execute(select(Course.key, Course.title)).all())
    offered = connection.scalars(
        select(Offering.course_key).where(
            Offering.centre_id == centre_id, Offering.superseded_at.is_(None)
        )
    )
    courses = {*offered, *(key for key, _ in (*counts, *past) if key)}
    return [
        Cell(
            course_key=key or "",
            title=titles[key] if key else "",
            unit=unit,
            known=counts[key, unit],
            last_year=past[key, unit].headcount if is_told and (key, unit) in past else None,
        )
        for key in (None, *sorted(courses, key=lambda key: (fold(titles[key]), key)))
        for unit in Counted
    ]


def proposals(  # noqa: PLR0913 - the filters of one list
    connection: Connection,
    *,
    state: Validation | None = Validation.PROPOSED,
    author: str = "",
    regions: Iterable[str] = (),
    town_code: str = "",
    counts_of: Regions = frozenset(),
) -> pd.DataFrame:
    """List what waits (or waited: `state` None for all), oldest first; columns `PROPOSALS`.

    `draft` is the form as JSON. Forms kept for later are their author's: ask for them with
    `author`. The public reads none of this. The headcounts that a form proposes, and the reasons,
    which may quote them, are for whoever answers for their region (`counts_of`).
    """
    competent = list(regions)
    rows = connection.execute(
        select(
            *Proposal.__table__.c,
            Proposal.id.label("proposal_id"),
            func.coalesce(Staff.name, Proposal.author).label("author_name"),
            Town.name.label("town"),
            Department.region_code,
        )
        .outerjoin(Town, Town.code == Proposal.town_code)
        .outerjoin(Department, Department.code == Town.department_code)
        .outerjoin(Staff, Staff.email == Proposal.author)
        .where(
            Proposal.state == state if state is not None else true(),
            Proposal.author == author if author else true(),
            Proposal.town_code == town_code if town_code else true(),
            Department.region_code.in_(competent) if competent else true(),
        )
        .order_by(Proposal.created_at, Proposal.id)
    )
    found = []
    for row in rows:
        draft, decision = row.draft, row.decision
        if not draft_answered_for(connection, row.command, draft, counts_of):
            draft, decision = without_counts(draft), ""
        told = {"draft": json.dumps(draft, ensure_ascii=False), "decision": decision}
        found.append(row._asdict() | told)
    return table(found, PROPOSALS)


def setting(connection: Connection, *, name: str, default: str = "") -> str:
    """Read a choice of the administrators."""
    value = connection.scalar(select(Setting.value).where(Setting.name == name))
    return default if value is None else value


def last_act(
    connection: Connection, *, email: str, since: datetime
) -> tuple[int, str, str, datetime] | None:
    """Give number, command, entity and instant of somebody's last act, None before `since`.

    What the "undo" button shows; whether it may still be undone is the command's word.
    """
    row = connection.execute(
        select(AuditEvent.id, AuditEvent.command, AuditEvent.entity, AuditEvent.at_utc)
        .where(AuditEvent.actor == email)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    if row is None or row.at_utc < since:
        return None
    return row.id, row.command, row.entity, row.at_utc
