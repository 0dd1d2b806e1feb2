"""How many of the hundred are open, at what pace, and what follows?"""

import streamlit as st

from territoires.french import home
from territoires.french.headline import before_creation, explained, sentences
from territoires.queries import rollout
from territoires.ui.follow import rollout as parts
from territoires.ui.headline_and_foot import before_everything, footer, headline, nothing_open
from territoires.ui.page import open_page

page = open_page(
    "Où en est le programme\u202f?",
    heading="heard",
)
found = page.ask(rollout.situation)
st.caption(home.EYEBROW)

if before_creation(found):
    headline(sentences(found, page.place))
    page.show_bar()
    before_everything()
    footer(page)
    st.stop()
headline(home.headline(found, page.place))
page.show_bar()
nothing_open(page)

parts.answer(page, found)
parts.how_to_read(page, explained(found, page.place))
parts.burn_up(page, found)
parts.openings(page, found)
parts.changes(page)
page.offer("centres")
footer(page)
