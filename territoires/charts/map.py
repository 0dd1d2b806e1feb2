"""The national map: one plane, five insets, the states as marks, the areas as filled classes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import svg
from territoires.charts.outlines import (
    contours_address,
    insets,
    outlines,
    packed,
    packed_path,
    pretended,
)
from territoires.charts.palette import (
    CATEGORICAL,
    DOCUMENTED,
    GROUND,
    MUTED,
    OPEN,
    SEQUENTIAL,
    TARGET,
    shown,
)
from territoires.domain.coverage import Grain
from territoires.domain.geometry import EARTH_RADIUS_KM, Floats, map_xy
from territoires.domain.names import department_of
from territoires.domain.rollout import State
from territoires.domain.scope import Level, Territory
from territoires.french import map as words
from territoires.french.places import typeset

Box = tuple[float, float, float, float]
Breaks = tuple[float, float, float, float]

FRAME: Final[Box] = (-195.0, 5985.0, 1255.0, 7125.0)
"""All that is ever drawn: xmin, ymin, xmax, ymax in km of the plane."""
ASPECT: Final = (FRAME[2] - FRAME[0]) / (FRAME[3] - FRAME[1])
LAND: Final = "rgba(133, 142, 154, 0.14)"
BORDER: Final = "rgba(133, 142, 154, 0.75)"
REACH: Final = "rgba(29, 159, 99, 0.22)"
_SHARE_BREAKS: Final[dict[Grain, Breaks]] = {
    "region": (0.02, 0.05, 0.10, 0.20),
    "department": (0.05, 0.10, 0.25, 0.50),
}
_RATE_BREAKS: Final[dict[Grain, Breaks]] = {
    "region": (0.25, 0.5, 0.75, 1.0),
    "department": (1.0, 2.0, 4.0, 6.0),
}

_CORNERS: Final = 60  # of a disc
_PADDING: Final = 0.08
_CLOSER: Final = 1.5
_AROUND: Final = 0.25
_DESK: Final = 700  # pixels: the width of a map on a desk; telephones show no names
_NAME: Final = 12  # pixels
_MOST: Final = 20  # names
_DOT: Final = 6  # pixels
_BESIDE: Final = {"start": "middle right", "middle": "middle center", "end": "middle left"}
_INSET_PADDING: Final = 0.04  # less than what parts two insets


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How a state is drawn: Plotly's name of the symbol, `#rrggbb`, size in pixels."""

    symbol: str
    colour: str
    size: float


STATE_MARKS: Final = {
    State.OPEN: Mark(symbol="circle", colour=OPEN, size=10),
    State.OPEN_UNDATED: Mark(symbol="diamond", colour=OPEN, size=11),
    State.SELECTED: Mark(symbol="circle-open", colour=DOCUMENTED, size=9),
    State.UNPROVEN: Mark(symbol="triangle-up-open", colour=CATEGORICAL[9], size=10),
    State.CLOSED: Mark(symbol="x", colour=CATEGORICAL[5], size=9),
    State.NOTHING_KNOWN: Mark(symbol="circle", colour=MUTED, size=4),
    State.OUTSIDE: Mark(symbol="square", colour=MUTED, size=8),
}
"""The one legend, in the order of `State`; `french.map.STATE_SYMBOLS` says it in text."""


def breaks(grain: Grain, *, by_share: bool) -> Breaks:
    """Give what parts the five classes: at any date the same, so that two can be compared."""
    return (_SHARE_BREAKS if by_share else _RATE_BREAKS)[grain]


def class_colours(number: int) -> list[str]:
    """Choose as many colours, from little to much."""
    places = np.linspace(1, len(SEQUENTIAL) - 1, number).round().astype(int)
    return [SEQUENTIAL[place] for place in places.tolist()]


def distance_edges(radius_km: float) -> tuple[float, float, float]:
    """Give the edges of the four classes of distance: the radius, its double, its quadruple."""
    return radius_km, 2 * radius_km, 4 * radius_km


