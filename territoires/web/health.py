"""Is the process alive, and is it ready to serve: two questions that machines ask."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from territoires.french.web import ALIVE, READY, UNREADY

_LOG: Final = logging.getLogger(__name__)
_NEVER_KEPT: Final = {"cache-control": "no-store"}
# A probe that hangs is a probe that says no.
PATIENCE_S: Final = 3.0


def health_routes(
    *, database_answers: Callable[[], bool], patience_s: float = PATIENCE_S
) -> list[Route]:
    """`/sante`: 200 while the process lives; `/pret`: 200 when the database answers, 503 otherwise.

    `database_answers` may block and may raise: both mean no, the second with a line in the log. It
    is given `patience_s` seconds.
    """
    return [
        Route("/sante", _alive, methods=["GET"]),
        Route("/pret", _ready(database_answers, patience_s), methods=["GET"]),
    ]


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"etat": ALIVE}, headers=_NEVER_KEPT)


def _ready(
    database_answers: Callable[[], bool], patience_s: float
) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def ready(_: Request) -> JSONResponse:
        answers = False
        try:
            with anyio.fail_after(patience_s):
                answers = await to_thread.run_sync(database_answers, abandon_on_cancel=True)
        except TimeoutError:
            _LOG.warning("not ready: the database did not answer within %s s", patience_s)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the answer is no
            _LOG.warning("not ready: %s: %s", type(error).__name__, error)
        if answers:
            return JSONResponse({"etat": READY}, headers=_NEVER_KEPT)
        return JSONResponse({"etat": UNREADY}, status_code=503, headers=_NEVER_KEPT)

    return ready
