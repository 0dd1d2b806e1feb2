"""Who lives near an open centre, and who is still far from one?"""

import streamlit as st

from territoires.ui import map_views as views
from territoires.ui.map_parts import asked_reach, asked_town, notes, quarter_input, reach_inputs
from territoires.ui.page import open_page
from territoires.ui.parts import footer

page = open_page(
    "Qui habite près d’un centre, qui en est loin\u202f?",
    exports=("carte", "couverture-par-rayon", "couverture-par-territoire", "distances"),
)
reach = asked_reach()
chosen = asked_town(page, factor=reach.factor)
found = views.covered(page, reach)

views.headline(page, found, reach)
views.figures(page, found, reach)

with st.container(key="reglages", horizontal=True, gap="medium", vertical_alignment="bottom"):
    reach_inputs(reach)
    quarter_input(page)
view = views.view_input(page)
if view == "points":
    views.points(page, reach, chosen)
elif view == "territoires":
    views.territories(page, reach)
else:
    views.far_towns(page, reach, chosen)

notes(page, found, by_road=reach.by_road)
footer(page)
