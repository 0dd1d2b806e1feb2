"""The rollout, drawn: the staircase against the target, and the openings of each quarter."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import DOCUMENTED, GROUND, MUTED, PUBLISHED, TARGET
from territoires.domain.programme import NEVER_LATEST, PROGRAMME_START
from territoires.french import charts as words
from territoires.french.numbers import number

_DAY_MS = 86_400_000
_QUARTER_DAYS = 91
_TALLEST = 30.0
_LARGE = 19  # the size from which bold text may have the contrast of a mark
_YEAR = timedelta(days=365)
_MARGIN = timedelta(days=60)
_OPEN_CENTRES = "open_centres"


def burn_up_figure(  # noqa: PLR0913 - the series of one figure
    steps: pd.DataFrame,
    *,
    openings: pd.DataFrame,
    targets: pd.DataFrame,
    published: pd.DataFrame,
    events: pd.DataFrame,
    as_of: date,
) -> go.Figure:
    """Draw the documented openings as a staircase with the band of what is possible.

    Takes the frames STEPS, OPENINGS, TARGETS, PUBLISHED and EVENTS of `queries.rollout`.
    """
    made = theme.figure(height=440)
    last_day = _last_day(targets, as_of)
    _band(made, steps, as_of)
    _staircase(made, steps, as_of)
    _opened_towns(made, openings, steps)
    _targets(made, targets)
    _events(made, events)
    _chosen_day(made, steps, as_of)
    _published(made, published, steps)  # above the chosen day: the two may agree
    _deadline(made, targets)
    made.update_layout(legend={"traceorder": "normal"})
    made.update_xaxes(range=[PROGRAMME_START - timedelta(days=100), last_day + _MARGIN])
    top = max(
        [
            10.0,
            *(1.08 * targets["value"]),
            *(1.2 * steps["open_at_most"]),
            *(1.2 * _totals(published)["value"]),
        ]
    )
    made.update_yaxes(range=[-0.03 * top, top], title=words.CENTRES, **theme.whole(top))
    return made


def _last_day(targets: pd.DataFrame, as_of: date) -> date:
    deadlines: list[date] = [deadline.date() for deadline in targets["deadline"]]
    return max([as_of, PROGRAMME_START + _YEAR, *deadlines])


def _extended(steps: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Lead the last step to the chosen day."""
    if steps.empty:
        return steps
    last = steps.iloc[[-1]].assign(day=pd.Timestamp(as_of))
    return pd.concat([steps, last], ignore_index=True)


def _band(made: go.Figure, steps: pd.DataFrame, as_of: date) -> None:
    data = _extended(steps, as_of)
    line = {"shape": "hv", "width": 0}
    made.add_scatter(
        x=data["day"].to_numpy(),
        y=data["open"].to_numpy(),
        line=line,
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )
    made.add_scatter(
        x=data["day"].to_numpy(),
        y=data["open_at_most"].to_numpy(),
        # The pale ground alone would not be seen on a dark page.
        line={"shape": "hv", "color": DOCUMENTED, "width": 1},
        mode="lines",
        fill="tonexty",
        fillcolor=theme.BAND,
        hoverinfo="skip",
        name=words.BAND,
        showlegend=bool((data["open_at_most"] > data["open"]).any()),
    )


def _staircase(made: go.Figure, steps: pd.DataFrame, as_of: date) -> None:
    data = _extended(steps, as_of)
    made.add_scatter(
        x=data["day"].to_numpy(),
        y=data["open"].to_numpy(),
        line={"shape": "hv", "color": DOCUMENTED, "width": 3},
        mode="lines",
        name=words.DOCUMENTED,
        hovertext=[
            words.step(row.day.date(), row.open, row.open_at_most) for row in data.itertuples()
        ],
        hoverinfo="text",
    )


def _opened_towns(made: go.Figure, openings: pd.DataFrame, steps: pd.DataFrame) -> None:
    """Put each opening on its own step, whatever has closed since."""
    opened = openings[openings["certain"]].sort_values(["last_day", "town"])
    reached = steps.groupby("day")["open"].last().reindex(opened["last_day"], method="ffill")
    to_come = opened.groupby("last_day").cumcount(ascending=False)
    made.add_scatter(
        x=opened["last_day"].to_numpy(),
        y=reached.to_numpy() - to_come.to_numpy(),
        mode="markers",
        marker={"color": DOCUMENTED, "size": 7},
        hovertext=[words.opening(row) for row in opened.to_dict("records")],
        hoverinfo="text",
        showlegend=False,
    )


