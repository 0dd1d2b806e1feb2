"""Openings announced, each beside the opening that is documented."""

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Connection, select, true

from territoires.db.models import Announcement
from territoires.domain.announcements import delay, mean_delay
from territoires.domain.programme import Validation
from territoires.domain.rollout import Life
from territoires.domain.scope import Scope
from territoires.domain.worlds import Span
from territoires.queries.clocks import known
from territoires.queries.facts import CITED, Row, cited, is_in, towns
from territoires.queries.frames import columns, table
from territoires.queries.rollout import all_lives

ANNOUNCEMENTS = columns(
    "town_code town department region_code announced_for announced_on first_day last_day "
    "late_at_least late_at_most confidence source source_url note",
    late_at_least="Int64",
    late_at_most="Int64",
)


def announcements(connection: Connection, *, scope: Scope) -> pd.DataFrame:
    """List those said by the scope's day, the first announced first; columns `ANNOUNCEMENTS`.

    `first_day` and `last_day` bound the town's first documented opening, missing where none is;
    `late_at_least` and `late_at_most` are days, negative for an opening that came before.
    """
    return table((_line(row, span) for row, span in _pairs(connection, scope)), ANNOUNCEMENTS)


def of_town(connection: Connection, *, scope: Scope, town: str) -> pd.DataFrame:
    """List those of one town; columns `ANNOUNCEMENTS`."""
    found = _pairs(connection, scope, town=town)
    return table((_line(row, span) for row, span in found), ANNOUNCEMENTS)


def average(connection: Connection, *, scope: Scope) -> float | None:
    """Give the mean delay in months; None under ten pairs exact to the month."""
    pairs = _pairs(connection, scope)
    return mean_delay([(row["announced_for"], span) for row, span in pairs if span])


def _pairs(
    connection: Connection, scope: Scope, *, town: str = ""
) -> list[tuple[Row, Span | None]]:
    said = connection.execute(
        cited(
            select(*Announcement.__table__.c, *CITED),
            Announcement,
        )
        .where(
            known(Announcement, scope.known_at),
            Announcement.validation == Validation.VALIDATED,
            Announcement.town_code == town if town else true(),
        )
        .order_by(Announcement.announced_for, Announcement.announced_on, Announcement.id)
    )
    rows = [dict(row) for row in said.mappings() if row["announced_on"].reached(scope.as_of)]
    names = towns(connection, [row["town_code"] for row in rows])
    lives = defaultdict[str, list[Life]](list)
    for life in all_lives(connection, scope=scope):
        lives[life.history.town].append(life)
    found: list[tuple[Row, Span | None]] = []
    for row in rows:
        placed = {**row, **names[row["town_code"]]}
        if town or is_in(placed, scope):
            found.append((placed, _first_opening(lives[row["town_code"]])))
    return found


def _first_opening(lives: Iterable[Life]) -> Span | None:
    """Give the days on which the first opening of a town may have happened."""
    spans = [span for life in lives for span, _ in life.openings]
    if not spans:
        return None
    return Span(first=min(span.first for span in spans), last=min(span.last for span in spans))


def _line(row: Row, span: Span | None) -> Row:
    late = delay(row["announced_for"], span) if span else None
    return {
        **row,
        "first_day": span.first if span else None,
        "last_day": span.last if span and span.is_bounded else None,
        "late_at_least": late.at_least if late else None,
        "late_at_most": late.at_most if late else None,
    }
