"""Fingerprints: sums by which the journal tells what every table holds, row by row.

The fingerprint of a table is the sum of the hashes of its rows: an act notes by how much it moved
it, without reading the rows that it leaves alone, and what all acts noted adds up to what is there.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    cast,
    event,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator

from territoires.db.models import UNJOURNALLED, AuditEvent, Base
from territoires.domain.dates import PartialDate

# A sum of short hashes can be forged with rows enough (Wagner, « A generalized birthday problem »,
# 2002): 1,024 bits keep that out of reach, even of thousands of rows.
_BYTES: Final = 128
_MODULUS: Final = 1 << (8 * _BYTES)
_AT_ONCE: Final = 2_000
_STATEMENTS: Final = 100  # of our tables, and of those of a few earlier schemas
_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
)
_UNKNOWN: Final = PartialDate()
_FLAGS: Final = {0: False, 1: True}

Sums = Counter[str]
"""By how much the fingerprint of each table moved."""


def journalled(table: Table) -> list[Column[Any]]:
    """List the columns that acts answer for; none of a table that they do not write to."""
    return [] if is_exempt(table) else [column for column in table.c if not is_exempt(column)]


def is_exempt(part: Table | Column[Any]) -> bool:
    """Tell whether acts leave a table or a column out, as they do what is not of our models."""
    return getattr(part, "info", UNJOURNALLED).items() >= UNJOURNALLED.items()


class Tally:
    """Rows counted and summed up in any order: engines do not sort texts alike.

    What is unknown is left out, so that a column added later changes nothing to the rows before it.
    """

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        self._names = [str(column.name) for column in columns]  # reflected ones are more
        self._flags = [n for n, column in enumerate(columns) if isinstance(column.type, Boolean)]
        self._texts = [n for n, column in enumerate(columns) if isinstance(column.type, JSON)]
        self.rows = 0
        self.sum = 0

    def add(self, batch: Sequence[Sequence[Any]]) -> None:
        """Count rows: as the models read them, or as `_as_stored` does."""
        unlike = self._flags or self._texts
        for row in batch:
            said = {
                name: value
                for name, value in zip(
                    self._names, self._alike(row) if unlike else row, strict=True
                )
                if value is not None and value != _UNKNOWN
            }
            text = orjson.dumps(said, default=_plain, option=_OPTIONS)
            self.sum += int.from_bytes(hashlib.shake_256(text).digest(_BYTES), "big")
        self.rows += len(batch)

    def _alike(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place in self._flags:
            values[place] = _FLAGS.get(values[place], values[place])
        for place in self._texts:
            if values[place] is not None and not isinstance(values[place], str):
                values[place] = json.dumps(values[place])
        return values

    @property
    def digest(self) -> str:
        """The sum, in hexadecimal."""
        return _hex(self.sum)


def _plain(value: Any) -> str:
    """Write a value as SQLite stores it."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        naive = aware.astimezone(UTC).replace(tzinfo=None)
        return naive.isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    raise TypeError(value)


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    """Read a column as it lies in the database: no two ways of writing a value are the same."""
    if isinstance(column.type, JSON):
        return cast(column, Text)
    if isinstance(column.type, Boolean):
        return type_coerce(column, Integer)
    if isinstance(column.type, Enum | Date | DateTime | TypeDecorator):
        return type_coerce(column, String)
    return column


def tally(connection: Connection, table: Table, *where: ColumnElement[bool]) -> Tally:
    """Count and sum up the rows of a table that fulfil every condition."""
    found = Tally(journalled(table))
    asked = _whole(table).where(*where) if where else _whole(table)
    with connection.execute(asked, execution_options={"yield_per": _AT_ONCE}) as rows:
        for batch in rows.partitions():
            found.add(batch)
    return found


@lru_cache(_STATEMENTS)
def _whole(table: Table) -> Select[Any]:
    """Write once what is asked of a table: for a small one, the writing takes as long."""
    return select(*map(_as_stored, journalled(table)))


def all_sums(connection: Connection, tables: MetaData = Base.metadata) -> Sums:
    """Sum up every table that acts answer for."""
    return Sums(
        {
            table.name: tally(connection, table).sum % _MODULUS
            for table in tables.sorted_tables
            if journalled(table)
        }
    )


def known_sums(connection: Connection) -> Sums:
    """Sum up a database of an earlier schema; nothing when its journal has no fingerprint yet.

    Tables are read as they lie there. One that the models have no more counts for nothing: what the
    journal noted of it is left out of the comparison too.
    """
    there = MetaData()
    there.reflect(connection)
    if AuditEvent.fingerprint.key not in there.tables[AuditEvent.__tablename__].c:
        return Sums()
    for table in there.sorted_tables:
        ours = Base.metadata.tables.get(table.name)
        table.info.update(UNJOURNALLED if ours is None else ours.info)
        for column in table.c:
            if ours is not None and column.name in ours.c:
                column.info.update(ours.c[column.name].info)
    return all_sums(connection, there) if journal_sums(connection) else Sums()


@contextmanager
def watching(connection: Connection, sums: Sums) -> Iterator[None]:
    """Note by how much the tables written to meanwhile move, each read whole before and after.

    Statements given as text are not seen; an act of a few rows notes them by itself (`moving`).
    """
    before: dict[Table, int] = {}

    def look(_connection: Any, statement: Any, *_: Any) -> None:
        table = statement.table if getattr(statement, "is_dml", False) else None
        if isinstance(table, Table) and table not in before and journalled(table):
            before[table] = tally(connection, table).sum

    event.listen(connection, "before_execute", look)
    try:
        yield
    finally:
        event.remove(connection, "before_execute", look)
    for table, was in before.items():
        sums[table.name] += tally(connection, table).sum - was


def noted(sums: Mapping[str, int]) -> dict[str, str] | None:
    """Write sums as the journal keeps them: only those that moved."""
    return {name: _hex(value) for name, value in sums.items() if value % _MODULUS} or None


def _hex(value: int) -> str:
    return f"{value % _MODULUS:0{2 * _BYTES}x}"


def journal_sums(connection: Connection) -> Sums:
    """Add up what all acts noted; empty when none ever noted anything."""
    added = Sums()
    for found in connection.scalars(
        select(AuditEvent.fingerprint).where(AuditEvent.fingerprint.is_not(None))
    ):
        added.update({name: int(value, 16) for name, value in (found or {}).items()})
    return Sums({name: value % _MODULUS for name, value in added.items()})


def differing(connection: Connection) -> list[str]:
    """Name the tables that do not hold what the journal noted of them."""
    known, there = journal_sums(connection), all_sums(connection)
    return [name for name in there if known[name] != there[name]]
