"""A process that keeps writers, one at a time, which are killed as a power cut would."""

import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import IO, Self, cast

from tests.trials.databases import ROOT


class Nursery:
    """A process that keeps writers at one task of tests/trials/writers.py; a context manager.

    `acknowledged` are the numbers of the acts that the writer has said since it started.
    """

    def __init__(self, url: str, who: str, *, task: str = "openings") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trials.writers", task, url, who],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._orders = cast("IO[str]", self._process.stdin)
        self._news = cast("IO[str]", self._process.stdout)
        self._writer = 0
        self.acknowledged: list[int] = []

    def __enter__(self) -> Self:
        """Keep writers until the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill whoever is left."""
        if self._writer:  # it holds the pipe that `communicate` reads to its end
            os.kill(self._writer, signal.SIGKILL)
        self._process.kill()
        self._process.communicate()

    def start(self, name: object) -> None:
        """Start a writer and wait until it has written (RuntimeError: it died before)."""
        self._orders.write(f"{name}\n")
        self._orders.flush()
        while not self._writer or not self.acknowledged:
            if self.read() == "gone":
                raise RuntimeError("the writer died before it wrote anything")

    def read(self) -> str:
        """Wait for what is said next."""
        line = self._news.readline().strip()
        if not line:
            raise RuntimeError("the nursery is dead")
        if line.startswith("writer"):
            self._writer = int(line.split()[1])
        elif line == "gone":
            self._writer = 0
        elif line.isdigit():
            self.acknowledged.append(int(line))
        return line

    def kill(self) -> list[int]:
        """Kill the writer as a power cut would, and give what it had acknowledged."""
        os.kill(self._writer, signal.SIGKILL)
        while self.read() != "gone":
            pass
        said, self.acknowledged = self.acknowledged, []
        return said
