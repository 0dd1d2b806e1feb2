"""What enrolments add up to, kept in step with them by the transaction that writes them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    case,
    delete,
    func,
    insert,
    inspect,
    select,
)

from territoires.db import disclosures
from territoires.db.chunks import chunks
from territoires.db.models import Course, Disclosure, Enrolment, EnrolmentSummary
from territoires.domain.disclosure import Publication
from territoires.domain.programme import Validation

Subject = tuple[int, int]
"""A centre and an academic year: what is added up together."""

WHOLE = ""
"""The field of the headcounts of a whole centre."""

_Key = tuple[Any, ...]
"""A year, a centre, a unit and a field, as the summaries have them."""
_COLUMNS = [column.name for column in EnrolmentSummary.__table__.c]
_KEYS = 4
# What a total adds up to that was withdrawn.
_NOTHING = (0, 0, 0, 0, 0, None)


subject_of = attrgetter("centre_id", "counted", "course_key")
"""Says what a headcount of a year counts: of which centre, what, and in which course."""


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
    _write(connection, _expected(connection, _ever_whole(connection)))


def disagreements(connection: Connection) -> Iterator[str]:
    """Name the summaries that are not what the rows add up to."""
    stored = _by_key(connection.execute(select(*EnrolmentSummary.__table__.c)))
    right = _expected(connection, _ever_whole(connection))
    for key in sorted(stored.keys() | right.keys(), key=str):
        if stored.get(key) != right.get(key):
            year, centre_id, counted, field_slug = key
            yield f"{centre_id}/{year}/{counted}/{field_slug or '-'}"


def _ever_whole(connection: Connection) -> Iterable[_Key]:
    """List the centres that ever had a headcount as a whole, by year: earlier instants ask."""
    columns = (Enrolment.academic_year, Enrolment.centre_id, Enrolment.counted)
    whole = select(*columns).where(Enrolment.course_key.is_(None)).distinct()
    return [(*row, WHOLE) for row in connection.execute(whole)]


def _renew(connection: Connection, year: int, centres: Sequence[int]) -> None:
    mine = (EnrolmentSummary.academic_year == year, EnrolmentSummary.centre_id.in_(centres))
    keys = select(*EnrolmentSummary.__table__.primary_key)
    ever = connection.execute(keys.where(*mine, EnrolmentSummary.field_slug == WHOLE)).all()
    connection.execute(delete(EnrolmentSummary).where(*mine))
    disclosures.decide(connection, year, centres)
    here = (Enrolment.academic_year == year, Enrolment.centre_id.in_(centres))
    _write(connection, _expected(connection, map(tuple, ever), *here))


def _write(connection: Connection, totals: Mapping[_Key, _Key]) -> None:
    if totals:
        rows = [dict(zip(_COLUMNS, key + total, strict=True)) for key, total in totals.items()]
        connection.execute(insert(EnrolmentSummary), rows)


def _by_key(rows: Iterable[Sequence[Any]]) -> dict[_Key, _Key]:
    return {tuple(row[:_KEYS]): tuple(row[_KEYS:]) for row in rows}


def _expected(
    connection: Connection, ever: Iterable[_Key], *where: ColumnElement[bool]
) -> dict[_Key, _Key]:
    """Add up the rows in force; those that `ever` were a whole keep their place."""
    return dict.fromkeys(ever, _NOTHING) | _by_key(connection.execute(_sums(*where)))


def _sums(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Add up headcounts, of each subject the one of the latest day, by what is told of each."""
    counted, told = _latest(*where).c, Publication
    is_whole, fate = counted.course_key.is_(None), func.coalesce(counted.publication, told.KEPT)
    # What is hidden of totals beside is small.
    is_kept = (fate == told.KEPT) | (is_whole & (fate == told.WITHHELD))
    key = (counted.academic_year, counted.centre_id, counted.counted, counted.field_slug)
    return (
        select(
            *key,
            func.sum(counted.headcount),
            func.count(),
            func.sum(case((fate == told.SHOWN, counted.headcount), else_=0)),
            func.sum(case((fate == told.SHOWN, 0), else_=1)),
            func.sum(case((is_kept, 1), else_=0)),
            func.max(counted.counted_on),
        )
        .where(counted.place == 1)
        .group_by(*key)
    )


def _latest(*where: ColumnElement[bool]) -> Subquery:
    """Read the headcounts in force with their field and what is told of them, latest first."""
    here = (Enrolment.superseded_at.is_(None), *where)
    field = case((Enrolment.course_key.is_(None), WHOLE), else_=Course.field_slug)
    every = (
        select(Disclosure.version_id, Disclosure.publication)
        .join(Enrolment, Enrolment.id == Disclosure.version_id)
        .where(*here)
        .add_columns(_place(Disclosure.decided_at, Disclosure.version_id))
        .subquery()
    )
    return (
        select(*Enrolment.__table__.c, field.label("field_slug"), every.c.publication)
        .outerjoin(Course, Course.key == Enrolment.course_key)
        .outerjoin(every, (every.c.version_id == Enrolment.id) & (every.c.place == 1))
        .where(*here, Enrolment.validation == Validation.VALIDATED)
        .add_columns(
            _place(
                Enrolment.counted_on,
                *(Enrolment.academic_year, Enrolment.centre_id),
                *(Enrolment.counted, Enrolment.course_key),
            )
        )
        .subquery()
    )


def _place(day: Any, *among: Any) -> ColumnElement[int]:
    """Number rows from the latest, among those of one subject."""
    return func.row_number().over(partition_by=among, order_by=day.desc()).label("place")
