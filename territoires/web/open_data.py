"""Open data: `/donnees/datapackage.json`, its files, one zip, `/donnees/catalogue.jsonld`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache, cached
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.db.demonstration import is_demonstration
from territoires.domain import address
from territoires.domain.clock import PARIS, end_of_day, read_day
from territoires.domain.scope import Scope
from territoires.exchange.open_files import catalogue, packaged, zipped
from territoires.french import open_data as words
from territoires.queries.clocks import created_at, edition, last_recorded_at
from territoires.queries.open_data import tables
from territoires.queries.sources import attributions
from territoires.settings import publisher as publishes
from territoires.web.headers import OPEN_TO_ALL
from territoires.web.tagged import REVALIDATED, Made, tagged
from territoires.web.visitors import site_of

AT: Final = "donnees"
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "zip": "application/zip",
}
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

    def file(request: Request) -> Response:
        name, of = request.path_params["name"], request.path_params.get("day")
        today, here = datetime.now(PARIS).date(), site_of(request, site)
        try:
            wanted = Wanted(site=here, publisher=publisher, day=read_day(of) if of else None)
            view = {address.AS_OF: str(wanted.day or today), "site": here}
            make = partial(_one, wanted=wanted, today=today, name=name)
            return tagged(request, url, make, view=view, headers=_KEPT)
        except (ValueError, LookupError):
            return PlainTextResponse(words.NO_FILE, status_code=404)

    return [
        Route(f"/{AT}/{{name}}", file, methods=["GET"]),
        Route(f"/{AT}/{{day}}/{{name}}", file, methods=["GET"]),
    ]


def _one(connection: Any, *, wanted: Wanted, today: date, name: str) -> Made:
    """Give one file; LookupError for a name or a day of which there is none."""
    body = files(connection, wanted, today)[name]
    return body, _TYPES[name.rpartition(".")[2]]


@cached(
    LRUCache[Any, Mapping[str, bytes]](2),
    key=lambda connection, wanted, today: (
        str(connection.engine.url),
        *edition(connection),
        wanted,
        today,
    ),
    lock=Lock(),
)
def files(connection: Any, wanted: Wanted, today: date) -> Mapping[str, bytes]:
    """Make every file of a copy, by name.

    That of a past day is as it stood when that day ended, in Paris. Raises LookupError for a day
    which has not ended, or before this database knew anything.
    """
    known_at, created = None, created_at(connection)
    if wanted.day is not None:
        known_at = end_of_day(wanted.day)
        if created is None or wanted.day >= today or known_at < created:
            raise LookupError(wanted.day)
    scope = Scope(as_of=wanted.day or today, known_at=known_at)
    known = known_at or last_recorded_at(connection) or end_of_day(today)
    package, made = packaged(
        tables(connection, scope=scope),
        as_of=scope.as_of,
        known_at=known.astimezone(UTC),
        attributions=attributions(connection),
        demo=is_demonstration(connection),
    )
    told = catalogue(
        package,
        at=f"{wanted.site}/{wanted.path}",
        site=wanted.site,
        publisher=wanted.publisher,
    )
    made = {"datapackage.json": _json(package), **made}
    return {
        **made,
        f"{package['name']}.zip": zipped(made),
        "catalogue.jsonld": _json(told),
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
