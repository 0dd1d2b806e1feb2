"""How many centres are open, of which towns, and what that makes of the target."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, or_, select
from sqlalchemy.orm import aliased

from territoires.db.models import (
    Centre,
    Department,
    ProgrammeEvent,
    PublishedFigure,
    Source,
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
)
from territoires.domain.rollout import (
    CentreHistory,
    FirstOpening,
    Life,
    Published,
    Situation,
    Stage,
    TargetRow,
    count,
    counted,
    lives,
    openings_by_quarter,
    progress,
    staircase,
    target_at,
)
from territoires.domain.scope import FRANCE, Level, Perimeter, Scope
from territoires.domain.worlds import Span
from territoires.queries.clocks import created_at, known
from territoires.queries.frames import COUNT, DAY, columns, table

INDICATOR = "open_centres"

STEPS = columns("day open open_at_most")
OPENINGS = columns(
    "town_code town department region_code acv state certain possible happened_on basis first_day "
    "last_day source source_url note"
)
QUARTERS = columns("first_quarter last_quarter known openings")
PUBLISHED = columns(
    "indicator value qualifier published_on last_day title source_id source source_url"
)
EVENTS = columns("happened_on first_day title source source_url")
TARGETS = columns("value starts_on deadline decided_on in_force source", value=COUNT, starts_on=DAY)


def all_lives(connection: Connection, *, scope: Scope) -> tuple[Life, ...]:
    """Read the centres of all France as they were known."""
    stages: dict[int, list[Stage]] = defaultdict(list)
    rows = connection.execute(
        select(
            StageRow.centre_id,
            StageRow.kind,
            StageRow.happened_on,
            StageRow.basis,
            StageRow.retained,
            StageRow.id,
        ).where(known(StageRow, scope.known_at), StageRow.validation == Validation.VALIDATED)
    )
    for centre_id, kind, happened_on, basis, retained, number in rows:
        stages[centre_id].append(
            Stage(kind=kind, on=happened_on, basis=basis, retained=retained, number=number)
        )
    # A commune that is no more when this is read may still have been one at the instant asked.
    of_then = aliased(Town)
    centres = connection.execute(
        select(
            Centre.entity_id,
            Town.code,
            Town.department_code,
            Department.region_code,
            Town.acv_site.is_not(None),
            Centre.programme_link,
        )
        .join(of_then, of_then.code == Centre.town_code)
        .join(Town, Town.code == func.coalesce(of_then.present_code, of_then.code))
        .join(Department, Department.code == Town.department_code)
        .where(known(Centre, scope.known_at))
        .order_by(Town.code, Centre.entity_id)
    )
    return lives(
        CentreHistory(
            centre_id=centre_id,
            town=town,
            department=department,
            region=region,
            acv=acv,
            proven=link is ProgrammeLink.STATED,
            stages=tuple(stages[centre_id]),
        )
        for centre_id, town, department, region, acv, link in centres
    )


def in_scope(every: Sequence[Life], scope: Scope) -> tuple[Life, ...]:
    """Keep the centres of the scope's territory and perimeter."""
    level, code = scope.territory.level, scope.territory.code

    def inside(life: Life) -> bool:
        history = life.history
        where = {
            Level.COUNTRY: "",
            Level.REGION: history.region,
            Level.DEPARTMENT: history.department,
            Level.TOWN: history.town,
        }[level]
        perimeter = {
            Perimeter.ALL: True,
            Perimeter.ACV: history.acv,
            Perimeter.NON_ACV: not history.acv,
        }[scope.perimeter]
        return where == code and perimeter

    return tuple(life for life in every if inside(life))


def lives_in(connection: Connection, *, scope: Scope) -> tuple[Life, ...]:
    """Read the centres of the scope."""
    return in_scope(all_lives(connection, scope=scope), scope)


def target_rows(connection: Connection, *, scope: Scope) -> list[TargetRow]:
    """Read the targets set for exactly this territory and perimeter, oldest decision first."""
    rows = connection.execute(
        select(
            Target.value,
            Target.starts_on,
            Target.deadline,
            Target.decided_on,
            Target.source_id,
        )
        .where(
            known(Target, scope.known_at),
            Target.indicator == INDICATOR,
            Target.perimeter == scope.perimeter,
            Target.territory == str(scope.territory),
        )
        .order_by(Target.decided_on, Target.id)
    )
    return [
        TargetRow(value=v, starts_on=s, deadline=d, decided_on=o, source=i)
        for v, s, d, o, i in rows
    ]


def situation(connection: Connection, *, scope: Scope) -> Situation:
    """Count what is open in the scope, compare it with its target, and add what was published."""
    here = lives_in(connection, scope=scope)
    targets_here = target_rows(connection, scope=scope)
    everywhere = replace(scope, territory=FRANCE, perimeter=Perimeter.ALL)
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
            Published(
                indicator=row.indicator,
                value=row.value,
                qualifier=Qualifier(row.qualifier) if row.qualifier else None,
                on=PartialDate.parse(row.published_on),
                source_id=row.source_id,
                publisher=row.source,
            )
            for row in latest_published(connection, scope=scope).itertuples()
        ),
        first=_first_opening(connection, counted(here, with_unproven=scope.with_unproven)),
        whole_target=target_at(of_all, scope.as_of),
        created_at=created_at(connection),
    )


def _first_opening(connection: Connection, here: Sequence[Life]) -> FirstOpening | None:
    dated = [(span, stage, life.history.town) for life in here for span, stage in life.openings]
    if not dated:
        return None
    _, stage, code = min(dated, key=lambda found: (found[0].last, found[0].first))
    town = _names(connection, [code])[code][0]
    return FirstOpening(town=town, on=stage.on, basis=stage.basis)


