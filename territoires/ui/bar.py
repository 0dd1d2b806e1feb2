"""The common bar: which day, known when, which territory, which perimeter, all in the address."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import InstantError, TerritoryError
from territoires.domain.scope import FRANCE, Level, Perimeter, Place, Scope, Territory
from territoires.french import dates, faults
from territoires.french.definitions import defined
from territoires.french.numbers import NBSP, as_code
from territoires.french.places import moved
from territoires.french.search import label
from territoires.french.words import PERIMETERS
from territoires.queries.clocks import Edition
from territoires.queries.search import Found
from territoires.queries.territories import former_town, place
from territoires.ui import search
from territoires.ui.cache import asked
from territoires.ui.filters import held
from territoires.ui.links import SORT_PARAM

_ADDRESS, _WRITTEN, _PAGE = "address", "address_written", "address_page"
_TERRITORY, _SOUGHT = "bar_territory", "bar_sought"
_TERRITORY_WIDTH = 250  # pixels
_YES = {True: address.YES, False: ""}


@dataclass(frozen=True, kw_only=True)
class View:
    """What the reader looks at: the scope, its territory's name, today, and how to link to it."""

    scope: Scope
    place: Place
    today: date
    params: Mapping[str, str]


def today() -> date:
    """Give the day it is in Paris."""
    return datetime.now(PARIS).date()


def looked_at(url: str, seen: Edition, *, page: str) -> View:
    """Read the view in the address; nonsense there gets a message and the default."""
    now = today()
    found = address.read(_asked_for(page), today=now)
    for problem in found.problems:
        _warn_of_address(problem.code, problem.value)
    if found.ahead:
        _say_to_come(found.ahead.astimezone(PARIS).date())
    scope, where = _existing(url, seen, found.scope)
    params = address.write(scope, today=now)
    _write_address(params, page)
    return View(scope=scope, place=where, today=now, params=params)


def show_bar(url: str, seen: Edition, view: View, *, page: str) -> Any:
    """Show the bar, and what is to be known of the view; give the room for the page's files."""
    scope, where, params = view.scope, view.place, view.params
    with st.container(key="barre", horizontal=True, vertical_alignment="bottom"):
        # On a telephone the bar is this one button: the style sheet shows the rest once it is on.
        short = (dates.short(scope.as_of), label(where), PERIMETERS[scope.perimeter])
        st.checkbox(" · ".join(short), key="bar_unfolded")
        _day_input(scope)
        sought = _territory_input(url, seen, where, page=page)
        _perimeter_input(scope)
        _clock_popover(scope)
        # Today's view, opened again tomorrow from a copied link, is still of today.
        _link({address.AS_OF: scope.as_of.isoformat()} | dict(params))
        room = st.popover(
            "Exporter", icon=":material/download:", key="bar_exports", on_change="rerun"
        )
    if sought:
        _choose_territory(url, seen, sought)
    if scope.known_at:
        st.info(
            f"Vous regardez la base telle qu’elle était connue le {dates.instant(scope.known_at)}.",
            icon=":material/history:",
        )
    if scope.as_of > view.today:
        _say_to_come(scope.as_of)
    if scope.with_unproven:
        st.info(
            "Les centres dont aucune source ne prouve le rattachement au programme sont comptés "
            "avec les autres.",
            icon=":material/rule:",
        )
    if scope.with_low:
        st.info(
            "Les listes réputées complètes sont crues\u00a0: un centre qui n’y figure pas n’était "
            "pas encore ouvert.",
            icon=":material/playlist_add_check:",
        )
    return room


def _say_to_come(day: date) -> None:
    st.info(
        f"Le {dates.day(day)} est à venir{NBSP}: les chiffres sont ceux que l’on connaît "
        "aujourd’hui.",
        icon=":material/event_upcoming:",
    )


def _asked_for(page: str) -> dict[str, str]:
    """Tell a copied link or the Back button from a change of page by the menu, which keeps all."""
    state = st.session_state
    names = (*address.NAMES, address.UNTIL)
    raw = {name: st.query_params[name] for name in names if name in st.query_params}
    other_page = state.get(_PAGE) not in {None, page}
    if _ADDRESS not in state or (raw != state.get(_WRITTEN) and not (other_page and not raw)):
        state[_ADDRESS] = raw
    kept: dict[str, str] = state[_ADDRESS]
    return kept


def _write_address(params: dict[str, str], page: str) -> None:
    for name in (*address.NAMES, address.UNTIL):
        if name in params and st.query_params.get(name) != params[name]:
            st.query_params[name] = params[name]
        elif name not in params and name in st.query_params:
            del st.query_params[name]
    st.session_state.update({_ADDRESS: params, _WRITTEN: params, _PAGE: page})


def _existing(url: str, seen: Edition, scope: Scope) -> tuple[Scope, Place]:
    if scope.territory.level is Level.TOWN:
        code = present_town(url, seen, scope.territory.code)
        scope = replace(scope, territory=Territory(Level.TOWN, code))
    try:
        return scope, asked(url, seen, place, territory=scope.territory)
    except TerritoryError as error:
        _warn_of_address("bad_terr", error.text)
        return replace(scope, territory=FRANCE), asked(url, seen, place, territory=FRANCE)


