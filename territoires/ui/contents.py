"""The contents of the paper: which page is asked for, under the strip of who is signed in."""

import streamlit as st

from territoires.settings import Settings
from territoires.ui.account import strip
from territoires.ui.brand import FAVICON, LOGO
from territoires.ui.chapters import CARDS, pages
from territoires.ui.desk import told
from territoires.ui.enter.entrance import desk_name
from territoires.ui.outcomes import turn_page
from territoires.ui.resumed import heard

st.set_page_config(page_icon=FAVICON, layout="wide")
st.logo(LOGO, size="large")

# Making a page looks for its file: a reader's first run does it for those that follow.
if "pages" not in st.session_state:
    st.session_state["pages"] = pages(desk=desk_name(Settings.from_env().database_url))

page = st.navigation(list(st.session_state["pages"].values()), position="top")
turn_page(page.url_path)
is_of_the_desk = page.url_path in {card.path for card in CARDS}
with heard(is_of_the_desk=is_of_the_desk), told():
    strip(page.url_path, is_of_the_desk=is_of_the_desk)
    page.run()
