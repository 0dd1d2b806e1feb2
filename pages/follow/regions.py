"""Which regions and departments are ahead, which are behind, and what moved?"""

import streamlit as st

from territoires.french.regions import QUESTION
from territoires.ui import regions_parts
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page(
    QUESTION,
    exports=("territoires", "comparaison", "courbes-territoires"),
    heading="own",
)
st.title(QUESTION, anchor=False)
regions_parts.headline(page)
page.show_bar()

choices = st.columns([1, 3], vertical_alignment="bottom")
with choices[0]:
    grain = regions_parts.grain()
with choices[1]:
    chosen = regions_parts.chosen(page, grain)
regions_parts.side_by_side(page, chosen)

st.header("Tous les territoires", anchor="tableau")
regions_parts.table(page, grain)

st.header("Un indicateur à la fois", anchor="mediane")
regions_parts.against_the_median(page, grain)

st.header("Le déploiement, territoire par territoire", anchor="courbes")
regions_parts.small_burn_ups(page, grain)

st.header("Entre deux dates", anchor="evolution")
regions_parts.slopes(page, grain)

footer(page)
