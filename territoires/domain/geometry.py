"""Where things are: distances on the sphere, places on the plane of the national map."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territoires.domain.errors import TerritoiresError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EARTH_RADIUS_KM: Final = 6_371.0
"""Mean radius of the Earth, in km: every distance of the product is on this sphere."""


class UnplacedDepartmentError(TerritoiresError):
    """An overseas department that has no inset on the national map."""

    def __init__(self, departments: Sequence[str]) -> None:
        super().__init__(", ".join(departments))
        self.departments = tuple(departments)


# On the sphere


def unit_vectors(latitude: ArrayLike, longitude: ArrayLike) -> Floats:
    """Turn degrees into points of the unit sphere, once, so that distances need no trigonometry.

    `latitude`, `longitude`: degrees, any shape `s`. Returns shape `s + (3,)`, without unit.
    An unknown coordinate (NaN) gives three NaN.
    """
    phi = np.radians(np.asarray(latitude, dtype=np.float64))
    lam = np.radians(np.asarray(longitude, dtype=np.float64))
    # Each part is NaN as soon as one angle is, the third (which needs only phi) included.
    z = np.where(np.isnan(lam), np.nan, np.sin(phi))
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), z], axis=-1)


def squared_chord(a: Floats, b: Floats) -> Floats:
    """Give the square of the straight line through the Earth, in squared radii.

    `a`, `b`: unit vectors, shapes that broadcast, last axis of 3. The sum is written out so that
    two calls on the same pair agree to the last bit, whatever the shapes around it.
    """
    dx, dy, dz = (a[..., i] - b[..., i] for i in range(3))
    squared: Floats = dx * dx + dy * dy + dz * dz
    return squared


def arc_km(squared: Floats) -> Floats:
    """Turn squared chords (squared radii, any shape) into great-circle distances in km.

    2 R asin(chord / 2): the haversine formula written on unit vectors, exact to the millimetre for
    close points, where the arc cosine of the dot product is wrong by several centimetres.
    """
    half = np.minimum(np.sqrt(squared) / 2, 1.0)
    km: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(half)
    return km


def chord(km: float) -> float:
    """Turn a great-circle distance in km into a chord in radii; half a turn at the most."""
    return float(2 * np.sin(min(km / (2 * EARTH_RADIUS_KM), np.pi / 2)))


def distance_km(a: Floats, b: Floats) -> Floats:
    """Give great-circle distances in km between unit vectors whose shapes broadcast.

    `a`, `b`: last axis of 3. Returns the broadcast shape without it; NaN where a point is unknown.
    """
    return arc_km(squared_chord(a, b))


# On the plane

_ECCENTRICITY: Final = 0.0818191910428158  # GRS80, first eccentricity
_MERIDIAN: Final = np.radians(3.0)
_FALSE_EASTING_M: Final = 700_000.0
# What IGN publishes of the cone of Lambert-93 (NTG_71, ALG0019: parallels at 44 and 49 degrees,
# origin at 46.5), with every digit that a double holds.
CONE_EXPONENT: Final = 0.7256077650532687
CONE_CONSTANT_M: Final = 11_754_255.426096007
POLE_NORTHING_M: Final = 12_655_612.04987599


def _isometric(phi: Floats) -> Floats:
    """Isometric latitude, NTG_71 ALG0001; `phi` in radians."""
    e_sin = _ECCENTRICITY * np.sin(phi)
    isometric: Floats = np.log(
        np.tan(np.pi / 4 + phi / 2) * ((1 - e_sin) / (1 + e_sin)) ** (_ECCENTRICITY / 2)
    )
    return isometric


def lambert93(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Floats, Floats]:
    """Project degrees (RGF93 or WGS84, the same here) to Lambert-93, EPSG:2154, in metres.

    Any shape that broadcasts; returns easting and northing. Meant for metropolitan France: the
    cone is of no use far from it. Source: IGN, "Projection cartographique conique conforme de
    Lambert", NTG_71 (January 1995), algorithm ALG0003, on the GRS80 ellipsoid.
    """
    lam = np.radians(np.asarray(longitude, dtype=np.float64))
    phi = np.radians(np.asarray(latitude, dtype=np.float64))
    radius = CONE_CONSTANT_M * np.exp(-CONE_EXPONENT * _isometric(phi))
    theta = CONE_EXPONENT * (lam - _MERIDIAN)
    return (
        _FALSE_EASTING_M + radius * np.sin(theta),
        POLE_NORTHING_M - radius * np.cos(theta),
    )


@dataclass(frozen=True, kw_only=True)
class Inset:
    """Where one overseas department goes on the map, and how much it is enlarged there.

    `lon0`, `lat0` (degrees) go to `cx`, `cy` (km of the plane); `scale` is that of the mainland
    times itself; `box` is the frame to draw: xmin, ymin, xmax, ymax (km of the plane).
    """

    department: str
    name: str
    lon0: float
    lat0: float
    scale: float
    cx: float
    cy: float
    box: tuple[float, float, float, float]

    def place(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Project degrees to km of the plane, on the equirectangular grid of the inset."""
        x = self.cx + self.scale * 111.32 * np.cos(np.radians(self.lat0)) * (longitude - self.lon0)
        y = self.cy + self.scale * 110.57 * (latitude - self.lat0)
        return x, y


