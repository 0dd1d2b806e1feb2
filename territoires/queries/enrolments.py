"""How many people and registrations, where, since when, and who transmitted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, case, select
from sqlalchemy.orm import aliased

from territoires.db import disclosures
from territoires.db.models import (
    AuditEvent,
    Centre,
    Course,
    Disclosure,
    Enrolment,
    EnrolmentSummary,
    Field,
    PublishedFigure,
)
from territoires.db.summaries import WHOLE, subject_of
from territoires.domain.disclosure import Publication
from territoires.domain.enrolments import in_force, is_provisional, last_day, name_of, year_of
from territoires.domain.programme import Counted, FigureKind, Validation
from territoires.domain.rollout import Life, counted, months_between
from territoires.domain.scope import Scope
from territoires.domain.text import fold
from territoires.queries import facts
from territoires.queries.clocks import known
from territoires.queries.facts import CITED, Row, cited, is_in, stands, towns
from territoires.queries.frames import COUNT, by_name, columns, table
from territoires.queries.rollout import lives_in

CENTRES = columns(
    "academic_year town_code town department region expected transmitted counted headcount "
    "publication counted_on provisional courses_sum courses_hidden target target_share "
    "target_source"
)
TOTALS = columns(
    "academic_year region_code region counted headcount centres hidden_centres expected_centres "
    "provisional"
)
AGES = columns(
    "town_code town region academic_year counted months headcount provisional", headcount=COUNT
)
FIELDS = columns(
    "academic_year field_slug field counted headcount cells hidden centres kept_centres"
)
COURSES = columns(
    "academic_year course_key course field_slug field counted headcount cells hidden kept_centres"
)
CELLS = columns(
    "academic_year town_code town region course_key course field counted headcount publication "
    "counted_on source"
)
PUBLISHED = columns(
    "town indicator figure_kind value qualifier published_on last_day title period source "
    "source_url"
)

_TARGET = "target_people_per_centre"
# Things whose acts leave every detail by course as it was.
_APART = (
    *("announcement", "bound", "centre", "frozen_view", "offering", "question", "report"),
    *("setting", "staff", "stage", "target"),
)
_ATTENDANCE = ("people_trained", "people_in_course", "forecast_people", _TARGET)


@dataclass(frozen=True, kw_only=True)
class _Centre:
    """A centre of the scope with where its town is."""

    life: Life
    place: Row


@dataclass(frozen=True, kw_only=True)
class _Whole:
    """The headcount of a whole centre for one year, as known and counted by the scope's day."""

    centre_id: int
    year: int
    counted: Counted
    headcount: int | None  # null unless it is told
    publication: Publication
    counted_on: date


def _centres(connection: Connection, scope: Scope) -> dict[int, _Centre]:
    here = counted(lives_in(connection, scope=scope), with_unproven=scope.with_unproven)
    named = towns(connection, [life.history.town for life in here])
    return {
        life.history.centre_id: _Centre(life=life, place=named[life.history.town]) for life in here
    }


def _wholes(
    connection: Connection, scope: Scope, counts: Counted | None, year: int | None = None
) -> list[_Whole]:
    """Read the totals of centres, all France: as many rows as centres and years.

    The latest count of each is in the summaries; the one in force at an earlier day or instant is
    one look-up for each centre and year that the summaries know.
    """
    asked = [EnrolmentSummary.field_slug == WHOLE]
    if counts is not None:
        asked.append(EnrolmentSummary.counted == counts)
    if year is not None:
        asked.append(EnrolmentSummary.academic_year == year)
    earlier = _looked_up(scope).where(*asked)
    if scope.known_at is not None:
        statements = [earlier]
    else:
        latest = select(
            EnrolmentSummary.centre_id,
            EnrolmentSummary.academic_year,
            EnrolmentSummary.counted,
            EnrolmentSummary.headcount,
            EnrolmentSummary.counted_on,
            case(
                (EnrolmentSummary.hidden == 0, Publication.SHOWN),
                (EnrolmentSummary.kept == 0, Publication.SMALL),
                else_=Publication.WITHHELD,
            ),
        ).where(*asked, EnrolmentSummary.cells > 0, EnrolmentSummary.counted_on <= scope.as_of)
        statements = [latest, earlier.where(EnrolmentSummary.counted_on > scope.as_of)]
    return [
        _Whole(
            centre_id=c,
            year=y,
            counted=Counted(u),
            headcount=h if fate == Publication.SHOWN else None,
            publication=Publication(fate or Publication.WITHHELD),
            counted_on=o,
        )
        for statement in statements
        for c, y, u, h, o, fate in connection.execute(statement)
    ]


