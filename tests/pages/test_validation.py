"""The queue of validation: differences, four eyes, and a public that sees nothing of it."""

from datetime import date

import pytest
from sqlalchemy import select

from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments
from territoires.commands.stages import correct_stage, record_stage, withdraw_stage
from territoires.db.engine import reading
from territoires.db.models import Centre, Enrolment, Proposal, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    EnrolmentRow,
    EnrolmentsDraft,
    SettingDraft,
    SourceDraft,
    StageCorrection,
    StageDraft,
    WithdrawalDraft,
)
from territoires.domain.programme import StageKind, Validation
from territoires.domain.roles import Role
from tests.pages.conftest import everything, titles
from tests.pages.desks import office as staffed

pytestmark = pytest.mark.both_engines

__all__ = ["staffed"]

PAGE = "manage/validation.py"
WORD = SourceDraft(declared=True)


@pytest.fixture
def office(staffed):
    """Turn validation on."""
    staffed.do(set_setting, SettingDraft(name="validation", value="on"))
    staffed.sit(Role.VALIDATION)
    return staffed


def propose(office, command=record_stage, **changes):
    usual = {
        "town_code": "10387",
        "kind": StageKind.AGREEMENT,
        "on": PartialDate(2020, 5),
        "source": WORD,
    }
    return office.do(command, StageDraft(**(usual | changes)), who=Role.ENTRY)


def press(page, label):
    found = [each for each in page.button if each.label == label]
    return found[0].click().run()


def labels(page):
    return [each.label for each in page.button]


def lines(page, at=0):
    table = page.table[at].value
    return {name: (row["Connu"], row["Proposé"]) for name, row in table.iterrows()}


def facts(url, table):
    columns = table.__table__.c
    with reading(url) as connection:
        return connection.execute(select(*columns).where(columns.superseded_at.is_(None))).all()


def states(url):
    with reading(url) as connection:
        return list(connection.scalars(select(Proposal.state).order_by(Proposal.id)))


def chaumont(url, kind):
    with reading(url) as connection:
        return connection.execute(
            select(Stage.id, Stage.centre_id)
            .join(Centre, Centre.id == Stage.centre_id)
            .where(Centre.town_code == "52121", Stage.kind == kind, Stage.retained)
        ).first()


def test_an_empty_queue_says_so(app, office):
    page = app.open(PAGE)
    assert titles(page) == ["Validation"]
    assert "Rien n’attend de validation" in page.success[0].value


def test_without_validation_the_page_says_that_it_is_off(app, staffed):
    assert "La validation est désactivée" in app.open(PAGE).info[0].value


def test_a_proposal_is_shown_field_by_field_and_validated(app, office, url):
    before = len(facts(url, Stage))
    propose(office)
    page = app.open(PAGE)
    assert "1 proposition attend" in everything(page)
    assert "Saisie d’une étape\u00a0: Troyes" in everything(page)
    assert lines(page)["Date"] == ("–", "mai 2020")
    assert lines(page)["Étape"] == ("–", "convention")
    page = press(page, "Valider")
    assert not page.exception
    assert "Validé." in page.success[0].value
    assert len(facts(url, Stage)) == before + 1
    assert states(url) == [Validation.VALIDATED]


def test_the_oldest_comes_first(app, office):
    propose(office)
    propose(office, town_code="08105")
    said = everything(app.open(PAGE))
    assert said.index("Troyes") < said.index("Charleville-Mézières")


def test_a_correction_is_compared_with_what_is_known(app, office, url):
    found = chaumont(url, StageKind.OPENED)
    draft = StageCorrection(
        expected_id=found.id,
        kind=StageKind.OPENED,
        on=PartialDate(2019, 5),
        source=WORD,
        reason="relevé",
        confirmed=True,
    )
    office.do(correct_stage, draft, who=Role.ENTRY)
    page = app.open(PAGE)
    assert lines(page)["Date"] == ("avril 2019", "mai 2019")
    assert "Étape" not in lines(page)
    assert "relevé" in everything(page)


