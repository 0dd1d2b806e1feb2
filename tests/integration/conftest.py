"""Empty databases on either engine."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from tests.conftest import release, sqlite_url


@pytest.fixture
def postgresql() -> Iterator[Callable[[], str]]:
    server = make_url(os.environ["TERRITOIRES_TEST_POSTGRESQL"]).set(
        drivername="postgresql+psycopg"
    )
    root = create_engine(server, isolation_level="AUTOCOMMIT")
    made = []

    def make() -> str:
        name = f"copy_{os.getpid()}_{next(_NUMBERS)}"
        with root.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = server.set(database=name).render_as_string(hide_password=False)
        made.append((name, url))
        return url

    yield make
    for name, url in made:
        release(url)
        with root.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
    root.dispose()


_NUMBERS = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
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
