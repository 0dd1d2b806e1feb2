"""Regions and departments side by side: their counts add up to those of the country."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from territoires.db.engine import reading
from territoires.db.models import Target
from territoires.domain.comparison import RATES, Indicator, Per
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.queries import coverage, regions, rollout
from tests.factories import act, add, add_centre, add_stage, writing
from tests.fuzzing import at_length

TODAY = date(2026, 11, 22)
NOW = Scope(as_of=TODAY)
PAIRS = [(indicator, per) for indicator, pers in RATES.items() for per in pers]


def scope_of(territory, **changes):
    return Scope(as_of=TODAY, territory=Territory.parse(territory), **changes)


@pytest.mark.parametrize("grain", ["region", "department"])
@pytest.mark.parametrize("perimeter", list(Perimeter))
def test_the_counts_of_the_territories_add_up_to_those_of_france(connection, grain, perimeter):
    scope = Scope(as_of=TODAY, perimeter=perimeter)
    data = regions.territories(connection, scope=scope, grain=grain)
    found = rollout.situation(connection, scope=scope).count
    assert data["open"].sum() == found.open
    assert data["open_at_most"].sum() == found.open_at_most
    assert data["labelled"].sum() == found.selected
    assert data["closed_or_abandoned"].sum() == found.closed + found.abandoned


def test_the_inhabitants_covered_add_up_to_those_of_france(connection):
    data = regions.territories(connection, scope=NOW, grain="region")
    assert data["covered"].sum() == 2_966_034
    assert (
        data["population"].sum()
        == coverage.covered(connection, scope=NOW, radius_km=30).coverage.population
    )


def test_there_are_18_regions_and_101_departments(connection):
    assert len(regions.territories(connection, scope=NOW, grain="region")) == 18
    found = regions.territories(connection, scope=NOW, grain="department")
    assert len(found) == 101
    assert {"dep-2A", "dep-2B", "dep-976"} <= set(found["territory"])


@pytest.mark.parametrize("territory", ["reg-44", "dep-52", "com-52121"])
def test_the_departments_are_those_of_the_region_looked_at(connection, territory):
    found = regions.territories(connection, scope=scope_of(territory), grain="department")
    assert set(found["parent"]) == {"Grand Est"}
    assert len(found) == 10
    assert len(regions.territories(connection, scope=scope_of(territory), grain="region")) == 18


def test_grand_est_comes_first_with_its_six_centres(connection):
    first = regions.territories(connection, scope=NOW, grain="region").iloc[0]
    assert (first["name"], first["open"], first["sites_with_centre"], first["sites"]) == (
        "Grand Est", 6, 6, 24,
    )  # fmt: skip
    assert first["last_opening"] == "2021-09"
    assert first["closed_or_abandoned"] == 1


@pytest.mark.parametrize(("indicator", "per"), PAIRS)
@pytest.mark.parametrize("grain", ["region", "department"])
def test_every_indicator_has_a_median_of_all_its_values(connection, indicator, per, grain):
    found = regions.comparison(connection, scope=NOW, grain=grain, indicator=indicator, per=per)
    known = found["rate"].dropna()
    assert found["median"].iloc[0] == pytest.approx(known.median())
    assert known.is_monotonic_decreasing
    assert len(known) == len(found) or (indicator, per) != (Indicator.OPEN, Per.NUMBER)


def test_inhabitants_per_centre_are_of_the_territories_that_have_one(connection):
    found = regions.comparison(
        connection, scope=NOW, grain="region", indicator=Indicator.OPEN, per=Per.CENTRE
    )
    assert found["rate"].notna().sum() == 7


@pytest.mark.only_on("sqlite", "many examples of reads that other tests make on both")
@settings(max_examples=at_length(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.dates(date(2018, 6, 1), date(2026, 12, 31)))
def test_each_curve_ends_on_the_counts_of_its_day(connection, day):
    scope = Scope(as_of=day)
    curves = regions.burn_ups(connection, scope=scope, grain="region")
    last = curves.groupby("territory")[["day", "open", "open_at_most"]].last()
    counts = regions.territories(connection, scope=scope, grain="region").set_index("territory")
    assert set(last.index) >= set(counts[counts["open_at_most"] > 0].index)
    for territory, row in last.iterrows():
        assert row["day"].date() == day
        assert row["open"] == counts.loc[territory, "open"]
        assert row["open_at_most"] == counts.loc[territory, "open_at_most"]


def test_no_curve_without_a_possible_opening(connection):
    curves = regions.burn_ups(connection, scope=NOW, grain="department")
    assert 0 < curves["name"].nunique() < 20
    assert regions.burn_ups(connection, scope=Scope(as_of=date(2019, 1, 1)), grain="region").empty


def test_a_slope_ends_on_the_counts_of_both_days(connection):
    since = date(2021, 1, 31)
    found = regions.slopes(connection, scope=NOW, grain="region", since=since)
    assert found["before"].sum() == 7
    assert found["after"].sum() == 15
    then = regions.territories(connection, scope=Scope(as_of=since), grain="region")
    assert (
        found.set_index("territory")["before"].to_dict()
        == then.set_index("territory")["open"].to_dict()
    )


def test_territories_stand_beside_their_parents_france_and_the_medians(connection):
    found = regions.side_by_side(
        connection, scope=NOW, chosen=("reg-44", "dep-52", "dep-18", "nowhere")
    )
    assert list(zip(found["name"], found["beside"], strict=True)) == [
        ("Grand Est", "chosen"),
        ("Haute-Marne", "chosen"),
        ("Cher", "chosen"),
        ("Centre-Val de Loire", "parent"),
        ("France", "parent"),
        ("Médiane des régions", "median"),
        ("Médiane des départements", "median"),
    ]
    france = found[found["name"] == "France"].iloc[0]
    assert (france["open"], france["sites"], france["sites_with_centre"]) == (15, 222, 15)
    assert france["covered"] == 2_966_034


def test_the_territory_of_the_bar_does_not_narrow_what_is_put_side_by_side(connection):
    chosen = ("reg-44", "dep-29")
    here = regions.side_by_side(connection, scope=scope_of("reg-94"), chosen=chosen)
    assert here.equals(regions.side_by_side(connection, scope=NOW, chosen=chosen))


def test_unproven_centres_count_only_if_the_reader_asks(connection):
    strict = regions.territories(connection, scope=NOW, grain="region").set_index("name")
    asked = regions.territories(
        connection, scope=Scope(as_of=TODAY, with_unproven=True), grain="region"
    ).set_index("name")
    assert asked.loc["Normandie", "open"] == strict.loc["Normandie", "open"] + 1


def test_the_shares_of_what_is_planned_are_of_the_75_and_of_the_25(connection):
    for indicator, whole in ((Indicator.ACV_TARGET, 75), (Indicator.OTHERS_TARGET, 25)):
        found = regions.comparison(
            connection, scope=NOW, grain="region", indicator=indicator, per=Per.NUMBER
        )
        assert set(found["whole"]) == {whole}
    acv = regions.comparison(
        connection, scope=NOW, grain="region", indicator=Indicator.ACV_TARGET, per=Per.NUMBER
    )
    assert (
        acv["count"].sum()
        == regions.territories(connection, scope=NOW, grain="region")["open_acv"].sum()
    )


def test_a_territory_has_a_target_and_a_status_once_one_is_set_for_it(connection, url):
    at = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    with writing(url) as written:
        act(written, at)
        add(
            written,
            Target,
            at_utc=at,
            indicator="open_centres",
            perimeter=Perimeter.ALL,
            value=5,
            starts_on=date(2019, 4, 1),
            deadline=date(2026, 12, 31),
            decided_on=date(2020, 1, 1),
            source_id="cnam-2021-05",
            territory="reg-44",
        )
    with reading(url) as later:
        rows = regions.territories(later, scope=NOW, grain="region").set_index("territory")
    assert (rows.loc["reg-44", "objective"], rows.loc["reg-44", "status"]) == (5, "reached")
    assert rows["objective"].notna().sum() == 1


def test_where_there_is_no_medium_town_there_is_no_rate_of_them(whole_url):
    with writing(whole_url) as connection:
        at_utc = act(connection, datetime(2026, 11, 22, 13, 0, tzinfo=UTC))
        centre = add_centre(connection, at_utc=at_utc, town_code="92012")
        add_stage(connection, centre_id=centre, on="2021-05", at_utc=at_utc)
    with reading(whole_url) as later:
        found = regions.side_by_side(later, scope=NOW, chosen=("dep-92", "dep-52"))
    here = found.set_index("territory").loc["dep-92"]
    assert (here["open"], here["medium"]) == (1, 0)
    assert here["per_medium"] != here["per_medium"]  # missing, not infinite


@pytest.mark.parametrize(
    "query",
    [
        lambda *asked, **scope: regions.comparison(
            *asked, **scope, indicator=Indicator.OPEN, per=Per.NUMBER
        ),
        regions.burn_ups,
        lambda *asked, **scope: regions.slopes(*asked, **scope, since=date(2021, 5, 4)),
    ],
    ids=["comparison", "burn_ups", "slopes"],
)
def test_who_tells_nothing_of_enrolments_reads_none(connection, query):
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    query(connection, scope=NOW, grain="region")
    event.remove(connection, "before_cursor_execute", note)
    assert statements
    assert not any("enrolment" in statement for statement in statements)


@pytest.mark.parametrize("grain", ["region", "department"])
@pytest.mark.parametrize("day", [date(2019, 12, 31), TODAY])
def test_each_known_place_stands_once_under_its_territory(connection, grain, day):
    scope = Scope(as_of=day)
    found = regions.places(connection, scope=scope, grain=grain)
    every = rollout.places(connection, scope=scope)
    assert sorted(found["town_code"]) == sorted(every["town_code"])
    counts = regions.territories(connection, scope=scope, grain=grain).set_index("territory")
    certain = found[found["state"] == "open"].groupby("territory").size()
    assert certain.to_dict() == counts.loc[certain.index, "open"].to_dict()
    assert set(found["territory"]) <= set(counts.index)
    # The one with most open centres first; within each, what is open first.
    assert list(certain.reindex(found["territory"].unique(), fill_value=0)) == sorted(
        certain.reindex(found["territory"].unique(), fill_value=0), reverse=True
    )


def test_the_places_drawn_by_department_are_those_of_the_region_looked_at(connection):
    found = regions.places(connection, scope=scope_of("reg-44"), grain="department")
    assert {"Haute-Marne", "Vosges"} <= set(found["name"])
    assert "Finistère" not in set(found["name"])
