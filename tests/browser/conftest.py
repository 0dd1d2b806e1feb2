"""What a test needs to look at the dashboard in a real Chromium.

Fixtures
    page            a tab without cookies, 1440 x 900, on the server of the seeded database, which
                    the worker's tests share: for `arrive`, or `visit` where loading matters
    phone           the same, 390 x 844
    open_tab        makes others: ``open_tab(width=320, height=640, color_scheme="dark",
                    base_url=other.url)``; each has its own cookies
                    ``is_new=True``: one that went nowhere yet (a tab remembers 50 steps, no more)
                    ``shared="anybody"``: the tab of that name, which the tests that only look
                    share, those of the module or, on the worker's own server, all of its tests;
                    for `walk`: the application is there as the one before left it, and so is
                    whatever a test adds to the document or listens to
    server          a dashboard on a copy of the seeded database, shared by the worker's tests:
                    for tests that only read. ``server.url``, ``server.log`` (a file)
    written         the same for modules that write, `AT_ONE_OFFICE` of tests/conftest.py: each
                    about towns, and as an administrator, that no other of them has
    demonstration   the same on a small demonstration, shared by a module's tests
    seeded_database path of a SQLite file as ``python -m territoires init`` makes it: do not touch
    database        path of a copy of it for this test alone, to be written at will
    serve           starts another dashboard for this test: ``serve(database)`` or
                    ``serve("postgresql+psycopg://...")`` -> Server, ended with the test;
                    more variables: ``serve(database, TERRITOIRES_X="y")``
    browser         the Chromium itself

Functions (``from tests.browser.conftest import assert_quiet, axe, settled, visit``)
    visit(page, "/?x=y")  go to an address of the dashboard, then settled(page)
    walk(page, "/carte")  go on to another page as a link of ours does: a third of the time
    arrive(page, "/?x=y") the same, but nothing that the page before was asked stays asked: what a
                          test wants that only looks, in a tab that others have looked in
    settled(page)       wait until Streamlit has run the script and drawn; returns the page
    fetch(server, path, token)  ask for a file as a browser would, without one
    assert_quiet(page)  no console error, no uncaught error, no request to another host so far
    ready(page)         the same after a press or a word typed, whose run may begin late
    until(page, script) wait until a script of the page says yes
    left(page, script)  the same until it lists nothing; gives what it goes on listing
    axe(page, *rules)   axe-core's violations, as a list of dicts (id, impact, help, nodes)

A test in full::

    def test_the_front_page_opens_on_a_sentence(page):
        visit(page, "/?situation=2020-01-31")
        assert "centre" in page.locator("h1").inner_text()
        assert_quiet(page)

Every test of this folder carries the mark
``browser``. A test that fails leaves a picture of each of its tabs and the server's last lines in
``tests/browser/failures/``, which git ignores.
"""

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from territoires.commands.staff import first_administrator
from territoires.domain.address import NAMES, PERIMETER, PERIMETERS
from territoires.domain.scope import Perimeter
from territoires.settings import session_cookie
from tests.conftest import ON_THE_WORKER_S_SERVER
from tests.databases import release
from tests.trials.forked import Process, start
from tests.trials.servers import free_port
from tools.ensure_browser import find_browser, is_root
from tools.serve import answers

ROOT = Path(__file__).resolve().parent.parent.parent
FAILURES = Path(__file__).with_name("failures")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=fr",
    # A page lives a few seconds: code made better for later, and memory tidied early, are in vain.
    "--js-flags=--no-opt --no-flush-bytecode --min-semi-space-size=64 --max-semi-space-size=128",
)
COOKIE = session_cookie(https=False)
TABS_KEPT = 6
ELSEWHERE = "/mentions-legales"  # the shortest of our pages
START_SECONDS = 60  # two workers and their browsers may share two cores
SETTLE_MILLISECONDS = 60_000
BEGIN_SECONDS = 1.0
# Kept by each page about itself: a run may be over before anybody looks.
COUNT_RUNS = """
window.runsBegun = 0;
new MutationObserver((changes) => {
  for (const { target, oldValue } of changes)
    if (oldValue === "notRunning" && target.dataset.testScriptState !== "notRunning") runsBegun++;
}).observe(document, {
  subtree: true, attributeFilter: ["data-test-script-state"], attributeOldValue: true,
});
"""
UNDRAWN = '[data-testid="stPlotlyChart"]:visible:not(:has(.main-svg))'
# Workers and their browsers share two cores: what is waited for comes, later than alone.
expect.set_options(timeout=SETTLE_MILLISECONDS)


