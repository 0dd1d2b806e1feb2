"""What a page becomes when something goes wrong is for everybody too, in both themes."""

import pytest

from territoires.domain.roles import Role
from tests.browser.conftest import assert_quiet
from tests.browser.desks import email, go, press, saved, says, staffed, write_in
from tests.browser.reading import is_for_everybody
from tests.browser.test_entry_sessions import correct, end_session, open_correction
from tests.browser.test_import import HEADER, send
from tests.trials import faults

CORRECTED = "25388"
ADMIN = "every-state.admin@example.org"


@pytest.fixture(scope="module")
def office(written):
    made = staffed(written)
    made.employ(ADMIN)
    return made


LOOK = {"height": 2400}


@pytest.fixture
def tab(office, open_tab):
    """Give the tab where nobody is signed in."""
    return open_tab(base_url=office.server.url, shared="nobody", **LOOK)


@pytest.fixture
def desk(office, open_tab):
    """Give the tab where an administrator is signed in."""
    return office.tab_of(open_tab, ADMIN, **LOOK)


def test_a_form_that_is_refused(desk):
    go(desk, "/saisir-etape")
    write_in(desk, "Date ★", "le 32 mai")
    press(desk, "Enregistrer")
    says(desk, "le 32 mai")
    is_for_everybody(desk)
    assert_quiet(desk)


def test_a_form_to_confirm(desk):
    go(desk, "/saisir-etape?ville=10387")
    write_in(desk, "Date ★", "04/2019")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "À confirmer avant d’enregistrer.")
    is_for_everybody(desk)


def test_two_versions_of_one_fact(office, open_tab, desk):
    colleague = office.tab_of(open_tab, email(Role.VALIDATION))
    for page in (desk, colleague):
        open_correction(page, CORRECTED)
    correct(colleague, "La version du siège", "Relu au siège")
    saved(colleague)
    correct(desk, "Ma version", "Relu sur place")
    says(desk, "Deux versions.")
    is_for_everybody(desk)


def test_a_session_that_has_ended(office, open_tab):
    desk = office.sign_in(open_tab(base_url=office.server.url, **LOOK), ADMIN)
    go(desk, "/saisir-etape?ville=52121")
    end_session(office, desk)
    press(desk, "Enregistrer")
    says(desk, "Votre session est terminée.")
    is_for_everybody(desk)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("99999;ouverture;2021;rien", "est à corriger"),
        ("10387;convention;05/05/2021;déclaration", "Enregistrer la ligne"),
    ],
)
def test_the_report_of_a_file(desk, row, said):
    go(desk, "/importer")
    send(desk, f"{HEADER}{row}\r\n")
    says(desk, said)
    is_for_everybody(desk)


def test_a_page_that_is_not_for_everybody(tab):
    go(tab, "/comptes")
    says(tab, "Cette page demande d’être connecté.")
    is_for_everybody(tab)


@pytest.mark.parametrize("address", ["/", "/carte", "/saisir-etape"])
def test_a_database_that_is_gone(office, tab, address):
    with faults.missing(office.database):
        go(tab, address)
        says(tab, "La base n’existe pas encore")
        is_for_everybody(tab)