def distance_marks() -> list[Mark]:
    """Give the marks of the four classes of distance: the farther, the larger and stronger."""
    # The lightest end of the scale is left out: a mark needs more contrast than an area.
    colours = [OPEN, *class_colours(5)[2:]]
    symbols = ("circle", "square", "diamond", "triangle-up")
    return [
        Mark(symbol=symbol, colour=colour, size=size)
        for size, (symbol, colour) in enumerate(zip(symbols, colours, strict=True), 6)
    ]


# What every map is made of


def base_map(territory: Territory, *, view: Box | None = None, hatches: bool = True) -> go.Figure:
    """Draw the land, the insets and their names, framed on a territory; the rest is hatched.

    `view`: another frame than that of the territory. Without `hatches`, for a map on which they
    mean something else, the rest is left blank, and the land of the territory to the caller.
    """
    made = go.Figure()
    made.update_layout(
        # The default template weighs 7 kB a figure; Streamlit's theme is applied without it.
        template=None,
        # The page gives the map its size, in the proportions of the frame.
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        autosize=True,
        showlegend=False,
        # A click chooses; nothing zooms or slides, so that a thumb on the map scrolls the page.
        dragmode=False,
        clickmode="event+select",
        hovermode="closest",
        hoverdistance=24,
        hoverlabel={"align": "left"},
    )
    x0, y0, x1, y1 = view = view or framed(territory)
    unseen = {"visible": False, "fixedrange": True, "constrain": "domain"}
    made.update_xaxes(range=[x0, x1], **unseen)
    made.update_yaxes(range=[y0, y1], scaleanchor="x", scaleratio=1, **unseen)
    inside = _inside(territory)
    every = tuple(code for code in outlines("department") if _is_whole(code, view))
    outside = tuple(code for code in every if code not in inside)
    if hatches:
        _land(made, tuple(code for code in every if code in inside), fillcolor=LAND)
        _land(made, outside, **hatching())
    else:
        _land(made, outside, fillcolor="rgba(0, 0, 0, 0)")
    _insets(made, view)
    return made


def framed(territory: Territory) -> Box:
    """Choose the part of the plane to show, of the same proportions as the whole."""
    if territory.level is Level.COUNTRY:
        return FRAME
    codes = _inside(territory)
    overseas = insets().keys() & codes
    if overseas:
        return _around(insets()[min(overseas)].box, _INSET_PADDING)
    areas = [outline for code, outline in outlines("department").items() if code in codes]
    if not areas:
        return FRAME
    x = np.concatenate([area.x for area in areas])
    y = np.concatenate([area.y for area in areas])
    return _around((np.nanmin(x), np.nanmin(y), np.nanmax(x), np.nanmax(y)), _PADDING)


def _inside(territory: Territory) -> frozenset[str]:
    """List the departments of a territory; that of a town."""
    every = outlines("department")
    if territory.level is Level.COUNTRY:
        return frozenset(every)
    if territory.level is Level.REGION:
        return frozenset(c for c, outline in every.items() if outline.region == territory.code)
    return frozenset({department_of(str(territory))})


def _around(box: Sequence[float], padding: float) -> Box:
    """Widen a box by a share of its longer side, and to the proportions of the frame."""
    x0, y0, x1, y1 = (float(edge) for edge in box)
    pad = 2 * padding * max(x1 - x0, y1 - y0)
    width = max(x1 - x0 + pad, (y1 - y0 + pad) * ASPECT)
    height = width / ASPECT
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _land(made: go.Figure, codes: tuple[str, ...], **fill: Any) -> None:
    line = {"color": BORDER, "width": 0.6}
    _areas(made, "department", codes, line=line, **fill)


def _areas(made: go.Figure, grain: Grain, codes: tuple[str, ...], **style: Any) -> None:
    """Draw some areas as one; nothing of none."""
    if codes:
        x, y = packed_path(grain, codes)
        made.add_scatter(x=x, y=y, mode="lines", fill="toself", hoverinfo="skip", **style)


