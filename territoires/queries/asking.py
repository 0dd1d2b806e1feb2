"""What to ask the field first: the towns ordered by what an answer would settle."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from territoires.db.models import Question
from territoires.domain.comparison import RADIUS_KM
from territoires.domain.rollout import State, counted
from territoires.domain.scope import Scope
from territoires.queries import geography, siting
from territoires.queries.announcements import announcements
from territoires.queries.clocks import known
from territoires.queries.facts import is_in, stage_details, towns
from territoires.queries.frames import COUNT, columns, table
from territoires.queries.rollout import lives_in, town_states

OPEN_OR_NOT: Final = columns(
    "town_code town department region_code region state announced_for alone"
)
SINCE_WHEN: Final = columns(
    "town_code town department region_code region happened_on basis first_day last_day days "
    "source source_url",
    days=COUNT,
)
_ASKED: Final = (State.SELECTED, State.OPEN_UNDATED)


def open_or_not(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the towns labelled, announced or said open, of which no opening has a date.

    Columns `OPEN_OR_NOT`, the most `alone` first: inhabitants of France within `RADIUS_KM` of the
    town and of no centre known open. `announced_for` is empty where nothing was announced.
    """
    lives = lives_in(connection, scope=scope)
    dated = {life.history.town for life in lives if life.openings}
    states = town_states(connection, scope=scope)
    said = announcements(connection, scope=scope)
    promised = dict(zip(said["town_code"], said["announced_for"], strict=True))
    found: dict[str, State] = {}
    for town in {*(life.history.town for life in lives), *promised} - dated:
        state = states.get(town, State.NOTHING_KNOWN)
        if state in _ASKED or (state is State.NOTHING_KNOWN and town in promised):
            found[town] = state
    known = geography.communes(connection).position
    codes = sorted(code for code in found if code in known)
    people = siting.alone(connection, scope=scope, towns=codes, radius_km=RADIUS_KM)
    names = towns(connection, codes)
    rows = [
        {
            **names[code],
            "state": found[code],
            "announced_for": promised.get(code, ""),
            "alone": people[code],
        }
        for code in sorted(codes, key=lambda code: (-people[code], code))
    ]
    return table(rows, OPEN_OR_NOT)


def since_when(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List the centres that opened on no day known exactly, the most `days` first.

    Columns `SINCE_WHEN`: `days` up to the scope's on which the centre may have been open, and may
    not have been; added up, the area of the band of `queries.rollout.steps` up to that day.
    """
    asked = [
        (life, days)
        for life in counted(lives_in(connection, scope=scope), with_unproven=scope.with_unproven)
        if (days := life.unsettled_days(scope.as_of))
    ]
    openings = {
        life.history.centre_id: max(
            life.openings, key=lambda pair: (pair[0].last - pair[0].first, pair[1].number)
        )
        for life, _ in asked
    }
    details = stage_details(connection, [stage.number for _, stage in openings.values()])
    names = towns(connection, [life.history.town for life, _ in asked])
    rows = []
    for life, days in sorted(asked, key=lambda pair: (-pair[1], pair[0].history.town)):
        span, stage = openings[life.history.centre_id]
        rows.append(
            {
                **names[life.history.town],
                **details[stage.number],
                "first_day": span.first,
                "last_day": span.last if span.is_bounded else None,
                "days": days,
            }
        )
    return table(rows, SINCE_WHEN)


def narrowed(connection: Connection, *, scope: Scope) -> int:
    """Say by how many days the answers narrowed what is not known since the first question.

    The days of `since_when` on the scope's day, as known just before the first question still in
    force was recorded, less those known now; negative if more is unknown, 0 if nothing was asked.
    """
    first = aliased(Question)
    asked = connection.execute(
        select(func.min(first.recorded_at).label("at"), Question.town_code)
        .select_from(Question)
        .join(first, first.id == Question.entity_id)
        .where(known(Question, scope.known_at))
        .group_by(Question.town_code)
    ).all()
    names = towns(connection, [row.town_code for row in asked])
    instants = [row.at for row in asked if is_in(names[row.town_code], scope)]
    if not instants:
        return 0
    before = replace(scope, known_at=min(instants) - timedelta(microseconds=1))
    return _unsettled_days(connection, before) - _unsettled_days(connection, scope)


def _unsettled_days(connection: Connection, scope: Scope) -> int:
    return int(since_when(connection, scope=scope)["days"].sum())
