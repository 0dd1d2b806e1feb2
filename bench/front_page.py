"""A warm run of the front page on the server, against a bare page of as many elements.

Both under the same launcher, the same settings and the same load: one visitor each, in turn.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from bench.results import Result
from tests.trials.servers import bare_dashboard, dashboard, running
from tests.trials.visitor import Run, Visitor

TARGET: Final = 1.5
_WARMING: Final = 10
# Streamlit collects garbage once it has answered: the next answer does not wait for it.
_PAUSE_SECONDS: Final = 0.03


def must_compare(ours: Run, bare: Run) -> None:
    """Raise RuntimeError unless both pages have as many elements of the same kinds.

    An error message in the place of the page is cheap, and a page that has grown is not.
    """
    if ours.kinds != bare.kinds:
        more, less = ours.kinds - bare.kinds, bare.kinds - ours.kinds
        msg = (
            f"the front page has {dict(more)} that bench/pages/bare_front.py has not, "
            f"and lacks its {dict(less)}"
        )
        raise RuntimeError(msg)


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Result]:
    """Give the medians of many runs in turn; `folder` is not used."""
    del folder
    repetitions = 60 if quick else 400
    with ExitStack() as stack:
        visitors = []
        for served in (dashboard(database_url), bare_dashboard(database_url)):
            server = stack.enter_context(running(served))
            server.wait()
            visitors.append(stack.enter_context(Visitor(server.port)))
        for visitor in visitors:
            for _ in range(_WARMING):
                visitor.run()
        must_compare(*(visitor.run() for visitor in visitors))
        runs = []
        for _ in range(repetitions):
            for visitor in visitors:
                time.sleep(_PAUSE_SECONDS)
                runs.append(visitor.run())
    ours, bare = runs[0::2], runs[1::2]
    yield Result(
        what=f"server run of the front page, warm ({repetitions} runs)",
        ours=1000 * median(run.seconds for run in ours),
        bare=1000 * median(run.seconds for run in bare),
        target=TARGET,
    )
    yield Result(
        what="what it sends, before compression",
        ours=median(run.size for run in ours) / 1000,
        bare=median(run.size for run in bare) / 1000,
        unit="kB",
    )
