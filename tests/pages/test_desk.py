"""The desk: what it says of whoever sits at it, where it leads, and what an act changed beside."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from territoires.commands.centres import create_centre
from territoires.commands.choices import set_setting
from territoires.commands.stages import record_stage
from territoires.commands.write import ON, VALIDATION
from territoires.db.engine import engine, reading
from territoires.db.models import StaffRegion
from territoires.domain.checks import Code, reasoned
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    CentreCorrection,
    CentreDraft,
    ProposalDraft,
    SettingDraft,
    SourceDraft,
    StageDraft,
    WithdrawalDraft,
)
from territoires.domain.errors import InvalidError, Problem
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.french.numbers import as_text
from territoires.french.problems import error_message, field_name, problem_message
from territoires.queries import entry, quality
from territoires.ui.bar import today
from territoires.ui.chapters import CARDS
from tests.pages.conftest import PAGES, everything
from tests.pages.desks import office

__all__ = ["office"]

BAR_LE_DUC = "55029"


def press(page, label):
    (button,) = [each for each in page.button if each.label == label]
    return button.click().run()


def opening(**changes):
    values = {
        "town_code": BAR_LE_DUC,
        "kind": StageKind.OPENED,
        "on": PartialDate(2021, 9, 13),
        "source": SourceDraft(declared=True),
    }
    return StageDraft(**(values | changes))


def test_a_mistake_withdrawn_takes_its_centre_with_it(app, office):
    saved = office.do(record_stage, opening())
    page = app.open("enter/correct_stage.py", etape=str(saved.version_id), acte="retirer")
    assert "est retiré avec elle" in everything(page)
    page.text_input(key="correction_motif").set_value("mauvaise ville")
    page = press(page, "Retirer cette étape")
    assert "il est retiré aussi" in page.success[0].value
    office.sit("")
    sheet = app.open("follow/town.py", ville=BAR_LE_DUC)
    assert not sheet.exception
    assert "aucun centre connu à ce jour" in everything(sheet)


ENTRANCE = "enter/desk.py"


def links_of(page):
    return {link.proto.page for link in page.get("page_link")}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_who_is_signed_in_where_and_the_way_out(app, office, page):
    office.sit(Role.ENTRY)
    shown = app.open(page)
    assert not shown.exception
    assert "**Camille Entry** · Saisie · Grand Est" in everything(shown)
    assert "/deconnexion" in {link.proto.url for link in shown.get("link_button")}
    assert page == ENTRANCE or "saisie" in links_of(shown)
    labels = {link.proto.label for link in shown.get("page_link")}
    of_the_desk = page in {card.file for card in CARDS}
    assert ("Retour au bureau" in labels) is of_the_desk


def test_visitors_are_told_nothing_of_an_account(app, office):
    office.sit("")
    shown = app.open()
    assert "/deconnexion" not in {link.proto.url for link in shown.get("link_button")}
    assert "Camille" not in everything(shown)


def test_the_cards_say_how_much_waits(app, office):
    office.do(set_setting, SettingDraft(name=VALIDATION, value=ON))
    assert office.do(record_stage, opening(), who=Role.ENTRY).pending
    assert office.do(record_stage, opening(as_draft=True), who=Role.ENTRY).pending
    late = quality_of(office.url)
    everywhere = f"{len(late)}\u00a0centres en retard"
    here = f"{(late['region_code'] == '44').sum()}\u00a0centres en retard"
    for role, said in {
        Role.ENTRY: ["1\u00a0en attente · 1\u00a0brouillon", here],
        Role.VALIDATION: ["1\u00a0à valider", everywhere],
        Role.DIRECTION: ["1\u00a0en attente", everywhere],
        Role.PARTNER: ["1\u00a0en attente"],
    }.items():
        office.sit(role)
        shown = everything(app.open(ENTRANCE))
        assert all(f":orange-badge[{each}]" in shown for each in said), (role, shown)
    assert "en retard]" not in shown


def quality_of(url):
    with reading(url) as connection:
        found = quality.findings(connection, as_of=today())
    return found[found["gap"] == "enrolments"]


def test_a_regional_reader_has_the_list_of_their_centres(app, office):
    office.do(record_stage, opening())
    office.sit(Role.ENTRY)
    (listed,) = app.open(ENTRANCE).table
    text = listed.value.to_string()
    assert "Bar-le-Duc" in text
    assert f"saisir-inscriptions?ville={BAR_LE_DUC}" in text
    with reading(office.url) as connection:
        expected = entry.own_centres(connection, as_of=today(), regions=("44",))
    assert len(listed.value) == len(expected)
    assert set(expected["region_code"]) == {"44"}


@pytest.mark.parametrize("role", [Role.PARTNER, Role.DIRECTION])
def test_a_reader_s_desk_leads_somewhere(app, office, role):
    office.sit(role)
    page = app.open(ENTRANCE)
    assert not page.exception
    assert not page.text_input  # a town to begin with begins nothing
    (listed,) = page.table
    assert len(listed.value)
    assert "saisir" not in listed.value.to_string()
    said = everything(page)
    assert ("terr=reg-44" if role is Role.PARTNER else "terr=fr") in said
    assert "validation" in links_of(page)


def test_somebody_without_a_region_looks_after_no_centre(app, office):
    with engine(office.url, writable=True).begin() as connection:
        connection.execute(delete(StaffRegion))
    office.sit(Role.PARTNER)
    page = app.open(ENTRANCE)
    assert not page.table
    assert "aucune région" in everything(page)


# What each form may be told about a field, and that the field is then called on the page.
FIELDS_OF = {
    "enter/record_stage.py": "town_code kind on source note reason centre_name address "
    "regional_centre",
    "enter/edit_centre.py": "town_code address regional_centre wave collectivity note reason",
    "enter/record_enrolments.py": "town_code academic_year counted_on source reason",
    "enter/edit_bounds.py": "town_code kind not_before confidence source note reason",
    "enter/edit_announcements.py": "town_code announced_for announced_on confidence "
    "source note reason",
    "enter/edit_questions.py": "town_code asks asked_on asked_by answered_on note reason",
    "enter/edit_offerings.py": "town_code course_key starts_on ends_on source reason",
    "enter/edit_courses.py": "title field_slug cnam_code level key credential rncp_code credits "
    "source reason",
    "manage/targets.py": "territory value decided_on deadline source reason",
    "manage/staff.py": "role regions name email",
}


@pytest.mark.parametrize("page", FIELDS_OF)
def test_a_message_calls_a_field_what_the_form_calls_it(app, office, page):
    office.do(record_stage, opening())
    form = app.open(page, ville=BAR_LE_DUC)
    kinds = ("text_input", "text_area", "selectbox", "radio", "multiselect", "number_input")
    labels = {
        str(widget.label).removesuffix(" ★") for kind in kinds for widget in getattr(form, kind)
    }
    assert {field_name(field) for field in FIELDS_OF[page].split()} <= labels


def test_a_second_site_and_a_homonym_elsewhere_are_told_by_their_own_names(app, office):
    office.do(record_stage, opening())
    with pytest.raises(InvalidError) as refused:
        office.do(create_centre, CentreDraft(town_code=BAR_LE_DUC, new_site=True))
    assert "«\u00a0Bar-le-Duc, quartier de la gare\u00a0»" in error_message(refused.value)


@pytest.mark.parametrize(
    ("act", "example"),
    [
        (WithdrawalDraft(expected_id=1), "saisie en double"),
        (ProposalDraft(proposal_id=1), "la source citée donne une autre date"),
        (CentreCorrection(expected_id=1, town_code="", name=""), "le centre a déménagé"),
    ],
)
def test_a_missing_reason_has_an_example_that_fits_the_act(act, example):
    (problem,) = reasoned(act)
    assert example in problem_message(problem)


@pytest.mark.parametrize(("field", "example"), [("deadline", "31/12/2027"), ("on", "13/09/2019")])
def test_a_date_has_an_example_that_fits_its_field(field, example):
    for code in (Code.BAD_DATE, Code.INCOMPLETE_DAY):
        assert f"par exemple {example}" in problem_message(Problem(field, code, "hier"))
    told = problem_message(Problem("deadline", Code.BAD_DATE, "hier"))
    assert "AAAA ou" not in told


@given(st.text(alphabet=" a:;?!»\u00a0\t\n", min_size=1, max_size=20))
def test_no_space_of_a_quoted_value_is_lost(typed):
    told = problem_message(Problem("source", Code.BAD_URL, typed))
    (inside,) = re.findall("«\u00a0(.*)\u00a0» n’est pas", told, re.DOTALL)
    shown = re.sub("[ \t\n]+", " ", inside).strip(" ")  # as a browser does, which keeps U+00A0
    assert len(shown) == len(typed)
    assert [a for a in shown if not a.isspace()] == [a for a in typed if not a.isspace()]
    assert len(as_text(typed)) >= len(typed)


def test_of_two_centres_of_one_town_none_is_chosen_beforehand(app, office):
    office.do(record_stage, opening())
    site = opening(new_site=True, centre_name="Bar-le-Duc, gare", on=PartialDate(2022))
    office.do(record_stage, site)
    for name, key in (
        ("enter/record_enrolments.py", "inscriptions_centre"),
        ("enter/edit_offerings.py", "offre_centre"),
        ("enter/edit_centre.py", "centre_choisi"),
        ("enter/correct_stage.py", "correction_centre"),
        ("enter/record_stage.py", "etape_centre"),
    ):
        page = app.open(name, ville=BAR_LE_DUC)
        assert not page.exception
        asked = page.radio(key=f"{key}_{BAR_LE_DUC}")
        assert asked.value is None
        said = everything(page)
        assert "Aucun centre n’est connu" not in said
        assert "Aucune étape" not in said
        saves = [each for each in page.button if each.label == "Enregistrer"]
        assert bool(saves) is (name == "enter/record_stage.py")
    page.text_input(key="etape_date").set_value("2023")
    page.text_input(key="etape_source").set_value("déclaration")
    page = press(page, "Enregistrer")
    assert "Plusieurs centres existent" in page.error[0].value
    with reading(office.url) as connection:
        found = entry.own_centres(connection, as_of=today(), regions=("44",))
    assert list(found["town_code"]).count(BAR_LE_DUC) == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("12,5", "n’est pas un nombre entier"),
        ("1,250", "se lit de deux façons\u202f: 1,25 ou 1\u202f250"),
        ("-3", "est négatif"),
        ("douze", "n’est pas un nombre entier"),
    ],
)
def test_a_headcount_that_cannot_be_read_names_its_line_and_its_column(app, office, typed, told):
    centre = office.do(record_stage, opening()).centre_id
    page = app.open("enter/record_enrolments.py", ville=BAR_LE_DUC)
    page.selectbox(key="inscriptions_annee").set_value(2022).run()
    page.text_input(key=f"inscriptions_{centre}_2022_tout_persons").set_value(typed)
    page = press(page, "Enregistrer")
    said = page.error[0].value
    assert "**Ensemble du centre, personnes**" in said
    assert told.replace("\u202f:", "\u00a0:") in said.replace("\u202f:", "\u00a0:")


def test_a_centre_just_corrected_may_be_withdrawn(app, office):
    office.do(create_centre, CentreDraft(town_code=BAR_LE_DUC))
    page = app.open("enter/edit_centre.py", ville=BAR_LE_DUC)
    page.text_input(key="centre_adresse").set_value("2 rue du Port").run()
    page.text_input(key="centre_motif").set_value("déménagement").run()
    page = press(page, "Enregistrer")
    page.text_input(key="retrait_centre_motif").set_value("créé par erreur").run()
    page = press(page, "Retirer ce centre")
    assert not page.error
    assert any("retiré" in each.value for each in page.success)
    with reading(office.url) as connection:
        found = entry.own_centres(connection, as_of=today(), regions=("44",))
    assert BAR_LE_DUC not in set(found["town_code"])


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (None, "Saisie"),
        (Role.ENTRY, "Saisie"),
        (Role.ADMINISTRATION, "Saisie"),
        (Role.PARTNER, "Suivi"),
        (Role.DIRECTION, "Suivi"),
    ],
)
def test_the_desk_is_named_after_what_one_does_there(seated, role, name):
    shown = seated(role).open(ENTRANCE)
    assert [title.value for title in shown.title] == [name]
    assert name in {page.title for page in shown.session_state["pages"].values()}
