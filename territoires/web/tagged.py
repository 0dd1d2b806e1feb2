"""What a reader may have already: an answer with a tag, made once and not sent again unchanged."""

import hashlib
import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache, cached
from starlette.requests import Request
from starlette.responses import Response

from territoires.db.engine import reading
from territoires.queries.editions import current_edition
from territoires.settings import program

Made = tuple[bytes, str]
"""The body of an answer, and its media type. What makes one is given a connection."""
# What is kept of them in memory, names included (bytes).
_KEPT: Final = 16 << 20
_NAME: Final = 300
# A browser or a proxy may keep it, and asks each time whether it still holds.
REVALIDATED: Final = {"cache-control": "public, no-cache"}


def tagged(
    request: Request,
    url: str,
    make: Callable[[Any], Made],
    *,
    view: Mapping[str, str],
    headers: Mapping[str, str] = REVALIDATED,
) -> Response:
    """Answer what `make` gives, or 304 to who has it, after the look-up of the edition alone.

    The tag is a digest of the head of the journal, the program, the path and `view`: all else that
    the answer depends on, such as the day in Paris where it is today's, the site that it names, or
    what its reader may see. What `make` raises is the caller's to answer; nothing is kept of it.
    Raises DatabaseError where there is nothing to read.
    """
    told = [program(), *current_edition(url), request.url.path, sorted(view.items())]
    tag = f'"{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]}"'
    headers = {**headers, "etag": tag}
    if tag in _known_to(request):
        return Response(status_code=304, headers=headers)
    body, media_type = _made(url, tag, make)
    return Response(body, media_type=media_type, headers=headers)


def _known_to(request: Request) -> set[str]:
    """Read the tags of what the reader has; a proxy that compresses makes weak ones of ours."""
    said = ",".join(request.headers.getlist("if-none-match"))
    return {each.strip().removeprefix("W/") for each in said.split(",")}


@cached(
    LRUCache[tuple[str, str], Made](_KEPT, getsizeof=lambda made: len(made[0]) + _NAME),
    key=lambda url, tag, _make: (url, tag),
    lock=Lock(),
)
def _made(url: str, tag: str, make: Callable[[Any], Made]) -> Made:
    del tag  # part of the name only
    with reading(url) as connection:
        return make(connection)
