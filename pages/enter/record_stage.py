"""Record a step in the life of a town's centre, the opening first of all."""

import streamlit as st

from territoires.commands.stages import record_stage
from territoires.domain.drafts import StageDraft, cited
from territoires.domain.programme import Basis, StageKind
from territoires.domain.roles import Permission
from territoires.ui import stage_form
from territoires.ui.desk import beside, open_desk, outcome_of, refuse, submit, tell
from territoires.ui.entry_parts import NEW_SITE, choose_centre, choose_town, saved_links

FORM = "etape"
DETAILS = ("nom", "adresse", "regional")

desk = open_desk(
    "Saisir une étape",
    Permission.RECORD_STAGE,
    path="/saisir-etape",
    lead="L’ouverture d’un centre, une labellisation, une convention… ★\u00a0: obligatoire.",
)
outcome = outcome_of(FORM)
tell(outcome)
if outcome.saved is not None:
    saved_links(outcome.saved, form=FORM)

town = choose_town(desk, key=f"{FORM}_ville")
beside(outcome, "town_code")
centre = choose_centre(desk, town, key=f"{FORM}_centre")
beside(outcome, "centre_id")


def save() -> None:
    """Read the fields and write; nothing is drawn here."""
    state = st.session_state
    read = stage_form.read_date(FORM)
    if read.problem is not None:
        refuse(FORM, read.problem)
        return
    draft = StageDraft(
        town_code=town,
        kind=StageKind(state[f"{FORM}_genre"]),
        on=read.on,
        basis=Basis(state[f"{FORM}_nature"]),
        source=cited(state[f"{FORM}_source"]),
        centre_id=centre or None,
        new_site=centre == NEW_SITE,
        centre_name=state[f"{FORM}_nom"],
        address=state[f"{FORM}_adresse"],
        regional_centre=state[f"{FORM}_regional"],
        note=state[f"{FORM}_note"],
        reason=state[f"{FORM}_motif"],
    )
    if submit(desk, FORM, record_stage, draft).saved is not None:
        state.update({f"{FORM}_{name}": "" for name in (*stage_form.TEXTS, *DETAILS, "ville")})
        state[f"{FORM}_inconnue"] = False


with st.form(FORM, enter_to_submit=False):
    stage_form.draw_stage(FORM, outcome)
    with st.expander("Le centre (facultatif)"):
        st.text_input("Nom du centre", key=f"{FORM}_nom")
        beside(outcome, "centre_name")
        st.text_input("Adresse", key=f"{FORM}_adresse")
        beside(outcome, "address")
        st.text_input("Centre régional du Cnam", key=f"{FORM}_regional")
        beside(outcome, "regional_centre")
    stage_form.finish(FORM, outcome, save)
