"""The stages of one town, drawn: a line each, from the first day possible to the last."""

from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from territoires.charts import curves, svg
from territoires.charts.palette import DOCUMENTED, GRID, MUTED, OPEN
from territoires.domain.dates import PartialDate
from territoires.domain.programme import CLOSINGS, StageKind
from territoires.domain.worlds import Span
from territoires.french import dates
from territoires.french import town as words

ROW: Final = 42.0  # pixels: a line of text, the bar under it
_TEXT, _BAR = 14.0, 26.0  # from the top of a row to the foot of its text, to its bar
_FOOT: Final = 26.0  # the days
_LABEL: Final = 80  # pixels: a month and its year, and the next
_EDGE: Final = 8.0
_MARK: Final = 5.5  # radius
_SIZE: Final = 13.0  # pixels: of texts
_LEAST: Final = timedelta(days=540)
_EVERY: Final = (3, 6, 12, 24, 60, 120)  # months between two ticks

# Green for what is open, blue for what is only labelled, as on every page; the words say the rest.
MARKS: Final = (
    dict.fromkeys(StageKind, ("circle", MUTED))
    | dict.fromkeys(CLOSINGS, ("x", MUTED))
    | {
        StageKind.SELECTED: ("circle", DOCUMENTED),
        StageKind.AGREEMENT: ("square", DOCUMENTED),
        StageKind.OPENED: ("circle", OPEN),
        StageKind.INAUGURATED: ("diamond", OPEN),
    }
)


