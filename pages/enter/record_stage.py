"""Record a step in the life of a town's centre, the opening first of all."""

import streamlit as st

from territoires.commands.stages import record_stage
from territoires.domain.roles import Permission
from territoires.ui import stage_form
from territoires.ui.desk import beside, clear, open_desk, outcome_of, refuse, submit, tell
from territoires.ui.entry_parts import choose_centre, choose_town, finish, saved_links
from territoires.ui.undo_part import tell_undone

FORM = "etape"

desk = open_desk(
    "Saisir une étape",
    Permission.RECORD_STAGE,
    path="/saisir-etape",
    lead="L’ouverture d’un centre, une labellisation, une convention… ★\u00a0: obligatoire.",
)
outcome = outcome_of(FORM, field="source")
tell(outcome)
tell_undone()
saved_links(desk, outcome, form=FORM)

town = choose_town(desk, key=f"{FORM}_ville")
beside(outcome, "town_code")
centre = choose_centre(desk, town, key=f"{FORM}_centre", with_new=True)
beside(outcome, "centre_id")


def save() -> None:
    """Read the fields and write; nothing is drawn here."""
    read = stage_form.read_date(FORM)
    if read.problem is not None:
        refuse(FORM, read.problem)
        return
    draft = stage_form.recording(FORM, town=town, centre=centre, on=read.on)
    if submit(desk, FORM, record_stage, draft).saved is not None:
        clear(FORM, *stage_form.TEXTS, *stage_form.DETAILS, "ville")
        st.session_state.update({f"{FORM}_inconnue": False, f"{FORM}_concurrente": False})
        st.query_params.clear()


with st.form(FORM, enter_to_submit=False):
    stage_form.draw_stage(desk, FORM, outcome)
    stage_form.draw_details(FORM, outcome)
    finish(FORM, outcome, save, may_wait=True)
