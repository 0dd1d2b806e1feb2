"""Who lives near a centre, on the seeded database, against counts made by brute force."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from territoires.__main__ import main
from territoires.db.engine import reading
from territoires.domain.geometry import EARTH_RADIUS_KM
from territoires.domain.rollout import State
from territoires.domain.scope import FRANCE, Perimeter, Scope, Territory
from territoires.queries import courses, coverage, geography
from territoires.queries.coverage import (
    BY_RADIUS,
    BY_TERRITORY,
    DISTANCES,
    OPEN_CENTRES,
    PLACES,
    RADII,
)
from tests.factories import act, add_centre, add_stage, writing
from tests.fuzzing import at_length

TODAY = Scope(as_of=date(2026, 11, 23))
NOBODY_OPEN = Scope(as_of=date(2019, 3, 31))
FORT_DE_FRANCE, LE_LAMENTIN, BASSE_TERRE = "97209", "97213", "97105"


def scope(territory="fr", on="2026-11-23", **changes):
    return Scope(as_of=date.fromisoformat(on), territory=Territory.parse(territory), **changes)


def haversine(a, b):
    """Give km between two points in degrees, as the textbooks write it."""
    (lat1, lon1), (lat2, lon2) = (map(math.radians, point) for point in (a, b))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def open_a_centre(url, town_code):
    at = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    with writing(url) as connection:
        act(connection, at)
        number = add_centre(connection, at_utc=at, town_code=town_code, name="Nouveau")
        add_stage(connection, at_utc=at, centre_id=number, on="2025-09-01")


@pytest.fixture
def run(seeded_url, monkeypatch, capsys):
    """Run a command in this process; gives exit code, output and errors."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", seeded_url)

    def call(*arguments):
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


# --- the communes ---


def test_every_commune_is_read_once_for_a_database(connection, seeded_url):
    communes = geography.communes(connection)
    assert len(communes) == 34_875
    assert {"2A004", "2B033", "97411", "97611"} <= set(communes.position)
    with reading(seeded_url) as another:
        assert geography.communes(another) is communes
        assert geography.acv_towns(another) is geography.acv_towns(connection)


def test_the_communes_stay_in_memory_when_a_centre_is_entered(connection, url):
    communes = geography.communes(connection)
    open_a_centre(url, FORT_DE_FRANCE)
    with reading(url) as later:
        assert geography.communes(later) is communes


def test_sessions_that_come_together_read_the_communes_once(url):
    come, asked = Barrier(4), []

    def read(_number):
        with reading(url) as connection:
            come.wait()
            return geography.communes(connection)

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with ThreadPoolExecutor(4) as sessions:
            found = list(sessions.map(read, range(4)))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert all(each is found[0] for each in found)
    assert sum("town.latitude" in statement for statement in asked) == 1


def test_another_database_has_its_own_communes(connection, empty_url):
    geography.communes(connection)
    with reading(empty_url) as bare:
        assert len(geography.communes(bare)) == 0
        assert geography.acv_towns(bare).empty


def test_there_are_222_sites_of_235_communes(connection):
    sites = geography.acv_towns(connection)
    assert (len(sites), sites["site"].nunique()) == (235, 222)


def test_the_population_of_another_year_is_named_where_it_is_added(connection):
    rows = geography.other_years(connection, scope=TODAY).to_dict("records")
    assert rows == [{"department": "Mayotte", "population_year": 2017}]
    for mayotte in ("reg-06", "dep-976", "com-97611"):
        assert len(geography.other_years(connection, scope=scope(mayotte))) == 1
    for elsewhere in ("reg-44", "dep-52", "com-52121"):
        assert geography.other_years(connection, scope=scope(elsewhere)).empty


# --- how many ---


def test_thirty_km_today_cover_2966034_inhabitants(connection):
    found = coverage.covered(connection, scope=TODAY, radius_km=30)
    assert found.coverage.inhabitants == 2_966_034
    assert found.coverage.population == 68_350_798
    assert (found.open, found.open_here) == (15, 15)
    assert (found.acv_sites, found.acv_sites_with_centre) == (222, 15)


