"""Openings announced against openings documented: how late, at least and at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from territoires.domain.dates import PartialDate
from territoires.domain.worlds import Span

FEW = 10  # pairs exact to the month, under which there is no average


@dataclass(frozen=True, kw_only=True)
class Delay:
    """By how many days an opening came after what was announced; negative: before."""

    at_least: int
    at_most: int


def delay(announced_for: PartialDate, opened: Span) -> Delay | None:
    """Compare an announced date with the days on which the opening may have happened.

    At least: from the last day announced to the first one possible; at most: the reverse. None
    where either is not known.
    """
    if announced_for.first is None or announced_for.last is None or not opened.is_bounded:
        return None
    return Delay(
        at_least=(opened.first - announced_for.last).days,
        at_most=(opened.last - announced_for.first).days,
    )


def is_kept(announced_for: PartialDate, late: Delay) -> bool:
    """Tell whether each day on which the opening may have happened is one of those announced."""
    if announced_for.first is None or announced_for.last is None:
        return False
    days = (announced_for.last - announced_for.first).days
    return -days <= late.at_least and late.at_most <= days


def mean_delay(pairs: Sequence[tuple[PartialDate, Span]]) -> float | None:
    """Give the mean delay in months of the pairs exact to the month; None when they are few."""
    months = [
        12 * (opened.first.year - said.first.year) + opened.first.month - said.first.month
        for said, opened in pairs
        if said.first is not None
        and said.last is not None
        and opened.is_bounded
        and _is_a_month(Span(first=said.first, last=said.last))
        and _is_a_month(opened)
    ]
    return mean(months) if len(months) >= FEW else None


def _is_a_month(span: Span) -> bool:
    return (span.first.year, span.first.month) == (span.last.year, span.last.month)
