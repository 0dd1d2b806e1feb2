"""A view frozen: what is kept of it, and how its rows differ from those computed again."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from territoires.domain.roles import Role

HEAVIEST: Final = 5_000_000
"""Bytes that the rows of a view weigh at most, all its files together."""

Row = tuple[str, ...]


def digest_of(files: Mapping[str, str]) -> str:
    """Hash (SHA-256) the rows of a view: what `sha256sum *.csv` writes of its files, hashed."""
    listed = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}.csv\n"
        for name, text in sorted(files.items())
    )
    return hashlib.sha256(listed.encode()).hexdigest()


def weight(files: Mapping[str, str]) -> int:
    """Give how many bytes the rows of a view are."""
    return sum(len(text.encode()) for text in files.values())


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A frozen view as its row says it, and who froze it: address, name and role of now."""

    id: int
    short: str
    page: str
    view: str
    label: str
    edition: int
    seal: str
    program: str
    digest: str
    frozen_at: datetime
    frozen_by: str
    reason: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal: str | None
    name: str | None
    role: Role | None


@dataclass(frozen=True, kw_only=True)
class Since:
    """What happened after a view was frozen that may change its figures.

    `lists`: the tables without clocks that acts have written to, each with the last of these acts.
    `has_lost_act`: the journal has no more the act that was then the latest.
    """

    lists: Mapping[str, datetime]
    has_lost_act: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """A cell that is another one now, in the row that `row` begins; `named`: what it is called."""

    row: str
    named: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a file that was frozen has otherwise than the same one computed again."""

    columns_gone: Row = ()
    columns_come: Row = ()
    gone: tuple[Row, ...] = ()
    come: tuple[Row, ...] = ()
    changed: tuple[Change, ...] = ()


def difference(before: str, after: str) -> Difference:
    """Compare two files (CSV, semicolons), of which the columns that both have.

    Rows are told from one another by their first cell: one that is gone and one that has come
    under the same are one row, changed.
    """
    old_names, *old = rows_of(before)
    new_names, *new = rows_of(after)
    both = [name for name in old_names if name in new_names]
    old, new = _narrowed(old, old_names, both), _narrowed(new, new_names, both)
    was_there, is_there = Counter(old), Counter(new)
    gone = list((was_there - is_there).elements())
    come = list((is_there - was_there).elements())
    was, became = _alone(gone), _alone(come)
    pairs = [(was[first], became[first]) for first in was if first in became]
    told = {row for pair in pairs for row in pair}
    changed = (
        Change(row=row[0], named=_name(row, row_now), column=name, before=then, after=now)
        for row, row_now in pairs
        for name, then, now in zip(both, row, row_now, strict=True)
        if then != now
    )
    return Difference(
        columns_gone=tuple(name for name in old_names if name not in both),
        columns_come=tuple(name for name in new_names if name not in both),
        gone=tuple(row for row in gone if row not in told),
        come=tuple(row for row in come if row not in told),
        changed=tuple(changed),
    )


def _name(row: Row, row_now: Row) -> str:
    """Give the first words of a row that are still there: the name beside a code."""
    words = (cell for cell, now in zip(row[1:], row_now[1:], strict=True) if cell == now)
    return next((cell for cell in words if cell[:1].isalpha()), "")


def _alone(rows: Sequence[Row]) -> dict[Row, Row]:
    """Give the rows whose first cell no other has, by that cell."""
    counted = Counter(row[:1] for row in rows)
    return {row[:1]: row for row in rows if counted[row[:1]] == 1}


def rows_of(text: str) -> list[Row]:
    """Read a file, its header first; what is none of ours any more has no rows."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    try:
        return [tuple(row) for row in lines] or [()]
    except csv.Error:
        return [()]


def _narrowed(rows: Sequence[Row], names: Row, kept: Sequence[str]) -> list[Row]:
    places = [names.index(name) for name in kept]
    return [tuple("".join(row[place : place + 1]) for place in places) for row in rows]
