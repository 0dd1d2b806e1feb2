"""The columns of the files that are imported, and how a cell of each is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from territoires.domain.dates import PartialDate, Precision
from territoires.domain.errors import PartialDateError, TerritoiresError
from territoires.domain.programme import Basis, Counted, StageKind
from territoires.domain.text import fold
from territoires.french import exchange as french
from territoires.french.dates import read_partial
from territoires.french.words import BASES, COUNTED, STAGES

T = TypeVar("T")

MAX_HEADCOUNT = 9_999_999
_LEVELS = range(1, 9)

_TOWN_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_LOST_ZERO = re.compile(r"[1-9][0-9]{3}")
_COURSE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")
_YEARS = re.compile(r"([0-9]{4}) ?[-\u2010-\u2013] ?([0-9]{4})")
_NEARLY_YEARS = re.compile(r"([0-9]{4})\D{1,3}([0-9]{2}|[0-9]{4})")
# Spaces of any sort between thousands: Excel and the web use no-break ones.
_WHOLE = re.compile(r"([0-9]+|[0-9]{1,3}(?:\s[0-9]{3})+)(?:[.,]0+)?")
_NOT_WHOLE = re.compile(r"[0-9]{1,3}(?:\s?[0-9]{3})*[.,][0-9]+")
_NEGATIVE = re.compile(r"[-\u2212]\s*[0-9]")
_NUMERIC_DATE = re.compile(r"[0-9\s/.\-]+")
_LEVEL = re.compile(r"([0-9])(?:[.,]0+)?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_NOT_WEB = re.compile(r"(javascript|data|vbscript|file):", re.IGNORECASE)


class Kind(StrEnum):
    """What a file holds, named as the command line names it."""

    STAGES = "stages"
    ENROLMENTS = "enrolments"
    COURSES = "courses"


class CellError(TerritoiresError):
    """A cell that cannot be taken; `code` and `facts` make its message."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of an import.

    `required`: the file must have it; `filled`: so must each of its cells, others meaning
    `default`; `read` raises CellError; `words` are all that it takes, when it is a short list.
    """

    name: str
    read: Callable[[str], Any]
    required: bool = True
    filled: bool = True
    default: Any = None
    words: tuple[str, ...] = ()


def token(word: str) -> str:
    """Give a word as files write it: `au plus tard` is `au_plus_tard`."""
    return fold(word).replace(" ", "_")


def _one_of(vocabulary: Mapping[T, str], **others: T) -> Callable[[str], T]:
    by_fold = {fold(word): value for value, word in vocabulary.items()} | others
    expected = ", ".join(map(token, vocabulary.values()))

    def read(text: str) -> T:
        try:
            return by_fold[fold(text)]
        except KeyError:
            raise CellError("unknown_word", expected=expected) from None

    return read


def _tokens(vocabulary: Mapping[Any, str]) -> tuple[str, ...]:
    return tuple(map(token, vocabulary.values()))


_YES_NO = {True: french.YES, False: french.NO}
_flag = _one_of(_YES_NO, **{french.TRUE: True, french.FALSE: False})


def town_code(text: str) -> str:
    """Read an INSEE code; one that lost its zero is told, never mended silently."""
    code = text.upper().replace(" ", "")
    if _TOWN_CODE.fullmatch(code):
        return code
    if _LOST_ZERO.fullmatch(code):
        raise CellError("lost_zero", expected=f"0{code}")
    raise CellError("bad_town_code")


def partial_date(text: str) -> PartialDate:
    """Read a date as far as it is known."""
    try:
        return read_partial(text)
    except PartialDateError:
        raise CellError(_no_date(text, "date")) from None


def day(text: str) -> date:
    """Read a date known to the day."""
    try:
        known = read_partial(text)
    except PartialDateError:
        raise CellError(_no_date(text, "day")) from None
    if known.first is None or known.precision is not Precision.DAY:
        raise CellError("incomplete_day")
    return known.first


def _no_date(text: str, what: str) -> str:
    digits = re.findall(r"[0-9]+", text)
    looks_right = _NUMERIC_DATE.fullmatch(text) and any(len(each) == len("2020") for each in digits)
    return f"no_such_{what}" if looks_right and len(digits) <= len("dmy") else f"bad_{what}"


def academic_year(text: str) -> int:
    """Read `2021-2022` as 2021, its first civil year."""
    spaced = " ".join(text.split())
    found = _YEARS.fullmatch(spaced)
    if found:
        first, second = map(int, found.groups())
        if second == first + 1:
            return first
        raise CellError("not_consecutive", expected=years(first))
    nearly = _NEARLY_YEARS.fullmatch(spaced)
    if nearly and int(nearly[2]) % 100 == (int(nearly[1]) + 1) % 100:
        raise CellError("bad_year", expected=years(int(nearly[1])))
    raise CellError("bad_year", expected=years(2020))


def years(first: int) -> str:
    """Write an academic year: `2021-2022`."""
    return f"{first:04}-{first + 1:04}"


def headcount(text: str) -> int:
    """Read a number of people: `1 250`, `12,0`; neither `12,5` nor a masked `< 5`."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        if text.startswith("<"):
            raise CellError("masked")
        if _NEGATIVE.match(text):
            raise CellError("negative")
        raise CellError("not_whole" if _NOT_WHOLE.fullmatch(text) else "not_a_number")
    digits = "".join(found[1].split()).lstrip("0") or "0"
    if len(digits) > len(str(MAX_HEADCOUNT)):
        raise CellError("too_big", limit=MAX_HEADCOUNT)
    return int(digits)


