"""Any of the 34,875 communes is found as people type it."""

import pytest

from territoires.queries.towns import exact_towns, find_towns, followed_towns


def codes(found):
    return found["town_code"].tolist()


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
        ("saint-denis", "97411"),
    ],
)
def test_a_town_comes_first_however_it_is_typed(connection, typed, code):
    assert codes(find_towns(connection, text=typed))[0] == code


def test_homonyms_are_all_listed_each_with_its_department(connection):
    found = exact_towns(connection, text="chaumont")
    assert codes(found) == ["52121", "89093", "74065", "61103", "18060"]
    assert found["department"].is_unique
    assert len(exact_towns(connection, text="sainte colombe")) == 12


def test_a_name_that_holds_what_was_typed_comes_after_those_that_begin_with_it(connection):
    names = find_towns(connection, text="denis", limit=50)["town"].tolist()
    starting = [name.lower().startswith("denis") for name in names]
    assert starting == sorted(starting, reverse=True)


@pytest.mark.parametrize("typed", ["", "   ", "-", "’", "%", "_", "zzzzz", "99999"])
def test_nothing_is_found_of_nothing(connection, typed):
    assert find_towns(connection, text=typed).empty


def test_signs_of_sql_are_letters_like_others(connection):
    assert find_towns(connection, text="a%").equals(find_towns(connection, text="a"))


def test_no_more_rows_than_asked(connection):
    assert len(find_towns(connection, text="saint", limit=13)) == 13


def test_the_followed_towns_are_those_of_the_sites_and_those_with_a_centre(connection):
    found = followed_towns(connection)
    assert found["acv"].sum() == 235
    outside = found[~found["acv"]]["town"].tolist()
    assert "Martigues" in outside
    assert "Vittel" in outside
