"""What Typst sets: `/fiche/52121.pdf?au=2021-05-04`, `/note/reg-44.pdf`, letters, cards."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.domain import address
from territoires.domain.roles import Permission
from territoires.french.printed import LETTER_NOT_FOR_YOU, NO_LETTER, NO_SHEET
from territoires.french.web import UNANSWERED
from territoires.web.moved import moved
from territoires.web.visitors import reader_of, site_of

Sheet = Callable[[str, Mapping[str, str], str], tuple[str, bytes] | None]
"""Prints a territory, by its name, for the parameters of an address and a site: name and file."""
Letter = Callable[..., tuple[str, bytes] | None]
"""Prints the letter about a town, by its code, for a `site`, `signed` by somebody."""
Card = Callable[[str, Mapping[str, str]], bytes | None]
"""Draws the card of a path, without strokes, for the parameters of an address: a PNG."""


def sheet_routes(
    url: str, sheet: Sheet, letter: Letter, card: Card, *, site: str | None
) -> list[BaseRoute]:
    """Make the routes of the sheets, of the letters and of the cards of one database.

    `site` is the address that visitors use, where one is known.
    """

    def answer(request: Request) -> Response:
        named = request.path_params
        name = named.get("name") or f"com-{named['code']}"
        found = sheet(name, dict(request.query_params), site_of(request, site))
        if found is None:
            return moved(url, request) or PlainTextResponse(NO_SHEET, status_code=404)
        return _opened(*found)

    def written(request: Request) -> Response:
        reader = reader_of(request, url)
        if not reader.may(Permission.ASK):
            return PlainTextResponse(LETTER_NOT_FOR_YOU, status_code=403)
        code, here = request.path_params["code"], site_of(request, site)
        found = letter(code, site=here, signed=reader.name)
        if found is None:
            return moved(url, request) or PlainTextResponse(NO_LETTER, status_code=404)
        return _opened(*found)

    def drawn(request: Request) -> Response:
        path = request.path_params["path"]
        body = card("" if path == address.FRONT else path, dict(request.query_params))
        if body is None:
            return moved(url, request) or PlainTextResponse(UNANSWERED[404], status_code=404)
        return Response(body, media_type="image/png", headers={"cache-control": "max-age=3600"})

    return [
        Route("/fiche/{code}.pdf", answer, methods=["GET"]),
        Route("/note/{name}.pdf", answer, methods=["GET"]),
        Route("/lettre/{code}.pdf", written, methods=["GET"]),
        Route("/apercu/{path}.png", drawn, methods=["GET"]),
    ]


def _opened(file: str, body: bytes) -> Response:
    """Give a document, which a browser opens and does not keep."""
    headers = {"content-disposition": f'inline; filename="{file}"', "cache-control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)
