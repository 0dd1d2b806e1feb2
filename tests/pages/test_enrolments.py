"""« Inscriptions »: honest when nearly empty, and right when full."""

import re
from html import unescape

import pytest

from territoires.domain.programme import Counted
from territoires.domain.roles import Reader, Role
from territoires.domain.scope import Scope
from territoires.french.definitions import DEFINITIONS
from territoires.french.enrolments import DEFINED, FOR_STAFF
from territoires.french.typography import typeset_text
from territoires.queries import enrolments
from tests.pages.conftest import address, everything, headline, titles, warnings

pytestmark = pytest.mark.both_engines

PAGE = "follow/enrolments.py"


def test_with_nothing_transmitted_it_says_so_and_what_to_do(app):
    view = app.open(PAGE)
    assert not view.exception
    assert titles(view) == ["Combien d’auditeurs, où, et depuis quand\u202f?"]
    text = everything(view)
    assert "Aucun effectif transmis pour 2026-2027" in text
    assert "Chaumont" in text
    assert [label for label, _ in drawn(view)] == [
        "Personnes formées dans tout le programme\u00a0: 3\u00a0totaux publiés"
    ]


def test_published_totals_stand_there_as_published(app):
    view = app.open(PAGE)
    assert "au moins 4\u202f200" in view.dataframe[-1].value["Ce qui est dit"].tolist()
    assert "ne tient pas lieu des effectifs" in everything(view)


def test_published_totals_of_the_programme_are_not_those_of_a_region(app):
    text = everything(app.open(PAGE, terr="reg-94"))
    assert "4\u202f200" not in text


def test_what_its_words_mean_is_said_as_on_the_page_of_the_method(app):
    text = everything(app.open(PAGE))
    for title in DEFINED:
        assert f"**{title}.** {typeset_text(dict(DEFINITIONS)[title])}" in text


def test_an_empty_base_is_no_error(bare_app):
    view = bare_app.open(PAGE)
    assert not view.exception


def test_a_demonstration_says_what_it_is_before_anything_else(demo_app):
    view = demo_app.open(PAGE)
    assert not view.exception
    assert "Données fictives de démonstration" in warnings(view)[0]
    findings = [m.value for m in view.markdown if "personnes" in m.value]
    assert any("données fictives de démonstration" in finding for finding in findings)


def test_every_page_of_a_demonstration_says_so(demo_app):
    assert "fictives" in warnings(demo_app.open("follow/method.py"))[0]
    assert "fictives" in warnings(demo_app.open())[0]


def test_a_demonstration_is_neither_offered_again_nor_attributed_to_the_census(demo_app):
    for page in (demo_app.open(PAGE, terr="com-52121"), demo_app.open("follow/courses.py")):
        text = everything(page)
        assert "recensement du projet" not in text
        assert "fictifs, tirés au hasard" in text


def test_coverage_comes_before_any_figure(demo_app):
    view = demo_app.open(PAGE)
    first = view.markdown[0].value
    assert "ont transmis leurs effectifs pour 2026-2027" in first
    assert "total partiel" in first
    assert len(drawn(view)) == 4
    assert not view.get("plotly_chart")


def test_the_headline_says_of_where_the_total_is_and_what_follows_does_not_again(demo_app):
    view = demo_app.open(PAGE, terr="reg-44", annee="2024-2025", nonprouves="oui")
    here = "dans le Grand Est, rattachements non prouvés compris"
    assert headline(view).startswith(f"2024-2025, {here}\u00a0: ")
    assert sum(here in each.value for each in (*view.header, *view.markdown)) == 1


def test_the_headline_is_the_total_of_the_latest_year_with_data(demo_app):
    said = headline(demo_app.open(PAGE))
    assert said.startswith("2026-2027\u00a0: ")
    assert "personnes dans" in said


def test_before_any_transmission_the_headline_is_what_was_published_last(app):
    said = headline(app.open(PAGE))
    assert said.startswith("Au moins 4\u202f200\u00a0personnes formées (Cnam), de")


def test_who_transmitted_nothing_is_folded_with_the_reason(demo_app):
    view = demo_app.open(PAGE)
    (fold,) = [each for each in view.expander if "sans total" in each.label]
    said = fold.markdown[0].value
    assert "**Non transmis**" in said
    drawn = towns_listed(view)
    assert drawn
    assert not any(town in said for town in drawn)


def test_what_was_published_stands_in_six_columns(app):
    assert app.open(PAGE).dataframe[-1].value.shape[1] == 6


