"""The figures that pages tell of the number of centres, and which of them are one that is typed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, pairwise, product
from typing import Any, Final

from territoires.domain.rollout import Life, Step, count, in_scope, staircase
from territoires.domain.scope import Perimeter, Scope

_DAY: Final = timedelta(days=1)


class Kind(StrEnum):
    """What a figure counts, the plainest first."""

    CERTAIN = "certain"
    AT_MOST = "at_most"
    UNDATED = "undated"
    SELECTED = "selected"
    WAITING = "waiting"
    PUBLISHED = "published"
    LABELLED = "labelled"
    TARGET = "target"
    BELIEVED_LEAST = "believed_least"
    BELIEVED_MOST = "believed_most"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A figure, and the scope under which a page tells it.

    `until` is the last day on which it held, of one that does no longer. `row` is what was
    published, of a total.
    """

    kind: Kind
    value: float
    scope: Scope
    until: date | None = None
    row: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def departs(self, usual: Scope) -> frozenset[str]:
        """Name what sets its scope apart from the one looked at."""
        apart = {
            "territory": self.scope.territory != usual.territory,
            "perimeter": self.scope.perimeter != usual.perimeter,
            "unproven": self.scope.with_unproven != usual.with_unproven,
            "low": self.scope.with_low != usual.with_low,
            "past": self.scope.as_of != usual.as_of,
        }
        return frozenset(name for name, differs in apart.items() if differs)


def counts(every: Sequence[Life], scope: Scope) -> Iterator[Told]:
    """Yield what is counted in the territory under each perimeter, with the unproven and without.

    On the scope's day, and before it. `every`: the lives of all France, read with `scope.with_low`.
    """
    for perimeter, with_unproven in product(Perimeter, (False, True)):
        here = replace(scope, perimeter=perimeter, with_unproven=with_unproven)
        kept = in_scope(every, here)
        found = count(kept, here.as_of, with_unproven=with_unproven)
        yield Told(kind=Kind.CERTAIN, value=found.open, scope=here)
        if found.open_at_most > found.open:
            yield Told(kind=Kind.AT_MOST, value=found.open_at_most, scope=here)
        if found.open_undated:
            yield Told(kind=Kind.UNDATED, value=found.open + found.open_undated, scope=here)
        yield Told(kind=Kind.SELECTED, value=found.selected, scope=here)
        yield Told(kind=Kind.WAITING, value=found.selected_without_opening, scope=here)
        steps = staircase(kept, until=here.as_of, with_unproven=with_unproven)
        yield from _before(Kind.CERTAIN, ((step.open, step) for step in steps), here)
        yield from _before(Kind.AT_MOST, ((step.open_at_most, step) for step in steps), here)


def _before(kind: Kind, steps: Iterable[tuple[int, Step]], here: Scope) -> Iterator[Told]:
    """Yield the values that a count had, each with its days, but for the one that it has."""
    runs = [(value, next(run)[1].day) for value, run in groupby(steps, key=lambda pair: pair[0])]
    for (value, first), (_, then) in pairwise(runs):
        yield Told(kind=kind, value=value, scope=replace(here, as_of=first), until=then - _DAY)


def giving(figure: float, told: Iterable[Told], usual: Scope) -> tuple[Told, ...]:
    """Give the readings that tell exactly this figure, the plainest first.

    One that departs from the scope looked at in more ways than another of its kind says nothing
    more; of several times, the latest.
    """
    apart: dict[tuple[Kind, frozenset[str], str], Told] = {}
    for each in told:
        if each.value == figure:
            key = (each.kind, each.departs(usual), str(each.row.get("title", "")))
            known = apart.get(key)
            if known is None or known.scope.as_of < each.scope.as_of:
                apart[key] = each
    plainest = [
        each
        for (kind, departs, _), each in apart.items()
        if not any(other is kind and fewer < departs for other, fewer, _ in apart)
    ]
    order = list(Kind)
    return tuple(
        sorted(plainest, key=lambda each: (len(each.departs(usual)), order.index(each.kind)))
    )


def nearest(figure: float, told: Sequence[Told], usual: Scope) -> tuple[Told, ...]:
    """Give the plainest reading of the next figure below, and that of the next one above."""
    values = {each.value for each in told}
    below = max((value for value in values if value < figure), default=None)
    above = min((value for value in values if value > figure), default=None)
    sides = (giving(value, told, usual) for value in (below, above) if value is not None)
    return tuple(found[0] for found in sides)