@pytest.mark.parametrize(
    ("radius", "territory"), [(30, "fr"), (15, "reg-44"), (60, "reg-32"), (1, "com-52121")]
)
def test_the_coverage_is_that_of_a_count_commune_by_commune(connection, radius, territory):
    communes = geography.communes(connection)
    codes = coverage.open_towns(connection, scope=TODAY)
    points = [
        (communes.latitude[i], communes.longitude[i]) for i in communes.positions(codes).tolist()
    ]
    where = Territory.parse(territory)
    wanted = np.flatnonzero(communes.within(where)).tolist()
    # A degree of latitude is 111 km: communes farther than that need no haversine.
    reach = radius / 111 + 0.01
    counted = 0
    for i in wanted:
        here = communes.latitude[i], communes.longitude[i]
        if any(abs(p[0] - here[0]) <= reach and haversine(here, p) <= radius for p in points):
            counted += int(communes.population[i])
    found = coverage.covered(connection, scope=scope(territory), radius_km=radius)
    assert found.coverage.inhabitants == counted


def test_nobody_is_covered_before_the_first_opening(connection):
    found = coverage.covered(connection, scope=NOBODY_OPEN, radius_km=30)
    assert (found.open, found.coverage.inhabitants, found.coverage.share) == (0, 0, 0.0)
    assert (found.acv_sites, found.acv_sites_with_centre) == (222, 0)
    assert coverage.closest(connection, scope=NOBODY_OPEN) is None
    assert coverage.open_centres(connection, scope=NOBODY_OPEN).empty


def test_the_population_is_that_of_the_territory_and_the_centres_those_of_all_france(connection):
    found = coverage.covered(connection, scope=scope("reg-94"), radius_km=30)
    assert (found.open, found.open_here) == (15, 0)
    assert found.coverage.population == 355_486
    assert (found.acv_sites, found.acv_sites_with_centre) == (2, 0)
    # Hauts-de-France has no centre, but some of its inhabitants live near Dieppe's.
    north = coverage.covered(connection, scope=scope("reg-32"), radius_km=30)
    assert north.open_here == 0
    assert north.coverage.inhabitants > 0


def test_the_perimeter_narrows_neither_the_centres_nor_the_inhabitants(connection):
    for perimeter in Perimeter:
        found = coverage.covered(connection, scope=scope(perimeter=perimeter), radius_km=30)
        assert found.coverage.inhabitants == 2_966_034


def test_unproven_centres_cover_only_when_the_reader_asks(connection):
    without = coverage.open_towns(connection, scope=TODAY)
    asked = coverage.open_towns(connection, scope=scope(with_unproven=True))
    assert set(asked) - set(without) == {"50129", "79191"}


