"""What regions and departments are compared on, and how each figure is made comparable."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

RADIUS_KM: Final = 30.0
AT_MOST: Final = 4
"""How many territories stand side by side."""
BAND: Final = 0.10
"""Half of the band around the median of a share: ten points."""
FEW: Final = 10
"""Under this many cases a share is said as a fraction."""


class Indicator(StrEnum):
    """What is compared."""

    OPEN = "open"
    LABELLED = "labelled"
    COVERED = "covered"
    COVERED_SHARE = "covered_share"
    SITES_SHARE = "sites_share"


class Per(StrEnum):
    """What an indicator is divided by."""

    NUMBER = "number"
    MILLION = "million"
    CENTRE = "centre"


RATES: Final[dict[Indicator, tuple[Per, ...]]] = {
    Indicator.OPEN: (Per.NUMBER, Per.MILLION, Per.CENTRE),
    Indicator.LABELLED: (Per.NUMBER, Per.MILLION),
    Indicator.COVERED: (Per.NUMBER,),
    Indicator.COVERED_SHARE: (Per.NUMBER,),
    Indicator.SITES_SHARE: (Per.NUMBER,),
}
"""By what each indicator may be divided; the first is the usual one."""
SHARES: Final = frozenset({Indicator.COVERED_SHARE, Indicator.SITES_SHARE})


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What is counted in one territory; `covered`: inhabitants within `RADIUS_KM` of a centre."""

    open: int
    labelled: int
    covered: int
    population: int
    sites: int
    sites_with_centre: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One figure made comparable: `value` is None where it has no meaning, `count` is its n.

    `whole` is what a share is of (0 for the others).
    """

    value: float | None
    count: int
    whole: int = 0


def compared(counts: Counts, indicator: Indicator, per: Per) -> Compared:
    """Make one territory's figure comparable; a pair that `RATES` lacks is a KeyError."""
    match indicator:
        case Indicator.COVERED_SHARE:
            return _share(counts.covered, counts.population)
        case Indicator.SITES_SHARE:
            return _share(counts.sites_with_centre, counts.sites)
        case Indicator.COVERED:
            return Compared(value=float(counts.covered), count=counts.covered)
        case Indicator.OPEN | Indicator.LABELLED:
            count = counts.open if indicator is Indicator.OPEN else counts.labelled
            values = {
                Per.NUMBER: float(count),
                Per.MILLION: 1e6 * count / counts.population if counts.population else None,
                Per.CENTRE: counts.population / count if count else None,
            }
            return Compared(value=values[per], count=count)


def _share(part: int, whole: int) -> Compared:
    return Compared(value=part / whole if whole else None, count=part, whole=whole)


def middle(values: Sequence[float | None]) -> float | None:
    """Give the median of the values that have a meaning, None when none has."""
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None
