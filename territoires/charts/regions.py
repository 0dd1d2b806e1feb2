"""Regions and departments, drawn: dots against the median, small burn-ups, slopes."""

from datetime import date
from math import ceil
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from territoires.charts import theme
from territoires.charts.palette import DOCUMENTED, GROUND, MUTED, OPEN, TARGET
from territoires.domain.comparison import BAND, OF_TARGETS, SHARES, Indicator, Per
from territoires.french import regions as words
from territoires.french.numbers import number, percent

_BAND_FILL = "rgba(133, 142, 154, 0.08)"
_ROW = 30  # pixels
_COLUMNS = 3
_LETTER, _TELEPHONE = 6.5, 250  # pixels: a letter, and what a telephone leaves beside the names
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_PANEL = 13  # letters: a third of a telephone


def comparison_figure(
    compared: pd.DataFrame, *, indicator: Indicator, per: Per, chosen: str = ""
) -> go.Figure:
    """Draw a dot for each territory that is not at zero, against the median of all.

    Takes COMPARED of `queries.regions`; `chosen` is the territory set apart. A share has the band
    of ten points around its median.
    """
    shown = compared[(compared["rate"] > 0) | (compared["territory"] == chosen)].dropna(
        subset=["rate"]
    )
    rows = shown.to_dict("records")
    made = theme.figure(height=90 + _ROW * max(len(rows), 1))
    labels = [words.label(row, indicator, per) for row in rows]
    top = max([1e-9, *shown["rate"], *shown["high"].dropna()]) / (1 - _room(labels))
    median = compared["median"].iloc[0] if len(compared) else float("nan")
    for place, row in enumerate(rows):
        _line(made, place, 0, row["rate"], line={"color": theme.GRID, "width": 2})
    _median(made, median, indicator, per)
    few = [(place, row) for place, row in enumerate(rows) if row["high"] == row["high"]]
    for place, row in few:  # a rate of few cases: what it may be worth
        _line(made, place, row["low"], row["high"], line={"color": OPEN, "width": 7}, opacity=0.25)
    is_chosen = (shown["territory"] == chosen).to_numpy()
    made.add_scatter(
        x=shown["rate"].to_numpy(),
        y=[-place for place in range(len(rows))],
        mode="markers+text",
        marker={
            "color": DOCUMENTED if indicator is Indicator.LABELLED else OPEN,
            "symbol": ["diamond" if each else "circle" for each in is_chosen],
            "size": [15 if each else 12 for each in is_chosen],
            "line": {"color": GROUND, "width": 1},
            "opacity": 1,  # Plotly fades marks of several sizes
        },
        text=[f"  {label}" for label in labels],
        textposition="middle right" if not few else "top right",
        hovertext=[words.hover(row, indicator, per) for row in rows],
        hoverinfo="text",
        cliponaxis=False,
    )
    made.update_xaxes(
        range=[0, top],
        showgrid=True,
        gridcolor=theme.GRID,
        nticks=5,
        **_marks(top, indicator, per),
        zeroline=True,
        zerolinecolor=theme.GRID,
    )
    made.update_yaxes(
        range=[0.6 - max(len(rows), 1), 1.2],
        tickvals=[-place for place in range(len(rows))],
        ticktext=[
            f"<b>{words.wrapped(row['name'])}</b>" if each else words.wrapped(row["name"])
            for row, each in zip(rows, is_chosen, strict=True)
        ],
        showgrid=False,
    )
    return made


def _line(made: go.Figure, place: int, start: float, end: float, **style: Any) -> None:
    """Draw a line along a row, under its mark."""
    made.add_shape(type="line", x0=start, x1=end, y0=-place, y1=-place, layer="below", **style)


def _marks(top: float, indicator: Indicator, per: Per) -> dict[str, Any]:
    """Choose the marks of an axis: shares, whole numbers, or rates as they come."""
    if indicator in SHARES:
        return _percents(top)
    return {} if per is Per.MILLION else theme.whole(top)


def _percents(top: float) -> dict[str, list[Any]]:
    """Give the marks of an axis of shares: plotly knows no space before a percent sign."""
    step = next((step for step in _STEPS if top <= 5 * step), _STEPS[-1])
    marks = [step * rank for rank in range(int(min(top, 1) / step) + 1)]
    return {"tickvals": marks, "ticktext": [percent(mark) for mark in marks]}


def _room(labels: list[str]) -> float:
    """Give the share of the width that the longest label takes on a telephone."""
    longest = max(map(len, labels), default=0)
    return min(_LETTER * (longest + 3) / _TELEPHONE, 0.65)


def _median(made: go.Figure, median: float, indicator: Indicator, per: Per) -> None:
    if median != median or not median:  # noqa: PLR0124 - NaN: nothing to compare; zero is said
        return
    if indicator in SHARES - OF_TARGETS:
        made.add_vrect(
            x0=max(median - BAND, 0),
            x1=median + BAND,
            fillcolor=_BAND_FILL,
            line_width=0,
            layer="below",
        )
    made.add_vline(x=median, line={"color": MUTED, "width": 2, "dash": "dash"})
    made.add_annotation(
        x=median,
        y=1,
        yref="paper",
        text=words.median_label(median, indicator, per),
        showarrow=False,
        xanchor="left",
        xshift=6,
        yanchor="top",
        font={"size": 13},
    )


