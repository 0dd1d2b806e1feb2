"""What do the figures mean, and where does each of them come from?"""

import streamlit as st

st.title("Méthode et sources")
