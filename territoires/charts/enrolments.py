"""Enrolments, drawn: by year and region, by age of the centre, by centre, by field and course."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import svg, theme
from territoires.charts.palette import (
    CATEGORICAL,
    DOCUMENTED,
    GROUND,
    MEANINGS,
    MUTED,
    PUBLISHED,
    TARGET,
)
from territoires.domain.programme import Counted, Qualifier
from territoires.french import enrolments as words
from territoires.french.charts import wrapped
from territoires.french.numbers import number
from territoires.french.places import typeset

_MOST_REGIONS = 5
_ROW = 26
_FRAME = 70
_LONGEST = 40
_LONG_BAR = 0.6  # of the longest
_CHARACTER = 8  # pixels, at most
# Of what was announced, in pixels: a line of text, the foot of its bar, room for its value.
_LINE: Final = 46.0
_BAR: Final = 28.0
_TO_VALUE: Final = 170.0
_OPEN_END: Final = 16.0
_LONGEST_BAR: Final = 640.0


def totals_figure(totals: pd.DataFrame, *, counts: Counted) -> go.Figure:
    """Stack the totals of each academic year by region; what is provisional or partial is hatched.

    Takes TOTALS of `queries.enrolments`; where nothing is shown there is no bar. The regions
    past the fifth share one colour, and none has a colour that means something elsewhere.
    """
    made = theme.figure(height=460, barmode="stack")
    totals = totals[totals["headcount"].notna()]
    heights = totals.groupby("academic_year")["headcount"].sum()
    made.update_yaxes(
        title=words.unit(counts), rangemode="tozero", **theme.whole(max([0, *heights]))
    )
    made.update_xaxes(type="category")
    by_region = (
        totals.groupby("region")["headcount"].sum().sort_values(ascending=False, kind="stable")
    )
    apart = list(by_region.index[:_MOST_REGIONS])
    years = sorted(totals["academic_year"].unique())
    made.update_xaxes(categoryorder="array", categoryarray=years)
    for place, region in enumerate(apart):
        rows = totals[totals["region"] == region]
        _stack(made, rows, typeset(region), CATEGORICAL[len(MEANINGS) + place])
    others = totals[~totals["region"].isin(apart)]
    if len(others):
        _stack(made, _together(others), words.OTHER_REGIONS, MUTED)
    if totals["provisional"].any():
        made.add_bar(
            x=[None],
            y=[None],
            name=words.PROVISIONAL,
            marker={"color": "rgba(0,0,0,0)", "pattern": _hatch(MUTED), "line": _line(MUTED)},
        )
    made.add_scatter(
        x=heights.index.to_numpy(),
        y=heights.to_numpy(),
        mode="text",
        text=[f"<b>{number(height)}</b>" for height in heights],
        textposition="top center",
        textfont={"size": 13},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    return made


def _together(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up regions by year, as if they were one."""
    by_year = rows.groupby("academic_year", as_index=False)
    sums = by_year[["headcount", "centres", "hidden_centres", "expected_centres"]].sum()
    return sums.assign(
        region=words.OTHER_REGIONS,
        counted=rows["counted"].iloc[0],
        provisional=by_year["provisional"].any()["provisional"],
    )


def _stack(made: go.Figure, rows: pd.DataFrame, name: str, colour: str) -> None:
    hatched = rows["provisional"].to_numpy()
    made.add_bar(
        x=rows["academic_year"].to_numpy(),
        y=rows["headcount"].to_numpy(),
        name=name,
        marker={
            "color": colour,
            "pattern": {
                "shape": np.where(hatched, "/", "").tolist(),
                "fgcolor": GROUND,
                "fillmode": "overlay",
                "size": 6,
            },
            "line": {"color": GROUND, "width": 1},
        },
        hovertext=[words.region_total(row) for row in rows.to_dict("records")],
        hoverinfo="text",
    )


def _hatch(colour: str) -> dict[str, Any]:
    return {"shape": "/", "fgcolor": colour, "size": 6}


def _line(colour: str) -> dict[str, Any]:
    return {"color": colour, "width": 1}


