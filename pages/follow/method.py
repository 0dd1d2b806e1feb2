"""What do the figures mean, where does each come from, and what is not known?"""

import streamlit as st

from territoires.french.definitions import DEFINITIONS, UNKNOWN
from territoires.french.typography import typeset_text
from territoires.queries import sources
from territoires.ui import method_parts as parts
from territoires.ui import tables
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page("Méthode et sources", exports=("sources", "faits-source"))

st.markdown(
    "Ce tableau de bord suit le programme «\u00a0Au cœur des territoires\u00a0» du Conservatoire "
    "national des arts et métiers\u00a0: cent nouveaux lieux d’accès à la formation annoncés en "
    "2019. Chaque chiffre repose sur des lignes sourcées, que vous pouvez lire et télécharger."
)

st.header("Définitions", anchor="definitions", divider="gray")
for title, text in DEFINITIONS:
    with st.expander(title):
        st.write(text)

st.header("Ce que l’on ne sait pas", anchor="inconnu", divider="gray")
st.markdown("\n".join(f"- {line}" for line in UNKNOWN))

st.header("Sources", anchor="sources", divider="gray")
has_begun = parts.sources(page)

st.header("Fichiers chargés et licences", anchor="licences", divider="gray")
if has_begun:
    tables.show(page.ask_plainly(sources.seed_files), alt="Fichiers chargés")
st.markdown("\n".join(f"- {typeset_text(line)}" for line in page.ask_plainly(sources.attributions)))
st.caption(
    "Populations municipales de 2023, sauf Mayotte (2017)\u00a0: un total qui les additionne mêle "
    "deux années."
)

st.header("Dictionnaire des données", anchor="dictionnaire", divider="gray")
with st.expander("Voir toutes les tables et leurs colonnes"):
    tables.show(
        tables.explained(page.ask_plainly(sources.dictionary)), alt="Dictionnaire des données"
    )

footer(page)
