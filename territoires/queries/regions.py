"""Regions and departments side by side: what each has, how it moved, where the median lies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from territoires.db.models import Department, Region
from territoires.domain.comparison import (
    RADIUS_KM,
    Compared,
    Counts,
    Indicator,
    Per,
    compared,
    middle,
)
from territoires.domain.coverage import Grain
from territoires.domain.programme import PROGRAMME_START
from territoires.domain.rollout import Life, count, staircase
from territoires.domain.scope import FRANCE, Level, Scope, Territory
from territoires.domain.text import fold
from territoires.queries import coverage, geography
from territoires.queries.frames import COUNT, NUMBER, TEXT, columns, table
from territoires.queries.rollout import all_lives, in_scope
from territoires.queries.territories import place

TERRITORIES = columns(
    "territory name parent open open_at_most labelled closed_or_abandoned covered covered_share "
    "sites_with_centre sites last_opening basis population"
)
COMPARED = columns("territory name rate count whole median")
BURN_UPS = columns("territory name day open open_at_most")
SLOPES = columns("territory name before after", before=COUNT, after=COUNT)
SIDE_BY_SIDE = TERRITORIES | columns("level per_million", level=TEXT)
_MEASURES = (
    "open",
    "open_at_most",
    "labelled",
    "closed_or_abandoned",
    "covered",
    "covered_share",
    "sites_with_centre",
    "sites",
    "population",
    "per_million",
)
SIDE_BY_SIDE |= dict.fromkeys(_MEASURES, NUMBER)
_LEVELS: Mapping[Grain, Level] = {"region": Level.REGION, "department": Level.DEPARTMENT}


@dataclass(frozen=True, kw_only=True)
class _Area:
    code: str
    name: str
    parent: str


def territories(connection: Connection, *, scope: Scope, grain: Grain) -> pd.DataFrame:
    """Count what each region or department has, most open first; columns `TERRITORIES`.

    Every region of France; or every department, those of one region when the scope lies in one.
    `covered` are the inhabitants within 30 km of an open centre of France, `covered_share` their
    share (0 to 1); a site of the 222 counts where a commune of it lies.
    """
    areas = _areas(connection, scope=scope, grain=grain)
    lives = _by_area(connection, scope=scope, grain=grain)
    near = coverage.by_territory(
        connection, scope=replace(scope, territory=FRANCE), radius_km=RADIUS_KM, grain=grain
    ).set_index("code")
    sites, served = _sites(connection, scope=scope, grain=grain)
    rows = [
        _row(area, lives[area.code], near.loc[area.code], scope=scope, grain=grain)
        | {"sites": len(sites[area.code]), "sites_with_centre": len(sites[area.code] & served)}
        for area in areas
    ]
    rows.sort(
        key=lambda row: (-row["open"], -row["open_at_most"], -row["labelled"], fold(row["name"]))
    )
    return table(rows, TERRITORIES)


def _row(
    area: _Area, lives: Sequence[Life], near: Any, *, scope: Scope, grain: Grain
) -> dict[str, Any]:
    found = count(lives, scope.as_of, with_unproven=scope.with_unproven)
    return {
        "territory": str(Territory(_LEVELS[grain], area.code)),
        "name": area.name,
        "parent": area.parent,
        "open": found.open,
        "open_at_most": found.open_at_most,
        "labelled": found.selected,
        "closed_or_abandoned": found.closed + found.abandoned,
        "covered": near["inhabitants"],
        "covered_share": near["share"],
        **dict(zip(("last_opening", "basis"), _last_opening(lives, scope), strict=True)),
        "population": near["population"],
    }


def _last_opening(lives: Iterable[Life], scope: Scope) -> tuple[str, str]:
    """Give the latest date of opening and what it rests on: « au plus tard » is not that day."""
    reached = [
        (span.last, span.first, stage.on.iso, stage.basis)
        for life in lives
        if life.history.proven or scope.with_unproven
        for span, stage in life.openings
        if span.last <= scope.as_of
    ]
    return max(reached)[2:] if reached else ("", "")


def _areas(connection: Connection, *, scope: Scope, grain: Grain) -> list[_Area]:
    if grain == "region":
        rows = connection.execute(select(Region.code, Region.name).order_by(Region.code))
        return [_Area(code=code, name=name, parent="France") for code, name in rows]
    statement = (
        select(Department.code, Department.name, Region.name)
        .join(Region, Region.code == Department.region_code)
        .order_by(Department.code)
    )
    if scope.territory.level is not Level.COUNTRY:
        region = place(connection, territory=scope.territory).region
        statement = statement.where(Department.region_code == region)
    return [
        _Area(code=code, name=name, parent=parent)
        for code, name, parent in connection.execute(statement)
    ]


def _by_area(connection: Connection, *, scope: Scope, grain: Grain) -> dict[str, list[Life]]:
    grouped: dict[str, list[Life]] = defaultdict(list)
    every = all_lives(connection, scope=scope)
    for life in in_scope(every, replace(scope, territory=FRANCE)):
        history = life.history
        grouped[history.region if grain == "region" else history.department].append(life)
    return grouped


def _sites(
    connection: Connection, *, scope: Scope, grain: Grain
) -> tuple[dict[str, set[str]], set[str]]:
    """Give the sites of each area, and those of which a commune has an open centre."""
    towns = geography.acv_towns(connection)
    grouped: dict[str, set[str]] = defaultdict(set)
    for area, site in zip(towns[f"{grain}_code"], towns["site"], strict=True):
        grouped[area].add(site)
    opened = set(coverage.open_towns(connection, scope=scope))
    return grouped, set(towns.loc[towns["town_code"].isin(opened), "site"])


def comparison(
    connection: Connection, *, scope: Scope, grain: Grain, indicator: Indicator, per: Per
) -> pd.DataFrame:
    """Make one figure of each territory comparable, greatest first; columns `COMPARED`.

    `rate` is what is compared, NaN where it has no meaning (no centre to divide by); `count` its n,
    `whole` what a share is of; `median` that of all the territories listed.
    """
    data = territories(connection, scope=scope, grain=grain)
    found = [_compared(row, indicator, per) for row in data.to_dict("records")]
    centre = middle([each.value for each in found])
    made = table(
        (
            {
                "territory": row.territory,
                "name": row.name,
                "rate": each.value,
                "count": each.count,
                "whole": each.whole,
                "median": centre,
            }
            for row, each in zip(data.itertuples(index=False), found, strict=True)
        ),
        COMPARED,
    )
    order = made.assign(folded=made["name"].map(fold)).sort_values(
        ["rate", "folded"], ascending=[False, True], na_position="last"
    )
    return made.loc[order.index].reset_index(drop=True)


def _compared(row: Mapping[Any, Any], indicator: Indicator, per: Per) -> Compared:
    return compared(
        Counts(
            open=row["open"],
            labelled=row["labelled"],
            covered=row["covered"],
            population=row["population"],
            sites=row["sites"],
            sites_with_centre=row["sites_with_centre"],
        ),
        indicator,
        per,
    )


def burn_ups(connection: Connection, *, scope: Scope, grain: Grain) -> pd.DataFrame:
    """List the days on which each territory's counts change; columns `BURN_UPS`.

    Territories in the order of `territories`, each from zero at the programme's start to the
    scope's day; those without a possible opening are left out.
    """
    data = territories(connection, scope=scope, grain=grain)
    lives = _by_area(connection, scope=scope, grain=grain)
    rows = []
    for row in data.itertuples():
        steps = staircase(
            lives[Territory.parse(row.territory).code],
            until=scope.as_of,
            with_unproven=scope.with_unproven,
        )
        if not any(step.open_at_most for step in steps):
            continue
        start = min(PROGRAMME_START, scope.as_of)
        counts = [(start, 0, 0), *((step.day, step.open, step.open_at_most) for step in steps)]
        if counts[-1][0] < scope.as_of:
            counts.append((scope.as_of, *counts[-1][1:]))
        rows += [
            {
                "territory": row.territory,
                "name": row.name,
                "day": day,
                "open": certain,
                "open_at_most": at_most,
            }
            for day, certain, at_most in counts
        ]
    return table(rows, BURN_UPS)


def slopes(connection: Connection, *, scope: Scope, grain: Grain, since: date) -> pd.DataFrame:
    """Count what was open at a reference day and at the scope's, most open first; columns `SLOPES`.

    Both as known at the scope's instant.
    """
    data = territories(connection, scope=scope, grain=grain)
    lives = _by_area(connection, scope=scope, grain=grain)
    return table(
        (
            {
                "territory": row.territory,
                "name": row.name,
                "before": count(
                    lives[Territory.parse(row.territory).code],
                    since,
                    with_unproven=scope.with_unproven,
                ).open,
                "after": row.open,
            }
            for row in data.itertuples()
        ),
        SLOPES,
    )


def side_by_side(connection: Connection, *, scope: Scope, chosen: tuple[str, ...]) -> pd.DataFrame:
    """Put some territories beside what holds them and beside the median; columns `SIDE_BY_SIDE`.

    `chosen`: `reg-44`, `dep-52`…; then come the regions of the departments, France, and the median
    of each grain present. `level` is `chosen`, `parent` or `median`. Codes of nowhere are left out.
    """
    whole = replace(scope, territory=FRANCE)
    grains: dict[Grain, pd.DataFrame] = {
        grain: territories(connection, scope=whole, grain=grain)
        for grain in ("region", "department")
        if grain == "region" or any(code.startswith("dep-") for code in chosen)
    }
    rows: dict[str, dict[str, Any]] = {
        row["territory"]: row
        for data in grains.values()
        for row in _with_rate(data).to_dict("records")
    }
    picked = [rows[code] | {"level": "chosen"} for code in chosen if code in rows]
    names = {row["name"]: row for row in rows.values() if row["territory"].startswith("reg-")}
    held = {row["parent"] for row in picked} & set(names)
    already = {row["territory"] for row in picked}
    picked += [
        names[name] | {"level": "parent"}
        for name in sorted(held)
        if names[name]["territory"] not in already
    ]
    picked.append(_france(grains["region"], connection, scope=whole))
    picked += [
        _median(_with_rate(data), grain)
        for grain, data in grains.items()
        if any(code.startswith(_LEVELS[grain]) for code in already)
    ]
    return table(picked, SIDE_BY_SIDE)


def _with_rate(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(per_million=1e6 * data["open"] / data["population"])


def _france(regions: pd.DataFrame, connection: Connection, *, scope: Scope) -> dict[str, Any]:
    found = coverage.covered(connection, scope=scope, radius_km=RADIUS_KM)
    sums = {name: int(regions[name].sum()) for name in _MEASURES if name in TERRITORIES}
    population = found.coverage.population
    last = max(zip(regions["last_opening"], regions["basis"], strict=True), default=("", ""))
    return sums | {
        "territory": str(FRANCE),
        "name": "France",
        "parent": "",
        "level": "parent",
        "covered": found.coverage.inhabitants,
        "covered_share": found.coverage.share,
        # A site on two regions counts once in France.
        "sites": found.acv_sites,
        "sites_with_centre": found.acv_sites_with_centre,
        **dict(zip(("last_opening", "basis"), last, strict=True)),
        "population": population,
        "per_million": 1e6 * sums["open"] / population if population else None,
    }


def _median(data: pd.DataFrame, grain: Grain) -> dict[str, Any]:
    return {name: float(data[name].median()) for name in _MEASURES} | {
        "territory": "",
        "name": grain,
        "parent": "",
        "level": "median",
        "last_opening": "",
        "basis": "",
    }
