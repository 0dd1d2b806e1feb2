"""Who asks, as far as the network says, and at which address of ours."""

import re
from datetime import UTC, datetime
from typing import Final

from starlette.requests import HTTPConnection

from territoires.commands.accounts import Visitor, who
from territoires.domain.roles import ANYBODY, LocalAccounts, Reader
from territoires.web.browser import session_token

# What names browsers and systems in a `User-Agent`, the most particular first.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f.:]{2,45}")


def address_of(connection: HTTPConnection) -> str:
    """Give the visitor's network address.

    The server itself believes `X-Forwarded-For` from a proxy of this machine only; the last of what
    one adds is what it saw.
    """
    seen = connection.client.host if connection.client else ""
    told = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    believed = seen in {"127.0.0.1", "::1", "testclient"} and _ADDRESS.fullmatch(told)
    return told if believed else seen


def visitor_of(
    connection: HTTPConnection, *, token: str = "", local: LocalAccounts = LocalAccounts.ON
) -> Visitor:
    """Describe a visitor to what signs people in."""
    agent = connection.headers.get("user-agent", "")
    known = [
        next((name for mark, name in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    return Visitor(
        address=address_of(connection),
        browser=", ".join(filter(None, known)),
        token=token,
        local=local,
    )


def reader_of(connection: HTTPConnection, url: str) -> Reader:
    """Say whose session this is in a database: nobody in particular without any."""
    return who(url, session_token(connection), now=datetime.now(UTC)) or ANYBODY


def site_of(request: HTTPConnection, site: str | None) -> str:
    """Give the address of ours, without a final stroke: `site` where it is known, or what is asked.

    It is what is written where no browser completes an address: on paper, in a feed.
    """
    return (site or str(request.base_url)).rstrip("/")
