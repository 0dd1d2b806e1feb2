"""What can befall a database under a running server, done to it and undone.

    with missing(path):
        ...  # the file is gone
    ...      # it is back

Each takes the path of a SQLite file. `small_disk` is a disk to fill, which root alone may mount:
elsewhere `refusing` makes the machine say of a write what a full disk or a read-only one makes it
say.
"""

import contextlib
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event

from territoires.commands.write import Saved
from territoires.db.engine import engine
from territoires.domain.errors import DatabaseError
from tests.trials.databases import close, do, path_of
from tools.ensure_browser import is_root

_BLOCK = 1 << 12


def _set_aside(path: Path) -> dict[Path, Path]:
    """Move a database and its log away: where each was, and where it is."""
    found = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
    return {file: file.rename(f"{file}.aside") for file in found if file.exists()}


def _put_back(moved: dict[Path, Path]) -> None:
    for file, aside in moved.items():
        aside.replace(file)


@contextlib.contextmanager
def missing(path: Path) -> Iterator[None]:
    """Move it away, as a volume that is not mounted."""
    moved = _set_aside(path)
    try:
        yield
    finally:
        _put_back(moved)


@contextlib.contextmanager
def foreign(path: Path) -> Iterator[None]:
    """Put a photograph in its place."""
    with missing(path):
        path.write_bytes(b"JFIF, not a database at all")
        yield


@contextlib.contextmanager
def damaged(path: Path) -> Iterator[None]:
    """Put in its place a copy whose last part was lost."""
    with contextlib.closing(sqlite3.connect(path)) as held:
        kept = held.serialize()  # read as a file, it would lose this process's locks
    with missing(path):
        path.write_bytes(kept[: len(kept) // 64])
        yield


@contextlib.contextmanager
def too_new(path: Path) -> Iterator[None]:
    """Give it the revision of another version of the code."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as held:
        (before,) = held.execute("SELECT version_num FROM alembic_version").fetchone()
        held.execute("UPDATE alembic_version SET version_num = '9999'")
        try:
            yield
        finally:
            held.execute("UPDATE alembic_version SET version_num = ?", [before])


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Write to it from another program, and not finish."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a small disk on a folder; tells whether this machine lets us."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "territoires", str(folder)]
    mounted = is_root() and subprocess.run(mount, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


@contextlib.contextmanager
def filled(disk: Path, but: int = 0) -> Iterator[None]:
    """Fill a disk, `but` for so many bytes."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(_BLOCK))
            except OSError:
                file.truncate(max(0, file.tell() - but))
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def refusing(url: str, *pragmas: str) -> Iterator[None]:
    """Let every writer of this process begin with `pragmas`; afterwards, none does."""
    writer = engine(url, writable=True)

    def restrict(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    writer.dispose()
    event.listen(writer, "connect", restrict)
    try:
        yield
    finally:
        event.remove(writer, "connect", restrict)
        writer.dispose()


@contextlib.contextmanager
def limited(url: str, room: int) -> Iterator[None]:
    """Let a database grow by so many bytes only, where no small disk may be mounted."""
    with contextlib.closing(sqlite3.connect(path_of(url))) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with refusing(url, f"max_page_count = {pages + room // size}"):
        yield


def until_full(
    url: str,
    room: contextlib.AbstractContextManager[None],
    command: Callable[..., Saved],
    drafts: Iterator[Any],
) -> tuple[list[Saved], str]:
    """Act until an act is refused; gives what was acknowledged, and how that one was refused."""
    done: list[Saved] = []
    close(url)  # which empties SQLite's log: it would be room to write in
    try:
        with room:
            done.extend(do(url, command, draft) for draft in drafts)
    except DatabaseError as error:
        return done, error.code
    return done, ""
