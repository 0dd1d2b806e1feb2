"""What the method page says of the sources: each, and what rests on it."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from territoires.domain import params
from territoires.french import asking as words
from territoires.french.definitions import DEFINITIONS, anchor
from territoires.french.exports import TITLES
from territoires.french.headline import not_yet
from territoires.french.numbers import NBSP, counted
from territoires.french.open_data import LINKS as OPEN_DATA
from territoires.french.places import typeset
from territoires.french.typography import typeset_text
from territoires.queries import asking
from territoires.queries import sources as queries
from territoires.queries.clocks import created_at
from territoires.ui import filters, links, tables
from territoires.ui.headline_and_foot import before_everything
from territoires.ui.page import Page

_CHOOSE = "Choisissez une source"
INTRODUCTION: Final = (
    "Ce tableau de bord suit le programme «\u00a0Au cœur des territoires\u00a0» du Conservatoire "
    "national des arts et métiers\u00a0: cent nouveaux lieux d’accès à la formation annoncés en "
    "2019. Chaque chiffre repose sur des lignes sourcées, que vous pouvez lire et télécharger."
)
SECTIONS: Final = {
    "inconnu": "Ce que l’on ne sait pas",
    "definitions": "Définitions",
    "sources": "Sources",
    "licences": "Fichiers chargés et licences",
    "dictionnaire": "Dictionnaire des données",
}


def contents() -> str:
    """Write the ways to each section, and to each definition."""
    defined = "".join(_entry(anchor(title), title) for title, _ in DEFINITIONS)
    lines = "".join(
        _entry(where, title, f"<ul>{defined}</ul>" if where == "definitions" else "")
        for where, title in SECTIONS.items()
    )
    return f'<nav class="sommaire" aria-label="Sommaire"><ul>{lines}</ul></nav>'


def _entry(where: str, title: str, more: str = "") -> str:
    return f'<li><a href="#{where}">{escape(title)}</a>{more}</li>'


def section(where: str) -> None:
    """Head a section, where the contents lead."""
    st.header(SECTIONS[where], anchor=where, divider="gray")


def sought(page: Page) -> None:
    """List the towns of which the day of the opening is looked for."""
    found = page.ask(asking.since_when)
    if found.empty:
        return
    st.subheader(TITLES["dates-cherchees"], anchor="dates-cherchees")
    addresses = dict(zip(found["town_code"], links.sheets(found), strict=True))
    st.markdown(words.sought(found, addresses))
    page.offer("dates-cherchees")


def bulleted(lines: Iterable[str]) -> str:
    """Write a list, in Markdown."""
    return "\n".join(f"- {typeset_text(line)}" for line in lines)


def has_begun(page: Page) -> bool:
    """Tell whether this database existed at the instant looked at."""
    known_at, created = page.scope.known_at, page.ask_plainly(created_at)
    return known_at is None or (created is not None and known_at >= created)


def licences(page: Page) -> str:
    """Lead to the open data, and say whose data these are, in Markdown."""
    return f"{OPEN_DATA}\n\n{bulleted(page.ask_plainly(queries.attributions))}"


def counts(listed: Any) -> str:
    """Say how many sources there are, and of how many facts."""
    return (
        f"**{counted(len(listed), 'source')}** pour {counted(listed['facts'].sum(), 'fait')} en "
        "vigueur. Une source sans adresse est une page que l’on n’a pas retrouvée."
    )


def sources(page: Page) -> bool:
    """List the sources and what rests on one of them; tell whether this database existed then."""
    if not has_begun(page):
        created = page.ask_plainly(created_at)
        st.info(f"{not_yet(created)} Aucune source n’y était connue.", icon=":material/history:")
        before_everything()
        return False
    listed = page.ask(queries.all_sources)
    st.markdown(counts(listed))
    named = {
        row.source_id: f"{typeset(row.publisher)}{NBSP}: {typeset(row.title)}"
        for row in listed.itertuples()
    }
    view = [
        f"methode?{urlencode(links.kept() | params.SOURCE.said(source))}#{facts}"
        for source, facts in zip(listed["source_id"], listed["facts"], strict=True)
    ]
    tables.show(
        listed.assign(view=view),
        alt="Sources et nombre de faits qui reposent sur chacune",
        columns=(
            *("publisher", "title", "published_on", "reliability", "view"),
            *("stages", "figures", "others", "url"),
        ),
        config={"view": links.column("Faits")},
    )
    page.offer("sources")
    source = filters.choice(
        "Ce qui repose sur", params.SOURCE, {"": _CHOOSE} | named, usual="", width=620
    )
    if source:
        rest = page.ask(queries.resting, source=source)
        st.markdown(f"**{counted(len(rest), 'fait repose', 'faits reposent')}** sur cette source.")
        tables.show(
            rest,
            alt=f"Ce qui repose sur {named[source]}",
            columns=("subject", "town", "value_text"),
        )
        page.offer("faits-source", source=source)
    return True
