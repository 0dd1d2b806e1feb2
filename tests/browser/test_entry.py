"""Each form once through to its row, in a real browser."""

import re
import time
from contextlib import suppress
from datetime import date

import pytest
from playwright.sync_api import TimeoutError as TooLateError
from playwright.sync_api import expect

from territoires.commands.staff import reset_password
from territoires.db.models import (
    Centre,
    Course,
    Enrolment,
    Offering,
    Setting,
    Source,
    Staff,
    StaffRegion,
    Stage,
    Target,
)
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import AccountDraft
from territoires.domain.programme import Basis, Counted, Mode, StageKind
from territoires.domain.roles import Role
from tests.browser.conftest import assert_quiet, settled
from tests.browser.desks import (
    CORSE,
    SECOND_ADMIN,
    go,
    office_on,
    pick,
    press,
    ready,
    saved,
    says,
    type_town,
    write_in,
)

CHAUMONT, BASTIA = "52121", "2B033"


@pytest.fixture(scope="module")
def office(seeded_database, tmp_path_factory):
    with office_on(seeded_database, tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def desk(office, open_tab):
    """Give the tab of an administrator."""
    return office.tab_of(open_tab, SECOND_ADMIN)


def centre_of(office, town):
    return office.rows(Centre, town_code=town)[0]


def centre_number(row):
    return row.origin_id or row.id


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
    once = office.do(reset_password, AccountDraft(email=SECOND_ADMIN)).one_time_password
    page = open_tab(base_url=office.server.url)
    page.goto("/connexion?retour=/saisir-etape")
    page.fill("#email", SECOND_ADMIN)
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


def test_what_is_wrong_is_said_and_what_was_typed_stays(office, desk):
    go(desk, "/saisir-etape")
    type_town(desk, "ajaccio")
    write_in(desk, "Date ★", "31/02/2020")
    write_in(desk, "Source ★", "gazette")
    write_in(desk, "Commentaire", "Vu sur place")
    press(desk, "Enregistrer")
    says(desk, "Rien n’a été enregistré.")
    says(desk, "« 31/02/2020 » n’existe pas")
    write_in(desk, "Date ★", "13/09/2021")
    press(desk, "Enregistrer")
    says(desk, "La source « gazette » n’est ni une adresse, ni le titre d’une source")
    says(desk, "La Gazette France")
    for label, text in (("Ville ★", "ajaccio"), ("Commentaire", "Vu sur place")):
        expect(desk.get_by_label(label, exact=True)).to_have_value(text)
    assert office.rows(Centre, town_code="2A004") == []


def test_a_suspicious_value_asks_for_a_reason(office, desk):
    go(desk, f"/saisir-etape?ville={CHAUMONT}")
    pick(desk, "Étape ★", "Inauguration")
    write_in(desk, "Date ★", "14/09/2019")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "À confirmer avant d’enregistrer.")
    write_in(desk, "Motif ★", "Deux cérémonies ont eu lieu")
    press(desk, "Enregistrer")
    saved(desk)
    centre = centre_of(office, CHAUMONT)
    days = [r.happened_on.iso for r in office.rows(Stage, centre_id=centre.id, kind="inaugurated")]
    assert sorted(days) == ["2019-09-13", "2019-09-14"]

    press(desk, "Annuler mon dernier acte")
    says(desk, "Dernier acte annulé")
    days = [r.happened_on.iso for r in office.rows(Stage, centre_id=centre.id, kind="inaugurated")]
    assert days == ["2019-09-13"]


# --- stages ---


