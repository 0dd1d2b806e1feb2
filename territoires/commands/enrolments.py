"""Recording the headcounts of one centre and one academic year, and withdrawing one."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from territoires.commands import versions
from territoires.commands.sources import cite
from territoires.commands.stages import known_stage
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import Course, Enrolment, Stage
from territoires.domain.checks import (
    Before,
    Code,
    enrolments_problems,
    settle,
)
from territoires.domain.drafts import EnrolmentRow, EnrolmentsDraft, WithdrawalDraft
from territoires.domain.enrolments import in_force
from territoires.domain.errors import Problem, StaleError
from territoires.domain.programme import Counted
from territoires.domain.roles import Permission

Subject = tuple[str | None, Counted]


@requires(Permission.RECORD_ENROLMENT, proposable=True)
def record_enrolments(write: Write, draft: EnrolmentsDraft) -> Saved:
    """Record a grid of headcounts: new ones are inserted, others corrected, equal ones left.

    A count of another day is a new one, in force from that day on; changing a count of the same day
    is a correction, and asks for a reason.
    """
    centre, where = versions.centre_and_town(write, draft.centre_id)
    source_id, problems = cite(write, draft.source, where)
    year, here = draft.academic_year, {"centre_id": centre.entity_id}
    this_year = versions.in_force(write, Enrolment, academic_year=year, **here)
    now = {_subject(row): row for row in this_year if row.counted_on == draft.counted_on}
    last_year = versions.in_force(write, Enrolment, academic_year=year - 1, **here)
    past = in_force(last_year, _subject)
    _must_be_fresh(draft.rows, now, {row.id for row in this_year})
    before = [_before(row, now, past) for row in draft.rows]
    problems += enrolments_problems(
        draft,
        before,
        stages=[known_stage(row) for row in versions.in_force(write, Stage, **here)],
        courses=frozenset(write.session.scalars(select(Course.key))),
        today=write.today,
    )
    corrects = list(_corrections(draft, before))
    if corrects and not draft.reason.strip():
        problems += corrects
    settle(problems, confirmed=bool(draft.reason.strip()) and (draft.confirmed or not corrects))
    rows = [row for row in draft.rows if row.headcount is not None]
    values = {
        "centre_id": centre.entity_id,
        "academic_year": draft.academic_year,
        "counted_on": draft.counted_on,
        "source_id": source_id,
    }
    written = [
        versions.record(
            write,
            Enrolment,
            now.get(_subject(row)),
            where,
            values | {name: getattr(row, name) for name in ("course_key", "counted", "headcount")},
        )
        for row in rows
    ]
    if not written:
        return Saved(
            entity="enrolment",
            entity_id="",
            centre_id=centre.entity_id,
            town_code=where.code,
            region_code=where.region_code,
        )
    inserted = sum(each.inserted for each in written)
    corrected = sum(each.corrected for each in written)
    return replace(
        written[0],
        inserted=inserted,
        corrected=corrected,
        unchanged=len(written) - inserted - corrected,
    )


@requires(Permission.RECORD_ENROLMENT, proposable=True)
def withdraw_enrolment(write: Write, draft: WithdrawalDraft) -> Saved:
    """End a headcount that should not have been recorded.

    The count of the day before it is in force again; without one, it is "not transmitted" again.
    """
    return versions.withdrawn_from_centre(write, Enrolment, draft)


def _subject(row: Enrolment | EnrolmentRow) -> Subject:
    return row.course_key, row.counted


def _before(
    row: EnrolmentRow, now: dict[Subject, Enrolment], past: dict[Subject, Enrolment]
) -> Before:
    known, last_year = now.get(_subject(row)), past.get(_subject(row))
    return Before(
        last_year=last_year.headcount if last_year else None,
        headcount=known.headcount if known else None,
    )


def _must_be_fresh(
    rows: tuple[EnrolmentRow, ...], now: dict[Subject, Enrolment], others: set[int]
) -> None:
    """Raise StaleError when a cell of the grid is no longer what the form showed.

    It may have shown the count of another day (`others`), which this one leaves as it is.
    """
    for row in rows:
        known = now.get(_subject(row))
        if row.expected_id is None or (known is None and row.expected_id in {0, *others}):
            continue
        if known is None or row.expected_id != known.id:
            raise StaleError("enrolment", row.expected_id, known.id if known else None)


def _corrections(draft: EnrolmentsDraft, before: list[Before]) -> Iterator[Problem]:
    for number, (row, known) in enumerate(zip(draft.rows, before, strict=True)):
        if (
            row.headcount is not None
            and known.headcount is not None
            and row.headcount != known.headcount
        ):
            yield Problem(
                "reason",
                Code.REQUIRED,
                str(row.headcount),
                {"row": number, "before": known.headcount},
            )
