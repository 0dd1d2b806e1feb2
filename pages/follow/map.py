"""Who lives near an open centre, and who is still far from one?"""

import streamlit as st

from territoires.ui.follow import map as views
from territoires.ui.follow.shared_map import (
    asked_reach,
    asked_town,
    narrowing_inputs,
    notes,
    quarter_input,
    radius_input,
    road_input,
)
from territoires.ui.headline_and_foot import footer
from territoires.ui.page import open_page

page = open_page(
    "Qui habite près d’un centre, qui en est loin\u202f?",
    heading="heard",
)
reach = asked_reach()
chosen = asked_town(page, factor=reach.factor)
found = views.covered(page, reach)

views.headline(page, found, reach)
page.show_bar()

with st.container(key="reglages", horizontal=True, gap="medium", vertical_alignment="bottom"):
    view = views.view_input(page)
    radius_input(reach)
    quarter_input(page)
    with st.popover("Filtrer", icon=":material/filter_list:"):
        road_input(reach)
        narrowed = narrowing_inputs(page) if view == "points" else {}
if view == "points":
    views.points(page, reach, chosen, narrowed)
elif view == "territoires":
    views.territories(page, reach)
else:
    views.far_towns(page, reach, chosen)

views.figures(page, found, reach)
notes(page, found, by_road=reach.by_road)
footer(page)
