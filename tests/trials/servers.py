"""The servers that are compared, each a process of its own on a free port."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.trials.databases import ROOT
from tests.trials.forked import Process, start
from tools.serve import answers

PAGES: Final = ROOT / "bench" / "pages"
START_SECONDS: Final = 120.0

# What a command line must say for a server to start without asking or telling anything to anyone.
_QUIET: Final = (
    "--server.headless",
    "true",
    "--browser.gatherUsageStats",
    "false",
    "--browser.serverAddress",
    "localhost",
)


@dataclass(frozen=True, kw_only=True)
class Served:
    """What to start: a script, and the folder whose `.streamlit/config.toml` counts.

    `forked`: from a process that has loaded it all, for whom a start is no part of what is tried.
    """

    name: str
    script: Path
    folder: Path
    database_url: str
    forked: bool = False


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that was started: its address, and when its process was (`perf_counter`, s)."""

    port: int
    process: Process
    started: float
    log: Path

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"http://localhost:{self.port}"

    def wait(self) -> float:
        """Wait until it is healthy; give the seconds since its start (RuntimeError: it is not)."""
        while self.process.poll() is None:
            if answers(self.url):
                return time.perf_counter() - self.started
            if time.perf_counter() - self.started > START_SECONDS:
                break
            time.sleep(0.005)
        said = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
        msg = "\n".join((f"the server on port {self.port} did not start:", *said))
        raise RuntimeError(msg)


def dashboard(database_url: str, *, forked: bool = False) -> Served:
    """Ours, as `make run` starts it, unless it is `forked`."""
    return Served(
        name="dashboard",
        script=ROOT / "dashboard.py",
        folder=ROOT,
        database_url=database_url,
        forked=forked,
    )


def bare_dashboard(database_url: str) -> Served:
    """The bare page of as many elements, under the settings of ours."""
    script = PAGES / "bare_dashboard.py"
    return Served(name="bare page", script=script, folder=ROOT, database_url=database_url)


def one_chart(database_url: str) -> Served:
    """The shortest page with one chart, under the settings of ours."""
    script = PAGES / "one_chart_dashboard.py"
    return Served(name="one chart", script=script, folder=ROOT, database_url=database_url)


def plain(script: str, folder: Path, database_url: str) -> Served:
    """A bare page as `streamlit run` serves it by default, from a `folder` without settings."""
    return Served(
        name=f"plain {script}", script=PAGES / script, folder=folder, database_url=database_url
    )


def free_port() -> int:
    """Give a port that nobody listens to."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(served: Served, *, port: int = 0) -> Iterator[Running]:
    """Start a server, on a free port unless told, and end it by its own number."""
    port = port or free_port()
    log = Path(tempfile.gettempdir()) / f"territoires-bench-{port}.log"
    arguments = ["run", str(served.script), "--server.port", str(port), *_QUIET]
    environment = {
        **os.environ,
        "TERRITOIRES_DATABASE_URL": served.database_url,
        "PYTHONPATH": str(ROOT),
    }
    started = time.perf_counter()
    process = start(arguments, environment, log, folder=served.folder, forked=served.forked)
    try:
        yield Running(port=port, process=process, started=started, log=log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.unlink(missing_ok=True)
