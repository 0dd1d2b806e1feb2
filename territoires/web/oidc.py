"""Coming back from an identity provider: what it vouches for becomes a session of ours, or nothing.

Streamlit speaks with the provider and signs what it learns into cookies that live thirty days, on
every tab, whatever happens to the account. They never reach the browser: here they are read, and
exchanged for a row of our sessions behind our own cookie, which ends when we say so.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from territoires.commands.staff import sign_in_by_provider
from territoires.domain import security
from territoires.domain.drafts import IdentityDraft
from territoires.domain.errors import DatabaseError
from territoires.domain.security import Event
from territoires.french import sign_in as words
from territoires.web.account_page import account_page
from territoires.web.browser import give_cookie, session_token
from territoires.web.incidents import told
from territoires.web.own_forms import coming_back, our_path
from territoires.web.sign_in import PROVIDER, SIGN_IN, come_in
from territoires.web.visitors import visitor_of

CALLBACK: Final = "/oauth2callback"
IDENTIFY: Final = "/identite"
BACK: Final = "territoires_retour"
_BACK_S: Final = 900
_STREAMLITS: Final = "_streamlit_user"  # and what begins so

Claims = Callable[[Mapping[str, str]], Mapping[str, Any]]


def provider_routes() -> list[BaseRoute]:
    """Make the way out to the provider, which notes where to come back to."""

    def leave(request: Request) -> Response:
        back = our_path(request.query_params.get("retour"))
        answer = RedirectResponse(IDENTIFY, status_code=303)
        give_cookie(answer, request, BACK, quote(back), seconds=_BACK_S)
        return answer

    return [Route(PROVIDER, leave, methods=["GET"])]


class Exchange:
    """ASGI middleware over the provider's return: its answer is replaced by ours."""

    def __init__(self, app: ASGIApp, url: str, claims: Claims) -> None:
        """`claims` reads the cookies that Streamlit signed; `url` is our database's."""
        self._app = app
        self._url = url
        self._claims = claims

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let Streamlit answer the provider, keep its cookies, and send our own answer."""
        if scope["type"] != "http" or scope["path"] != CALLBACK:
            await self._app(scope, receive, send)
            return
        start: Message = {}

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message

        await self._app(scope, receive, held)
        said = self._claims(_cookies(Headers(raw=start.get("headers", []))))
        request = Request(scope)
        answer = await self._answer(request, said)
        answer.delete_cookie(BACK, path="/")
        for name in request.cookies:
            if name.startswith(_STREAMLITS):
                answer.delete_cookie(name, path="/")
        for value in _oauth_state(start):
            answer.raw_headers.append((b"set-cookie", value))
        await answer(scope, receive, send)

    async def _answer(self, request: Request, said: Mapping[str, Any]) -> Response:
        back = our_path(unquote(request.cookies.get(BACK, "")))
        email = str(said.get("email") or "").strip()
        visitor = visitor_of(request, token=session_token(request))
        if not said and not request.url.query:  # back from a sign-out at the provider's
            return RedirectResponse("/", status_code=303)
        if message := _doubt(said, email):
            return _refusal(message, back)
        try:
            session = await run_in_threadpool(
                sign_in_by_provider,
                self._url,
                email,
                IdentityDraft(issuer=str(said.get("iss") or ""), subject=str(said["sub"])),
                now=datetime.now(UTC),
                visitor=visitor,
            )
        except DatabaseError as error:
            return _refusal(told(error), back, status=503)
        if session is None:
            security.tell(Event.SIGN_IN_REFUSED, account=email, address=visitor.address)
            return _refusal(words.unknown_address(email), back)
        security.tell(
            Event.SIGNED_IN, account=session.email, address=visitor.address, by="provider"
        )
        return come_in(request, session, back)


def _doubt(said: Mapping[str, Any], email: str) -> str:
    """Say why what the provider says is not enough; empty when it is."""
    if not said:
        return words.PROVIDER_FAILED
    if not email:
        return words.NO_EMAIL
    if said.get("email_verified") not in {True, "true"}:
        return words.unverified(email)
    return "" if said.get("sub") else words.PROVIDER_FAILED


def _refusal(message: str, back: str, *, status: int = 403) -> Response:
    return account_page(
        words.TITLE,
        "",
        problems=(message,),
        links=((coming_back(SIGN_IN, back), words.OTHER_ACCOUNT),),
        status=status,
    )


def _cookies(headers: Headers) -> dict[str, str]:
    """Read the cookies that an answer would have set."""
    found: dict[str, str] = {}
    for header in headers.getlist("set-cookie"):
        try:
            parsed = SimpleCookie(header)
        except CookieError:
            continue
        found |= {name: morsel.value for name, morsel in parsed.items() if morsel.value}
    return found


def _oauth_state(start: Message) -> list[bytes]:
    """Keep the cookies by which Streamlit forgets the exchange that has just ended."""
    return [
        value
        for name, value in start.get("headers", [])
        if name.lower() == b"set-cookie" and not value.startswith(_STREAMLITS.encode())
    ]