def test_a_stage_is_corrected(office, desk):
    go(desk, "/corriger-etape?ville=10387")
    says(desk, "Labellisation")
    before = office.rows(Stage, centre_id=centre_number(centre_of(office, "10387")))
    press(desk, "Corriger")
    press(desk, "Enregistrer la correction")
    says(desk, "Le motif est obligatoire")
    write_in(desk, "Commentaire", "Relu sur la convention")
    write_in(desk, "Motif ★", "Précision apportée")
    press(desk, "Enregistrer la correction")
    saved(desk)
    after = office.rows(Stage, centre_id=centre_number(centre_of(office, "10387")))
    assert len(after) == len(before)
    (changed,) = [row for row in after if row.note == "Relu sur la convention"]
    assert changed.version == 2
    (old,) = [row for row in before if row.id == changed.origin_id]
    assert (changed.happened_on, changed.source_id) == (old.happened_on, old.source_id)
    assert (changed.confidence, changed.basis) == (old.confidence, old.basis)


def test_a_competing_date_is_retained_then_the_act_undone(office, desk):
    centre = centre_number(centre_of(office, CHAUMONT))
    go(desk, f"/corriger-etape?ville={CHAUMONT}")
    press(desk, "Retenir cette date")
    write_in(desk, "Motif ★", "La préfecture fait foi")
    press(desk, "Retenir cette date")
    says(desk, "précède la labellisation")
    desk.get_by_text("Je confirme : c’est exact").click()
    press(desk, "Retenir cette date")
    saved(desk)

    def retained():
        rows = office.rows(Stage, centre_id=centre, kind="opened", retained=True)
        return [row.happened_on.iso for row in rows]

    assert retained() == ["2019-09-13"]
    press(desk, "Annuler mon dernier acte")
    says(desk, "Dernier acte annulé")
    assert retained() == ["2019-04"]


def test_a_stage_is_withdrawn(office, desk):
    go(desk, f"/saisir-etape?ville={BASTIA}")
    pick(desk, "Étape ★", "Convention")
    write_in(desk, "Date ★", "2020")
    write_in(desk, "Source ★", "https://www.example.org/convention")
    press(desk, "Enregistrer")
    saved(desk)
    go(desk, f"/corriger-etape?ville={BASTIA}")
    card = desk.locator('[data-testid="stVerticalBlock"]').filter(has_text="Convention – 2020")
    card.last.get_by_role("button", name="Retirer").click()
    ready(desk)
    press(desk, "Retirer cette étape")
    says(desk, "Le motif est obligatoire")
    write_in(desk, "Motif ★", "Saisie par erreur")
    press(desk, "Retirer cette étape")
    saved(desk)
    centre = centre_number(centre_of(office, BASTIA))
    assert office.rows(Stage, centre_id=centre, kind="agreement") == []


# --- centres ---


def test_a_centre_is_created_corrected_and_withdrawn(office, desk):
    go(desk, "/saisir-centre?ville=2A004")
    write_in(desk, "Adresse", "1 rue du Port")
    press(desk, "Enregistrer")
    saved(desk)
    (made,) = office.rows(Centre, town_code="2A004")
    assert (made.name, made.address) == ("Ajaccio", "1 rue du Port")

    go(desk, "/saisir-centre?ville=2A004")
    write_in(desk, "Adresse", "2 rue du Port")
    write_in(desk, "Motif ★", "Déménagement")
    press(desk, "Enregistrer")
    saved(desk)
    (moved,) = office.rows(Centre, town_code="2A004")
    assert (moved.version, moved.address) == (2, "2 rue du Port")

    desk.get_by_text("Retirer ce centre").first.click()
    desk.get_by_role("textbox", name="Motif ★").last.fill("Créé par erreur")
    desk.get_by_role("button", name="Retirer ce centre").last.click()
    ready(desk)
    saved(desk, ": retiré")
    assert office.rows(Centre, town_code="2A004") == []


def test_a_second_site_must_bear_another_name(office, desk):
    go(desk, f"/saisir-centre?ville={CHAUMONT}")
    desk.get_by_text("Un second site, à créer").click()
    ready(desk)
    press(desk, "Enregistrer")
    says(desk, "par exemple « Chaumont, quartier de la gare »")
    write_in(desk, "Nom du centre ★", "Chaumont, la gare")
    press(desk, "Enregistrer")
    saved(desk)
    names = [row.name for row in office.rows(Centre, town_code=CHAUMONT)]
    assert sorted(names) == ["Chaumont", "Chaumont, la gare"]


