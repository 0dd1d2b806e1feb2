"""Plain forms of ours: where they may come from, what they may weigh, and where they lead back."""

import re
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from territoires.domain import security
from territoires.domain.security import Event
from territoires.french import sign_in as words
from territoires.settings import public_url
from territoires.web.account_page import account_page

# A path of ours: one slash, not two (`//host` is another site), no backslash, no control character.
_OURS: Final = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*")
_LONGEST: Final = 2000
# What a form of ours weighs at most (bytes), and how many fields it has.
HEAVIEST, _MOST_FIELDS = 64 << 10, 10

# A password takes 64 MiB and 50 ms to verify: two at a time, and few who wait.
_AT_ONCE: Final = 2
_MOST_WAITING: Final = 10

Endpoint = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")


class Line:
    """The line in front of what verifies passwords."""

    def __init__(self) -> None:
        self._limiter: CapacityLimiter | None = None  # made inside the loop that serves
        self._inside = 0  # at work and waiting

    async def run(self, work: Callable[[], T]) -> T:
        """Do it in its turn; raises HTTPException (429) when too many wait already."""
        self._limiter = self._limiter or CapacityLimiter(_AT_ONCE)
        # The limiter's own count is late: of those who come at one moment it knows none yet.
        if self._inside >= _AT_ONCE + _MOST_WAITING:
            security.tell(Event.TOO_MANY, what="sign_in")
            raise HTTPException(429, words.TOO_MANY, headers={"retry-after": "5"})
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


def said_in_french(endpoint: Endpoint, title: str = words.TITLE) -> Endpoint:
    """Answer what is refused with a page that says why."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except HTTPException as refused:
            page = account_page(title, "", problems=(refused.detail,), status=refused.status_code)
            page.headers.update(refused.headers or {})
            return page

    return answer


async def fields_of(request: Request, *, longest: int = _LONGEST) -> dict[str, str]:
    """Read a form of ours, each field up to so many signs.

    Whoever sends more than a form weighs is told before the rest is read. Raises HTTPException: 403
    for a form that another site sent, 413 and 400 for one that is none of ours.
    """
    if not _from_here(request):
        raise HTTPException(403, words.NOT_FROM_HERE)
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > HEAVIEST:
            raise HTTPException(413, words.TOO_HEAVY)
    text = received.decode("utf-8", errors="replace")
    try:
        form = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, words.NOT_OURS) from None
    return {name: value[:longest] for name, value in form}


def _from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours: browsers always name the origin of a POST."""
    origin = request.headers.get("origin")
    if origin is None:
        return False
    public = public_url()
    if public:  # scheme and port too: another service of the same host is another site
        return origin == "{0.scheme}://{0.netloc}".format(urlsplit(public))
    return urlsplit(origin).netloc == request.headers.get("host")


def our_path(path: str | None) -> str:
    """Give a path of ours, the front page for anything else."""
    return path if path and len(path) <= _LONGEST and _OURS.fullmatch(path) else "/"
