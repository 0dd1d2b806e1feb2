"""The databases of the tests, on either engine: made once, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url
from sqlalchemy.util import LRUCache, immutabledict

from territoires.db import grants
from territoires.db.engine import engine, sqlite_path
from territoires.settings import Settings
from tools.postgres import Server

# Who passes through the doors of a dashboard on PostgreSQL: two accounts that may do less.
LESSER = ("writer", "reader")
SQLITE, POSTGRESQL = ENGINES = ("sqlite", "postgresql")
STATEMENTS = 5_000  # kept compiled
BLANK = "blank"  # the template of a database in which there is nothing yet


def sqlite_url(path: Path) -> str:
    """Give the SQLAlchemy URL of a file."""
    return f"sqlite:///{path}"


def lesser(url: str) -> dict[str, Any]:
    """Give the addresses of a server's database for its two lesser accounts, as settings."""
    parsed = make_url(url)
    return {f"{door}_url": str(parsed.set(username=f"territoires_{door}")) for door in LESSER}


def compile_once() -> None:
    """Compile a statement once for every database of its engine, as a server does for its only one.

    SQLAlchemy keeps what it compiled by engine, and each copy of a database has engines of its own:
    half of the time of a test on a fresh copy, and what was kept of each was never forgotten. From
    then on, in the whole process.
    """
    kept: LRUCache[Any, Any] = LRUCache(STATEMENTS)
    shared = {"_execution_options": immutabledict({"compiled_cache": kept})}
    alike = {
        "__hash__": lambda self: hash(type(self)),
        "__eq__": lambda self, other: type(self) is type(other),
    }
    changes: dict[type[Any], dict[str, Any]] = {Engine: shared}
    changes |= dict.fromkeys((SQLiteDialect_pysqlite, PGDialect_psycopg), alike)
    for changed, values in changes.items():
        for name, value in values.items():
            setattr(changed, name, value)


def release(url: str) -> None:
    """Close every connection to a database, which empties SQLite's log into the file."""
    for writable in (False, True):
        for owner in (False, True):
            engine(url, writable=writable, owner=owner).dispose()


def _written(url: str) -> list[tuple[int, int]]:
    """Describe the files of a SQLite database: whatever is written to it changes this."""
    file = sqlite_path(url)  # None: a server refuses by itself, see Served
    files = (file, Path(f"{file}-wal")) if file else ()
    found = [path.stat() for path in files if path.exists()]
    return [(status.st_size, status.st_mtime_ns) for status in found if status.st_size]


@contextmanager
def untouched(url: str) -> Iterator[None]:
    """Fail if what many tests read was written to meanwhile."""
    before = _written(url)
    yield
    assert _written(url) == before, "many tests read this database: ask for one of its own (`url`)"


class Databases(Protocol):
    """What gives the tests of one engine their databases, by the name of a template."""

    def shared(self, template: str) -> str:
        """Give the URL of what many tests read and none writes."""

    def copy(self, template: str, folder: Path) -> str:
        """Give the URL of a copy to be written at will."""

    def drop(self, url: str) -> None:
        """Close a copy and remove it."""


class Files:
    """SQLite: a template is a file."""

    def __init__(self, template: Callable[[str], Path]) -> None:
        self._template = template

    def shared(self, template: str) -> str:
        return sqlite_url(self._template(template))

    def copy(self, template: str, folder: Path) -> str:
        path = next(
            path
            for number in count()
            if not (path := folder / f"{template}{number or ''}.db").exists()
        )
        if template != BLANK:
            shutil.copy(self._template(template), path)
        return sqlite_url(path)

    def drop(self, url: str) -> None:
        release(url)
        if path := sqlite_path(url):
            path.unlink(missing_ok=True)


class Served:
    """PostgreSQL: a template is a database of a server that lives as long as the tests."""

    def __init__(self, server: Server, fill: Callable[[str, str], None]) -> None:
        self._server = server
        self._fill = fill
        self._numbers = count()
        self.shared = cache(self._shared)
        self._template = cache(self._made)

    def copy(self, template: str, folder: Path) -> str:  # noqa: ARG002 - it needs no folder
        name = f"copy_{next(self._numbers)}"
        self._server.create(name, template=self._template(template))
        return self._server.url(name)

    def drop(self, url: str) -> None:
        release(url)
        self._server.drop(str(make_url(url).database))

    def _shared(self, template: str) -> str:
        # A template that somebody reads cannot be copied.
        name = f"shared_{template}"
        self._server.create(name, template=self._template(template))
        self._server.protect(name)
        return self._server.url(name)

    def _made(self, template: str) -> str:
        if template == BLANK:
            return "template1"
        self._server.create(template)
        url = self._server.url(template)
        self._fill(template, url)
        with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
            connection.exec_driver_sql("ANALYZE")
        grants.share(Settings(database_url=url, **lesser(url)))
        release(url)
        return template
