"""Signing in and out: plain pages around an HttpOnly cookie."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.accounts import SESSION, SignedIn, SignInRefused, sign_in, sign_out
from territoires.domain import security
from territoires.domain.errors import DatabaseError
from territoires.domain.roles import ANYBODY, LocalAccounts
from territoires.domain.security import Event
from territoires.french import sign_in as words
from territoires.french.problems import sign_in_message
from territoires.settings import session_cookie
from territoires.web.account_page import Form, account_page, field, hidden
from territoires.web.browser import give_cookie, is_https, session_token
from territoires.web.incidents import told
from territoires.web.own_forms import Line, coming_back, fields_of, our_path, said_in_french
from territoires.web.sockets import recall
from territoires.web.visitors import reader_of, visitor_of

SIGN_IN, SIGN_OUT, PASSWORD = "/connexion", "/deconnexion", "/mot-de-passe"
PROVIDER, CONNECTED, SESSIONS = "/connexion/fournisseur", "/connecte", "/sessions"


@dataclass(frozen=True, kw_only=True)
class Door:
    """How one comes into a database: an identity provider, offered first, and local accounts."""

    url: str
    line: Line
    with_provider: bool = False
    local: LocalAccounts = LocalAccounts.ON

    def page(
        self, back: str, *, email: str = "", problems: Sequence[str] = (), status: int = 200
    ) -> Response:
        """Write the page that asks who one is, and leads `back` afterwards."""
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
        with_local = self.local is not LocalAccounts.OFF
        return account_page(
            words.TITLE,
            words.LEAD,
            *([provider] if self.with_provider else []),
            *([local] if with_local else []),
            between=words.OR_LOCAL,
            problems=problems,
            notes=(words.FORGOTTEN,) if with_local else (),
            status=status,
        )


def sign_in_routes(door: Door) -> list[BaseRoute]:
    """Make the routes by which one comes in and goes."""

    def show(request: Request) -> Response:
        return door.page(our_path(request.query_params.get("retour")))

    def connected(_request: Request) -> Response:
        return account_page(words.CONNECTED_TITLE, words.CONNECTED)

    @said_in_french
    async def submit(request: Request) -> Response:
        fields = await fields_of(request)
        if door.local is LocalAccounts.OFF:
            back = our_path(fields.get("retour"))
            return door.page(back, problems=(words.NO_LOCAL,), status=403)
        return await door.line.run(partial(_signed_in, request, fields, door))

    def show_sign_out(_request: Request) -> Response:
        form = Form(action=SIGN_OUT, button=words.SIGN_OUT)
        return account_page(
            words.SIGN_OUT_TITLE, words.SIGN_OUT_LEAD, form, links=((SESSIONS, words.SESSIONS),)
        )

    @said_in_french
    async def submit_sign_out(request: Request) -> Response:
        await fields_of(request)
        return await run_in_threadpool(_signed_out, request, door.url)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, submit, methods=["POST"]),
        Route(SIGN_OUT, show_sign_out, methods=["GET"]),
        Route(SIGN_OUT, submit_sign_out, methods=["POST"]),
        Route(CONNECTED, connected, methods=["GET"]),
    ]


def _signed_in(request: Request, fields: dict[str, str], door: Door) -> Response:
    back = our_path(fields.get("retour"))
    email, password = fields.get("email", ""), fields.get("password", "")
    now = datetime.now(UTC)
    visitor = visitor_of(request, token=session_token(request), local=door.local)
    try:
        outcome = sign_in(door.url, email, password, now=now, visitor=visitor)
    except DatabaseError as error:  # here and not for everybody: the page keeps the address
        return door.page(back, email=email, problems=(told(error),), status=503)
    if not isinstance(outcome, SignedIn):
        message, status = refusal(outcome, email, visitor.address, now)
        return door.page(back, email=email, problems=(message,), status=status)
    security.tell(Event.SIGNED_IN, account=outcome.email, address=visitor.address)
    return come_in(request, outcome, back)


def come_in(request: Request, session: SignedIn, back: str) -> Response:
    """Lead whoever has just signed in to where they came from, by a password of their own."""
    target = coming_back(PASSWORD, back) if session.must_change_password else back
    return with_cookie(RedirectResponse(target, status_code=303), request, session.token)


def refusal(refused: SignInRefused, email: str, address: str, now: datetime) -> tuple[str, int]:
    """Say why a password opens nothing, to the log too; gives the sentence and the status."""
    waits = refused.until is not None
    security.tell(
        Event.SIGN_IN_WAITS if waits else Event.SIGN_IN_FAILED,
        account=email,
        address=address,
        code=refused.code,
    )
    seconds = math.ceil((refused.until - now).total_seconds()) if refused.until else 0
    return sign_in_message(refused.code, seconds=max(seconds, 0)), 429 if waits else 401


def _signed_out(request: Request, url: str) -> Response:
    if (reader := reader_of(request, url)) is not ANYBODY:
        sign_out(url, session_token(request))
        address = visitor_of(request).address
        security.tell(Event.SIGNED_OUT, account=reader.email, address=address)
    answer = RedirectResponse("/", status_code=303)
    https = is_https(request)
    name = session_cookie(https=https)
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=https)
    return answer


def with_cookie(answer: Response, request: Request, token: str) -> Response:
    """Give the browser its session, and let its open pages come back with it."""
    name = session_cookie(https=is_https(request))
    give_cookie(answer, request, name, token, seconds=int(SESSION.total_seconds()))
    recall(request, answer)
    return answer
