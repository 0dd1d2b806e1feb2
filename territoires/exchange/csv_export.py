"""A frame written as the CSV that Excel in French opens at once, and read back."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from territoires.domain.dates import PartialDate
from territoires.exchange.cells import decimal, neutralise, written
from territoires.french.dates import slashed
from territoires.french.exchange import DEMO, NO, WARNING, YES

_BOM = "\ufeff"


def csv_bytes(
    frame: pd.DataFrame,
    *,
    titles: Mapping[str, str],
    notes: Sequence[str] = (),
    partial: Collection[str] = (),
    demo: bool = False,
) -> bytes:
    """Write a frame: UTF-8 with BOM, semicolons, CRLF, decimal commas, dates JJ/MM/AAAA.

    `titles` gives the French title of every column (KeyError: one was forgotten). Missing is an
    empty cell, booleans are oui or non, texts are guarded against formulas. Dates of known
    precision are texts (`2019-04`) and stay as they are, except in the `partial` columns, where
    they are written as a form takes them (`04/2019`). A CSV has no room for notes: they fill a last
    column, so that no row travels without them; so does the warning of the demonstration.
    """
    columns = [_texts(frame[name], partial=name in partial) for name in frame.columns]
    header = [titles[name] for name in frame.columns]
    if warnings := [*([DEMO] if demo else []), *notes]:
        header.append(WARNING)
        columns.append([neutralise(" ".join(warnings))] * len(frame))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutralise(title) for title in header])
    writer.writerows(zip(*columns, strict=True))
    # A lone surrogate is no character: it becomes "?" rather than an export that fails.
    return (_BOM + stream.getvalue()).encode("utf-8", errors="replace")


def as_slashed(text: str) -> str:
    """Turn ISO 8601 of known precision into what a form takes: `2019-04` into `04/2019`."""
    return slashed(PartialDate.parse(text))


def _texts(  # noqa: PLR0911 - one per type
    column: "pd.Series[Any]", *, partial: bool
) -> list[str]:
    """Write a column, missing values as empty texts."""
    missing = column.isna().to_numpy(dtype=bool)
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else ""
    if kind == "M":
        return _days(column.to_numpy(), missing)
    values = column.astype(object).tolist()
    if partial:
        return ["" if gone else as_slashed(str(v)) for v, gone in _pairs(values, missing)]
    if kind == "b":
        return [YES if value else NO for value in values]
    if kind in {"i", "u"}:
        return [str(value) for value in values]
    if kind == "f":
        return ["" if gone else decimal(v) for v, gone in _pairs(values, missing)]
    if isinstance(column.dtype, pd.StringDtype):
        return ["" if gone else neutralise(v) for v, gone in _pairs(values, missing)]
    return ["" if gone else written(_plain(v)) for v, gone in _pairs(values, missing)]


def _pairs(values: list[Any], missing: Any) -> Any:
    return zip(values, missing.tolist(), strict=True)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _days(values: Any, missing: Any) -> list[str]:
    """Write naive instants; midnight goes without its hour."""
    iso = np.datetime_as_string(values.astype("datetime64[s]"), unit="s").tolist()
    whole = values.astype("datetime64[s]") == values
    if not (whole | missing).all():
        iso = np.datetime_as_string(values).tolist()
    return ["" if gone else _french(text) for text, gone in zip(iso, missing.tolist(), strict=True)]


def _french(iso: str) -> str:
    day, _, hour = iso.partition("T")
    year, month, number = day.rsplit("-", 2)
    written_day = f"{number}/{month}/{year}"
    return f"{written_day} {hour}" if hour.strip("0:.") else written_day
