"""The time to a first figure in Chromium with an empty cache, against the shortest page there is.

Ours are one chart behind our server, then the front page: the answer that comes within it, and the
last picture of its application. The other is that chart under a plain `streamlit run`, as people
start with.
"""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, TimeoutError, sync_playwright  # noqa: A004

from bench.results import Line, compared, healthy, in_turn
from tests.trials.servers import dashboard, one_chart, plain
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

# A figure is there once plotly has drawn a path, or once the last picture of the front page stands
# in its application; an answer once its figures do. The page's own clock says when, from the moment
# that the address was asked for. Frames are counted, 60 a second: 8 ms on average on both sides.
_WATCH: Final = """
(() => {
  const paths = ".js-plotly-plot .scatterlayer path, .js-plotly-plot .barlayer path";
  const last = "body > #root .dessin.large svg";
  const isPath = (path) => (path.getAttribute("d") || "").length > 1;
  const drawn = () =>
    [...document.querySelectorAll(paths)].some(isPath) ||
    (!document.getElementById("reponse") && document.querySelectorAll(last).length > 1);
  const look = () => {
    const seen = document.documentElement?.dataset;
    if (!seen) return requestAnimationFrame(look);
    if (!seen.firstAnswer && document.querySelector("#reponse .reperes dd")?.offsetWidth)
      seen.firstAnswer = performance.now();
    if (drawn()) seen.firstFigure = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


class Way:
    """What stands between a reader and the server."""

    def __init__(
        self,
        name: str,
        *,
        targets: tuple[float, float],
        latency_ms: float = 0,
        megabits: float | None = None,
    ) -> None:
        """`megabits` per second both ways; None is as fast as the machine.

        `targets` are for our chart, and for the last picture of the front page.
        """
        self.name = name
        self.targets = targets
        bytes_per_second = -1 if megabits is None else megabits * 1e6 / 8
        self.conditions = {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        }


LINES: Final = (
    Way("at 10 Mbit/s and 40 ms", targets=(0.6, 0.45), latency_ms=40, megabits=10),
    Way("without throttling", targets=(1.1, 0.8)),
)


ANSWER_TARGET: Final = 0.15


def first_figure(browser: Browser, url: str, line: Way) -> tuple[float, float]:
    """Open an address in a fresh profile; gives the times to the figure and to the answer (s).

    A page without an answer within it has none: NaN.

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


def _visit(browser: Browser, url: str, line: Way) -> tuple[float, float]:
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
        seen = page.locator("html")
        return (
            float(seen.get_attribute("data-first-figure") or "nan") / 1000,
            float(seen.get_attribute("data-first-answer") or "nan") / 1000,
        )
    finally:
        context.close()


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the medians of visits in turn, on each line (RuntimeError without a Chromium)."""
    executable = find_browser()
    if executable is None:
        msg = "no Chromium: python tools/ensure_browser.py"
        raise RuntimeError(msg)
    repetitions = 3 if quick else 9
    flags = [*FLAGS, *(["--no-sandbox"] if is_root() else [])]
    served = (
        one_chart(database_url),
        dashboard(database_url),
        plain("one_chart.py", folder, database_url),
    )
    with healthy(*served) as servers, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        for server in servers:  # what a server does once is not what a reader waits for
            first_figure(browser, server.url, LINES[-1])
        for line in LINES:
            visits = [partial(first_figure, browser, server.url, line) for server in servers]
            chart, front, bare = in_turn(visits, runs=repetitions)
            said = f"{line.name} ({repetitions} visits, empty cache)"
            plainly = [figure for figure, _ in bare]
            for page, times, target in (
                ("one chart", [figure for figure, _ in chart], line.targets[0]),
                ("last picture of the front page", [each for each, _ in front], line.targets[1]),
                ("answer of the front page", [answer for _, answer in front], ANSWER_TARGET),
            ):
                yield compared(f"{page}, {said}", [times, plainly], target=target)
        browser.close()
