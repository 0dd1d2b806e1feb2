"""Regions and departments side by side: what each has, how it moved, where the median lies."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, literal, select

from territoires.db.models import Department, Region, Target
from territoires.domain.comparison import (
    FEW,
    RADIUS_KM,
    Counts,
    Indicator,
    Per,
    cases,
    compared,
    middle,
)
from territoires.domain.coverage import Grain, level_of
from territoires.domain.names import department_of
from territoires.domain.programme import PROGRAMME_START, StageKind
from territoires.domain.rollout import (
    Life,
    PlaceState,
    count,
    counted,
    in_scope,
    progress,
    staircase,
    target_at,
)
from territoires.domain.scope import FRANCE, Level, Perimeter, Scope, Territory
from territoires.domain.text import fold
from territoires.french import regions as words
from territoires.queries import coverage, enrolments, geography, rollout
from territoires.queries.frames import COUNT, NUMBER, TEXT, columns, table
from territoires.queries.rollout import all_lives, lives_in, target_rows
from territoires.queries.territories import place

TERRITORIES = columns(
    "territory name parent open open_at_most labelled closed_or_abandoned covered covered_share "
    "sites_with_centre sites last_opening basis population medium open_acv objective status "
    "enrolled academic_year"
)
COMPARED = columns("territory name rate count whole median low high")
PLACES = columns("territory name") | rollout.PLACES
REACHED = columns("applied labelled agreed openings")
BURN_UPS = columns("territory name day open open_at_most")
SLOPES = columns("territory name before after", before=COUNT, after=COUNT)
SIDE_BY_SIDE = TERRITORIES | columns(
    "beside per_million per_medium per_medium_low per_medium_high acv_target others_target",
    beside=TEXT,
)
_MEASURES = columns(
    "open open_at_most labelled closed_or_abandoned covered covered_share sites_with_centre sites "
    "population medium open_acv per_million per_medium"
)
SIDE_BY_SIDE |= dict.fromkeys(_MEASURES, NUMBER)
_COUNTED = [each.name for each in fields(Counts)]


def territories(connection: Connection, *, scope: Scope, grain: Grain) -> pd.DataFrame:
    """Count what each region or department has, most open first; columns `TERRITORIES`.

    Every region of France; or every department, those of one region when the scope lies in one.
    `covered` are the inhabitants within 30 km of an open centre of France, `covered_share` their
    share (0 to 1); a site of the 222 counts where a commune of it lies. `medium` are the
    inhabitants of the towns of these sites, `open_acv` the centres open there. `objective` and
    `status` are of the target set for the territory, if any; `enrolled` the persons that its
    centres gave and that may be told, in the latest `academic_year` that has some, by region only.
    """
    year, enrolled = _enrolled(connection, scope=scope, grain=grain)
    return table(
        (
            row | {"enrolled": told, "academic_year": "" if told is None else year}
            for row in _rows(connection, scope=scope, grain=grain)
            for told in [enrolled.get(row["code"])]
        ),
        TERRITORIES,
    )


def _rows(connection: Connection, *, scope: Scope, grain: Grain) -> list[dict[str, Any]]:
    """Give the rows of `territories`, with their `code`, less what is told of enrolments."""
    areas = _areas(connection, scope=scope, grain=grain)
    lives = _by_area(connection, scope=scope, grain=grain)
    near = coverage.by_territory(
        connection, scope=replace(scope, territory=FRANCE), radius_km=RADIUS_KM, grain=grain
    ).set_index("code")
    sites, served = _sites(connection, scope=scope, grain=grain)
    medium = geography.acv_towns(connection).groupby(f"{grain}_code")["population"].sum()
    with_target = set(connection.scalars(select(Target.territory).distinct()))
    rows = [
        _row(area, lives[area.code], near.loc[area.code], scope=scope, grain=grain)
        | _against_target(connection, area, lives[area.code], with_target, scope, grain)
        | {
            "code": area.code,
            "sites": len(sites[area.code]),
            "sites_with_centre": len(sites[area.code] & served),
            "medium": int(medium.get(area.code, 0)),
        }
        for area in areas
    ]
    rows.sort(
        key=lambda row: (-row["open"], -row["open_at_most"], -row["labelled"], fold(row["name"]))
    )
    return rows


def _against_target(  # noqa: PLR0913, PLR0917 - a territory, and what is known of its target
    connection: Connection,
    area: Any,
    lives: Sequence[Life],
    with_target: Collection[str],
    scope: Scope,
    grain: Grain,
) -> dict[str, Any]:
    territory = Territory(level_of(grain), area.code)
    if str(territory) not in with_target:
        return {"objective": None, "status": ""}
    set_there = target_rows(connection, scope=replace(scope, territory=territory))
    found = progress(lives, scope.as_of, set_there, with_unproven=scope.with_unproven)
    return {
        "objective": found.target.value if found.target else None,
        "status": str(found.status or ""),
    }


def _enrolled(
    connection: Connection, *, scope: Scope, grain: Grain
) -> tuple[str, dict[str, float]]:
    """Give the latest year of which a number of persons may be told, and these by region."""
    if grain != "region":
        return "", {}
    told = enrolments.totals(connection, scope=replace(scope, territory=FRANCE))
    told = told.dropna(subset=["headcount"])
    if told.empty:
        return "", {}
    year = str(told["academic_year"].max())
    last = told[told["academic_year"] == year]
    return year, dict(zip(last["region_code"], last["headcount"], strict=True))


def _row(
    area: Any, lives: Sequence[Life], near: Any, *, scope: Scope, grain: Grain
) -> dict[str, Any]:
    found = count(lives, scope.as_of, with_unproven=scope.with_unproven)
    return {
        "territory": str(Territory(level_of(grain), area.code)),
        "name": area.name,
        "parent": area.parent,
        "open": found.open,
        "open_at_most": found.open_at_most,
        "open_acv": count(
            [life for life in lives if life.history.acv],
            scope.as_of,
            with_unproven=scope.with_unproven,
        ).open,
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


def _areas(connection: Connection, *, scope: Scope, grain: Grain) -> Sequence[Any]:
    """List the territories to compare, by code: `code`, `name`, `parent`."""
    if grain == "region":
        every = select(Region.code, Region.name, literal("France").label("parent"))
        return connection.execute(every.order_by(Region.code)).all()
    statement = (
        select(Department.code, Department.name, Region.name.label("parent"))
        .join(Region, Region.code == Department.region_code)
        .order_by(Department.code)
    )
    if scope.territory.level is not Level.COUNTRY:
        region = place(connection, territory=scope.territory).region
        statement = statement.where(Department.region_code == region)
    return connection.execute(statement).all()


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


def places(connection: Connection, *, scope: Scope, grain: Grain) -> pd.DataFrame:
    """List the known places of each territory, each once; columns `PLACES`.

    The territory with most open centres comes first, then that with most places; those without a
    place are left out, open places come first within each.
    """
    known = rollout.places(connection, scope=replace(scope, territory=FRANCE))
    code = known["region_code"]
    if grain == "department":
        code = ("com-" + known["town_code"]).map(department_of)
    names = {area.code: area.name for area in _areas(connection, scope=scope, grain=grain)}
    data = known.assign(
        territory=[str(Territory(level_of(grain), each)) for each in code],
        name=code.map(names),
        is_open=known["state"] == str(PlaceState.OPEN),
    ).dropna(subset=["name"])
    of_each = data.groupby("territory")
    order = data.assign(
        opened=of_each["is_open"].transform("sum"),
        every=of_each["is_open"].transform("size"),
        folded=data["name"].map(fold),
    ).sort_values(["opened", "every", "folded"], ascending=[False, False, True], kind="stable")
    return order.reset_index(drop=True)[list(PLACES)].astype(PLACES)


def comparison(
    connection: Connection, *, scope: Scope, grain: Grain, indicator: Indicator, per: Per
) -> pd.DataFrame:
    """Make one figure of each territory comparable, greatest first; columns `COMPARED`.

    `rate` is what is compared, NaN where it has no meaning (no centre to divide by); `count` its n,
    `whole` what a share is of; `median` that of all the territories listed.
    """
    rows = _rows(connection, scope=scope, grain=grain)
    goals = _goals(connection, scope=scope)
    found = [
        compared(Counts(**{name: (row | goals)[name] for name in _COUNTED}), indicator, per)
        for row in rows
    ]
    centre = middle([each.value for each in found])
    made = table(
        (
            {**row, **asdict(each), "rate": each.value, "median": centre}
            for row, each in zip(rows, found, strict=True)
        ),
        COMPARED,
    )
    order = made.assign(folded=made["name"].map(fold)).sort_values(
        ["rate", "folded"], ascending=[False, True], na_position="last"
    )
    return made.loc[order.index].reset_index(drop=True)


def _goals(connection: Connection, *, scope: Scope) -> dict[str, int]:
    """Give what is to be opened in all of France, in the towns of the 222 sites and elsewhere."""
    found = {}
    for name, perimeter in (("acv_target", Perimeter.ACV), ("others_target", Perimeter.NON_ACV)):
        asked = replace(scope, territory=FRANCE, perimeter=perimeter)
        target = target_at(target_rows(connection, scope=asked), scope.as_of)
        found[name] = target.value if target else 0
    return found


def burn_ups(connection: Connection, *, scope: Scope, grain: Grain) -> pd.DataFrame:
    """List the days on which each territory's counts change; columns `BURN_UPS`.

    Territories in the order of `territories`, each from zero at the programme's start to the
    scope's day; those without a possible opening are left out.
    """
    lives = _by_area(connection, scope=scope, grain=grain)
    rows = []
    for row in _rows(connection, scope=scope, grain=grain):
        steps = staircase(
            lives[row["code"]],
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
            row | {"day": day, "open": certain, "open_at_most": at_most}
            for day, certain, at_most in counts
        ]
    return table(rows, BURN_UPS)


def slopes(connection: Connection, *, scope: Scope, grain: Grain, since: date) -> pd.DataFrame:
    """Count what was open at a reference day and at the scope's, most open first; columns `SLOPES`.

    Both as known at the scope's instant.
    """
    lives = _by_area(connection, scope=scope, grain=grain)
    return table(
        (
            row
            | {
                "before": count(lives[row["code"]], since, with_unproven=scope.with_unproven).open,
                "after": row["open"],
            }
            for row in _rows(connection, scope=scope, grain=grain)
        ),
        SLOPES,
    )


def side_by_side(connection: Connection, *, scope: Scope, chosen: tuple[str, ...]) -> pd.DataFrame:
    """Put some territories beside what holds them and beside the median; columns `SIDE_BY_SIDE`.

    `chosen`: `reg-44`, `dep-52`…; then come the regions of the departments, France, and the median
    of each grain present: `beside` is `chosen`, `parent` or `median`. Codes of nowhere are left
    out.
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
    picked = [rows[code] | {"beside": "chosen"} for code in chosen if code in rows]
    names = {row["name"]: row for row in rows.values() if row["territory"].startswith("reg-")}
    held = {row["parent"] for row in picked} & set(names)
    already = {row["territory"] for row in picked}
    picked += [
        names[name] | {"beside": "parent"}
        for name in sorted(held, key=fold)
        if names[name]["territory"] not in already
    ]
    picked.append(_france(grains["region"], connection, scope=whole))
    picked += [
        _median(_with_rate(data), grain)
        for grain, data in grains.items()
        if any(code.startswith(level_of(grain)) for code in already)
    ]
    goals = _goals(connection, scope=scope)
    return table((_with_interval(row) | goals for row in picked), SIDE_BY_SIDE)


