"""Courses, drawn: which fields are given in which regions."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import MUTED, SEQUENTIAL
from territoires.french import courses as words
from territoires.french.charts import wrapped
from territoires.french.places import typeset

_ROW, _FRAME, _NAMES = 30, 230, 185
_LONGEST = 26
_LEAST_TOP = 4  # one course is no dark cell


def heat_figure(heat: pd.DataFrame) -> go.Figure:
    """Shade each field of each region by the courses given; hatched where it was not transmitted.

    Takes HEAT of `queries.courses`. A cell that is not offered stays empty.
    """
    fields = list(dict.fromkeys(heat["field"]))
    regions = list(dict.fromkeys(heat["region"]))
    made = theme.figure(height=_FRAME + _ROW * len(fields), legend=True)
    counts, most = (
        heat.pivot_table(index="field", columns="region", values=each, aggfunc="sum", sort=False)
        .reindex(index=fields, columns=regions)
        .to_numpy(dtype="float64")
        for each in ("offered_courses", "courses_at_most")
    )
    hovers = [
        [words.heat_cell(row) for row in rows.to_dict("records")]
        for _, rows in heat.groupby("field", sort=False)
    ]
    top = max(float(np.nanmax(counts)) if counts.size else 0, _LEAST_TOP)
    made.add_heatmap(
        x=np.arange(len(regions)),
        y=np.arange(len(fields)),
        z=np.where(counts > 0, counts, np.nan),
        zmin=0,
        zmax=top,
        colorscale=[[step / 4, colour] for step, colour in enumerate(SEQUENTIAL[-5:])],
        showscale=False,
        xgap=2,
        ygap=2,
        # Plotly writes in black or white, whichever reads better on the cell.
        text=[
            [
                words.heat_number(certain, most) if certain else ""
                for certain, most in zip(*row, strict=True)
            ]
            for row in zip(counts, most, strict=True)
        ],
        texttemplate="%{text}",
        hovertext=hovers,
        hoverinfo="text",
        hoverongaps=True,
    )
    _uncertain(made, counts, most)
    _silent(made, heat, regions, len(fields))
    made.update_xaxes(
        side="top",
        tickangle=-90,
        automargin=False,
        tickvals=np.arange(len(regions)),
        ticktext=[typeset(region) for region in regions],
        range=[-0.5, len(regions) - 0.5],
    )
    made.update_yaxes(
        tickvals=np.arange(len(fields)),
        ticktext=[wrapped(typeset(field), _LONGEST) for field in fields],
        range=[len(fields) - 0.5, -0.5],
        showgrid=False,
        ticksuffix=" ",
    )
    # Room for the longest name, and for the mark of a demonstration above it.
    made.update_layout(legend={"y": -0.02}, bargap=0.04, margin_t=_NAMES)
    return made


def _uncertain(made: go.Figure, counts: Any, most: Any) -> None:
    """Write what is given at most in the cells without a shade, where a heat map writes nothing."""
    rows, columns = np.nonzero((counts == 0) & (most > 0))
    if len(rows):
        made.add_scatter(
            x=columns,
            y=rows,
            mode="text",
            text=[words.heat_number(0, number) for number in most[rows, columns]],
            hoverinfo="skip",
            showlegend=False,
        )


def _silent(made: go.Figure, heat: pd.DataFrame, regions: list[str], rows: int) -> None:
    """Hatch the columns of the regions that said nothing of what they give."""
    silent = list(dict.fromkeys(heat.loc[heat["offered"] == "not_transmitted", "region"]))
    if not silent:
        return
    made.add_bar(
        x=[regions.index(region) for region in silent],
        y=[rows] * len(silent),
        base=-0.5,
        marker={
            "color": "rgba(0, 0, 0, 0)",
            "pattern": {"shape": "/", "fgcolor": MUTED, "size": 8},
            "line": {"color": MUTED, "width": 1},
        },
        name=words.HEAT_UNKNOWN,
        showlegend=True,
        hovertext=[words.silent_region(region) for region in silent],
        hoverinfo="text",
    )
