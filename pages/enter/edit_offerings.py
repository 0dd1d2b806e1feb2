"""Say which courses a centre gives: add one, correct it, withdraw what is wrong."""

from functools import partial
from typing import Any

import streamlit as st

from territoires.commands.courses import set_offering, withdraw_offering
from territoires.domain.drafts import OfferingDraft
from territoires.ui import offering_form, stage_list
from territoires.ui.conflict import both_versions
from territoires.ui.desk import open_desk, shown
from territoires.ui.entry_parts import back_button, choose_known_centre, town_name
from territoires.ui.forms import Form
from territoires.ui.stage_form import withdrawal

FORM = "offre"

desk = open_desk(
    "saisir-formations",
    lead="Une formation qui s’arrête reçoit une date de fin\u00a0; seule une erreur se retire.",
)
known = stage_list.chosen(desk, "offering", param=offering_form.PARAM)
of_known: Any = {"course_key": known.said["course_key"]} if known else {}
withdraws = known is not None and stage_list.act() == stage_list.WITHDRAW
fields = offering_form.fields(desk, course_is_known=known is not None)
form = Form(desk, FORM, () if withdraws else fields, where={"expected_id": "formation"})


def draw(centre: int, town: str) -> None:
    """Draw the form of the act chosen."""
    named = offering_form.naming(desk, town, **of_known)

    def save() -> None:
        setting = partial(OfferingDraft, expected_id=form.opened.version, **of_known)
        if withdraws:
            done = form.submit(withdraw_offering, withdrawal(form), name=named)
        else:
            done = form.submit(set_offering, partial(setting, centre_id=centre), name=named)
        if done.saved is not None:
            leave()

    with form.frame():
        if known is not None:
            both_versions(form, known, save=save)
        form.draw()
        label = "Retirer cette formation" if withdraws else "Enregistrer"
        form.finish(save, reason_is_asked=known is not None, label=label, may_wait=True)


def leave() -> None:
    """Go back to what the centre offers."""
    stage_list.back_to_list(known.town_code if known else "", param=offering_form.PARAM)


if known is not None:
    title = offering_form.named(desk, known.town, **of_known).text
    version = stage_list.version_shown(known, FORM, param=offering_form.PARAM)
    form.open(known.entity_id, stage_list.act(), known=known.said, version=version, name=title)
else:
    form.recall()
form.tell()
if known is not None:
    st.header(shown(title), anchor=False)
    draw(known.centre_id, known.town)
    back_button(FORM, leave)
else:
    centre, code = choose_known_centre(desk, FORM, none_yet=offering_form.NO_CENTRE)
    if centre:
        offering_form.offered(desk, centre)
        form.open(centre, name=town_name(desk, code))
        draw(centre, town_name(desk, code))
form.others()
