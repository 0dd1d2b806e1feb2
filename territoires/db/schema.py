"""Bring a database to the schema of this code, or leave it exactly as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from territoires.db import amendments, fingerprints, journal
from territoires.db.engine import (
    engine,
    failure_code,
    must_be_there,
    named_failures,
    reading,
    sqlite_path,
)
from territoires.db.private import private_file, private_folder
from territoires.db.revision import HEAD, REVISIONS, revision_of
from territoires.domain.errors import DatabaseError

MIGRATIONS = Path(__file__).with_name("migrations")
# What the machine may do to a migration that is right.
_NOT_ITS_FAULT = {"locked", "read_only", "full", "damaged"}


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """What was done: from which revision to which, and where the copy made before it lies."""

    before: str | None
    after: str
    backup: Path | None


def migrating(connection: Connection, migrations: Path = MIGRATIONS) -> Config:
    """Give what Alembic is told of a database to be migrated."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, *, now: datetime, migrations: Path = MIGRATIONS) -> Upgrade:
    """Create or upgrade the database in one transaction, after a copy of an existing file.

    Raises DatabaseError: `too_new` when the database comes from a later version of this code,
    `not_a_database` or `not_ours` when it is something else, `upgrade_failed` when a migration did
    not go through, the database then being as it was.
    """
    path = sqlite_path(url)
    if path is not None:
        prepare_folder(path)
    try:
        with engine(url, writable=True, owner=True).begin() as connection:
            journal.take_turn(connection)
            before = revision_of(connection)
            if before is not None and before not in REVISIONS:
                raise DatabaseError("too_new", before)
            if before is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
                raise DatabaseError("not_ours", place_of(url))
            if before == HEAD and migrations == MIGRATIONS:
                return Upgrade(before=before, after=before, backup=None)
            backup = _back_up(path, before, now) if path is not None and before else None
            known = fingerprints.known_sums(connection) if before else {}
            _migrate(connection, migrations)
            # What the migrations moved, no act did; in a database made before there were any
            # fingerprints, this is the first.
            journal.stamp(connection, before=known, now=now)
            if before is not None:
                amendments.amend(connection, since=before, now=now)
            return Upgrade(before=before, after=revision_of(connection) or "", backup=backup)
    except DBAPIError as error:
        code = failure_code(error) or "upgrade_failed"
        # SQLite does not say which file is no database.
        detail = str(path) if code == "not_a_database" else str(error.orig)
        raise DatabaseError(code, detail) from error


@contextmanager
def creating(url: str) -> Iterator[Connection]:
    """Open the transaction that makes a new database: its tables and what the caller adds, or none.

    Raises DatabaseError `not_empty` when there are tables already, whoever made them.
    """
    path = sqlite_path(url)
    if path is not None:
        prepare_folder(path)
    with named_failures(), engine(url, writable=True, owner=True).begin() as connection:
        journal.take_turn(connection)
        if inspect(connection).get_table_names():
            raise DatabaseError("not_empty", place_of(url))
        _migrate(connection, MIGRATIONS)
        yield connection


def is_new(url: str) -> bool:
    """Tell whether there is nothing yet in a database, which is then safe to create."""
    path = sqlite_path(url)
    if path is not None and not (path.exists() and path.stat().st_size):
        return True
    with reading(url) as connection:
        return not inspect(connection).get_table_names()


def _migrate(connection: Connection, migrations: Path) -> None:
    try:
        command.upgrade(migrating(connection, migrations), "head")
    except Exception as error:
        # Whatever a migration stumbles on, the transaction around it undoes what it had done.
        code = failure_code(error) if isinstance(error, DBAPIError) else None
        raise DatabaseError(
            code if code in _NOT_ITS_FAULT else "upgrade_failed",
            str(getattr(error, "orig", error)),
        ) from error


def prepare_folder(path: Path) -> None:
    """Make room for the file of a database. Raises DatabaseError where there can be none."""
    if path.exists() and path.stat().st_size:
        must_be_there(path)
    try:
        private_folder(path.parent)
        private_file(path)
    except OSError as error:
        raise DatabaseError("unreachable", str(path.parent)) from error


def _back_up(path: Path, revision: str, now: datetime) -> Path:
    """Copy the file with SQLite's own online copy, which sees the write-ahead log too."""
    folder = path.parent / "backups"
    copy = folder / f"{path.stem}-{revision}-{now:%Y%m%dT%H%M%S%f}.db"
    try:
        private_folder(folder)
        private_file(copy)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError("upgrade_failed", f"{copy}: {error}") from error
    return copy


def place_of(url: str) -> str:
    """Say where a database is, without its password."""
    return str(sqlite_path(url) or make_url(url).render_as_string(hide_password=True))
