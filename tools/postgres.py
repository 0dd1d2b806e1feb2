"""Start a PostgreSQL of one's own in a temporary folder, and leave nothing of it behind.

    with throw_away() as server:
        server.create("essai")
        server.url("essai")  # postgresql+psycopg://territoires@/essai?host=/tmp/...

Nobody else reaches it: it listens on a socket in a private folder and on no port. Its texts sort as
French dictionaries do, which SQLite's do not: what forgets to say how it sorts shows.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from tools.ensure_browser import is_root
from tools.ensure_postgres import OLDEST, find_server

USER = "territoires"
NOBODY, NO_GROUP = "nobody", 65534  # who runs it when we are root: all its programs refuse root
START_SECONDS = 60
MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 - a copy there costs a fifth of one on a busy disk
# Nothing of it outlives the tests, so nothing needs to reach the disk.
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
}


@dataclass(frozen=True)
class Server:
    """A server that may be stopped and started again; its folder holds all it has."""

    binaries: Path
    folder: Path

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{USER}@/{database}?host={quote(str(self.folder))}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-l", str(self.log), *self._at)

    def stop(self) -> None:
        """End it as a power cut would, whoever is connected."""
        if line := vars(self).pop("_line", None):
            line.close()
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", *self._at)

    def create(self, database: str, *, template: str = "template1") -> None:
        """Make a database, a copy of another one to which nobody is connected."""
        # File by file is the fast way, as nothing waits for the disk.
        self._say("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", database, template)

    def protect(self, database: str) -> None:
        """Refuse whatever would be written to a database from now on."""
        self._say("ALTER DATABASE {} SET default_transaction_read_only = on", database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._say("DROP DATABASE {} WITH (FORCE)", database)

    @property
    def log(self) -> Path:
        """Say where it writes what it has to say."""
        return self.folder / "log"

    @property
    def _at(self) -> tuple[str, ...]:
        return ("-s", "-D", str(self.folder / "data"))

    def _make(self) -> None:
        self._run(
            "initdb",
            *("-D", str(self.folder / "data"), "-U", USER, "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=fr"),
        )
        settings = OPTIONS | {"unix_socket_directories": str(self.folder)}
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _run(self, program: str, *arguments: str) -> None:
        other: dict[str, Any] = {"user": NOBODY, "group": NO_GROUP, "extra_groups": []}
        ran = subprocess.run(
            [self.binaries / program, *arguments],
            **(other if is_root() else {}),
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
        )
        if ran.returncode:
            log = self.log.read_text(errors="replace") if self.log.exists() else ""
            msg = f"{program} failed:\n{ran.stdout}\n{log}"
            raise RuntimeError(msg)

    def _say(self, statement: str, *names: str) -> None:
        self._line.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    @cached_property
    def _line(self) -> psycopg.Connection[Any]:
        """Connect once for all: what is made and dropped by the thousand costs half as much."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)


def memory() -> Path | None:
    """Give the folder that is kept in memory, None where there is none or too little room."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@contextlib.contextmanager
def throw_away() -> Iterator[Server]:
    """Make and start a server; end it and remove its folder at the end.

    Raises RuntimeError when there is no server on this machine, or when it does not start.
    """
    binaries = find_server()
    if binaries is None:
        msg = f"no PostgreSQL {OLDEST} or later: python tools/ensure_postgres.py"
        raise RuntimeError(msg)
    # Not a folder of pytest's, where no other user may walk, and where paths outgrow a socket's.
    folder = Path(tempfile.mkdtemp(prefix="territoires-pg-", dir=memory()))
    try:
        if is_root():
            shutil.chown(folder, NOBODY, NO_GROUP)
        server = Server(binaries, folder)
        server._make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
