"""The shortest page with one chart, under the process settings of the dashboard."""

from pathlib import Path

import streamlit as st

from territoires import web

app = st.App(
    Path(__file__).with_name("one_chart.py"),
    routes=web.routes(database_answers=lambda: True),
    middleware=web.middleware(),
    lifespan=web.lifespan(),
    on_script_error=web.on_error(st.error),
)
