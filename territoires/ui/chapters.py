"""The pages of the paper: file, address and name, in the order of the menu."""

from typing import Final

import streamlit as st

from territoires.settings import ROOT
from territoires.ui.desk_parts import CARDS

PAGES: Final = ROOT / "pages"
# An address none: the front page, which stands at the root. The last ones are not in the menu.
_FRONT: Final = ("follow/rollout.py", "Accueil")
_MENU: Final = (
    ("follow/map.py", "carte", "Carte et couverture"),
    ("follow/regions.py", "regions", "Régions et départements"),
    ("follow/town.py", "ville", "Ville"),
    ("follow/next.py", "ou-ouvrir", "Où ouvrir ensuite"),
    ("follow/enrolments.py", "inscriptions", "Inscriptions"),
    ("follow/courses.py", "formations", "Formations"),
    ("enter/desk.py", "saisie", "Saisie"),
    ("follow/method.py", "methode", "Méthode et sources"),
)
_ASIDE: Final = (
    ("enter/identify.py", "identite", "Se connecter"),
    ("follow/accessibility.py", "accessibilite", "Accessibilité"),
)


def addresses() -> frozenset[str]:
    """Name every address at which there is a page; the front page's is empty."""
    named = {address for _, address, _ in (*_MENU, *_ASIDE)}
    return frozenset({"", *named, *(card.path for card in CARDS)})


def pages() -> list[st.Page]:
    """Make the pages, which looks for their files."""
    front, name = _FRONT
    return [
        st.Page(PAGES / front, title=name, default=True),
        *(st.Page(PAGES / file, title=title, url_path=path) for file, path, title in _MENU),
        *(
            st.Page(PAGES / file, title=title, url_path=path, visibility="hidden")
            for file, path, title in _ASIDE
        ),
        *(card.page() for card in CARDS),
    ]
