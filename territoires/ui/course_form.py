"""The fields of a course of the catalogue, to add one and to correct one."""

from typing import Any

import streamlit as st

from territoires.domain.checks import Code
from territoires.domain.drafts import CourseCorrection, CourseDraft, cited
from territoires.domain.errors import Problem
from territoires.domain.programme import Confidence
from territoires.queries import courses, entry, forms
from territoires.queries.forms import Known
from territoires.ui.desk import Desk, Outcome, beside, fill
from territoires.ui.entry_parts import confirmed, source_input
from territoires.ui.offering_form import titles

_TEXTS = {
    "title": "intitule",
    "credential": "diplome",
    "cnam_code": "cnam",
    "rncp_code": "rncp",
    "source_id": "source",
}
_CPF = {"": "Non renseigné", "yes": "Oui", "no": "Non"}
_LEVELS = range(1, 9)


def choose_course(desk: Desk, *, key: str) -> str:
    """Ask which course is to be corrected; empty for a new one."""
    names = {"": "Une nouvelle formation"} | titles(desk)
    chosen: str = st.selectbox(
        "Formation du catalogue",
        list(names),
        format_func=lambda one: names.get(one, one),
        key=key,
        disabled=desk.signed_out,
    )
    return chosen


def known_course(desk: Desk, key: str) -> dict[str, str]:
    """Give what the catalogue says of a course, by column, as text; nothing for a new one."""
    found = desk.ask(entry.courses)
    rows = found[found["course_key"] == key].to_dict("records") if key else []
    if not rows:
        return {}
    (row,) = rows
    return {name: "" if value == 0 else str(value) for name, value in row.items()}


def fill_course(desk: Desk, form: str, said: dict[str, str]) -> None:
    """Start the form from what the catalogue says, and note at which edition it said so."""
    fill(
        form,
        said.get("course_key", ""),
        {
            "motif": "",
            "version": desk.seen.number,
            "montre": said,
            "cle": "",
            "filiere": said.get("field_slug"),
            "niveau": int(said["level"]) if said.get("level") else None,
            "credits": said.get("credits", ""),
            "cpf": said.get("cpf_eligible", ""),
            "confirme": False,
            **{key: said.get(column, "") for column, key in _TEXTS.items()},
        },
    )


def draw_course(desk: Desk, form: str, outcome: Outcome, *, is_new: bool) -> None:
    """Draw the fields of a course."""
    fields = dict(desk.ask(courses.field_names))
    st.text_input("Intitulé ★", key=f"{form}_intitule")
    beside(outcome, "title")
    left, right = st.columns(2)
    with left:
        st.selectbox(
            "Filière ★",
            list(fields),
            format_func=lambda slug: fields.get(slug, slug),
            key=f"{form}_filiere",
            index=None,
            placeholder="Choisir",
        )
        beside(outcome, "field_slug")
        st.text_input("Code Cnam", key=f"{form}_cnam", placeholder="LG02501A")
        beside(outcome, "cnam_code")
        st.selectbox(
            "Niveau", list(_LEVELS), key=f"{form}_niveau", index=None, placeholder="Non renseigné"
        )
        beside(outcome, "level")
        if is_new:
            st.text_input("Clé", key=f"{form}_cle", placeholder="La suivante, par défaut (F025…)")
            beside(outcome, "key")
    with right:
        st.text_input("Diplôme ou titre", key=f"{form}_diplome")
        beside(outcome, "credential")
        st.text_input("Code RNCP", key=f"{form}_rncp", placeholder="RNCP36889")
        beside(outcome, "rncp_code")
        st.selectbox("Éligible au CPF", list(_CPF), format_func=_CPF.__getitem__, key=f"{form}_cpf")
        st.text_input("Crédits", key=f"{form}_credits")
        beside(outcome, "credits")
    source_input(desk, outcome, form=form)


def read_course(form: str, *, key: str) -> CourseDraft | Problem:
    """Read the fields as a new course or as a correction of `key`, or say what is no draft yet."""
    state = st.session_state
    typed = "".join(state[f"{form}_credits"].split())
    if typed and not typed.isdecimal():
        return Problem("credits", Code.BAD_VALUE, typed[:40], {"least": 0, "most": 400})
    confidence = state[f"{form}_montre"].get("confidence")
    values: dict[str, Any] = {
        "title": state[f"{form}_intitule"],
        "field_slug": state[f"{form}_filiere"] or "",
        "source": cited(state[f"{form}_source"]),
        "key": key or state.get(f"{form}_cle", "").strip().upper(),
        "credential": state[f"{form}_diplome"],
        "level": state[f"{form}_niveau"],
        "cnam_code": state[f"{form}_cnam"].strip().upper(),
        "rncp_code": state[f"{form}_rncp"].strip().upper(),
        "cpf_eligible": {"yes": True, "no": False}.get(state[f"{form}_cpf"]),
        "credits": int(typed) if typed else None,
        "confidence": Confidence(confidence) if confidence else None,
        "reason": state[f"{form}_motif"],
    }
    if not key:
        return CourseDraft(**values)
    return CourseCorrection(
        expected_edition=state[f"{form}_version"], confirmed=confirmed(form), **values
    )


def said_in(draft: Any) -> dict[str, str]:
    """Give what a correction says, by column."""
    if not isinstance(draft, CourseCorrection):
        return {}
    cpf = {True: "yes", False: "no", None: ""}[draft.cpf_eligible]
    columns = ("title", "field_slug", "credential", "cnam_code", "rncp_code")
    return {name: str(getattr(draft, name)).strip() for name in columns} | {
        "level": "" if draft.level is None else str(draft.level),
        "credits": "" if draft.credits is None else str(draft.credits),
        "cpf_eligible": cpf,
        "source_id": draft.source.id or draft.source.url or "déclaration",
    }


def newest(desk: Desk, outcome: Outcome, said: dict[str, str]) -> Known | None:
    """Give what somebody else made of the course meanwhile, as a conflict shows it."""
    if outcome.stale is None or outcome.stale.current_id is None:
        return None
    number = outcome.stale.current_id
    act = desk.ask(forms.act, event_id=number)
    if act is None:
        return None
    return Known(
        entity="course",
        entity_id=0,
        version_id=desk.seen.number,
        in_force=True,
        said=said,
        author=act[0],
        at_utc=act[1],
    )
