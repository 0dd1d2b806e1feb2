"""The two lesser accounts of a PostgreSQL server: who writes for the dashboards, and who reads."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import URL

from territoires.db.engine import engine, lesser, named_failures
from territoires.db.models import AuditEvent, Base, Department, FormerTown, Region, Town, Versioned
from territoires.settings import Settings

# What only the owner changes, when a new list is loaded.
_GEOGRAPHY = (Region, Department, Town, FormerTown)


def share(settings: Settings) -> dict[str, str]:
    """Make or renew the accounts named by the settings, and give each what it may do, no more.

    Gives the name of each by its door, `writer` or `reader`, where the settings have one. Asked
    again, it changes nothing but passwords; after an upgrade, it adds the new tables. Raises
    ConfigurationError for an address that names nobody or another database, DatabaseError
    (`forbidden` when the owner may not make accounts).
    """
    doors = [
        ("writer", settings.writer_url, _writing),
        ("reader", settings.reader_url, _reading),
    ]
    named = [
        (door, lesser(url, settings.database_url, f"TERRITOIRES_{door.upper()}_URL"), may)
        for door, url, may in doors
        if url
    ]
    if not named:
        return {}
    owned = engine(settings.database_url, writable=True, owner=True)
    with named_failures(), owned.begin() as connection:
        for _, url, may in named:
            role = _make(connection, url)
            for what, where in may(connection):
                connection.exec_driver_sql(f"GRANT {what} ON {where} TO {role}")
    return {door: str(url.username) for door, url, _ in named}


def _make(connection: Connection, url: URL) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    role, database = quote(str(url.username)), quote(str(url.database))
    known = connection.exec_driver_sql(
        "SELECT 1 FROM pg_roles WHERE rolname = %s", (url.username,)
    ).scalar()
    verb = "ALTER" if known else "CREATE"
    secret = f" PASSWORD '{_scrambled(connection, url)}'" if url.password else ""
    connection.exec_driver_sql(
        f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE{secret}"
    )
    # What an earlier version gave, and this one no longer does.
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {role}")
    return role


def _scrambled(connection: Connection, url: URL) -> str:
    """Scramble a password here: the server's log keeps the statements that it is given."""
    driver = connection.connection.driver_connection
    scrambled: bytes = driver.pgconn.encrypt_password(  # type: ignore[union-attr]
        str(url.password).encode(), str(url.username).encode(), b"scram-sha-256"
    )
    return scrambled.decode()


def _reading(connection: Connection) -> Iterator[tuple[str, str]]:
    yield "USAGE", "SCHEMA public"
    yield "SELECT", _list(connection, inspect(connection).get_table_names())


def _writing(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give every right of the dashboards: acts are only added, facts never deleted."""
    yield from _reading(connection)
    yield "USAGE", "ALL SEQUENCES IN SCHEMA public"
    mapped = {mapper.class_ for mapper in Base.registry.mappers}
    facts = {table for table in mapped if issubclass(table, Versioned)}
    yield "INSERT", _list(connection, [AuditEvent.__tablename__])
    yield "INSERT, UPDATE", _list(connection, _names(facts))
    others = mapped - facts - {AuditEvent, *_GEOGRAPHY}
    yield "INSERT, UPDATE, DELETE", _list(connection, _names(others))


def _names(tables: Iterable[type[Any]]) -> list[str]:
    return sorted(table.__tablename__ for table in tables)


def _list(connection: Connection, names: Iterable[str]) -> str:
    return ", ".join(map(connection.dialect.identifier_preparer.quote_identifier, names))
