"""The box that finds a town: a name as people type it, or a code INSEE."""

import difflib
from typing import Any

import streamlit as st

from territoires.domain.text import fold
from territoires.french import town as words
from territoires.queries.towns import exact_towns, find_towns, followed_towns
from territoires.ui import links
from territoires.ui.bar import present_town
from territoires.ui.cache import asked
from territoires.ui.page import Page

_TYPED, _SHOWN = "ville_cherchee", "ville_montree"
_ROWS = 12
_CLOSE = 0.75


def town_box(page: Page) -> str:
    """Show the box and what it found, and give the code that the address asks for (or nothing).

    The address is the only memory: a link, the Back button and the box all end there. Without one,
    the town that the common bar looks at is shown.
    """
    code = st.query_params.get(links.TOWN_PARAM, "").strip().upper()
    if links.SORT_PARAM in st.query_params:  # served the table that the reader comes from
        del st.query_params[links.SORT_PARAM]
    if st.session_state.get(_SHOWN, code) != code:
        st.session_state[_TYPED] = ""
        if code:
            # A link from a page to itself changes what the server knows, not the browser's
            # address: it is said again, and the browser ignores what it has already.
            st.query_params[links.TOWN_PARAM] = code
    st.session_state[_SHOWN] = code
    if code:
        code = present_town(page.url, page.seen, code)

    def typed() -> None:
        text = st.session_state[_TYPED].strip()
        if code := _only_one(page, text):
            st.query_params[links.TOWN_PARAM] = code
            st.session_state[_TYPED] = ""

    st.text_input(
        "Chercher une ville",
        key=_TYPED,
        placeholder="Nom d’une commune ou code INSEE",
        on_change=typed,
        icon=":material/search:",
        help="Toutes les communes de France, sans souci d’accents, de traits d’union ni de "
        "majuscules\u00a0: «\u00a0saint die\u00a0», «\u00a0chalon\u00a0», «\u00a052121\u00a0».",
    )
    if text := st.session_state[_TYPED].strip():
        _results(page, text)
    return code or _of_the_bar(page)


def _only_one(page: Page, text: str) -> str:
    """Give the town that is meant without a doubt, if there is one.

    The only answer; or the only one of that very name, unless a larger town's name begins like it:
    `chalon` is rather Chalon-sur-Saône than Chalon, 176 inhabitants.
    """
    found = asked(page.url, page.seen, find_towns, text=text, limit=_ROWS + 1)
    exact = asked(page.url, page.seen, exact_towns, text=text)
    if len(found) > 1 and (
        len(exact) != 1 or exact["population"].iloc[0] < found["population"].max()
    ):
        return ""
    return str(found["town_code"].iloc[0]) if len(found) else ""


def _of_the_bar(page: Page) -> str:
    territory = str(page.scope.territory)
    return territory.removeprefix("com-") if territory.startswith("com-") else ""


def _results(page: Page, text: str) -> None:
    found: Any = page.ask_plainly(find_towns, text=text, limit=_ROWS + 1)
    with st.container(key="resultats", border=True, gap="xsmall"):
        if not len(found):
            st.write(words.nothing_found(text))
            found = _alike(page, text)
        else:
            st.write(words.many_found(text, min(len(found), _ROWS), is_cut=len(found) > _ROWS))
        for row in found.head(_ROWS).itertuples():
            links.go(
                links.TOWN,
                words.result(row.town, row.department, row.town_code, row.population),
                **{links.TOWN_PARAM: row.town_code},
            )


def _alike(page: Page, text: str) -> Any:
    """Find the followed towns whose names are a slip of the hand away."""
    towns = page.ask_plainly(followed_towns)
    names = [fold(name) for name in towns["town"]]
    close = set(difflib.get_close_matches(fold(text), names, n=5, cutoff=_CLOSE))
    return towns[[name in close for name in names]]
