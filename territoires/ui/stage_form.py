"""The fields of a stage, drawn and read the same way to record one and to correct one."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    RetainDraft,
    StageCorrection,
    StageDraft,
    WithdrawalDraft,
    cited,
)
from territoires.domain.errors import PartialDateError, Problem
from territoires.domain.programme import Basis, Confidence, StageKind
from territoires.french.dates import read_partial, slashed
from territoires.french.words import BASES, STAGES
from territoires.queries.forms import Known
from territoires.ui.desk import Desk, Outcome, beside, fill
from territoires.ui.entry_parts import NEW_SITE, NOTE_HEIGHT, confirmed, source_input
from territoires.ui.stage_list import version_shown

TEXTS = ("date", "source", "note", "motif")
DETAILS = ("nom", "adresse", "regional")


@dataclass(frozen=True, kw_only=True)
class DateRead:
    """A typed date, or what is wrong with it."""

    on: PartialDate
    problem: Problem | None = None


def read_date(form: str) -> DateRead:
    """Read the date of a form: an empty one must be said to be unknown."""
    state = st.session_state
    if state[f"{form}_inconnue"]:
        return DateRead(on=PartialDate())
    read = read_text_date(state[f"{form}_date"], field="on")
    if read.problem is None and read.on.first is None:
        return DateRead(on=read.on, problem=Problem("on", Code.REQUIRED))
    return read


def read_text_date(text: str, *, field: str) -> DateRead:
    """Read a date as typed; nothing is a date that is not known."""
    try:
        return DateRead(on=read_partial(text))
    except PartialDateError as error:
        problem = Problem(field, Code.BAD_DATE, error.text[:40])
        return DateRead(on=PartialDate(), problem=problem)


def draw_stage(desk: Desk, form: str, outcome: Outcome) -> None:
    """Draw the fields that every stage has; the keys of the widgets begin with the form's name."""
    left, right = st.columns(2)
    with left:
        st.selectbox(
            "Étape ★",
            [StageKind.OPENED, *(kind for kind in StageKind if kind is not StageKind.OPENED)],
            format_func=lambda kind: STAGES[kind].capitalize(),
            key=f"{form}_genre",
        )
        beside(outcome, "kind")
    with right:
        st.text_input(
            "Date ★",
            key=f"{form}_date",
            placeholder="JJ/MM/AAAA, MM/AAAA ou AAAA",
            help="Aussi précise que vous la connaissez\u00a0: 13/09/2019, 09/2019 ou 2019.",
        )
        beside(outcome, "on")
        st.checkbox("Date inconnue", key=f"{form}_inconnue")
    source_input(desk, outcome, form=form)
    st.radio(
        "Cette date est",
        list(Basis),
        format_func=lambda basis: _BASES[basis],
        key=f"{form}_nature",
        horizontal=True,
    )
    st.checkbox(
        "Date concurrente\u00a0: la garder sans la compter",
        key=f"{form}_concurrente",
        help="Quand deux sources donnent deux dates, une seule est retenue\u00a0; l’autre reste "
        "visible sur la fiche de la ville.",
    )
    beside(outcome, "retained")
    st.text_area("Commentaire", key=f"{form}_note", height=NOTE_HEIGHT)
    beside(outcome, "note")


_BASES = {
    Basis.STATED: f"{BASES[Basis.STATED]} (dite telle quelle)",
    Basis.UPPER_BOUND: f"{BASES[Basis.UPPER_BOUND]} (déjà fait ce jour-là)",
    Basis.INFERRED: BASES[Basis.INFERRED],
}


def draw_details(form: str, outcome: Outcome) -> None:
    """Draw what may be said of the centre beside the stage."""
    wrong = any(p.field in {"centre_name", "address", "regional_centre"} for p in outcome.problems)
    with st.expander("Le centre (facultatif)", expanded=wrong):
        st.text_input("Nom du centre", key=f"{form}_nom")
        beside(outcome, "centre_name")
        st.text_input("Adresse", key=f"{form}_adresse")
        beside(outcome, "address")
        st.text_input("Centre régional du Cnam", key=f"{form}_regional")
        beside(outcome, "regional_centre")


def recording(form: str, *, town: str, centre: int | None, on: PartialDate) -> StageDraft:
    """Read the fields as a new stage."""
    state = st.session_state
    return StageDraft(
        town_code=town,
        kind=StageKind(state[f"{form}_genre"]),
        on=on,
        basis=Basis(state[f"{form}_nature"]),
        source=cited(state[f"{form}_source"]),
        retained=not state[f"{form}_concurrente"],
        centre_id=centre or None,
        new_site=centre == NEW_SITE,
        centre_name=state[f"{form}_nom"],
        address=state[f"{form}_adresse"],
        regional_centre=state[f"{form}_regional"],
        note=state[f"{form}_note"],
        reason=state[f"{form}_motif"],
    )


def fill_stage(form: str, known: Known, act: str) -> None:
    """Start the form of an act from what is known of a stage, and note which version that is."""
    said = known.said
    fill(
        form,
        (known.entity_id, act),
        {
            "motif": "",
            "version": version_shown(known, form),
            "montre": dict(said),
            "date": slashed(PartialDate.parse(said["happened_on"])),
            "genre": StageKind(said["kind"]),
            "inconnue": not said["happened_on"],
            "source": said["source_id"],
            "nature": Basis(said["basis"]),
            "concurrente": said["retained"] == "no",
            "note": said["note"],
            "confirme": False,
        },
    )


def correction(form: str, *, expected_id: int, on: PartialDate) -> StageCorrection:
    """Read the fields as what a stage should say; how far it is trusted stays as it was."""
    state = st.session_state
    confidence = state[f"{form}_montre"]["confidence"]
    return StageCorrection(
        expected_id=expected_id,
        kind=StageKind(state[f"{form}_genre"]),
        on=on,
        basis=Basis(state[f"{form}_nature"]),
        source=cited(state[f"{form}_source"]),
        retained=not state[f"{form}_concurrente"],
        confidence=Confidence(confidence) if confidence else None,
        note=state[f"{form}_note"],
        reason=state[f"{form}_motif"],
        confirmed=confirmed(form),
    )


def retaining(form: str, *, expected_id: int) -> RetainDraft:
    """Read the short form that makes a competing date the one that counts."""
    reason = st.session_state[f"{form}_motif"]
    return RetainDraft(expected_id=expected_id, reason=reason, confirmed=confirmed(form))


def withdrawal(form: str, *, expected_id: int) -> WithdrawalDraft:
    """Read the short form that withdraws a thing."""
    return WithdrawalDraft(expected_id=expected_id, reason=st.session_state[f"{form}_motif"])


def said_in(draft: Any) -> dict[str, str]:
    """Give what a correction says, by column, as `queries.forms` does; nothing for another act."""
    if not isinstance(draft, StageCorrection):
        return {}
    return {
        "kind": draft.kind.value,
        "happened_on": draft.on.iso,
        "basis": draft.basis.value,
        "retained": "yes" if draft.retained else "no",
        "source_id": draft.source.id or draft.source.url or "déclaration",
        "note": draft.note.strip(),
    }
