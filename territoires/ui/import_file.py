"""A file read and compared with what is known, said in French alike on the page and in a shell."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from territoires.commands import imports
from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.domain.checks import fit
from territoires.domain.imports import ImportDraft, LineProblem, Plan, Progress
from territoires.exchange.columns import Kind
from territoires.exchange.reading import read_table
from territoires.exchange.records import (
    ImportProblem,
    ignored_columns,
    parse_courses,
    parse_enrolments,
    parse_stages,
)
from territoires.exchange.tables import Table
from territoires.french import exchange
from territoires.french import imports as words

_PARSERS: Final[dict[Kind, Callable[[Table], tuple[Sequence[Any], list[ImportProblem]]]]] = {
    Kind.STAGES: parse_stages,
    Kind.ENROLMENTS: parse_enrolments,
    Kind.COURSES: parse_courses,
}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file as it was read: its table, the lines that make sense, what is wrong elsewhere."""

    kind: Kind
    table: Table
    rows: Sequence[Any] = field(repr=False)
    problems: Sequence[ImportProblem]
    file_hash: str

    @property
    def notices(self) -> list[str]:
        """What was ignored or supposed while reading."""
        ignored = ignored_columns(self.table, self.kind)
        return [*self.table.notices, *([exchange.ignored(ignored)] if ignored else [])]

    def draft(self, *, reason: str, seen: str = "", progress: Progress | None) -> ImportDraft:
        """Give what the command of its kind takes."""
        return ImportDraft(
            rows=self.rows,
            file_name=fit(self.table.name),
            file_hash=self.file_hash,
            reason=reason,
            seen=seen,
            progress=progress,
        )


@dataclass(frozen=True, kw_only=True)
class Review:
    """A file compared with what is known; `problems` are those of reading and of comparing."""

    sent: Sent
    plan: Plan
    problems: Sequence[ImportProblem]
    suspicions: Sequence[ImportProblem]

    @property
    def rows(self) -> int:
        """How many lines the file has under its header, examples left out."""
        return len(self.sent.table.rows)

    @property
    def refused(self) -> int:
        """How many of them cannot be taken."""
        lines = {problem.line for problem in self.problems}
        if any(line <= self.sent.table.header_line for line in lines):
            return self.rows
        return len(lines)

    def stops(self, *, confirmed: bool) -> Sequence[ImportProblem]:
        """List what stands in the way: problems first, suspicions when nothing else does."""
        return self.problems or (() if confirmed else self.suspicions)


def read(data: bytes, *, name: str, kind: Kind) -> Sent:
    """Read a file; raises UnreadableError, which says why in French."""
    table = read_table(data, name=name)
    rows, problems = _PARSERS[kind](table)
    return Sent(
        kind=kind,
        table=table,
        rows=tuple(rows),
        problems=problems,
        file_hash=hashlib.sha256(data).hexdigest(),
    )


def review(
    url: str, sent: Sent, *, email: str, today: date, progress: Progress | None = None
) -> Review:
    """Compare a file with what is known.

    Raises UnknownActorError for an address that the staff list does not know, RefusedError when
    that person may import nothing of the kind.
    """
    with reading(url) as connection:
        must_be_current(connection)
        actor = imports.actor_of(connection, email)
        plan = imports.plan(
            connection, sent.kind, sent.rows, actor=actor, today=today, progress=progress
        )
    return reviewed(sent, plan)


def reviewed(sent: Sent, plan: Plan) -> Review:
    """Put what a plan found into words, beside what reading found."""
    cells = _Cells(sent.table)
    found = [*sent.problems, *map(cells.problem, plan.problems)]
    return Review(
        sent=sent,
        plan=plan,
        problems=sorted(found, key=lambda problem: problem.line),
        suspicions=[cells.problem(each) for each in plan.suspicions],
    )


class _Cells:
    """The texts of a file, by line and column."""

    def __init__(self, table: Table) -> None:
        self._rows = {row.line: row.cells for row in table.rows}
        self._places = {key: at for at, key in enumerate(table.keys)}

    def problem(self, found: LineProblem) -> ImportProblem:
        """Say a problem as those of reading are said, quoting the cell."""
        column = words.column_of(found.problem)
        if column not in self._places:
            column = None
        value = found.problem.value
        if column is not None:
            value = self._rows[found.line][self._places[column]]
        return ImportProblem(
            line=found.line,
            column=column,
            value=value,
            code=found.problem.code,
            message=words.problem_line(found, value=value),
        )
