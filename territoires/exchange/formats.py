"""The formats of a download: what each is called, how it is written, what its file is named."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from territoires.domain.clock import PARIS
from territoires.domain.text import slug
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.rows import Rows
from territoires.exchange.xlsx_export import xlsx_bytes
from territoires.french.demonstration import DEMO
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


def file_name(
    subject: str, *, as_of: date, known_at: date, extension: str, demo: bool = False
) -> str:
    """Name an export: `acdt_ouvertures_au-2021-05-04_connu-2021-05-10.csv`.

    ASCII, without spaces. `known_at` is a day, or an aware instant whose day in Paris is taken.
    """
    if isinstance(known_at, datetime):
        known_at = known_at.astimezone(PARIS).date()
    parts = ["acdt", slug(subject), f"au-{as_of:%Y-%m-%d}", f"connu-{known_at:%Y-%m-%d}"]
    if demo:
        parts.append(slug(DEMO))
    return f"{'_'.join(parts)}.{extension.removeprefix('.')}"
