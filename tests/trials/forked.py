"""Streamlit started: the command, or, in a sixth of the time, a fork of what has it loaded."""

import multiprocessing
import os
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from streamlit.web import cli

from tests.trials.databases import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.trials.loaded"])


@dataclass(frozen=True)
class Forked:
    """A process that answers to what the tests ask of `subprocess.Popen`."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid or 0

    def poll(self) -> int | None:
        """Give how it ended; None while it lives."""
        return self.process.exitcode

    def terminate(self) -> None:
        """Ask it to end."""
        self.process.terminate()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends (TimeoutExpired: it still lives after so many seconds)."""
        self.process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code


Process = subprocess.Popen[bytes] | Forked


def start(
    arguments: list[str],
    environment: dict[str, str],
    log: Path,
    *,
    folder: Path = ROOT,
    forked: bool,
) -> Process:
    """Do as the command `streamlit` does with these arguments in a folder.

    `forked`, from the project's: for whom the start is no part of what is tried. What is forked is
    not measured: under `make coverage` each is the command itself.
    """
    if forked and "COVERAGE_PROCESS_CONFIG" not in os.environ:
        return fork(arguments, environment, log)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "streamlit", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def fork(arguments: list[str], environment: dict[str, str], log: Path) -> Forked:
    """Do as the command `streamlit` does with these arguments, in the project's folder."""
    process = _FORKS.Process(target=_streamlit, args=(arguments, environment, log), daemon=True)
    # A new process runs the file of the main module: that is a page of ours, after AppTest.
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    return Forked(process)


def _streamlit(arguments: list[str], environment: dict[str, str], log: Path) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as output:
        for number in (1, 2):
            os.dup2(output.fileno(), number)
    sys.argv = ["streamlit", *arguments]
    cli.main(prog_name="streamlit")
