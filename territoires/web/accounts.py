"""Everything of the accounts that the process serves: routes, and what watches over them."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from territoires.domain.roles import LocalAccounts
from territoires.web.budget import Held, SocketBounds, Uploads
from territoires.web.oidc import Claims, Exchange, provider_routes
from territoires.web.own_account import own_account_routes
from territoires.web.own_forms import Line
from territoires.web.sign_in import Door, sign_in_routes
from territoires.web.sockets import Reconnection


def account_routes(
    url: str, *, with_provider: bool, local: LocalAccounts = LocalAccounts.ON
) -> list[BaseRoute]:
    """Make the routes of the accounts of one database, with or without an identity provider.

    `local` says for whom a password of ours opens anything.
    """
    door = Door(url=url, line=Line(), with_provider=with_provider, local=local)
    out = provider_routes() if with_provider else []
    return [*sign_in_routes(door), *own_account_routes(door), *out]


def account_middleware(url: str, *, claims: Claims, held: Held = dict) -> list[Middleware]:
    """Make what stands before Streamlit and knows who is signed in.

    `claims` reads the cookies that Streamlit signed, `held` says what it holds of sent files.
    """
    return [
        Middleware(SocketBounds, url=url),
        Middleware(Uploads, url=url, held=held),
        Middleware(Reconnection),
        Middleware(Exchange, url=url, claims=claims),
    ]
