"""Every row of one database written into another, whatever their engines, and compared there."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from territoires.db import schema
from territoires.db.engine import reading
from territoires.db.models import Base, SignInSession
from territoires.db.revision import must_be_current
from territoires.domain.errors import CopyError

# Everything but who is signed in: a copy must never bring back a session that was ended since.
TABLES: Final = tuple(
    table for table in Base.metadata.sorted_tables if table is not SignInSession.__table__
)
_AT_ONCE: Final = 2_000
_MODULUS: Final = 2**256

Examine = Callable[[Connection], Iterable[Any]]
"""What lists everything wrong with a database: `territoires.queries.integrity.faults`."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a table holds: how many rows, and a digest that both engines agree on."""

    table: str
    rows: int
    digest: str


def copy(source_url: str, target_url: str, *, examine: Examine) -> list[Content]:
    """Copy a database into an empty one: one picture of the source, one transaction there.

    Raises DatabaseError (`not_empty` and the usual ones) and CopyError (differs, unsound,
    rejected); the target is then as it was.
    """
    with reading(source_url, owner=True) as source:
        must_be_current(source)
        with schema.creating(target_url) as target:
            return fill(source, target, whose=schema.place_of(source_url), examine=examine)


def fill(source: Connection, target: Connection, *, whose: str, examine: Examine) -> list[Content]:
    """Copy everything into empty tables, compare it there, and look for faults, which are `whose`.

    Gives what was copied. Raises CopyError: differs, unsound, rejected.
    """
    copied = pour(source, target)
    must_hold(target, copied)
    if faults := list(examine(target)):
        raise CopyError("unsound", whose, str(len(faults)))
    return copied


def pour(source: Connection, target: Connection) -> list[Content]:
    """Write every row of the source into the empty tables of the target, keys included.

    Gives what was read. Raises CopyError `rejected` when the other engine cannot hold a value.
    """
    return [_pour(source, target, table) for table in TABLES]


def contents(connection: Connection) -> list[Content]:
    """Read everything and say what each table holds."""
    found = []
    for table in TABLES:
        tally = _Tally()
        for batch in _batches(connection, table):
            tally.add(batch)
        found.append(tally.content(table))
    return found


def must_hold(connection: Connection, expected: Sequence[Content]) -> None:
    """Raise CopyError `differs` unless every table holds exactly that."""
    for wanted, found in zip(expected, contents(connection), strict=True):
        if wanted != found:
            raise CopyError("differs", wanted.table, f"{wanted.rows} / {found.rows}")


def _pour(source: Connection, target: Connection, table: Table) -> Content:
    tally = _Tally()
    for batch in _batches(source, table):
        tally.add(batch)
        try:
            target.execute(insert(table), [row._asdict() for row in batch])
        except (DataError, IntegrityError) as error:
            raise CopyError("rejected", table.name, str(error.orig)) from error
    if target.dialect.name == "postgresql" and (key := table.autoincrement_column) is not None:
        # Its numbers were given by hand: the next one must follow them (none: setval(NULL)).
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        target.execute(select(func.setval(sequence, func.max(key))))
    return tally.content(table)


def _batches(connection: Connection, table: Table) -> Iterable[Sequence[Any]]:
    """Read a table by the batch, first versions before those that point to them."""
    return connection.execute(
        select(table).order_by(*table.primary_key.columns),
        execution_options={"yield_per": _AT_ONCE},
    ).partitions()


class _Tally:
    """Rows counted and digested in any order: engines do not sort texts alike."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, batch: Sequence[Any]) -> None:
        for row in batch:
            text = orjson.dumps(list(row), option=orjson.OPT_SORT_KEYS)
            self._sum += int.from_bytes(hashlib.sha256(text).digest(), "big")
        self._rows += len(batch)

    def content(self, table: Table) -> Content:
        return Content(table=table.name, rows=self._rows, digest=f"{self._sum % _MODULUS:064x}")
