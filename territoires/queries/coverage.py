"""Who lives near an open centre, which towns are far from one, and where the centres are."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from territoires.db.engine import once
from territoires.db.models import Department, Region
from territoires.domain.coverage import (
    Booleans,
    Closest,
    Communes,
    Coverage,
    Grain,
    NearestCentre,
    coverage,
    coverage_by,
    nearest_centre,
)
from territoires.domain.geometry import Integers
from territoires.domain.rollout import Life, State, counted
from territoires.domain.scope import Level, Perimeter, Scope
from territoires.domain.text import fold
from territoires.queries import geography
from territoires.queries.courses import offerings
from territoires.queries.facts import towns
from territoires.queries.frames import columns, empty, table
from territoires.queries.rollout import all_lives, centre_list

OPEN_CENTRES: Final = columns("town_code town department_code department latitude longitude")
PLACES: Final = columns(
    "town_code town department department_code region_code acv state happened_on basis nearest km "
    "population latitude longitude source source_url"
)
DISTANCES: Final = columns(
    "town_code town department department_code region population km nearest nearest_code latitude "
    "longitude"
)
BY_TERRITORY: Final = columns("code name open per_million inhabitants population share")
BY_RADIUS: Final = columns("radius_km inhabitants population share")
RADII: Final = tuple(range(15, 65, 5))
"""The radii, in km, of `by_radius`: those that a reader may choose, five by five."""

_ORDER: Final = {str(state): rank for rank, state in enumerate(State)}


@dataclass(frozen=True, kw_only=True)
class Covered:
    """The coverage of a territory, and the sites of the 222 that have a centre.

    `open`: open centres of all France, which cover, `open_at_most` of them with those that may be;
    `open_here`: those of the territory.
    `acv_sites`: sites with a commune in the territory; `acv_sites_with_centre`: those of which
    one commune, wherever it lies, has an open centre.
    """

    coverage: Coverage
    open: int
    open_at_most: int
    open_here: int
    acv_sites: int
    acv_sites_with_centre: int


def open_towns(connection: Connection, *, scope: Scope) -> tuple[str, ...]:
    """List the town of each centre of all France that is open for certain, by code.

    Those whose link to the programme is unproven count only if the scope says so. A town with two
    open centres comes twice. Neither the territory nor the perimeter of the scope narrows this.
    """
    every = _counted(connection, scope)
    return tuple(life.history.town for life in every if life.certainly_open(scope.as_of))


def _counted(connection: Connection, scope: Scope) -> tuple[Life, ...]:
    return counted(all_lives(connection, scope=scope), with_unproven=scope.with_unproven)


@lru_cache(maxsize=16)
def _nearest(communes: Communes, codes: tuple[str, ...]) -> NearestCentre:
    """Work out the distances once for each set of open centres: 0.6 MB each."""
    places = communes.positions(codes)
    return nearest_centre(
        communes, latitude=communes.latitude[places], longitude=communes.longitude[places]
    )


Near = tuple[Communes, NearestCentre, Integers]


def nearest(connection: Connection, *, scope: Scope) -> Near:
    """Give the communes, their nearest open centre, and the commune of each of these centres."""
    communes = geography.communes(connection)
    codes = open_towns(connection, scope=scope)
    return communes, _nearest(communes, codes), communes.positions(codes)


def nearest_but(
    connection: Connection, opened: Iterable[str], *, town: str
) -> tuple[Communes, NearestCentre]:
    """Give the communes and the nearest of the open towns, one of them left out."""
    communes = geography.communes(connection)
    return communes, _nearest(communes, tuple(code for code in opened if code != town))


def open_centres(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the open centres of all France with where they are, by code; columns `OPEN_CENTRES`."""
    codes = open_towns(connection, scope=scope)
    named = towns(connection, codes)
    return table((named[code] for code in codes), OPEN_CENTRES)


def covered(
    connection: Connection, *, scope: Scope, radius_km: float, factor: float = 1.0
) -> Covered:
    """Count the inhabitants of the territory within the radius of an open centre of France.

    `radius_km`: distance, included, between the points of two communes; great-circle, or by a way
    that is `factor` times as long.
    """
    communes, near, centres = nearest(connection, scope=scope)
    within = communes.within(scope.territory)
    sites = geography.acv_towns(connection)
    here = within[communes.positions(sites["town_code"].tolist())]
    open_codes = set(communes.insee_code[centres].tolist())
    served = sites.loc[sites["town_code"].isin(open_codes), "site"]
    asked = set(sites.loc[here, "site"])
    return Covered(
        coverage=coverage(communes, near.km, radius_km=radius_km / factor, within=within),
        open=centres.size,
        open_at_most=sum(each.possibly_open(scope.as_of) for each in _counted(connection, scope)),
        open_here=int(within[centres].sum()),
        acv_sites=len(asked),
        acv_sites_with_centre=len(asked & set(served)),
    )


