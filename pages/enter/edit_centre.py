"""Create a centre, correct what is said of it, or withdraw one recorded by mistake."""

from functools import partial
from typing import Any

import streamlit as st

from territoires.commands.centres import correct_centre, create_centre, withdraw_centre
from territoires.domain.drafts import CentreCorrection, CentreDraft, WithdrawalDraft
from territoires.french.desk import centre_name
from territoires.queries import forms
from territoires.ui.desk import open_desk
from territoires.ui.enter import centre_form
from territoires.ui.enter.choosing import TOWN, UNDECIDED, choose_centre, choose_town, town_name
from territoires.ui.enter.conflict import both_versions
from territoires.ui.forms import Form
from territoires.ui.outcomes import beside

FORM, GONE = "centre", "retrait_centre"

desk = open_desk("saisir-centre")
form = Form(
    desk,
    FORM,
    centre_form.fields(name_is_asked=True),
    where={"town_code": TOWN},
    commands=[create_centre, correct_centre],
)
gone = Form(desk, GONE, commands=[withdraw_centre])
form.recall()
form.tell()
gone.tell()

town = choose_town(desk, key=form.key(TOWN))
beside(form.outcome, "town_code")
centre = choose_centre(desk, town, key=form.key("choisi"), with_new=True)
known = desk.ask(forms.newest, entity="centre", version_id=centre) if centre else None
form.fields = centre_form.fields(name_is_asked=centre is not None)


def save() -> None:
    """Create or correct; nothing is drawn here."""
    command: Any = correct_centre if known else create_centre
    make: Any = (
        partial(CentreCorrection, town_code=town, expected_id=form.opened.version)
        if known
        else partial(CentreDraft, town_code=town, new_site=centre is not None)
    )
    where = town_name(desk, town)
    done = form.submit(command, make, name=lambda draft: centre_name(where, draft.name))
    if done.saved is not None:
        gone.restart()  # it showed the version that has just been replaced


def withdraw() -> None:
    """Withdraw the centre; nothing is drawn here."""
    make = partial(WithdrawalDraft, expected_id=gone.opened.version)
    if gone.submit(withdraw_centre, make, name=called).saved is not None:
        form.discard()


if town and centre != UNDECIDED:
    about: Any = {"known": known.said, "version": known.version_id} if known else {}
    called = centre_name(town_name(desk, town), known.said["name"] if known else "")
    form.open(town, centre or 0, name=called.text, **about)
    with form.frame():
        if known is not None:
            both_versions(form, known, save=save)
        form.draw()
        form.finish(save, reason_is_asked=known is not None, may_wait=True)
    if known is not None:
        gone.open(town, centre, name=called.text, version=known.version_id)
        with gone.folded("Retirer ce centre"):
            st.caption("Seul un centre sur lequel rien ne repose se retire.")
            gone.finish(withdraw, reason_is_asked=True, label="Retirer ce centre", may_wait=True)
form.others()
