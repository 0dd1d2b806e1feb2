"""Files in the columns of the imports: templates, rows written back, files annotated."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from territoires.domain.imports import Kind
from territoires.exchange.cells import neutralise
from territoires.exchange.csv_export import delimited
from territoires.exchange.tables import MAX_ROWS, Format, ImportProblem, Row, Table
from territoires.exchange.xlsx_export import OPTIONS, fitting
from territoires.french import exchange as french
from territoires.french.files import KINDS, Column

# Inside every file made here: the same content gives the same bytes.
_CREATED = datetime(2019, 4, 1)  # noqa: DTZ001 - a property of the file, without a zone
_FAULT = {"bg_color": "#FFE0B2", "num_format": "@"}
_WIDTH = 22
_REMARKS_WIDTH = 60

Lines = Sequence[Sequence[str]]


def template(kind: Kind, form: Format) -> bytes:
    """Make the file to fill in: titles, and examples that the reader ignores.

    In a workbook every column is text, so that Excel turns neither a month into a day nor a code
    into a number; lists are offered where a column takes few words; a second sheet explains.
    """
    columns = KINDS[kind].offered
    lines = [
        [column.name for column in columns],
        *([f"{french.EXAMPLE} : {first}", *others] for first, *others in KINDS[kind].examples),
    ]
    if form is Format.CSV:
        return delimited(map(neutralise, line) for line in lines)
    return _Book().template(kind, lines)


def annotated(table: Table, problems: Iterable[ImportProblem], form: Format) -> bytes:
    """Write the same file with a first column that says what to fix on each line.

    Lines keep their numbers; that column is ignored when the file comes back. What is wrong with
    the header is said on the line under it, the header having to stay one.
    """
    said: dict[int, list[str]] = {}
    faulty: set[tuple[int, str]] = set()
    for problem in problems:
        line = max(problem.line, table.header_line + 1)
        said.setdefault(line, []).append(problem.message)
        faulty.add((problem.line, problem.column or ""))
    kept = [at for at, key in enumerate(table.keys) if key != french.TO_FIX]
    rows = {row.line: row for row in (*table.rows, *table.examples)}
    rows[table.header_line] = Row(table.header_line, table.header)
    lines = list(_annotated(rows, said, kept, table))
    if form is Format.CSV:
        return delimited(map(neutralise, line) for line in lines)
    marks = {
        (line - 1, column)
        for column, at in enumerate(kept, start=1)
        for line, key in faulty
        if key == table.keys[at]
    }
    return _Book().annotated(lines, marks, header=table.header_line - 1)


def _annotated(
    rows: dict[int, Row], said: dict[int, list[str]], kept: list[int], table: Table
) -> Iterator[list[str]]:
    for line in range(1, max(*rows, *said, 1) + 1):
        row = rows.get(line)
        cells = row.cells if row else ()
        remark = "\n".join(said.get(line, ()))
        if line == table.header_line:
            remark = french.TO_FIX
        known = [cells[at] if at < len(cells) else "" for at in kept]
        # What stands beyond the last title stays there, or the line would look mended.
        yield [remark, *known, *cells[len(table.keys) :]]


class _Book:
    """A workbook of texts, whose first sheet is the table."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.stream, OPTIONS)
        self.book.set_properties({"created": _CREATED})
        self.bold = self.book.add_format({"bold": True, "num_format": "@"})
        self.text = self.book.add_format({"num_format": "@"})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.fault = self.book.add_format(_FAULT)

    def template(self, kind: Kind, lines: Lines) -> bytes:
        sheet = self._table(lines, KINDS[kind].name)
        columns = KINDS[kind].offered
        for number, column in enumerate(columns):
            if column.words:
                # A suggestion, not a wall: the import itself says what it takes.
                choices = {"validate": "list", "source": list(column.words), "show_error": False}
                sheet.data_validation(1, number, MAX_ROWS, number, choices)
        self._instructions(columns)
        return self._bytes()

    def annotated(self, lines: Lines, marks: set[tuple[int, int]], *, header: int) -> bytes:
        sheet = self._table(lines, french.TO_FIX, marks=marks, header=header)
        sheet.set_column(0, 0, _REMARKS_WIDTH, self.wrapped)
        return self._bytes()

    def _table(
        self,
        lines: Lines,
        name: str,
        *,
        marks: set[tuple[int, int]] | None = None,
        header: int = 0,
    ) -> Any:
        sheet = self.book.add_worksheet(name)
        width = max(map(len, lines))
        sheet.set_column(0, max(width - 1, 0), _WIDTH, self.text)
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                marked = marks is not None and (row, column) in marks
                style = self.bold if row == header else self.fault if marked else self.text
                if cell or marked:
                    sheet.write_string(row, column, fitting(cell), style)
        sheet.freeze_panes(header + 1, 0)
        return sheet

    def _instructions(self, columns: Sequence[Column]) -> None:
        sheet = self.book.add_worksheet(french.INSTRUCTIONS_SHEET)
        sheet.set_column(0, 1, _WIDTH, self.wrapped)
        sheet.set_column(2, 2, 80, self.wrapped)
        lines = [
            *(("", "", sentence) for sentence in french.INSTRUCTIONS),
            french.INSTRUCTION_TITLES,
            *(
                (
                    column.name,
                    french.REQUIRED_WORD if column.required else french.OPTIONAL_WORD,
                    column.help,
                )
                for column in columns
            ),
        ]
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)

    def _bytes(self) -> bytes:
        self.book.close()
        return self.stream.getvalue()