def _targets(made: go.Figure, targets: pd.DataFrame) -> None:
    for row in targets.itertuples():
        made.add_scatter(
            x=[row.starts_on, row.deadline],
            y=[0, row.value],
            mode="lines",
            line={"color": TARGET, "dash": "dash", "width": 2 if row.in_force else 1},
            name=words.TARGET if row.in_force else words.FORMER_TARGET,
            hovertext=words.target(row.value, row.deadline.date()),
            hoverinfo="text",
        )


def _totals(published: pd.DataFrame) -> pd.DataFrame:
    return published[published["indicator"] == _OPEN_CENTRES]


def _published(made: go.Figure, published: pd.DataFrame, steps: pd.DataFrame) -> None:
    totals = _totals(published)
    never = totals["qualifier"].isin([str(qualifier) for qualifier in NEVER_LATEST])
    for rows, name, symbol in (
        (totals[~never], words.PUBLISHED, "diamond"),
        (totals[never], words.DISPUTED, "x-thin-open"),
    ):
        if rows.empty:
            continue
        made.add_scatter(
            x=rows["last_day"].to_numpy(),
            y=rows["value"].to_numpy(),
            mode="markers+text",
            text=[f"\u00a0{words.reserved(row)}" for row in rows.to_dict("records")],
            textposition=[_beside(row, steps) for row in rows.to_dict("records")],
            cliponaxis=False,
            marker={
                "color": PUBLISHED,
                "size": 11,
                "symbol": symbol,
                "line": {"width": 2, "color": PUBLISHED},
            },
            name=name,
            hovertext=[words.published(row) for row in rows.to_dict("records")],
            hoverinfo="text",
        )


def _beside(row: dict[str, Any], steps: pd.DataFrame) -> str:
    """Choose where to write a total: under its point where the staircase lies beside it."""
    reached = steps.loc[steps["day"] <= row["last_day"], "open_at_most"]
    is_clear = reached.empty or row["value"] > reached.iloc[-1]
    return "middle right" if is_clear else "bottom right"


def _events(made: go.Figure, events: pd.DataFrame) -> None:
    if events.empty:
        return
    made.add_scatter(
        x=events["first_day"].to_numpy(),
        y=np.zeros(len(events)),
        mode="markers",
        marker={
            "color": MUTED,
            "size": 10,
            "symbol": "triangle-up",
            "line": {"color": GROUND, "width": 1},
        },
        name=words.EVENTS,
        hovertext=[words.event(row) for row in events.to_dict("records")],
        hoverinfo="text",
    )
    for day in events["first_day"]:
        made.add_shape(
            type="line",
            x0=day,
            x1=day,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": theme.GRID, "width": 1, "dash": "dot"},
            layer="below",
        )


def _chosen_day(made: go.Figure, steps: pd.DataFrame, as_of: date) -> None:
    now_open = int(steps["open"].iloc[-1]) if len(steps) else 0
    at_most = int(steps["open_at_most"].iloc[-1]) if len(steps) else 0
    made.add_scatter(
        x=[as_of],
        y=[now_open],
        mode="markers+text",
        marker={"color": DOCUMENTED, "size": 13, "line": {"color": GROUND, "width": 2}},
        text=[f"<b>{number(now_open)}</b>"],
        # On the left: at the end of the axis a telephone has no room on the right.
        textposition="top left",
        textfont={"size": _LARGE, "color": DOCUMENTED},
        name=words.CHOSEN_DAY,
        hovertext=words.step(as_of, now_open, at_most),
        hoverinfo="text",
        showlegend=False,
        cliponaxis=False,
    )


def _deadline(made: go.Figure, targets: pd.DataFrame) -> None:
    for row in targets[targets["in_force"]].itertuples():
        made.add_shape(
            type="line",
            x0=row.deadline,
            x1=row.deadline,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": TARGET, "width": 1},
            layer="below",
        )
        made.add_annotation(
            x=row.deadline,
            y=row.value,
            text=f"<b>{number(row.value)}</b>",
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            xshift=-4,
            font={"color": TARGET, "size": _LARGE},
        )
        made.add_annotation(
            x=row.deadline,
            y=0.3,
            yref="paper",
            text=words.DEADLINE,
            showarrow=False,
            xanchor="right",  # at the end of the axis a telephone has no room on the right
            xshift=-4,
            font={"size": 11},
        )


