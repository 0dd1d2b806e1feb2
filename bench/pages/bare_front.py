"""A bare page of as many elements of the same kinds as the front page, with constant data."""

from datetime import date

import streamlit as st

from bench.pages.constant import BARS, ROWS, STAIRCASE, text

st.set_page_config(layout="wide")
st.title(text(25))
with st.container(horizontal=True):
    st.date_input("Day", date(2026, 1, 1))
    with st.container():
        st.text_input("Territory")
    st.selectbox("Perimeter", ["one", "two", "three"])
    with st.popover("Options"):
        st.text_input("Known at")
        st.toggle("Unproven too")
    with st.popover("Link"):
        st.caption(text(45))
        st.code("http://localhost:8501/", language=None)
    st.popover("Export", on_change="rerun")
with st.container():
    st.header(text(100))
    st.markdown(text(600))
with st.container(horizontal=True):
    for number in (1, 2, 3, 4, 5, 6):
        st.metric(text(20), number, delta=number, help=text(80), border=True)
st.markdown(text(100))
st.plotly_chart(STAIRCASE)
st.expander("Data")
st.caption(text(270))
st.markdown(text(120))
st.plotly_chart(BARS)
st.expander("Data")
st.subheader(text(35))
st.table(ROWS, border="horizontal", hide_index=True)
st.markdown(text(90))
st.divider()
st.caption(text(320))
