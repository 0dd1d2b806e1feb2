"""The coverage drawn: inhabitants by radius, towns by distance."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import DOCUMENTED, OPEN, TARGET
from territoires.french import coverage as words
from territoires.french import map as map_words


def reach_figure(radii: pd.DataFrame) -> go.Figure:
    """Draw how many inhabitants each radius would cover; `with_radius` marks the chosen one.

    Takes BY_RADIUS of `queries.coverage`.
    """
    made = theme.figure(height=300)
    made.add_scatter(
        x=radii["radius_km"].to_numpy(),
        y=radii["inhabitants"].to_numpy(),
        mode="lines+markers",
        line={"color": OPEN, "width": 3},
        marker={"color": OPEN, "size": 7},
        hovertext=[words.radius_hover(row) for row in radii.to_dict("records")],
        hoverinfo="text",
    )
    top = max([1.0, *radii["inhabitants"]])
    made.update_xaxes(title=words.RADIUS_AXIS, tickformat=theme.COUNTS, dtick=5)
    made.update_yaxes(title=words.PEOPLE_AXIS, range=[0, 1.12 * top], **theme.whole(top))
    return made


def distances_figure(distances: pd.DataFrame, *, radius_km: int) -> go.Figure:
    """Draw the distance of each town, nearest first, against the radius.

    Takes DISTANCES of `queries.coverage`; those beyond an ocean are left out, the caption counts
    them.
    """
    made = theme.figure(height=320)
    rows = distances[distances["km"] <= map_words.FAR_KM].iloc[::-1]
    near = (rows["km"] <= radius_km).to_numpy()
    made.add_scatter(
        x=np.arange(1, len(rows) + 1),
        y=rows["km"].to_numpy(),
        mode="markers",
        marker={
            "size": 6,
            "color": np.where(near, OPEN, DOCUMENTED).tolist(),
            "symbol": np.where(near, "circle", "triangle-up").tolist(),
        },
        hovertext=[map_words.distance(row) for row in rows.to_dict("records")],
        hoverinfo="text",
    )
    line, label = _line(words.radius_line(radius_km), y=radius_km)
    made.add_shape(line)
    made.add_annotation(label)
    top = max([1.5 * radius_km, *(1.05 * rows["km"])])
    made.update_xaxes(title=words.RANK_AXIS, rangemode="tozero", **theme.whole(len(rows)))
    made.update_yaxes(title=words.KM_AXIS, range=[-0.02 * top, top])
    return made


def with_radius(figure: Mapping[str, Any], radius_km: int) -> dict[str, Any]:
    """Mark a radius on the figure of `reach_figure`, already drawn, which stays as it was."""
    line, label = _line(words.radius_line(radius_km), x=radius_km)
    return {**figure, "layout": {**figure["layout"], "shapes": [line], "annotations": [label]}}


def _line(
    text: str, *, x: float | None = None, y: float | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the line of a radius across a figure, and its name."""
    line: dict[str, Any] = {
        "type": "line",
        "line": {"color": TARGET, "width": 1.5, "dash": "dash"},
    }
    label: dict[str, Any] = {
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "font": {"color": TARGET, "size": 12},
    }
    if x is not None:
        line |= {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
        label |= {"x": x, "y": 0.98, "yref": "paper", "yanchor": "top", "xshift": 5}
    else:
        line |= {"x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y}
        label |= {"x": 0.01, "xref": "paper", "y": y, "yanchor": "bottom"}
    return line, label
