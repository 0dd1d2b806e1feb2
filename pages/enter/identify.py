"""Hand over to the identity provider, which says who somebody is."""

import streamlit as st

from territoires.ui.provider import hand_over

st.title("Se connecter", anchor=False)
hand_over()
