"""Whole numbers as people and spreadsheets write them: read where they say one thing only."""

import re

from territoires.domain.readings import CellError, Reading
from territoires.french.numbers import number

_SPACED = re.compile(r"([0-9]+|[0-9]{1,3}(?:\s[0-9]{3})+)(?:[.,]0+)?")
# A mark that separates thousands elsewhere, once, before three figures: 12.000 is 12 or 12 000.
_EITHER = re.compile(r"([1-9][0-9]{0,2}|[1-9][0-9]{0,2}(?:\s[0-9]{3})+)[.,]([0-9]{3})")
# The same mark twice, another mark after it, or one that starts no decimals: thousands for sure.
_GROUPED = re.compile(
    r"([1-9][0-9]{0,2}(?:(?P<mark>[.,])[0-9]{3})(?:(?P=mark)[0-9]{3})+)(?:[.,]0+)?"
    r"|([1-9][0-9]{0,2}\.[0-9]{3}),0+|([1-9][0-9]{0,2},[0-9]{3})\.0+"
    "|([0-9]{1,3}(?:['\u2019\u02bc][0-9]{3})+)(?:[.,]0+)?"
)
_DECIMAL = re.compile(r"[0-9]{1,3}(?:[\s.,'\u2019\u02bc]?[0-9]{3})*[.,][0-9]+|[0-9]+[.,][0-9]+")
_MOST_FIGURES = 20
_NEGATIVE = re.compile(r"[-\u2212]\s*[0-9]")


def read_whole(text: str) -> int | Reading[int]:
    """Read `1250`, `1 250`, `12,0`, and with a remark `1'250` or `1.250.000`.

    Raises CellError: `two_readings` for `1,250` and `12.000`, whose mark may be that of thousands
    or of decimals; `not_whole`, `negative`, `masked` (`< 5`), `not_a_number`.
    """
    if either := _EITHER.fullmatch(text):
        whole, rest = _digits(either[1]), either[2]
        decimals = rest.rstrip("0")
        first = number(whole) + (f",{decimals}" if decimals else "")
        raise CellError("two_readings", first=first, second=number(whole * 1000 + int(rest)))
    if spaced := _SPACED.fullmatch(text):
        return _digits(spaced[1])
    if grouped := _GROUPED.fullmatch(text):
        value = _digits(grouped[1] or grouped[3] or grouped[4] or grouped[5])
        return Reading(value, "grouped", {"read": number(value)})
    if text.startswith("<"):
        raise CellError("masked")
    if _NEGATIVE.match(text):
        raise CellError("negative")
    raise CellError("not_whole" if _DECIMAL.fullmatch(text) else "not_a_number")


def _digits(text: str) -> int:
    digits = re.sub(r"[^0-9]", "", text).lstrip("0") or "0"
    # More figures than any count has, and than are written back: its reader says it is too big.
    return int(digits) if len(digits) <= _MOST_FIGURES else 10**_MOST_FIGURES
