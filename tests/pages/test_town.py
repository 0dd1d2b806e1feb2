"""The sheet of a town: found by what people type, stable address, no dead end."""

import json

import pytest

from tests.pages.conftest import HOME, address, everything, titles, warnings

TOWN = "follow/town.py"
BOX = "ville_cherchee"


def plain(view):
    return everything(view).replace("\u00a0", " ").replace("\u202f", " ")


def ways(view):
    """Give the links of a page: its label, where it goes, with what."""
    return [(w.proto.label, w.proto.page, w.proto.query_string) for w in view.get("page_link")]


def town_of(view):
    name = view.header[0].value
    return None if name == "Villes où un centre est connu" else name


# --- the sheet ---


@pytest.mark.parametrize(
    ("code", "town", "sentence"),
    [
        ("52121", "Chaumont", "**Ouvert** depuis avril 2019 (Villes de France) · inauguré"),
        ("08105", "Charleville-Mézières", "Projet transféré à Sedan."),
        ("50129", "Cherbourg-en-Cotentin", "**rattachement au programme non prouvé**"),
        ("52448", "Saint-Dizier", "**Ouvert, à une date inconnue**"),
        ("90010", "Belfort", "**Projet annoncé**"),
        ("55029", "Bar-le-Duc", "**Aucun centre connu à ce jour.**"),
        ("2A004", "Ajaccio", "**Aucun centre connu à ce jour.**"),
        ("97608", "Dzaoudzi", "population municipale 2017"),
        ("01001", "L’Abergement-Clémenciat", "liste des 222 sites de mars 2018"),
    ],
)
def test_a_stable_address_opens_the_sheet_of_a_town(app, code, town, sentence):
    view = app.open(TOWN, ville=code)
    assert not view.exception
    assert titles(view) == ["Ville"]
    assert town_of(view) == town
    assert sentence in plain(view)
    assert address(view) == {"ville": code}


def test_the_sheet_is_that_of_both_clocks(app):
    view = app.open(TOWN, ville="18033", au="2019-06-01")
    assert "**Peut-être ouvert**" in plain(view)
    assert "2020" not in view.header[0].value
    early = app.open(TOWN, ville="52121", connu="2020-01-01")
    assert "Cette base n’existait pas encore" in plain(early)


def test_the_filters_of_the_bar_do_not_empty_the_sheet(app):
    view = app.open(TOWN, ville="52121", terr="reg-53", perim="hors-acv")
    assert town_of(view) == "Chaumont"
    assert "**Ouvert** depuis avril 2019" in plain(view)
    assert address(view) == {"ville": "52121", "terr": "reg-53", "perim": "hors-acv"}


def test_without_a_town_the_one_of_the_bar_is_shown(app):
    assert town_of(app.open(TOWN, terr="com-52121")) == "Chaumont"
    assert town_of(app.open(TOWN)) is None


@pytest.mark.parametrize("nonsense", ["99999", "Chaumont", "<b>x</b>", "**", "2A", "z" * 5000])
def test_nonsense_gets_a_message_and_the_box(app, nonsense):
    view = app.open(TOWN, ville=nonsense)
    assert not view.exception
    (message,) = warnings(view)
    assert message.startswith("Aucune commune n’a le code INSEE")
    assert "52121" in message
    assert len(message) < 300
    assert view.text_input(key=BOX)
    assert town_of(view) is None
    assert len(view.dataframe) == 1, "and the towns that one may look at"


def test_a_code_in_small_letters_is_understood(app):
    assert town_of(app.open(TOWN, ville="2a004")) == "Ajaccio"


def test_a_competing_date_is_one_click_away(app):
    view = app.open(TOWN, ville="52121")
    rivals = view.dataframe[0].value
    assert rivals["Date"].tolist() == ["13\u00a0septembre 2019"]
    assert not [e for e in app.open(TOWN, ville="18033").expander if "concurrentes" in e.label]


def test_the_timeline_says_in_words_what_it_shows(app):
    view = app.open(TOWN, ville="52121")
    chart, around = view.get("plotly_chart")
    assert around.proto.alt.startswith(
        "Carte\u00a0: Chaumont et ses 5\u00a0centres les plus proches"
    )
    assert chart.proto.alt.startswith("3\u00a0étapes documentées, et 1\u00a0date concurrente")
    labels = [a["text"] for a in json.loads(chart.proto.spec)["layout"]["annotations"]]
    assert labels[0] == "<b>Ouverture</b>, avril 2019"


# --- the search box ---


def typed(app, text):
    view = app.open(TOWN)
    view.text_input(key=BOX).set_value(text).run()
    assert not view.exception
    return view


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("saint dié des vosges", "88413"),
        ("EPINAL", "88160"),
        ("2b033", "2B033"),
        ("52121", "52121"),
        ("bar le duc", "55029"),
        ("paris", "75056"),
    ],
)
def test_a_single_answer_opens_at_once(app, text, code):
    view = typed(app, text)
    assert address(view)["ville"] == code
    assert town_of(view)
    assert view.text_input(key=BOX).value == ""


