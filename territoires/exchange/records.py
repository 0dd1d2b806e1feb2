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
from territoires.french.dates import counted_on
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
    """Read a table of enrolments: one headcount per centre, year, thing counted, course and day."""
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
    return (row.town_code, row.academic_year, row.counted, row.course_key, row.counted_on)


def _enrolment_name(row: EnrolmentRow) -> str:
    subject = (row.town_code, years(row.academic_year), COUNTED[row.counted], row.course_key)
    return ", ".join((*filter(None, subject), counted_on(row.counted_on)))


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


def _parse(table: Table, shape: _Shape[R]) -> tuple[list[R], list[ImportProblem]]:
    problems = _header_problems(table, shape.kind)
    if problems:
        return [], problems
    width = len(table.keys)
    whole = []
    for row in table.rows:
        if len(row.cells) > width and any(row.cells[width:]):
            problems.append(_too_many(row, width))
        else:
            whole.append(row)
    columns = columns_of(shape.kind)
    values = [_read_column(column, whole, table.keys) for column in columns]
    faulty = {at for read in values for at, value in enumerate(read) if type(value) is _Fault}
    firsts: dict[Hashable, R] = {}
    rows: list[R] = []
    for at, (row, *fields) in enumerate(zip(whole, *values, strict=True)):
        if at in faulty:
            problems += _faults(row, columns, fields, table.keys)
            continue
        record = shape.build(row.line, *fields)
        first = firsts.setdefault(shape.key(record), record)
        if first is not record:
            problems.append(_twin(record, first, shape))
            continue
        rows.append(record)
    return rows, sorted(problems, key=lambda problem: problem.line)


def _read_column(column: Column, rows: Sequence[Row], keys: Sequence[str]) -> list[Any]:
    """Read the cells of a column. Files repeat themselves: each text is read once."""
    if column.name not in keys:
        return [column.default] * len(rows)
    at = keys.index(column.name)
    texts = [row.cells[at] for row in rows]
    read = {text: _read(column, text) for text in set(texts)}
    return [read[text] for text in texts]


def _read(column: Column, text: str) -> Any:
    if not text and not column.filled:
        return column.default
    if not text:
        return _Fault(CellError("required"))
    try:
        return column.read(text)
    except CellError as error:
        return _Fault(error)


def _faults(
    row: Row, columns: Sequence[Column], fields: Sequence[Any], keys: Sequence[str]
) -> list[ImportProblem]:
    return [
        _problem(
            row.line, column.name, row.cells[keys.index(column.name)], value.code, **value.facts
        )
        for column, value in zip(columns, fields, strict=True)
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
