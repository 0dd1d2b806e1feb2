"""What a reader has against what we tell: `/comparer?nombre=57`, a page that keeps nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html import escape
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.figures import Kind, Told, giving, nearest
from territoires.domain.params import SOURCE
from territoires.domain.readings import CellError, Reading
from territoires.domain.scope import FRANCE, Place, Scope
from territoires.french import faults
from territoires.french import figures as words
from territoires.french.typed_numbers import read_whole
from territoires.queries import figures
from territoires.queries.territories import followed, place
from territoires.web.account_page import Form, account_page, field, hidden

COMPARE: Final = "/comparer"
_FIGURE: Final = "nombre"
# The page that tells a figure, where it is not the front page.
_PAGES: Final[Mapping[Kind, str]] = {
    Kind.PUBLISHED: "/recouper",
    Kind.BELIEVED_LEAST: "/recouper",
    Kind.BELIEVED_MOST: "/recouper",
    Kind.LABELLED: "/methode",
}


@dataclass(frozen=True, kw_only=True)
class _View:
    """What a comparison is made with: the scope that the address asks for, and its place."""

    scope: Scope
    place: Place
    today: date

    @property
    def params(self) -> dict[str, str]:
        """The scope as an address says it."""
        return address.write(self.scope, today=self.today)


def compare_routes(url: str) -> list[BaseRoute]:
    """Make the routes of the comparisons with one database."""

    def show(request: Request) -> Response:
        return _shown(url, request.query_params)

    return [Route(COMPARE, show, methods=["GET"])]


def _shown(url: str, said: Mapping[str, str]) -> Response:
    today = datetime.now(UTC).astimezone(PARIS).date()
    asked = address.read(said, today=today)
    problems = [faults.address_message(each.code, each.value) for each in asked.problems]
    typed = said.get(_FIGURE, "").strip()
    view, unknown = _view(url, asked.scope, today)
    problems += unknown
    answer = ""
    if typed:
        try:
            answer = _answered(url, view, _figure(typed))
        except ValueError as error:
            problems.append(str(error))
    return _page(view, answer, typed=typed, problems=problems, status=400 if problems else 200)


def _view(url: str, scope: Scope, today: date) -> tuple[_View, list[str]]:
    """Find the place of a scope: all of France, and why, where there is no such territory."""
    with reading(url) as connection:
        must_be_current(connection)
        try:
            territory = followed(connection, territory=scope.territory)
            where, problems = place(connection, territory=territory), []
        except TerritoryError as error:
            where = place(connection, territory=FRANCE)
            problems = [faults.address_message("bad_terr", error.text)]
    scope = replace(scope, territory=where.territory)
    return _View(scope=scope, place=where, today=today), problems


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
        f'<li><a href="{escape(address_of(each, today=view.today))}">'
        f"{escape(words.reading(each, view.place))}</a></li>"
        for each in exact or nearest(figure, told, view.scope)
    )
    said = escape(words.found(figure, exact))
    return f'<section role="status"><h2>{said}</h2><ul>{lines}</ul></section>'


def address_of(told: Told, *, today: date) -> str:
    """Give the address of the page that tells a figure, in that reading."""
    said = address.write(told.scope, today=today)
    if told.kind is Kind.LABELLED:
        said |= SOURCE.said(told.row["source_id"])
    query = f"?{urlencode(said)}" if said else ""
    return f"{_PAGES.get(told.kind, '/')}{query}{'#totaux' if told.kind is Kind.PUBLISHED else ''}"


def _page(
    view: _View, answer: str, *, typed: str, problems: Sequence[str], status: int
) -> Response:
    kept = [hidden(name, value) for name, value in view.params.items()]
    form = Form(
        action=COMPARE,
        button=words.FIND,
        fields=(
            field(_FIGURE, words.FIGURE_LABEL, kind="text", complete="off", value=typed),
            *kept,
        ),
        method="get",
    )
    return account_page(
        words.TITLE,
        f"{words.LEAD} {words.looked_at(view.scope, view.place)}",
        problems=problems,
        content=f"{answer}<section><h2>{escape(words.FIGURE)}</h2>{form.html()}</section>",
        status=status,
    )
