"""« À demander »: two lists in their order, a letter for each town, and what became of it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from territoires.db.engine import reading
from territoires.db.models import Question
from territoires.domain.roles import Role
from tests.pages.conftest import METHOD, everything
from tests.pages.desks import office

__all__ = ["office"]

PAGE = "manage/to_ask.py"
FORM = "enter/edit_questions.py"


def letters(page):
    """Read the letters ready to be sent, as a mail program does."""
    found = [link.proto.url for link in page.get("link_button")]
    mails = [urlsplit(url) for url in found if url.startswith("mailto:")]
    return [{name: text[0] for name, text in parse_qs(each.query).items()} for each in mails]


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def press(page, key):
    return next(each for each in page.button if each.key == key).click().run()


@pytest.mark.parametrize("role", [Role.ENTRY, Role.VALIDATION, Role.DIRECTION])
def test_staff_and_direction_read_it(seated, role):
    page = seated(role).open(PAGE)
    assert not page.exception
    assert [each.value for each in page.header] == [
        "Ouvert depuis quand\u202f?",
        "Ouvert ou non\u202f?",
    ]


@pytest.mark.parametrize("role", ["", Role.PARTNER])
def test_nobody_else_does(seated, role):
    page = seated(role).open(PAGE)
    assert not page.header
    assert not letters(page)


def test_each_list_is_in_the_order_of_what_an_answer_settles(seated):
    said = plain(everything(seated(Role.DIRECTION).open(PAGE, region="toutes")))
    assert "Aucune ville n’a encore été interrogée." in said
    assert "Il reste 4 816 jours" in said
    places = [said.index(f"{name}](") for name in ("Épinal", "Montbéliard", "Manosque")]
    assert places == sorted(places)
    places = [said.index(f"{name}](") for name in ("Martigues", "Vallauris", "Creil")]
    assert places == sorted(places)


def test_a_letter_names_the_town_what_is_asked_how_we_read_it_and_where_it_stands(
    seated, monkeypatch
):
    monkeypatch.setenv("TERRITOIRES_PUBLIC_URL", "https://suivi.example.org")
    found = letters(seated(Role.DIRECTION).open(PAGE))
    assert len(found) == 20
    since = plain(found[0]["body"])
    assert (
        plain(found[0]["subject"])
        == "Depuis quel jour le centre Cnam d’Épinal (Vosges) est-il ouvert ?"
    )
    assert "entre le 26 septembre 2019 et le 30 septembre 2021" in since
    assert "https://suivi.example.org/ville?ville=88160\r\n" in since
    assert "Pour répondre sans compte : https://suivi.example.org/signaler?ville=88160" in since
    assert "\r\nCamille Direction" in since
    assert (
        plain(found[10]["subject"])
        == "Un centre Cnam est-il ouvert à Martigues (Bouches-du-Rhône) ?"
    )
    assert "la ville est labellisée par le programme" in plain(found[10]["body"])


def test_a_region_narrows_both_lists(seated):
    page = seated(Role.DIRECTION).open(PAGE, region="27")
    said = everything(page)
    assert "Montbéliard" in said
    assert "Épinal" not in said
    assert len(letters(page)) == 3


def test_what_was_asked_and_answered_is_noted_from_the_list(app, office):
    page = app.open(PAGE)
    press(page, "bouton_a_demander_since_88160_0_note")
    said = plain(everything(page))
    assert "1 ville interrogée, 0 réponse, bande réduite de 0 jour." in said
    assert "par Camille Administration, sans réponse" in said
    assert said.index("Épinal](") < said.index("Montbéliard](") < said.index("Manosque](")
    assert "bouton_a_demander_since_88160_0_note" not in {each.key for each in page.button}
    press(page, "bouton_a_demander_since_88160_1_note")
    assert "1 ville interrogée, 1 réponse, bande réduite de 0 jour." in plain(everything(page))
    with reading(office.url) as connection:
        assert connection.scalar(select(func.count()).select_from(Question)) == 2
    asked = app.open(FORM, demande="1", acte="corriger")
    assert not asked.exception
    assert "Épinal, demande du" in everything(asked)


def test_entry_notes_in_its_regions_only(seated):
    page = seated(Role.ENTRY).open(PAGE, region="toutes")
    keys = {each.key for each in page.button}
    assert "bouton_a_demander_since_88160_0_note" in keys
    assert "bouton_a_demander_since_25388_0_note" not in keys


def test_the_public_reads_which_days_are_looked_for_and_not_who_was_asked(app, office):
    page = app.open(PAGE)
    press(page, "bouton_a_demander_since_88160_0_note")
    office.sit("")
    said = plain(everything(app.open(METHOD)))
    assert "15 centres ont ouvert un jour que l’on ne connaît pas exactement" in said
    assert "(735 jours)" in said
    assert "[Dites-le-nous](/signaler)" in said
    assert "Camille" not in said


def test_each_town_has_its_letter_on_paper_with_the_same_question(seated):
    page = seated(Role.DIRECTION).open(PAGE, region="toutes")
    papers = [link.proto.url for link in page.get("link_button") if "/lettre/" in link.proto.url]
    assert "/lettre/88160.pdf" in papers
    assert len(papers) == len(letters(page))
