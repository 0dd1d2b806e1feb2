"""Add a course to the catalogue, or correct what it says of one."""

import streamlit as st

from territoires.commands.courses import add_course, correct_course
from territoires.domain.drafts import CourseCorrection
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission
from territoires.french.desk import course_said
from territoires.ui import course_form
from territoires.ui.conflict import both_versions
from territoires.ui.desk import open_desk, outcome_of, refuse, submit, tell
from territoires.ui.entry_parts import finish, saved_links
from territoires.ui.undo_part import tell_undone

FORM = "formation"

desk = open_desk(
    "Catalogue des formations",
    Permission.EDIT_COURSE,
    path="/catalogue-formations",
    lead="Le catalogue est le même pour toute la France. ★\u00a0: obligatoire.",
)
outcome = outcome_of(FORM, field="choisie")
tell(outcome)
tell_undone()
saved_links(desk, outcome, form=FORM, again="Fermer ce message")

key = course_form.choose_course(desk, key=f"{FORM}_choisie")
said = course_form.known_course(desk, key)


def save() -> None:
    """Add or correct, and start again from what is then known; nothing is drawn here."""
    draft = course_form.read_course(FORM, key=key)
    if isinstance(draft, Problem):
        refuse(FORM, draft)
        return
    command = correct_course if isinstance(draft, CourseCorrection) else add_course
    if submit(desk, FORM, command, draft).saved is not None:
        st.session_state.pop(f"{FORM}_sujet")


course_form.fill_course(desk, FORM, said)
newest = course_form.newest(desk, outcome, said)
with st.form(FORM, enter_to_submit=False):
    if newest is not None:
        both_versions(FORM, outcome, newest, course_said, course_form.said_in, save=save)
    course_form.draw_course(desk, FORM, outcome, is_new=not key)
    finish(FORM, outcome, save, reason_is_asked=bool(key))
