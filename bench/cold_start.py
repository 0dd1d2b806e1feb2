"""A cold start: from the start of the process to a healthy answer, then to a first whole page.

Against the bare page of as many elements under a plain `streamlit run`: what ours imports before it
answers is in the first number, what it saves its first reader in the second.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.results import Line, compared, in_turn
from tests.trials.servers import Served, dashboard, plain, running
from tests.trials.visitor import Visitor


def cold_start(served: Served) -> tuple[float, float]:
    """Start a server; gives the seconds to its first healthy answer and to its first page."""
    with running(served) as server:
        healthy = server.wait()
        with Visitor(server.port) as visitor:
            visitor.run()
        return healthy, time.perf_counter() - server.started


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the medians of starts in turn."""
    repetitions = 3 if quick else 7
    both = (dashboard(database_url), plain("bare_front.py", folder, database_url))
    # At first the files are read from memory from then on, and compiled.
    times = in_turn([partial(cold_start, each) for each in both], warming=1, runs=repetitions)
    for number, what in enumerate(("to a healthy answer", "to the first page")):
        seconds = [[each[number] for each in taken] for taken in times]
        yield compared(f"cold start, {what} ({repetitions} starts)", seconds)
