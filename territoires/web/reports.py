"""« Dites-le-nous »: a plain form for whoever knows something, and the page that follows it up."""

import time
from asyncio import Semaphore, sleep
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.reports import receive, stamp, stamped_at
from territoires.db.revision import reading_current
from territoires.domain import security
from territoires.domain.checks import Code, report_problems, together
from territoires.domain.clock import PARIS
from territoires.domain.dates import PartialDate
from territoires.domain.errors import DatabaseError, PartialDateError, Problem
from territoires.domain.names import LONGEST as LONGEST_NAME
from territoires.domain.reports import LEAST, Report, ReportKind
from territoires.domain.security import Event
from territoires.french import reports as words
from territoires.french import search as search_words
from territoires.french.dates import read_partial
from territoires.french.problems import problem_message
from territoires.queries.reports import numbered, reported
from territoires.queries.search import meant
from territoires.web import incidents
from territoires.web.account_page import Form, account_page, area, choice, field, hidden, tick
from territoires.web.own_forms import HEAVIEST, Line, fields_of, said_in_french
from territoires.web.visitors import address_of

REPORT, FOLLOW_UP = "/signaler", "/signaler/suivi"
_QUOTED, _NAMED = 40, 8
# However many come, they take a fifth of one processor: the pages have the rest.
_MOST_WAITING, _PAUSE = 100, 4
# Whoever finds no room waits for the answer: a wave that asks again at once asks less often. Those
# who wait so hold their text in memory, hence only so many.
_REFUSED_S, _MOST_REFUSED = 3.0, 200


def report_routes(url: str) -> list[BaseRoute]:
    """Make the routes by which anybody reports what they know, and sees what becomes of it."""
    # By nobody's address, which the log of the refusals would have in clear.
    line = Line(what="report", refusal=words.BUSY, at_once=1, most_waiting=_MOST_WAITING)
    refused_now = Semaphore(_MOST_REFUSED)

    def show(request: Request) -> Response:
        asked = request.query_params
        typed = {"ville": asked.get("ville", "")[:LONGEST_NAME], "quoi": asked.get("quoi", "")}
        return _page(url, typed | {"ville": _named(url, typed["ville"])})

    async def submit(request: Request) -> Response:
        fields = await fields_of(request, longest=HEAVIEST)
        try:
            return await line.run(partial(_unhurried, url, fields, address_of(request)))
        except HTTPException as refused:  # the page keeps the text
            if not refused_now.locked():
                async with refused_now:
                    await sleep(_REFUSED_S)
            page = _written(fields, fields.get("depuis", ""), [refused.detail], refused.status_code)
            page.headers.update(refused.headers or {})
            return page

    def follow(request: Request) -> Response:
        return _follow_up(url, request.path_params["token"])

    return [
        Route(REPORT, show, methods=["GET"]),
        Route(REPORT, said_in_french(submit, words.TITLE), methods=["POST"]),
        Route(FOLLOW_UP + "/{token}", follow, methods=["GET"]),
    ]


def _named(url: str, text: str) -> str:
    """Write the town of an address as one types it; what is none stays for who reads it."""
    found, _ = _town(url, text)
    return found or text


def _town(url: str, text: str) -> tuple[str, str]:
    """Give how the town that a text means is typed, and its code; several are none."""
    with reading_current(url) as connection:
        found = meant(connection, text=text) if text.strip() else ()
    if len(found) != 1:
        return "", ", ".join(search_words.label(each.place) for each in found[:_NAMED])
    return search_words.label(found[0].place), found[0].place.territory.code


def _unhurried(url: str, fields: Mapping[str, str], address: str) -> Response:
    """Keep what was sent, and rest four times as long before the next one's turn."""
    started = time.perf_counter()
    answer = _received(url, fields, address)
    time.sleep(_PAUSE * (time.perf_counter() - started))
    return answer


def _received(url: str, fields: Mapping[str, str], address: str) -> Response:
    """Keep what was sent, and lead to its follow-up; or show it again with what is wrong."""
    try:
        return _kept(url, fields, address, datetime.now(UTC))
    except DatabaseError as error:  # here and not for everybody: the page keeps the text
        return _written(fields, fields.get("depuis", ""), [incidents.told(error)], 503)