def _looked_up(scope: Scope) -> Any:
    """Find, for each total of the summaries, the count in force at the scope's day and instant."""
    one = aliased(Enrolment)
    number = (
        select(one.id)
        .where(
            one.centre_id == EnrolmentSummary.centre_id,
            one.academic_year == EnrolmentSummary.academic_year,
            one.counted == EnrolmentSummary.counted,
            one.course_key.is_(None),
            one.counted_on <= scope.as_of,
            one.validation == Validation.VALIDATED,
            known(one, scope.known_at),
        )
        .order_by(one.counted_on.desc(), one.recorded_at.desc())
        .limit(1)
        .correlate(EnrolmentSummary)
        .scalar_subquery()
    )
    return (
        select(
            Enrolment.centre_id,
            Enrolment.academic_year,
            Enrolment.counted,
            Enrolment.headcount,
            Enrolment.counted_on,
            Disclosure.publication,
        )
        .select_from(EnrolmentSummary)
        .join(Enrolment, Enrolment.id == number)
        # Of a total there is one decision, that of the act which wrote it.
        .outerjoin(Disclosure, Disclosure.version_id == Enrolment.id)
    )


def years(connection: Connection, *, scope: Scope) -> list[int]:
    """List the academic years with a headcount in the scope, latest first, or the day's alone."""
    here = _centres(connection, scope)
    current = year_of(scope.as_of)
    found = {whole.year for whole in _wholes(connection, scope, None) if whole.centre_id in here}
    if detail_is_public(connection, scope=scope):
        rows = connection.execute(
            select(EnrolmentSummary.academic_year, EnrolmentSummary.centre_id)
            .where(EnrolmentSummary.cells > 0, EnrolmentSummary.counted_on <= scope.as_of)
            .distinct()
        )
        found |= {year for year, centre_id in rows if centre_id in here}
    return sorted((year for year in found if year <= current), reverse=True) or [current]


def has_any(connection: Connection) -> bool:
    """Tell whether any headcount was ever transmitted, wherever."""
    return connection.scalar(select(EnrolmentSummary.centre_id).limit(1)) is not None


# By centre


def transmissions(  # noqa: PLR0913 - the filters of one table
    connection: Connection,
    *,
    scope: Scope,
    year: int,
    counts: Counted = Counted.PERSONS,
    age: tuple[float, float] | None = None,
    only_transmitted: bool = False,
) -> pd.DataFrame:
    """List the centres expected to transmit for a year, and those that did; columns `CENTRES`.

    Expected: certainly open on the last day of the year, or on the scope's if it comes before.
    `age` keeps the centres open for so many months on that day: at least the first, not the second.
    `only_transmitted` keeps those that transmitted something.
    `headcount` is null when there is none for the whole centre, or one that is not told, as
    `publication` says; `courses_sum`
    adds up the courses shown of a centre that gave nothing else (a lower bound when some are
    hidden, null when that bounds nothing). The target is the centre's own, or else
    the one stated for every centre.
    """
    here = _centres(connection, scope)
    day = min(scope.as_of, last_day(year))
    wholes = {
        whole.centre_id: whole
        for whole in _wholes(connection, scope, counts, year)
        if whole.centre_id in here
    }
    gave = {whole.centre_id for whole in _wholes(connection, scope, None, year)}
    gave |= _detailed(connection, scope, year, here.keys() - gave)
    sums = _course_sums(connection, scope, year, counts)
    targets = _targets(connection, scope)
    rows = []
    for number, centre in here.items():
        expected = centre.life.certainly_open(day)
        transmitted = number in gave
        if not transmitted and (only_transmitted or not expected):
            continue
        if age is not None and not _is_aged(centre.life, day, age):
            continue
        whole = wholes.get(number)
        headcount = whole.headcount if whole else None
        target, source = targets.get(centre.life.history.town) or targets.get("") or (None, "")
        if counts is not Counted.PERSONS:
            target, source = None, ""
        published, hidden = sums.get(number, (None, 0)) if whole is None else (None, 0)
        rows.append(
            _where(centre, year)
            | {
                "expected": expected,
                "transmitted": transmitted,
                "counted": counts,
                "headcount": headcount,
                "publication": whole.publication if whole else Publication.ABSENT,
                "counted_on": whole.counted_on if whole else None,
                "provisional": whole is not None and is_provisional(year, whole.counted_on),
                "courses_sum": _told(published, hidden),
                "courses_hidden": hidden,
                "target": target,
                "target_share": round(headcount / target, 4)
                if headcount is not None and target
                else None,
                "target_source": source,
            }
        )
    return table(by_name(rows, "region", "town"), CENTRES)


