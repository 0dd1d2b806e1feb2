"""A frame written as an Excel workbook that carries its sources, its clocks and its notes."""

import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from territoires.domain.dates import PartialDate
from territoires.domain.errors import TerritoiresError
from territoires.exchange.cells import plain, written
from territoires.exchange.csv_export import as_slashed
from territoires.exchange.rows import Rows
from territoires.french import dates
from territoires.french.definitions import DEFINITIONS
from territoires.french.demonstration import DEMO
from territoires.french.dictionary import COLUMNS
from territoires.french.exchange import (
    AS_OF,
    CUT,
    GLOSSARY,
    KNOWN_AT,
    NOTES,
    READ_ME_SHEET,
    ROWS,
    SOURCES_SHEET,
    WARNING,
    too_many_for_excel,
)

# Texts stay texts, whatever they look like; nothing is fetched, nothing is computed.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# Excel's own limits.
MAX_ROWS = 1_048_575  # under the header
MAX_TEXT = 32_767
_SHEET_NAME = 31
_EXACT = 10**15
_FIRST_YEAR = 1900

_MEASURED_ROWS = 1000
_WIDEST = 60
_NARROWEST = 8


class TooManyRowsError(TerritoiresError):
    """A table that no worksheet can hold."""


def xlsx_bytes(rows: Rows) -> bytes:
    """Write rows as a workbook of three sheets: the table, its sources, what to know of it.

    The same rows give the same bytes: `made_at` is the only instant inside. Raises
    TooManyRowsError beyond what a worksheet holds, KeyError for a column that has no title.
    """
    if len(rows.frame) > MAX_ROWS:
        raise TooManyRowsError(too_many_for_excel(len(rows.frame), MAX_ROWS))
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    created = rows.made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": rows.title, "created": created})
    _Table(book).write(sheet_name(rows.title), rows.frame, partial=rows.partial, demo=rows.demo)
    _write_sources(book, rows.sources)
    _write_read_me(book, rows)
    book.close()
    return stream.getvalue()


def sheet_name(text: str) -> str:
    """Give a name that Excel accepts: no brackets, slashes, question marks; 31 characters."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text)
    return plain.strip(" '")[:_SHEET_NAME].rstrip(" '") or "-"


def fitting(text: str) -> str:
    """Give a text that a cell can hold; a cut is said in the cell."""
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT - len(CUT) - 1] + " " + CUT


class _Table:
    """The sheet of the frame itself: header frozen, filters, columns as wide as their texts."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.header = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        self.instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        self.text = book.add_format({"num_format": "@"})

    def write(
        self, name: str, frame: pd.DataFrame, *, partial: Collection[str] = (), demo: bool = False
    ) -> None:
        sheet = self.book.add_worksheet(name)
        columns = [(COLUMNS[key], frame[key], key in partial) for key in frame.columns]
        if demo:
            columns.append((WARNING, pd.Series([DEMO] * len(frame), dtype="str"), False))
        for number, (title, column, is_partial) in enumerate(columns):
            sheet.write_string(0, number, fitting(title), self.header)
            values = _values(column, partial=is_partial)
            sheet.set_column(number, number, _width(title, values))
            self._write_column(sheet, number, values)
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, len(frame), len(columns) - 1)

    def _write_column(self, sheet: Any, number: int, values: list[Any]) -> None:
        writers: dict[type, Callable[[int, Any], Any]] = {
            str: lambda row, value: sheet.write_string(row, number, fitting(value), self.text),
            int: lambda row, value: sheet.write_number(row, number, value),
            float: lambda row, value: sheet.write_number(row, number, value),
            date: lambda row, value: sheet.write_datetime(row, number, value, self.day),
            datetime: lambda row, value: sheet.write_datetime(row, number, value, self.instant),
        }
        for row, value in enumerate(values, start=1):
            if value is not None and value != "":
                writers[type(value)](row, value)


def _values(column: "pd.Series[Any]", *, partial: bool) -> list[Any]:
    """Turn a column into texts, numbers and days that Excel can hold; None where missing."""
    missing = column.isna().to_numpy(dtype=bool).tolist()
    values = column.astype(object).tolist()
    return [
        None if gone else as_slashed(str(value)) if partial else _value(value)
        for value, gone in zip(values, missing, strict=True)
    ]


def _value(value: Any) -> Any:  # noqa: PLR0911 - one per type
    value = plain(value)
    match value:
        case str():
            return value
        case int() if not isinstance(value, bool):
            # Beyond 15 digits Excel would round it.
            return value if abs(value) < _EXACT else str(value)
        case float():
            return value if np.isfinite(value) else str(value)
        case datetime() if value.tzinfo is None and value.year >= _FIRST_YEAR:
            bare = datetime(*value.timetuple()[:6], value.microsecond)  # noqa: DTZ001 - a cell
            return bare.date() if bare == datetime.combine(bare, datetime.min.time()) else bare
        case date() if not isinstance(value, datetime) and value.year >= _FIRST_YEAR:
            return value
        case bool() | date() | PartialDate():
            return written(value)
        case _:
            return str(value)


def _width(title: str, values: list[Any]) -> int:
    longest = max((len(str(value or "")) for value in values[:_MEASURED_ROWS]), default=0)
    return max(_NARROWEST, min(_WIDEST, max(longest, len(title)) + 3))


def _write_sources(book: Any, sources: Sequence[Mapping[str, Any]]) -> None:
    frame = pd.DataFrame(
        [{key: _as_text(source[key]) for key in source if key in COLUMNS} for source in sources],
        dtype="str",
    )
    _Table(book).write(SOURCES_SHEET, frame)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else written(value)


def _write_read_me(book: Any, rows: Rows) -> None:
    sheet = book.add_worksheet(READ_ME_SHEET)
    known_at = rows.known_at.astimezone(UTC).isoformat(timespec="microseconds")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28, bold)
    sheet.set_column(1, 1, 90, wrapped)
    notes = [*([DEMO] if rows.demo else []), *rows.all_notes]
    lines: list[tuple[str, str]] = [
        (rows.title, ""),
        *((NOTES if number == 0 else "", note) for number, note in enumerate(notes)),
        (AS_OF, dates.day(rows.as_of)),
        (KNOWN_AT, f"{dates.instant(rows.known_at)} ({known_at})"),
        (ROWS, str(len(rows.frame))),
        (GLOSSARY, ""),
        *DEFINITIONS,
    ]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, fitting(label), bold)
        sheet.write_string(row, 1, fitting(text), wrapped)
