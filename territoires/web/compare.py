"""What a reader has against what we tell: a figure, a list of towns; a page that keeps nothing."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.revision import reading_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.figures import Kind, Told, giving, nearest
from territoires.domain.lists import Claim, Outcome
from territoires.domain.params import SOURCE, TOWN
from territoires.domain.readings import CellError, Reading
from territoires.domain.scope import FRANCE, Place, Scope
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.formats import file_name
from territoires.exchange.lists import read_list
from territoires.exchange.tables import UnreadableError
from territoires.french import faults
from territoires.french import figures as words
from territoires.french import lists as list_words
from territoires.french.cells import word
from territoires.french.demonstration import PLAIN
from territoires.french.dictionary import COLUMNS
from territoires.french.numbers import shortened
from territoires.french.places import typeset
from territoires.french.search import FRANCE as FRANCE_NAME
from territoires.french.typed_numbers import read_whole
from territoires.queries import figures
from territoires.queries.lists import compared
from territoires.queries.territories import followed, place, regions_and_departments
from territoires.web.account_page import Form, account_page, area, choice, field, hidden
from territoires.web.own_forms import Line, parts_of
from territoires.web.reports import REPORT
from territoires.web.visitors import address_of

COMPARE: Final = "/comparer"
_FIGURE, _LIST, _FILE, _CLAIM = "nombre", "liste", "fichier", "de"
_HEAVIEST_LIST, _HEAVIEST_FILE = 200_000, 1_000_000  # bytes
_HEAVIEST: Final = 1_300_000  # both, and what frames them
_BY_ADDRESS: Final = 3
_SHEET: Final = "/ville"
# The page that tells a figure, where it is not the front page.
_PAGES: Final[Mapping[Kind, str]] = {
    Kind.SELECTED: "/regions",
    Kind.PUBLISHED: "/recouper",
    Kind.BELIEVED_LEAST: "/recouper",
    Kind.BELIEVED_MOST: "/recouper",
    Kind.LABELLED: "/methode",
}


@dataclass(frozen=True, kw_only=True)
class _View:
    """What a comparison is made with: the scope that an address asks for, and its place.

    `problems` are what makes no sense in the address; `is_demo`: all that is read is made up.
    """

    scope: Scope
    place: Place
    today: date
    problems: tuple[str, ...]
    is_demo: bool

    @property
    def params(self) -> dict[str, str]:
        """The scope as an address says it."""
        return address.write(self.scope, today=self.today)


def compare_routes(url: str) -> list[BaseRoute]:
    """Make the routes of the comparisons with one database."""
    # One at a time: the imports of the staff wait for the same workers.
    line = Line(what="compare", refusal=list_words.TOO_MANY, at_once=1, by_address=_BY_ADDRESS)

    def show(request: Request) -> Response:
        return _shown(url, request.query_params)

    async def submit(request: Request) -> Response:
        try:
            sent = await _sent(request)
            return await line.run(partial(_compared, url, sent), address=address_of(request))
        except HTTPException as refused:
            why = _REFUSALS.get(refused.status_code, refused.detail)
            page = await run_in_threadpool(_refused, url, {}, why, refused.status_code)
            page.headers.update(refused.headers or {})
            return page

    return [
        Route(COMPARE, show, methods=["GET"]),
        Route(COMPARE, submit, methods=["POST"]),
    ]


_REFUSALS: Final = {
    400: list_words.NOT_A_FORM,
    403: list_words.NOT_A_FORM,
    413: list_words.TOO_BIG,
}


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """What somebody compares: the fields of the form, and the file if there is one."""

    fields: Mapping[str, str]
    name: str = ""
    data: bytes = b""


async def _sent(request: Request) -> _Sent:
    form = await parts_of(request, heaviest=_HEAVIEST)
    try:
        fields = {
            # A form may say that it is written in what has characters that none can be sent in.
            name: value.encode("utf-8", "replace").decode()
            for name, value in form.items()
            if isinstance(value, str)
        }
        file = form.get(_FILE)
        if not isinstance(file, UploadFile):
            return _Sent(fields=fields)
        name = shortened(file.filename or "") or list_words.NO_NAME
        return _Sent(fields=fields, name=name, data=await file.read())
    finally:
        await form.close()


def _compared(url: str, sent: _Sent) -> Response:
    """Compare a list, the file rather than the text where there are both."""
    text = sent.fields.get(_LIST, "")
    data, name = (sent.data, sent.name) if sent.data else (text.encode(), list_words.PASTED)
    if len(data) > (_HEAVIEST_FILE if sent.data else _HEAVIEST_LIST):
        why = list_words.TOO_BIG if sent.data else list_words.TOO_LONG
        return _refused(url, sent.fields, why, 413)
    if not data.strip():
        return _refused(url, sent.fields, list_words.EMPTY, 400)
    try:
        lines, notices = read_list(data, name=name)
    except UnreadableError as error:
        status = 413 if error.code in _TOO_MUCH else 400
        return _refused(url, sent.fields, error.message, status)
    view = _asked(url, sent.fields)
    claim = next((each for each in Claim if each == sent.fields.get(_CLAIM)), Claim.PROGRAMME)
    with reading(url) as connection:
        found = compared(connection, scope=view.scope, lines=lines, claim=claim)
    answer = _lines(view, found, notices)
    return _page(url, view, answer, fields=sent.fields)


_TOO_MUCH: Final = {"too_many_lines", "too_many_rows", "too_large", "too_heavy", "zip_bomb"}


def _refused(url: str, fields: Mapping[str, str], why: str, status: int) -> Response:
    return _page(url, _asked(url, fields), fields=fields, problems=(why,), status=status)


def _lines(view: _View, found: Any, notices: Sequence[str]) -> str:
    """Write what becomes of each line, what disagrees first, and the whole as a file."""
    rows = found.to_dict("records")
    listed = {each: [row for row in rows if row["outcome"] == each] for each in Outcome}
    same, compared_ = len(listed[Outcome.SAME]), len(rows) - len(listed[Outcome.MISSING_THERE])
    parts = "".join(
        f"<details{'' if each is Outcome.SAME else ' open'}>"
        f"<summary>{escape(list_words.heading(each, len(of)))}</summary>"
        f"<ul>{''.join(map(_line, of))}</ul></details>"
        for each, of in listed.items()
        if of
    )
    said = "".join(f'<p class="note">{escape(notice)}</p>' for notice in notices)
    return (
        f'<section role="status"><h2>{escape(list_words.ANSWER)}</h2>'
        f"<p>{escape(list_words.summary(compared_, same))}</p>{said}"
        f"<p>{_file(view, found)}</p>{parts}</section>"
    )


def _line(row: Mapping[str, Any]) -> str:
    """Write a line; what we lack, or have otherwise, leads to who wants to know of it."""
    said = escape(list_words.line(row))
    way = _WAYS.get(row["outcome"])
    if way:
        to, label = way
        there = f"{to}?{urlencode({TOWN.name: row['town_code']})}"
        said += f' <a href="{escape(there)}">{escape(label)}</a>'
    return f"<li>{said}</li>"


_WAYS: Final[Mapping[str, tuple[str, str]]] = {
    Outcome.MISSING_HERE: (REPORT, list_words.REPORT),
    Outcome.OTHER_STATE: (REPORT, list_words.REPORT),
    Outcome.MISSING_THERE: (_SHEET, list_words.SHEET),
}


def _file(view: _View, found: Any) -> str:
    """Write the link to the file, which holds it: nothing of it is kept here to be asked again."""
    coded = {name: [word(name, value) for value in found[name]] for name in ("state", "outcome")}
    data = csv_bytes(found.assign(**coded), titles=COLUMNS, demo=view.is_demo)
    known_at = view.scope.known_at or view.today
    name = file_name(
        " ".join([_SUBJECT, *address.narrowing(view.scope)]),
        as_of=view.scope.as_of,
        known_at=known_at,
        extension="csv",
        demo=view.is_demo,
    )
    inside = base64.b64encode(data).decode("ascii")
    return (
        f'<a download="{name}" href="data:text/csv;charset=utf-8;base64,{inside}">'
        f"{escape(list_words.DOWNLOAD)}</a>"
    )


_SUBJECT: Final = "comparaison"


def _shown(url: str, said: Mapping[str, str]) -> Response:
    view = _asked(url, said)
    typed, answer, problems = said.get(_FIGURE, "").strip(), "", []
    if typed:
        try:
            answer = _answered(url, view, _figure(typed))
        except ValueError as error:
            problems.append(str(error))
    status = 400 if problems or view.problems else 200
    return _page(url, view, answer, fields=said, problems=problems, status=status)


def _asked(url: str, said: Mapping[str, str]) -> _View:
    """Read what an address asks for: all of France, and why, where there is no such territory."""
    today = datetime.now(UTC).astimezone(PARIS).date()
    read = address.read(said, today=today)
    problems = [faults.address_message(each.code, each.value) for each in read.problems]
    with reading_current(url) as connection:
        is_demo = is_demonstration(connection)
        try:
            territory = followed(connection, territory=read.scope.territory)
            where = place(connection, territory=territory)
        except TerritoryError as error:
            where = place(connection, territory=FRANCE)
            problems.append(faults.address_message("bad_terr", error.text))
    scope = replace(read.scope, territory=where.territory)
    return _View(scope=scope, place=where, today=today, problems=tuple(problems), is_demo=is_demo)


def _figure(text: str) -> int:
    """Read what was typed; raises ValueError, whose text says in French what is wrong."""
    try:
        read = read_whole(text)
    except CellError as error:
        raise ValueError(words.unread(text, error)) from None
    figure = read.value if isinstance(read, Reading) else read
    if figure > words.MOST:
        raise ValueError(words.unread(text, None))
    return figure


def _answered(url: str, view: _View, figure: int) -> str:
    with reading(url) as connection:
        told = figures.told(connection, scope=view.scope)
    exact = giving(figure, told, view.scope)
    lines = "".join(
        f'<li><a href="{escape(told_at(each, today=view.today))}">'
        f"{escape(words.reading(each, view.place))}</a></li>"
        for each in exact or nearest(figure, told, view.scope)
    )
    said = escape(words.found(figure, exact))
    return f'<section role="status"><h2>{said}</h2><ul>{lines}</ul></section>'


def told_at(told: Told, *, today: date) -> str:
    """Give the address of the page that tells a figure, in that reading."""
    said = address.write(told.scope, today=today)
    if told.kind is Kind.LABELLED:
        said |= SOURCE.said(told.row["source_id"])
    where = "#totaux" if told.kind is Kind.PUBLISHED else ""
    return f"{_PAGES.get(told.kind, '/')}{address.query(said)}{where}"


def _page(  # noqa: PLR0913 - what the page is made of
    url: str,
    view: _View,
    answer: str = "",
    *,
    fields: Mapping[str, str],
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    """Write both forms, filled in with what was typed, under what they answer."""
    figure = fields.get(_FIGURE, "").strip()
    of_figure = Form(
        action=COMPARE,
        button=words.FIND,
        fields=(field(_FIGURE, words.FIGURE_LABEL, value=figure), *_kept(view)),
        method="get",
    )
    of_list = Form(
        action=COMPARE,
        button=list_words.COMPARE,
        fields=_list_fields(url, view, fields),
        with_file=True,
    )
    forms = "".join(
        f"<section><h2>{escape(title)}</h2>{form.html()}</section>"
        for title, form in ((words.FIGURE, of_figure), (list_words.HEADING, of_list))
    )
    return account_page(
        words.TITLE,
        f"{words.LEAD} {words.looked_at(view.scope, view.place)}",
        items=(PLAIN,) if view.is_demo else (),
        problems=(*view.problems, *problems),
        content=answer + forms,
        status=status,
    )


def _list_fields(url: str, view: _View, fields: Mapping[str, str]) -> list[str]:
    with reading(url) as connection:
        listed = regions_and_departments(connection)
    here = str(view.scope.territory)
    places = {str(FRANCE): FRANCE_NAME}
    if here not in {*places, *listed["territory"]}:
        places[here] = typeset(view.place.name)
    places |= {row.territory: typeset(row.name) for row in listed.itertuples()}
    claims = {str(each): said for each, said in list_words.CLAIMS.items()}
    claim = fields.get(_CLAIM, "")
    return [
        area(_LIST, list_words.LIST, value=fields.get(_LIST, ""), help=list_words.LIST_HELP),
        field(_FILE, list_words.FILE, kind="file", help=list_words.FILE_HELP, required=False),
        choice(
            _CLAIM, list_words.CLAIM, claims, value=claim if claim in claims else Claim.PROGRAMME
        ),
        choice(address.TERRITORY, list_words.TERRITORY, places, value=here),
        *_kept(view, but=address.TERRITORY),
    ]


def _kept(view: _View, *, but: str = "") -> list[str]:
    return [hidden(name, value) for name, value in view.params.items() if name != but]
