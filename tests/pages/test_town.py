"""The sheet of a town: found by what people type, stable address, no dead end."""

import re

import pytest

from tests.pages.conftest import HOME, address, everything, titles, warnings

TOWN = "follow/town.py"
BOX = "ville_cherchee"


def plain(view):
    return everything(view).replace("\u00a0", " ").replace("\u202f", " ")


def ways(view):
    """Give the links of a page: its label, where it goes, with what."""
    return [(w.proto.label, w.proto.page, w.proto.query_string) for w in view.get("page_link")]


def headed(view):
    """Give the one heading of the page: the town and its state, without typography."""
    (title,) = titles(view)
    return title.replace("\u00a0", " ")


def town_of(view):
    name, told, _ = headed(view).partition(" : ")
    return name if told else None


# --- the sheet ---


@pytest.mark.parametrize(
    ("code", "town", "sentence"),
    [
        ("52121", "Chaumont", "ouvert depuis avril 2019**"),
        ("52121", "Chaumont", "Source : Villes de France. Inauguré le 13 septembre 2019"),
        ("08105", "Charleville-Mézières", "projet abandonné en 2021 au plus tard**"),
        ("08105", "Charleville-Mézières", "Projet transféré à Sedan."),
        (
            "16102",
            "Cognac",
            "[Date déduite](/methode#date-deduite). Inauguré le 3 mai 2021 (Cnam).",
        ),
        ("50129", "Cherbourg-en-Cotentin", "**Rattachement au programme non prouvé**."),
        ("52448", "Saint-Dizier", "ouvert, à une date inconnue**"),
        ("10387", "Troyes", "ville labellisée, ouverture non connue**"),
        ("90010", "Belfort", "projet annoncé**"),
        ("90010", "Belfort", "Sans étape datée ni ouverture connue."),
        ("55029", "Bar-le-Duc", "aucun centre connu à ce jour**"),
        ("55029", "Bar-le-Duc", "Candidature : inconnue. Centre le plus proche : Verdun"),
        ("01001", "L’Abergement-Clémenciat", "liste des 222 sites de mars 2018"),
    ],
)
def test_a_stable_address_opens_the_sheet_of_a_town(app, code, town, sentence):
    view = app.open(TOWN, ville=code)
    assert not view.exception
    assert town_of(view) == town
    assert sentence in plain(view)
    assert address(view) == {"ville": code}


def test_the_sheet_is_that_of_both_clocks(app):
    view = app.open(TOWN, ville="18033", au="2019-06-01")
    assert "peut-être ouvert**" in headed(view)
    assert "L’ouverture est datée de 2019 sans plus de précision (Cnam)." in plain(view)
    early = app.open(TOWN, ville="52121", connu="2020-01-01")
    assert "rien n’était encore connu" in headed(early)
    assert "Cette base n’existait pas encore" in plain(early)


def test_the_filters_of_the_bar_do_not_empty_the_sheet(app):
    view = app.open(TOWN, ville="52121", terr="reg-53", perim="hors-acv")
    assert town_of(view) == "Chaumont"
    assert "ouvert depuis avril 2019" in headed(view)
    assert address(view) == {"ville": "52121", "terr": "reg-53", "perim": "hors-acv"}


def test_without_a_town_the_one_of_the_bar_is_shown(app):
    assert town_of(app.open(TOWN, terr="com-52121")) == "Chaumont"


def test_without_any_town_those_that_are_open_come_first(app):
    view = app.open(TOWN, au="2026-11-22")
    said = "15 centres ouverts, 29 villes labellisées sans ouverture connue"
    assert headed(view) == said
    states = view.dataframe[0].value["État"].tolist()
    assert states[:15] == ["Ouvert"] * 15
    assert "Ouvert" not in states[15:]
    nowhere = app.open(TOWN, terr="dep-976")
    assert headed(nowhere).startswith("Aucun centre n’est connu")


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


def pictures(view):
    return re.findall("<svg .*?</svg>", "".join(each.value for each in view.markdown))


def test_the_timeline_says_in_words_what_it_shows(app):
    view = app.open(TOWN, ville="52121")
    timeline, for_telephones, around, _ = pictures(view)
    said = re.findall("<text[^>]*>(.*?)</text>", timeline)
    assert any(each.endswith(">Ouverture</tspan>, avril 2019") for each in said)
    assert any("(date concurrente)" in each for each in said)
    assert any("annoncée pour septembre 2019" in each for each in said)
    assert 'aria-label="3\u00a0étapes documentées, et 1\u00a0date concurrente' in timeline
    assert re.findall("<title>.*?</title>", timeline) == re.findall(
        "<title>.*?</title>", for_telephones
    )
    assert "Carte\u00a0: Chaumont et ses 5\u00a0centres les plus proches" in around


def test_the_map_names_the_town_and_its_nearest_and_leads_to_them(app):
    around = pictures(app.open(TOWN, ville="52121", au="2022-01-01"))[2]
    names = re.findall('class="nom">(.*?)</text>', around)
    assert "Chaumont" in names
    assert "Épinal, 98\u00a0km" in names
    assert "au=2022-01-01" in around
    assert "ville=88160" in around


@pytest.mark.parametrize(
    ("code", "title", "figures"),
    [
        ("52121", "Ce que ce centre apporte", ["68 993"]),
        ("18033", "Ce que ce centre apporte", ["203 074", "50 453"]),
        ("52448", "Ce que ce centre apporte, s’il est ouvert", ["144 128", "143 309"]),
        ("55029", "Si un centre ouvrait ici", ["+ 110 667", "194e"]),
    ],
)
def test_a_sheet_says_what_a_centre_brings_or_would_bring(app, code, title, figures):
    view = app.open(TOWN, ville=code, au="2026-11-22")
    assert title in [each.value for each in view.header]
    (drawn,) = [each.proto.body for each in view.get("html") if "reperes" in each.proto.body]
    found = re.findall("<dd[^>]*>(.*?)</dd>", drawn)
    assert [figure.replace("\u202f", " ") for figure in found] == figures
    to = [query for _, page, query in ways(view) if page == "ou-ouvrir"]
    assert bool(to) == ("194e" in figures or code == "52448")


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
    copied = [b.proto.url for b in view.get("link_button") if b.proto.label == "Copier le lien"]
    assert "ville=52121" in copied[0]
    assert "nom=" not in copied[0]


def test_a_line_of_the_front_page_leads_to_its_town(app):
    view = app.open(HOME, au="2021-05-04")
    written = "\n".join(each.proto.body for each in view.get("html"))
    assert '<li><a href="ville?au=2021-05-04&amp;ville=16102">Cognac</a>' in written


def test_the_sources_are_read_only_when_somebody_looks(app):
    view = app.open(TOWN, ville="52121")
    assert "Sources et historique" in [each.value for each in view.header]
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