def by_radius(connection: Connection, *, scope: Scope, factor: float = 1.0) -> pd.DataFrame:
    """Count the inhabitants covered at each of `RADII`; columns `BY_RADIUS`.

    `factor`: how much longer than the straight line a way is taken to be.
    """
    communes, near, _ = nearest(connection, scope=scope)
    within = communes.within(scope.territory)
    km = near.km * factor
    found = (coverage(communes, km, radius_km=radius, within=within) for radius in RADII)
    return table((asdict(each) | {"share": each.share} for each in found), BY_RADIUS)


def by_territory(
    connection: Connection, *, scope: Scope, radius_km: float, grain: Grain, factor: float = 1.0
) -> pd.DataFrame:
    """Count the same for each region or department of the scope's territory, by code.

    Columns `BY_TERRITORY`: `open` are the centres of the territory of the row, `per_million`
    these per million inhabitants, `share` of its inhabitants (0 to 1), NaN where nobody lives.
    """
    communes, near, centres = nearest(connection, scope=scope)
    places = communes.region if grain == "region" else communes.department
    kept = set(places[_around(communes, scope, grain)].tolist())
    model = Region if grain == "region" else Department
    names = dict(connection.execute(select(model.code, model.name)).all())
    codes, counts = np.unique(places[centres], return_counts=True)
    open_by = dict(zip(codes.tolist(), counts.tolist(), strict=True))
    found = coverage_by(communes, near.km, radius_km=radius_km / factor, grain=grain)
    return table(
        (
            {
                "code": code,
                "name": names[code],
                "open": open_by.get(code, 0),
                "per_million": 1e6 * open_by.get(code, 0) / each.population
                if each.population
                else None,
                "share": each.share,
                **asdict(each),
            }
            for code, each in found.items()
            if code in kept
        ),
        BY_TERRITORY,
    )


def _around(communes: Communes, scope: Scope, grain: Grain) -> Booleans:
    """Widen a territory that is smaller than the grain to the area that holds it."""
    within = communes.within(scope.territory)
    smaller = {"region": {Level.DEPARTMENT, Level.TOWN}, "department": {Level.TOWN}}
    if scope.territory.level in smaller[grain] and within.any():
        _, group = communes.groups(grain)
        within = np.isin(group, np.unique(group[within]))
    return within


def acv_distances(connection: Connection, *, scope: Scope, factor: float = 1.0) -> pd.DataFrame:
    """List the ACV communes of the territory, the farthest from an open centre first.

    Columns `DISTANCES`: `km` in a straight line times `factor`, NaN when no centre is open.
    """
    near = communes, *_ = nearest(connection, scope=scope)
    sites = geography.acv_towns(connection)
    places = communes.positions(sites["town_code"].tolist())
    here = communes.within(scope.territory)[places]
    sites, places = sites[here].reset_index(drop=True), places[here]
    found = _with_nearest(connection, sites, places, near, factor)
    return found.sort_values(
        ["km", "town_code"], ascending=[False, True], na_position="first", ignore_index=True
    )[list(DISTANCES)].astype(DISTANCES)


def _with_nearest(
    connection: Connection, rows: pd.DataFrame, places: Integers, found: Near, factor: float
) -> pd.DataFrame:
    """Add to rows, whose communes are at `places`, their nearest open centre and its distance."""
    communes, near, centres = found
    if not centres.size:
        return rows.assign(km=np.nan, nearest="", nearest_code="")
    named = towns(connection, communes.insee_code[centres].tolist())
    which = near.centre[places]
    codes = np.where(which >= 0, communes.insee_code[centres[which]], "")
    return rows.assign(
        km=near.km[places] * factor,
        nearest_code=codes,
        nearest=[named[code]["town"] if code else "" for code in codes.tolist()],
    )