Insets = Mapping[str, Inset]
"""The insets of the map by department code."""


def load_insets(path: Path) -> dict[str, Inset]:
    """Read the insets from a JSON file; keys that start with an underscore are comments."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        code: Inset(department=code, **{**values, "box": tuple(values["box"])})
        for code, values in content.items()
        if not code.startswith("_")
    }


def map_xy(
    longitude: ArrayLike, latitude: ArrayLike, department: ArrayLike, insets: Insets
) -> tuple[Floats, Floats]:
    """Place degrees on the plane of the national map, in km.

    `department`: INSEE codes as texts (`2A`, `971`), one for all or one for each point. The
    shapes broadcast. Metropolitan points are in Lambert-93 km (EPSG:2154 / 1000), the others in
    the inset of their department. Unknown coordinates (NaN) stay so.
    Raises UnplacedDepartmentError for overseas departments without an inset.
    """
    lon, lat, code = np.broadcast_arrays(
        np.asarray(longitude, dtype=np.float64),
        np.asarray(latitude, dtype=np.float64),
        np.asarray(department, dtype=np.str_),
    )
    x, y = np.empty(lon.shape), np.empty(lon.shape)
    overseas = np.strings.startswith(code, "97") | np.strings.startswith(code, "98")
    if lost := sorted(set(np.unique(code[overseas]).tolist()) - insets.keys()):
        raise UnplacedDepartmentError(lost)
    metropolitan = ~overseas
    easting, northing = lambert93(lon[metropolitan], lat[metropolitan])
    x[metropolitan], y[metropolitan] = easting / 1000, northing / 1000
    for inset in insets.values() if overseas.any() else ():
        here = code == inset.department
        x[here], y[here] = inset.place(lon[here], lat[here])
    return x, y


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Every ring of a GeoJSON Polygon or MultiPolygon, holes after the shell they pierce."""
    coordinates = geometry["coordinates"]
    for polygon in coordinates if geometry["type"] == "MultiPolygon" else [coordinates]:
        yield from polygon


def outline_xy(
    geometry: Mapping[str, Any], department: str, insets: Insets
) -> tuple[Floats, Floats]:
    """Place the boundary of one area on the plane of the national map, in km.

    `geometry`: a GeoJSON Polygon or MultiPolygon in degrees; `department`: the code that says
    which inset it belongs to (any department of the region, for a region). Returns two arrays of
    one dimension, rings separated by NaN, ready for a path that lifts the pen there.
    """
    gap = np.full((1, 2), np.nan)
    parts = [part for ring in _rings(geometry) for part in (gap, np.asarray(ring)[:, :2])]
    points = np.concatenate(parts[1:])
    return map_xy(points[:, 0], points[:, 1], department, insets)
