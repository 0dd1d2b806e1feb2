"""Où ouvrir ensuite: the list, the wishes, the refusals."""

from territoires.french import siting as words
from territoires.ui.follow.next import after_ticks
from tests.pages.conftest import address, everything, headline, titles, warnings

NEXT = "follow/next.py"
TODAY = "2026-11-23"


def listed(view):
    """Give the towns with their ticks: those that are chosen, then those that may be."""
    return view.dataframe[0].value


def rows(view):
    found = listed(view)
    return found[found["Rang"].notna()]


def errors(view):
    return [message.value for message in view.error]


def test_the_page_says_what_ten_towns_would_bring(app):
    view = app.open(NEXT, au=TODAY)
    assert not view.exception
    assert titles(view) == ["Où ouvrir ensuite\u202f?"]
    assert headline(view) == (
        "Hors Île-de-France, 10\u00a0villes mettraient un centre à moins de 30\u00a0km à vol "
        "d’oiseau de 10,6\u00a0millions d’habitants de plus."
    )
    assert "La couverture passerait de 4,3\u202f% à 19,8\u202f%" in everything(view)
    table = rows(view)
    assert table["Rang"].tolist() == list(range(1, 11))
    assert table["Ville"].iloc[0].endswith("#Vienne")
    assert table["De plus"].iloc[0] == 1_832_866


def test_ile_de_france_is_set_aside_by_a_switch_that_says_what_it_changes(app):
    view = app.open(NEXT, au=TODAY)
    assert view.toggle(key="choix_ile-de-france").value
    assert (
        "Avec l’Île-de-France, où le Cnam avait déjà des sites, la liste toucherait 20,0\u00a0"
        "millions d’habitants\u00a0: Sartrouville, Corbeil-Essonnes et Meaux y entreraient."
    ) in everything(view)
    left_out = listed(view).iloc[10:]
    why = dict(zip(left_out["Ville"].str.split("#").str[-1], left_out.iloc[:, -1], strict=True))
    assert why["Sartrouville"] == why["Meaux"] == words.BEFORE_THE_PROGRAMME
    view.toggle(key="choix_ile-de-france").set_value(False).run()
    assert address(view)["ile-de-france"] == "oui"
    assert headline(view).startswith("10\u00a0villes mettraient")
    assert "20,0\u00a0millions" in headline(view)
    assert rows(view)["Ville"].iloc[0].endswith("#Sartrouville")
    assert "Île-de-France" not in everything(view)


def test_whoever_looks_at_ile_de_france_is_shown_its_towns(app):
    view = app.open(NEXT, au=TODAY, terr="dep-77")
    switch = view.toggle(key="choix_ile-de-france")
    assert (switch.value, switch.disabled) == (False, True)
    assert rows(view)["Ville"].iloc[0].endswith("#Meaux")
    assert headline(view).endswith("en Seine-et-Marne.")


def test_elsewhere_than_in_ile_de_france_nothing_is_said_of_it(app):
    assert not headline(app.open(NEXT, au=TODAY, terr="reg-94")).startswith("Hors")


def test_unticking_a_town_leaves_it_out_and_ticking_it_again_takes_it_back():
    wishes = {"include": (), "exclude": ()}
    codes = ["38544", "62498", "79191"]
    without = after_ticks(wishes, codes, was=[0, 1], now=[1], aside={"79191"})
    assert without == {"include": (), "exclude": ("38544",)}
    asked = after_ticks(without, ["62498", "38544"], was=[0], now=[0, 1], aside={"79191"})
    assert asked == wishes


def test_ticking_a_town_that_is_set_aside_asks_for_it_and_unticking_it_no_longer_does():
    wishes = {"include": (), "exclude": ()}
    asked = after_ticks(wishes, ["38544", "79191"], was=[0], now=[0, 1], aside={"79191"})
    assert asked == {"include": ("79191",), "exclude": ()}
    assert after_ticks(asked, ["79191"], was=[0], now=[], aside={"79191"}) == wishes


def test_the_line_of_honesty_follows_the_radius(app):
    for wishes, km in (({}, "30"), ({"terr": "reg-94"}, "30"), ({"rayon": "20"}, "20")):
        said = everything(app.open(NEXT, au=TODAY, **wishes))
        assert f"Classement selon la population située à moins de {km}\u00a0km" in said
        assert ("antérieurs au programme (la région parisienne en a)" in said) == ("terr" in wishes)
        assert (words.APART in said) == ("terr" not in wishes)


