"""Record the headcounts of one centre, one academic year at a time."""

import streamlit as st

from territoires.commands.enrolments import record_enrolments, withdraw_enrolment
from territoires.domain.roles import Permission
from territoires.ui import enrolment_form
from territoires.ui.conflict import restart
from territoires.ui.desk import clear, open_desk, outcome_of, refuse, submit, tell
from territoires.ui.entry_parts import choose_centre, choose_town, finish, saved_links
from territoires.ui.undo_part import tell_undone

FORM, GONE = "inscriptions", "inscriptions_retrait"

desk = open_desk(
    "Saisir des inscriptions",
    Permission.RECORD_ENROLMENT,
    path="/saisir-inscriptions",
    lead="Un centre et une année à la fois. ★\u00a0: obligatoire.",
)
outcome, gone = outcome_of(FORM, field="ville"), outcome_of(GONE)
tell(outcome, saved=enrolment_form.told(outcome))
tell(gone, saved="Effectif retiré. Sans autre comptage, il redevient «\u00a0non transmis\u00a0».")
tell_undone()
saved_links(desk, outcome, form=FORM, again="Fermer ce message")
saved_links(desk, gone, form=GONE, again="Fermer ce message")


def draw(subject: enrolment_form.Subject) -> None:
    """Draw the grid of a centre and a year, and under it the way to withdraw a headcount."""
    grid = enrolment_form.cells(desk, subject, form=FORM)
    day = enrolment_form.choose_count(FORM, subject, grid)
    enrolment_form.fill_grid(FORM, subject, day, grid)

    def save() -> None:
        read = enrolment_form.read_grid(FORM, subject, grid)
        if read.draft is None:
            refuse(FORM, *read.problems, note=read.note, draft=read.sent)
        elif submit(desk, FORM, record_enrolments, read.draft).saved is not None:
            enrolment_form.show_saved(FORM, read.draft)

    def withdraw() -> None:
        draft = enrolment_form.withdrawal(GONE)
        if submit(desk, GONE, withdraw_enrolment, draft).saved is not None:
            clear(GONE, "motif")
            restart(FORM)

    with st.form(FORM, enter_to_submit=False):
        enrolment_form.both_grids(FORM, outcome, grid, save=save)
        enrolment_form.draw_grid(desk, FORM, subject, day, grid, outcome)
        finish(FORM, outcome, save)
    if any(cell.known for cell in grid):
        with (
            st.expander("Retirer un effectif", icon=":material/delete:", expanded=gone.failed),
            st.form(GONE, enter_to_submit=False),
        ):
            enrolment_form.draw_withdrawal(GONE, grid)
            finish(GONE, gone, withdraw, reason_is_asked=True, label="Retirer cet effectif")


town = choose_town(desk, key=f"{FORM}_ville")
if centre := choose_centre(desk, town, key=f"{FORM}_centre"):
    draw((centre, enrolment_form.choose_year(desk, form=FORM)))
elif town:
    st.info("Aucun centre n’est connu dans cette ville\u00a0: saisissez d’abord son ouverture.")
