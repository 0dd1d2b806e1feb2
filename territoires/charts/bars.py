"""Bars one under the other: what is counted of each, what it says, where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from territoires.charts import svg
from territoires.charts.palette import GROUND, TARGET
from territoires.french.charts import wrapped

_HIGH: Final = 22.0  # a row, in pixels
_THICK: Final = 14.0
_LINE: Final = 16.0  # of a name over its bar
_UNDER: Final = 26.0  # a bar and what parts it from the next name
_SIZE: Final = 13.0
_GAP: Final = 10.0
_SEAM: Final = 1.0  # between two parts
MOST_BESIDE: Final = 0.45  # of the width, for what is written beside the bars
_OPEN_END: Final = 16.0
_MARK: Final = 5.5  # radius of a target
HATCHED, _OPEN = "5 1.5", "3 2"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a bar, and what it says for itself where the whole bar does not."""

    value: float
    colour: str
    is_hatched: bool = False
    said: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What a bar is called, its parts, what is written at its end; it may be more than they are.

    `after`: what is written in a column of its own, at the right of all bars.
    """

    name: str
    parts: Sequence[Part]
    end: str
    said: str = ""
    href: str = ""
    target: float | None = None
    is_at_least: bool = False
    after: str = ""

    @property
    def reach(self) -> float:
        """How far anything of it goes."""
        return max(sum(part.value for part in self.parts), self.target or 0.0)


def bars_svg(bars: Sequence[Bar], *, width: float, label: str, after: str = "") -> str:
    """Draw bars on one scale; nothing of none. Names that would leave no room stand over them.

    `after` says what is in the column at their right.
    """
    if not bars:
        return ""
    beside = max(svg.extent(bar.name, _SIZE) for bar in bars) + _GAP
    ends = max(_after(bar) + svg.extent(bar.end, _SIZE) for bar in bars)
    is_over = beside + ends > MOST_BESIDE * width
    left = 0.0 if is_over else beside
    column = max(svg.extent(bar.after, _SIZE) for bar in bars) + _GAP if after else 0.0
    scale = (width - left - ends - column) / (max(bar.reach for bar in bars) or 1.0)
    drawn = [svg.text(width, _SIZE, after, anchor="end")] if after else []
    top = 1.5 * _LINE if after else 0.0
    for bar in bars:
        letters = int(width / svg.extent("n", _SIZE))
        lines = wrapped(bar.name, letters).split("<br>") if is_over else [bar.name]
        high = _LINE * len(lines) + _UNDER if is_over else _HIGH
        middle = top + (_LINE * len(lines) + 0.4 * _UNDER if is_over else _HIGH / 2)
        foot = top + _SIZE if is_over else middle + _SIZE / 3
        named = "".join(
            svg.text(0, foot + rank * _LINE, line, size=_SIZE) for rank, line in enumerate(lines)
        )
        if bar.after:
            named += svg.text(width, middle + _SIZE / 3, bar.after, size=_SIZE, anchor="end")
        drawn.append(_told(named + _bar(bar, left, middle, scale), bar.said, bar.href))
        top += high
    return svg.picture("".join(drawn), box=(0.0, 0.0, width, top), label=label)


def _told(content: str, said: str, href: str) -> str:
    if href:
        return svg.link(content, said, href)
    return svg.told(content, said) if said else content


def _after(bar: Bar) -> float:
    """Say how far from its bar what is written at its end begins."""
    return _GAP + (_MARK if bar.target else 0.0) + (_OPEN_END if bar.is_at_least else 0.0)


def _bar(bar: Bar, left: float, middle: float, scale: float) -> str:
    drawn, x = [], left
    for part in bar.parts:
        end = x + part.value * scale
        dashes = HATCHED if part.is_hatched else None
        stroke = [(x, middle), (max(x, end - _SEAM), middle)]
        line = svg.line(stroke, part.colour, _THICK, stroke_dasharray=dashes) if end > x else ""
        drawn.append(_told(line, part.said, part.href))
        x = end
    if bar.is_at_least:
        beyond = [(x, middle), (x + _OPEN_END, middle)]
        drawn.append(svg.line(beyond, bar.parts[-1].colour, _THICK, stroke_dasharray=_OPEN))
    if bar.target:
        at = left + bar.target * scale
        edge = {"stroke": GROUND, "stroke_width": 1.5}
        drawn.append(svg.mark("diamond", at, middle, _MARK, TARGET, **edge))
    end = left + bar.reach * scale + _after(bar)
    return "".join(drawn) + svg.text(end, middle + _SIZE / 3, bar.end, size=_SIZE)
