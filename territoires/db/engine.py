"""Two doors to one database: one that can only read, one that can write."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from territoires.domain.errors import ConfigurationError, DatabaseError

# The first bytes of every SQLite file (https://www.sqlite.org/fileformat.html, 1.3).
_MAGIC = b"SQLite format 3\x00"


def sqlite_path(url: str) -> Path | None:
    """Give the file behind a SQLite URL, None for another engine.

    Raises ConfigurationError when the text is no database URL at all.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _not_an_address(url) from error
    if parsed.get_backend_name() != "sqlite":
        return None
    return Path(parsed.database or ":memory:")


@cache
def engine(url: str, *, writable: bool) -> Engine:
    """Make the engine of one door; asked twice, it is the same one.

    Raises ConfigurationError when the URL names an engine for which there is no driver here.
    """
    make = _sqlite_engine if sqlite_path(url) else _server_engine
    try:
        return make(url, writable=writable)
    except (ArgumentError, ImportError) as error:
        raise _not_an_address(url) from error


def _not_an_address(url: str) -> ConfigurationError:
    # What is wrong with it is no reason to show the password it may hold.
    return ConfigurationError("TERRITOIRES_DATABASE_URL", re.sub(r"/.*@", "//***@", url))


def _sqlite_engine(url: str, *, writable: bool) -> Engine:
    made = create_engine(url)

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver would commit before every DDL statement; we say BEGIN ourselves instead.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 5000")
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    return made


def _server_engine(url: str, *, writable: bool) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    # A long read keeps one picture of the data, as on SQLite; writers queue on the journal's lock.
    made = create_engine(
        parsed,
        isolation_level="READ COMMITTED" if writable else "REPEATABLE READ",
        pool_pre_ping=True,
    )

    if not writable:

        @event.listens_for(made, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return made


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Open a connection through which the database itself refuses to write.

    Raises DatabaseError when there is no database to read.
    """
    path = sqlite_path(url)
    if path is not None:
        must_be_sqlite(path)
    with named_failures(), engine(url, writable=False).connect() as connection:
        yield connection


def must_be_sqlite(path: Path) -> None:
    # Opening a missing file would create it; a foreign file would fail late and obscurely.
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise DatabaseError("missing", str(path)) from error
    except OSError as error:
        raise DatabaseError("unreachable", str(path)) from error
    if not magic:
        raise DatabaseError("missing", str(path))
    if magic != _MAGIC:
        raise DatabaseError("not_a_database", str(path))


_CODES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "not_a_database",
    sqlite3.SQLITE_IOERR: "unreachable",
}


@contextmanager
def named_failures() -> Iterator[None]:
    """Give the database's own failures the names that the interface can put into words."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        code = failure_code(error)
        if code is None:
            raise
        raise DatabaseError(code, str(getattr(error, "orig", error))) from error


def failure_code(error: DBAPIError | sqlite3.Error) -> str | None:
    """Name a failure of the database itself; None for one of ours (a constraint, a bad query)."""
    number = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    if number is not None:
        return _CODES.get(number & 0xFF)
    if isinstance(error, OperationalError) and error.connection_invalidated:
        return "unreachable"
    return "unreachable" if isinstance(error, OperationalError) else None
