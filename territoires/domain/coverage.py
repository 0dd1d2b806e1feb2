"""How many inhabitants have an open centre within a given distance, as the crow flies."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, Self, assert_never

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territoires.domain.geometry import (
    EARTH_RADIUS_KM,
    Floats,
    Integers,
    arc_km,
    chord,
    squared_chord,
    unit_vectors,
)
from territoires.domain.scope import Level, Territory

Texts = NDArray[np.str_]
Booleans = NDArray[np.bool_]
Grain = Literal["region", "department"]
ROAD_FACTOR: Final = 1.3
"""How much longer a way by road is taken to be than the straight line: a rough average, which the
pages name as such (mountains and estuaries make it much worse)."""
_COLUMNS: Final[dict[str, Any]] = {
    **dict.fromkeys(("insee_code", "department", "region"), np.str_),
    "population": np.int64,
    **dict.fromkeys(("latitude", "longitude"), np.float64),
}


def level_of(grain: Grain) -> Level:
    """Give the level of the territories of a grain."""
    return Level.REGION if grain == "region" else Level.DEPARTMENT


@dataclass(frozen=True, kw_only=True, eq=False)
class Communes:
    """Every commune, in the order that all the arrays of this module follow; built by `of`.

    `insee_code`, `department`, `region`: texts; `population`: inhabitants; `latitude`,
    `longitude`: degrees, NaN where unknown. Shape (n,) each, read-only: one instance may be
    shared by every session.
    """

    insee_code: Texts
    department: Texts
    region: Texts
    population: Integers
    latitude: Floats
    longitude: Floats

    @classmethod
    def of(cls, **columns: ArrayLike) -> Self:
        """Copy the columns of a table of communes, shape (n,) each.

        Raises ValueError when a column is shorter than another or a code comes twice.
        """
        communes = cls(**{name: np.array(it, _COLUMNS[name]) for name, it in columns.items()})
        shapes = {name: column.shape for name, column in vars(communes).items()}
        if len(set(shapes.values())) != 1:
            raise ValueError(shapes)
        for column in vars(communes).values():
            column.setflags(write=False)
        if len(communes.position) != len(communes):
            raise ValueError("an INSEE code comes twice")
        return communes

    def __len__(self) -> int:
        """Count the communes."""
        return self.insee_code.size

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each INSEE code stands in the arrays."""
        return {code: place for place, code in enumerate(self.insee_code.tolist())}

    def positions(self, codes: Sequence[str]) -> Integers:
        """Find several communes; shape (len(codes),). Raises KeyError, which quotes the code."""
        return np.array([self.position[code] for code in codes], dtype=np.int64)

    @cached_property
    def vectors(self) -> Floats:
        """Points of the unit sphere, (n, 3), NaN where a commune has no coordinates."""
        vectors = unit_vectors(self.latitude, self.longitude)
        vectors.setflags(write=False)
        return vectors

    @cached_property
    def located(self) -> Booleans:
        """Which communes have coordinates, (n,)."""
        located = np.asarray(np.isfinite(self.vectors).all(axis=1))
        located.setflags(write=False)
        return located

    @cached_property
    def _northward(self) -> tuple[Integers, Floats, Floats]:
        """Order the located communes from south to north: positions, latitudes, unit vectors."""
        located = np.flatnonzero(self.located)
        order = located[np.argsort(self.latitude[located], kind="stable")]
        return order, self.latitude[order], self.vectors[order]

    @cached_property
    def _regions(self) -> tuple[Texts, Integers]:
        return _grouped(self.region)

    @cached_property
    def _departments(self) -> tuple[Texts, Integers]:
        return _grouped(self.department)

    def groups(self, grain: Grain) -> tuple[Texts, Integers]:
        """Give the sorted codes (g,) of a grain and, for each commune, which one is its own (n,).

        Worked out once: sorting 34,875 texts costs more than everything else here.
        """
        return self._regions if grain == "region" else self._departments

    def around(
        self, latitude: ArrayLike, longitude: ArrayLike, *, radius_km: float
    ) -> "Neighbourhoods":
        """Find the communes within the radius of each point, the radius itself included.

        `latitude`, `longitude`: degrees, (m,) each; a point without coordinates has no neighbour.
        Only the band of latitudes that the radius can reach is measured: for a thousand points
        and 30 km this is as fast as a KD-tree, without the half second that importing
        scipy.spatial takes out of the start of the server.
        """
        order, latitudes, vectors = self._northward
        lat = np.atleast_1d(np.asarray(latitude, dtype=np.float64))
        points = unit_vectors(lat, np.atleast_1d(longitude))
        # A little wider than the radius on both counts: the last word is `arc_km`'s, as for the
        # coverage, so that the two never disagree about a commune on the circle.
        reach = np.degrees(radius_km / EARTH_RADIUS_KM) + 1e-9
        limit = chord(radius_km) ** 2 * (1 + 1e-9) + 1e-18
        south = np.searchsorted(latitudes, lat - reach, side="left").tolist()
        north = np.searchsorted(latitudes, lat + reach, side="right").tolist()
        found: list[Integers] = []
        for point, first, last in zip(points, south, north, strict=True):
            squared = squared_chord(vectors[first:last], point)
            close = np.flatnonzero(squared <= limit)
            close = close[arc_km(squared[close]) <= radius_km]
            found.append(np.sort(order[first:last][close]))
        sizes = np.array([len(each) for each in found], dtype=np.int64)
        return Neighbourhoods(
            start=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
            commune=np.concatenate([np.zeros(0, dtype=np.int64), *found]),
        )

    def within(self, territory: Territory) -> Booleans:
        """Tell which communes lie in a territory, (n,); none when its code is unknown."""
        match territory.level:
            case Level.COUNTRY:
                return np.ones(len(self), dtype=np.bool_)
            case Level.REGION | Level.DEPARTMENT:
                grain: Grain = "region" if territory.level is Level.REGION else "department"
                codes, group = self.groups(grain)
                return np.asarray((codes == territory.code)[group], dtype=np.bool_)
            case Level.TOWN:
                return np.asarray(self.insee_code == territory.code, dtype=np.bool_)
            case _:
                assert_never(territory.level)


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbourhoods:
    """The communes around each of m points, as compressed sparse rows.

    Those of point i are `commune[start[i] : start[i + 1]]`, positions in increasing order.
    """

    start: Integers
    commune: Integers

    def __len__(self) -> int:
        """Count the points."""
        return self.start.size - 1

    def of(self, point: int) -> Integers:
        """Give the communes around one point."""
        return self.commune[self.start[point] : self.start[point + 1]]

    def totals(self, values: Floats) -> Floats:
        """Add up the values (n,) of the communes around each point, (m,)."""
        totals = np.zeros(len(self))
        # reduceat has no notion of an empty row: it is given the others only.
        peopled = np.flatnonzero(np.diff(self.start))
        if peopled.size:
            totals[peopled] = np.add.reduceat(values[self.commune], self.start[peopled])
        return totals