def course_key(text: str) -> str:
    """Read the key of a course."""
    if not _COURSE_KEY.fullmatch(text):
        raise CellError("bad_course_key")
    return text


def level(text: str) -> int:
    """Read a level of qualification, from 1 to 8."""
    found = _LEVEL.fullmatch(text)
    if found is None or int(found[1]) not in _LEVELS:
        raise CellError("bad_level")
    return int(found[1])


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
    return free_text(text)


_STAGE_COLUMNS = (
    Column(name="code_insee", read=town_code),
    Column(name="etape", read=_one_of(STAGES), words=_tokens(STAGES)),
    Column(name="date", read=partial_date, filled=False, default=PartialDate()),
    Column(name="source", read=source),
    Column(
        name="nature_date",
        read=_one_of(BASES),
        required=False,
        filled=False,
        default=Basis.STATED,
        words=_tokens(BASES),
    ),
    Column(
        name="retenue",
        read=_flag,
        required=False,
        filled=False,
        default=True,
        words=_tokens(_YES_NO),
    ),
    Column(name="centre", read=free_text, required=False, filled=False),
    Column(name="commentaire", read=free_text, required=False, filled=False),
)
_ENROLMENT_COLUMNS = (
    Column(name="code_insee", read=town_code),
    Column(name="annee", read=academic_year),
    Column(name="compte", read=_one_of(COUNTED), words=_tokens(COUNTED)),
    Column(name="effectif", read=headcount),
    Column(name="arrete_au", read=day),
    Column(name="code_formation", read=course_key, filled=False),
    Column(name="source", read=source),
)
_COURSE_COLUMNS = (
    Column(name="code_formation", read=course_key),
    Column(name="intitule", read=free_text),
    Column(name="filiere", read=free_text),
    Column(name="niveau", read=level, filled=False, words=tuple(map(str, _LEVELS))),
    Column(name="type", read=free_text, filled=False),
    Column(name="rncp", read=free_text, filled=False),
    Column(name="cpf", read=_flag, filled=False, words=_tokens(_YES_NO)),
    Column(name="source", read=source),
)
_COLUMNS = {
    Kind.STAGES: _STAGE_COLUMNS,
    Kind.ENROLMENTS: _ENROLMENT_COLUMNS,
    Kind.COURSES: _COURSE_COLUMNS,
}
KNOWN_COLUMNS = frozenset(column.name for columns in _COLUMNS.values() for column in columns)


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """Give the columns of a kind of file, in the order of its template."""
    return _COLUMNS[kind]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One line of a file of stages; fields in the order of its columns, after the line."""

    line: int
    town_code: str
    kind: StageKind
    happened_on: PartialDate
    source: str
    basis: Basis
    retained: bool
    centre: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """One line of a file of enrolments; no `course_key`: the whole centre."""

    line: int
    town_code: str
    academic_year: int
    counted: Counted
    headcount: int
    counted_on: date
    course_key: str | None
    source: str


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One line of a file of courses; `field` is a name or a key of the catalogue."""

    line: int
    course_key: str
    title: str
    field: str
    level: int | None
    credential: str | None
    rncp_code: str | None
    cpf_eligible: bool | None
    source: str
