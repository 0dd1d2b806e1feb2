"""The box that finds a town or a territory: the same in the bar, on the pages and in the forms."""

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from territoires.domain.names import LONGEST
from territoires.french import search as words
from territoires.french.places import moved
from territoires.queries import search
from territoires.queries.search import Found

# What is looked for, as our script (web/search.js) says it to the route that suggests.
TERRITORY, TOWN, OWN_TOWN = "territoire", "ville", "saisie"

Ask = Callable[..., Any]


def box(label: str, *, key: str, kind: str = TOWN, width: Any = "stretch", **options: Any) -> str:
    """Show a box and give the text typed; our script knows it by its frame, and lists answers."""
    with st.container(key=f"recherche_{kind}_{key}", width=width):
        typed = st.text_input(
            label,
            key=key,
            placeholder=words.PLACEHOLDERS[kind == TERRITORY],
            icon=":material/search:",
            autocomplete="off",
            **options,
        )
    return str(typed or "").strip()


def meant(ask: Ask, text: str, **filters: Any) -> tuple[Found, ...]:
    """Give what a text means: one place, several homonyms, or nothing; see `queries.search`."""
    found: tuple[Found, ...] = ask(search.meant, text=_cut(text), **filters) if text.strip() else ()
    return found


def choose(  # noqa: PLR0913 - what is looked for, where, and what follows
    ask: Ask,
    text: str,
    *,
    key: str,
    take: Callable[[Found], None] = lambda _found: None,
    towns_only: bool = True,
    regions: Collection[str] = (),
    is_sure: bool = True,
    disabled: bool = False,
) -> Found | None:
    """Give the place that a text means; ask which, of several, and say so when there is none.

    None is chosen beforehand. `take` is called with what is chosen; of a text that `is_sure` not
    to be enough, even a single place is offered only.
    """
    filters: dict[str, Any] = {"towns_only": towns_only, "regions": regions}
    found = meant(ask, text, **filters)
    if len(found) == 1 and is_sure:
        if (former := found[0].former) is not None:
            st.info(moved(former), icon=":material/move_location:")
        return found[0]
    question = words.several(text, len(found))
    if not found:
        st.warning(
            words.nothing(text, towns_only=towns_only, in_regions=bool(regions)),
            icon=":material/search_off:",
        )
        question = words.DID_YOU_MEAN
        found = ask(search.alike, text=_cut(text), **filters)
    if not found:
        return None
    places = {str(each.asked).removeprefix("com-"): each for each in found}
    name = f"{key}_{_cut(text)}"  # a choice made among other names must not stay

    def chosen() -> None:
        take(places[st.session_state[name]])

    code = st.radio(
        question,
        list(places),
        index=None,
        format_func=lambda each: words.choice(*places[each]),
        key=name,
        on_change=chosen,
        disabled=disabled,
    )
    return places[code] if code else None


def _cut(text: str) -> str:
    return text.strip()[: LONGEST + 1]
