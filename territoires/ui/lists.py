"""Frames as lists, two lines a row: what telephones show in place of a grid wider than they are."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import unquote

import pandas as pd
import streamlit as st

from territoires.french.numbers import NBSP, number, percent

NOT_KNOWN = "—"
_LONGEST: Final = 60  # rows: a longer frame stays a grid, which is scrolled where it stands


def show(listed: str) -> None:
    """Print a list before its grid: the style sheet shows one of the two, by the screen."""
    if listed:
        st.html(listed)


def in_two_lines(shown: pd.DataFrame, settings: Mapping[str, Any], *, alt: str) -> str:
    """Write a frame that is in French already; nothing of none, nor of a long one.

    `settings` are those of its columns (`st.column_config`). What is not known is left out.
    """
    if not 0 < len(shown) <= _LONGEST:
        return ""
    lines = "".join(_line(row, settings) for row in shown.to_dict("records"))
    return f'<ul class="rangs" aria-label="{escape(alt)}">{lines}</ul>'


def _line(row: Mapping[Any, Any], settings: Mapping[str, Any]) -> str:
    (_, first), *others = (
        (_label(str(name), settings), _cell(value, settings.get(str(name)) or {}))
        for name, value in row.items()
    )
    rest = " · ".join(f"{escape(label)}{NBSP}: {text}" for label, text in others if text)
    return f"<li><strong>{first or NOT_KNOWN}</strong><br>{rest}</li>"


def _label(name: str, settings: Mapping[str, Any]) -> str:
    return str((settings.get(name) or {}).get("label") or name)


def _cell(value: Any, setting: Mapping[str, Any]) -> str:
    """Write a value as its grid shows it; nothing of none."""
    if value is None or pd.isna(value):
        return ""
    kind = setting.get("type_config") or {}
    if kind.get("type") == "link":
        return way(str(value), str(kind.get("display_text") or ""))
    if not isinstance(value, str) and (form := str(kind.get("format") or "")):
        if form == "percent":
            return percent(float(value))
        if "%%" in form:
            return percent(float(value) / 100)
    return escape(said(value))


def said(value: Any) -> str:
    """Write a cell of a French frame where it is text alone."""
    if pd.isna(value):
        return NOT_KNOWN
    if isinstance(value, str):
        return value
    return number(value, 0 if float(value).is_integer() else 1)


def way(value: str, label: str = "") -> str:
    """Write an address as a link: it says what follows `#`, or `label` where that is no pattern."""
    address, _, name = value.rpartition("#")
    if label and not label.startswith("#"):
        address, name = value, label
    return f'<a href="{escape(address)}">{escape(unquote(name))}</a>' if address else escape(name)
