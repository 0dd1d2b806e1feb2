"""A file read and compared with what is known, said in French alike on the page and in a shell."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from territoires.commands import imports
from territoires.db.revision import reading_current
from territoires.domain.checks import fit
from territoires.domain.imports import ImportDraft, Kind, LineProblem, Plan, Progress
from territoires.domain.readings import Weight
from territoires.exchange.bounded import read_bounded
from territoires.exchange.records import CODE, NAME, Parsed, ignored_columns, parse, places
from territoires.exchange.tables import ImportProblem, Table
from territoires.french import exchange
from territoires.french import imports as words


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file as it was read: its table, its lines, what there is to say of them."""

    kind: Kind
    table: Table
    parsed: Parsed
    file_hash: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """A file compared with what is known, and what there is to say of it, from both."""

    sent: Sent
    plan: Plan
    remarks: Sequence[ImportProblem]
    suspicions: Sequence[ImportProblem]

    @property
    def problems(self) -> list[ImportProblem]:
        """What stands in the way whatever is answered."""
        return [each for each in self.remarks if each.weight is Weight.REFUSED]

    @property
    def asked(self) -> list[ImportProblem]:
        """What could be read in two ways, and how it was."""
        return [each for each in self.remarks if each.weight is Weight.ASKED]

    @property
    def notices(self) -> list[str]:
        """What was ignored, supposed or read otherwise than written."""
        ignored = ignored_columns(self.sent.table, self.sent.kind)
        told = [each.message for each in self.remarks if each.weight is Weight.TOLD]
        return [
            *self.sent.table.notices,
            *([exchange.ignored(ignored)] if ignored else []),
            *told[:_MOST_TOLD],
            *([exchange.more_remarks(len(told) - _MOST_TOLD)] if len(told) > _MOST_TOLD else []),
        ]

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

    def draft(
        self, *, reason: str, confirmed: bool, progress: Progress | None = None
    ) -> ImportDraft:
        """Give what the command of its kind takes: the plan as it was seen."""
        return ImportDraft(
            rows=tuple(self.sent.parsed.rows),
            file_name=fit(self.sent.table.name),
            file_hash=self.sent.file_hash,
            reason=reason,
            confirmed=confirmed,
            seen=self.plan.digest,
            progress=progress,
        )

    def stops(self, draft: ImportDraft) -> list[ImportProblem]:
        """List all that stands in the way of a draft, by line."""
        stops = self.problems
        stops += () if draft.confirmed else self.asked
        stops += () if draft.confirms else self.suspicions
        return sorted(stops, key=lambda problem: problem.line)

    def needs(self, draft: ImportDraft) -> list[str]:
        """Say what a draft lacks, when the file itself has no fault."""
        if self.problems:
            return []
        return words.lacks(
            confirmation=bool(self.asked) and not draft.confirmed,
            reason=self.plan.needs_reason and not draft.confirms,
            corrections=self.plan.changed,
        )


_MOST_TOLD: Final = 20


def read(data: bytes, *, name: str, kind: Kind) -> Sent:
    """Read a file; raises UnreadableError, which says why in French."""
    table = read_bounded(data, name=name)
    return Sent(
        kind=kind,
        table=table,
        parsed=parse(table, kind),
        file_hash=hashlib.sha256(data).hexdigest(),
    )


def review(url: str, sent: Sent, *, email: str, today: date) -> Review:
    """Compare a file with what is known.

    Raises UnknownActorError for an address that the staff list does not know, RefusedError when
    that person may import nothing of the kind.
    """
    with reading_current(url) as connection:
        actor = imports.actor_of(connection, email)
        plan = imports.plan(
            connection,
            sent.kind,
            sent.parsed.rows,
            actor=actor,
            today=today,
            broken=sent.parsed.broken,
        )
    return reviewed(sent, plan)


def reviewed(sent: Sent, plan: Plan) -> Review:
    """Put what a plan found into words, beside what reading found."""
    cells = _Cells(sent)
    remarks = [
        *sent.parsed.remarks,
        *(cells.problem(each, Weight.REFUSED) for each in plan.problems),
        *(cells.problem(each, Weight.ASKED) for each in plan.asked),
        *(cells.problem(each, Weight.TOLD) for each in plan.told),
    ]
    return Review(
        sent=sent,
        plan=plan,
        remarks=sorted(remarks, key=lambda each: each.line),
        suspicions=[cells.problem(each) for each in plan.suspicions],
    )


class _Cells:
    """The texts of a file, by line and column."""

    def __init__(self, sent: Sent) -> None:
        self._rows = {row.line: row.cells for row in sent.table.rows}
        self._keys = sent.table.keys
        found = places(sent.kind, self._keys)
        # A file may name its towns without their codes.
        self._places = {CODE: found[NAME]} | found if NAME in found else found

    def problem(self, found: LineProblem, weight: Weight = Weight.REFUSED) -> ImportProblem:
        """Say a problem as those of reading are said, naming the column and quoting the cell."""
        at = self._places.get(words.column_of(found.problem) or "")
        column = None if at is None else self._keys[at]
        value = found.problem.value
        if at is not None:
            value = self._rows[found.line][at] or value
        return ImportProblem(
            line=found.line,
            column=column,
            value=value,
            code=found.problem.code,
            message=words.problem_line(found, value=value, column=column),
            weight=weight,
        )