def timeline_svg(  # noqa: PLR0913 - the series of one figure
    stages: pd.DataFrame,
    bounds: pd.DataFrame,
    announced: pd.DataFrame,
    *,
    as_of: date,
    label: str,
    width: int,
) -> str:
    """Draw one row per stage: full when its date is retained, hollow when it competes.

    Takes STAGES of `queries.town_sheet`; what nothing bounds is dotted up to the chosen day. The
    first possible days follow, BOUNDS of `queries.bounds`, hollow when they narrow nothing, then
    what was announced, ANNOUNCEMENTS of `queries.announcements`, always hollow. `label` says the
    picture; `width` is in pixels: texts keep their size.
    """
    rows = stages.to_dict("records")
    limits = bounds.to_dict("records")
    spans = [_span(row, as_of) for row in rows]
    days = [pd.Timestamp(row["first_day"]).date() for row in limits]
    promises = announced.to_dict("records")
    planned = [_planned(row) for row in promises]
    every = [*spans, *(Span(first=day, last=day) for day in days), *planned]
    start, end = _window(every, as_of)
    foot = ROW * max(len(every), 1)

    x = curves.days(start, end, _EDGE, width - _EDGE)
    drawn = [
        svg.line([(x(day), 0), (x(day), foot)], GRID)
        + svg.text(x(day), foot + 17, dates.month(day), anchor="middle")
        for day in _ticks(start, end, most=width // _LABEL)
        if _LABEL / 2 <= x(day) <= width - _LABEL / 2
    ]
    if start <= as_of <= end:
        drawn.append(svg.line([(x(as_of), 0), (x(as_of), foot)], MUTED, stroke_dasharray="2 3"))
    for place, (row, span) in enumerate(zip(rows, spans, strict=True)):
        drawn.append(_row(row, x(span.first), x(span.last), top=place * ROW))
    for place, (row, day) in enumerate(zip(limits, days, strict=True), start=len(rows)):
        drawn.append(_limit(row, x(day), top=place * ROW))
    after = len(rows) + len(limits)
    for place, (row, span) in enumerate(zip(promises, planned, strict=True), start=after):
        drawn.append(_promise(row, x(span.first), x(span.last), top=place * ROW))
    named = [*map(words.bar_label, rows), *map(words.limit_label, limits)]
    named += map(words.promise_label, promises)
    drawn += [_named(name, place * ROW, width=width) for place, name in enumerate(named)]
    return svg.picture("".join(drawn), box=(0, 0, width, foot + _FOOT), label=label)


def _span(row: dict[str, Any], as_of: date) -> Span:
    first, last = pd.Timestamp(row["first_day"]).date(), row["last_day"]
    known = date.max if last is pd.NaT else pd.Timestamp(last).date()
    return Span(first=first, last=known if known != date.max else max(as_of, first))


def _window(spans: list[Span], as_of: date) -> tuple[date, date]:
    """Frame the stages, with room for what is written beside them."""
    first = min((span.first for span in spans), default=as_of)
    last = max((span.last for span in spans), default=as_of)
    margin = max((last - first) * 0.12, timedelta(days=30), (_LEAST - (last - first)) / 2)
    return first - margin, last + margin


def _ticks(start: date, end: date, *, most: int) -> list[date]:
    """Choose first days of months, as near to each other as their names allow."""
    years = range(start.year, end.year + 1)
    firsts = [date(year, month, 1) for year in years for month in range(1, 13)]
    within = [day for day in firsts if start <= day <= end]
    ticks: list[date] = []
    for every in _EVERY:
        ticks = [day for day in within if (12 * day.year + day.month - 1) % every == 0]
        if len(ticks) <= most:
            break
    return ticks


def _row(row: dict[str, Any], first: float, last: float, *, top: float) -> str:
    symbol, colour = MARKS[StageKind(str(row["kind"]))]
    is_retained, is_bounded = bool(row["retained"]), row["last_day"] is not pd.NaT
    bar = top + _BAR
    marks = ""
    if last > first:
        dash = None if is_retained and is_bounded else "3 3"
        marks += svg.line(
            [(first, bar), (last, bar)], colour, 6 if is_retained else 2, stroke_dasharray=dash
        )
    drawn = symbol if is_retained or symbol == "x" else f"{symbol}-open"
    marks += "".join(svg.mark(drawn, at, bar, _MARK, colour) for at in sorted({first, last}))
    return svg.told(marks, svg.plain(words.bar_hover(row)))


def _limit(row: dict[str, Any], at: float, *, top: float) -> str:
    """Mark the first day on which a stage can have happened: it points to what is possible."""
    _, colour = MARKS[StageKind(str(row["kind"]))]
    narrows = row["believed"] and not row["contradicted"]
    symbol = "triangle-right" if narrows else "triangle-right-open"
    mark = svg.mark(symbol, at, top + _BAR, _MARK, colour)
    return svg.told(mark, svg.plain(words.limit_hover(row)))


def _planned(row: dict[str, Any]) -> Span:
    said = PartialDate.parse(str(row["announced_for"]))
    return Span(first=said.first or date.max, last=said.last or date.max)


def _promise(row: dict[str, Any], first: float, last: float, *, top: float) -> str:
    """Mark for when an opening was announced: hollow, since nothing was reached."""
    symbol, colour = MARKS[StageKind.OPENED]
    bar = top + _BAR
    marks = svg.line([(first, bar), (last, bar)], colour, 2, stroke_dasharray="3 3")
    ends = sorted({first, last})
    marks += "".join(svg.mark(f"{symbol}-open", at, bar, _MARK, colour) for at in ends)
    return svg.told(marks, svg.plain(words.promise_hover(row)))


def _named(label: tuple[str, str], top: float, *, width: float) -> str:
    """Write a row's name over its bar, smaller where it is longer than the picture is wide."""
    kind, on = label
    long = svg.extent(kind, 1, bold=True) + svg.extent(on, 1)
    size = round(min(_SIZE, (width - 2 * _EDGE) / long), 1)
    said = svg.tag("tspan", svg.escaped(kind), font_weight=700) + svg.escaped(on)
    return svg.tag("text", said, x=_EDGE, y=top + _TEXT, font_size=size, fill=svg.TEXT)
