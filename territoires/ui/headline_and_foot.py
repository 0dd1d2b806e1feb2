"""What several pages print alike: the headline, the figures in a row, the foot of the page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from territoires.domain.coverage import Closest
from territoires.domain.rollout import Situation
from territoires.domain.scope import FRANCE, Perimeter
from territoires.french import dates
from territoires.french.coverage import closest
from territoires.french.demonstration import MADE_UP
from territoires.french.map import FAR_KM
from territoires.french.places import of_town
from territoires.queries import coverage, rollout
from territoires.ui import links
from territoires.ui.bar import change
from territoires.ui.exporting import fill
from territoires.ui.page import Page
from territoires.ui.reader import deployment

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


def nothing_open(page: Page) -> None:
    """Where no centre of the view is open: say where the nearest is, and show the ways out."""
    found = page.ask(rollout.situation)
    if found.count.open_at_most:
        return
    if near := nearest(page):
        st.markdown(closest(near, by_road=False))
    ways_out(page, found, near)


def nearest(page: Page, *, factor: float = 1.0) -> Closest | None:
    """Find the open centre nearest to the territory; no road goes over an ocean."""
    near = page.ask(coverage.closest, factor=factor)
    return nearest(page) if near and factor > 1 and near.km > FAR_KM else near


def ways_out(page: Page, found: Situation, near: Closest | None) -> None:
    """Lead out of a view where nothing is open: another day, town, territory or perimeter."""
    first = found.first.on.last if found.first else None
    ways = []
    if first and first > page.scope.as_of:
        ways.append((f"Aller au {dates.day(first)}", ":material/event:", {"au": first.isoformat()}))
    if page.scope.territory != FRANCE:
        ways.append(("Voir la France entière", ":material/zoom_out_map:", {"terr": ""}))
    if page.scope.perimeter is not Perimeter.ALL:
        ways.append(("Voir toutes les villes", ":material/filter_alt_off:", {"perim": ""}))
    with st.container(key="issues", horizontal=True):
        if near:
            links.town(near.town_code, f"Voir la fiche {of_town(near.town)}")
        for label, icon, to in ways:
            st.button(label, icon=icon, on_click=change, kwargs=to)


def statement(*sections: tuple[str, str, str]) -> None:
    """Print what a page declares: of each section its title, its anchor and its Markdown."""
    for title, anchor, text in sections:
        st.header(title, anchor=anchor, divider="gray")
        st.markdown(text)


def attribution(page: Page) -> str:
    """Say whose data these are, and under which licence."""
    return f"{MADE_UP if page.is_demonstration else CENSUS} {PLACES}"


def footer(page: Page) -> None:
    """Fill « Exporter »; print both clocks and the attributions."""
    fill(page.files, page.view, url=page.url, seen=page.seen)
    scope = page.scope
    known_at = scope.known_at or datetime.now(UTC)
    st.divider()
    st.caption(f"{dates.situation(scope.as_of, known_at)} {attribution(page)}")
    ways = {
        "Méthode": f"methode{page.query}",
        "Comparer votre chiffre": f"{links.COMPARE}{page.query}",
        "Ce qui a changé": f"ce-qui-a-change{page.query}",
        "Données et licences": f"methode{page.query}#licences",
        "API": links.API,
        "Accessibilité": "accessibilite",
        "Mentions légales": "mentions-legales",
    }
    if address := deployment().contact:
        ways["Contact"] = f"mailto:{address}"
    cells = "".join(f'<a href="{escape(to)}">{name}</a>' for name, to in ways.items())
    st.html(f'<nav class="pied" aria-label="Pied de page">{cells}</nav>')
