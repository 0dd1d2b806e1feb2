"""Which courses are there, which centre gives them, and which is near me?"""

import streamlit as st

from territoires.french.courses import CATALOGUE, NEAR_HOME
from territoires.ui.follow import courses as parts
from territoires.ui.follow import pictures
from territoires.ui.headline_and_foot import footer, headline
from territoires.ui.page import open_page

page = open_page(
    "Quelles formations, et où les suivre\u202f?",
    heading="heard",
)
answer = st.container()
page.show_bar()

if not parts.one_course(page, answer):
    with answer:
        headline(parts.answer(page))
    drawn, legend = parts.fields_drawn(page)
    pictures.show_framed(*drawn, legend=legend)
    st.header(NEAR_HOME, anchor="pres", divider="gray")
    parts.near(page)
    st.header(CATALOGUE, anchor="catalogue", divider="gray")
    parts.catalogue(page)
    st.header("Ce qui est proposé, où et depuis quand", anchor="offre", divider="gray")
    parts.offered(page)
    st.header("Filières par région", anchor="filieres", divider="gray")
    parts.heat(page)
    st.header("Accompagnement", anchor="services", divider="gray")
    parts.services(page)

footer(page)
