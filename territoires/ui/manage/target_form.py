"""The fields of a target: always a new decision, never an edit of an old one."""

from typing import Final

import streamlit as st

from territoires.domain.checks import MOST_CENTRES
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.french.places import typeset
from territoires.french.words import PERIMETERS
from territoires.queries import rollout
from territoires.queries.territories import regions_and_departments
from territoires.ui import tables
from territoires.ui.bar import today
from territoires.ui.desk import Desk
from territoires.ui.enter.choosing import choose_one
from territoires.ui.fields import DAY, LEFT, RIGHT, Day, Source, Whole


def draw_known(desk: Desk, territory: str, perimeter: Perimeter) -> None:
    """Show what was decided so far for the territory and perimeter chosen."""
    scope = Scope(as_of=today(), territory=Territory.parse(territory), perimeter=perimeter)
    found = desk.ask(rollout.targets, scope=scope)
    if not len(found):
        st.info("Aucun objectif n’est enregistré pour ce choix.", icon=":material/info:")
        return
    tables.show(found, alt="Objectifs décidés")


def territories(desk: Desk) -> dict[str, str]:
    """Name what a target may be about."""
    return {"fr": "France entière"} | {
        row.territory: typeset(row.name) for row in desk.ask(regions_and_departments).itertuples()
    }


def choose_subject(desk: Desk, *, form: str) -> tuple[str, Perimeter]:
    """Ask what the target is about: a territory and a perimeter."""
    names = territories(desk)
    left, right = st.columns(2)
    with left:
        territory = choose_one(desk, "Territoire ★", names, key=f"{form}_territoire")
    with right:
        perimeter = choose_one(desk, "Périmètre ★", PERIMETERS, key=f"{form}_perimetre")
    return str(territory), Perimeter(str(perimeter))


FIELDS: Final = (
    Whole(
        key="valeur",
        column="value",
        starred=True,
        least=1,
        most=MOST_CENTRES,
        also=("indicator",),
        at=LEFT,
        hint="100",
    ),
    Day(key="decide", column="decided_on", starred=True, at=LEFT, hint=DAY),
    Day(key="echeance", column="deadline", starred=True, at=RIGHT, hint=DAY),
    Day(
        key="depart",
        column="starts_on",
        label="Départ du décompte",
        at=RIGHT,
        hint="1er avril 2019, par défaut",
    ),
    Source(),
)
