"""The coverage drawn: inhabitants by radius, towns by distance."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import DOCUMENTED, MUTED, OPEN, TARGET
from territoires.french import coverage as words
from territoires.french import map as map_words


def reach_figure(radii: pd.DataFrame, *, radius_km: int) -> go.Figure:
    """Draw how many inhabitants each radius would cover, the chosen one marked.

    Takes BY_RADIUS of `queries.coverage`.
    """
    made = theme.figure(height=300, legend=False)
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
    _line(made, words.radius_line(radius_km), x=radius_km)
    made.update_xaxes(title=words.RADIUS_AXIS, dtick=5)
    made.update_yaxes(title=words.PEOPLE_AXIS, range=[0, 1.12 * top], tickformat=",d")
    return made


def distances_figure(distances: pd.DataFrame, *, radius_km: int) -> go.Figure:
    """Draw the distance of each town, nearest first, against the radius.

    Takes DISTANCES of `queries.coverage`; those beyond an ocean are left out, the caption counts
    them.
    """
    made = theme.figure(height=320, legend=False)
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
    _line(made, words.radius_line(radius_km), y=radius_km)
    top = max([1.5 * radius_km, *(1.05 * rows["km"])])
    made.update_xaxes(title=words.RANK_AXIS, rangemode="tozero")
    made.update_yaxes(title=words.KM_AXIS, range=[-0.02 * top, top])
    return made


def _line(made: go.Figure, label: str, *, x: float | None = None, y: float | None = None) -> None:
    """Draw the radius across the figure, with its name."""
    upright = x is not None
    made.add_shape(
        type="line",
        x0=x if upright else 0,
        x1=x if upright else 1,
        y0=0 if upright else y,
        y1=1 if upright else y,
        xref="x" if upright else "paper",
        yref="paper" if upright else "y",
        line={"color": TARGET, "width": 1.5, "dash": "dash"},
    )
    made.add_annotation(
        x=x if upright else 0.01,
        y=0.98 if upright else y,
        xref="x" if upright else "paper",
        yref="paper" if upright else "y",
        text=label,
        showarrow=False,
        xanchor="left",
        yanchor="top" if upright else "bottom",
        xshift=5 if upright else 0,
        font={"color": TARGET, "size": 12},
        bgcolor="rgba(0, 0, 0, 0)",
        bordercolor=MUTED,
        borderwidth=0,
    )
