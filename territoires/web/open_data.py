"""Open data: `/donnees/datapackage.json`, its files, one zip, `/donnees/catalogue.jsonld`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from threading import Condition
from typing import Any, Final

from cachetools import LRUCache, cached
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.db.demonstration import is_demonstration
from territoires.domain import address
from territoires.domain.clock import PARIS, end_of_day, read_day
from territoires.domain.scope import Scope
from territoires.exchange.containers import zipped
from territoires.exchange.open_files import catalogue, packaged
from territoires.french import open_data as words
from territoires.queries.clocks import created_at, edition, last_recorded_at
from territoires.queries.open_data import tables
from territoires.queries.sources import attributions
from territoires.settings import publisher as publishes
from territoires.web.headers import OPEN_TO_ALL
from territoires.web.own_forms import Line
from territoires.web.tagged import REVALIDATED, Made, tagged
from territoires.web.visitors import address_of, site_of

AT: Final = "donnees"
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "zip": "application/zip",
}
_CATALOGUE: Final = "catalogue.jsonld"
# At work at once, since each may take seconds, and waiting for their turn; of one network address.
_AT_ONCE, _MOST_WAITING, _BY_ADDRESS = 2, 100, 20
_KEPT: Final = {**REVALIDATED, **OPEN_TO_ALL}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which copy of the data: where it is read, who publishes it, of which past day (None: now)."""

    site: str
    publisher: str
    day: date | None = None

    @property
    def path(self) -> str:
        """Where its files stand under the address of the site."""
        return f"{AT}/{self.day}" if self.day else AT


def open_data_routes(url: str, *, site: str | None) -> list[BaseRoute]:
    """Make the routes of the open data of one database; `site` is the address that visitors use."""
    publisher = publishes() or words.PUBLISHER

    line = Line(
        what="open_data",
        refusal=words.BUSY,
        at_once=_AT_ONCE,
        most_waiting=_MOST_WAITING,
        by_address=_BY_ADDRESS,
    )

    def answer(request: Request) -> Response:
        name, of = request.path_params["name"], request.path_params.get("day")
        today, here = datetime.now(PARIS).date(), site_of(request, site)
        try:
            wanted = Wanted(site=here, publisher=publisher, day=read_day(of) if of else None)
            view = {address.AS_OF: str(wanted.day or today)}
            if name == _CATALOGUE:
                view["site"] = here
            make = partial(_one, wanted=wanted, today=today, name=name)
            return tagged(request, url, make, view=view, headers=_KEPT)
        except (ValueError, LookupError):
            return PlainTextResponse(words.NO_FILE, status_code=404)

    async def file(request: Request) -> Response:
        return await line.run(partial(answer, request), address=address_of(request))

    return [
        Route(f"/{AT}/{{name}}", file, methods=["GET"]),
        Route(f"/{AT}/{{day}}/{{name}}", file, methods=["GET"]),
    ]


def _one(connection: Any, *, wanted: Wanted, today: date, name: str) -> Made:
    """Give one file; LookupError for a name or a day of which there is none."""
    body = files(connection, wanted, today)[name]
    return body, _TYPES[name.rpartition(".")[2]]


def files(connection: Any, wanted: Wanted, today: date) -> Mapping[str, bytes]:
    """Make every file of a copy, by name.

    That of a past day is as it stood when that day ended, in Paris. Raises LookupError for a day
    which has not ended, or before this database knew anything.
    """
    package, made = _whole(connection, wanted.day, today)
    at = f"{wanted.site}/{wanted.path}"
    told = catalogue(package, at=at, site=wanted.site, publisher=wanted.publisher)
    return {**made, _CATALOGUE: _json(told)}


@cached(
    LRUCache[Any, tuple[Mapping[str, Any], Mapping[str, bytes]]](2),
    key=lambda connection, *days: (str(connection.engine.url), *edition(connection), *days),
    condition=Condition(),  # of those who ask together, one makes it
)
def _whole(
    connection: Any, day: date | None, today: date
) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """Make the description of a package, and its files but for the catalogue."""
    known_at, created = None, created_at(connection)
    if day is not None:
        known_at = end_of_day(day)
        if created is None or day >= today or known_at < created:
            raise LookupError(day)
    scope = Scope(as_of=day or today, known_at=known_at)
    known = known_at or last_recorded_at(connection) or end_of_day(today)
    package, made = packaged(
        tables(connection, scope=scope),
        as_of=scope.as_of,
        known_at=known.astimezone(UTC),
        attributions=attributions(connection),
        demo=is_demonstration(connection),
    )
    made = {"datapackage.json": _json(package), **made}
    return package, {**made, f"{package['name']}.zip": zipped(made)}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
