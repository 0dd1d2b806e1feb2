"""What do the figures mean, where does each come from, and what is not known?"""

import streamlit as st

from territoires.french.definitions import DEFINITIONS, UNKNOWN, anchor
from territoires.french.typography import typeset_text
from territoires.queries import sources
from territoires.ui import method_parts as parts
from territoires.ui import tables
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page("Méthode et sources", exports=("sources", "faits-source", "dates-cherchees"))

st.markdown(
    "Ce tableau de bord suit le programme «\u00a0Au cœur des territoires\u00a0» du Conservatoire "
    "national des arts et métiers\u00a0: cent nouveaux lieux d’accès à la formation annoncés en "
    "2019. Chaque chiffre repose sur des lignes sourcées, que vous pouvez lire et télécharger."
)

contents, body = st.columns([1, 3], gap="large")
with contents:
    parts.contents()
with body:
    parts.section("inconnu")
    st.markdown("\n".join(f"- {typeset_text(line)}" for line in UNKNOWN))
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
    attributions = page.ask_plainly(sources.attributions)
    st.markdown("\n".join(f"- {typeset_text(line)}" for line in attributions))
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
