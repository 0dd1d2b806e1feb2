"""Which schema a database has, told without loading the migration tool."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from territoires.db.engine import reading
from territoires.domain.errors import DatabaseError

_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
# Every revision, oldest first: a migration is named by its number.
REVISIONS = tuple(sorted(path.name.partition("_")[0] for path in _MIGRATIONS.glob("*_*.py")))
HEAD = REVISIONS[-1]

_TABLE = Table("alembic_version", MetaData(), Column("version_num", String(32)))


def revision_of(connection: Connection) -> str | None:
    """Give the revision of a database, None when it has none yet."""
    if not inspect(connection).has_table(_TABLE.name):
        return None
    return connection.scalar(select(_TABLE.c.version_num))


@contextmanager
def reading_current(url: str, *, owner: bool = False) -> Iterator[Connection]:
    """Open a connection as `reading` does, to a database whose schema is the one expected."""
    with reading(url, owner=owner) as connection:
        must_be_current(connection)
        yield connection


def must_be_current(connection: Connection) -> None:
    """Raise DatabaseError (missing, too_old, too_new) unless the schema is the one expected."""
    found = revision_of(connection)
    if found == HEAD:
        return
    if found is None:
        raise DatabaseError("missing", str(connection.engine.url.database))
    raise DatabaseError("too_old" if found in REVISIONS else "too_new", found)
