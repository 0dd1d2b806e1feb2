"""A reader who keeps everything that was ever public, and has a solver: what do they work out?

The reader is given, act after act, what could be fetched, and the benefit of the doubt: of each
count they know whether it changed, and of each sum whether it was true, or how far it was from it
when another was as far.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from territoires.domain.disclosure import SMALLEST, Count, Publication, is_small
from territoires.domain.programme import Counted

SMALL = range(1, SMALLEST)
_MUCH = 100_000.0
_SAID = {Publication.SMALL: (1.0, SMALLEST - 1.0), Publication.WITHHELD: (SMALLEST, _MUCH)}

Key = tuple[str, int]
"""A course, and the version that first said what it counts."""


class Total(NamedTuple):
    """What was told of the headcount of a whole centre on a day: null unless it is shown."""

    publication: Publication
    headcount: int | None


class Told(NamedTuple):
    """What could be fetched after an act: of versions by course, and of totals by unit and day."""

    cells: Mapping[int, Publication]
    totals: Mapping[tuple[Counted, date], Total]


@dataclass(kw_only=True)
class Reader:
    """What is known of hidden counts: the least and the most of each, and of sums of them."""

    bounds: dict[Key, tuple[float, float]] = field(default_factory=dict)
    sums: set[tuple[frozenset[Key], float, float]] = field(default_factory=set)

    def may_be(self, key: Key, *values: int) -> bool:
        """Tell whether everything known leaves room for a count to be any one of these values."""
        names = list(self._tied(key))
        places = {name: place for place, name in enumerate(names)}
        low, high = (np.array([self.bounds[name][side] for name in names]) for side in (0, 1))
        if not all(low[places[key]] <= value <= high[places[key]] for value in values):
            return False
        known = [each for each in self.sums if each[0] <= places.keys()]
        rows = np.zeros((len(known), len(names)))
        for row, (cells, _, _) in zip(rows, known, strict=True):
            row[[places[cell] for cell in cells]] = 1
        # As many worlds side by side as there are values.
        lows, highs = np.tile(low, (len(values), 1)), np.tile(high, (len(values), 1))
        lows[:, places[key]] = highs[:, places[key]] = values
        solved = milp(
            np.zeros(lows.size),
            bounds=Bounds(lows.ravel(), highs.ravel()),
            constraints=LinearConstraint(
                np.kron(np.eye(len(values)), rows),
                [least for _, least, _ in known] * len(values),
                [most for _, _, most in known] * len(values),
            ),
            integrality=np.ones(lows.size),
        )
        return bool(solved.status == 0)

    def _tied(self, key: Key) -> set[Key]:
        """Find the counts that share sums with this one, however far."""
        found: set[Key] = set()
        waiting = {key}
        while waiting:
            found |= waiting
            near = (cells for cells, _, _ in self.sums if not cells.isdisjoint(waiting))
            waiting = set().union(*near) - found
        return found


def worked_out(acts: Sequence[Sequence[Count]], told: Sequence[Told]) -> list[str]:
    """Name the counts of 1 to 4 by course that are told, or known not to be one of 1 to 4.

    `acts`: the headcounts of one centre and year in force after each act; `told`: what could be
    fetched then. The reader remembers every sum, and is told which ones courses make up, and which
    count others too, as many as others did.
    """
    keys = _keys(acts, told)
    bounds: dict[Key, tuple[float, float]] = {}
    units = set()
    for rows, after in zip(acts, told, strict=True):
        for row in rows:
            if row.number in after.cells:
                units.add(row.counted)
                shown = after.cells[row.number] is Publication.SHOWN
                said = (row.headcount, row.headcount) if shown else _SAID[after.cells[row.number]]
                bounds[keys[row.number]] = said
    assert len(units) <= 1, "both units of one centre and year are detailed"
    small = {
        keys[row.number]: row
        for rows in acts
        for row in rows
        if keys.get(row.number) in bounds and is_small(row.headcount)
    }
    found = set()
    for unit in units:
        sums: Sums = set().union(*_sums(acts, told, unit, keys, bounds))
        others = {key for cells, _, _ in sums for key in cells} - bounds.keys()
        reader = Reader(bounds=bounds | {key: _others(key) for key in others}, sums=sums)
        summed = {key for cells, _, _ in sums for key in cells}
        for key, row in small.items():
            if key in summed and not reader.may_be(key, *SMALL):
                left = [value for value in SMALL if reader.may_be(key, value)]
                found.add(f"{row.course} = {row.headcount}, may be {left}")
    return sorted(found)


Sums = set[tuple[frozenset[Key], float, float]]


def _others(key: Key) -> tuple[float, float]:
    """Say what others may be: some that no course counts, or that two courses do."""
    return (0.0 if key[1] > 0 else -_MUCH, _MUCH)


def _keys(acts: Sequence[Sequence[Count]], told: Sequence[Told]) -> dict[int, Key]:
    """Say which versions are one count: what was shown and is said again, or stays on its day."""
    keys: dict[int, Key] = {}
    shown: set[Key] = set()
    latest: dict[tuple[Counted, str], list[Count]] = {}
    for rows, after in zip(acts, told, strict=True):
        now: dict[tuple[Counted, str], list[Count]] = defaultdict(list)
        for row in rows:
            if row.course is None:
                continue
            now[row.counted, row.course].append(row)
            if row.number not in keys:
                same = [
                    keys[before.number]
                    for before in latest.get((row.counted, row.course), ())
                    if before.headcount == row.headcount
                    and (keys[before.number] in shown or before.counted_on == row.counted_on)
                ]
                keys[row.number] = same[0] if same else (row.course, row.number)
        latest |= now
        shown |= {keys[n] for n, fate in after.cells.items() if fate is Publication.SHOWN}
    return keys


def _sums(
    acts: Sequence[Sequence[Count]],
    told: Sequence[Told],
    unit: Counted,
    keys: Mapping[int, Key],
    seen: Iterable[Key],
) -> Iterator[Sums]:
    """Yield, act after act, the true sums of counts that were seen, as each day shows them.

    Where a total is not what its courses make, there are others, as many as ever. Of a detail that
    was seen and is kept back, nobody knows what it is made of.
    """
    known, was_open = set(seen), False
    before: dict[Counted, tuple[date, Total]] = {}
    for rows, after in zip(acts, told, strict=True):
        was_open |= bool(after.cells)
        found: Sums = set()
        for day in sorted({row.counted_on for row in rows}):
            reached = sorted((r for r in rows if r.counted_on <= day), key=lambda r: r.counted_on)
            latest = {(row.counted, row.course): row for row in reached}
            parts = [r for (of, course), r in latest.items() if of is unit and course is not None]
            cells = frozenset(keys[row.number] for row in parts)
            if not cells or not cells <= known or (was_open and not after.cells):
                continue
            added = sum(row.headcount for row in parts)
            for counted, total in _totals(rows, after, day, before):
                least, most = _range(total, counted, unit)
                if least <= added <= most:
                    found.add((cells, least, most))
                elif least == most:
                    found.add((cells | {("", int(least) - added)}, least, most))
        yield found
        for row in sorted(rows, key=lambda row: row.counted_on):
            last = after.totals.get((row.counted, row.counted_on))
            if row.course is None and last and last.publication is not Publication.WITHHELD:
                before[row.counted] = row.counted_on, last


def _totals(
    rows: Sequence[Count],
    after: Told,
    day: date,
    before: Mapping[Counted, tuple[date, Total]],
) -> Iterator[tuple[Counted, Total]]:
    """Yield the totals told of a day; one that was withdrawn is still in the history."""
    for counted in Counted:
        total = after.totals.get((counted, day))
        is_total = any(row.counted is counted and row.course is None for row in rows)
        if not is_total and counted in before:
            since, gone = before[counted]
            total = gone if since <= day else None
        if total is not None and total.publication is not Publication.WITHHELD:
            yield counted, total


def _range(total: Total, counted: Counted, unit: Counted) -> tuple[float, float]:
    """Say between what the counts of `unit` lie, by a total: registrations are not fewer."""
    least = most = float(total.headcount or 0)
    if total.publication is Publication.SMALL:
        least, most = 1.0, SMALLEST - 1.0
    if counted is unit:
        return least, most
    return (-inf, most) if unit is Counted.PERSONS else (least, inf)
