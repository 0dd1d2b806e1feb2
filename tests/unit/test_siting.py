import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.domain.coverage import Communes, coverage, is_covered, nearest_centre
from territoires.domain.siting import (
    ALONE,
    Candidates,
    Conflict,
    InfeasibleError,
    Opening,
    Wishes,
    greedy_coverage,
    siting,
)
from tests.fuzzing import at_length
from tests.trials.exact_siting import exact_coverage
from tests.trials.places import OPEN_CENTRES, read_candidates, read_communes, read_sites

# Small instances are drawn on a line along a parallel: 10 km from one commune to the next.
STEP = math.degrees(10 / 6371)
RADIUS_KM = 10.001  # the neighbours on both sides


def on_a_line(population, *, region=None, code=None):
    size = len(population)
    codes = code or [f"{n:05}" for n in range(size)]
    return Communes.of(
        insee_code=codes,
        department=[each[:2] for each in codes],
        region=region or ["44"] * size,
        population=population,
        latitude=np.zeros(size),
        longitude=np.arange(size) * STEP,
    )


def instance_of(communes, codes, *, is_acv=True, site=ALONE):
    candidates = Candidates.of(communes, insee_code=codes, is_acv=is_acv, site=site)
    return siting(communes, candidates, radius_km=RADIUS_KM)


def nothing_covered(instance):
    return np.zeros(len(instance.communes), dtype=bool)


def gained(plan):
    return plan.openings[-1].cumulative if plan.openings else 0


def codes_of(plan):
    return [opening.insee_code for opening in plan.openings]


def chosen(instance, **wishes):
    plan = greedy_coverage(instance, covered=nothing_covered(instance), wishes=Wishes(**wishes))
    return codes_of(plan)


def refusal(instance, **wishes):
    with pytest.raises(InfeasibleError) as refused:
        chosen(instance, **wishes)
    with pytest.raises(InfeasibleError) as refused_too:
        exact_coverage(instance, covered=nothing_covered(instance), wishes=Wishes(**wishes))
    error = refused.value
    assert vars(error) == vars(refused_too.value)
    return error.conflict, error.needed, error.available, error.codes


SIX = on_a_line([100, 50, 70, 10, 300, 20])
SIX_TOWNS = instance_of(SIX, SIX.insee_code.tolist())


# The order


def test_each_row_says_what_it_adds_and_what_that_makes():
    plan = greedy_coverage(
        SIX_TOWNS, covered=np.array([True, *[False] * 5]), wishes=Wishes(count=3)
    )

    assert plan.openings == (
        Opening(rank=1, candidate=3, insee_code="00003", marginal=380, cumulative=380),
        Opening(rank=2, candidate=0, insee_code="00000", marginal=50, cumulative=430),
        Opening(rank=3, candidate=4, insee_code="00004", marginal=20, cumulative=450),
    )
    assert (plan.covered_before, plan.population, gained(plan)) == (100, 550, 450)


def test_ties_go_to_the_smallest_code_whatever_the_order_of_the_table():
    communes = on_a_line([1, 1, 1, 1], code=["2B033", "2A004", "20004", "19031"])
    apart = Candidates.of(communes, insee_code=["2B033", "2A004", "20004", "19031"], is_acv=True)
    instance = siting(communes, apart, radius_km=1)

    assert chosen(instance, count=4) == ["19031", "20004", "2A004", "2B033"]


def test_a_list_longer_than_the_candidates_stops_at_the_last():
    assert len(chosen(SIX_TOWNS, count=50)) == 6


def test_no_town_asked_is_no_town_given():
    assert chosen(SIX_TOWNS, count=0) == []
    nothing = exact_coverage(SIX_TOWNS, covered=nothing_covered(SIX_TOWNS), wishes=Wishes(count=0))
    assert (nothing.insee_codes, nothing.gained) == ((), 0)


