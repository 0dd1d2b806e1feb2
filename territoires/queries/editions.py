"""Which edition of the data a database is at, without asking it where its file has not changed."""

import os
import time
from functools import cache

from territoires.db.engine import sqlite_path
from territoires.db.revision import reading_current
from territoires.queries.clocks import Edition, edition

_TICK_NS = 2_000_000_000
_EDITIONS: dict[str, tuple[tuple[tuple[int, int, int], ...], Edition]] = {}


def current_edition(url: str) -> Edition:
    """Read which act is the latest: one indexed query, or none when no file has changed.

    Raises DatabaseError when there is nothing to read, or with another schema than ours.
    """
    state = _state(url)
    if state is not None and (known := _EDITIONS.get(url)) and known[0] == state:
        return known[1]
    with reading_current(url) as connection:
        seen = edition(connection)
    if state is not None:
        _EDITIONS[url] = (state, seen)
    return seen


_path = cache(sqlite_path)


def _state(url: str) -> tuple[tuple[int, int, int], ...] | None:
    """Describe the files of a SQLite database: whatever is written to it changes this.

    None for a server, or when they changed so lately that another write could fall into the same
    tick of the file system's clock (2 s at worst, on FAT).
    """
    path = _path(url)
    if path is None:
        return None
    found = []
    for file in (str(path), f"{path}-wal"):
        try:
            status = os.stat(file)  # noqa: PTH116 - at every run, and Path costs three times as much
        except FileNotFoundError:  # no log: the database has been closed properly
            continue
        except OSError:
            return None
        if time.time_ns() - status.st_mtime_ns < _TICK_NS:
            return None
        found.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found) or None
