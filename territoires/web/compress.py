"""Scripts and styles are compressed once, then served from memory.

Streamlit sends its own uncompressed on purpose (its proxies do it): 7.4 MB before the first figure.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from threading import Condition
from typing import Final

from anyio import to_thread
from cachetools import cachedmethod
from pyarrow import Codec  # type: ignore[import-untyped]
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from territoires.web import streamlit_files

OURS: Final = Path(__file__).resolve().parent.parent / "static"
OURS_AT: Final = "/statique/"
FOREVER: Final = "public, immutable, max-age=31536000"
AN_HOUR: Final = "public, max-age=3600"

_COMPRESSIBLE: Final = frozenset({".js", ".css", ".svg", ".json", ".geojson", ".html"})
# Brotli 6 takes as long as gzip for 13 % less; 9 would take four times as long for 2 % less.
_BROTLI_LEVEL: Final = 6
_GZIP_LEVEL: Final = 6
# Below, headers cost more than compression saves.
_WORTHWHILE: Final = 500


def codings() -> tuple[str, ...]:
    """What this machine can compress to, best first (Brotli comes with Streamlit's pyarrow)."""
    return ("br", "gzip") if Codec.is_available("brotli") else ("gzip",)


def chosen_coding(accept_encoding: str) -> str | None:
    """The best coding that a reader accepts, if any (RFC 9110, 12.5.3; `*` is left unused)."""
    accepted = set()
    for item in accept_encoding.lower().split(","):
        coding, _, weight = item.strip().partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            accepted.add(coding.strip())
    return next((coding for coding in codings() if coding in accepted), None)


def pack(body: bytes, coding: str) -> bytes:
    """Compress; gives the same bytes for the same body."""
    if coding == "br":
        return bytes(Codec("brotli", compression_level=_BROTLI_LEVEL).compress(body, asbytes=True))
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


@dataclass(frozen=True)
class Packed:
    """A compressed file, ready to be sent."""

    body: bytes
    etag: str
    content_type: str


class Shelf:
    """Files by address, each compressed at most once per coding."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        """List the files now: an address outside the list is never looked for on the disk.

        `folders` maps the start of an address, `/` at both ends, to a folder.
        """
        self._files = {
            start + path.relative_to(folder).as_posix(): path
            for start, folder in folders.items()
            for path in folder.rglob("*")
            if path.suffix in _COMPRESSIBLE and path.stat().st_size >= _WORTHWHILE
        }
        self._packed: dict[tuple[str, str], Packed] = {}
        self._made = Condition()  # of those who ask together, one compresses

    def __contains__(self, address: object) -> bool:
        return address in self._files

    def ready(self, address: str, coding: str) -> Packed | None:
        """The compressed file if it is already there: no waiting."""
        return self._packed.get((address, coding))

    @cachedmethod(attrgetter("_packed"), key=lambda _, *named: named, condition=attrgetter("_made"))
    def fetch(self, address: str, coding: str) -> Packed:
        """The compressed file, made now by the first who asks (KeyError: unknown address)."""
        path = self._files[address]
        body = pack(path.read_bytes(), coding)
        return Packed(body, _etag(body), _content_type(path))

    def warm(self, addresses: Iterable[str]) -> None:
        """Compress ahead, in order, what is on the shelf among these addresses."""
        known = [address for address in addresses if address in self._files]
        for coding in codings():
            for address in known:
                self.fetch(address, coding)


@cache
def shelf() -> Shelf:
    """The shelf of this process: Streamlit's files and ours."""
    return Shelf({"/static/": streamlit_files.folder() / "static", OURS_AT: OURS})


class Compression:
    """ASGI middleware that answers from a shelf, and lets everything else through."""

    def __init__(self, app: ASGIApp, files: Shelf) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GET for a file on the shelf when the reader accepts one of our codings."""
        address = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or address not in self._files:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        coding = chosen_coding(headers.get("accept-encoding", ""))
        if coding is None or "range" in headers:
            await self._app(scope, receive, send)
            return
        packed = self._files.ready(address, coding)
        if packed is None:
            packed = await to_thread.run_sync(self._files.fetch, address, coding)
        answer = packed_answer(packed, coding=coding, cache_control=lifetime(scope), seen=headers)
        await answer(scope, receive, send)


def packed_answer(
    packed: Packed, *, coding: str | None, cache_control: str, seen: Headers, status: int = 200
) -> Response:
    """Answer a file, or 304 to a reader who has it already."""
    headers = {
        "content-type": packed.content_type,
        "vary": "accept-encoding",
        "cache-control": cache_control,
        "etag": packed.etag,
    }
    if packed.etag in seen.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["content-encoding"] = coding
    return Response(packed.body, status_code=status, headers=headers)


def lifetime(scope: Scope) -> str:
    """For ever when the address names the version (Streamlit's hashes, our `?v=`), else an hour."""
    versioned = scope["path"].startswith("/static/") or b"v=" in scope.get("query_string", b"")
    return FOREVER if versioned else AN_HOUR


def packed_text(text: str, *, coding: str | None, content_type: str) -> Packed:
    """A text made by us, compressed or not, ready to be sent."""
    body = text.encode()
    body = pack(body, coding) if coding else body
    return Packed(body, _etag(body), content_type)


def text_route(path: str, made: Callable[[], str], *, content_type: str) -> Route:
    """Make the route of a text that never changes while the process lives, compressed once."""

    @cache
    def packed(coding: str | None) -> Packed:
        return packed_text(made(), coding=coding, content_type=content_type)

    def answer(request: Request) -> Response:
        coding = chosen_coding(request.headers.get("accept-encoding", ""))
        headers = {"cache-control": lifetime(request.scope), "vary": "accept-encoding"}
        if coding:
            headers["content-encoding"] = coding
        return Response(packed(coding).body, media_type=content_type, headers=headers)

    return Route(path, answer, methods=["GET"])


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def _content_type(path: Path) -> str:
    if path.suffix == ".js":  # the registry of Windows may say text/plain, which modules refuse
        return "text/javascript; charset=utf-8"
    if path.suffix == ".geojson":
        return "application/geo+json"
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
