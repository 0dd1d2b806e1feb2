"""The columns of the files that are imported, and how a cell of each is read."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

from territoires.domain.dates import PartialDate, Precision
from territoires.domain.enrolments import name_of
from territoires.domain.errors import PartialDateError
from territoires.domain.imports import (
    AnnouncementLine,
    BoundLine,
    CourseLine,
    EnrolmentLine,
    Kind,
    StageLine,
)
from territoires.domain.programme import Basis
from territoires.domain.readings import CellError, Reading
from territoires.domain.text import fold
from territoires.french import exchange as french
from territoires.french.dates import counted_on, read_partial
from territoires.french.loose_dates import read_loose
from territoires.french.typed_numbers import read_whole
from territoires.french.words import BASES, CONFIDENCES, COUNTED, STAGES

T = TypeVar("T")

MAX_HEADCOUNT = 9_999_999
_LEVELS = range(1, 9)

_TOWN_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
# What a spreadsheet makes of a code that it takes for a number: no left zero, decimals.
_CODE_AS_NUMBER = re.compile(r"([1-9][0-9]{3,4})(?:[.,]0+)?")
_NAME = re.compile(r"(?=.*[^\W\d_])[^\d]{1,80}", re.DOTALL)
_COURSE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")
_YEARS = re.compile(r"([0-9]{4}) ?[-\u2010-\u2013] ?([0-9]{4})")
_NEARLY_YEARS = re.compile(r"([0-9]{4}|[0-9]{2})\D{1,3}([0-9]{2}|[0-9]{4})")
_YEAR = re.compile(r"20[0-9]{2}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_NOT_WEB = re.compile(r"(javascript|data|vbscript|file):", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of an import.

    `required`: the file must have it; `filled`: so must each of its cells, others meaning
    `default`; `read` gives a value, or a Reading of it, and raises CellError; `words` are all that
    it takes, when it is a short list. One that is not `offered` is read where it stands, under
    this name or one of its `aliases`, and is no part of templates.
    """

    name: str
    read: Callable[[str], Any]
    is_date: bool = False
    offered: bool = True
    aliases: tuple[str, ...] = ()
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


def town_code(text: str) -> str | Reading[str]:
    """Read an INSEE code, with a remark when it lost its zero; a name is left for later."""
    code = "".join(text.upper().split())
    if _TOWN_CODE.fullmatch(code):
        return code
    if number := _CODE_AS_NUMBER.fullmatch(code):
        read = number[1].zfill(5)
        return Reading(read, "lost_zero" if len(number[1]) < len(read) else "code", {"read": read})
    if _NAME.fullmatch(text):
        if fold(text) in french.TOTALS:
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
    if (read.value if isinstance(read, Reading) else read) > MAX_HEADCOUNT:
        raise CellError("too_big", limit=MAX_HEADCOUNT)
    return read


def course_key(text: str) -> str:
    """Read the key of a course."""
    if not _COURSE_KEY.fullmatch(text):
        raise CellError("bad_course_key")
    return text


def level(text: str) -> int:
    """Read a level of qualification, from 1 to 8."""
    try:
        read = read_whole(text)
    except CellError as error:
        raise error if error.code == "two_readings" else CellError("bad_level") from None
    if not isinstance(read, int) or read not in _LEVELS:
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


