"""Which regions and departments are ahead, which are behind, and what moved?"""

import streamlit as st

from territoires.french.regions import QUESTION
from territoires.ui.follow import regions as regions_page
from territoires.ui.headline_and_foot import footer, headline
from territoires.ui.page import open_page

page = open_page(
    QUESTION,
    heading="own",
)
st.title(QUESTION, anchor=False)
asked = regions_page.asked_grain()
headline(regions_page.answer(page, asked))
page.show_bar()
regions_page.show_places(page, asked)

choices = st.columns([1, 3], vertical_alignment="bottom")
with choices[0]:
    grain = regions_page.grain()
with choices[1]:
    chosen = regions_page.chosen(page, grain)
regions_page.side_by_side(page, chosen)

st.header("Tous les territoires", anchor="tableau")
regions_page.table(page, grain)

st.header("Un indicateur à la fois", anchor="mediane")
regions_page.against_the_median(page, grain)

st.header("Le déploiement, territoire par territoire", anchor="courbes")
regions_page.small_burn_ups(page, grain)

st.header("Entre deux dates", anchor="evolution")
regions_page.slopes(page, grain)

footer(page)
