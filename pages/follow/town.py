"""What is known of this town: its centre, its stages, its neighbours, and who said so?"""

import streamlit as st

from territoires.domain.errors import TerritoryError
from territoires.french import town as words
from territoires.french.places import typeset
from territoires.queries import rollout, town_sheet
from territoires.ui import tables
from territoires.ui.enter import entrance
from territoires.ui.follow import town as town_page
from territoires.ui.headline_and_foot import footer, nothing_open
from territoires.ui.page import name_tab, open_page

page = open_page("Ville", heading="own")
code = town_page.asked_town(page)

sheet = None
if code:
    try:
        sheet = page.ask(town_sheet.town_sheet, town=code)
    except TerritoryError:
        st.warning(words.no_such_town(code), icon=":material/search_off:")

if sheet:
    name_tab(f"{typeset(sheet.place.name)} ({sheet.place.department})", "Ville")
    town_page.head(page, sheet)
    page.show_bar()
    entrance.pending(page, sheet.place)
    entrance.town_acts(page.url, sheet.place)
    left, right = st.columns([11, 10], gap="large")
    with left:
        town_page.worth(page, sheet)
        town_page.timeline(page, sheet)
        town_page.figures(page, sheet)
        if not sheet.centres:
            town_page.brief(sheet)
    with right:
        town_page.around(page, sheet)
        town_page.ways_out(page, sheet)
    if sheet.centres:
        town_page.brief(sheet)
    town_page.history(page, sheet)
else:
    known = town_page.open_first(page.ask(rollout.centre_list))
    st.title(words.known_towns(known["state"].tolist()), anchor=False)
    town_page.town_box(page, "Chercher une ville")
    page.show_bar()
    if len(known):
        tables.show(
            known,
            alt="Villes où un centre est connu",
            columns=("town", "department", "state", "happened_on", "basis", "source"),
        )
        page.offer("centres")
    nothing_open(page)

footer(page)
