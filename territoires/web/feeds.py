"""Atom feeds of the facts: `/flux/national.atom`, `/flux/reg-44.atom`, `/flux/com-52121.atom`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import escape
from typing import Any, Final

from feedgenerator import Atom1Feed
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.db.demonstration import is_demonstration
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Scope
from territoires.french import feed as words
from territoires.french.demonstration import DEMO
from territoires.queries.feed import news
from territoires.queries.territories import followed, place
from territoires.web.headers import OPEN_TO_ALL
from territoires.web.tagged import Made, tagged
from territoires.web.visitors import site_of

# A reader of feeds comes often: for five minutes it is not asked again.
_KEPT: Final = {"cache-control": "public, max-age=300", **OPEN_TO_ALL}


def feed_routes(url: str, *, site: str | None) -> list[BaseRoute]:
    """Make the route of the feeds of one database; `site` is the address that visitors use."""

    def feed(request: Request) -> Response:
        today, here = datetime.now(PARIS).date(), site_of(request, site)
        view = {address.AS_OF: today.isoformat(), "site": here}
        try:
            scope = Scope(as_of=today, territory=address.named(request.path_params["name"]))
            make = partial(_feed, scope=scope, site=here, path=request.url.path)
            return tagged(request, url, make, view=view, headers=_KEPT)
        except TerritoryError:
            return PlainTextResponse(words.NO_FEED, status_code=404)

    return [Route("/flux/{name}.atom", feed, methods=["GET"])]


def _feed(connection: Any, *, scope: Scope, site: str, path: str) -> Made:
    territory = followed(connection, territory=scope.territory)
    where = place(connection, territory=territory)
    made_up = f" ({DEMO})" if is_demonstration(connection) else ""
    feed = Atom1Feed(
        title=words.title(where.name) + made_up,
        link=f"{site}/",
        description=words.SUBTITLE,
        language="fr",
        author_name=words.AUTHOR,
        feed_url=f"{site}{path}",
        feed_copyright=words.RIGHTS,
        feed_guid=address.for_ever(path),
    )
    for row in news(connection, scope=replace(scope, territory=territory)):
        title, said = words.entry(row)
        feed.add_item(
            title=_in_xml(title),
            link=f"{site}/{_page_of(row)}",
            description=_in_xml(escape(said)),  # read as HTML
            # Of the fact and not of the host: the same wherever it is read.
            unique_id=address.for_ever("{fact}:{number}".format(**row)),
            pubdate=row["first_at"],
            updateddate=row["recorded_at"],
        )
    return feed.writeString("utf-8").encode(), feed.content_type


def _page_of(row: Mapping[str, Any]) -> str:
    if row["town_code"]:
        return f"ville?ville={row['town_code']}"
    return "recouper" if row["fact"] == "published_figure" else ""


def _in_xml(text: str) -> str:
    """Put the sign of what cannot be read in the place of what XML does not hold."""
    return re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
