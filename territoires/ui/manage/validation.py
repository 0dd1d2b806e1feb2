"""What the queue of validation shows: each form against what is known, and the decision."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from territoires.commands import imports
from territoires.commands.proposals import (
    discard_draft,
    propose_draft,
    refuse_proposal,
    take_back_proposal,
    validate_proposal,
)
from territoires.commands.write import ON, VALIDATION
from territoires.domain.disclosure import Publication
from territoires.domain.drafts import ProposalDraft
from territoires.domain.errors import RefusedError
from territoires.domain.programme import Validation
from territoires.domain.roles import Permission
from territoires.french import validation as words
from territoires.french.imports import refusal, summary
from territoires.queries import acts, entry, forms
from territoires.queries.forms import Known
from territoires.ui.bar import today
from territoires.ui.chapters import page_at
from territoires.ui.desk import Desk, shown
from territoires.ui.enter.announcement_form import ANNOUNCEMENTS
from territoires.ui.enter.bound_form import BOUNDS
from territoires.ui.enter.choosing import TOWN
from territoires.ui.enter.import_page import show_plan
from territoires.ui.enter.offering_form import OFFERINGS
from territoires.ui.enter.stage_form import CORRECTIONS
from territoires.ui.enter.statements import ACT
from territoires.ui.forms import RESUME
from territoires.ui.manage.decisions import Decisions
from territoires.ui.manage.reports import REPORT

FORM: Final = "validation"
_SEEN: Final = f"{FORM}_vu_"
_FILES: Final = frozenset(way.name for way in imports.WAYS.values())
_MOST_SHOWN: Final = 20
# Where a kept or refused proposal is taken up again: the statement and what is done with it, where
# there is one, and the page.
_EDITED: Final = {
    done.command.__name__: (what, act)
    for what in (CORRECTIONS, BOUNDS, ANNOUNCEMENTS, OFFERINGS)
    for act, done in what.acts.items()
}
_PAGES: Final = {
    "record_stage": "saisir-etape",
    "create_centre": "saisir-centre",
    "correct_centre": "saisir-centre",
    "withdraw_centre": "saisir-centre",
    "record_enrolments": "saisir-inscriptions",
    "withdraw_enrolment": "saisir-inscriptions",
} | {name: what.path for name, (what, _) in _EDITED.items()}


def told(desk: Desk) -> None:
    """Say what became of the last decision."""
    decisions = _decisions(desk)
    decisions.told()
    if decisions.outcome.stale is not None and decisions.decided is not None:
        st.caption("La proposition ci-dessous est comparée à ce qui est connu maintenant.")
    if desk.ask(entry.setting, name=VALIDATION, default="off") != ON:
        st.info(words.OFF, icon=":material/toggle_off:")


def queue(desk: Desk) -> None:
    """Show what waits, oldest first; whoever may not decide sees it too, in their regions."""
    found = desk.ask(
        entry.proposals,
        state=Validation.PROPOSED,
        regions=desk.reader.bounds,
        counts_of=desk.reader.regions_of_counts,
    )
    if not len(found):
        st.success(words.EMPTY, icon=":material/inbox:")
    else:
        st.header(words.waiting(len(found)), anchor=False)
    for row in found.head(_MOST_SHOWN).itertuples():
        _proposal(desk, row)
    if len(found) > _MOST_SHOWN:
        st.caption(f"Les {_MOST_SHOWN} plus anciennes sont montrées.")


def own_drafts(desk: Desk) -> None:
    """Show the forms that one kept for later."""
    if not desk.may(Permission.OWN_ACTS):
        return
    found = desk.ask(
        entry.proposals, state=Validation.DRAFT, author=desk.reader.email, counts_of=None
    )
    if not len(found):
        return
    st.header("Mes brouillons", anchor=False)
    offer = _decisions(desk).button
    for row in found.itertuples():
        number = int(row.proposal_id)
        with st.container(border=True, key=f"{FORM}_brouillon_{row.proposal_id}"):
            _said(desk, row)
            with st.container(horizontal=True, vertical_alignment="center"):
                _resume(row, "Reprendre")
                offer(number, "Proposer", propose_draft, "send", done="Proposé.")
                offer(number, "Jeter", discard_draft, "delete", done="Brouillon jeté.")


def own_decided(desk: Desk) -> None:
    """Show what became of one's own proposals, the latest first."""
    found = desk.ask(entry.proposals, state=None, author=desk.reader.email, counts_of=None)
    decided = found[found["state"].isin([Validation.VALIDATED, Validation.REFUSED])]
    if not len(decided):
        return
    st.header("Mes propositions décidées", anchor=False)
    for row in decided.iloc[::-1].head(_MOST_SHOWN).itertuples():
        verdict = "Validée" if row.state == Validation.VALIDATED else "**Refusée**"
        why = f"\u00a0: {shown(row.decision)}" if row.decision else ""
        draft = json.loads(row.draft)
        said = _title(desk, row, draft, _known(desk, row.command, draft))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{shown(said)}. {verdict}{why}", width="content")
            if row.state == Validation.REFUSED:
                _resume(row, "Corriger et proposer de nouveau")


