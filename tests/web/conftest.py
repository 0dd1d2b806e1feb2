"""The web layer around Streamlit's own static files, without a running Streamlit."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app import create_streamlit_middleware
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from territoires.db import schema
from territoires.ui.chapters import addresses
from territoires.web.routes import middleware, routes
from tests.databases import release, sqlite_url


class Database:
    """What a readiness probe asks: it answers, it does not, or it raises."""

    def __init__(self) -> None:
        self.answer: bool | Exception = True

    def __call__(self) -> bool:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(scope="session")
def bare_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database that has its tables and no row, made now; not to be touched."""
    path = tmp_path_factory.mktemp("bare") / "territoires.db"
    schema.upgrade(sqlite_url(path), now=datetime.now(UTC))
    release(sqlite_url(path))
    return path


@pytest.fixture
def bare_url(bare_file: Path, tmp_path: Path) -> Iterator[str]:
    """Give the URL of this test's own database that has its tables and no row."""
    made = sqlite_url(Path(shutil.copy(bare_file, tmp_path)))
    yield made
    release(made)


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
