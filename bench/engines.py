"""Both engines: what copying a whole database costs, and what PostgreSQL changes for a reader.

A demonstration of 10^5 rows of enrolments; PostgreSQL is one of our own, thrown away afterwards.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bench.results import Line, compared, healthy, in_turn, timed
from territoires.db import backups, copy
from territoires.queries.integrity import faults
from tests.trials.databases import close, copy_of, demonstration, url_of
from tests.trials.servers import dashboard
from tests.trials.visitor import Visitor
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
    back_up = partial(backups.back_up, folder=folder / "backups", examine=faults)
    bare, _ = timed(partial(copy_of, url, folder / "bare.db"))
    seconds, made = timed(partial(back_up, url, now=_now()))
    yield compared(
        f"{what}: `backup`, checked row by row ÷ SQLite's own, unchecked", [[seconds], [bare]]
    )
    restored = partial(
        backups.restore, made.path, folder=folder / "backups", replace=False, examine=faults
    )
    file, copied = url_of(folder / "restored.db"), server.url("copied")
    work: dict[str, Callable[[], object]] = {
        "`verify`": partial(backups.verify, made.path, now=_now(), examine=faults),
        "`restore` into an empty SQLite": partial(restored, file, now=_now()),
        "`restore` into an empty PostgreSQL": partial(restored, server.url("restored"), now=_now()),
        "`copy-to` PostgreSQL": partial(copy.copy, url, copied, examine=faults),
        "`backup` of PostgreSQL": partial(back_up, copied, now=_now()),
    }
    for each, do in work.items():
        yield Line(what=f"{what}: {each}", ours=timed(do)[0], unit="s")


def _now() -> datetime:
    return datetime.now(UTC)


def _front(sqlite: str, postgresql: str, runs: int) -> Line:
    """Run the front page on both engines in turn, warm."""
    with healthy(dashboard(postgresql), dashboard(sqlite)) as servers, ExitStack() as stack:
        visitors = [stack.enter_context(Visitor(server.port)) for server in servers]
        ran = in_turn([visitor.run for visitor in visitors], warming=_WARMING, runs=runs)
    seconds = [[run.seconds for run in each] for each in ran]
    what = f"front page, warm, PostgreSQL ÷ SQLite ({runs} runs)"
    return compared(what, seconds, target=TARGET)
