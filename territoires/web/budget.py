"""What a visitor may cost: files, messages, connections and patience, bounded before Streamlit."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.domain import security
from territoires.domain.errors import DatabaseError
from territoires.domain.roles import ANYBODY, Permission
from territoires.domain.security import Event
from territoires.french import web as words
from territoires.web.visitors import address_of, reader_of

MIB: Final = 1 << 20
# Files that staff have sent and that their open pages still hold, in bytes.
MOST_BY_SESSION, MOST_IN_ALL = 40 * MIB, 200 * MIB
_MOST_AT_ONCE: Final = 21 * MIB  # a file (server.maxUploadSize) and what frames it
# What a page of a visitor's sends: its address and what its filters hold.
HEAVIEST_PUBLIC: Final = 256 << 10
MOST_BY_ADDRESS, MOST_SOCKETS = 300, 2_000
SILENCE_S: Final = 30.0
_TOO_BIG, _TRY_LATER = 1009, 1013  # RFC 6455, 7.4.1 and its registry

_UPLOAD: Final = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
Held = Callable[[], Mapping[str, int]]


@contextmanager
def counted(inside: Counter[str], name: str, size: int = 1) -> Iterator[None]:
    """Count somebody while they are there; those at nothing are forgotten."""
    inside[name] += size
    try:
        yield
    finally:
        inside[name] -= size
        if not inside[name]:
            del inside[name]


class Uploads:
    """ASGI middleware before Streamlit's uploader, which keeps what it is sent in memory.

    Only who may import, and within what their session and all sessions may hold together: what
    pages still hold (`held`: bytes by session, freed by Streamlit with the session or by the page)
    and what is on its way.
    """

    def __init__(self, app: ASGIApp, url: str, held: Held) -> None:
        self._app = app
        self._url = url
        self._held = held
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a file before its first byte is read; pass everything else through."""
        found = _UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        session, connection = found[1], HTTPConnection(scope)
        size = _announced(connection.headers)
        refusal = await self._refusal(connection, session, size)
        if refusal is not None:
            status, message = refusal
            security.tell(Event.UPLOAD_REFUSED, address=address_of(connection), why=status.phrase)
            await PlainTextResponse(message, status_code=status)(scope, receive, send)
            return
        with counted(self._coming, session, size):
            await self._app(scope, receive, send)

    async def _refusal(
        self, connection: HTTPConnection, session: str, size: int
    ) -> tuple[HTTPStatus, str] | None:
        try:
            reader = await run_in_threadpool(reader_of, connection, self._url)
        except DatabaseError:
            return HTTPStatus.SERVICE_UNAVAILABLE, words.NO_DATABASE
        if not reader.may(Permission.RECORD_STAGE):
            return HTTPStatus.FORBIDDEN, words.NO_UPLOAD
        held = Counter(self._held()) + self._coming
        if held[session] + size > MOST_BY_SESSION:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words.TOO_MUCH_KEPT
        if held.total() + size > MOST_IN_ALL:
            return HTTPStatus.SERVICE_UNAVAILABLE, words.TOO_MUCH_IN_ALL
        return None


def _announced(headers: Headers) -> int:
    """Give the size of a body as it is told, the largest possible when it is not."""
    told = re.fullmatch(r"[0-9]{1,12}", headers.get("content-length", ""))
    return min(int(told[0]), _MOST_AT_ONCE) if told else _MOST_AT_ONCE


class SocketBounds:
    """ASGI middleware on the pages' connections: how many, and how heavy their messages."""

    def __init__(self, app: ASGIApp, url: str) -> None:
        self._app = app
        self._url = url
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one connection too many, cut one that says too much."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        address = address_of(connection)
        if self._open[address] >= MOST_BY_ADDRESS or self._open.total() >= MOST_SOCKETS:
            security.tell(Event.TOO_MANY, what="socket", address=address)
            await _refuse_socket(scope, receive, send)
            return
        with counted(self._open, address):
            await self._app(scope, *self._bounded(connection, receive, send))

    def _bounded(
        self, connection: HTTPConnection, receive: Receive, send: Send
    ) -> tuple[Receive, Send]:
        """Take a heavy message from who is signed in only; for others the page is gone."""
        is_cut = False

        async def give(message: Message) -> None:
            if not is_cut:
                await send(message)

        async def take() -> Message:
            nonlocal is_cut
            message = await receive()
            said = message.get("bytes") or message.get("text") or b""
            if len(said) <= HEAVIEST_PUBLIC or await self._is_staff(connection):
                return message
            security.tell(Event.TOO_MANY, what="message", address=address_of(connection))
            await send({"type": "websocket.close", "code": _TOO_BIG})
            is_cut = True
            return {"type": "websocket.disconnect", "code": _TOO_BIG}

        return take, give

    async def _is_staff(self, connection: HTTPConnection) -> bool:
        try:
            return await run_in_threadpool(reader_of, connection, self._url) is not ANYBODY
        except DatabaseError:
            return False


async def _refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Say why, where the server can answer a connection that it does not open."""
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": _TRY_LATER})
        return
    answer = PlainTextResponse(words.TOO_MANY_PAGES, status_code=429, headers={"retry-after": "60"})
    await answer(scope, receive, send)


class Rate:
    """How often one network address may ask within a minute of this process's clock."""

    def __init__(self, most: int, *, what: str) -> None:
        self._most = most
        self._what = what
        self._minute = 0
        self._asked: Counter[str] = Counter()

    def wait(self, address: str) -> int:
        """Count a request: nothing, or how long it is too many (seconds)."""
        minute, second = divmod(int(time.monotonic()), 60)
        if minute != self._minute:
            self._minute, self._asked = minute, Counter()
        self._asked[address] += 1
        over = self._asked[address] - self._most
        if over == 1:  # once a minute, whatever one sends
            security.tell(Event.TOO_MANY, what=self._what, address=address)
        return 60 - second if over > 0 else 0


class Patience:
    """ASGI middleware that does not wait for ever for the rest of a body."""

    def __init__(self, app: ASGIApp, silence_s: float = SILENCE_S) -> None:
        self._app = app
        self._silence_s = silence_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a body up after a silence: the application is told that the visitor has left."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_whole = started = timed_out = False

        async def take() -> Message:
            nonlocal is_whole, timed_out
            if is_whole:  # from here on one waits for the visitor to leave, which may take long
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self._silence_s)
            except TimeoutError:
                timed_out = True
                return {"type": "http.disconnect"}
            is_whole = not message.get("more_body", False)
            return message

        async def give(message: Message) -> None:
            nonlocal started
            started = True
            if not timed_out:
                await send(message)

        try:
            await self._app(scope, take, give)
        except ClientDisconnect:
            if not timed_out:
                raise
        if timed_out and not started:
            headers = {"connection": "close"}
            answer = PlainTextResponse(words.TOO_SLOW, status_code=408, headers=headers)
            await answer(scope, receive, send)
