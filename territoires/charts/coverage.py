"""The coverage drawn: inhabitants by radius, towns by distance."""

from typing import Final

import numpy as np
import pandas as pd

from territoires.charts import svg
from territoires.charts.curves import levels, linear, round_numbers, under
from territoires.charts.palette import DOCUMENTED, OPEN, TARGET
from territoires.french import coverage as words
from territoires.french import map as map_words

_HEIGHT: Final = 320.0
_FOOT: Final = _HEIGHT - 44.0  # the numbers under it and what they are
_TOP: Final = 24.0
_PEOPLE: Final = 80.0  # at the left: the inhabitants of France, in digits
_KM: Final = 36.0  # the same of distances
_MARK: Final = 3.0  # of a town
_DASHES: Final = "6 4"


def reach_svg(radii: pd.DataFrame, *, radius_km: int, label: str, width: float) -> str:
    """Draw how many inhabitants each radius would cover, and mark the chosen one.

    Takes BY_RADIUS of `queries.coverage`; nothing is drawn of none.
    """
    if radii.empty:
        return ""
    radius, people, right = radii["radius_km"], radii["inhabitants"], width - 14.0
    top = 1.12 * max(1, people.max())
    x, y = linear(radius.min(), radius.max(), _PEOPLE, right), linear(0, top, _FOOT, _TOP)
    points = [(x(km), y(count)) for km, count in zip(radius, people, strict=True)]
    at, said = x(radius_km), words.radius_line(radius_km)
    beside = [(at + 6, _TOP + 12, "start"), (at - 6, _TOP + 12, "end")]
    drawn = [
        levels(y, top, _PEOPLE, right),
        svg.text(0, 12, words.PEOPLE_AXIS),
        under(x, radius, _FOOT, right, words.RADIUS_AXIS),
        svg.line(points, OPEN, 3),
        *(
            svg.told(svg.mark("circle", *point, 4, OPEN), svg.plain(words.radius_hover(row)))
            for point, row in zip(points, radii.to_dict("records"), strict=True)
        ),
        svg.line([(at, _FOOT), (at, _TOP)], TARGET, 1.5, stroke_dasharray=_DASHES),
        svg.Room((0.0, 0.0, width, _FOOT)).write(said, beside),
    ]
    return svg.picture("".join(drawn), box=(0.0, 0.0, width, _HEIGHT), label=label)


def distances_svg(distances: pd.DataFrame, *, radius_km: int, label: str, width: float) -> str:
    """Draw the distance of each town, nearest first, against the radius.

    Takes DISTANCES of `queries.coverage`; those beyond an ocean are left out, the caption counts
    them. Nothing is drawn of none.
    """
    rows = distances[distances["km"] <= map_words.FAR_KM].iloc[::-1]
    if rows.empty:
        return ""
    right, top = width - 14.0, max(1.5 * radius_km, 1.05 * rows["km"].max())
    x, y = linear(0, len(rows), _KM, right), linear(0, top, _FOOT, _TOP)
    room, level = svg.Room((0.0, 0.0, width, _FOOT)), y(radius_km)
    drawn = [
        levels(y, top, _KM, right),
        svg.text(0, 12, words.KM_AXIS),
        under(x, round_numbers(len(rows)), _FOOT, right, words.RANK_AXIS),
        svg.line([(_KM, level), (right, level)], TARGET, 1.5, stroke_dasharray=_DASHES),
    ]
    for rank, row in enumerate(rows.to_dict("records"), start=1):
        place = x(rank), y(row["km"])
        near = row["km"] <= radius_km
        symbol, colour = ("circle", OPEN) if near else ("triangle-up", DOCUMENTED)
        mark = svg.mark(symbol, *place, _MARK, colour)
        drawn.append(svg.told(mark, svg.plain(map_words.distance(row))))
        room.take(place[0] - _MARK, place[1] - _MARK, 2 * _MARK, 2 * _MARK)
    said = words.radius_line(radius_km)
    ends = np.linspace(right, _KM + svg.extent(said, 12), 9).tolist()
    beside = [(at, level + under_or_over, "end") for at in ends for under_or_over in (16, -6)]
    # Towns may stand all along the line: then over them.
    over = [(at, foot, "end") for foot in np.arange(level - 22, _TOP, -8).tolist() for at in ends]
    return svg.picture(
        "".join(drawn) + room.write(said, [*beside, *over]),
        box=(0.0, 0.0, width, _HEIGHT),
        label=label,
    )