def quarters_figure(
    quarters: pd.DataFrame, *, targets: pd.DataFrame, as_of: date, required: float | None
) -> go.Figure:
    """Draw a bar for each quarter that is known, and a hatched one for each interval that is not.

    Takes QUARTERS and TARGETS of `queries.rollout`; `required` is the pace per quarter needed from
    `as_of` to the deadline, None once it is past: the pace of the original plan is drawn then.
    """
    made = theme.figure(height=360)
    known = quarters[quarters["known"]]
    unknown = quarters[~quarters["known"]]
    rows = max(len(unknown), 1)
    split = 0.55
    made.update_layout(
        yaxis={"domain": [1 - split + 0.02, 1], "title": words.OPENINGS, "rangemode": "tozero"},
        yaxis2={
            "domain": [0, 1 - split - 0.1],
            "range": [-0.6, rows - 0.4],
            "visible": False,
            "fixedrange": True,
        },
        barmode="overlay",
    )
    made.add_bar(
        x=(known["first_quarter"] + pd.Timedelta(days=_QUARTER_DAYS // 2)).to_numpy(),
        y=known["openings"].to_numpy(),
        width=_QUARTER_DAYS * _DAY_MS * 0.85,
        marker={"color": DOCUMENTED},
        name=words.KNOWN_QUARTER,
        hovertext=_quarter_hovers(known),
        hoverinfo="text",
    )
    made.add_bar(
        orientation="h",
        base=unknown["first_quarter"].to_numpy(),
        x=_widths(unknown),
        y=np.arange(len(unknown))[::-1],
        yaxis="y2",
        width=0.7,
        marker={
            "color": "rgba(47, 105, 214, 0.12)",
            "pattern": {"shape": "/", "fgcolor": DOCUMENTED, "size": 7},
            "line": {"color": DOCUMENTED, "width": 1},
        },
        text=[f"<b>{number(count)}</b>" for count in unknown["openings"]],
        textposition="outside",
        textfont={"size": 13},
        cliponaxis=False,
        name=words.UNKNOWN_QUARTER,
        hovertext=_quarter_hovers(unknown),
        hoverinfo="text",
    )
    top = max([2.0, *(1.2 * known["openings"])])
    top = max(top, _pace(made, targets, as_of=as_of, required=required))
    made.update_layout(yaxis={"range": [0, top], **theme.whole(top)})
    made.update_xaxes(
        range=[PROGRAMME_START - timedelta(days=100), _last_day(targets, as_of) + _MARGIN],
        type="date",
    )
    return made


def _quarter_hovers(rows: pd.DataFrame) -> list[str]:
    return [
        words.quarter_openings(row.first_quarter.date(), row.last_quarter.date(), row.openings)
        for row in rows.itertuples()
    ]


def _widths(rows: pd.DataFrame) -> list[float]:
    """Give the length of each interval in milliseconds, its last quarter included."""
    days = (rows["last_quarter"] - rows["first_quarter"]).dt.days + _QUARTER_DAYS
    return [float(number) * _DAY_MS for number in days]


def _pace(made: go.Figure, targets: pd.DataFrame, *, as_of: date, required: float | None) -> float:
    """Draw the pace line and give the height that it needs."""
    in_force = targets[targets["in_force"]]
    if in_force.empty:
        return 0.0
    target = in_force.iloc[-1]
    if required is None:
        days = (target["deadline"] - target["starts_on"]).days
        start, value, label = target["starts_on"], target["value"] / days * 91.3125, words.PLANNED
    else:
        start, value, label = pd.Timestamp(as_of), required, words.REQUIRED
    # Close to the deadline the pace needed runs off any scale: the legend says it then.
    drawn = min(value, _TALLEST)
    made.add_scatter(
        x=[start, target["deadline"]],
        y=[drawn, drawn],
        mode="lines",
        line={"color": TARGET, "dash": "dash", "width": 2},
        name=words.pace(label, value),
        hovertext=words.pace(label, value),
        hoverinfo="text",
    )
    return float(1.15 * drawn)
