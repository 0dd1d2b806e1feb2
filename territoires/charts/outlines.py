"""The outlines of departments and regions on the plane of the national map, read once."""

import base64
import hashlib
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
_FILES: Final[dict[Grain, str]] = {
    "department": "departments.geojson",
    "region": "regions.geojson",
}
GRAINS: Final = tuple(_FILES)


@dataclass(frozen=True, kw_only=True, eq=False)
class Outline:
    """One area: its code, its region, and its rings in km of the plane, separated by NaN."""

    code: str
    region: str
    x: Floats
    y: Floats

    def rings(self) -> list[tuple[Floats, Floats]]:
        """Give each ring apart, without the gaps."""
        breaks = np.flatnonzero(np.isnan(self.x))
        parts = zip(np.split(self.x, breaks), np.split(self.y, breaks), strict=True)
        return [(x[~np.isnan(x)], y[~np.isnan(y)]) for x, y in parts]


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


# The areas that answer to the pointer are a choropleth's, which knows degrees only: around the
# origin, where a degree of either is as long, they stand for the kilometres of the plane.
_ORIGIN: Final = (530.0, 6555.0)
_KM_IN_DEGREE: Final = 100.0


def pretended(x: Any, y: Any) -> tuple[Any, Any]:
    """Give km of the plane as degrees: longitude and latitude that are no place on the earth."""
    return (x - _ORIGIN[0]) / _KM_IN_DEGREE, (y - _ORIGIN[1]) / _KM_IN_DEGREE


@cache
def contours(grain: Grain) -> str:
    """Write the areas of a grain as GeoJSON in `pretended` degrees, to the nearest 100 metres.

    Each ring is a polygon: whoever reads them takes what lies within two as a hole.
    """
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": code,
                    "properties": {},
                    "geometry": {
                        "type": "MultiPolygon",
                        "coordinates": [[_ring(*ring)] for ring in outline.rings()],
                    },
                }
                for code, outline in outlines(grain).items()
            ],
        },
        separators=(",", ":"),
    )


def _ring(x: Floats, y: Floats) -> list[list[float]]:
    ring: list[list[float]] = np.column_stack(pretended(x, y)).round(3).tolist()
    return ring


def contours_path(grain: Grain) -> str:
    """Give the path at which the server answers with `contours`."""
    return f"/statique/contours/{grain}.geojson"


@cache
def contours_address(grain: Grain) -> str:
    """Give the same with its version, so that browsers may keep them for ever."""
    version = hashlib.sha256(contours(grain).encode()).hexdigest()[:12]
    return f"{contours_path(grain)}?v={version}"
