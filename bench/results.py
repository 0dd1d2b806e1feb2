"""The lines of the table of results, and how pairs of measures are taken: in turn, by medians."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final, TypeVar

from tests.trials.servers import Running, Served, running

HEAD: Final = ("what", "ours", "compared with", "ratio", "target")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A measure of ours, what it is compared with if anything, and what should not be exceeded.

    That is their ratio, or the measure itself where there is no other. `must`: above its target
    something is wrong with us, on any machine, and not only slow.
    """

    what: str
    ours: float
    bare: float | None = None
    unit: str = ""
    target: float | None = None
    must: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times longer ours takes."""
        return None if self.bare is None else self.ours / self.bare

    @property
    def is_met(self) -> bool | None:
        """Whether its target is met, None without one."""
        seen = self.ours if self.ratio is None else self.ratio
        return None if self.target is None else seen <= self.target

    @property
    def is_broken(self) -> bool:
        """Whether the bench fails: a target that had to be met is not."""
        return self.must and self.is_met is False

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of HEAD."""
        if self.bare is None or self.ratio is None:
            return self.what, number(self.ours, self.unit), "", "", self._verdict(self.unit)
        ratio = f"{self.ratio:.4g}" if 0.99 < self.ratio < 1 else f"{self.ratio:.2f}"
        both = (number(each, self.unit) for each in (self.ours, self.bare))
        return self.what, *both, ratio, self._verdict("")

    def _verdict(self, unit: str) -> str:
        if self.target is None:
            return ""
        aim = f"≤ {self.target:g} {unit}".rstrip() if self.target else "0"
        return f"{aim} {'met' if self.is_met else 'MISSED'}"


def number(value: float, unit: str) -> str:
    """Write a number: as a whole one if it is, with one decimal otherwise."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return f"{text} {unit}".rstrip()


def table(lines: Sequence[Line]) -> str:
    """Write the lines as a Markdown table."""
    rows = [HEAD, ("---", "---:", "---:", "---:", "---"), *(line.cells for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@contextmanager
def healthy(*served: Served) -> Iterator[list[Running]]:
    """Start servers, and wait until they answer."""
    with ExitStack() as stack:
        servers = [stack.enter_context(running(each)) for each in served]
        for server in servers:
            server.wait()
        yield servers


def in_turn(
    asks: Sequence[Callable[[], T]], *, runs: int, warming: int = 0, pause_s: float = 0.0
) -> list[list[T]]:
    """Ask each in turn, first for nothing, then so many times; gives what each answered."""
    for ask in asks:
        for _ in range(warming):
            ask()
    answers: list[list[T]] = [[] for _ in asks]
    for _ in range(runs):
        for ask, kept in zip(asks, answers, strict=True):
            time.sleep(pause_s)
            kept.append(ask())
    return answers


def compared(
    what: str,
    seconds: Sequence[Sequence[float]],
    *,
    target: float | None = None,
    by: Callable[[Sequence[float]], float] = median,
) -> Line:
    """Compare our times (s) with those of the other, `by` their medians unless told."""
    ours, bare = (1000 * by(each) for each in seconds)
    return Line(what=what, ours=ours, bare=bare, unit="ms", target=target)


def timed(work: Callable[[], T], times: int = 1) -> tuple[float, T]:
    """Do something; gives the best time (s), as the others measure the machine, and the answer."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - started)
    return best, answer
