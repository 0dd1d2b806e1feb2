"""Frames as lists, two lines a row: what telephones show in place of a grid wider than they are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import unquote
from zlib import crc32

import pandas as pd
import streamlit as st

from territoires.french.numbers import NBSP, number, percent

NOT_KNOWN = "—"
_UNSAID: Final = ("", NOT_KNOWN)
_STEP: Final = 30  # rows: a longer list goes on as it is asked to


def wanted(name: str) -> int:
    """Tell how many rows of a list are asked for."""
    return int(st.session_state.get(f"{name}_rangs", _STEP))


@contextmanager
def on_telephones(listed: str, rows: int, *, name: str) -> Iterator[None]:
    """Print a list before its grid, and what has it go on: the style sheet shows it or the grid.

    `rows`: how many the grid has; `name`: what tells the list from the others of its page.
    """
    if listed:
        st.html(listed)
    yield
    left = rows - wanted(name)
    if left > 0:
        label = (
            f"Voir les {_STEP} suivantes sur {number(left)}" if left > _STEP else "Voir la suite"
        )
        asked = {f"{name}_rangs": wanted(name) + _STEP}
        key = f"suite_{crc32(name.encode())}"
        st.button(label, key=key, on_click=st.session_state.update, args=(asked,))


def show(
    shown: pd.DataFrame, settings: Mapping[str, Any], *, alt: str, name: str = "", **grid: Any
) -> None:
    """Show a frame that is in French already, as a list too; `grid` is what else its grid takes."""
    listed = in_two_lines(shown, settings, alt=alt, most=wanted(name or alt))
    with on_telephones(listed, len(shown), name=name or alt):
        written, columns = with_shares(shown, settings)
        st.dataframe(written, hide_index=True, alt=alt, column_config=columns, **grid)


def with_shares(
    shown: Any, settings: Mapping[str, Any], *, digits: int = 0
) -> tuple[Any, dict[str, Any]]:
    """Have a grid write its shares as everything else does, and sort them as numbers.

    A format of the grid's own would write `0 %` of what is not nothing.
    """
    shares = {name: each for name, each in settings.items() if _is_share(each)}
    if not shares:
        return shown, dict(settings)
    bare = {name: {**each, "type_config": {"type": "number"}} for name, each in shares.items()}
    write = partial(percent, digits=digits)
    written = shown.style.format(dict.fromkeys(shares, write), na_rep=NOT_KNOWN)
    return written, {**settings, **bare}


def _is_share(setting: Any) -> bool:
    return ((setting or {}).get("type_config") or {}).get("format") == "percent"


def in_two_lines(
    shown: pd.DataFrame, settings: Mapping[str, Any], *, alt: str, most: int = _STEP
) -> str:
    """Write the first `most` rows of a frame that is in French already; nothing of none.

    `settings` are those of its columns (`st.column_config`). What is not known is left out.
    """
    if shown.empty:
        return ""
    lines = "".join(_line(row, settings) for row in shown.head(most).to_dict("records"))
    return f'<ul class="rangs" aria-label="{escape(alt)}">{lines}</ul>'


def _line(row: Mapping[Any, Any], settings: Mapping[str, Any]) -> str:
    cells = []
    for name, value in row.items():
        setting = settings.get(str(name)) or {}
        cells.append((str(setting.get("label") or name), _cell(value, setting)))
    symbol = f"{cells.pop(0)[1]} " if not cells[0][0] else ""
    (_, first), *others = cells
    rest = " · ".join(
        f"{escape(label)}{NBSP}: {text}" for label, text in others if text not in _UNSAID
    )
    return f"<li>{symbol}<strong>{first or NOT_KNOWN}</strong><br>{rest}</li>"


def _cell(value: Any, setting: Mapping[str, Any]) -> str:
    """Write a value as its grid shows it; nothing of none."""
    if value is None or pd.isna(value):
        return ""
    kind = setting.get("type_config") or {}
    if kind.get("type") == "link":
        return way(str(value), str(kind.get("display_text") or ""))
    if _is_share(setting):
        return percent(float(value))
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
