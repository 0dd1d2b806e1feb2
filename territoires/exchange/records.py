"""From the lines of a table to typed rows, with every problem by line and column."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from territoires.domain.text import fold
from territoires.exchange.columns import (
    CellError,
    Column,
    CourseRow,
    EnrolmentRow,
    Kind,
    StageRow,
    columns_of,
    token,
    years,
)
from territoires.exchange.tables import Row, Table
from territoires.french import exchange as french
from territoires.french.words import COUNTED, STAGES

R = TypeVar("R", StageRow, EnrolmentRow, CourseRow)


@dataclass(frozen=True, kw_only=True)
class ImportProblem:
    """What is wrong on one line (the header's is 1), in one column or in none."""

    line: int
    column: str | None
    value: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class _Identity:
    """What may appear once in a file: a key, whether a second one with other values contradicts
    it, and how to name it.
    """

    key: Hashable
    contradiction: str
    name: str


def parse_stages(table: Table) -> tuple[list[StageRow], list[ImportProblem]]:
    """Read a table of stages.

    A centre has one retained date per stage in a file; competing ones may be many, not twice the
    same.
    """
    return _parse(table, Kind.STAGES, StageRow, _stage_identity)


def parse_enrolments(table: Table) -> tuple[list[EnrolmentRow], list[ImportProblem]]:
    """Read a table of enrolments: one headcount per centre, year, thing counted and course."""
    return _parse(table, Kind.ENROLMENTS, EnrolmentRow, _enrolment_identity)


def parse_courses(table: Table) -> tuple[list[CourseRow], list[ImportProblem]]:
    """Read a table of courses: one line per key."""
    return _parse(table, Kind.COURSES, CourseRow, _course_identity)


def ignored_columns(table: Table, kind: Kind) -> list[str]:
    """Name the columns that the import does not know, as they are titled."""
    known = {column.name for column in columns_of(kind)} | {french.TO_FIX, ""}
    return [
        title for title, key in zip(table.header, table.keys, strict=True) if key not in known
    ]


def _stage_identity(row: StageRow) -> _Identity:
    centre = (row.town_code, fold(row.centre or ""), row.kind)
    competing = () if row.retained else (row.happened_on, row.basis, row.source)
    return _Identity(
        key=(*centre, *competing),
        contradiction="contradiction",
        name=f"{row.town_code}, {token(STAGES[row.kind])}",
    )


def _enrolment_identity(row: EnrolmentRow) -> _Identity:
    return _Identity(
        key=(row.town_code, row.academic_year, row.counted, row.course_key),
        contradiction="two_values",
        name=", ".join(
            (
                row.town_code,
                years(row.academic_year),
                COUNTED[row.counted],
                *([row.course_key] if row.course_key else []),
            )
        ),
    )


def _course_identity(row: CourseRow) -> _Identity:
    return _Identity(key=row.course_key, contradiction="two_values", name=row.course_key)


class _Fault:
    """A text that its column cannot take."""

    __slots__ = ("code", "facts")

    def __init__(self, error: CellError) -> None:
        self.code = error.code
        self.facts = error.facts


class _Reader:
    """One column: where it stands in the table, and what its texts were read as so far.

    Files repeat themselves: a text is read once, which makes 100,000 lines a matter of a second.
    """

    __slots__ = ("column", "index", "seen")

    def __init__(self, column: Column, index: int | None) -> None:
        self.column = column
        self.index = index
        self.seen: dict[str, Any] = {
            "": _Fault(CellError("required")) if column.filled else column.default
        }

    def read(self, text: str) -> Any:
        try:
            value = self.column.read(text)
        except CellError as error:
            value = _Fault(error)
        self.seen[text] = value
        return value


def _parse(
    table: Table,
    kind: Kind,
    build: Callable[..., R],
    identify: Callable[[R], _Identity],
) -> tuple[list[R], list[ImportProblem]]:
    problems = _header_problems(table, kind)
    if problems:
        return [], problems
    readers = [
        _Reader(column, table.keys.index(column.name) if column.name in table.keys else None)
        for column in columns_of(kind)
    ]
    width = len(table.keys)
    first_lines: dict[Hashable, R] = {}
    rows: list[R] = []
    for row in table.rows:
        cells = row.cells
        if len(cells) > width and any(cells[width:]):
            problems.append(_too_many(row, width))
            continue
        values, faults = _read(row, readers)
        if faults:
            problems += faults
            continue
        record = build(row.line, *values)
        identity = identify(record)
        twin = first_lines.setdefault(identity.key, record)
        if twin is not record:
            problems.append(_twin(record, twin, values, identity))
            continue
        rows.append(record)
    return rows, problems