# --- what a tab has seen ---


@dataclass
class Seen:
    """What happened in one tab since it was opened."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    runs: int = 0  # that had begun when it was last settled


_seen: WeakKeyDictionary[Page, Seen] = WeakKeyDictionary()


def _listen(page: Page) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            _seen[page].errors.append(f"console: {message.text} ({where})")

    def on_address(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"}:  # blob: and data: go nowhere
            _seen[page].hosts.add(parts.netloc)

    page.on("console", on_console)
    page.on("pageerror", lambda error: _seen[page].errors.append(f"uncaught: {error}"))
    page.on("request", lambda request: on_address(request.url))
    page.on("websocket", lambda websocket: on_address(websocket.url))


def assert_quiet(page: Page) -> None:
    """Fail if the tab has met an error, or asked anything of a host other than its own."""
    seen = _seen[page]
    others = seen.hosts - {urlsplit(page.url).netloc}
    assert not others, f"requests to other hosts: {sorted(others)}"
    assert not seen.errors, "\n".join(seen.errors)


_SHOWN = """() => {
  const texts = document.querySelectorAll('[data-testid="stMain"] :is(h1, h2, button p, a p)');
  return [...texts].every(
    (each) => !each.getClientRects().length || getComputedStyle(each).visibility === "visible",
  );
}"""


def settled(page: Page) -> Page:
    """Wait until the script has run, its figures are drawn and nothing waits or is in its place."""
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=SETTLE_MILLISECONDS
    )
    for waiting in ('[data-testid="stSkeleton"]', UNDRAWN, "#reponse"):
        expect(page.locator(waiting)).to_have_count(0, timeout=SETTLE_MILLISECONDS)
    # What the answer hid is seen in the frame after it has gone.
    page.evaluate(
        "() => new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))"
    )
    assert until(page, _SHOWN), "the application stays hidden"
    _seen.setdefault(page, Seen()).runs = _runs(page)
    return page


def _runs(page: Page) -> int:
    return int(page.evaluate("window.runsBegun || 0"))


def ready(page: Page) -> Page:
    """Wait for the run that was asked for since the page was last settled, which may begin late.

    What asks for no run, a press that opens a list for instance, is waited for a moment in vain.
    """
    give_up = time.monotonic() + BEGIN_SECONDS
    while _runs(page) == _seen.setdefault(page, Seen()).runs and time.monotonic() < give_up:
        page.wait_for_timeout(20)
    return settled(page)


def visit(page: Page, address: str) -> Page:
    """Go to an address of the dashboard (``/``, ``/?territoire=reg-44``) and wait for it."""
    page.goto(address)
    return settled(page)


_FOLLOW = """(address) => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (app?.dataset.testConnectionState !== "CONNECTED") return false;
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
  return true;
}"""


def walk(page: Page, address: str) -> Page:
    """Go on to another page without loading the application again, as its own links do.

    What the page before was asked, its filters, stays asked, unless the address says otherwise.
    Within one page it is loaded again: nothing shows for sure that a quick run has begun.
    """
    before = _runs(page), page.title()
    if _path(page.url) == _path(address) or not page.evaluate(_FOLLOW, address):
        return visit(page, address)
    # A run may be over within a frame; each page has a title of its own.
    began = "([runs, title]) => window.runsBegun > runs || document.title !== title"
    assert until(page, f"() => ({began})({json.dumps(before)})"), "the application does not follow"
    return settled(page)


def _path(address: str) -> str:
    return urlsplit(address).path


def arrive(page: Page, address: str) -> Page:
    """Go on to another page as somebody who comes from elsewhere would find it.

    An address that says something of the common bar says all of it; one that says nothing is asked
    for with what is usual there. A page that is left forgets its widgets.
    """
    query = urlsplit(address).query
    if not parse_qs(query).keys() & set(NAMES):
        address += f"{'&' if query else '?'}{PERIMETER}={PERIMETERS[Perimeter.ALL]}"
    if _path(page.url) == _path(address):
        walk(page, ELSEWHERE)
    return walk(page, address)


def until(page: Page, script: str) -> bool:
    """Wait until a script of the page says yes; False when it goes on saying no.

    Playwright's own way of waiting for that is refused by our content policy.
    """
    give_up = time.monotonic() + SETTLE_MILLISECONDS / 1000
    while not page.evaluate(script):
        if time.monotonic() > give_up:
            return False
        page.wait_for_timeout(50)
    return True


def left(page: Page, script: str) -> list[Any]:
    """Wait until a script of the page lists nothing; give what it goes on listing."""
    return [] if until(page, f"() => ({script})().length === 0") else list(page.evaluate(script))


def axe(page: Page, *rules: str) -> list[dict[str, Any]]:
    """Return what axe-core finds in the page as it is now: by these of its rules, or by all."""
    if page.evaluate("() => !window.axe"):  # half a megabyte, once for a document
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: list[dict[str, Any]] = page.evaluate(
        "(options) => axe.run(options).then((found) => found.violations)", options
    )
    return found


# --- the server ---


@dataclass(frozen=True)
class Server:
    """A running dashboard: where it answers, where it writes its log, its process."""

    url: str
    log: Path
    process: Process

    def stop(self) -> None:
        """End it by its own number, gently first; twice is harmless."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def fetch(server: Server, path: str, token: str = "") -> httpx.Response:
    """Ask for a file as somebody's browser would; no browser is needed for that."""
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    return httpx.get(server.url + path, headers=headers, timeout=SETTLE_MILLISECONDS / 1000)