def test_headcounts_and_withdrawals_are_compared_too(app, office, url):
    found = chaumont(url, StageKind.OPENED)
    office.do(
        record_enrolments,
        EnrolmentsDraft(
            centre_id=found.centre_id,
            academic_year=2024,
            counted_on=date(2025, 7, 1),
            source=WORD,
            rows=(EnrolmentRow(headcount=120),),
        ),
        who=Role.ENTRY,
    )
    office.do(withdraw_stage, WithdrawalDraft(expected_id=found.id, reason="x"), who=Role.ENTRY)
    page = app.open(PAGE)
    assert lines(page)["Ensemble du centre, personnes, 2024-2025"] == ("–", "120")
    assert lines(page, 1)["Date"] == ("avril 2019", "retiré")
    assert facts(url, Enrolment) == []


def test_refusing_needs_a_reason_which_the_author_reads(app, office, url):
    propose(office)
    page = press(app.open(PAGE), "Refuser")
    assert "Le motif est obligatoire" in everything(page)
    assert states(url) == [Validation.PROPOSED]
    page.text_input(key="decision_1_motif").set_value("source à préciser").run()
    page = press(page, "Refuser")
    assert states(url) == [Validation.REFUSED]
    office.sit(Role.ENTRY)
    assert "**Refusée**\u00a0: source à préciser" in everything(app.open(PAGE))


def test_nobody_decides_of_their_own(app, office, url):
    propose(office)
    office.sit(Role.ENTRY)
    page = app.open(PAGE)
    assert "C’est votre proposition" in everything(page)
    assert labels(page) == ["Reprendre en brouillon"]
    page = press(page, "Reprendre en brouillon")
    assert states(url) == [Validation.DRAFT]
    assert "Mes brouillons" in everything(page)
    assert labels(page) == ["Proposer", "Jeter"]
    page = press(page, "Proposer")
    assert states(url) == [Validation.PROPOSED]
    page = press(press(page, "Reprendre en brouillon"), "Jeter")
    assert states(url) == []


@pytest.mark.parametrize("role", [Role.PARTNER, Role.DIRECTION])
def test_whoever_only_reads_sees_the_queue_without_buttons(app, office, role):
    propose(office)
    office.sit(role)
    page = app.open(PAGE)
    assert "Troyes" in everything(page)
    assert labels(page) == []


def test_those_of_other_regions_do_not_see_it(app, office, url):
    office.do(
        record_stage,
        StageDraft(town_code="10387", kind=StageKind.AGREEMENT, on=PartialDate(2020), source=WORD),
        who=Role.ENTRY,
    )
    with reading(url) as connection:
        assert connection.scalar(select(Proposal.town_code)) == "10387"
    office.sit("")
    page = app.open(PAGE)
    assert "Troyes" not in everything(page)
    assert not page.table


def test_what_the_entry_of_one_region_corrects_meanwhile_is_told(app, office, url):
    found = chaumont(url, StageKind.OPENED)
    usual = {"kind": StageKind.OPENED, "source": WORD, "reason": "x", "confirmed": True}
    draft = StageCorrection(expected_id=found.id, on=PartialDate(2019, 5), **usual)
    office.do(correct_stage, draft, who=Role.ENTRY)
    other = StageCorrection(expected_id=found.id, on=PartialDate(2019, 6), **usual)
    office.do(correct_stage, other, who=Role.VALIDATION)
    page = app.open(PAGE)
    assert "La fiche a changé depuis" in page.warning[0].value
    page = press(page, "Valider")
    assert page.error
    assert states(url) == [Validation.PROPOSED]


def test_the_public_sees_nothing_of_what_waits(app, office):
    propose(office, town_code="10387", kind=StageKind.OPENED, on=PartialDate(2020, 5))
    office.sit("")
    page = app.open("follow/town.py", ville="10387", au="2026-11-22")
    assert not page.exception
    assert "mai 2020" not in everything(page)
