"""What becomes of a proposal: proposed, taken back, validated by somebody else, or refused."""

from dataclasses import replace
from typing import Any

from territoires.commands import register  # noqa: F401 - the replayed
from territoires.commands.imports import followed
from territoires.commands.write import (
    REGISTERED,
    Registered,
    Saved,
    Write,
    judge,
    must_propose,
    requires,
)
from territoires.db.models import Proposal
from territoires.domain.checks import Code, reasoned, settle
from territoires.domain.drafts import UNREAD, Draft, ProposalDraft, decode
from territoires.domain.errors import InvalidError, Problem, StaleError
from territoires.domain.imports import ImportDraft
from territoires.domain.programme import Validation
from territoires.domain.roles import Permission


@requires(Permission.OWN_ACTS, bulk=True)
def propose_draft(write: Write, draft: ProposalDraft) -> Saved:
    """Send a form kept for later: to validation, or straight to the facts where none is asked."""
    row = _own(write, draft.proposal_id, Validation.DRAFT)
    command, kept = _content(write, row)
    write.must_hold(command.permission)
    if unread := [Problem(**each) for each in kept.typed.get(UNREAD, ())]:
        judge(write, command.body, kept, besides=unread)
    if not must_propose(write):
        saved = command.body(write, kept)
        write.reason = kept.reason.strip() or None
        write.session.delete(row)
        return saved
    done = write.rehearse(command.permission, lambda: command.body(write, kept), bulk=command.bulk)
    row.state = Validation.PROPOSED
    row.town_code = done.town_code or None
    return replace(_saved(row), pending=True, region_code=done.region_code)


@requires(Permission.OWN_ACTS)
def take_back_proposal(write: Write, draft: ProposalDraft) -> Saved:
    """Turn one's own proposal into a form kept for later, as long as nobody has decided."""
    row = _own(write, draft.proposal_id, Validation.PROPOSED)
    row.state = Validation.DRAFT
    return _saved(row)


@requires(Permission.OWN_ACTS)
def discard_draft(write: Write, draft: ProposalDraft) -> Saved:
    """Throw away a form that one kept for later."""
    row = _own(write, draft.proposal_id, Validation.DRAFT)
    saved = _saved(row)
    write.session.delete(row)
    return saved


@requires(Permission.VALIDATE, bulk=True)
def validate_proposal(write: Write, draft: ProposalDraft) -> Saved:
    """Do what somebody else proposed; a reason answers suspicions that arose since.

    The proposal is judged again, against what is known now: StaleError when what it corrects was
    corrected meanwhile.
    """
    row = _proposed(write, draft.proposal_id)
    command, kept = _content(write, row)
    if draft.reason.strip():
        answered: dict[str, Any] = {"reason": kept.reason.strip() or draft.reason.strip()}
        if hasattr(kept, "confirmed"):
            answered["confirmed"] = True
        kept = replace(kept, **answered)
    if isinstance(kept, ImportDraft):
        # What was confirmed is what the validator saw, not what its author did.
        kept = replace(kept, seen=draft.seen)
    saved = command.body(write, kept)
    write.reason = draft.reason.strip() or kept.reason.strip() or None
    _decide(write, row, Validation.VALIDATED, draft.reason)
    return saved


@requires(Permission.VALIDATE)
def refuse_proposal(write: Write, draft: ProposalDraft) -> Saved:
    """Refuse what somebody else proposed, and say why."""
    row = _proposed(write, draft.proposal_id)
    settle(reasoned(draft), confirmed=False)
    _decide(write, row, Validation.REFUSED, draft.reason)
    return _saved(row)


def _decide(write: Write, row: Proposal, state: Validation, reason: str) -> None:
    row.state = state
    row.decided_by = write.actor.email
    row.decided_at = write.at_utc
    row.decision = reason.strip() or None


def _proposed(write: Write, number: int) -> Proposal:
    row = _find(write, number, Validation.PROPOSED)
    if row.author == write.actor.email:
        raise InvalidError([Problem("proposal_id", Code.FOUR_EYES, str(number))])
    return row


def _own(write: Write, number: int, state: Validation) -> Proposal:
    row = _find(write, number, state)
    if row.author != write.actor.email:
        raise InvalidError([Problem("proposal_id", Code.NOT_AUTHOR, str(number))])
    return row


def _find(write: Write, number: int, state: Validation) -> Proposal:
    row = write.row(Proposal, number)
    if row is None:
        raise InvalidError([Problem("proposal_id", Code.UNKNOWN_PROPOSAL, str(number))])
    if row.state is not state:
        raise StaleError("proposal", number, number)
    return row


def _content(write: Write, row: Proposal) -> tuple[Registered, Draft]:
    command = REGISTERED.get(row.command)
    if command is None or not command.proposable:
        raise InvalidError([Problem("proposal_id", Code.UNKNOWN_PROPOSAL, row.command)])
    return command, followed(write.connection, decode(command.draft, row.draft))


def _saved(row: Proposal) -> Saved:
    return Saved(entity="proposal", entity_id=str(row.id), town_code=row.town_code or "")
