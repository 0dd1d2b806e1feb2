"""Both engines: what copying a whole database costs, and what PostgreSQL changes for a reader.

A demonstration of 10^5 rows of enrolments; PostgreSQL is one of our own, thrown away afterwards.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.results import Line, Number, Result
from territoires.db import backups, copy
from territoires.queries.integrity import faults
from tests.trials.databases import close, copy_of, demonstration, url_of
from tests.trials.servers import dashboard, running
from tests.trials.visitor import Visitor, seconds_in_turn
from tools import postgres

ROWS, ROWS_IN_HASTE = 100_000, 10_000
TARGET: Final = 1.3
_NAMES: Final = ("copied", "restored", "front")
_WARMING, _RUNS, _RUNS_IN_HASTE = 10, 200, 30


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the times of the copies, then those of the front page (RuntimeError: no PostgreSQL)."""
    rows = ROWS_IN_HASTE if quick else ROWS
    demo = demonstration(folder, rows)
    with postgres.throw_away() as server:
        for name in _NAMES:
            server.create(name)
        yield from _copies(folder, demo, server, f"demonstration of {rows:,} rows")
        copy.copy(database_url, server.url("front"), examine=faults)
        yield _front(database_url, server.url("front"), _RUNS_IN_HASTE if quick else _RUNS)
        for name in _NAMES:
            close(server.url(name))


def _copies(folder: Path, url: str, server: postgres.Server, what: str) -> Iterator[Line]:
    now = partial(datetime.now, UTC)
    back_up = partial(backups.back_up, folder=folder / "backups", examine=faults)
    bare, _ = timed(copy_of, url, folder / "bare.db")
    seconds, made = timed(back_up, url, now=now())
    yield Result(
        what=f"{what}: `backup`, checked row by row ÷ SQLite's own, unchecked",
        ours=1000 * seconds,
        bare=1000 * bare,
    )
    seconds, _ = timed(backups.verify, made.path, now=now(), examine=faults)
    yield Number(what=f"{what}: `verify`", value=seconds, unit="s")
    for engine, target in (
        ("SQLite", url_of(folder / "restored.db")),
        ("PostgreSQL", server.url("restored")),
    ):
        restore = partial(backups.restore, folder=folder / "backups", replace=False)
        seconds, _ = timed(restore, made.path, target, now=now(), examine=faults)
        yield Number(what=f"{what}: `restore` into an empty {engine}", value=seconds, unit="s")
    seconds, _ = timed(copy.copy, url, server.url("copied"), examine=faults)
    yield Number(what=f"{what}: `copy-to` PostgreSQL", value=seconds, unit="s")
    seconds, _ = timed(back_up, server.url("copied"), now=now())
    yield Number(what=f"{what}: `backup` of PostgreSQL", value=seconds, unit="s")


def timed(do: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[float, Any]:
    """Do something; gives the seconds it took, and its answer."""
    started = time.perf_counter()
    answer = do(*arguments, **options)
    return time.perf_counter() - started, answer


def _front(sqlite: str, postgresql: str, runs: int) -> Result:
    """Run the front page on both engines in turn, warm."""
    with ExitStack() as stack:
        visitors = []
        for url in (postgresql, sqlite):
            served = stack.enter_context(running(dashboard(url)))
            served.wait()
            visitors.append(stack.enter_context(Visitor(served.port)))
        ours, bare = seconds_in_turn(visitors, warming=_WARMING, runs=runs)
    return Result(
        what=f"front page, warm, PostgreSQL ÷ SQLite ({runs} runs)",
        ours=1000 * median(ours),
        bare=1000 * median(bare),
        target=TARGET,
    )
