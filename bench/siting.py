"""What the greedy answer to « where to open next » loses against the best one: a ratio, and times.

Ten towns among the Action coeur de ville communes whose site has no open centre, 30 km, on the
seeds as they are. The second instance adds every commune of more than 10,000 inhabitants.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

from bench.results import Line, Number, Result
from territoires.domain.coverage import Booleans, Communes, coverage, is_covered, nearest_centre
from territoires.domain.siting import (
    Candidates,
    Wishes,
    greedy_coverage,
    siting,
)
from tests.trials.exact_siting import exact_coverage
from tests.trials.places import OPEN_CENTRES, read_candidates, read_communes, read_sites

RADIUS_KM: Final = 30.0
COUNT: Final = 10

T = TypeVar("T")


def _timed(work: Callable[[], T], times: int) -> tuple[T, float]:
    """Give the result and the best time in ms: the others measure what else the machine does."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        result = work()
        best = min(best, perf_counter() - start)
    return result, best * 1000


def _compare(
    label: str, communes: Communes, candidates: Candidates, covered: Booleans, wishes: Wishes
) -> Result:
    """Compare both answers on one instance."""
    instance = siting(communes, candidates, radius_km=RADIUS_KM)
    plan, ours = _timed(lambda: greedy_coverage(instance, covered=covered, wishes=wishes), 3)
    best, exact = _timed(lambda: exact_coverage(instance, covered=covered, wishes=wishes), 1)
    proof = "proven" if best.is_proven else f"at most {best.bound:.0f}"
    return Result(
        what=f"inhabitants covered by the greedy answer ({ours:.0f} ms) and the exact one "
        f"({exact:.0f} ms, {proof}), {label}: {len(candidates):,} candidates, {wishes.count} towns",
        ours=plan.openings[-1].cumulative,
        bare=best.gained,
        unit="",
    )


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the time of a coverage and both instances; from the seeds, whatever is asked for."""
    del folder, database_url, quick
    communes = read_communes()
    sites = read_sites()
    places = communes.positions(OPEN_CENTRES)
    latitude, longitude = communes.latitude[places], communes.longitude[places]
    near, near_ms = _timed(
        lambda: nearest_centre(communes, latitude=latitude, longitude=longitude), 5
    )
    _, moved_ms = _timed(lambda: coverage(communes, near.km, radius_km=RADIUS_KM), 5)
    yield Number(
        what=f"distances of {len(communes):,} communes to the nearest centre",
        value=near_ms,
        unit="ms",
    )
    yield Number(what="one move of the radius", value=moved_ms, unit="ms")
    covered, wishes = is_covered(near.km, RADIUS_KM), Wishes(count=COUNT)
    for label, over in (
        ("sites without a centre", None),
        ("the same and every commune of more than 10,000", 10_000),
    ):
        yield _compare(
            label, communes, read_candidates(communes, sites, over=over), covered, wishes
        )