def test_the_total_said_is_the_one_of_the_rows(demo_app):
    view = demo_app.open(PAGE, annee="2024-2025")
    from territoires.db.engine import reading  # noqa: PLC0415 - one look at the base

    with reading(demo_app.url) as connection:
        scope = Scope(as_of=view.date_input[0].value)
        data = enrolments.transmissions(connection, scope=scope, year=2024, counts=Counted.PERSONS)
    total = f"{int(data['headcount'].sum()):,}".replace(",", "\u202f")
    assert headline(view).startswith(f"2024-2025\u00a0: {total}\u00a0personnes dans")


def test_registrations_are_another_unit_not_another_sum(demo_app):
    view = demo_app.open(PAGE, compte="inscriptions", annee="2024-2025")
    assert "inscriptions dans" in headline(view)
    assert "personnes dans" not in everything(view)


def test_one_field_shows_its_courses(demo_app):
    view = demo_app.open(PAGE, annee="2024-2025", filiere="numerique")
    assert "la plus suivie étant" in everything(view)


def drawn(view):
    """Give the pictures of a desk: what each is called, and what it holds."""
    said = "".join(each.value for each in view.markdown)
    pictures = re.findall(r'<div class="dessin large">(<svg .*?</svg>)', said)
    return [(unescape(re.search(r'aria-label="([^"]*)"', each)[1]), each) for each in pictures]


def towns_listed(view):
    (picture,) = [each for label, each in drawn(view) if "par centre" in label]
    return set(re.findall(r'<text x="0"[^>]*>([^<]*)<', picture))


def test_the_switch_and_the_age_act_on_the_chart_of_centres(demo_app):
    every = towns_listed(demo_app.open(PAGE, annee="2024-2025"))
    narrowed = demo_app.open(PAGE, annee="2024-2025", transmis="oui")
    assert "centres ouverts ayant transmis" in everything(narrowed)
    young = towns_listed(demo_app.open(PAGE, annee="2024-2025", age="moins-1-an"))
    older = towns_listed(demo_app.open(PAGE, annee="2024-2025", age="3-ans-et-plus"))
    assert towns_listed(narrowed) == every
    assert young
    assert older
    assert young | older < every
    assert not young & older


def test_a_year_without_a_figure_hides_its_own_sections_only(demo_app):
    view = demo_app.open(PAGE, au="2026-09-10", annee="2026-2027")
    headers = [header.value for header in view.header]
    assert any("en 2025-2026" in label for label, _ in drawn(view))
    assert not any(header.startswith("Par centre") for header in headers)
    text = everything(view)
    assert "Aucun effectif n’a été transmis pour 2026-2027" in text
    assert "personnes en 2025-2026**" in text


def test_a_unit_that_is_not_detailed_is_said_rather_than_drawn_empty(demo_app):
    view = demo_app.open(PAGE, annee="2020-2021", compte="inscriptions", filiere="numerique")
    text = everything(view)
    assert "Aucun détail par formation n’est publié" in text
    assert "la plus suivie" not in text
    assert not any("filiere" in picture for _, picture in drawn(view))
    persons = everything(demo_app.open(PAGE, annee="2020-2021", filiere="numerique"))
    assert "la plus suivie étant" in persons


def test_the_detail_of_an_earlier_instant_is_kept_back_and_said(demo_app):
    view = demo_app.open(PAGE, connu="2025-01-31")
    assert any("dernier état connu" in message.value for message in view.info)


@pytest.mark.parametrize(
    ("name", "value"),
    [("annee", "2020/21"), ("compte", "têtes"), ("filiere", "magie"), ("transmis", "peut-être")],
)
def test_nonsense_in_the_address_gets_a_message_and_the_default(demo_app, name, value):
    view = demo_app.open(PAGE, **{name: value})
    assert not view.exception
    assert any(f"`{value}`" in message for message in warnings(view))


def test_a_year_chosen_is_kept_in_the_address(demo_app):
    view = demo_app.open(PAGE)
    view.selectbox(key="choix_annee").select("2023-2024").run()
    assert address(view)["annee"] == "2023-2024"
    assert "2023-2024" in everything(view)


def test_the_usual_choice_leaves_the_address(demo_app):
    view = demo_app.open(PAGE, compte="inscriptions")
    view.selectbox(key="choix_compte").select("Personnes").run()
    assert "compte" not in address(view)


def test_a_territory_without_a_centre_is_said(demo_app):
    view = demo_app.open(PAGE, terr="com-52121")
    assert not view.exception
    assert "Élargissez le territoire" in everything(view)


def test_staff_see_what_the_public_is_not_told(demo_app, monkeypatch):
    view = demo_app.open(PAGE, annee="2024-2025")
    assert FOR_STAFF not in [each.label for each in view.expander]
    reader = Reader(email="a@example.org", role=Role.DIRECTION)
    monkeypatch.setattr("territoires.ui.follow.enrolments.current_reader", lambda _url: reader)
    view = demo_app.open(PAGE, annee="2024-2025")
    assert FOR_STAFF in [each.label for each in view.expander]
