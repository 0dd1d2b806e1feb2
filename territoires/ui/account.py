"""Who is signed in, as what and where, said on every page with the way to the desk and out."""

import streamlit as st

from territoires.domain.errors import DatabaseError
from territoires.domain.roles import REGIONAL, Reader
from territoires.french.desk import competence
from territoires.french.words import ROLES
from territoires.queries.editions import current_edition
from territoires.queries.forms import regions
from territoires.settings import Settings
from territoires.ui.cache import asked
from territoires.ui.chapters import page_at
from territoires.ui.desk import shown
from territoires.ui.reader import current_reader

DESK = "saisie"


def strip(path: str, *, is_of_the_desk: bool) -> None:
    """Print the line of whoever is signed in, above the page at `path`; nothing for visitors."""
    url = Settings.from_env().database_url
    try:
        reader = current_reader(url)
        if not reader.email:
            return
        where = competence(region_names(url, reader)) if reader.role in REGIONAL else ""
    except DatabaseError:  # the page itself says what is wrong
        return
    with st.container(
        key="compte", horizontal=True, horizontal_alignment="right", vertical_alignment="center"
    ):
        said = " · ".join(filter(None, (f"**{shown(reader.name)}**", ROLES[reader.role], where)))
        st.markdown(said, width="content")
        if path != DESK:
            st.page_link(
                page_at(DESK),
                label="Retour au bureau" if is_of_the_desk else "Mon bureau",
                icon=":material/arrow_back:" if is_of_the_desk else ":material/desk:",
                query_params={},
            )
        st.link_button("Se déconnecter", "/deconnexion", icon=":material/logout:", type="tertiary")


def region_names(url: str, reader: Reader) -> dict[str, str]:
    """Name the regions in which somebody is competent, by code, in the order of their names."""
    every = asked(url, current_edition(url), regions)
    return {code: name for code, name in every.items() if code in reader.regions}
