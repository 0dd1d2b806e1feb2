"""The lines of the table of results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

HEAD = ("what", "ours", "compared with", "ratio", "target")


class Line(Protocol):
    """One line of the table."""

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of HEAD."""

    @property
    def is_met(self) -> bool | None:
        """Whether its target is met, None without one."""

    @property
    def is_broken(self) -> bool:
        """Whether something is wrong with us and not only slow: the bench then fails."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """Two times measured in one run, in ms, and the ratio that ours should not exceed."""

    what: str
    ours: float
    bare: float
    target: float | None = None
    unit: str = "ms"

    is_broken = False  # machines are shared

    @property
    def ratio(self) -> float:
        """How many times longer ours takes."""
        return self.ours / self.bare

    @property
    def is_met(self) -> bool | None:
        """Whether the ratio stays under its target."""
        return None if self.target is None else self.ratio <= self.target

    @property
    def cells(self) -> tuple[str, ...]:
        """Both numbers, their ratio, its target."""
        return (
            self.what,
            number(self.ours, self.unit),
            number(self.bare, self.unit),
            f"{self.ratio:.4g}" if 0.99 < self.ratio < 1 else f"{self.ratio:.2f}",
            verdict(self.target, "", met=self.is_met),
        )


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number that is compared with nothing, and what it should not exceed.

    `must`: above its target something is wrong with us, on any machine.
    """

    what: str
    value: float
    unit: str = ""
    target: float | None = None
    must: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether the number stays under its target."""
        return None if self.target is None else self.value <= self.target

    @property
    def is_broken(self) -> bool:
        """Whether it had to and does not."""
        return self.must and self.is_met is False

    @property
    def cells(self) -> tuple[str, ...]:
        """The number and its target."""
        target = verdict(self.target, self.unit, met=self.is_met)
        return (self.what, number(self.value, self.unit), "", "", target)


def number(value: float, unit: str) -> str:
    """Write a number: as a whole one if it is, with one decimal otherwise."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return f"{text} {unit}".rstrip()


def verdict(target: float | None, unit: str, *, met: bool | None) -> str:
    """Write a target and whether it is met; none may be less than 0."""
    if target is None:
        return ""
    aim = f"≤ {target:g} {unit}".rstrip() if target else "0"
    return f"{aim} {'met' if met else 'MISSED'}"


def table(lines: Sequence[Line]) -> str:
    """Write the lines as a Markdown table."""
    rows = [HEAD, ("---", "---:", "---:", "---:", "---"), *(line.cells for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
