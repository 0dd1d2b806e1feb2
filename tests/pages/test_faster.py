"""What happens to a form when somebody else was faster, or when its author may write no more.

How two tabs of Chromium live through it is for tests/browser/test_entry_sessions.py.
"""

from contextlib import contextmanager

import pytest

from territoires.commands.staff import disable_staff
from territoires.db.models import Centre, Course, Enrolment, Stage
from territoires.domain.drafts import AccountDraft
from territoires.domain.roles import Role
from tests.pages.conftest import everything
from tests.pages.desks import email, office, signed_in
from tests.pages.test_forms import fill, press, rows, widget

__all__ = ["office"]


@pytest.fixture
def seat(office):
    """Give the way to act in the session of somebody, which stays theirs."""
    tokens = {role: signed_in(office.url, role) for role in (Role.ADMINISTRATION, Role.VALIDATION)}

    @contextmanager
    def seated(role):
        office.token = tokens[role]
        yield

    return seated


@pytest.fixture
def mine(seat):
    return lambda: seat(Role.ADMINISTRATION)


@pytest.fixture
def theirs(seat):
    return lambda: seat(Role.VALIDATION)


def number_of(url, town):
    row = rows(url, Centre, town_code=town)[0]
    return row.origin_id or row.id


def first(page, label):
    """Press the first of the buttons that say this."""
    button = next(each for each in page.button if each.label == label)
    page = button.click().run()
    assert not page.exception
    return page


def opened(app, town):
    return first(app.open("enter/correct_stage.py", ville=town), "Corriger")


def correct(page, note, reason):
    fill(page, {"correction_note": note, "correction_motif": reason})
    return press(page, "Enregistrer la correction")


def test_the_second_may_keep_the_version_of_the_first(app, url, mine, theirs):
    with mine():
        page = opened(app, "18033")
    with theirs():
        other = opened(app, "18033")
        assert correct(other, "Version du siège", "Relu au siège").success
    with mine():
        page = correct(page, "Ma version", "Relu sur place")
        assert "Deux versions." in everything(page)
        page = press(page, "Garder la sienne")
    assert widget(page, "correction_note").value == "Version du siège"
    assert "Deux versions." not in everything(page)
    notes = [row.note for row in rows(url, Stage, centre_id=number_of(url, "18033"))]
    assert "Version du siège" in notes
    assert "Ma version" not in notes


def test_a_stage_withdrawn_meanwhile_is_not_corrected(app, mine, theirs):
    with mine():
        page = opened(app, "25388")
    with theirs():
        other = press(opened(app, "25388"), "Revenir à la liste")
        other = fill(first(other, "Retirer"), {"correction_motif": "Erreur de ville"})
        assert press(other, "Retirer cette étape").success
    with mine():
        page = correct(page, "Ma version", "Relu sur place")
    assert "Quelqu’un a retiré cette fiche" in everything(page)
    assert "Camille Validation" in everything(page)
    assert widget(page, "correction_note").value == "Ma version"


def filled(app, figure):
    page = app.open("enter/record_enrolments.py", ville="16102")
    fill(page, {"inscriptions_annee": 2022})
    (box,) = [each.key for each in page.text_input if each.key.endswith("_2022_tout_persons")]
    typed = {"inscriptions_arrete": "15/01/2023", "inscriptions_source": "déclaration"}
    return fill(page, {box: figure} | typed)


def test_two_people_fill_the_same_grid(app, url, mine, theirs):
    with mine():
        page = filled(app, "1118")
    with theirs():
        other = press(filled(app, "1120"), "Enregistrer")
        assert "1\u00a0nouveau" in other.success[0].value
    with mine():
        page = press(page, "Enregistrer")
        assert "Deux versions." in everything(page)
        assert "**1\u202f120** | **1\u202f118**" in everything(page)
        page = press(fill(page, {"inscriptions_motif": "Compté deux fois"}), "Reprendre la mienne")
        assert "1\u00a0mis à jour" in page.success[0].value
    (row,) = rows(url, Enrolment, centre_id=number_of(url, "16102"))
    assert (row.headcount, row.version) == (1118, 2)


def test_two_people_correct_the_same_course(app, url, mine, theirs):
    key = rows(url, Course)[0].key

    def credited(page, text):
        typed = {"formation_credits": text, "formation_motif": "Fiche relue"}
        return press(fill(page, typed), "Enregistrer")

    with mine():
        page = fill(app.open("enter/edit_courses.py"), {"formation_choisie": key})
    with theirs():
        other = fill(app.open("enter/edit_courses.py"), {"formation_choisie": key})
        assert credited(other, "60").success
    with mine():
        page = credited(page, "180")
        assert "Deux versions." in everything(page)
        assert press(page, "Reprendre la mienne").success
    assert rows(url, Course, key=key)[0].credits == 180


def test_an_account_switched_off_writes_nothing_more(app, office, url):
    office.sit(Role.ENTRY)
    page = app.open("enter/record_stage.py", ville="10387")
    fill(page, {"etape_date": "2021", "etape_source": "déclaration"})
    office.do(disable_staff, AccountDraft(email=email(Role.ENTRY)))
    page = press(page, "Enregistrer")
    assert "Votre session est terminée." in everything(page)
    assert rows(url, Stage, centre_id=number_of(url, "10387"), kind="opened") == []
