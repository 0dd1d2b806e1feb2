"""Where to open next: which towns bring a centre near the most inhabitants that have none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from territoires.domain.coverage import Booleans, Communes, Neighbourhoods, Texts
from territoires.domain.errors import TerritoiresError
from territoires.domain.geometry import Floats, Integers

ALONE: Final = -1
"""The site of a commune that forms one by itself."""


class Conflict(StrEnum):
    """Why no list of towns meets what is asked."""

    INCLUDE_UNKNOWN = "include_unknown"
    INCLUDE_EXCLUDED = "include_excluded"
    INCLUDE_SAME_SITE = "include_same_site"
    INCLUDE_OVER_COUNT = "include_over_count"
    REGION = "region"
    REGIONS_OVER_COUNT = "regions_over_count"
    ACV_SHARE = "acv_share"


class InfeasibleError(TerritoiresError):
    """No list of towns meets every constraint; the data say which one breaks, and by how much.

    `conflict`: the constraint; `needed` and `available`: towns; `codes`: the INSEE codes of the
    towns at fault or, for `REGION`, of the region.
    """

    def __init__(
        self, conflict: Conflict, *, needed: int, available: int, codes: Sequence[str] = ()
    ) -> None:
        super().__init__(f"{conflict}: {needed} needed, {available} available {' '.join(codes)}")
        self.conflict = conflict
        self.needed = needed
        self.available = available
        self.codes = tuple(codes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """The communes where a centre may open, shape (m,) each; built by `of`.

    `commune`: positions in the communes; `site`: communes that share a number form one site, of
    which one commune at the most receives a centre; `ALONE` for a site of one commune.
    """

    commune: Integers
    insee_code: Texts
    region: Texts
    is_acv: Booleans
    site: Integers

    @classmethod
    def of(
        cls,
        communes: Communes,
        *,
        insee_code: Sequence[str],
        is_acv: ArrayLike,
        site: ArrayLike = ALONE,
    ) -> Self:
        """List candidates by INSEE code; regions come from the communes.

        `is_acv`, `site`: one for each code, or one for all.
        Raises KeyError for a code that is no commune, ValueError for one that comes twice or for
        a site whose communes differ by their region or by being ACV.
        """
        if len(set(insee_code)) != len(insee_code):
            raise ValueError("an INSEE code comes twice")
        commune = communes.positions(insee_code)
        region = communes.region[commune]
        flags = np.broadcast_to(np.asarray(is_acv, dtype=np.bool_), commune.shape)
        sites = np.broadcast_to(np.asarray(site, dtype=np.int64), commune.shape)
        kinds: dict[int, tuple[str, bool]] = {}
        for number, kind in zip(
            sites.tolist(), zip(region.tolist(), flags.tolist(), strict=True), strict=True
        ):
            # `_Stock` counts sites by region and by ACV: a site of two kinds would count twice.
            if number != ALONE and kinds.setdefault(number, kind) != kind:
                raise ValueError(f"site {number} is of two regions, or half ACV")
        return cls(
            commune=commune,
            insee_code=communes.insee_code[commune],
            region=region,
            is_acv=flags,
            site=sites,
        )

    def __len__(self) -> int:
        """Count the candidates."""
        return self.commune.size


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the list of towns must respect.

    `count`: towns to choose, fewer when fewer are possible. `include`: INSEE codes that come
    first, in this order. `exclude`: codes never chosen; those that are no candidates are ignored.
    `min_per_region`: towns wanted among the chosen in every region that has a candidate left.
    `min_acv_share`: 0 to 1, of the towns chosen.
    Raises ValueError for a number that means nothing.
    """

    count: int = 10
    include: Sequence[str] = ()
    exclude: frozenset[str] = frozenset()
    min_per_region: int = 0
    min_acv_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse negative numbers and shares over one."""
        if min(self.count, self.min_per_region) < 0:
            raise ValueError((self.count, self.min_per_region))
        if not 0 <= self.min_acv_share <= 1:
            raise ValueError(self.min_acv_share)


@dataclass(frozen=True, kw_only=True, eq=False)
class Siting:
    """One instance of the question: the candidates, and which communes each would cover.

    Built by `siting`; the same for every choice of wishes, hence worth keeping.
    """

    communes: Communes
    candidates: Candidates
    radius_km: float
    covers: Neighbourhoods


def siting(communes: Communes, candidates: Candidates, *, radius_km: float) -> Siting:
    """Work out which communes lie within the radius (km, included) of each candidate."""
    place = candidates.commune
    return Siting(
        communes=communes,
        candidates=candidates,
        radius_km=radius_km,
        covers=communes.around(
            communes.latitude[place], communes.longitude[place], radius_km=radius_km
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One row of the answer.

    `rank` from 1; `candidate`: position in the candidates; `marginal`: inhabitants that this town
    covers and that neither the open centres nor the towns before it do; `cumulative`: the
    marginals so far, this one included.
    """

    rank: int
    candidate: int
    insee_code: str
    marginal: int
    cumulative: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The towns in the order in which to open them.

    `covered_before`: inhabitants already covered, of `population`, both of the territory asked;
    with the town of rank r, `covered_before` plus its `cumulative` are.
    """

    openings: tuple[Opening, ...]
    covered_before: int
    population: int


# What may still be chosen


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What one centre is to those who live around it: inhabitants of France within `radius_km`.

    `within`: all of them; `alone`: those whom no centre open elsewhere is as near to. `rank` is
    the place of the town by `alone` `among` the towns where a centre may open, 1 the most; None
    for a town that has one open.
    """

    radius_km: float
    within: int
    alone: int
    rank: int | None = None
    among: int = 0


