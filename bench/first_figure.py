"""The time to a first figure in Chromium with an empty cache, against the shortest page there is.

Ours are one chart behind our server, then the whole front page; the other is that chart under a
plain `streamlit run`, as people start with.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, TimeoutError, sync_playwright  # noqa: A004

from bench.results import Result
from tests.trials.servers import dashboard, one_chart, plain, running
from tools.ensure_browser import find_browser, is_root

FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_PATIENCE_MS: Final = 60_000
_ATTEMPTS: Final = 3

# A figure is there once plotly has drawn a path; the page's own clock says when, from the moment
# that the address was asked for. Frames are counted, 60 a second: 8 ms on average on both sides.
_WATCH: Final = """
(() => {
  const drawn = () => [...document.querySelectorAll(
    ".js-plotly-plot .scatterlayer path, .js-plotly-plot .barlayer path"
  )].some((path) => (path.getAttribute("d") || "").length > 1);
  const look = () => {
    if (drawn()) {
      document.documentElement.dataset.firstFigure = performance.now();
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
})();
"""


class Line:
    """What stands between a reader and the server."""

    def __init__(
        self, name: str, *, target: float, latency_ms: float = 0, megabits: float | None = None
    ) -> None:
        """`megabits` per second both ways; None is as fast as the machine."""
        self.name = name
        self.target = target
        bytes_per_second = -1 if megabits is None else megabits * 1e6 / 8
        self.conditions = {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        }


LINES: Final = (
    Line("at 10 Mbit/s and 40 ms", target=0.6, latency_ms=40, megabits=10),
    Line("without throttling", target=1.1),
)


def first_figure(browser: Browser, url: str, line: Line) -> float:
    """Open an address in a fresh profile; gives the time to the first figure (ms).

    A visit that gets stuck (Chromium's own throttling does, rarely) is made again, twice at most,
    and said; then RuntimeError.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _visit(browser, url, line)
        except TimeoutError as error:
            print(f"  no figure on {url} {line.name}: {error.message}", file=sys.stderr, flush=True)
    msg = f"no figure on {url} {line.name}"
    raise RuntimeError(msg)


def _visit(browser: Browser, url: str, line: Line) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: print(f"  {error}", file=sys.stderr))
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", line.conditions)
        page.add_init_script(_WATCH)
        page.goto(url, wait_until="commit", timeout=_PATIENCE_MS)
        page.wait_for_selector("html[data-first-figure]", state="attached", timeout=_PATIENCE_MS)
        return float(page.locator("html").get_attribute("data-first-figure") or "nan")
    finally:
        context.close()


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Result]:
    """Give the medians of visits in turn, on each line (RuntimeError without a Chromium)."""
    executable = find_browser()
    if executable is None:
        msg = "no Chromium: python tools/ensure_browser.py"
        raise RuntimeError(msg)
    repetitions = 3 if quick else 9
    flags = [*FLAGS, *(["--no-sandbox"] if is_root() else [])]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running(served))
            for served in (
                one_chart(database_url),
                dashboard(database_url),
                plain("one_chart.py", folder, database_url),
            )
        ]
        for server in servers:
            server.wait()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        stack.callback(browser.close)
        for server in servers:  # what a server does once is not what a reader waits for
            first_figure(browser, server.url, LINES[-1])
        for line in LINES:
            times = [
                first_figure(browser, server.url, line)
                for _ in range(repetitions)
                for server in servers
            ]
            bare = median(times[2::3])
            for first, page in enumerate(("one chart", "front page")):
                yield Result(
                    what=f"first figure, {page}, {line.name} ({repetitions} visits, empty cache)",
                    ours=median(times[first::3]),
                    bare=bare,
                    target=line.target,
                )
