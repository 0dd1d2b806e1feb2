"""Made-up histories of the headcounts of one centre and one academic year."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from random import Random
from typing import NamedTuple

from territoires.domain.disclosure import Count
from territoires.domain.programme import Counted

DAYS = (date(2021, 11, 15), date(2022, 3, 1), date(2022, 7, 1))
COURSES = ("F001", "F012", "F014", "F018", "F023")

Subject = tuple[Counted, str | None, date]
Said = dict[Subject, int]


class Kind(StrEnum):
    """How an act comes to the headcounts: at once, or in two times and by two people."""

    ENTERED = "entered"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Step(NamedTuple):
    """One act: what it says, and what it takes back; a subject of neither stays as it is.

    What is proposed or refused moves nothing; `proposal` is its rank among those of the history.
    """

    said: Said
    withdrawn: frozenset[Subject]
    kind: Kind = Kind.ENTERED
    proposal: int = -1

    @property
    def moves(self) -> bool:
        """Whether headcounts are others after it."""
        return self.kind in {Kind.ENTERED, Kind.ACCEPTED} and bool(self.said or self.withdrawn)


def history(draw: Random, *, most: int = 8, courses: tuple[str, ...] = COURSES) -> Iterator[Step]:
    """Draw the acts about one centre and year: grids, corrections, withdrawals, late totals.

    Most totals are what the courses add up to; some are mistaken, or corrected apart. One act in
    four is proposed first, then accepted or refused when others were done in between, or never.
    """
    teller = _Teller(
        draw=draw,
        courses=courses[: draw.randint(1, len(courses))],
        units=draw.choice([[Counted.PERSONS]] * 3 + [[Counted.REGISTRATIONS], list(Counted)]),
    )
    for rank in range(draw.randint(1, most)):
        teller.day = draw.choice(DAYS) if draw.random() < 0.3 else DAYS[min(rank, 2) * (rank > 2)]
        yield from teller.acts()


@dataclass(kw_only=True)
class _Teller:
    """Whoever sends the headcounts of a centre: what they said, and which day they speak of."""

    draw: Random
    courses: tuple[str, ...]
    units: list[Counted]
    rows: Said = field(default_factory=dict)
    day: date = DAYS[0]
    waiting: dict[int, Step] = field(default_factory=dict)
    proposed: int = 0

    def acts(self) -> Iterator[Step]:
        """Draw one act, and what becomes of some proposal; those that would do nothing are none."""
        before = dict(self.rows)
        step = self._step()
        if (step.said or step.withdrawn) and self.draw.random() < 0.25:
            self.rows = before
            step = step._replace(kind=Kind.PROPOSED, proposal=self.proposed)
            self.waiting[self.proposed] = step
            self.proposed += 1
        if step.said or step.withdrawn:
            yield step
        if self.waiting and self.draw.random() < 0.5:
            yield self._decided(self.draw.choice(sorted(self.waiting)))

    def _decided(self, number: int) -> Step:
        """Accept or refuse what waits; what is gone meanwhile cannot be taken back."""
        step = self.waiting.pop(number)
        if self.draw.random() < 0.3 or not step.withdrawn <= self.rows.keys():
            return step._replace(kind=Kind.REFUSED)
        said = {subject: n for subject, n in step.said.items() if self.rows.get(subject) != n}
        self.rows = {s: n for s, n in self.rows.items() if s not in step.withdrawn} | said
        return step._replace(kind=Kind.ACCEPTED, said=said)

    def _step(self) -> Step:
        kinds = ["grid", "grid", "one", "one", "move", "withdraw", "no total", "total"]
        kind = self.draw.choice(kinds) if self.rows else "grid"
        withdrawn: frozenset[Subject] = frozenset()
        if kind == "withdraw" and self.rows:
            withdrawn = frozenset({self.draw.choice(sorted(self.rows, key=str))})
        elif kind == "no total":
            withdrawn = frozenset(subject for subject in self.rows if subject[1] is None)
        said: Said = {}
        for unit in self.units if kind == "grid" else [self.draw.choice(self.units)]:
            said |= self._courses(kind, unit)
        before = dict(self.rows)
        self.rows = {s: n for s, n in self.rows.items() if s not in withdrawn} | said
        if kind == "total" or self.draw.random() < 0.5:
            for unit in self.units:
                self.rows |= self._total(unit)
        changed = {subject: n for subject, n in self.rows.items() if before.get(subject) != n}
        return Step(said=changed, withdrawn=withdrawn - self.rows.keys())

    def _courses(self, kind: str, unit: Counted) -> Said:
        latest = self._latest(unit)
        if kind == "grid":
            kept = {course: n for course, n in latest.items() if self.draw.random() < 0.5}
            return {
                (unit, course, self.day): kept[course] if course in kept else self._count()
                for course in self.courses
            }
        if kind == "one":
            return {(unit, self.draw.choice(self.courses), self.day): self._count()}
        if kind == "move" and len(self.courses) > 1:
            here, there = self.draw.sample(self.courses, 2)
            if latest.get(here) and there in latest:
                return {
                    (unit, here, self.day): latest[here] - 1,
                    (unit, there, self.day): latest[there] + 1,
                }
        return {}

    def _total(self, unit: Counted) -> Said:
        """Say what the courses add up to; one time in ten, something near it."""
        parts = [n for course, n in self._latest(unit).items() if course is not None]
        total = sum(parts) + (self.draw.randint(-3, 3) if self.draw.random() < 0.1 else 0)
        return {(unit, None, self.day): total} if parts and total >= 0 else {}

    def _latest(self, unit: Counted) -> dict[str | None, int]:
        return {
            course: self.rows[of, course, on]
            for of, course, on in sorted(self.rows, key=lambda subject: subject[2])
            if of is unit and on <= self.day
        }

    def _count(self) -> int:
        return self.draw.choice([self.draw.randint(0, 6), self.draw.randint(0, 30)])


def in_force(steps: Iterable[Step]) -> Iterator[list[Count]]:
    """Give the versions in force after each act of a history that moves some."""
    rows: dict[Subject, Count] = {}
    number = 0
    for step in steps:
        if not step.moves:
            continue
        for subject in step.withdrawn:
            del rows[subject]
        for subject, headcount in step.said.items():
            number += 1
            unit, course, day = subject
            rows[subject] = Count(number, unit, course, headcount, day)
        yield list(rows.values())