def test_without_candidates_the_list_is_empty():
    instance = instance_of(SIX, [])

    plan = greedy_coverage(instance, covered=nothing_covered(instance), wishes=Wishes())

    assert (plan.openings, gained(plan), plan.population) == ((), 0, 550)
    best = exact_coverage(instance, covered=nothing_covered(instance), wishes=Wishes())
    assert best.insee_codes == ()


def test_a_candidate_without_coordinates_adds_nobody():
    communes = Communes.of(
        insee_code=["01001", "01002"],
        department=["01", "01"],
        region=["84", "84"],
        population=[900, 5],
        latitude=[np.nan, 46.0],
        longitude=[np.nan, 5.0],
    )
    instance = instance_of(communes, ["01001", "01002"])

    plan = greedy_coverage(instance, covered=nothing_covered(instance), wishes=Wishes())

    assert [(o.insee_code, o.marginal) for o in plan.openings] == [("01002", 5), ("01001", 0)]


def test_when_everyone_is_covered_towns_add_nobody():
    everyone = np.ones(6, dtype=bool)

    plan = greedy_coverage(SIX_TOWNS, covered=everyone, wishes=Wishes(count=2))
    best = exact_coverage(SIX_TOWNS, covered=everyone, wishes=Wishes(count=2))

    assert [(o.insee_code, o.marginal) for o in plan.openings] == [("00000", 0), ("00001", 0)]
    assert (best.gained, len(best.insee_codes)) == (0, 2)


def test_only_the_territory_counts():
    west = np.array([True, True, True, False, False, False])

    plan = greedy_coverage(
        SIX_TOWNS, covered=np.zeros(6, dtype=bool), wishes=Wishes(count=1), within=west
    )

    assert (codes_of(plan), gained(plan), plan.population) == (["00001"], 220, 220)


def test_a_weight_changes_the_choice_and_never_the_count():
    weight = SIX.population * np.array([9.0, 1, 1, 1, 1, 1])

    plan = greedy_coverage(
        SIX_TOWNS, covered=np.zeros(6, dtype=bool), wishes=Wishes(count=1), weight=weight
    )
    best = exact_coverage(
        SIX_TOWNS, covered=np.zeros(6, dtype=bool), wishes=Wishes(count=1), weight=weight
    )

    assert (codes_of(plan), gained(plan)) == (["00001"], 220)
    assert (best.insee_codes, best.gained, best.worth) == (("00001",), 220, 1020)


# The wishes


def test_included_towns_come_first_in_the_order_given():
    assert chosen(SIX_TOWNS, count=4, include=["00005", "00001", "00005"])[:2] == ["00005", "00001"]
    assert chosen(SIX_TOWNS, count=1, include=["00000"]) == ["00000"]


def test_excluded_towns_never_come():
    towns = chosen(SIX_TOWNS, count=6, exclude=frozenset({"00003", "00004", "75056"}))

    assert sorted(towns) == ["00000", "00001", "00002", "00005"]


def test_a_site_of_two_communes_receives_one_centre():
    instance = instance_of(SIX, SIX.insee_code.tolist(), site=[1, ALONE, 2, 2, 2, 1])

    assert chosen(instance, count=6) == ["00003", "00000", "00001"]
    assert chosen(instance, count=6, include=["00002"])[0] == "00002"
    # Excluding one commune of a site leaves the other.
    assert "00004" in chosen(instance, count=6, exclude=frozenset({"00002", "00003"}))


REGIONS = ["44", "44", "94", "94", "44", "04"]
IN_REGIONS = instance_of(on_a_line([100, 50, 70, 10, 300, 20], region=REGIONS), SIX.insee_code)


def test_every_region_with_a_candidate_may_have_its_town():
    towns = chosen(IN_REGIONS, count=3, min_per_region=1)

    assert sorted(REGIONS[int(code)] for code in towns) == ["04", "44", "94"]
    # Excluding the only candidate of a region frees the list from it.
    assert len(chosen(IN_REGIONS, count=2, min_per_region=1, exclude=frozenset({"00005"}))) == 2


