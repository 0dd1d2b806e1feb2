"""Legends: what marks and colours mean, before the picture, for those also who do not see it."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from territoires.charts.palette import MUTED, shown
from territoires.french.numbers import number


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a legend: what it means, and a symbol, or else a swatch, in its colour.

    Without any colour the swatch is hatched. `count`: how many there are, where it is told.
    """

    label: str
    count: int | None = None
    colour: str = ""
    symbol: str = ""


def legend_of(entries: Sequence[Entry], *, title: str, on_dark: bool) -> str:
    """Write a legend; nothing of what counts none, and nothing of nothing."""
    cells = "".join(
        f"<li style='display:flex;align-items:center;gap:.4rem;font-size:.875rem'>"
        f"{_swatch(entry, on_dark=on_dark)}<span>{html.escape(entry.label)}"
        f"{f' ({number(entry.count)})' if entry.count is not None else ''}</span></li>"
        for entry in entries
        if entry.count != 0
    )
    if not cells:
        return ""
    return (
        f"<div style='font-size:.875rem'><span>{html.escape(title)}</span>"
        "<ul style='display:flex;flex-wrap:wrap;gap:.15rem 1rem;list-style:none;margin:.25rem 0 0;"
        f"padding:0'>{cells}</ul></div>"
    )


def _swatch(entry: Entry, *, on_dark: bool) -> str:
    colour = shown(entry.colour, on_dark=on_dark)
    if entry.symbol:
        return f"<span aria-hidden='true' style='color:{colour}'>{entry.symbol}</span>"
    ground = colour or f"repeating-linear-gradient(135deg,transparent 0 3px,{MUTED} 3px 4px)"
    return (
        "<span aria-hidden='true' style='display:inline-block;width:1.1rem;height:.8rem;"
        f"border:1px solid {MUTED};background:{ground}'></span>"
    )
