"""Carte et couverture: what it says, what it lists, what the address keeps."""

import json
from datetime import date

import pytest

from tests.pages.conftest import address, everything, headline, titles, warnings

MAP = "follow/map.py"
TODAY = "2026-11-23"


def figure(view, key):
    """Give a figure as it was sent."""
    return json.loads(next(c.proto.spec for c in view.get("plotly_chart") if key in c.proto.id))


def alternatives(view):
    """Give what is said of each figure to those who do not see it."""
    return [chart.proto.alt for chart in view.get("plotly_chart")]


def lists(view):
    return [grid.value for grid in view.dataframe]


def metrics(view):
    return {metric.label: (metric.value, metric.delta) for metric in view.metric}


# --- what it says ---


def test_the_page_opens_on_how_many_live_near_a_centre(app):
    view = app.open(MAP, au=TODAY)
    assert not view.exception
    assert titles(view) == ["Qui habite près d’un centre, qui en est loin\u202f?"]
    assert headline(view) == (
        "Au 23\u00a0novembre 2026, 3,0\u00a0millions d’habitants sur 68,4\u00a0millions "
        "(4,3\u202f%) vivent à moins de 30\u00a0km à vol d’oiseau d’un centre ouvert."
    )
    assert "sauf Mayotte\u00a02017" in everything(view)


def test_the_key_figures_have_their_whole(app):
    found = metrics(app.open(MAP, au=TODAY))
    assert found["Sites Action cœur de ville avec un centre"] == ("15", "sur\u00a0222\u00a0sites")
    assert found["Communes de ces sites à plus de 30\u00a0km"] == (
        "216",
        "sur\u00a0235, à vol d’oiseau",
    )


def test_a_territory_without_a_centre_is_told_where_the_nearest_is(app):
    view = app.open(MAP, au="2021-05-04", terr="reg-94")
    assert headline(view) == "Aucun centre ouvert en Corse au 4\u00a0mai 2021."
    assert (
        "Le centre ouvert le plus proche est à 279\u00a0km à vol d’oiseau\u00a0: Manosque "
        "(Alpes-de-Haute-Provence, Provence-Alpes-Côte d’Azur), depuis Calvi."
    ) in everything(view)
    assert "Mayotte" not in everything(view).split("Contours")[0].split("Situation")[0]


def test_before_the_first_opening_the_page_leads_to_it(app):
    view = app.open(MAP, au="2019-01-01")
    assert headline(view) == "Aucun centre ouvert au 1er\u00a0janvier 2019."
    leads = next(button for button in view.button if button.label.startswith("Aller au"))
    leads.click().run()
    assert address(view)["au"] == "2019-04-30"
    assert "vivent à moins de 30" in headline(view)


def test_inhabitants_near_a_centre_of_another_region_are_said(app):
    view = app.open(MAP, au=TODAY, terr="reg-32")
    assert headline(view).startswith("Aucun centre ouvert dans les Hauts-de-France")
    assert "2\u202f540\u00a0habitants sur" in everything(view)


def test_the_coverage_says_that_it_ignores_the_perimeter(app):
    said = "quel que soit le périmètre choisi"
    assert said in everything(app.open(MAP, au=TODAY, perim="acv"))
    assert said not in everything(app.open(MAP, au=TODAY))


# --- points ---


def test_the_list_is_in_the_order_of_the_legend_and_its_rows_lead_to_the_towns(app):
    rows = lists(app.open(MAP, au="2026-06-30"))[0]
    assert len(rows) == 239
    assert rows[""].iloc[0] == "●"
    assert rows[""].iloc[-1] == "•"
    assert "sept.\u00a02021 ou avant" in rows["Ouverture"].tolist()
    first = rows["Ville"].iloc[0]
    assert first.startswith("ville?")
    assert first.endswith("#Bourges")
    assert "ville=18033" in first
    assert "au=2026-06-30" in first


def test_the_year_and_the_field_narrow_the_points_and_the_address_keeps_them(app):
    view = app.open(MAP, au=TODAY)
    view.selectbox(key="choix_ouvert-en").set_value("2023").run()
    assert view.query_params["ouvert-en"] == "2023"
    said = "**1\u00a0centre ouvert avec ces filtres**"
    assert any(each.value.startswith(said) for each in view.markdown)
    again = app.open(MAP, au=TODAY, filiere="numerique")
    assert any(each.value.startswith(said) for each in again.markdown)
    nonsense = app.open(MAP, au=TODAY, **{"ouvert-en": "jadis"})
    assert "jadis" in nonsense.warning[0].value


