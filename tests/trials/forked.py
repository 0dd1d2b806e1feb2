"""Servers forked from a process that has loaded all they import: a sixth of the time of a start."""

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
