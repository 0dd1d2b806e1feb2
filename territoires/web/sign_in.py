"""Signing in and out, and changing one's password: plain pages around an HttpOnly cookie."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.accounts import SESSION, SignedIn, sign_in, sign_out, who
from territoires.commands.staff import change_own_password
from territoires.commands.write import writing
from territoires.domain.drafts import PasswordDraft
from territoires.domain.errors import DatabaseError, InvalidError, TerritoiresError
from territoires.french import sign_in as words
from territoires.french.problems import error_message, problem_message, sign_in_message
from territoires.web.account_page import Form, account_page, field, hidden
from territoires.web.browser import is_https
from territoires.web.incidents import note
from territoires.web.sockets import recall

COOKIE: Final = "territoires_session"
SIGN_IN, SIGN_OUT, PASSWORD = "/connexion", "/deconnexion", "/mot-de-passe"
PROVIDER, CONNECTED = "/connexion/fournisseur", "/connecte"

SignInPage = Callable[..., Response]

# A path of ours: one slash, not two (`//host` is another site), no backslash, no control character.
_OURS: Final = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*")
_LONGEST: Final = 2000
# What a form of ours weighs at most (bytes), and how many fields it has.
_HEAVIEST, _MOST_FIELDS = 64 << 10, 10


def sign_in_routes(url: str, *, with_provider: bool = False) -> list[BaseRoute]:
    """Make the routes of the accounts of one database; an identity provider is offered first."""
    sign_in_page = partial(_sign_in_page, with_provider=with_provider)

    def show(request: Request) -> Response:
        return sign_in_page(our_path(request.query_params.get("retour")))

    def connected(_request: Request) -> Response:
        return account_page(words.CONNECTED_TITLE, words.CONNECTED)

    async def submit(request: Request) -> Response:
        return await _signed_in(request, url, sign_in_page)

    def show_password(request: Request) -> Response:
        return _password_page(request, url, back=our_path(request.query_params.get("retour")))

    async def submit_password(request: Request) -> Response:
        if not _from_here(request):
            return _refused()
        fields = await _fields(request)
        # The database is asked, and may be waited for: not on the loop that serves everybody.
        return await run_in_threadpool(_password_changed, request, fields, url, sign_in_page)

    def show_sign_out(_request: Request) -> Response:
        form = Form(action=SIGN_OUT, button=words.SIGN_OUT)
        return account_page(words.SIGN_OUT_TITLE, words.SIGN_OUT_LEAD, form)

    async def submit_sign_out(request: Request) -> Response:
        return await _signed_out(request, url)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, submit, methods=["POST"]),
        Route(PASSWORD, show_password, methods=["GET"]),
        Route(PASSWORD, submit_password, methods=["POST"]),
        Route(SIGN_OUT, show_sign_out, methods=["GET"]),
        Route(SIGN_OUT, submit_sign_out, methods=["POST"]),
        Route(CONNECTED, connected, methods=["GET"]),
    ]


async def _fields(request: Request) -> dict[str, str]:
    """Read a form of ours; whoever sends more is told before the rest is read."""
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > _HEAVIEST:
            raise HTTPException(413, words.TOO_HEAVY)
    text = received.decode("utf-8", errors="replace")
    try:
        form = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, words.NOT_OURS) from None
    return {name: value[:_LONGEST] for name, value in form}


async def _signed_in(request: Request, url: str, sign_in_page: SignInPage) -> Response:
    if not _from_here(request):
        return _refused()
    fields = await _fields(request)
    back = our_path(fields.get("retour"))
    email = fields.get("email", "")
    now = datetime.now(UTC)
    try:
        # Hashing takes its time on purpose: not on the loop that serves everybody.
        outcome = await run_in_threadpool(sign_in, url, email, fields.get("password", ""), now=now)
    except DatabaseError as error:  # here and not for everybody: the page keeps the address
        note(error)
        return sign_in_page(back, email=email, problems=(error_message(error),), status=503)
    if not isinstance(outcome, SignedIn):
        seconds = math.ceil((outcome.until - now).total_seconds()) if outcome.until else 0
        message = sign_in_message(outcome.code, seconds=max(seconds, 0))
        return sign_in_page(back, email=email, problems=(message,), status=401)
    target = f"{PASSWORD}?{urlencode({'retour': back})}" if outcome.must_change_password else back
    return with_cookie(RedirectResponse(target, status_code=303), request, outcome.token)


def _password_changed(
    request: Request, fields: dict[str, str], url: str, sign_in_page: SignInPage
) -> Response:
    back = our_path(fields.get("retour"))
    now = datetime.now(UTC)
    reader = who(url, request.cookies.get(COOKIE, ""), now=now)
    if reader is None:
        return sign_in_page(PASSWORD, problems=(words.SIGNED_OUT,), status=401)
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        return _password_page(request, url, back=back, problems=(words.DIFFERENT,), status=400)

    try:
        with writing(url, reader.email, now=now) as write:
            change_own_password(write, PasswordDraft(current=fields.get("current", ""), new=new))
        outcome = sign_in(url, reader.email, new, now=datetime.now(UTC))
    except InvalidError as invalid:
        problems = tuple(problem_message(problem) for problem in invalid.problems)
        return _password_page(request, url, back=back, problems=problems, status=400)
    except TerritoiresError as error:
        if isinstance(error, DatabaseError):
            note(error)
        message = error_message(error)
        return _password_page(request, url, back=back, problems=(message,), status=503)
    if not isinstance(outcome, SignedIn):
        return sign_in_page(back, email=reader.email)
    return with_cookie(RedirectResponse(back, status_code=303), request, outcome.token)


async def _signed_out(request: Request, url: str) -> Response:
    if not _from_here(request):
        return _refused()
    token = request.cookies.get(COOKIE, "")
    if token:
        await run_in_threadpool(sign_out, url, token)
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def with_cookie(answer: Response, request: Request, token: str) -> Response:
    """Give the browser its session, and let its open pages come back with it."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )
    recall(request, answer)
    return answer


