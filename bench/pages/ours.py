"""The process settings of the dashboard, for pages that are not its own."""

from typing import Any

import streamlit as st

from territoires.web import incidents, lifespan, routes


def settings() -> dict[str, Any]:
    """Give the options of `st.App`: same middleware, same lifespan.

    The call itself stands in each page: Streamlit finds it by reading the page's text.
    """
    return {
        "routes": routes.routes(database_answers=lambda: True),
        "middleware": routes.middleware(),
        "lifespan": lifespan.lifespan(),
        "on_script_error": incidents.on_error(st.error),
    }
