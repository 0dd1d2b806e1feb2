"""What several pages print alike: the headline, the figures in a row, the foot of the page."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from territoires.domain.rollout import Situation
from territoires.french import dates
from territoires.french.demonstration import MADE_UP, TRY_IT
from territoires.ui.bar import change
from territoires.ui.page import Page

CENSUS = "Données\u00a0: recensement du projet d’après les sources citées\u202f;"
PLACES = (
    "INSEE (COG 2026, populations de référence 2023, Mayotte 2017)\u202f; liste des 222 sites "
    "de mars 2018\u00a0: ANCT, programme Action cœur de ville. Licence Ouverte 2.0."
)


def headline(sentences: Sequence[str]) -> None:
    """Print the headline large, what explains it below."""
    first, *rest = sentences
    with st.container(key="titre"):
        st.header(first.replace("**", ""), anchor=False)
        if rest:
            st.markdown(" ".join(rest))


def before_everything() -> None:
    """Show the way out of an instant before this database knew anything."""
    st.button(
        "Voir ce qui est connu aujourd’hui",
        icon=":material/history_off:",
        on_click=change,
        kwargs={"connu": ""},
    )


def empty_programme(found: Situation) -> None:
    """Show the way out of a day on which nothing is open."""
    first = found.first
    if first is None or first.on.last is None or first.on.last <= found.scope.as_of:
        return
    opened = first.on.last
    with st.container(horizontal=True):
        st.button(
            f"Aller au {dates.day(opened)}",
            icon=":material/event:",
            on_click=change,
            kwargs={"au": opened.isoformat()},
        )


def try_it(page: Page) -> None:
    """Say how to see an empty page filled, where it is not a demonstration already."""
    if not page.is_demonstration:
        st.caption(TRY_IT)


def footer(page: Page) -> None:
    """Print both clocks and the attributions."""
    scope = page.scope
    known_at = scope.known_at or datetime.now(UTC)
    attribution = f"{MADE_UP} {PLACES}" if page.is_demonstration else f"{CENSUS} {PLACES}"
    st.divider()
    st.caption(
        f"Situation au {dates.day(scope.as_of)}, telle que connue le "
        f"{dates.instant(known_at)}. {attribution} [Accessibilité](/accessibilite)"
    )