# --- courses ---


def test_a_centre_offers_a_course_corrected_then_withdrawn(office, desk):
    centre = centre_number(centre_of(office, "10387"))
    before = len(office.rows(Offering, centre_id=centre))
    go(desk, "/saisir-formations?ville=10387")
    pick(desk, "Formation ★", "F010")
    pick(desk, "Modalité", "Hybride")
    write_in(desk, "Début", "09/2021")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    saved(desk)
    (made,) = office.rows(Offering, centre_id=centre, course_key="F010")
    assert (made.mode, made.starts_on) == (Mode.HYBRID, PartialDate(2021, 9))

    go(desk, f"/saisir-formations?offre={made.id}&acte=corriger")
    write_in(desk, "Fin", "06/2021")
    write_in(desk, "Motif ★", "Arrêt")
    press(desk, "Enregistrer")
    says(desk, "précède le début")
    write_in(desk, "Fin", "06/2023")
    press(desk, "Enregistrer")
    saved(desk)
    (ended,) = office.rows(Offering, centre_id=centre, course_key="F010")
    assert (ended.version, ended.ends_on) == (2, PartialDate(2023, 6))

    go(desk, f"/saisir-formations?offre={ended.id}&acte=retirer")
    write_in(desk, "Motif ★", "Erreur de centre")
    press(desk, "Retirer cette formation")
    saved(desk)
    assert len(office.rows(Offering, centre_id=centre)) == before


def test_a_course_is_added_to_the_catalogue_and_corrected(office, desk):
    go(desk, "/catalogue-formations")
    write_in(desk, "Intitulé ★", "Licence de vannerie")
    pick(desk, "Filière ★", "Numérique")
    pick(desk, "Niveau", "6")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    saved(desk)
    (made,) = office.rows(Course, title="Licence de vannerie")
    assert made.level == 6

    pick(desk, "Formation du catalogue", "Licence de vannerie")
    write_in(desk, "Crédits", "beaucoup")
    write_in(desk, "Motif ★", "Fiche relue")
    press(desk, "Enregistrer")
    says(desk, "« beaucoup » n’est pas plausible")
    write_in(desk, "Crédits", "180")
    press(desk, "Enregistrer")
    saved(desk)
    (changed,) = office.rows(Course, key=made.key)
    assert (changed.credits, changed.level) == (180, 6)


# --- enrolments ---


def box(page, name):
    return page.get_by_label(name, exact=True)


def test_a_grid_of_enrolments_is_written_then_corrected(office, desk):
    centre = centre_number(centre_of(office, "16102"))
    persons = "Ensemble du centre, personnes"
    go(desk, "/saisir-inscriptions?ville=16102")
    pick(desk, "Année universitaire ★", "2022-2023")
    press(desk, "Enregistrer")
    says(desk, "est obligatoire")
    box(desk, persons).fill("1 2x")
    write_in(desk, "Arrêté au ★", "15/01/2023")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "n’est pas un nombre entier")
    box(desk, persons).fill("118")
    box(desk, persons).press("Tab")
    desk.keyboard.type("0")
    press(desk, "Enregistrer")
    says(desk, "Je confirme zéro")
    desk.get_by_text("Je confirme zéro", exact=True).last.click()
    press(desk, "Enregistrer")
    says(desk, "enregistrés (2 nouveaux).")

    def figures(year=2022):
        rows = office.rows(Enrolment, centre_id=centre, academic_year=year)
        return {row.counted: (row.headcount, row.counted_on) for row in rows}

    day = date(2023, 1, 15)
    assert figures() == {Counted.PERSONS: (118, day), Counted.REGISTRATIONS: (0, day)}

    # The year after, ten times more: it asks why, and the grid still says so.
    pick(desk, "Année universitaire ★", "2023-2024")
    says(desk, "l’an dernier : 118")
    box(desk, persons).fill("1 250")
    write_in(desk, "Arrêté au ★", "15/01/2024")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "contre 118 l’année précédente")
    write_in(desk, "Motif ★", "Accord avec la région")
    press(desk, "Enregistrer")
    says(desk, "enregistrés (1 nouveau).")
    assert figures(2023)[Counted.PERSONS][0] == 1250

    # An emptied box withdraws nothing by itself.
    box(desk, persons).fill("")
    write_in(desk, "Arrêté au ★", "15/01/2024")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "Vous avez vidé un effectif enregistré")
    assert figures(2023)[Counted.PERSONS][0] == 1250
    desk.get_by_text("Retirer un effectif", exact=True).click()
    desk.get_by_role("textbox", name="Motif ★").last.fill("Doublon")
    press(desk, "Retirer cet effectif")
    saved(desk, ": retiré")
    assert figures(2023) == {}


