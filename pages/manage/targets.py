"""Decide a target: a new row, which leaves the earlier decisions as they were."""

import streamlit as st

from territoires.commands.targets import set_target
from territoires.domain.drafts import TargetDraft
from territoires.domain.roles import Permission
from territoires.ui import target_form
from territoires.ui.conflict import restart
from territoires.ui.desk import beside, open_desk, outcome_of, refuse, submit, tell
from territoires.ui.entry_parts import finish, saved_links
from territoires.ui.undo_part import tell_undone

FORM = "objectif"

desk = open_desk(
    "Objectifs",
    Permission.SET_TARGET,
    path="/objectifs",
    lead="Un objectif ne se corrige pas\u00a0: une nouvelle décision s’ajoute, et vaut à sa date.",
)
outcome = outcome_of(FORM, field="territoire")
tell(outcome, saved=target_form.told(outcome))
tell_undone()
saved_links(desk, outcome, form=FORM, again="Fermer ce message")

territory, perimeter = target_form.choose_subject(desk, form=FORM)
beside(outcome, "territory")
target_form.draw_known(desk, territory, perimeter)


def save() -> None:
    """Read the fields and write; nothing is drawn here."""
    draft = target_form.read_target(FORM, territory, perimeter)
    if not isinstance(draft, TargetDraft):
        refuse(FORM, *draft)
    elif submit(desk, FORM, set_target, draft).saved is not None:
        restart(FORM, keep_outcome=True)


st.header("Nouvelle décision", anchor=False)
with st.form(FORM, enter_to_submit=False):
    target_form.draw_target(desk, FORM, outcome)
    finish(FORM, outcome, save)