def _opened_on(life: Life) -> date | None:
    """Give the day by which a centre had certainly opened first."""
    return min((span.last for span, _ in life.openings), default=None)


def _is_aged(life: Life, day: date, months: tuple[float, float]) -> bool:
    opened = _opened_on(life)
    least, most = months
    return opened is not None and least <= months_between(opened, day) < most


def _where(centre: _Centre, year: int) -> dict[str, Any]:
    return {**centre.place, "academic_year": name_of(year)}


def _course_sums(
    connection: Connection, scope: Scope, year: int, counts: Counted
) -> dict[int, tuple[int, int]]:
    """Add up, by centre, the courses that are shown and count those told not to be."""
    found: dict[int, tuple[int, int]] = {}
    for row in _details(connection, scope, year, counts):
        before = found.get(row.centre_id, (0, 0))
        hidden = row.hidden - row.kept
        if row.cells > row.kept:
            found[row.centre_id] = (before[0] + row.published, before[1] + hidden)
    return found


def _details(connection: Connection, scope: Scope, year: int, counts: Counted) -> Sequence[Any]:
    """Read the sums of each centre and field for a year, as far as the detail is public."""
    if not detail_is_public(connection, scope=scope):
        return []
    return connection.execute(
        select(
            *EnrolmentSummary.__table__.c,
            Field.name,
        )
        .join(Field, Field.slug == EnrolmentSummary.field_slug)
        .where(
            EnrolmentSummary.academic_year == year,
            EnrolmentSummary.counted == counts,
            EnrolmentSummary.counted_on <= scope.as_of,
        )
    ).all()


def _told(published: int | None, hidden: int) -> int | None:
    """Give the sum of what is shown; at least zero says nothing, and zero would be false."""
    return None if hidden and not published else published


def _detailed(connection: Connection, scope: Scope, year: int, centres: Iterable[int]) -> set[int]:
    """Keep the centres with the headcount of a course, as known and counted by the scope's day.

    At an earlier day or instant too: that a centre gave its detail tells none of it.
    """
    one = select(Enrolment.id).where(
        Enrolment.centre_id == Centre.id,
        Enrolment.academic_year == year,
        Enrolment.course_key.is_not(None),
        known(Enrolment, scope.known_at),
        Enrolment.validation == Validation.VALIDATED,
        Enrolment.counted_on <= scope.as_of,
    )
    return set(connection.scalars(select(Centre.id).where(Centre.id.in_(centres), one.exists())))


def _targets(connection: Connection, scope: Scope) -> dict[str, tuple[float, str]]:
    """Give the target attendance of each town, the latest stated; under "" that of any centre."""
    stated = facts.published(connection, scope, PublishedFigure.indicator == _TARGET, stands())
    return {row["town_code"] or "": (row["value"], row["source"]) for row in stated}


# By academic year and region


def totals(
    connection: Connection, *, scope: Scope, counts: Counted = Counted.PERSONS
) -> pd.DataFrame:
    """Add up the totals of centres by academic year and region, oldest first; columns `TOTALS`.

    Only what centres gave as a whole; those not told are counted in `hidden_centres` and left out.
    `headcount` is null where no centre's is shown: nothing transmitted is not zero.
    A figure is provisional when a centre is missing, or was counted before the end of the year.
    """
    here = _centres(connection, scope)
    regions = {centre.life.history.region: centre.place["region"] for centre in here.values()}
    given: dict[tuple[int, str], list[_Whole]] = defaultdict(list)
    for whole in _wholes(connection, scope, counts):
        if whole.centre_id in here and whole.year <= year_of(scope.as_of):
            given[whole.year, here[whole.centre_id].life.history.region].append(whole)
    expected: Counter[tuple[int, str]] = Counter()
    missing: Counter[tuple[int, str]] = Counter()
    first = min((year for year, _ in given), default=None)
    for year in range(first, year_of(scope.as_of) + 1) if first is not None else ():
        gave = {whole.centre_id for (of, _), some in given.items() if of == year for whole in some}
        day = min(scope.as_of, last_day(year))
        for number, centre in here.items():
            if centre.life.certainly_open(day):
                key = year, centre.life.history.region
                expected[key] += 1
                missing[key] += number not in gave
    rows = []
    for key in sorted(given.keys() | expected.keys(), key=lambda k: (k[0], fold(regions[k[1]]))):
        year, region = key
        shown = [whole.headcount for whole in given[key] if whole.headcount is not None]
        rows.append(
            {
                "academic_year": name_of(year),
                "region_code": region,
                "region": regions[region],
                "counted": counts,
                "headcount": sum(shown) if shown else None,
                "centres": len(shown),
                "hidden_centres": len(given[key]) - len(shown),
                "expected_centres": expected[key],
                "provisional": missing[key] > 0
                or any(is_provisional(year, whole.counted_on) for whole in given[key]),
            }
        )
    return table(rows, TOTALS)


