"""Is the process alive, and is it ready to serve: two questions that machines ask."""

import logging
from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic
from typing import Final

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from territoires.french.web import ALIVE, DAMAGED, READY, UNREADY

_LOG: Final = logging.getLogger(__name__)
_NEVER_KEPT: Final = {"cache-control": "no-store"}
# A probe that hangs is a probe that says no.
PATIENCE_S: Final = 3.0
# How long what a deeper look found is believed.
BELIEVED_S: Final = 300.0


class DeeperLook:
    """What was found by a look that no probe can wait for, taken again every few minutes."""

    def __init__(
        self, is_sound: Callable[[], bool] = lambda: True, *, believed_s: float = BELIEVED_S
    ) -> None:
        self._is_sound = is_sound
        self._believed_s = believed_s
        self._taken_at: float | None = None
        self._lock = Lock()
        self.found_sound = True

    def renew(self) -> Thread | None:
        """Look again, beside, when the last look is too old and no other is being taken."""
        now = monotonic()
        if self._taken_at is not None and now - self._taken_at < self._believed_s:
            return None
        if not self._lock.acquire(blocking=False):
            return None
        self._taken_at = now
        looking = Thread(target=self._look, name="deeper look", daemon=True)
        looking.start()
        return looking

    def _look(self) -> None:
        try:
            self.found_sound = self._is_sound()
        except Exception as error:  # noqa: BLE001 - the probe itself says what cannot be reached
            _LOG.warning("no deeper look: %s: %s", type(error).__name__, error)
        finally:
            self._lock.release()


def health_routes(
    *,
    database_answers: Callable[[], bool],
    patience_s: float = PATIENCE_S,
    deeper_look: DeeperLook | None = None,
) -> list[Route]:
    """`/sante`: 200 while the process lives; `/pret`: 200 when the database answers, 503 otherwise.

    `database_answers` may block and may raise: both mean no, the second with a line in the log. It
    is given `patience_s` seconds. A database that answers and that the latest `deeper_look` found
    damaged is not ready either.
    """
    look = deeper_look or DeeperLook()

    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"etat": ALIVE}, headers=_NEVER_KEPT)

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
            look.renew()
            if not look.found_sound:
                return JSONResponse({"etat": DAMAGED}, status_code=503, headers=_NEVER_KEPT)
            return JSONResponse({"etat": READY}, headers=_NEVER_KEPT)
        return JSONResponse({"etat": UNREADY}, status_code=503, headers=_NEVER_KEPT)

    return [Route("/sante", alive, methods=["GET"]), Route("/pret", ready, methods=["GET"])]
