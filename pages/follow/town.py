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
OF_A_TOWN = ("etapes", "pas-avant-ville", "centres-proches", "villes-voisines", "historique-ville")

page = open_page("Ville", exports=OF_A_TOWN if "ville" in st.query_params else EVERY)
code = town_parts.town_box(page)

sheet = None
if code:
    try:
        sheet = page.ask(town_sheet.town_sheet, town=code)
    except TerritoryError:
        st.warning(words.no_such_town(code), icon=":material/search_off:")

if sheet:
    name_tab(f"{typeset(sheet.place.name)} ({sheet.place.department})", "Ville")
    town_parts.head(page, sheet)
    desk_parts.pending(page, sheet.place)
    town_parts.ways_out(sheet)
    desk_parts.town_acts(page.url, sheet.place)
    town_parts.facts(sheet)
    town_parts.timeline(page, sheet)
    town_parts.around(page, sheet)
    town_parts.figures(page, sheet)
    town_parts.history(page, sheet)
else:
    st.header("Villes où un centre est connu", anchor=False)
    known = page.ask(rollout.centre_list)
    if len(known):
        st.caption("Une ligne par centre\u202f; le nom de la ville ouvre sa fiche.")
        tables.show(
            known,
            alt="Villes où un centre est connu",
            columns=("town", "department", "state", "happened_on", "basis", "source"),
        )
        page.downloads("centres")
    else:
        st.write("Aucun centre n’est connu dans ce territoire et ce périmètre.")
    nothing_open(page)

footer(page)
