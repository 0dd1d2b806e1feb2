"""A frame written as the CSV that Excel in French opens at once, and read back."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from territoires.domain.dates import PartialDate
from territoires.exchange.cells import neutralise, plain, written
from territoires.french.dates import slashed
from territoires.french.demonstration import DEMO
from territoires.french.exchange import WARNING

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
    return delimited(chain([map(neutralise, header)], zip(*columns, strict=True)))


def delimited(lines: Iterable[Iterable[str]]) -> bytes:
    """Write lines as Excel in French opens them."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(lines)
    # A lone surrogate is no character: it becomes "?" rather than an export that fails.
    return (_BOM + stream.getvalue()).encode("utf-8", errors="replace")


def as_slashed(text: str) -> str:
    """Turn ISO 8601 of known precision into what a form takes: `2019-04` into `04/2019`."""
    return slashed(PartialDate.parse(text))


def _texts(column: "pd.Series[Any]", *, partial: bool) -> list[str]:
    """Write a column, missing values as empty texts."""
    missing = column.isna().to_numpy(dtype=bool)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "M":
        return _days(column.to_numpy(), missing)
    return [
        "" if gone else as_slashed(str(value)) if partial else written(plain(value))
        for value, gone in zip(column.astype(object).tolist(), missing.tolist(), strict=True)
    ]


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
