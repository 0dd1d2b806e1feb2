"""Where to open next, drawn: the towns of the list on the map, and what each one adds."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.map import STATE_MARKS, Mark, add_marks, base_map, discs, in_view, points
from territoires.charts.outlines import packed
from territoires.charts.palette import DOCUMENTED, MUTED, OPEN
from territoires.domain.rollout import State
from territoires.domain.scope import Territory
from territoires.french import map as map_words
from territoires.french import siting as words

PLANNED = Mark(symbol="circle", colour=DOCUMENTED, size=19)
_OPEN_REACH = "rgba(29, 159, 99, 0.22)"
_PLANNED_REACH = "rgba(47, 105, 214, 0.18)"
_NUMBERS_UP_TO = 30  # beyond, the ranks would hide one another


def plan_map_figure(
    plan: pd.DataFrame,
    *,
    centres: pd.DataFrame,
    radius_km: float,
    territory: Territory,
    department: str = "",
) -> go.Figure:
    """Draw the towns of the list with their ranks and reach, beside the centres already open.

    Takes PLAN of `queries.siting` and OPEN_CENTRES of `queries.coverage`; `radius_km` in a
    straight line.
    """
    made = base_map(territory, department=department)
    centres = in_view(centres, made.to_plotly_json())
    _reach(made, centres, radius_km, line=OPEN, fill=_OPEN_REACH)
    _reach(made, plan, radius_km, line=DOCUMENTED, fill=_PLANNED_REACH)
    hovers = [f"<b>{map_words.town(row)}</b>" for row in centres.to_dict("records")]
    add_marks(
        made,
        centres,
        STATE_MARKS[State.OPEN],
        name=map_words.state(State.OPEN),
        hovers=[f"{hover}<br>{map_words.state(State.OPEN)}" for hover in hovers],
    )
    add_marks(
        made,
        plan,
        PLANNED,
        name=words.PLANNED,
        hovers=[map_words.planned(row) for row in plan.to_dict("records")],
    )
    x, y = points(plan)
    shown = (plan["rank"] <= _NUMBERS_UP_TO).to_numpy()
    made.add_scatter(
        x=x[shown],
        y=y[shown],
        mode="text",
        text=[f"<b>{rank}</b>" for rank in plan.loc[shown, "rank"]],
        textfont={"size": 11, "color": "#ffffff"},
        hoverinfo="skip",
        showlegend=False,
    )
    return made


def _reach(made: go.Figure, rows: pd.DataFrame, radius_km: float, *, line: str, fill: str) -> None:
    x, y = discs(rows, radius_km)
    made.add_scatter(
        x=packed(x),
        y=packed(y),
        mode="lines",
        line={"color": line, "width": 0.8},
        fill="toself",
        fillcolor=fill,
        hoverinfo="skip",
        showlegend=False,
    )


def gains_figure(plan: pd.DataFrame) -> go.Figure:
    """Draw what each town adds, in the order of the list: where the curve flattens is the elbow.

    Takes PLAN of `queries.siting`.
    """
    made = theme.figure(height=320, legend=False)
    made.add_scatter(
        x=plan["rank"].to_numpy(),
        y=plan["marginal"].to_numpy(),
        mode="lines+markers",
        line={"color": DOCUMENTED, "width": 3},
        marker={"color": DOCUMENTED, "size": 9},
        hovertext=[map_words.planned(row) for row in plan.to_dict("records")],
        hoverinfo="text",
    )
    top = max([1.0, *plan["marginal"]])
    last = max(len(plan), 1)
    made.update_xaxes(
        title=words.RANK_AXIS,
        range=[0.5, last + 0.5],
        tickformat=theme.COUNTS,
        dtick=max(1, int(np.ceil(last / 10))),
    )
    made.update_yaxes(title=words.GAIN_AXIS, range=[0, 1.08 * top], **theme.whole(top))
    if len(plan):
        mean = float(plan["marginal"].mean())
        made.add_shape(
            type="line",
            x0=0,
            x1=1,
            xref="paper",
            y0=mean,
            y1=mean,
            line={"color": MUTED, "width": 1, "dash": "dot"},
            layer="below",
        )
        made.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            y=mean,
            yanchor="bottom",
            text=words.mean(mean),
            showarrow=False,
            font={"size": 11},
        )
    return made
