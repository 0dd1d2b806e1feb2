"""What a cell of a file to import says, read as people and spreadsheets write it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from territoires.domain.checks import COURSE_KEY, LEVELS, MOST_PEOPLE
from territoires.domain.dates import Precision
from territoires.domain.enrolments import name_of
from territoires.domain.errors import PartialDateError
from territoires.domain.readings import CellError, Reading
from territoires.domain.text import fold
from territoires.french.dates import read_partial
from territoires.french.exchange import TOTALS
from territoires.french.loose_dates import read_loose
from territoires.french.typed_numbers import read_whole

T = TypeVar("T")

_TOWN_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
# What a spreadsheet makes of a code that it takes for a number: no left zero, decimals.
_CODE_AS_NUMBER = re.compile(r"([1-9][0-9]{3,4})(?:[.,]0+)?")
_NAME = re.compile(r"(?=.*[^\W\d_])[^\d]{1,80}", re.DOTALL)
_YEARS = re.compile(r"([0-9]{4}) ?[-\u2010-\u2013] ?([0-9]{4})")
_NEARLY_YEARS = re.compile(r"([0-9]{4}|[0-9]{2})\D{1,3}([0-9]{2}|[0-9]{4})")
_YEAR = re.compile(r"20[0-9]{2}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_NOT_WEB = re.compile(r"(javascript|data|vbscript|file):", re.IGNORECASE)


def token(word: str) -> str:
    """Give a word as files write it: `au plus tard` is `au_plus_tard`."""
    return fold(word).replace(" ", "_")


def one_of(vocabulary: Mapping[T, str], **others: T) -> Callable[[str], T]:
    """Make the reader of a word of a short list, or of some others that mean the same."""
    by_fold = {fold(word): value for value, word in vocabulary.items()} | others
    expected = ", ".join(map(token, vocabulary.values()))

    def read(text: str) -> T:
        try:
            return by_fold[fold(text)]
        except KeyError:
            raise CellError("unknown_word", expected=expected) from None

    return read


def town_code(text: str) -> str | Reading[str]:
    """Read an INSEE code, with a remark when it lost its zero; a name is left for later."""
    code = "".join(text.upper().split())
    if _TOWN_CODE.fullmatch(code):
        return code
    if number := _CODE_AS_NUMBER.fullmatch(code):
        read = number[1].zfill(5)
        return Reading(read, "lost_zero" if len(number[1]) < len(read) else "code", {"read": read})
    if _NAME.fullmatch(text):
        if fold(text) in TOTALS:
            raise CellError("total_line")
        return text
    raise CellError("bad_town_code")


def day(text: str) -> date | Reading[date]:
    """Read a date known to the day."""
    try:
        read = read_loose(text)
    except CellError as error:
        code = {"bad_date": "bad_day", "no_such_date": "no_such_day"}.get(error.code, error.code)
        raise CellError(code, **error.facts) from None
    known = read.value if isinstance(read, Reading) else read
    if known.first is None or known.precision is not Precision.DAY:
        raise CellError("incomplete_day")
    if isinstance(read, Reading):
        return Reading(known.first, read.code, read.facts, read.weight)
    return known.first


def academic_year(text: str) -> int | Reading[int]:
    """Read `2021-2022` as 2021, its first civil year."""
    spaced = " ".join(text.split())
    found = _YEARS.fullmatch(spaced)
    if found:
        first, second = map(int, found.groups())
        if second == first + 1:
            return first
        raise CellError("not_consecutive", expected=name_of(first))
    if nearly := _NEARLY_YEARS.fullmatch(spaced):
        first = int(nearly[1]) if len(nearly[1]) > len("21") else 2000 + int(nearly[1])
        if int(nearly[2]) % 100 == (first + 1) % 100 and len(nearly[2]) <= len(nearly[1]):
            return Reading(first, "years", {"read": name_of(first)})
    if alone := _YEAR.fullmatch(spaced):
        year = int(alone[0])
        raise CellError("which_year", first=name_of(year - 1), second=name_of(year))
    raise CellError("bad_year", expected=name_of(2020))


def headcount(text: str) -> int | Reading[int]:
    """Read a number of people: `1 250`, `12,0`; neither `12,5`, `1,250` nor a masked `< 5`."""
    read = read_whole(text)
    if (read.value if isinstance(read, Reading) else read) > MOST_PEOPLE:
        raise CellError("too_big", limit=MOST_PEOPLE)
    return read


def course_key(text: str) -> str:
    """Read the key of a course."""
    if not COURSE_KEY.fullmatch(text):
        raise CellError("bad_course_key")
    return text


def level(text: str) -> int:
    """Read a level of qualification, from 1 to 8."""
    try:
        read = read_whole(text)
    except CellError as error:
        raise error if error.code == "two_readings" else CellError("bad_level") from None
    if not isinstance(read, int) or read not in LEVELS:
        raise CellError("bad_level")
    return read


def free_text(text: str) -> str:
    """Read a text, its lines included."""
    if "\x00" in text:
        raise CellError("nul")
    return text


def source(text: str) -> str:
    """Read a source: words, or an address that a browser may safely open."""
    scheme = _SCHEME.match(text)
    if _NOT_WEB.match(text) or (scheme and not _WEB.match(text)):
        raise CellError("bad_address")
    return _DATED.sub(lambda found: f"({_iso(found[1])})", free_text(text))


# The day of a document that is cited, at its end: « courrier : le maire (12/03/2021) ».
_DATED = re.compile(r"\(([^()]{4,20})\)\s*$")


def _iso(text: str) -> str:
    try:
        return read_partial(text).iso or text
    except PartialDateError:
        return text
