"""Dates as spreadsheets, clocks and other countries write them: what one reads there, and how sure.

`read_partial` takes what a form asks for; a file comes as it is.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import get_day_names, get_month_names

from territoires.domain.clock import PARIS
from territoires.domain.dates import PartialDate
from territoires.domain.errors import PartialDateError
from territoires.domain.programme import PROGRAMME_START
from territoires.domain.readings import CellError, Reading, Weight
from territoires.domain.text import fold
from territoires.french.dates import MONTHS, SHORT_MONTHS, partial, read_partial
from territoires.french.numbers import NBSP

Read = PartialDate | Reading[PartialDate]

_ENGLISH: Final = tuple(get_month_names("wide", locale="en").values())
_MONTHS: Final[Mapping[str, int]] = {
    fold(name): at
    for names in (
        MONTHS,
        SHORT_MONTHS,
        _ENGLISH,
        [name[:3] for name in _ENGLISH],
        ("jan", "fev", "mar", "avr", "mai", "juin", "juill", "aou", "sept", "oct", "nov", "dec"),
    )
    for at, name in enumerate(names, start=1)
}
_WEEKDAYS: Final = get_day_names("wide", locale="fr")  # Monday is 0

_LEAD = re.compile(
    rf"(?:le\s+)?(?:({'|'.join(_WEEKDAYS.values())})\.?,?\s+)?(?:le\s+)?", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?P<day>.*?\d)\s*(?:,|à|T(?=\d)|\s)\s*(?P<hour>\d{1,2})\s*(?:[:h]\s*(?P<minute>\d{2})?)"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>Z|UTC|GMT|[+\-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)
_MARK = r"\s*[/.\-]\s*"
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_MARK}(\d{{1,2}}){_MARK}('?\d{{2}}|\d{{4}})", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_MARK}(\d{{1,2}})(?:{_MARK}(\d{{1,2}}))?", re.ASCII)
_GLUED = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_GAP = r"[\s/.,\-]+"
_WITH_WORD = re.compile(rf"(?:(\d{{1,2}})(?:er)?{_GAP})?([^\W\d_]+)\.?{_GAP}('?\d{{2}}|\d{{4}})")
_WORD_FIRST = re.compile(rf"([^\W\d_]+)\.?{_GAP}(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")
_NO_YEAR = re.compile(rf"(\d{{1,2}})(?:er)?{_GAP}([^\W\d_]{{3,}}|\d{{1,2}})\.?")
_YEARS = re.compile(r"\d{4}\s*[/\-\u2010-\u2013]\s*(?:\d{2}|\d{4})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
_ONLY_HOUR = re.compile(r"\d{1,2}\s*[:h]\s*\d{2}(:\d{2})?", re.ASCII | re.IGNORECASE)
_NUMERIC = re.compile(r"[0-9\s/.\-]+")

# Days of this century, as Excel and LibreOffice count them.
_SERIALS: Final = range(36_526, 73_051)
_SERIAL_ORIGIN: Final = date(1899, 12, 30)
_CENTURY: Final = 2000
_DOZEN: Final = 12


def read_loose(text: str) -> Read:
    """Read a date, with a remark when it is not written as asked for.

    Raises CellError: `no_such_date`, `bad_date`, and with a lead `month_first`, `no_year`,
    `looks_like_years`, `only_hour`.
    """
    typed = " ".join(text.split())
    try:
        return read_partial(typed)
    except PartialDateError:
        pass
    lead = _LEAD.match(typed)
    said = typed[lead.end() :] if lead else typed
    clock = _CLOCK.fullmatch(said)
    read = _with_clock(clock) if clock else _as_written(said)
    weekday = lead[1] if lead else None
    known = read.value if isinstance(read, Reading) else read
    if weekday and known.day and known.first:
        right = _WEEKDAYS[known.first.weekday()]
        if right != weekday.casefold():
            facts = {"read": partial(known), "weekday": right}
            return Reading(known, "weekday", facts, Weight.ASKED)
    return read if isinstance(read, Reading) or said == typed else _told(known)


def _told(known: PartialDate, code: str = "read_as") -> Reading[PartialDate]:
    return Reading(known, code, {"read": partial(known)})


def _as_written(typed: str) -> Read:
    """Read a date without its hour or its weekday."""
    try:
        return read_partial(typed)
    except PartialDateError:
        pass
    for read in (_with_word, _with_figures):
        if (known := read(typed)) is not None:
            return known
    if _YEARS.fullmatch(typed):
        raise CellError("looks_like_years")
    if _ONLY_HOUR.fullmatch(typed):
        raise CellError("only_hour")
    found = _NO_YEAR.fullmatch(typed)
    if found and (found[2].isdigit() or fold(found[2]) in _MONTHS):
        raise CellError("no_year")
    digits = re.findall(r"[0-9]+", typed)
    looks_right = _NUMERIC.fullmatch(typed) and any(len(each) == len("2020") for each in digits)
    raise CellError("no_such_date" if looks_right and len(digits) <= len("dmy") else "bad_date")


def _with_word(typed: str) -> Read | None:
    """Read a date whose month is a word, short or not, French or English."""
    if found := _WORD_FIRST.fullmatch(typed):
        word, day, year = found.groups()
    elif found := _WITH_WORD.fullmatch(typed):
        day, word, year = found.groups()
    else:
        return None
    month = _MONTHS.get(fold(word))
    if month is None:
        return None
    is_short = len(year) < len("2021")
    known = _made(_year(year), month, int(day) if day else None)
    return _told(known, "short_month" if is_short and not day else "read_as")


def _with_figures(typed: str) -> Read | None:
    """Read a date of figures only, other than those of the forms."""
    if found := _DAY_FIRST.fullmatch(typed):
        return _day_first(typed, found)
    if found := _YEAR_FIRST.fullmatch(typed) or _GLUED.fullmatch(typed):
        year, month = int(found[1]), int(found[2])
        if month > _DOZEN and not found[3]:
            return None
        return _told(_made(year, month, int(found[3]) if found[3] else None))
    found = _SERIAL.fullmatch(typed)
    if found and int(found[1]) in _SERIALS:
        known = PartialDate.of(_SERIAL_ORIGIN + timedelta(days=int(found[1])))
        return replace(_told(known, "serial"), weight=Weight.ASKED)
    return None


def _day_first(typed: str, found: re.Match[str]) -> Read:
    day, month, year = int(found[1]), int(found[2]), _year(found[3])
    if month > _DOZEN >= day:
        raise CellError("month_first", read=partial(_made(year, day, month)))
    if "-" in typed and (other := _year_before(day, month, found[3])) is not None:
        if year < PROGRAMME_START.year:
            return _told(other, "short_year")
        known = _made(year, month, day)
        facts = {"read": partial(known), "other": partial(other)}
        return Reading(known, "which_end", facts, Weight.ASKED)
    return _told(_made(year, month, day), "short_year")


def _year_before(first: int, month: int, last: str) -> PartialDate | None:
    """Give what `21-04-13` is when the year comes first, None when it cannot."""
    year = _CENTURY + first
    try:
        return PartialDate(year, month, int(last)) if year >= PROGRAMME_START.year else None
    except (PartialDateError, ValueError):
        return None


def _made(year: int, month: int, day: int | None) -> PartialDate:
    try:
        return PartialDate(year, month, day)
    except PartialDateError:
        raise CellError("no_such_date") from None


def _year(text: str) -> int:
    digits = text.removeprefix("'")
    return int(digits) + (_CENTURY if len(digits) < len("2021") else 0)


def _with_clock(clock: re.Match[str]) -> Read:
    """Read a day followed by an hour: midnight says the day alone."""
    read = _as_written(clock["day"])
    known = read.value if isinstance(read, Reading) else read
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"].casefold().startswith("p") else 0)
    if known.day is None or known.first is None or hour > 23 or minute > 59:  # noqa: PLR2004
        raise CellError("bad_date")
    there = _day_in_paris(known.first, hour, minute, clock["zone"] or "")
    if there != known.first:
        facts = {"read": partial(known), "other": partial(PartialDate.of(there))}
        return Reading(known, "zone", facts, Weight.ASKED)
    if hour or minute or int(clock["second"] or 0):
        facts = {"read": partial(known), "hour": f"{hour}{NBSP}h{NBSP}{minute:02}"}
        return Reading(known, "hour", facts)
    return read


def _day_in_paris(day: date, hour: int, minute: int, zone: str) -> date:
    """Say what day it is in Paris at an hour of some zone; none given: that of Paris."""
    if not zone:
        return day
    offset = "+0000" if zone[0].isalpha() else zone.replace(":", "")
    then = datetime.strptime(f"{day} {hour:02}:{minute:02} {offset}", "%Y-%m-%d %H:%M %z")
    return then.astimezone(PARIS).date()


# Day or month first?

_SLASHED = re.compile(r"(\d{1,2})\s*[/\-]\s*(\d{1,2})\s*[/\-]\s*(\d{4}|\d{2})(?!\d)(.*)", re.ASCII)


def month_may_come_first(texts: Collection[str]) -> tuple[dict[str, str], Weight]:
    """Find the dates of a column that would be others with the month first, as in America.

    Gives each with what it would be, and what to do of it: nothing tells a day from a month in
    `4/5/2021`, unless another date does (`13/4`), or all are first days of months; what is written
    in two figures, once, is French enough to be told only.
    """
    found = [(text, match) for text in texts if (match := _SLASHED.fullmatch(text))]
    pairs = [(int(match[1]), int(match[2])) for _, match in found]
    is_proved = any(second > _DOZEN >= first for first, second in pairs)
    if not is_proved and any(first > _DOZEN for first, _ in pairs):
        return {}, Weight.TOLD
    doubtful = [
        (text, match)
        for (text, match), (first, second) in zip(found, pairs, strict=True)
        if 0 < first <= _DOZEN and 0 < second <= _DOZEN and first != second and int(match[3])
    ]
    meant = {tuple(part.lstrip("0") for part in match.groups()[:3]) for _, match in doubtful}
    if not is_proved and len(meant) < len("ab"):
        is_doubted = any(_looks_american(match) for _, match in doubtful)
    else:
        are_first_days = all(int(match[1]) == 1 for _, match in doubtful)
        is_doubted = (
            is_proved or not are_first_days or any(_looks_american(match) for _, match in doubtful)
        )
    others = {
        text: partial(PartialDate(_year(match[3]), int(match[1]), int(match[2])))
        for text, match in doubtful
    }
    return others, Weight.ASKED if is_doubted else Weight.TOLD


def _looks_american(match: re.Match[str]) -> bool:
    return (
        len(match[1]) == 1
        or len(match[2]) == 1
        or re.search(r"[ap]\.?m\b", match[4], re.IGNORECASE) is not None
    )
