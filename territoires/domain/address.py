"""A scope in the address of a page: a copied link opens the same view again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from territoires.domain.clock import has_come, read_day, read_instant
from territoires.domain.errors import InstantError, Problem, TerritoryError
from territoires.domain.scope import FRANCE, Perimeter, Scope, Territory

AS_OF, KNOWN_AT, TERRITORY, PERIMETER = "au", "connu", "terr", "perim"
UNPROVEN, LISTS = "nonprouves", "listes"
NAMES = (AS_OF, KNOWN_AT, TERRITORY, PERIMETER, UNPROVEN, LISTS)
UNTIL = "jusqu"  # what the second clock is also called, beside a first instant

PERIMETERS = {Perimeter.ALL: "tous", Perimeter.ACV: "acv", Perimeter.NON_ACV: "hors-acv"}
YES = "oui"
# Outside these years a date is a slip of the hand, and some calendars cannot show it.
FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2039, 12, 31)


# What all of France is called, and the front page, in the addresses of what is read outside pages.
NATIONAL, FRONT = "national", "accueil"


@dataclass(frozen=True, kw_only=True)
class Address:
    """What an address asks for, and what in it makes no sense (the default stands instead).

    `ahead`: it asks for what is known on a day that has not come, and gets what is known by now.
    """

    scope: Scope
    problems: tuple[Problem, ...] = ()
    ahead: datetime | None = None


def read(params: Mapping[str, str], *, today: date) -> Address:
    """Read the parameters of an address; every nonsense is named and replaced by the default."""
    problems: list[Problem] = []

    def value(name: str, reader: Callable[[str], Any], default: Any) -> Any:
        text = params.get(name, "") or (params.get(UNTIL, "") if name == KNOWN_AT else "")
        if not text:
            return default
        try:
            return reader(text)
        except (ValueError, InstantError, TerritoryError) as error:
            why = error.why if isinstance(error, InstantError) else "bad"
            problems.append(Problem(name, f"{why}_{name}", text))
            return default

    known_at = value(KNOWN_AT, read_instant, None)
    ahead = known_at if known_at and not has_come(known_at, today=today) else None
    scope = Scope(
        as_of=value(AS_OF, read_as_of, today),
        known_at=None if ahead else known_at,
        territory=value(TERRITORY, Territory.parse, FRANCE),
        perimeter=value(PERIMETER, _read_perimeter, Perimeter.ALL),
        with_unproven=value(UNPROVEN, _read_yes, default=False),
        with_low=value(LISTS, _read_yes, default=False),
    )
    return Address(scope=scope, problems=tuple(problems), ahead=ahead)


def read_as_of(text: str) -> date:
    """Read the day of a situation. Raises ValueError, which quotes the text."""
    day = read_day(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def _read_perimeter(text: str) -> Perimeter:
    found = {word: perimeter for perimeter, word in PERIMETERS.items()}.get(text)
    if found is None:
        raise ValueError(text)
    return found


def _read_yes(text: str) -> bool:
    if text != YES:
        raise ValueError(text)
    return True


def clocks(params: Mapping[str, str]) -> dict[str, str]:
    """Keep of parameters those of both clocks, where they say something."""
    return {name: params[name] for name in (AS_OF, KNOWN_AT) if params.get(name)}


def query(params: Mapping[str, str]) -> str:
    """Write parameters as an address ends with them; nothing of none."""
    return f"?{urlencode(params)}" if params else ""


def named(name: str) -> Territory:
    """Read `national`, or a territory. Raises TerritoryError, which quotes the text."""
    return FRANCE if name == NATIONAL else Territory.parse(name)


def for_ever(thing: str) -> str:
    """Name a thing of ours for ever, whatever the host: RFC 9562, version 5."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'territoires:{thing}')}"


def write(scope: Scope, *, today: date) -> dict[str, str]:
    """Write the parameters of an address; what is as by default is left out."""
    written = {
        AS_OF: scope.as_of.isoformat() if scope.as_of != today else "",
        KNOWN_AT: _instant(scope.known_at) if scope.known_at else "",
        TERRITORY: str(scope.territory) if scope.territory != FRANCE else "",
        PERIMETER: PERIMETERS[scope.perimeter] if scope.perimeter is not Perimeter.ALL else "",
        UNPROVEN: YES if scope.with_unproven else "",
        LISTS: YES if scope.with_low else "",
    }
    return {name: text for name, text in written.items() if text}


def narrowing(scope: Scope) -> list[str]:
    """Name all that narrows or widens a view but its clocks, for the names of files."""
    written = write(scope, today=scope.as_of)
    flags = {name: name for name in (UNPROVEN, LISTS) if name in written}
    return [text for name, text in (written | flags).items() if name != KNOWN_AT]


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
