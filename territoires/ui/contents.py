"""The contents of the paper: which pages there are, in which order, under which name."""

import streamlit as st

from territoires.settings import ROOT
from territoires.ui.account import strip
from territoires.ui.brand import FAVICON, LOGO
from territoires.ui.desk_parts import CARDS
from territoires.ui.faults import told
from territoires.ui.outcomes import turn_page

_PAGES = ROOT / "pages"

st.set_page_config(page_icon=FAVICON, layout="wide")
st.logo(LOGO, size="large")

# Making a page looks for its file: a reader's first run does it for those that follow.
if "pages" not in st.session_state:
    st.session_state["pages"] = [
        st.Page(_PAGES / "follow" / "rollout.py", title="Accueil", default=True),
        st.Page(_PAGES / "follow" / "map.py", title="Carte et couverture", url_path="carte"),
        st.Page(
            _PAGES / "follow" / "regions.py", title="Régions et départements", url_path="regions"
        ),
        st.Page(_PAGES / "follow" / "town.py", title="Ville", url_path="ville"),
        st.Page(_PAGES / "follow" / "next.py", title="Où ouvrir ensuite", url_path="ou-ouvrir"),
        st.Page(_PAGES / "follow" / "enrolments.py", title="Inscriptions", url_path="inscriptions"),
        st.Page(_PAGES / "follow" / "courses.py", title="Formations", url_path="formations"),
        st.Page(_PAGES / "enter" / "desk.py", title="Saisie", url_path="saisie"),
        st.Page(_PAGES / "follow" / "method.py", title="Méthode et sources", url_path="methode"),
        st.Page(
            _PAGES / "enter" / "identify.py",
            title="Se connecter",
            url_path="identite",
            visibility="hidden",
        ),
        st.Page(
            _PAGES / "follow" / "accessibility.py",
            title="Accessibilité",
            url_path="accessibilite",
            visibility="hidden",
        ),
        *(card.page() for card in CARDS),
    ]

page = st.navigation(st.session_state["pages"], position="top")
turn_page(page.url_path)
with told():
    strip(page.url_path, is_of_the_desk=page.url_path in {card.path for card in CARDS})
    page.run()
