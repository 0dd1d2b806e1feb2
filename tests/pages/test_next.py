"""Où ouvrir ensuite: the list, the wishes, the refusals."""

from tests.pages.conftest import address, everything, headline, titles, warnings

NEXT = "follow/next.py"
TODAY = "2026-11-23"


def rows(view):
    return view.dataframe[0].value


def errors(view):
    return [message.value for message in view.error]


def test_the_page_says_what_ten_towns_would_bring(app):
    view = app.open(NEXT, au=TODAY)
    assert not view.exception
    assert titles(view) == ["Où ouvrir ensuite\u202f?"]
    assert headline(view) == (
        "10\u00a0villes mettraient un centre à moins de 30\u00a0km à vol d’oiseau de "
        "19\u202f984\u202f758\u00a0habitants de plus."
    )
    assert "La couverture passerait de 4,3\u202f% à 33,6\u202f%" in everything(view)
    table = rows(view)
    assert table["Rang"].tolist() == list(range(1, 11))
    assert table["Ville"].iloc[0].endswith("#Sartrouville")
    assert table["De plus"].iloc[0] == 9_247_227


def test_the_line_of_honesty_follows_the_radius(app):
    for wishes, km in (({}, "30"), ({"terr": "reg-94"}, "30"), ({"rayon": "20"}, "20")):
        said = everything(app.open(NEXT, au=TODAY, **wishes))
        assert f"Classement selon la population située à moins de {km}\u00a0km" in said
        assert "sites du Cnam antérieurs au programme (la région parisienne en a)" in said


def test_those_set_aside_are_named_with_their_state(app):
    view = app.open(NEXT, au=TODAY)
    (said,) = [message.value for message in view.info]
    for town in ("Cherbourg-en-Cotentin", "Saint-Dizier (ouvert, date inconnue)", "Niort"):
        assert town in said


def test_a_town_set_aside_can_be_asked_for(app):
    view = app.open(NEXT, au=TODAY)
    view.multiselect(key="choix_imposees").set_value(["79191"]).run()
    assert address(view)["imposees"] == "79191"
    assert rows(view)["Ville"].iloc[0].endswith("#Niort")
    (said,) = [message.value for message in view.info]
    assert "Niort" not in said


def test_a_town_can_be_left_out(app):
    view = app.open(NEXT, au=TODAY)
    view.multiselect(key="choix_ecartees").set_value(["78586"]).run()
    assert address(view)["ecartees"] == "78586"
    assert not any(link.endswith("#Sartrouville") for link in rows(view)["Ville"])


def test_the_number_of_towns_and_the_radius_go_into_the_address(app):
    view = app.open(NEXT, au=TODAY)
    view.slider(key="choix_villes").set_value(3).run()
    view.slider(key="choix_rayon").set_value(20).run()
    assert (address(view)["villes"], address(view)["rayon"]) == ("3", "20")
    assert len(rows(view)) == 3
    assert headline(view).startswith("3\u00a0villes mettraient un centre à moins de 20")


def test_larger_communes_are_candidates_on_request(app):
    view = app.open(NEXT, au=TODAY)
    assert "220 communes candidates" in everything(view)
    view.toggle(key="choix_grandes").set_value(True).run()
    assert address(view)["grandes"] == "oui"
    assert rows(view)["Ville"].iloc[0].endswith("#Malakoff")
    view.slider(key="choix_part-acv").set_value(100).run()
    assert address(view)["part-acv"] == "100"
    assert rows(view)["Ville"].iloc[0].endswith("#Sartrouville")


def test_wishes_that_cannot_be_met_are_explained_and_kept(app):
    view = app.open(NEXT, au=TODAY, villes="5")
    view.slider(key="choix_par-region").set_value(1).run()
    (said,) = errors(view)
    assert "Servir chaque région demande 18\u00a0villes, vous en avez choisi 5." in said
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
    assert rows(view)["Ville"].iloc[0].endswith("#Malakoff")


def test_nonsense_in_the_address_gets_a_message_and_the_default(app):
    for name, nonsense in (
        ("villes", "0"),
        ("villes", "beaucoup"),
        ("imposees", "52121"),
        ("ecartees", "xyz"),
        ("par-region", "9"),
        ("part-acv", "101"),
        ("grandes", "1"),
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
