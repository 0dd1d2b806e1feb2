"""What enrolments add up to, kept in step with them by the transaction that writes them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, inspect, select

from territoires.db import disclosures
from territoires.db.chunks import chunks
from territoires.db.models import Course, Disclosure, Enrolment, EnrolmentSummary
from territoires.domain.disclosure import Fates, Publication
from territoires.domain.enrolments import in_force
from territoires.domain.programme import Counted, Validation

Subject = tuple[int, int]
"""A centre and an academic year: what is added up together."""

WHOLE = ""
"""The field of the headcounts of a whole centre."""

_Key = tuple[int, int, Counted, str]
_Ever = set[tuple[int, Counted]]


@dataclass(kw_only=True)
class _Total:
    """What the headcounts of one centre, year, unit and field add up to."""

    headcount: int = 0
    cells: int = 0
    published: int = 0
    hidden: int = 0
    kept: int = 0
    counted_on: date | None = None

    def add(self, headcount: int, fate: Publication, counted_on: date) -> None:
        is_shown = fate is Publication.SHOWN
        self.headcount += headcount
        self.cells += 1
        self.published += headcount if is_shown else 0
        self.hidden += not is_shown
        self.kept += fate is Publication.KEPT
        self.counted_on = max(self.counted_on or counted_on, counted_on)


def subject_of(row: Any) -> tuple[int, Counted, str | None]:
    """Say what a headcount of a year counts: of which centre, what, and in which course."""
    return row.centre_id, row.counted, row.course_key


def refresh(connection: Connection, subjects: Iterable[Subject]) -> None:
    """Add up again the headcounts in force of these centres and years.

    Whoever writes enrolments, or moves a course to another field, calls it in the same transaction.
    """
    centres_of: dict[int, set[int]] = defaultdict(set)
    for centre_id, year in subjects:
        centres_of[year].add(centre_id)
    for year, centres in sorted(centres_of.items()):
        for some in chunks(sorted(centres)):
            _renew(connection, year, some)


def subjects_of_course(connection: Connection, course_key: str) -> list[Subject]:
    """List the centres and years that have a headcount in force for a course."""
    rows = connection.execute(
        select(Enrolment.centre_id, Enrolment.academic_year)
        .where(Enrolment.course_key == course_key, Enrolment.superseded_at.is_(None))
        .distinct()
    )
    return [(centre_id, year) for centre_id, year in rows]


def rebuild(connection: Connection) -> None:
    """Decide and add up everything again, from the rows alone.

    An upgrade on its way has no table of decisions yet: `db.amendments` does it at its end.
    """
    if not inspect(connection).has_table(Disclosure.__tablename__):
        return
    disclosures.replay(connection)
    connection.execute(delete(EnrolmentSummary))
    for year, ever in _ever_whole(connection).items():
        _write(connection, _expected(connection, year, None, ever, _told(connection, year)))


def disagreements(connection: Connection) -> Iterator[str]:
    """Name the summaries that are not what the rows add up to."""
    stored: dict[_Key, _Total] = {}
    for row in connection.execute(select(*EnrolmentSummary.__table__.c)):
        values = row._asdict()
        key = (
            values.pop("academic_year"),
            values.pop("centre_id"),
            values.pop("counted"),
            values.pop("field_slug"),
        )
        stored[key] = _Total(**values)
    right: dict[_Key, _Total] = {}
    for year, ever in _ever_whole(connection).items():
        right |= _expected(connection, year, None, ever, _told(connection, year))
    for key in sorted(stored.keys() | right.keys(), key=str):
        if stored.get(key) != right.get(key):
            year, centre_id, counted, field_slug = key
            yield f"{centre_id}/{year}/{counted}/{field_slug or '-'}"


def _told(connection: Connection, year: int) -> Fates:
    return disclosures.in_force(connection, Enrolment.academic_year == year)


def _ever_whole(connection: Connection) -> dict[int, _Ever]:
    """List, by year, the centres that ever had a headcount as a whole: earlier instants ask."""
    found: dict[int, _Ever] = {
        year: set() for year in connection.scalars(select(Enrolment.academic_year).distinct())
    }
    rows = connection.execute(
        select(Enrolment.academic_year, Enrolment.centre_id, Enrolment.counted)
        .where(Enrolment.course_key.is_(None))
        .distinct()
    )
    for year, centre_id, counted in rows:
        found[year].add((centre_id, counted))
    return found


def _renew(connection: Connection, year: int, centres: Sequence[int]) -> None:
    mine = (EnrolmentSummary.academic_year == year, EnrolmentSummary.centre_id.in_(centres))
    ever = {
        (centre_id, counted)
        for centre_id, counted in connection.execute(
            select(EnrolmentSummary.centre_id, EnrolmentSummary.counted).where(
                *mine, EnrolmentSummary.field_slug == WHOLE
            )
        )
    }
    connection.execute(delete(EnrolmentSummary).where(*mine))
    fates = disclosures.decide(connection, year, centres)
    _write(connection, _expected(connection, year, centres, ever, fates))


def _write(connection: Connection, totals: dict[_Key, _Total]) -> None:
    if totals:
        connection.execute(
            insert(EnrolmentSummary),
            [
                {
                    "academic_year": year,
                    "centre_id": centre_id,
                    "counted": counted,
                    "field_slug": field_slug,
                }
                | asdict(total)
                for (year, centre_id, counted, field_slug), total in totals.items()
            ],
        )


def _expected(
    connection: Connection, year: int, centres: Sequence[int] | None, ever: _Ever, fates: Fates
) -> dict[_Key, _Total]:
    """Add up the rows in force of one year; `centres` None: all of them."""
    statement = (
        select(
            Enrolment.id,
            Enrolment.centre_id,
            Enrolment.counted,
            Enrolment.course_key,
            Enrolment.headcount,
            Enrolment.counted_on,
            Course.field_slug,
        )
        .outerjoin(Course, Course.key == Enrolment.course_key)
        .where(
            Enrolment.academic_year == year,
            Enrolment.superseded_at.is_(None),
            Enrolment.validation == Validation.VALIDATED,
        )
    )
    if centres is not None:
        statement = statement.where(Enrolment.centre_id.in_(centres))
    rows = connection.execute(statement).all()
    totals: dict[_Key, _Total] = {
        (year, centre_id, counted, WHOLE): _Total() for centre_id, counted in ever
    }
    for row in in_force(rows, subject_of).values():
        key = year, row.centre_id, row.counted, WHOLE if row.course_key is None else row.field_slug
        fate = fates.get(row.id, Publication.KEPT)
        if row.course_key is None and fate is Publication.WITHHELD:
            fate = Publication.KEPT  # what is hidden of totals beside is small
        totals.setdefault(key, _Total()).add(row.headcount, fate, row.counted_on)
    return totals
