"""From the lines of a table to typed rows, with every remark by line and column."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from territoires.domain.imports import Kind
from territoires.domain.readings import CellError, Reading, Weight
from territoires.exchange.tables import ImportProblem, Row, Table, remark
from territoires.french import exchange as french
from territoires.french.files import KINDS, NO_TOWN, Column, ImportKind
from territoires.french.loose_dates import month_may_come_first
from territoires.french.typography import typeset_spaces

CODE, NAME = "code_insee", "ville"  # of a town


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """The lines of a file that make sense, and what there is to say of it, by line.

    `broken` are the other lines, None standing for what makes none: they are judged no further
    than their cells. A centre has one retained date per stage in a file, one headcount per year,
    thing counted, course and day; a course has one line.
    """

    rows: Sequence[Any]
    remarks: Sequence[ImportProblem]
    broken: Sequence[Any] = field(default=(), repr=False)


def places(kind: Kind, keys: Sequence[str]) -> dict[str, int]:
    """Find the columns that the import knows among the titles of a file, by their own names first.

    `keys` are the titles as `Table.keys` has them; those that are not found are left out.
    """
    found = {}
    for column in KINDS[kind].columns:
        name = next((name for name in (column.name, *column.aliases) if name in keys), None)
        if name is not None:
            found[column.name] = keys.index(name)
    return found


def ignored_columns(table: Table, kind: Kind) -> list[str]:
    """Name the columns that the import does not know, as they are titled."""
    known = {table.keys[at] for at in places(kind, table.keys).values()} | {french.TO_FIX, ""}
    return [title for title, key in zip(table.header, table.keys, strict=True) if key not in known]


def parse(table: Table, kind: Kind) -> Parsed:
    """Read the rows of a table as those of a kind of file."""
    remarks = [*table.remarks, *_header_problems(table, kind)]
    if any(each.code in {"no_header", "other_kind"} for each in remarks):
        return Parsed(rows=(), remarks=remarks)
    shape = KINDS[kind]
    width = len(table.keys)
    whole = []
    for row in table.rows:
        if len(row.cells) > width and any(row.cells[width:]):
            remarks.append(_too_many(row, width))
        else:
            whole.append(row)
    columns = shape.columns
    at_of = places(kind, table.keys)
    titles = {name: (table.keys[at], at) for name, at in at_of.items()}
    names = [column.name for column in columns]
    values = [_read_column(column, at_of.get(column.name), whole) for column in columns]
    if NAME in at_of:
        _name_for_code(columns, values)
    lacks_column = any(each.code == "missing_column" for each in remarks)
    # Most cells are what they look like: only the lines of the others are looked at one by one.
    faulty = {at for read in values for at, value in enumerate(read) if type(value) is CellError}
    read_otherwise = {
        at for read in values for at, value in enumerate(read) if type(value) is Reading
    }
    blamed = {(each.line, each.column) for each in table.remarks if each.weight is Weight.REFUSED}
    lines_blamed = {line for line, _ in blamed}
    firsts: dict[Hashable, Any] = {}
    rows: list[Any] = []
    broken: list[Any] = []
    for at, (row, *fields) in enumerate(zip(whole, *values, strict=True)):
        if at in read_otherwise or at in faulty:
            remarks += (
                each
                for each in _said(row, titles, dict(zip(names, fields, strict=True)))
                if (each.line, each.column) not in blamed
            )
            fields = [_value(read) for read in fields]  # noqa: PLW2901 - the same cells, read
        record = shape.line(row.line, *fields)
        if lacks_column or at in faulty or row.line in lines_blamed:
            broken.append(record)
            continue
        first = firsts.setdefault(shape.key(record), record)
        if first is not record:
            remarks.append(_twin(record, first, shape))
            continue
        rows.append(record)
    remarks.sort(key=lambda each: each.line)
    return Parsed(rows=rows, remarks=remarks, broken=broken)


def _read_column(column: Column, at: int | None, rows: Sequence[Row]) -> list[Any]:
    """Read the cells of a column. Files repeat themselves: each text is read once."""
    if at is None:
        # Of a column that must be there, what is said is said once, of the titles.
        return [None if column.required else column.default] * len(rows)
    texts = [row.cells[at] for row in rows]
    read = {text: _read(column, text) for text in set(texts)}
    if column.is_date:
        _doubt_order(read, texts)
    return [read[text] for text in texts]


def _read(column: Column, text: str) -> Any:
    if not text:
        return _required(column.empty) if column.empty else column.default
    try:
        return column.read(text)
    except CellError as error:
        return CellError(error.code, **error.facts, awaited=column.awaited)


def _required(expected: str) -> CellError:
    return CellError("required", expected=typeset_spaces(expected))


def _doubt_order(read: dict[str, Any], texts: Sequence[str]) -> None:
    """Ask about dates that may have been written month first; told once when it is unlikely."""
    others, weight = month_may_come_first(read.keys())
    if weight is Weight.TOLD and others:
        others = {text: others[text] for text in [next(each for each in texts if each in others)]}
    for text, other in others.items():
        found = read[text]
        if type(found) is not CellError:
            value = found.value if type(found) is Reading else found
            facts = {"read": french.date_said(value), "other": other}
            read[text] = Reading(value, f"day_first_{weight.value}", facts, weight)


def _name_for_code(columns: Sequence[Column], values: Sequence[list[Any]]) -> None:
    """Let the name of a town stand for the code that its line does not give."""
    names = [column.name for column in columns]
    codes, said = names.index(CODE), names.index(NAME)
    for at, code in enumerate(values[codes]):
        if code is None and not values[said][at]:
            values[said][at] = _required(NO_TOWN)
        elif code is None or (type(code) is CellError and code.code == "required"):
            values[codes][at] = values[said][at] or code


def _said(
    row: Row, titles: Mapping[str, tuple[str, int]], fields: Mapping[str, Any]
) -> Iterator[ImportProblem]:
    """Say what is wrong with the cells of a line, or read otherwise than written."""
    for name, (title, at) in titles.items():
        value = fields[name]
        if isinstance(value, CellError | Reading):
            weight = value.weight if isinstance(value, Reading) else Weight.REFUSED
            yield remark(row.line, title, row.cells[at], value.code, value.facts, weight)


def _value(read: Any) -> Any:
    if isinstance(read, Reading):
        return read.value
    return None if isinstance(read, CellError) else read


def _header_problems(table: Table, kind: Kind) -> list[ImportProblem]:
    expected = ", ".join(KINDS[kind].required)
    keys = set(table.keys)
    if not {column.name for column in KINDS[kind].columns} & keys:
        found = ", ".join(table.header)
        others = [each for each in KINDS.values() if len(set(each.required) & keys) > 1]
        if not others:
            facts = {"expected": expected}
            return [remark(table.header_line, None, found, "no_header", facts)]
    missing = [name for name in KINDS[kind].required if name not in keys]
    if CODE in missing and NAME in places(kind, table.keys):
        missing.remove(CODE)
    # The titles of another kind of file say which one it is.
    other = next(
        (
            each
            for each, shape in KINDS.items()
            if each is not kind and missing and keys >= set(shape.required)
        ),
        None,
    )
    if other is not None:
        facts = {"kind": KINDS[other].name, "asked": KINDS[kind].name}
        return [remark(table.header_line, None, ", ".join(table.header), "other_kind", facts)]
    return [
        remark(table.header_line, name, "", "missing_column", {"expected": expected})
        for name in missing
    ]


def _too_many(row: Row, width: int) -> ImportProblem:
    surplus = " ; ".join(filter(None, row.cells[width:]))
    facts = {"count": len(row.cells), "width": width}
    return remark(row.line, None, surplus, "too_many_cells", facts)


def _twin(record: Any, first: Any, shape: ImportKind) -> ImportProblem:
    code = "twin" if replace(record, line=first.line) == first else shape.contradiction
    return remark(record.line, None, shape.called(record), code, {"twin": first.line})
