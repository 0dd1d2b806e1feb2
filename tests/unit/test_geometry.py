import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.geometry import (
    CONE_CONSTANT_M,
    CONE_EXPONENT,
    EARTH_RADIUS_KM,
    POLE_NORTHING_M,
    UnplacedDepartmentError,
    chord,
    distance_km,
    lambert93,
    load_insets,
    map_xy,
    outline_xy,
    unit_vectors,
)
from tests.trials.places import read_communes

GEOGRAPHY = Path(__file__).parents[2] / "data" / "seeds" / "geography"
INSETS = load_insets(GEOGRAPHY / "insets.json")

# Longitude, latitude.
PARIS = (2.3522, 48.8566)
MARSEILLE = (5.3698, 43.2965)
LYON = (4.8357, 45.7640)
LILLE = (3.0573, 50.6292)
AJACCIO = (8.7386, 41.9192)
BASTIA = (9.4500, 42.7028)
SAINT_DENIS = (55.4481, -20.8823)
MAMOUDZOU = (45.2279, -12.7806)
FORT_DE_FRANCE = (-61.0588, 14.6161)
POINTE_A_PITRE = (-61.5339, 16.2411)
CAYENNE = (-52.3260, 4.9224)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(longitudes, latitudes)
mainland = st.tuples(st.floats(-4.7, 9.5), st.floats(41.4, 51.0))


def vector(point):
    return unit_vectors(point[1], point[0])


def km(a, b):
    return float(distance_km(vector(a), vector(b)))


# Source: pyproj 3.7.2 (PROJ 9.5.1), Geod(a=6371000, b=6371000).inv.
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (PARIS, MARSEILLE, 660.4783796736643),
        (PARIS, LYON, 391.49893167425734),
        (PARIS, LILLE, 203.50916991052483),
        (AJACCIO, BASTIA, 104.94669983607484),
        (PARIS, SAINT_DENIS, 9364.888475928381),
        (FORT_DE_FRANCE, POINTE_A_PITRE, 187.73023773063971),
        (SAINT_DENIS, MAMOUDZOU, 1411.3766598151794),
        (PARIS, CAYENNE, 7079.22907588739),
    ],
)
def test_known_towns_are_as_far_apart_as_they_are(a, b, expected):
    assert km(a, b) == pytest.approx(expected, abs=1e-6)


@given(points)
def test_a_point_is_nowhere_but_here(point):
    assert km(point, point) == 0


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_a_turn(a, b):
    assert km(a, b) == km(b, a)
    assert 0 <= km(a, b) <= np.pi * EARTH_RADIUS_KM


@given(points)
def test_antipodes_are_half_a_turn_apart(point):
    longitude, latitude = point

    assert km(point, (longitude + 180, -latitude)) == pytest.approx(20015.0868, abs=1e-3)


@given(points, points, points)
def test_a_detour_is_never_shorter(a, b, c):
    assert km(a, c) <= km(a, b) + km(b, c) + 1e-3


def test_neighbours_across_a_street_are_measured_to_the_millimetre():
    # 0.0001 degree of a meridian is 11.1194927 m.
    assert km((2.35, 48.0), (2.35, 48.0001)) == pytest.approx(0.0111194927, abs=1e-6)