@dataclass(kw_only=True, eq=False)
class _Stock:
    """Towns still to choose, what they owe to each constraint, sites left to choose from.

    `left` (regions, 2): sites that may still receive a centre, outside ACV and ACV; `owed`
    (regions,): towns still owed to each region; `acv_owed` may be negative.
    """

    slots: int
    left: Integers
    owed: Integers
    acv_owed: int

    def most_acv(self) -> int:
        """Count the ACV towns that the remaining choices can hold, the regions being served."""
        in_regions = int(np.minimum(self.owed, self.left[:, 1]).sum())
        elsewhere = int(self.left[:, 1].sum()) - in_regions
        return in_regions + min(self.slots - int(self.owed.sum()), elsewhere)

    def is_feasible(self) -> bool:
        """Tell whether some choice of the remaining towns meets every constraint."""
        return (
            int(self.owed.sum()) <= self.slots
            and bool((self.owed <= self.left.sum(axis=1)).all())
            and self.acv_owed <= self.most_acv()
        )

    def is_free(self) -> bool:
        """Tell whether nothing is owed any more: any choice will do."""
        return self.acv_owed <= 0 and not self.owed.any()

    def take(self, region: int, *, acv: int) -> None:
        """Count one town chosen there."""
        self.slots -= 1
        self.left[region, acv] -= 1
        self.owed[region] = max(0, self.owed[region] - 1)
        self.acv_owed -= acv

    def after(self, region: int, *, acv: int) -> "_Stock":
        """Give what would be left if a town were chosen there."""
        stock = replace(self, left=self.left.copy(), owed=self.owed.copy())
        stock.take(region, acv=acv)
        return stock

    def open_kinds(self) -> Booleans:
        """Tell, by region and ACV (regions, 2), where choosing now keeps the rest possible."""
        kinds = self.left > 0
        if not self.is_free():
            for region, acv in np.argwhere(kinds).tolist():
                kinds[region, acv] = self.after(region, acv=acv).is_feasible()
        return kinds


@dataclass(frozen=True, kw_only=True, eq=False)
class Rules:
    """The wishes, once resolved on the candidates and known to be possible.

    `forced`: candidates that come first; `size`: towns to choose in all; `free` (m,): candidates
    that are not excluded; `unit` (m,): site numbers, every candidate having one; `kind` (m,):
    region of each candidate, as a position in the stock.
    """

    forced: tuple[int, ...]
    size: int
    free: Booleans
    unit: Integers
    kind: Integers
    stock: _Stock = field(repr=False)


def _forced(candidates: Candidates, wishes: Wishes, unit: Integers) -> tuple[int, ...]:
    include = tuple(dict.fromkeys(wishes.include))
    position = {code: place for place, code in enumerate(candidates.insee_code.tolist())}
    if unknown := [code for code in include if code not in position]:
        raise InfeasibleError(
            Conflict.INCLUDE_UNKNOWN, needed=len(unknown), available=0, codes=unknown
        )
    if barred := [code for code in include if code in wishes.exclude]:
        raise InfeasibleError(
            Conflict.INCLUDE_EXCLUDED, needed=len(barred), available=0, codes=barred
        )
    forced = tuple(position[code] for code in include)
    sites = unit[list(forced)] if forced else np.zeros(0, dtype=np.int64)
    for site in sites.tolist():
        shared = [
            code for code, other in zip(include, sites.tolist(), strict=True) if other == site
        ]
        if len(shared) > 1:
            raise InfeasibleError(
                Conflict.INCLUDE_SAME_SITE, needed=len(shared), available=1, codes=shared
            )
    if len(forced) > wishes.count:
        raise InfeasibleError(
            Conflict.INCLUDE_OVER_COUNT, needed=len(forced), available=wishes.count, codes=include
        )
    return forced


