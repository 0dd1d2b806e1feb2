"""The band of the number truly open, day by day, and the totals that make it."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import MUTED, OPEN, PUBLISHED
from territoires.french import reconciliation as words

_HEIGHT = 420
_RISE = 0.09  # of the height, for an arrow
_FILL = "rgba(149, 94, 175, 0.07)"


def band_figure(bands: pd.DataFrame, totals: pd.DataFrame, *, as_of: date) -> go.Figure:
    """Draw the band over what is certain, and each total with what it means.

    Takes BANDS and TOTALS of `queries.reconciliation`. Where no number fits no band is drawn; a
    total that is not believed is hollow.
    """
    made = theme.figure(height=_HEIGHT)
    for number, run in enumerate(runs(bands, as_of)):
        days, values = zip(*outline(run), strict=True)
        made.add_scatter(
            x=days,
            y=values,
            mode="lines",
            line={"width": 1, "color": PUBLISHED},
            fill="toself",
            fillcolor=_FILL,
            hoverinfo="skip",
            name=words.BAND,
            showlegend=number == 0,
            legendgroup="band",
        )
    made.add_scatter(
        x=bands["day"],
        y=bands["open"],
        mode="lines",
        line={"shape": "hv", "color": OPEN, "width": 3},
        name=words.CERTAIN,
        hovertext=[words.step(row) for row in bands.to_dict("records")],
        hoverinfo="text",
    )
    shown = totals[totals["day"] <= pd.Timestamp(as_of)]
    top = max([1.0, *bands["most"].dropna(), *shown["least"], *shown["most"].dropna()])
    for is_believed, name in words.BELIEFS.items():
        some = shown[shown["is_believed"] == is_believed]
        if some.empty:
            continue
        colour = PUBLISHED if is_believed else MUTED
        _arrows(made, some[some["most"].isna()], top * _RISE, colour)
        rows = some.to_dict("records")
        made.add_scatter(
            x=some["day"],
            y=some["least"],
            mode="markers",
            marker={
                "symbol": "diamond" if is_believed else "diamond-open",
                "color": colour,
                "size": 11,
            },
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (some["most"] - some["least"]).tolist(),
                "arrayminus": [0] * len(some),
                "color": colour,
                "thickness": 1.5,
            },
            name=name,
            hovertext=[f"{words.total(row)}<br>{words.meaning(row)}" for row in rows],
            hoverinfo="text",
        )
    made.update_yaxes(range=[0, top * 1.08], **theme.whole(top))
    made.update_xaxes(type="date", nticks=8)
    return made


def _arrows(made: go.Figure, open_ended: pd.DataFrame, rise: float, colour: str) -> None:
    """Draw over each total that has no most an arrow of one length: nothing ends it."""
    for row in open_ended.itertuples():
        made.add_scatter(
            x=[row.day, row.day],
            y=[row.least, row.least + rise],
            mode="lines+markers",
            line={"color": colour, "width": 1.5},
            marker={
                "symbol": "triangle-up",
                "size": [0, 9],
                "color": colour,
                "opacity": 1,  # which marks of several sizes lose
            },
            hoverinfo="skip",
            showlegend=False,
        )


Span = tuple[date, date, float, float]
"""From a day to a later one: the least, the most."""


def outline(run: Sequence[Span]) -> list[tuple[date, float]]:
    """Go around a run of the band: along its most, then back along its least."""
    most = [(day, most) for start, end, _, most in run for day in (start, end)]
    least = [(day, least) for start, end, least, _ in run for day in (start, end)]
    return [*most, *reversed(least)]


def runs(bands: pd.DataFrame, as_of: date) -> list[list[Span]]:
    """Cut the band where no number fits, or where nothing bounds it from above."""
    rows = [
        (pd.Timestamp(row["day"]).date(), row["least"], row["most"])
        for row in bands.to_dict("records")
    ]
    ends = [day for day, _, _ in rows[1:]] + [as_of]
    runs: list[list[Span]] = [[]]
    for (start, least, most), end in zip(rows, ends, strict=True):
        if pd.isna(least) or pd.isna(most):
            runs.append([])
        else:
            runs[-1].append((start, end, least, most))
    return [run for run in runs if run]
