"""The bare page under the process settings of the dashboard: same middleware, same lifespan."""

from pathlib import Path

import streamlit as st

from bench.pages import ours

app = st.App(Path(__file__).with_name("bare_front.py"), **ours.settings())
