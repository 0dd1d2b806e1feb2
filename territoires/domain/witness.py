"""Whether hidden counts of 1 to 4 stay free under known sums: shown by writing worlds that fit.

A reader who keeps everything that was ever public knows sums of counts, some of which are hidden.
Nothing of a hidden count is given away when, whatever it is said to be between 1 and 4, the others
can be chosen so that every sum holds. Such a choice is a world; it is written from what is public
alone, so that whether one was found teaches the reader nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

Bounds = tuple[int, int | None]
"""The least and the most that a hidden count may be; None: no most."""

_TOO_MANY: Final = 64  # sums tied together, or ways to believe them: then nothing is promised


class Cell(NamedTuple):
    """A headcount by course as a reader tells it from others: `number` is its first version.

    One that says again what was shown of the same course, or what its correction of the same day
    replaces said, is the same cell: everybody would guess that nothing had changed.
    """

    course: str
    headcount: int
    number: int


class Relation(Enum):
    """How what counts add up to compares with a total."""

    EQUAL = "="
    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Sum:
    """What some counts together are known to be: equal to a total, or bounded by it."""

    cells: frozenset[Cell]
    relation: Relation
    total: int


class NotFreeError(Exception):
    """A hidden count of 1 to 4 for which no world was found."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What somebody who kept everything knows.

    `sums` gives those of a count; `known` a count that is public, or None; `bounds` what is said of
    one that is not; `is_small` tells whether it is said to be 1 to 4.
    """

    sums: Callable[[Cell], Iterable[Sum]]
    known: Callable[[Cell], int | None]
    bounds: Callable[[Cell], Bounds]
    is_small: Callable[[Cell], bool]


def are_free(reader: Reader, *, about: Collection[Cell]) -> bool:
    """Tell whether every hidden count of 1 to 4 tied to `about` stays all of 1 to 4.

    Two sums that exclude each other are not believed together: each is tried with all that it
    allows.
    """
    tied = _tied(reader, about)
    if tied is None:
        return False
    hidden = {cell for each in tied for cell in each.cells}
    asked = list(filter(reader.is_small, hidden))
    if not asked:
        return True
    bounds = {cell: reader.bounds(cell) for cell in hidden}
    try:
        for believed in _believable(tied, bounds):
            for cell in asked:
                # Worlds are linear in the count, and whole: between two of them lie the others.
                for value in bounds[cell]:
                    _write_world(believed, bounds, cell, value or 0)
    except NotFreeError:
        return False
    return True


def _tied(reader: Reader, about: Collection[Cell]) -> list[Sum] | None:
    """Keep the sums that share hidden counts, however far, with `about`; None: too many."""
    found: dict[Sum, None] = {}
    waiting = [cell for cell in about if reader.known(cell) is None]
    seen, read = set(waiting), set[Sum]()
    while waiting:
        for each in reader.sums(waiting.pop()):
            if each in read:
                continue
            read.add(each)
            left = _left(reader, each)
            if left is None:
                continue
            found[left] = None
            waiting += left.cells - seen
            seen |= left.cells
        if len(found) > _TOO_MANY:
            return None
    return sorted(found, key=_rank)


def _rank(each: Sum) -> tuple[list[tuple[str, int]], str, int]:
    """Put sums in an order, on which depends which worlds are found.

    Sets have another in each process. No headcount may decide it: what others count is one.
    """
    cells = sorted((cell.course, cell.number if cell.course else 0) for cell in each.cells)
    return cells, each.relation.value, each.total


def _left(reader: Reader, each: Sum) -> Sum | None:
    """Take the known counts out of a sum; None when nothing is left that anybody would believe."""
    total, least = each.total, 0
    most: int | None = 0
    hidden = []
    for cell in each.cells:
        headcount = reader.known(cell)
        if headcount is None:
            hidden.append(cell)
            low, high = reader.bounds(cell)
            least += low
            most = None if most is None or high is None else most + high
        else:
            total -= headcount
    too_little = each.relation is not Relation.AT_LEAST and total < least
    too_much = each.relation is not Relation.AT_MOST and most is not None and total > most
    says_nothing = each.relation is Relation.AT_LEAST and total <= least
    if not hidden or too_little or too_much or says_nothing:
        return None
    return Sum(frozenset(hidden), each.relation, total)


def _believable(sums: Sequence[Sum], bounds: Mapping[Cell, Bounds]) -> Iterator[list[Sum]]:
    """Yield the largest sets of sums of which no two exclude each other."""
    against: dict[Sum, set[Sum]] = defaultdict(set)
    for place, one in enumerate(sums):
        for other in sums[place + 1 :]:
            if _exclude(one, other, bounds) or _exclude(other, one, bounds):
                against[one].add(other)
                against[other].add(one)
    free = [each for each in sums if each not in against]
    contested = [each for each in sums if each in against]
    ways: set[frozenset[Sum]] = {frozenset()}
    for each in contested:
        # With each new sum: beside what it does not exclude, or without it.
        ways |= {frozenset(way - against[each]) | {each} for way in ways}
        ways = {way for way in ways if not any(way < other for other in ways)}
        if len(ways) > _TOO_MANY:
            raise NotFreeError
    for way in ways:
        yield free + [each for each in contested if each in way]


def _exclude(inner: Sum, outer: Sum, bounds: Mapping[Cell, Bounds]) -> bool:
    """Tell whether what `outer` adds to `inner` could not be what is left between their totals."""
    if outer.relation is Relation.AT_LEAST or inner.relation is Relation.AT_MOST:
        return False
    if not inner.cells <= outer.cells:
        return False
    rest = outer.total - inner.total
    added = [bounds[cell] for cell in outer.cells - inner.cells]
    if rest < sum(least for least, _ in added):
        return True
    is_exact = inner.relation is outer.relation is Relation.EQUAL
    mosts = [most for _, most in added]
    return is_exact and None not in mosts and rest > sum(most or 0 for most in mosts)


def _write_world(
    sums: Sequence[Sum], bounds: Mapping[Cell, Bounds], cell: Cell, value: int
) -> None:
    """Choose every hidden count so that the sums hold and `cell` is `value`.

    Each sum is left one count that no other sum still waiting has, which takes what remains.
    """
    waiting = [each for each in sums if each.relation is not Relation.AT_MOST]
    times = Counter(one for each in waiting for one in each.cells)
    solved: list[tuple[Sum, Cell]] = []
    while waiting:
        for each in waiting:
            own = [one for one in each.cells if times[one] == 1 and one != cell]
            if own:
                # One with room, better a course than whoever else is counted; beyond that no
                # headcount may decide which.
                taken = min(
                    own, key=lambda one: (bounds[one][1] is not None, not one.course, one.number)
                )
                break
        else:
            raise NotFreeError
        solved.append((each, taken))
        waiting.remove(each)
        times.subtract(each.cells)
    world = {one: max(bounds[one][0], 0) for each in sums for one in each.cells}
    world[cell] = value
    for each, taken in reversed(solved):
        rest = each.total - sum(world[one] for one in each.cells if one != taken)
        least, most = bounds[taken]
        if each.relation is Relation.AT_LEAST:
            rest = max(least, rest)
        if rest < least or (most is not None and rest > most):
            raise NotFreeError
        world[taken] = rest
    for each in sums:
        if (
            each.relation is Relation.AT_MOST
            and sum(map(world.__getitem__, each.cells)) > each.total
        ):
            raise NotFreeError
