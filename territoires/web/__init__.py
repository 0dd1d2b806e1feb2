"""What the same process serves beside the pages."""

from territoires.web.exports import export_routes
from territoires.web.incidents import on_error
from territoires.web.lifespan import lifespan
from territoires.web.routes import middleware, routes
from territoires.web.sign_in import sign_in_routes

__all__ = ["export_routes", "lifespan", "middleware", "on_error", "routes", "sign_in_routes"]
