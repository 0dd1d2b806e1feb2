"""What curves share: their scales, over days or numbers, their axes, the band."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from territoires.charts import svg
from territoires.charts.palette import GRID, MUTED, OPEN, PUBLISHED
from territoires.domain.programme import PROGRAMME_START
from territoires.french.numbers import number

Scale = Callable[[Any], float]

WIDE: Final = 600  # from which a picture has room for long labels
FIRST_DAY: Final = PROGRAMME_START - timedelta(days=100)
_STEPS: Final = (
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    *(1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000),
    *(times * 10**power for power in range(4, 8) for times in (1, 2, 5)),
)
_LINES: Final = 4
_PLACES: Final = 9  # tried along an area, for its name
_QUIET: Final = 11  # size of its letters
_TALL: Final = 40.0  # of an area that has room for its name


def days(first: date, last: date, left: float, right: float) -> Scale:
    """Give the place of a day between two edges, in pixels."""
    place = linear(first.toordinal(), last.toordinal(), left, right)
    return lambda day: place(pd.Timestamp(day).toordinal())


def linear(first: float, last: float, start: float, end: float) -> Scale:
    """Give the place of a number between two edges, in pixels."""

    def place(value: Any) -> float:
        return float(start + (end - start) * (value - first) / (last - first))

    return place


def round_numbers(top: float, least: float = 1) -> list[float]:
    """Give the few numbers that are marked on an axis from 0 to `top`; whole ones by default."""
    steps = (step for step in _STEPS if step >= least and top / step <= _LINES + 0.5)
    step = next(steps, _STEPS[-1])
    return [step * rank for rank in range(int(top / step) + 1)]


def levels(y: Scale, top: float, left: float, right: float) -> str:
    return "".join(
        svg.line([(left, y(value)), (right, y(value))], GRID)
        + svg.text(left - 8, y(value) + 4, number(value), anchor="end")
        for value in round_numbers(top)
    )


def under(x: Scale, values: Iterable[float], foot: float, right: float, name: str) -> str:
    """Write numbers under their places on a picture, and under them what they are."""
    marks = (svg.text(x(each), foot + 18, number(each), anchor="middle") for each in values)
    return "".join(marks) + svg.text(right, foot + 36, name, anchor="end")


def years(x: Scale, foot: float, last: date, *, is_wide: bool) -> str:
    years = range(PROGRAMME_START.year, last.year + 1)
    every = max(1, round(len(years) / (10 if is_wide else 5)))
    return "".join(
        svg.line([(x(date(year, 1, 1)), foot), (x(date(year, 1, 1)), foot + 5)], MUTED)
        + svg.text(x(date(year, 1, 1)), foot + 19, str(year), anchor="middle")
        for year in years[::every]
    )


def points(steps: pd.DataFrame, column: str, x: Scale, y: Scale) -> list[tuple[float, float]]:
    days, values = steps["day"], steps[column]
    return [(x(day), y(value)) for day, value in zip(days, values, strict=True)]


def possible(steps: pd.DataFrame, x: Scale, y: Scale, until: float) -> str:
    """Draw the band from what is certain to what is possible, up to `until`."""
    if steps.empty:
        return ""
    high = svg.stairs(points(steps, "open_at_most", x, y), until)
    low = svg.stairs(points(steps, "open", x, y), until)
    return svg.tag("path", d=svg.path([*high, *reversed(low)]), fill=OPEN, fill_opacity="0.22")


def believed(bands: pd.DataFrame, x: Scale, y: Scale, as_of: date) -> str:
    return "".join(
        svg.tag(
            "path",
            d=svg.path([(x(day), y(value)) for day, value in outline(run)]),
            fill=PUBLISHED,
            fill_opacity="0.1",
        )
        for run in runs(bands, as_of)
    )


def name_of_area(  # noqa: PLR0913, PLR0917 - an area on its scales
    bands: pd.DataFrame, x: Scale, y: Scale, as_of: date, room: svg.Room, names: Sequence[str]
) -> str:
    """Name the area inside it, where it is high enough and nothing else is written."""
    spans = [span for run in runs(bands, as_of) for span in run]
    spans.sort(key=lambda span: (span[1] - span[0]) * (span[3] - span[2]), reverse=True)
    for name in names:
        half = svg.extent(name, _QUIET) / 2
        places = [
            (middle, y(least + part * (most - least)) + _QUIET / 3, "middle")
            for start, end, least, most in spans
            if x(end) - x(start) > 2 * half and y(least) - y(most) > _TALL
            for part in (0.5, 0.3, 0.7, 0.15, 0.85)
            for middle in np.linspace(x(end) - half, x(start) + half, _PLACES).tolist()
        ]
        if written := room.write(name, places, size=_QUIET):
            return written
    return ""


Span = tuple[date, date, float, float]
"""From a day to a later one: the least, the most."""


def outline(run: Sequence[Span]) -> list[tuple[date, float]]:
    """Go around a run of the band: along its most, then back along its least."""
    most = [(day, most) for start, end, _, most in run for day in (start, end)]
    least = [(day, least) for start, end, least, _ in run for day in (start, end)]
    return [*most, *reversed(least)]


def runs(bands: pd.DataFrame, as_of: date) -> list[list[Span]]:
    """Cut the band where no number fits, or where nothing bounds it from above."""
    rows = [
        (pd.Timestamp(row["day"]).date(), row["least"], row["most"])
        for row in bands.to_dict("records")
    ]
    ends = [day for day, _, _ in rows[1:]] + [as_of]
    runs: list[list[Span]] = [[]]
    for (start, least, most), end in zip(rows, ends, strict=True):
        if pd.isna(least) or pd.isna(most):
            runs.append([])
        else:
            runs[-1].append((start, end, least, most))
    return [run for run in runs if run]
