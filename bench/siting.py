"""What the greedy answer to « where to open next » loses against the best one: a ratio, and times.

Ten towns among the Action coeur de ville communes whose site has no open centre, 30 km, on the
seeds as they are. The second instance adds every commune of more than 10,000 inhabitants.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench.results import Line, timed
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


def _compare(
    label: str, communes: Communes, candidates: Candidates, covered: Booleans, wishes: Wishes
) -> Line:
    """Compare both answers on one instance."""
    instance = siting(communes, candidates, radius_km=RADIUS_KM)
    ours, plan = timed(partial(greedy_coverage, instance, covered=covered, wishes=wishes), 3)
    exact, best = timed(partial(exact_coverage, instance, covered=covered, wishes=wishes))
    proof = "proven" if best.is_proven else f"at most {best.bound:.0f}"
    return Line(
        what=f"inhabitants covered by the greedy answer ({1000 * ours:.0f} ms) and the exact "
        f"one ({1000 * exact:.0f} ms, {proof}), {label}: {len(candidates):,} candidates, "
        f"{wishes.count} towns",
        ours=plan.openings[-1].cumulative,
        bare=best.gained,
    )


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the time of a coverage and both instances; from the seeds, whatever is asked for."""
    del folder, database_url, quick
    communes = read_communes()
    sites = read_sites()
    places = communes.positions(OPEN_CENTRES)
    latitude, longitude = communes.latitude[places], communes.longitude[places]
    distances = partial(nearest_centre, communes, latitude=latitude, longitude=longitude)
    seconds, near = timed(distances, 5)
    what = f"distances of {len(communes):,} communes to the nearest centre"
    yield Line(what=what, ours=1000 * seconds, unit="ms")
    moved, _ = timed(partial(coverage, communes, near.km, radius_km=RADIUS_KM), 5)
    yield Line(what="one move of the radius", ours=1000 * moved, unit="ms")
    covered, wishes = is_covered(near.km, RADIUS_KM), Wishes(count=COUNT)
    for label, over in (
        ("sites without a centre", None),
        ("the same and every commune of more than 10,000", 10_000),
    ):
        yield _compare(
            label, communes, read_candidates(communes, sites, over=over), covered, wishes
        )
