"""A page that outlived its server: the browser still has what was typed, the session is new."""

from collections.abc import Collection
from typing import Final

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

SUBMITTER: Final = "bouton_envoi_"  # what the names of the buttons that send a form begin with


def sent() -> Collection[str]:
    """Name the widgets, by their keys, whose state the browser sends for the run that begins.

    The server may have drawn none of them: a session that is new after a restart hears of them at
    the first click, and Streamlit gives their values when they are drawn, unless somebody sets
    them. That first click itself is lost: there was no callback yet.
    """
    context = get_script_run_ctx()
    if context is None:
        return frozenset()
    states = context.session_state.get_widget_states()
    return {key for state in states if (key := user_key_from_element_id(state.id))}
