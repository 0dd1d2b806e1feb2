"""What a page with a map writes in the address of a download is what the download reads."""

import pytest

from territoires.ui import map_parts, siting_parts
from territoires.ui.map_parts import Reach
from territoires.ui.siting_parts import Choices
from territoires.web import map_extras

REACHES = [
    Reach(radius_km=radius, by_road=by_road) for radius in (15, 30, 60) for by_road in (False, True)
]
CHOICES = [
    Choices(
        count=10,
        include=(),
        exclude=(),
        per_region=0,
        acv_percent=0,
        with_large=False,
        favours_bare=False,
    ),
    Choices(
        count=50,
        include=("79191", "2B033"),
        exclude=("78586",),
        per_region=1,
        acv_percent=75,
        with_large=True,
        favours_bare=True,
    ),
]


@pytest.mark.parametrize("reach", REACHES)
def test_a_radius_is_read_as_it_was_written(reach):
    assert map_extras.straight_radius(reach.params) == {"radius_km": reach.straight_km}
    assert map_extras.way(reach.params) == {"factor": reach.factor}
    found = map_extras.territories(reach.params | {"maille": "departements"})
    assert found == {"radius_km": reach.straight_km, "grain": "department"}


@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("reach", REACHES)
def test_wishes_are_read_as_they_were_written(choices, reach):
    found = map_extras.plan(reach.params | choices.params)
    assert found == {"radius_km": reach.straight_km} | choices.filters


def test_the_states_on_show_are_read_in_the_order_of_the_legend():
    assert map_extras.points({"etats": "labellisee,ouvert"})["states"] == ("open", "selected")
    assert map_extras.points({}) == {"states": (), "opened_in": 0, "field": ""}


def test_the_year_and_the_field_of_the_points_are_read():
    found = map_extras.points({"ouvert-en": "2021", "filiere": "numerique"})
    assert found == {"states": (), "opened_in": 2021, "field": "numerique"}


def test_both_sides_have_the_same_bounds():
    for name, least, most in (
        ("rayon", map_parts.LEAST_KM, map_parts.MOST_KM),
        ("villes", 1, siting_parts.MOST_TOWNS),
        ("par-region", 0, siting_parts.MOST_PER_REGION),
    ):
        for value in (least, most):
            assert map_extras.plan({name: str(value)})
        for value in (least - 1, most + 1):
            with pytest.raises(ValueError, match=str(value)):
                map_extras.plan({name: str(value)})


@pytest.mark.parametrize(
    ("read", "name", "nonsense"),
    [
        (map_extras.straight_radius, "rayon", "loin"),
        (map_extras.way, "route", "peut-être"),
        (map_extras.points, "etats", "ouvert,brumeux"),
        (map_extras.points, "ouvert-en", "2018"),
        (map_extras.territories, "maille", "cantons"),
        (map_extras.candidates, "grandes", "1"),
        (map_extras.plan, "imposees", "Chaumont"),
        (map_extras.plan, "part-acv", "101"),
    ],
)
def test_nonsense_is_quoted(read, name, nonsense):
    with pytest.raises(ValueError, match=nonsense.split(",", maxsplit=1)[0]):
        read({name: nonsense})