def test_an_included_town_serves_its_region():
    towns = chosen(IN_REGIONS, count=3, include=["00005"], min_per_region=1)

    assert sorted(REGIONS[int(code)] for code in towns) == ["04", "44", "94"]


HALF_ACV = instance_of(SIX, SIX.insee_code, is_acv=[True, True, False, False, False, True])


@pytest.mark.parametrize(("share", "least"), [(0, 0), (0.5, 2), (0.7, 3), (0.75, 3)])
def test_the_share_of_acv_towns_is_a_minimum(share, least):
    towns = chosen(HALF_ACV, count=4, min_acv_share=share)

    assert sum(code in {"00000", "00001", "00005"} for code in towns) >= least


def test_seven_tenths_of_ten_are_seven():
    ten = on_a_line([1] * 20)
    acv = [n < 7 for n in range(20)]
    instance = instance_of(ten, ten.insee_code.tolist(), is_acv=acv)

    assert len(chosen(instance, count=10, min_acv_share=0.7)) == 10


def test_an_impossible_wish_says_which_and_by_how_much():
    assert refusal(SIX_TOWNS, include=["75056"]) == (*(Conflict.INCLUDE_UNKNOWN, 1, 0, ("75056",)),)
    assert refusal(SIX_TOWNS, include=["00001"], exclude=frozenset({"00001"})) == (
        *(Conflict.INCLUDE_EXCLUDED, 1, 0, ("00001",)),
    )
    assert refusal(SIX_TOWNS, count=1, include=["00001", "00002"]) == (
        *(Conflict.INCLUDE_OVER_COUNT, 2, 1, ("00001", "00002")),
    )
    pair = instance_of(SIX, ["00000", "00001", "00002"], site=[7, ALONE, 7])
    assert refusal(pair, include=["00002", "00000"]) == (
        *(Conflict.INCLUDE_SAME_SITE, 2, 1, ("00002", "00000")),
    )
    assert refusal(IN_REGIONS, min_per_region=2) == (Conflict.REGION, 2, 1, ("04",))
    assert refusal(IN_REGIONS, count=2, min_per_region=1) == (
        *(Conflict.REGIONS_OVER_COUNT, 3, 2, ()),
    )
    assert refusal(IN_REGIONS, count=3, include=["00000", "00001"], min_per_region=1) == (
        *(Conflict.REGIONS_OVER_COUNT, 4, 3, ()),
    )
    assert refusal(HALF_ACV, count=6, min_acv_share=0.75) == (Conflict.ACV_SHARE, 5, 3, ())
    assert refusal(HALF_ACV, count=2, include=["00002"], min_acv_share=1) == (
        *(Conflict.ACV_SHARE, 2, 1, ()),
    )


@pytest.mark.parametrize(
    "wishes",
    [
        {"count": -1},
        {"min_per_region": -1},
        {"min_acv_share": -0.1},
        {"min_acv_share": 75},
        {"min_acv_share": float("nan")},
    ],
)
def test_a_number_that_means_nothing_is_refused(wishes):
    with pytest.raises(ValueError, match=r"-|75|nan"):
        Wishes(**wishes)


def test_candidates_are_communes_once_each():
    with pytest.raises(KeyError, match="75056"):
        instance_of(SIX, ["75056"])
    with pytest.raises(ValueError, match="twice"):
        instance_of(SIX, ["00000", "00000"])


def test_a_site_is_of_one_region_and_wholly_acv_or_not():
    communes = on_a_line([1, 1], region=["44", "94"])
    with pytest.raises(ValueError, match="site 3"):
        instance_of(communes, ["00000", "00001"], site=3)
    with pytest.raises(ValueError, match="site 3"):
        instance_of(SIX, ["00000", "00001"], site=3, is_acv=[True, False])


def test_a_list_that_takes_too_long_is_not_waited_for():
    with pytest.raises(TimeoutError):
        exact_coverage(
            SIX_TOWNS, covered=np.zeros(6, dtype=bool), wishes=Wishes(count=2), time_limit_s=0
        )


