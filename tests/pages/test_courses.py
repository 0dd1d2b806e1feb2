"""« Formations »: the catalogue, what is given where, what is near."""

import re

import pytest

from tests.pages.conftest import address, everything, headline, titles, warnings

PAGE = "follow/courses.py"


def test_the_announced_fifty_and_fifteen_stand_beside_what_is_documented(app):
    view = app.open(PAGE)
    assert not view.exception
    assert titles(view) == ["Quelles formations, et où les suivre\u202f?"]
    text = everything(view)
    assert "50 formations annoncées" in text
    assert "24 documentées ici" in text
    assert "15 filières annoncées" in text


def test_the_catalogue_says_how_much_of_it_is_given(app):
    view = app.open(PAGE)
    text = everything(view)
    assert headline(view).startswith("24\u00a0formations au catalogue, national et sans date, dont")
    assert "rattachement n’est pas prouvé (Cherbourg-en-Cotentin)" in text


def test_filters_narrow_the_catalogue(app):
    text = everything(app.open(PAGE, filiere="numerique", niveau="4"))
    assert "**2\u00a0formations au catalogue**" in text


def test_nothing_found_says_what_exists_without_the_last_filters(app):
    text = everything(app.open(PAGE, niveau="7", modalite="presentiel"))
    assert "Aucune formation ne correspond" in text
    assert "Manager hygiène sécurité environnement" in text


def test_a_course_has_its_page(app):
    view = app.open(PAGE, formation="F001")
    assert "Licence Informatique" in view.header[0].value
    text = everything(view)
    assert "**Niveau**\u00a0: Niveau\u00a06" in text
    assert "1\u00a0formation dans 1\u00a0centre" in text


def test_a_course_that_is_not_there_is_quoted(app):
    view = app.open(PAGE, formation="F999")
    assert any("F999" in message for message in warnings(view))
    assert "formations au catalogue" in everything(view)


def test_a_long_choice_that_is_none_is_quoted_as_cut(app):
    (said,) = warnings(app.open(PAGE, niveau="9" * 80))
    assert f"`{'9' * 50}…`" in said


def test_a_key_that_is_none_is_quoted_and_makes_no_link(app):
    view = app.open(PAGE, formation="[ici](https://exemple.fr)")
    (said,) = [message for message in warnings(view) if "n’a la clé" in message]
    assert "[ici](" not in said
    assert "ici" in said


def test_the_whole_catalogue_is_one_click_away_from_a_course(app):
    view = app.open(PAGE, formation="F001")
    next(b for b in view.button if "catalogue" in b.label).click().run()
    assert "formation" not in address(view)
    assert "formations au catalogue" in everything(view)


def test_the_nearest_course_is_given_as_the_crow_flies(app):
    text = everything(app.open(PAGE, pres="Dijon"))
    assert "Rien de documenté à moins de 50\u00a0km de Dijon" in text
    assert "Chalon-sur-Saône" in text
    text = everything(app.open(PAGE, pres="Dijon", rayon="100"))
    assert "à moins de 100\u00a0km de Dijon**, à vol d’oiseau" in text


def test_homonyms_are_told_apart_by_their_department(app):
    view = app.open(PAGE, pres="Chaumont")
    (choice,) = [each for each in view.radio if "Chaumont" in each.label]
    assert choice.value is None
    assert choice.options[0].startswith("Chaumont (Haute-Marne, 52121)")
    choice.set_value("52121").run()
    assert address(view)["pres"] == "52121"
    assert view.text_input(key="choix_pres").value == "Chaumont (52)"
    assert "de Chaumont" in everything(view)


def test_a_town_is_typed_by_the_beginning_of_its_name(app):
    view = app.open(PAGE)
    view.text_input(key="choix_pres").set_value("bar le d").run()
    assert address(view)["pres"] == "55029"
    view.text_input(key="choix_pres").set_value("").run()
    assert "pres" not in address(view)


def test_a_town_that_does_not_exist_is_quoted(app):
    assert any("Atlantide" in text for text in warnings(app.open(PAGE, pres="Atlantide")))


def test_the_town_of_the_bar_is_where_one_looks_from(app):
    assert "de Dijon" in everything(app.open(PAGE, terr="com-21231"))


def test_guidance_is_listed(app):
    assert "6 services d’accompagnement" in everything(app.open(PAGE))


def test_an_empty_base_is_no_error(bare_app):
    view = bare_app.open(PAGE)
    assert not view.exception


def test_a_demonstration_fills_the_page(demo_app):
    view = demo_app.open(PAGE)
    assert not view.exception
    assert "filières proposées" in everything(view)
    (drawn,) = [each.value for each in view.markdown if "Numérique, Grand Est" in each.value]
    assert drawn.startswith('<div class="dessin large"><svg ')
    assert "?terr=reg-44" in drawn


@pytest.mark.parametrize(
    ("name", "value"), [("niveau", "9"), ("cpf", "peut-être"), ("rayon", "3"), ("titre", "roi")]
)
def test_nonsense_in_the_address_gets_a_message_and_the_default(app, name, value):
    view = app.open(PAGE, **{name: value})
    assert not view.exception
    assert any(f"`{value}`" in message for message in warnings(view))


def test_the_catalogue_has_six_columns_and_the_name_is_the_link(app):
    view = app.open(PAGE, au="2026-11-22")
    (table,) = [each.value for each in view.dataframe if len(each.value) == 24]
    assert table.shape[1] == 6
    link = table.iloc[0, 0]
    assert link.startswith("formations?")
    assert "formation=F" in link
    assert "au=2026-11-22" in link


def test_one_region_that_transmitted_is_a_sentence_and_the_others_are_named(app):
    view = app.open(PAGE)
    assert not any("Numérique, Grand Est" in each.value for each in view.markdown)
    text = everything(view)
    assert "Métiers de l’industrie (1), Numérique (1)." in text
    assert "n’a pas été transmise" in text
    assert "Bretagne, Centre-Val de Loire, Grand Est" in text


def test_where_to_follow_is_asked_by_course_too(app):
    view = app.open(PAGE, pres="Dijon", rayon="200", laquelle="F001", quoi="gestion")
    assert not warnings(view)
    assert "1\u00a0formation à moins de 200\u00a0km de Dijon" in everything(view)


def test_distance_learning_is_offered_where_nothing_is_near(app, demo_app):
    assert "**À distance**, rien n’est documenté" in everything(app.open(PAGE, pres="Dijon"))
    given = everything(demo_app.open(PAGE, pres="97302", rayon="15"))
    assert "Rien de documenté à moins de 15\u00a0km de Cayenne" in given
    assert re.search("\\*\\*À distance\\*\\*\u00a0: \\d+\u00a0formations", given)
    assert "**À distance**" not in everything(app.open(PAGE, pres="Dijon", rayon="100"))
