"""Every figure that the pages tell of the number of centres, each with its scope."""

from collections.abc import Iterator
from dataclasses import replace
from math import isinf

from sqlalchemy import Connection

from territoires.domain.figures import Kind, Told, counts
from territoires.domain.rollout import target_at
from territoires.domain.scope import FRANCE, Perimeter, Scope
from territoires.queries import reconciliation
from territoires.queries.rollout import (
    LABELLED,
    SHARE,
    all_lives,
    published_figures,
    target_rows,
)


def told(connection: Connection, *, scope: Scope) -> tuple[Told, ...]:
    """List what is counted, planned and published, by the day of the scope.

    Of its territory, then of all France: a figure may be another territory's than one believes.
    """
    found: list[Told] = []
    for territory in dict.fromkeys((scope.territory, FRANCE)):
        here = replace(scope, territory=territory)
        found += _counted(connection, here)
        found += _planned(connection, here)
        found += _published(connection, replace(here, perimeter=Perimeter.ALL))
    return tuple(found)


def _counted(connection: Connection, scope: Scope) -> Iterator[Told]:
    for with_low in (False, True):
        here = replace(scope, with_low=with_low)
        yield from counts(all_lives(connection, scope=here), here)


def _planned(connection: Connection, scope: Scope) -> Iterator[Told]:
    for perimeter in Perimeter:
        here = replace(scope, perimeter=perimeter)
        target = target_at(target_rows(connection, scope=here), here.as_of)
        if target is not None:
            yield Told(kind=Kind.TARGET, value=target.value, scope=here)


def _published(connection: Connection, scope: Scope) -> Iterator[Told]:
    for row in reconciliation.totals(connection, scope=scope).to_dict("records"):
        value = row["least"] if row["indicator"] == SHARE else row["value"]
        yield Told(kind=Kind.PUBLISHED, value=value, scope=scope, row=row)
    figures = published_figures(connection, scope=scope)
    for row in figures[figures["indicator"] == LABELLED].to_dict("records"):
        yield Told(kind=Kind.LABELLED, value=row["value"], scope=scope, row=row)
    found = reconciliation.answer(connection, scope=scope)
    if found.totals and found.band.holds:
        yield Told(kind=Kind.BELIEVED_LEAST, value=found.band.least, scope=scope)
        if not isinf(found.band.most):
            yield Told(kind=Kind.BELIEVED_MOST, value=found.band.most, scope=scope)
