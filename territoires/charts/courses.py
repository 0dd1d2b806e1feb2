"""Courses, drawn: which fields are given in which regions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from territoires.charts import svg
from territoires.charts.palette import DARK, GRID, GROUND, SEQUENTIAL
from territoires.domain.offers import Offer
from territoires.french import courses as words
from territoires.french.charts import wrapped
from territoires.french.places import typeset

_HIGH: Final = 26.0  # a cell, in pixels
_SEAM: Final = 2.0
_LEAST, _MOST = 36.0, 72.0  # how wide a cell is beside the name of its row, and at all
_LINE: Final = 13.0  # of a name
_SIZE: Final = 12.0
_GAP: Final = 8.0
_LONGEST: Final = 26  # letters of a line
_SHADES: Final = SEQUENTIAL[-5:]
_LEAST_TOP: Final = 4  # one course is no dark cell


def heat_svg(heat: pd.DataFrame, *, field: str, region: str, label: str, width: float) -> str:
    """Shade each field of each region by the courses given; nothing where none is.

    Takes HEAT of `queries.courses`. Regions that transmitted nothing and fields that none gives are
    left out; a cell that is not offered stays empty. Names of fields that would leave no room for
    the cells stand over them. `field` and `region` are the addresses of the page about one, less
    its key.
    """
    heat = heat[heat["offered"] != Offer.NOT_TRANSMITTED]
    heat = heat[heat.groupby("field")["courses_at_most"].transform("sum") > 0]
    if heat.empty:
        return ""
    regions = dict(zip(heat["region"], heat["region_code"], strict=True))
    left = max(svg.extent(line, _SIZE) for name in heat["field"] for line in _lines(name)) + _GAP
    is_over = left + _LEAST * len(regions) > width
    left = 0.0 if is_over else left
    wide = min(_MOST, (width - left) / len(regions))
    at = {name: left + rank * wide for rank, name in enumerate(regions)}
    top = max(svg.extent(name, _SIZE) for name in regions) + _GAP
    drawn = [
        _upright(_name([typeset(name)], f"{region}{code}"), at[name] + wide / 2, top - _GAP)
        for name, code in regions.items()
    ]
    most = max(heat["offered_courses"].max(), _LEAST_TOP)
    for (slug, name), rows in heat.groupby(["field_slug", "field"], sort=False):
        lines = _lines(name, int(width / svg.extent("n", _SIZE)) if is_over else _LONGEST)
        high = _LINE * len(lines)
        y = top + (high + _SEAM if is_over else max(0.0, high - _HIGH) / 2)
        middle = top + high / 2 if is_over else y + _HIGH / 2
        drawn.append(_name(lines, f"{field}{slug}", middle))
        drawn += [
            _cell(row, at[row["region"]], y, wide - _SEAM, row["offered_courses"] / most)
            for row in rows.to_dict("records")
        ]
        top = max(y + _HIGH, middle + high / 2) + (_GAP if is_over else _SEAM)
    return svg.picture("".join(drawn), box=(0.0, 0.0, width, top), label=label)


def _lines(name: str, letters: int = _LONGEST) -> list[str]:
    return wrapped(typeset(name), letters).split("<br>")


def _name(lines: Sequence[str], href: str, middle: float = 0.0) -> str:
    """Write the name of a row or a column, which leads to it."""
    foot = middle + _SIZE / 3 - _LINE * (len(lines) - 1) / 2
    written = (svg.text(0, foot + rank * _LINE, line) for rank, line in enumerate(lines))
    return svg.link("".join(written), " ".join(lines), href)


def _upright(name: str, x: float, y: float) -> str:
    return svg.tag("g", name, transform=f"translate({x:.1f} {y:.1f}) rotate(-90)")


def _cell(row: Mapping[Any, Any], x: float, y: float, wide: float, part: float) -> str:
    """Shade a cell by its part of the most, and write in it what it counts."""
    ground, ink = GRID, svg.TEXT
    if part:
        step = round(part * (len(_SHADES) - 1))
        # The lightest takes dark letters on both themes, the others those of the ground.
        ground, ink = _SHADES[step], GROUND if step else DARK.background
    counts = row["offered_courses"], row["courses_at_most"]
    said = words.heat_number(*counts)
    if svg.extent(said, _SIZE) > wide:
        said = words.heat_number(*counts, briefly=True)
    size = min(_SIZE, wide / svg.extent(said or " ", 1))
    drawn = svg.tag("rect", x=x, y=y, width=wide, height=_HIGH, fill=ground) + svg.text(
        x + wide / 2, y + _HIGH / 2 + size / 3, said, size=size, anchor="middle", fill=ink
    )
    return svg.told(drawn, svg.plain(words.heat_cell(row)))
