"""Forms through to their row in a real browser, which sends what is typed, pressed and chosen.

What each refuses, corrects, withdraws and undoes is asked of AppTest (tests/pages/test_entry.py).
"""

import time
from contextlib import suppress
from datetime import date

import pytest
from playwright.sync_api import TimeoutError as TooLateError
from playwright.sync_api import expect

from territoires.commands.staff import reset_password
from territoires.db.models import (
    Centre,
    Offering,
    Source,
    Staff,
    StaffRegion,
    Stage,
    Target,
)
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import AccountDraft
from territoires.domain.programme import Basis, Mode, StageKind
from territoires.domain.roles import Role
from tests.browser.conftest import assert_quiet, settled
from tests.browser.desks import CORSE, go, pick, press, ready, saved, says, staffed, write_in

ADMIN = "entry.admin@example.org"


@pytest.fixture(scope="module")
def office(written):
    made = staffed(written)
    made.employ(ADMIN)
    return made


@pytest.fixture
def desk(office, open_tab):
    """Give the tab of an administrator."""
    return office.tab_of(open_tab, ADMIN)


def centre_of(office, town):
    return office.rows(Centre, town_code=town)[0]


# --- the first opening ---


def focused(page):
    return page.evaluate(
        """() => { const e = document.activeElement;
          return (e.getAttribute("aria-label") || e.innerText || "").trim(); }"""
    )


def tab_to(page, label):
    for _ in range(40):
        page.keyboard.press("Tab")
        found = focused(page)
        if found.endswith(label) and not found.startswith("Aide"):
            return
    raise AssertionError(f"the keyboard does not reach {label}")


def test_a_newcomer_records_an_opening_with_the_keyboard_alone(office, open_tab):
    once = office.do(reset_password, AccountDraft(email=ADMIN)).one_time_password
    page = open_tab(base_url=office.server.url)
    page.goto("/connexion?retour=/saisir-etape")
    page.fill("#email", ADMIN)
    page.fill("#password", once)
    page.keyboard.press("Enter")
    page.wait_for_url("**/mot-de-passe*")
    for name, text in (("current", once), ("new", "cheval lampe toit neige")):
        page.fill(f"#{name}", text)
    page.fill("#again", "cheval lampe toit neige")
    page.keyboard.press("Enter")
    page.wait_for_url("**/saisir-etape")
    settled(page)

    began = time.monotonic()
    human = {"delay": 60}  # milliseconds per key
    tab_to(page, "Ville ★")
    page.keyboard.type("calvi", **human)
    expect(page.get_by_role("option").first).to_contain_text("Haute-Corse, 2B050")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    says(page, "Calvi (Haute-Corse, 2B050)")
    tab_to(page, "Date ★")
    page.keyboard.type("04/05/2021", **human)
    tab_to(page, "Source ★")
    page.keyboard.type("declaration", **human)
    tab_to(page, "Enregistrer")
    page.keyboard.press("Enter")
    says(page, ": enregistrée. En Corse, le nombre de centres ouverts passe de 0 à 1.")
    assert time.monotonic() - began < 60

    centre = centre_of(office, "2B050")
    (stage,) = office.rows(Stage, centre_id=centre.id)
    assert (stage.kind, stage.happened_on) == (StageKind.OPENED, PartialDate(2021, 5, 4))
    assert (stage.basis, stage.retained) == (Basis.STATED, True)
    assert office.rows(Source, id=stage.source_id)[0].reliability == "declaration"
    expect(page.get_by_role("link", name="Voir la fiche de la ville")).to_be_visible()
    expect(page.get_by_role("textbox", name="Date ★")).to_have_value("")
    assert_quiet(page)


# --- what is typed in each other form comes to its row ---


def test_a_centre_is_created(office, desk):
    go(desk, "/saisir-centre?ville=2A004")
    write_in(desk, "Adresse", "1 rue du Port")
    press(desk, "Enregistrer")
    saved(desk)
    (made,) = office.rows(Centre, town_code="2A004")
    assert (made.name, made.address) == ("Ajaccio", "1 rue du Port")


def test_a_centre_offers_a_course(office, desk):
    go(desk, "/saisir-formations?ville=10387")
    pick(desk, "Formation ★", "F010")
    pick(desk, "Modalité", "Hybride")
    write_in(desk, "Début", "09/2021")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    saved(desk)
    (made,) = office.rows(Offering, course_key="F010")
    assert (made.mode, made.starts_on) == (Mode.HYBRID, PartialDate(2021, 9))


def test_a_target_is_decided(office, desk):
    before = office.rows(Target)
    go(desk, "/objectifs")
    pick(desk, "Territoire ★", "Grand Est")
    write_in(desk, "Nombre de centres ★", "12")
    write_in(desk, "Décidé le ★", "01/02/2024")
    write_in(desk, "Échéance ★", "31/12/2030")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "Objectif de 12 centres au 31 décembre 2030, Grand Est : enregistré.")
    (made,) = [row for row in office.rows(Target) if row not in before]
    assert (made.value, made.territory, made.deadline) == (12, "reg-44", date(2030, 12, 31))


def choose(box, option):
    """Choose in a list, opened again where the page has moved under it: it closes then."""
    wanted = box.page.get_by_role("option", name=option)
    for _ in range(5):
        box.click()
        with suppress(TooLateError):
            return wanted.click(timeout=3_000)
    raise AssertionError(f"the list does not stay open: {option}")


def account(office, address):
    (row,) = office.rows(Staff, email=address)
    return row


def test_an_account_is_added(office, desk):
    go(desk, "/comptes")
    write_in(desk, "Nom ★", "Ange Rossi")
    write_in(desk, "Adresse électronique ★", "ange.rossi@example.org")
    press(desk, "Ajouter")
    says(desk, "choisissez-en au moins une")
    choose(desk.get_by_role("combobox", name="Régions").last, "Corse")
    desk.keyboard.press("Escape")
    ready(desk)
    press(desk, "Ajouter")
    says(desk, "affiché une seule fois")
    once = desk.locator('[data-testid="stCode"]').inner_text().strip()
    assert len(once.replace("-", "")) == 16
    made = account(office, "ange.rossi@example.org")
    assert (made.role, made.active, made.must_change_password) == (Role.ENTRY, True, True)
    assert [r.region_code for r in office.rows(StaffRegion, staff_id=made.id)] == [CORSE]


# --- nobody ---


def test_a_page_asked_for_by_nobody_offers_to_sign_in_and_comes_back(office, open_tab):
    page = open_tab(base_url=office.server.url)
    go(page, "/saisir-etape?ville=52121")
    says(page, "Cette page demande d’être connecté.")
    link = page.get_by_role("link", name="Se connecter")
    assert "retour=%2Fsaisir-etape%3Fville%3D52121" in link.get_attribute("href")
    expect(page.get_by_role("combobox", name="Ville ★")).to_have_count(0)
