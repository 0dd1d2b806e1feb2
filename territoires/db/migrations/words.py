"""Closed lists in the schema: what a revision finds that they gained or lost, and how they change.

A revision made by `--autogenerate` finds the lists whose words are no more those of the models:

    change_words("stage", "kind", "stagekind", before=("opened",), after=("opened", "moved"))
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import comparators, renderers
from alembic.operations.ops import MigrateOperation, UpgradeOps

Words = tuple[str, ...]


def change_words(table: str, column: str, name: str, *, before: Words, after: Words) -> None:
    """Let a column hold other words; `name` is that of its type.

    Raises ValueError when a row holds a word that `after` has not: SQLite would not say so.
    """
    held = sa.table(table, sa.column(column)).c[column]
    word = op.get_bind().scalar(sa.select(held).where(held.not_in(after)).limit(1))
    if word is not None:
        message = f"{table}.{column} holds {word!r}"
        raise ValueError(message)
    check, long, longer = f"ck_{table}_{name}", max(map(len, before)), max(map(len, after))
    if op.get_bind().dialect.name == "sqlite":
        rewrite(table, f"{column} VARCHAR({long})", f"{column} VARCHAR({longer})")
        rewrite(table, _rule(column, before), _rule(column, after))
        return
    op.drop_constraint(op.f(check), table, type_="check")
    op.alter_column(table, column, type_=sa.String(longer))
    op.create_check_constraint(op.f(check), table, _rule(column, after))


def rewrite(table: str, before: str, after: str) -> None:
    """Write something else in how SQLite made a table, whose rows then satisfy what it says.

    Versions point to versions of the same table, which cannot be made again under them. This is
    SQLite's own way: https://www.sqlite.org/lang_altertable.html#otheralter.
    """
    bind = op.get_bind()
    schema = sa.table("sqlite_master", sa.column("name"), sa.column("sql"))
    number = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(
        sa.update(schema)
        .where(schema.c.name == table)
        .values(sql=sa.func.replace(schema.c.sql, before, after))
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {number + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def _rule(column: str, words: Iterable[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


@dataclass
class ChangeWords(MigrateOperation):
    """A list that changed, as a revision says it."""

    table: str
    column: str
    name: str
    before: Words
    after: Words

    def reverse(self) -> "ChangeWords":
        """Go back to the words of before."""
        return ChangeWords(self.table, self.column, self.name, self.after, self.before)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Say the difference as Alembic says its own."""
        return "change_words", self.table, self.column, self.before, self.after


def compare_type(
    _context: Any, _seen: Any, _said: Any, _there: Any, ours: sa.types.TypeEngine[Any]
) -> bool | None:
    """Leave to Alembic the type of a column, but for lists, whose length follows their words."""
    return False if isinstance(ours, sa.Enum) else None


@comparators.dispatch_for("schema")
def find_changes(context: Any, found: UpgradeOps, _schemas: Iterable[str | None]) -> None:
    """Compare the words of each list of the models with those that the database holds to."""
    there = sa.inspect(context.connection)
    for table in context.metadata.sorted_tables:
        if not there.has_table(table.name):
            continue
        rules = {
            each["name"]: tuple(re.findall(r"'([^']*)'", each["sqltext"]))
            for each in there.get_check_constraints(table.name)
        }
        for column in table.c:
            if isinstance(column.type, sa.Enum):
                name, after = str(column.type.name), tuple(column.type.enums)
                before = rules.get(f"ck_{table.name}_{name}", after)
                if set(before) != set(after):
                    found.ops.append(ChangeWords(table.name, column.name, name, before, after))


@renderers.dispatch_for(ChangeWords)
def render(context: Any, change: ChangeWords) -> str:
    """Write the line of a revision."""
    context.imports.add("from territoires.db.migrations.words import change_words")
    return (
        f"change_words(\n    {change.table!r}, {change.column!r}, {change.name!r},\n"
        f"    before={change.before!r},\n    after={change.after!r},\n)"
    )
