"""Backups: one SQLite file each, whole or absent, that can be put back on either engine."""

import errno
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Column, Connection, MetaData, Table, delete, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from territoires.db import journal, schema
from territoires.db.copy import (
    TABLES,
    Content,
    Examine,
    contents,
    fill,
    must_hold,
    pour,
)
from territoires.db.engine import engine, must_be_sqlite, named_failures, reading, sqlite_path
from territoires.db.models import Base
from territoires.db.private import private_file, private_folder
from territoires.db.revision import HEAD, REVISIONS, must_be_current, revision_of
from territoires.db.types import UtcDateTime
from territoires.domain.errors import CopyError, DatabaseError
from territoires.domain.retention import OLDEST, kept

# What makes a database a backup of ours; the rest of the file is a database like any other.
_MARK: Final = Table("backup", MetaData(), Column("made_at", UtcDateTime, nullable=False))
_NAME: Final = "territoires-{:%Y%m%dT%H%M%S%fZ}.db"
_UNFINISHED: Final = ".unfinished-"
_A_DAY: Final = timedelta(days=1)
_NAMED: Final = re.compile(r"territoires-(\d{8}T\d{12})Z\.db")
# What is copied beside a file before it is upgraded (`schema.upgrade`).
_COPIED: Final = re.compile(r".+-[0-9a-f]{4}-(\d{8}T\d{12})\.db")
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PRIVATE: Final = 0o600  # password hashes are in it


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup is: `act` and `act_at` are the latest of its journal, `faults` what is wrong.

    `facts` counts the facts and `versions` all that was ever said of them.
    """

    path: Path
    made_at: datetime
    revision: str
    act: int
    act_at: datetime | None
    facts: int
    versions: int
    sha256: str
    faults: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put back, and the backup of what it replaced."""

    backup: Backup
    replaced: Backup | None


def default_folder(url: str, *, otherwise: Path) -> Path:
    """Give the folder of backups: beside a file, `otherwise` for a server."""
    path = sqlite_path(url)
    return otherwise if path is None else path.parent / "backups"


def back_up(url: str, folder: Path, *, now: datetime, examine: Examine) -> Backup:
    """Write one picture of the database to a new file, while others write to the database.

    The file is read again from the disk and compared before it gets its name. What is wrong with
    the database is wrong with its backup too, and is said in `faults`. Raises DatabaseError, and
    CopyError (differs, rejected, unwritable): there is then no such file.
    """
    now = now.astimezone(UTC)
    path = folder / _NAME.format(now)
    with _writable(folder):
        private_folder(folder)
        with TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as unfinished:
            draft = Path(unfinished) / path.name
            private_file(draft)
            with reading(url, owner=True) as source:
                must_be_current(source)
                copied = _write(source, draft, now)
            with _opened(draft) as connection:
                must_hold(connection, copied)
                made = _describe(connection, path, _sha256(draft), examine)
            _publish(draft, made)
    return made


def verify(path: Path, *, now: datetime, examine: Examine) -> Backup:
    """Say what a backup holds, having read it from end to end.

    Raises CopyError when it is none of ours, is damaged, or comes from a later version.
    """
    with _trusted(path, now, examine) as (backup, _):
        return backup


def restore(  # noqa: PLR0913 - two databases, a folder and an instant
    path: Path, url: str, *, folder: Path, replace: bool, now: datetime, examine: Examine
) -> Restored:
    """Put a backup back, in one transaction: into an empty database, or in place of what is there.

    That is an act of the journal, after those that the backup brings. With `replace`, a backup of
    what is there is made first in `folder`, while nobody can write.
    Whoever has the database open sees the change at the next transaction. Raises as `verify` and
    `back_up` do, and DatabaseError `not_empty`; the database is then as it was.
    """
    with _trusted(path, now, examine) as (backup, source):
        if backup.faults:
            raise CopyError("unsound", str(path), str(len(backup.faults)))
        replaced = None
        if not replace or schema.is_new(url):
            with schema.creating(url) as target:
                fill(source, target, whose=str(path), examine=examine)
                _note(target, backup, None, now)
        else:
            with named_failures(), engine(url, writable=True, owner=True).begin() as target:
                journal.take_turn(target)
                must_be_current(target)
                replaced = back_up(url, folder, now=now, examine=examine)
                for table in reversed(Base.metadata.sorted_tables):
                    target.execute(delete(table))
                fill(source, target, whose=str(path), examine=examine)
                _note(target, backup, replaced, now)
    return Restored(backup=backup, replaced=replaced)


def _note(target: Connection, backup: Backup, replaced: Backup | None, now: datetime) -> None:
    """Say in the journal that it goes on from a backup, and what that took the place of."""
    journal.record(
        target,
        at_utc=journal.next_instant(target, now),
        actor=journal.ACTOR,
        command=journal.RESTORED,
        entity="database",
        entity_id=backup.path.name,
        changes=[
            {"entity": "database", "id": each.path.name, side: {"last_act": each.act}, other: None}
            for each, side, other in ((backup, "after", "before"), (replaced, "before", "after"))
            if each is not None
        ],
        machine_at=now,
    )


def latest_anchor(folder: Path) -> tuple[Path, journal.Anchor | None] | None:
    """Give the latest backup of a folder and the act that it goes to; None without any.

    Raises CopyError when it cannot be read.
    """
    named = [path for path in folder.glob("*.db") if _NAMED.fullmatch(path.name)]
    if not named:
        return None
    path = max(named)
    with _readable(path), _opened(path) as connection:
        return path, journal.anchor(connection)


