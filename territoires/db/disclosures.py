"""What the public is told of each headcount, decided by the act that wrote it and kept as rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    and_,
    delete,
    insert,
    select,
    type_coerce,
)

from territoires.db.chunks import chunks
from territoires.db.models import Disclosure, Enrolment
from territoires.domain.disclosure import Count, Fates, Ledger, Publication
from territoires.domain.programme import Validation

_AT_ONCE = 5_000  # rows sent to the database in one statement

Told = dict[datetime, Fates]
"""What each act said of versions: only what it said anew."""


def decide(connection: Connection, year: int, centres: Sequence[int]) -> Fates:
    """Decide what the latest act about each of these centres and this year tells, and keep it.

    Gives what is told of each version in force; of those that are not named, nothing is. Asked
    again within one act, it decides again from all that the act wrote.
    """
    where = and_(Enrolment.academic_year == year, Enrolment.centre_id.in_(centres))
    before = _stored(connection, where)
    fates: Fates = {}
    again: dict[datetime, list[int]] = defaultdict(list)
    rows: list[dict[str, Any]] = []
    for (centre_id, _), versions in _histories(connection, where):
        told = before[centre_id, year]
        *past, (now, in_force) = _acts(versions)
        ledger = Ledger(salt=_salt(centre_id, year))
        known: Fates = {}
        for at_utc, then in past:
            known |= told.get(at_utc, {})
            ledger.recall(then, known)
        decided = ledger.decide(in_force)
        again[now] += told.get(now, ())
        rows += _rows(now, _anew(in_force, known, decided))
        fates |= decided
    for at_utc, numbers in again.items():
        for some in chunks(numbers):
            connection.execute(
                delete(Disclosure).where(
                    Disclosure.decided_at == at_utc, Disclosure.version_id.in_(some)
                )
            )
    _insert(connection, rows)
    return fates


def replay(connection: Connection) -> None:
    """Decide again, act after act, all that was ever told."""
    connection.execute(delete(Disclosure))
    rows: list[dict[str, Any]] = []
    for (centre_id, year), versions in _histories(connection):
        for at_utc, told in _replayed(centre_id, year, versions).items():
            rows += _rows(at_utc, told)
        if len(rows) >= _AT_ONCE:
            _insert(connection, rows)
            rows = []
    _insert(connection, rows)


def disagreements(connection: Connection) -> Iterator[str]:
    """Name the centres and years of which something else is told than the acts decide."""
    for year in connection.scalars(select(Enrolment.academic_year).distinct()).all():
        of_year = Enrolment.academic_year == year
        stored = _stored(connection, of_year)
        for (centre_id, _), versions in _histories(connection, of_year):
            if stored[centre_id, year] != _replayed(centre_id, year, versions):
                yield f"{centre_id}/{year}"


def in_force(connection: Connection, *where: ColumnElement[bool]) -> Fates:
    """Give what is told now of the versions in force that `where` keeps."""
    rows = connection.execute(
        select(Disclosure.version_id, Disclosure.publication)
        .join(Enrolment, Enrolment.id == Disclosure.version_id)
        .where(Enrolment.superseded_at.is_(None), *where)
        .order_by(Disclosure.decided_at)
    )
    return {number: fate for number, fate in rows}  # noqa: C416 - rows are not pairs for mypy


def _salt(centre_id: int, year: int) -> str:
    """Name a centre and year for the choices of `domain.disclosure`."""
    return f"{centre_id}/{year}"


def _histories(
    connection: Connection, *where: ColumnElement[bool]
) -> Iterator[tuple[tuple[int, int], list[Any]]]:
    """Yield all versions of the headcounts of each centre and year."""
    rows = connection.execute(
        select(
            Enrolment.centre_id,
            Enrolment.academic_year,
            Enrolment.id,
            Enrolment.counted,
            Enrolment.course_key,
            Enrolment.headcount,
            Enrolment.counted_on,
            # Made aware by act, not by row (`_acts`).
            type_coerce(Enrolment.recorded_at, DateTime).label("recorded_at"),
            type_coerce(Enrolment.superseded_at, DateTime).label("superseded_at"),
        )
        .where(Enrolment.validation == Validation.VALIDATED, *where)
        .order_by(Enrolment.centre_id, Enrolment.academic_year)
        .execution_options(yield_per=_AT_ONCE)
    )
    for subject, versions in groupby(rows, key=attrgetter("centre_id", "academic_year")):
        yield subject, list(versions)


def _acts(versions: Iterable[Any]) -> list[tuple[datetime, list[Count]]]:
    """Lay out, act after act, what was in force after each."""
    begun: dict[datetime, list[Count]] = defaultdict(list)
    ended: dict[datetime, list[int]] = defaultdict(list)
    for row in versions:
        begun[row.recorded_at].append(Count(*row[2:7]))
        if row.superseded_at is not None:
            ended[row.superseded_at].append(row.id)
    current: dict[int, Count] = {}
    acts = []
    for at_utc in sorted(begun.keys() | ended.keys()):
        for number in ended.get(at_utc, ()):
            del current[number]
        current |= {count.number: count for count in begun.get(at_utc, ())}
        acts.append((at_utc.replace(tzinfo=UTC), list(current.values())))
    return acts


def _replayed(centre_id: int, year: int, versions: Iterable[Any]) -> Told:
    ledger = Ledger(salt=_salt(centre_id, year))
    told: Told = {}
    known: Fates = {}
    for at_utc, then in _acts(versions):
        if anew := _anew(then, known, ledger.decide(then)):
            told[at_utc] = anew
            known |= anew
    return told


def _anew(in_force: Iterable[Count], before: Mapping[int, Publication], decided: Fates) -> Fates:
    """Say of what is in force what is told otherwise than before."""
    found = {}
    for count in in_force:
        fate = decided.get(count.number, Publication.KEPT)
        if fate is not before.get(count.number, Publication.KEPT):
            found[count.number] = fate
    return found


def _stored(connection: Connection, *where: ColumnElement[bool]) -> dict[tuple[int, int], Told]:
    found: dict[tuple[int, int], Told] = defaultdict(lambda: defaultdict(dict))
    rows = connection.execute(
        select(
            Enrolment.centre_id,
            Enrolment.academic_year,
            Disclosure.version_id,
            Disclosure.decided_at,
            Disclosure.publication,
        )
        .join(Enrolment, Enrolment.id == Disclosure.version_id)
        .where(*where)
    )
    for centre_id, year, number, decided_at, fate in rows:
        found[centre_id, year][decided_at][number] = fate
    return found


def _rows(at_utc: datetime, told: Fates) -> list[dict[str, Any]]:
    return [
        {"version_id": number, "decided_at": at_utc, "publication": fate}
        for number, fate in told.items()
    ]


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(Disclosure), rows)
