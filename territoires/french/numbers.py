"""French numbers: narrow no-break spaces in thousands, decimal comma, singular below two."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel.lists import format_list
from babel.numbers import format_decimal

NNBSP = "\u202f"  # before ; ! ? % and in thousands
NBSP = "\u00a0"  # between a number and its word, inside guillemets
MINUS = "\u2212"
_LOCALE = "fr_FR"
_TWO = 2
_MILLION, _KEPT = 1_000_000, 3  # digits


@lru_cache(maxsize=10_000)  # a page writes the same numbers at each of its runs
def number(value: float, digits: int = 0) -> str:
    """Write a number: `1 234 567,9` with narrow no-break spaces, rounded half to even.

    A value that rounds to a whole number of a figure with decimals keeps them (`4,0`).
    """
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    # Adding zero takes the sign off what rounds to nothing.
    shown = _rounded(value, digits) + 0
    return format_decimal(shown, format=pattern, locale=_LOCALE).replace("-", MINUS)


def as_asked(value: float) -> str:
    """Write a number that somebody chose, with the decimals that they gave it (three at most)."""
    _, _, decimals = f"{value:.3f}".rstrip("0").partition(".")
    return number(value, len(decimals))


def _rounded(value: float, digits: int) -> Decimal:
    return round(Decimal(str(value)), digits)


def percent(share: float, digits: int = 0) -> str:
    """Write a share of 1 as a percentage: `15 %`; what is not nothing is never `0 %`."""
    return f"{at_least_some(share * 100, digits)}{NNBSP}%"


def at_least_some(value: float, digits: int = 0) -> str:
    """Write a number that would be rounded to nothing as `moins de 0,1`."""
    if value > 0 and not _rounded(value, digits):
        return f"moins de {number(10**-digits, digits)}"
    return number(value, digits)


def plural(value: float, singular: str, several: str | None = None) -> str:
    """Choose the word: French is singular below two, `0,8 ouverture`.

    Each word takes an s, `2 centres ouverts`, unless there is another form for `several`.
    """
    if abs(value) < _TWO:
        return singular
    return several or singular.replace(" ", "s ") + "s"


def counted(value: float, singular: str, several: str | None = None, *, digits: int = 0) -> str:
    """Write a number with its word: `1 centre`, `15 centres`, `0,8 ouverture`."""
    # The word agrees with the number as it is written: 1,96 is « 2,0 ».
    word = plural(float(_rounded(value, digits)), singular, several)
    return f"{number(value, digits)}{NBSP}{word}"


def rounded(value: int) -> str:
    """Round a large number for reading: `3,0 millions`, `412 000`, `860`."""
    digits = max(len(str(value)) - _KEPT, 0)
    if (value := round(value, -digits)) < _MILLION:
        return number(value)
    millions = value / _MILLION
    return f"{number(millions, 1)}{NBSP}{plural(millions, 'million')}"


def inhabitants(value: int) -> str:
    """Round inhabitants for reading: in millions, `741 000 habitants`, `1 habitant`."""
    said = rounded(value)
    if "million" in said:
        return f"{said} d’habitants"
    return f"{said}{NBSP}{plural(value, 'habitant')}"


def share_of(part: int, whole: int, singular: str, several: str | None = None) -> str:
    """Write a part of a small whole: `3 villes sur 8`, never a percentage alone."""
    return f"{counted(part, singular, several)} sur{NBSP}{number(whole)}"


def listed(parts: Sequence[str]) -> str:
    """Join some words: `a, b et c`."""
    return format_list(parts, locale=_LOCALE)


def quoted(text: str) -> str:
    """Put a text between French quotation marks, none of its spaces lost on the screen."""
    return f"«{NBSP}{_LOST.sub(NBSP, text)}{NBSP}»"


# A browser shows several spaces as one, none at an end, and a new line as a space: unless they are
# no-break ones.
_LOST = re.compile(r"(?<=\s)\s|\s(?=\s)|^\s|\s$|[\t\n\r\f\v]")


_SIGNS = re.compile(r"([\`*_\[\]<>#|~$&])")
# An icon or an emoji of Streamlit's, and what would become a link by itself, which no backslash
# stops: a word joiner does, unseen.
GUARD = "\u2060"
_BY_ITSELF = re.compile(
    r"(?<=:)(?=[A-Za-z0-9_+\-/]+:)|(?<=www)(?=\.)|(?<=p:)(?=//)|(?<=ps:)(?=//)|(?=@)", re.IGNORECASE
)
_LONGEST = 60
_LONGEST_CODE = 50  # so that no message cuts it again


def literal(typed: str) -> str:
    """Guard what somebody typed, so that Markdown shows it as it is."""
    return _SIGNS.sub(r"\\\1", _BY_ITSELF.sub(GUARD, typed))


def as_text(typed: str) -> str:
    """Guard what somebody typed, and cut it where it is too long for a message."""
    return literal(shortened(typed))


def as_code(typed: str) -> str:
    """Make what somebody wrote a span of code: there, no sign is a link, a picture or a formula."""
    return "`" + shortened(typed, _LONGEST_CODE).replace("`", "'") + "`"


def shortened(typed: str, longest: int = _LONGEST) -> str:
    """Cut what somebody typed where it is too long for a message."""
    return typed if len(typed) <= longest else f"{typed[:longest]}…"
