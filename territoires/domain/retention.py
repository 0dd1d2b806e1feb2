"""Which backups are worth keeping: recent ones close together, older ones apart, none too old."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

DAYS, WEEKS = 14, 5
# What people wrote to us is in backups too: the notice says how long.
OLDEST: Final = timedelta(days=30)

# How many periods of each length are kept, and what names the period of an instant.
_RULES: Final[tuple[tuple[int, Callable[[datetime], Any]], ...]] = (
    (DAYS, lambda instant: instant.date()),
    (WEEKS, lambda instant: instant.isocalendar()[:2]),
)


def kept(instants: Iterable[datetime], *, latest: int) -> set[datetime]:
    """Keep the `latest` ones, and the last of each recent day and week that has one.

    How many of each: `DAYS`, `WEEKS`. The most recent one is always kept, and nothing that is older
    than it by more than `OLDEST`.
    """
    every = sorted(set(instants), reverse=True)
    ordered = [instant for instant in every if every[0] - instant <= OLDEST]
    chosen = set(ordered[: max(latest, 1)])
    for periods, period_of in _RULES:
        last_of: dict[Any, datetime] = {}
        for instant in ordered:
            last_of.setdefault(period_of(instant), instant)
        chosen.update(list(last_of.values())[:periods])
    return chosen
