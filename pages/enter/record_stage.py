"""Record a step in the life of a town's centre, the opening first of all."""

from functools import partial
from typing import Any

import streamlit as st

from territoires.commands.stages import record_stage
from territoires.domain.drafts import StageDraft
from territoires.french.desk import Name, stage_name
from territoires.ui.desk import open_desk
from territoires.ui.enter import stage_form
from territoires.ui.enter.choosing import (
    NEW_SITE,
    TOWN,
    UNDECIDED,
    choose_centre,
    choose_town,
    town_name,
)
from territoires.ui.forms import CHOOSERS, Form
from territoires.ui.manage import reports as reports_page
from territoires.ui.outcomes import beside

desk = open_desk("saisir-etape")
form = Form(
    desk,
    "etape",
    (*stage_form.FIELDS, *stage_form.DETAILS),
    choosers=CHOOSERS - {TOWN},
    where={"town_code": TOWN},
    commands=[record_stage],
)
named_by_address = st.query_params.get(TOWN, "")
reported = reports_page.brought(desk)
brings = {TOWN: named_by_address} | reports_page.start(form, reported)
form.open(named_by_address, *([reported.name] if reported else []), start=brings)
form.tell(again="Nouvelle saisie")
form.others()
reports_page.show(reported)


def named(draft: Any) -> Name:
    """Name what was recorded."""
    on = draft.on if draft.on.first or form.get("inconnue") else None
    return stage_name(town_name(desk, draft.town_code), draft.kind, on, draft.basis)


with form.frame():
    town = choose_town(desk, key=form.key(TOWN))
    beside(form.outcome, "town_code")
    centre = choose_centre(desk, town, key=form.key("centre"), with_new=True)
    beside(form.outcome, "centre_id")

    def save() -> None:
        """Read the fields and write; nothing is drawn here."""
        make = partial(
            StageDraft,
            town_code=town,
            centre_id=None if centre in {NEW_SITE, UNDECIDED} else centre,
            new_site=centre == NEW_SITE,
            report_id=reported.id if reported else None,
        )
        if form.submit(record_stage, make, name=named).saved is not None:
            st.query_params.clear()

    form.draw()
    form.finish(save, may_wait=True)
