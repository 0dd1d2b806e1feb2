"""Frames as French tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import streamlit as st

from territoires.domain.dates import PartialDate
from territoires.french import cells, dates
from territoires.french.charts import quarter
from territoires.french.dictionary import COLUMNS, MEANINGS, TABLES
from territoires.french.numbers import number, percent
from territoires.french.typography import typeset_text
from territoires.ui import links, lists
from territoires.ui.lists import NOT_KNOWN

_QUARTERS = {"first_quarter", "last_quarter"}
_LINKS = {"source_url", "url"}
_KEYS = {"source_id", "course_key", "field_slug", "site", "territory"}  # for files, to join them
_AS_TYPED = _LINKS | {"email"}  # no apostrophe of print in an address
_KEPT = 64
_UNSCROLLED = 20  # rows: more are scrolled where they stand
_MEASURED = 10  # rows: the grid sizes a column by the first ones
_LETTER, _AROUND = 7, 18  # pixels: a letter on average, what a cell has beside its text
_SENT_WHOLE = 1000  # rows: beyond, Streamlit sends what is on the screen


@dataclass(frozen=True, eq=False)
class _Answer:
    """A frame known by its identity: what `ui.cache` answers is shared and never changed."""

    data: pd.DataFrame

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Answer) and self.data is other.data

    def __hash__(self) -> int:
        return id(self.data)


def show(
    data: pd.DataFrame,
    *,
    alt: str,
    columns: tuple[str, ...] | None = None,
    config: Mapping[str, Any] | None = None,
    name: str = "",
) -> None:
    """Show a frame with French headings, words, numbers and dates.

    A town whose code is in the frame is a link to its sheet. `config` sets columns apart: but for
    texts, they keep their values, for Streamlit to write and to sort. `name` tells it from a table
    of the same `alt` on the same page.
    """
    name = name or alt
    most = lists.wanted(name)
    shown, settings, listed = (
        _for_both(data, columns, config, alt, most)
        if config
        else _kept(_Answer(data), columns, alt, most, tuple(links.kept().items()))
    )
    written, shown_as = lists.with_shares(shown, settings)
    with lists.on_telephones(listed, len(data), name=name):
        st.dataframe(
            written,
            hide_index=True,
            column_config=shown_as,
            placeholder=NOT_KNOWN,
            alt=alt,
            height="content" if len(data) <= _UNSCROLLED else "auto",
        )


@lru_cache(maxsize=_KEPT)
def _kept(
    answer: _Answer,
    columns: tuple[str, ...] | None,
    alt: str,
    most: int,
    view: tuple[tuple[str, str], ...],
) -> tuple[Any, dict[str, Any], str]:
    """Lay an answer out once for all its readers of one view, and put it into what is sent."""
    del view  # part of the name only: the links keep it
    shown, settings, listed = _for_both(answer.data, columns, {}, alt, most)
    if len(shown) > _SENT_WHOLE:
        return shown, settings, listed
    try:
        return pa.Table.from_pandas(shown), settings, listed
    except pa.ArrowException:  # a column of numbers and words, which Streamlit knows how to send
        return shown, settings, listed


def _for_both(
    data: pd.DataFrame,
    columns: tuple[str, ...] | None,
    config: Mapping[str, Any],
    alt: str,
    most: int,
) -> tuple[pd.DataFrame, dict[str, Any], str]:
    """Lay a frame out as a grid, and as the list that telephones show."""
    shown, settings = _laid_out(data, columns, config)
    return shown, settings, lists.in_two_lines(shown, settings, alt=alt, most=most)


def _laid_out(
    data: pd.DataFrame, columns: tuple[str, ...] | None, config: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Give the frame in French and the settings of its columns."""
    names = [name for name in data if name not in _KEYS] if columns is None else list(columns)
    apart: dict[str, Any] = {name: data[name] for name in config if not _is_text(config[name])}
    settings: dict[str, Any] = {
        COLUMNS[name]: st.column_config.LinkColumn(display_text="Ouvrir la source")
        for name in names
        if name in _LINKS
    } | {COLUMNS[name]: setting for name, setting in config.items()}
    if "town" in names and "town_code" in data:
        apart["town"] = links.sheets(data)
        settings[COLUMNS["town"]] = links.column(alignment="left")
    if "source" in names and len(data) > _MEASURED:
        longest = max(map(len, (COLUMNS["source"] + "  ", *data["source"].dropna())))
        settings[COLUMNS["source"]] = st.column_config.TextColumn(width=_LETTER * longest + _AROUND)
    # Numbers that are whole whatever their type stay numbers: they sort and align as such.
    whole = {
        COLUMNS[name]: data[name].astype("Int64").array
        for name in names
        if name not in apart and name not in cells.SHARES and _is_whole(data[name])
    }
    shown = french(data[names]).assign(
        **whole, **{COLUMNS[name]: list(values) for name, values in apart.items()}
    )
    return shown, settings


def _is_text(setting: Any) -> bool:
    return bool(setting["type_config"]["type"] == "text")


def _is_whole(values: "pd.Series[Any]") -> bool:
    known = values.dropna()
    return values.dtype.kind == "f" and len(known) > 0 and bool((known % 1 == 0).all())


def explained(data: pd.DataFrame) -> pd.DataFrame:
    """Add to the data dictionary what its tables and columns mean."""
    return data.assign(
        table_meaning=data["table"].map(TABLES).map(typeset_text, na_action="ignore"),
        column_meaning=data["column"].map(MEANINGS).map(typeset_text, na_action="ignore"),
    )[["table", "table_meaning", "column", "column_meaning", "type", "required"]]


def french(data: pd.DataFrame) -> pd.DataFrame:
    """Put a frame into French: headings, vocabulary, dates and yes or no; numbers stay numbers."""
    columns = {
        COLUMNS[str(name)]: [_cell(str(name), value) for value in data[name]] for name in data
    }
    return pd.DataFrame(columns)


def _cell(name: str, value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
    if pd.isna(value):
        return None
    if name in cells.PARTIAL:
        return dates.partial(PartialDate.parse(value)) if value or name == "happened_on" else None
    if cells.is_coded(name):
        return typeset_text(cells.word(name, value)) or None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, pd.Timestamp):
        return quarter(value.date(), value.date()) if name in _QUARTERS else dates.day(value.date())
    if name in cells.SHARES:
        return percent(value)
    if isinstance(value, float):
        return number(value, 0 if value.is_integer() else 1)
    if isinstance(value, str):
        return (value if name in _AS_TYPED else typeset_text(value)) or None
    return value