def ages_figure(ages: pd.DataFrame, *, counts: Counted) -> go.Figure:
    """Draw a thin line per centre by months since its opening, and the median of the centres.

    Takes AGES of `queries.enrolments`. The median of each twelve months rests on three centres at
    least, each with its last figure of those months.
    """
    made = theme.figure(height=430)
    made.update_layout(legend={"y": -0.24})
    made.update_yaxes(
        title=words.unit(counts), rangemode="tozero", **theme.whole(max([0, *ages["headcount"]]))
    )
    made.update_xaxes(
        title=words.AGE,
        dtick=12,
        tickformat=theme.COUNTS,
        rangemode="tozero",
        showgrid=True,
        gridcolor=theme.GRID,
    )
    made.add_scatter(**_lines(ages), name=words.ONE_CENTRE)
    for is_provisional, (inside, edge) in (
        (False, (DOCUMENTED, GROUND)),
        (True, (GROUND, DOCUMENTED)),
    ):
        rows = ages[ages["provisional"] == is_provisional]
        if len(rows):
            made.add_scatter(
                x=rows["months"].to_numpy(),
                y=rows["headcount"].to_numpy(),
                mode="markers",
                marker={"color": inside, "size": 7, "line": {"color": edge, "width": 1.5}},
                name=words.PROVISIONAL if is_provisional else words.FINAL,
                hovertext=[words.age_point(row) for row in rows.to_dict("records")],
                hoverinfo="text",
            )
    steps = ages.assign(age=(ages["months"] // 12).astype("int64"))
    last = steps.groupby(["age", "town_code"])["headcount"].last().groupby("age")
    medians = last.median()[last.size() >= 3]  # noqa: PLR2004 - fewer make no median
    if len(medians) > 1:
        made.add_scatter(
            x=medians.index.to_numpy() * 12 + 6,
            y=medians.to_numpy(),
            mode="lines+markers",
            line={"color": TARGET, "width": 3},
            marker={
                "size": 10,
                "symbol": "diamond",
                "color": TARGET,
                "line": {"color": GROUND, "width": 1},
            },
            name=words.MEDIAN,
            hovertext=[words.median_point(median) for median in medians],
            hoverinfo="text",
        )
    return made


def _lines(ages: pd.DataFrame) -> dict[str, Any]:
    """Lay every centre's line in one trace, lifted between two centres."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for _, rows in ages.groupby("town_code", sort=False):
        xs += [*rows["months"], None]
        ys += [*rows["headcount"], None]
    return {
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"color": MUTED, "width": 1},
        "hoverinfo": "skip",
    }


def centres_figure(centres: pd.DataFrame, *, counts: Counted) -> go.Figure:
    """Draw the total of each centre, largest first, with the target stated for it.

    Takes CENTRES of `queries.enrolments`; those without a total that can be shown have no bar: the
    page names them.
    """
    rows = centres[centres["publication"] == "shown"]
    rows = rows.sort_values(["headcount", "town"], ascending=[False, True], kind="stable")
    reach = rows[["headcount", "target"]].max(axis=1)
    is_beyond = rows["target"] > rows["headcount"]
    ends = pd.Series([words.centre_end(row) for row in rows.to_dict("records")], rows.index, str)
    height = _FRAME + 70 + 20 * max(len(rows), 3)
    made = theme.figure(height=height)
    _across(made, counts, max([0, *reach.dropna()]))
    made.update_yaxes(autorange="reversed", showgrid=False, ticksuffix=" ", dtick=1)
    made.update_layout(bargap=0.25, legend={"y": -60 / height})
    for name, some in (
        (words.FINAL, rows[~rows["provisional"]]),
        (words.PROVISIONAL, rows[rows["provisional"]]),
    ):
        if some.empty:
            continue
        made.add_bar(
            orientation="h",
            x=some["headcount"].to_numpy(),
            y=[_label(row) for row in some.to_dict("records")],
            name=name,
            text=ends.mask(is_beyond, "")[some.index].to_numpy(),
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": DOCUMENTED,
                "pattern": {
                    "shape": "/" if name == words.PROVISIONAL else "",
                    "fgcolor": GROUND,
                    "fillmode": "overlay",
                    "size": 6,
                },
            },
            hovertext=[words.centre_total(row) for row in some.to_dict("records")],
            hoverinfo="text",
        )
    made.update_yaxes(
        categoryorder="array", categoryarray=[_label(row) for row in rows.to_dict("records")]
    )
    _room(made, reach, ends.to_list())
    targets = rows[rows["target"].notna()]
    if len(targets):
        made.add_scatter(
            x=targets["target"].to_numpy(),
            y=[_label(row) for row in targets.to_dict("records")],
            mode="markers+text",
            # Written at the end of the bar, under the mark, it would not be read.
            text=("\u00a0\u00a0" + ends).where(is_beyond, "")[targets.index].to_numpy(),
            textposition="middle right",
            cliponaxis=False,
            # On a bar that goes beyond, a mark without an edge would not be seen.
            marker={
                "symbol": "diamond-tall",
                "color": TARGET,
                "size": 14,
                "line": {"color": GROUND, "width": 1.5},
            },
            name=words.STATED_TARGET,
            hovertext=[words.centre_total(row) for row in targets.to_dict("records")],
            hoverinfo="text",
        )
    return made


def _across(made: go.Figure, counts: Counted, top: float) -> None:
    """Count along the horizontal axis, which reaches `top`."""
    made.update_xaxes(
        rangemode="tozero",
        title=words.unit(counts),
        showgrid=True,
        gridcolor=theme.GRID,
        **theme.whole(top),
    )


def _room(made: go.Figure, headcounts: "pd.Series[float]", ends: list[str]) -> None:
    """Leave beside the longest bars the room of what is written at their end, on a telephone too.

    Cut, « ≥ 1 201 » would be read « ≥ 1 ».
    """
    long = headcounts >= _LONG_BAR * headcounts.max()
    widest = max((len(end) for end, is_long in zip(ends, long, strict=True) if is_long), default=0)
    made.update_layout(margin_r=theme.NARROW + _CHARACTER * widest)


def _label(row: dict[str, Any]) -> str:
    return typeset(str(row["town"]))


def fields_figure(fields: pd.DataFrame, *, counts: Counted) -> go.Figure:
    """Draw what is shown of each field, largest first; takes FIELDS of `queries.enrolments`."""
    return _sums(fields, [typeset(name) for name in fields["field"]], counts)


def courses_figure(courses: pd.DataFrame, *, counts: Counted) -> go.Figure:
    """Draw what is shown of the fifteen largest courses; takes COURSES of `queries.enrolments`."""
    rows = courses.head(15)
    return _sums(rows, [typeset(name) for name in rows["course"]], counts)


def _sums(rows: pd.DataFrame, names: list[str], counts: Counted) -> go.Figure:
    labels = [wrapped(name, _LONGEST) for name in names]
    lines = sum(label.count("<br>") + 1 for label in labels)
    made = theme.figure(height=_FRAME + _ROW * max(lines, 2), legend=False)
    _across(made, counts, max([0, *rows["headcount"].dropna()]))
    made.update_yaxes(autorange="reversed", showgrid=False, ticksuffix=" ")
    records = rows.to_dict("records")
    made.add_bar(
        orientation="h",
        # A bar of nothing carries the words that there is something, and that it is not told.
        x=rows["headcount"].fillna(0).to_numpy(),
        y=labels,
        marker={"color": DOCUMENTED},
        text=[words.bar_end(row) for row in records],
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            words.sum_of_cells(row, wrapped(name)) for row, name in zip(records, names, strict=True)
        ],
        hoverinfo="text",
    )
    _room(made, rows["headcount"], [words.bar_end(row) for row in records])
    return made


def announced_svg(announced: pd.DataFrame, *, label: str, width: float) -> str:
    """Draw the totals published for the whole programme, a bar each; nothing where there are none.

    Takes PUBLISHED of `queries.enrolments`; what is said to be a least or about ends open.
    """
    rows = announced.to_dict("records")
    if not rows:
        return ""
    most = max(row["value"] for row in rows)
    drawn = [
        _bar(
            row, width, min(width - _TO_VALUE, _LONGEST_BAR) * row["value"] / most, top=rank * _LINE
        )
        for rank, row in enumerate(rows)
    ]
    return svg.picture("".join(drawn), box=(0.0, 0.0, width, _LINE * len(rows)), label=label)


def _bar(row: Mapping[Any, Any], width: float, long: float, *, top: float) -> str:
    middle = top + _BAR
    bar = svg.line([(0, middle), (long, middle)], PUBLISHED, 10)
    if row["qualifier"] != Qualifier.EXACT:
        beyond = [(long, middle), (long + _OPEN_END, middle)]
        bar += svg.line(beyond, PUBLISHED, 10, stroke_dasharray="3 2")
    value = svg.text(long + 1.5 * _OPEN_END, middle + 5, words.figure(row), size=14, bold=True)
    said = words.announced(row)
    if svg.extent(said, 13) > width:  # who said so is in the table below
        said = row["period"]
    return svg.text(0, top + 14, said, size=13) + bar + value
