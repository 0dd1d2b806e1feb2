"""Plain forms of ours: where they may come from, what they may weigh, and where they lead back."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from territoires.domain import security
from territoires.domain.security import Event
from territoires.french import sign_in as words
from territoires.settings import public_url
from territoires.web.account_page import account_page
from territoires.web.budget import counted

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
    """The line in front of what takes time: what verifies passwords, or another thing (`what`).

    `by_address`: how many of one address may be at work and waiting.
    """

    def __init__(
        self,
        *,
        what: str = "sign_in",
        refusal: str = words.TOO_MANY,
        at_once: int = _AT_ONCE,
        most_waiting: int = _MOST_WAITING,
        by_address: int | None = None,
    ) -> None:
        self._limiter: CapacityLimiter | None = None  # made inside the loop that serves
        self._inside: Counter[str] = Counter()  # at work and waiting, by address
        self._what, self._refusal = what, refusal
        self._at_once, self._most = at_once, at_once + most_waiting
        self._by_address = self._most if by_address is None else by_address

    async def run(self, work: Callable[[], T], *, address: str = "") -> T:
        """Do it in its turn; raises HTTPException (429) when too many wait already."""
        self._limiter = self._limiter or CapacityLimiter(self._at_once)
        # The limiter's own count is late: of those who come at one moment it knows none yet.
        is_full = self._inside.total() >= self._most
        if is_full or self._inside[address] >= self._by_address:
            security.tell(Event.TOO_MANY, what=self._what, address=address)
            raise HTTPException(429, self._refusal, headers={"retry-after": "5"})
        with counted(self._inside, address):
            return await to_thread.run_sync(work, limiter=self._limiter)


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
    text = (await _received(request, HEAVIEST)).decode("utf-8", errors="replace")
    try:
        form = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, words.NOT_OURS) from None
    return {name: value[:longest] for name, value in form}


async def parts_of(request: Request, *, heaviest: int) -> FormData:
    """Read a form of ours that may hold one file, `heaviest` bytes in all; for the caller to close.

    Raises HTTPException as `fields_of` does.
    """
    body = await _received(request, heaviest)

    async def again() -> Message:
        return {"type": "http.request", "body": body}

    bounds = {"max_files": 1, "max_fields": _MOST_FIELDS, "max_part_size": heaviest}
    try:
        return await Request(request.scope, again).form(**bounds)
    except (HTTPException, MultiPartException, UnicodeError):
        raise HTTPException(400, words.NOT_OURS) from None


async def _received(request: Request, heaviest: int) -> bytes:
    if not _from_here(request):
        raise HTTPException(403, words.NOT_FROM_HERE)
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > heaviest:
            raise HTTPException(413, words.TOO_HEAVY)
    return bytes(received)


def _from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours: browsers always name the origin of a POST."""
    origin = request.headers.get("origin")
    if origin is None:
        return False
    public = public_url()
    if public:  # scheme and port too: another service of the same host is another site
        return origin == "{0.scheme}://{0.netloc}".format(urlsplit(public))
    return urlsplit(origin).netloc == request.headers.get("host")


def coming_back(path: str, back: str) -> str:
    """Give the address of a page of ours that leads `back` afterwards."""
    return f"{path}?{urlencode({'retour': back})}"


def our_path(path: str | None) -> str:
    """Give a path of ours, the front page for anything else."""
    return path if path and len(path) <= _LONGEST and _OURS.fullmatch(path) else "/"
