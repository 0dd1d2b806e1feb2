"""How many people and registrations, where, since when, and which centres said so?"""

import streamlit as st

from territoires.queries.enrolments import transmissions
from territoires.ui.follow import enrolments as parts
from territoires.ui.headline_and_foot import footer, headline
from territoires.ui.page import open_page

page = open_page(
    "Combien d’auditeurs, où, et depuis quand\u202f?",
    heading="heard",
)
answer = st.container()
page.show_bar()
drawn = st.container()
asked = parts.asked_for(page)
with answer:
    headline(parts.answer(page, asked))
with drawn:
    parts.totals(page, asked)

centres = page.ask(transmissions, **asked.of_year)
if centres["transmitted"].any():
    parts.centres(page, asked)
    parts.ages(page, asked)
    parts.courses(page, asked)
else:
    parts.ages(page, asked)
    parts.empty(page, asked)

parts.silent(page, asked, centres)
parts.published(page, centres)
parts.definitions()
footer(page)