def test_homonyms_are_told_apart_by_their_department_and_chosen(app):
    view = typed(app, "chaumont")
    (choice,) = view.radio
    assert choice.value is None
    assert choice.options[0] == ("Chaumont (Haute-Marne, 52121) – 20\u202f827\u00a0habitants")
    assert any("(Haute-Savoie, 74065)" in option for option in choice.options)
    assert len(set(choice.options)) == len(choice.options)
    choice.set_value("74065").run()
    assert address(view)["ville"] == "74065"
    assert "Haute-Savoie" in plain(view)
    assert not view.radio


def test_the_beginning_of_a_name_is_enough(app):
    view = typed(app, "bar le d")
    assert address(view)["ville"] == "55029"


def test_a_former_commune_leads_to_the_present_one_and_says_so(app):
    view = typed(app, "Annecy-le-Vieux")
    assert town_of(view) == "Annecy"
    assert any("la commune actuelle est Annecy (74010)" in each.value for each in view.info)


def test_a_slip_of_the_hand_is_guessed(app):
    view = typed(app, "Charlevile Mezieres")
    assert any("Aucune commune ne s’appelle" in message for message in warnings(view))
    (guess,) = view.radio
    assert guess.options[0].startswith("Charleville-Mézières")
    guess.set_value("08105").run()
    assert town_of(view) == "Charleville-Mézières"


@pytest.mark.parametrize("text", ["Xyzville", "<script>", "**", "%", "z" * 5000])
def test_nothing_found_is_said_with_an_example(app, text):
    view = typed(app, text)
    (message,) = warnings(view)
    assert message.startswith("Aucune commune ne s’appelle")
    assert "52121" in message
    assert address(view) == {}


def test_the_search_keeps_the_filters(app):
    view = app.open(TOWN, au="2021-05-04", perim="acv")
    view.text_input(key=BOX).set_value("epinal").run()
    assert address(view) == {"au": "2021-05-04", "perim": "acv", "ville": "88160"}


def test_following_a_result_empties_the_box(app):
    view = typed(app, "chaumont")
    view.query_params["ville"] = "74065"
    view.run()
    assert view.text_input(key=BOX).value == ""
    assert "Haute-Savoie" in plain(view)


# --- no dead end ---


@pytest.mark.parametrize("code", ["52121", "55029", "97608"])
def test_a_sheet_leads_to_the_map_the_department_the_region_and_other_towns(app, code):
    found = ways(app.open(TOWN, ville=code, au="2021-05-04"))
    pages = {page for _, page, _ in found}
    assert {"carte", "regions", "ville", ""} <= pages
    assert all("au=2021-05-04" in query for *_, query in found)
    (to_map,) = [query for _, page, query in found if page == "carte"]
    assert f"ville={code}" in to_map
    home = [query for _, page, query in found if page == ""]
    assert any("terr=dep-" in query for query in home)
    assert any("terr=reg-" in query for query in home)


def test_the_name_of_the_table_leaves_the_address(app):
    view = app.open(TOWN, ville="52121", nom="chaumont")
    assert address(view) == {"ville": "52121"}
    assert all("nom=" not in code.value for code in view.code)
    assert "ville=52121" in view.code[0].value


def test_a_row_of_the_front_page_leads_to_its_town(app):
    view = app.open(HOME, au="2021-05-04")
    towns = view.table[0].value["Ville"].tolist()
    assert towns
    assert all("](<ville?nom=" in link and "au=2021-05-04" in link for link in towns)
    assert "ville=04112" in towns[0]
    assert towns[0].startswith("[Manosque](")


def test_the_sources_are_read_only_when_somebody_looks(app):
    view = app.open(TOWN, ville="52121")
    assert "Sources et historique" in [each.value for each in view.subheader]
    before = len(view.dataframe)
    view.session_state["historique"] = True
    view.run()
    history = view.dataframe[before].value
    assert "Ouverture (date concurrente)" in history["Fait"].tolist()
    assert set(history["Par"]) == {"données de départ"}


def test_the_link_of_a_former_commune_leads_to_the_present_one(app):
    view = app.open(TOWN, ville="93059")
    said = [each.value.replace("\u00a0", " ") for each in view.info]
    assert any("93059 (Pierrefitte-sur-Seine) est celui d’une commune" in text for text in said)
    assert any("Saint-Denis (93066), que voici" in text for text in said)
    assert "Saint-Denis" in everything(view)


def test_the_bar_follows_a_former_commune(app):
    view = app.open(TOWN, terr="com-75101")
    assert address(view)["terr"] == "com-75056"
    assert any("Paris (75056)" in each.value for each in view.info)
