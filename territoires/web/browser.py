"""A cookie that names the browser, for the proxy and for open pages; it opens nothing.

Several servers behind one proxy: a page, its connection and its files must reach the same one,
which the proxy chooses by this name (deploy/nginx.conf). Every visitor has one, signed in or not.
"""

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.settings import session_cookie

BROWSER: Final = "territoires_navigateur"
# What other sites show or read must not have us follow their readers.
NAMELESS: Final = ("/carton/", "/api/", "/donnees/", "/flux/")


def is_https(connection: HTTPConnection) -> bool:
    """Tell whether the visitor uses https, a proxy in front included."""
    return "https" in {connection.url.scheme, connection.headers.get("x-forwarded-proto", "")}


def session_token(connection: HTTPConnection) -> str:
    """Read the cookie of a session, empty when there is none."""
    return connection.cookies.get(session_cookie(https=is_https(connection)), "")


def give_cookie(
    answer: Response,
    connection: HTTPConnection,
    name: str,
    value: str,
    *,
    seconds: int | None = None,
) -> None:
    """Have a browser keep what no script reads, for so long or as long as it stays open."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_https(connection),
    )


class BrowserName:
    """ASGI middleware that gives a browser its name with the first page that it opens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the cookie to a page asked for by a browser that has none; pass the rest through."""
        if scope["type"] != "http" or not _is_newcomer(HTTPConnection(scope)):
            await self._app(scope, receive, send)
            return

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                named = Response()
                give_cookie(named, HTTPConnection(scope), BROWSER, secrets.token_urlsafe(16))
                headers.append("set-cookie", named.headers["set-cookie"])
                # A name is for one browser: no cache between us may give it to another.
                if headers.get("cache-control") != "no-store":
                    headers["cache-control"] = "private, no-cache"
            await send(message)

        await self._app(scope, receive, send_named)


def _is_newcomer(connection: HTTPConnection) -> bool:
    if connection.url.path.startswith(NAMELESS):
        return False
    # Told by what is asked and not by what is answered: a page kept from the day before is answered
    # "not modified", without a type.
    return BROWSER not in connection.cookies and "text/html" in connection.headers.get("accept", "")