def test_the_legend_is_a_filter_that_the_address_keeps(app):
    view = app.open(MAP, au=TODAY)
    legend = view.pills(key="etats_montres")
    assert len(legend.value) == 6
    legend.set_value(["open", "unproven"]).run()
    assert address(view)["etats"] == "ouvert,non-prouve"
    assert len(lists(view)[0]) == 18
    again = app.open(MAP, au=TODAY, etats="ouvert,non-prouve")
    assert len(lists(again)[0]) == 18


def test_showing_every_state_again_cleans_the_address(app):
    view = app.open(MAP, au=TODAY, etats="ouvert")
    view.pills(key="etats_montres").set_value([]).run()
    assert "etats" not in address(view)
    assert len(lists(view)[0]) == 239


def test_the_town_of_the_address_is_ringed_and_described(app):
    view = app.open(MAP, au=TODAY, ville="52121")
    assert "**Chaumont** (Haute-Marne)" in everything(view)
    assert figure(view, "carte")["data"][-1]["name"] == "Ville choisie"
    closing = next(button for button in view.button if button.label == "Fermer")
    closing.click().run()
    assert "ville" not in address(view)
    assert "**Chaumont**" not in everything(view)


def test_a_town_far_from_everything_says_where_the_nearest_centre_is(app):
    said = everything(app.open(MAP, au=TODAY, ville="2B096"))
    assert "**Corte** (Haute-Corse)" in said
    assert "Centre ouvert le plus proche\u00a0: Manosque, à" in said


def test_every_figure_says_itself_to_those_who_do_not_see_it(app):
    for view in ("points", "territoires", "zones-blanches"):
        said = alternatives(app.open(MAP, au=TODAY, vue=view))
        assert said
        assert all(said)
        assert not any("**" in each for each in said)


def test_the_rows_behind_every_figure_are_offered(app):
    view = app.open(MAP, au=TODAY, etats="ouvert")
    assert [each.label for each in view.expander] == ["Voir les données"] * 2


# --- territories ---


def test_territories_are_classed_with_their_breaks_printed(app):
    view = app.open(MAP, au=TODAY, vue="territoires")
    assert "**10 régions sur 18 n’ont aucun habitant" in everything(view)
    legend = next(h.proto.body for h in view.get("html") if "aucun habitant" in h.proto.body)
    assert "aucun habitant (10)" in legend
    for place in ("moins de 2", "2 à 5", "5 à 10", "10 à 20", "20\u00a0% et plus"):
        assert place in legend  # every class holds something
    rows = lists(view)[0]
    assert len(rows) == 18
    assert rows["Territoire"].iloc[0].endswith("#Bourgogne-Franche-Comté")
    assert "terr=reg-27" in rows["Territoire"].iloc[0]


def test_departments_can_be_compared_by_their_centres(app):
    view = app.open(MAP, au=TODAY, vue="territoires", maille="departements", mesure="centres")
    said = everything(view)
    assert "n’ont aucun centre ouvert**" in said
    assert "le taux le plus fort\u00a0: Cher, 2\u00a0centres pour" in said
    assert len(lists(view)[0]) == 101


def test_a_choice_of_view_goes_into_the_address(app):
    view = app.open(MAP, au=TODAY)
    view.segmented_control(key="choix_vue").set_value("territoires").run()
    assert address(view)["vue"] == "territoires"
    view.segmented_control(key="choix_maille").set_value("departements").run()
    assert address(view)["maille"] == "departements"
    assert len(lists(view)[0]) == 101
    view.segmented_control(key="choix_vue").set_value("points").run()
    assert "vue" not in address(view)


@pytest.mark.parametrize("shown", ["points", "territoires", "zones-blanches"])
def test_every_view_reads_on_every_size_of_territory(app, shown):
    for territory in ("reg-94", "dep-2A", "dep-974", "com-52121", "com-97105"):
        view = app.open(MAP, au=TODAY, terr=territory, vue=shown)
        assert not view.exception
        assert headline(view)


# --- far towns ---


