"""Regions and departments: choices in the address, a sentence, rows that lead somewhere."""

import pytest

from tests.pages.conftest import address, everything, titles, warnings

REGIONS = "follow/regions.py"


def plain(view):
    return everything(view).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_page_opens_on_every_region_with_a_way_into_each(app):
    view = app.open(REGIONS, au="2026-11-22")
    assert titles(view) == ["Régions et départements"]
    table = view.dataframe[0].value
    assert len(table) == 18
    assert table["Nom"].iloc[0] == "Grand Est"
    assert table["Sites ACV avec un centre"].iloc[0] == "6\u00a0sites sur\u00a024"
    assert all("terr=reg-" in link and "au=2026-11-22" in link for link in table["Voir"])
    assert "**7 régions sur 18 ont au moins un centre ouvert avec certitude**" in plain(view)


def test_a_region_is_placed_against_the_median(app):
    view = app.open(REGIONS, au="2026-11-22", terr="reg-44")
    assert "**Grand Est : 6 centres**, soit 6 de plus que la médiane des régions (0)." in plain(
        view
    )


def test_departments_are_those_of_the_region_looked_at(app):
    view = app.open(REGIONS, maille="departements", terr="reg-44")
    table = view.dataframe[0].value
    assert len(table) == 10
    assert set(table["Territoire parent"]) == {"Grand Est"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("maille", "cantons"),
        ("indicateur", "bonheur"),
        ("par", "centimètre"),
        ("depuis", "hier"),
        ("depuis", "2039-01-01"),
        ("depuis", "1515-09-13"),
        ("comparer", "reg-99,nulle-part"),
        ("maille", "<b>**x**</b>"),
    ],
)
def test_nonsense_gets_a_message_and_the_usual_view(app, name, text):
    view = app.open(REGIONS, **{name: text})
    assert not view.exception
    (message,) = warnings(view)
    assert name in message
    assert "Valeurs possibles" in message or "Exemple" in message
    assert len(view.dataframe[0].value) == 18


def test_so_does_what_the_indicator_has_no_use_for(app):
    (message,) = warnings(app.open(REGIONS, indicateur="part-habitants", par="centim\u00e8tre"))
    assert "par=" in message


@pytest.mark.parametrize(
    "indicator", ["ouverts", "labellisees", "habitants", "part-habitants", "part-sites"]
)
@pytest.mark.parametrize("grain", ["regions", "departements"])
@pytest.mark.parametrize("day", ["2019-01-01", "2021-05-04", "2026-11-22"])
def test_every_indicator_is_drawn_on_any_day(app, indicator, grain, day):
    view = app.open(REGIONS, indicateur=indicator, maille=grain, au=day)
    assert not view.exception
    assert warnings(view) == []


def test_a_choice_goes_into_the_address_and_the_usual_one_out_of_it(app):
    view = app.open(REGIONS)
    view.selectbox(key="choix_maille").set_value("departements").run()
    view.selectbox(key="choix_par").set_value("million").run()
    assert address(view) == {"maille": "departements", "par": "million"}
    view.selectbox(key="choix_maille").set_value("regions").run()
    assert address(view) == {"par": "million"}
    assert "par million d’habitants (" in plain(view)


def test_a_share_has_nothing_to_be_divided_by(app):
    view = app.open(REGIONS, indicateur="part-sites")
    assert "choix_par" not in [box.key for box in view.selectbox]
    assert "6 sites sur 24" in plain(view)


def test_the_reference_day_is_a_year_before_unless_it_is_chosen(app):
    view = app.open(REGIONS, au="2021-05-04")
    assert view.date_input(key="choix_depuis").value.isoformat() == "2020-05-04"
    moved = app.open(REGIONS, au="2026-11-22", depuis="2021-01-31")
    assert "**+8 centres** entre le 31 janvier 2021 et le 22 novembre 2026" in plain(moved)
    still = app.open(REGIONS, au="2026-11-22")
    assert "**Aucun changement documenté**" in plain(still)


def test_one_territory_alone_asks_for_another(app):
    view = app.open(REGIONS, comparer="reg-44")
    assert [info.value for info in view.info] == [
        "Un seul territoire choisi\u00a0: ajoutez-en un pour comparer."
    ]


def test_four_territories_stand_beside_their_parents_and_the_medians(app):
    view = app.open(REGIONS, comparer="reg-44,dep-52,dep-18,reg-53,reg-94", au="2026-11-22")
    assert view.multiselect(key="choix_comparer").value == ["reg-44", "dep-52", "dep-18", "reg-53"]
    table = view.dataframe[-1].value
    assert list(table) == [
        "Indicateur",
        "Grand Est",
        "Haute-Marne (52)",
        "Cher (18)",
        "Bretagne",
        "Centre-Val de Loire",
        "France",
        "Médiane des régions",
        "Médiane des départements",
    ]
    assert table.set_index("Indicateur").loc["Par million d’hab.", "Grand Est"] == (
        "1,1 (6\u00a0centres)"
    )


def test_every_figure_has_its_rows_beside_it(app):
    view = app.open(REGIONS, depuis="2021-01-31", au="2026-11-22")
    assert len(view.get("plotly_chart")) == 3
    assert len([e for e in view.expander if e.label == "Voir les données"]) == 3
    assert all(chart.proto.alt for chart in view.get("plotly_chart"))


def test_a_day_before_the_programme_has_no_curve_and_says_so(app):
    view = app.open(REGIONS, au="2019-01-01")
    assert "Aucune région n’a de centre ouvert, même peut-être, à cette date." in plain(view)
