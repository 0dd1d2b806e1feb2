"""The stages of one town, drawn: a bar each, from the first day possible to the last."""

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import DOCUMENTED, MUTED, OPEN, PUBLISHED, TARGET
from territoires.domain.programme import StageKind
from territoires.domain.worlds import Span
from territoires.french import town as words

ROW = 46  # pixels: a line of text, the bar under it
_ROOM = 64  # pixels: the axis and its labels
_LEAST = timedelta(days=540)

# The symbol tells the kinds apart without their colour; the label says it in full.
MARKS = {
    StageKind.APPLICATION: ("circle", MUTED),
    StageKind.SELECTED: ("star", PUBLISHED),
    StageKind.AGREEMENT: ("square", PUBLISHED),
    StageKind.OPENED: ("diamond", OPEN),
    StageKind.INAUGURATED: ("pentagon", DOCUMENTED),
    StageKind.SUSPENDED: ("triangle-down", TARGET),
    StageKind.CLOSED: ("x", TARGET),
    StageKind.ABANDONED: ("cross", TARGET),
}


def timeline_figure(stages: pd.DataFrame, bounds: pd.DataFrame, *, as_of: date) -> go.Figure:
    """Draw one row per stage: full when its date is retained, hollow when it competes.

    Takes STAGES of `queries.town_sheet`; what nothing bounds is dotted up to the chosen day. The
    first possible days follow, BOUNDS of `queries.bounds`, hollow when they narrow nothing.
    """
    rows, limits = stages.to_dict("records"), bounds.to_dict("records")
    height = max(len(rows) + len(limits), 1)
    made = theme.figure(height=_ROOM + ROW * height, legend=False)
    spans = [_span(row, as_of) for row in rows]
    days = [pd.Timestamp(row["first_day"]).date() for row in limits]
    start, end = _window([*spans, *(Span(first=day, last=day) for day in days)], as_of)
    for place, (row, span) in enumerate(zip(rows, spans, strict=True)):
        _bar(made, row, span, y=-place)
    for place, (row, day) in enumerate(zip(limits, days, strict=True), start=len(rows)):
        _limit(made, row, day, y=-place)
    for place in range(height):
        made.add_shape(
            type="line",
            x0=0,
            x1=1,
            xref="paper",
            y0=-place,
            y1=-place,
            line={"color": theme.GRID, "width": 1},
            layer="below",
        )
    if start <= as_of <= end:
        made.add_vline(x=as_of.isoformat(), line={"color": MUTED, "width": 1, "dash": "dot"})
    made.update_xaxes(
        range=[start.isoformat(), end.isoformat()],
        type="date",
        showgrid=True,
        gridcolor=theme.GRID,
        nticks=8,
    )
    made.update_yaxes(range=[0.5 - height, 0.75], visible=False)
    return made


def _span(row: dict[str, object], as_of: date) -> Span:
    first, last = pd.Timestamp(row["first_day"]).date(), row["last_day"]
    known = date.max if last is pd.NaT else pd.Timestamp(last).date()
    return Span(first=first, last=known if known != date.max else max(as_of, first))


def _window(spans: list[Span], as_of: date) -> tuple[date, date]:
    """Frame the stages, with room for what is written beside them."""
    first = min((span.first for span in spans), default=as_of)
    last = max((span.last for span in spans), default=as_of)
    margin = max((last - first) * 0.12, timedelta(days=30), (_LEAST - (last - first)) / 2)
    return first - margin, last + margin


def _bar(made: go.Figure, row: dict[str, object], span: Span, *, y: float) -> None:
    symbol, colour = MARKS[StageKind(str(row["kind"]))]
    is_retained, is_bounded = bool(row["retained"]), row["last_day"] is not pd.NaT
    is_day = span.first == span.last
    if not is_day:
        made.add_scatter(
            x=[span.first, span.last],
            y=[y, y],
            mode="lines",
            line={
                "color": colour,
                "width": 7 if is_retained else 2,
                "dash": "solid" if is_bounded else "dot",
            },
            hoverinfo="skip",
        )
    days = [span.first] if is_day else [span.first, span.last]
    hover = words.bar_hover(row, _told(row, span))
    _marks(made, days, symbol, colour, hover, y=y, is_full=is_retained)
    _label(
        made,
        words.bar_label(
            str(row["kind"]), str(row["happened_on"]), str(row["basis"]), is_retained=is_retained
        ),
        y=y,
    )


def _limit(made: go.Figure, row: dict[str, object], day: date, *, y: float) -> None:
    """Mark the first day on which a stage can have happened: it points to what is possible."""
    _, colour = MARKS[StageKind(str(row["kind"]))]
    narrows = bool(row["believed"]) and not row["contradicted"]
    _marks(made, [day], "triangle-right", colour, words.limit_hover(row), y=y, is_full=narrows)
    _label(made, words.limit_label(row), y=y)


def _marks(  # noqa: PLR0913 - what a mark is
    made: go.Figure,
    days: list[date],
    symbol: str,
    colour: str,
    hover: str,
    *,
    y: float,
    is_full: bool,
) -> None:
    made.add_scatter(
        x=days,
        y=[y] * len(days),
        mode="markers",
        marker={
            "symbol": symbol if is_full else f"{symbol}-open",
            "color": colour,
            "size": 13,
            "line": {"color": colour, "width": 0 if is_full else 2},
        },
        hovertext=hover,
        hoverinfo="text",
        cliponaxis=False,
    )


def _label(made: go.Figure, text: str, *, y: float) -> None:
    # At the left edge of its row: beside its mark, it would not fit a telephone.
    made.add_annotation(
        x=0,
        xref="paper",
        y=y,
        yshift=18,
        xanchor="left",
        text=text,
        showarrow=False,
        font={"size": 13},
    )


def _told(row: dict[str, object], span: Span) -> Span:
    return span if row["last_day"] is not pd.NaT else Span(first=span.first, last=date.max)
