"""Courses, drawn: which fields are given in which regions."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import MUTED, SEQUENTIAL
from territoires.french import courses as words
from territoires.french.places import typeset

_ROW, _FRAME = 30, 170
_DARK_FROM = 5


def heat_figure(heat: pd.DataFrame) -> go.Figure:
    """Shade each field of each region by the courses given; hatched where it was not transmitted.

    Takes HEAT of `queries.courses`. A cell that is not offered stays empty.
    """
    fields = list(dict.fromkeys(heat["field"]))
    regions = list(dict.fromkeys(heat["region"]))
    made = theme.figure(height=_FRAME + _ROW * len(fields), legend=True)
    grid = heat.pivot_table(
        index="field", columns="region", values="offered_courses", aggfunc="sum", sort=False
    ).reindex(index=fields, columns=regions)
    hovers = [
        [words.heat_cell(row) for row in rows.to_dict("records")]
        for _, rows in heat.groupby("field", sort=False)
    ]
    counts = grid.to_numpy(dtype="float64")
    top = max(float(np.nanmax(counts)) if counts.size else 0, 1)
    made.add_heatmap(
        x=[typeset(region) for region in regions],
        y=[typeset(field) for field in fields],
        z=np.where(counts > 0, counts, np.nan),
        zmin=0,
        zmax=top,
        colorscale=[[step / 6, SEQUENTIAL[step + 1]] for step in range(7)],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertext=hovers,
        hoverinfo="text",
        hoverongaps=True,
    )
    for y, field in enumerate(fields):
        for x, region in enumerate(regions):
            if value := int(counts[y, x]):
                made.add_annotation(
                    x=typeset(region),
                    y=typeset(field),
                    text=str(value),
                    showarrow=False,
                    font={"color": "white" if value / top > 0.45 else "#1a2429", "size": 12},  # noqa: PLR2004 - half way down the scale
                )
    silent = list(dict.fromkeys(heat.loc[heat["offered"] == "not_transmitted", "region"]))
    made.update_layout(bargap=0.08, barmode="overlay")
    made.add_bar(
        x=[typeset(region) for region in silent],
        y=[len(fields)] * len(silent),
        base=-0.5,
        marker={
            "color": "rgba(0, 0, 0, 0)",
            "pattern": {"shape": "/", "fgcolor": MUTED, "size": 8},
            "line": {"color": MUTED, "width": 1},
        },
        name=words.HEAT_UNKNOWN,
        showlegend=bool(silent),
        hovertext=[
            words.heat_cell({"field": "", "region": region, "offered": "not_transmitted"})
            for region in silent
        ],
        hoverinfo="text",
    )
    made.update_xaxes(side="top", tickangle=-45, showgrid=False, type="category")
    made.update_yaxes(
        autorange="reversed", showgrid=False, type="category", ticksuffix=" ", range=None
    )
    made.update_layout(legend={"y": -0.02})
    return made