class Serve(Protocol):
    """Start a dashboard on a database, given by its path or its SQLAlchemy URL."""

    def __call__(self, database: Path | str, **variables: str) -> Server: ...


def database_url(database: Path | str) -> str:
    """Return the SQLAlchemy URL of a SQLite file, or the URL as it is."""
    return f"sqlite:///{database.as_posix()}" if isinstance(database, Path) else database


_ports: list[int] = []  # of the dashboards that this worker has had
_starts: Counter[str] = Counter()  # of dashboards, by their address


def _port_again() -> int:
    """Choose a port where nobody listens, that of a dashboard before when there is one.

    A tab that knows the address has compiled its scripts: half of the time of a page. Whoever asks
    listens there before anybody asks again.
    """
    for port in _ports:
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            return port
    _ports.append(free_port())
    return _ports[-1]


def start_server(database: Path | str, folder: Path, port: int = 0, **variables: str) -> Server:
    """Start a dashboard and wait until it answers: forked from a process that has all of it loaded.

    Raises RuntimeError with the end of its log when it dies or stays silent.
    """
    return _start(database, folder, port, variables, forked=True)


def _start(
    database: Path | str, folder: Path, port: int, variables: Mapping[str, str], *, forked: bool
) -> Server:
    port = port or _port_again()
    url = f"http://localhost:{port}"
    _starts[url] += 1
    log = folder / f"server-{port}.log"
    arguments = ["run", "dashboard.py", "--server.port", str(port), "--server.headless", "true"]
    arguments += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    environment = {
        **os.environ,
        "TERRITOIRES_DATABASE_URL": database_url(database),
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    process = start(arguments, environment, log, forked=forked)
    server = Server(url, log, process)
    give_up = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        if answers(url):
            return server
        time.sleep(0.1)
    server.stop()
    raise RuntimeError(f"the dashboard did not start:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])


@pytest.fixture(scope="session")
def seeded_database(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = copy_of(seeded_file, tmp_path_factory.mktemp("seeded") / "territoires.db")
    first_administrator(database_url(path), now=datetime.now(UTC))
    release(database_url(path))
    return path


def copy_of(source: Path, target: Path) -> Path:
    """Copy a database with what its write-ahead log still holds."""
    with (
        contextlib.closing(sqlite3.connect(source)) as from_,
        contextlib.closing(sqlite3.connect(target)) as to,
    ):
        from_.backup(to)
    return target


@pytest.fixture
def database(seeded_database: Path, tmp_path: Path) -> Path:
    return copy_of(seeded_database, tmp_path / "territoires.db")


@pytest.fixture(scope="session")
def server(seeded_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    database = copy_of(seeded_database, folder / "territoires.db")
    # The command itself, as those who deploy start it.
    started = _start(database, folder, 0, {}, forked=False)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def written(seeded_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("written")
    started = start_server(copy_of(seeded_database, folder / "territoires.db"), folder)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def demonstration(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("demonstration-server")
    started = start_server(copy_of(demo_file, folder / "demo.db"), folder)
    yield started
    started.stop()


@pytest.fixture
def serve(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Serve]:
    started: list[Server] = []

    def start(database: Path | str, **variables: str) -> Server:
        started.append(start_server(database, tmp_path, 0, **variables))
        return started[-1]

    yield start
    for server in started:
        server.stop()
        if _failed(request.node):
            _keep(request.node, server.log.stem, _tail(server.log).encode(), "log")


# --- the browser ---


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    assert executable, "no Chromium: python tools/ensure_browser.py"
    flags = [*FLAGS, *(["--no-sandbox"] if is_root() else [])]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=flags)
        yield chromium
        chromium.close()


def _empty(page: Page) -> None:
    """Have a tab forget the files that it was sent."""
    cache = page.context.new_cdp_session(page)
    cache.send("Network.clearBrowserCache")
    cache.detach()


class Tabs:
    """The tabs of a worker. One is used again once its test is over, emptied of all but scripts.

    It has compiled them already: a third of the processor's time for each page. It keeps the files
    that it was sent, a quarter, as long as the same server answers.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[tuple[dict[str, Any], Page]] = []
        self._filled: WeakKeyDictionary[Page, int] = WeakKeyDictionary()

    def take(self, **look: Any) -> tuple[dict[str, Any], Page]:
        """Give one that nobody uses, of this look (Playwright's options); the look leads back.

        `is_new` among them asks for one that nobody has used.
        """
        free = None
        if not look.pop("is_new", False):
            free = next((each for each in self._free if each[0] == look), None)
        if free:
            self._free.remove(free)
            page = free[1]
        else:
            page = self._browser.new_context(**look).new_page()
            page.add_init_script(COUNT_RUNS)
            _seen[page] = Seen()
            _listen(page)
        started = _starts[look["base_url"]]
        if free and self._filled[page] != started:
            _empty(page)  # the next server of this address may know something else
        self._filled[page] = started
        return look, page

    def give_back(self, look: dict[str, Any], page: Page) -> None:
        """Forget what it was told and shown, keep it for another test; close it if that fails."""
        try:
            page.unroute_all()
            page.goto("/sante")  # a page of its server without a script: nothing stays connected
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
            for other in page.context.pages:
                if other != page:
                    other.close()
            page.context.clear_cookies()
        except PlaywrightError:  # it was closed by its test, or its server is gone
            page.context.close()
        else:
            self._free.append((look, page))
            if len(self._free) > TABS_KEPT:
                self._free.pop(0)[1].context.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


class OpenTab(Protocol):
    """Open a tab of a given size in a profile of its own, on the shared server unless told another.

    Whoever opens it asks for no motion, unless told (``reduced_motion="no-preference"``): drawing
    what moves is a fifth of the time of a page.
    """

    def __call__(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        base_url: str | None = None,
        **look: Any,
    ) -> Page: ...


Shared = dict[str, tuple[dict[str, Any], Page]]


def _sharing(tabs: Tabs) -> Iterator[Shared]:
    kept: Shared = {}
    yield kept
    for look, page in kept.values():
        tabs.give_back(look, page)


@pytest.fixture(scope="module")
def module_tabs(tabs: Tabs) -> Iterator[Shared]:
    yield from _sharing(tabs)


@pytest.fixture(scope="session")
def worker_tabs(tabs: Tabs) -> Iterator[Shared]:
    """Keep those on the worker's own server: another module goes on there without loading."""
    yield from _sharing(tabs)


@pytest.fixture
def open_tab(
    tabs: Tabs, module_tabs: Shared, worker_tabs: Shared, request: pytest.FixtureRequest
) -> Iterator[OpenTab]:
    opened: list[tuple[Shared, str, dict[str, Any], Page]] = []

    def open_one(
        *,
        width: int = 1440,
        height: int = 900,
        base_url: str | None = None,
        color_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "reduce",
        **look: Any,
    ) -> Page:
        shared = look.pop("shared", "")
        usual = {
            "base_url": base_url or request.getfixturevalue("server").url,
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
        }
        sharers = module_tabs if base_url else worker_tabs
        kept = sharers.pop(shared, None) or tabs.take(**(usual | look))
        opened.append((sharers, shared, *kept))
        page = kept[1]
        _seen[page] = Seen()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme=color_scheme, reduced_motion=reduced_motion)
        return page

    yield open_one
    for number, (sharers, shared, look, page) in enumerate(opened, start=1):
        if _failed(request.node):
            with contextlib.suppress(Exception):  # the failure itself matters more than its picture
                _keep(request.node, str(number), page.screenshot(full_page=True), "png")
            page.context.close()
        elif shared:
            page.unroute_all()
            sharers[shared] = look, page
        else:
            tabs.give_back(look, page)


@pytest.fixture
def page(open_tab: OpenTab) -> Page:
    return open_tab(shared="page")


@pytest.fixture
def phone(open_tab: OpenTab) -> Page:
    return open_tab(width=390, height=844, has_touch=True, is_mobile=True, shared="phone")


# --- pytest itself ---

_FAILED: pytest.StashKey[bool] = pytest.StashKey()
_SHARED: pytest.StashKey[list[Callable[[], None]]] = pytest.StashKey()


def _failed(item: pytest.Item) -> bool:
    return item.stash.get(_FAILED, False)


def _keep(item: pytest.Item, name: str, content: bytes, kind: str) -> None:
    FAILURES.mkdir(exist_ok=True)
    test = "".join(c if c.isalnum() else "-" for c in item.name)
    (FAILURES / f"{test}-{name}.{kind}").write_bytes(content)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: Any) -> None:
    """Note how what is shared and written to is put away."""
    if fixturedef.scope == "module" or fixturedef.argname == written.__name__:
        request.node.stash.setdefault(_SHARED, []).append(partial(fixturedef.finish, request))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make anew what is shared and written to for a test that is played again.

    The first playing may have done half of its acts; the second would be refused for that alone.
    """
    module = item.getparent(pytest.Module)
    if module and getattr(item, "execution_count", 1) > 1:
        for sharers in (module, item.session):
            shared = sharers.stash.setdefault(_SHARED, [])
            while shared:
                shared.pop()()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder and put them last, those that go one by one at the very end.

    One that fails is played again, twice at most, and the summary names it: workers, servers and
    browsers share two cores. It is then to be looked into: a slow machine shows faults.

    Playwright keeps an event loop running in the thread of the tests from its first use to the
    end: anything that starts a loop of its own (asyncio.run) must have run before.
    """
    here = Path(__file__).parent
    files = {item.path for item in items}
    ours = {file for file in files if here in file.parents}
    alone = {file for file in ours if file.name in ON_THE_WORKER_S_SERVER}
    for item in items:
        if item.path in ours:
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=2))
    items.sort(key=lambda item: (item.path in ours, item.path in alone))
