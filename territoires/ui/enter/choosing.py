"""What several entry pages share: choosing a town, a centre, a source, and what follows a save."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from territoires.commands.sources import DECLARATION
from territoires.domain import params
from territoires.domain.errors import DatabaseError, TerritoryError
from territoires.domain.roles import REGIONAL
from territoires.domain.scope import Level, Territory
from territoires.domain.text import fold
from territoires.french.desk import source_name
from territoires.french.numbers import NBSP
from territoires.french.places import typeset
from territoires.french.problems import other_region
from territoires.french.search import HELP
from territoires.french.search import choice as said
from territoires.french.typography import typeset_text
from territoires.queries import entry
from territoires.queries.territories import place
from territoires.ui import search
from territoires.ui.desk import Desk, shown
from territoires.ui.filters import choice

NEW_SITE, UNDECIDED = 0, -1
NOTE_HEIGHT = 68  # pixels: two lines
TOWN = params.TOWN.name
FOLLOWED = "adresse_suivie_"  # by a form: the town of the address when it was last drawn
_HOMONYMS = 4
_ALL = "toutes"
_NOTHING_MORE: Mapping[str, str] = {}


def choose_town(desk: Desk, *, key: str, label: str = "Ville ★") -> str:
    """Ask for a town by name or code INSEE; gives its code, empty as long as none is chosen.

    A link may name it (`?ville=52121`). Somebody of a regional role is offered the towns of their
    regions only.
    """
    regions = desk.reader.bounds
    _follow_the_address(key)
    typed = search.box(label, key=key, kind=search.OWN_TOWN, disabled=desk.signed_out, help=HELP)
    if not typed:
        return ""
    elsewhere = _out_of_reach(desk, typed, regions)
    if elsewhere:
        st.warning("\n\n".join(elsewhere), icon=":material/wrong_location:")
        if not search.meant(desk.ask, typed, regions=regions):
            return ""
    found = search.choose(
        desk.ask,
        typed,
        key=key,
        regions=regions,
        is_sure=not elsewhere,
        disabled=desk.signed_out,
    )
    if found is None:
        return ""
    st.caption(f"✓ {said(found.place)}")
    return found.place.territory.code


def _follow_the_address(key: str) -> None:
    """Take the town that a link names, or the Back button; one typed since then stays.

    After a restart of the server nobody knows what the address said before: what was typed stays.
    """
    state, named = st.session_state, st.query_params.get(TOWN, "")
    if named and (key not in state or named != state.get(FOLLOWED + key, named)):
        state[key] = named
    state[FOLLOWED + key] = named


def _out_of_reach(desk: Desk, typed: str, regions: tuple[str, ...]) -> list[str]:
    """Tell of the towns of that very name or code that are in other regions than the writer's."""
    if not regions:
        return []
    every = [
        each.place
        for each in search.meant(desk.ask, typed)
        if {fold(each.place.name), each.asked.code.lower()} & {fold(typed), typed.lower()}
    ]
    if any(place.region in regions for place in every):
        return []
    return [
        shown(
            other_region(
                f"{place.name} ({place.department_name})",
                region=place.region,
                name=place.region_name,
            )
        )
        for place in every[:_HOMONYMS]
    ]


def choose_one(desk: Desk, label: str, names: Mapping[Any, str], *, key: str) -> Any:
    """Ask for one of some, by what they are called."""
    return st.selectbox(
        label,
        list(names),
        format_func=lambda one: names.get(one, str(one)),
        key=key,
        disabled=desk.signed_out,
    )


def choose_region(desk: Desk, rows: pd.DataFrame, more: Mapping[str, str] = _NOTHING_MORE) -> str:
    """Ask for one of the regions of some rows, or of `more`, one's own first; empty for all."""
    named = zip(rows["region_code"], map(typeset, rows["region"]), strict=True)
    regions = dict(sorted((each for each in named if each[0]), key=lambda each: fold(each[1])))
    options = {"": "Toutes les régions", **regions, **more}
    own = sorted(desk.reader.regions & regions.keys())
    default = own[0] if desk.reader.role in REGIONAL and len(own) == 1 else ""
    if default:
        # An empty word in the address means the default: all regions need one of their own.
        options = {name or _ALL: label for name, label in options.items()}
    region = choice("Région", params.REGION, options, usual=default)
    return "" if region == _ALL else region


def town_name(desk: Desk, code: str) -> str:
    """Name a town by its code; the code itself when there is none."""
    try:
        found = desk.ask(place, territory=Territory(Level.TOWN, code))
    except (DatabaseError, TerritoryError):
        return code
    return found.name


def choose_centre(desk: Desk, town_code: str, *, key: str, with_new: bool = False) -> int | None:
    """Ask which centre of the town is meant: None when it has none yet, 0 for a site to be made.

    `with_new` offers to make one; a single centre is chosen by itself. Of
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
        format_func=lambda centre: names.get(centre, "Un second site, à créer"),
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
    for row in desk.ask(entry.sources).itertuples():
        if row.reliability != DECLARATION or row.source_id == chosen:
            found[row.source_id] = source_name(row.title, row.publisher, row.published_on)
    ordered = dict(sorted(found.items(), key=lambda each: fold(each[1])))
    twice = Counter(ordered.values())
    return {
        key: name if twice[name] == 1 else f"{name} ({number})"
        for number, (key, name) in enumerate(ordered.items(), start=1)
    }


def details(said: Mapping[str, str]) -> None:
    """Print what is known of a thing, in one line, as French is set."""
    parts = (f"{name}{NBSP}: {typeset_text(text)}" for name, text in said.items() if text.strip())
    st.caption(shown(" · ".join(parts)))