def test_far_towns_are_counted_and_sorted(app):
    view = app.open(MAP, au=TODAY, vue="zones-blanches")
    assert (
        "**216 des 235 communes Action cœur de ville sont à plus de 30\u00a0km à vol d’oiseau"
    ) in everything(view)
    far = "Les plus éloignées\u00a0: Foix (341\u00a0km), Pamiers (326\u00a0km), Bastia"
    assert far in everything(view)
    rows = lists(view)[0]
    assert len(rows) == 235
    here = rows[rows["Centre proche"] != "aucun outre-mer"]
    assert here["km"].is_monotonic_decreasing
    # No road is that long: those without a centre on their side of an ocean come last.
    assert rows.index[len(here) :].tolist() == list(range(220, 235))
    assert rows["km"].iloc[220:].isna().all()
    assert "15\u00a0communes d’outre-mer" in everything(view)


def test_far_towns_are_all_of_them_when_nothing_is_open(app):
    said = everything(app.open(MAP, au="2019-01-01", vue="zones-blanches"))
    assert "les 235 communes Action cœur de ville en sont toutes dépourvues" in said


def test_a_territory_without_any_such_town_says_so(app):
    said = everything(app.open(MAP, au=TODAY, terr="com-52140", vue="zones-blanches"))
    assert "Aucune commune Action cœur de ville (liste de mars 2018)" in said


# --- radius and time ---


def test_moving_the_radius_counts_again_and_goes_into_the_address(app):
    view = app.open(MAP, au=TODAY)
    view.slider(key="choix_rayon").set_value(60).run()
    assert address(view)["rayon"] == "60"
    assert "10,7\u00a0millions d’habitants" in headline(view)
    view.slider(key="choix_rayon").set_value(30).run()
    assert "rayon" not in address(view)


def test_a_distance_by_road_is_said_to_be_an_estimate(app):
    view = app.open(MAP, au=TODAY)
    view.toggle(key="choix_route").set_value(True).run()
    assert address(view)["route"] == "oui"
    assert "à moins de 30\u00a0km par la route (estimation)" in headline(view)
    assert "estimation grossière, la distance à vol d’oiseau multipliée par 1,3" in everything(view)


def test_the_quarters_move_the_date_of_the_bar(app):
    view = app.open(MAP, au=TODAY)
    quarters = view.select_slider(key="trimestre")
    assert quarters.options[0] == "1er\u00a0trim. 2019"
    assert quarters.options[9] == "2e\u00a0trim. 2021"
    quarters.set_value(date(2021, 4, 1)).run()
    assert address(view)["au"] == "2021-06-30"
    assert headline(view).startswith("Au 30\u00a0juin 2021")


def test_the_last_quarter_is_today(app):
    view = app.open(MAP, au="2021-05-04")
    quarters = view.select_slider(key="trimestre")
    assert quarters.value == date(2021, 4, 1)
    last = len(quarters.options) - 1
    quarters.set_value(date(2019 + last // 4, 1 + 3 * (last % 4), 1)).run()
    assert "au" not in address(view)


def test_nonsense_in_the_address_gets_a_message_and_the_default(app):
    for name, nonsense in (
        ("rayon", "abc"),
        ("rayon", "300"),
        ("rayon", "-30"),
        ("route", "peut-être"),
        ("vue", "globe"),
        ("etats", "ouvert,ferme-a-clef"),
        ("ville", "99999"),
        ("ville", "<b>"),
    ):
        view = app.open(MAP, **{"au": TODAY, name: nonsense})
        assert not view.exception
        (said,) = warnings(view)
        assert f"{name}=" in said
        assert "3,0\u00a0millions d’habitants" in headline(view)


@pytest.mark.parametrize("view", ["", "territoires", "zones-blanches"])
@pytest.mark.parametrize(
    ("name", "nonsense"),
    [
        ("maille", "cantons"),
        ("mesure", "peut-\u00eatre"),
        ("etats", "ouvert,ferme-a-clef"),
        ("ouvert-en", "jadis"),
        ("filiere", "alchimie"),
    ],
)
def test_nonsense_is_told_in_whatever_view_it_would_serve(app, view, name, nonsense):
    opened = app.open(MAP, **{"au": TODAY, "vue": view, name: nonsense})
    assert not opened.exception
    (said,) = warnings(opened)
    assert f"{name}=" in said


def test_a_database_without_rows_is_no_accident(bare_app):
    view = bare_app.open(MAP)
    assert not view.exception
    assert headline(view).startswith("Aucun centre ouvert")
