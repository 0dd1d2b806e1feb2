"""Any of the 34,875 communes, and every territory, is found as people type it."""

from collections import defaultdict
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from territoires.commands.stages import record_stage
from territoires.db.engine import reading
from territoires.db.models import Town
from territoires.domain.names import LONGEST, Rank, department_of
from territoires.domain.text import fold
from territoires.french.search import choice, label
from territoires.queries.search import SUGGESTED, alike, followed_towns, meant, names, suggested
from tests.conftest import sqlite_url
from tests.fuzzing import at_length
from tests.integration.writing import do, stage_draft


def keys(found):
    return [str(each.place.territory) for each in found]


def codes(found):
    return [each.place.territory.code for each in found]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("saint die", "88413"),
        ("Saint-Dié", "88413"),
        ("st die des vosges", "88413"),
        ("SAINT DIÉ DES VOSGES", "88413"),
        ("chalon sur saone", "71076"),
        ("châlons en champagne", "51108"),
        ("52121", "52121"),
        ("2a004", "2A004"),
        ("2B033", "2B033"),
        ("bastia", "2B033"),
        ("97608", "97608"),
        ("l'hay les roses", "94038"),
        ("L’Haÿ-les-Roses", "94038"),
        ("evreux", "27229"),
        ("  Épinal  ", "88160"),
        ("ajaccio", "2A004"),
        ("saint-denis la reunion", "97411"),
        ("Chaumont (Haute-Marne)", "52121"),
        ("chaumont 74", "74065"),
        ("Chaumont (52121)", "52121"),
        ("st dizier", "52448"),
        ("bar le d", "55029"),
    ],
)
def test_a_town_is_meant_however_it_is_typed(connection, typed, code):
    assert codes(meant(connection, text=typed)) == [code]
    assert codes(suggested(connection, text=typed))[0] == code


@pytest.mark.parametrize(
    ("typed", "territory"),
    [
        ("haute m", "dep-52"),
        ("Haute-Marne", "dep-52"),
        ("marne", "dep-51"),
        ("52", "dep-52"),
        ("2a", "dep-2A"),
        ("974", "dep-974"),
        ("grand e", "reg-44"),
        ("la réunion", "reg-04"),
        ("La Réunion (974) – département", "dep-974"),
        ("La Réunion (région)", "reg-04"),
        ("la réunion (lot-et-garonne)", "com-47222"),
        ("paris", "dep-75"),
        ("Paris (75)", "com-75056"),
        ("REG-44", "reg-44"),
        ("com-2a004", "com-2A004"),
        ("franc", "fr"),
        ("bour", "reg-27"),
    ],
)
def test_a_territory_comes_before_the_communes_that_answer_alike(connection, typed, territory):
    assert keys(meant(connection, text=typed, towns_only=False)) == [territory]


def test_names_are_read_once_however_much_is_written(small_url):
    with reading(small_url) as connection:
        before = names(connection)
    do(small_url, record_stage, stage_draft())
    with reading(small_url) as connection:
        assert names(connection) is before


def test_homonyms_are_all_given_each_with_its_department(connection):
    found = meant(connection, text="chaumont")
    assert codes(found) == ["52121", "89093", "74065", "61103", "18060"]
    assert codes(meant(connection, text="chaumon")) == codes(found), "of which none is chosen"
    assert len({each.place.department for each in found}) == len(found)
    assert choice(*found[0]) == "Chaumont (Haute-Marne, 52121) – 20\u202f827\u00a0habitants"
    assert len(meant(connection, text="sainte colombe")) == 12


def test_a_former_commune_of_the_same_name_is_a_homonym(connection):
    found = meant(connection, text="naves")
    assert [each.place.name for each in found] == [
        "Naves", "Navès", "Naves", "Naves", "Les Vans", "La Léchère"
    ]  # fmt: skip
    assert choice(*found[4]).endswith("habitants – anciennement Naves")
    assert [each.asked.code == each.place.territory.code for each in found] == [True] * 4 + [
        False
    ] * 2


