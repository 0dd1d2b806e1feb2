"""The mark of a figure whose data are made up: it stays on the picture that one keeps of it."""

import plotly.graph_objects as go

from territoires.charts.palette import TARGET
from territoires.french.demonstration import DEMO


def mark(figure: go.Figure) -> go.Figure:
    """Write across the top of a figure that its data are made up; gives the same figure."""
    figure.add_annotation(
        text=f"<b>{DEMO}</b>",
        xref="paper",
        yref="paper",
        x=1,
        y=1,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": TARGET},
    )
    top = figure.layout.margin.t or 0
    figure.update_layout(margin_t=max(top, 28))
    return figure
