"""A database of made-up centres and headcounts, to try the dashboard on; never the real one."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, func, insert, select, update

from territoires.db import fingerprints, journal, schema, seeds, summaries
from territoires.db.demonstration import NAME, VALUE, is_demonstration
from territoires.db.engine import engine, must_be_sqlite, reading
from territoires.db.models import (
    Centre,
    Course,
    Department,
    Enrolment,
    Offering,
    PublishedFigure,
    Setting,
    Source,
    Stage,
    Target,
    Town,
)
from territoires.domain.clock import PARIS
from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import first_day, last_day, year_of
from territoires.domain.errors import DatabaseError, DemonstrationError
from territoires.domain.geometry import Integers
from territoires.domain.programme import (
    Basis,
    Counted,
    FigureKind,
    Mode,
    ProgrammeLink,
    Qualifier,
    StageKind,
    Validation,
)
from territoires.domain.scope import Perimeter
from territoires.french import cli as words

LEAST_ROWS, USUAL_ROWS, MOST_ROWS = 1_000, 30_000, 10_000_000
ACTOR = "demonstration"
SOURCE = "demonstration"

Draw = np.random.Generator

# How many centres opened in each academic year: a slow start, a peak, then fewer.
_OPENINGS: Final = {2019: 4, 2020: 6, 2021: 12, 2022: 14, 2023: 9, 2024: 7, 2025: 5, 2026: 3}
_LABELLED_ONLY: Final = 12
_OUTSIDE_ACV: Final = 9
_CLOSED: Final = 3
_WITH_TARGET: Final = 8
_FIRST_ACT: Final = datetime(2019, 3, 15, 8, tzinfo=UTC)
_CORRECTED: Final = 0.02
_MIDNIGHT = time(0, tzinfo=PARIS)
_A_WEEK = timedelta(days=7)
# What centres do with their figures, and the share of those that do so or less.
_GIVES: Final = {"nothing": 0.05, "registrations": 0.11, "wholes": 0.22, "everything": 1.0}
# From when a centre sends figures: the autumn of the year, or its spring when it has just opened.
_SENDINGS: Final = {False: (10, 18), True: (4, 15)}
# The days of a year at which headcounts are made; what is sent between them corrects the last.
_COUNTS: Final = ((0, 10, 15), (1, 3, 31), (1, 8, 31))


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made: where, and how many of what."""

    path: Path
    centres: int
    enrolments: int
    acts: int


def make(  # noqa: PLR0913 - what a demonstration is made of
    path: Path,
    *,
    folder: Path,
    now: datetime,
    rows: int = USUAL_ROWS,
    seed: int = 1,
    real: Path | None = None,
) -> Made:
    """Make the database anew, the same for the same seed and day; an earlier one is replaced.

    `folder` has the seeds (territory and catalogue only are taken), `rows` is the number of
    versions of enrolments, `real` the database that must not be touched. The file appears when it
    is complete. Raises DemonstrationError: `real`, or `not_a_demonstration` when the file there is
    something else.
    """
    _must_be_ours(path, real)
    draft = path.with_name(f"{path.name}.new")
    schema.prepare_folder(draft)
    _remove(draft)
    url = f"sqlite:///{draft}"
    try:
        schema.upgrade(url, now=_FIRST_ACT)
        _declare(url)
        seeds.seed(url, folder=folder, now=_FIRST_ACT)
        engine(url, writable=True).dispose()
        with _fast(url) as connection:
            made = _Maker(connection, np.random.default_rng(seed), now).make(rows)
            connection.commit()
        _seal(draft)
        _remove(path)
        draft.rename(path)
    finally:
        for writable in (True, False):
            engine(url, writable=writable).dispose()
        _remove(draft)
    return Made(path=path, **made)


def _must_be_ours(path: Path, real: Path | None) -> None:
    if real is not None and path.resolve() == real.resolve():
        raise DemonstrationError("real", str(path))
    if not path.exists():
        return
    try:
        must_be_sqlite(path)
        with reading(f"sqlite:///{path}") as connection:
            ours = is_demonstration(connection)
    except DatabaseError:
        ours = False
    finally:
        engine(f"sqlite:///{path}", writable=False).dispose()
    if not ours:
        raise DemonstrationError("not_a_demonstration", str(path))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _declare(url: str) -> None:
    """Say what it is before anything else is in it."""
    with engine(url, writable=True).begin() as connection:
        connection.execute(insert(Setting).values(name=NAME, value=VALUE))
        journal.record(
            connection,
            at_utc=journal.next_instant(connection, _FIRST_ACT),
            actor=ACTOR,
            command="demo",
            entity="setting",
            entity_id=NAME,
            changes=[{"entity": "setting", "id": NAME, "before": None, "after": {"value": VALUE}}],
        )