def prune(folder: Path, *, latest: int, now: datetime) -> list[Path]:
    """Remove the backups that `domain.retention` does not keep; gives what was removed.

    So goes what a backup that was killed left behind, once it is too old to be one at work.
    """
    dated = _dated(folder, _NAMED)
    worth_keeping = kept(dated, latest=latest)
    removed = [path for instant, path in sorted(dated.items()) if instant not in worth_keeping]
    with _writable(folder):
        for path in removed:
            path.unlink()
            _checksum_file(path).unlink(missing_ok=True)
        for left in folder.glob(f"{_UNFINISHED}*"):
            if left.stat().st_mtime < (now - _A_DAY).timestamp():
                shutil.rmtree(left)
    return removed


def drop_copies(folder: Path, *, now: datetime) -> list[Path]:
    """Remove the copies made before upgrades that are too old; gives what was removed."""
    if not folder.is_dir():
        return []
    found = _dated(folder, _COPIED)
    old = [path for instant, path in sorted(found.items()) if now - instant > OLDEST]
    with _writable(folder):
        for path in old:
            path.unlink()
    return old


def _dated(folder: Path, named: re.Pattern[str]) -> dict[datetime, Path]:
    """Find the files of a folder by the instants in their names."""
    return {
        datetime.strptime(found[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC): path
        for path in folder.iterdir()
        if (found := named.fullmatch(path.name))
    }


def _write(source: Connection, draft: Path, now: datetime) -> list[Content]:
    url = f"sqlite:///{draft}"
    try:
        with schema.creating(url) as target:
            copied = pour(source, target)
            _MARK.create(target)
            target.execute(insert(_MARK).values(made_at=now))
    finally:
        engine(url, writable=True, owner=True).dispose()
    draft.chmod(_PRIVATE)
    # One file, which can be read where nothing can be written.
    with named_failures(), closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return copied


def _publish(draft: Path, made: Backup) -> None:
    """Give a file its name once it is on the disk, and its checksum before its name."""
    checksum = _checksum_file(draft)
    checksum.write_text(f"{made.sha256}  {made.path.name}\n", encoding="ascii")
    for file in (draft, checksum):
        _flush(file)
    try:
        checksum.replace(_checksum_file(made.path))
        draft.replace(made.path)
        if os.name == "posix":  # elsewhere a folder cannot be opened
            _flush(made.path.parent)
    except OSError:  # a name that may not outlive the machine is none
        for file in (made.path, _checksum_file(made.path)):
            file.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checksum_file(path: Path) -> Path:
    """Name the file that `sha256sum --check` reads."""
    return path.with_name(f"{path.name}.sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    url = f"sqlite:///{path}"
    try:
        with reading(url) as connection:
            yield connection
    finally:
        engine(url, writable=False).dispose()


@contextmanager
def _trusted(path: Path, now: datetime, examine: Examine) -> Iterator[tuple[Backup, Connection]]:
    """Open a backup once it is known to be one, with today's schema whatever its own."""
    sha256 = _must_be_whole(path)
    with TemporaryDirectory(prefix="territoires-") as folder:
        with _readable(path):
            with _opened(path) as connection:
                revision = _must_be_ours(connection, path)
            current = path if revision == HEAD else _upgraded(path, Path(folder), now)
        with _opened(current) as connection:
            with _readable(path):
                contents(connection)  # every value is one that we can read
                backup = _describe(connection, path, sha256, examine, revision=revision)
            yield backup, connection


def _must_be_whole(path: Path) -> str:
    """Give the checksum of a file, which is the one written beside it."""
    try:
        must_be_sqlite(path)
        found = _sha256(path)
        noted = _checksum_file(path).read_text(encoding="ascii").partition(" ")[0]
    except DatabaseError as error:
        code = "not_a_backup" if error.code == "not_a_database" else "missing"
        raise CopyError(code, str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CopyError("no_checksum", str(path), _checksum_file(path).name) from error
    if found != noted:
        raise CopyError("checksum", str(path))
    return found


def _must_be_ours(connection: Connection, path: Path) -> str:
    revision = revision_of(connection)
    if revision is None or not inspect(connection).has_table(_MARK.name):
        raise CopyError("not_a_backup", str(path))
    if revision not in REVISIONS:
        raise CopyError("too_new", str(path), revision)
    return revision


def _upgraded(path: Path, folder: Path, now: datetime) -> Path:
    copy = Path(shutil.copy(path, folder))
    url = f"sqlite:///{copy}"
    try:
        schema.upgrade(url, now=now)
    finally:
        engine(url, writable=True, owner=True).dispose()
    return copy


def _describe(
    connection: Connection, path: Path, sha256: str, examine: Examine, *, revision: str = HEAD
) -> Backup:
    faults = tuple(examine(connection))
    last = journal.anchor(connection)
    versioned = [table for table in TABLES if "superseded_at" in table.c]
    counts = [
        connection.execute(
            select(func.count(), func.count().filter(table.c.origin_id.is_(None))).select_from(
                table
            )
        ).one()
        for table in versioned
    ]
    return Backup(
        path=path,
        made_at=connection.execute(select(_MARK.c.made_at)).scalar_one(),
        revision=revision,
        act=last.act if last else 0,
        act_at=last.at_utc if last else None,
        facts=sum(facts for _, facts in counts),
        versions=sum(versions for versions, _ in counts),
        sha256=sha256,
        faults=faults,
    )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say of whatever a backup cannot be made to tell that it is damaged."""
    try:
        yield
    except (DatabaseError, DBAPIError, LookupError, ValueError) as error:
        raise CopyError("damaged", str(path), str(getattr(error, "orig", error))) from error


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DatabaseError("full", str(folder)) from error
        why = errno.errorcode.get(error.errno or 0, "")
        raise CopyError("unwritable", str(folder), why) from error
