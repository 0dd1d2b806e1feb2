"""The shortest page with one chart, under the process settings of the dashboard."""

from pathlib import Path

import streamlit as st

from bench.pages import ours

app = st.App(Path(__file__).with_name("one_chart.py"), **ours.settings())
