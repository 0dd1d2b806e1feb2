"""The stages of a town's centres, each with what may be done about it, and the one chosen."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from territoires.domain.roles import Permission
from territoires.french.desk import source_name, stage_line
from territoires.french.typography import typeset_text
from territoires.queries import entry, forms
from territoires.queries.forms import Known
from territoires.ui.desk import Desk, button, must_cover, outlived, shown
from territoires.ui.enter.choosing import TOWN, choose_known_centre

CORRECT, RETAIN, WITHDRAW = "corriger", "retenir", "retirer"
LABELS = {
    CORRECT: ("Enregistrer la correction", ":material/save:"),
    RETAIN: ("Retenir cette date", ":material/check:"),
    WITHDRAW: ("Retirer cette étape", ":material/delete:"),
}
_NOTHING = "Aucune étape n’est enregistrée pour cette ville."
_STAGE, _ACT = "etape", "acte"


def chosen(
    desk: Desk,
    entity: str = "stage",
    *,
    param: str = _STAGE,
    permission: Permission = Permission.RECORD_STAGE,
) -> Known | None:
    """Give the fact that the address names, in its newest version; None to show the list.

    Stops for one of a region in which the writer is not competent.
    """
    text = st.query_params.get(param, "")
    if not text:
        return None
    found: Known | None = (
        desk.ask(forms.newest, entity=entity, version_id=int(text)) if text.isdecimal() else None
    )
    if found is None:
        st.warning(
            "Cette fiche n’existe pas. Choisissez-la dans la liste.", icon=":material/search_off:"
        )
        return None
    must_cover(desk, permission, found.region_code)
    return found


def version_shown(known: Known, form: str, *, param: str = _STAGE) -> int:
    """Say which version the writer had before them when the form began.

    The newest, but when the server restarted meanwhile: then the one that the address names, so
    that what somebody else has changed since is told.
    """
    text = st.query_params.get(param, "")
    return int(text) if text and outlived(f"{form}_motif") else known.version_id


def act() -> str:
    """Say what is to be done with the stage chosen."""
    asked = st.query_params.get(_ACT, CORRECT)
    return asked if asked in {CORRECT, RETAIN, WITHDRAW} else CORRECT


def back_to_list(town_code: str = "", *, param: str = _STAGE) -> None:
    """Leave the stage chosen, for the list of its town; for callbacks."""
    for name in (param, _ACT):
        st.query_params.pop(name, None)
    if town_code:
        st.query_params[TOWN] = town_code


def choose(desk: Desk, *, form: str) -> None:
    """Show the stages of a centre, each with its buttons."""
    centre, _ = choose_known_centre(desk, form, none_yet=_NOTHING)
    if not centre:
        return
    found = desk.ask(entry.stages, centre_id=centre)
    if not len(found):
        st.info(_NOTHING)
        return
    for row in found.to_dict("records"):
        with st.container(border=True, gap="xsmall"):
            competing = "" if row["retained"] else " · *date concurrente, non retenue*"
            st.markdown(f"**{shown(stage_line(row))}**{competing}")
            source = source_name(row["source_title"], row["source"], "")
            st.caption(shown(" – ".join(filter(None, (source, typeset_text(row["note"]))))))
            acts = [(CORRECT, "Corriger", "edit"), (WITHDRAW, "Retirer", "delete")]
            if not row["retained"]:
                acts.insert(1, (RETAIN, "Retenir cette date", "check"))
            buttons(row, acts, turn_to)


def turn_to(version_id: int, what: str, *, param: str = _STAGE) -> None:
    """Go to the form of one act on one fact; for callbacks."""
    st.query_params.update({param: str(version_id), _ACT: what})


def buttons(row: Any, acts: list[tuple[str, str, str]], turn: Callable[[int, str], None]) -> None:
    """Print what may be done with a row."""
    with st.container(horizontal=True):
        for code, label, icon in acts:
            number = row["version_id"]
            button(label, f"{code}_{number}", turn, number, code, icon=icon)
