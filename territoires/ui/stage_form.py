"""The fields of a stage, drawn and read the same way to record one and to correct one."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.errors import PartialDateError, Problem
from territoires.domain.programme import Basis, StageKind
from territoires.french.dates import read_partial
from territoires.french.words import BASES, STAGES
from territoires.ui.desk import Outcome, beside
from territoires.ui.entry_parts import reason_input, source_input

TEXTS = ("date", "source", "note", "motif")


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
    try:
        on = read_partial(state[f"{form}_date"])
    except PartialDateError as error:
        return DateRead(on=PartialDate(), problem=Problem("on", Code.BAD_DATE, error.text))
    if on.first is None:
        return DateRead(on=on, problem=Problem("on", Code.REQUIRED))
    return DateRead(on=on)


def draw_stage(form: str, outcome: Outcome) -> None:
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
        st.checkbox("Date inconnue", key=f"{form}_inconnue")
        beside(outcome, "on")
    st.radio(
        "Cette date est",
        list(Basis),
        format_func=lambda basis: _BASES[basis],
        key=f"{form}_nature",
        horizontal=True,
    )
    source_input(key=f"{form}_source")
    beside(outcome, "source")
    beside(outcome, "url")
    st.text_input("Commentaire", key=f"{form}_note")
    beside(outcome, "note")


_BASES = {
    Basis.STATED: f"{BASES[Basis.STATED]} (dite telle quelle)",
    Basis.UPPER_BOUND: f"{BASES[Basis.UPPER_BOUND]} (déjà fait ce jour-là)",
    Basis.INFERRED: BASES[Basis.INFERRED],
}


def finish(
    form: str, outcome: Outcome, save: Callable[[], None], *, reason_is_asked: bool = False
) -> None:
    """Draw the reason and the button that saves."""
    asked = reason_is_asked or outcome.asks_confirmation
    reason_input(key=f"{form}_motif", is_asked=asked)
    beside(outcome, "reason")
    st.form_submit_button("Enregistrer", type="primary", on_click=save, icon=":material/save:")