@given(points, points)
def test_the_haversine_formula_agrees(a, b):
    (lon_a, lat_a), (lon_b, lat_b) = np.radians(a), np.radians(b)
    h = (
        np.sin((lat_b - lat_a) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )

    # Near the antipodes both formulas lose half of their digits.
    assert km(a, b) == pytest.approx(2 * 6371 * np.arcsin(np.sqrt(min(h, 1))), abs=1e-3)


def test_a_chord_is_a_diameter_from_half_a_turn_on():
    assert chord(np.pi * EARTH_RADIUS_KM) == chord(1e6) == 2
    assert chord(0) == 0


def test_an_unknown_coordinate_gives_an_unknown_distance():
    known = unit_vectors(48.0, 2.0)

    for latitude, longitude in ((np.nan, 2.0), (48.0, np.nan)):
        assert np.isnan(unit_vectors(latitude, longitude)).all()
        assert np.isnan(distance_km(known, unit_vectors(latitude, longitude)))


def test_the_cone_is_the_one_that_ign_publishes():
    # IGN, parameters of Lambert-93: n, C (m) and Ys (m).
    assert pytest.approx(0.7256077650, abs=1e-10) == CONE_EXPONENT
    assert pytest.approx(11_754_255.426, abs=1e-3) == CONE_CONSTANT_M
    assert pytest.approx(12_655_612.050, abs=1e-3) == POLE_NORTHING_M


# Source: pyproj 3.7.2 (PROJ 9.5.1), EPSG:4171 to EPSG:2154; the first is the definition's origin.
@pytest.mark.parametrize(
    ("longitude", "latitude", "easting", "northing"),
    [
        (3, 46.5, 700_000.000, 6_600_000.000),
        (*PARIS, 652_469.023, 6_862_035.259),
        (*MARSEILLE, 892_390.222, 6_247_035.257),
        (-4.4861, 48.3904, 146_632.979, 6_836_262.327),  # Brest
        (7.7521, 48.5734, 1_050_362.695, 6_840_899.647),  # Strasbourg
        (*AJACCIO, 1_176_667.561, 6_108_273.283),
        (2.3768, 51.0344, 656_187.517, 7_104_472.924),  # Dunkerque
        (2.8954, 42.6887, 691_417.338, 6_176_570.523),  # Perpignan
        (5.1396, 48.1113, 859_215.866, 6_781_149.248),  # Chaumont
    ],
)
def test_the_projection_is_lambert_93_to_the_millimetre(longitude, latitude, easting, northing):
    assert lambert93(longitude, latitude) == (
        pytest.approx(easting, abs=1e-3),
        pytest.approx(northing, abs=1e-3),
    )


@given(mainland, mainland)
def test_the_plane_keeps_the_distances_of_the_mainland_within_a_hundredth(a, b):
    (xa, ya), (xb, yb) = (map_xy(*point, "75", INSETS) for point in (a, b))

    assert np.hypot(xa - xb, ya - yb) == pytest.approx(km(a, b), rel=0.01, abs=1e-6)


def test_mainland_corsica_and_overseas_are_placed_in_one_call():
    longitude, latitude = np.transpose([PARIS, AJACCIO, BASTIA, SAINT_DENIS])

    x, y = map_xy(longitude, latitude, ["75", "2A", "2B", "974"], INSETS)

    assert (x[0], y[0]) == (pytest.approx(652.469023), pytest.approx(6862.035259))
    assert (x[1], y[1]) == (pytest.approx(1176.667561), pytest.approx(6108.273283))
    # insets.json: x = cx + scale * 111.32 * cos(lat0) * (lon - lon0), y likewise with 110.57
    assert x[3] == pytest.approx(-85 + 2.4 * 111.32 * np.cos(np.radians(-21.13)) * -0.0769)
    assert y[3] == pytest.approx(6366 + 2.4 * 110.57 * 0.2477)


def test_codes_may_come_as_python_objects():
    codes = np.array(["2A", "974"], dtype=object)

    x, _ = map_xy([AJACCIO[0], SAINT_DENIS[0]], [AJACCIO[1], SAINT_DENIS[1]], codes, INSETS)

    assert x[0] > 1000
    assert x[1] < 10


def test_a_place_without_coordinates_has_no_place_on_the_map():
    x, y = map_xy([np.nan, np.nan], [48.0, -21.0], ["75", "974"], INSETS)

    assert np.isnan(x).all()
    assert np.isfinite(y[1])  # the grid of an inset keeps the two axes apart


def test_an_empty_list_of_places_is_an_empty_map():
    x, y = map_xy([], [], [], INSETS)

    assert x.shape == y.shape == (0,)


def test_an_overseas_department_without_an_inset_is_not_drawn_somewhere_else():
    with pytest.raises(UnplacedDepartmentError) as refused:
        map_xy([-56.2, 2.0, -149.5], [46.8, 48.0, -17.5], ["975", "75", "987"], INSETS)

    assert refused.value.departments == ("975", "987")


def test_every_commune_of_an_overseas_department_is_inside_its_inset():
    communes = read_communes()
    x, y = map_xy(communes.longitude, communes.latitude, communes.department, INSETS)

    for code, inset in INSETS.items():
        here = communes.department == code
        xmin, ymin, xmax, ymax = inset.box
        assert here.any()
        assert ((xmin < x[here]) & (x[here] < xmax)).all()
        assert ((ymin < y[here]) & (y[here] < ymax)).all()


def outlines(name, department_of):
    features = json.loads((GEOGRAPHY / name).read_text(encoding="utf-8"))["features"]
    for feature in features:
        department = department_of(feature["properties"]["code"])
        yield department, feature["geometry"], outline_xy(feature["geometry"], department, INSETS)


DRAWN = {
    "departments.geojson": lambda code: code,
    "regions.geojson": lambda code: {
        "01": "971",
        "02": "972",
        "03": "973",
        "04": "974",
        "06": "976",
    }.get(code, "75"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_no_outline_leaves_its_frame(name):
    right_of_the_insets = max(inset.box[2] for inset in INSETS.values())

    for department, _, (x, y) in outlines(name, DRAWN[name]):
        xmin, ymin, xmax, ymax = (
            INSETS[department].box
            if department in INSETS
            else (right_of_the_insets, 6000, 1300, 7150)
        )
        assert xmin < np.nanmin(x) <= np.nanmax(x) < xmax
        assert ymin < np.nanmin(y) <= np.nanmax(y) < ymax


@pytest.mark.parametrize("name", DRAWN)
def test_the_pen_is_lifted_between_rings_and_every_ring_is_closed(name):
    for _, geometry, (x, y) in outlines(name, DRAWN[name]):
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = sum(len(polygon) for polygon in polygons)
        (gaps,) = np.nonzero(np.isnan(x))
        assert gaps.size == rings - 1
        starts, ends = [0, *(gaps + 1)], [*(gaps - 1), x.size - 1]
        assert np.array_equal(x[starts], x[ends])
        assert np.array_equal(y[starts], y[ends])
