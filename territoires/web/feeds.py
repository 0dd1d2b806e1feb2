"""Atom feeds of the facts: `/flux/national.atom`, `/flux/reg-44.atom`, `/flux/com-52121.atom`."""

from datetime import datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5

from feedgenerator import Atom1Feed
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Scope, Territory
from territoires.french import feed as words
from territoires.french.demonstration import DEMO
from territoires.queries.clocks import edition
from territoires.queries.feed import news
from territoires.queries.territories import followed, place
from territoires.web.visitors import site_of


def feed_routes(url: str, *, site: str | None) -> list[BaseRoute]:
    """Make the route of the feeds of one database; `site` is the address that visitors use."""

    def feed(request: Request) -> Response:
        try:
            asked = address.named(request.path_params["name"])
            return _answer(request, asked, url, site_of(request, site))
        except TerritoryError:
            return PlainTextResponse(words.NO_FEED, status_code=404)

    return [Route("/flux/{name}.atom", feed, methods=["GET"])]


def _answer(request: Request, asked: Territory, url: str, site: str) -> Response:
    today = datetime.now(PARIS).date()
    with reading(url) as connection:
        must_be_current(connection)
        # What was written last and the day say all that the answer depends on.
        tag = f'"{edition(connection).seal[:24]}-{today:%Y%m%d}"'
        headers = {"etag": tag, "cache-control": "public, max-age=300"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        territory = followed(connection, territory=asked)
        where = place(connection, territory=territory)
        made_up = f" ({DEMO})" if is_demonstration(connection) else ""
        rows = news(connection, scope=Scope(as_of=today, territory=territory))
    here = str(request.url.path)
    feed = Atom1Feed(
        title=words.title(where.name) + made_up,
        link=f"{site}/",
        description=words.SUBTITLE,
        language="fr",
        author_name=words.AUTHOR,
        feed_url=f"{site}{here}",
        feed_copyright=words.RIGHTS,
        feed_guid=_named(here),
    )
    for row in rows:
        title, said = words.entry(row)
        feed.add_item(
            title=title,
            link=f"{site}/ville?ville={row['town_code']}",
            description=escape(said),  # read as HTML
            # Of the fact and not of the host: the same wherever it is read.
            unique_id=_named("{fact}:{number}".format(**row)),
            pubdate=row["recorded_at"],
            updateddate=row["updated_at"],
        )
    return Response(feed.writeString("utf-8"), media_type=feed.content_type, headers=headers)


def _named(thing: str) -> str:
    """Name a thing for ever, whatever the host: RFC 9562, version 5."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'territoires:{thing}')}"
