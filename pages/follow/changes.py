"""What changed of what is known, between two dates or since one's last visit?"""

import streamlit as st

from territoires.french.headline import sentences
from territoires.queries import rollout
from territoires.ui.follow import changes as parts
from territoires.ui.headline_and_foot import before_everything, footer, headline
from territoires.ui.page import open_page

page = open_page("Ce qui a changé", heading="heard")
since = parts.since(page)
if since is None:
    headline(sentences(page.ask(rollout.situation), page.place))
    page.show_bar()
    before_everything()
    footer(page)
    st.stop()
headline(parts.answer(page, since))
page.show_bar()
parts.choose(page, since)
if lines := parts.listed(page, since):
    st.html(lines)
page.show_rows("changements", key="changements", since=since)
footer(page)
