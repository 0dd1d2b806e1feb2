"""Two doors to one database, one that can only read, one that can write, and its owner's own."""

import os
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from territoires.db import server
from territoires.domain.errors import ConfigurationError, DatabaseError
from territoires.settings import door, variable_of

# The first bytes of every SQLite file (https://www.sqlite.org/fileformat.html, 1.3).
_MAGIC = b"SQLite format 3\x00"
_AT_COMMIT = "while committing"  # said of an error beside its own words
_READ: Final = "read"  # what a reading has answered so far
_SHARED: ContextVar[tuple[str, Connection] | None] = ContextVar("shared", default=None)
T = TypeVar("T")
# How long a writer to a file waits for its turn before it says so.
PATIENCE_S = 5


def sqlite_path(url: str) -> Path | None:
    """Give the file behind a SQLite URL, None for another engine.

    Raises ConfigurationError when the text is no database URL at all.
    """
    parsed = parsed_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    return Path(parsed.database or ":memory:")


def engine(url: str, *, writable: bool, owner: bool = False) -> Engine:
    """Make the engine of one door; asked twice, it is the same one.

    `owner`: what makes, copies or checks the whole, without the limits that pages have; a server
    may know owner, writers and readers by other names (`Settings`). Raises ConfigurationError when
    the URL names an engine for which there is no driver here.
    """
    return _engine(url, writable=writable, owner=owner and sqlite_path(url) is None)


@cache
def _engine(url: str, *, writable: bool, owner: bool) -> Engine:
    address = url if owner or sqlite_path(url) else door(url, writable=writable)
    if address != url:
        lesser(address, url)
    try:
        if sqlite_path(url):
            made = _sqlite_engine(url, writable=writable)
        else:
            limits = server.OWNER if owner else server.WRITER if writable else server.READER
            made = server.server_engine(parsed_url(address), writable=writable, limits=limits)
    except (ArgumentError, ImportError) as error:
        raise not_an_address(address) from error
    _mark_commits(made)
    if not writable:
        event.listen(made, "begin", lambda connection: connection.info.update({_READ: {}}))
    return made


def _mark_commits(made: Engine) -> None:
    """Mark the failures of a commit: a line cut then does not say whether it was done."""

    @event.listens_for(made, "begin")
    def begun(connection: Connection) -> None:
        connection.info.pop("commits", None)

    @event.listens_for(made, "commit")
    def ending(connection: Connection) -> None:
        connection.info["commits"] = True

    @event.listens_for(made, "handle_error")
    def failed(context: ExceptionContext) -> None:
        connection = context.connection
        if connection is not None and not connection.invalidated and connection.info.get("commits"):
            context.original_exception.add_note(_AT_COMMIT)


def parsed_url(url: str, variable: str = "") -> URL:
    """Read the address of a database; raises ConfigurationError for a text that is none."""
    try:
        return make_url(url)
    except ArgumentError as error:
        raise not_an_address(url, variable) from error


def lesser(url: str, owner: str, variable: str = "") -> URL:
    """Read the address of an account that may do less than the owner of the same database.

    Raises ConfigurationError for one that names nobody or another database.
    """
    account, whole = parsed_url(url, variable), parsed_url(owner)
    if (
        whole.get_backend_name() != "postgresql"
        or not account.username
        or account.username == whole.username
        or account.database != whole.database
    ):
        hidden = account.render_as_string(hide_password=True)
        raise ConfigurationError(variable or variable_of(url), hidden)
    return account


def not_an_address(url: str, variable: str = "") -> ConfigurationError:
    """Say of a variable that what it holds is no address of a database, its password hidden.

    It is the one of the settings that says so, unless it is given.
    """
    return ConfigurationError(variable or variable_of(url), re.sub(r"/.*@", "//***@", url))


def _sqlite_engine(url: str, *, writable: bool) -> Engine:
    made = create_engine(url)
    _follow_file(made, Path(made.url.database or ":memory:"))

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver would commit before every DDL statement; we say BEGIN ourselves instead.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000:.0f}")
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")

    if writable:
        _queue_writers(made)

    # After the queue, which is told first that a transaction begins.
    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")

    return made


