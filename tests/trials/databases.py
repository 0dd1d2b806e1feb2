"""Databases of their own, with somebody who may write into them."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

import territoires.commands.register  # noqa: F401 - every command registers itself
from territoires.commands.write import Saved, writing
from territoires.db import fingerprints, journal
from territoires.db.engine import engine, reading
from territoires.db.models import Course, Source, Staff
from territoires.db.summaries import disagreements
from territoires.domain.roles import Role
from territoires.queries.integrity import faults

ROOT: Final = Path(__file__).resolve().parents[2]
ADMIN: Final = "bench@example.org"


def seeded(folder: Path) -> str:
    """Make a seeded database in `folder` as `init` does; gives its URL."""
    url = url_of(folder / "bench.db")
    _territoires("init", database_url=url)
    return url


def demonstration(folder: Path, rows: int) -> str:
    """Make a demonstration of so many rows of enrolments; gives its URL."""
    path = folder / f"demo-{rows}.db"
    _territoires("demo", "--rows", str(rows), "--database", str(path))
    return url_of(path)


def _territoires(*arguments: str, database_url: str = "") -> None:
    subprocess.run(
        [sys.executable, "-m", "territoires", *arguments],
        cwd=ROOT,
        env=os.environ | ({"TERRITOIRES_DATABASE_URL": database_url} if database_url else {}),
        stdout=subprocess.DEVNULL,
        check=True,
    )


def url_of(path: Path) -> str:
    """Give the SQLAlchemy URL of a file."""
    return f"sqlite:///{path.as_posix()}"


def path_of(url: str) -> Path:
    """Give the file of a URL that `url_of` made."""
    return Path(url.removeprefix("sqlite:///"))


def copy_of(url: str, target: Path) -> str:
    """Copy a database with what its write-ahead log still holds; gives the URL of the copy."""
    with closing(sqlite3.connect(path_of(url))) as source, closing(sqlite3.connect(target)) as to:
        source.backup(to)
    return url_of(target)


def close(url: str) -> None:
    """Close every connection of this process to a database."""
    for writable in (False, True):
        engine(url, writable=writable).dispose()


@contextmanager
def _stamped(url: str) -> Iterator[Connection]:
    """Open a transaction of which one act notes the fingerprints, and nothing else."""
    with engine(url, writable=True).connect() as connection, connection.begin():
        yield connection
        known = fingerprints.journal_sums(connection)
        journal.stamp(connection, before=known, now=datetime.min.replace(tzinfo=UTC))


def admit(url: str) -> None:
    """Let ADMIN write into a database."""
    with _stamped(url) as connection:
        connection.execute(
            insert(Staff).values(email=ADMIN, name="Bench", role=Role.ADMINISTRATION, active=True)
        )


def add_courses(url: str, number: int) -> list[str]:
    """Enlarge the catalogue; gives the keys of what was added.

    One field and no level: what a course is says nothing of the time that it takes.
    """
    keys = [f"B{n:03d}" for n in range(number)]
    with _stamped(url) as connection:
        source = connection.scalar(select(func.min(Source.id)))
        connection.execute(
            insert(Course),
            [
                {"key": key, "title": key, "field_slug": "numerique", "source_id": source}
                for key in keys
            ],
        )
    return keys


def count_faults(url: str) -> int:
    """Count what `python -m territoires check` would say."""
    with reading(url) as connection:
        return len(list(faults(connection))) + len(list(disagreements(connection)))


def do(
    url: str, command: Callable[..., Saved], draft: Any, *, now: datetime | None = None
) -> Saved:
    """Act as ADMIN."""
    with writing(url, ADMIN, now=now or datetime.now(UTC)) as write:
        return command(write, draft)
