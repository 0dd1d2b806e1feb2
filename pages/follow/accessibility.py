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
from territoires.ui.headline_and_foot import statement
from territoires.ui.page import open_front
from territoires.ui.reader import deployment

open_front("Accessibilité")
st.markdown(STATUS)
statement(
    ("État de conformité", "conformite", CONFORMITY),
    ("Ce qui est vérifié à chaque modification", "verifie", CHECKED),
    ("Ce qui reste difficile", "limites", LIMITS),
    ("Obtenir l’information autrement", "autrement", OTHERWISE),
    ("Signaler une difficulté", "signaler", contact(deployment().contact)),
    ("Établissement de cette déclaration", "etablissement", ESTABLISHED),
)
