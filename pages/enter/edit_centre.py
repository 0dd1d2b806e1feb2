"""Create a centre, correct what is said of it, or withdraw one recorded by mistake."""

import streamlit as st

from territoires.commands.centres import correct_centre, create_centre, withdraw_centre
from territoires.domain.drafts import WithdrawalDraft
from territoires.domain.roles import Permission
from territoires.french.desk import centre_said
from territoires.ui import centre_form
from territoires.ui.conflict import both_versions, restart
from territoires.ui.desk import beside, open_desk, outcome_of, submit, tell
from territoires.ui.entry_parts import choose_centre, choose_town, finish, saved_links
from territoires.ui.undo_part import tell_undone

FORM, GONE = "centre", "centre_retrait"

desk = open_desk(
    "Créer ou corriger un centre",
    Permission.EDIT_CENTRE,
    path="/saisir-centre",
    lead="Une ouverture se saisit plutôt comme étape\u00a0: le centre est créé avec elle.",
)
outcome, gone = outcome_of(FORM, field="ville"), outcome_of(GONE)
tell(outcome)
tell(gone, saved="Centre retiré.")
tell_undone()
saved_links(desk, outcome, form=FORM, again="Fermer ce message")
saved_links(desk, gone, form=GONE, again="Fermer ce message")

town = choose_town(desk, key=f"{FORM}_ville")
beside(outcome, "town_code")
centre = choose_centre(desk, town, key=f"{FORM}_choisi", with_new=True)
known = centre_form.known_centre(desk, town, centre)


def save() -> None:
    """Create or correct, and start again from what is then known; nothing is drawn here."""
    if known is None:
        draft = centre_form.creation(FORM, town=town, second=centre is not None)
        done = submit(desk, FORM, create_centre, draft)
    else:
        correction = centre_form.correction(FORM, town=town)
        done = submit(desk, FORM, correct_centre, correction)
    if done.saved is not None:
        st.session_state.pop(f"{FORM}_sujet")


def withdraw() -> None:
    """Withdraw the centre; nothing is drawn here."""
    version = st.session_state[f"{FORM}_version"]
    reason = st.session_state[f"{GONE}_motif"]
    done = submit(desk, GONE, withdraw_centre, WithdrawalDraft(expected_id=version, reason=reason))
    if done.saved is not None:
        restart(FORM)


if town:
    centre_form.fill_centre(FORM, town, known)
    with st.form(FORM, enter_to_submit=False):
        if known is not None:
            both_versions(FORM, outcome, known, centre_said, centre_form.said_in, save=save)
        centre_form.draw_centre(FORM, outcome, name_is_asked=centre is not None)
        finish(FORM, outcome, save, reason_is_asked=known is not None, may_wait=True)
    if known is not None:
        with (
            st.expander("Retirer ce centre", icon=":material/delete:", expanded=gone.failed),
            st.form(GONE, enter_to_submit=False),
        ):
            st.caption("Seul un centre sur lequel rien ne repose se retire.")
            finish(GONE, gone, withdraw, reason_is_asked=True, label="Retirer ce centre")
