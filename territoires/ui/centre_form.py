"""The fields of a centre, drawn and read the same way to create one and to correct one."""

from typing import Any

import streamlit as st

from territoires.domain.drafts import CentreCorrection, CentreDraft
from territoires.domain.programme import ProgrammeLink
from territoires.french.desk import LINKS
from territoires.queries import entry, forms
from territoires.queries.forms import Known
from territoires.ui.desk import Desk, Outcome, beside, fill
from territoires.ui.entry_parts import NEW_SITE, NOTE_HEIGHT, confirmed

_FIELDS = {
    "name": "nom",
    "address": "adresse",
    "regional_centre": "regional",
    "collectivity": "collectivite",
    "wave": "vague",
    "note": "note",
}
_EMPTY = dict.fromkeys([*_FIELDS, "programme_link"], "") | {"programme_link": ProgrammeLink.STATED}


def known_centre(desk: Desk, town: str, centre: int | None) -> Known | None:
    """Give what is known of the centre chosen; None for one to be made."""
    if not centre:
        return None
    there = desk.ask(entry.centres, town_code=town)
    versions = {int(row.centre_id): int(row.version_id) for row in there.itertuples()}
    found: Known | None = desk.ask(
        forms.newest, entity="centre", version_id=versions.get(centre, centre)
    )
    return found


def fill_centre(form: str, town: str, known: Known | None) -> None:
    """Start the form from what is known of the centre, or from nothing."""
    said: Any = known.said if known else _EMPTY
    fill(
        form,
        (town, known.entity_id if known else NEW_SITE),
        {
            "motif": "",
            "version": known.version_id if known else 0,
            "montre": dict(said),
            "lien": ProgrammeLink(said["programme_link"]),
            "confirme": False,
            **{key: said[column] for column, key in _FIELDS.items()},
        },
    )


def draw_centre(form: str, outcome: Outcome, *, name_is_asked: bool) -> None:
    """Draw the fields of a centre."""
    st.text_input(
        "Nom du centre ★" if name_is_asked else "Nom du centre",
        key=f"{form}_nom",
        placeholder="" if name_is_asked else "Celui de la ville, par défaut",
    )
    beside(outcome, "centre_name")
    st.text_input("Adresse", key=f"{form}_adresse")
    beside(outcome, "address")
    left, right = st.columns(2)
    with left:
        st.text_input("Centre régional du Cnam", key=f"{form}_regional")
        beside(outcome, "regional_centre")
        st.text_input("Vague", key=f"{form}_vague", placeholder="AMI 1, AMI 2…")
        beside(outcome, "wave")
    with right:
        st.text_input("Collectivité qui porte le projet", key=f"{form}_collectivite")
        beside(outcome, "collectivity")
        st.selectbox(
            "Rattachement au programme",
            list(ProgrammeLink),
            format_func=LINKS.__getitem__,
            key=f"{form}_lien",
        )
    st.text_area("Commentaire", key=f"{form}_note", height=NOTE_HEIGHT)
    beside(outcome, "note")


def _fields(form: str) -> dict[str, Any]:
    state = st.session_state
    return {column: state[f"{form}_{key}"] for column, key in _FIELDS.items()} | {
        "programme_link": ProgrammeLink(state[f"{form}_lien"]),
        "reason": state[f"{form}_motif"],
    }


def creation(form: str, *, town: str, second: bool) -> CentreDraft:
    """Read the fields as a new centre."""
    return CentreDraft(town_code=town, new_site=second, **_fields(form))


def correction(form: str, *, town: str) -> CentreCorrection:
    """Read the fields as what a centre should say."""
    version = st.session_state[f"{form}_version"]
    return CentreCorrection(
        town_code=town, expected_id=version, confirmed=confirmed(form), **_fields(form)
    )


def said_in(draft: Any) -> dict[str, str]:
    """Give what a correction says, by column, as `queries.forms` does; nothing for another act."""
    if not isinstance(draft, CentreCorrection):
        return {}
    return {column: str(getattr(draft, column)).strip() for column in _EMPTY}