def _grouped(codes: Texts) -> tuple[Texts, Integers]:
    distinct, group = np.unique(codes, return_inverse=True)
    return distinct, group.astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class NearestCentre:
    """For each commune, the open centre that lies nearest.

    `km` (n,): great-circle distance, infinite when no centre is open, NaN when the commune has no
    coordinates. `centre` (n,): which one, as a position in the centres given; -1 when there is
    none; the first of those that are equally near (a town may have a second site).
    """

    km: Floats
    centre: Integers


@dataclass(frozen=True, kw_only=True)
class Closest:
    """The open centre that is nearest to a territory, where it is, and from where.

    `inside`: how many lie in the territory itself, where only the perimeter leaves them out.
    """

    km: float
    town_code: str
    town: str
    department: str
    region: str
    seen_from: str
    inside: int


def nearest_centre(
    communes: Communes, *, latitude: ArrayLike, longitude: ArrayLike
) -> NearestCentre:
    """Find the open centre nearest to each commune: once per edition of the data.

    `latitude`, `longitude`: degrees of the open centres of all France, (m,) each; a centre
    without coordinates serves nobody. Whatever the territory on show, the centres are those of
    the whole country; overseas, thousands of kilometres of sea keep the islands apart.
    About 0.1 ms per centre for 34,875 communes, in memory that does not depend on m.
    """
    centres = unit_vectors(np.atleast_1d(latitude), np.atleast_1d(longitude))
    x, y, z = np.ascontiguousarray(communes.vectors.T)
    best = np.full(len(communes), np.inf)
    nearest = np.full(len(communes), -1, dtype=np.int64)
    for place, (cx, cy, cz) in enumerate(centres):
        # The operations of `squared_chord`, in its order, on buffers that stay in the cache: the
        # same pair gives the same distance to the last bit on every page.
        squared = (x - cx) ** 2
        squared += (y - cy) ** 2
        squared += (z - cz) ** 2
        nearer = squared < best  # never true of NaN
        np.copyto(best, squared, where=nearer)
        np.copyto(nearest, place, where=nearer)
    km = np.where(np.isinf(best), np.inf, arc_km(best))
    km[~communes.located] = np.nan
    return NearestCentre(km=km, centre=nearest)


def is_covered(km: Floats, radius_km: float) -> Booleans:
    """Tell which communes lie within the radius of a centre, the radius itself included.

    `km`: distances to the nearest centre, any shape. A commune whose distance is unknown (NaN) is
    not covered.
    """
    covered: Booleans = km <= radius_km
    return covered


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What is covered, of how much.

    `population` counts every inhabitant, `unlocated` those among them whose commune has no
    coordinates: they are never covered, and the page that shows the share says how many they are.
    """

    radius_km: float
    inhabitants: int
    population: int
    unlocated: int

    @property
    def share(self) -> float | None:
        """Covered inhabitants over inhabitants, 0 to 1; None where nobody lives."""
        return self.inhabitants / self.population if self.population else None


def coverage(
    communes: Communes, km: Floats, *, radius_km: float, within: Booleans | None = None
) -> Coverage:
    """Count the inhabitants within the radius of an open centre.

    `km` (n,): from `nearest_centre`; `within` (n,): the communes of the territory asked, all of
    them by default. A commune is covered when its point is, with all its inhabitants.
    """
    people = communes.population if within is None else np.where(within, communes.population, 0)
    return Coverage(
        radius_km=radius_km,
        inhabitants=int(people[is_covered(km, radius_km)].sum()),
        population=int(people.sum()),
        unlocated=int(people[~communes.located].sum()),
    )


def coverage_by(
    communes: Communes, km: Floats, *, radius_km: float, grain: Grain
) -> dict[str, Coverage]:
    """Count the same for every region or department, in the order of their codes.

    The counts add up to those of `coverage` on the whole country.
    """
    codes, group = communes.groups(grain)

    def total(mask: Booleans) -> Integers:
        # Sums of integers below 2 ** 53 are exact in the doubles of bincount.
        weights = np.where(mask, communes.population, 0)
        return np.bincount(group, weights=weights, minlength=codes.size).astype(np.int64)

    everyone = total(np.ones(len(communes), dtype=np.bool_))
    covered, unlocated = total(is_covered(km, radius_km)), total(~communes.located)
    return {
        code: Coverage(radius_km=radius_km, inhabitants=a, population=b, unlocated=c)
        for code, a, b, c in zip(
            codes.tolist(), covered.tolist(), everyone.tolist(), unlocated.tolist(), strict=True
        )
    }
