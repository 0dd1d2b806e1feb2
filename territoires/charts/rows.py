"""Things told one by one, a row for each of what holds them: places by region, courses by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import pandas as pd

from territoires.charts import svg
from territoires.charts.palette import MUTED, OPEN
from territoires.charts.places import mark_of
from territoires.domain.rollout import PlaceState
from territoires.french import courses as course_words
from territoires.french import home as place_words
from territoires.french.places import typeset

_HIGH: Final = 22.0  # a row, in pixels
_CELL: Final = 17.0  # a mark and the gap after it, where there is room
_RADIUS: Final = 0.38  # of a mark, in its cell
_SIZE: Final = 13.0
_GAP: Final = 10.0
_MOST_BESIDE: Final = 0.6  # of the width, for names beside the marks
_UNDER: Final = 0.8  # of a row, from a name to the marks under it
_COLUMNS_FROM: Final = 700  # pixels: as wide, the rows stand in two columns
_APART: Final = 36.0


Drawn = Callable[[float, float, float], str]
"""Draws a mark at (x, y) with a radius."""


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    href: str
    marks: Sequence[Drawn]


def places_by_territory_svg(
    places: pd.DataFrame, *, width: float, sheet: str, front: str, label: str
) -> str:
    """Draw the known places of each territory, open ones first; nothing where there are none.

    Takes PLACES of `queries.regions`, in its order. `sheet` and `front` are the addresses of a
    town's sheet, and of the front page about a territory, less the code.
    """

    def drawn(place: Mapping[Any, Any]) -> Drawn:
        return lambda x, y, radius: svg.link(
            mark_of(PlaceState(place["state"]), x, y, radius),
            place_words.told(place),
            f"{sheet}{place['town_code']}",
        )

    rows = _rows(places, ["territory", "name"], front, drawn)
    return _picture(rows, width=width, label=label)


def courses_by_field_svg(
    catalogue: pd.DataFrame, *, width: float, course: str, field: str, label: str
) -> str:
    """Draw the courses of each field, those that a centre gives full and first.

    Takes CATALOGUE of `queries.courses`. `course` and `field` are the addresses of a course, and of
    the catalogue narrowed to a field, less its key.
    """

    def drawn(row: Mapping[Any, Any]) -> Drawn:
        is_given = row["offered_centres"] > 0
        symbol, colour = ("circle", OPEN) if is_given else ("circle-open", MUTED)
        return lambda x, y, radius: svg.link(
            svg.mark(symbol, x, y, radius, colour),
            course_words.told(row),
            f"{course}{row['course_key']}",
        )

    ordered = catalogue.sort_values("offered_centres", ascending=False, kind="stable")
    rows = _rows(ordered, ["field_slug", "field"], field, drawn)
    rows.sort(key=lambda row: -len(row.marks))
    return _picture(rows, width=width, label=label)


def _rows(
    data: pd.DataFrame, by: list[str], address: str, drawn: Callable[[Mapping[Any, Any]], Drawn]
) -> list[_Row]:
    """Put things under what holds them, by its key and its name, in their order."""
    return [
        _Row(
            name=typeset(str(name)),
            href=f"{address}{key}",
            marks=[drawn(row) for row in here.to_dict("records")],
        )
        for (key, name), here in data.groupby(by, sort=False)
    ]


def _picture(rows: Sequence[_Row], *, width: float, label: str) -> str:
    if not rows:
        return ""
    columns = 2 if width >= _COLUMNS_FROM and len(rows) > 1 else 1
    in_each = ceil(len(rows) / columns)
    wide = (width - _APART * (columns - 1)) / columns
    beside = max(svg.extent(row.name, _SIZE) for row in rows) + _GAP
    # Names that would leave too little room for the marks stand over them.
    at = (0.0, _HIGH * _UNDER) if beside > _MOST_BESIDE * wide else (beside, 0.0)
    high = _HIGH + 1.2 * at[1]
    most = max(len(row.marks) for row in rows)
    cell = min(_CELL, (wide - at[0]) / most)
    drawn = "".join(
        _row(row, rank // in_each * (wide + _APART), high * (rank % in_each), at, cell)
        for rank, row in enumerate(rows)
    )
    return svg.picture(drawn, box=(0.0, 0.0, width, high * in_each), label=label)


def _row(row: _Row, left: float, top: float, at: tuple[float, float], cell: float) -> str:
    middle = top + _HIGH / 2
    name = svg.text(left, middle + _SIZE / 3, row.name, size=_SIZE)
    x, y = left + at[0] + cell / 2, middle + at[1]
    marks = (each(x + rank * cell, y, cell * _RADIUS) for rank, each in enumerate(row.marks))
    return svg.link(name, row.name, row.href) + "".join(marks)
