"""What regions and departments are compared on, and how each figure is made comparable."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from territoires.domain.told import Told

RADIUS_KM: Final = 30.0
AT_MOST: Final = 4
"""How many territories stand side by side."""
BAND: Final = 0.10
"""Half of the band around the median of a share: ten points."""
FEW: Final = 10
"""Under this many cases a share is said as a fraction."""


class Indicator(Told):
    """What is compared."""

    OPEN = "open", "Centres ouverts"
    LABELLED = "labelled", "Villes labellisées"
    COVERED = "covered", "Habitants à moins de 30\u00a0km d’un centre"
    COVERED_SHARE = "covered_share", "Part des habitants à moins de 30\u00a0km d’un centre"
    SITES_SHARE = "sites_share", "Part des sites Action cœur de ville qui ont un centre"
    ACV_TARGET = "acv_target", "Part de l’objectif national en villes Action cœur de ville"
    OTHERS_TARGET = "others_target", "Part de l’objectif national dans les autres villes"


class Per(Told):
    """What an indicator is divided by."""

    NUMBER = "number", "Nombre"
    MILLION = "million", "Par million d’habitants"
    MEDIUM = "medium", "Par million d’habitants des villes moyennes"
    CENTRE = "centre", "Habitants par centre"


RATES: Final[dict[Indicator, tuple[Per, ...]]] = {
    Indicator.OPEN: (Per.NUMBER, Per.MEDIUM, Per.MILLION, Per.CENTRE),
    Indicator.LABELLED: (Per.NUMBER, Per.MEDIUM, Per.MILLION),
    Indicator.COVERED: (Per.NUMBER,),
    Indicator.COVERED_SHARE: (Per.NUMBER,),
    Indicator.SITES_SHARE: (Per.NUMBER,),
    Indicator.ACV_TARGET: (Per.NUMBER,),
    Indicator.OTHERS_TARGET: (Per.NUMBER,),
}
"""By what each indicator may be divided; the first is the usual one."""
OF_TARGETS: Final = frozenset({Indicator.ACV_TARGET, Indicator.OTHERS_TARGET})
"""Shares of what was decided for all of France: no territory is to reach its own."""
SHARES: Final = frozenset({Indicator.COVERED_SHARE, Indicator.SITES_SHARE}) | OF_TARGETS
_TAIL: Final = 0.025


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What is counted in one territory; `covered`: inhabitants within `RADIUS_KM` of a centre.

    `medium`: inhabitants of the towns of the 222 sites. `acv_target` and `others_target`: centres
    to open in all of France in those towns and elsewhere, 0 where nothing is decided.
    """

    open: int
    labelled: int
    covered: int
    population: int
    sites: int
    sites_with_centre: int
    medium: int = 0
    open_acv: int = 0
    acv_target: int = 0
    others_target: int = 0


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One figure made comparable: `value` is None where it has no meaning, `count` is its n.

    `whole` is what a share is of (0 for the others). `low` and `high` hold, at 95 %, the rates
    that may have given so few cases: None from `FEW` on, and for what is no rate.
    """

    value: float | None
    count: int
    whole: int = 0
    low: float | None = None
    high: float | None = None


def compared(counts: Counts, indicator: Indicator, per: Per) -> Compared:
    """Make one territory's figure comparable; a pair that `RATES` lacks is a KeyError."""
    shares = {
        Indicator.COVERED_SHARE: (counts.covered, counts.population),
        Indicator.SITES_SHARE: (counts.sites_with_centre, counts.sites),
        Indicator.ACV_TARGET: (counts.open_acv, counts.acv_target),
        Indicator.OTHERS_TARGET: (counts.open - counts.open_acv, counts.others_target),
    }
    if indicator in shares:
        part, whole = shares[indicator]
        return Compared(value=part / whole if whole else None, count=part, whole=whole)
    if indicator is Indicator.COVERED:
        return Compared(value=float(counts.covered), count=counts.covered)
    count = {Indicator.OPEN: counts.open, Indicator.LABELLED: counts.labelled}[indicator]
    if per is Per.NUMBER:
        return Compared(value=float(count), count=count)
    if per is Per.CENTRE:
        return Compared(value=counts.population / count if count else None, count=count)
    return _rate(count, {Per.MILLION: counts.population, Per.MEDIUM: counts.medium}[per])


def _rate(count: int, people: int) -> Compared:
    if not people:
        return Compared(value=None, count=count)
    found = Compared(value=1e6 * count / people, count=count)
    if not 0 < count < FEW:
        return found
    low, high = (1e6 * edge / people for edge in cases(count))
    return replace(found, low=low, high=high)


def cases(count: int) -> tuple[float, float]:
    """Give the numbers between which the mean of a Poisson law lies at 95 %, `count` being seen.

    Exact (Garwood, Biometrika 28, 1936).
    """
    # Importing SciPy takes longer than the start of most commands, of which few come here.
    from scipy.special import gammainccinv, gammaincinv  # noqa: PLC0415

    low = float(gammaincinv(count, _TAIL)) if count else 0.0
    return low, float(gammainccinv(count + 1, _TAIL))


def middle(values: Sequence[float | None]) -> float | None:
    """Give the median of the values that have a meaning, None when none has."""
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None
