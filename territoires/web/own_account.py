"""What one may do with one's own account: change the password, see and end one's sessions."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.accounts import SignedIn, end_others, sessions_of, sign_in
from territoires.commands.staff import FIRST_EMAIL, choose_password
from territoires.domain.drafts import PasswordDraft
from territoires.domain.errors import InvalidError, TerritoiresError
from territoires.domain.roles import ANYBODY, Reader
from territoires.french import sign_in as words
from territoires.french.problems import problem_message
from territoires.web.account_page import Form, account_page, field, hidden
from territoires.web.browser import session_token
from territoires.web.incidents import told
from territoires.web.own_forms import coming_back, fields_of, our_path, said_in_french
from territoires.web.sign_in import (
    PASSWORD,
    SESSIONS,
    SIGN_IN,
    SIGN_OUT,
    Door,
    refusal,
    with_cookie,
)
from territoires.web.visitors import reader_of, visitor_of


def own_account_routes(door: Door) -> list[BaseRoute]:
    """Make the routes of one's own account."""

    def show_password(request: Request) -> Response:
        reader = reader_of(request, door.url)
        if reader is ANYBODY:
            return RedirectResponse(coming_back(SIGN_IN, PASSWORD), status_code=303)
        return _password_page(reader, our_path(request.query_params.get("retour")))

    @said_in_french
    async def submit_password(request: Request) -> Response:
        fields = await fields_of(request)
        reader = await run_in_threadpool(reader_of, request, door.url)
        if reader is ANYBODY:
            return door.page(PASSWORD, problems=(words.SIGNED_OUT,), status=401)
        return await door.line.run(partial(_password_changed, request, fields, door, reader))

    def show_sessions(request: Request) -> Response:
        if reader_of(request, door.url) is ANYBODY:
            return RedirectResponse(coming_back(SIGN_IN, SESSIONS), status_code=303)
        return _sessions_page(request, door.url)

    @said_in_french
    async def submit_sessions(request: Request) -> Response:
        await fields_of(request)
        await run_in_threadpool(end_others, door.url, session_token(request))
        return RedirectResponse(SESSIONS, status_code=303)

    return [
        Route(PASSWORD, show_password, methods=["GET"]),
        Route(PASSWORD, submit_password, methods=["POST"]),
        Route(SESSIONS, show_sessions, methods=["GET"]),
        Route(SESSIONS, submit_sessions, methods=["POST"]),
    ]


def _password_changed(
    request: Request, fields: dict[str, str], door: Door, reader: Reader
) -> Response:
    back = our_path(fields.get("retour"))
    new, email = fields.get("new", ""), fields.get("address", "").strip()
    first = reader.email == FIRST_EMAIL
    if first and not email:
        return _password_page(reader, back, problems=(words.ADDRESS_WANTED,), status=400)
    if new != fields.get("again", ""):
        return _password_page(reader, back, problems=(words.DIFFERENT,), status=400)
    draft = PasswordDraft(current=fields.get("current", ""), new=new, email=email if first else "")
    problems, status = _chosen(request, door.url, reader, draft)
    if problems:
        return _password_page(reader, back, problems=problems, status=status)
    visitor = visitor_of(request, token=session_token(request))
    email = draft.email or reader.email
    outcome = sign_in(door.url, email, new, now=datetime.now(UTC), visitor=visitor)
    if not isinstance(outcome, SignedIn):
        return door.page(back, email=email)
    return with_cookie(RedirectResponse(back, status_code=303), request, outcome.token)


def _chosen(
    request: Request, url: str, reader: Reader, draft: PasswordDraft
) -> tuple[Sequence[str], int]:
    """Change the password; gives what is wrong, if anything, and the status of the answer."""
    now = datetime.now(UTC)
    visitor = visitor_of(request)
    try:
        refused = choose_password(url, reader.email, draft, now=now, visitor=visitor)
    except InvalidError as invalid:
        return [problem_message(problem) for problem in invalid.problems], 400
    except TerritoiresError as error:
        return [told(error)], 503
    if refused is None:
        return [], 200
    message, status = refusal(refused, reader.email, visitor.address, now)
    return [message], status


def _sessions_page(request: Request, url: str) -> Response:
    token = session_token(request)
    sessions = sessions_of(url, token, now=datetime.now(UTC))
    lines = [
        words.session(found.browser, found.created_at, found.seen_at, here=found.here)
        for found in sessions
    ]
    forms = [Form(action=SESSIONS, button=words.END_OTHERS)] if len(sessions) > 1 else []
    return account_page(
        words.SESSIONS,
        words.SESSIONS_LEAD,
        *forms,
        items=lines,
        links=((PASSWORD, words.CHANGE), (SIGN_OUT, words.SIGN_OUT)),
    )


def _password_page(
    reader: Reader, back: str, *, problems: Sequence[str] = (), status: int = 200
) -> Response:
    # The program's own address is nobody's: whoever has it gives theirs.
    taken = [field("address", words.ADDRESS, kind="email", complete="email")]
    form = Form(
        action=PASSWORD,
        button=words.CHANGE,
        fields=(
            *(taken if reader.email == FIRST_EMAIL else []),
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
        links=((SESSIONS, words.SESSIONS),),
        status=status,
    )
