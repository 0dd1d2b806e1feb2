"""The web layer around Streamlit's own static files, without a running Streamlit."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app import create_streamlit_middleware
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from territoires.ui.chapters import addresses
from territoires.web.routes import middleware, routes


class Database:
    """What a readiness probe asks: it answers, it does not, or it raises."""

    def __init__(self) -> None:
        self.answer: bool | Exception = True

    def __call__(self) -> bool:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def _failing(_):
    message = "password=hunter2"
    raise ValueError(message)


def _metrics(_):
    return PlainTextResponse("sessions 3")


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def client(database) -> Iterator[TestClient]:
    app = Starlette(
        routes=[
            *routes(database_answers=database),
            Route("/echec", _failing),
            Route("/_stcore/metrics", _metrics),
            Route("/_stcore/health", _metrics),
            *create_streamlit_static_assets_routes(base_url=""),
        ],
        middleware=[*middleware(addresses=addresses()), *create_streamlit_middleware()],
    )
    with TestClient(app) as opened:
        yield opened
