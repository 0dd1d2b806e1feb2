from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.coverage import (
    Communes,
    Coverage,
    coverage,
    coverage_by,
    is_covered,
    nearest_centre,
)
from territoires.domain.geometry import distance_km, unit_vectors
from territoires.domain.scope import FRANCE, Territory
from tests.trials.places import OPEN_CENTRES, read_communes

NAN = float("nan")


@pytest.fixture(scope="module")
def france():
    return read_communes()


def near(communes, codes):
    places = communes.positions(codes)
    return nearest_centre(
        communes, latitude=communes.latitude[places], longitude=communes.longitude[places]
    )


def few(**changed):
    """Chaumont, Langres, Bastia, Saint-Denis de La Réunion, and a commune without coordinates."""
    columns = {
        "insee_code": ["52121", "52269", "2B033", "97411", "99999"],
        "department": ["52", "52", "2B", "974", "52"],
        "region": ["44", "44", "94", "04", "44"],
        "population": [20_000, 8_000, 48_000, 150_000, 500],
        "latitude": [48.1113, 47.8625, 42.7028, -20.8823, NAN],
        "longitude": [5.1396, 5.3331, 9.4500, 55.4481, NAN],
    }
    return Communes.of(**columns | changed)


def test_the_seeds_give_the_known_number_of_inhabitants_at_30_km(france):
    km = near(france, OPEN_CENTRES).km

    assert coverage(france, km, radius_km=30) == Coverage(
        radius_km=30, inhabitants=2_966_034, population=68_350_798, unlocated=0
    )


def test_the_regions_and_the_departments_add_up_to_the_country(france):
    km = near(france, OPEN_CENTRES).km
    country = coverage(france, km, radius_km=30)

    for grain, number in (("region", 18), ("department", 101)):
        parts = coverage_by(france, km, radius_km=30, grain=grain)
        assert len(parts) == number
        assert sum(part.inhabitants for part in parts.values()) == country.inhabitants
        assert sum(part.population for part in parts.values()) == country.population
        for code, part in parts.items():
            within = (france.region if grain == "region" else france.department) == code
            assert part == coverage(france, km, radius_km=30, within=within)


