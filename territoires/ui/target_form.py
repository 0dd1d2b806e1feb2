"""The fields of a target: always a new decision, never an edit of an old one."""

from typing import Any

import streamlit as st

from territoires.domain.checks import Code
from territoires.domain.drafts import TargetDraft, cited
from territoires.domain.errors import Problem
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.french.desk import target_line
from territoires.french.places import typeset
from territoires.french.words import PERIMETERS
from territoires.queries import rollout
from territoires.queries.territories import regions_and_departments
from territoires.ui import tables
from territoires.ui.bar import today
from territoires.ui.desk import Desk, Outcome, beside, fill
from territoires.ui.entry_parts import source_input
from territoires.ui.stage_form import read_text_date

_DATES = {"decided_on": "decide", "deadline": "echeance", "starts_on": "depart"}


def draw_known(desk: Desk, territory: str, perimeter: Perimeter) -> None:
    """Show what was decided so far for the territory and perimeter chosen."""
    scope = Scope(as_of=today(), territory=Territory.parse(territory), perimeter=perimeter)
    found = desk.ask(rollout.targets, scope=scope)
    if not len(found):
        st.info("Aucun objectif n’est enregistré pour ce choix.", icon=":material/info:")
        return
    tables.show(found, alt="Objectifs décidés")


def choose_subject(desk: Desk, *, form: str) -> tuple[str, Perimeter]:
    """Ask what the target is about: a territory and a perimeter."""
    names = {"fr": "France entière"} | {
        row.territory: typeset(row.name) for row in desk.ask(regions_and_departments).itertuples()
    }
    left, right = st.columns(2)
    with left:
        territory = st.selectbox(
            "Territoire ★",
            list(names),
            format_func=names.__getitem__,
            key=f"{form}_territoire",
            disabled=desk.signed_out,
        )
    with right:
        perimeter = st.selectbox(
            "Périmètre ★",
            list(Perimeter),
            format_func=PERIMETERS.__getitem__,
            key=f"{form}_perimetre",
            disabled=desk.signed_out,
        )
    return str(territory), Perimeter(str(perimeter))


def draw_target(desk: Desk, form: str, outcome: Outcome) -> None:
    """Draw the fields of a decision."""
    fill(form, "", dict.fromkeys(("valeur", *_DATES.values(), "source", "motif"), ""))
    left, right = st.columns(2)
    with left:
        st.text_input("Nombre de centres ★", key=f"{form}_valeur", placeholder="100")
        beside(outcome, "value", "indicator")
        st.text_input("Décidé le ★", key=f"{form}_decide", placeholder="JJ/MM/AAAA")
        beside(outcome, "decided_on")
    with right:
        st.text_input("Échéance ★", key=f"{form}_echeance", placeholder="JJ/MM/AAAA")
        beside(outcome, "deadline")
        st.text_input(
            "Départ du décompte",
            key=f"{form}_depart",
            placeholder="1er avril 2019, par défaut",
        )
        beside(outcome, "starts_on")
    source_input(desk, outcome, form=form)


def read_target(form: str, territory: str, perimeter: Perimeter) -> TargetDraft | list[Problem]:
    """Read the fields, or say what is no draft yet."""
    state = st.session_state
    problems = []
    days: dict[str, Any] = {}
    for field, key in _DATES.items():
        typed = state[f"{form}_{key}"]
        read = read_text_date(typed, field=field)
        if read.problem is not None:
            problems.append(read.problem)
        elif read.on.day is None and (typed.strip() or field != "starts_on"):
            code = Code.INCOMPLETE_DAY if typed.strip() else Code.REQUIRED
            problems.append(Problem(field, code, typed.strip()[:40]))
        days[field] = read.on.first
    digits = "".join(state[f"{form}_valeur"].split())
    if not (digits.isascii() and digits.isdecimal()):
        facts = {"least": 1, "most": 10_000}
        problems.insert(
            0,
            Problem("value", Code.BAD_VALUE, digits[:40], facts)
            if digits
            else Problem("value", Code.REQUIRED),
        )
    if problems:
        return problems
    return TargetDraft(
        value=int(digits),
        **days,
        source=cited(state[f"{form}_source"]),
        territory=territory,
        perimeter=perimeter,
        reason=state[f"{form}_motif"],
    )


def told(outcome: Outcome) -> str:
    """Say which target was decided."""
    draft = outcome.draft
    if not isinstance(draft, TargetDraft) or draft.value is None or draft.deadline is None:
        return ""
    return target_line(draft.value, draft.deadline)
