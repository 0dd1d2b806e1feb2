"""A bare page of as many elements of the same kinds as the front page, with constant data."""

from datetime import date

import streamlit as st

from bench.pages.constant import picture, text

st.set_page_config(layout="wide")
with st.container():
    st.title(text(25))
    st.caption(text(140))
with st.container():
    st.header(text(110))
    st.markdown(text(140))
with st.container(horizontal=True):
    st.checkbox(text(50))
    st.date_input("Day", date(2026, 1, 1))
    with st.container():
        st.text_input("Territory")
    st.selectbox("Perimeter", ["one", "two", "three"])
    with st.popover("Options"):
        st.text_input("Known at")
        st.toggle("Unproven too")
        st.toggle("Lists too")
    st.link_button("Link", "http://localhost:8501/")
    st.popover("Export", on_change="rerun")
left, right = st.columns(2)
with left:
    st.html(f"<p>{text(400)}</p>")
    st.markdown(picture(15_000), unsafe_allow_html=True)
    st.html(f"<p>{text(900)}</p>")
    st.markdown(picture(5_000), unsafe_allow_html=True)
    st.html(f"<p>{text(600)}</p>")
with right:
    st.markdown(picture(60_000), unsafe_allow_html=True)
    st.caption(text(110))
with st.expander("How"):
    st.markdown(text(900))
    st.page_link("http://localhost:8501/", label=text(30))
    st.html(f"<p>{text(120)}</p>")
st.subheader(text(45))
st.caption(text(110))
st.markdown(picture(26_000), unsafe_allow_html=True)
st.html(f"<p>{text(900)}</p>")
st.markdown(text(120))
st.expander("Data")
st.subheader(text(25))
st.caption(text(110))
st.markdown(picture(15_000), unsafe_allow_html=True)
st.expander("Data")
st.subheader(text(40))
st.markdown(text(60))
st.html(f"<p>{text(600)}</p>")
st.html(f"<p>{text(200)}</p>")
st.divider()
st.caption(text(320))
st.html(f"<nav>{text(120)}</nav>")