def _from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours: browsers always name the origin of a POST."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def our_path(path: str | None) -> str:
    """Give a path of ours, the front page for anything else."""
    return path if path and len(path) <= _LONGEST and _OURS.fullmatch(path) else "/"


def _refused() -> Response:
    return account_page(words.TITLE, words.NOT_FROM_HERE, status=403)


def _sign_in_page(
    back: str,
    *,
    with_provider: bool,
    email: str = "",
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    kept = hidden("retour", back)
    local = Form(
        action=SIGN_IN,
        button=words.SIGN_IN,
        fields=(
            field("email", words.EMAIL, kind="email", value=email, complete="username"),
            field("password", words.PASSWORD, kind="password", complete="current-password"),
            kept,
        ),
    )
    provider = Form(action=PROVIDER, button=words.WITH_PROVIDER, fields=(kept,), method="get")
    return account_page(
        words.TITLE,
        words.LEAD,
        *([provider, local] if with_provider else [local]),
        between=words.OR_LOCAL,
        problems=problems,
        notes=(words.FORGOTTEN, words.FIRST_TIME),
        status=status,
    )


def _password_page(
    request: Request, url: str, *, back: str, problems: Sequence[str] = (), status: int = 200
) -> Response:
    reader = who(url, request.cookies.get(COOKIE, ""), now=datetime.now(UTC))
    if reader is None:
        return RedirectResponse(f"{SIGN_IN}?{urlencode({'retour': PASSWORD})}", status_code=303)
    form = Form(
        action=PASSWORD,
        button=words.CHANGE,
        fields=(
            # Whose password this is, for password managers.
            hidden("email", reader.email, complete="username"),
            field("current", words.CURRENT, kind="password", complete="current-password"),
            field("new", words.NEW, kind="password", complete="new-password"),
            field("again", words.AGAIN, kind="password", complete="new-password"),
            hidden("retour", back),
        ),
    )
    lead = words.CHANGE_FIRST if reader.must_change_password else ""
    return account_page(
        words.CHANGE_TITLE,
        f"{lead} {words.CHANGE_LEAD}".strip(),
        form,
        problems=problems,
        status=status,
    )
