"""Everything of the accounts that the process serves: routes, and what watches over them."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from territoires.web.oidc import Claims, Exchange, provider_routes
from territoires.web.sign_in import sign_in_routes
from territoires.web.sockets import Reconnection


def account_routes(url: str, *, with_provider: bool) -> list[BaseRoute]:
    """Make the routes of the accounts of one database, with or without an identity provider."""
    out = provider_routes() if with_provider else []
    return [*sign_in_routes(url, with_provider=with_provider), *out]


def account_middleware(url: str, *, claims: Claims) -> list[Middleware]:
    """Make what stands before Streamlit: `claims` reads the cookies that it signed."""
    return [Middleware(Reconnection), Middleware(Exchange, url=url, claims=claims)]