def hatching() -> dict[str, Any]:
    """Fill with hatches: nothing to count here, or out of the territory asked."""
    return {
        "fillcolor": "rgba(0, 0, 0, 0)",
        "fillpattern": {
            "shape": "/",
            "fgcolor": MUTED,
            "bgcolor": "rgba(0, 0, 0, 0)",
            "fgopacity": 0.45,
            "size": 7,
            "solidity": 0.12,
        },
    }


def _insets(made: go.Figure, view: Box) -> None:
    """Draw the frames of the insets that are in view, with their names and the warning."""
    shown = [inset for code, inset in insets().items() if _is_whole(code, view)]
    for inset in shown:
        x0, y0, x1, y1 = inset.box
        made.add_shape(
            type="rect",
            x0=x0,
            y0=y0,
            x1=x1,
            y1=y1,
            line={"color": BORDER, "width": 1},
            layer="below",
        )
        _label(made, inset.name, x0, y1)
    if shown and view == FRAME:
        _label(made, words.SCALES, insets()["976"].box[0], insets()["976"].box[1])


def _label(made: go.Figure, text: str, x: float, y: float) -> None:
    made.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor="left",
        yanchor="top",
        font={"size": 10},
        borderpad=1,
    )


def _is_whole(code: str, view: Box) -> bool:
    """Tell whether a view shows a department as it is: an inset that it would cut is left out."""
    if code not in insets():
        return True
    x0, y0, x1, y1 = insets()[code].box
    return view[0] <= x0 and view[1] <= y0 and x1 <= view[2] and y1 <= view[3]