def _resume(row: Any, label: str) -> None:
    """Lead back to the form, with what it held."""
    page = _PAGES.get(row.command)
    if page is None:
        return
    draft = json.loads(row.draft)
    params = {RESUME: str(row.proposal_id)}
    what, act = _EDITED.get(row.command, (None, ""))
    if what and draft.get("expected_id"):
        params |= {what.param: str(draft["expected_id"]), ACT: act}
    elif row.town_code and row.command.startswith("withdraw_"):
        params |= {TOWN: row.town_code}
    if draft.get("report_id"):
        params |= {REPORT: str(draft["report_id"])}
    st.page_link(page_at(page), label=label, icon=":material/edit:", query_params=params)


def _known(desk: Desk, command: str, draft: dict[str, Any]) -> Known | None:
    """Give what is known of the fact that a form is about."""
    if not draft.get("expected_id"):
        return None
    return desk.ask(
        forms.newest,
        entity=words.entity_of(command),
        version_id=int(draft["expected_id"]),
        regions=desk.reader.regions_of_counts,
    )


def _proposal(desk: Desk, row: Any) -> None:
    number, decisions = int(row.proposal_id), _decisions(desk)
    offer = decisions.button
    with st.container(border=True, key=f"{FORM}_proposition_{number}"):
        _said(desk, row)
        if row.author == desk.reader.email:
            st.info(words.OWN, icon=":material/group:")
            offer(number, "Reprendre en brouillon", take_back_proposal, "undo", done="Repris.")
        elif desk.may(Permission.VALIDATE):
            decisions.reason(number, "Motif (obligatoire pour refuser)")
            with st.container(horizontal=True):
                offer(number, "Valider", validate_proposal, "check", done="Validé.", main=True)
                offer(number, "Refuser", refuse_proposal, "close", done="Refusé.")


def _said(desk: Desk, row: Any) -> None:
    """Print what a form or a file proposes, against what is known."""
    draft = json.loads(row.draft)
    known = _known(desk, row.command, draft)
    st.subheader(shown(_title(desk, row, draft, known)), anchor=False)
    now = datetime.now(UTC)
    st.caption(shown(words.proposed_by(row.author_name, row.created_at.to_pydatetime(), now)))
    if row.command in _FILES:
        _file(desk, row, draft)
        return
    lines = words.lines(
        row.command,
        draft,
        known.said if known else {},
        headcounts=_headcounts(desk, draft),
        names=desk.ask(acts.names),
    )
    data = pd.DataFrame(
        [
            {"Champ": field, "Connu": shown(before) or "–", "Proposé": shown(after) or "–"}
            for field, before, after in lines
        ]
    )
    if len(data):
        st.table(data.set_index("Champ"), border="horizontal")
    if known is not None and known.version_id != draft["expected_id"]:
        st.warning(
            "La fiche a changé depuis cette proposition\u00a0: elle ne peut plus être validée "
            "telle quelle. Refusez-la, et demandez qu’elle soit refaite.",
            icon=":material/group:",
        )
    if draft.get("reason"):
        st.markdown(f"**Motif**\u00a0: {shown(draft['reason'])}")


def _title(desk: Desk, row: Any, draft: dict[str, Any], known: Known | None) -> str:
    if row.command in _FILES:
        return words.file_title(row.command, draft["file_name"])
    said, names = known.said if known else {}, desk.ask(acts.names)
    return words.title(row.command, row.town, draft, said, names=names)


def _file(desk: Desk, row: Any, draft: dict[str, Any]) -> None:
    """Print what a file would change now: it is judged whole."""
    if draft.get("reason"):
        st.markdown(f"**Motif**\u00a0: {shown(draft['reason'])}")
    # A file may hold counts that only whoever is competent may read.
    if row.author != desk.reader.email and not desk.may(Permission.VALIDATE):
        return
    try:
        found = desk.ask(
            imports.proposed,
            proposal_id=int(row.proposal_id),
            email=desk.reader.email,
            today=today(),
        )
    except RefusedError as error:  # the role has changed since
        st.error(shown(refusal(error)))
        return
    if found is None:
        return
    proposed, plan = found
    st.markdown(summary(plan, rows=len(proposed.rows), refused=0, written=True))
    show_plan(plan)
    st.session_state[f"{_SEEN}{row.proposal_id}"] = plan.digest


def _headcounts(desk: Desk, draft: dict[str, Any]) -> dict[tuple[str, str], str]:
    if not draft.get("rows"):
        return {}
    grid = desk.ask(
        entry.enrolment_grid,
        centre_id=int(draft["centre_id"]),
        academic_year=int(draft["academic_year"]),
        regions=desk.reader.regions_of_counts,
    )
    counts = {(cell.course_key, cell.unit): cell.known.get(draft["counted_on"]) for cell in grid}
    withheld = Publication.WITHHELD.value
    return {
        subject: withheld if known[1] is None else str(known[1])
        for subject, known in counts.items()
        if known
    }


def _decisions(desk: Desk) -> Decisions:
    return Decisions(desk, FORM, each="decision", make=_draft)


def _draft(number: int, *, reason: str) -> ProposalDraft:
    seen = st.session_state.get(f"{_SEEN}{number}", "")
    return ProposalDraft(proposal_id=number, reason=reason, seen=seen)
