"""The band of the number truly open, day by day, and the totals that make it."""

from datetime import date
from itertools import chain, pairwise
from typing import Any, Final

import pandas as pd

from territoires.charts import svg
from territoires.charts.curves import (
    FIRST_DAY,
    WIDE,
    Scale,
    believed,
    days,
    levels,
    linear,
    name_of_area,
    outline,
    points,
    runs,
    years,
)
from territoires.charts.palette import MUTED, OPEN, PUBLISHED
from territoires.french import reconciliation as words

_HEIGHT: Final = 360
_FOOT: Final = 28.0  # the years
_HEAD: Final = 16.0
_LEFT: Final = 34.0
_RISE: Final = 30.0  # pixels, of an arrow
_MARK: Final = 5.0  # radius


def band_svg(
    bands: pd.DataFrame, *, totals: pd.DataFrame, as_of: date, label: str, width: int
) -> str:
    """Draw the band over what is certain, and each total with what it means.

    Takes BANDS and TOTALS of `queries.reconciliation`. Where no number fits no band is drawn; a
    total that is not believed is hollow. `width` is that of the page, in pixels: texts keep their
    size.
    """
    shown = totals[totals["day"] <= pd.Timestamp(as_of)]
    top = 1.08 * max([1.0, *bands["most"].dropna(), *shown["least"], *shown["most"].dropna()])
    right, foot = width - 14.0, _HEIGHT - _FOOT
    x = days(FIRST_DAY, as_of, _LEFT, right)
    y, room = linear(0, top, foot, _HEAD), svg.Room((0, 0, width, foot - 2))
    every = runs(bands, as_of)
    steps = svg.stairs(points(bands, "open", x, y), x(as_of))
    edges = [[(x(day), y(value)) for day, value in outline(run)] for run in every]
    for (x0, y0), (x1, y1) in chain.from_iterable(map(pairwise, [steps, *edges])):
        room.take(min(x0, x1) - 1, min(y0, y1) - 2, abs(x1 - x0) + 2, abs(y1 - y0) + 4)
    by_its_end = [(right, steps[-1][1] + far, "end") for far in (-8, 18)]
    drawn = [
        levels(y, top, _LEFT, right),
        years(x, foot, as_of, is_wide=width >= WIDE),
        believed(bands, x, y, as_of),
        *(svg.line(edge, PUBLISHED) for edge in edges),
        svg.line(steps, OPEN, 3, stroke_linejoin="round"),
        *_steps(bands, x, y),
        *_totals(shown, x, y, room),
        room.write(words.CERTAIN, by_its_end, fill=OPEN, bold=True),
        name_of_area(bands, x, y, as_of, room, words.BANDS),
    ]
    return svg.picture("".join(drawn), box=(0, 0, width, _HEIGHT), label=label)


def _steps(bands: pd.DataFrame, x: Scale, y: Scale) -> list[str]:
    """Mark each day on which the number open with certainty changes."""
    moved = bands[bands["open"].diff().fillna(bands["open"]) != 0]
    return [
        svg.told(
            svg.mark("circle", x(row["day"]), y(row["open"]), 3.5, OPEN),
            svg.plain(words.step(row)),
        )
        for row in moved.to_dict("records")
    ]


def _totals(shown: pd.DataFrame, x: Scale, y: Scale, room: svg.Room) -> list[str]:
    """Draw each total from its least to its most, and write what it means where there is room."""
    drawn, rows = [], shown.to_dict("records")
    for row in rows:
        at, low, high = x(row["day"]), y(row["least"]), _highest(row, y)
        room.take(at - _MARK - 1, high - 2, 2 * _MARK + 2, low - high + _MARK + 4)
    for row in reversed(rows):  # the latest has the first choice of a place
        at, low, high = x(row["day"]), y(row["least"]), _highest(row, y)
        is_believed = bool(row["is_believed"])
        colour = PUBLISHED if is_believed else MUTED
        marks = svg.mark("diamond" if is_believed else "diamond-open", at, low, _MARK, colour)
        if high < low:
            marks += svg.line([(at, low), (at, high)], colour, 1.5)
            if pd.isna(row["most"]):
                marks += svg.mark("triangle-up", at, high, _MARK, colour)
        said = f"{words.total(row)}\n{words.meaning(row)}"
        apart = "" if is_believed else f" ({words.LEFT_OUT})"
        places = svg.around(at, (low + high) / 2, 11, 12)
        drawn.append(
            svg.told(marks, said) + room.write(f"{words.meaning(row)}{apart}", places, fill=colour)
        )
    return drawn


def _highest(row: dict[Any, Any], y: Scale) -> float:
    """Give where a total ends: an arrow of one length over those that nothing ends."""
    return y(row["least"]) - _RISE if pd.isna(row["most"]) else y(row["most"])
