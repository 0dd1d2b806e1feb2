"""PostgreSQL's doors: who passes through each, and how long anything may take there."""

from collections.abc import Generator
from dataclasses import dataclass
from time import monotonic
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, create_engine, event

CONNECTING_S = 5
# Beyond what the server allows itself, one that says nothing at all is taken for dead.
MARGIN_S = 1
# How long whoever has no limit waits before asking, by another line, whether the server is there.
PROBE_S = 10


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a statement may take and wait for a lock, in seconds; None: as long as it takes."""

    statement_s: float | None
    lock_s: float | None = None


READER = Limits(statement_s=10)
WRITER = Limits(statement_s=120, lock_s=10)
# Copies, checks, migrations and seeds take the time that they need.
OWNER = Limits(statement_s=None, lock_s=10)


class PatientConnection(psycopg.Connection[Any]):
    """A connection that gives a silent server up: the network's own patience is two hours."""

    patience_s: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, as psycopg does, for `patience_s` seconds at most.

        None: as long as it takes, if the server still answers others. Raises OperationalError; the
        connection is then closed, for nobody knows what it is doing.
        """
        limit = timeout or self.patience_s
        try:
            return super().wait(gen if limit else self._watched(gen), interval, limit)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # it is not the server who said so
                self.close()
            raise

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:
        heard = monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if ready:
                    heard = monotonic()
                elif monotonic() > heard + PROBE_S:
                    self._probe()
                    heard = monotonic()
                state = gen.send(ready)
        except StopIteration as ended:
            return ended.value

    def _probe(self) -> None:
        asked = make_conninfo(
            self.info.dsn, password=self.info.password, connect_timeout=CONNECTING_S
        )
        try:
            with type(self).connect(asked) as other:
                other.patience_s = CONNECTING_S
                other.execute("SELECT 1")
        except psycopg.OperationalError as error:
            if "FATAL" not in str(error):  # one that has no line to spare is there
                raise


def server_engine(url: URL, *, writable: bool, limits: Limits) -> Engine:
    """Make the engine of one door to a PostgreSQL server.

    A long read keeps one picture of the data, as on SQLite; writers queue on the journal's lock.
    """
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    made = create_engine(
        url,
        isolation_level="READ COMMITTED" if writable else "REPEATABLE READ",
        pool_pre_ping=True,
        pool_timeout=CONNECTING_S,
        connect_args={"connect_timeout": CONNECTING_S, "tcp_user_timeout": 10_000},
    )
    # A silence at the first question, whether the line still stands, is told soon.
    short_s = min(READER.statement_s or 0, limits.statement_s or CONNECTING_S) + MARGIN_S
    long_s = limits.statement_s and limits.statement_s + MARGIN_S

    @event.listens_for(made, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, parameters: Any) -> PatientConnection:
        return PatientConnection.connect(*args, **parameters)

    @event.listens_for(made, "checkin")
    @event.listens_for(made, "connect")
    def be_brief(connection: Any, _record: Any) -> None:
        if connection is not None:
            connection.patience_s = short_s

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(_opening(limits, writable=writable))
        connection.connection.driver_connection.patience_s = long_s  # type: ignore[union-attr]

    return made


def _opening(limits: Limits, *, writable: bool) -> str:
    said = [] if writable else ["SET TRANSACTION READ ONLY"]
    if limits.statement_s is not None:
        said.append(f"SET LOCAL statement_timeout = '{limits.statement_s}s'")
    if writable and limits.lock_s is not None:
        said.append(f"SET LOCAL lock_timeout = '{limits.lock_s}s'")
    return "; ".join(said)
