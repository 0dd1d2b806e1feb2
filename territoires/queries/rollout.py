"""How many centres are open, of which towns, and what that makes of the target."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from math import inf
from threading import Lock
from typing import Any, Final, TypeVar

import pandas as pd
from cachetools import LRUCache, cached
from sqlalchemy import Connection, select

from territoires.db.engine import once, only_reads
from territoires.db.models import Bound as BoundRow
from territoires.db.models import (
    Centre,
    Department,
    ProgrammeEvent,
    PublishedFigure,
    Target,
    Town,
)
from territoires.db.models import Stage as StageRow
from territoires.domain.dates import PartialDate
from territoires.domain.programme import (
    NEVER_LATEST,
    ProgrammeLink,
    Qualifier,
    StageKind,
    Validation,
    meant,
)
from territoires.domain.rollout import (
    Announced,
    Bound,
    CentreHistory,
    FirstOpening,
    Life,
    PlaceState,
    Published,
    Situation,
    Stage,
    State,
    TargetRow,
    count,
    counted,
    in_scope,
    lives,
    openings_by_quarter,
    progress,
    staircase,
    target_at,
)
from territoires.domain.scope import Level, Perimeter, Scope
from territoires.domain.worlds import Span
from territoires.queries.clocks import Edition, created_at, edition, known
from territoires.queries.facts import CITED, Row, cited, of_centre, published, stage_details, towns
from territoires.queries.frames import COUNT, DAY, NUMBER, by_name, columns, empty, table

T = TypeVar("T")

# How many readings of all centres are kept: the present one and a few of earlier instants.
_KEPT: Final = 8

INDICATOR = "open_centres"
SHARE = "open_share_of_selected_pct"
LABELLED = "selected"

STEPS = columns("day open open_at_most")
OPENINGS = columns(
    "town_code town department region_code acv state certain possible happened_on basis first_day "
    "last_day source source_url note"
)
QUARTERS = columns("first_quarter last_quarter known openings")
PUBLISHED = columns(
    "indicator value qualifier part published_on last_day title source_id source source_url"
)
ANNOUNCED = columns(
    "value qualifier part published_on last_day title source source_id least most share_of",
    least=NUMBER,
    most=NUMBER,
    share_of=NUMBER,
)
PLACES = columns("town_code town department region_code state happened_on basis")
CHANGES = columns("town_code town department before state happened_on basis")
EVENTS = columns("happened_on first_day title source source_url")
TARGETS = columns(
    "value starts_on deadline decided_on in_force source source_url", value=COUNT, starts_on=DAY
)


def all_lives(connection: Connection, *, scope: Scope) -> tuple[Life, ...]:
    """Read the centres of all France as they were known: the same on any day, of any territory."""
    return _lives(connection, known_at=scope.known_at, with_low=scope.with_low)


@once
def _lives(
    connection: Connection, *, known_at: datetime | None, with_low: bool
) -> tuple[Life, ...]:
    """Read them once per edition of the data: a page asks a dozen questions of them.

    A writer reads them again: what it has written is of no edition yet.
    """
    seen = edition(connection)
    read = _lives_of if seen.number and only_reads(connection) else _lives_now
    return read(connection, seen, known_at=known_at, with_low=with_low)


def _at(
    connection: Connection, seen: Edition, *, known_at: datetime | None, with_low: bool
) -> tuple[Any, ...]:
    return connection.engine.url, seen, known_at, with_low


def _lives_now(
    connection: Connection, _seen: Edition, *, known_at: datetime | None, with_low: bool
) -> tuple[Life, ...]:
    dated = (StageRow.happened_on.label("on"), StageRow.retained)
    stages = _by_centre(connection, known_at, StageRow, Stage, *dated)
    limits = (BoundRow.not_before, BoundRow.confidence)
    bounds = _by_centre(connection, known_at, BoundRow, Bound, *limits)
    centres = connection.execute(
        of_centre(
            select(
                Centre.entity_id.label("centre_id"),
                Town.code.label("town"),
                Town.department_code.label("department"),
                Department.region_code.label("region"),
                Town.acv_site.is_not(None).label("acv"),
                (Centre.programme_link == ProgrammeLink.STATED).label("proven"),
            )
        )
        .where(known(Centre, known_at))
        .order_by(Town.code, Centre.entity_id)
    )
    return lives(
        (
            CentreHistory(
                **row,
                stages=tuple(stages[row["centre_id"]]),
                bounds=tuple(bounds[row["centre_id"]]),
            )
            for row in centres.mappings()
        ),
        with_low=with_low,
    )


_lives_of = cached(LRUCache[Any, tuple[Life, ...]](_KEPT), key=_at, lock=Lock())(_lives_now)


def _by_centre(
    connection: Connection, known_at: datetime | None, fact: Any, make: Callable[..., T], *said: Any
) -> dict[int, list[T]]:
    """Read the stages of all centres, or their bounds; `said`: what is peculiar to these."""
    found: dict[int, list[T]] = defaultdict(list)
    rows = connection.execute(
        select(fact.kind, fact.basis, fact.id.label("number"), fact.centre_id, *said)
        .where(known(fact, known_at), fact.validation == Validation.VALIDATED)
        .order_by(fact.id)
    )
    for row in rows:
        fields = row._asdict()
        found[fields.pop("centre_id")].append(make(**fields))
    return found


def lives_in(connection: Connection, *, scope: Scope) -> tuple[Life, ...]:
    """Read the centres of the scope."""
    return in_scope(all_lives(connection, scope=scope), scope)


def town_states(connection: Connection, *, scope: Scope) -> dict[str, State]:
    """Give each town of France with a centre its state, the legend's first when it has several."""
    order = list(State)
    found: dict[str, State] = {}
    for life in all_lives(connection, scope=scope):
        town, state = life.history.town, life.state(scope.as_of)
        found[town] = min(found.get(town, state), state, key=order.index)
    return found


