"""What an address may say beside the common bar: each parameter once, for pages, links and files.

A parameter has a name in the address and, if it narrows rows, the name of the filter that the
queries know it by. What nobody can mean is a ValueError that quotes it.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from territoires.domain.address import FIRST_DAY, LAST_DAY, YES
from territoires.domain.clock import PARIS, end_of_day, read_day, read_instant
from territoires.domain.comparison import RADIUS_KM, Indicator, Per
from territoires.domain.coverage import ROAD_FACTOR, Grain
from territoires.domain.enrolments import name_of, read_year
from territoires.domain.errors import InstantError
from territoires.domain.programme import Counted, Mode
from territoires.domain.rollout import State
from territoires.domain.text import whole

T = TypeVar("T")
W = TypeVar("W")

_LONGEST: Final = 100
_CENT: Final = 100
_CODE: Final = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Param(Generic[T]):
    """One parameter: `usual` stands for it when the address is silent, unless it `is_needed`.

    `words` are all that it may say, where they are few; `least` and `most` bound a whole number.
    """

    name: str
    filter: str = ""
    read: Callable[[str], T]
    write: Callable[[T], str]
    usual: T
    example: str
    is_needed: bool = False
    words: Mapping[str, T] = field(default_factory=dict)
    least: int = 0
    most: int = 0

    def of(self, said: Mapping[str, str]) -> T:
        """Read it among the parameters of an address."""
        text = said.get(self.name, "")
        return self.read(text) if text or self.is_needed else self.usual

    def said(self, value: T) -> dict[str, str]:
        """Say a value as an address does: nothing when it is the usual one."""
        text = "" if value == self.usual and not self.is_needed else self.write(value)
        return {self.name: text} if text else {}


def read_filters(params: Iterable[Param[Any]], said: Mapping[str, str]) -> dict[str, Any]:
    """Read the filters of a query in the parameters of an address."""
    return {param.filter: param.of(said) for param in params}


def write_filters(params: Iterable[Param[Any]], filters: Mapping[str, Any]) -> dict[str, str]:
    """Say those filters of a query as an address does, for `read_filters` to read."""
    said: dict[str, str] = {}
    for param in params:
        if param.filter in filters:
            said |= param.said(filters[param.filter])
    return said


# The kinds


def _word(name: str, words: Mapping[str, W], usual: W, **more: Any) -> Param[W]:
    def read(text: str) -> W:
        if text not in words:
            raise ValueError(text)
        return words[text]

    return Param(
        name=name,
        read=read,
        write=lambda value: next((word for word, each in words.items() if each == value), ""),
        usual=usual,
        example=next(word for word in words if words[word] != usual),
        words=words,
        **more,
    )


def _flag(name: str, **more: Any) -> Param[bool]:
    return _word(name, {"non": False, YES: True}, usual=False, **more)


def _whole(
    name: str, least: int, most: int, *, usual: int, example: int, **more: Any
) -> Param[int]:
    def read(text: str) -> int:
        number = whole(text)
        if number is None or not least <= number <= most:
            raise ValueError(text)
        return number

    return Param(
        name=name,
        read=read,
        write=str,
        usual=usual,
        example=str(example),
        least=least,
        most=most,
        **more,
    )


def _text(name: str, example: str, **more: Any) -> Param[str]:
    def read(text: str) -> str:
        if not text.strip():
            raise ValueError(text)
        return text.strip()[:_LONGEST]

    return Param(name=name, read=read, write=str, usual="", example=example, **more)


def _several(
    name: str,
    read: Callable[[str], tuple[str, ...]],
    write: Callable[[tuple[str, ...]], str] = ",".join,
    **more: Any,
) -> Param[tuple[str, ...]]:
    return Param(name=name, read=read, write=write, usual=(), **more)


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(text.upper().split(",")))
    if not all(_CODE.fullmatch(code) for code in codes):
        raise ValueError(text)
    return codes


# Which pages keep them, and what they say

TOWN: Final = _text("ville", "52121", filter="town", is_needed=True)
FIELD: Final = _text("filiere", "numerique", filter="field")
_GRAINS: Final[dict[str, Grain]] = {"regions": "region", "departements": "department"}
GRAIN: Final = _word("maille", _GRAINS, _GRAINS["regions"], filter="grain")

RADIUS: Final = _whole("rayon", 15, 60, usual=int(RADIUS_KM), example=45, filter="radius_km")
ROAD: Final = _word("route", {"non": 1.0, YES: ROAD_FACTOR}, 1.0, filter="factor")
REACH: Final[tuple[Param[Any], ...]] = (RADIUS, ROAD)
VIEW: Final = _word(
    "vue", {word: word for word in ("points", "territoires", "zones-blanches")}, "points"
)
BY_SHARE: Final = _word("mesure", {"part": True, "centres": False}, usual=True)
STATE_WORDS: Final = {
    "ouvert": str(State.OPEN),
    "sans-date": str(State.OPEN_UNDATED),
    "labellisee": str(State.SELECTED),
    "non-prouve": str(State.UNPROVEN),
    "ferme": str(State.CLOSED),
    "inconnu": str(State.NOTHING_KNOWN),
}


def _states(text: str) -> tuple[str, ...]:
    wanted = text.split(",")
    if not STATE_WORDS.keys() >= set(wanted):
        raise ValueError(text)
    return tuple(state for word, state in STATE_WORDS.items() if word in wanted)


STATES: Final = _several(
    "etats",
    _states,
    example="ouvert,labellisee",
    filter="states",
    write=lambda states: ",".join(word for word, each in STATE_WORDS.items() if each in states),
)
OPENED_IN: Final = _whole("ouvert-en", 2019, 2100, usual=0, example=2023, filter="opened_in")

TOWNS: Final = _whole("villes", 1, 50, usual=10, example=20, filter="count")
INCLUDE: Final = _several("imposees", _codes, example="52448,79191", filter="include")
EXCLUDE: Final = _several("ecartees", _codes, example="78586", filter="exclude")
PER_REGION: Final = _whole("par-region", 0, 3, usual=0, example=1, filter="min_per_region")
_PERCENT: Final = _whole("part-acv", 0, _CENT, usual=0, example=75)
ACV_SHARE: Final = Param(
    name=_PERCENT.name,
    filter="min_acv_share",
    read=lambda text: _PERCENT.read(text) / _CENT,
    write=lambda share: str(round(share * _CENT)),
    usual=0.0,
    example=_PERCENT.example,
    most=_CENT,
)
LARGE: Final = _flag("grandes", filter="with_large")
PRIOR: Final = _flag("ile-de-france", filter="with_prior")
FAVOURED: Final = _flag("sans-centre", filter="favours_bare_departments")
WISHES: Final[tuple[Param[Any], ...]] = (
    *(TOWNS, INCLUDE, EXCLUDE, PER_REGION, ACV_SHARE, LARGE, PRIOR, FAVOURED),
)

YEAR: Final = Param(
    name="annee",
    filter="year",
    read=read_year,
    write=name_of,
    usual=0,
    example="2021-2022",
    is_needed=True,
)
COUNTS: Final = _word(
    "compte",
    {"personnes": Counted.PERSONS, "inscriptions": Counted.REGISTRATIONS},
    Counted.PERSONS,
    filter="counts",
)
AGE: Final = _word(  # of a centre in months: at least the first, not the second
    "age",
    {"moins-1-an": (0, 12), "1-a-3-ans": (12, 36), "3-ans-et-plus": (36, math.inf)},
    None,
    filter="age",
)
TRANSMITTED: Final = _flag("transmis", filter="only_transmitted")

COURSE: Final = _text("formation", "F001", filter="course")
SEARCHED: Final = _text("cherche", "compta", filter="text")
LEVEL: Final = _whole("niveau", 0, 8, usual=0, example=6, filter="level")
MODE: Final = _word(
    "modalite",
    {
        "presentiel": str(Mode.ON_SITE),
        "hybride": str(Mode.HYBRID),
        "distance": str(Mode.DISTANCE),
    },
    "",
    filter="mode",
)
CREDENTIAL: Final = _text("titre", "Licence", filter="credential")
CPF: Final = _word("cpf", {YES: "yes", "non": "no", "inconnu": "unknown"}, "", filter="cpf")
OFFERED: Final = _flag("proposees", filter="only_offered")
NEAR: Final = _text("pres", "52121", filter="town", is_needed=True)
NEAR_FIELD: Final = _text("quoi", "numerique", filter="field")
NEAR_COURSE: Final = _text("laquelle", "F001", filter="course")
NEAR_KM: Final = _word("rayon", {str(km): km for km in (15, 30, 50, 100, 200)}, 50, filter="within")

INDICATOR: Final = _word(
    "indicateur",
    {
        "ouverts": Indicator.OPEN,
        "labellisees": Indicator.LABELLED,
        "habitants": Indicator.COVERED,
        "part-habitants": Indicator.COVERED_SHARE,
        "part-sites": Indicator.SITES_SHARE,
        "part-objectif-acv": Indicator.ACV_TARGET,
        "part-objectif-hors-acv": Indicator.OTHERS_TARGET,
    },
    Indicator.OPEN,
    filter="indicator",
)
PER: Final = _word(
    "par",
    {
        "nombre": Per.NUMBER,
        "million-villes": Per.MEDIUM,
        "million": Per.MILLION,
        "centre": Per.CENTRE,
    },
    Per.NUMBER,
    filter="per",
)
SINCE: Final = Param[date](
    name="depuis",
    filter="since",
    read=read_day,
    write=date.isoformat,
    usual=date.max,
    example="2021-05-04",
    is_needed=True,
)
VISIT: Final = "visite"  # until the browser says when that was


def _read_beginning(text: str) -> datetime:
    """Read an instant; a bare day counts from its beginning."""
    try:
        instant = read_instant(text)
        if instant == end_of_day(instant.date()) and len(text) == len("2026-11-01"):
            instant = end_of_day(instant.date() - timedelta(days=1))
    except (InstantError, OverflowError) as error:
        raise ValueError(text) from error
    if not FIRST_DAY <= instant.date() <= LAST_DAY:
        raise ValueError(text)
    return instant


def _write_beginning(instant: datetime) -> str:
    day = instant.astimezone(PARIS).date()
    if instant == end_of_day(day):
        return (day + timedelta(days=1)).isoformat()
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


KNOWN_SINCE: Final = Param[datetime](
    name=SINCE.name,
    filter="since",
    read=_read_beginning,
    write=_write_beginning,
    usual=datetime.max.replace(tzinfo=UTC),
    example="2026-11-01",
    is_needed=True,
)
COMPARED: Final = _several(
    "comparer",
    lambda text: tuple(filter(None, text[:_LONGEST].split(","))),
    example="reg-44,dep-52",
    filter="chosen",
)

NOBODY: Final = "aucun"


def _numbers(text: str) -> tuple[int, ...] | None:
    numbers = set[int]()
    for word in () if text == NOBODY else text.split(","):
        number = whole(word)
        if number is None:
            raise ValueError(text)
        numbers.add(number)
    return tuple(sorted(numbers))


# The totals believed, by number; None: all but disputed and considered ones.
BELIEVED: Final = Param[tuple[int, ...] | None](
    name="crus",
    filter="believed",
    read=_numbers,
    write=lambda numbers: ",".join(map(str, numbers or ())) or NOBODY,
    usual=None,
    example="12,15",
)

SOURCE: Final = _text("source", "localtis-2021-03", filter="source", is_needed=True)

# How much of a list a machine takes at once, and from where it goes on
LIMIT: Final = _whole("limite", 1, 1000, usual=100, example=50, filter="limit")
CURSOR: Final = _text("suite", "100.5f2c0a9be1d4", filter="cursor")

# What the pages of those who enter and look after data keep
ACT: Final = _whole("acte", 0, 10**18 - 1, usual=0, example=12)
BEFORE: Final = _whole("avant", 0, 10**18 - 1, usual=0, example=120, filter="before_event")
ACTOR: Final = _text("personne", "2", filter="actor")
COMMAND: Final = _text("geste", "record_stage", filter="command")
ENTITY: Final = _text("chose", "stage", filter="entity")
PERIOD: Final = _text("periode", "30-jours")
REGION: Final = _text("region", "44")
