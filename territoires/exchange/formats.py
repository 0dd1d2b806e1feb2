"""The formats of a download: what each is called, its type, and how a file of it is written."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import pandas as pd

from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.xlsx_export import ReadMe, xlsx_bytes
from territoires.french.definitions import DEFINITIONS
from territoires.french.dictionary import COLUMNS


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows to be written, and what may travel with them.

    `notes` are those without which no row travels; `all_notes` say as well, where there is room,
    what the rows are narrowed to. `partial` names the columns of dates of known precision, `demo`
    says that all is made up.
    """

    frame: pd.DataFrame
    title: str
    as_of: date
    known_at: datetime
    made_at: datetime
    notes: Sequence[str]
    all_notes: Sequence[str]
    sources: Sequence[Mapping[str, Any]]
    partial: Collection[str]
    demo: bool


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


def _xlsx(rows: Rows) -> bytes:
    return xlsx_bytes(
        rows.frame,
        COLUMNS,
        sheet=rows.title,
        read_me=ReadMe(
            title=rows.title,
            as_of=rows.as_of,
            known_at=rows.known_at,
            notes=rows.all_notes,
            definitions=dict(DEFINITIONS),
        ),
        created_at=rows.made_at,
        sources=rows.sources,
        partial=rows.partial,
        demo=rows.demo,
    )


# By the end of a file's name.
FORMATS: Final[Mapping[str, Download]] = {
    "csv": Download("CSV", "text/csv; charset=utf-8", _csv),
    "xlsx": Download(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _xlsx,
        cites=True,
    ),
}
