"""What do the figures mean, where does each come from, and what is not known?"""

import streamlit as st

from territoires.french.definitions import DEFINITIONS, UNKNOWN, anchor
from territoires.french.typography import typeset_text
from territoires.queries import sources
from territoires.ui import tables
from territoires.ui.follow import method as parts
from territoires.ui.headline_and_foot import footer
from territoires.ui.page import open_page

page = open_page("Méthode et sources")

st.markdown(parts.INTRODUCTION)

contents, body = st.columns([1, 3], gap="large")
with contents:
    st.html(parts.contents())
with body:
    parts.section("inconnu")
    st.markdown(parts.bulleted(UNKNOWN))
    parts.sought(page)

    parts.section("definitions")
    for title, text in DEFINITIONS:
        st.subheader(title, anchor=anchor(title))
        st.markdown(typeset_text(text))

    parts.section("sources")
    has_begun = parts.sources(page)

    parts.section("licences")
    if has_begun:
        tables.show(page.ask_plainly(sources.seed_files), alt="Fichiers chargés")
    st.markdown(parts.licences(page))
    st.caption(
        "Populations municipales de 2023, sauf Mayotte (2017)\u00a0: un total qui les additionne "
        "mêle deux années."
    )

    parts.section("dictionnaire")
    with st.expander("Voir toutes les tables et leurs colonnes"):
        tables.show(
            tables.explained(page.ask_plainly(sources.dictionary)), alt="Dictionnaire des données"
        )

footer(page)
