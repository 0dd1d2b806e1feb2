"""Bare Streamlit pages: what a figure of ours is compared with."""
