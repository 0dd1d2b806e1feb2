"""Published totals against the rows, and against one another: the band of each day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isinf
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from territoires.db.models import PublishedFigure
from territoires.domain.programme import NEVER_LATEST, FigureKind, Qualifier
from territoires.domain.reconciliation import (
    Band,
    Contradiction,
    Rows,
    Total,
    band,
    contradictions,
)
from territoires.domain.rollout import counted
from territoires.domain.scope import Level, Perimeter, Scope
from territoires.french import reconciliation as words
from territoires.queries.facts import Row, published
from territoires.queries.frames import FLAG, NUMBER, columns, table
from territoires.queries.rollout import INDICATOR, LABELLED, lives_in, meanings

Believed = tuple[int, ...] | None
"""The numbers of the totals believed; None: all but disputed and considered ones."""

TOTALS = columns(
    "number day indicator value qualifier part least most is_believed title published_on source "
    "source_url",
    number="int64",
    least=NUMBER,
    most=NUMBER,
    is_believed=FLAG,
)
BANDS = columns("day open open_at_most least most", least=NUMBER, most=NUMBER)
CONTRADICTIONS = columns("detail is_believed", is_believed=FLAG)
_OF_YEAR = re.compile(INDICATOR + r"_(\d{4})")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is proven on a day, and the band that the totals believed make of it.

    `publishers` are those of the totals that make either end of the band.
    """

    certain: int
    at_most: int
    band: Band
    publishers: tuple[str, ...]
    totals: int


def totals(connection: Connection, *, scope: Scope, believed: Believed = None) -> pd.DataFrame:
    """List the totals of open centres of exactly this scope, by day; columns `TOTALS`.

    Whenever they were published: what a later total says of a day bounds that day. `most` is
    missing where there is no upper bound.
    """
    return table(
        (
            row | {"most": None if isinf(row["most"]) else row["most"]}
            for row in _totals(_figures(connection, scope), believed)
        ),
        TOTALS,
    )


def answer(connection: Connection, *, scope: Scope, believed: Believed = None) -> Answer:
    """Give the band of the scope's day."""
    figures = _figures(connection, scope)
    ground, rows = _ground(connection, scope, figures), _totals(figures, believed)
    taken = {_total(row): row["source"] for row in rows if row["is_believed"]}
    day = scope.as_of
    found = band(ground, taken, day)
    makers = [
        source
        for total, source in taken.items()
        if band(ground, [each for each in taken if each is not total], day) != found
        or (total.day <= day and total.least - ground.closings(total.day, day) == found.least)
    ]
    return Answer(
        certain=ground.certain(day),
        at_most=sum(life.possibly_open(day) for life in ground.lives),
        band=found,
        publishers=tuple(dict.fromkeys(makers)),
        totals=len(rows),
    )


def bands(connection: Connection, *, scope: Scope, believed: Believed = None) -> pd.DataFrame:
    """List the days on which the band may change, up to the scope's; columns `BANDS`.

    `least` and `most` are missing where they cross: no number fits what is believed.
    """
    figures = _figures(connection, scope)
    ground = _ground(connection, scope, figures)
    taken = [_total(row) for row in _totals(figures, believed) if row["is_believed"]]
    return table((_band(ground, taken, day) for day in _days(ground, taken, scope.as_of)), BANDS)


def contradicted(
    connection: Connection, *, scope: Scope, believed: Believed = None
) -> pd.DataFrame:
    """Name each total that the rows deny, and each pair that cannot be true together.

    Columns `CONTRADICTIONS`: the detail in French, and whether all that it names is believed.
    """
    figures = _figures(connection, scope)
    rows = {_total(row): row for row in _totals(figures, believed)}
    found: Iterator[Contradiction] = contradictions(_ground(connection, scope, figures), rows)
    return table(
        sorted(
            (
                {
                    "detail": words.contradiction([rows[each] for each in one.totals], one),
                    "is_believed": all(rows[each]["is_believed"] for each in one.totals),
                }
                for one in found
            ),
            key=lambda row: not row["is_believed"],
        ),
        CONTRADICTIONS,
    )


def _figures(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """Read what was published of exactly this scope, whatever the day looked at."""
    if scope.perimeter is not Perimeter.ALL or scope.territory.level is not Level.COUNTRY:
        return []
    rows = published(
        connection,
        replace(scope, as_of=date.max),
        PublishedFigure.town_code.is_(None),
        PublishedFigure.kind == FigureKind.OBSERVED,
    )
    return [_of_its_day(row) for row in rows]


def _of_its_day(row: dict[str, Any]) -> dict[str, Any]:
    """Give a total of a year the last day of that year, whenever it was published."""
    found = _OF_YEAR.fullmatch(str(row["indicator"]))
    moved = {"indicator": INDICATOR, "last_day": date(int(found[1]), 12, 31)} if found else {}
    return row | moved


def _totals(figures: list[dict[str, Any]], believed: Believed) -> list[dict[str, Any]]:
    rows = []
    for row in meanings(figures):
        number = row["origin_id"] or row["id"]
        usual = row["qualifier"] not in NEVER_LATEST
        rows.append(
            {
                **row,
                "number": number,
                "day": row["last_day"],
                "is_believed": usual if believed is None else number in believed,
            }
        )
    return sorted(rows, key=lambda row: (row["day"], row["number"]))


def _total(row: Row) -> Total:
    return Total(number=row["number"], day=row["day"], least=row["least"], most=row["most"])


def _ground(connection: Connection, scope: Scope, figures: list[dict[str, Any]]) -> Rows:
    lives = counted(lives_in(connection, scope=scope), with_unproven=scope.with_unproven)
    labelled = [
        (row["last_day"], int(row["value"]))
        for row in figures
        # What counts a part of the places says nothing of how many there are.
        if row["indicator"] == LABELLED
        and row["qualifier"] in {None, Qualifier.EXACT}
        and not row["part"]
    ]
    return Rows(lives, labelled)


def _days(ground: Rows, taken: Sequence[Total], until: date) -> list[date]:
    days = {day for day in ground.turning_days() if day <= until}
    for total in taken:
        following = date.fromordinal(min(total.day.toordinal() + 1, date.max.toordinal()))
        days |= {day for day in (total.day, following) if day <= until}
    return sorted(days | {until})


def _band(ground: Rows, taken: Sequence[Total], day: date) -> Row:
    found = band(ground, taken, day)
    shown = found.holds and not isinf(found.most)
    return {
        "day": day,
        "open": ground.certain(day),
        "open_at_most": sum(life.possibly_open(day) for life in ground.lives),
        "least": found.least if found.holds else None,
        "most": found.most if shown else None,
    }
