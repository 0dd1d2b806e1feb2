"""Academic years: which days they span, how they are named, when their figures are final."""

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Final, Protocol, TypeVar

_FIRST_MONTH: Final = 9
_NAME: Final = re.compile(r"(\d{4})-(\d{4})", re.ASCII)


class Count(Protocol):
    """A headcount, of whatever it is."""

    @property
    def counted_on(self) -> date:
        """The day of the count."""


C = TypeVar("C", bound=Count)
K = TypeVar("K", bound=Hashable)


def in_force(counts: Iterable[C], subject: Callable[[C], K]) -> dict[K, C]:
    """Give the count in force of each subject: that of the latest day among those given."""
    return {subject(each): each for each in sorted(counts, key=lambda each: each.counted_on)}


def year_of(day: date) -> int:
    """Give the academic year of a day, named by its first civil year: September to August."""
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def first_day(year: int) -> date:
    """Give the first day of an academic year: 1 September."""
    return date(year, _FIRST_MONTH, 1)


def last_day(year: int) -> date:
    """Give the last day of an academic year: 31 August."""
    return date(year + 1, 8, 31)


def name_of(year: int) -> str:
    """Name an academic year: `2021-2022`."""
    return f"{year}-{year + 1}"


def read_year(text: str) -> int:
    """Read `2021-2022`; raises ValueError for anything else, years that do not follow included."""
    found = _NAME.fullmatch(text.strip())
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise ValueError(text)
    return int(found[1])


def is_provisional(year: int, counted_on: date) -> bool:
    """Tell whether a figure was counted before its year had ended."""
    return counted_on < last_day(year)
