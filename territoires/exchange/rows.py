"""Rows on their way into a file of whatever format."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd


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