def test_the_wider_the_circle_the_more_inhabitants(france):
    km = near(france, OPEN_CENTRES).km

    counts = [coverage(france, km, radius_km=radius).inhabitants for radius in range(15, 61)]

    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_a_hundred_centres_are_measured_well_under_150_ms(france):
    codes = france.insee_code[:: len(france) // 100][:100]
    near(france, codes)

    start = process_time()
    km = near(france, codes).km
    coverage(france, km, radius_km=30)

    assert process_time() - start < 0.15


def test_the_islands_are_covered_by_their_own_centres_only(france):
    km = near(france, ["97411", "2A004"]).km

    regions = coverage_by(france, km, radius_km=60, grain="region")

    covered = {code for code, part in regions.items() if part.inhabitants}
    assert covered == {"04", "94"}
    assert regions["04"].share > 0.9
    assert km[france.region == "06"].min() > 1_300  # Mayotte, the nearest to La Réunion
    departments = coverage_by(france, km, radius_km=60, grain="department")
    assert departments["2A"].share > departments["2B"].share


def test_the_territory_restricts_the_communes_and_never_the_centres(france):
    # Langres has no centre, but that of Chaumont is 30.8 km from it.
    km = near(france, ["52121"]).km
    langres = france.within(Territory.parse("com-52269"))

    assert coverage(france, km, radius_km=31, within=langres).share == 1
    assert coverage(france, km, radius_km=30, within=langres).share == 0


@pytest.mark.parametrize(
    ("text", "communes", "inhabitants"),
    [
        ("reg-94", 360, 355_486),
        ("dep-974", 24, 889_679),
        ("dep-976", 17, 256_518),
        ("reg-44", None, 5_563_378),
    ],
)
def test_a_territory_holds_the_communes_of_its_code(france, text, communes, inhabitants):
    within = france.within(Territory.parse(text))

    assert communes in (None, within.sum())
    assert france.population[within].sum() == inhabitants


def test_corsica_is_two_departments_of_letters(france):
    south, north = (france.within(Territory.parse(f"dep-2{letter}")) for letter in "AB")

    assert (france.within(Territory.parse("reg-94")) == (south | north)).all()
    assert not (south & north).any()
    assert france.insee_code[south][0] == "2A001"


def test_france_is_every_commune_and_an_unknown_code_none(france):
    assert france.within(FRANCE).all()
    assert not france.within(Territory.parse("reg-99")).any()


def test_a_commune_exactly_on_the_circle_is_covered():
    communes = few()
    km = near(communes, ["52121"]).km

    assert km[1] == distance_km(communes.vectors[0], communes.vectors[1])
    assert is_covered(km, km[1]).tolist() == [True, True, False, False, False]
    assert is_covered(km, np.nextafter(km[1], 0)).tolist() == [True, *[False] * 4]


def test_each_commune_knows_which_centre_is_the_nearest():
    found = near(few(), ["97411", "52269", "52121", "52121"])

    assert found.centre.tolist() == [2, 1, 1, 0, -1]
    assert found.km[[0, 1, 3]].tolist() == [0, 0, 0]


def test_without_an_open_centre_everyone_is_infinitely_far():
    communes = few()
    found = nearest_centre(communes, latitude=[], longitude=[])

    assert found.km[:4].tolist() == [np.inf] * 4
    assert found.centre.tolist() == [-1] * 5
    nobody = coverage(communes, found.km, radius_km=60)
    assert (nobody.inhabitants, nobody.share) == (0, 0)


def test_a_centre_without_coordinates_serves_nobody():
    communes = few()

    found = nearest_centre(communes, latitude=[NAN, 48.1113], longitude=[5.0, 5.1396])

    assert found.centre[0] == 1
    nowhere = nearest_centre(communes, latitude=NAN, longitude=NAN)
    assert np.isinf(nowhere.km[:4]).all()


def test_a_commune_without_coordinates_is_counted_and_never_covered():
    communes = few()
    km = near(communes, ["52121"]).km

    haute_marne = coverage(communes, km, radius_km=25_000, within=communes.department == "52")

    assert np.isnan(km[4])
    assert haute_marne == Coverage(
        radius_km=25_000, inhabitants=28_000, population=28_500, unlocated=500
    )
    assert coverage_by(communes, km, radius_km=40, grain="region")["44"] == Coverage(
        radius_km=40, inhabitants=28_000, population=28_500, unlocated=500
    )


def test_where_nobody_lives_there_is_no_share():
    communes = few(population=[0, 0, 48_000, 150_000, 0])
    km = near(communes, ["2B033"]).km

    assert coverage_by(communes, km, radius_km=30, grain="department")["52"].share is None


def test_a_table_of_unequal_columns_is_refused():
    with pytest.raises(ValueError, match="population"):
        few(population=[1, 2, 3])


def test_a_commune_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        few(insee_code=["52121", "52121", "2B033", "97411", "99999"])


def test_the_shared_table_cannot_be_written_to():
    communes = few()

    for column in (communes.population, communes.vectors, communes.located):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0


def test_the_source_of_the_table_is_left_alone():
    population = np.array([1, 2, 3, 4, 5])
    few(population=population)

    population[0] = 9


def test_an_unknown_code_is_quoted():
    with pytest.raises(KeyError, match="75056"):
        few().positions(["52121", "75056"])


# A square of about 220 km by 150 km, plus islands a world away.
coordinates = st.one_of(
    st.tuples(st.floats(47, 49), st.floats(4, 6)),
    st.tuples(st.floats(-21.4, -20.8), st.floats(55.2, 55.9)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.just((NAN, NAN)),
)


@st.composite
def tables(draw):
    points = draw(st.lists(coordinates, min_size=1, max_size=12))
    size = len(points)
    return Communes.of(
        insee_code=[f"{n:05}" for n in range(size)],
        department=draw(
            st.lists(st.sampled_from(["2A", "2B", "974"]), min_size=size, max_size=size)
        ),
        region=draw(st.lists(st.sampled_from(["94", "04"]), min_size=size, max_size=size)),
        population=draw(st.lists(st.integers(0, 10**6), min_size=size, max_size=size)),
        latitude=[point[0] for point in points],
        longitude=[point[1] for point in points],
    )


def by_hand(communes, centres, radius_km):
    """Count covered inhabitants one pair at a time."""
    total = 0
    for latitude, longitude, population in zip(
        communes.latitude, communes.longitude, communes.population, strict=True
    ):
        here = unit_vectors(latitude, longitude)
        distances = [float(distance_km(here, unit_vectors(*centre))) for centre in centres]
        if any(distance <= radius_km for distance in distances):
            total += int(population)
    return total


@given(tables(), st.lists(coordinates, max_size=6), st.floats(0, 300))
def test_the_count_is_that_of_a_patient_clerk(communes, centres, radius_km):
    km = nearest_centre(
        communes, latitude=[c[0] for c in centres], longitude=[c[1] for c in centres]
    ).km

    found = coverage(communes, km, radius_km=radius_km)

    assert found.inhabitants == by_hand(communes, centres, radius_km)
    assert found.population == communes.population.sum()
    for grain in ("region", "department"):
        parts = coverage_by(communes, km, radius_km=radius_km, grain=grain).values()
        assert sum(part.inhabitants for part in parts) == found.inhabitants


@given(tables(), st.lists(coordinates, max_size=6), coordinates, st.floats(0, 300))
def test_one_more_centre_covers_no_one_less(communes, centres, another, radius_km):
    def covered(points):
        found = nearest_centre(
            communes, latitude=[p[0] for p in points], longitude=[p[1] for p in points]
        )
        return is_covered(found.km, radius_km)

    assert (covered(centres) <= covered([*centres, another])).all()


@given(tables(), coordinates, st.floats(0, 300))
def test_the_communes_around_a_point_are_those_it_covers(communes, point, radius_km):
    found = communes.around(*point, radius_km=radius_km)
    near = nearest_centre(communes, latitude=point[0], longitude=point[1])

    assert len(found) == 1
    assert found.of(0).tolist() == np.flatnonzero(is_covered(near.km, radius_km)).tolist()
    assert found.totals(communes.population.astype(float))[0] == pytest.approx(
        coverage(communes, near.km, radius_km=radius_km).inhabitants
    )


@given(tables(), st.integers(0, 11), st.integers(0, 11))
def test_a_circle_drawn_through_a_commune_holds_it(communes, a, b):
    here, there = communes.vectors[a % len(communes)], communes.vectors[b % len(communes)]
    radius_km = float(distance_km(here, there))
    if np.isnan(radius_km):
        return

    place = a % len(communes)
    around = communes.around(
        communes.latitude[place], communes.longitude[place], radius_km=radius_km
    )

    assert b % len(communes) in around.of(0)
