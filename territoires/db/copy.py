"""Every row of one database written into another, whatever their engines, and compared there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from territoires.db import schema
from territoires.db.engine import failure_code, first_line, reading
from territoires.db.fingerprints import Tally
from territoires.db.models import Base, DailySalt, SignInSession
from territoires.db.revision import must_be_current
from territoires.domain.errors import CopyError, DatabaseError, PartialDateError

# Everything but who is signed in: a copy must never bring back a session that was ended since. Nor
# the salts, with which the digests of visitors would tell where they were.
_LEFT_OUT: Final = {SignInSession.__table__, DailySalt.__table__}
TABLES: Final = tuple(table for table in Base.metadata.sorted_tables if table not in _LEFT_OUT)
_AT_ONCE: Final = 2_000

Examine = Callable[[Connection], Iterable[Any]]
"""What lists everything wrong with a database: `territoires.queries.integrity.faults`."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a table holds: how many rows, and a digest that both engines agree on."""

    table: str
    rows: int
    digest: str

    @classmethod
    def of(cls, table: Table, tally: Tally) -> "Content":
        """Put a tally under the name of its table."""
        return cls(table=table.name, rows=tally.rows, digest=tally.digest)


def copy(source_url: str, target_url: str, *, examine: Examine) -> list[Content]:
    """Copy a database into an empty one: one picture of the source, one transaction there.

    Raises DatabaseError (`not_empty` and the usual ones) and CopyError (differs, unsound,
    rejected); the target is then as it was.
    """
    with reading(source_url, owner=True) as source:
        must_be_current(source)
        try:
            with schema.creating(target_url) as target:
                return fill(source, target, whose=schema.place_of(source_url), examine=examine)
        except DatabaseError as error:
            if error.code != "not_a_database":
                raise
            # Whoever reads the source would take it for the file that is none.
            raise DatabaseError("not_ours", schema.place_of(target_url)) from error


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
    with _legible():
        return [_pour(source, target, table) for table in TABLES]


def contents(connection: Connection) -> list[Content]:
    """Read everything and say what each table holds."""
    found = []
    with _legible():
        for table in TABLES:
            tally = Tally(list(table.c))
            for batch in _batches(connection, table):
                tally.add(batch)
            found.append(Content.of(table, tally))
    return found


@contextmanager
def _legible() -> Iterator[None]:
    """Say of whatever cannot be read as what it should be that it is damaged."""
    try:
        yield
    except DBAPIError as error:
        if failure_code(error) is not None:
            raise  # the machine's failure, which has a name
        raise DatabaseError("damaged", first_line(error.orig)) from error
    except (LookupError, TypeError, ValueError, PartialDateError) as error:
        raise DatabaseError("damaged", first_line(error)) from error


def must_hold(connection: Connection, expected: Sequence[Content]) -> None:
    """Raise CopyError `differs` unless every table holds exactly that."""
    for wanted, found in zip(expected, contents(connection), strict=True):
        if wanted != found:
            raise CopyError("differs", wanted.table, f"{wanted.rows} / {found.rows}")


def _pour(source: Connection, target: Connection, table: Table) -> Content:
    tally = Tally(list(table.c))
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
    return Content.of(table, tally)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Read a table by the batch, first versions before those that point to them."""
    asked = select(table).order_by(*table.primary_key.columns)
    with connection.execute(asked, execution_options={"yield_per": _AT_ONCE}) as rows:
        yield from rows.partitions()
