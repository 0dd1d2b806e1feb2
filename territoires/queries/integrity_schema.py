"""The schema that a SQLite file holds against the one that the models make."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.pool import StaticPool

from territoires.db.models import Base
from territoires.queries.faults import Fault

Part = tuple[str, ...]
"""One part of a schema: its table, what it is, then what it says."""

_ALEMBIC: Final = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def schema_faults(connection: Connection) -> Iterator[Fault]:
    """Yield the parts that are lost, and those that were added to tables of ours."""
    if connection.dialect.name != "sqlite":
        return
    expected = _expected()
    ours = {part[0] for part in expected}
    there = {part for part in _parts(connection) if part[0] in ours}
    for part in sorted(expected ^ there):
        yield Fault(code="schema", where=part[0], detail=" ".join(part[1:]))


@cache
def _expected() -> frozenset[Part]:
    scratch = create_engine("sqlite://", poolclass=StaticPool)
    with scratch.begin() as connection:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(_ALEMBIC)
        found = frozenset(_parts(connection))
    scratch.dispose()
    return found


def _parts(connection: Connection) -> Iterator[Part]:
    listed = connection.exec_driver_sql("SELECT tbl_name, type, name FROM sqlite_master").all()
    # What SQLite names by itself follows the order in which a table was made; its columns do not.
    yield from (tuple(row) for row in listed if not row[2].startswith("sqlite_autoindex_"))
    schema_of = inspect(connection)
    for name in sorted(row[2] for row in listed if row[1] == "table"):
        if name.startswith("sqlite_"):  # statistics
            continue
        for column in connection.exec_driver_sql(f'PRAGMA table_xinfo("{name}")'):
            yield name, "column", *map(str, column[1:])
        yield name, "primary key", str(schema_of.get_pk_constraint(name))
        for constraint in (
            *schema_of.get_foreign_keys(name),
            *schema_of.get_unique_constraints(name),
            *schema_of.get_check_constraints(name),
            *schema_of.get_indexes(name, include_auto_indexes=True),
        ):
            yield name, "constraint", _told(constraint)


def _told(constraint: Mapping[str, Any]) -> str:
    """Write a constraint without the name that SQLite alone gave it."""
    said = []
    for key, value in sorted(constraint.items()):
        options = (
            {name: str(option) for name, option in value.items()}
            if isinstance(value, dict)
            else value
        )
        if not str(value).startswith("sqlite_autoindex_"):
            said.append(f"{key}={options}")
    return ", ".join(said)
