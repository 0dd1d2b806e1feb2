"""The catalogue of courses, and which of them a centre gives."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from territoires.commands import versions
from territoires.commands.sources import cite
from territoires.commands.write import Saved, Write, requires
from territoires.db.models import AuditEvent, Course, Field, Offering
from territoires.domain.checks import (
    Code,
    course_problems,
    offering_problems,
    reasoned,
    settle,
)
from territoires.domain.drafts import (
    CourseCorrection,
    CourseDraft,
    OfferingDraft,
    WithdrawalDraft,
)
from territoires.domain.errors import ConflictError, Problem, StaleError
from territoires.domain.roles import Permission
from territoires.domain.text import fold

_OWN_KEY = re.compile(r"F(\d{3,})")


@requires(Permission.EDIT_COURSE)
def add_course(write: Write, draft: CourseDraft) -> Saved:
    """Add a course to the catalogue, under the key given or the next one."""
    source_id, problems = cite(write, draft.source)
    problems += course_problems(draft)
    problems += _catalogue_problems(write, draft)
    settle(problems, confirmed=draft.confirms)
    key = draft.key or _next_key(write)
    course = Course(**versions.values(draft, Course, key=key, source_id=source_id))
    write.session.add(course)
    return Saved(entity="course", entity_id=course.key, inserted=1)


@requires(Permission.EDIT_COURSE)
def correct_course(write: Write, draft: CourseCorrection) -> Saved:
    """Change what is said of a course; the journal keeps what was said."""
    course = write.session.get(Course, draft.key)
    if course is None:
        settle([Problem("key", Code.UNKNOWN_COURSE, draft.key)], confirmed=False)
        raise ConflictError(draft.key)
    source_id, problems = cite(write, draft.source)
    problems += [*course_problems(draft), *reasoned(draft)]
    problems += _catalogue_problems(write, draft)
    settle(problems, confirmed=draft.confirms)
    _must_be_fresh(write, "course", draft.key, draft.expected_edition)
    for name, value in versions.values(draft, Course, source_id=source_id).items():
        setattr(course, name, value)
    return Saved(entity="course", entity_id=course.key, corrected=1)


def _must_be_fresh(write: Write, entity: str, key: str, edition: int) -> None:
    """Raise StaleError when an act since `edition` touched an audited row."""
    later = write.session.execute(
        select(AuditEvent.id, AuditEvent.changes).where(AuditEvent.id > edition)
    )
    for number, changes in later:
        if any((c.get("entity"), c.get("id")) == (entity, key) for c in changes):
            raise StaleError(entity, edition, number)


def _catalogue_problems(write: Write, draft: CourseDraft) -> Iterator[Problem]:
    if draft.field_slug and write.session.get(Field, draft.field_slug) is None:
        yield Problem("field_slug", Code.UNKNOWN_FIELD, draft.field_slug[:80])
    correcting = isinstance(draft, CourseCorrection)
    if draft.key and not correcting and write.session.get(Course, draft.key) is not None:
        yield Problem("key", Code.DUPLICATE, draft.key, {"key": draft.key})
    for key, title, code in write.session.execute(
        select(Course.key, Course.title, Course.cnam_code)
    ):
        if correcting and key == draft.key:
            continue
        if draft.cnam_code and code == draft.cnam_code:
            yield Problem("cnam_code", Code.DUPLICATE, code, {"key": key})
        elif fold(title) == fold(draft.title):
            yield Problem("title", Code.LOOKS_LIKE_DUPLICATE, title, {"key": key}, confirmable=True)


def _next_key(write: Write) -> str:
    numbers = (_OWN_KEY.fullmatch(key) for key in write.session.scalars(select(Course.key)))
    return f"F{max((int(found[1]) for found in numbers if found), default=0) + 1:03d}"


@requires(Permission.EDIT_OFFERING, proposable=True)
def set_offering(write: Write, draft: OfferingDraft) -> Saved:
    """Say that a centre gives a course, or correct what was said of it."""
    row = versions.corrected(write, Offering, draft)
    centre, where = versions.centre_and_town(write, draft.centre_id)
    problems = list(offering_problems(draft, today=write.today))
    if row is not None:
        problems += reasoned(draft)
        if (row.centre_id, row.course_key) != (centre.entity_id, draft.course_key):
            # Another centre or another course is another fact.
            problems.append(Problem("course_key", Code.UNKNOWN_FACT, str(row.id)))
    source_id, wrong = cite(write, draft.source, where)
    problems += wrong
    if not draft.course_key.isascii() or write.session.get(Course, draft.course_key) is None:
        problems.append(Problem("course_key", Code.UNKNOWN_COURSE, draft.course_key[:40]))
    elif row is None:
        problems += _overlaps(write, draft, centre.entity_id)
    settle(problems, confirmed=draft.confirms)
    values = versions.values(draft, Offering, source_id=source_id, centre_id=centre.entity_id)
    return versions.record(write, Offering, row, where, values)


@requires(Permission.EDIT_OFFERING, proposable=True)
def withdraw_offering(write: Write, draft: WithdrawalDraft) -> Saved:
    """End an offering that should not have been recorded; one that ceases has an end date."""
    return versions.withdrawn_from_centre(write, Offering, draft)


def _overlaps(write: Write, draft: OfferingDraft, centre_id: int) -> Iterator[Problem]:
    said = {"centre_id": centre_id, "course_key": draft.course_key}
    for other in versions.in_force(write, Offering, **said):
        apart = _ends_before(other, draft) or _ends_before(draft, other)
        if (not apart and other.mode in {None, draft.mode}) or (draft.mode is None and not apart):
            yield Problem(
                "course_key",
                Code.DUPLICATE,
                draft.course_key,
                {"version_id": other.id, "key": draft.course_key},
            )
            return


def _ends_before(one: Offering | OfferingDraft, other: Offering | OfferingDraft) -> bool:
    end, start = one.ends_on.last, other.starts_on.first
    return end is not None and start is not None and end < start
