"""What our script does for the forms: the focus, the field in hand, the warning before leaving."""

import pytest
from playwright.sync_api import expect

from territoires.db.models import KeptText
from tests.browser.conftest import assert_quiet, left, settled, until
from tests.browser.desks import go, press, ready, saved, staffed, write_in

KEPT = "() => Object.keys(sessionStorage).filter((name) => name.startsWith('saisie:'))"
SCREENS = {"desktop": {}, "telephone": {"width": 390, "height": 844}}
ADMIN = "forms.admin@example.org"


@pytest.fixture(scope="module")
def office(written):
    made = staffed(written)
    made.employ(ADMIN)
    return made


@pytest.fixture
def desk(office, open_tab):
    return office.sign_in(open_tab(base_url=office.server.url), ADMIN)


def box(page, label):
    return page.get_by_label(label, exact=True)


def news(page):
    return page.locator('[class*="st-key-resultat_"]')


@pytest.mark.parametrize("screen", SCREENS)
def test_the_focus_goes_to_the_summary_then_to_the_fields_then_to_what_was_saved(
    office, open_tab, screen
):
    page = open_tab(base_url=office.server.url, **SCREENS[screen])
    office.sign_in(page, ADMIN)
    go(page, "/saisir-etape?ville=2B096")
    write_in(page, "Date ★", "31/02/2020")
    write_in(page, "Source ★", "gazette")
    press(page, "Enregistrer")
    expect(news(page)).to_be_focused()
    expect(news(page)).to_be_in_viewport()
    first, second = news(page).get_by_role("link").all()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page, "Date ★")).to_be_focused()
    second.click()
    expect(box(page, "Source ★")).to_be_focused()

    write_in(page, "Date ★", "2020" if screen == "desktop" else "2021")
    write_in(page, "Source ★", "déclaration")
    write_in(page, "Motif", "Deux dates")
    page.get_by_text("Date concurrente").first.click()
    press(page, "Enregistrer")
    expect(news(page)).to_be_focused()
    expect(news(page)).to_be_in_viewport()
    saved(page, "Corte, ouverture en 202")
    assert_quiet(page)


def test_the_field_in_hand_comes_back_after_a_reload_and_goes_with_the_session(office, desk):
    go(desk, "/saisir-centre?ville=2A247")
    box(desk, "Adresse").fill("1 rue du Port")
    desk.reload()
    settled(desk)
    expect(box(desk, "Adresse")).to_have_value("1 rue du Port")
    assert office.rows(KeptText, form="centre") == [], "the server has not been told yet"
    desk.keyboard.press("Tab")
    expect(desk.locator(".st-key-bouton_jeter_centre button")).to_be_enabled()
    assert len(office.rows(KeptText, form="centre")) == 1
    assert left(desk, KEPT) == [], "the server has it"

    box(desk, "Vague").fill("AMI 1")
    assert until(desk, f"() => ({KEPT})().length === 1")
    desk.goto("/deconnexion")
    desk.locator("button").click()
    desk.wait_for_url("**/")
    assert left(desk, KEPT) == []


def test_whoever_leaves_is_warned_and_finds_the_text_again(office, desk):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    go(desk, "/objectifs")
    desk.reload()
    assert asked == [], "nothing is typed yet"
    settled(desk)
    write_in(desk, "Nombre de centres ★", "12")
    write_in(desk, "Décidé le ★", "01/02/2024")
    ready(desk)
    desk.reload()
    assert asked == ["beforeunload"]
    settled(desk)
    expect(box(desk, "Nombre de centres ★")).to_have_value("12")
    expect(box(desk, "Décidé le ★")).to_have_value("01/02/2024")

    box(desk, "Décidé le ★").press("Tab")
    ready(desk)
    desk.get_by_role("link", name="Accueil").first.click()
    expect(desk.locator(".avis")).to_contain_text("elle est gardée")
    desk.go_back()
    expect(box(desk, "Nombre de centres ★")).to_have_count(1)  # the page that was left goes last
    expect(box(desk, "Nombre de centres ★")).to_have_value("12")
    ready(desk).locator(".st-key-bouton_jeter_objectif button").click()
    ready(desk)  # until a run is over, what it replaces is there too
    expect(box(desk, "Nombre de centres ★")).to_have_value("")
    assert office.rows(KeptText, form="objectif") == []
    assert_quiet(desk)
