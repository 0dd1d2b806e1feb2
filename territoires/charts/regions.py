"""Regions and departments, drawn: dots against the median, small burn-ups, slopes."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import ceil
from typing import Any, Final

import pandas as pd

from territoires.charts import svg
from territoires.charts.bars import MOST_BESIDE
from territoires.charts.curves import (
    FIRST_DAY,
    WIDE,
    Scale,
    days,
    levels,
    linear,
    points,
    possible,
    round_numbers,
    years,
)
from territoires.charts.palette import DOCUMENTED, GRID, GROUND, MUTED, OPEN, TARGET
from territoires.domain.comparison import BAND, OF_TARGETS, SHARES, Indicator, Per
from territoires.domain.programme import PROGRAMME_START
from territoires.domain.rollout import YEAR
from territoires.french import regions as words
from territoires.french.numbers import number, percent
from territoires.french.places import typeset

_SIZE: Final = 13.0
_LINE: Final = 17.0  # of a text over another
_OVER: Final = 21.0  # from a name to what stands under it
_GAP: Final = 14.0
_EDGE: Final = 20.0  # beside an axis, for half of what its ends say
_HEAD: Final = 26.0  # for the median
_FOOT: Final = 22.0  # for what the marks of an axis say
_ROW: Final = 26.0
_RADIUS: Final = 6.0
_PANEL: Final = 96.0  # the height of a staircase
_APART: Final = 28.0  # between two
_AXIS: Final = 28.0  # for what its levels say
_ENDS: Final = 0.34  # of the width, where slopes end
_TALL: Final = 300.0  # slopes, at least
_TWO_LINES: Final = 38.0  # at the end of a slope


def comparison_svg(  # noqa: PLR0913 - a figure, where it stands and leads
    compared: pd.DataFrame,
    *,
    indicator: Indicator,
    per: Per,
    chosen: str = "",
    front: str,
    label: str,
    width: float,
) -> str:
    """Draw a dot for each territory that is not at zero, against the median of all.

    Takes COMPARED of `queries.regions`; `chosen` is the territory set apart, `front` the address of
    the front page about a territory, less its code. A share has the band of ten points around its
    median. Nothing is drawn of nothing.
    """
    is_shown = (compared["rate"] > 0) | (compared["territory"] == chosen)
    shown = compared[is_shown].dropna(subset=["rate"])
    if shown.empty:
        return ""
    rows = shown.to_dict("records")
    said = [words.label(row, indicator, per) for row in rows]
    beside = max(svg.extent(typeset(row["name"]), _SIZE) for row in rows) + _GAP
    beside += max(svg.extent(each, _SIZE) for each in said)
    # Names and figures that would leave too little room for the dots stand over them.
    over = _OVER if beside > MOST_BESIDE * width else 0.0
    left, end = (_EDGE, width) if over else (beside + _EDGE, beside)
    top = max([*shown["rate"], *shown["high"].dropna()]) or 1.0
    median = shown["median"].iloc[0]
    head = _HEAD if median > 0 else 0.0
    middles = [head + (_ROW + over) * (rank + 1) - _ROW / 2 for rank in range(len(rows))]

    x = linear(0, top, left, width - _EDGE)
    room = svg.Room((0, 0, width, middles[-1] + _ROW / 2 + _FOOT))
    drawn = _axis(x, top, middles, room, indicator, per)
    if median > 0:  # one of zero is said
        drawn += _median(median, x, top, middles, room, indicator, per)
    for row, figure, middle in zip(rows, said, middles, strict=True):
        is_chosen, foot = row["territory"] == chosen, middle + _SIZE / 3 - over
        name = svg.text(0, foot, typeset(row["name"]), size=_SIZE, bold=is_chosen)
        name += svg.text(end, foot, figure, size=_SIZE, anchor="end", bold=is_chosen)
        colour = DOCUMENTED if indicator is Indicator.LABELLED else OPEN
        dot = _dot(row, x, middle, "diamond" if is_chosen else "circle", colour)
        hover = svg.plain(words.hover(row, indicator, per))
        drawn += svg.link(name + dot, hover, f"{front}{row['territory']}")
    box = (0.0, 0.0, width, middles[-1] + _ROW / 2 + _FOOT)
    return svg.picture(drawn, box=box, label=label)


def _upright(
    x: float, middles: Sequence[float], colour: str, width: float = 1, **more: object
) -> str:
    """Draw an upright line through the rows, less what is written over them."""
    parts = (svg.path([(x, y - _ROW / 2), (x, y + _ROW / 2)]) for y in middles)
    return svg.tag("path", d="".join(parts), stroke=colour, stroke_width=width, **more)


def _axis(  # noqa: PLR0913, PLR0917 - an axis of what is compared
    x: Scale, top: float, middles: Sequence[float], room: svg.Room, indicator: Indicator, per: Per
) -> str:
    least = 0.01 if indicator in SHARES else 0.1 if per in {Per.MILLION, Per.MEDIUM} else 1
    drawn = ""
    for value in round_numbers(top, least):
        place = (x(value), middles[-1] + _ROW, "middle")
        said = percent(value) if indicator in SHARES else words.middle(value, indicator, per)
        drawn += _upright(x(value), middles, GRID) + room.write(said, [place])
    return drawn


def _median(  # noqa: PLR0913, PLR0917 - a line on its scale
    median: float,
    x: Scale,
    top: float,
    middles: Sequence[float],
    room: svg.Room,
    indicator: Indicator,
    per: Per,
) -> str:
    at, drawn = x(median), ""
    if indicator in SHARES - OF_TARGETS:
        start, end = x(max(median - BAND, 0)), x(min(median + BAND, top))
        drawn += _upright((start + end) / 2, middles, MUTED, end - start, stroke_opacity="0.12")
    drawn += _upright(at, middles, MUTED, 2, stroke_dasharray="6 5")
    places = [(at, _LINE, "start"), (at, _LINE, "end"), (0.0, _LINE, "start")]
    return drawn + room.write(words.median_label(median, indicator, per), places, size=_SIZE)


def _dot(row: Mapping[Any, Any], x: Scale, y: float, symbol: str, colour: str) -> str:
    """Draw what is compared of a territory, and what a rate of few cases may be worth."""
    drawn = svg.line([(x(0), y), (x(row["rate"]), y)], GRID, 2)
    if row["high"] == row["high"]:
        few = [(x(row["low"]), y), (x(row["high"]), y)]
        drawn += svg.line(few, OPEN, 7, stroke_opacity="0.25")
    edge = {"stroke": GROUND, "stroke_width": 1}
    return drawn + svg.mark(symbol, x(row["rate"]), y, _RADIUS, colour, **edge)


def burn_ups_svg(burn_ups: pd.DataFrame, *, front: str, label: str, width: float) -> str:
    """Draw the staircase of each territory on the same axes, three in a row, or two where narrow.

    Takes BURN_UPS of `queries.regions`, in the order in which it names them; `front` is the address
    of the front page about a territory, less its code. Nothing is drawn of nothing.
    """
    if burn_ups.empty:
        return ""
    columns = 3 if width >= WIDE else 2
    across = (width - _APART * (columns - 1)) / columns
    last = burn_ups["day"].max().date()
    x = days(FIRST_DAY, max(last, PROGRAMME_START + YEAR), _AXIS, across)
    letters = int((across - _AXIS) / svg.extent("n", _SIZE))
    territories = [
        (f"{front}{territory}", words.wrapped(name, letters).split("<br>"), rows)
        for (territory, name), rows in burn_ups.groupby(["territory", "name"], sort=False)
    ]
    head = _LINE * (max(len(name) for _, name, _ in territories) + 0.4)
    top, foot = 1.1 * max(2, burn_ups["open_at_most"].max()), head + _PANEL
    y = linear(0, top, foot, head)
    axes = levels(y, top, _AXIS, across) + years(x, foot, last, is_wide=False)
    high, drawn = foot + _FOOT + _APART, []
    for rank, (href, name, rows) in enumerate(territories):
        titled = "".join(
            svg.text(0, head - 8 - _LINE * above, line, size=_SIZE)
            for above, line in enumerate(reversed(name))
        )
        count = number(rows["open"].iloc[-1])
        titled += svg.text(across, head - 8, count, size=_SIZE, anchor="end", bold=True)
        said = svg.plain(words.step_hover(rows.iloc[-1].to_dict()))
        panel = axes + svg.link(titled + _staircase(rows, x, y), said, href)
        line, column = divmod(rank, columns)
        moved = f"translate({column * (across + _APART):g} {line * high:g})"
        drawn.append(svg.tag("g", panel, transform=moved))
    box = (0.0, 0.0, width, high * ceil(len(territories) / columns) - _APART)
    return svg.picture("".join(drawn), box=box, label=label)


def _staircase(rows: pd.DataFrame, x: Scale, y: Scale) -> str:
    """Draw the steps of a territory; each is told over all that stands on it."""
    until = x(rows["day"].iloc[-1])
    drawn = possible(rows, x, y, until)
    drawn += svg.line(svg.stairs(points(rows, "open", x, y), until), OPEN, 2)
    for row, following in pairwise(rows.to_dict("records")):
        start, end, high = x(row["day"]), x(following["day"]), y(row["open_at_most"]) - _RADIUS
        over = svg.path([(start, y(0)), (start, high), (end, high), (end, y(0))])
        area = svg.tag("path", d=over, fill="none", pointer_events="all")
        drawn += svg.told(area, svg.plain(words.step_hover(row)))
    return drawn


def slopes_svg(slopes: pd.DataFrame, *, since: date, as_of: date, label: str, width: float) -> str:
    """Draw one line for all the territories that moved alike between two days.

    Takes SLOPES of `queries.regions`. Rising lines are full, flat ones thin, falling ones dashed.
    Nothing is drawn of nothing.
    """
    if slopes.empty:
        return ""
    groups = [
        (int(before), int(after), list(rows["name"]))
        for (before, after), rows in slopes.groupby(["before", "after"], sort=True)
    ]
    befores = sorted({before for before, _, _ in groups})
    afters = sorted({after for _, after, _ in groups})
    top = max(1, *befores, *afters)
    gaps = [(_LINE, pairwise(befores)), (_TWO_LINES, pairwise(afters))]
    needed = [high * top / (more - less) for high, counts in gaps for less, more in counts]
    y = linear(top, 0, _HEAD + _LINE, _HEAD + _LINE + max([_TALL, *needed]))
    start, end = _EDGE + _GAP, _ENDS * width
    drawn = [
        svg.text(0, _SIZE, f"{since:%d/%m/%Y}"),
        svg.text(end, _SIZE, f"{as_of:%d/%m/%Y}", anchor="middle"),
        *(
            svg.text(start - _GAP, y(count) + _SIZE / 3, number(count), size=_SIZE, anchor="end")
            for count in befores
        ),
    ]
    for before, after, names in groups:
        colour, dash, thick = _slope_style(before, after)
        through = [(start, y(before)), (end, y(after))]
        dots = "".join(svg.mark("circle", *point, 4.5, colour) for point in through)
        line = svg.line(through, colour, thick, stroke_dasharray=dash)
        drawn.append(svg.told(line + dots, svg.plain(words.slope_hover(names, before, after))))
    for after in afters:
        names = [name for _, each, listed in groups if each == after for name in listed]
        drawn.append(_end(after, names, end + _GAP, y(after), svg.extent(number(top), _SIZE)))
    box = (0.0, 0.0, width, y(0) + 2 * _LINE)
    return svg.picture("".join(drawn), box=box, label=label)


def _slope_style(before: int, after: int) -> tuple[str, str | None, float]:
    if after > before:
        return OPEN, None, 3
    return (MUTED, None, 1.5) if after == before else (TARGET, "6 5", 3)


def _end(after: int, names: Sequence[str], x: float, y: float, wide: float) -> str:
    """Write the count at the end of slopes, and beside it who ends there."""
    lines = words.slope_names(names).split("<br>")
    first = y + _SIZE / 3 - _LINE * (len(lines) - 1) / 2
    return svg.text(x + wide, first, number(after), size=_SIZE, anchor="end", bold=True) + "".join(
        svg.text(x + wide + _GAP, first + _LINE * rank, line, size=_SIZE)
        for rank, line in enumerate(lines)
    )
