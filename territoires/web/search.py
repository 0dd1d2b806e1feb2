"""What a box suggests while one types: `/chercher?quoi=ville&q=chaum`."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.db.revision import reading_current
from territoires.domain.names import LONGEST
from territoires.french import search as words
from territoires.french.places import typeset
from territoires.queries.search import SUGGESTED, Found, suggested
from territoires.web.visitors import reader_of

# What the boxes look for (ui.search): `saisie` are the towns that the writer may write about.
_KINDS: Final[dict[str, dict[str, Any]]] = {
    "territoire": {"towns_only": False},
    "ville": {},
    "saisie": {},
}


def search_routes(url: str) -> list[BaseRoute]:
    """Make the route of the suggestions from one database."""

    def search(request: Request) -> Response:
        text, kind = request.query_params.get("q", ""), request.query_params.get("quoi", "")
        if kind not in _KINDS or len(text) > LONGEST:
            return PlainTextResponse(words.BAD_QUERY, status_code=400)
        filters = dict(_KINDS[kind])
        if kind == "saisie":
            filters["regions"] = reader_of(request, url).bounds
        with reading_current(url) as connection:
            found = suggested(connection, text=text, **filters)
        is_cut = bool(text.strip()) and len(found) == SUGGESTED
        said = words.said(len(found), is_cut=is_cut)
        body = {"reponses": [_told(each) for each in found], "dit": said}
        return JSONResponse(body, headers={"cache-control": "no-store"})

    return [Route("/chercher", search, methods=["GET"])]


def _told(found: Found) -> dict[str, str]:
    """Give what to type for a place, what it is called, and what tells it apart."""
    place, former = found
    typed = words.label(place)
    if former is not None and former.name and former.holder:
        typed = f"{typeset(former.name)} ({former.code})"
    name = words.FRANCE if place.name == "France" else typeset(place.name)
    return {"texte": typed, "nom": name, "note": words.note(place, former)}
