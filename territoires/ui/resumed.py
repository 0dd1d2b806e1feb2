"""A page that outlived its server: the browser still has what was typed, the session is new."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException
from streamlit.runtime.scriptrunner import get_script_run_ctx as current_run
from streamlit.runtime.state.common import user_key_from_element_id

from territoires.ui.filters import KEY

SUBMITTER: Final = "bouton_envoi_"  # what the names of the buttons that send a form begin with
_WAITING: Final = "acte_a_rejouer"


def sent() -> Collection[str]:
    """Name the widgets, by their keys, whose state the browser sends for the run that begins.

    The server may have drawn none of them: a session that is new after a restart hears of them at
    the first click, and Streamlit gives their values when they are drawn, unless somebody sets
    them. That first click itself is lost: there was no callback yet.
    """
    return {key for state in _states() if (key := user_key_from_element_id(state.id))}


@contextmanager
def heard(*, is_of_the_desk: bool) -> Iterator[None]:
    """Draw a page, then do the act that the browser of an earlier session asked for.

    A new session knows none of the widgets whose state it is sent: what a reader has just chosen
    calls nobody, and is drawn over. So the page is drawn as at a first visit, then run again with
    the same states, whose callbacks are known by then. At the desk, only filters are asked again: a
    form has its own way of keeping what was typed, and asks for its button to be pressed again.
    """
    state = st.session_state
    if _WAITING not in state:
        states = [each for each in _states() if not is_of_the_desk or _is_a_filter(each)]
        state[_WAITING] = states
        if states and not is_of_the_desk:
            _run_again(())
    try:
        yield
    except StopException:
        if not state[_WAITING]:
            raise
    if states := state[_WAITING]:
        state[_WAITING] = []
        _run_again(states)


def _states() -> Sequence[Any]:
    run = current_run()
    return () if run is None else run.session_state.get_widget_states()


def _is_a_filter(state: Any) -> bool:
    return (user_key_from_element_id(state.id) or "").startswith(KEY)


def _run_again(states: Sequence[Any]) -> None:
    run = current_run()
    if run is None:  # there are states only within a run
        return
    raise RerunException(
        RerunData(
            query_string=run.query_string,
            page_script_hash=run.page_script_hash,
            cached_message_hashes=run.cached_message_hashes,
            context_info=run.context_info,
            widget_states=WidgetStates(widgets=states),
        )
    )