def _fast(url: str) -> Connection:
    """Open a connection that trusts the machine: a file that fails is thrown away."""
    connection = engine(url, writable=True).connect()
    driver: Any = connection.connection.driver_connection
    for pragma in (
        "journal_mode = OFF",
        "synchronous = OFF",
        "foreign_keys = OFF",
        "cache_size = -262144",
    ):
        driver.execute(f"PRAGMA {pragma}")
    connection.begin()
    return connection


def _seal(path: Path) -> None:
    """Gather statistics and put the file in the mode in which the server opens it."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


@dataclass(kw_only=True)
class _Place:
    """A made-up centre: its number, opening, closing and what it does with its figures."""

    number: int
    opened: date
    closed: date | None
    courses: list[str]
    gives: str  # everything, wholes, registrations or nothing


@dataclass(kw_only=True)
class _Dossier:
    """The headcounts of one centre and year: the cells, what they end at, and when each was sent.

    `cells` lists (course or None, unit); `final` has the headcounts of the last version; the
    sending that comes first is of the `first` cells only.
    """

    place: _Place
    year: int
    cells: list[tuple[str | None, Counted]]
    final: Integers
    instants: list[datetime] = field(default_factory=list)
    first: int = 0
    correction: tuple[datetime, int, int] | None = None  # when, which course, by how much


class _Maker:
    """The state of one making: where to write, what was drawn so far."""

    def __init__(self, connection: Connection, draw: Draw, now: datetime) -> None:
        self.connection = connection
        self.draw = draw
        self.now = now
        self.today = now.astimezone(PARIS).date()
        self.acts = 0

    def make(self, rows: int) -> dict[str, int]:
        """Write everything; gives the counts."""
        places = self._programme()
        dossiers = _trimmed(self._dossiers(places), rows)
        self._schedule(dossiers, rows)
        written = self._enrolments(dossiers)
        summaries.rebuild(self.connection)
        # Made up from end to end, by statements that no act could watch.
        journal.stamp(
            self.connection,
            before=fingerprints.journal_sums(self.connection),
            now=self.now,
            actor=ACTOR,
        )
        return {"centres": len(places), "enrolments": written, "acts": self.acts}

    def _act(self, at_utc: datetime, entity: str, changes: list[dict[str, Any]]) -> None:
        self.acts += 1
        journal.record(
            self.connection,
            at_utc=at_utc,
            actor=ACTOR,
            command="demo",
            entity=entity,
            entity_id=at_utc.isoformat(timespec="microseconds"),
            changes=changes,
        )

    # The programme: towns, stages, courses.

    def _programme(self) -> list[_Place]:
        at_utc = journal.next_instant(self.connection, _FIRST_ACT)
        common: dict[str, Any] = {"version": 1, "recorded_at": at_utc}
        self.connection.execute(
            insert(Source).values(
                id=SOURCE,
                publisher=words.DEMO_PUBLISHER,
                title=words.DEMO_TITLE,
                reliability="declaration",
                published_on=PartialDate(),
            )
        )
        self._targets(common)
        openings = self._opening_days()
        towns = self._towns(len(openings) + _LABELLED_ONLY)
        courses = list(self.connection.scalars(select(Course.key).order_by(Course.key)))
        centres: list[dict[str, Any]] = []
        stages: list[dict[str, Any]] = []
        offerings: list[dict[str, Any]] = []
        places: list[_Place] = []
        for number, town in enumerate(towns, start=1):
            centres.append(
                common
                | {
                    "id": number,
                    "town_code": town[0],
                    "name": town[1],
                    "wave": "AMI 1" if number % 3 else "AMI 2",
                    "programme_link": ProgrammeLink.STATED,
                    "note": words.DEMO_NOTE,
                }
            )
            opened = openings[number - 1] if number <= len(openings) else None
            closed = (
                opened + timedelta(days=1000)
                if opened and number <= _CLOSED and opened + timedelta(days=1000) < self.today
                else None
            )
            stages += self._stages(number, opened, closed)
            if opened is None:
                continue
            place = self._place(number, town[0], opened, closed, courses)
            places.append(place)
            offerings += self._offerings(place)
        self.connection.execute(insert(Centre), centres)
        self.connection.execute(insert(Stage), [common | row for row in stages])
        self.connection.execute(insert(Offering), [common | row for row in offerings])
        self._act(
            at_utc,
            "centre",
            [
                {"entity": "centre", "added": len(centres)},
                {"entity": "stage", "added": len(stages)},
                {"entity": "offering", "added": len(offerings)},
            ],
        )
        return places

    def _targets(self, common: Mapping[str, Any]) -> None:
        decided: dict[str, Any] = {
            **common,
            "indicator": "open_centres",
            "territory": "fr",
            "starts_on": date(2019, 4, 1),
            "deadline": date(2022, 12, 31),
            "decided_on": date(2019, 4, 1),
            "source_id": SOURCE,
        }
        values = {Perimeter.ALL: 100, Perimeter.ACV: 75, Perimeter.NON_ACV: 25}
        self.connection.execute(
            insert(Target),
            [
                decided | {"perimeter": perimeter, "value": value}
                for perimeter, value in values.items()
            ],
        )

    def _opening_days(self) -> list[date]:
        days = []
        for year, number in _OPENINGS.items():
            for _ in range(number):
                # Intakes: September mostly, February for a third.
                start = date(year, 9, 3) if self.draw.random() < 2 / 3 else date(year + 1, 2, 1)
                days.append(start + timedelta(days=int(self.draw.integers(0, 26))))
        return sorted(day for day in days if day <= self.today)

    def _towns(self, number: int) -> list[tuple[str, str]]:
        """Draw towns, no two of one site: most of the 222 sites, some outside them."""
        rows = self.connection.execute(
            select(Town.code, Town.name, Town.acv_site, Town.population, Department.region_code)
            .join(Department, Department.code == Town.department_code)
            .where(Town.population > 9_000, Town.latitude.is_not(None))  # noqa: PLR2004 - a town
            .order_by(Town.code)
        ).all()
        inside = {row.acv_site: (row.code, row.name) for row in rows if row.acv_site is not None}
        outside = [
            (row.code, row.name)
            for row in rows
            if row.acv_site is None and row.population < 40_000  # noqa: PLR2004 - a medium town
        ]
        acv = [inside[site] for site in sorted(inside)]
        chosen = [acv[i] for i in self.draw.permutation(len(acv))[: number - _OUTSIDE_ACV]]
        chosen += [outside[i] for i in self.draw.permutation(len(outside))[:_OUTSIDE_ACV]]
        return [chosen[i] for i in self.draw.permutation(len(chosen))]

    def _stages(
        self, number: int, opened: date | None, closed: date | None
    ) -> Iterator[dict[str, Any]]:
        def stage(kind: StageKind, on: PartialDate, basis: Basis = Basis.STATED) -> dict[str, Any]:
            return {
                "centre_id": number,
                "kind": kind,
                "happened_on": on,
                "basis": basis,
                "source_id": SOURCE,
                "retained": True,
                "note": words.DEMO_NOTE,
                "validation": Validation.VALIDATED,
            }

        if opened is None:
            yield stage(StageKind.SELECTED, PartialDate(2021, 9, 8))
            return
        wait = timedelta(days=int(self.draw.integers(120, 420)))
        labelled = max(opened - wait, date(2019, 4, 2))
        yield stage(StageKind.SELECTED, PartialDate.of(labelled))
        if self.draw.random() < 0.5:  # noqa: PLR2004 - one in two
            signed = labelled + (opened - labelled) / 2
            yield stage(StageKind.AGREEMENT, PartialDate.of(signed))
        vague = self.draw.random()
        if vague < 0.2:  # noqa: PLR2004 - one in five is known to the month
            yield stage(StageKind.OPENED, PartialDate(opened.year, opened.month))
        else:
            basis = Basis.UPPER_BOUND if vague > 0.95 else Basis.STATED  # noqa: PLR2004
            yield stage(StageKind.OPENED, PartialDate.of(opened), basis)
        if closed is not None:
            yield stage(StageKind.CLOSED, PartialDate.of(closed))

    def _place(
        self, number: int, town: str, opened: date, closed: date | None, courses: Sequence[str]
    ) -> _Place:
        size = int(self.draw.integers(8, 16))
        chosen = self.draw.permutation(len(courses))[:size]
        if number <= _WITH_TARGET:
            self.connection.execute(
                insert(PublishedFigure).values(
                    version=1,
                    recorded_at=journal.next_instant(self.connection, _FIRST_ACT),
                    indicator="target_people_per_centre",
                    published_on=PartialDate.of(opened),
                    value=150.0,
                    qualifier=Qualifier.EXACT,
                    kind=FigureKind.TARGET,
                    title=words.DEMO_TARGET,
                    source_id=SOURCE,
                    town_code=town,
                    starts_on=PartialDate(),
                    ends_on=PartialDate(),
                )
            )
        habits = self.draw.random()
        gives = next(what for what, share in _GIVES.items() if habits < share)
        return _Place(
            number=number,
            opened=opened,
            closed=closed,
            courses=[courses[i] for i in chosen],
            gives=gives,
        )

    def _offerings(self, place: _Place) -> Iterator[dict[str, Any]]:
        if place.gives == "nothing":
            return
        modes = [Mode.ON_SITE, Mode.HYBRID, Mode.DISTANCE]
        for rank, course in enumerate(place.courses):
            # Four courses to begin with, three more a year.
            year = year_of(place.opened) + max(0, (rank - 1) // 3)
            starts = max(first_day(year), place.opened)
            if starts > self.today or (place.closed and starts > place.closed):
                continue
            yield {
                "centre_id": place.number,
                "course_key": course,
                "source_id": SOURCE,
                "mode": modes[int(self.draw.choice(3, p=[0.5, 0.3, 0.2]))],
                "starts_on": PartialDate(starts.year, starts.month),
                "ends_on": PartialDate.of(place.closed) if place.closed else PartialDate(),
                "validation": Validation.VALIDATED,
            }

    # The headcounts.

    def _dossiers(self, places: Sequence[_Place]) -> list[_Dossier]:
        """Draw what each centre counts each year, in the order of years."""
        made = []
        current = year_of(self.today)
        for place in places:
            level = self.draw.uniform(100, 150)
            for year in range(year_of(place.opened), current + 1):
                late = 0.35 if year == current else 0.04
                missing = self.draw.random() < late or place.gives == "nothing"
                over = place.closed is not None and first_day(year) > place.closed
                if over or missing or _first_sending(place, year) + _A_WEEK > self.today:
                    continue
                made.append(self._dossier(place, year, level))
        return sorted(made, key=lambda dossier: (dossier.year, dossier.place.number))

    def _dossier(self, place: _Place, year: int, level: float) -> _Dossier:
        age = year - year_of(place.opened)
        # Thirty to forty people in the first year, full size from the third one on.
        people = (
            self.draw.uniform(30, 40)
            if age == 0
            else level * (self.draw.uniform(0.55, 0.7) if age == 1 else self.draw.uniform(0.9, 1.1))
        )
        courses = place.courses[: min(4 + 3 * age, len(place.courses))]
        shares = self.draw.dirichlet(np.full(len(courses), 2.5))
        persons = self.draw.multinomial(round(people), shares)
        # A registration is one teaching unit: five or six a year and a person.
        registrations = np.rint(persons * self.draw.uniform(4.4, 6.4, len(courses)))
        cells: list[tuple[str | None, Counted]] = []
        final: list[int] = []
        if place.gives in {"everything", "wholes"}:
            cells += [(None, Counted.PERSONS), (None, Counted.REGISTRATIONS)]
            final += [int(persons.sum()), int(registrations.sum())]
        for unit, counts in ((Counted.PERSONS, persons), (Counted.REGISTRATIONS, registrations)):
            if place.gives == "everything" or (
                place.gives == "registrations" and unit is Counted.REGISTRATIONS
            ):
                cells += [(course, unit) for course in courses]
                final += [int(count) for count in counts]
        return _Dossier(place=place, year=year, cells=cells, final=np.array(final, dtype=np.int64))

    def _schedule(self, dossiers: Sequence[_Dossier], rows: int) -> None:
        """Spread the versions: as many sendings a year as it takes to make `rows` of them."""
        left = rows - sum(len(dossier.cells) for dossier in dossiers)
        left -= self._corrections(dossiers, left)
        size = sum(len(dossier.cells) for dossier in dossiers)
        times = left // size + 1 if size else 1
        left -= (times - 1) * size
        for year, of_year in groupby(dossiers, key=attrgetter("year")):
            some = list(of_year)
            for late, grid in self._grids(year, times).items():
                for dossier in some:
                    if _is_late(dossier.place, year) is late:
                        again = min(left, len(dossier.cells))
                        left -= again
                        dossier.instants = grid if again else grid[1:]
                        dossier.first = again or len(dossier.cells)

    def _grids(self, year: int, times: int) -> dict[bool, list[datetime]]:
        """Give the instants of the sendings, one more than `times`: whole year, or from March."""
        ends = min(
            datetime.combine(last_day(year) + timedelta(days=5), _MIDNIGHT),
            self.now - timedelta(hours=1),
        ).astimezone(UTC)
        grids = {}
        for late, start in _SENDINGS.items():
            day = date(year + late, *start)
            starts = datetime.combine(day, _MIDNIGHT).astimezone(UTC)
            # The two grids never share an instant: an act has one.
            shift = timedelta(microseconds=7 + late)
            step = (ends - starts) / (times + 1)
            grids[late] = [
                (starts + step * (n + 1)).replace(microsecond=0)
                + shift
                + timedelta(microseconds=9 * n)
                for n in range(times + 1)
            ]
        return {late: grid for late, grid in grids.items() if grid[-1] > grid[0]}

    def _corrections(self, dossiers: Sequence[_Dossier], left: int) -> int:
        """Draw what is put right after the end of the year; gives the rows that it takes."""
        taken = 0
        for dossier in dossiers:
            at_utc = datetime.combine(
                last_day(dossier.year) + timedelta(days=80), time(9, 30), tzinfo=UTC
            )
            courses = [n for n, (course, _) in enumerate(dossier.cells) if course is not None]
            rows = 1 + sum(course is None for course, _ in dossier.cells[:1])
            if not courses or at_utc >= self.now or taken + rows > max(_CORRECTED * left, 0):
                continue
            if self.draw.random() < 0.3:  # noqa: PLR2004 - three in ten
                dossier.correction = at_utc, courses[0], int(self.draw.integers(1, 4))
                taken += rows
        return taken

    def _enrolments(self, dossiers: Sequence[_Dossier]) -> int:
        """Write the versions in the order in which they were sent; gives how many there are."""
        indexes = list(Enrolment.__table__.indexes)  # type: ignore[attr-defined]
        for index in indexes:
            index.drop(self.connection)
        sent: dict[datetime, list[_Sending]] = defaultdict(list)
        for dossier in dossiers:
            for at_utc, sending in _sendings(dossier, self._counts(dossier)):
                sent[at_utc].append(sending)
        for at_utc in sorted(sent):
            rows = [row for sending in sent[at_utc] for row in _rows(at_utc, *sending)]
            self.connection.exec_driver_sql(_INSERT, rows)
        self.connection.execute(_FOLLOWING)
        for index in indexes:
            index.create(self.connection)
        return self._sending_acts()

    def _sending_acts(self) -> int:
        """Note each sending in an act of its own; gives how many rows they have together."""
        sent = self.connection.execute(
            select(
                Enrolment.recorded_at,
                func.count(Enrolment.origin_id).label("corrected"),
                func.min(Enrolment.id).label("first"),
                func.max(Enrolment.id).label("last"),
            )
            .group_by(Enrolment.recorded_at)
            .order_by(Enrolment.recorded_at)
        ).all()
        for row in sent:
            change = {
                "entity": "enrolment",
                "id": "",
                "bulk": True,
                "added": row.last - row.first + 1 - row.corrected,
                "corrected": row.corrected,
                "withdrawn": 0,
                "first": row.first,
                "last": row.last,
            }
            self._act(row.recorded_at, "enrolment", [change])
        return sent[-1].last if sent else 0

    def _counts(self, dossier: _Dossier) -> Integers:
        """Draw the headcounts of each regular sending, one row each; the last is final."""
        cells, final = dossier.cells, dossier.final
        # Three quarters enrol in September, the others in February.
        march = datetime(dossier.year + 1, 3, 1, tzinfo=UTC)
        share = np.array([1.0 if at > march else 0.75 for at in dossier.instants])[:, None]
        noise = self.draw.integers(-1, 2, (len(share), len(final)))
        counts: Integers = np.maximum(np.rint(final * share).astype(np.int64) + noise, 0)
        counts[-1] = final
        for unit in Counted:
            courses = [n for n, (course, of) in enumerate(cells) if course and of is unit]
            wholes = [n for n, (course, of) in enumerate(cells) if course is None and of is unit]
            if courses and wholes:
                counts[:, wholes[0]] = counts[:, courses].sum(axis=1)
        return counts


def _is_late(place: _Place, year: int) -> bool:
    """Tell whether a centre opened too late in a year for its autumn sendings."""
    return place.opened > first_day(year) + timedelta(days=40)


def _first_sending(place: _Place, year: int) -> date:
    late = _is_late(place, year)
    return date(year + late, *_SENDINGS[late])


def _trimmed(dossiers: list[_Dossier], rows: int) -> list[_Dossier]:
    """Leave out details by course, then whole dossiers, until a first version of each fits."""
    left = sum(len(dossier.cells) for dossier in dossiers) - rows
    for dossier in dossiers:
        wholes = sum(course is None for course, _ in dossier.cells)
        if left > 0 and 0 < wholes < len(dossier.cells):
            left -= len(dossier.cells) - wholes
            dossier.cells = dossier.cells[:wholes]
            dossier.final = dossier.final[:wholes]
    kept = []
    room = rows
    for dossier in dossiers:
        if len(dossier.cells) <= room:
            kept.append(dossier)
            room -= len(dossier.cells)
    return kept


# Written out: ten million rows go through the driver itself.
_INSERT: Final = (
    "INSERT INTO enrolment (version, recorded_at, centre_id, academic_year, course_key, counted, "
    "headcount, counted_on, source_id, validation) "
    "VALUES (1, ?, ?, ?, ?, ?, ?, ?, 'demonstration', 'validated')"
)
# What is sent again of the count of a day is the next version of the same fact.
_SAME_COUNT: Final[dict[str, Any]] = {
    "partition_by": [
        *(Enrolment.centre_id, Enrolment.academic_year, Enrolment.course_key),
        *(Enrolment.counted, Enrolment.counted_on),
    ],
    "order_by": Enrolment.id,
}
_VERSIONS: Final = select(
    Enrolment.id,
    func.row_number().over(**_SAME_COUNT).label("version"),
    func.first_value(Enrolment.id).over(**_SAME_COUNT).label("first"),
    func.lead(Enrolment.recorded_at).over(**_SAME_COUNT).label("ended_at"),
).subquery()
_FOLLOWING: Final = (
    update(Enrolment)
    .where(Enrolment.id == _VERSIONS.c.id)
    .values(
        version=_VERSIONS.c.version,
        origin_id=func.nullif(_VERSIONS.c.first, _VERSIONS.c.id),
        superseded_at=_VERSIONS.c.ended_at,
    )
)

_Sending = tuple[_Dossier, Sequence[int], Integers]
"""What is sent at once of a dossier: which of its cells, and the headcounts of all."""


def _counted_on(at_utc: datetime, year: int) -> date:
    """Give the day of the count that is sent at an instant."""
    days = (date(year + later, month, day) for later, month, day in _COUNTS)
    return max(day for day in days if day <= at_utc.astimezone(PARIS).date())


def _sendings(dossier: _Dossier, counts: Integers) -> Iterator[tuple[datetime, _Sending]]:
    """Yield what is sent of a dossier and when: the regular sendings, then what puts it right."""
    every = range(len(dossier.cells))
    for rank, at_utc in enumerate(dossier.instants):
        yield at_utc, (dossier, every if rank else every[: dossier.first], counts[rank])
    if dossier.correction is not None:
        at_utc, course, more = dossier.correction
        # The whole follows its course, when it is known.
        is_part = dossier.cells[0][0] is None and dossier.cells[course][1] is Counted.PERSONS
        yield at_utc, (dossier, [0, course] if is_part else [course], counts[-1] + more)


def _rows(
    at_utc: datetime, dossier: _Dossier, cells: Sequence[int], counts: Integers
) -> Iterator[tuple[Any, ...]]:
    recorded = at_utc.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    counted_on = _counted_on(at_utc, dossier.year).isoformat()
    headcounts = counts.tolist()
    for cell in cells:
        course, unit = dossier.cells[cell]
        told = (dossier.place.number, dossier.year, course, unit.value, headcounts[cell])
        yield recorded, *told, counted_on