def steps(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the days on which the counts change, up to the scope's; columns `STEPS`."""
    here = lives_in(connection, scope=scope)
    return table(
        (
            {"day": step.day, "open": step.open, "open_at_most": step.open_at_most}
            for step in staircase(here, until=scope.as_of, with_unproven=scope.with_unproven)
        ),
        STEPS,
    )


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
    return data.sort_values(["last_day", "town"], ascending=[False, True], ignore_index=True)


def latest_openings(connection: Connection, *, scope: Scope, rows: int = 5) -> pd.DataFrame:
    """List the centres certainly open whose opening was reached last; columns `OPENINGS`."""
    return openings(connection, scope=scope).head(rows)


def centre_list(
    connection: Connection, *, scope: Scope, among: Collection[int] | None = None
) -> pd.DataFrame:
    """List every centre and labelled town of the scope with its state; columns `OPENINGS`.

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
    details = _opening_details(
        connection, [stage.number for _, stage in filter(None, reached.values())]
    )
    names = _names(connection, [life.history.town for life in here])
    rows = []
    for life in here:
        history = life.history
        span, stage = reached[history.centre_id] or (None, None)
        detail = details[stage.number] if stage else {}
        town, department = names[history.town]
        counts = history.centre_id in kept
        rows.append(
            {
                "town_code": history.town,
                "town": town,
                "department": department,
                "region_code": history.region,
                "acv": history.acv,
                "state": life.state(scope.as_of),
                "certain": counts and life.certainly_open(scope.as_of),
                "possible": counts and life.possibly_open(scope.as_of),
                "happened_on": detail.get("happened_on", ""),
                "basis": detail.get("basis", ""),
                "first_day": span.first if span else None,
                "last_day": span.last if span else None,
                "source": detail.get("source", ""),
                "source_url": detail.get("source_url", ""),
                "note": detail.get("note", ""),
            }
        )
    return table(rows, OPENINGS)


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


def _names(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    rows = connection.execute(
        select(Town.code, Town.name, Department.name)
        .join(Department, Department.code == Town.department_code)
        .where(Town.code.in_(set(codes)))
    )
    return {code: (town, department) for code, town, department in rows}


def _opening_details(connection: Connection, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    rows = connection.execute(
        select(
            StageRow.id,
            StageRow.happened_on,
            StageRow.basis,
            StageRow.note,
            Source.publisher,
            Source.url,
        )
        .join(Source, Source.id == StageRow.source_id)
        .where(StageRow.id.in_(numbers))
    )
    return {
        row.id: {
            "happened_on": row.happened_on.iso,
            "basis": row.basis,
            "note": row.note or "",
            "source": row.publisher,
            "source_url": row.url or "",
        }
        for row in rows
    }


def published_figures(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the totals published up to the date for exactly this territory; columns `PUBLISHED`.

    A total dated to a month counts from its last day. Published totals are about every town: under
    another perimeter there are none.
    """
    if scope.perimeter is not Perimeter.ALL or scope.territory.level not in {
        Level.COUNTRY,
        Level.TOWN,
    }:
        return table([], PUBLISHED)
    town = scope.territory.code or None
    rows = connection.execute(
        select(
            PublishedFigure.indicator,
            PublishedFigure.value,
            PublishedFigure.qualifier,
            PublishedFigure.published_on,
            PublishedFigure.title,
            PublishedFigure.source_id,
            Source.publisher,
            Source.url,
        )
        .join(Source, Source.id == PublishedFigure.source_id)
        .where(
            known(PublishedFigure, scope.known_at),
            PublishedFigure.town_code == town if town else PublishedFigure.town_code.is_(None),
        )
        .order_by(PublishedFigure.indicator, PublishedFigure.id)
    )
    return table(
        (
            {
                "indicator": row.indicator,
                "value": row.value,
                "qualifier": row.qualifier or "",
                "published_on": row.published_on.iso,
                "last_day": row.published_on.last,
                "title": row.title,
                "source_id": row.source_id,
                "source": row.publisher,
                "source_url": row.url or "",
            }
            for row in rows
            if row.published_on.last is not None and row.published_on.last <= scope.as_of
        ),
        PUBLISHED,
    )


def stands() -> ColumnElement[bool]:
    """Keep the figures that may stand as the latest: neither disputed nor merely considered."""
    qualifier = PublishedFigure.qualifier
    return or_(qualifier.is_(None), qualifier.not_in(NEVER_LATEST))


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
        select(ProgrammeEvent.happened_on, ProgrammeEvent.title, Source.publisher, Source.url)
        .join(Source, Source.id == ProgrammeEvent.source_id)
        .where(known(ProgrammeEvent, scope.known_at))
        .order_by(ProgrammeEvent.happened_on)
    )
    return table(
        (
            {
                "happened_on": row.happened_on.iso,
                "first_day": row.happened_on.first,
                "title": row.title,
                "source": row.publisher,
                "source_url": row.url or "",
            }
            for row in rows
            if row.happened_on.last is not None and row.happened_on.last <= scope.as_of
        ),
        EVENTS,
    )


def targets(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the targets decided by the date, oldest first; columns `TARGETS`."""
    decided = [t for t in target_rows(connection, scope=scope) if t.decided_on <= scope.as_of]
    return table(
        (
            {
                "value": target.value,
                "starts_on": target.starts_on,
                "deadline": target.deadline,
                "decided_on": target.decided_on,
                "in_force": target is decided[-1],
                "source": target.source,
            }
            for target in decided
        ),
        TARGETS,
    )