def test_nothing_is_covered_at_an_instant_before_the_database(connection):
    early = scope(known_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert coverage.covered(connection, scope=early, radius_km=30).open == 0


def test_a_site_of_two_communes_has_a_centre_when_one_of_them_has(connection, url):
    sites = geography.acv_towns(connection)
    pairs = sites[sites.duplicated("site", keep=False)].sort_values(["site", "town_code"])
    one, other = pairs["town_code"].head(2).tolist()
    open_a_centre(url, one)
    with reading(url) as later:
        found = coverage.covered(later, scope=scope(f"com-{other}"), radius_km=30)
    assert (found.acv_sites, found.acv_sites_with_centre) == (1, 1)
    assert found.open_here == 0


def test_the_overseas_live_on_their_own_islands(connection, whole_url):
    for region in ("reg-01", "reg-02", "reg-03", "reg-04", "reg-06"):
        found = coverage.covered(connection, scope=scope(region), radius_km=200)
        assert found.coverage.inhabitants == 0
    open_a_centre(whole_url, FORT_DE_FRANCE)
    with reading(whole_url) as later:
        martinique = coverage.covered(later, scope=scope("reg-02"), radius_km=30)
        assert martinique.coverage.inhabitants > 300_000
        assert coverage.covered(later, scope=scope("reg-01"), radius_km=60).coverage.share == 0
        rows = coverage.acv_distances(later, scope=TODAY).set_index("town_code")
        assert rows.loc[LE_LAMENTIN, "nearest_code"] == FORT_DE_FRANCE
        assert rows.loc[LE_LAMENTIN, "km"] < 15
        # Guadeloupe's nearest centre is now Martinique's, across the sea.
        assert 100 < rows.loc[BASSE_TERRE, "km"] < 250


# --- by radius, by territory ---


def test_a_wider_circle_never_covers_fewer(connection):
    rows = coverage.by_radius(connection, scope=TODAY)
    assert dict(rows.dtypes.astype(str)) == BY_RADIUS
    assert tuple(rows["radius_km"]) == RADII
    assert rows["inhabitants"].is_monotonic_increasing
    assert rows.loc[rows["radius_km"] == 30, "inhabitants"].item() == 2_966_034


def test_a_way_by_road_is_taken_to_be_longer(connection):
    straight = coverage.by_radius(connection, scope=TODAY)
    by_road = coverage.by_radius(connection, scope=TODAY, factor=1.3)
    assert (by_road["inhabitants"] < straight["inhabitants"]).all()
    shorter = coverage.covered(connection, scope=TODAY, radius_km=30 / 1.3)
    thirty = by_road.loc[by_road["radius_km"] == 30, "inhabitants"].item()
    assert thirty == shorter.coverage.inhabitants


@pytest.mark.parametrize("grain", ["region", "department"])
@settings(max_examples=at_length(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(radius=st.floats(1, 200))
def test_territories_add_up_to_the_country(connection, grain, radius):
    rows = coverage.by_territory(connection, scope=TODAY, radius_km=radius, grain=grain)
    whole = coverage.covered(connection, scope=TODAY, radius_km=radius)
    assert rows["inhabitants"].sum() == whole.coverage.inhabitants
    assert rows["population"].sum() == whole.coverage.population
    assert rows["open"].sum() == 15


def test_every_territory_has_a_row_of_its_own(connection):
    regions = coverage.by_territory(connection, scope=TODAY, radius_km=30, grain="region")
    departments = coverage.by_territory(connection, scope=TODAY, radius_km=30, grain="department")
    assert dict(regions.dtypes.astype(str)) == BY_TERRITORY
    assert (len(regions), len(departments)) == (18, 101)
    assert {"2A", "2B", "974"} <= set(departments["code"])
    east = regions.set_index("code").loc["44"]
    assert east["open"] == 6
    assert east["per_million"] == pytest.approx(6 / 5.563378)


@pytest.mark.parametrize(
    ("territory", "grain", "codes"),
    [
        ("reg-94", "department", ["2A", "2B"]),
        ("reg-94", "region", ["94"]),
        ("dep-2B", "region", ["94"]),
        ("dep-2B", "department", ["2B"]),
        ("com-2B033", "department", ["2B"]),
        ("com-52121", "region", ["44"]),
    ],
)
def test_a_territory_lists_its_parts_or_what_holds_it(connection, territory, grain, codes):
    rows = coverage.by_territory(connection, scope=scope(territory), radius_km=30, grain=grain)
    assert rows["code"].tolist() == codes


# --- towns ---


def test_towns_come_the_farthest_first_with_their_nearest_centre(connection):
    rows = coverage.acv_distances(connection, scope=TODAY)
    assert dict(rows.dtypes.astype(str)) == DISTANCES
    assert len(rows) == 235
    assert rows["km"].is_monotonic_decreasing
    known = rows.set_index("town_code")
    assert known.loc["52121", "km"] == 0
    assert known.loc["52121", "nearest_code"] == "52121"
    assert known.loc["52448", "nearest_code"] == "51108"
    expected = haversine((48.6385, 4.9497), (48.9567, 4.3624))
    assert known.loc["52448", "km"] == pytest.approx(expected, abs=1)


def test_towns_have_no_distance_when_nothing_is_open(connection):
    rows = coverage.acv_distances(connection, scope=NOBODY_OPEN)
    assert len(rows) == 235
    assert rows["km"].isna().all()
    assert set(rows["nearest"]) == {""}


def test_the_nearest_centre_of_a_territory_without_any_is_named(connection):
    corsica = coverage.closest(connection, scope=scope("reg-94", on="2021-05-04"))
    assert (corsica.town, corsica.department) == ("Manosque", "Alpes-de-Haute-Provence")
    assert corsica.seen_from == "Calvi"
    assert corsica.km == pytest.approx(279, abs=1)


# --- the points of the map ---


def test_the_map_has_every_centre_and_every_town_of_the_sites(connection):
    rows = coverage.places(connection, scope=TODAY)
    assert dict(rows.dtypes.astype(str)) == PLACES
    counts = rows["state"].value_counts().to_dict()
    assert counts == {
        State.OPEN: 15,
        State.OPEN_UNDATED: 1,
        State.SELECTED: 29,
        State.UNPROVEN: 3,
        State.CLOSED: 1,
        State.NOTHING_KNOWN: 190,
    }
    assert set(geography.acv_towns(connection)["town_code"]) <= set(rows["town_code"])


def test_the_list_is_in_the_order_of_the_legend_then_of_the_names(connection):
    rows = coverage.places(connection, scope=TODAY)
    order = [list(State).index(State(state)) for state in rows["state"]]
    assert order == sorted(order)
    assert rows["town"].head(3).tolist() == ["Bourges", "Chalon-sur-Saône", "Châlons-en-Champagne"]


def test_only_the_states_asked_for_are_listed(connection):
    rows = coverage.places(connection, scope=TODAY, states=("open", "unproven"))
    assert set(rows["state"]) == {"open", "unproven"}
    assert len(rows) == 18


def test_a_year_keeps_the_centres_whose_opening_may_lie_in_it(connection):
    rows = coverage.places(connection, scope=TODAY, opened_in=2023, states=("open",))
    assert rows["town"].tolist() == ["Montbéliard"]
    in_2019 = coverage.places(connection, scope=TODAY, opened_in=2019)
    # Known to the year, or only as « already open by » a later day: it may have been then.
    assert {"Chaumont", "Bourges", "Épinal"} <= set(in_2019["town"])
    assert "Dieppe" not in set(in_2019["town"])


def test_a_year_keeps_nothing_of_a_town_without_a_centre(connection):
    assert coverage.places(connection, scope=scope("com-97411"), opened_in=2021).empty


def test_a_field_keeps_the_centres_that_give_a_course_of_it(connection):
    rows = coverage.places(connection, scope=TODAY, field="numerique")
    offered = courses.offerings(connection, scope=TODAY)
    in_field = offered.loc[offered["field_slug"] == "numerique", "town_code"]
    assert set(rows["town_code"]) == set(in_field) != set()
    assert coverage.places(connection, scope=TODAY, field="astronomie").empty


def test_a_field_keeps_of_a_town_the_site_that_gives_it_and_not_the_other(url):
    with reading(url) as connection:
        before = coverage.places(connection, scope=TODAY, field="numerique")
    town = before.loc[before["state"] == State.OPEN, "town_code"].iloc[0]
    open_a_centre(url, town)
    with reading(url) as connection:
        every = coverage.places(connection, scope=TODAY)
        kept = coverage.places(connection, scope=TODAY, field="numerique")
    assert every["town_code"].tolist().count(town) == 2
    pd.testing.assert_frame_equal(kept, before)


def test_the_map_follows_the_perimeter(connection):
    acv = coverage.places(connection, scope=scope(perimeter=Perimeter.ACV))
    others = coverage.places(connection, scope=scope(perimeter=Perimeter.NON_ACV))
    everyone = coverage.places(connection, scope=TODAY)
    assert acv["acv"].all()
    assert not others["acv"].any()
    assert len(acv) + len(others) == len(everyone)


def test_any_commune_can_be_put_on_the_map(connection):
    corte = coverage.place_of(connection, scope=TODAY, town_code="2B096")
    assert (corte["town"].item(), corte["state"].item()) == ("Corte", "nothing_known")
    assert corte["km"].item() > 100
    chaumont = coverage.place_of(connection, scope=scope("reg-94"), town_code="52121")
    assert (chaumont["state"].item(), chaumont["km"].item()) == ("open", 0)
    assert coverage.place_of(connection, scope=TODAY, town_code="99999").empty
    assert coverage.place_of(connection, scope=TODAY, town_code="").empty


def test_open_centres_are_placed(connection):
    rows = coverage.open_centres(connection, scope=scope("reg-94"))
    assert dict(rows.dtypes.astype(str)) == OPEN_CENTRES
    assert len(rows) == 15
    assert rows["latitude"].between(41, 52).all()


def test_an_empty_database_answers_with_empty_frames(empty_url):
    with reading(empty_url) as bare:
        assert coverage.covered(bare, scope=TODAY, radius_km=30).coverage.share is None
        assert coverage.places(bare, scope=TODAY).empty
        assert coverage.acv_distances(bare, scope=TODAY).empty
        assert coverage.by_territory(bare, scope=TODAY, radius_km=30, grain="region").empty
        assert coverage.closest(bare, scope=TODAY) is None


# --- the command line ---


def test_the_command_line_counts_who_lives_near_a_centre(run):
    code, out, _ = run("coverage", "--as-of", "2026-11-23", "--json")
    assert code == 0
    assert json.loads(out) == {
        "radius_km": 30,
        "open": 15,
        "open_at_most": 15,
        "inhabitants": 2_966_034,
        "population": 68_350_798,
        "share": 2_966_034 / 68_350_798,
        "acv_sites": 222,
        "acv_sites_with_centre": 15,
    }


def test_the_command_line_takes_a_radius_a_day_and_a_territory(run):
    arguments = ("--radius", "45,5", "--as-of", "2021-05-04", "--territory", "reg-94", "--json")
    _, out, _ = run("coverage", *arguments)
    found = json.loads(out)
    assert (found["radius_km"], found["population"], found["inhabitants"]) == (45.5, 355_486, 0)
    assert (found["acv_sites"], found["acv_sites_with_centre"]) == (2, 0)


def test_the_share_of_a_commune_without_inhabitants_is_null(run):
    # One of the six villages destroyed in 1916.
    _, out, _ = run("coverage", "--territory", "com-55039", "--json")
    found = json.loads(out)
    assert (found["population"], found["share"]) == (0, None)


def test_the_command_line_says_it_in_sentences(run):
    _, out, _ = run("coverage", "--as-of", "2026-11-23")
    first, second, third = out.splitlines()
    assert first == (
        "Au 23\u00a0novembre 2026, 2\u202f966\u202f034\u00a0habitants sur 68\u202f350\u202f798 "
        "(4,3\u202f%) vivent à moins de 30\u00a0km à vol d’oiseau d’un centre ouvert."
    )
    assert "15\u00a0centres ouverts" in second
    assert "15\u00a0sites Action cœur de ville sur\u00a0222 (liste de mars 2018)" in third


@pytest.mark.parametrize("radius", ["-5", "abc", "0", "nan", "inf", "1e2", "201", "3 0", "٣٠"])
def test_a_bad_radius_is_quoted_on_one_line(run, radius):
    for command in ("coverage", "next"):
        code, out, err = run(command, "--radius", radius)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert f"«\u00a0{radius}\u00a0»" in err


def test_an_unknown_territory_is_quoted(run):
    code, _, err = run("coverage", "--territory", "reg-99")
    assert code == 2
    assert "reg-99" in err


def test_the_whole_country_is_the_default(run):
    assert run("coverage", "--json")[1] == run("coverage", "--territory", str(FRANCE), "--json")[1]