def target_rows(connection: Connection, *, scope: Scope) -> list[TargetRow]:
    """Read the targets set for exactly this territory and perimeter, oldest decision first."""
    rows = connection.execute(
        cited(
            select(Target.value, Target.starts_on, Target.deadline, Target.decided_on, *CITED),
            Target,
        )
        .where(
            known(Target, scope.known_at),
            Target.indicator == INDICATOR,
            Target.perimeter == scope.perimeter,
            Target.territory == str(scope.territory),
        )
        .order_by(Target.decided_on, Target.id)
    )
    return [TargetRow(**row) for row in rows.mappings()]


def situation(connection: Connection, *, scope: Scope) -> Situation:
    """Count what is open in the scope, compare it with its target, and add what was published."""
    here = lives_in(connection, scope=scope)
    targets_here = target_rows(connection, scope=scope)
    everywhere = scope.everywhere
    of_all = targets_here if scope == everywhere else target_rows(connection, scope=everywhere)
    return Situation(
        scope=scope,
        count=count(here, scope.as_of, with_unproven=scope.with_unproven),
        progress=progress(
            here,
            scope.as_of,
            targets_here,
            with_unproven=scope.with_unproven,
        ),
        published=tuple(
            _published(row, row.indicator)
            for row in latest_published(connection, scope=scope).itertuples()
        ),
        announced=_announced(announced_totals(connection, scope=scope)),
        first=_first_opening(connection, counted(here, with_unproven=scope.with_unproven)),
        whole_target=target_at(of_all, scope.as_of),
        created_at=created_at(connection),
    )


def _published(row: Any, indicator: str) -> Published:
    return Published(
        indicator=indicator,
        value=row.value,
        qualifier=Qualifier(row.qualifier) if row.qualifier else None,
        on=PartialDate.parse(row.published_on),
        source_id=row.source_id,
        publisher=row.source,
        part=row.part,
    )


def _announced(totals: pd.DataFrame) -> Announced | None:
    """Take the latest total that stands; of several of one day, the highest."""
    standing = totals[~totals["qualifier"].isin([str(q) for q in NEVER_LATEST])]
    if standing.empty:
        return None
    last = standing.sort_values(["last_day", "least"]).iloc[-1]
    is_share = pd.notna(last["share_of"])
    return Announced(
        figure=_published(last, SHARE if is_share else INDICATOR),
        least=last["least"],
        most=last["most"],
        share_of=int(last["share_of"]) if is_share else None,
    )


