"""The best towns to open next, by integer programming: what the greedy list is held against."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from territoires.domain.coverage import Booleans, Neighbourhoods
from territoires.domain.geometry import Floats, Integers
from territoires.domain.siting import Siting, Wishes, resolve, to_win


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """The best list there is, without an order.

    `gained`: inhabitants it adds; `worth`: what it adds in weight (the same without weights);
    `bound`: no list adds more weight than that; `is_proven`: the bound is reached.
    """

    insee_codes: tuple[str, ...]
    gained: int
    worth: float
    bound: float
    is_proven: bool


def _signatures(covers: Neighbourhoods, worth: Floats) -> tuple[list[Integers], Floats]:
    """Gather the communes that the same candidates cover: those candidates, and the total worth.

    One variable instead of thirty: the integer programme loses nothing and shrinks tenfold.
    """
    candidate = np.repeat(np.arange(len(covers)), np.diff(covers.start))
    kept = worth[covers.commune] > 0
    commune, candidate = covers.commune[kept], candidate[kept]
    order = np.lexsort((candidate, commune))
    commune, candidate = commune[order], candidate[order]
    distinct, first = np.unique(commune, return_index=True)
    totals: dict[bytes, float] = {}
    sets: dict[bytes, Integers] = {}
    # Splitting nothing gives one empty part, which no commune answers for: hence not strict.
    for place, group in zip(distinct.tolist(), np.split(candidate, first[1:]), strict=False):
        key = group.tobytes()
        totals[key] = totals.get(key, 0.0) + float(worth[place])
        sets[key] = group
    return list(sets.values()), np.array(list(totals.values()))


def exact_coverage(  # noqa: PLR0913 - the question is that of `greedy_coverage`, plus the limit
    instance: Siting,
    *,
    covered: Booleans,
    wishes: Wishes,
    within: Booleans | None = None,
    weight: Floats | None = None,
    time_limit_s: float = 60.0,
) -> Optimum:
    """Find the best list of towns for the same question, to measure what `greedy_coverage` loses.

    Maximal covering location problem (Church and ReVelle, Papers of the Regional Science
    Association 32, 1974) as an integer programme, solved by HiGHS through SciPy. It may take
    seconds.
    Raises InfeasibleError when no list meets the wishes, TimeoutError when no list was found in
    the time given.
    """
    candidates = instance.candidates
    rules = resolve(candidates, wishes)
    if rules.size == 0:  # the solver wants at least one variable
        return Optimum(insee_codes=(), gained=0, worth=0.0, bound=0.0, is_proven=True)
    people, worth = to_win(instance, covered, within, weight)
    sets, totals = _signatures(instance.covers, worth)
    m, g = len(candidates), len(sets)

    # Variables: x, candidate chosen (m, integer), then y, group of communes won (g, in 0..1).
    rows: list[tuple[Integers, Floats, float, float]] = []
    ones = np.ones

    def among(chosen: Booleans, least: float, most: float) -> None:
        places = np.flatnonzero(chosen)
        rows.append((places, ones(places.size), least, most))

    everyone = np.ones(m, dtype=np.bool_)
    among(everyone, rules.size, rules.size)
    among(candidates.is_acv, math.ceil(wishes.min_acv_share * rules.size - 1e-9), np.inf)
    for place in np.unique(rules.kind[rules.free]).tolist():
        among(rules.free & (rules.kind == place), wishes.min_per_region, np.inf)
    for unit, members in zip(*np.unique(rules.unit, return_counts=True), strict=True):
        if members > 1:
            among(rules.unit == unit, 0, 1)
    for place, group in enumerate(sets):
        # y <= the sum of the x that cover it
        coefficients = np.append(-ones(group.size), 1.0)
        rows.append((np.append(group, m + place), coefficients, -np.inf, 0))

    columns = np.concatenate([row[0] for row in rows])
    start = np.concatenate([[0], np.cumsum([row[0].size for row in rows])])
    matrix = csr_array(
        (np.concatenate([row[1] for row in rows]), columns, start), shape=(len(rows), m + g)
    )
    lower, upper = np.zeros(m + g), ones(m + g)
    upper[:m] = rules.free
    lower[list(rules.forced)] = 1
    found = milp(
        c=np.concatenate([np.zeros(m), -totals]),
        integrality=np.concatenate([ones(m), np.zeros(g)]),
        bounds=Bounds(lower, upper),
        constraints=LinearConstraint(matrix, [row[2] for row in rows], [row[3] for row in rows]),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise TimeoutError(found.message)
    chosen = np.flatnonzero(found.x[:m] > 0.5)
    won = np.unique(np.concatenate([people[:0], *(instance.covers.of(int(i)) for i in chosen)]))
    return Optimum(
        insee_codes=tuple(sorted(candidates.insee_code[chosen].tolist())),
        gained=int(people[won].sum()),
        worth=float(worth[won].sum()),
        bound=float(-found.mip_dual_bound),
        is_proven=found.status == 0,
    )
