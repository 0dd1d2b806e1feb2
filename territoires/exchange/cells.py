"""How one value is written in a cell that a spreadsheet opens, and read back."""

import re
from datetime import date, datetime, time
from typing import Any

import numpy as np

from territoires.domain.dates import PartialDate
from territoires.french.dates import slashed
from territoires.french.exchange import NO, YES

# First characters that make a spreadsheet evaluate a text: those of OWASP's "CSV injection", with
# their full-width twins, which Excel in Asian locales takes for the same.
_SIGNS = "=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20"
_DANGEROUS = re.compile(rf"'*[ \u00a0\u202f]*[{_SIGNS}]")
_GUARDED = re.compile(rf"'+[ \u00a0\u202f]*[{_SIGNS}]")
_FIRST = frozenset("=+-@\t\r\n' \u00a0\u202f\uff1d\uff0b\uff0d\uff20")
_EXACT = 2**53  # the whole numbers that a spreadsheet's floating point holds


def neutralise(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    One more apostrophe goes before those already guarded, so that `restore` gives back exactly
    what was there, whatever it was.
    """
    if text and text[0] in _FIRST and _DANGEROUS.match(text):
        return "'" + text
    return text


def restore(text: str) -> str:
    """Undo `neutralise`."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def decimal(value: float) -> str:
    """Write a number with a decimal comma, digits enough to read the same number back."""
    if value.is_integer() and abs(value) < _EXACT:
        return "-0" if value == 0 and str(value).startswith("-") else str(int(value))
    return repr(value).replace(".", ",")


def plain(value: Any) -> Any:
    """Give a number of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def day(value: date) -> str:
    """Write a day: `13/04/2019`."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def written(value: Any) -> str:  # noqa: PLR0911 - one per type
    """Write any single value: the cell of a column without a type of its own.

    Instants with a zone keep it (ISO 8601): a time without its zone happens twice in autumn.
    """
    match value:
        case None:
            return ""
        case bool():
            return YES if value else NO
        case int():
            return str(value)
        case float():
            return "" if value != value else decimal(value)  # noqa: PLR0124 - not a number
        case datetime():
            if value.tzinfo is not None:
                return value.isoformat()
            hour = value.time()
            return day(value) if hour == time.min else f"{day(value)} {hour.isoformat()}"
        case date():
            return day(value)
        case PartialDate():
            return slashed(value)
        case _:
            return neutralise(str(value))
