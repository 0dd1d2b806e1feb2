"""What happens to a form when a session ends, or when somebody else was faster.

The other forms, and what else may have happened meanwhile: tests/pages/test_faster.py.
"""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from territoires.commands.accounts import sign_out
from territoires.commands.staff import (
    choose_password,
    reset_password,
)
from territoires.db.models import Centre, Stage
from territoires.domain.drafts import AccountDraft, PasswordDraft
from territoires.domain.roles import Role
from tests.browser.conftest import COOKIE
from tests.browser.desks import email, go, press, ready, saved, says, staffed, type_town, write_in

PASSWORD = "cheval lampe toit neige"  # noqa: S105 - of a test
ADMIN = "entry-sessions.admin@example.org"


@pytest.fixture(scope="module")
def office(written):
    made = staffed(written)
    made.employ(ADMIN)
    once = made.do(reset_password, AccountDraft(email=ADMIN)).one_time_password
    chosen = PasswordDraft(current=once, new=PASSWORD)
    assert choose_password(made.url, ADMIN, chosen, now=datetime.now(UTC)) is None
    return made


@pytest.fixture
def desk(office, open_tab):
    return office.tab_of(open_tab, ADMIN)


@pytest.fixture
def colleague(office, open_tab):
    return office.tab_of(open_tab, email(Role.VALIDATION))


@pytest.fixture
def passing(office, open_tab):
    """Give a tab of the administrator's whose session is about to end."""
    return office.sign_in(open_tab(base_url=office.server.url), ADMIN)


def end_session(office, page):
    (token,) = [c["value"] for c in page.context.cookies() if c["name"] == COOKIE]
    sign_out(office.url, token)


def number_of(office, town):
    row = office.rows(Centre, town_code=town)[0]
    return row.origin_id or row.id


# --- the session ends ---


def test_a_form_outlives_its_session_and_is_saved_after_signing_in_elsewhere(office, passing):
    go(passing, "/saisir-etape")
    type_town(passing, "22070")
    write_in(passing, "Date ★", "09/2022")
    write_in(passing, "Source ★", "déclaration")
    write_in(passing, "Commentaire", "Tapé avec soin")
    end_session(office, passing)
    press(passing, "Enregistrer")
    says(passing, "Votre session est terminée.")
    says(passing, "Rien n’a été enregistré")
    for label, text in (("Date ★", "09/2022"), ("Commentaire", "Tapé avec soin")):
        expect(passing.get_by_label(label, exact=True)).to_have_value(text)
    centre = number_of(office, "22070")
    assert office.rows(Stage, centre_id=centre, kind="opened") == []

    with passing.context.expect_page() as opened:
        passing.get_by_role("link", name="Se connecter dans un autre onglet").click()
    other = opened.value
    other.fill("#email", ADMIN)
    other.fill("#password", PASSWORD)
    with passing.expect_websocket():  # the page comes back with its new cookie
        other.click("button")
        expect(other.get_by_role("heading", name="Vous êtes connecté")).to_be_visible()
        other.close()
    expect(passing.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
    ready(passing)

    write_in(passing, "Commentaire", "Tapé avec soin, et complété")
    press(passing, "Enregistrer")
    saved(passing)
    (stage,) = office.rows(Stage, centre_id=centre, kind="opened")
    assert stage.note == "Tapé avec soin, et complété"


def test_a_page_whose_session_ended_shows_nothing_more(office, passing):
    go(passing, "/saisir-inscriptions?ville=16102")
    end_session(office, passing)
    press(passing, "Enregistrer")
    says(passing, "Votre session est terminée.")
    expect(passing.get_by_role("combobox", name="Ville ★")).to_be_disabled()
    expect(passing.get_by_role("combobox", name="Année universitaire ★")).to_be_disabled()
    go(passing, "/comptes")
    says(passing, "Cette page demande d’être connecté.")


# --- somebody else was faster ---


def open_correction(page, town, what="Corriger"):
    go(page, f"/corriger-etape?ville={town}")
    press(page, what)


def correct(page, note, reason):
    write_in(page, "Commentaire", note)
    write_in(page, "Motif ★", reason)
    press(page, "Enregistrer la correction")


def conflict_rows(page):
    cells = page.locator(".st-key-correction_conflit table tbody tr")
    return [row.inner_text().split("\t") for row in cells.all()]


def test_two_people_correct_the_same_stage_and_the_second_chooses(office, desk, colleague):
    for page in (desk, colleague):
        open_correction(page, "10387")
    correct(colleague, "La version du siège", "Relu au siège")
    saved(colleague)
    correct(desk, "Ma version", "Relu sur place")
    says(desk, "Quelqu’un a modifié cette fiche pendant votre saisie")
    says(desk, "La sienne : Camille Validation")
    marked = [row for row in conflict_rows(desk) if row[0].startswith("≠ ")]
    assert [[cell.strip("≠ ") for cell in row] for row in marked] == [
        ["Commentaire", "La version du siège", "Ma version"]
    ]
    expect(desk.get_by_role("textbox", name="Commentaire")).to_have_value("Ma version")
    centre = number_of(office, "10387")
    (stage,) = office.rows(Stage, centre_id=centre, kind="selected")
    assert stage.note == "La version du siège"

    press(desk, "Reprendre la mienne")
    saved(desk)
    (stage,) = office.rows(Stage, centre_id=centre, kind="selected")
    assert (stage.note, stage.version) == ("Ma version", 3)


# --- taking back ---


def test_the_last_act_is_taken_back_from_the_entrance(office, desk):
    go(desk, "/saisir-etape?ville=22113")
    write_in(desk, "Date ★", "2023")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "le nombre de centres ouverts passe de")
    assert len(office.rows(Centre, town_code="22113")) == 1
    go(desk, "/saisie")
    press(desk, "Annuler mon dernier acte : saisie d’une étape")
    says(desk, "Dernier acte annulé")
    assert office.rows(Centre, town_code="22113") == []
    expect(desk.get_by_role("button", name="Annuler mon dernier acte")).to_have_count(0)
