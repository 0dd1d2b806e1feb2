"""Can everybody use this dashboard, what is checked, and whom to tell when something fails?"""

import streamlit as st

from territoires.french.accessibility import (
    CHECKED,
    CONFORMITY,
    ESTABLISHED,
    LIMITS,
    OTHERWISE,
    STATUS,
    contact,
)
from territoires.ui.page import open_front
from territoires.ui.reader import contact_address

SECTIONS = (
    ("État de conformité", "conformite", CONFORMITY),
    ("Ce qui est vérifié à chaque modification", "verifie", CHECKED),
    ("Ce qui reste difficile", "limites", LIMITS),
    ("Obtenir l’information autrement", "autrement", OTHERWISE),
    ("Signaler une difficulté", "signaler", contact(contact_address())),
    ("Établissement de cette déclaration", "etablissement", ESTABLISHED),
)

open_front("Accessibilité")
st.markdown(STATUS)
for title, anchor, text in SECTIONS:
    st.header(title, anchor=anchor, divider="gray")
    st.markdown(text)
