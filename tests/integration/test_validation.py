"""Proposals: invisible to the public at every instant, decided by four eyes, replayed whole."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments
from territoires.commands.proposals import (
    discard_draft,
    propose_draft,
    refuse_proposal,
    take_back_proposal,
    validate_proposal,
)
from territoires.commands.staff import change_role
from territoires.commands.stages import correct_stage, record_stage, withdraw_stage
from territoires.commands.undo import undo
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Centre, Enrolment, Proposal, Source, Stage
from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    EnrolmentRow,
    EnrolmentsDraft,
    ProposalDraft,
    RoleDraft,
    SettingDraft,
    StageCorrection,
    StageDraft,
    UndoDraft,
    WithdrawalDraft,
    decode,
)
from territoires.domain.errors import InvalidError, RefusedError, StaleError
from territoires.domain.programme import StageKind, Validation
from territoires.domain.roles import Role
from territoires.domain.scope import Scope
from territoires.queries import entry, rollout
from tests.integration.writing import (
    ADMIN,
    CHAUMONT,
    COGNAC,
    ENTRY,
    ENTRY_ELSEWHERE,
    GAZETTE,
    SAINT_DIZIER,
    VALIDATION,
    WORD,
    do,
    later,
    rows,
    sound,
    stage_draft,
)

pytestmark = pytest.mark.as_deployed


@pytest.fixture
def url(small_url):
    """Turn validation on."""
    do(small_url, set_setting, SettingDraft(name="validation", value="on"))
    return small_url


def propose(url, **changes):
    saved = do(url, record_stage, stage_draft(**changes), who=ENTRY)
    assert saved.pending
    return int(saved.entity_id)


def decide(url, command, number, *, reason="", **options):
    draft = ProposalDraft(proposal_id=number, reason=reason)
    return do(url, command, draft, **({"who": VALIDATION} | options))


def problem_of(url, command, number, **options):
    with pytest.raises(InvalidError) as refused:
        decide(url, command, number, **options)
    return refused.value.problems[0].code


def count(url, known_at=None):
    scope = Scope(as_of=date(2026, 6, 15), known_at=known_at)
    with reading(url) as connection:
        return rollout.situation(connection, scope=scope).count.open


def test_validation_is_off_by_default(small_url):
    assert not do(small_url, record_stage, stage_draft(), who=ENTRY).pending
    assert count(small_url) == 1


def test_what_the_entry_role_writes_waits_and_writes_no_fact(url):
    number = propose(url, source=WORD)
    assert rows(url, Stage) == rows(url, Centre) == []
    assert not [row for row in rows(url, Source) if row.reliability == "declaration"]
    (row,) = rows(url, Proposal)
    assert (row.id, row.command, row.state, row.author, row.town_code) == (
        number,
        "record_stage",
        "proposed",
        ENTRY,
        CHAUMONT,
    )
    assert decode(StageDraft, row.draft) == stage_draft(source=WORD)
    event = rows(url, AuditEvent)[-1]
    assert (event.command, event.entity, event.actor) == ("record_stage", "proposal", ENTRY)
    sound(url)


@pytest.mark.parametrize("who", [ADMIN, VALIDATION])
def test_the_others_write_facts_at_once(url, who):
    assert not do(url, record_stage, stage_draft(), who=who).pending
    assert count(url) == 1


def test_a_proposal_is_judged_when_it_is_made(url):
    with pytest.raises(InvalidError):
        do(url, record_stage, stage_draft(on=PartialDate(2030)), who=ENTRY)
    with pytest.raises(RefusedError):
        do(url, record_stage, stage_draft(town_code=COGNAC), who=ENTRY)
    assert rows(url, Proposal) == []


def test_the_public_never_sees_it_before_it_is_validated_at_any_instant(url):
    number = propose(url)
    proposed_at = rows(url, AuditEvent)[-1].at_utc
    assert count(url) == count(url, proposed_at) == 0
    saved = decide(url, validate_proposal, number, now=later(60))
    validated_at = rows(url, AuditEvent)[-1].at_utc
    assert saved.entity == "stage"
    assert count(url) == count(url, validated_at) == 1
    assert count(url, proposed_at) == 0
    assert count(url, validated_at - timedelta(microseconds=1)) == 0
    sound(url)


def test_a_proposed_correction_leaves_the_validated_version_in_place(url):
    first = do(url, record_stage, stage_draft())
    draft = StageCorrection(
        expected_id=first.version_id,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 6),
        source=GAZETTE,
        reason="convention",
    )
    saved = do(url, correct_stage, draft, who=ENTRY)
    assert saved.pending
    (stage,) = rows(url, Stage)
    assert stage.superseded_at is None
    decide(url, validate_proposal, int(saved.entity_id))
    old, new = rows(url, Stage)
    assert (old.superseded_at, new.happened_on) == (new.recorded_at, PartialDate(2021, 6))
    event = rows(url, AuditEvent)[-1]
    assert (event.actor, event.command, event.reason) == (
        VALIDATION,
        "validate_proposal",
        "convention",
    )
    assert {change["entity"] for change in event.changes} == {"stage", "proposal"}
    sound(url)


def test_a_correction_overtaken_by_another_is_refused_to_the_validator(url):
    first = do(url, record_stage, stage_draft())
    draft = WithdrawalDraft(expected_id=first.version_id, reason="erreur")
    number = int(do(url, withdraw_stage, draft, who=ENTRY).entity_id)
    do(url, withdraw_stage, draft)
    with pytest.raises(StaleError):
        decide(url, validate_proposal, number)
    assert rows(url, Proposal)[0].state == "proposed"
    decide(url, refuse_proposal, number, reason="déjà retirée")
    assert rows(url, Proposal)[0].decision == "déjà retirée"


def test_a_suspicion_that_arose_since_is_answered_by_the_validator(url):
    number = propose(url, on=PartialDate(2019, 6))
    do(url, record_stage, stage_draft(kind=StageKind.SELECTED, on=PartialDate(2019, 9)))
    assert problem_of(url, validate_proposal, number) == Code.BEFORE_LABELLING
    decide(url, validate_proposal, number, reason="ouvert par anticipation")
    assert count(url) == 1


def test_nobody_validates_or_refuses_their_own(url):
    number = propose(url)
    with pytest.raises(RefusedError):
        decide(url, validate_proposal, number, who=ENTRY)
    kept = do(url, record_stage, stage_draft(town_code=COGNAC, as_draft=True), who=ADMIN)
    assert problem_of(url, take_back_proposal, number, who=ADMIN) == Code.NOT_AUTHOR
    with pytest.raises(StaleError):
        decide(url, validate_proposal, int(kept.entity_id), who=ADMIN)
    do(url, change_role, RoleDraft(email=ENTRY, role=Role.ADMINISTRATION))
    for command in (validate_proposal, refuse_proposal):
        assert problem_of(url, command, number, who=ENTRY, reason="x") == Code.FOUR_EYES


def test_a_refusal_says_why_and_writes_no_fact(url):
    number = propose(url)
    assert problem_of(url, refuse_proposal, number) == Code.REQUIRED
    decide(url, refuse_proposal, number, reason="date à vérifier")
    (row,) = rows(url, Proposal)
    assert (row.state, row.decided_by, row.decision) == ("refused", VALIDATION, "date à vérifier")
    assert rows(url, Stage) == []
    with pytest.raises(StaleError):
        decide(url, validate_proposal, number)


def test_a_proposal_is_decided_once(url):
    number = propose(url)
    decide(url, validate_proposal, number)
    for command in (validate_proposal, refuse_proposal):
        with pytest.raises(StaleError):
            decide(url, command, number, who="validation2@example.org", reason="x")
    assert count(url) == 1


def test_an_unknown_proposal_is_said_so(url):
    for number in (0, 99, 2**70):
        assert problem_of(url, validate_proposal, number) == Code.UNKNOWN_PROPOSAL


def test_a_form_is_kept_for_later_even_unfinished_then_proposed(url):
    unfinished = stage_draft(town_code="", as_draft=True)
    kept = do(url, record_stage, unfinished, who=ENTRY)
    assert kept.pending
    assert rows(url, Proposal)[0].state == "draft"
    with pytest.raises(InvalidError):
        decide(url, propose_draft, int(kept.entity_id), who=ENTRY)
    decide(url, discard_draft, int(kept.entity_id), who=ENTRY)
    assert rows(url, Proposal) == []
    ready = do(url, record_stage, stage_draft(as_draft=True), who=ENTRY)
    number = int(ready.entity_id)
    assert decide(url, propose_draft, number, who=ENTRY).pending
    assert rows(url, Proposal)[0].town_code == CHAUMONT
    decide(url, validate_proposal, number)
    assert count(url) == 1


def test_a_form_kept_by_somebody_who_needs_no_validation_becomes_a_fact(url):
    kept = do(url, record_stage, stage_draft(as_draft=True), who=VALIDATION)
    saved = decide(url, propose_draft, int(kept.entity_id))
    assert (saved.entity, saved.pending) == ("stage", False)
    assert rows(url, Proposal) == []
    assert count(url) == 1
    sound(url)


def test_a_form_kept_is_its_authors_and_stays_in_their_regions(url):
    kept = do(url, record_stage, stage_draft(as_draft=True), who=ENTRY)
    for command in (propose_draft, discard_draft):
        assert problem_of(url, command, int(kept.entity_id), who=ENTRY_ELSEWHERE) == Code.NOT_AUTHOR
    away = do(url, record_stage, stage_draft(town_code=COGNAC, as_draft=True), who=ENTRY)
    with pytest.raises(RefusedError):
        decide(url, propose_draft, int(away.entity_id), who=ENTRY)


def test_a_proposal_is_taken_back_by_its_author(url):
    number = propose(url)
    decide(url, take_back_proposal, number, who=ENTRY)
    assert rows(url, Proposal)[0].state == "draft"
    with pytest.raises(StaleError):
        decide(url, validate_proposal, number)


def test_proposing_and_validating_are_undone(url):
    number = propose(url)
    (event,) = rows(url, AuditEvent)[-1:]
    do(url, undo, UndoDraft(event_id=event.id), who=ENTRY)
    assert rows(url, Proposal) == []
    number = propose(url)
    saved = decide(url, validate_proposal, number)
    do(url, undo, UndoDraft(event_id=saved.event_id), who=VALIDATION)
    assert count(url) == 0
    assert rows(url, Proposal)[0].state == "proposed"
    decide(url, validate_proposal, number)
    assert count(url) == 1
    sound(url)


def test_a_grid_of_headcounts_waits_whole(url):
    centre = do(url, record_stage, stage_draft()).centre_id
    draft = EnrolmentsDraft(
        centre_id=centre,
        academic_year=2021,
        counted_on=date(2021, 11, 1),
        source=GAZETTE,
        rows=(EnrolmentRow(headcount=40), EnrolmentRow(headcount=12, course_key="F001")),
    )
    number = int(do(url, record_enrolments, draft, who=ENTRY).entity_id)
    assert rows(url, Enrolment) == []
    saved = decide(url, validate_proposal, number)
    assert saved.inserted == 2
    again = do(url, record_enrolments, draft, who=ENTRY)
    assert (again.changed, again.pending, again.unchanged) == (False, False, 2)
    assert len(rows(url, Proposal)) == 1
    sound(url)


def test_the_queue_is_oldest_first_and_by_region(url):
    propose(url)
    propose(url, town_code=SAINT_DIZIER)
    do(url, record_stage, stage_draft(town_code=COGNAC), who=ENTRY_ELSEWHERE)
    do(url, record_stage, stage_draft(as_draft=True), who=ENTRY)
    with reading(url) as connection:
        queue = entry.proposals(connection)
        assert list(queue["town"]) == ["Chaumont", "Saint-Dizier", "Cognac"]
        assert list(entry.proposals(connection, regions=["75"])["town"]) == ["Cognac"]
        assert list(entry.proposals(connection, town_code=CHAUMONT)["town"]) == ["Chaumont"]
        mine = entry.proposals(connection, state=Validation.DRAFT, author=ENTRY)
        assert len(mine) == 1
        assert len(entry.proposals(connection, state=None)) == 4
    assert json.loads(queue["draft"][0])["town_code"] == CHAUMONT
    assert queue["author_name"][0] == "Entry"


def test_turning_validation_off_leaves_the_queue_to_be_decided(url):
    number = propose(url)
    do(url, set_setting, SettingDraft(name="validation", value="off"))
    assert not do(url, record_stage, stage_draft(town_code=SAINT_DIZIER), who=ENTRY).pending
    decide(url, validate_proposal, number)
    assert count(url) == 2


def test_a_reason_travels_with_its_proposal(url):
    do(url, record_stage, stage_draft(kind=StageKind.SELECTED, on=PartialDate(2019, 9)))
    draft = replace(stage_draft(on=PartialDate(2019, 6)), reason="par anticipation")
    number = int(do(url, record_stage, draft, who=ENTRY).entity_id)
    decide(url, validate_proposal, number)
    assert rows(url, AuditEvent)[-1].reason == "par anticipation"