def _first_opening(connection: Connection, here: Sequence[Life]) -> FirstOpening | None:
    dated = [(span, stage, life.history.town) for life in here for span, stage in life.openings]
    if not dated:
        return None
    _, stage, code = min(dated, key=lambda found: (found[0].last, found[0].first))
    town = towns(connection, [code])[code]["town"]
    return FirstOpening(town=town, on=stage.on, basis=stage.basis)


def steps(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the days on which the counts change, up to the scope's; columns `STEPS`."""
    here = lives_in(connection, scope=scope)
    found = staircase(here, until=scope.as_of, with_unproven=scope.with_unproven)
    return table(map(asdict, found), STEPS)


def quarters(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Count openings by the quarters in which they may have happened; columns `QUARTERS`.

    Quarters are named by their first day; the two are the same when the quarter is known.
    """
    here = lives_in(connection, scope=scope)
    return table(
        (
            {
                "first_quarter": quarter.first,
                "last_quarter": quarter.last,
                "known": quarter.first == quarter.last,
                "openings": quarter.openings,
            }
            for quarter in openings_by_quarter(
                here, until=scope.as_of, with_unproven=scope.with_unproven
            )
        ),
        QUARTERS,
    )


def openings(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the centres certainly open, latest first: the headline's rows; columns `OPENINGS`."""
    data = centre_list(connection, scope=scope)
    return _latest_first(data[data["certain"]])


def possible_openings(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the centres that "at most" adds to the headline, latest first; columns `OPENINGS`."""
    data = centre_list(connection, scope=scope)
    return _latest_first(data[data["possible"] & ~data["certain"]])


def _latest_first(data: pd.DataFrame) -> pd.DataFrame:
    return data.sort_values("last_day", ascending=False, kind="stable", ignore_index=True)


def places(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the places of the programme that are known, each once, by state; columns `PLACES`.

    A place is a centre that is open, for certain, without a date or perhaps, or else a labelled
    town. The unproven are places only where the reader counts them.
    """
    data = centre_list(connection, scope=scope)
    state = _finer(data)
    rank = state.map({str(each): number for number, each in enumerate(PlaceState)})
    known = data.assign(state=state, rank=rank)[rank.notna()]
    known = known.sort_values(["rank", "last_day"])
    is_open = known["state"] == str(PlaceState.OPEN)
    once = known[is_open | ~known["town_code"].duplicated()]
    return once.reset_index(drop=True)[list(PLACES)].astype(PLACES)


def _finer(data: pd.DataFrame) -> "pd.Series[str]":
    """Tell what is open perhaps from what is only labelled, and count what the reader counts."""
    state = data["state"].mask(data["possible"], str(PlaceState.POSSIBLE))
    return state.mask(data["certain"], str(PlaceState.OPEN))


def changes(connection: Connection, *, scope: Scope, since: date) -> pd.DataFrame:
    """List the centres whose state is not what it was on a day, latest first; columns `CHANGES`.

    Both days are looked at as one knows them now.
    """
    before = centre_list(connection, scope=replace(scope, as_of=since))
    after = centre_list(connection, scope=scope)
    # Both list every centre of the scope, in one order.
    moved = after.assign(before=_finer(before), state=_finer(after))
    moved = moved[moved["state"] != moved["before"]]
    return _latest_first(moved)[list(CHANGES)].astype(CHANGES)


def centre_list(
    connection: Connection, *, scope: Scope, among: Collection[int] | None = None
) -> pd.DataFrame:
    """List every centre and labelled town of the scope with its state, by name; `OPENINGS`.

    The unproven ones have their own state and are neither certain nor possible unless the reader
    asks for them. The date is that of the retained opening reached last. `among` keeps the centres
    of these numbers only.
    """
    here = [
        life
        for life in lives_in(connection, scope=scope)
        if among is None or life.history.centre_id in among
    ]
    shown = counted(here, with_unproven=scope.with_unproven)
    kept = {life.history.centre_id for life in shown}
    reached = {life.history.centre_id: _opening_reached(life, scope.as_of) for life in here}
    details = stage_details(
        connection, [stage.number for _, stage in filter(None, reached.values())]
    )
    names = towns(connection, [life.history.town for life in here])
    rows = []
    for life in here:
        history = life.history
        span, stage = reached[history.centre_id] or (None, None)
        counts = history.centre_id in kept
        rows.append(
            {
                **names[history.town],
                **(details[stage.number] if stage else {}),
                "state": life.state(scope.as_of),
                "certain": counts and life.certainly_open(scope.as_of),
                "possible": counts and life.possibly_open(scope.as_of),
                "first_day": span.first if span else None,
                "last_day": span.last if span else None,
            }
        )
    return table(by_name(rows, "town"), OPENINGS)


def _opening_reached(life: Life, day: date) -> tuple[Span | None, Stage] | None:
    """Give the retained opening reached last, or the one without a date."""
    reached = [pair for pair in life.openings if pair[0].first <= day]
    if dated := [pair for pair in reached if pair[0].last != date.max]:
        return max(dated, key=lambda pair: (pair[0].last, pair[0].first))
    if not reached and (life.undated_from is None or day < life.undated_from):
        return None
    return next(
        (None, stage)
        for stage in life.history.stages
        if stage.retained and stage.kind is StageKind.OPENED and stage.on.last is None
    )


def published_figures(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the totals published up to the date for exactly this territory; columns `PUBLISHED`.

    A total dated to a month counts from its last day. Published totals are about every town: under
    another perimeter there are none.
    """
    if scope.perimeter is not Perimeter.ALL or scope.territory.level not in {
        Level.COUNTRY,
        Level.TOWN,
    }:
        return empty(PUBLISHED)
    town = scope.territory.code or None
    about = PublishedFigure.town_code == town if town else PublishedFigure.town_code.is_(None)
    rows = published(connection, scope, about)
    return table(sorted(rows, key=lambda row: (row["indicator"], row["id"])), PUBLISHED)


def announced_totals(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Say of each total of open centres what it may mean, oldest first; columns `ANNOUNCED`.

    A share of the labelled towns counts as a total where their number had been published by then.
    """
    rows = published_figures(connection, scope=scope).to_dict("records")
    return table(sorted(meanings(rows), key=lambda row: row["last_day"]), ANNOUNCED)


def meanings(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the totals of open centres among figures, with the least and the most they may mean.

    A share of the labelled towns is one where their number had been published by then. What counts
    a part of the programme says how many it has at least, and nothing of how many at most.
    """
    labelled = sorted(
        (row["last_day"], row["value"])
        for row in rows
        if row["indicator"] == LABELLED and not row["part"]
    )
    for row in rows:
        if row["indicator"] not in {INDICATOR, SHARE}:
            continue
        share_of = None
        if row["indicator"] == SHARE:
            known_then = [value for day, value in labelled if day <= row["last_day"]]
            if not known_then:
                continue
            share_of = int(known_then[-1])
        qualifier = Qualifier(row["qualifier"]) if row["qualifier"] else None
        least, most = meant(row["value"], qualifier, share_of=share_of)
        yield {**row, "least": least, "most": inf if row["part"] else most, "share_of": share_of}


def latest_published(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """Keep the latest total of each indicator, ties included; columns `PUBLISHED`.

    Disputed totals and those that were merely considered never stand as the latest.
    """
    data = published_figures(connection, scope=scope)
    standing = data[~data["qualifier"].isin([str(q) for q in NEVER_LATEST])]
    newest = standing.groupby("indicator")["last_day"].transform("max")
    return standing[standing["last_day"] == newest].reset_index(drop=True)


def programme_events(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List what happened to the programme up to the date, oldest first; columns `EVENTS`."""
    rows = connection.execute(
        cited(select(ProgrammeEvent.happened_on, ProgrammeEvent.title, *CITED), ProgrammeEvent)
        .where(known(ProgrammeEvent, scope.known_at))
        .order_by(ProgrammeEvent.happened_on)
    )
    return table(
        (
            row._asdict() | {"first_day": row.happened_on.first}
            for row in rows
            if row.happened_on.reached(scope.as_of)
        ),
        EVENTS,
    )


def targets(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the targets decided by the date, oldest first; columns `TARGETS`."""
    decided = [t for t in target_rows(connection, scope=scope) if t.decided_on <= scope.as_of]
    return table((asdict(each) | {"in_force": each is decided[-1]} for each in decided), TARGETS)
