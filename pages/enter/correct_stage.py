"""Correct a step, choose which of two dates counts, or withdraw what is wrong."""

import streamlit as st

from territoires.french.desk import LAST_FACT, NOBODY, stage_line
from territoires.french.places import typeset
from territoires.ui.desk import open_desk, shown
from territoires.ui.enter import stage_form, stage_list
from territoires.ui.enter.choosing import back_button
from territoires.ui.enter.conflict import both_versions
from territoires.ui.enter.stage_list import CORRECT, LABELS, WITHDRAW
from territoires.ui.forms import Form

FORM = "correction"

desk = open_desk(
    "corriger-etape",
    lead="L’ancienne version reste visible dans l’historique de la ville, avec le motif.",
)
known = stage_list.chosen(desk)
what = stage_list.act()
form = Form(desk, FORM, stage_form.FIELDS if what == CORRECT else ())
if known is not None:
    title = f"{typeset(known.town)} – {stage_line(known.said)}"
    form.open(
        known.entity_id,
        what,
        known=known.said,
        version=stage_list.version_shown(known, FORM),
        name=title,
    )
form.tell()
form.others()


def leave() -> None:
    """Go back to the stages of the town."""
    stage_list.back_to_list(known.town_code if known else "")


def save() -> None:
    """Write, and leave the form once it is written; nothing is drawn here."""
    command, make = stage_form.ACTS[what]
    name = stage_form.naming(known) if known else NOBODY
    if form.submit(command, make(form), name=name).saved is not None:
        leave()


if known is None:
    stage_list.choose(desk, form=FORM)
else:
    st.header(shown(title), anchor=False)
    label, icon = LABELS[what]
    with form.frame():
        both_versions(form, known, save=save)
        form.draw()
        if what == WITHDRAW:
            st.caption(LAST_FACT)
        form.finish(save, reason_is_asked=True, label=label, icon=icon, may_wait=True)
    back_button(FORM, leave)
