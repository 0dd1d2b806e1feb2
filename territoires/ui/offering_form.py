"""What a centre offers: the list, and the fields of one course given there."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from territoires.domain.programme import Mode
from territoires.french.desk import Name
from territoires.french.journal import said
from territoires.french.places import typeset
from territoires.french.words import MODES
from territoires.queries import entry
from territoires.ui.desk import Desk, shown
from territoires.ui.entry_parts import details
from territoires.ui.fields import LEFT, RIGHT, Choice, Field, Partial, Source
from territoires.ui.stage_list import CORRECT, WITHDRAW, buttons

PARAM = "offre"
NO_CENTRE = "Aucun centre n’est connu dans cette ville\u00a0: créez-le d’abord."


def titles(desk: Desk) -> dict[str, str]:
    """Give the courses of the catalogue by key."""
    return {
        row.course_key: f"{typeset(row.title)} ({row.course_key})"
        for row in desk.ask(entry.courses).itertuples()
    }


def offered(desk: Desk, centre: int) -> None:
    """Show what the centre offers, each with its buttons, above what may be added."""
    found = desk.ask(entry.offerings, centre_id=centre)
    if not len(found):
        st.info("Aucune formation n’est enregistrée pour ce centre.", icon=":material/info:")
    for row in found.to_dict("records"):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{shown(typeset(row['title']))}** ({row['course_key']})")
            details(said("offering", row, {}) | {"Source": typeset(row["source"])})
            acts = [(CORRECT, "Corriger", "edit"), (WITHDRAW, "Retirer", "delete")]
            buttons(row, acts, turn_to)
    st.header("Ajouter une formation", anchor=False)


def turn_to(version_id: int, what: str) -> None:
    """Go to the form of one act on one offering; for callbacks."""
    st.query_params.update({PARAM: str(version_id), "acte": what})


def fields(desk: Desk, *, course_is_known: bool) -> tuple[Field, ...]:
    """Give the fields of a course given in a centre."""
    names = titles(desk)
    course = Choice(
        key="formation",
        column="course_key",
        starred=True,
        among=tuple(names),
        say=lambda key: names.get(key, key),
        blank="Intitulé ou clé",
        none="",
        required=True,
        also=("centre_id",),
    )
    return (
        *(() if course_is_known else (course,)),
        Choice(
            key="modalite",
            column="mode",
            among=tuple(Mode),
            say=lambda mode: MODES[mode].capitalize(),
            blank="Non renseignée",
        ),
        Partial(key="debut", column="starts_on", at=LEFT, hint="09/2021, ou rien"),
        Partial(key="fin", column="ends_on", at=RIGHT, hint="06/2023, ou rien"),
        Source(),
    )


def naming(desk: Desk, town: str, course_key: str = "") -> Callable[[Any], Name]:
    """Name an offering by its draft, unless its course is known."""
    return lambda draft: named(desk, town, course_key or draft.course_key)


def named(desk: Desk, town: str, course_key: str) -> Name:
    """Name an offering by its town and its course."""
    return Name(f"{typeset(town)}, {titles(desk).get(course_key, course_key)}", "e")
