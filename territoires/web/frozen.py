"""« Figer cette vue »: the form, and the page of a frozen view, which compares it with now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.commands.accounts import who
from territoires.commands.frozen import freeze_view
from territoires.commands.write import writing
from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.drafts import FreezeDraft
from territoires.domain.errors import DatabaseError, InvalidError, TerritoiresError, TerritoryError
from territoires.domain.frozen import Difference, difference, digest_of, rows_of
from territoires.domain.params import Param
from territoires.domain.roles import Permission, Reader
from territoires.french import exports as export_words
from territoires.french import faults
from territoires.french import frozen as words
from territoires.french.problems import error_message, not_permitted, problem_message
from territoires.french.sign_in import SIGNED_OUT
from territoires.queries.clocks import edition, last_recorded_at
from territoires.queries.exports import EXPORTS
from territoires.queries.frozen import Frozen, frozen_files, frozen_view, since
from territoires.queries.territories import followed, place
from territoires.settings import program
from territoires.web.account_page import Form, account_page, area, field, hidden
from territoires.web.browser import session_token
from territoires.web.exports import NoRowsError, asked_of, csv_of, explained
from territoires.web.french_page import Answers
from territoires.web.incidents import note
from territoires.web.own_forms import Line, fields_of, said_in_french
from territoires.web.sign_in import SIGN_IN
from territoires.web.visitors import address_of

FREEZE, FROZEN = "/figer", "/vue"
_VIEW, _FILES, _LABEL, _REASON = "vue", "fichiers", "titre", "motif"
_LONGEST: Final = 4_000  # signs of a field
_SHOWN: Final = 20  # differences of a file
_BY_ADDRESS: Final = 3


class _Asked(NamedTuple):
    """A view to freeze: its page, its parameters with both clocks, its files."""

    page: str
    view: dict[str, str]
    files: tuple[str, ...]


def frozen_routes(url: str, *, titles: Mapping[str, str], answers: Answers) -> list[BaseRoute]:
    """Make the routes by which views are frozen, and opened by anybody.

    `titles` names the pages that may be frozen, by path; `answers` tells what each says.
    """
    # Opened, a view computes all its rows again: one at a time, the other readers have the rest.
    line = Line(what="frozen", refusal=words.TOO_MANY, at_once=1, by_address=_BY_ADDRESS)

    def show_form(request: Request) -> Response:
        reader, back = _reader(request, url), f"{FREEZE}?{request.url.query}"
        if reader is None:
            return RedirectResponse(f"{SIGN_IN}?{urlencode({'retour': back})}", status_code=303)
        return _form(url, titles, request.query_params, reader)

    async def submit(request: Request) -> Response:
        fields = await fields_of(request, longest=_LONGEST)
        work = partial(_sent, url, titles, fields, request)
        return await line.run(work, address=address_of(request))

    async def show(request: Request) -> Response:
        work = partial(_opened, url, titles, answers, request.path_params["short"])
        return await line.run(work, address=address_of(request))

    def download(request: Request) -> Response:
        return _file(url, **request.path_params)

    return [
        Route(FREEZE, show_form, methods=["GET"]),
        Route(FREEZE, said_in_french(submit, words.FREEZE), methods=["POST"]),
        Route(FROZEN + "/{short}", said_in_french(show, words.TITLE), methods=["GET"]),
        Route(FROZEN + "/{short}/{name}.csv", download, methods=["GET"]),
    ]


def _csv(url: str, name: str, view: Mapping[str, str], now: datetime) -> str:
    """Compute the rows of a file as anybody may have them. Raises NoRowsError."""
    found = EXPORTS.get(name)
    if found is None or found.permission is not None:
        raise NoRowsError(export_words.NO_SUCH_EXPORT)
    scope, more = asked_of(url, name, view, now=now)
    with explained():
        return csv_of(url, name, scope, more)[0].decode()


def _about(
    url: str,
    titles: Mapping[str, str],
    page: str,
    view: Mapping[str, str],
    now: datetime,
) -> list[str]:
    """Say what a view shows, and the filters of its page."""
    scope = address.read(view, today=now.date()).scope
    try:
        with reading(url) as connection:
            territory = followed(connection, territory=scope.territory)
            where = place(connection, territory=territory).name
    except TerritoryError:  # there no more, as its rows will say
        where = str(scope.territory)
    said = [words.about(titles.get(page, page), scope, where, scope.known_at or now)]
    own = {name: text for name, text in view.items() if name not in address.NAMES}
    return [*said, words.filtered(own)] if own else said


# To freeze a view


def _reader(request: Request, url: str) -> Reader | None:
    return who(url, session_token(request), now=datetime.now(UTC))


def _asked(url: str, titles: Mapping[str, str], fields: Mapping[str, str], now: datetime) -> _Asked:
    """Read which view is to be frozen, both its clocks made explicit. Raises NoRowsError."""
    where = urlsplit(fields.get(_VIEW, ""))
    page, said = where.path.strip("/"), dict(parse_qsl(where.query))
    if page not in titles:
        raise NoRowsError(words.NOTHING)
    today = now.astimezone(PARIS).date()
    read = address.read(said, today=today)
    for problem in read.problems:
        raise NoRowsError(faults.address_message(problem.code, problem.value))
    with reading(url) as connection:
        must_be_current(connection)
        known_at = read.scope.known_at or last_recorded_at(connection) or now
    scope = replace(read.scope, known_at=known_at)
    own = {name: text for name, text in said.items() if name not in address.NAMES}
    clocks = {address.AS_OF: scope.as_of.isoformat()}
    # A page has files that wait for a choice: a source, a town.
    chosen = (
        name
        for name in dict.fromkeys(fields.get(_FILES, "").split(","))
        if name and all(own.get(each.name) or not each.is_needed for each in _params(name))
    )
    asked = _Asked(page, clocks | address.write(scope, today=today) | own, tuple(chosen))
    if not asked.files:
        raise NoRowsError(words.NOTHING)
    return asked


def _params(name: str) -> tuple[Param[Any], ...]:
    return EXPORTS[name].params if name in EXPORTS else ()


def _sent(
    url: str, titles: Mapping[str, str], fields: Mapping[str, str], request: Request
) -> Response:
    """Freeze what was sent, and lead to its page; or show the form again with what is wrong."""
    reader = _reader(request, url)
    again = partial(_form, url, titles, fields, reader)
    if reader is None:
        return again(problems=[SIGNED_OUT], status=401)
    if not reader.may(Permission.FREEZE):
        return again()
    now = datetime.now(UTC)
    try:
        draft = _draft(url, titles, fields, now)
        with writing(url, reader.email, now=now) as write:
            saved = freeze_view(write, draft)
    except NoRowsError as error:
        return again(problems=[str(error)], status=400)
    except InvalidError as invalid:
        return again(problems=[problem_message(each) for each in invalid.problems], status=400)
    except TerritoiresError as error:
        if isinstance(error, DatabaseError):  # here and not for everybody: the page keeps the text
            note(error)
        return again(problems=[error_message(error)], status=503)
    return RedirectResponse(f"{FROZEN}/{saved.entity_id}", status_code=303)


def _draft(
    url: str, titles: Mapping[str, str], fields: Mapping[str, str], now: datetime
) -> FreezeDraft:
    """Compute the rows of what is asked. Raises NoRowsError."""
    asked = _asked(url, titles, fields, now)
    with reading(url) as connection:
        at = edition(connection)
    files = {name: _csv(url, name, asked.view, now) for name in asked.files}
    heaviest = max(files, key=lambda name: len(files[name]))
    ways = (address.TERRITORY, *(each.name for each in _params(heaviest)))
    return FreezeDraft(
        page=asked.page,
        view=urlencode(asked.view),
        edition=at.number,
        seal=at.seal,
        program=program(),
        label=fields.get(_LABEL, ""),
        reason=fields.get(_REASON, ""),
        files=files,
        narrowing=tuple(name for name in ways if name not in asked.view),
    )


def _form(  # noqa: PLR0913, PLR0917 - what the page is made of
    url: str,
    titles: Mapping[str, str],
    fields: Mapping[str, str],
    reader: Reader | None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    """Write the form, for whoever may freeze a view."""
    now, kept = datetime.now(UTC), {name: fields.get(name, "") for name in (_VIEW, _FILES)}
    if reader is not None and not reader.may(Permission.FREEZE):
        why = not_permitted(reader.role, Permission.FREEZE)
        return account_page(words.FREEZE, "", problems=(why,), status=403)
    try:
        asked = _asked(url, titles, kept, now)
        items = _about(url, titles, asked.page, asked.view, now)
    except NoRowsError as error:
        return account_page(words.FREEZE, "", problems=(str(error),), status=400)
    form = Form(
        action=FREEZE,
        button=words.FREEZE,
        fields=(
            field(
                *(_LABEL, words.LABEL),
                value=fields.get(_LABEL, ""),
                help=words.LABEL_HELP,
                required=False,
            ),
            area(_REASON, words.REASON, value=fields.get(_REASON, ""), help=words.REASON_HELP),
            hidden(_VIEW, f"/{asked.page}?{urlencode(asked.view)}"),
            hidden(_FILES, kept[_FILES]),
        ),
    )
    return account_page(
        words.FREEZE, words.LEAD, form, problems=problems, items=items, status=status
    )


# A frozen view


def _opened(url: str, titles: Mapping[str, str], answers: Answers, short: str) -> Response:
    """Write the page of a view: what was frozen, and what the same rows are now."""
    now = datetime.now(UTC)
    with reading(url) as connection:
        must_be_current(connection)
        found = frozen_view(connection, short=short)
        if found is None or found.withdrawn_at is not None:
            return _shown_no_more(found)
        files = frozen_files(connection, view_id=found.id)
    view = dict(parse_qsl(found.view))
    named = [name for name in EXPORTS if name in files]
    listed = [*named, *(files.keys() - set(named))]
    parts = [_compared(url, name, files[name], found, now) for name in listed]
    is_same = all(same for same, _ in parts)
    why = [] if is_same else _causes(url, found)
    items = _about(url, titles, found.page, view, now)
    items += words.facts(
        found.role,
        found.reason,
        edition=found.edition,
        program=found.program,
        digest=found.digest,
    )
    verdict = (words.SAME, words.SAME_WHY) if is_same else (words.OTHER, words.OTHER_WHY)
    answer = answers(found.page, view)
    said = "".join(f"<p>{escape(each)}</p>" for each in [verdict[1], *why])
    if answer is not None:
        said += f"<p>{escape(words.says(answer[1]))}</p>"
    altered = digest_of(files) != found.digest
    return account_page(
        found.label or titles.get(found.page, words.TITLE),
        f"{words.frozen_on(found.frozen_at)}.",
        problems=(words.ALTERED,) if altered else (),
        items=items,
        content=f'<section role="status"><h2>{escape(verdict[0])}</h2>{said}</section>'
        + "".join(html for _, html in parts),
        links=((f"/{found.page}?{found.view}", words.LIVE),),
    )


def _shown_no_more(found: Frozen | None) -> Response:
    if found is None or found.withdrawn_at is None:
        return account_page(words.NO_VIEW_TITLE, words.NO_VIEW, status=404)
    why = words.ended(found.withdrawn_at, found.withdrawal or "")
    lead = f"{words.frozen_on(found.frozen_at)}. {why}"
    return account_page(words.WITHDRAWN, lead, status=410)


def _causes(url: str, found: Frozen) -> list[str]:
    with reading(url) as connection:
        after = since(connection, view=found)
    return words.causes(
        found.program,
        program(),
        after.lists,
        edition=found.edition,
        has_lost_act=after.has_lost_act,
    )


def _compared(url: str, name: str, frozen: str, found: Frozen, now: datetime) -> tuple[bool, str]:
    """Tell whether a file is the same computed again, and write what it has otherwise."""
    own = f"{FROZEN}/{found.short}/{name}.csv"
    links = [f'<a href="{own}">{escape(words.DOWNLOAD)}</a>']
    try:
        again = _csv(url, name, dict(parse_qsl(found.view)), now)
    except NoRowsError as error:
        is_same, lines = False, [words.gone(str(error))]
    else:
        is_same = again == frozen
        lines = [] if is_same else _bounded(difference(frozen, again))
        live = escape(f"/export/{name}.csv?{found.view}")
        links += [] if is_same else [f'<a href="{live}">{escape(words.DOWNLOAD_NOW)}</a>']
    listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return is_same, (
        f"<section><h2>{escape(words.file(name, len(rows_of(frozen)) - 1, is_same=is_same))}</h2>"
        f"<p>{' · '.join(links)}</p>{f'<ul>{listed}</ul>' if listed else ''}</section>"
    )


def _bounded(found: Difference) -> list[str]:
    lines = list(words.differences(found))
    left = len(lines) - _SHOWN
    return [*lines[:_SHOWN], words.more(left)] if left > 0 else lines


def _file(url: str, short: str, name: str) -> Response:
    """Give the rows of a file as they were frozen, to the byte."""
    with reading(url) as connection:
        must_be_current(connection)
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
