"""The process settings of the dashboard, for pages that are not its own."""

from typing import Any

import streamlit as st

from territoires import web


def settings() -> dict[str, Any]:
    """Give the options of `st.App`: same middleware, same lifespan.

    The call itself stands in each page: Streamlit finds it by reading the page's text.
    """
    return {
        "routes": web.routes(database_answers=lambda: True),
        "middleware": web.middleware(),
        "lifespan": web.lifespan(),
        "on_script_error": web.on_error(st.error),
    }
