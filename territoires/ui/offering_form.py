"""What a centre offers: the list, and the fields of one course given there."""

from typing import Any

import streamlit as st

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import OfferingDraft, cited
from territoires.domain.errors import Problem
from territoires.domain.programme import Mode
from territoires.french.dates import slashed
from territoires.french.desk import offering_said
from territoires.french.places import typeset
from territoires.french.words import MODES
from territoires.queries import entry
from territoires.queries.forms import Known
from territoires.ui.desk import Desk, Outcome, beside, fill, shown
from territoires.ui.entry_parts import confirmed, details, source_input
from territoires.ui.stage_form import read_text_date
from territoires.ui.stage_list import CORRECT, WITHDRAW, buttons, version_shown

PARAM = "offre"


def titles(desk: Desk) -> dict[str, str]:
    """Give the courses of the catalogue by key."""
    return {
        row.course_key: f"{typeset(row.title)} ({row.course_key})"
        for row in desk.ask(entry.courses).itertuples()
    }


def offered(desk: Desk, centre: int) -> None:
    """Show what the centre offers, each with its buttons."""
    found = desk.ask(entry.offerings, centre_id=centre)
    if not len(found):
        st.info("Aucune formation n’est enregistrée pour ce centre.", icon=":material/info:")
    for row in found.to_dict("records"):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{shown(typeset(row['title']))}** ({row['course_key']})")
            details(offering_said(row) | {"Source": typeset(row["source"])})
            acts = [(CORRECT, "Corriger", "edit"), (WITHDRAW, "Retirer", "delete")]
            buttons(row, acts, turn_to)


def turn_to(version_id: int, what: str) -> None:
    """Go to the form of one act on one offering; for callbacks."""
    st.query_params.update({PARAM: str(version_id), "acte": what})


def fill_offering(form: str, known: Known | None, act: str) -> None:
    """Start the form from what is known of the offering, or from nothing."""
    said = known.said if known else {}
    fill(
        form,
        (known.entity_id if known else 0, act),
        {
            "motif": "",
            "version": version_shown(known, form, param=PARAM) if known else None,
            "montre": dict(said),
            "formation": said.get("course_key"),
            "modalite": Mode(said["mode"]) if said.get("mode") else None,
            "debut": slashed(PartialDate.parse(said.get("starts_on", ""))),
            "fin": slashed(PartialDate.parse(said.get("ends_on", ""))),
            "source": said.get("source_id", ""),
            "confirme": False,
        },
    )


def draw_offering(desk: Desk, form: str, outcome: Outcome, *, course_is_known: bool) -> None:
    """Draw the fields of a course given in a centre."""
    if not course_is_known:
        names = titles(desk)
        st.selectbox(
            "Formation ★",
            list(names),
            format_func=lambda key: names.get(key, key),
            key=f"{form}_formation",
            index=None,
            placeholder="Intitulé ou clé",
        )
    beside(outcome, "course_key", "centre_id")
    st.selectbox(
        "Modalité",
        list(Mode),
        format_func=lambda mode: MODES[mode].capitalize(),
        key=f"{form}_modalite",
        index=None,
        placeholder="Non renseignée",
    )
    left, right = st.columns(2)
    with left:
        st.text_input("Début", key=f"{form}_debut", placeholder="09/2021, ou rien")
        beside(outcome, "starts_on")
    with right:
        st.text_input("Fin", key=f"{form}_fin", placeholder="06/2023, ou rien")
        beside(outcome, "ends_on")
    source_input(desk, outcome, form=form)


def read_offering(form: str, *, centre: int) -> OfferingDraft | tuple[Problem, ...]:
    """Read the fields, or say what is no draft yet."""
    state = st.session_state
    starts = read_text_date(state[f"{form}_debut"], field="starts_on")
    ends = read_text_date(state[f"{form}_fin"], field="ends_on")
    problems = [read.problem for read in (starts, ends) if read.problem is not None]
    course = state[f"{form}_formation"]
    if not course:
        problems.append(Problem("course_key", Code.REQUIRED))
    if problems:
        return tuple(problems)
    mode = state[f"{form}_modalite"]
    return OfferingDraft(
        centre_id=centre,
        course_key=course,
        mode=Mode(mode) if mode else None,
        starts_on=starts.on,
        ends_on=ends.on,
        source=cited(state[f"{form}_source"]),
        expected_id=state[f"{form}_version"],
        reason=state[f"{form}_motif"],
        confirmed=confirmed(form),
    )


def said_in(draft: Any) -> dict[str, str]:
    """Give what a draft says, by column, as `queries.forms` does; nothing for another act."""
    if not isinstance(draft, OfferingDraft):
        return {}
    return {
        "mode": draft.mode.value if draft.mode else "",
        "starts_on": draft.starts_on.iso,
        "ends_on": draft.ends_on.iso,
        "source_id": draft.source.id or draft.source.url or "déclaration",
    }


def name_of(desk: Desk, known: Known) -> str:
    """Name an offering by its town and its course."""
    course = known.said["course_key"]
    return f"{typeset(known.town)} – {titles(desk).get(course, course)}"
