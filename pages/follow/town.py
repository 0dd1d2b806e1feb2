"""What is known of this town: its centre, its stages, its neighbours, and who said so?"""

import streamlit as st

from territoires.domain.errors import TerritoryError
from territoires.french import town as words
from territoires.french.places import typeset
from territoires.queries import rollout, town_sheet
from territoires.ui import desk_parts, tables, town_parts
from territoires.ui.page import name_tab, open_page
from territoires.ui.parts import footer, nothing_open

EVERY = ("centres",)
OF_A_TOWN = (
    "etapes",
    "pas-avant-ville",
    "annonces-ville",
    "centres-proches",
    "villes-voisines",
    "historique-ville",
)

page = open_page("Ville", exports=OF_A_TOWN if "ville" in st.query_params else EVERY, heading="own")
code = town_parts.asked_town(page)

sheet = None
if code:
    try:
        sheet = page.ask(town_sheet.town_sheet, town=code)
    except TerritoryError:
        st.warning(words.no_such_town(code), icon=":material/search_off:")

if sheet:
    name_tab(f"{typeset(sheet.place.name)} ({sheet.place.department})", "Ville")
    town_parts.head(page, sheet)
    page.show_bar()
    desk_parts.pending(page, sheet.place)
    desk_parts.town_acts(page.url, sheet.place)
    left, right = st.columns([11, 10], gap="large")
    with left:
        town_parts.worth(page, sheet)
        town_parts.timeline(page, sheet)
        town_parts.figures(page, sheet)
        if not sheet.centres:
            town_parts.brief(sheet)
    with right:
        town_parts.around(page, sheet)
        town_parts.ways_out(page, sheet)
    if sheet.centres:
        town_parts.brief(sheet)
    town_parts.history(page, sheet)
else:
    known = town_parts.open_first(page.ask(rollout.centre_list))
    st.title(words.known_towns(known["state"].tolist()), anchor=False)
    town_parts.town_box(page, "Chercher une ville")
    page.show_bar()
    if len(known):
        tables.show(
            known,
            alt="Villes où un centre est connu",
            columns=("town", "department", "state", "happened_on", "basis", "source"),
        )
        page.downloads("centres")
    nothing_open(page)

footer(page)