@once
def places(  # noqa: PLR0913 - the filters of the map
    connection: Connection,
    *,
    scope: Scope,
    factor: float = 1.0,
    states: tuple[str, ...] = (),
    opened_in: int = 0,
    field: str = "",
) -> pd.DataFrame:
    """List every point of the map, in the legend's order, then by name; columns `PLACES`.

    The centres and labelled towns of the scope, and the towns of the 222 sites of which nothing is
    known. `states` keeps some states only, all when it is empty; `opened_in` the centres whose
    opening may lie in that year, `field` those that give a course of that field. `km` and
    `nearest`: the open centre of France that is nearest, in a straight line times `factor`.
    """
    among = None
    if field:
        given = offerings(connection, scope=scope)
        among = set(given.loc[given["field_slug"] == field, "centre_id"])
    centres = centre_list(connection, scope=scope, among=among)
    if opened_in:
        centres = centres.loc[[_may_lie_in(opened_in, row) for row in centres.itertuples()]]
    said = ["town_code", "state", "happened_on", "basis", "source", "source_url"]
    rows: list[dict[str, Any]] = centres[said].to_dict("records")
    if scope.perimeter is not Perimeter.NON_ACV and not (opened_in or field):
        communes = geography.communes(connection)
        codes = geography.acv_towns(connection)["town_code"].tolist()
        here = communes.within(scope.territory)[communes.positions(codes)]
        listed = set(centres["town_code"])
        rows += [
            _unknown(code)
            for code, inside in zip(codes, here.tolist(), strict=True)
            if inside and code not in listed
        ]
    found = _on_the_map(connection, rows, scope=scope, factor=factor)
    return found[found["state"].isin(states)].reset_index(drop=True) if states else found


def _may_lie_in(year: int, centre: Any) -> bool:
    first, last = centre.first_day, centre.last_day
    return not pd.isna(first) and not pd.isna(last) and first.year <= year <= last.year


def place_of(
    connection: Connection, *, scope: Scope, town_code: str, factor: float = 1.0
) -> pd.DataFrame:
    """Give one commune as `places` does, whether it is of the scope or not; no row if unknown.

    A town with two centres has two rows.
    """
    if town_code not in geography.communes(connection).position:
        return empty(PLACES)
    everywhere = scope.everywhere
    listed = places(connection, scope=everywhere, factor=factor)
    found = listed[listed["town_code"] == town_code]
    if found.empty:
        return _on_the_map(connection, [_unknown(town_code)], scope=everywhere, factor=factor)
    return found.reset_index(drop=True)


def _unknown(town_code: str) -> dict[str, Any]:
    texts = dict.fromkeys(("happened_on", "basis", "source", "source_url"), "")
    return {"town_code": town_code, "state": str(State.NOTHING_KNOWN), **texts}


def _on_the_map(
    connection: Connection, rows: Sequence[dict[str, Any]], *, scope: Scope, factor: float
) -> pd.DataFrame:
    """Add names, points and nearest centres to rows that hold at least a code and a state."""
    if not rows:
        return empty(PLACES)
    near = communes, *_ = nearest(connection, scope=scope)
    named = towns(connection, [row["town_code"] for row in rows])
    data = pd.DataFrame([{**named[row["town_code"]], **row} for row in rows])
    at = communes.positions(data["town_code"].tolist())
    data = _with_nearest(connection, data, at, near, factor)
    order = pd.DataFrame(
        {"state": data["state"].map(_ORDER), "name": data["town"].map(fold), "at": at}
    ).sort_values(["state", "name", "at"], kind="stable")
    return data.loc[order.index, list(PLACES)].reset_index(drop=True).astype(PLACES)


def closest(connection: Connection, *, scope: Scope, factor: float = 1.0) -> Closest | None:
    """Find the open centre nearest to any commune of the territory; None when none is open."""
    communes, near, centres = nearest(connection, scope=scope)
    within = np.flatnonzero(communes.within(scope.territory) & communes.located)
    if not centres.size or not within.size:
        return None
    place = int(within[np.argmin(near.km[within])])
    there = centres[near.centre[place]]
    code, origin = communes.insee_code[[there, place]].tolist()
    named = towns(connection, [code, origin])
    return Closest(
        km=float(near.km[place]) * factor,
        town_code=code,
        town=named[code]["town"],
        department=named[code]["department"],
        region=named[code]["region"],
        seen_from=named[origin]["town"],
        inside=int(np.isin(centres, within).sum()),
    )
