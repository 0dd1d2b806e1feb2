"""The formats of a download: what each is called, its type, and how a file of it is written."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.rows import Rows
from territoires.exchange.xlsx_export import xlsx_bytes
from territoires.french.dictionary import COLUMNS


class Download(NamedTuple):
    """What a format is called, its type, how rows are written in it, whether it cites sources."""

    called: str
    media_type: str
    write: Callable[[Rows], bytes]
    cites: bool = False


def _csv(rows: Rows) -> bytes:
    return csv_bytes(
        rows.frame, titles=COLUMNS, notes=rows.notes, partial=rows.partial, demo=rows.demo
    )


# By the end of a file's name.
FORMATS: Final[Mapping[str, Download]] = {
    "csv": Download("CSV", "text/csv; charset=utf-8", _csv),
    "xlsx": Download(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx_bytes,
        cites=True,
    ),
}
