"""Decide a target: a new row, which leaves the earlier decisions as they were."""

from functools import partial

import streamlit as st

from territoires.commands.targets import set_target
from territoires.domain.drafts import TargetDraft
from territoires.french.desk import target_name
from territoires.ui.desk import open_desk
from territoires.ui.forms import Form
from territoires.ui.manage import target_form
from territoires.ui.outcomes import beside

desk = open_desk("objectifs")
form = Form(desk, "objectif", target_form.FIELDS, where={"territory": "territoire"})
form.recall("territoire")
form.tell()

territory, perimeter = target_form.choose_subject(desk, form=form.name)
beside(form.outcome, "territory")
target_form.draw_known(desk, territory, perimeter)
where = target_form.territories(desk)[territory]
form.open(territory, perimeter, name=where)


def save() -> None:
    """Read the fields and write; nothing is drawn here."""
    make = partial(TargetDraft, territory=territory, perimeter=perimeter)
    form.submit(
        set_target, make, name=lambda draft: target_name(draft.value, draft.deadline, where)
    )


st.header("Nouvelle décision", anchor=False)
with form.frame():
    form.draw()
    form.finish(save)
form.others()