def _with_interval(row: dict[str, Any]) -> dict[str, Any]:
    """Add the interval of a rate that rests on few cases; a median is no such rate."""
    low = high = None
    if row["beside"] != "median" and row["medium"] and 0 < row["open"] < FEW:
        low, high = (1e6 * edge / row["medium"] for edge in cases(int(row["open"])))
    return row | {"per_medium_low": low, "per_medium_high": high}


def _with_rate(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(
        per_million=1e6 * data["open"] / data["population"],
        per_medium=1e6 * data["open"] / data["medium"].where(data["medium"] > 0),
    )


def _france(regions: pd.DataFrame, connection: Connection, *, scope: Scope) -> dict[str, Any]:
    found = coverage.covered(connection, scope=scope, radius_km=RADIUS_KM)
    sums = {name: int(regions[name].sum()) for name in _MEASURES if name in TERRITORIES}
    population = found.coverage.population
    last = max(zip(regions["last_opening"], regions["basis"], strict=True), default=("", ""))
    return sums | {
        "territory": str(FRANCE),
        "name": "France",
        "beside": "parent",
        "covered": found.coverage.inhabitants,
        "covered_share": found.coverage.share,
        # A site on two regions counts once in France.
        "sites": found.acv_sites,
        "sites_with_centre": found.acv_sites_with_centre,
        **dict(zip(("last_opening", "basis"), last, strict=True)),
        "population": population,
        "per_million": 1e6 * sums["open"] / population if population else None,
        "per_medium": 1e6 * sums["open"] / sums["medium"] if sums["medium"] else None,
        "enrolled": regions["enrolled"].sum(min_count=1),
        "academic_year": regions["academic_year"].max(),
    }


def _median(data: pd.DataFrame, grain: Grain) -> dict[str, Any]:
    return {name: float(data[name].median()) for name in _MEASURES} | {
        "name": words.median_of(grain),
        "beside": "median",
    }


def reached(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Count the centres of which each step is documented as reached; columns `REACHED`, one row.

    `openings` are those that opened, closed since or not. Few applications and agreements are
    documented: the steps are no funnel unless each is no rarer than the next.
    """
    kept = counted(lives_in(connection, scope=scope), with_unproven=scope.with_unproven)
    day = scope.as_of
    steps = {
        "applied": StageKind.APPLICATION,
        "labelled": StageKind.SELECTED,
        "agreed": StageKind.AGREEMENT,
    }
    found = {name: sum(life.reached(kind, day) for life in kept) for name, kind in steps.items()}
    opened = sum(any(span.last <= day for span in life.counted_openings()) for life in kept)
    return table([found | {"openings": opened}], REACHED)
