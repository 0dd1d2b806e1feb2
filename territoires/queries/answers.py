"""What machines are told: each answer with the query behind it, its keys, and what narrows it.

The command line and the API say these keys, the description of the API lists them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from operator import attrgetter, itemgetter
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from territoires.domain import address, params
from territoires.domain.params import Param
from territoires.domain.rollout import Situation
from territoires.domain.scope import Scope
from territoires.queries import (
    courses,
    coverage,
    enrolments,
    quality,
    reconciliation,
    rollout,
    siting,
    sources,
)
from territoires.queries.exports import EXPORTS
from territoires.queries.frames import COUNT, DAY, INSTANT, NUMBER, TEXT, Columns


@dataclass(frozen=True)
class Key:
    """A key of an object: its type, as columns have one, or the keys of the objects it lists.

    What is not known is null; a count or a flag always is.
    """

    type: "str | Keys"
    read: Callable[[Any], Any]


Keys = Mapping[str, Key]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a name answers: rows, or one object (`is_list`), whose keys are read from the query's.

    `scope` names what it follows of the common bar, `params` what else narrows it.
    """

    query: Callable[..., Any]
    keys: Keys
    params: tuple[Param[Any], ...] = ()
    scope: tuple[str, ...] = address.NAMES
    is_list: bool = True


def told(keys: Keys, subject: Any) -> dict[str, Any]:
    """Say an object: days and instants in ISO, codes as they are, whole numbers whole."""
    return {name: _value(key, key.read(subject)) for name, key in keys.items()}


def _value(key: Key, value: Any) -> Any:
    if isinstance(key.type, Mapping):
        return [told(key.type, each) for each in value]
    if value is None or value == "" or value != value:  # noqa: PLR0124 - not a number, not a time
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):  # a frame makes midnights of days
        return date(value.year, value.month, value.day).isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def status(found: Situation, known_at: datetime | None) -> dict[str, Any]:
    """Say a situation, known at that instant: the definitions are in docs/definitions.md."""
    return told(STATUS, replace(found, scope=replace(found.scope, known_at=known_at)))


def _of(type_: str, path: str) -> Key:
    return Key(type_, attrgetter(path))


def _of_target(type_: str, name: str) -> Key:
    return Key(type_, lambda found: getattr(found.progress.target, name, None))


def _of_scope(key: Key) -> Key:
    return Key(key.type, lambda found: key.read(found.scope))


SCOPE: Final[Mapping[str, tuple[str, Key]]] = {
    address.AS_OF: ("as_of", _of(DAY, "as_of")),
    address.KNOWN_AT: ("known_at", _of(INSTANT, "known_at")),
    address.PERIMETER: ("perimeter", Key(TEXT, lambda scope: str(scope.perimeter))),
    address.TERRITORY: ("territory", Key(TEXT, lambda scope: str(scope.territory))),
}
"""What an answer says of its scope: for each parameter of the common bar, a key."""
_FIGURE: Final[Keys] = {
    "indicator": _of(TEXT, "indicator"),
    "value": _of(NUMBER, "value"),
    "qualifier": _of(TEXT, "qualifier"),
    "on": _of(TEXT, "on.iso"),
    "source": _of(TEXT, "source_id"),
}
STATUS: Final[Keys] = {
    **{name: _of_scope(key) for name, key in SCOPE.values()},
    **{
        name: _of(COUNT, f"count.{name}")
        for name in ("open", "open_at_most", "open_undated", "unproven", "selected")
    },
    "target": _of_target(NUMBER, "value"),
    "deadline": _of_target(DAY, "deadline"),
    "remaining": _of(NUMBER, "progress.remaining"),
    "first_opened_on": _of(DAY, "progress.first_opened_on"),
    "pace_per_month": _of(NUMBER, "progress.pace_per_month"),
    "pace_last_12_months": _of(NUMBER, "progress.pace_last_12_months"),
    "pace_required": _of(NUMBER, "progress.pace_required"),
    "ratio": _of(NUMBER, "progress.ratio"),
    "status": _of(TEXT, "progress.status"),
    "published": Key(_FIGURE, attrgetter("published")),
}
COVERAGE: Final[Keys] = {
    "radius_km": _of(NUMBER, "coverage.radius_km"),
    # The centres of all France, which cover; those that are open for certain.
    "open": _of(COUNT, "open"),
    "open_at_most": _of(COUNT, "open_at_most"),
    "inhabitants": _of(COUNT, "coverage.inhabitants"),
    "population": _of(COUNT, "coverage.population"),
    "share": _of(NUMBER, "coverage.share"),
    "acv_sites": _of(COUNT, "acv_sites"),
    "acv_sites_with_centre": _of(COUNT, "acv_sites_with_centre"),
}
NEXT: Final[Keys] = {
    "rank": Key(COUNT, itemgetter("rank")),
    "insee_code": Key(TEXT, itemgetter("town_code")),
    "town": Key(TEXT, itemgetter("town")),
    "department": Key(TEXT, itemgetter("department")),
    "marginal_inhabitants": Key(COUNT, itemgetter("marginal")),
    "cumulative_inhabitants": Key(COUNT, itemgetter("cumulative")),
}


COUNTED: Final = (("open", "certain"), ("open_at_most", "possible"))
"""What a list counts of its centres, and the flag of those that count."""


def _rows(columns: Columns) -> Keys:
    return {name: Key(dtype, itemgetter(name)) for name, dtype in columns.items()}


def _file(name: str, columns: Columns, scope: Iterable[str] = address.NAMES) -> Answer:
    """Tell the rows of a file."""
    export = EXPORTS[name]
    return Answer(query=export.query, keys=_rows(columns), params=export.params, scope=tuple(scope))


def _openings(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    every = (rollout.openings, rollout.possible_openings)
    found = pd.concat([each(connection, scope=scope) for each in every], ignore_index=True)
    return found.astype(rollout.OPENINGS)


def _quality(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Count what deserves a look by region: what it is, row by row, is for those who mend it."""
    return quality.by_region(connection, as_of=scope.as_of)


ANSWERS: Final[Mapping[str, Answer]] = {
    "status": Answer(query=rollout.situation, keys=STATUS, is_list=False),
    "openings": Answer(query=_openings, keys=_rows(rollout.OPENINGS)),
    "centres": _file("centres", rollout.OPENINGS),
    "towns": _file("carte", coverage.PLACES),
    "coverage": Answer(
        query=coverage.covered,
        keys=COVERAGE,
        params=params.REACH,
        scope=tuple(name for name in address.NAMES if name != address.PERIMETER),
        is_list=False,
    ),
    "next": Answer(query=siting.plan, keys=NEXT, params=EXPORTS["ou-ouvrir"].params),
    "targets": Answer(query=rollout.targets, keys=_rows(rollout.TARGETS)),
    "published": _file("totaux-recoupes", reconciliation.TOTALS),
    "band": _file("bande", reconciliation.BANDS),
    "courses": _file("formations", courses.CATALOGUE),
    "enrolments": _file("inscriptions-regions", enrolments.TOTALS),
    "enrolments-by-centre": _file("inscriptions-centres", enrolments.CENTRES),
    "sources": _file("sources", sources.SOURCES, (address.KNOWN_AT,)),
    "quality": Answer(query=_quality, keys=_rows(quality.BY_REGION), scope=(address.AS_OF,)),
}
