"""What published totals make of the number of centres truly open, for whoever believes them.

N(day) is the number of the programme's centres truly open. The rows of the database give it a floor
(open for certain) and room (a ceiling); each total believed bounds it on its day, and from there on
both sides, since N falls by documented closings only. Nothing here knows where a total stands.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from math import inf

from territoires.domain.rollout import Life
from territoires.domain.worlds import Span


@dataclass(frozen=True, kw_only=True)
class Total:
    """A total that bounds N on its day: from `least` to `most`, which may be infinite."""

    number: int
    day: date
    least: float
    most: float = inf


@dataclass(frozen=True)
class Band:
    """The least and the most that N may be on a day; none is possible when they cross."""

    least: float
    most: float

    @property
    def holds(self) -> bool:
        """Tell whether some number fits."""
        return self.least <= self.most


def band(ground: "Rows", believed: Iterable[Total], day: date) -> Band:
    """Give the band of a day: every number in it is N's in some course of things, and no other.

    The least is that of the rows or of a total before, less the closings between; the most, the
    room or a total of that day or later, plus the closings between.
    """
    least: float = ground.certain(day)
    most = ground.room(day)
    for total in believed:
        if total.day <= day:
            least = max(least, total.least - ground.closings(total.day, day))
        if total.day >= day:
            most = min(most, total.most + ground.closings(day, total.day))
    return Band(least, most)


@dataclass(frozen=True)
class Contradiction:
    """Totals that cannot be true together: one against the rows, or two that are fine alone."""

    totals: tuple[Total, ...]
    floor: int = 0
    room: float = inf


def contradictions(ground: "Rows", totals: Iterable[Total]) -> Iterator[Contradiction]:
    """Yield each total that the rows deny, then each pair that deny one another; none is larger.

    A floor and a ceiling cross by one total, or by two: what names more names something needless.
    """
    alone: list[Total] = []
    for total in totals:
        floor, room = ground.certain(total.day), ground.room(total.day)
        if total.most < floor or room < total.least:
            yield Contradiction((total,), floor, room)
        else:
            alone.append(total)
    for one, other in combinations(sorted(alone, key=lambda each: each.day), 2):
        fallen = one.least - ground.closings(one.day, other.day)
        same_day = one.day == other.day
        if fallen > other.most or (same_day and other.least > one.most):
            yield Contradiction((one, other))


# What the rows of the database say.


@dataclass(frozen=True, kw_only=True)
class Place:
    """A town with what is known of it: its centres that count, and its labelling."""

    lives: tuple[Life, ...]

    def open_at_most(self, day: date) -> int:
        """Count its centres that may be open, those without a date included."""
        return sum(life.possibly_open(day) or life.open_undated(day) for life in self.lives)

    def is_labelled(self, day: date) -> bool:
        """Tell whether it is labelled for certain, even if it has abandoned since."""
        return any(span.last <= day for life in self.lives for span in life.labelled)

    def may_hide_an_opening(self, day: date) -> bool:
        """Tell whether it may be labelled by then, has not abandoned and no opening is known."""
        may_be_labelled = any(span.first <= day for life in self.lives for span in life.labelled)
        knows = any(life.openings or life.undated_from for life in self.lives)
        gone = any(ending.last <= day for life in self.lives for ending in life.worlds.endings)
        return may_be_labelled and not knows and not gone


@dataclass(frozen=True)
class Rows:
    """The ground that lives and totals of labelled places make; every place counts once.

    `labelled` are those totals by day, which are taken as they are.
    """

    lives: Sequence[Life]
    labelled: Sequence[tuple[date, int]] = ()
    _places: tuple[Place, ...] = field(init=False, repr=False)
    _ends: tuple[Span, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        towns: dict[str, list[Life]] = {}
        for life in self.lives:
            towns.setdefault(life.history.town, []).append(life)
        places = tuple(Place(lives=tuple(lives)) for lives in towns.values())
        # The abandonment of a project that never opened closes nothing.
        ends = tuple(
            ending
            for life in self.lives
            if life.openings or life.undated_from
            for ending in life.worlds.endings
        )
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_ends", ends)
        object.__setattr__(self, "labelled", tuple(sorted(self.labelled)))

    def certain(self, day: date) -> int:
        """Count the centres open for certain."""
        return sum(life.certainly_open(day) for life in self.lives)

    def places(self, day: date) -> float:
        """Give how many places are labelled: the smallest total of that day or later.

        The latest one where none is so late; no bound where there is no total.
        """
        at = bisect_left(self.labelled, (day, 0))
        later = [value for _, value in self.labelled[at:]]
        latest = [value for on, value in self.labelled if on == self.labelled[-1][0]]
        return min(later or latest, default=inf)

    def room(self, day: date) -> float:
        """Give the most that may be open.

        No more than one per labelled place, and the centres beside; no more than may be open, than
        labelled places of which no opening is known, and than labelled places that are not named.
        """
        places = self.places(day)
        at_most = beside = hidden = named = 0
        for place in self._places:
            count, labelled = place.open_at_most(day), place.is_labelled(day)
            at_most += count
            beside += max(count - 1, 0) if labelled else count
            named += labelled
            hidden += count == 0 and place.may_hide_an_opening(day)
        return min(places + beside, at_most + hidden + max(0, places - named))

    def closings(self, start: date, end: date) -> int:
        """Count the documented closings that may have happened after `start`, by `end`."""
        return sum(start < end and span.first <= end and span.last > start for span in self._ends)

    def turning_days(self) -> Iterator[date]:
        """Yield the days on which what the rows say may change."""
        for life in self.lives:
            yield from life.worlds.turning_days()
            yield from (day for span in life.labelled for day in (span.first, span.last))
            if life.undated_from:
                yield life.undated_from
        # A total of labelled places holds up to its day: another does from the next.
        yield from (day for on, _ in self.labelled for day in (on, on + timedelta(days=1)))
