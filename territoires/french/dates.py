"""French dates: written out, and read as people type them."""

import re
from datetime import date, datetime

from babel.dates import get_month_names

from territoires.domain import clock
from territoires.domain.clock import PARIS, end_of_day, is_repeated
from territoires.domain.dates import PartialDate, Precision
from territoires.domain.errors import InstantError, PartialDateError
from territoires.french.numbers import NBSP
from territoires.french.typography import elided

MONTHS = tuple(get_month_names("wide", locale="fr").values())
SHORT_MONTHS = tuple(get_month_names("abbreviated", locale="fr").values())
UNKNOWN = "date inconnue"

_TYPED = re.compile(r"(?:(?:(\d{1,2})\s*[/.\-]\s*)?(\d{1,2})\s*[/.\-]\s*)?(\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
_INSTANT = re.compile(
    r"(.*\d),? (?:à )?(\d{1,2}) ?[h:] ?(\d\d)?(?:,? \(?heure d[’'](été|hiver)\)?)?"
)
_OFFSETS = {None: "", "été": "+02:00", "hiver": "+01:00"}
_WRITTEN = re.compile(r"(?:(\d{1,2})(?:er)?\s+)?([^\W\d]+\.?)\s+(\d{4})")


def day(value: date) -> str:
    """Write a day: `4 mai 2021`, `1er mai 2021`."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def short(value: date) -> str:
    """Write a day in little room: `31 déc. 2022`."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NBSP}{SHORT_MONTHS[value.month - 1]}{NBSP}{value.year}"


def month(value: date) -> str:
    """Write a month: `avril 2019`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime) -> str:
    """Write an instant in Paris time: `30 novembre 2026 à 14 h 02`."""
    there = value.astimezone(PARIS)
    return f"{day(there.date())} à {hour(value)}"


def situation(as_of: date, known_at: datetime) -> str:
    """Say both clocks of a view in a sentence."""
    return f"Situation au {day(as_of)}, telle que connue le {instant(known_at)}."


def typed_instant(value: datetime) -> str:
    """Write an instant as it is typed: `30/11/2026`, the end of that day, or its hour too."""
    there = value.astimezone(PARIS)
    written = f"{there:%d/%m/%Y}"
    return written if value == end_of_day(there.date()) else f"{written} à {hour(value)}"


def hour(value: datetime) -> str:
    """Write the hour in Paris, `14 h 02`, and which of the two when its clocks have it twice."""
    there = value.astimezone(PARIS)
    which = f" (heure {'d’hiver' if there.fold else 'd’été'})" if is_repeated(there) else ""
    return f"{there.hour}{NBSP}h{NBSP}{there.minute:02d}{which}"


def read_instant(text: str) -> datetime:
    """Read an instant as typed, `30/11/2026 à 14 h 02`, or in ISO 8601; a day is its end.

    Raises InstantError, which quotes the instant and says why.
    """
    typed = " ".join(text.split())
    found = _INSTANT.fullmatch(typed.casefold())
    try:
        on = read_partial(found[1] if found else typed)
    except PartialDateError:
        return clock.read_instant(typed)
    if on.last is None:
        raise InstantError(text)
    if not found:
        return end_of_day(on.last)
    typed_hour = f"{on.last}T{int(found[2]):02d}:{found[3] or '00'}"
    return clock.read_instant(typed_hour + _OFFSETS[found[4]])


def partial(value: PartialDate) -> str:
    """Write a date as far as it is known: `2019`, `avril 2019`, `13 avril 2019`."""
    first = value.first
    if first is None:
        return UNKNOWN
    return {
        Precision.DAY: lambda: day(first),
        Precision.MONTH: lambda: month(first),
        Precision.YEAR: lambda: str(first.year),
    }[value.precision]()


def briefly(value: PartialDate) -> str:
    """Write a date as far as it is known, in little room: `2019`, `avr. 2019`, `13 avr. 2019`."""
    first = value.first
    if first is None or value.precision is Precision.YEAR:
        return partial(value)
    if value.precision is Precision.DAY:
        return short(first)
    return f"{SHORT_MONTHS[first.month - 1]}{NBSP}{first.year}"


def on(value: PartialDate) -> str:
    """Write when something happened: `le 13 avril 2019`, `en avril 2019`, `en 2019`."""
    if value.precision is Precision.UNKNOWN:
        return f"à une {UNKNOWN}"
    return ("le " if value.precision is Precision.DAY else "en ") + partial(value)


def of(value: PartialDate) -> str:
    """Write of when something is: `du 13 avril 2019`, `d'avril 2019`, `de 2019`."""
    if value.precision is Precision.UNKNOWN:
        return f"d’une {UNKNOWN}"
    return (
        f"du {partial(value)}" if value.precision is Precision.DAY else elided("de", partial(value))
    )


def until(value: PartialDate) -> str:
    """Write until when something lasts: `jusqu'au 13 avril 2019`, `jusqu'en avril 2019`."""
    return ("jusqu’au " if value.precision is Precision.DAY else "jusqu’en ") + partial(value)


def since(value: PartialDate) -> str:
    """Write since when: `depuis le 13 avril 2019`, `depuis avril 2019`, `depuis 2019`."""
    article = {Precision.DAY: "le ", Precision.UNKNOWN: "une "}.get(value.precision, "")
    return f"depuis {article}{partial(value)}"


def not_before(value: PartialDate) -> str:
    """Write a first possible day: `pas avant le 13 avril 2019`, `pas avant avril 2019`."""
    return f"pas avant {'le ' if value.precision is Precision.DAY else ''}{partial(value)}"


def announced(value: PartialDate) -> str:
    """Say for when an opening was announced: `ouverture annoncée pour décembre 2020`."""
    return f"ouverture annoncée {for_when(value)}"


def for_when(value: PartialDate) -> str:
    """Say for when something is meant: `pour décembre 2020`, `pour le 13 décembre 2020`."""
    return f"pour {'le ' if value.precision is Precision.DAY else ''}{partial(value)}"


def counted_on(value: date) -> str:
    """Say of which day a count is: `arrêté au 28 mars 2022`."""
    return f"arrêté au {day(value)}"


def slashed(value: PartialDate) -> str:
    """Write a date as it is typed in a form: `13/04/2019`, `04/2019`, `2019`, or nothing."""
    return "/".join(reversed(value.iso.split("-")))


def read_partial(text: str) -> PartialDate:
    """Read a date as typed: `13/09/2019`, `09/2019`, `2019`, `13 septembre 2019`, or nothing.

    Raises PartialDateError, which quotes the text.
    """
    typed = " ".join(text.split())
    if not typed or typed.casefold() in {"inconnue", UNKNOWN}:
        return PartialDate()
    try:
        if _ISO.fullmatch(typed):
            return PartialDate.parse(typed)
        if found := _TYPED.fullmatch(typed):
            day_, month_, year = (int(part) if part else None for part in found.groups())
            return PartialDate(year, month_, day_)
        if found := _WRITTEN.fullmatch(typed.casefold()):
            return PartialDate(
                int(found[3]), _month_number(found[2]), int(found[1]) if found[1] else None
            )
    except (PartialDateError, ValueError) as error:
        raise PartialDateError(text) from error
    raise PartialDateError(text)


def _month_number(word: str) -> int:
    folded = word.rstrip(".")
    matches = [
        number
        for number, (name, short) in enumerate(zip(MONTHS, SHORT_MONTHS, strict=True), start=1)
        if folded in {name, short.rstrip("."), name.translate(str.maketrans("éû", "eu"))}
    ]
    return matches[0] if matches else 0
