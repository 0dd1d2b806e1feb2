"""The mark of a figure whose data are made up: it stays on the picture that one keeps of it."""

import plotly.graph_objects as go

from territoires.charts.palette import TARGET
from territoires.french.demonstration import DEMO

_ROOM = 28  # pixels


def mark(figure: go.Figure) -> go.Figure:
    """Write above a figure that its data are made up; gives the same figure."""
    top = figure.layout.margin.t or 0
    figure.update_layout(
        title={
            "text": f"<b>{DEMO}</b>",
            "font": {"size": 12, "color": TARGET},
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 6, "r": 8},
        },
        margin_t=max(top, _ROOM),
    )
    return figure
