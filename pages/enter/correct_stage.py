"""Correct a step, choose which of two dates counts, or withdraw what is wrong."""

import streamlit as st

from territoires.commands.stages import correct_stage, retain_stage, withdraw_stage
from territoires.domain.roles import Permission
from territoires.french.desk import LAST_FACT, stage_line, stage_said
from territoires.french.places import typeset
from territoires.ui import stage_form
from territoires.ui.conflict import both_versions
from territoires.ui.desk import Outcome, open_desk, outcome_of, refuse, shown, submit, tell
from territoires.ui.entry_parts import back_button, finish, saved_links
from territoires.ui.stage_list import (
    CORRECT,
    LABELS,
    RETAIN,
    WITHDRAW,
    act,
    back_to_list,
    choose,
    chosen,
)
from territoires.ui.undo_part import tell_undone

FORM = "correction"

desk = open_desk(
    "Corriger une étape",
    Permission.RECORD_STAGE,
    path="/corriger-etape",
    lead="L’ancienne version reste visible dans l’historique de la ville, avec le motif.",
)
known = chosen(desk)
what = act()
outcome = outcome_of(FORM, field="motif" if known else "")
tell(outcome)
tell_undone()
saved_links(desk, outcome, form=FORM, again="Fermer ce message")


def leave() -> None:
    """Go back to the stages of the town."""
    back_to_list(known.town_code if known else "")


def write() -> Outcome:
    """Read the form of the act chosen, and do it."""
    expected = st.session_state[f"{FORM}_version"]
    if what == CORRECT:
        read = stage_form.read_date(FORM)
        if read.problem is not None:
            return refuse(FORM, read.problem)
        correction = stage_form.correction(FORM, expected_id=expected, on=read.on)
        return submit(desk, FORM, correct_stage, correction)
    if what == RETAIN:
        return submit(desk, FORM, retain_stage, stage_form.retaining(FORM, expected_id=expected))
    return submit(desk, FORM, withdraw_stage, stage_form.withdrawal(FORM, expected_id=expected))


def save() -> None:
    """Write, and leave the form once it is written; nothing is drawn here."""
    if write().saved is not None:
        leave()


if known is None:
    choose(desk, form=FORM)
else:
    stage_form.fill_stage(FORM, known, what)
    st.header(shown(f"{typeset(known.town)} – {stage_line(known.said)}"), anchor=False)
    label, icon = LABELS[what]
    with st.form(FORM, enter_to_submit=False):
        both_versions(FORM, outcome, known, stage_said, stage_form.said_in, save=save)
        if what == CORRECT:
            stage_form.draw_stage(desk, FORM, outcome)
        if what == WITHDRAW:
            st.caption(LAST_FACT)
        finish(FORM, outcome, save, reason_is_asked=True, label=label, icon=icon)
    back_button(FORM, leave)
