"""Which versions of a fact were known at an instant, and when this database began to know."""

from datetime import datetime
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache, cached
from sqlalchemy import URL, ColumnElement, Connection, and_, func, or_, select

from territoires.db import seeds
from territoires.db.journal import anchor
from territoires.db.models import AuditEvent, Versioned


def known(table: type[Versioned], known_at: datetime | None) -> ColumnElement[bool]:
    """Keep one version of each fact: the one in force at that instant, or now (None)."""
    if known_at is None:
        return table.superseded_at.is_(None)
    return and_(
        table.recorded_at <= known_at,
        or_(table.superseded_at.is_(None), table.superseded_at > known_at),
    )


class Edition(NamedTuple):
    """What the data is at: the number of the latest act, and its seal.

    The seal follows from every act before: after a restoration, other acts bear the same numbers.
    """

    number: int
    seal: str


def edition(connection: Connection) -> Edition:
    """Give the edition of the data: every write moves it, so caches hang on it."""
    last = anchor(connection)
    return Edition(0, "") if last is None else Edition(last.act, last.hash)


Seeding = tuple[URL, str | None]
"""A database, and the seal of the act that last wrote places into it."""


def _at(connection: Connection) -> tuple[URL, Edition]:
    return connection.engine.url, edition(connection)


@cached(LRUCache[tuple[URL, Edition], Seeding](4), key=_at, lock=Lock())
def seeding(connection: Connection) -> Seeding:
    """Look for the last act of the seeds, which alone write places: once per edition of the data.

    What is read of places is kept by it: people search at each letter typed and write all day, and
    the journal is long.
    """
    seal = select(AuditEvent.hash).where(AuditEvent.command == seeds.COMMAND)
    return connection.engine.url, connection.scalar(seal.order_by(AuditEvent.id.desc()).limit(1))


def created_at(connection: Connection) -> datetime | None:
    """Give the instant of the first act: before it, this database knew nothing."""
    instant: datetime | None = connection.scalar(select(func.min(AuditEvent.at_utc)))
    return instant


def last_recorded_at(connection: Connection) -> datetime | None:
    """Give the instant of the latest act."""
    instant: datetime | None = connection.scalar(select(func.max(AuditEvent.at_utc)))
    return instant