def in_view(rows: pd.DataFrame, figure: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the rows (department_code) that a figure has a place for; `figure`: its dictionary."""
    (x0, x1), (y0, y1) = (figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
    hidden = [code for code in insets() if not _is_whole(code, (x0, y0, x1, y1))]
    return rows[~rows["department_code"].isin(hidden)]


def points(data: pd.DataFrame) -> tuple[Floats, Floats]:
    """Place rows (latitude, longitude, department_code) on the plane, in km."""
    return map_xy(
        data["longitude"].to_numpy(),
        data["latitude"].to_numpy(),
        data["department_code"].to_numpy(dtype=np.str_),
        insets(),
    )


def discs(data: pd.DataFrame, radius_km: float) -> tuple[Floats, Floats]:
    """Draw around each row what lies within the radius, without leaving its frame.

    Gives two arrays, a disc after the other, separated by NaN; km of the plane.
    """
    turn = np.append(np.linspace(0, 2 * np.pi, _CORNERS), np.nan)
    degrees = np.degrees(radius_km / EARTH_RADIUS_KM)
    latitude = data["latitude"].to_numpy()[:, None]
    longitude = data["longitude"].to_numpy()[:, None]
    codes = data["department_code"].tolist()
    x, y = map_xy(
        longitude + degrees * np.cos(turn) / np.cos(np.radians(latitude)),
        latitude + degrees * np.sin(turn),
        np.array(codes, dtype=np.str_)[:, None],
        insets(),
    )
    boxes = [insets()[code].box if code in insets() else FRAME for code in codes]
    x0, y0, x1, y1 = np.array(boxes, dtype=np.float64).reshape(-1, 4).T[..., None]
    return np.clip(x, x0, x1).ravel(), np.clip(y, y0, y1).ravel()


def with_reach(
    figure: Mapping[str, Any], centres: pd.DataFrame, radius_km: float
) -> dict[str, Any]:
    """Shade what lies within the radius of the open centres on a figure already drawn.

    `figure`: a figure's dictionary, which stays as it was: moving the radius draws only this.
    Under the marks, above the land.
    """
    x, y = discs(in_view(centres, figure), radius_km)
    reach = {
        "type": "scatter",
        "x": packed(x),
        "y": packed(y),
        "mode": "lines",
        "line": {"color": OPEN, "width": 0.6},
        "fill": "toself",
        "fillcolor": REACH,
        "hoverinfo": "skip",
        "name": words.REACH,
    }
    data = list(figure["data"])
    first = next((i for i, trace in enumerate(data) if "customdata" in trace), len(data))
    return {**figure, "data": [*data[:first], reach, *data[first:]]}


def add_marks(  # noqa: PLR0913 - what a series of marks is made of
    made: go.Figure,
    rows: pd.DataFrame,
    mark: Mark,
    *,
    name: str,
    say: Callable[[Mapping[Any, Any]], str],
    scale: float = 1.0,
    at: tuple[Floats, Floats] | None = None,
) -> None:
    """Put a mark on each row, `scale` times its size; a click on it gives the code of the town.

    `say` is what is told of a row to who points at its mark; `at`: other places of the plane than
    those of the rows.
    """
    x, y = at or points(rows)
    is_open = mark.symbol.endswith("-open")
    # The ground inside or around, so that a mark shows as well on what lies within the radius.
    inside, edge = (GROUND, mark.colour) if is_open else (mark.colour, GROUND)
    made.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={
            "symbol": mark.symbol.removesuffix("-open"),
            "color": inside,
            "size": mark.size * scale,
            "line": {"width": 2 if is_open else 1, "color": edge},
        },
        # Plotly would fade the others when one is chosen; the choice has its own ring.
        unselected={"marker": {"opacity": 1}},
        customdata=[[code] for code in rows["town_code"]],
        hovertext=[say(row) for row in rows.to_dict("records")],
        hoverinfo="text",
        name=name,
    )


def add_names(made: go.Figure, rows: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Write what towns are called, by their codes, beside their marks where there is room.

    `rows` (latitude, longitude, department_code, town_code): the first has the best place.
    """
    (x0, x1), (y0, y1) = made.layout.xaxis.range, made.layout.yaxis.range
    scale = _DESK / (x1 - x0)
    room = svg.Room((0, 0, _DESK, (y1 - y0) * scale))
    marks = [trace for trace in made.data if trace.mode == "markers"]
    for trace in marks:
        size = trace.marker.size
        # Of what nothing is known there is a dot: a name may stand on it.
        for x, y in zip(trace.x, trace.y, strict=True) if size > _DOT else ():
            room.take((x - x0) * scale - size / 2, (y1 - y) * scale - size / 2, size, size)
    largest = max((trace.marker.size for trace in marks), default=0)
    written = []
    for code, x, y in zip(rows["town_code"], *points(rows), strict=True):
        at = ((x - x0) * scale, (y1 - y) * scale)
        places = svg.around(*at, largest / 2 + 3, _NAME)
        if code in names and (found := room.find(names[code], places, size=_NAME)):
            written.append((names[code], *found))
    if written:
        said, left, foot, anchors = zip(*written, strict=True)
        made.add_scatter(
            x=[x0 + x / scale for x in left],
            y=[y1 - (y - _NAME / 3) / scale for y in foot],
            mode="text",
            text=[f"<b>{words_}</b>" for words_ in said],
            textposition=[_BESIDE[anchor] for anchor in anchors],
            textfont={"size": _NAME},
            hoverinfo="skip",
        )


def open_names(places: pd.DataFrame) -> dict[str, str]:
    """Name the towns that are open by their codes, where they are few enough to be named."""
    found = places[places["state"] == State.OPEN].drop_duplicates("town_code")
    names = dict(zip(found["town_code"], map(typeset, found["town"]), strict=True))
    return names if len(names) <= _MOST else {}


def mark_scale(territory: Territory) -> float:
    """Choose how much larger the marks are where there are fewer of them."""
    return 1.0 if territory.level is Level.COUNTRY else _CLOSER


def with_ring(
    figure: Mapping[str, Any], place: pd.DataFrame, *, on_dark: bool = False
) -> dict[str, Any]:
    """Add a ring around the town chosen to a figure already drawn, which stays as it was.

    `figure`: a figure's dictionary; `place`: rows of PLACES, of one town.
    """
    if len(place):
        place = in_view(place.head(1).dropna(subset=["latitude", "longitude"]), figure)
    if place.empty:
        return dict(figure)
    x, y = points(place)
    # Twice at the same place: a wide ring of the ground, and the ring itself upon it.
    ground = shown(GROUND, on_dark=on_dark)
    ring = {
        "type": "scatter",
        "x": [*x.tolist()] * 2,
        "y": [*y.tolist()] * 2,
        "mode": "markers",
        "marker": {
            "symbol": "circle-open",
            "color": [ground, TARGET],
            "size": 24,
            "line": {"width": [6, 3]},
        },
        "hovertext": [words.place(row) for row in place.to_dict("records")] * 2,
        "hoverinfo": "text",
        "name": words.CHOSEN,
    }
    return {**figure, "data": [*figure["data"], ring]}


# The three maps of the page


def centres_map_figure(places: pd.DataFrame, *, territory: Territory) -> go.Figure:
    """Draw every place with the mark of its state; takes PLACES of `queries.coverage`."""
    made = base_map(territory)
    # The first of the legend are drawn last, above the others.
    for state in reversed(State):
        rows = places[places["state"] == state]
        if rows.empty:
            continue
        add_marks(
            made,
            rows,
            STATE_MARKS[state],
            name=words.state(state),
            say=words.place,
            scale=mark_scale(territory),
        )
    add_names(made, places, open_names(places))
    return made


def drawn_catchment(place: pd.DataFrame, centres: pd.DataFrame, near: pd.DataFrame) -> go.Figure:
    """Draw a town among the open centres, framed on its nearest; the town itself is for a ring.

    Takes PLACES of one town, OPEN_CENTRES, and NEAREST of `queries.town_sheet`; those beyond an
    ocean are left out, and the town's department is then the frame.
    """
    kept = near[near["km"] <= words.FAR_KM].set_index("town_code")
    shown = centres[centres["town_code"].isin(kept.index)].drop_duplicates("town_code")
    where = place[place["latitude"].notna()].head(1)
    code = place["department_code"].iloc[0] if len(place) else ""
    if len(shown) and len(where) and code not in insets():
        x, y = points(pd.concat([where, shown]))
        box = _around((x.min(), y.min(), x.max(), y.max()), _AROUND)
    else:
        box = framed(Territory(Level.DEPARTMENT, code)) if code else FRAME
    made = base_map(Territory(), view=box)

    def say(row: Mapping[Any, Any]) -> str:
        near_by = row["town_code"] in kept.index
        km = f"<br>{words.km(kept.loc[row['town_code'], 'km'])}" if near_by else ""
        return f"<b>{words.town(row)}</b>{km}"

    # Then the others in the frame, whose surroundings are drawn: the nearest are named first.
    others = ~centres["town_code"].isin([*kept.index, *place["town_code"]])
    beside = centres[others].drop_duplicates("town_code")
    marked = pd.concat([shown, beside[_in_box(beside, box)]])
    mark, name = STATE_MARKS[State.OPEN], words.state(State.OPEN)
    add_marks(made, marked, mark, name=name, say=say, scale=_CLOSER)
    return made


def _in_box(rows: pd.DataFrame, box: Box) -> np.ndarray:
    """Tell which rows lie in a box of the plane."""
    x, y = points(rows)
    x0, y0, x1, y1 = box
    return (x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)


def territories_map_figure(
    areas: pd.DataFrame,
    *,
    grain: Grain,
    by_share: bool,
    within: str,
    territory: Territory,
) -> go.Figure:
    """Fill regions or departments by class, hatched where there is nothing to count.

    Takes BY_TERRITORY of `queries.coverage`: the share of inhabitants covered, or centres per
    million. `within` says the radius in the hovers.
    """
    made = base_map(territory, hatches=False)
    every = outlines(grain)
    which = area_classes(areas, grain=grain, by_share=by_share)
    labels = words.classes(breaks(grain, by_share=by_share), is_share=by_share)
    colours = class_colours(len(labels))
    fills = [
        {"name": label, "fillcolor": colour} for label, colour in zip(labels, colours, strict=True)
    ]
    for place, fill in [*enumerate(fills), (-1, {"name": words.NONE, **hatching()})]:
        chosen = set(areas.loc[which == place, "code"])
        codes = tuple(code for code in every if code in chosen)
        _areas(made, grain, codes, line={"color": MUTED, "width": 0.8}, **fill)
    _answering(made, areas[areas["code"].isin(every)], grain=grain, within=within)
    return made


def area_classes(areas: pd.DataFrame, *, grain: Grain, by_share: bool) -> np.ndarray:
    """Give the class of each row (n,), 0 to 4, and -1 where there is nothing to count."""
    values = areas["share" if by_share else "per_million"].fillna(0).to_numpy()
    parted = np.searchsorted(breaks(grain, by_share=by_share), values, side="right")
    return np.where(values > 0, parted, -1)


def _answering(made: go.Figure, areas: pd.DataFrame, *, grain: Grain, within: str) -> None:
    """Lay unseen areas over the drawing: each has the words and takes the click, wherever it is.

    What is drawn cannot: Plotly tells of a filled line which trace it is, never which of its areas.
    """
    unseen = {"marker": {"opacity": 0}}
    made.add_choropleth(
        geojson=contours_address(grain),
        locations=areas["code"].to_numpy(),
        z=np.zeros(len(areas)),
        showscale=False,
        **unseen,
        selected=unseen,
        unselected=unseen,
        customdata=[[code] for code in areas["code"]],
        hovertext=[words.area(row, within) for row in areas.to_dict("records")],
        hoverinfo="text",
    )
    # The same part of the plane as the drawing's axes, in the pretended degrees of `contours`.
    (x0, x1), (y0, y1) = made.layout.xaxis.range, made.layout.yaxis.range
    (left, low), (right, high) = pretended(x0, y0), pretended(x1, y1)
    made.update_geos(
        visible=False,
        bgcolor="rgba(0, 0, 0, 0)",
        projection_type="equirectangular",
        lonaxis_range=[left, right],
        lataxis_range=[low, high],
    )


def far_towns_map_figure(
    distances: pd.DataFrame,
    *,
    radius_km: float,
    territory: Territory,
) -> go.Figure:
    """Draw the ACV towns by how far they are from an open centre, the farthest on top.

    Takes DISTANCES of `queries.coverage`; `radius_km` parts the classes of `km`.
    """
    made = base_map(territory)
    which = distance_class(distances, radius_km)
    labels = words.distance_classes(distance_edges(radius_km))
    for place, (label, mark) in enumerate(zip(labels, distance_marks(), strict=True)):
        rows = distances[which == place]
        if rows.empty:
            continue
        scale = mark_scale(territory)
        add_marks(made, rows, mark, name=label, say=words.distance, scale=scale)
    far = farthest(distances)
    said = (f"{typeset(row['town'])}, {words.km(row['km'])}" for row in far.to_dict("records"))
    add_names(made, far, dict(zip(far["town_code"], said, strict=True)))
    return made


def farthest(distances: pd.DataFrame) -> pd.DataFrame:
    """Keep the five towns that are the farthest from a centre, none of them beyond an ocean."""
    return distances[distances["km"] <= words.FAR_KM].nlargest(words.FARTHEST, "km")


def distance_class(distances: pd.DataFrame, radius_km: float) -> np.ndarray:
    """Give the class of each row (n,), 0 to 3; a town without any centre is of the last."""
    km = distances["km"].fillna(np.inf).to_numpy()
    return np.asarray(np.searchsorted(distance_edges(radius_km), km, side="left"))
