"""Which headcounts by course the public may see, so that none of 1 to 4 can be worked out.

The decision is taken once, on the smallest table there is (one centre, one academic year), and
every other table adds up the cells that it shows, nothing else: whatever the filters, a public
figure is a function of cells that are public anyway. What is left is the subtraction of the cells
shown from the total of the centre, which is public too; docs/adr/0008-small-counts.md reasons.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from territoires.domain.programme import Counted

SMALLEST: Final = 5
"""The smallest headcount, zero apart, that is told by course."""

# A count of 1 to 4 must be able to move by three without any other figure betraying it.
_ROOM: Final = SMALLEST - 2
_NOTHING: Final[Mapping[Counted, Collection[int]]] = MappingProxyType({})


class Publication(StrEnum):
    """What the public is told of a headcount.

    `SMALL`: between 1 and 4, no more; `WITHHELD`: nothing, it would betray another; `ABSENT`: it
    was not transmitted.
    """

    SHOWN = "shown"
    SMALL = "small"
    WITHHELD = "withheld"
    ABSENT = "absent"


def is_small(headcount: int) -> bool:
    """Tell whether a headcount is one of those never published by course; zero is not."""
    return 0 < headcount < SMALLEST


def of_whole(headcount: int) -> Publication:
    """Tell how the total of a centre is published."""
    return Publication.SMALL if is_small(headcount) else Publication.SHOWN


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """The published detail of one centre and year: what it counts, and each course's fate.

    `counted` is None when there is no detail.
    """

    counted: Counted | None = None
    cells: Mapping[str, Publication] = field(default_factory=dict)

    def of(self, counted: Counted, course: str) -> Publication:
        """Give the fate of one cell; the detail of the other unit is never public."""
        return self.cells[course] if counted is self.counted else Publication.WITHHELD


def protect(
    wholes: Mapping[Counted, int],
    courses: Mapping[Counted, Mapping[str, int]],
    *,
    salt: str,
    earlier: Mapping[Counted, Collection[int]] = _NOTHING,
) -> Breakdown:
    """Decide what is shown of the detail by course of one centre and one academic year.

    `wholes`: the headcounts of the whole centre, by what they count; `courses`: those of each
    course; `salt` names the centre and year, so that the choice of a second hidden cell depends on
    nothing that a figure could betray; `earlier`: the totals that past dates show, of days before.

    Only one unit is detailed (persons where there are any, registrations otherwise): the two
    together bound each other. Where a count of 1 to 4 lies under a known total, another cell is
    hidden with it; where that would not leave it all of 1 to 4, nothing of the detail is shown.
    """
    unit = Counted.PERSONS if courses.get(Counted.PERSONS) else Counted.REGISTRATIONS
    cells = courses.get(unit) or {}
    if not cells:
        return Breakdown()
    fates = {
        course: Publication.SMALL if is_small(headcount) else Publication.SHOWN
        for course, headcount in cells.items()
    }
    small = [course for course, fate in fates.items() if fate is Publication.SMALL]
    totals = {unit: {*earlier.get(unit, ())} for unit in Counted}
    for counted, whole in wholes.items():
        totals[counted].add(whole)
    every = set().union(*totals.values())
    if not small or not every:
        return Breakdown(counted=unit, cells=fates)
    nothing = Breakdown(counted=unit, cells=dict.fromkeys(cells, Publication.WITHHELD))
    if any(map(is_small, every)):
        return nothing
    second = _second(cells, salt)
    if second is None:
        return nothing
    fates[second] = Publication.WITHHELD
    shown = sum(cells[course] for course, fate in fates.items() if fate is Publication.SHOWN)
    least = len(small) + SMALLEST
    # A total less what is shown: under `least` it contradicts the cells, so that nobody believes in
    # it. The test rests on what everybody can compute: that it was passed teaches nothing.
    # Nobody is in a course without a registration: registrations bound persons from above.
    ceilings = totals[unit] | totals[Counted.REGISTRATIONS]
    if any(least <= total - shown < least + _ROOM for total in ceilings):
        return nothing
    return Breakdown(counted=unit, cells=fates)


def _second(cells: Mapping[str, int], salt: str) -> str | None:
    """Choose the cell that is hidden beside the small ones, blindly among those it may be."""
    candidates = [course for course, headcount in cells.items() if headcount >= SMALLEST]
    return min(candidates, key=lambda course: _blind(salt, course), default=None)


def _blind(salt: str, course: str) -> str:
    return hashlib.sha256(f"{salt}/{course}".encode()).hexdigest()
