"""« Recouper »: the sentence, the totals that one believes or not, what contradicts what."""

from tests.pages.conftest import everything, warnings

PAGE = "follow/reconciliation.py"


def plain(text):
    return text.replace("\u00a0", " ").replace("*", "")


def ticks(view):
    return {each.key: each.value for each in view.checkbox if "choix_crus_" in each.key}


def test_the_sentence_of_the_day_stands_first(app):
    view = app.open(PAGE, au="2026-11-29")
    assert "Prouvé : 15. En croyant le Cnam : de 57 à 75." in plain(everything(view))
    assert not warnings(view)


def test_what_is_not_proven_is_not_called_so(app):
    said = plain(everything(app.open(PAGE, au="2026-11-29", nonprouves="oui")))
    assert "Documenté, rattachements non prouvés compris : " in said
    assert "Prouvé" not in said


def test_the_usual_beliefs_leave_out_the_disputed_total_and_say_what_denies_it(app):
    view = app.open(PAGE, au="2026-11-29")
    assert sorted(ticks(view).values()) == [False, *[True] * 6]
    said = plain(everything(view))
    assert "ne peuvent être vrais ensemble" in said
    assert "contesté" in said


def test_a_total_that_is_unticked_goes_into_the_address_and_moves_the_band(app):
    view = app.open(PAGE, au="2026-11-29")
    share = next(each for each in view.checkbox if "57" in each.label)
    view = share.uncheck().run()
    assert "crus" in view.query_params
    assert "de 18 à 75" in plain(everything(view))
    again = next(each for each in view.checkbox if each.key == share.key)
    view = again.check().run()
    assert "crus" not in view.query_params


def test_where_all_is_believed_no_number_fits_between_and_the_page_says_so(app):
    numbers = [key.rpartition("_")[2] for key in ticks(app.open(PAGE))]
    view = app.open(PAGE, au="2020-06-01", crus=",".join(numbers))
    assert "aucun nombre ne convient" in plain(everything(view))


def test_a_territory_without_totals_says_that_none_bounds_it(app):
    view = app.open(PAGE, terr="reg-44")
    assert "Aucun total n’a été publié" in plain(everything(view))
    assert "Les sources prouvent moins" not in plain(everything(view))


def test_a_base_without_totals_compares_its_sources_with_none(demo_app):
    said = plain(everything(demo_app.open(PAGE)))
    assert "Aucun total n’a été publié" in said
    assert "le Cnam n’en annonce" not in said


def test_beliefs_that_make_no_sense_are_told(app):
    for text in ("abc", "999999"):
        assert any("crus=" in each for each in warnings(app.open(PAGE, crus=text)))