def present_town(url: str, seen: Edition, code: str) -> str:
    """Give the commune that holds a code now, and say so when that is another one."""
    former = asked(url, seen, former_town, code=code)
    if former is None or not former.holder:
        return code
    st.info(moved(former), icon=":material/move_location:")
    return str(former.holder)


def _warn_of_address(code: str, value: str) -> None:
    st.warning(faults.address_message(code, as_code(value)), icon=":material/link_off:")


def change(**changes: str) -> None:
    """Set parameters of the address (empty: back to the default); for use in callbacks."""
    kept = st.session_state.get(_ADDRESS, {}) | changes
    st.session_state[_ADDRESS] = {name: text for name, text in kept.items() if text}


def _day_input(scope: Scope) -> None:
    def write(day: date | None) -> None:
        change(au="" if day is None or day == today() else day.isoformat())

    st.date_input(
        "Situation au",
        format="DD/MM/YYYY",
        min_value=address.FIRST_DAY,
        max_value=address.LAST_DAY,
        width=250,
        **held("bar_day", scope.as_of, write),
    )


def _territory_input(url: str, seen: Edition, where: Place, *, page: str) -> str:
    """Show the box of the territory, and give what was typed that does not say which, if any."""
    state, at = st.session_state, (page, str(where.territory))
    text, typed_at = state.get(_SOUGHT, ("", at))
    shown = label(where)

    def typed() -> None:
        state.pop(_SOUGHT, None)
        text = state[_TERRITORY].strip()
        found = search.meant(partial(asked, url, seen), text, towns_only=False)
        if len(found) == 1 or not text:
            _look_at(found[0].asked if found else FRANCE)
        elif text != shown:
            state[_SOUGHT] = (text, at)

    sought = text if typed_at == at else ""
    state[_TERRITORY] = sought or shown
    search.box(
        "Territoire", key=_TERRITORY, kind=search.TERRITORY, on_change=typed, width=_TERRITORY_WIDTH
    )
    return str(sought)


def _choose_territory(url: str, seen: Edition, text: str) -> None:
    """Offer what a text may mean, or say that there is none."""

    def take(found: Found) -> None:
        del st.session_state[_SOUGHT]
        _look_at(found.asked)

    search.choose(partial(asked, url, seen), text, key=_TERRITORY, take=take, towns_only=False)


def _look_at(territory: Territory) -> None:
    change(terr="" if territory == FRANCE else str(territory))


def _perimeter_input(scope: Scope) -> None:
    said = {PERIMETERS[each]: word for each, word in address.PERIMETERS.items()}
    usual = address.PERIMETERS[Perimeter.ALL]

    def write(chosen: str) -> None:
        change(perim="" if said[chosen] == usual else said[chosen])

    tie = held("bar_perimeter", PERIMETERS[scope.perimeter], write)
    st.selectbox("Périmètre", list(said), width=200, **tie)


def _clock_popover(scope: Scope) -> None:
    known_at = dates.typed_instant(scope.known_at) if scope.known_at else ""
    with st.popover("Options", icon=":material/tune:"):
        st.text_input(
            "Telle que connue le",
            placeholder="maintenant",
            help="Les chiffres tels que cette base les connaissait à la fin de ce jour, par "
            "exemple 30/11/2026, ou à une heure de Paris, 30/11/2026 à 14\u00a0h\u00a002. Laissez "
            f"vide pour tout ce qui est connu aujourd’hui. {defined('Les deux horloges')}",
            **held("bar_known_at", known_at, lambda text: change(connu=_typed_instant(text))),
        )
        st.toggle(
            "Compter aussi les rattachements non prouvés",
            help="Certains centres sont ouverts sans qu’aucune source ne les rattache au "
            f"programme. {defined('Rattachement non prouvé')}",
            **held("bar_unproven", scope.with_unproven, lambda on: change(nonprouves=_YES[on])),
        )
        st.toggle(
            "Croire aussi les listes réputées complètes",
            help="Un centre absent d’une liste de centres ouverts n’était pas ouvert à sa date, si "
            "cette liste est complète. Les dates d’ouverture en sont resserrées. "
            f"{defined('Date déduite')}",
            **held("bar_lists", scope.with_low, lambda on: change(listes=_YES[on])),
        )


def _typed_instant(text: str) -> str:
    typed = text.strip()
    if not typed or typed.casefold() == "maintenant":
        return ""
    try:
        return dates.read_instant(typed).astimezone(UTC).isoformat()
    except InstantError as error:
        return error.text  # the address reader quotes it back with an example


def _link(params: Mapping[str, str]) -> None:
    """Offer the address of this view: our script (web/links.js) copies it when it is followed."""
    # Streamlit gives the address of the front page without its stroke.
    path = (st.context.url or "").split("?")[0]
    here = (path if urlsplit(path).path else f"{path}/") + own_query(params)
    st.link_button("Copier le lien", here, key="bar_lien", icon=":material/link:")


def own_query(params: Mapping[str, str], *, without: Collection[str] = ()) -> str:
    """Write the view as an address does: the bar, and what one page alone reads (a radius)."""
    left = {*address.NAMES, SORT_PARAM, *without}
    own = {name: text for name, text in st.query_params.items() if name not in left}
    return address.query(own | dict(params))
