"""What figures say: names of series, hovers, axis titles."""

from collections.abc import Mapping
from datetime import date
from textwrap import wrap
from typing import Any

from territoires.domain.dates import PartialDate
from territoires.domain.programme import NEVER_LATEST
from territoires.french import dates
from territoires.french.numbers import NBSP, at_least_some, counted, number
from territoires.french.typography import typeset_text
from territoires.french.words import reserve

KNOWN_QUARTER = "Trimestre connu"
UNKNOWN_QUARTER = "Trimestre inconnu"
REQUIRED = "Rythme nécessaire"
PLANNED = "Rythme prévu à l’origine"
OPENINGS = "ouvertures"


def reserved(row: Mapping[str, Any]) -> str:
    """Write a published total with its reserve, nothing when it is plain: the point says it."""
    word, value = reserve(row["qualifier"]), number(row["value"])
    if not word:
        return ""
    never = row["qualifier"] in NEVER_LATEST
    return f"{value}{NBSP}({word})" if never else f"{word}{NBSP}{value}"


def published(row: Mapping[str, Any]) -> str:
    """Say what was published, by whom and with which reserve."""
    when = dates.partial(PartialDate.parse(row["published_on"]))
    title = wrapped(typeset_text(row["title"]))
    return (
        f"<b>{reserved(row) or number(row['value'])}</b> ({when})<br>{title}"
        f"<br>Source{NBSP}: {row['source']}"
    )


def quarter(first: date, last: date) -> str:
    """Name a quarter, or the span of quarters between two."""
    return one_quarter(first) if first == last else f"{one_quarter(first)} – {one_quarter(last)}"


def one_quarter(first: date) -> str:
    """Name a quarter: `2e trim. 2021`."""
    rank = (first.month - 1) // 3 + 1
    return f"{'1er' if rank == 1 else f'{rank}e'}{NBSP}trim. {first.year}"


def quarter_openings(row: Mapping[str, Any]) -> str:
    """Say how many opened in a quarter, or between two."""
    when = quarter(row["first_quarter"], row["last_quarter"])
    return f"<b>{when}</b><br>{counted(row['openings'], 'ouverture')}"


def pace(label: str, value: float) -> str:
    """Say a pace per quarter."""
    return f"{label}{NBSP}: {at_least_some(value, 1)} par trimestre"


def wrapped(text: str, width: int = 44) -> str:
    """Break a long hover into lines."""
    return "<br>".join(wrap(text, width, break_long_words=False, break_on_hyphens=False))
