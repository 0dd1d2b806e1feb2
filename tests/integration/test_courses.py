"""The catalogue, what is given where, and what is near a town."""

from datetime import date, timedelta

import pytest

from territoires.db.engine import reading
from territoires.db.models import Offering
from territoires.domain.dates import PartialDate
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.queries import courses
from tests.conftest import SEEDED_AT
from tests.factories import add, add_centre, add_stage, writing

TODAY = date(2026, 11, 22)
NOW = SEEDED_AT + timedelta(hours=1)
FRANCE = Scope(as_of=TODAY)
GRAND_EST = Scope(as_of=TODAY, territory=Territory.parse("reg-44"))


def offer(connection, *, town="10387", course="F001", **changes):
    centre = add_centre(connection, at_utc=NOW, town_code=town, name=town)
    add_stage(connection, at_utc=NOW, centre_id=centre, on="2020-09-01")
    usual = {
        "centre_id": centre,
        "course_key": course,
        "source_id": "cnam-2021-05",
        "starts_on": PartialDate(),
        "ends_on": PartialDate(),
        "validation": "validated",
    }
    return add(connection, Offering, at_utc=NOW, **(usual | changes))


def test_the_seeds_have_24_courses_and_five_offerings(connection):
    assert len(courses.catalogue(connection, scope=FRANCE)) == 24
    given = courses.offerings(connection, scope=FRANCE)
    assert len(given) == 5
    assert set(given.loc[~given["counts"], "town"]) == {"Cherbourg-en-Cotentin"}


def test_a_course_of_an_unproven_centre_is_named_and_not_counted(connection):
    data = courses.catalogue(connection, scope=FRANCE).set_index("course")
    row = data.loc["Licence professionnelle Guide conférencier"]
    assert row["offered_centres"] == 0
    assert row["offered_towns"] == "Cherbourg-en-Cotentin (?)"
    asked = Scope(as_of=TODAY, with_unproven=True)
    data = courses.catalogue(connection, scope=asked).set_index("course")
    assert data.loc["Licence professionnelle Guide conférencier", "offered_centres"] == 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"text": "HYDROGENE"}, 1),
        ({"text": "rncp36889"}, 1),
        ({"text": "crn0400a"}, 1),
        ({"text": "rien de tel"}, 0),
        ({"level": 7}, 1),
        ({"cpf": "yes"}, 3),
        ({"cpf": "no"}, 0),
        ({"cpf": "unknown"}, 21),
        ({"field": "tourisme"}, 2),
        ({"credential": "titre RNCP", "level": 6}, 3),
        ({"only_offered": True}, 5),
        ({"mode": "distance"}, 0),
    ],
)
def test_filters_keep_what_they_say(connection, filters, expected):
    assert len(courses.catalogue(connection, scope=FRANCE, **filters)) == expected


def test_what_has_not_begun_or_has_ended_is_not_given(url):
    with writing(url) as connection:
        offer(connection, course="F002", starts_on=PartialDate(2027, 9))
        offer(connection, course="F003", town="68066", ends_on=PartialDate(2025))
        offer(connection, course="F004", town="67447", starts_on=PartialDate(2026))
    with reading(url) as connection:
        given = courses.offerings(connection, scope=GRAND_EST)
    assert given["course_key"].tolist() == ["F004"]


def test_the_map_tells_not_offered_from_not_transmitted(connection):
    data = courses.heat(connection, scope=FRANCE).set_index(["field_slug", "region"])
    assert data.loc[("numerique", "Bourgogne-Franche-Comté"), "offered"] == "offered"
    assert data.loc[("commerce", "Bourgogne-Franche-Comté"), "offered"] == "not_offered"
    assert data.loc[("numerique", "Grand Est"), "offered"] == "not_transmitted"
    assert "Corse" not in data.index.get_level_values("region")


def test_a_cell_of_the_map_counts_the_courses_of_its_offerings(url):
    with writing(url) as connection:
        offer(connection, course="F001")
        offer(connection, course="F014", town="68066")
        offer(connection, course="F001", town="67447")
    with reading(url) as connection:
        data = courses.heat(connection, scope=GRAND_EST).set_index("field_slug")
        given = courses.offerings(connection, scope=GRAND_EST)
    row = data.loc["numerique"]
    assert (row["offered_courses"], row["offered_centres"]) == (2, 3)
    assert given["course_key"].nunique() == 2
    assert given["town_code"].nunique() == 3


def test_the_nearest_comes_first_in_kilometres(connection):
    data = courses.near(connection, scope=FRANCE, town="21231")  # Dijon
    assert data["km"].is_monotonic_increasing
    assert data["town"].iloc[0] == "Chalon-sur-Saône"
    assert data["km"].iloc[0] == pytest.approx(62, abs=3)


def test_what_is_near_does_not_stop_at_the_territory_on_show(connection):
    corsica = Scope(as_of=TODAY, territory=Territory.parse("reg-94"))
    assert len(courses.near(connection, scope=corsica, town="21231"))


def test_a_course_in_the_town_itself_is_at_no_distance(connection):
    data = courses.near(connection, scope=FRANCE, town="71076", field="numerique")
    assert data["km"].tolist() == [0.0]


def test_announced_totals_stand_beside_what_is_documented(connection):
    data = courses.announced(connection, scope=FRANCE).set_index("indicator")
    assert data.loc["courses_offered", ["value", "documented"]].tolist() == [50, 24]
    assert data.loc["fields_offered", ["value", "documented"]].tolist() == [15, 10]


@pytest.mark.parametrize(
    "scope",
    [GRAND_EST, Scope(as_of=TODAY, perimeter=Perimeter.ACV), Scope(as_of=date(2019, 1, 1))],
)
def test_announced_totals_are_those_of_all_france_from_their_day(connection, scope):
    assert len(courses.announced(connection, scope=scope)) == 0


def test_guidance_is_listed(connection):
    assert len(courses.services(connection)) == 6


def test_an_empty_base_answers_with_empty_frames(empty_url):
    with reading(empty_url) as connection:
        assert len(courses.catalogue(connection, scope=FRANCE)) == 0
        assert len(courses.offerings(connection, scope=FRANCE)) == 0
        assert len(courses.heat(connection, scope=FRANCE)) == 0
        assert len(courses.near(connection, scope=FRANCE, town="52121")) == 0
