"""A warm run of the front page on the server, against a bare page of as many elements.

Both under the same launcher, the same settings and the same load: one visitor each, in turn. Then
what is sent before any run: the page with the answer within it.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final

from bench.results import Line, compared, healthy, in_turn
from tests.trials.servers import bare_dashboard, dashboard
from tests.trials.visitor import Run, Visitor

TARGET: Final = 1.5
SENT_KB, MADE_MS = 60, 15
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


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the medians of many runs in turn; `folder` is not used."""
    del folder
    repetitions = 60 if quick else 400
    served = (dashboard(database_url), bare_dashboard(database_url))
    with healthy(*served) as servers, ExitStack() as stack:
        visitors = [stack.enter_context(Visitor(server.port)) for server in servers]
        asks = [visitor.run for visitor in visitors]
        must_compare(*(last for (last,) in in_turn(asks, warming=_WARMING, runs=1)))
        both = in_turn(asks, runs=repetitions, pause_s=_PAUSE_SECONDS)
        sizes, seconds = zip(*_asked(servers[0].port, repetitions), strict=True)
    what = f"server run of the front page, warm ({repetitions} runs)"
    yield compared(what, [[run.seconds for run in each] for each in both], target=TARGET)
    ours, bare = (median(run.size for run in each) / 1000 for each in both)
    yield Line(what="what it sends, before compression", ours=ours, bare=bare, unit="kB")
    what = "front page with its answer, compressed"
    yield Line(what=what, ours=median(sizes) / 1000, unit="kB", target=SENT_KB)
    what = f"the same, from its asking to its last byte, warm ({repetitions} times)"
    yield Line(what=what, ours=1000 * median(seconds), unit="ms", target=MADE_MS)


def _asked(port: int, times: int) -> Iterator[tuple[int, float]]:
    """Ask for the front page as a browser does; gives how much came (bytes), in how long (s)."""
    with closing(HTTPConnection("127.0.0.1", port)) as line:
        for _ in range(times):
            started = time.perf_counter()
            line.request("GET", "/", headers={"accept-encoding": "br, gzip"})
            yield len(line.getresponse().read()), time.perf_counter() - started
