"""What the same process serves beside the pages."""

from territoires.web.accounts import account_middleware, account_routes
from territoires.web.frozen import frozen_routes
from territoires.web.incidents import on_error
from territoires.web.lifespan import lifespan
from territoires.web.routes import middleware, outside_routes, reading_routes, routes

__all__ = [
    "account_middleware",
    "account_routes",
    "frozen_routes",
    "lifespan",
    "middleware",
    "on_error",
    "outside_routes",
    "reading_routes",
    "routes",
]