# The laws, on instances small enough to try every list


@st.composite
def small_instances(draw):
    size = draw(st.integers(1, 9))
    region = draw(st.lists(st.sampled_from(["44", "94", "04"]), min_size=size, max_size=size))
    communes = Communes.of(
        insee_code=[f"{n:05}" for n in range(size)],
        department=["2A"] * size,
        region=region,
        population=draw(st.lists(st.integers(0, 20), min_size=size, max_size=size)),
        latitude=np.array(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))) * STEP,
        longitude=np.array(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))) * STEP,
    )
    count = draw(st.integers(0, min(size, 7)))
    codes = draw(st.permutations(communes.insee_code.tolist()))[:count]
    is_acv = [draw(st.booleans()) for _ in codes]
    # Neighbours in the list of the same kind may form a site.
    site, kinds = [], [(region[int(c)], a) for c, a in zip(codes, is_acv, strict=True)]
    for place, kind in enumerate(kinds):
        alone = place == 0 or kinds[place - 1] != kind or draw(st.booleans())
        site.append(place if alone else site[-1])
    candidates = Candidates.of(communes, insee_code=codes, is_acv=is_acv, site=site)
    covered = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    return siting(communes, candidates, radius_km=RADIUS_KM), covered


@st.composite
def any_wishes(draw):
    towns = st.integers(0, 8).map("{:05}".format)
    return Wishes(
        count=draw(st.integers(0, 5)),
        include=draw(st.lists(towns, max_size=2)),
        exclude=draw(st.frozensets(towns, max_size=2)),
        min_per_region=draw(st.integers(0, 2)),
        min_acv_share=draw(st.sampled_from([0.0, 0.3, 0.5, 0.75, 1.0])),
    )


def gain(instance, covered, places):
    """Count by hand the inhabitants that some candidates add."""
    won = set()
    for place in places:
        won |= set(instance.covers.of(place).tolist())
    population = instance.communes.population
    return int(sum(population[commune] for commune in won if not covered[commune]))


def every_list(instance, wishes):
    """Try every set of candidates: those that meet the wishes, by their definition alone."""
    candidates = instance.candidates
    codes = candidates.insee_code.tolist()
    free = [place for place, code in enumerate(codes) if code not in wishes.exclude]
    sites = len({int(candidates.site[place]) for place in free})
    minimum = dict.fromkeys(candidates.region[free].tolist(), wishes.min_per_region)
    size = min(wishes.count, sites)
    for places in combinations(free, size):
        regions = [str(candidates.region[place]) for place in places]
        acv = sum(bool(candidates.is_acv[place]) for place in places)
        if (
            len({int(candidates.site[place]) for place in places}) == size
            and set(wishes.include) <= {codes[place] for place in places}
            and all(regions.count(region) >= least for region, least in minimum.items())
            and acv >= wishes.min_acv_share * size
        ):
            yield places


@settings(max_examples=at_length(300))
@given(small_instances(), any_wishes())
def test_a_list_is_found_whenever_there_is_one_and_meets_every_wish(drawn, wishes):
    instance, covered = drawn
    lists = [frozenset(places) for places in every_list(instance, wishes)]

    try:
        plan = greedy_coverage(instance, covered=covered, wishes=wishes)
    except InfeasibleError:
        assert not lists
    else:
        assert frozenset(opening.candidate for opening in plan.openings) in lists
        asked = list(dict.fromkeys(wishes.include))
        assert codes_of(plan)[: len(asked)] == asked


@given(small_instances(), any_wishes())
def test_each_town_is_the_best_of_those_that_leave_the_wishes_possible(drawn, wishes):
    instance, covered = drawn
    lists = [frozenset(places) for places in every_list(instance, wishes)]
    if not lists:
        return
    plan = greedy_coverage(instance, covered=covered, wishes=wishes)
    order = [opening.candidate for opening in plan.openings]

    codes = instance.candidates.insee_code.tolist()
    total = 0
    for rank, opening in enumerate(plan.openings):
        before = order[:rank]
        assert opening.marginal == gain(instance, covered, order[: rank + 1]) - total
        total += opening.marginal
        assert (opening.rank, opening.cumulative) == (rank + 1, total)
        if rank < len(set(wishes.include)):
            continue
        possible = {
            place for places in lists if places >= set(before) for place in places - set(before)
        }
        best = min(
            possible,
            key=lambda place, done=before: (-gain(instance, covered, [*done, place]), codes[place]),
        )
        assert opening.candidate == best


