"""Signing in and out, and changing one's password: plain pages around an HttpOnly cookie."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.accounts import SESSION, SignedIn, sign_in, sign_out, who
from territoires.commands.staff import change_own_password
from territoires.commands.write import writing
from territoires.domain.drafts import PasswordDraft
from territoires.domain.errors import InvalidError, TerritoiresError
from territoires.french import sign_in as words
from territoires.french.problems import error_message, problem_message, sign_in_message
from territoires.french.web import SITE_NAME
from territoires.web.style import ADDRESS as STYLE

COOKIE: Final = "territoires_session"
SIGN_IN, SIGN_OUT, PASSWORD = "/connexion", "/deconnexion", "/mot-de-passe"

# A path of ours: one slash, not two (`//host` is another site), no backslash, no control character.
_OURS: Final = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*")
_LONGEST: Final = 2000


def sign_in_routes(url: str) -> list[BaseRoute]:
    """Make the routes of the accounts of one database."""

    def show(request: Request) -> Response:
        return _sign_in_page(_back(request.query_params.get("retour")))

    async def submit(request: Request) -> Response:
        return await _signed_in(request, url)

    def show_password(request: Request) -> Response:
        return _password_page(request, url, back=_back(request.query_params.get("retour")))

    async def submit_password(request: Request) -> Response:
        return await _password_changed(request, url)

    def show_sign_out(_request: Request) -> Response:
        return _page(words.SIGN_OUT_TITLE, words.SIGN_OUT_LEAD, (), SIGN_OUT, words.SIGN_OUT)

    async def submit_sign_out(request: Request) -> Response:
        return await _signed_out(request, url)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, submit, methods=["POST"]),
        Route(PASSWORD, show_password, methods=["GET"]),
        Route(PASSWORD, submit_password, methods=["POST"]),
        Route(SIGN_OUT, show_sign_out, methods=["GET"]),
        Route(SIGN_OUT, submit_sign_out, methods=["POST"]),
    ]


async def _fields(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=10)
    return {name: str(value)[:_LONGEST] for name, value in form.items()}


async def _signed_in(request: Request, url: str) -> Response:
    if not _from_here(request):
        return _refused()
    fields = await _fields(request)
    back = _back(fields.get("retour"))
    email = fields.get("email", "")
    now = datetime.now(UTC)
    try:
        # Hashing takes its time on purpose: not on the loop that serves everybody.
        outcome = await run_in_threadpool(sign_in, url, email, fields.get("password", ""), now=now)
    except TerritoiresError as error:
        return _sign_in_page(back, email=email, problems=(error_message(error),), status=503)
    if not isinstance(outcome, SignedIn):
        seconds = math.ceil((outcome.until - now).total_seconds()) if outcome.until else 0
        message = sign_in_message(outcome.code, seconds=max(seconds, 0))
        return _sign_in_page(back, email=email, problems=(message,), status=401)
    target = f"{PASSWORD}?{urlencode({'retour': back})}" if outcome.must_change_password else back
    return _with_cookie(RedirectResponse(target, status_code=303), request, outcome.token)


async def _password_changed(request: Request, url: str) -> Response:  # noqa: PLR0911 - refusals
    if not _from_here(request):
        return _refused()
    fields = await _fields(request)
    back = _back(fields.get("retour"))
    now = datetime.now(UTC)
    reader = who(url, request.cookies.get(COOKIE, ""), now=now)
    if reader is None:
        return _sign_in_page(PASSWORD, problems=(words.SIGNED_OUT,), status=401)
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        return _password_page(request, url, back=back, problems=(words.DIFFERENT,), status=400)

    def change() -> SignedIn | None:
        with writing(url, reader.email, now=now) as write:
            change_own_password(write, PasswordDraft(current=fields.get("current", ""), new=new))
        outcome = sign_in(url, reader.email, new, now=datetime.now(UTC))
        return outcome if isinstance(outcome, SignedIn) else None

    try:
        outcome = await run_in_threadpool(change)
    except InvalidError as invalid:
        problems = tuple(problem_message(problem) for problem in invalid.problems)
        return _password_page(request, url, back=back, problems=problems, status=400)
    except TerritoiresError as error:
        message = error_message(error)
        return _password_page(request, url, back=back, problems=(message,), status=503)
    if outcome is None:
        return _sign_in_page(back, email=reader.email)
    return _with_cookie(RedirectResponse(back, status_code=303), request, outcome.token)


async def _signed_out(request: Request, url: str) -> Response:
    if not _from_here(request):
        return _refused()
    token = request.cookies.get(COOKIE, "")
    if token:
        await run_in_threadpool(sign_out, url, token)
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _with_cookie(answer: Response, request: Request, token: str) -> Response:
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_https(request),
    )
    return answer


def _is_https(request: Request) -> bool:
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "")}


def _from_here(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours: browsers always name the origin of a POST."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _back(path: str | None) -> str:
    return path if path and len(path) <= _LONGEST and _OURS.fullmatch(path) else "/"


def _refused() -> Response:
    return _page(words.TITLE, words.NOT_FROM_HERE, (), "", "", status=403)


def _sign_in_page(
    back: str, *, email: str = "", problems: Sequence[str] = (), status: int = 200
) -> Response:
    fields = (
        _field("email", words.EMAIL, kind="email", value=email, complete="username"),
        _field("password", words.PASSWORD, kind="password", complete="current-password"),
        f'<input type="hidden" name="retour" value="{escape(back)}">',
    )
    return _page(
        words.TITLE,
        words.LEAD,
        fields,
        SIGN_IN,
        words.SIGN_IN,
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
    fields = (
        # Whose password this is, for password managers.
        '<input type="hidden" name="email" autocomplete="username" '
        f'value="{escape(reader.email)}">',
        _field("current", words.CURRENT, kind="password", complete="current-password"),
        _field("new", words.NEW, kind="password", complete="new-password"),
        _field("again", words.AGAIN, kind="password", complete="new-password"),
        f'<input type="hidden" name="retour" value="{escape(back)}">',
    )
    lead = words.CHANGE_FIRST if reader.must_change_password else ""
    return _page(
        words.CHANGE_TITLE,
        f"{lead} {words.CHANGE_LEAD}".strip(),
        fields,
        PASSWORD,
        words.CHANGE,
        problems=problems,
        status=status,
    )


def _field(name: str, label: str, *, kind: str, complete: str, value: str = "") -> str:
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" '
        f'autocomplete="{complete}" required>'
    )


def _page(  # noqa: PLR0913 - what a page is made of
    title: str,
    lead: str,
    fields: Sequence[str],
    action: str,
    button: str,
    *,
    problems: Sequence[str] = (),
    notes: Sequence[str] = (),
    status: int = 200,
) -> Response:
    errors = "".join(f"<p>{escape(problem)}</p>" for problem in problems)
    form = (
        f'<form method="post" action="{action}">{"".join(fields)}'
        f'<button type="submit">{escape(button)}</button></form>'
        if action
        else ""
    )
    alert = f'<div class="erreurs" role="alert">{errors}</div>' if errors else ""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} &ndash; {SITE_NAME}</title>"
        f'<link rel="icon" href="/statique/favicon.svg"><link rel="stylesheet" href="{STYLE}">'
        f'</head><body class="compte"><main>'
        f'<a href="/"><img src="/statique/logo.svg" alt="{SITE_NAME}" height="40"></a>'
        f"<h1>{escape(title)}</h1><p>{escape(lead)}</p>{alert}{form}"
        + "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
        + f'<p><a href="/">{escape(words.BACK)}</a></p></main></body></html>',
        status_code=status,
        headers={"cache-control": "no-store"},
    )
