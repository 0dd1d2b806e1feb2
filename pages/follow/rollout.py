"""How many of the hundred are open, at what pace, and what follows?"""

import streamlit as st

from territoires.french.headline import before_creation, sentences
from territoires.queries import rollout
from territoires.ui import home_parts as parts
from territoires.ui.page import open_page
from territoires.ui.parts import before_everything, footer, headline, nothing_open

page = open_page(
    "Où en est le programme\u202f?",
    exports=("ouvertures", "ouvertures-possibles", "centres", "trimestres", "totaux-publies"),
)
found = page.ask(rollout.situation)

headline(sentences(found, page.place))
if before_creation(found):
    before_everything()
    footer(page)
    st.stop()
nothing_open(page)

parts.key_figures(page, found)
parts.burn_up(page, found)
parts.quarters(page, found)
parts.latest_openings(page, found)
footer(page)
