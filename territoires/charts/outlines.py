"""The outlines of departments and regions on the plane of the national map, read once."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from territoires.domain.coverage import Grain
from territoires.domain.geometry import Floats, Insets, load_insets, outline_xy
from territoires.settings import SEEDS

_FOLDER: Final = SEEDS / "geography"
_FILES: Final = {"department": "departments.geojson", "region": "regions.geojson"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Outline:
    """One area: its code, its region, and its rings in km of the plane, separated by NaN."""

    code: str
    region: str
    x: Floats
    y: Floats

    def middle(self) -> tuple[float, float]:
        """Give the centroid of the largest ring, where a reader would point at."""
        breaks = np.flatnonzero(np.isnan(self.x))
        rings = zip(np.split(self.x, breaks), np.split(self.y, breaks), strict=True)
        best, middle = 0.0, (0.0, 0.0)
        for x, y in rings:
            x, y = x[~np.isnan(x)], y[~np.isnan(y)]  # noqa: PLW2901 - the gap that led the ring
            # Near the origin, lest the products lose their last figures.
            x0, y0 = x - x[0], y - y[0]
            cross = x0[:-1] * y0[1:] - x0[1:] * y0[:-1]
            area = cross.sum() / 2
            if abs(area) > abs(best):
                best = area
                middle = (
                    float(x[0] + ((x0[:-1] + x0[1:]) * cross).sum() / (6 * area)),
                    float(y[0] + ((y0[:-1] + y0[1:]) * cross).sum() / (6 * area)),
                )
        return middle


@cache
def insets() -> Insets:
    """Read where the five overseas departments go on the map."""
    return load_insets(_FOLDER / "insets.json")


@cache
def outlines(grain: Grain) -> dict[str, Outline]:
    """Read the areas of a grain by code, in the order of the file."""
    features = _features(grain)
    # An overseas region is one department, whose inset it shares.
    department_of = {
        feature["properties"]["region"]: feature["properties"]["code"]
        for feature in _features("department")
    }
    found = {}
    for feature in features:
        code = feature["properties"]["code"]
        department = code if grain == "department" else department_of[code]
        x, y = outline_xy(feature["geometry"], department, insets())
        region = feature["properties"].get("region", code)
        found[code] = Outline(code=code, region=region, x=x, y=y)
    return found


def _features(grain: Grain) -> list[dict[str, Any]]:
    content = json.loads((_FOLDER / _FILES[grain]).read_text(encoding="utf-8"))
    features: list[dict[str, Any]] = content["features"]
    return features


def path(areas: Sequence[Outline]) -> tuple[Floats, Floats]:
    """Join areas into one path that lifts its pen between two rings; empty for no area."""
    gap = np.full(1, np.nan)
    xs = [part for area in areas for part in (gap, area.x)][1:]
    ys = [part for area in areas for part in (gap, area.y)][1:]
    return np.concatenate(xs or [np.zeros(0)]), np.concatenate(ys or [np.zeros(0)])


Packed = dict[str, str]


def packed(values: Floats) -> Packed:
    """Encode numbers as Plotly does, in single precision (a metre on this map): half the weight."""
    data = base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")
    return {"dtype": "f4", "bdata": data}


@cache
def packed_path(grain: Grain, codes: Sequence[str]) -> tuple[Packed, Packed]:
    """Encode the path of some areas once, so that every figure in memory shares it.

    `codes`: a tuple, in the order of the file.
    """
    every = outlines(grain)
    x, y = path([every[code] for code in codes])
    return packed(x), packed(y)
