"""The places of the programme, one mark each: those that are known, then those that are not."""

from html import escape
from math import ceil, sqrt
from typing import Final

import pandas as pd

from territoires.charts import svg
from territoires.charts.map import STATE_MARKS, Mark
from territoires.charts.palette import OPEN
from territoires.domain.rollout import PlaceState, State
from territoires.french import home as words

MARKS: Final = {
    PlaceState.OPEN: STATE_MARKS[State.OPEN],
    PlaceState.OPEN_UNDATED: STATE_MARKS[State.OPEN_UNDATED],
    PlaceState.POSSIBLE: Mark(symbol="circle-open", colour=OPEN, size=13),
    PlaceState.SELECTED: STATE_MARKS[State.SELECTED],
    PlaceState.UNKNOWN: STATE_MARKS[State.NOTHING_KNOWN],
}
"""The marks of the maps, and one more; here all are of one size."""
_DASHED: Final = {PlaceState.POSSIBLE: {"stroke_dasharray": "3.4 2.2"}}
_CELL: Final = 20.0
_RADIUS: Final = 7.2
_DOT: Final = 3.6
_ROW: Final = 20  # marks
_MANY: Final = 240  # from which more of them go in a row, so that they never fill the screen
_WIDE: Final = 4  # times as wide as high, then


def places_svg(places: pd.DataFrame, *, target: int | None, sheet: str) -> str:
    """Draw the places known, then those that a target adds; nothing when there are none.

    Takes PLACES of `queries.rollout`. `sheet` is the address of a town's sheet less its code.
    """
    number = max(target or 0, len(places))
    if not number:
        return ""
    row = _ROW if number <= _MANY else ceil(sqrt(_WIDE * number))
    drawn = [
        svg.link(
            _mark(place["state"], rank, row), words.told(place), f"{sheet}{place['town_code']}"
        )
        for rank, place in enumerate(places.to_dict("records"))
    ]
    if without := number - len(places):
        dots = (_mark(PlaceState.UNKNOWN, rank, row) for rank in range(len(places), number))
        drawn.append(svg.told("".join(dots), words.unknown(without)))
    box = (0.0, 0.0, _CELL * row, _CELL * ceil(number / row))
    return svg.picture("".join(drawn), box=box, label=words.all_places(len(places), without))


def _mark(named: str, rank: int, row: int) -> str:
    state = PlaceState(named)
    x, y = _CELL * (rank % row + 0.5), _CELL * (rank // row + 0.5)
    return mark_of(state, x, y, _DOT if state is PlaceState.UNKNOWN else _RADIUS)


def mark_of(state: PlaceState, x: float, y: float, radius: float) -> str:
    """Draw a place as it is drawn everywhere."""
    mark = MARKS[state]
    return svg.mark(mark.symbol, x, y, radius, mark.colour, **_DASHED.get(state, {}))


def places_list(places: pd.DataFrame, *, sheet: str) -> str:
    """Write the same as a list that unfolds, each place a link."""
    lines = "".join(
        f'<li><a href="{escape(sheet + place["town_code"])}" target="_self">'
        f"{escape(words.told(place))}</a></li>"
        for place in places.to_dict("records")
    )
    if not lines:
        return ""
    return f"<details><summary>{escape(words.LISTED)}</summary><ul>{lines}</ul></details>"
