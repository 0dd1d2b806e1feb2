"""What goes wrong, said in French: a foreseen cause by its name, any other by a number."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.domain.errors import DatabaseError, TerritoiresError
from territoires.french.faults import database_notice
from territoires.french.problems import error_message
from territoires.french.web import NO_DATABASE, UNANSWERED, incident_message
from territoires.web.account_page import account_page

_LOG: Final = logging.getLogger(__name__)


def record(error: Exception) -> str:
    """Write the traceback to the log, and give the number under which it is found there."""
    number = secrets.token_hex(4)
    _LOG.error("incident %s: %s", number, type(error).__name__, exc_info=error)
    return number


def note(error: DatabaseError) -> None:
    """Write to the log what is wrong with the database: a line is enough."""
    _LOG.error("database %s", error)


def told(error: TerritoiresError) -> str:
    """Say what is wrong where somebody waits for it, and log it if it is the database."""
    if isinstance(error, DatabaseError):
        note(error)
    return error_message(error)


def on_error(show: Callable[[str], object]) -> Callable[[Exception], bool]:
    """What `st.App` calls when a page fails.

    `show` puts a French sentence on the page (`st.error`). The handler returns True: Streamlit adds
    nothing of its own.
    """

    def handle(error: Exception) -> bool:
        if isinstance(error, DatabaseError):
            note(error)
            show(database_notice(error))
        else:
            show(incident_message(record(error)))
        return True

    return handle


def _unanswered(_request: Request, error: Any) -> Response:
    """Say in French what a route refuses (HTTPException), where it has no words of its own."""
    said = error.detail
    if said == HTTPStatus(error.status_code).phrase:
        said = UNANSWERED.get(error.status_code, said)
    return PlainTextResponse(said, status_code=error.status_code, headers=error.headers)


def handlers(show: Callable[[str], object]) -> dict[str, Any]:
    """Give `st.App` what it calls when a page fails, see `on_error`, and when a route refuses."""
    return {"on_script_error": on_error(show), "exception_handlers": {HTTPException: _unanswered}}


class Incidents:
    """ASGI middleware: a route without its database answers 503, one that fails 500, in French."""

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
        except ClientDisconnect:  # a visitor who leaves is no incident, and hears no answer
            return
        except Exception as error:
            answer = _answer(error, Headers(scope=scope).get("accept", ""))
            if started:  # too late for another answer: the server must cut this one short
                raise
            await answer(scope, receive, send)


def _answer(error: Exception, accept: str) -> Response:
    if not isinstance(error, DatabaseError):
        return PlainTextResponse(incident_message(record(error)), status_code=500)
    note(error)
    message = database_notice(error)
    if "text/html" in accept:  # somebody looks at it
        return account_page(NO_DATABASE, "", problems=(message,), status=503)
    return PlainTextResponse(message, status_code=503, headers={"cache-control": "no-store"})
