"""Empty databases on either engine, for what goes from one to the other."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import release, sqlite_url
from tools.postgres import Server, throw_away

_NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a PostgreSQL of one's own."""
    with throw_away() as started:
        yield started


@pytest.fixture
def postgresql(server: Server) -> Iterator[Callable[[], str]]:
    """Give the URL of an empty database at each call."""
    made = []

    def make() -> str:
        made.append(f"blank{next(_NUMBERS)}")
        server.create(made[-1])
        return server.url(made[-1])

    yield make
    for name in made:
        release(server.url(name))
        server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Give the URL of a database that does not exist yet, on each engine in turn."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgresql")
        return
    made = []

    def make() -> str:
        made.append(sqlite_url(tmp_path / f"blank{len(made)}.db"))
        return made[-1]

    yield make
    for url in made:
        release(url)
