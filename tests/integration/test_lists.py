"""A list of towns against the seeds, on both engines."""

from datetime import date

import pytest

from territoires.domain.lists import Claim, Outcome
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.exchange.lists import read_list
from territoires.french.words import STATES
from territoires.queries import rollout
from territoires.queries.lists import LINES, compared

TODAY = Scope(as_of=date(2026, 11, 29))


def of(connection, text, *, scope=TODAY, claim=Claim.PROGRAMME):
    lines = read_list(text.encode(), name="votre liste")[0] if text else ()
    found = compared(connection, scope=scope, lines=lines, claim=claim)
    assert dict(found.dtypes.astype(str)) == LINES
    return found[found["line"].notna()], found[found["line"].isna()]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("saint dizier", "52448"),
        ("ST-DIZIER", "52448"),
        ("Chaumont", "52121"),  # of five, the one that we follow
        ("Chaumont (74)", "74065"),
        ("Chaumont, Haute-Savoie", "74065"),
        ("52000 Chaumont", "52121"),  # its postal code
        ("Havre (Le)", "76351"),
        ("74011", "74010"),  # Annecy-le-Vieux
        ("Annecy-le-Vieux", "74010"),
        ("Saint-Denis (La Réunion)", "97411"),
        ("Troyes cedex", "10387"),
    ],
)
def test_a_town_is_found_as_an_import_finds_it(connection, text, code):
    (line,) = of(connection, text)[0].to_dict("records")
    assert line["town_code"] == code, line


@pytest.mark.parametrize(
    ("text", "proposed"),
    [("Chaumon", "52121"), ("Sant Dizié", "52448"), ("Gotham", ""), ("99999", "")],
)
def test_what_is_no_town_is_told_with_the_nearest(connection, text, proposed):
    (line,) = of(connection, text)[0].to_dict("records")
    assert (line["outcome"], line["town_code"]) == (Outcome.UNKNOWN, "")
    assert proposed in line["note"]
    assert bool(proposed) == bool(line["note"])


def test_namesakes_that_nothing_tells_apart_are_named(connection):
    (line,) = of(connection, "Saint-Aubin")[0].to_dict("records")
    assert line["outcome"] == Outcome.UNKNOWN
    assert "communes portent ce nom" in line["note"]


@pytest.mark.parametrize(
    "scope",
    [
        TODAY,
        Scope(as_of=date(2021, 5, 4)),
        Scope(as_of=TODAY.as_of, territory=Territory.parse("reg-44"), perimeter=Perimeter.ACV),
    ],
)
@pytest.mark.parametrize("claim", Claim)
def test_what_an_empty_list_lacks_is_what_it_would_have_to_hold(connection, scope, claim):
    _, lacking = of(connection, "", scope=scope, claim=claim)
    centres = rollout.centre_list(connection, scope=scope)
    wanted = {"open", "open_undated"} | ({"selected"} if claim is Claim.PROGRAMME else set())
    assert set(lacking["town_code"]) == set(centres[centres["state"].isin(wanted)]["town_code"])
    assert set(lacking["outcome"]) <= {Outcome.MISSING_THERE}


def test_our_own_towns_with_their_states_lack_nothing(connection):
    every = rollout.town_states(connection, scope=TODAY)
    rows = [f"{code};{STATES[state]}" for code, state in every.items()]
    lines, lacking = of(connection, "\n".join(["code_insee;etat", *rows]))
    assert set(lines["outcome"]) == {Outcome.SAME}
    assert lacking.empty


def test_a_town_listed_twice_is_told_once_more_only(connection):
    lines, _ = of(connection, "Troyes\n10387\nTroyes")
    assert list(lines["note"]) == ["", "Déjà à la ligne 1.", "Déjà à la ligne 1."]
