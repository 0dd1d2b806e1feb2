"""One house style, so that no chart chooses a colour or a margin twice."""

from typing import Any

import plotly.graph_objects as go

GRID = "rgba(133, 142, 154, 0.25)"
NARROW = 8
COUNTS = ",d"
_FEW = 6  # up to which Plotly might mark halves


def figure(*, height: int, legend: bool = False, **layout: Any) -> go.Figure:
    """Make an empty figure in the house style; colours of text and ground come from the page."""
    made = go.Figure()
    made.update_layout(
        # The default template weighs 7 kB a figure; Streamlit's theme is applied without it.
        template=None,
        height=height,
        margin={"l": NARROW, "r": NARROW, "t": NARROW, "b": NARROW},
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top"},
        hovermode="closest",
        hoverlabel={"align": "left"},
        **layout,
    )
    made.update_xaxes(showgrid=False, automargin=True, fixedrange=True)
    made.update_yaxes(gridcolor=GRID, zeroline=False, automargin=True, fixedrange=True)
    return made


def whole(top: float) -> dict[str, Any]:
    """Mark an axis of what one counts, which reaches `top`: by whole numbers, never a half."""
    return {"tickformat": COUNTS, "dtick": 1 if top <= _FEW else None}