def test_answers_come_from_the_best_to_the_least(connection):
    found = list(names(connection).find("bert"))
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    assert {each.rank for each in found} == {Rank.EXACT, Rank.PREFIX, Rank.WORD, Rank.INSIDE}
    assert len({each.key for each in found}) == len(found)
    people = dict(connection.execute(select(Town.code, Town.population)).all())
    for rank in (Rank.PREFIX, Rank.WORD):
        sizes = [
            people[each.key[4:]] for each in found if each.rank is rank and each.key[:3] == "com"
        ]
        assert sizes == sorted(sizes, reverse=True)


@pytest.fixture(scope="module")
def every(seeded_file):
    """Give the names of all places, and the communes by folded name."""
    with reading(sqlite_url(seeded_file)) as connection:
        of = defaultdict(list)
        for name, code in connection.execute(select(Town.name, Town.code)):
            of[fold(name)].append((name, code))
        return names(connection), dict(of)


@settings(max_examples=at_length(25))
@given(data=st.data())
def test_every_commune_is_found_by_its_name_or_among_its_homonyms(every, data):
    found, of = every
    folded = data.draw(st.sampled_from(sorted(of)))
    for name, code in of[folded]:
        spelt = data.draw(st.sampled_from([name, folded, name.upper(), f" {name} "]))
        matches = found.meant(spelt, keep=lambda key: key.startswith(("com-", "ex-")))
        present = {match.key for match in matches if match.key.startswith("com-")}
        assert present == {f"com-{each}" for _, each in of[folded]}
        assert matches[0].key.startswith("com-")
        department = department_of(f"com-{code}")
        for said in (f"{name} ({department})", f"{name} ({code})"):
            assert [match.key for match in found.meant(said)] == [f"com-{code}"]


@settings(max_examples=at_length(25))
@given(text=st.text(max_size=2 * LONGEST))
def test_whatever_is_typed_answers_come_once_in_order(every, text):
    found, _ = every
    matches = list(islice(found.find(text), 50))
    assert [each.rank for each in matches] == sorted(each.rank for each in matches)
    assert len({each.key for each in matches}) == len(matches)
    typed = fold(text)
    for each in matches:
        assert {
            Rank.PREFIX: each.name.startswith(typed),
            Rank.WORD: f" {typed}" in each.name,
            Rank.INSIDE: typed in each.name,
        }.get(each.rank, True)
    if matches:
        assert found.meant(text)[0].rank in {matches[0].rank, Rank.EXACT}


def test_every_large_territory_is_meant_by_what_its_box_shows(connection):
    listed = suggested(connection, text="", towns_only=False)
    assert keys(listed)[:2] == ["fr", "reg-84"]
    assert len(listed) == 19
    for each in listed:
        text = label(each.place)
        assert keys(meant(connection, text=text, towns_only=False)) == [str(each.place.territory)]


@pytest.mark.parametrize(
    "typed", ["", "   ", "-", "’", "%", "_", "zzzzz", "99999", "z" * 5000, "\n", "\t52121", "\x00"]
)
def test_nothing_is_found_of_nothing(connection, typed):
    assert suggested(connection, text=typed) == () or typed.strip() == "52121"
    assert meant(connection, text=typed) == () or typed.strip() == "52121"


def test_the_beginning_of_a_code_is_asked_about(connection):
    found = meant(connection, text="5212")
    assert len(found) > 1
    assert all(code.startswith("5212") for code in codes(found))


def test_no_more_answers_than_asked(connection):
    assert len(suggested(connection, text="saint")) == SUGGESTED
    assert len(suggested(connection, text="saint", limit=3)) == 3


def test_only_towns_of_some_regions(connection):
    assert codes(meant(connection, text="chaumont", regions=("44",))) == ["52121"]
    assert meant(connection, text="bastia", regions=("44",)) == ()
    assert meant(connection, text="chaumont", regions=("",)) == (), "nobody's region"


def test_a_slip_of_the_hand_is_guessed(connection):
    assert codes(alike(connection, text="Charlevile Mezieres")) == ["08105"]
    assert "dep-52" in keys(alike(connection, text="haute marme", towns_only=False))
    assert alike(connection, text="z" * 500) == ()


def test_the_followed_towns_are_those_of_the_sites_and_those_with_a_centre(connection):
    found = dict(followed_towns(connection))
    sites = set(connection.scalars(select(Town.code).where(Town.acv_site.is_not(None))))
    assert len(sites & set(found.values())) == 235
    assert {"Martigues", "Vittel"} <= found.keys()
    assert not {found["Martigues"], found["Vittel"]} & sites