# By age of the centre


def by_age(
    connection: Connection, *, scope: Scope, counts: Counted = Counted.PERSONS
) -> pd.DataFrame:
    """Give each centre's totals by months since its opening, on the count's day; columns `AGES`.

    The opening's latest day counts: an age is the least that the centre may have.
    """
    here = _centres(connection, scope)
    rows = []
    for whole in _wholes(connection, scope, counts):
        centre = here.get(whole.centre_id)
        if centre is None or whole.headcount is None:
            continue
        opened = _opened_on(centre.life)
        if opened is None or opened > whole.counted_on:
            continue
        rows.append(
            _where(centre, whole.year)
            | {
                "counted": counts,
                "months": round(months_between(opened, whole.counted_on), 1),
                "headcount": whole.headcount,
                "provisional": is_provisional(whole.year, whole.counted_on),
            }
        )
    return table(sorted(rows, key=lambda row: (fold(row["town"]), row["months"])), AGES)


# By field and course


def detail_is_public(connection: Connection, *, scope: Scope) -> bool:
    """Tell whether the public may see the detail by course at the scope's instant.

    Two states of the same detail would betray what one of them hides: only the latest is public.
    """
    if scope.known_at is None:
        return True
    last = connection.scalar(
        select(AuditEvent.at_utc)
        .where(AuditEvent.entity.not_in(_APART))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return last is not None and scope.known_at >= last


def by_field(
    connection: Connection, *, scope: Scope, year: int, counts: Counted = Counted.PERSONS
) -> pd.DataFrame:
    """Add up, by field, the courses that are shown for a year, largest first; columns `FIELDS`.

    `hidden` of its `cells` (one centre, one course) are not in `headcount`, nor anything of the
    `kept_centres` of the scope: a lower bound then, null when that bounds nothing.
    """
    here = _centres(connection, scope)
    details = [row for row in _details(connection, scope, year, counts) if row.centre_id in here]
    shown: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for found in details:
        if found.cells > found.kept:
            shown[found.field_slug, found.name].append(found)
    rows = [
        {
            "academic_year": name_of(year),
            "field_slug": slug,
            "field": name,
            "counted": counts,
            "headcount": sum(each.published for each in of_field),
            "cells": sum(each.cells - each.kept for each in of_field),
            "hidden": sum(each.hidden - each.kept for each in of_field),
            "centres": len(of_field),
            "kept_centres": _kept_centres(details),
        }
        for (slug, name), of_field in shown.items()
    ]
    return table(_largest_first(rows, "field"), FIELDS)


def _kept_centres(details: Iterable[Any]) -> int:
    """Count the centres of which some sums by field are kept back."""
    return len({row.centre_id for row in details if row.kept})


def _largest_first(sums: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Sort sums of what is shown, by name where they are equal; those that tell nothing go last."""
    told = [row | {"headcount": _told(row["headcount"], row["hidden"])} for row in sums]
    return sorted(
        told, key=lambda r: (r["headcount"] is None, -(r["headcount"] or 0), fold(r[name]))
    )


def cells(  # noqa: PLR0913 - the filters of one table
    connection: Connection,
    *,
    scope: Scope,
    year: int,
    counts: Counted = Counted.PERSONS,
    field: str = "",
    may_see_small: bool = False,
) -> pd.DataFrame:
    """List the headcounts of one centre and one course for a year; columns `CELLS`.

    `field` keeps one field, which changes nothing of what is told. The public is told
    `publication` instead of the figures that `domain.disclosure` hides, nothing of those that it
    keeps back, and only of the latest count of each cell; `may_see_small` is for whoever is
    competent in every region of the scope.
    """
    here = _centres(connection, scope)
    listed = _cells(
        connection, here, scope=scope, year=year, counts=counts, field=field, is_staff=may_see_small
    )
    return table(listed, CELLS)


def _cells(  # noqa: PLR0913 - those of `cells`
    connection: Connection,
    here: Mapping[int, _Centre],
    *,
    scope: Scope,
    year: int,
    counts: Counted,
    field: str,
    is_staff: bool = False,
) -> list[dict[str, Any]]:
    if not is_staff and not detail_is_public(connection, scope=scope):
        return []
    every = _rows_of_year(connection, scope, year, here)
    reached = [row for row in every if row.counted_on <= scope.as_of]
    fates = None
    if not is_staff:
        mine = (Enrolment.academic_year == year, Enrolment.centre_id.in_(here))
        fates = disclosures.in_force(connection, *mine)
    rows = []
    for row in in_force(reached if is_staff else every, subject_of).values():
        is_asked = row.course_key is not None and row.counted is counts
        if not is_asked or row.counted_on > scope.as_of or field not in {"", row.slug}:
            continue
        fate = Publication.SHOWN if fates is None else fates.get(row.id, Publication.KEPT)
        if fate is Publication.KEPT:
            continue
        rows.append(
            _where(here[row.centre_id], year)
            | {
                "course_key": row.course_key,
                "course": row.title,
                "field_slug": row.slug,
                "field": row.name,
                "counted": counts,
                "headcount": row.headcount if fate is Publication.SHOWN else None,
                "publication": fate,
                "counted_on": row.counted_on,
                "source": row.source,
            }
        )
    return by_name(rows, "town", "field", "course")


def _rows_of_year(
    connection: Connection, scope: Scope, year: int, here: Mapping[int, _Centre]
) -> Sequence[Any]:
    """Read every headcount of a year in some centres."""
    statement = (
        cited(
            select(
                Enrolment.id,
                Enrolment.centre_id,
                Enrolment.counted,
                Enrolment.course_key,
                Enrolment.headcount,
                Enrolment.counted_on,
                Course.title,
                Field.slug,
                Field.name,
                *CITED,
            ),
            Enrolment,
        )
        .outerjoin(Course, Course.key == Enrolment.course_key)
        .outerjoin(Field, Field.slug == Course.field_slug)
        .where(
            known(Enrolment, scope.known_at),
            Enrolment.academic_year == year,
            Enrolment.centre_id.in_(here),
            Enrolment.validation == Validation.VALIDATED,
        )
    )
    return connection.execute(statement).all()


def by_course(
    connection: Connection,
    *,
    scope: Scope,
    year: int,
    counts: Counted = Counted.PERSONS,
    field: str = "",
) -> pd.DataFrame:
    """Add up, by course, the cells that are shown for a year, largest first; columns `COURSES`.

    `field` keeps one field. `hidden` as in `by_field`.
    """
    here = _centres(connection, scope)
    kept = _kept_centres(
        row
        for row in _details(connection, scope, year, counts)
        if row.centre_id in here and field in {"", row.field_slug}
    )
    shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in _cells(connection, here, scope=scope, year=year, counts=counts, field=field):
        shown[cell["course_key"]].append(cell)
    rows = [
        some[0]
        | {
            "headcount": sum(cell["headcount"] or 0 for cell in some),
            "cells": len(some),
            "hidden": sum(cell["publication"] is not Publication.SHOWN for cell in some),
            "kept_centres": kept,
        }
        for some in shown.values()
    ]
    return table(_largest_first(rows, "course"), COURSES)


# What was published


def published(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the totals and targets of attendance published by the day; columns `PUBLISHED`.

    Those of the programme only for all France and every town; those of a town wherever it lies in
    the scope. They are never added to what centres transmitted.
    """
    rows = facts.published(connection, scope, PublishedFigure.indicator.in_(_ATTENDANCE))
    return table((row for row in rows if _is_in(row, scope)), PUBLISHED)


def _is_in(row: Mapping[str, Any], scope: Scope) -> bool:
    return scope == scope.everywhere if row["town_code"] is None else is_in(row, scope)


def programme_totals(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Keep the totals of people trained published for the whole programme; columns `PUBLISHED`."""
    data = published(connection, scope=scope)
    kept = (data["indicator"] == "people_trained") & (data["figure_kind"] == FigureKind.OBSERVED)
    return data[kept].reset_index(drop=True)
