"""An unforeseen error becomes an incident: a number for the reader, a traceback for the log."""

import logging
import secrets
from collections.abc import Callable
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.french.web import incident_message

_LOG: Final = logging.getLogger(__name__)


def record(error: Exception) -> str:
    """Write the traceback to the log, and give the number under which it is found there."""
    number = secrets.token_hex(4)
    _LOG.error("incident %s: %s", number, type(error).__name__, exc_info=error)
    return number


def on_error(show: Callable[[str], object]) -> Callable[[Exception], bool]:
    """What `st.App` calls when a page fails.

    `show` puts a French sentence on the page (`st.error`). The handler returns True: Streamlit adds
    nothing of its own.
    """

    def handle(error: Exception) -> bool:
        show(incident_message(record(error)))
        return True

    return handle


class Incidents:
    """ASGI middleware: a route that fails answers 500 in French, without any detail."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through; after an error, answer if nothing was sent yet."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:
            number = record(error)
            if started:  # too late for another answer: the server must cut this one short
                raise
            answer = PlainTextResponse(incident_message(number), status_code=500)
            await answer(scope, receive, send)