TOWN_NAME = Column(
    name="ville",
    read=free_text,
    required=False,
    filled=False,
    offered=False,
    aliases=("commune", "nom_commune", "nom_de_la_commune", "libelle_commune", "nom_ville"),
)
_NOTE = Column(name="commentaire", read=free_text, required=False, filled=False)
_CONFIDENCE = Column(
    name="confiance",
    read=_one_of(CONFIDENCES),
    required=False,
    filled=False,
    words=_tokens(CONFIDENCES),
)
_STAGE_COLUMNS = (
    Column(name="code_insee", read=town_code),
    Column(name="etape", read=_one_of(STAGES), words=_tokens(STAGES)),
    Column(name="date", read=read_loose, is_date=True, filled=False, default=PartialDate()),
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
    _NOTE,
    TOWN_NAME,
)
_ENROLMENT_COLUMNS = (
    Column(name="code_insee", read=town_code),
    Column(name="annee", read=academic_year),
    Column(name="compte", read=_one_of(COUNTED), words=_tokens(COUNTED)),
    Column(name="effectif", read=headcount),
    Column(name="arrete_au", read=day, is_date=True),
    Column(name="code_formation", read=course_key, filled=False),
    Column(name="source", read=source),
    TOWN_NAME,
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
_LOWER = {basis: word for basis, word in BASES.items() if basis is not Basis.UPPER_BOUND}
_BOUND_COLUMNS = (
    Column(name="code_insee", read=town_code),
    Column(name="etape", read=_one_of(STAGES), words=_tokens(STAGES)),
    Column(name="pas_avant", read=read_loose, is_date=True),
    Column(name="source", read=source),
    Column(
        name="nature_date",
        read=_one_of(_LOWER),
        required=False,
        filled=False,
        default=Basis.STATED,
        words=_tokens(_LOWER),
    ),
    _CONFIDENCE,
    Column(name="centre", read=free_text, required=False, filled=False),
    _NOTE,
    TOWN_NAME,
)
_ANNOUNCEMENT_COLUMNS = (
    Column(name="code_insee", read=town_code),
    Column(name="annoncee_pour", read=read_loose, is_date=True),
    Column(name="annoncee_le", read=read_loose, is_date=True),
    Column(name="source", read=source),
    _CONFIDENCE,
    _NOTE,
    TOWN_NAME,
)


def _stage_key(row: StageLine) -> Hashable:
    stage = (row.town_code, fold(row.centre or ""), row.kind)
    return stage if row.retained else (*stage, row.happened_on, row.basis, row.source)


def _stage_name(row: StageLine) -> str:
    return ", ".join(filter(None, (row.town_code, row.centre, token(STAGES[row.kind]))))


def _enrolment_key(row: EnrolmentLine) -> Hashable:
    return (row.town_code, row.academic_year, row.counted, row.course_key, row.counted_on)


def _enrolment_name(row: EnrolmentLine) -> str:
    subject = (row.town_code, name_of(row.academic_year), COUNTED[row.counted], row.course_key)
    return ", ".join((*filter(None, subject), counted_on(row.counted_on)))


def _bound_key(row: BoundLine) -> Hashable:
    return (row.town_code, fold(row.centre or ""), row.kind, row.source)


def _bound_name(row: BoundLine) -> str:
    return ", ".join(filter(None, (row.town_code, row.centre, token(STAGES[row.kind]), row.source)))


def _announcement_key(row: AnnouncementLine) -> Hashable:
    return (row.town_code, row.source)


def _announcement_name(row: AnnouncementLine) -> str:
    return f"{row.town_code}, {row.source}"


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """A kind of file: its columns, in the order of the fields of its lines after their number.

    `key` is what may stand once in a file, `name` what such a thing is called in a message, and
    `contradiction` the code of a second value for it.
    """

    line: Callable[..., Any]
    columns: tuple[Column, ...]
    key: Callable[[Any], Hashable]
    name: Callable[[Any], str]
    contradiction: str = "two_values"

    @property
    def offered(self) -> tuple[Column, ...]:
        """The columns of its template."""
        return tuple(column for column in self.columns if column.offered)

    @property
    def required(self) -> list[str]:
        """The names of those that a file must have."""
        return [column.name for column in self.columns if column.required]


KINDS = {
    Kind.STAGES: ImportKind(
        line=StageLine,
        columns=_STAGE_COLUMNS,
        key=_stage_key,
        name=_stage_name,
        contradiction="contradiction",
    ),
    Kind.ENROLMENTS: ImportKind(
        line=EnrolmentLine, columns=_ENROLMENT_COLUMNS, key=_enrolment_key, name=_enrolment_name
    ),
    Kind.COURSES: ImportKind(
        line=CourseLine,
        columns=_COURSE_COLUMNS,
        key=attrgetter("course_key"),
        name=attrgetter("course_key"),
    ),
    Kind.BOUNDS: ImportKind(
        line=BoundLine, columns=_BOUND_COLUMNS, key=_bound_key, name=_bound_name
    ),
    Kind.ANNOUNCEMENTS: ImportKind(
        line=AnnouncementLine,
        columns=_ANNOUNCEMENT_COLUMNS,
        key=_announcement_key,
        name=_announcement_name,
    ),
}
KNOWN_COLUMNS = frozenset(column.name for kind in KINDS.values() for column in kind.columns)
