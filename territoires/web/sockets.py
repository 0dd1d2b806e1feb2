"""The open pages of a browser: when it signs in, they are made to come back with its new cookie.

A page reads the cookies of its own connection, which are those of the day it was opened. Cut off,
Streamlit's page reconnects at once, finds its session again with all that was typed in it, and its
cookies are then those of today. The key is the cookie that names the browser.
"""

import logging
from collections import defaultdict
from typing import Final

import anyio
from starlette.background import BackgroundTask
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.web.browser import BROWSER

_KEPT_S: Final = 0.3
_COME_BACK: Final = 1012  # "service restart", RFC 6455's registry

_LOG: Final = logging.getLogger(__name__)


class _Socket:
    """One connection, which we may close before either side does."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._closed = False

    async def send(self, message: Message) -> None:
        """Pass a message on; once closed, what is still said is lost, as on any broken line."""
        if self._closed:
            return
        self._closed = message["type"] == "websocket.close"
        await self._send(message)

    async def close(self) -> None:
        """Cut the connection."""
        try:
            await self.send({"type": "websocket.close", "code": _COME_BACK})
        except (RuntimeError, OSError) as error:
            _LOG.debug("already gone: %s", error)


OPEN: Final[dict[str, set[_Socket]]] = defaultdict(set)
"""The connections now open, by browser."""


class Reconnection:
    """ASGI middleware that knows the open connections of each browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; note the connections of browsers."""
        is_socket = scope["type"] == "websocket"
        browser = HTTPConnection(scope).cookies.get(BROWSER) if is_socket else None
        if not browser:
            await self._app(scope, receive, send)
            return
        socket = _Socket(send)
        OPEN[browser].add(socket)
        try:
            await self._app(scope, receive, socket.send)
        finally:
            OPEN[browser].discard(socket)
            if not OPEN[browser]:
                del OPEN[browser]


def recall(request: Request, answer: Response) -> None:
    """Let the open pages of this browser come back with the cookies that `answer` gives it."""
    browser = request.cookies.get(BROWSER)
    if browser:
        answer.background = BackgroundTask(_come_back, browser)


async def _come_back(browser: str) -> None:
    # Background tasks run once the answer is sent; the browser still has to keep its cookies.
    await anyio.sleep(_KEPT_S)
    for socket in tuple(OPEN.get(browser, ())):
        await socket.close()
