"""Which regions and departments are ahead, which are behind, and what moved?"""

import streamlit as st

from territoires.ui import regions_parts
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page(
    "Régions et départements",
    exports=("territoires", "comparaison", "courbes-territoires"),
)
grain = regions_parts.grain()

regions_parts.table(page, grain)

st.header("Face à la médiane", anchor="mediane")
regions_parts.against_the_median(page, grain)

st.header("Le déploiement, territoire par territoire", anchor="courbes")
regions_parts.small_burn_ups(page, grain)

st.header("Entre deux dates", anchor="evolution")
regions_parts.slopes(page, grain)

st.header("Côte à côte", anchor="cote-a-cote")
regions_parts.side_by_side(page, grain)

footer(page)