@settings(deadline=None)  # the first example imports the solver
@given(small_instances(), any_wishes())
def test_the_solver_finds_what_trying_every_list_finds(drawn, wishes):
    instance, covered = drawn
    gains = [gain(instance, covered, places) for places in every_list(instance, wishes)]
    if not gains:
        with pytest.raises(InfeasibleError):
            exact_coverage(instance, covered=covered, wishes=wishes)
        return

    best = exact_coverage(instance, covered=covered, wishes=wishes)

    assert best.is_proven
    assert best.gained == best.worth == max(gains)
    assert best.bound == pytest.approx(max(gains))
    places = [instance.candidates.insee_code.tolist().index(code) for code in best.insee_codes]
    assert tuple(sorted(places)) in set(every_list(instance, wishes))


@given(small_instances(), st.integers(1, 5))
def test_the_greedy_list_covers_at_least_63_per_cent_of_the_best(drawn, count):
    instance, covered = drawn
    # The bound is for lists without constraints: every candidate is its own site.
    alone = replace(instance.candidates, site=np.full(len(instance.candidates), ALONE))
    instance = replace(instance, candidates=alone)
    wishes = Wishes(count=count)

    plan = greedy_coverage(instance, covered=covered, wishes=wishes)

    best = max(gain(instance, covered, places) for places in every_list(instance, wishes))
    assert gained(plan) >= (1 - 1 / math.e) * best
    if count == 1:
        assert gained(plan) == best


# The real question


@pytest.fixture(scope="module")
def france():
    return read_communes()


@pytest.fixture(scope="module")
def today(france):
    places = france.positions(OPEN_CENTRES)
    near = nearest_centre(
        france, latitude=france.latitude[places], longitude=france.longitude[places]
    )
    return is_covered(near.km, 30)


def test_the_cumulated_inhabitants_are_those_the_map_will_count(france, today):
    candidates = read_candidates(france, read_sites(), over=None)
    plan = greedy_coverage(
        siting(france, candidates, radius_km=30), covered=today, wishes=Wishes(count=10)
    )

    places = france.positions([*OPEN_CENTRES, *codes_of(plan)])
    near = nearest_centre(
        france, latitude=france.latitude[places], longitude=france.longitude[places]
    )
    after = coverage(france, near.km, radius_km=30)
    assert plan.covered_before == 2_966_034
    assert plan.covered_before + gained(plan) == after.inhabitants
    assert plan.population == after.population
    marginals = [opening.marginal for opening in plan.openings]
    assert marginals == sorted(marginals, reverse=True)


def test_the_other_commune_of_a_site_with_a_centre_is_no_candidate(france):
    sites = read_sites()
    candidates = read_candidates(france, sites, over=10_000)
    served = {sites[code] for code in OPEN_CENTRES if code in sites}

    assert not served & set(candidates.site.tolist())
    assert (candidates.site == ALONE).sum() + candidates.is_acv.sum() == len(candidates)


def test_every_region_overseas_and_corsica_included_may_ask_for_its_town(france, today):
    candidates = read_candidates(france, read_sites(), over=None)
    plan = greedy_coverage(
        siting(france, candidates, radius_km=30),
        covered=today,
        wishes=Wishes(count=20, min_per_region=1, min_acv_share=0.75),
    )

    regions = {str(candidates.region[opening.candidate]) for opening in plan.openings}
    assert regions == set(france.region.tolist())
    assert any(code.startswith(("2A", "2B")) for code in codes_of(plan))
