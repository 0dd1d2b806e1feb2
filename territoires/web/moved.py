"""Addresses that name a commune that is another one now: the same, of the present commune."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse

from territoires.db.engine import reading
from territoires.domain import address
from territoires.domain.params import TOWN
from territoires.domain.scope import Level, Territory
from territoires.queries.territories import followed

_CODE: Final = re.compile(r"(?<=[/-])(?:\d{5}|2[AB]\d{3})(?=\.)", re.ASCII)  # of a file
_PREFIX: Final = f"{Level.TOWN}-"


def moved(url: str, request: Request) -> RedirectResponse | None:
    """Lead from what names former communes to the same of those that hold them; None: nothing."""
    asked = f"{request.url.path}?{request.url.query}".rstrip("?")
    there = present(url, asked)
    return RedirectResponse(there, status_code=308) if there != asked else None


def present(url: str, asked: str) -> str:
    """Name in an address, where it names former communes, those that hold them now."""
    parts, named = urlsplit(asked), dict(parse_qsl(urlsplit(asked).query))
    codes = {*_CODE.findall(parts.path), named.get(TOWN.name, "")}
    codes.add(named.get(address.TERRITORY, "").removeprefix(_PREFIX))
    with reading(url) as connection:
        now = {
            code: followed(connection, territory=Territory(Level.TOWN, code)).code
            for code in codes
            if code
        }
    if all(code == there for code, there in now.items()):
        return asked
    for name in (TOWN.name, address.TERRITORY):
        if name in named:
            code = named[name].removeprefix(_PREFIX)
            named[name] = named[name].removesuffix(code) + now[code]
    path = _CODE.sub(lambda found: now[found[0]], parts.path)
    return parts._replace(path=path, query=urlencode(named)).geturl()
