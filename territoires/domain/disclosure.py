"""Which headcounts the public may see, so that none of 1 to 4 by course can ever be worked out.

The decision is taken at each act, on the smallest table there is (one centre, one academic year),
from its rows and from everything that was public before; every other table adds up what is shown,
nothing else. docs/adr/0008-small-counts.md reasons; `domain.witness` tells what is given away.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain, groupby
from typing import Final, NamedTuple

from territoires.domain.programme import Counted
from territoires.domain.told import Told
from territoires.domain.witness import Bounds, Cell, Reader, Relation, Sum, are_free

SMALLEST: Final = 5
"""The smallest headcount, zero apart, that is told by course."""


class Publication(Told):
    """What the public is told of a headcount.

    `SMALL`: between 1 and 4, no more; `WITHHELD`: nothing, it would betray another; `KEPT`: not
    even that there is one; `ABSENT`: it was not transmitted.
    """

    SHOWN = "shown", "publié"
    SMALL = "small", "moins de 5"
    WITHHELD = "withheld", "non publié (protège un petit effectif)"
    KEPT = "kept", "rien n’en est publié"
    ABSENT = "absent", "non transmis"


def is_small(headcount: int) -> bool:
    """Tell whether a headcount is one of those never published by course; zero is not."""
    return 0 < headcount < SMALLEST


class Count(NamedTuple):
    """One version of a headcount: `course` is None for the whole centre."""

    number: int
    counted: Counted
    course: str | None
    headcount: int
    counted_on: date


Fates = dict[int, Publication]
"""What is told of each headcount in force, by the number of its version."""

_FEW: Final = (1, SMALLEST - 1)
_BOUNDS: Final[Mapping[Publication, Bounds]] = {
    Publication.SMALL: _FEW,
    Publication.WITHHELD: (SMALLEST, None),
    Publication.KEPT: (0, None),
}
_TOLD: Final = frozenset({Publication.SHOWN, Publication.SMALL})


_Sums = dict[Cell, set[Sum]]
_Subject = tuple[Counted, str | None]


@dataclass(frozen=True, kw_only=True)
class _View:
    """What was in force on one day of count: the cells of each unit, and its total.

    `untotalled` are the units of which no total is in force on any day.
    """

    day: date
    cells: Mapping[Counted, frozenset[Cell]]
    totals: Mapping[Counted, Count]
    untotalled: frozenset[Counted]


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """What an act might tell, beside what was told before it: of new cells, and of new totals."""

    unit: Counted
    totals: Mapping[int, Publication]
    cells: dict[Cell, Publication] = field(default_factory=dict)


@dataclass(kw_only=True)
class Ledger:
    """All that was ever public of one centre and one academic year, act after act.

    `salt` names the centre and year, so that the choice of a second hidden cell depends on nothing
    that a figure could betray.
    """

    salt: str
    _unit: Counted | None = None
    _cells: dict[Cell, Publication] = field(default_factory=dict)
    _totals: dict[int, Publication] = field(default_factory=dict)
    _named: dict[int, Cell] = field(default_factory=dict)
    _latest: dict[_Subject, list[Count]] = field(default_factory=dict)
    _last_told: dict[Counted, Count] = field(default_factory=dict)
    _sums: dict[Counted, _Sums] = field(
        default_factory=lambda: {unit: defaultdict(set) for unit in Counted}
    )

    def recall(self, in_force: Collection[Count], fates: Mapping[int, Publication]) -> None:
        """Take note of an earlier act: what was in force after it, and what was told of it."""
        views = self._views(in_force)
        for row in in_force:
            fate = fates.get(row.number, Publication.KEPT)
            if row.course is None:
                self._totals.setdefault(row.number, fate)
            elif fate is not Publication.KEPT:
                self._unit = row.counted
                self._cells.setdefault(self._named[row.number], fate)
        self._note(views)

    def decide(self, in_force: Collection[Count]) -> Fates:
        """Decide what is told after the act that led to these headcounts, and take note of it.

        What is not in the answer is kept back.
        """
        views = self._views(in_force)
        unit = self._unit or _detailed(in_force)
        new = [row for row in in_force if row.course is None and row.number not in self._totals]
        draft, is_open = self._choose(views, unit, new)
        self._totals |= draft.totals
        self._cells |= draft.cells
        latest = {(row.counted, row.course): row for row in sorted(in_force, key=_by_day)}
        detail = [row for (of, course), row in latest.items() if of is unit and course is not None]
        self._unit = unit if is_open and detail else self._unit
        self._note(views)
        fates = {row.number: self._totals[row.number] for row in in_force if row.course is None}
        if is_open:
            fates |= {row.number: self._cells[self._named[row.number]] for row in detail}
        return fates

    def _choose(
        self, views: Sequence[_View], unit: Counted, new: Collection[Count]
    ) -> tuple[_Draft, bool]:
        """Choose the most that may be told, and say whether the detail is.

        In this order: everything but the small counts and those hidden beside them; for a detail
        of which nothing was seen yet, its totals alone; for one that was, everything but the new
        totals that would betray it; the totals that were told before, alone.
        """
        told = {row.number: _by_size(row.headcount) for row in new}
        mine = told | {row.number: Publication.WITHHELD for row in new if row.counted is unit}
        none = dict.fromkeys(told, Publication.WITHHELD)
        is_seen = bool(views) and not views[-1].cells[unit].isdisjoint(self._cells)
        for totals in (told, mine, none) if is_seen else (told,):
            for eager in (False, True):
                draft = self._hide(views, unit, totals, eager=eager)
                if self._is_safe(views, draft) and not self._are_few(views, draft):
                    return draft, True
        closed = _Draft(unit=unit, totals=told)
        if not is_seen and self._is_safe(views, closed):
            return closed, False
        return _Draft(unit=unit, totals=none), False

    def _views(self, in_force: Collection[Count]) -> list[_View]:
        """Lay out what is in force on each day of count: the latest count of each thing."""
        self._recognise(in_force)
        totalled = {row.counted for row in in_force if row.course is None}
        found = []
        latest: dict[_Subject, Count] = {}
        ordered = sorted(in_force, key=_by_day)
        for day, of_day in groupby(ordered, key=lambda row: row.counted_on):
            latest |= {(row.counted, row.course): row for row in of_day}
            cells: dict[Counted, set[Cell]] = {unit: set() for unit in Counted}
            for row in latest.values():
                if row.course is not None:
                    cells[row.counted].add(self._named[row.number])
            found.append(
                _View(
                    day=day,
                    cells={unit: frozenset(some) for unit, some in cells.items()},
                    totals={row.counted: row for row in latest.values() if row.course is None},
                    untotalled=frozenset(Counted) - totalled,
                )
            )
        return found

    def _recognise(self, in_force: Iterable[Count]) -> None:
        """Name the cells of counts that were not there before."""
        now: dict[_Subject, list[Count]] = defaultdict(list)
        for row in in_force:
            if row.course is not None:
                now[row.counted, row.course].append(row)
                if row.number not in self._named:
                    self._named[row.number] = self._name(row)
        self._latest |= now

    def _name(self, row: Count) -> Cell:
        for before in self._latest.get((row.counted, row.course), ()):
            cell = self._named[before.number]
            is_shown = self._cells.get(cell) is Publication.SHOWN
            if before.headcount == row.headcount and (
                is_shown or before.counted_on == row.counted_on
            ):
                return cell
        return Cell(row.course or "", row.headcount, row.number)

    def _hide(
        self,
        views: Sequence[_View],
        unit: Counted,
        totals: Mapping[int, Publication],
        *,
        eager: bool,
    ) -> _Draft:
        """Hide the small cells, and where a total is told another that nobody has seen.

        `eager`: also where an earlier one is hidden already. Only the latest count of a course is
        told of its detail.
        """
        last = views[-1].cells[unit] if views else frozenset()
        new = {cell: _by_size(cell.headcount) for cell in last if cell not in self._cells}
        draft = _Draft(unit=unit, totals=totals, cells=new)
        for view in views:
            mine = view.cells[unit]
            sums = list(self._sums_of(view, draft))
            hidden = {self._fate(draft, cell) for cell in mine} - {Publication.SHOWN}
            if not sums or (Publication.WITHHELD in hidden and not eager):
                continue
            if hidden or any(map(_leaves_few, sums)):
                free = [
                    cell
                    for cell in mine
                    if new.get(cell) is Publication.SHOWN and cell.headcount >= SMALLEST
                ]
                if free:
                    second = min(free, key=lambda cell: _blind(self.salt, cell.course))
                    new[second] = Publication.WITHHELD
        return draft

    def _fate(self, draft: _Draft, cell: Cell) -> Publication:
        return self._cells.get(cell) or draft.cells.get(cell) or Publication.KEPT

    def _is_safe(self, views: Iterable[_View], draft: _Draft) -> bool:
        """Tell whether no small cell told now or before would be given away.

        To whoever believes that courses make up their totals, every one; and to whoever knows which
        totals count others too, and when these were as many: by all that was ever told.
        """
        new = _by_cell(each for view in views for each in self._sums_of(view, draft))
        before = self._sums[draft.unit]
        about = {cell for view in views for cell in view.cells[draft.unit]} | new.keys()
        fate = partial(self._fate, draft)

        def told(cell: Cell) -> Iterator[Sum]:
            return chain(before.get(cell, ()), new.get(cell, ()))

        def is_free(sums: Callable[[Cell], Iterable[Sum]]) -> bool:
            reader = Reader(
                sums=sums,
                known=lambda cell: cell.headcount if fate(cell) is Publication.SHOWN else None,
                bounds=lambda cell: _BOUNDS[fate(cell)] if cell.course else _bounds_of_others(cell),
                is_small=lambda cell: fate(cell) is Publication.SMALL,
            )
            return are_free(reader, about=about)

        return is_free(told) and is_free(lambda cell: _as_they_are(told(cell)))

    def _are_few(self, views: Iterable[_View], draft: _Draft) -> bool:
        """Tell whether hidden cells stand beside a total that is itself told to be 1 to 4."""
        return any(
            self._told(draft, row) is Publication.SMALL
            for view in views
            if any(
                self._fate(draft, cell) is not Publication.SHOWN for cell in view.cells[draft.unit]
            )
            for row in view.totals.values()
        )

    def _note(self, views: Collection[_View]) -> None:
        """Keep the sums that these views tell, of both units until one is detailed."""
        for unit in (self._unit,) if self._unit else Counted:
            decided = _Draft(unit=unit, totals=self._totals)
            sums = [each for view in views for each in self._sums_of(view, decided)]
            for cell, some in _by_cell(sums).items():
                self._sums[unit][cell] |= some
        for view in views:
            for counted, row in view.totals.items():
                if self._totals[row.number] in _TOLD:
                    self._last_told[counted] = row

    def _told(self, draft: _Draft, row: Count) -> Publication:
        return self._totals.get(row.number) or draft.totals[row.number]

    def _sums_of(self, view: _View, draft: _Draft) -> Iterator[Sum]:
        """Say what the cells of a view add up to, by the totals that are told of it."""
        cells = view.cells[draft.unit]
        for counted in Counted if cells else ():
            row = view.totals.get(counted)
            if row is None and counted in view.untotalled:
                row = self._last_told.get(counted)  # withdrawn, it is still in the history
            if row is None or row.counted_on > view.day:
                continue
            fate = self._told(draft, row)
            if fate not in _TOLD:
                continue
            least, most = _FEW if fate is Publication.SMALL else (row.headcount, row.headcount)
            if counted is draft.unit and least == most:
                yield Sum(cells, Relation.EQUAL, most)
                continue
            # Nobody is in a course without a registration: registrations bound persons from above.
            if counted in {draft.unit, Counted.REGISTRATIONS}:
                yield Sum(cells, Relation.AT_MOST, most)
            if counted in {draft.unit, Counted.PERSONS}:
                yield Sum(cells, Relation.AT_LEAST, least)


def _detailed(rows: Iterable[Count]) -> Counted:
    """Choose the one unit that is detailed: the two together would bound each other."""
    by_persons = any(row.course is not None and row.counted is Counted.PERSONS for row in rows)
    return Counted.PERSONS if by_persons else Counted.REGISTRATIONS


def _by_size(headcount: int) -> Publication:
    return Publication.SMALL if is_small(headcount) else Publication.SHOWN


def _leaves_few(each: Sum) -> bool:
    """Tell whether a total leaves 1 to 4 beside its cells: a course that was not counted yet."""
    rest = each.total - sum(cell.headcount for cell in each.cells)
    return each.relation is Relation.EQUAL and is_small(rest)


def _others(each: Sum) -> frozenset[Cell]:
    """Name whoever a total counts beside its courses, or counts once where two of them do.

    As many at two times are taken for the same.
    """
    number = each.total - sum(cell.headcount for cell in each.cells)
    return frozenset({Cell("", number, 0)} if number and each.relation is Relation.EQUAL else ())


def _bounds_of_others(cell: Cell) -> Bounds:
    """Bound others whom no course counts, and those whom two do, who are taken off."""
    return (0 if cell.headcount > 0 else -1_000_000), None


def _as_they_are(sums: Iterable[Sum]) -> Iterator[Sum]:
    """Keep what is true of sums, others counted in."""
    for each in sums:
        added = sum(cell.headcount for cell in each.cells)
        if each.relation is Relation.EQUAL:
            yield Sum(each.cells | _others(each), each.relation, each.total)
        elif (added <= each.total) is (each.relation is Relation.AT_MOST) or added == each.total:
            yield each


def _by_cell(sums: Iterable[Sum]) -> _Sums:
    """Find sums by what they count, others included."""
    found: _Sums = defaultdict(set)
    for each in sums:
        for cell in each.cells | _others(each):
            found[cell].add(each)
    return found


def _by_day(row: Count) -> tuple[date, int]:
    return row.counted_on, row.number


def _blind(salt: str, course: str) -> str:
    return hashlib.sha256(f"{salt}/{course}".encode()).hexdigest()
