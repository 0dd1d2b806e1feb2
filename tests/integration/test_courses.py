"""The catalogue, what is given where, and what is near a town."""

from datetime import date, timedelta

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st
from sqlalchemy import func, select

from territoires.db.engine import reading
from territoires.db.models import Centre, Offering
from territoires.domain.dates import PartialDate
from territoires.domain.programme import StageKind
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.french import courses as words
from territoires.queries import courses, rollout, town_sheet
from tests.conftest import SEEDED_AT
from tests.factories import add, add_centre, add_stage, writing

pytestmark = pytest.mark.as_deployed

TODAY = date(2026, 11, 22)
NOW = SEEDED_AT + timedelta(hours=1)
FRANCE = Scope(as_of=TODAY)
GRAND_EST = Scope(as_of=TODAY, territory=Territory.parse("reg-44"))


@pytest.fixture(scope="module")
def demonstration(databases):
    with reading(databases.shared("demo")) as connection:
        yield connection


def offer(connection, *, town="10387", course="F001", on="2020-09-01", **changes):
    centre = add_centre(connection, at_utc=NOW, town_code=town, name=town)
    add_stage(connection, at_utc=NOW, centre_id=centre, on=on)
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
    assert len(given) == 4  # one ended in August 2024
    assert set(given.loc[given["offered"] == "unproven", "town"]) == {"Cherbourg-en-Cotentin"}
    assert set(given["offered"]) == {"offered", "unproven"}


def test_a_course_of_an_unproven_centre_is_named_and_not_counted(connection):
    data = courses.catalogue(connection, scope=FRANCE).set_index("course")
    row = data.loc["Licence professionnelle Gestion des organisations"]
    assert row["offered_centres"] == 0
    assert row["offered_towns"] == "Cherbourg-en-Cotentin (?)"
    asked = Scope(as_of=TODAY, with_unproven=True)
    data = courses.catalogue(connection, scope=asked).set_index("course")
    assert data.loc["Licence professionnelle Gestion des organisations", "offered_centres"] == 1


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
        ({"only_offered": True}, 4),
        ({"mode": "distance"}, 0),
    ],
)
def test_filters_keep_what_they_say(connection, filters, expected):
    assert len(courses.catalogue(connection, scope=FRANCE, **filters)) == expected


def test_what_has_not_begun_or_has_ended_is_not_given(url):
    with writing(url) as connection:
        offer(connection, course="F002", starts_on=PartialDate(2027, 9))
        offer(connection, course="F003", town="68066", ends_on=PartialDate(2025))
        offer(connection, course="F004", town="52448", starts_on=PartialDate(2026))
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
        offer(connection, course="F001", town="52448")
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
    assert len(courses.services(connection, scope=Scope(as_of=TODAY))) == 6


def test_an_empty_base_answers_with_empty_frames(empty_url):
    with reading(empty_url) as connection:
        assert len(courses.catalogue(connection, scope=FRANCE)) == 0
        assert len(courses.offerings(connection, scope=FRANCE)) == 0
        assert len(courses.heat(connection, scope=FRANCE)) == 0
        assert len(courses.near(connection, scope=FRANCE, town="52121")) == 0


# --- an offer counts while its centre does ---


def at(connection, day, query=courses.offerings, *, terr="fr"):
    return query(connection, scope=Scope(as_of=day, territory=Territory.parse(terr)))


def test_nothing_is_given_before_its_centre_opens(connection):
    early = date(2019, 4, 30)
    # Chaumont alone is open, and gives nothing; Chalon-sur-Saône may be.
    assert at(connection, early)["town"].tolist() == ["Chalon-sur-Saône"]
    data = at(connection, early, courses.catalogue)
    assert (data["offered_centres"].sum(), data["offered_at_most"].sum()) == (0, 1)
    assert "Montbéliard" not in set(at(connection, date(2023, 5, 31))["town"])
    assert "Montbéliard" in set(at(connection, TODAY)["town"])


