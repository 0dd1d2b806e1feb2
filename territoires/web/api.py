"""What machines read: `/api/v1/status?au=2021-05-04&terr=reg-44`, described in `openapi.json`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import pandas as pd
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from territoires.db.demonstration import is_demonstration
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import DatabaseError, TerritoryError
from territoires.domain.params import CURSOR, LIMIT, Param, write_filters
from territoires.domain.scope import Scope
from territoires.domain.siting import InfeasibleError
from territoires.exchange.worded import rounded
from territoires.french import api as words
from territoires.french.faults import database_notice
from territoires.queries.answers import ANSWERS, COUNTED, SCOPE, Answer, told
from territoires.queries.clocks import Edition, edition, last_recorded_at
from territoires.queries.territories import followed, place
from territoires.web.api_description import EXAMPLES, description
from territoires.web.api_page import api_page
from territoires.web.budget import Rate
from territoires.web.headers import OPEN_TO_ALL
from territoires.web.incidents import note, record
from territoires.web.own_forms import Line
from territoires.web.tagged import REVALIDATED, Made, tagged
from territoires.web.visitors import address_of, site_of

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
# At work at once and waiting for their turn; how many of one network address at least.
_AT_ONCE, _MOST_WAITING, _LEAST_BY_ADDRESS = 4, 200, 20
_PAGING: Final[tuple[Param[Any], ...]] = (LIMIT, CURSOR)
_ANSWERED: Final = {**OPEN_TO_ALL, **REVALIDATED}
# A browser asks whether the page of another site may send the tag that it has.
_METHODS: Final = {
    **OPEN_TO_ALL,
    "allow": "GET, HEAD, OPTIONS",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}
_MARK: Final = 12
# Where a list goes on, and the beginning of the seal of the data that it is a list of.
_CURSOR: Final = re.compile(rf"([0-9]{{1,9}})\.([0-9a-f]{{0,{_MARK}}})")


class RefusedError(Exception):
    """A request that is not answered: the kind of its problem, and what its words need."""

    def __init__(self, kind: str, **facts: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self.facts = facts


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What an address asks for; `filters` are those of the query, `said` is all of it again."""

    answer: Answer
    scope: Scope
    filters: Mapping[str, Any]
    said: dict[str, str]
    limit: int
    cursor: str


def api_routes(url: str, *, site: str | None, per_minute: int) -> list[BaseRoute]:
    """Make the routes of the API over one database, and of the page that tells of it.

    `site` is the address that visitors use, where one is known; one network address asks so often
    at most.
    """
    rate = Rate(per_minute, what="api")
    line = Line(
        what="api",
        refusal="",
        at_once=_AT_ONCE,
        most_waiting=_MOST_WAITING,
        by_address=max(_LEAST_BY_ADDRESS, per_minute // 30),
    )

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_METHODS)
        seconds = rate.wait(address_of(request))
        if seconds:
            raise HTTPException(429, headers={"retry-after": str(seconds)})
        work = partial(_answered, request, url, site_of(request, site))
        return await line.run(work, address=address_of(request))

    def page(request: Request) -> Response:
        return api_page(site_of(request, site), per_minute=per_minute)

    served = Starlette(
        routes=[Route("/v1/{name}", answer, methods=["GET", "OPTIONS"])],
        exception_handlers={HTTPException: _not_answered},
    )
    served.router.redirect_slashes = False  # another address is none
    return [Route(words.PAGE, page, methods=["GET"]), Mount(words.PAGE, served)]


