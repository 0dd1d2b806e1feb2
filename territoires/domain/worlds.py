"""Whether a centre is open on a day in every order in which things may have happened, or in some.

A world gives each opening and each ending one of its possible days. The last of those reached
decides. On one day an opening comes before an ending, unless it is a reopening dated exactly that
day. A world where a closing or a suspension precedes every opening is left out, unless none is
left; an abandonment may precede: projects are abandoned before anything opens. Nothing is
enumerated here: of all the worlds only the one most favourable to the answer is looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days on which something may have happened; `last` is `date.max` when none is known."""

    first: date
    last: date

    @property
    def is_bounded(self) -> bool:
        """Tell whether the last day is known."""
        return self.last != date.max

    @property
    def is_exact(self) -> bool:
        """Tell whether only one day is possible."""
        return self.first == self.last


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """The possible days of a centre's openings, closings and suspensions, and abandonments."""

    openings: tuple[Span, ...]
    closings: tuple[Span, ...]
    abandonments: tuple[Span, ...] = ()

    def some_open(self, day: date) -> bool:
        """Tell whether the centre is open on that day in some world."""
        return any(
            opening.first <= day and self._opens_last(number, day)
            for number, opening in enumerate(self.openings)
        )

    def every_open(self, day: date) -> bool:
        """Tell whether the centre is open on that day in every world."""
        return bool(self.openings) and not (self._none_opened(day) or self._ends_last(day))

    @property
    def endings(self) -> tuple[Span, ...]:
        """Everything that ends a time of being open."""
        return *self.closings, *self.abandonments

    def latest(self) -> Iterator[tuple[Span, bool]]:
        """Yield what happens, each thing on its latest day, and whether it opens the centre.

        An opening that must precede a closing is no later than it.
        """
        openings = list(self.openings)
        by = min((closing.last for closing in self._ordered_closings()), default=date.max)
        first = min((opening.last for opening in openings), default=by)
        if first > by:
            soonest = min(openings, key=lambda opening: opening.first)
            openings[openings.index(soonest)] = Span(first=soonest.first, last=by)
        happened = [
            (opening.last, 2 if opening.is_exact and first < opening.last else 0, opening)
            for opening in openings
        ] + [(ending.last, 1, ending) for ending in self.endings]
        for _, rank, span in sorted(happened, key=lambda each: (*each[:2], each[2].first)):
            yield span, rank != 1

    def turning_days(self) -> Iterator[date]:
        """Yield the days on which an answer may change: bounds, and the days that follow them."""
        for span in chain(self.openings, self.endings):
            for bound in (span.first, span.last):
                yield bound
                if bound < date.max:
                    yield bound + _DAY

    def _ordered_closings(self) -> tuple[Span, ...]:
        """Give the closings that must follow some opening: all, unless one cannot."""
        soonest = min((opening.first for opening in self.openings), default=date.max)
        kept = all(closing.last >= soonest for closing in self.closings)
        return self.closings if kept else ()

    def _opens_last(self, number: int, day: date) -> bool:
        """Tell whether an opening, as late as `day` allows, may follow all that has ended by then.

        The other openings are as early as they may, each ending as late.
        """
        opening = self.openings[number]
        late = min(opening.last, day)
        others = [span.first for at, span in enumerate(self.openings) if at != number]
        earliest = min(others, default=date.max)
        latest_end = late if opening.is_exact and earliest < late else late - _DAY
        return all(
            ending.last > day or ending.first <= latest_end for ending in self.endings
        ) and all(
            closing.last > day or earliest <= min(closing.last, latest_end)
            for closing in self._ordered_closings()
        )

    def _none_opened(self, day: date) -> bool:
        """Tell whether every opening may still be to come."""
        if any(opening.last <= day for opening in self.openings):
            return False
        earliest = min(max(opening.first, day + _DAY) for opening in self.openings)
        return all(closing.last >= earliest for closing in self._ordered_closings())

    def _ends_last(self, day: date) -> bool:
        """Tell whether an ending, as late as `day` allows, may follow all that has opened by then.

        Each opening is as early as it may, or still to come; one dated exactly the day of the
        ending must be the first, or it would be a reopening.
        """
        ends = [min(ending.last, day) for ending in self.endings if ending.first <= day]
        if not ends:
            return False
        end = max(ends)
        if not any(opening.is_exact and opening.first == end for opening in self.openings):
            return all(opening.first <= end or opening.last > day for opening in self.openings)
        return all(
            opening.first <= end <= opening.last or opening.last > day for opening in self.openings
        ) and all(closing.last >= end for closing in self._ordered_closings())
