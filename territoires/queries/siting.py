"""Where to open next: the towns that may, and the list that brings a centre near most people."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from territoires.db.engine import once
from territoires.domain.coverage import Communes, NearestCentre, is_covered
from territoires.domain.geometry import Integers
from territoires.domain.rollout import State
from territoires.domain.scope import Perimeter, Scope
from territoires.domain.siting import (
    ALONE,
    Candidates,
    Siting,
    Wishes,
    Worth,
    greedy_coverage,
    siting,
    to_win,
)
from territoires.queries import facts, geography
from territoires.queries.coverage import nearest, nearest_but, open_towns
from territoires.queries.frames import columns, table
from territoires.queries.rollout import town_states

CANDIDATES: Final = columns(
    "town_code town department_code department region_code region site population acv state "
    "prior_seat set_aside"
)
PLAN: Final = columns(
    "rank town_code town department_code department region state acv marginal cumulative "
    "covered_after share latitude longitude"
)
LARGE: Final = 10_000
"""Inhabitants over which a commune outside the 222 sites may be a candidate, on request."""
PRIOR_SEATS: Final = frozenset({"11"})
"""Regions where the Cnam had seats before the programme: the only one that the sources give."""
_DOUBLE: Final = 2.0
_SET_ASIDE: Final = (State.OPEN_UNDATED, State.UNPROVEN)


def asks_of_prior_seats(connection: Connection, *, scope: Scope) -> bool:
    """Tell whether a territory lies in a region of `PRIOR_SEATS`: nothing else is asked of then."""
    communes = geography.communes(connection)
    return set(communes.region[communes.within(scope.territory)].tolist()) <= PRIOR_SEATS


@once
def candidates(
    connection: Connection, *, scope: Scope, with_large: bool = False, with_prior: bool = False
) -> pd.DataFrame:
    """List the communes of the territory where a centre may open, by code; columns `CANDIDATES`.

    Those of the 222 sites of which no commune has an open centre and, with `with_large` or outside
    the ACV perimeter, every other commune of more than `LARGE` inhabitants without one. `set_aside`
    are those whose site has a centre that is open without a date, or whose link is unproven, and
    the `prior_seat`: unless `with_prior`, or within a territory that is nothing else, those of a
    region of `PRIOR_SEATS`. They are listed, and chosen only when they are asked for. `state` is
    that of the commune.
    """
    communes = geography.communes(connection)
    within = communes.within(scope.territory)
    sites = geography.acv_towns(connection)
    site_of = dict(zip(sites["town_code"], sites["site"], strict=True))
    served = set(open_towns(connection, scope=scope))
    served_sites = {site_of.get(code, "") for code in served} - {""}
    states = town_states(connection, scope=scope)
    doubtful = {code for code, state in states.items() if state in _SET_ASIDE}
    doubtful_sites = {site_of.get(code, "") for code in doubtful} - {""}
    codes: set[str] = set()
    if scope.perimeter is not Perimeter.NON_ACV:
        codes |= {code for code, site in site_of.items() if site not in served_sites}
    if scope.perimeter is Perimeter.NON_ACV or (
        with_large and scope.perimeter is not Perimeter.ACV
    ):
        large = set(communes.insee_code[(communes.population > LARGE) & within].tolist())
        codes |= large - set(site_of) - served
    here = tuple(code for code in sorted(codes) if within[communes.position[code]])
    prior = (
        frozenset() if with_prior or asks_of_prior_seats(connection, scope=scope) else PRIOR_SEATS
    )
    return table(
        (
            {
                **row,
                "state": str(states.get(row["town_code"], State.NOTHING_KNOWN)),
                "prior_seat": row["region_code"] in prior,
                "set_aside": row["town_code"] in doubtful
                or row["site"] in doubtful_sites
                or row["region_code"] in prior,
            }
            for row in facts.towns(connection, here).values()
        ),
        CANDIDATES,
    )


@lru_cache(maxsize=8)
def _instance(
    communes: Communes, places: tuple[tuple[str, bool, str], ...], radius_km: float
) -> Siting:
    """Find what each candidate would cover, once for each radius: 5 to 25 ms."""
    numbers = {site: place for place, site in enumerate(sorted({p[2] for p in places} - {""}))}
    chosen = Candidates.of(
        communes,
        insee_code=[code for code, _, _ in places],
        is_acv=[acv for _, acv, _ in places],
        site=[numbers.get(site, ALONE) for _, _, site in places],
    )
    return siting(communes, chosen, radius_km=radius_km)


def plan(  # noqa: PLR0913 - the wishes of one question
    connection: Connection,
    *,
    scope: Scope,
    radius_km: float,
    count: int,
    factor: float = 1.0,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    min_per_region: int = 0,
    min_acv_share: float = 0.0,
    with_large: bool = False,
    with_prior: bool = False,
    favours_bare_departments: bool = False,
) -> pd.DataFrame:
    """List the towns to open, best first; columns `PLAN`.

    `factor`: how much longer than the straight line a way is taken to be.
    `marginal`: inhabitants of the territory that the town brings within the radius and that
    neither an open centre nor a town before it does; `covered_after` and `share`: inhabitants of
    the territory that are covered once it is open. `favours_bare_departments` makes an inhabitant
    of a department without an open centre weigh twice in the choice, never in the counts. Those
    that are set aside are chosen only when `include` names them. Ties go to the smallest code.
    Raises InfeasibleError when no list meets the wishes.
    """
    radius_km /= factor  # in a straight line
    listed = candidates(connection, scope=scope, with_large=with_large, with_prior=with_prior)
    communes, near, centres = nearest(connection, scope=scope)
    places = tuple(
        (row.town_code, bool(row.acv), row.site)
        for row in listed.itertuples()
        if not row.set_aside or row.town_code in include
    )
    weight = None
    if favours_bare_departments:
        bare = ~np.isin(communes.department, communes.department[centres])
        weight = np.where(bare, _DOUBLE, 1.0) * communes.population.astype(np.float64)
    found = greedy_coverage(
        _instance(communes, places, radius_km),
        covered=is_covered(near.km, radius_km),
        within=communes.within(scope.territory),
        weight=weight,
        wishes=Wishes(
            count=count,
            include=include,
            exclude=frozenset(exclude),
            min_per_region=min_per_region,
            min_acv_share=min_acv_share,
        ),
    )
    rows = listed.set_index("town_code").to_dict("index")
    return table(
        (
            {
                **rows[opening.insee_code],
                **asdict(opening),
                "town_code": opening.insee_code,
                "covered_after": found.covered_before + opening.cumulative,
                "share": (found.covered_before + opening.cumulative) / found.population
                if found.population
                else None,
                "latitude": communes.latitude[communes.position[opening.insee_code]],
                "longitude": communes.longitude[communes.position[opening.insee_code]],
            }
            for opening in found.openings
        ),
        PLAN,
    )


def alone(
    connection: Connection, *, scope: Scope, towns: Sequence[str], radius_km: float
) -> dict[str, int]:
    """Count, by town, the inhabitants of France within the radius of it and of no open centre.

    Raises KeyError for a code that is no commune.
    """
    communes, near, _ = nearest(connection, scope=scope)
    instance = _instance(communes, tuple((code, False, "") for code in towns), radius_km)
    return dict(zip(towns, _alone(instance, near).tolist(), strict=True))


def _alone(instance: Siting, near: NearestCentre) -> Integers:
    """Count, by candidate, the inhabitants within its radius that have no centre as near."""
    people, _ = to_win(instance, is_covered(near.km, instance.radius_km), None, None)
    return instance.covers.totals(people.astype(np.float64)).astype(np.int64)


def worth(connection: Connection, *, scope: Scope, town: str, radius_km: float) -> Worth:
    """Say what the open centre of a town brings, or what one there would bring, in all France.

    The candidates are those of the whole country, and the town itself if it is none of them.
    """
    scope = scope.everywhere
    opened = open_towns(connection, scope=scope)
    communes, near = nearest_but(connection, opened, town=town)
    listed = candidates(connection, scope=scope)
    places = tuple((row.town_code, bool(row.acv), row.site) for row in listed.itertuples())
    if town not in set(listed["town_code"]):
        places = (*places, (town, False, ""))
    here = [code for code, *_ in places].index(town)
    instance = _instance(communes, places, radius_km)
    totals = _alone(instance, near)
    around = instance.covers.of(here)
    return Worth(
        radius_km=radius_km,
        within=int(communes.population[around].sum()),
        alone=int(totals[here]),
        rank=None if town in opened else 1 + int((totals > totals[here]).sum()),
        among=0 if town in opened else len(places),
    )
