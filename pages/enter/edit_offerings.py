"""Say which courses a centre gives: add one, correct it, withdraw what is wrong."""

import streamlit as st

from territoires.commands.courses import set_offering, withdraw_offering
from territoires.domain.drafts import OfferingDraft
from territoires.domain.roles import Permission
from territoires.french.desk import offering_said
from territoires.ui import offering_form
from territoires.ui.conflict import both_versions
from territoires.ui.desk import Outcome, open_desk, outcome_of, refuse, shown, submit, tell
from territoires.ui.entry_parts import back_button, choose_centre, choose_town, finish, saved_links
from territoires.ui.stage_form import withdrawal
from territoires.ui.stage_list import CORRECT, WITHDRAW, act, back_to_list, chosen
from territoires.ui.undo_part import tell_undone

FORM = "offre"

desk = open_desk(
    "Formations d’un centre",
    Permission.EDIT_OFFERING,
    path="/saisir-formations",
    lead="Une formation qui s’arrête reçoit une date de fin\u00a0; seule une erreur se retire.",
)
known = chosen(desk, "offering", param=offering_form.PARAM)
what = act()
outcome = outcome_of(FORM, field="motif")
tell(outcome)
tell_undone()
saved_links(desk, outcome, form=FORM, again="Fermer ce message")


def leave() -> None:
    """Go back to what the centre offers."""
    back_to_list(known.town_code if known else "", param=offering_form.PARAM)


def write(centre: int) -> Outcome:
    """Read the form and do what it says."""
    if known is not None and what == WITHDRAW:
        gone = withdrawal(FORM, expected_id=st.session_state[f"{FORM}_version"])
        return submit(desk, FORM, withdraw_offering, gone)
    draft = offering_form.read_offering(FORM, centre=centre)
    if isinstance(draft, OfferingDraft):
        return submit(desk, FORM, set_offering, draft)
    return refuse(FORM, *draft)


def draw(centre: int) -> None:
    """Draw the form of the act chosen."""

    def save() -> None:
        if write(centre).saved is not None:
            st.session_state.pop(f"{FORM}_sujet")
            leave()

    offering_form.fill_offering(FORM, known, what)
    if known is not None:
        st.header(shown(offering_form.name_of(desk, known)), anchor=False)
    with st.form(FORM, enter_to_submit=False):
        if known is not None:
            both_versions(FORM, outcome, known, offering_said, offering_form.said_in, save=save)
        if known is None or what == CORRECT:
            offering_form.draw_offering(desk, FORM, outcome, course_is_known=known is not None)
        label = "Retirer cette formation" if known and what == WITHDRAW else "Enregistrer"
        finish(FORM, outcome, save, reason_is_asked=known is not None, label=label)


if known is not None:
    draw(known.centre_id)
    back_button(FORM, leave)
else:
    town = choose_town(desk, key=f"{FORM}_ville")
    if centre := choose_centre(desk, town, key=f"{FORM}_centre"):
        offering_form.offered(desk, centre)
        st.header("Ajouter une formation", anchor=False)
        draw(centre)
    elif town:
        st.info("Aucun centre n’est connu dans cette ville\u00a0: créez-le d’abord.")