def _answered(request: Request, url: str, site: str) -> Response:
    answer = partial(tagged, request, url, headers=_ANSWERED)
    try:
        name = request.path_params["name"]
        if name == words.DESCRIPTION:
            return answer(lambda _: (orjson.dumps(description(site)), JSON), view={"site": site})
        now = datetime.now(UTC)
        asked = _read(name, request.query_params, now)
        here = f"{site}{request.url.path}"
        view = {**asked.said, "site": site, "role": "public"}
        return answer(partial(_made, asked=asked, here=here), view=view)
    except RefusedError as refused:
        return _problem(request, refused.kind, **refused.facts)
    except DatabaseError as error:
        note(error)
        return _problem(request, "unavailable", why=database_notice(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, machines hear of it as of the rest
        return _problem(request, "failed", number=record(error))


def _read(name: str, said: Mapping[str, str], now: datetime) -> _Asked:
    """Read an address; whatever in it is not known is refused, and not left out."""
    answer = ANSWERS.get(name)
    if answer is None:
        raise RefusedError("no-such-address")
    every = (*answer.params, *(_PAGING if answer.is_list else ()))
    known = {*answer.scope, *(param.name for param in every)}
    for key in said:
        if key not in known:
            raise RefusedError("unknown-parameter", name=key[:60], known=", ".join(sorted(known)))
    bar = address.read(said, today=now.astimezone(PARIS).date())
    for problem in bar.problems:
        raise _bad(problem.field, problem.value)
    filters = {param.filter: _filter(param, said) for param in every}
    return _Asked(
        answer=answer,
        scope=bar.scope,
        said=_bar(answer, bar.scope) | write_filters(every, filters),
        limit=filters.pop(LIMIT.filter, LIMIT.usual),
        cursor=filters.pop(CURSOR.filter, CURSOR.usual),
        filters=filters,
    )


def _bar(answer: Answer, scope: Scope) -> dict[str, str]:
    """Say of a scope what the answer follows, the day always: it is another one tomorrow."""
    said = address.write(scope, today=scope.as_of) | {address.AS_OF: scope.as_of.isoformat()}
    return {name: said[name] for name in answer.scope if name in said}


def _filter(param: Param[Any], said: Mapping[str, str]) -> Any:
    try:
        return param.of(said)
    except ValueError:
        raise _bad(param.name, said.get(param.name, ""), param.example) from None


def _bad(name: str, value: str, example: str = "") -> RefusedError:
    kind = "bad-parameter" if value else "missing-parameter"
    return RefusedError(kind, name=name, value=value, example=example or EXAMPLES[name])


def _made(connection: Any, *, asked: _Asked, here: str) -> Made:
    scope, answer, seen = asked.scope, asked.answer, edition(connection)
    try:
        territory = followed(connection, territory=scope.territory)
        scope = replace(scope, territory=place(connection, territory=territory).territory)
        found = answer.query(connection, scope=scope, **asked.filters)
    except TerritoryError as error:
        raise _bad(address.TERRITORY, error.text) from None
    except InfeasibleError as error:
        raise RefusedError("infeasible", error=error) from None
    there = replace(scope, known_at=scope.known_at or last_recorded_at(connection))
    body = _page(found, asked, here, seen) if answer.is_list else told(answer.keys, found)
    about = told(dict(SCOPE[name] for name in answer.scope if name in SCOPE), there) | {
        "edition": seen.number,
        "licence": words.LICENCE,
        "demonstration": is_demonstration(connection),
        "address": _at(here, asked.said | _bar(answer, there)),
    }
    return orjson.dumps(body | about), JSON


def _page(found: pd.DataFrame, asked: _Asked, here: str, seen: Edition) -> dict[str, Any]:
    """Give some rows, and where the following ones are while the data stay as they are."""
    mark = seen.seal[:_MARK]
    place_ = _CURSOR.fullmatch(asked.cursor or f"0.{mark}")
    if place_ is None:
        raise _bad(CURSOR.name, asked.cursor, CURSOR.example)
    if place_[2] != mark:
        raise RefusedError("expired-cursor")
    start = int(place_[1])
    end = start + asked.limit
    rows = rounded(found).iloc[start:end].to_dict("records")
    following = asked.said | {CURSOR.name: f"{end}.{mark}"}
    counts = {key: int(found[flag].sum()) for key, flag in COUNTED if flag in found}
    return counts | {
        "total": len(found),
        "items": [told(asked.answer.keys, row) for row in rows],
        "next": _at(here, following) if end < len(found) else None,
    }


def _at(here: str, said: Mapping[str, str]) -> str:
    return f"{here}?{urlencode(said)}" if said else here


def _not_answered(request: Request, error: Any) -> Response:
    """Answer what the routes refuse, or the line."""
    kind = {404: "no-such-address", 405: "bad-method", 429: "too-many"}[error.status_code]
    return _problem(request, kind, headers=error.headers)


def _problem(
    request: Request, kind: str, *, headers: Mapping[str, str] | None = None, **facts: Any
) -> Response:
    """Say what is wrong as RFC 9457 does, in the language of whoever asks."""
    language = words.language(request.headers.get("accept-language", ""))
    status, title, detail = words.problem(kind, language, **facts)
    body = {
        "type": f"{words.PAGE}#{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    if "name" in facts:
        body |= {"parameter": facts["name"]}
    given = {
        **OPEN_TO_ALL,
        "content-language": language,
        "vary": "accept-language",
        "cache-control": "no-store",
        **(headers or {}),
    }
    return Response(orjson.dumps(body), status, given, PROBLEM)
