"""A figure that is finished: what every figure owes its reader, and what is sent, once for all."""

import json
import re
import sys
from typing import Any, Final

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

from territoires.charts import svg
from territoires.charts.palette import TARGET, shown
from territoires.french.demonstration import DEMO

_ROOM: Final = 28  # pixels: what is written above a figure
_LONG: Final = 1_000  # characters: packed outlines, which every map draws


class SealedFigure(BaseFigure):  # type: ignore[misc]
    """What is left of a figure that nobody changes any more: its dictionary.

    Streamlit asks a figure for its dictionary at each run of a page, and validates a dictionary
    anew, property by property (10 ms for ten traces): this one answers with what it has kept. It
    has neither `data` nor `layout`: the thousands of objects under them are not kept.
    """

    def __init__(self, sent: dict[str, Any], *, weight: int = 0) -> None:
        """Keep what is sent to the browser; `weight`: that of what is in memory for longer."""
        self._sent, self._weight = sent, weight

    def __repr__(self) -> str:
        """Say what it is without the parts that it does not have."""
        return f"SealedFigure of {len(self._sent['data'])} traces"

    @property
    def weight(self) -> int:
        """Estimate what it holds in memory (bytes), the long texts that figures share left out."""
        return self._weight

    def to_dict(self) -> dict[str, Any]:
        """Give what is sent to the browser; shared, not to be changed."""
        return self._sent


def sealed(figure: BaseFigure, *, on_dark: bool = False) -> SealedFigure:
    """Keep a figure as plain JSON values, which the fast encoder takes as they are."""
    sent = json.loads(shown(figure.to_json(), on_dark=on_dark))
    return SealedFigure(sent, weight=_settled(sent))


def _settled(value: Any) -> int:
    """Let the long texts of plain JSON values be one in memory; gives the weight of the rest."""
    weight = sys.getsizeof(value)
    if not isinstance(value, dict | list):
        return weight
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(items):
        if isinstance(part, str) and len(part) > _LONG:
            value[key] = sys.intern(part)  # forgotten with the last figure that has it
        else:
            weight += _settled(part)
    return weight


def mark(figure: go.Figure) -> go.Figure:
    """Write above a figure that its data are made up; gives the same figure."""
    top = figure.layout.margin.t or 0
    figure.update_layout(
        title={
            "text": f"<b>{DEMO}</b>",
            "font": {"size": 12, "color": TARGET},
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 6, "r": 8},
        },
        margin_t=top + _ROOM,  # what a figure writes above itself keeps its place
    )
    return figure


def finished(
    figure: go.Figure | str, *, on_dark: bool = False, is_demonstration: bool = False
) -> SealedFigure | str:
    """Finish a figure: numbers in French, the colours of the theme.

    A picture that is SVG is so from the start, but for the colours and the mark of made-up data;
    what is written beside pictures, as HTML, has no such mark.
    """
    if isinstance(figure, str):
        made_up = is_demonstration and figure.startswith("<svg")
        return shown(marked(figure) if made_up else figure, on_dark=on_dark)
    figure.update_layout(separators=",\u202f")
    for axes in (figure.update_xaxes, figure.update_yaxes):
        axes(separatethousands=True, exponentformat="none")
    return sealed(mark(figure) if is_demonstration else figure, on_dark=on_dark)


_BOX: Final = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')


def marked(picture: str) -> str:
    """Write the same above a picture that is SVG; gives another, a line higher."""
    found = _BOX.search(picture)
    if found is None:
        return picture
    x, y, width, height = map(float, found.groups())
    said = svg.text(x + width, y - 6, DEMO, anchor="end", bold=True)
    box = f'viewBox="{x:g} {y - 20:g} {width:g} {height + 20:g}"'
    return picture.replace(found[0], box, 1).removesuffix("</svg>") + f"{said}</svg>"
