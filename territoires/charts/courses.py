"""Courses, drawn: which fields are given in which regions."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from territoires.charts import theme
from territoires.charts.palette import SEQUENTIAL
from territoires.french import courses as words
from territoires.french.charts import wrapped
from territoires.french.places import typeset

_ROW, _FRAME, _NAMES = 30, 230, 185
_LONGEST = 26
_LEAST_TOP = 4  # one course is no dark cell


def heat_figure(heat: pd.DataFrame) -> go.Figure:
    """Shade each field of each region by the courses given.

    Takes HEAT of `queries.courses`. Regions that transmitted nothing and fields that none gives are
    left out; a cell that is not offered stays empty.
    """
    heat = heat[heat["offered"] != "not_transmitted"]
    heat = heat[heat.groupby("field")["courses_at_most"].transform("sum") > 0]
    fields = list(dict.fromkeys(heat["field"]))
    regions = list(dict.fromkeys(heat["region"]))
    made = theme.figure(height=_FRAME + _ROW * len(fields))
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
    made.update_layout(margin_t=_NAMES)
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
        )
