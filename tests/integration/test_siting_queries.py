"""Where to open next, on the seeded database."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from territoires.__main__ import main
from territoires.db.engine import reading
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.domain.siting import Conflict, InfeasibleError
from territoires.french import siting as siting_words
from territoires.queries import coverage, geography, siting
from territoires.queries.siting import CANDIDATES, PLAN
from tests.factories import act, add_centre, add_stage, writing

TODAY = Scope(as_of=date(2026, 11, 23))
SAINT_DIZIER, CHERBOURG, NIORT = "52448", "50129", "79191"
SAINT_OMER = "62765"  # an agreement, and no link to the programme


def plan(connection, scope=TODAY, **wishes):
    return siting.plan(connection, scope=scope, **({"radius_km": 30, "count": 10} | wishes))


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


# --- candidates ---


def test_candidates_are_the_communes_of_the_sites_without_an_open_centre(connection):
    rows = siting.candidates(connection, scope=TODAY)
    assert dict(rows.dtypes.astype(str)) == CANDIDATES
    assert len(rows) == 220
    assert rows["acv"].all()
    assert not set(rows["town_code"]) & set(coverage.open_towns(connection, scope=TODAY))
    assert rows["town_code"].is_monotonic_increasing


def test_labelled_towns_are_candidates_and_marked(connection):
    rows = siting.candidates(connection, scope=TODAY).set_index("town_code")
    assert rows.loc["10387", "state"] == "selected"
    assert not rows.loc["10387", "set_aside"]


def test_undated_and_unproven_ones_are_listed_and_set_aside(connection):
    rows = siting.candidates(connection, scope=TODAY)
    aside = rows[rows["set_aside"] & ~rows["prior_seat"]]
    assert dict(zip(aside["town_code"], aside["state"], strict=True)) == {
        CHERBOURG: "unproven",
        SAINT_DIZIER: "open_undated",
        NIORT: "unproven",
        SAINT_OMER: "unproven",
    }


def test_a_region_where_the_cnam_had_seats_is_set_aside_unless_one_asks_for_it(connection):
    usual = siting.candidates(connection, scope=TODAY)
    assert set(usual.loc[usual["prior_seat"], "region"]) == {"Île-de-France"}
    assert usual.loc[usual["prior_seat"], "set_aside"].all()
    assert not siting.candidates(connection, scope=TODAY, with_prior=True)["prior_seat"].any()
    meaux, sartrouville = "77284", "78586"
    assert plan(connection, count=300)["region"].ne("Île-de-France").all()
    asked = plan(connection, include=(meaux,))
    assert asked["region"].eq("Île-de-France").tolist() == [True, *[False] * 9]
    assert plan(connection, with_prior=True)["town_code"].iloc[0] == sartrouville


@pytest.mark.parametrize("territory", ["reg-11", "dep-77", "com-77284"])
def test_whoever_asks_of_that_region_alone_is_answered(connection, territory):
    scope = replace(TODAY, territory=Territory.parse(territory))
    assert siting.asks_of_prior_seats(connection, scope=scope)
    assert len(plan(connection, scope=scope))
    assert not siting.candidates(connection, scope=scope)["prior_seat"].any()


def test_an_unproven_centre_that_the_reader_counts_is_open(connection):
    rows = siting.candidates(connection, scope=replace(TODAY, with_unproven=True))
    assert not {CHERBOURG, NIORT} & set(rows["town_code"])


def test_large_communes_are_candidates_on_request(connection):
    usual = siting.candidates(connection, scope=TODAY)
    wider = siting.candidates(connection, scope=TODAY, with_large=True)
    added = wider[~wider["town_code"].isin(usual["town_code"])]
    assert set(usual["town_code"]) < set(wider["town_code"])
    assert (added["population"] > siting.LARGE).all()
    assert not added["acv"].any()


def test_the_perimeter_chooses_among_the_candidates(connection):
    acv = replace(TODAY, perimeter=Perimeter.ACV)
    others = replace(TODAY, perimeter=Perimeter.NON_ACV)
    assert siting.candidates(connection, scope=acv, with_large=True)["acv"].all()
    assert not siting.candidates(connection, scope=others)["acv"].any()


def test_a_site_one_of_whose_communes_has_a_centre_is_no_candidate(connection, url):
    sites = geography.acv_towns(connection)
    pairs = sites[sites.duplicated("site", keep=False)].sort_values(["site", "town_code"])
    one, other = pairs["town_code"].head(2).tolist()
    at = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    with writing(url) as written:
        act(written, at)
        number = add_centre(written, at_utc=at, town_code=one, name="Nouveau")
        add_stage(written, at_utc=at, centre_id=number, on="2025-09-01")
    with reading(url) as later:
        assert not {one, other} & set(siting.candidates(later, scope=TODAY)["town_code"])


def test_only_the_towns_of_the_territory_are_candidates(connection):
    rows = siting.candidates(connection, scope=replace(TODAY, territory=Territory.parse("reg-94")))
    assert rows["town_code"].tolist() == ["2A004", "2B033"]


# --- the list ---


def test_the_list_is_ordered_and_adds_up(connection):
    rows = plan(connection)
    assert dict(rows.dtypes.astype(str)) == PLAN
    assert rows["rank"].tolist() == list(range(1, 11))
    assert rows["marginal"].is_monotonic_decreasing
    assert rows["cumulative"].tolist() == rows["marginal"].cumsum().tolist()
    before = coverage.covered(connection, scope=TODAY, radius_km=30).coverage
    assert (rows["covered_after"] - rows["cumulative"]).unique().tolist() == [before.inhabitants]
    assert rows["share"].iloc[-1] == rows["covered_after"].iloc[-1] / before.population
    assert rows["town"].head(2).tolist() == ["Vienne", "Lens"]


def test_opening_the_first_town_of_the_list_covers_what_it_says(connection, whole_url):
    first = plan(connection).iloc[0]
    at = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    with writing(whole_url) as written:
        act(written, at)
        number = add_centre(written, at_utc=at, town_code=first["town_code"], name="Nouveau")
        add_stage(written, at_utc=at, centre_id=number, on="2025-09-01")
    with reading(whole_url) as later:
        found = coverage.covered(later, scope=TODAY, radius_km=30)
        assert found.coverage.inhabitants == first["covered_after"]
        assert plan(later)["town"].iloc[0] == "Lens"


def test_those_set_aside_are_chosen_only_when_they_are_asked_for(connection):
    everyone = plan(connection, count=300)
    assert not {SAINT_DIZIER, CHERBOURG, NIORT} & set(everyone["town_code"])
    asked = plan(connection, include=(NIORT, SAINT_DIZIER))
    assert asked["town_code"].head(2).tolist() == [NIORT, SAINT_DIZIER]


def test_there_are_fewer_towns_than_asked_when_there_are_fewer_candidates(connection):
    rows = plan(connection, scope=replace(TODAY, territory=Territory.parse("reg-94")))
    assert len(rows) == 2


def test_in_a_territory_only_its_own_inhabitants_count(connection):
    corsica = replace(TODAY, territory=Territory.parse("reg-94"))
    rows = plan(connection, scope=corsica)
    assert rows["cumulative"].iloc[-1] <= 355_486


def test_excluded_towns_are_never_chosen(connection):
    rows = plan(connection, exclude=("38544",))
    assert "38544" not in set(rows["town_code"])


def test_every_region_can_be_served(connection):
    rows = plan(connection, count=20, min_per_region=1, with_prior=True)
    candidates = siting.candidates(connection, scope=TODAY, with_prior=True)
    assert set(rows["region"]) == set(candidates["region"])


def test_a_share_of_acv_towns_is_kept_among_larger_ones(connection):
    rows = plan(connection, with_large=True, min_acv_share=0.75)
    assert rows["acv"].sum() == 8


def test_departments_without_a_centre_can_weigh_more_and_counts_stay_those_of_inhabitants(
    connection,
):
    usual = plan(connection, count=1)
    favoured = plan(connection, count=1, favours_bare_departments=True)
    assert favoured["marginal"].item() <= usual["marginal"].item()


@pytest.mark.parametrize(
    ("wishes", "conflict"),
    [
        ({"min_per_region": 1, "count": 5}, Conflict.REGIONS_OVER_COUNT),
        ({"include": ("52121",)}, Conflict.INCLUDE_UNKNOWN),
        ({"include": (NIORT,), "exclude": (NIORT,)}, Conflict.INCLUDE_EXCLUDED),
        ({"include": (NIORT, CHERBOURG), "count": 1}, Conflict.INCLUDE_OVER_COUNT),
        ({"min_per_region": 9, "count": 200}, Conflict.REGION),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(connection, wishes, conflict):
    with pytest.raises(InfeasibleError) as refused:
        plan(connection, **wishes)
    assert refused.value.conflict is conflict


def test_an_empty_database_has_no_candidate(empty_url):
    with reading(empty_url) as bare:
        assert siting.candidates(bare, scope=TODAY).empty
        assert plan(bare).empty


# --- the command line ---


def test_the_command_line_lists_the_towns_in_order(run, connection):
    code, out, _ = run("next", "--as-of", "2026-11-23", "--count", "3", "--json")
    assert code == 0
    found = json.loads(out)
    assert [list(row) for row in found] == [
        [
            "rank",
            "insee_code",
            "town",
            "department",
            "marginal_inhabitants",
            "cumulative_inhabitants",
        ]
    ] * 3
    assert found[0] == {
        "rank": 1,
        "insee_code": "38544",
        "town": "Vienne",
        "department": "Isère",
        "marginal_inhabitants": 1_832_866,
        "cumulative_inhabitants": 1_832_866,
    }
    *_, out, _ = run(
        "next", "--as-of", "2026-11-23", "--count", "1", "--with-prior-seats", "--json"
    )
    assert json.loads(out)[0]["town"] == "Sartrouville"


def test_the_command_line_says_what_the_list_leaves_out(run):
    _, out, _ = run("next", "--as-of", "2026-11-23", "--count", "2", "--radius", "20")
    assert len(out.splitlines()) == 3
    assert "à moins de 20\u00a0km à vol d’oiseau" in out
    assert siting_words.APART in out
    assert siting_words.APART not in run("next", "--as-of", "2026-11-23", "--with-prior-seats")[1]
    assert "des autres sites du Cnam antérieurs au programme" in out


def test_ten_towns_are_listed_by_default(run):
    assert len(json.loads(run("next", "--json")[1])) == 10


@pytest.mark.parametrize("count", ["0", "-1", "dix", "1.5", "1001"])
def test_a_bad_number_of_towns_is_quoted(run, count):
    code, out, err = run("next", "--count", count)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert count in err