def test_nothing_is_given_once_its_centre_is_closed(url):
    closed = date(2024, 6, 30)
    with writing(url) as connection:
        offer(connection)
        centre = connection.scalar(select(func.max(Centre.id)))
        kind = {"kind": StageKind.CLOSED, "on": closed.isoformat()}
        add_stage(connection, at_utc=NOW, centre_id=centre, **kind)
    with reading(url) as connection:
        before = at(connection, closed - timedelta(days=1), terr="com-10387")
        assert before["offered"].tolist() == ["offered"]
        for query in (courses.offerings, courses.heat):
            assert len(at(connection, closed, query, terr="com-10387")) == 0
        near = courses.near(connection, scope=Scope(as_of=closed), town="10387", within=1)
        assert "Troyes" not in set(near["town"])
        sheet = {"scope": Scope(as_of=closed), "town": "10387"}
        assert len(town_sheet.courses(connection, **sheet)) == 0
        assert town_sheet.left_out(connection, **sheet) == 1


def test_a_centre_that_may_be_open_gives_at_most(connection):
    """Chalon-sur-Saône opened « en 2019 »."""
    summer, end = date(2019, 7, 1), date(2019, 12, 31)
    assert at(connection, summer)["offered"].tolist() == ["possible"]
    assert at(connection, end)["offered"].tolist() == ["offered"]
    row = at(connection, summer, courses.catalogue).set_index("course_key").loc["F001"]
    assert (row["offered_centres"], row["offered_at_most"]) == (0, 1)
    assert row["offered_towns"] == "Chalon-sur-Saône (peut-être)"
    cells = at(connection, summer, courses.heat).set_index(["field_slug", "region"])
    cell = cells.loc[("numerique", "Bourgogne-Franche-Comté")]
    assert (cell["offered"], cell["offered_courses"], cell["courses_at_most"]) == ("possible", 0, 1)
    near = courses.near(connection, scope=Scope(as_of=summer), town="71076")
    assert near["offered"].tolist() == ["possible"]


def test_an_offer_whose_beginning_is_uncertain_counts_at_most(url):
    with writing(url) as connection:
        offer(connection, starts_on=PartialDate(2022))
    with reading(url) as connection:
        days = (date(2021, 12, 31), date(2022, 6, 1), date(2022, 12, 31))
        told = [at(connection, day, terr="com-10387")["offered"].tolist() for day in days]
    assert told == [[], ["possible"], ["offered"]]


def test_two_sites_of_a_town_are_two_centres(url):
    with writing(url) as connection:
        offer(connection)
        offer(connection)
    with reading(url) as connection:
        data = at(connection, TODAY, courses.catalogue, terr="com-10387").set_index("course_key")
        row = data.loc["F001"]
        assert (row["offered_centres"], row["offered_towns"]) == (2, "Troyes (2\u00a0centres)")
        cells = courses.heat(connection, scope=GRAND_EST).set_index("field_slug")
        assert cells.loc["numerique", "offered_centres"] == 2
        said = words.offerings(courses.offerings(connection, scope=GRAND_EST), "")
    assert said == "**1\u00a0formation dans 2\u00a0centres**."


def test_a_centre_open_since_nobody_knows_when_is_told_apart(url):
    with writing(url) as connection:
        offer(connection, on="")
    with reading(url) as connection:
        given = at(connection, TODAY, terr="com-10387")
        row = at(connection, TODAY, courses.catalogue, terr="com-10387").set_index("course_key")
        assert given["offered"].tolist() == ["undated"]
        assert row.loc["F001", ["offered_centres", "offered_at_most"]].tolist() == [0, 0]
        assert row.loc["F001", "offered_towns"] == "Troyes (date inconnue)"
        assert "dont la date d’ouverture n’est pas connue (Troyes)" in words.offerings(given, "")


@pytest.mark.only_on("sqlite", "many examples of reads that other tests make on both")
@whatever(day=st.dates(date(2019, 1, 1), date(2027, 1, 1)))
def test_no_more_centres_give_courses_than_are_open(demonstration, day):
    scope = Scope(as_of=day)
    data = courses.offerings(demonstration, scope=scope)
    count = rollout.situation(demonstration, scope=scope).count
    of = {name: rows["centre_id"].nunique() for name, rows in data.groupby("offered")}
    certain, possible = of.get("offered", 0), data["offered"].isin(["offered", "possible"])
    assert certain <= count.open
    assert data.loc[possible, "centre_id"].nunique() <= count.open_at_most
    assert of.get("undated", 0) <= count.open_undated
