"""Regions and departments: choices in the address, a sentence, rows that lead somewhere."""

import json
import re
from datetime import date

import pytest

from tests.pages.conftest import address, everything, headline, titles, warnings

REGIONS = "follow/regions.py"


def every(view):
    """Give the table of all the territories."""
    return view.dataframe[1].value


def figures(view):
    """Give what each figure says to who does not see it, the places of the first screen apart."""
    drawn = "".join(each.value for each in view.markdown)
    _, *said = re.findall(r'class="dessin large"><svg [^>]*aria-label="([^"]*)"', drawn)
    return said


def plain(view):
    return everything(view).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_page_opens_on_every_region_with_a_way_into_each(app):
    view = app.open(REGIONS, au="2026-11-22")
    assert titles(view) == ["Quelles régions avancent, lesquelles attendent\u202f?"]
    assert headline(view).startswith("7 régions sur\u00a018 ont au moins un centre ouvert")
    assert "6 des 15 centres sont dans le Grand Est. 4 régions ont des villes labellisées" in plain(
        view
    )
    table = every(view)
    assert len(table) == 18
    assert table["Nom"].iloc[0].endswith("#Grand%20Est")
    assert all("terr=reg-" in link and "au=2026-11-22" in link for link in table["Nom"])
    assert table["Dernière ouverture"].iloc[-1] == "—"


def test_the_comparison_comes_first_and_the_table_has_few_columns(app):
    view = app.open(REGIONS, au="2026-11-22")
    assert view.dataframe[0].value["Indicateur"].iloc[0] == "Ouverts (certains)"
    assert list(every(view)) == [
        *(
            "Nom",
            "Villes labellisées",
            "Centres ouverts avec certitude",
            "Part à moins de 30\u00a0km",
        ),
        "Dernière ouverture",
    ]
    assert "aucun n’est fixé par territoire" in everything(view)
    assert "Aucun effectif d’inscriptions n’est publié par région." in everything(view)


def test_the_labels_of_the_comparison_are_as_wide_as_they_need(app):
    grid = app.open(REGIONS, au="2026-11-22").dataframe[0]
    assert json.loads(grid.proto.columns)["Indicateur"].get("width") is None


def test_the_regions_put_side_by_side_have_their_notes(app):
    view = app.open(REGIONS, au="2021-05-04", comparer="reg-44,dep-52", terr="reg-11")
    links = {button.proto.label: button.proto.url for button in view.get("link_button")}
    assert links["Note régionale, Grand Est (PDF)"] == "/note/reg-44.pdf?au=2021-05-04"
    assert not [label for label in links if "Marne" in label]


def test_enrolments_are_shown_once_some_are_told(demo_app):
    view = demo_app.open(REGIONS, au="2026-11-22")
    assert every(view)["Inscrits (personnes)"].notna().any()


def test_steps_that_are_no_funnel_are_said_and_not_drawn(app):
    said = plain(app.open(REGIONS, au="2026-11-22"))
    assert (
        "0 candidature, 45 labellisations, 2 conventions, 15 ouvertures. Ce n’est pas un entonnoir"
    ) in said


def test_the_shares_of_what_is_planned_and_the_rate_of_medium_towns_are_side_by_side(app):
    shown = app.open(REGIONS, au="2026-11-22", comparer="reg-44,reg-27").dataframe[0].value
    found = shown.set_index("Indicateur")["Grand Est"]
    assert found["Par million en villes moyennes"] == "9,8 (de 3,6 à 21,3)"
    assert found["Des centres prévus en ville ACV"] == "6 sur\u00a075"
    assert found["Des centres prévus ailleurs"] == "0 sur\u00a025"


def test_what_moved_is_drawn_and_the_reference_day_chosen_to_show_it(app):
    view = app.open(REGIONS, au="2026-11-22")
    assert view.date_input(key="choix_depuis").value == date(2022, 11, 23)
    assert len(figures(view)) == 3
    still = app.open(REGIONS, au="2026-11-22", depuis="2025-11-22")
    assert "**Aucun changement documenté**" in everything(still)
    assert len(figures(still)) == 2


@pytest.mark.parametrize("indicator", ["part-objectif-acv", "part-objectif-hors-acv"])
def test_the_shares_of_what_is_planned_are_compared(app, indicator):
    view = app.open(REGIONS, au="2026-11-22", indicateur=indicator)
    assert not view.exception
    assert not warnings(view)


def test_a_region_is_placed_against_the_median(app):
    view = app.open(REGIONS, au="2026-11-22", terr="reg-44")
    said = plain(view)
    assert "**Grand Est : 6 centres** ; rien dans la moitié au moins des régions." in said


def test_departments_are_those_of_the_region_looked_at(app):
    view = app.open(REGIONS, maille="departements", terr="reg-44")
    assert len(every(view)) == 10


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
    assert len(every(view)) == 18


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


def test_one_territory_alone_asks_for_another(app):
    view = app.open(REGIONS, comparer="reg-44")
    assert [info.value for info in view.info] == [
        "Un seul territoire choisi\u00a0: ajoutez-en un pour comparer."
    ]


def test_four_territories_stand_beside_their_parents_and_the_medians(app):
    view = app.open(REGIONS, comparer="reg-44,dep-52,dep-18,reg-53,reg-94", au="2026-11-22")
    assert view.multiselect(key="choix_comparer").value == ["reg-44", "dep-52", "dep-18", "reg-53"]
    table = view.dataframe[0].value
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
    assert len(figures(view)) == 3
    assert len([e for e in view.expander if e.label == "Voir les données"]) == 3
    assert all(figures(view))


def test_a_day_before_the_programme_has_no_curve_and_says_so(app):
    view = app.open(REGIONS, au="2019-01-01")
    assert "Aucune région n’a de centre ouvert, même peut-être, à cette date." in plain(view)
