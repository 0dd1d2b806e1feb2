"""Which of many dated things are worth keeping: recent ones close together, old ones far apart."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

DAYS, WEEKS, MONTHS = 14, 8, 12

# How many periods of each length are kept, and what names the period of an instant.
_RULES: Final[tuple[tuple[int, Callable[[datetime], Any]], ...]] = (
    (DAYS, lambda instant: instant.date()),
    (WEEKS, lambda instant: instant.isocalendar()[:2]),
    (MONTHS, lambda instant: (instant.year, instant.month)),
)


def kept(instants: Iterable[datetime], *, latest: int) -> set[datetime]:
    """Keep the `latest` ones, and the last of each recent day, week and month that has one.

    How many of each: `DAYS`, `WEEKS`, `MONTHS`. The most recent one is always kept.
    """
    ordered = sorted(set(instants), reverse=True)
    chosen = set(ordered[: max(latest, 1)])
    for periods, period_of in _RULES:
        last_of: dict[Any, datetime] = {}
        for instant in ordered:
            last_of.setdefault(period_of(instant), instant)
        chosen.update(list(last_of.values())[:periods])
    return chosen