def burn_ups_figure(burn_ups: pd.DataFrame) -> go.Figure:
    """Draw the staircase of each territory on the same axes, three in a row.

    Takes BURN_UPS of `queries.regions`, in the order in which it names them.
    """
    names = list(dict.fromkeys(burn_ups["name"]))
    lines = max(ceil(len(names) / _COLUMNS), 1)
    height = 60 + 150 * lines
    made = make_subplots(
        rows=lines,
        cols=_COLUMNS,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=min(64 / height, 1 / max(lines - 1, 1)),
        figure=theme.figure(height=height),
    )
    made.update_layout(margin={"t": 44})
    top = max([2.0, *burn_ups["open_at_most"]])
    for place, name in enumerate(names):
        at = {"row": place // _COLUMNS + 1, "col": place % _COLUMNS + 1}
        data = burn_ups[burn_ups["name"] == name]
        days = data["day"].to_numpy()
        flat = {"shape": "hv", "width": 0}
        made.add_scatter(
            x=days, y=data["open"].to_numpy(), mode="lines", line=flat, hoverinfo="skip", **at
        )
        made.add_scatter(
            x=days,
            y=data["open_at_most"].to_numpy(),
            mode="lines",
            # The pale ground alone would not be seen on a dark page.
            line={"shape": "hv", "color": OPEN, "width": 1},
            fill="tonexty",
            fillcolor=theme.BAND,
            hoverinfo="skip",
            **at,
        )
        made.add_scatter(
            x=days,
            y=data["open"].to_numpy(),
            mode="lines",
            line={"shape": "hv", "color": OPEN, "width": 2},
            hovertext=[
                words.step_hover(name, row.day.date(), row.open, row.open_at_most)
                for row in data.itertuples()
            ],
            hoverinfo="text",
            **at,
        )
        made.add_annotation(
            x=0,
            y=1,
            xref="x domain",
            yref="y domain",
            text=f"{words.wrapped(name, _PANEL)} <b>{number(data['open'].iloc[-1])}</b>",
            align="left",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 12},
            **at,
        )
    made.update_xaxes(showgrid=False, nticks=3, tickformat="%Y", fixedrange=True, type="date")
    made.update_yaxes(range=[0, top * 1.1], nticks=3, fixedrange=True, tickformat=theme.COUNTS)
    return made


def slopes_figure(slopes: pd.DataFrame, *, since: date, as_of: date) -> go.Figure:
    """Draw one line for all the territories that moved alike between two days.

    Takes SLOPES of `queries.regions`. Rising lines are full, flat ones thin, falling ones dashed.
    """
    top = max([1, *slopes["before"], *slopes["after"]])
    # Two lines are written at each count.
    made = theme.figure(height=min(max(420, 60 * (top + 1)), 1000))
    groups = [
        (int(before), int(after), list(rows["name"]))
        for (before, after), rows in slopes.groupby(["before", "after"], sort=True)
    ]
    for before, after, names in groups:
        colour, dash, width = _slope_style(before, after)
        made.add_scatter(
            x=[0, 1],
            y=[before, after],
            mode="lines+markers",
            line={"color": colour, "width": width, "dash": dash},
            marker={"color": colour, "size": 9},
            hovertext=words.slope_hover(names, before, after),
            hoverinfo="text",
            cliponaxis=False,
        )
    _ends(made, groups)
    for place, day in enumerate((since, as_of)):
        made.add_annotation(
            x=place,
            y=1,
            yref="paper",
            text=f"{day:%d/%m/%Y}",
            showarrow=False,
            xanchor="left" if place == 0 else "center",
            xshift=-16 if place == 0 else 0,
            font={"size": 12},
        )
    made.update_xaxes(range=[-0.18, 2.7], visible=False)
    made.update_yaxes(range=[-0.09 * top, 1.14 * top], visible=False)
    return made


def _slope_style(before: int, after: int) -> tuple[str, str, float]:
    if after > before:
        return OPEN, "solid", 3
    return (MUTED, "solid", 1.5) if after == before else (TARGET, "dash", 3)


def _ends(made: go.Figure, groups: list[tuple[int, int, list[str]]]) -> None:
    """Write the counts at both ends, and at the right who ends there."""
    for before in sorted({before for before, _, _ in groups}):
        made.add_annotation(
            x=0, y=before, text=number(before), showarrow=False, xanchor="right", xshift=-10
        )
    for after in sorted({after for _, after, _ in groups}):
        names = [name for _, end, listed in groups if end == after for name in listed]
        made.add_annotation(
            x=1,
            y=after,
            text=f"<b>{number(after)}</b>\u2002{words.slope_names(names)}",
            showarrow=False,
            xanchor="left",
            xshift=10,
            align="left",
        )
