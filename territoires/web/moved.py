"""Addresses that name a commune that is another one now: the same, of the present commune."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse

from territoires.db.engine import reading
from territoires.domain import address
from territoires.domain.params import NEAR, TOWN
from territoires.domain.scope import Level, Territory
from territoires.queries.territories import followed

_CODE: Final = re.compile(r"(?<=[/-])(?:\d{5}|2[AB]\d{3})(?=\.)", re.ASCII)  # of a file
_NAMES: Final = (TOWN.name, NEAR.name, address.TERRITORY)  # what may name a commune
_PREFIX: Final = f"{Level.TOWN}-"


def moved(url: str, request: Request) -> RedirectResponse | None:
    """Lead from what names former communes to the same of those that hold them; None: nothing."""
    asked = f"{request.url.path}?{request.url.query}".rstrip("?")
    there = present(url, asked)
    return RedirectResponse(there, status_code=308) if there != asked else None


def present(url: str, asked: str) -> str:
    """Name in an address, where it names former communes, those that hold them now."""
    parts = urlsplit(asked)
    said = dict(parse_qsl(parts.query))
    now = present_in(url, said)
    held = _holders(url, _CODE.findall(parts.path))
    if now == said and not held:
        return asked
    path = _CODE.sub(lambda found: held.get(found[0], found[0]), parts.path)
    return parts._replace(path=path, query=urlencode(now)).geturl()


def present_in(url: str, said: Mapping[str, str]) -> dict[str, str]:
    """Give the parameters of an address, each former commune replaced by the one that holds it."""
    codes = {name: said.get(name, "").removeprefix(_PREFIX) for name in _NAMES}
    held = _holders(url, codes.values())
    now = {
        name: said[name].removesuffix(code) + held[code]
        for name, code in codes.items()
        if code in held
    }
    return {**said, **now}


def _holders(url: str, codes: Iterable[str]) -> dict[str, str]:
    """Give, of codes, those that are no commune's any more with the code that holds each now."""
    with reading(url) as connection:
        held = {
            code: followed(connection, territory=Territory(Level.TOWN, code)).code
            for code in filter(None, codes)
        }
    return {code: now for code, now in held.items() if now != code}
