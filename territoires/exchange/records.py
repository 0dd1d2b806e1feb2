"""From the lines of a table to typed rows, with every problem by line and column."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

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


def parse_stages(table: Table) -> tuple[list[StageRow], list[ImportProblem]]:
    """Read a table of stages.

    A centre has one retained date per stage in a file; competing ones may be many, not twice the
    same.
    """
    return _parse(table, _STAGES)


def parse_enrolments(table: Table) -> tuple[list[EnrolmentRow], list[ImportProblem]]:
    """Read a table of enrolments: one headcount per centre, year, thing counted and course."""
    return _parse(table, _ENROLMENTS)


def parse_courses(table: Table) -> tuple[list[CourseRow], list[ImportProblem]]:
    """Read a table of courses: one line per key."""
    return _parse(table, _COURSES)


def ignored_columns(table: Table, kind: Kind) -> list[str]:
    """Name the columns that the import does not know, as they are titled."""
    known = {column.name for column in columns_of(kind)} | {french.TO_FIX, ""}
    return [title for title, key in zip(table.header, table.keys, strict=True) if key not in known]


def _stage_key(row: StageRow) -> Hashable:
    stage = (row.town_code, fold(row.centre or ""), row.kind)
    return stage if row.retained else (*stage, row.happened_on, row.basis, row.source)


def _stage_name(row: StageRow) -> str:
    return ", ".join(filter(None, (row.town_code, row.centre, token(STAGES[row.kind]))))


def _enrolment_key(row: EnrolmentRow) -> Hashable:
    return (row.town_code, row.academic_year, row.counted, row.course_key)


def _enrolment_name(row: EnrolmentRow) -> str:
    subject = (row.town_code, years(row.academic_year), COUNTED[row.counted], row.course_key)
    return ", ".join(filter(None, subject))


def _course_key(row: CourseRow) -> str:
    return row.course_key


@dataclass(frozen=True, kw_only=True)
class _Shape(Generic[R]):
    """What the rows of a kind are: how they are built, what may appear once, how to name it."""

    kind: Kind
    build: Callable[..., R]
    key: Callable[[R], Hashable]
    name: Callable[[R], str]
    contradiction: str = "two_values"


_STAGES = _Shape(
    kind=Kind.STAGES,
    build=StageRow,
    key=_stage_key,
    name=_stage_name,
    contradiction="contradiction",
)
_ENROLMENTS = _Shape(
    kind=Kind.ENROLMENTS, build=EnrolmentRow, key=_enrolment_key, name=_enrolment_name
)
_COURSES = _Shape(kind=Kind.COURSES, build=CourseRow, key=_course_key, name=_course_key)


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


def _parse(table: Table, shape: _Shape[R]) -> tuple[list[R], list[ImportProblem]]:
    problems = _header_problems(table, shape.kind)
    if problems:
        return [], problems
    readers = [
        _Reader(column, table.keys.index(column.name) if column.name in table.keys else None)
        for column in columns_of(shape.kind)
    ]
    width = len(table.keys)
    firsts: dict[Hashable, R] = {}
    rows: list[R] = []
    for row in table.rows:
        if len(row.cells) > width and any(row.cells[width:]):
            problems.append(_too_many(row, width))
            continue
        values = _read(row, readers)
        if any(type(value) is _Fault for value in values):
            problems += _faults(row, readers, values)
            continue
        record = shape.build(row.line, *values)
        first = firsts.setdefault(shape.key(record), record)
        if first is not record:
            problems.append(_twin(record, first, shape))
            continue
        rows.append(record)
    return rows, problems


def _read(row: Row, readers: Sequence[_Reader]) -> list[Any]:
    cells = row.cells
    values = []
    for reader in readers:
        index = reader.index
        text = cells[index] if index is not None and index < len(cells) else ""
        seen = reader.seen
        values.append(seen[text] if text in seen else reader.read(text))
    return values


def _faults(row: Row, readers: Sequence[_Reader], values: list[Any]) -> list[ImportProblem]:
    return [
        _problem(
            row.line,
            reader.column.name,
            row.cells[reader.index]
            if reader.index is not None and reader.index < len(row.cells)
            else "",
            value.code,
            **value.facts,
        )
        for reader, value in zip(readers, values, strict=True)
        if isinstance(value, _Fault)
    ]


def _header_problems(table: Table, kind: Kind) -> list[ImportProblem]:
    columns = columns_of(kind)
    required = [column.name for column in columns if column.required]
    expected = ", ".join(required)
    if not {column.name for column in columns} & set(table.keys):
        found = ", ".join(table.header)
        return [_problem(table.header_line, None, found, "no_header", expected=expected)]
    return [
        _problem(table.header_line, name, "", "missing_column", expected=expected)
        for name in required
        if name not in table.keys
    ]


def _too_many(row: Row, width: int) -> ImportProblem:
    surplus = " ; ".join(filter(None, row.cells[width:]))
    return _problem(row.line, None, surplus, "too_many_cells", count=len(row.cells), width=width)


def _twin(record: R, first: R, shape: _Shape[R]) -> ImportProblem:
    code = "twin" if replace(record, line=first.line) == first else shape.contradiction
    return _problem(record.line, None, shape.name(record), code, twin=first.line)


def _problem(line: int, column: str | None, value: str, code: str, **facts: Any) -> ImportProblem:
    return ImportProblem(
        line=line,
        column=column,
        value=value,
        code=code,
        message=french.problem(line=line, column=column, value=value, code=code, facts=facts),
    )