# --- targets, settings, accounts ---


def test_a_target_is_a_new_row(office, desk):
    before = office.rows(Target)
    go(desk, "/objectifs")
    pick(desk, "Territoire ★", "Grand Est")
    says(desk, "Aucun objectif n’est enregistré")
    write_in(desk, "Nombre de centres ★", "douze")
    press(desk, "Enregistrer")
    says(desk, "« douze » n’est pas plausible")
    write_in(desk, "Nombre de centres ★", "12")
    write_in(desk, "Décidé le ★", "01/02/2024")
    write_in(desk, "Échéance ★", "31/12/2030")
    write_in(desk, "Source ★", "déclaration")
    press(desk, "Enregistrer")
    says(desk, "Objectif de 12 centres au 31 décembre 2030, Grand Est : enregistré.")
    (made,) = [row for row in office.rows(Target) if row not in before]
    assert (made.value, made.territory, made.deadline) == (12, "reg-44", date(2030, 12, 31))
    assert (made.version, made.decided_on) == (1, date(2024, 2, 1))


def test_validation_is_switched_on_and_off(office, desk):
    go(desk, "/reglages")
    says(desk, "sans validation")
    press(desk, "Activer la validation")
    says(desk, "avec validation")
    assert office.rows(Setting, name="validation")[0].value == "on"
    press(desk, "Désactiver la validation")
    says(desk, "sans validation")
    assert office.rows(Setting, name="validation")[0].value == "off"


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


def test_accounts_are_added_changed_and_switched_off(office, desk):
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

    pick(desk, "Compte", "Ange Rossi")
    expect(desk.locator('[data-testid="stCode"]')).to_have_count(0)  # shown once
    press(desk, "Désactiver le compte")
    says(desk, "désactivé")
    assert not account(office, "ange.rossi@example.org").active
    press(desk, "Réactiver le compte")
    expect(desk.get_by_role("button", name="Désactiver le compte")).to_be_visible()
    assert account(office, "ange.rossi@example.org").active
    press(desk, "Donner un nouveau mot de passe")
    again = desk.locator('[data-testid="stCode"]')
    expect(again).not_to_have_text(once)
    expect(again).to_have_text(re.compile(r"\S{16,}"))

    choose(desk.get_by_role("combobox", name="Rôle ★").first, "Direction")
    press(desk, "Changer le rôle")
    says(desk, "laissez la liste des régions vide")
    assert account(office, "ange.rossi@example.org").role is Role.ENTRY


# --- nobody ---


def test_a_page_asked_for_by_nobody_offers_to_sign_in_and_comes_back(office, open_tab):
    page = open_tab(base_url=office.server.url)
    go(page, "/saisir-etape?ville=52121")
    says(page, "Cette page demande d’être connecté.")
    link = page.get_by_role("link", name="Se connecter")
    assert "retour=%2Fsaisir-etape%3Fville%3D52121" in link.get_attribute("href")
    expect(page.get_by_role("combobox", name="Ville ★")).to_have_count(0)
