"""What changed of what is known between two instants: new facts, corrections, withdrawals."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from territoires.db.models import Centre, Enrolment
from territoires.domain.clock import PARIS, end_of_day
from territoires.domain.disclosure import Publication
from territoires.domain.scope import Scope
from territoires.french import changes as french
from territoires.french import dates
from territoires.french import town as words
from territoires.queries.facts import Row
from territoires.queries.frames import by_name, columns, table
from territoires.queries.telling import TOLD, Acts, Telling, located, within

CHANGES = columns("change town_code town subject before after reason source source_url recorded_at")
_CHANGING: tuple[type[Any], ...] = (*TOLD, Centre)
_USUAL = timedelta(days=31)


def changes(connection: Connection, *, scope: Scope, since: datetime) -> pd.DataFrame:
    """List the facts not known now as they were then, the last changed first; columns `CHANGES`.

    Those of one act are in the order of their towns.
    "Now" is the scope's instant. Of headcounts, totals of centres as far as the public is told.
    """

    def moved(column: Any) -> ColumnElement[bool]:
        known = column <= scope.known_at if scope.known_at is not None else true()
        return and_(column > since, known)

    telling = Telling(connection, scope.known_at)
    found: list[Row] = []
    for fact in _CHANGING:
        numbers = select(fact.entity_id).where(
            or_(moved(fact.recorded_at), moved(fact.superseded_at)), *within(fact, scope)
        )
        where = [fact.entity_id.in_(numbers)]
        if fact is Enrolment:
            where.append(Enrolment.course_key.is_(None))
        tell = telling.attributes(*where) if fact is Centre else telling.told(fact, *where)
        found += [change for versions in tell if (change := _change(versions, since))]
    acts = Acts(connection, {row["at"] for row in found})
    found.sort(key=itemgetter("number"))
    placed = by_name(located(connection, found), "town")
    placed.sort(key=itemgetter("at"), reverse=True)
    return table(
        (
            {
                **row,
                # Of what was said before.
                "reason": acts.reason(row, row["at"]) if row["before"] else "",
                "recorded_at": dates.instant(row["at"]),
            }
            for row in placed
        ),
        CHANGES,
    )


def _change(versions: Sequence[Row], since: datetime) -> Row | None:
    """Compare what a fact said then with what it says now; None of what says the same."""
    before = next((row for row in versions if _said_at(row, since)), None)
    last = versions[-1]
    after = last if last["ended_at"] is None and last["value_text"] else None
    if before is after or (before and after and _words(before) == _words(after)):
        return None
    # Of a centre that is new its name says enough: the rest came with it.
    if (
        before is None
        and versions[0]["recorded_at"] > since
        and last.get("attribute", "name") != "name"
    ):
        return None
    if "headcount" in last and all(
        row["publication"] is not Publication.SHOWN for row in (before, after) if row
    ):
        return None
    change = french.NEW if before is None else french.CORRECTED if after else french.WITHDRAWN
    following = words.replacement(before, after) if before and after else None
    return {
        **(after or last),
        "at": after["recorded_at"] if after else last["ended_at"],
        "change": change,
        "before": before["value_text"] if before else "",
        "after": following or (after["value_text"] if after else ""),
    }


def _said_at(row: Row, at: datetime) -> bool:
    ended = row["ended_at"]
    return bool(row["value_text"] and row["recorded_at"] <= at and (ended is None or ended > at))


def _words(row: Row) -> list[Any]:
    return [row.get(name) for name in ("subject", "value_text", "source", "basis", "confidence")]


def usual_since(connection: Connection, *, scope: Scope, now: datetime) -> datetime | None:
    """Give the beginning of the last thirty days, or else the eve of the last change; None: never.

    `now` stands for the instant of a scope that has none.
    """
    until = scope.known_at or now
    month = end_of_day(until.astimezone(PARIS).date() - _USUAL)
    last: list[datetime] = [
        at
        for fact in _CHANGING
        for clock in (fact.recorded_at, fact.superseded_at)
        if (at := connection.scalar(select(func.max(clock)).where(clock <= until)))
    ]
    if not last:
        return None
    return min(month, max(last) - timedelta(microseconds=1))
