"""What a test needs to look at the dashboard in a real Chromium.

Fixtures
    page            a tab without cookies, 1440 x 900, on the server of the seeded database
    phone           the same, 390 x 844
    open_tab        makes others: ``open_tab(width=320, height=640, color_scheme="dark",
                    base_url=other.url)``; each has its own cookies, and its own profile
                    unless ``kept=True``
    server          a dashboard on a copy of the seeded database, shared by the worker's tests:
                    for tests that only read. ``server.url``, ``server.log`` (a file)
    seeded_database path of the SQLite file that ``python -m territoires init`` makes: do not touch
    database        path of a copy of it for this test alone, to be written at will
    serve           starts another dashboard for this test: ``serve(database)`` or
                    ``serve("postgresql+psycopg://...")`` -> Server, ended with the test;
                    more variables: ``serve(database, TERRITOIRES_X="y")``
    browser         the Chromium itself

Functions (``from tests.browser.conftest import assert_quiet, axe, settled, visit``)
    visit(page, "/?x=y")  go to an address of the dashboard, then settled(page)
    settled(page)       wait until Streamlit has run the script and drawn; returns the page
    assert_quiet(page)  no console error, no uncaught error, no request to another host so far
    axe(page)           axe-core's violations, as a list of dicts (id, impact, help, nodes)

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
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

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
)
START_SECONDS = 60  # two workers and their browsers may share two cores
SETTLE_MILLISECONDS = 30_000
# Workers and their browsers share two cores: what is waited for comes, later than alone.
expect.set_options(timeout=15_000)


# --- what a tab has seen ---


@dataclass
class Seen:
    """What happened in one tab since it was opened."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


_seen: WeakKeyDictionary[Page, Seen] = WeakKeyDictionary()


def _watch(page: Page) -> None:
    seen = _seen[page] = Seen()

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            seen.errors.append(f"console: {message.text} ({where})")

    def on_address(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"}:  # blob: and data: go nowhere
            seen.hosts.add(parts.netloc)

    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.errors.append(f"uncaught: {error}"))
    page.on("request", lambda request: on_address(request.url))
    page.on("websocket", lambda websocket: on_address(websocket.url))


def assert_quiet(page: Page) -> None:
    """Fail if the tab has met an error, or asked anything of a host other than its own."""
    seen = _seen[page]
    others = seen.hosts - {urlsplit(page.url).netloc}
    assert not others, f"requests to other hosts: {sorted(others)}"
    assert not seen.errors, "\n".join(seen.errors)


def settled(page: Page) -> Page:
    """Wait until the script has run and nothing of the page is a stale or waiting element."""
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=SETTLE_MILLISECONDS
    )
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0, timeout=SETTLE_MILLISECONDS)
    return page


def visit(page: Page, address: str) -> Page:
    """Go to an address of the dashboard (``/``, ``/?territoire=reg-44``) and wait for it."""
    page.goto(address)
    return settled(page)


def axe(page: Page) -> list[dict[str, Any]]:
    """Return the accessibility violations that axe-core finds in the page as it is now."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return violations


# --- the server ---


@dataclass(frozen=True)
class Server:
    """A running dashboard: where it answers, where it writes its log, its process."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it by its own number, gently first; twice is harmless."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Serve(Protocol):
    """Start a dashboard on a database, given by its path or its SQLAlchemy URL."""

    def __call__(self, database: Path | str, **variables: str) -> Server: ...


def database_url(database: Path | str) -> str:
    """Return the SQLAlchemy URL of a SQLite file, or the URL as it is."""
    return f"sqlite:///{database.as_posix()}" if isinstance(database, Path) else database


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_server(database: Path | str, folder: Path, port: int = 0, **variables: str) -> Server:
    """Start a dashboard and wait until it answers.

    Raises RuntimeError with the end of its log when it dies or stays silent.
    """
    port = port or free_port()
    url = f"http://localhost:{port}"
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    environment = {
        **os.environ,
        "TERRITOIRES_DATABASE_URL": database_url(database),
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
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
def seeded_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "territoires.db"
    done = subprocess.run(
        [sys.executable, "-m", "territoires", "init"],
        cwd=ROOT,
        env={**os.environ, "TERRITOIRES_DATABASE_URL": database_url(path)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with contextlib.closing(sqlite3.connect(path)) as last:
        # Whoever copies the file has everything: nothing stays beside it in the log.
        last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
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
    started = start_server(copy_of(seeded_database, folder / "territoires.db"), folder)
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


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Iterator[dict[tuple[Any, ...], BrowserContext]]:
    """Keep the profiles of tests that only read: the second tab has the scripts of the first."""
    kept: dict[tuple[Any, ...], BrowserContext] = {}
    yield kept
    for profile in kept.values():
        profile.close()


class OpenTab(Protocol):
    """Open a tab of a given size, on the shared server unless told another.

    `kept`: in a profile that other tests have used, its cookies cleared. The browser then has the
    scripts already, which is most of the time that a page takes.
    """

    def __call__(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        base_url: str | None = None,
        kept: bool = False,
        **context: Any,
    ) -> Page: ...


@pytest.fixture
def open_tab(
    browser: Browser,
    profiles: dict[tuple[Any, ...], BrowserContext],
    request: pytest.FixtureRequest,
) -> Iterator[OpenTab]:
    opened: list[Page] = []

    def open_one(
        *,
        width: int = 1440,
        height: int = 900,
        color_scheme: Literal["light", "dark"] = "light",
        base_url: str | None = None,
        kept: bool = False,
        **context: Any,
    ) -> Page:
        if base_url is None:
            base_url = request.getfixturevalue("server").url
        name = (base_url, width, height, color_scheme, *sorted(context.items()))
        profile = profiles.get(name) if kept else None
        if profile is None:
            profile = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=color_scheme,
                base_url=base_url,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                **context,
            )
        if kept:
            profile.clear_cookies()
            profiles[name] = profile
        page = profile.new_page()
        _watch(page)
        opened.append(page)
        return page

    yield open_one
    for number, page in enumerate(opened, start=1):
        if _failed(request.node) and not page.is_closed():
            with contextlib.suppress(Exception):  # the failure itself matters more than its picture
                _keep(request.node, str(number), page.screenshot(full_page=True), "png")
        if page.context in profiles.values():
            page.close()
        else:
            page.context.close()


@pytest.fixture
def page(open_tab: OpenTab) -> Page:
    return open_tab(kept=True)


@pytest.fixture
def phone(open_tab: OpenTab) -> Page:
    return open_tab(width=390, height=844, has_touch=True, is_mobile=True, kept=True)


# --- pytest itself ---

_FAILED: pytest.StashKey[bool] = pytest.StashKey()


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder and put them last.

    Playwright keeps an event loop running in the thread of the tests from its first use to the
    end: anything that starts a loop of its own (asyncio.run) must have run before.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: here in item.path.parents)
