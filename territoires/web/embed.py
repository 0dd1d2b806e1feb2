"""The cards that other sites show: `/carton/national.svg`, `/carton/com-52121.html`, oEmbed."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.domain import address
from territoires.domain.params import TOWN
from territoires.french.embedded import NO_CARD, NO_OEMBED, WIDTH, code
from territoires.french.web import SITE_NAME
from territoires.web.moved import moved, present
from territoires.web.visitors import site_of

Card = tuple[str, int, str, str]
Draw = Callable[[str, Mapping[str, str]], Card | None]
"""Draws a card by the name of its territory, for both clocks: SVG, height, words, and the path."""
# Anybody may show these, and these alone; nothing runs in them.
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "public, max-age=900",
}
_STYLE: Final = "body{margin:0}svg{display:block;width:100%;height:auto}"


def embed_routes(url: str, draw: Draw, *, site: str | None) -> list[BaseRoute]:
    """Make the routes of the cards of one database; `site` is the address that visitors use."""

    def card(request: Request) -> Response:
        kind, found = request.path_params["kind"], None
        if kind in {"svg", "html"}:
            found = draw(request.path_params["name"], request.query_params)
        if found is None:
            return moved(url, request) or PlainTextResponse(NO_CARD, status_code=404)
        drawn, _, title, path = found
        if kind == "svg":
            return Response(drawn, media_type="image/svg+xml", headers=_HEADERS)
        page = (
            f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{escape(title)}</title>'
            f'<style>{_STYLE}</style><a href="{escape(site_of(request, site) + path)}" '
            f'target="_top">{drawn}</a></html>'
        )
        return HTMLResponse(page, headers=_HEADERS)

    def oembed(request: Request) -> Response:
        here, page = site_of(request, site), request.query_params.get("url", "")
        found = None
        if f"{page}/".startswith(f"{here}/"):
            name, clocks = _named(present(url, page))
            found = draw(name, clocks)
        if found is None:
            return PlainTextResponse(NO_OEMBED, status_code=404)
        _, height, title, _ = found
        frame = f"{here}/carton/{name}.html{address.query(clocks)}"
        told = {
            "version": "1.0",
            "type": "rich",
            "provider_name": SITE_NAME,
            "provider_url": here,
            "title": title,
            "width": WIDTH,
            "height": height,
            "html": code(frame, title=title, height=height),
        }
        return JSONResponse(told, headers={"cache-control": _HEADERS["cache-control"]})

    return [
        Route("/carton/{name}.{kind}", card, methods=["GET"]),
        Route("/oembed", oembed, methods=["GET"]),
    ]


def _named(url: str) -> tuple[str, dict[str, str]]:
    """Name the territory that a page of ours shows, and give its clocks."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    town = asked.get(TOWN.name, "") if parts.path.strip("/") == "ville" else ""
    name = f"com-{town}" if town else asked.get(address.TERRITORY, "") or address.NATIONAL
    return name, address.clocks(asked)
