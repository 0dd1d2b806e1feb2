"""What a page says when its database fails it, at whatever moment."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

from territoires.domain.errors import DatabaseError
from territoires.french.faults import database_notice
from territoires.ui.desk import BUTTON, give_back_typed, keep_typed

_LOG: Final = logging.getLogger(__name__)


@contextmanager
def told() -> Iterator[None]:
    """Say in French what is wrong with the database, keep what was typed, and stop there.

    Here and not in `on_script_error`: Streamlit writes a traceback before it calls that.
    """
    give_back_typed()
    try:
        yield
    except DatabaseError as error:
        _LOG.error("database %s", error)
        keep_typed()
        st.error(database_notice(error), icon=":material/database_off:")
        # A page loaded again starts empty; asked again, it has kept what was typed.
        st.button("Réessayer", key=f"{BUTTON}reessayer", icon=":material/refresh:")
        st.stop()
