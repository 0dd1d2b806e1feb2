"""What several entry pages share: choosing a town, a centre, a source, and what follows a save."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from territoires.domain.errors import DatabaseError, TerritoryError
from territoires.domain.roles import REGIONAL
from territoires.domain.scope import Level, Place, Territory
from territoires.domain.text import fold
from territoires.french.desk import source_name
from territoires.french.numbers import NBSP, counted, number, quoted
from territoires.french.places import typeset
from territoires.french.problems import other_region
from territoires.queries import entry
from territoires.queries.territories import place
from territoires.ui.desk import BUTTON, Desk, shown

NEW_SITE, UNDECIDED = 0, -1
NOTE_HEIGHT = 68  # pixels: two lines
TOWN = "ville"
_HOMONYMS = 4
_DECLARATION = "declaration"


def choose_town(desk: Desk, *, key: str, label: str = "Ville ★") -> str:
    """Ask for a town by name or code INSEE; gives its code, empty as long as none is chosen.

    A link may name it (`?ville=52121`). Somebody of a regional role is offered the towns of their
    regions only.
    """
    # Nobody's region has an empty code: who has no region is offered none, not all.
    regions = (tuple(sorted(desk.reader.regions)) or ("",)) if desk.reader.role in REGIONAL else ()
    if key not in st.session_state and TOWN in st.query_params:
        st.session_state[key] = st.query_params[TOWN]
    typed = st.text_input(
        label,
        key=key,
        placeholder="Nom de la commune ou code INSEE",
        icon=":material/search:",
        disabled=desk.signed_out,
        help="Sans souci d’accents ni de traits d’union\u00a0: «\u00a0saint die\u00a0», "
        "«\u00a052121\u00a0».",
    )
    if not typed.strip():
        return ""
    found = desk.ask(entry.towns_named, text=typed, regions=regions)
    elsewhere = _out_of_reach(desk, typed, found, regions)
    if elsewhere:
        st.warning("\n\n".join(elsewhere), icon=":material/wrong_location:")
        if not len(found):
            return ""
    if not len(found):
        st.warning(
            f"Aucune commune ne s’appelle {quoted(shown(typed[:80]))}"
            + (" dans vos régions. " if regions else ". ")
            + "Vérifiez l’orthographe, ou tapez le code INSEE, par exemple 52121.",
            icon=":material/search_off:",
        )
        return ""
    same = found[found["town"].map(fold) == fold(typed)]
    meant = same if len(same) == 1 else found
    labels = {row.town_code: town_label(row) for row in meant.itertuples()}
    if len(labels) == 1 and not elsewhere:
        code = next(iter(labels))
        st.caption(f"✓ {labels[code]}")
        return str(code)
    # None is chosen beforehand: the first of the list would be written without a word.
    chosen: str | None = st.radio(
        f"{counted(len(labels), 'commune répond', 'communes répondent')} à "
        f"{quoted(shown(typed[:80]))}{NBSP}: choisissez la bonne.",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key=f"{key}_{typed.strip()}",  # a choice made among other names must not stay
        disabled=desk.signed_out,
    )
    return chosen or ""


def _out_of_reach(
    desk: Desk, typed: str, found: pd.DataFrame, regions: tuple[str, ...]
) -> list[str]:
    """Tell of the towns of that very name or code that are in other regions than the writer's."""
    name, code = fold(typed), typed.strip().upper()

    def meant(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[(rows["town"].map(fold) == name) | (rows["town_code"] == code)]

    if not regions or len(meant(found)):
        return []
    every = meant(desk.ask(entry.towns_named, text=typed))
    return [
        shown(
            other_region(f"{row.town} ({row.department})", region=row.region_code, name=row.region)
        )
        for row in every.head(_HOMONYMS).itertuples()
    ]


def town_name(desk: Desk, code: str) -> str:
    """Name a town by its code; the code itself when there is none."""
    try:
        found: Place = desk.ask(place, territory=Territory(Level.TOWN, code))
    except (DatabaseError, TerritoryError):
        return code
    return found.name


def town_label(row: Any) -> str:
    """Tell a town from its homonyms, with what is known there."""
    centres = f", {row.centres} centre connu" if row.centres == 1 else ""
    centres = f", {row.centres} centres connus" if row.centres > 1 else centres
    return (
        f"{typeset(row.town)} ({typeset(row.department)}, {row.town_code}) – "
        f"{number(row.population)} habitants{centres}"
    )


def choose_centre(
    desk: Desk, town_code: str, *, key: str, with_new: bool = False, new: str = ""
) -> int | None:
    """Ask which centre of the town is meant: None when it has none yet, 0 for a site to be made.

    `with_new` offers to make one under the label `new`; a single centre is chosen by itself. Of
    several none is chosen beforehand: UNDECIDED until one is.
    """
    if not town_code:
        return None
    there = desk.ask(entry.centres, town_code=town_code)
    if not len(there):
        return None
    names = {int(row.centre_id): shown(typeset(row.name)) for row in there.itertuples()}
    options: Sequence[int] = [*names, NEW_SITE] if with_new else [*names]
    if len(options) == 1:
        st.caption(f"✓ Centre\u00a0: {names[options[0]]}")
        return options[0]
    chosen: int | None = st.radio(
        "Centre concerné",
        options,
        index=None if len(names) > 1 else 0,
        format_func=lambda centre: names.get(centre, new or "Un second site, à créer"),
        key=f"{key}_{town_code}",  # a choice made for another town must not stay
        horizontal=True,
        disabled=desk.signed_out,
    )
    return UNDECIDED if chosen is None else chosen


def choose_known_centre(desk: Desk, form: str, *, none_yet: str = "") -> tuple[int, str]:
    """Ask for a town and for one of its centres: its number, 0 until one is chosen, and the town.

    `none_yet` says what to do about a town that has no centre.
    """
    town = choose_town(desk, key=f"{form}_{TOWN}")
    centre = choose_centre(desk, town, key=f"{form}_centre")
    if town and centre is None and none_yet:
        st.info(none_yet)
    return (0 if centre in {None, UNDECIDED} else centre or 0), town


def source_titles(desk: Desk, *, chosen: str = "") -> dict[str, str]:
    """Name the sources that were cited before, by key, in the order of their titles.

    A declaration is one's own word, not to be cited again, but where it is what is `chosen`.
    """
    found: dict[str, str] = {}
    for row in desk.ask(entry.sources, limit=None).itertuples():
        if row.reliability != _DECLARATION or row.source_id == chosen:
            found[row.source_id] = source_name(row.title, row.publisher, row.published_on)
    ordered = dict(sorted(found.items(), key=lambda each: fold(each[1])))
    twice = Counter(ordered.values())
    return {
        key: name if twice[name] == 1 else f"{name} ({number})"
        for number, (key, name) in enumerate(ordered.items(), start=1)
    }


def back_button(form: str, leave: Callable[[], None]) -> None:
    """Offer to leave the form for the list."""
    st.button(
        "Revenir à la liste",
        key=f"{BUTTON}{form}_liste",
        on_click=leave,
        icon=":material/arrow_back:",
    )


def details(said: Mapping[str, str]) -> None:
    """Print what is known of a thing, in one line."""
    st.caption(
        shown(" · ".join(f"{name}{NBSP}: {text}" for name, text in said.items() if text.strip()))
    )
