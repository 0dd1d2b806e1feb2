"""What the process answers beside the pages, and through what every answer goes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from territoires.charts.outlines import GRAINS, contours, contours_path
from territoires.domain.roles import LocalAccounts
from territoires.web import streamlit_files
from territoires.web.api import api_routes
from territoires.web.browser import BrowserName
from territoires.web.budget import Held, Patience, SocketBounds, Uploads
from territoires.web.compare import compare_routes
from territoires.web.compress import OURS, OURS_AT, Compression, lifetime, shelf, text_route
from territoires.web.embed import Draw, embed_routes
from territoires.web.exports import export_routes
from territoires.web.feeds import feed_routes
from territoires.web.french_page import Answers, FrenchPage, page
from territoires.web.french_script import script_routes
from territoires.web.headers import SecurityHeaders, security_headers
from territoires.web.health import DeeperLook, health_routes
from territoires.web.incidents import Incidents
from territoires.web.oidc import Claims, Exchange, provider_routes
from territoires.web.open_data import open_data_routes
from territoires.web.own_account import own_account_routes
from territoires.web.own_forms import Line
from territoires.web.reports import report_routes
from territoires.web.search import search_routes
from territoires.web.sheets import Card, Letter, Sheet, sheet_routes
from territoires.web.sign_in import Door, sign_in_routes
from territoires.web.sockets import Reconnection


class _OurFiles(StaticFiles):
    """Our files, with how long a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = lifetime(scope)
        return response


def _icon(_: Request) -> Response:
    """Answer whoever asks for an icon before having read which one the page names."""
    return RedirectResponse(f"{OURS_AT}favicon.svg", status_code=308)


def routes(
    *, database_answers: Callable[[], bool], database_is_sound: Callable[[], bool] = lambda: True
) -> list[BaseRoute]:
    """The routes to give to `st.App`: health, readiness, our scripts, our outlines, our files.

    `database_answers` is asked at each `/pret`, `database_is_sound` every few minutes beside; see
    `health_routes`.
    """
    return [
        *health_routes(
            database_answers=database_answers, deeper_look=DeeperLook(database_is_sound)
        ),
        *script_routes(),
        *(
            text_route(
                contours_path(grain), partial(contours, grain), content_type="application/geo+json"
            )
            for grain in GRAINS
        ),
        Route("/favicon.ico", _icon),
        Mount(OURS_AT.rstrip("/"), _OurFiles(directory=OURS), name="statique"),
    ]


def reading_routes(url: str, *, site: str | None, per_minute: int) -> list[BaseRoute]:
    """The routes of one database for anybody: files, suggestions, comparisons, reports, the API.

    `site` is the address that visitors use, where one is known; one network address asks the API
    `per_minute` times at most.
    """
    return [
        *export_routes(url),
        *search_routes(url),
        *compare_routes(url),
        *report_routes(url),
        *api_routes(url, site=site, per_minute=per_minute),
    ]


def outside_routes(
    url: str, sheets: tuple[Sheet, Letter, Card], embedded: Draw, *, site: str | None
) -> list[BaseRoute]:
    """The routes of what is read outside pages, for anybody but the letters.

    `sheets` print a territory, a letter about a town for those who ask the field, and what a
    message shows of a link; `embedded` draws what another site shows; `site` is the address that
    visitors use, where one is known.
    """
    return [
        *sheet_routes(url, *sheets, site=site),
        *embed_routes(url, embedded, site=site),
        *feed_routes(url, site=site),
        *open_data_routes(url, site=site),
    ]


def account_routes(
    url: str, *, with_provider: bool, local: LocalAccounts = LocalAccounts.ON
) -> list[BaseRoute]:
    """The routes of the accounts of one database, with or without an identity provider.

    `local` says for whom a password of ours opens anything.
    """
    door = Door(url=url, line=Line(), with_provider=with_provider, local=local)
    out = provider_routes() if with_provider else []
    return [*sign_in_routes(door), *own_account_routes(door), *out]


def account_middleware(url: str, *, claims: Claims, held: Held = dict) -> list[Middleware]:
    """What stands before Streamlit and knows who is signed in.

    `claims` reads the cookies that Streamlit signed, `held` says what it holds of sent files.
    """
    return [
        Middleware(SocketBounds, url=url),
        Middleware(Uploads, url=url, held=held),
        Middleware(Reconnection),
        Middleware(Exchange, url=url, claims=claims),
    ]


def middleware(
    *,
    frame_ancestors: Sequence[str] = (),
    public_url: str | None = None,
    addresses: Mapping[str, bool] | None = None,
    answers: Answers | None = None,
) -> list[Middleware]:
    """The middleware to give to `st.App`, outermost first.

    `frame_ancestors`: the origins of the partners who may show our pages in theirs (ValueError for
    what is not an origin). `public_url`: the address that visitors use. `addresses`: those at which
    there is a page, and whether it draws by script; any other is answered as not found. `answers`:
    what a page says before its application has loaded.
    """

    def page_at(path: str) -> str:
        return page(is_charted=addresses is None or addresses.get(path, False))

    https = (public_url or "").startswith("https://")
    headers = security_headers(page(), frame_ancestors=frame_ancestors, https=https)
    return [
        Middleware(SecurityHeaders, headers=headers),
        Middleware(BrowserName),
        Middleware(Incidents),
        Middleware(Patience),
        Middleware(Compression, files=shelf()),
        Middleware(
            FrenchPage,
            page_at=page_at,
            original=streamlit_files.index(),
            addresses=addresses,
            answers=answers,
        ),
    ]
