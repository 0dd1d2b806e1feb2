"""The contents of the paper: which pages there are, in which order, under which name."""

import streamlit as st

from territoires.settings import ROOT

_STATIC = ROOT / "territoires" / "static"
_PAGES = ROOT / "pages"

st.set_page_config(page_icon=str(_STATIC / "favicon.svg"), layout="wide")
st.logo(str(_STATIC / "logo.svg"), size="large")

PAGES = (
    st.Page(_PAGES / "follow" / "rollout.py", title="Accueil", default=True),
    st.Page(_PAGES / "follow" / "town.py", title="Ville", url_path="ville"),
    st.Page(_PAGES / "follow" / "method.py", title="Méthode et sources", url_path="methode"),
)

st.navigation(list(PAGES), position="top").run()