def resolve(candidates: Candidates, wishes: Wishes) -> Rules:
    """Turn the wishes into rules on the candidates. Raises InfeasibleError."""
    single = candidates.site == ALONE
    unit = np.where(single, candidates.site.max(initial=0) + 1 + np.arange(len(candidates)), 0)
    unit = np.where(single, unit, candidates.site)
    free = ~np.isin(candidates.insee_code, list(wishes.exclude))
    forced = _forced(candidates, wishes, unit)
    regions = np.unique(candidates.region[free])
    # An excluded candidate may be of a region that has no other: its kind is then meaningless.
    kind = np.minimum(np.searchsorted(regions, candidates.region), max(regions.size - 1, 0)).astype(
        np.int64
    )
    left = np.zeros((regions.size, 2), dtype=np.int64)
    first_of_site = np.unique(unit[free], return_index=True)[1]
    sites = np.flatnonzero(free)[first_of_site]
    np.add.at(left, (kind[sites], candidates.is_acv[sites].astype(np.int64)), 1)
    size = min(wishes.count, int(left.sum()))
    # 0.7 x 10 is a little over 7 in binary: a rounding error is no reason to ask for an eighth.
    acv = math.ceil(wishes.min_acv_share * size - 1e-9)
    owed = np.full(regions.size, wishes.min_per_region, dtype=np.int64)
    stock = _Stock(slots=size, left=left.copy(), owed=owed, acv_owed=acv)
    for place in forced:
        stock.take(int(kind[place]), acv=int(candidates.is_acv[place]))
    for place, region in enumerate(regions.tolist()):
        there = int(left[place].sum())
        if wishes.min_per_region > there:
            raise InfeasibleError(
                Conflict.REGION, needed=wishes.min_per_region, available=there, codes=[region]
            )
    if (still := int(stock.owed.sum())) > stock.slots:
        raise InfeasibleError(
            Conflict.REGIONS_OVER_COUNT, needed=len(forced) + still, available=size
        )
    if stock.acv_owed > (most := stock.most_acv()):
        raise InfeasibleError(Conflict.ACV_SHARE, needed=acv, available=acv - stock.acv_owed + most)
    return Rules(forced=forced, size=size, free=free, unit=unit, kind=kind, stock=stock)


# The two answers


def to_win(
    instance: Siting, covered: Booleans, within: Booleans | None, weight: Floats | None
) -> tuple[Integers, Floats]:
    """Inhabitants and weight of each commune that a new town would win, 0 for the others."""
    open_to = ~covered if within is None else ~covered & within
    population = instance.communes.population
    worth = population.astype(np.float64) if weight is None else weight
    return np.where(open_to, population, 0), np.where(open_to, worth, 0.0)


def greedy_coverage(
    instance: Siting,
    *,
    covered: Booleans,
    wishes: Wishes,
    within: Booleans | None = None,
    weight: Floats | None = None,
) -> Plan:
    """Choose towns one by one, each the one that adds the most to those before it.

    `covered` (n,): communes already covered. `within` (n,): the communes whose inhabitants count,
    all by default. `weight` (n,): what a commune is worth to the choice, its inhabitants by
    default (a multiple of them favours, say, departments without a centre); the plan counts
    inhabitants whatever the weight.
    Among the towns that leave the constraints possible, the best is taken; ties go to the
    smallest INSEE code. Without constraints, the list covers at least 1 - 1/e of what the best
    list does (Nemhauser, Wolsey and Fisher, Mathematical Programming 14, 1978); in practice almost
    all of it: `python -m bench.siting`.
    Raises InfeasibleError when no list meets the wishes.
    """
    candidates, covers = instance.candidates, instance.covers
    rules = resolve(candidates, wishes)
    stock = rules.stock
    people, worth = to_win(instance, covered, within, weight)
    by_code = np.argsort(candidates.insee_code, kind="stable")
    available = rules.free.copy()
    acv = candidates.is_acv.astype(np.int64)
    openings: list[Opening] = []

    def choose(place: int) -> None:
        marginal = int(people[covers.of(place)].sum())
        before = openings[-1].cumulative if openings else 0
        openings.append(
            Opening(
                rank=len(openings) + 1,
                candidate=place,
                insee_code=str(candidates.insee_code[place]),
                marginal=marginal,
                cumulative=before + marginal,
            )
        )
        people[covers.of(place)] = 0
        worth[covers.of(place)] = 0.0
        available[rules.unit == rules.unit[place]] = False

    for place in rules.forced:  # already counted in the stock
        choose(place)
    while len(openings) < rules.size:
        possible = available & stock.open_kinds()[rules.kind, acv]
        marginals = np.where(possible, covers.totals(worth), -np.inf)
        place = int(by_code[np.argmax(marginals[by_code])])
        stock.take(int(rules.kind[place]), acv=int(acv[place]))
        choose(place)

    population = instance.communes.population
    counted = population if within is None else np.where(within, population, 0)
    return Plan(
        openings=tuple(openings),
        covered_before=int(counted[covered].sum()),
        population=int(counted.sum()),
    )
