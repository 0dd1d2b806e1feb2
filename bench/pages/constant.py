"""Constant data for the bare page, of the sizes of the front page: nothing is computed in a run.

`tests/unit/test_bench.py` compares the two pages: when the front page gains an element, a point or
a line, it says which number to change here or which element to add to `bare_front.py`.
"""

from itertools import cycle, islice
from typing import Any

import pandas as pd
import plotly.graph_objects as go

_DAYS = [f"{year}-{month:02}-01T00:00:00" for year in range(2019, 2027) for month in range(1, 13)]
_GREY = "rgba(133, 142, 154, 0.25)"
_WORDS = "Constant text of a bare page, as long as what it is compared with. "


def text(length: int) -> str:
    """Give a text of that many characters."""
    return "".join(islice(cycle(_WORDS), length))


def _scatter(points: int, hover: int, **options: Any) -> go.Scatter:
    return go.Scatter(
        x=_DAYS[:points],
        y=list(range(points)),
        hovertext=[text(hover) for _ in range(points)] if hover else None,
        hoverinfo="text",
        **options,
    )


def _staircase() -> go.Figure:
    """Make a figure with the traces of the burn-up: nine, of up to fifteen points."""
    line, markers = {"shape": "hv", "width": 3, "color": "#2f69d6"}, {"color": "#2f69d6", "size": 7}
    made = go.Figure(
        [
            _scatter(14, 0, mode="lines", line=line, showlegend=False),
            _scatter(14, 0, mode="lines", line=line, fill="tonexty", name=text(40)),
            _scatter(14, 130, mode="lines", line=line, name=text(20)),
            _scatter(15, 130, mode="markers", marker=markers, showlegend=False),
            _scatter(2, 20, mode="lines", line=line, name=text(8)),
            _scatter(4, 160, mode="markers", marker=markers, name=text(14)),
            _scatter(1, 185, mode="markers", marker=markers, name=text(24)),
            _scatter(10, 190, mode="markers", marker=markers, name=text(22)),
            _scatter(1, 80, mode="markers+text", marker=markers, text=["<b>15</b>"]),
        ]
    )
    for day in _DAYS[:11]:
        made.add_shape(
            type="line",
            x0=day,
            x1=day,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": _GREY, "width": 1, "dash": "dot"},
            layer="below",
        )
    made.add_annotation(x=_DAYS[40], y=10, text="<b>100</b>", showarrow=False)
    return _dressed(made, height=440)


def _dressed(made: go.Figure, *, height: int) -> go.Figure:
    made.update_layout(
        template=None,
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top"},
        hovermode="closest",
        hoverlabel={"align": "left"},
    )
    made.update_xaxes(showgrid=False, automargin=True, fixedrange=True, type="date")
    return made.update_yaxes(gridcolor=_GREY, zeroline=False, automargin=True, fixedrange=True)


def _bars() -> go.Figure:
    """Make a figure with the traces of the quarters: eight bars and a line."""
    made = go.Figure(
        [
            go.Bar(x=_DAYS[:3], y=[1, 2, 3], hovertext=[text(110)] * 3, name=text(17)),
            go.Bar(
                x=_DAYS[:5],
                y=[1, 2, 3, 4, 5],
                text=["<b>1</b>"] * 5,
                textposition="outside",
                hovertext=[text(150)] * 5,
                marker={"color": _GREY, "pattern": {"shape": "/", "size": 7}},
                name=text(19),
            ),
            _scatter(2, 90, mode="lines", line={"dash": "dash", "width": 2}, name=text(44)),
        ]
    )
    return _dressed(made, height=360).update_layout(barmode="overlay")


STAIRCASE = _staircase()
BARS = _bars()
ONE_LINE = go.Figure(_scatter(60, 0, mode="lines"))
ROWS = pd.DataFrame(
    {f"column {number}": [text(16 + row) for row in range(5)] for number in range(5)}
)