class _Queue:
    """The writers of one process, who come to a file in the order in which they asked.

    Whoever SQLite lets wait looks again now and then, at most every 100 ms, while whoever asks
    just then passes before: under fifty writers the first waited for all the others, and gave up.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[Any, threading.Event]] = deque()

    def enter(self, connection: Any) -> None:
        """Wait for the turn of a connection; raises DatabaseError when it does not come in time."""
        place = connection, threading.Event()
        with self._guard:
            if self._waiting and self._waiting[0][0] is connection:
                return
            self._waiting.append(place)
            if self._waiting[0] is place:
                return
        if place[1].wait(PATIENCE_S):
            return
        with self._guard:
            if self._waiting[0] is not place:  # it did not come at the very end
                self._waiting.remove(place)
                raise DatabaseError("locked", "database is locked")

    def leave(self, connection: Any) -> None:
        """Let the next one pass, where this connection had its turn."""
        with self._guard:
            if self._waiting and self._waiting[0][0] is connection:
                self._waiting.popleft()
                if self._waiting:
                    self._waiting[0][1].set()


def _queue_writers(made: Engine) -> None:
    queue = _Queue()

    @event.listens_for(made, "begin")
    def enter(connection: Connection) -> None:
        queue.enter(connection.connection.dbapi_connection)

    @event.listens_for(made, "commit")
    @event.listens_for(made, "rollback")
    def ended(connection: Connection) -> None:
        queue.leave(connection.connection.dbapi_connection)

    # However it ends: given back, or given up.
    @event.listens_for(made, "checkin")
    @event.listens_for(made, "invalidate")
    def left(connection: Any, *_: Any) -> None:
        queue.leave(connection)


def _follow_file(made: Engine, path: Path) -> None:
    """Open again what was opened before its file was deleted, replaced or cut short.

    Through the connections of a pool, such a file would go on being read, and worse, written, where
    nobody sees it any more.
    """

    # Looked at before it is opened: replaced in between, it is only opened once too often.
    @event.listens_for(made, "do_connect")
    def note(_dialect: Any, record: Any, _args: Any, _parameters: Any) -> None:
        record.info["file"] = _status(path)

    @event.listens_for(made, "checkout")
    def compare(_connection: Any, record: Any, _proxy: Any) -> None:
        before, now = record.info["file"], _status(path)
        # Before the connection that made it, a file was nothing.
        if before and (now is None or now[:2] != before[:2] or now[2] < before[2]):
            raise DisconnectionError(str(path))
        record.info["file"] = now


def _status(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - at every query, and Path costs three times as much
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size


@contextmanager
def reading(url: str, *, owner: bool = False) -> Iterator[Connection]:
    """Open a connection through which the database itself refuses to write.

    Raises DatabaseError when there is no database to read.
    """
    if (shared := _SHARED.get()) and shared[0] == url and not owner:
        yield shared[1]
        return
    with guarded(url), engine(url, writable=False, owner=owner).connect() as connection:
        yield connection


@contextmanager
def one_reading(url: str) -> Iterator[None]:
    """Have all that is read meanwhile be of one instant, by one connection. Raises as `reading`."""
    with reading(url) as connection:
        before = _SHARED.set((url, connection))
        try:
            yield
        finally:
            _SHARED.reset(before)


def once(query: Callable[..., T]) -> Callable[..., T]:
    """Have a reading answer a query once for the same filters: it keeps one picture of the data.

    What is answered is shared: whoever wants to change it copies it first.
    """

    @wraps(query)
    def answered(connection: Connection, **filters: Any) -> T:
        key = (query, *sorted(filters.items()))
        if connection.in_transaction() and key in (kept := connection.info.get(_READ, {})):
            return cast("T", kept[key])
        found = query(connection, **filters)
        # Begun by then at the latest; a writer keeps nothing, what it reads may be its own.
        connection.info.get(_READ, {})[key] = found
        return found

    return answered


def only_reads(connection: Connection) -> bool:
    """Tell whether a connection that has begun is of the door through which nothing is written."""
    return _READ in connection.info


@contextmanager
def guarded(url: str) -> Iterator[None]:
    """Refuse what is no database, and name what goes wrong with the one there is."""
    path = sqlite_path(url)
    if path is not None:
        must_be_there(path)
    try:
        with named_failures():
            yield
    except DatabaseError as error:
        if error.code != "not_a_database":
            raise
        raise DatabaseError(error.code, str(path)) from error  # SQLite does not say which


def must_be_there(path: Path) -> None:
    """Refuse a file that is missing or empty, which opening it as a database would make.

    Raises DatabaseError. The file is never opened here: closing it would drop every lock that this
    process holds on it, SQLite's too, and the next process to leave would then take away the
    write-ahead log from under us (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise DatabaseError("missing", str(path)) from error
    except OSError as error:
        raise DatabaseError("unreachable", str(path)) from error
    if not size:
        raise DatabaseError("missing", str(path))


def must_be_sqlite(path: Path) -> None:
    """Refuse a file that is no database, as `must_be_there`; it must not be open here as one."""
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
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "not_a_database",
    sqlite3.SQLITE_IOERR: "unreachable",
    # The first to open a file asks for 32 kB beside it, to read as well.
    sqlite3.SQLITE_IOERR_SHMSIZE: "full",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_UNIQUE_VIOLATION = "23505"
_STATES = {
    "25006": "read_only",  # a standby, or a server set so
    "40001": "locked",
    "40P01": "locked",
    "42501": "forbidden",
    "53100": "full",
    "55P03": "locked",  # lock_timeout
    "57014": "locked",  # statement_timeout
    "XX001": "damaged",
    "XX002": "damaged",
}


@contextmanager
def named_failures() -> Iterator[None]:
    """Give the database's own failures the names that the interface can put into words."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        failures = list(_failures(error))
        if not failures:
            raise
        code, said = failures[-1]
        raise DatabaseError(code, first_line(said)) from error
    except UnicodeDecodeError as error:  # what SQLite says of a damaged file quotes it
        raise DatabaseError("damaged", first_line(error)) from error
    except PoolTimeoutError as error:  # every connection is taken
        raise DatabaseError("locked", first_line(error)) from error


def _failures(error: BaseException | None) -> Iterator[tuple[str, object]]:
    """Name an error and those it came from, latest first.

    Out of room, SQLite gives the whole transaction up; what is said then is that the savepoint to
    go back to does not exist.
    """
    while error is not None:
        if isinstance(error, DBAPIError | sqlite3.Error) and (code := failure_code(error)):
            yield code, getattr(error, "orig", error)
        error = error.__context__


def failure_code(error: DBAPIError | sqlite3.Error) -> str | None:
    """Name a failure of the database itself; None for one of ours (a constraint, a bad query)."""
    code = _code(error)
    at_commit = _AT_COMMIT in getattr(getattr(error, "orig", error), "__notes__", ())
    return "unsure" if code == "unreachable" and at_commit else code


def _code(error: DBAPIError | sqlite3.Error) -> str | None:
    said = getattr(error, "orig", error)
    number = getattr(said, "sqlite_errorcode", None)
    if number is not None:
        return _CODES.get(number) or _CODES.get(number & 0xFF)
    if isinstance(said, sqlite3.OperationalError):  # the driver's own: bytes that are no text
        return "damaged"
    state = getattr(said, "sqlstate", None)
    if state in _STATES:
        return _STATES[state]
    return "unreachable" if isinstance(error, OperationalError | InterfaceError) else None


def is_duplicate(error: IntegrityError) -> bool:
    """Tell whether the schema refused a row because another one has its key."""
    if getattr(error.orig, "sqlstate", None) == _UNIQUE_VIOLATION:
        return True
    number = getattr(error.orig, "sqlite_errorcode", None)
    return number in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


def first_line(error: object) -> str:
    """Keep what is wrong; PostgreSQL goes on with advice, over several lines."""
    return str(error).partition("\n")[0]
