"""What migrations make tables of: columns, keys and indexes, each named as it always was.

Nothing here may change what a migration that was released does: `tests/golden/migrations-*.sql`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import sqlalchemy as sa
from alembic import op

from territoires.db import types

TEXT, WHOLE, YES_NO = sa.String(), sa.Integer(), sa.Boolean()
NUMBER: sa.Double[float] = sa.Double()
DAY, DATE, INSTANT = sa.Date(), types.PartialDateType(length=10), types.UtcDateTime()
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

Columns = list[sa.Column[Any]]


def one_of(name: str, *values: str) -> sa.Enum:
    """Give the type of a word among some."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True)


VALIDATION = one_of("validation", "draft", "proposed", "validated", "refused")
COUNTED = one_of("counted", "persons", "registrations")
CONFIDENCE = one_of("confidence", "high", "medium", "low")
BASIS = one_of("basis", "stated", "upper_bound", "inferred")
STAGE_KIND = one_of(
    "stagekind",
    *("application", "selected", "agreement", "opened", "inaugurated"),
    *("suspended", "closed", "abandoned"),
)


def must(names: str, kind: Any = TEXT) -> Columns:
    """Give columns that always hold something."""
    return [sa.Column(name, kind, nullable=False) for name in names.split()]


def may(names: str, kind: Any = TEXT) -> Columns:
    """Give columns that may hold nothing."""
    return [sa.Column(name, kind, nullable=True) for name in names.split()]


class Table:
    """A table, its columns in their order."""

    def __init__(  # noqa: PLR0913 - what a table is made of
        self,
        name: str,
        *columns: Columns,
        key: str,
        to: Mapping[str, str] | None = None,
        checks: Mapping[str, str] | None = None,
        unique: Iterable[str] = (),
        indexes: Iterable[str] = (),
    ) -> None:
        """`to` says which columns point to which, `checks` what holds, by the name of the check.

        Columns of one key, or unique together, stand in one text.
        """
        self.name, self.columns, self.key = name, list(chain.from_iterable(columns)), key
        self.to, self.checks = dict(to or {}), dict(checks or {})
        self.unique, self.indexes = tuple(unique), sorted(indexes)

    def create(self) -> None:
        """Make the table."""
        op.create_table(self.name, *self.columns, *self._constraints())
        for column in self.indexes:
            op.create_index(self._named("ix", column), self.name, [column], unique=False)

    def drop(self) -> None:
        """Take it away."""
        for column in reversed(self.indexes):
            op.drop_index(self._named("ix", column), self.name)
        op.drop_table(self.name)

    def _constraints(self) -> Iterator[Any]:
        for name, rule in sorted(self.checks.items(), key=lambda check: check[1]):
            yield sa.CheckConstraint(rule, name=self._named("ck", name))
        for column, place in sorted(self.to.items()):
            yield sa.ForeignKeyConstraint([column], [place], name=self._named("fk", column))
        yield sa.PrimaryKeyConstraint(*self.key.split(), name=op.f(f"pk_{self.name}"))
        for names in self.unique:
            columns = names.split()
            yield sa.UniqueConstraint(*columns, name=self._named("uq", columns[0]))

    def _named(self, kind: str, of: str) -> Any:
        return op.f(f"{kind}_{self.name}_{of}")


class Facts(Table):
    """A table of versioned facts."""

    def __init__(
        self,
        name: str,
        *columns: Columns,
        to: Mapping[str, str],
        checks: Mapping[str, str] | None = None,
        indexes: Iterable[str] = (),
    ) -> None:
        """As `Table`; versions, their instants and their order are the same for all facts."""
        super().__init__(
            name,
            *columns,
            must("id", BIG),
            must("version", WHOLE),
            must("recorded_at", INSTANT),
            may("superseded_at", INSTANT),
            may("seed_key"),
            may("origin_id", BIG),
            key="id",
            to={**to, "origin_id": f"{name}.id"},
            checks={
                **(checks or {}),
                "first_version": "(origin_id IS NULL) = (version = 1)",
                "clock": "superseded_at IS NULL OR superseded_at > recorded_at",
            },
            unique=("origin_id version", "seed_key"),
            indexes=(*indexes, "recorded_at"),
        )


def making(*tables: Table) -> tuple[Callable[[], None], Callable[[], None]]:
    """Give the two ways of a migration that makes these tables and no more: there, and back."""

    def upgrade() -> None:
        for table in tables:
            table.create()

    def downgrade() -> None:
        for table in reversed(tables):
            table.drop()

    return upgrade, downgrade
