"""« Exporter »: the files of a page under its filters, its note, its card, the view that stays."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from territoires.domain import address
from territoires.domain.roles import Permission
from territoires.domain.scope import Level, Territory
from territoires.french import printed
from territoires.french.embedded import OFFER
from territoires.french.exports import TITLES
from territoires.french.frozen import FREEZE
from territoires.queries.clocks import Edition, last_recorded_at
from territoires.queries.exports import EXPORTS
from territoires.ui import links
from territoires.ui.bar import View, own_query
from territoires.ui.cache import asked
from territoires.ui.reader import current_reader


@dataclass
class Files:
    """The files of one page, known once it is drawn; `room` is where the bar offers them."""

    room: Any = None
    params: dict[str, dict[str, str]] = field(default_factory=dict)
    """What narrows each, as an address says it, by the name of the export."""


def fill(files: Files, view: View, *, url: str, seen: Edition) -> None:
    """Say what a page gives to take away; read only when somebody looks."""
    if files.room is None or not files.room.open:
        return
    with files.room:
        if files.params:
            st.caption("Les lignes de cette page, avec ses filtres.")
        for name in filter(files.params.__contains__, EXPORTS):
            with st.container(horizontal=True, gap="small"):
                links.files(name, TITLES[name], params=files.params[name] | dict(view.params))
        _note(view)
        if card := links.card_code(st.context.url or "", view.params):
            st.caption(OFFER)
            st.code(card, language="html", wrap_lines=True)
        if files.params and current_reader(url).may(Permission.FREEZE):
            _freeze(files, view, url=url, seen=seen)


def _here() -> str:
    return urlsplit(st.context.url or "").path.strip("/")


def _note(view: View) -> None:
    if _here() not in {links.HOME, links.REGIONS}:
        return
    region = view.place.region
    territory = Territory(Level.REGION, region) if region else address.NATIONAL
    label = printed.note_of(view.place.region_name)
    links.note(str(territory), label, view.params, is_quiet=True)


def _freeze(files: Files, view: View, *, url: str, seen: Edition) -> None:
    """Lead to the form that freezes what is on the screen, known when it was drawn."""
    known_at = view.scope.known_at or asked(url, seen, last_recorded_at)
    scope = replace(view.scope, known_at=known_at)
    clocks = {address.AS_OF: scope.as_of.isoformat()} | address.write(scope, today=view.today)
    # What anybody may have: a view is frozen as the public sees it.
    names = [name for name in files.params if EXPORTS[name].permission is None]
    # The page narrows its rows by less than its address says, or by more: as they are now.
    ways = {each.name for name in names for each in EXPORTS[name].params}
    narrowed = {each: text for name in names for each, text in files.params[name].items()}
    here = f"/{_here()}{own_query(narrowed | clocks, without=ways)}"
    query = urlencode({"vue": here, "fichiers": ",".join(names)})
    st.link_button(FREEZE, f"/figer?{query}", key="bar_figer", icon=":material/ac_unit:")
