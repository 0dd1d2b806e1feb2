"""Where to open next, drawn: the towns of the list on the map, and what each one adds."""

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import svg
from territoires.charts.bars import Bar, Part, bars_svg
from territoires.charts.map import REACH, Mark, add_marks, base_map, discs, in_view, points
from territoires.charts.outlines import packed
from territoires.charts.palette import OPEN, SEQUENTIAL, TARGET
from territoires.domain.geometry import Floats
from territoires.domain.rollout import State
from territoires.domain.scope import Territory
from territoires.french import map as map_words
from territoires.french import siting as words
from territoires.french.numbers import NBSP, percent, rounded
from territoires.french.places import typeset

PLANNED: Final = Mark(symbol="circle-open", colour=TARGET, size=17)
_SMALL: Final = Mark(symbol="circle-open", colour=TARGET, size=9)
_CENTRE: Final = Mark(symbol="circle", colour=OPEN, size=8)
_PLANNED_REACH: Final = "rgba(200, 101, 26, 0.16)"
_NUMBERS_UP_TO: Final = 30  # beyond, the ranks would hide one another
_TELEPHONE: Final = 358  # pixels: where marks are the nearest to one another
_STEPS: Final = 400
_STUCK: Final = 0.1  # of what is missing


def plan_map_figure(
    plan: pd.DataFrame,
    *,
    centres: pd.DataFrame,
    radius_km: float,
    territory: Territory,
) -> go.Figure:
    """Draw the towns of the list with their ranks and reach, beside the centres already open.

    Takes PLAN of `queries.siting` and OPEN_CENTRES of `queries.coverage`; `radius_km` in a
    straight line. A mark that would lie on another stands beside its town, at the end of a line.
    """
    made = base_map(territory)
    centres = in_view(centres, made.to_plotly_json())
    _reach(made, centres, radius_km, line=OPEN, fill=REACH)
    _reach(made, plan, radius_km, line=TARGET, fill=_PLANNED_REACH)
    add_marks(
        made,
        centres,
        _CENTRE,
        name=map_words.state(State.OPEN),
        say=lambda row: f"<b>{map_words.town(row)}</b><br>{map_words.state(State.OPEN)}",
    )
    mark = PLANNED if len(plan) <= _NUMBERS_UP_TO else _SMALL
    x, y = points(plan)
    x0, x1 = made.layout.xaxis.range
    pixel = (x1 - x0) / _TELEPHONE
    away_x, away_y = apart(
        np.column_stack([x, y]),
        np.column_stack(points(centres)),
        between=(mark.size + 2) * pixel,
        beyond=(mark.size + _CENTRE.size) / 2 * pixel,
    ).T
    gap = np.full(len(plan), np.nan)
    made.add_scatter(
        x=np.column_stack([x, away_x, gap]).ravel(),
        y=np.column_stack([y, away_y, gap]).ravel(),
        mode="lines",
        line={"color": SEQUENTIAL[-1], "width": 1.2},  # of a theme's ink: circles lie under it
        hoverinfo="skip",
    )
    add_marks(
        made,
        plan,
        mark,
        name=words.PLANNED,
        say=map_words.planned,
        at=(away_x, away_y),
    )
    if len(plan) <= _NUMBERS_UP_TO:
        made.add_scatter(
            x=away_x,
            y=away_y,
            mode="text",
            text=[f"<b>{rank}</b>" for rank in plan["rank"]],
            textfont={"size": 10},
            hoverinfo="skip",
        )
    return made


def apart(places: Floats, others: Floats, *, between: float, beyond: float) -> Floats:
    """Move places (n, 2) as little as it takes for any two to be `between` away from one another.

    They also keep `beyond` from `others` (m, 2), which stay. Each pair pushes itself apart, over
    and over; two at one place part by their order.
    """
    moved = places.astype(np.float64)
    turn = np.linspace(0, 2 * np.pi, max(len(moved), 1), endpoint=False)[: len(moved)]
    ways = np.column_stack([np.cos(turn + 1), np.sin(turn + 1)])
    # Less than anyone would see, and enough for two at one place to know which way to go.
    moved = moved + 1e-6 * between * ways
    for _ in range(_STEPS):
        pushed, near = _pushes(moved, moved, between)
        held, nearer = _pushes(moved, others, beyond)
        step, missing = pushed / 2 + held, np.maximum(near, nearer)
        if not missing.any():
            break
        # Between two that push against one another, each goes its own way.
        is_stuck = np.hypot(*step.T) < _STUCK * missing
        moved += np.where(is_stuck[:, None], missing[:, None] * ways, step)
    return moved


def _pushes(places: Floats, others: Floats, least: float) -> tuple[Floats, Floats]:
    """Say how each place must go to be `least` from the others, were they to stay, and how far."""
    way = places[:, None, :] - others[None, :, :]
    far = np.hypot(way[..., 0], way[..., 1])
    # A little more than is missing: what comes nearer and nearer never arrives.
    missing = np.where((far > 0) & (far < least), 1.02 * least - far, 0.0)
    pushed: Floats = (way * (missing / np.where(far > 0, far, 1.0))[..., None]).sum(axis=1)
    return pushed, missing.max(axis=1, initial=0.0)


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
    )


def gains_svg(plan: pd.DataFrame, *, sheet: str, label: str, width: float) -> str:
    """Draw what each town adds, in the order of the list, and the share covered once it is open.

    Takes PLAN of `queries.siting`. `sheet` is the address of a town's sheet, less its code.
    """
    bars = [
        Bar(
            name=f"{row['rank']}.{NBSP}{typeset(row['town'])}",
            parts=[Part(value=row["marginal"], colour=TARGET)],
            end=rounded(row["marginal"]),
            after="" if row["share"] is None else percent(row["share"], 1),
            said=svg.plain(map_words.planned(row)),
            href=f"{sheet}{row['town_code']}",
        )
        for row in plan.to_dict("records")
    ]
    return bars_svg(bars, width=width, label=label, after=words.COVERED_AFTER)
