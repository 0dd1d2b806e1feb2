"""The rollout, drawn: the staircase against the target, each opening, the openings by quarter."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from territoires.charts import svg
from territoires.charts.bars import HATCHED
from territoires.charts.curves import (
    FIRST_DAY,
    WIDE,
    Scale,
    believed,
    days,
    levels,
    linear,
    name_of_area,
    points,
    possible,
    years,
)
from territoires.charts.palette import GRID, GROUND, MUTED, OPEN, PUBLISHED, TARGET
from territoires.domain.programme import NEVER_LATEST, PROGRAMME_START
from territoires.domain.rollout import YEAR
from territoires.french import charts as words
from territoires.french import home
from territoires.french.numbers import number, plural
from territoires.french.places import typeset

_QUARTER: Final = timedelta(days=91)
_TALLEST: Final = 30.0  # of a pace, in openings
_MARGIN = timedelta(days=60)
_PARTS: Final = 40  # of the planned path, which words keep clear of
_HEIGHT: Final = 340
_FOOT: Final = 58.0  # the years, and the strip of the events under them
_HEAD: Final = 26.0  # above the highest value
_EVENT: Final = 8.5  # radius
_ROW: Final = 24.0
_LEFT: Final = 34.0
_BARS: Final = 210.0  # the foot of the bars by quarter
_UNDER: Final = 246.0  # the first interval, under the years
_INTERVAL: Final = 18.0
_SURE: Final[dict[str, Any]] = {"colour": OPEN, "width": 11}
_UNSURE: Final = _SURE | {"stroke_dasharray": HATCHED}
_PACE: Final[dict[str, Any]] = {"colour": TARGET, "width": 2, "stroke_dasharray": "6 5"}
_NAMES: Final = {True: 190.0, False: 158.0}


def burn_up_svg(  # noqa: PLR0913 - the series of one figure
    steps: pd.DataFrame,
    *,
    bands: pd.DataFrame,
    openings: pd.DataFrame,
    targets: pd.DataFrame,
    announced: pd.DataFrame,
    events: pd.DataFrame,
    as_of: date,
    label: str,
    width: int,
) -> str:
    """Draw the documented openings as a staircase with the band of what is possible.

    Takes the frames STEPS, OPENINGS, TARGETS, ANNOUNCED and EVENTS of `queries.rollout`, and BANDS
    of `queries.reconciliation`: what is possible for whoever believes the totals. `label` says the
    picture; `width` is that of the page, in pixels: texts keep their size.
    """
    is_wide = width >= WIDE
    right = 136.0 if is_wide else 14.0
    most = announced["most"].replace(np.inf, np.nan).fillna(announced["least"])
    top = max(
        [
            10.0,
            *targets["value"],
            *(1.2 * steps["open_at_most"]),
            *(1.1 * most),
            *bands["most"].dropna(),
        ]
    )
    x = days(FIRST_DAY, _last_day(targets, as_of), _LEFT, width - right)
    foot = _HEIGHT - _FOOT
    y = linear(0, top, foot, _HEAD)
    room = svg.Room((0, 0, width, foot - 2))
    drawn = [
        levels(y, top, _LEFT, width - right),
        years(x, foot, _last_day(targets, as_of), is_wide=is_wide),
        _events(events, x, foot, width),
        believed(bands, x, y, as_of),
        possible(steps, x, y, x(as_of)),
        _targets(targets, x, y, room, is_wide=is_wide),
        _staircase(steps, openings, x, y, as_of, room),
        _now(steps, x, y, as_of, room, is_wide=is_wide),
        _announced(announced, x, y, room),
        name_of_area(bands, x, y, as_of, room, home.BELIEVED),
    ]
    return svg.picture("".join(drawn), box=(0, 0, width, _HEIGHT), label=label)


def _last_day(targets: pd.DataFrame, as_of: date) -> date:
    deadlines: list[date] = [deadline.date() for deadline in targets["deadline"]]
    return max([as_of, PROGRAMME_START + YEAR, *deadlines])


def _events(events: pd.DataFrame, x: Scale, foot: float, width: int) -> str:
    """Number the events under the axis, in their order, each as near its day as there is room."""
    places = [max(x(day), _EVENT + 1) for day in events["first_day"]]
    for rank in range(1, len(places)):
        places[rank] = max(places[rank], places[rank - 1] + 2 * _EVENT + 2)
    for rank in reversed(range(len(places))):
        limit = width - _EVENT - 1 - (len(places) - 1 - rank) * (2 * _EVENT + 2)
        places[rank] = min(places[rank], limit)
    height = foot + 40
    return "".join(
        svg.told(
            svg.mark("circle-open", place, height, _EVENT, MUTED, stroke_width=1)
            + svg.text(place, height + 4, str(rank), size=11, anchor="middle"),
            home.event(row),
        )
        for rank, (place, row) in enumerate(
            zip(places, events.to_dict("records"), strict=True), start=1
        )
    )


def _staircase(  # noqa: PLR0913, PLR0917 - a series on its scales
    steps: pd.DataFrame, openings: pd.DataFrame, x: Scale, y: Scale, as_of: date, room: svg.Room
) -> str:
    """Draw the staircase, each opening on its own step, whatever has closed since."""
    corners = svg.stairs(points(steps, "open", x, y), x(as_of))
    for (x0, y0), (x1, y1) in pairwise(corners):
        room.take(min(x0, x1), min(y0, y1) - 3, abs(x1 - x0), abs(y1 - y0) + 6)
    opened = openings[openings["certain"] & openings["last_day"].notna()]
    opened = opened.sort_values("last_day", kind="stable")
    reached = steps.groupby("day")["open"].last().reindex(opened["last_day"], method="ffill")
    levels = reached.to_numpy() - opened.groupby("last_day").cumcount(ascending=False).to_numpy()
    dots = "".join(
        svg.told(svg.mark("circle", x(row["last_day"]), y(level), 4, OPEN), home.opened(row))
        for row, level in zip(opened.to_dict("records"), levels.tolist(), strict=True)
    )
    return svg.line(corners, OPEN, 3, stroke_linejoin="round") + dots


def _targets(targets: pd.DataFrame, x: Scale, y: Scale, room: svg.Room, *, is_wide: bool) -> str:
    drawn = []
    for row in targets.sort_values("in_force", ascending=False).to_dict("records"):
        start, end = (x(row["starts_on"]), y(0)), (x(row["deadline"]), y(row["value"]))
        in_force = bool(row["in_force"])
        said = home.objective(row["value"], row["deadline"].date(), in_force=in_force)
        dash = {"stroke_dasharray": "6 5" if in_force else "2 4"}
        drawn += [
            svg.line([start, end], TARGET, 2 if in_force else 1, **dash),
            svg.told(svg.mark("circle", *end, 4.5, TARGET), said),
        ]
        if in_force:
            drawn.append(svg.line([end, (end[0], y(0))], TARGET))
            room.take(end[0] - 1, end[1], 2, y(0) - end[1])
        room.take(end[0] - 6, end[1] - 6, 12, 12)
        for part in np.linspace(0, 0.94, _PARTS):
            at, level = start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
            room.take(at - 3, level - 3, 6, 6)
        beside = [(end[0] - 12, end[1] + 4, "end"), (end[0] + 12, end[1] + 4, "start")]
        above = [(end[0] + far, end[1] - 11, "middle") for far in (0, 40, -40, 80, -80)]
        drawn.append(room.write(said, [*beside, *above] if is_wide else above, bold=in_force))
    return "".join(drawn)


def _announced(announced: pd.DataFrame, x: Scale, y: Scale, room: svg.Room) -> str:
    """Draw each published total with all that it may mean, from its least to its most."""
    drawn, rows = [], announced.to_dict("records")
    never = {str(qualifier) for qualifier in NEVER_LATEST}
    for row in rows:
        room.take(x(row["last_day"]) - 6, y(row["least"]) - 6, 12, 12)
    for row in reversed(rows):  # the latest has the first choice of a place
        at, low = x(row["last_day"]), y(row["least"])
        is_disputed = row["qualifier"] in never
        if row["most"] > row["least"]:
            high = max(y(min(row["most"], 1e9)), 6.0) if np.isfinite(row["most"]) else low - 22
            marks = _bracket(at, low, high, is_open=not np.isfinite(row["most"]))
            room.take(at - 6, high - 4, 12, low - high + 8)
            if np.isfinite(row["most"]) and np.isnan(row["share_of"]):
                marks += svg.mark("diamond", at, y(row["value"]), 4.5, PUBLISHED)
        else:
            high = low
            symbol = "x" if is_disputed else "diamond"
            marks = svg.mark(symbol, at, low, 4.5, PUBLISHED)
        middle = (low + high) / 2
        beside = [(at - 11, middle + 4, "end"), (at + 11, middle + 4, "start")]
        if row["share_of"] != row["share_of"]:  # a total, no share: its words are short
            beside.reverse()
        places = [*beside, *svg.around(at, middle, 11, 12)]
        bold = row is rows[-1]
        full, brief = home.of_total(row, is_disputed=is_disputed)
        drawn.append(
            svg.told(marks, svg.plain(words.published(row)))
            + (room.write(full, places, bold=bold) or room.write(brief, places, bold=bold))
        )
    return "".join(drawn)


def _bracket(at: float, low: float, high: float, *, is_open: bool) -> str:
    head = [(at - 5, high + 6), (at, high), (at + 5, high + 6)]
    ends = head if is_open else [(at - 5, high), (at + 5, high)]
    return (
        svg.line([(at, low), (at, high)], PUBLISHED, 2.5)
        + svg.line([(at - 5, low), (at + 5, low)], PUBLISHED, 2.5)
        + svg.line(ends, PUBLISHED, 2.5)
    )


def _now(  # noqa: PLR0913 - a series on its scales
    steps: pd.DataFrame, x: Scale, y: Scale, as_of: date, room: svg.Room, *, is_wide: bool
) -> str:
    value = int(steps["open"].iloc[-1]) if len(steps) else 0
    at, level = x(as_of), y(value)
    said = f"{number(value)} {plural(value, home.DOCUMENTED)}"
    places = [(at, level - 12, "end"), *svg.around(at, level, 12, 14)]
    if is_wide:
        places.insert(0, (at + 12, level + 5, "start"))
    return svg.mark("circle", at, level, 6, OPEN, stroke=GROUND, stroke_width=2) + room.write(
        said, places, size=14, bold=True
    )


def openings_svg(
    openings: pd.DataFrame,
    *,
    targets: pd.DataFrame,
    sheet: str,
    label: str,
    width: int,
) -> str:
    """Draw a line per opening, from the first to the last day on which it may have happened.

    Takes OPENINGS and TARGETS of `queries.rollout`, the openings of a date; the earliest on top.
    `sheet` is the address of a town's sheet less its code.
    """
    names = _NAMES[width >= WIDE]
    rows = openings[openings["last_day"].notna()].sort_values(["last_day", "first_day"])
    known = [day.date() for day in (*rows["last_day"], *targets["deadline"])]
    last = max([PROGRAMME_START + YEAR, *known]) + _MARGIN
    x = days(date(PROGRAMME_START.year, 1, 1), last, names, width - 8.0)
    foot = 26 + _ROW * len(rows)
    years = range(PROGRAMME_START.year, last.year + 1)
    drawn = [
        svg.line([(x(date(year, 1, 1)), 20), (x(date(year, 1, 1)), foot)], GRID)
        + svg.text(x(date(year, 1, 1)), 13, str(year), anchor="middle")
        for year in years
        if x(date(year, 1, 1)) < width - 20
    ]
    drawn += [
        svg.line([(x(deadline), 20), (x(deadline), foot)], TARGET)
        for deadline in targets.loc[targets["in_force"], "deadline"]
    ]
    for rank, row in enumerate(rows.to_dict("records")):
        y = 26 + _ROW * (rank + 0.5)
        first, end = x(row["first_day"]), x(row["last_day"])
        if (row["last_day"] - row["first_day"]).days < home.MONTH_DAYS:
            bar = svg.mark("circle", (first + end) / 2, y, 5, OPEN)
        else:
            bar = svg.tag(
                "rect", x=first, y=y - 4, width=end - first, height=8, rx=4, fill=OPEN,
                fill_opacity="0.4",
            ) + svg.line([(end, y - 7), (end, y + 7)], OPEN, 3)  # fmt: skip
        name = svg.text(names - 14, y + 4, typeset(row["town"]), size=13, anchor="end")
        drawn.append(svg.link(name + bar, home.opened(row), f"{sheet}{row['town_code']}"))
    return svg.picture("".join(drawn), box=(0, 0, width, foot + 6), label=label)


def quarters_svg(  # noqa: PLR0913 - the series of one figure
    quarters: pd.DataFrame,
    *,
    targets: pd.DataFrame,
    as_of: date,
    required: float | None,
    label: str,
    width: int,
) -> str:
    """Draw a bar for each quarter that is known, and a hatched one for each interval that is not.

    Takes QUARTERS and TARGETS of `queries.rollout`; `required` is the pace per quarter needed from
    `as_of` to the deadline, None once it is past: the pace of the original plan is drawn then.
    """
    last, right = _last_day(targets, as_of), width - _LEFT
    x = days(FIRST_DAY, last + _QUARTER, _LEFT, right)
    known, unknown = (quarters[quarters["known"] == each] for each in (True, False))
    paces = _paces(targets, as_of, required)
    # Close to the deadline the pace needed runs off any scale: the legend says it then.
    heights = [min(value, _TALLEST) for _, _, value, _ in paces]
    top = max([2.0, *(1.1 * known["openings"]), *(1.15 * height for height in heights)])
    y = linear(0, top, _BARS, _HEAD)
    drawn = [
        svg.text(0, 12, words.OPENINGS),
        levels(y, top, _LEFT, right),
        years(x, _BARS, last, is_wide=width >= WIDE),
        _known(known, x, y),
        _unknown(unknown, x),
    ]
    for (start, end, _, said), height in zip(paces, heights, strict=True):
        line = svg.line([(x(start), y(height)), (x(end), y(height))], **_PACE)
        drawn.append(svg.told(line, said))
    legend = [
        *([(words.KNOWN_QUARTER, _SURE)] if len(known) else []),
        *([(words.UNKNOWN_QUARTER, _UNSURE)] if len(unknown) else []),
        *((said, _PACE) for *_, said in paces),
    ]
    foot = _UNDER + _INTERVAL * len(unknown) + 8
    for rank, (said, style) in enumerate(legend):
        left, level = (rank * width / 3, foot) if width >= WIDE else (0.0, foot + _ROW * rank)
        drawn.append(svg.line([(left, level), (left + 22, level)], **style))
        drawn.append(svg.text(left + 30, level + 4, said))
    high = foot + (_ROW if width >= WIDE else _ROW * len(legend))
    return svg.picture("".join(drawn), box=(0, 0, width, high), label=label)


def _known(known: pd.DataFrame, x: Scale, y: Scale) -> str:
    style = _SURE | {"width": 0.85 * (x(FIRST_DAY + _QUARTER) - x(FIRST_DAY))}
    drawn = ""
    for row in known.to_dict("records"):
        at = x(row["first_quarter"] + _QUARTER / 2)
        bar = svg.line([(at, y(0)), (at, y(row["openings"]))], **style)
        drawn += svg.told(bar, svg.plain(words.quarter_openings(row)))
    return drawn


def _unknown(unknown: pd.DataFrame, x: Scale) -> str:
    """Draw each interval from its first quarter to the end of its last, with its count beside."""
    drawn = ""
    for rank, row in enumerate(unknown.to_dict("records")):
        level, end = _UNDER + _INTERVAL * rank, x(row["last_quarter"] + _QUARTER)
        bar = svg.line([(x(row["first_quarter"]), level), (end, level)], **_UNSURE)
        bar += svg.text(end + 6, level + 4, number(row["openings"]), bold=True)
        drawn += svg.told(bar, svg.plain(words.quarter_openings(row)))
    return drawn


def _paces(
    targets: pd.DataFrame, as_of: date, required: float | None
) -> list[tuple[date, date, float, str]]:
    """Give the pace to draw, none without a target: from when to when, how many, what it says."""
    in_force = targets[targets["in_force"]]
    if in_force.empty:
        return []
    target = in_force.iloc[-1]
    if required is not None:
        return [(as_of, target["deadline"], required, words.pace(words.REQUIRED, required))]
    planned = target["value"] / (target["deadline"] - target["starts_on"]).days * 91.3125
    said = words.pace(words.PLANNED, planned)
    return [(target["starts_on"], target["deadline"], planned, said)]
