"""A cold start: from the start of the process to a healthy answer, then to a first whole page.

Against the bare page of as many elements under a plain `streamlit run`: what ours imports before it
answers is in the first number, what it saves its first reader in the second.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.results import Result
from tests.trials.servers import Served, dashboard, plain, running
from tests.trials.visitor import Visitor


def cold_start(served: Served) -> tuple[float, float]:
    """Start a server; gives the seconds to its first healthy answer and to its first page."""
    with running(served) as server:
        healthy = server.wait()
        with Visitor(server.port) as visitor:
            visitor.run()
        return healthy, time.perf_counter() - server.started


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Result]:
    """Give the medians of starts in turn."""
    repetitions = 3 if quick else 7
    both = (dashboard(database_url), plain("bare_front.py", folder, database_url))
    for served in both:  # the files are read from memory from now on, and compiled
        cold_start(served)
    times = [cold_start(served) for _ in range(repetitions) for served in both]
    for number, what in enumerate(("to a healthy answer", "to the first page")):
        yield Result(
            what=f"cold start, {what} ({repetitions} starts)",
            ours=1000 * median(each[number] for each in times[0::2]),
            bare=1000 * median(each[number] for each in times[1::2]),
        )
