"""The writer's desk: who sits at it, what they may ask, what is kept when their page must stop."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from territoires.db.clock import LEEWAY
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.domain.errors import DatabaseError, RefusedError
from territoires.domain.roles import Permission, Reader
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.formats import file_name
from territoires.french import desk as words
from territoires.french import faults
from territoires.french.numbers import literal
from territoires.french.problems import error_message
from territoires.queries.clocks import Edition, last_recorded_at
from territoires.ui import resumed
from territoires.ui.bar import today
from territoires.ui.cache import asked
from territoires.ui.chapters import card
from territoires.ui.page import masthead
from territoires.ui.reader import current_reader, must_be_allowed

if TYPE_CHECKING:
    import pandas as pd

_LOG = logging.getLogger(__name__)
T = TypeVar("T")

# Pages that tell what the public does not see: once a session has ended they say no more.
_NOT_PUBLIC = {
    Permission.READ_JOURNAL,
    Permission.SEE_PENDING,
    Permission.MANAGE_STAFF,
    Permission.ANSWER_REPORTS,
    Permission.FREEZE,
}
_SEAT, _ASKED, _KEPT = "desk_seat", "desk_asked", "desk_kept"
_DRAWN, _RESUMED = "desk_drawn", "desk_resumed"
# Streamlit lets nobody set a button; ours are named so that they are recognised.
BUTTON = "bouton_"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One writer in front of one database.

    `signed_out`: the session ended while the form was being filled in. It stays on the screen with
    what was typed; nothing is written, and nothing is read that this tab had not read before.
    """

    url: str
    seen: Edition
    reader: Reader
    signed_out: bool = False

    def is_manned(self) -> bool:
        """Tell whether its writer is there, or has come back since the page was drawn."""
        return not self.signed_out or current_reader(self.url).email == self.reader.email

    def ask(self, query: Callable[..., T], **filters: Any) -> T:
        """Answer a query, from memory if nothing was written since it was last asked."""
        known: set[Any] = st.session_state.setdefault(_ASKED, set())
        question = (query.__qualname__, tuple(sorted(filters.items())))
        if question not in known and not self.is_manned():
            _keep_typed()
            st.stop()
        known.add(question)
        found: T = asked(self.url, self.seen, query, **filters)
        return found

    def ask_now(self, query: Callable[..., T], **filters: Any) -> T:
        """Answer a query whose answer moves without any act: sessions, the time that passes."""
        if not self.is_manned():
            _keep_typed()
            st.stop()
        with reading(self.url) as connection:
            return query(connection, **filters)

    def may(self, permission: Permission, region: str | None = None) -> bool:
        """Tell whether the writer may do the act, in `region` where one is named."""
        return self.reader.may(permission, region)


def open_desk(path: str) -> Desk:
    """Print the masthead of an entry page, and stop there for whoever may not use it.

    `path` is its address: what the page is called and says first, what one must hold is on its
    card.
    """
    about = card(path)
    permission, path = about.permission, f"/{path}"
    said = (about.lead, "★\u00a0: obligatoire." if about.asks else "")
    url, seen = masthead(about.title, lead=" ".join(filter(None, said)))
    state = st.session_state
    reader = current_reader(url)
    last = asked(url, seen, last_recorded_at)
    if last is not None and last > datetime.now(UTC) + LEEWAY and reader.email:
        st.warning(faults.ahead_of_entry(last), icon=":material/schedule:")
    back = f"{path}?{urlencode(st.query_params.to_dict())}" if st.query_params else path
    seated = state.get(_SEAT)
    if (
        not reader.email
        and seated is not None
        and seated[0] == path
        and permission not in _NOT_PUBLIC
    ):
        st.warning(words.SIGNED_OUT, icon=":material/lock_clock:")
        st.link_button(
            "Se connecter dans un autre onglet",
            f"/connexion?{urlencode({'retour': '/connecte'})}",
            type="primary",
            icon=":material/login:",
        )
        return Desk(url=url, seen=seen, reader=seated[1], signed_out=True)
    if not reader.may(permission):
        _keep_typed()
        state.pop(_ASKED, None)
    must_be_allowed(reader, permission, path=back)
    # Until a form was drawn to its end: a click elsewhere may have interrupted the first run.
    state[_RESUMED] = () if state.get(_DRAWN) else resumed.sent()
    if any(name.startswith(resumed.SUBMITTER) for name in state[_RESUMED]):
        st.warning(words.RESTARTED, icon=":material/restart_alt:")
    if seated is None or seated[1].email != reader.email:
        state.pop(_ASKED, None)
    state[_SEAT] = (path, reader)
    return Desk(url=url, seen=seen, reader=reader)


def download_csv(
    desk: Desk,
    rows: Callable[[], "pd.DataFrame"],
    *,
    name: str,
    titles: Mapping[str, str],
    partial: Collection[str] = (),
) -> None:
    """Offer what only staff may have, which no address gives: rows made when somebody asks."""
    is_demo = desk.ask(is_demonstration)
    st.download_button(
        "Télécharger (CSV)",
        lambda: csv_bytes(rows(), titles=titles, partial=partial, demo=is_demo),
        file_name=file_name(name, as_of=today(), known_at=today(), extension="csv", demo=is_demo),
        mime="text/csv",
        key=f"{BUTTON}{name.partition(' ')[0]}_csv",
        on_click="ignore",
        icon=":material/download:",
    )


def button(
    label: str, key: str, act: Callable[..., None], *args: Any, icon: str | None = None, **more: Any
) -> None:
    """Offer an act of the desk, done with `args`; `icon` names one of Material's."""
    drawing = f":material/{icon}:" if icon else None
    st.button(label, key=f"{BUTTON}{key}", on_click=act, args=args, icon=drawing, **more)


def must_cover(desk: Desk, permission: Permission, region: str) -> None:
    """Stop a page about a region in which this writer is not competent."""
    if not desk.may(permission, region):
        st.error(error_message(RefusedError(permission, region)), icon=":material/lock:")
        st.stop()


def _keep_typed() -> None:
    """Keep what was typed when its fields are not drawn: Streamlit would forget it."""
    state = st.session_state
    kept: dict[str, str | int] = {}
    for name in list(state):
        text = str(name)
        if not text.startswith(BUTTON) and isinstance(state[name], str | int):
            with suppress(StreamlitAPIException):  # drawn before the page had to stop
                state[name] = kept[text] = state[name]
    state[_KEPT] = kept


@contextmanager
def told() -> Iterator[None]:
    """Say in French what is wrong with the database, keep what was typed, and stop there.

    Here and not in `on_script_error`: Streamlit writes a traceback before it calls that.
    """
    # What was kept: the browser, which drew no field, has nothing any more.
    st.session_state.update(st.session_state.pop(_KEPT, {}))
    try:
        yield
    except DatabaseError as error:
        _LOG.error("database %s", error)
        _keep_typed()
        st.error(faults.database_notice(error), icon=":material/database_off:")
        # A page loaded again starts empty; asked again, it has kept what was typed.
        st.button("Réessayer", key=f"{BUTTON}reessayer", icon=":material/refresh:")
        st.stop()


def drawn() -> None:
    """Note that a form is on the screen: from now on its widgets are those of this session."""
    st.session_state[_DRAWN] = True


def outlived(widget: str) -> bool:
    """Tell whether a widget, by its key, has what was typed before the server restarted."""
    return widget in st.session_state.get(_RESUMED, ())


def shown(text: str) -> str:
    """Guard a sentence that quotes what somebody typed, so that Markdown shows it as it is."""
    return literal(text)
