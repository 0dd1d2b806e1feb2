"""Choose how the application works: today, whether what is entered waits for a second person."""

import streamlit as st

from territoires.commands.choices import set_setting
from territoires.commands.write import ON, VALIDATION
from territoires.domain.drafts import SettingDraft
from territoires.queries.entry import setting
from territoires.ui.desk import open_desk
from territoires.ui.outcomes import submit
from territoires.ui.undo import tell_with_undo

FORM = "reglage"

desk = open_desk("reglages")
tell_with_undo(desk, FORM)

validation = desk.ask(setting, name=VALIDATION, default="off") == ON


def save(value: str) -> None:
    """Write the choice; nothing is drawn here."""
    submit(desk, FORM, set_setting, SettingDraft(name=VALIDATION, value=value))


st.header("Validation à quatre yeux", anchor=False)
st.markdown(
    "**Avec validation**, ce que saisit une personne de rôle *Saisie* est proposé, et ne paraît "
    "qu’après l’accord d’une autre personne, du siège. **Sans validation**, tout paraît aussitôt."
)
st.markdown(f"Aujourd’hui\u00a0: **{'avec' if validation else 'sans'} validation**.")
st.button(
    "Désactiver la validation" if validation else "Activer la validation",
    type="primary",
    on_click=save,
    args=("off" if validation else ON,),
    disabled=desk.signed_out,
)
if validation:
    st.caption(
        "Désactiver la validation ne décide de rien\u00a0: ce qui attend reste dans la file, à "
        "valider ou à refuser."
    )
