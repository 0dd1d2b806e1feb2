"""« Figer cette vue »: the form, and the page of a frozen view, which compares it with now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.frozen import freeze_view
from territoires.commands.write import writing
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.revision import reading_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.drafts import FreezeDraft
from territoires.domain.errors import InvalidError, TerritoiresError, TerritoryError
from territoires.domain.frozen import Frozen, difference, digest_of, rows_of
from territoires.domain.params import Param
from territoires.domain.roles import ANYBODY, Permission, Reader
from territoires.french import exports as export_words
from territoires.french import faults
from territoires.french import frozen as words
from territoires.french.demonstration import PLAIN
from territoires.french.problems import not_permitted, problem_message
from territoires.french.sign_in import SIGNED_OUT
from territoires.queries.clocks import edition, last_recorded_at
from territoires.queries.enrolments import detail_is_public
from territoires.queries.exports import EXPORTS
from territoires.queries.frozen import frozen_files, frozen_view, since
from territoires.queries.territories import followed, place
from territoires.settings import program
from territoires.web.account_page import Form, account_page, area, field, hidden
from territoires.web.exports import NoRowsError, asked_of, explained, file_of
from territoires.web.french_page import Answers
from territoires.web.incidents import told
from territoires.web.own_forms import Line, coming_back, fields_of, said_in_french
from territoires.web.sign_in import PASSWORD, SIGN_IN
from territoires.web.visitors import address_of, reader_of

FREEZE, FROZEN = "/figer", "/vue"
_VIEW, _FILES, _LABEL, _REASON = "vue", "fichiers", "titre", "motif"
_LONGEST: Final = 4_000  # signs of a field
_SHOWN: Final = 20  # differences of a file
_BY_ADDRESS: Final = 3

View = dict[str, str]


def frozen_routes(url: str, *, titles: Mapping[str, str], answers: Answers) -> list[BaseRoute]:
    """Make the routes by which views are frozen, and opened by anybody.

    `titles` names the pages that may be frozen, by path; `answers` tells what each says.
    """
    pages = _Pages(url, titles, answers)
    # Opened, a view computes all its rows again: one at a time, the other readers have the rest.
    line = Line(what="frozen", refusal=words.TOO_MANY, at_once=1, by_address=_BY_ADDRESS)

    def show_form(request: Request) -> Response:
        reader = reader_of(request, url)
        if reader is ANYBODY or reader.must_change_password:
            way = SIGN_IN if reader is ANYBODY else PASSWORD
            there = coming_back(way, f"{FREEZE}?{request.url.query}")
            return RedirectResponse(there, status_code=303)
        return pages.form(reader, request.query_params)

    async def submit(request: Request) -> Response:
        fields = await fields_of(request, longest=_LONGEST)
        return await line.run(
            lambda: pages.freeze(reader_of(request, url), fields), address=address_of(request)
        )

    async def show(request: Request) -> Response:
        work = partial(pages.opened, request.path_params["short"])
        return await line.run(work, address=address_of(request))

    def download(request: Request) -> Response:
        return _file(url, **request.path_params)

    return [
        Route(FREEZE, show_form, methods=["GET"]),
        Route(FREEZE, said_in_french(submit, words.FREEZE), methods=["POST"]),
        Route(FROZEN + "/{short}", said_in_french(show, words.TITLE), methods=["GET"]),
        Route(FROZEN + "/{short}/{name}.csv", download, methods=["GET"]),
    ]


@dataclass(frozen=True)
class _Pages:
    """What is answered of one database."""

    url: str
    titles: Mapping[str, str]
    answers: Answers

    def form(
        self,
        reader: Reader,
        fields: Mapping[str, str],
        problems: Sequence[str] = (),
        status: int = 200,
    ) -> Response:
        """Write the form, for whoever may freeze a view or has signed out meanwhile."""
        if reader is not ANYBODY and not reader.may(Permission.FREEZE):
            why = not_permitted(reader.role, Permission.FREEZE)
            return account_page(words.FREEZE, "", problems=(why,), status=403)
        try:
            page, view, names = self._asked(fields)
        except NoRowsError as error:
            return account_page(words.FREEZE, "", problems=(str(error),), status=400)
        label, why = fields.get(_LABEL, ""), fields.get(_REASON, "")
        form = Form(
            action=FREEZE,
            button=words.FREEZE,
            fields=(
                field(_LABEL, words.LABEL, value=label, help=words.LABEL_HELP, required=False),
                area(_REASON, words.REASON, value=why, help=words.REASON_HELP),
                hidden(_VIEW, f"/{page}?{urlencode(view)}"),
                hidden(_FILES, ",".join(names)),
            ),
        )
        items = self._about(page, view)
        return account_page(
            words.FREEZE, words.LEAD, form, problems=problems, items=items, status=status
        )

    def freeze(self, reader: Reader, fields: Mapping[str, str]) -> Response:
        """Freeze what was sent, and lead to its page; or show the form with what is wrong."""
        again = partial(self.form, reader, fields)
        if reader is ANYBODY:
            return again([SIGNED_OUT], 401)
        if not reader.may(Permission.FREEZE):
            return again()
        try:
            draft = self._draft(fields)
            with writing(self.url, reader.email, now=datetime.now(UTC)) as write:
                saved = freeze_view(write, draft)
        except NoRowsError as error:
            return again([str(error)], 400)
        except InvalidError as invalid:
            return again(list(map(problem_message, invalid.problems)), 400)
        except TerritoiresError as error:  # here: the page keeps the text
            return again([told(error)], 503)
        return RedirectResponse(f"{FROZEN}/{saved.entity_id}", status_code=303)

    def _asked(self, fields: Mapping[str, str]) -> tuple[str, View, list[str]]:
        """Read which page, which view, with both clocks, and which files. Raises NoRowsError."""
        where, now = urlsplit(fields.get(_VIEW, "")), datetime.now(UTC)
        page, said = where.path.strip("/"), dict(parse_qsl(where.query))
        today = now.astimezone(PARIS).date()
        read = address.read(said, today=today)
        for problem in read.problems:
            why = faults.address_message(problem.code, problem.value, is_shown=False)
            raise NoRowsError(why)
        with reading_current(self.url) as connection:
            last = last_recorded_at(connection) or now
        # Of an instant that has not come, more will be known: a view keeps what is known by now.
        known_at = min(read.scope.known_at or last, last)
        own, scope = _own(said), replace(read.scope, known_at=known_at)
        # A page has files that wait for a choice: a source, a town.
        names = [
            name
            for name in dict.fromkeys(fields.get(_FILES, "").split(","))
            if name and all(own.get(each.name) or not each.is_needed for each in _params(name))
        ]
        if page not in self.titles or not names:
            raise NoRowsError(words.NOTHING)
        clocks = {address.AS_OF: scope.as_of.isoformat()} | address.write(scope, today=today)
        return page, clocks | own, names

    def _draft(self, fields: Mapping[str, str]) -> FreezeDraft:
        """Compute the rows of what is asked. Raises NoRowsError."""
        page, view, names = self._asked(fields)
        with reading(self.url) as connection:
            at = edition(connection)
        files = {name: _csv(self.url, name, view) for name in names}
        heaviest = max(files, key=lambda name: len(files[name]))
        ways = (address.TERRITORY, *(each.name for each in _params(heaviest)))
        return FreezeDraft(
            page=page,
            view=urlencode(view),
            edition=at.number,
            seal=at.seal,
            program=program(),
            label=fields.get(_LABEL, ""),
            reason=fields.get(_REASON, ""),
            files=files,
            narrowing=tuple(name for name in ways if name not in view),
        )

    def _about(self, page: str, view: View) -> list[str]:
        """Say what a view shows, and the filters of its page."""
        now, own = datetime.now(UTC), _own(view)
        scope = address.read(view, today=now.date()).scope
        with reading(self.url) as connection:
            is_demo = is_demonstration(connection)
            try:
                where = followed(connection, territory=scope.territory)
                called = place(connection, territory=where).name
            except TerritoryError:  # there no more, as its rows will say
                called = str(scope.territory)
        said = words.about(self.titles.get(page, page), scope, called, scope.known_at or now)
        return [*([PLAIN] if is_demo else []), said, *([words.filtered(own)] if own else [])]

    def opened(self, short: str) -> Response:
        """Write the page of a view: what was frozen, and what the same rows are now."""
        with reading_current(self.url) as connection:
            found = frozen_view(connection, short=short)
            if found is None or found.withdrawn_at is not None:
                return _shown_no_more(found)
            files = frozen_files(connection, view_id=found.id)
        view = dict(parse_qsl(found.view))
        parts = [_compared(self.url, found, name, files[name]) for name in _ordered(files)]
        verdict, why = words.SAME, [words.SAME_WHY]
        if None in [is_same for is_same, _ in parts]:
            verdict, why = words.GONE, [words.GONE_WHY]
        if False in [is_same for is_same, _ in parts]:
            with reading(self.url) as connection:
                causes = words.causes(found, since(connection, view=found), program())
            verdict, why = words.OTHER, [words.OTHER_WHY, *causes]
        # Answers are kept by the edition, which what is done behind the application does not move.
        if words.BEHIND not in why and (answer := self.answers(found.page, view)):
            why.append(words.says(answer[1]))
        said = "".join(f"<p>{escape(each)}</p>" for each in why)
        return account_page(
            found.label or self.titles.get(found.page, words.TITLE),
            f"{words.frozen_on(found.frozen_at)}.",
            problems=(words.ALTERED,) if digest_of(files) != found.digest else (),
            items=[*self._about(found.page, view), *words.facts(found)],
            content=f'<section role="status"><h2>{escape(verdict)}</h2>{said}</section>'
            + "".join(html for _, html in parts),
            links=((f"/{found.page}?{found.view}", words.LIVE),),
        )


def _own(said: Mapping[str, str]) -> View:
    clocks_and_bar = {*address.NAMES, address.UNTIL}
    return {name: text for name, text in said.items() if name not in clocks_and_bar}


def _params(name: str) -> tuple[Param[Any], ...]:
    return EXPORTS[name].params if name in EXPORTS else ()


def _ordered(files: Mapping[str, str]) -> list[str]:
    """Put files in the order of the exports, what is none any more at the end."""
    return [*(name for name in EXPORTS if name in files), *(files.keys() - EXPORTS.keys())]


def _csv(url: str, name: str, view: Mapping[str, str]) -> str:
    """Compute the rows of a file as anybody may have them. Raises NoRowsError."""
    found = EXPORTS.get(name)
    if found is None or found.permission is not None:
        raise NoRowsError(export_words.NO_SUCH_EXPORT)
    now = datetime.now(UTC)
    scope, more = asked_of(url, name, view, now=now)
    with explained():
        return file_of(name, scope, more, url=url, now=now, extension="csv")[0].decode()


def _compared(url: str, found: Frozen, name: str, frozen: str) -> tuple[bool | None, str]:
    """Tell whether a file is the same computed again, and write what it has otherwise.

    None: nobody can tell any more, for it rests on a detail that has another state since.
    """
    is_same: bool | None = True
    lines: list[str] = []
    links = [(f"{FROZEN}/{found.short}/{name}.csv", words.DOWNLOAD)]
    try:
        again = _csv(url, name, dict(parse_qsl(found.view)))
    except NoRowsError as error:
        is_same, lines = False, [words.gone(str(error))]
    else:
        if again != frozen and _detail_has_gone(url, found, name):
            is_same, lines = None, [words.gone(words.DETAIL_HAS_GONE)]
        elif again != frozen:
            is_same, lines = False, list(words.differences(difference(frozen, again)))
            links.append((f"/export/{name}.csv?{found.view}", words.DOWNLOAD_NOW))
    left = len(lines) - _SHOWN
    shown = [*lines[:_SHOWN], words.more(left)] if left > 0 else lines
    ways = " · ".join(f'<a href="{escape(way)}">{escape(said)}</a>' for way, said in links)
    listed = f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in shown)}</ul>" if shown else ""
    title = words.file(name, len(rows_of(frozen)) - 1, is_same=is_same)
    return is_same, f"<section><h2>{escape(title)}</h2><p>{ways}</p>{listed}</section>"


def _detail_has_gone(url: str, found: Frozen, name: str) -> bool:
    if not EXPORTS[name].rests_on_detail:
        return False
    scope, _ = asked_of(url, name, dict(parse_qsl(found.view)), now=datetime.now(UTC))
    with reading(url) as connection:
        return not detail_is_public(connection, scope=scope)


def _shown_no_more(found: Frozen | None) -> Response:
    if found is None or found.withdrawn_at is None:
        return account_page(words.NO_VIEW_TITLE, words.NO_VIEW, status=404)
    why = words.ended(found.withdrawn_at, found.withdrawal or "")
    return account_page(words.WITHDRAWN, f"{words.frozen_on(found.frozen_at)}. {why}", status=410)


def _file(url: str, short: str, name: str) -> Response:
    """Give the rows of a file as they were frozen, to the byte."""
    with reading_current(url) as connection:
        found = frozen_view(connection, short=short)
        if found is None or found.withdrawn_at is not None:
            return _shown_no_more(found)
        rows = frozen_files(connection, view_id=found.id).get(name)
    if rows is None:
        return _shown_no_more(None)
    headers = {
        "content-disposition": f'attachment; filename="acdt_vue-{short}_{name}.csv"',
        "cache-control": "no-store",
    }
    return Response(rows.encode(), media_type="text/csv; charset=utf-8", headers=headers)
