"""Every page of the desk, asked for by its address, by every role and by nobody."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from territoires.commands.accounts import SESSION, sign_out
from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments
from territoires.commands.staff import add_staff, administering, disable_staff, reset_password
from territoires.commands.stages import record_stage
from territoires.commands.write import ON, REGISTERED, VALIDATION
from territoires.db.engine import reading
from territoires.db.models import Centre, Staff, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    AccountDraft,
    EnrolmentRow,
    EnrolmentsDraft,
    SettingDraft,
    SourceDraft,
    StaffDraft,
    StageDraft,
)
from territoires.domain.programme import StageKind, Validation
from territoires.domain.roles import Role, grants
from territoires.french.desk import ACTS
from territoires.french.words import ROLES
from territoires.queries.entry import proposals
from territoires.ui.chapters import CARDS
from tests.pages.conftest import PAGES, everything, titles
from tests.pages.desks import EMPLOYED, email, office, signed_in, staff

__all__ = ["office"]

# Every page of the desk says who may open it; the others are open to all.
OPEN_TO_ALL = {"enter/desk.py", "enter/identify.py"}
NOBODY = None
BASTIA = "2B033"
ROLES_AND_NOBODY = [NOBODY, *EMPLOYED]


def refused(page):
    said = everything(page)
    return "demande d’être connecté" in said or "ne permet pas d" in said


def test_every_page_of_the_desk_has_its_card():
    files = {page for page in PAGES if page.startswith(("enter/", "manage/"))}
    assert {card.file for card in CARDS} | OPEN_TO_ALL == files
    assert len({card.path for card in CARDS}) == len(CARDS)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.path)
def test_a_page_says_what_the_star_of_its_fields_means(seated, card):
    about = {"ville": "52121"} if card.about_town else {}
    page = seated(Role.ADMINISTRATION).open(card.file, **about)
    kinds = ("text_input", "text_area", "selectbox", "radio", "checkbox", "multiselect")
    starred = [each.label for kind in kinds for each in page.get(kind) if "★" in each.label]
    assert ("★\u00a0: obligatoire" in everything(page)) is bool(starred)


@pytest.mark.parametrize("role", ROLES_AND_NOBODY)
@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.path)
def test_a_page_opens_to_those_who_hold_its_permission_and_to_no_one_else(seated, card, role):
    page = seated(role).open(card.file)
    assert not page.exception
    assert titles(page) == [card.title]
    entitled = role != NOBODY and grants(role, card.permission)
    assert refused(page) is not entitled
    if not entitled:
        assert not page.text_input
        assert not page.button
        assert not page.selectbox
        assert not page.dataframe


@pytest.mark.parametrize("role", ROLES_AND_NOBODY)
def test_the_entrance_offers_what_the_role_may_do(seated, role):
    page = seated(role).open("enter/desk.py")
    assert not page.exception
    offered = {
        card.path
        for card in CARDS
        if f"{card.purpose}" in [caption.value for caption in page.caption]
    }
    allowed = {card.path for card in CARDS if role != NOBODY and grants(role, card.permission)}
    assert offered == allowed
    if role != NOBODY:
        assert f"**{staff(role).name}** · {ROLES[role]}" in everything(page)


def test_a_provisional_password_opens_no_page(app, office):
    chief = staff(Role.ADMINISTRATION, email="chief@example.org", with_password=True)
    office.do(add_staff, chief)
    office.sit(chief.email)
    for card in CARDS:
        page = app.open(card.file)
        assert "Votre mot de passe est provisoire" in everything(page)
        assert not page.text_input
        assert not page.button


@pytest.mark.parametrize("end", ["sign_out", "expiry", "disabled", "reset"])
def test_a_session_that_is_over_opens_no_page(app, url, office, end):
    if end == "expiry":
        long_ago = datetime.now(UTC) - SESSION - timedelta(minutes=1)
        office.token = signed_in(url, Role.ADMINISTRATION, now=long_ago)
    elif end == "sign_out":
        sign_out(url, office.token)
    else:
        session_of = AccountDraft(email=email(Role.ADMINISTRATION))
        with administering(url, now=datetime.now(UTC)) as write:
            add_staff(
                write, StaffDraft(email="other@example.org", name="B", role=Role.ADMINISTRATION)
            )
            (disable_staff if end == "disabled" else reset_password)(write, session_of)
    assert "demande d’être connecté" in everything(app.open("manage/staff.py"))


def test_a_role_is_read_again_at_each_drawing(app, url, office):
    office.sit(Role.VALIDATION)
    page = app.open("enter/edit_courses.py")
    assert not refused(page)
    with administering(url, now=datetime.now(UTC)) as write:
        disable_staff(write, AccountDraft(email=email(Role.VALIDATION)))
    page.run()
    said = everything(page)
    assert "Votre session est terminée." in said


def test_a_link_of_the_town_sheet_names_the_town(seated):
    page = seated(Role.ADMINISTRATION).open("enter/correct_stage.py", ville="52121")
    assert page.text_input(key="correction_ville").value == "52121"
    assert "Chaumont (Haute-Marne, 52121)" in everything(page)


@pytest.mark.parametrize(
    ("role", "town", "offered"),
    [
        (NOBODY, "52121", False),
        (Role.DIRECTION, "52121", False),
        (Role.ENTRY, "52121", True),
        (Role.ENTRY, "2B033", False),
        (Role.ADMINISTRATION, "2B033", True),
    ],
)
def test_the_sheet_of_a_town_leads_to_its_forms(seated, role, town, offered):
    page = seated(role).open("follow/town.py", ville=town)
    assert not page.exception
    links = {link.proto.page for link in page.get("page_link")}
    assert ("saisir-etape" in links) is offered
    assert ("comptes" in links) is False


@pytest.mark.parametrize(
    ("page", "params"),
    [
        ("enter/correct_stage.py", {"etape": "999999"}),
        ("enter/correct_stage.py", {"etape": "9" * 30}),
        ("enter/correct_stage.py", {"etape": "abc"}),
        ("enter/correct_stage.py", {"etape": "1", "acte": "tout"}),
        ("enter/edit_offerings.py", {"offre": "-1"}),
        ("enter/edit_centre.py", {"ville": "00000"}),
        ("enter/record_enrolments.py", {"ville": "<b>x</b>"}),
    ],
)
def test_nonsense_in_the_address_gets_a_sentence(seated, page, params):
    shown = seated(Role.ADMINISTRATION).open(page, **params)
    assert not shown.exception
    assert titles(shown)


def test_somebody_of_a_region_is_offered_its_towns_only(seated):
    app = seated(Role.ENTRY)
    page = app.open("enter/record_stage.py", ville="2B033")
    said = everything(page)
    assert "Bastia (Haute-Corse) est en Corse, une région à laquelle" in said
    assert "✓" not in said
    page = app.open("enter/record_stage.py", ville="Atlantide")
    assert "dans vos régions" in everything(page)
    page = app.open("enter/record_stage.py", ville="52121")
    assert "Chaumont (Haute-Marne, 52121)" in everything(page)


def test_somebody_of_one_region_writes_nowhere_else(seated):
    app = seated(Role.ENTRY)
    with reading(app.url) as connection:
        stage = connection.scalar(
            select(Stage.id)
            .join(Centre, Centre.id == Stage.centre_id)
            .where(Centre.town_code == BASTIA)
        )
    for page in ("record_stage", "correct_stage", "edit_centre", "record_enrolments"):
        said = everything(app.open(f"enter/{page}.py", ville=BASTIA))
        assert "est en Corse, une région à laquelle votre compte n’est pas rattaché" in said, page
    for act in ("corriger", "retirer", "retenir"):
        shown = app.open("enter/correct_stage.py", etape=str(stage), acte=act)
        assert "mais pas dans cette région" in everything(shown), act
        assert not [each for each in shown.button if "Enregistrer" in each.label], act
    for page in ("manage/targets", "manage/staff", "manage/settings", "enter/edit_courses"):
        said = everything(app.open(f"{page}.py"))
        assert "Votre rôle (Saisie) ne permet pas" in said, page


def test_nobody_switches_their_own_account_off(app, office, url):
    page = app.open("manage/staff.py")
    (chosen,) = [each for each in page.selectbox if each.label == "Compte"]
    page = chosen.set_value(email(Role.ADMINISTRATION)).run()
    (button,) = [each for each in page.button if each.label == "Désactiver le compte"]
    assert "est votre propre compte" in everything(button.click().run())
    with reading(url) as connection:
        mine = select(Staff.active).where(Staff.email == email(Role.ADMINISTRATION))
        assert connection.scalar(mine)


def test_every_command_has_its_french_name():
    assert set(REGISTERED) - set(ACTS) <= {name for name in REGISTERED if name.startswith("import")}
    assert set(ACTS) <= set(REGISTERED)


def test_with_validation_on_what_a_region_enters_is_proposed(app, url, office):
    office.do(set_setting, SettingDraft(name=VALIDATION, value=ON))
    office.sit(Role.ENTRY)
    page = app.open("enter/record_stage.py", ville="10387")
    page.text_input(key="etape_date").set_value("05/2021")
    page.text_input(key="etape_source").set_value("déclaration")
    (save,) = [button for button in page.button if button.label == "Enregistrer"]
    save.click().run()
    assert "une personne du siège doit valider" in page.success[0].value
    with reading(url) as connection:
        (proposal,) = proposals(connection).to_dict("records")
    assert (proposal["author"], proposal["town_code"]) == (email(Role.ENTRY), "10387")


def test_what_was_typed_outlives_a_database_that_does_not_answer(app, office, monkeypatch):
    page = app.open("enter/record_stage.py", ville="10387")
    page.text_input(key="etape_source").set_value("Gazette du jour")
    page.text_input(key="etape_date").set_value("2021")
    real = os.environ["TERRITOIRES_DATABASE_URL"]
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", "sqlite:////nonexistent/none.db")
    (save,) = [button for button in page.button if button.label == "Enregistrer"]
    save.click().run()
    assert "La base n’existe pas encore" in page.error[0].value
    assert not page.text_input
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", real)
    page.run()
    assert page.text_input(key="etape_source").value == "Gazette du jour"
    assert page.text_input(key="etape_ville").value == "10387"


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("enter/correct_stage.py", "correction_ville"),
        ("enter/edit_centre.py", "centre_ville"),
        ("enter/edit_offerings.py", "offre_ville"),
        ("enter/record_stage.py", "etape_ville"),
    ],
)
def test_a_page_follows_the_town_of_its_address_and_keeps_one_typed_since(app, office, page, key):
    shown = app.open(page, ville="10387")
    shown.query_params["ville"] = "52121"  # the Back button, or a link within the page
    assert "Chaumont (Haute-Marne, 52121)" in everything(shown.run())
    shown.text_input(key=key).set_value("10387").run()
    assert "Troyes (Aube, 10387)" in everything(shown.run())


def test_of_several_towns_of_one_name_none_is_chosen_beforehand(app, office):
    page = app.open("enter/record_stage.py")
    page.text_input(key="etape_ville").set_value("saint-denis").run()
    (choice,) = [each for each in page.radio if "communes répondent" in each.label]
    assert choice.value is None
    page.text_input(key="etape_date").set_value("05/05/2021")
    page.text_input(key="etape_source").set_value("déclaration")
    (save,) = [each for each in page.button if each.label == "Enregistrer"]
    page = save.click().run()
    assert page.error
    assert not page.success
    with reading(app.url) as connection:
        assert not connection.scalars(select(Centre.id).where(Centre.town_code == "97411")).all()


@pytest.mark.parametrize(
    ("role", "seen"),
    [(NOBODY, False), (Role.PARTNER, True), (Role.ENTRY, True), (Role.DIRECTION, True)],
)
def test_what_waits_for_validation_is_marked_for_staff_and_unseen_by_the_public(
    app, office, role, seen
):
    office.do(set_setting, SettingDraft(name=VALIDATION, value=ON))
    proposed = StageDraft(
        town_code="10387",
        kind=StageKind.OPENED,
        on=PartialDate(2021, 5),
        source=SourceDraft(declared=True),
    )
    assert office.do(record_stage, proposed, who=Role.ENTRY).pending
    office.sit(role)
    page = app.open("follow/town.py", ville="10387")
    marked = [each.value for each in page.warning if "En attente de validation" in each.value]
    assert bool(marked) is seen
    if seen:
        assert staff(Role.ENTRY).name in marked[0]
    assert "Aucun centre connu" in everything(page) or "ouverture non connue" in everything(page)


def test_a_form_may_be_kept_as_a_draft_and_is_then_its_author_s_alone(app, office, url):
    office.sit(Role.ENTRY)
    page = app.open("enter/record_stage.py", ville="10387")
    page.text_input(key="etape_date").set_value("05/2021")
    page.text_input(key="etape_source").set_value("déclaration")
    (keep,) = [button for button in page.button if button.label == "Garder en brouillon"]
    page = keep.click().run()
    assert "en brouillon" in page.success[0].value
    with reading(url) as connection:
        (kept,) = proposals(connection, state=Validation.DRAFT).to_dict("records")
        assert not len(proposals(connection))
    assert kept["author"] == email(Role.ENTRY)
    page = app.open("manage/validation.py")
    assert "Mes brouillons" in [each.value for each in page.header]


@pytest.mark.parametrize("typed", ["01/2025", "2025"])
def test_a_date_that_must_have_its_day_is_quoted_as_it_was_typed(app, office, typed):
    page = app.open("enter/record_enrolments.py", ville="52121")
    page.text_input(key="inscriptions_arrete").set_value(typed)
    (save,) = [each for each in page.button if each.label == "Enregistrer"]
    said = save.click().run().error[0].value
    assert f"«\u00a0{typed}\u00a0» ne dit pas le jour" in said


def test_each_count_of_a_year_is_shown_on_its_own_day(office, app, url):
    with reading(url) as connection:
        centre = connection.scalar(
            select(Centre.id).where(Centre.town_code == "52121", Centre.origin_id.is_(None))
        )
    draft = EnrolmentsDraft(
        centre_id=centre,
        academic_year=2021,
        counted_on=date(2022, 3, 28),
        source=SourceDraft(declared=True),
        rows=(EnrolmentRow(headcount=100),),
    )
    later = replace(draft, counted_on=date(2022, 8, 31), rows=(EnrolmentRow(headcount=130),))
    for count in (draft, later):
        office.do(record_enrolments, count)

    def labelled(elements, label):
        return next(each for each in elements if each.label == label)

    def persons(page):
        return labelled(page.text_input, "Ensemble du centre, personnes").value

    page = app.open("enter/record_enrolments.py", ville="52121")
    page = labelled(page.selectbox, "Année universitaire ★").set_value(2021).run()
    count = labelled(page.selectbox, "Comptage")
    assert count.options == [
        "Arrêté au 31\u00a0août 2022",
        "Arrêté au 28\u00a0mars 2022",
        "Nouveau comptage",
    ]
    assert (persons(page), labelled(page.text_input, "Arrêté au ★").value) == ("130", "31/08/2022")
    page = count.set_value("2022-03-28").run()
    assert (persons(page), labelled(page.text_input, "Arrêté au ★").value) == ("100", "28/03/2022")
    page = labelled(page.selectbox, "Comptage").set_value("").run()
    assert persons(page) == ""
    assert any("arrêté au 31\u00a0août 2022\u00a0: 130" in each.value for each in page.caption)