def test_those_set_aside_are_listed_with_their_state(app):
    left_out = listed(app.open(NEXT, au=TODAY)).iloc[10:]
    towns = left_out["Ville"].str.split("#").str[-1].tolist()
    why = dict(zip(towns, left_out["Ce que l’on en sait"], strict=True))
    assert why["Saint-Dizier"] == "◆\u00a0Ouvert, date inconnue"
    assert why["Niort"] == why["Cherbourg-en-Cotentin"] == "△\u00a0Rattachement non prouvé"


def test_a_town_set_aside_can_be_asked_for(app):
    view = app.open(NEXT, au=TODAY)
    view.multiselect(key="choix_imposees").set_value(["79191"]).run()
    assert address(view)["imposees"] == "79191"
    assert rows(view)["Ville"].iloc[0].endswith("#Niort")
    assert not listed(view).iloc[10:]["Ville"].str.endswith("#Niort").any()


def test_a_town_can_be_left_out(app):
    view = app.open(NEXT, au=TODAY)
    view.multiselect(key="choix_ecartees").set_value(["38544"]).run()
    assert address(view)["ecartees"] == "38544"
    assert not any(link.endswith("#Vienne") for link in rows(view)["Ville"])


def test_the_number_of_towns_and_the_radius_go_into_the_address(app):
    view = app.open(NEXT, au=TODAY)
    view.slider(key="choix_villes").set_value(3).run()
    view.slider(key="choix_rayon").set_value(20).run()
    assert (address(view)["villes"], address(view)["rayon"]) == ("3", "20")
    assert len(rows(view)) == 3
    assert headline(view).startswith(
        "Hors Île-de-France, 3\u00a0villes mettraient un centre à moins de 20"
    )


def test_larger_communes_are_candidates_on_request(app):
    view = app.open(NEXT, au=TODAY)
    assert "220 communes candidates" in everything(view)
    view.toggle(key="choix_grandes").set_value(True).run()
    assert address(view)["grandes"] == "oui"
    assert rows(view)["Ville"].iloc[0].endswith("#Carvin")
    view.slider(key="choix_part-acv").set_value(100).run()
    assert address(view)["part-acv"] == "100"
    assert rows(view)["Ville"].iloc[0].endswith("#Vienne")


def test_wishes_that_cannot_be_met_are_explained_and_kept(app):
    view = app.open(NEXT, au=TODAY, villes="5")
    view.slider(key="choix_par-region").set_value(1).run()
    (said,) = errors(view)
    assert "Servir chaque région demande 17\u00a0villes, vous en avez choisi 5." in said
    assert "Augmentez le nombre de villes" in said
    assert address(view)["villes"] == "5"
    assert view.slider(key="choix_villes").value == 5
    view.slider(key="choix_villes").set_value(20).run()
    assert not errors(view)
    assert len(rows(view)) == 20


def test_a_town_both_asked_for_and_left_out_is_named(app):
    (said,) = errors(app.open(NEXT, au=TODAY, imposees="10387", ecartees="10387"))
    assert said.startswith("Troyes\u00a0: à la fois imposée et écartée")


def test_a_territory_with_few_candidates_says_so(app):
    view = app.open(NEXT, au=TODAY, terr="reg-94")
    assert len(rows(view)) == 2
    assert "10\u00a0villes demandées, 2\u00a0candidates seulement" in everything(view)


def test_a_territory_without_any_candidate_says_so(app):
    view = app.open(NEXT, au=TODAY, terr="com-52121")
    assert not view.exception
    assert headline(view).startswith("Aucune ville à proposer à Chaumont")


def test_the_perimeter_of_the_bar_chooses_among_the_candidates(app):
    view = app.open(NEXT, au=TODAY, perim="hors-acv", villes="1")
    assert rows(view)["Ville"].iloc[0].endswith("#Carvin")


def test_nonsense_in_the_address_gets_a_message_and_the_default(app):
    for name, nonsense in (
        ("villes", "0"),
        ("villes", "beaucoup"),
        ("imposees", "52121"),
        ("ecartees", "xyz"),
        ("par-region", "9"),
        ("part-acv", "101"),
        ("grandes", "1"),
        ("ile-de-france", "1"),
    ):
        view = app.open(NEXT, **{"au": TODAY, name: nonsense})
        assert not view.exception
        (said,) = warnings(view)
        assert f"{name}=" in said
        assert len(rows(view)) == 10


def test_a_database_without_rows_is_no_accident(bare_app):
    view = bare_app.open(NEXT)
    assert not view.exception
    assert headline(view).startswith("Aucune ville à proposer")
