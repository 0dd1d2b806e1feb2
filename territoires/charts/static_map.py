"""A map as SVG: the figure of the page of the map, whose marks lead to their towns and are named.

`charts.map` stays the one drawing of the map; this reads its traces again, so that a page that only
shows it needs no script, and each mark is a link.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from territoires.charts import svg
from territoires.charts.map import (
    STATE_MARKS,
    centres_map_figure,
    drawn_catchment,
    open_names,
    points,
    with_reach,
)
from territoires.charts.palette import MUTED, TARGET
from territoires.charts.siting import plan_map_figure
from territoires.domain.rollout import State
from territoires.domain.scope import Level, Territory
from territoires.french.map import km
from territoires.french.places import typeset

_WIDTH: Final = 640.0  # pixels, on a desk
_NAME: Final = 12.5  # pixels
_CHOSEN: Final = 16.0  # pixels: the name of the town that a map is about
_RING: Final = 12.0  # radius
_FINE: Final = 2  # of the outlines: their unit is half a pixel
_NEAR: Final = 4  # of these units: nearer points are one
_HATCHES: Final = "hachures"
Point = tuple[float, float]


def centres_map_svg(  # noqa: PLR0913 - what a map is made of
    places: pd.DataFrame,
    centres: pd.DataFrame,
    *,
    territory: Territory,
    radius_km: float,
    sheet: str,
    label: str,
) -> str:
    """Draw the map of the centres with the names of the towns that are open, up to twenty.

    Takes PLACES and OPEN_CENTRES of `queries.coverage`. `sheet` is the address of a town's sheet
    less its code.
    """
    # In all of France, what nothing is known of is two hundred marks: the page of the map has them.
    is_whole = territory.level is Level.COUNTRY
    shown = places[places["state"] != State.NOTHING_KNOWN] if is_whole else places
    made = centres_map_figure(shown, territory=territory)
    figure = with_reach(json.loads(made.to_json()), centres, radius_km)
    return _picture(figure, open_names(shown), sheet=sheet, label=label)


def plan_map_svg(  # noqa: PLR0913 - what a map is made of
    plan: pd.DataFrame,
    centres: pd.DataFrame,
    *,
    territory: Territory,
    radius_km: float,
    sheet: str,
    label: str,
) -> str:
    """Draw the towns of a list by rank and name, beside the open centres.

    Takes what `charts.siting.plan_map_figure` does, and `sheet` as for the centres.
    """
    made = plan_map_figure(plan, centres=centres, radius_km=radius_km, territory=territory)
    names = {row.town_code: f"{row.rank}. {typeset(row.town)}" for row in plan.itertuples()}
    return _picture(json.loads(made.to_json()), names, sheet=sheet, label=label)


def catchment_svg(  # noqa: PLR0913 - what a map is made of
    place: pd.DataFrame,
    centres: pd.DataFrame,
    near: pd.DataFrame,
    *,
    radius_km: float,
    sheet: str,
    label: str,
    width: int,
) -> str:
    """Draw a town in a ring among the open centres: their names, of the nearest the distance.

    Takes what `charts.map.drawn_catchment` does; `width` is in pixels: texts keep their size.
    """
    made = drawn_catchment(place, centres, near)
    figure = with_reach(json.loads(made.to_json()), centres, radius_km)
    names = {row.town_code: typeset(row.town) for row in centres.itertuples()}
    names |= {row.town_code: f"{typeset(row.town)}, {km(row.km)}" for row in near.itertuples()}
    return _picture(figure, names, sheet=sheet, label=label, width=width, ringed=place.head(1))


def _picture(  # noqa: PLR0913 - what a picture is made of
    figure: Mapping[str, Any],
    names: Mapping[str, str],
    *,
    sheet: str,
    label: str,
    width: float = _WIDTH,
    ringed: pd.DataFrame | None = None,
) -> str:
    """Write a figure, with the names of towns by their codes where there is room for them.

    `ringed`: the town that it is about, if it is about one.
    """
    plane = _Plane(figure["layout"], width)
    room = svg.Room(plane.box)
    ring = "" if ringed is None else _ring(ringed, plane, room)
    areas = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    spots = [plane.points(trace["x"], trace["y"]).tolist() for trace in marks]
    for trace, points_of in zip(marks, spots, strict=True):
        size = float(trace["marker"]["size"])
        for x, y in points_of:
            room.take(x - size / 2, y - size / 2, size, size)
    drawn = [_hatches(), _frames(figure["layout"], plane, room)]
    drawn += [_area(trace, plane) for trace in areas]
    drawn += [_marks(trace, at, sheet) for trace, at in zip(marks, spots, strict=True)]
    drawn += [_named(trace, at, names, room) for trace, at in zip(marks, spots, strict=True)]
    return svg.picture("".join([*drawn, ring]), box=plane.box, label=label)


def _ring(place: pd.DataFrame, plane: "_Plane", room: svg.Room) -> str:
    if place["latitude"].isna().all():
        return ""
    x, y = (float(value[0]) for value in points(place))
    x, y = plane.point(x, y)
    room.take(x - _RING, y - _RING, 2 * _RING, 2 * _RING)
    name, mark = typeset(place["town"].iloc[0]), STATE_MARKS[State(place["state"].iloc[0])]
    return (
        svg.mark(mark.symbol, x, y, _RING / 2, mark.colour)
        + svg.mark("circle-open", x, y, _RING, TARGET, stroke_width=3)
        + room.write(
            name, svg.around(x, y, _RING + 4, _CHOSEN), size=_CHOSEN, bold=True, class_="nom"
        )
    )


class _Plane:
    """From the kilometres of the figure to the pixels of the picture."""

    def __init__(self, layout: Mapping[str, Any], width: float) -> None:
        (self._x0, x1), (y0, self._y1) = (layout[axis]["range"] for axis in ("xaxis", "yaxis"))
        self._scale = width / (x1 - self._x0)
        self.box: svg.Box = (0.0, 0.0, width, (self._y1 - y0) * self._scale)

    def points(self, xs: Any, ys: Any) -> np.ndarray:
        """Give pixels (n, 2) for km; NaN parts two rings."""
        x, y = (_numbers(values) for values in (xs, ys))
        return np.column_stack([(x - self._x0) * self._scale, (self._y1 - y) * self._scale])

    def point(self, x: float, y: float) -> Point:
        """Give the pixels of one point."""
        found = self.points([x], [y])[0]
        return float(found[0]), float(found[1])

    def shows(self, ring: np.ndarray) -> bool:
        """Tell whether anything of a ring may be seen."""
        _, _, width, height = self.box
        low, high = ring.min(axis=0), ring.max(axis=0)
        return bool((high >= 0).all() and low[0] <= width and low[1] <= height)


def _numbers(values: Any) -> np.ndarray:
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).astype(float)
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _hatches() -> str:
    stroke = svg.line([(0, 7), (7, 0)], MUTED, 0.8, stroke_opacity="0.6")
    return svg.tag(
        "defs",
        svg.tag("pattern", stroke, id=_HATCHES, width=7, height=7, patternUnits="userSpaceOnUse"),
    )


def _frames(layout: Mapping[str, Any], plane: _Plane, room: svg.Room) -> str:
    """Draw what surrounds the insets, and their names."""
    drawn = []
    for shape in layout.get("shapes", ()):
        (x0, y1), (x1, y0) = (
            plane.point(shape["x0"], shape["y0"]),
            plane.point(shape["x1"], shape["y1"]),
        )
        paint = {"fill": "none", "stroke": shape["line"]["color"]}
        drawn.append(svg.tag("rect", x=x0, y=y0, width=x1 - x0, height=y1 - y0, **paint))
    for note in layout.get("annotations", ()):
        x, y = plane.point(note["x"], note["y"])
        drawn.append(room.write(note["text"], [(x + 3, y + 11, "start")], size=10))
    return "".join(drawn)


def _area(trace: Mapping[str, Any], plane: _Plane) -> str:
    points = plane.points(trace["x"], trace["y"])
    gaps = np.flatnonzero(np.isnan(points[:, 0]))
    rings = (ring[~np.isnan(ring[:, 0])] for ring in np.split(points, gaps))
    drawn = "".join(
        f"{svg.path(_thinned(ring))}z" for ring in rings if len(ring) and plane.shows(ring)
    )
    if not drawn:
        return ""
    line = trace["line"]
    fill = f"url(#{_HATCHES})" if "fillpattern" in trace else trace.get("fillcolor", "none")
    return svg.tag(
        "path",
        d=drawn,
        fill=fill,
        stroke=line["color"],
        stroke_width=_FINE * line["width"],
        transform=f"scale({1 / _FINE})",
    )


def _thinned(ring: np.ndarray) -> Sequence[Point]:
    """Leave out the points that are too near the one before to be told from it."""
    whole: list[list[int]] = np.rint(_FINE * ring).astype(int).tolist()
    kept = whole[:1]
    for x, y in whole[1:]:
        if max(abs(x - kept[-1][0]), abs(y - kept[-1][1])) >= _NEAR:
            kept.append([x, y])
    return [(float(x), float(y)) for x, y in kept]


def _marks(trace: Mapping[str, Any], spots: Sequence[Point], sheet: str) -> str:
    marker = trace["marker"]
    edge = marker["line"]
    return "".join(
        svg.link(
            svg.mark(
                marker["symbol"], x, y, marker["size"] / 2, marker["color"],
                stroke=edge["color"], stroke_width=edge["width"],
            ),
            svg.plain(hover),
            f"{sheet}{code}",
        )
        for (x, y), hover, (code,) in zip(
            spots, trace["hovertext"], trace["customdata"], strict=True
        )
    )  # fmt: skip


def _named(
    trace: Mapping[str, Any], spots: Sequence[Point], names: Mapping[str, str], room: svg.Room
) -> str:
    size = float(trace["marker"]["size"])
    return "".join(
        room.write(
            names[code],
            svg.around(x, y, size / 2 + 4, _NAME),
            size=_NAME,
            bold=True,
            class_="nom",
        )
        for (x, y), (code,) in zip(spots, trace["customdata"], strict=True)
        if code in names
    )