def _kept(url: str, fields: Mapping[str, str], address: str, now: datetime) -> Response:
    made = stamped_at(url, fields.get("depuis", ""), now=now)
    told = [words.baited(fields["site"])] if fields.get("site") else []
    if made is None:
        told.append(words.TOO_OLD)
    elif now - made < LEAST:
        told.append(words.TOO_QUICK)
    report, wrong = _read(url, fields, now)
    told += wrong
    if report is None or told:
        return _page(url, fields, told, 400, is_new=made is None)
    done = receive(url, report, address=address, now=now)
    if done is None:
        security.tell(Event.TOO_MANY, what="report")
        return _page(url, fields, [words.TOO_MANY], 429)
    if not done.token:
        return _page(url, fields, [words.twice(done.name, done.sent_at)], 409)
    return RedirectResponse(f"{FOLLOW_UP}/{done.token}", status_code=303)


def _read(url: str, fields: Mapping[str, str], now: datetime) -> tuple[Report | None, list[str]]:
    """Read what was typed, and say all that is wrong with it."""
    text = {name: value.replace("\r\n", "\n").strip() for name, value in fields.items()}
    told, unread, on = [], [], PartialDate()
    typed = text.get("ville", "")
    label, code = _town(url, typed)
    if typed and not label:
        told.append(
            f"{search_words.several(typed, len(code.split(', ')))} {code}."
            if code
            else search_words.nothing(typed[:LONGEST_NAME], towns_only=True)
        )
    try:
        on = read_partial(text.get("date", ""))
    except PartialDateError as error:
        unread.append(Problem("happened_on", Code.BAD_DATE, error.text[:_QUOTED]))
    report = Report(
        town_code=code if label else typed,
        what=next((kind for kind in ReportKind if kind == text.get("quoi")), None),
        happened_on=on,
        cited=text.get("source", ""),
        first_hand=bool(text.get("temoin")),
        function=text.get("fonction", ""),
        message=text.get("message", ""),
        email=text.get("courriel", ""),
    )
    found = together(unread, report_problems(report, today=now.astimezone(PARIS).date()))
    return report, [*told, *map(problem_message, found)]


def _page(
    url: str,
    typed: Mapping[str, str],
    problems: Sequence[str] = (),
    status: int = 200,
    *,
    is_new: bool = False,
) -> Response:
    """Write the form, with what was typed; a seal that holds no more is made anew."""
    seal = "" if is_new else typed.get("depuis", "")
    return _written(typed, seal or stamp(url, now=datetime.now(UTC)), problems, status)


def _written(typed: Mapping[str, str], seal: str, problems: Sequence[str], status: int) -> Response:
    def of(name: str) -> str:
        return typed.get(name, "")

    kinds = {kind.value: said.capitalize() for kind, said in words.KINDS.items()}
    form = Form(
        action=REPORT,
        button=words.SEND,
        fields=(
            field("ville", words.TOWN, value=of("ville"), help=words.TOWN_HELP),
            choice("quoi", words.WHAT, kinds, value=of("quoi")),
            field("date", words.DATE, value=of("date"), help=words.DATE_HELP, required=False),
            field("source", words.CITED, value=of("source"), help=words.CITED_HELP, required=False),
            tick("temoin", words.FIRST_HAND, value=of("temoin")),
            field(
                *("fonction", words.FUNCTION),
                value=of("fonction"),
                complete="organization-title",
                help=words.FUNCTION_HELP,
                required=False,
            ),
            area("message", words.MESSAGE_LABEL, value=of("message"), help=words.MESSAGE_HELP),
            field(
                *("courriel", words.EMAIL),
                # Not « email »: a browser would refuse by itself, in its own words.
                value=of("courriel"),
                complete="email",
                help=words.EMAIL_HELP,
                required=False,
            ),
            f'<div class="appat" aria-hidden="true">{_BAIT}</div>',
            hidden("depuis", seal),
        ),
    )
    return account_page(
        words.TITLE,
        words.LEAD,
        form,
        problems=problems,
        links=(("/mentions-legales", words.PRIVACY),),
        status=status,
    )


_BAIT = field("site", words.BAIT, required=False).replace("<input", '<input tabindex="-1"')


def _follow_up(url: str, token: str) -> Response:
    with reading_current(url) as connection:
        found = reported(connection, token=token)
        joined = numbered(connection, name=found.into) if found and found.into else None
    if found is None:
        return account_page(
            words.NO_REPORT_TITLE,
            words.NO_REPORT,
            links=((REPORT, words.TITLE),),
            status=404,
        )
    page = account_page(
        words.title(found.name),
        " ".join(words.fate(found, joined)),
        items=words.about(found),
        notes=(words.KEEP_ADDRESS,),
        links=(
            (f"/ville?ville={found.town_code}", words.see_town(found.town)),
            (REPORT, words.ANOTHER),
        ),
    )
    # The address is a key: no search engine keeps it, and no page that one goes to learns it.
    page.headers.update({"x-robots-tag": "noindex", "referrer-policy": "no-referrer"})
    return page
