"""The first sheet of an OpenDocument spreadsheet (LibreOffice), read as it streams.

Read here rather than by a library: the format repeats rows and cells by a number, which is enough
to fill any memory that lays them out, and a month typed in a cell is stored as its first day.
"""

from dataclasses import dataclass, field

from territoires.domain.dates import PartialDate, Precision
from territoires.domain.errors import PartialDateError
from territoires.exchange.cells import decimal
from territoires.exchange.containers import MAX_EXPANDED, Container
from territoires.exchange.tables import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Format,
    RawRow,
    Table,
    UnreadableError,
    place,
    table_of,
)
from territoires.exchange.xml_scan import Attributes, scan
from territoires.french import exchange as french
from territoires.french.dates import slashed

_CONTENT = "content.xml"
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_LINE_BREAKS = frozenset({"line-break"})
_MOST_LINES = 2 * MAX_ROWS  # blank ones included
_MIDNIGHT = "T00:00:00"


def read_ods(data: bytes, *, name: str) -> Table:
    """Read the first sheet of a spreadsheet. Raises UnreadableError."""
    container = Container(data, name=name)
    if b"encryption-data" in container.read("META-INF/manifest.xml"):
        raise UnreadableError("password", name=name)
    if any(each.startswith(("Basic/", "Scripts/")) for each in container.names):
        raise UnreadableError("macros", name=name)
    document = _Document(name)
    scan(
        container.open(_CONTENT),
        name=name,
        start=document.start,
        end=document.end,
        text=document.text,
        separator=" ",
    )
    if not document.sheets:
        raise UnreadableError("no_sheet", name=name)
    sheet, *others = document.sheets
    notices: tuple[str, ...] = ()
    if others:
        facts = {"sheet": sheet, "others": ", ".join(others)}
        notices = (french.notice("other_sheets", facts),)
    table = table_of(document.lines, name=name, kind=Format.ODS, sheet=sheet, notices=notices)
    for line, column in document.merged:
        if line == table.header_line:
            raise UnreadableError("merged_header", place=place(line, column))
    return table


@dataclass
class _Cell:
    """A cell being read: what its attributes say, then what it shows."""

    value: str | None
    repeat: int
    shown: list[str] = field(default_factory=list)


class _Document:
    """What the handlers gather: the names of the sheets, the lines of the first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: list[str] = []
        self.lines: list[RawRow] = []
        self.merged: list[tuple[int, int]] = []
        # Of a cell's style: the date format it uses; of a date format: the parts it shows.
        self._format_of: dict[str, str] = {}
        self._parts: dict[str, set[str]] = {}
        self._format: set[str] | None = None
        self._column_styles: list[tuple[int, str]] = []
        self._line = 0
        self._repeat = 1
        self._column = 0
        self._cells: list[str] = []
        self._cell: _Cell | None = None
        self._muted = 0
        self._paragraphs = 0
        self._weight = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        namespace, _, tag = tag.rpartition(" ")
        plain = {
            key.rpartition(" ")[2]: value
            for key, value in attributes.items()
            if key.startswith(_NAMESPACE)
        }
        if tag == "table":
            self.sheets.append(plain.get("name", ""))
        elif len(self.sheets) == 0:
            self._style(tag, plain)
        elif len(self.sheets) > 1:
            return
        elif tag == "table-column":
            before = self._column_styles[-1][0] if self._column_styles else 0
            repeat = self._number(plain.get("number-columns-repeated", "1"))
            self._column_styles.append((before + repeat, plain.get("default-cell-style-name", "")))
        elif tag == "table-row":
            self._repeat = self._number(plain.get("number-rows-repeated", "1"))
            self._column = 0
            self._cells = []
        elif tag in _CELLS:
            self._begin_cell(plain)
        elif self._cell is not None:
            self._inside_cell(tag, plain, namespace)

    def _style(self, tag: str, plain: Attributes) -> None:
        """Learn which styles show a date without its day."""
        if tag == "date-style":
            self._format = self._parts.setdefault(plain.get("name", ""), set())
        elif tag == "style":
            self._format = None
            self._format_of[plain.get("name", "")] = plain.get("data-style-name", "")
        elif self._format is not None:
            self._format.add(tag)

    def _precision(self, style: str | None) -> Precision | None:
        """Say how much of a date a cell shows: by its own style, else by that of its column."""
        if style is None:
            style = next((each for last, each in self._column_styles if self._column < last), "")
        parts = self._parts.get(self._format_of.get(style, ""), set())
        if "year" not in parts or "day" in parts:
            return None
        return Precision.MONTH if "month" in parts else Precision.YEAR

    def _begin_cell(self, plain: Attributes) -> None:
        if "formula" in plain:
            raise UnreadableError("formula", place=place(self._line + 1, self._column))
        if self._number(plain.get("number-columns-spanned", "1")) > 1 or (
            self._number(plain.get("number-rows-spanned", "1")) > 1
        ):
            self.merged.append((self._line + 1, self._column))
        self._cell = _Cell(
            value=self._typed(plain),
            repeat=self._number(plain.get("number-columns-repeated", "1")),
        )
        self._paragraphs = 0

    def _typed(self, plain: Attributes) -> str | None:
        """Read a value from its attributes; None when it is the text that the cell shows."""
        match plain.get("value-type"):
            case "float" | "percentage" | "currency":
                try:
                    return decimal(float(plain.get("value", "")))
                except ValueError as error:
                    raise UnreadableError("corrupt", name=self.name) from error
            case "boolean":
                return french.YES if plain.get("boolean-value") == "true" else french.NO
            case "date":
                precision = self._precision(plain.get("style-name"))
                return _date(plain.get("date-value", ""), precision)
            case "string":
                return plain.get("string-value")
            case _:
                return None

    def _inside_cell(self, tag: str, plain: Attributes, namespace: str) -> None:
        cell = self._cell
        if tag == "annotation" or self._muted:
            self._muted += 1
        elif cell is not None and namespace.startswith(_NAMESPACE + "text"):
            if tag == "p":
                cell.shown += ["\n"] if self._paragraphs else []
                self._paragraphs += 1
            elif tag == "s":
                cell.shown.append(" " * min(self._number(plain.get("c", "1")), MAX_CELL))
            elif tag == "tab":
                cell.shown.append("\t")
            elif tag in _LINE_BREAKS:
                cell.shown.append("\n")

    def text(self, part: str) -> None:
        if self._cell is not None and self._paragraphs and not self._muted:
            self._cell.shown.append(part)

    def end(self, tag: str) -> None:
        if len(self.sheets) != 1:
            return
        tag = tag.rpartition(" ")[2]
        if self._muted:
            self._muted -= 1
        elif tag in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif tag == "table-row":
            self._end_row()

    def _end_cell(self, cell: _Cell) -> None:
        text = ("".join(cell.shown) if cell.value is None else cell.value).strip()
        if text:
            if len(text) > MAX_CELL:
                raise UnreadableError("cell_too_long", line=self._line + 1, limit=MAX_CELL)
            if self._column + cell.repeat > MAX_COLUMNS:
                raise UnreadableError("too_many_columns", limit=MAX_COLUMNS)
            self._cells += [""] * (self._column - len(self._cells))
            self._cells += [text] * cell.repeat
            self._weight += len(text) * cell.repeat * self._repeat
            if self._weight > MAX_EXPANDED:
                raise UnreadableError("too_much_text")
        self._column += cell.repeat

    def _end_row(self) -> None:
        first = self._line + 1
        self._line += self._repeat
        if not self._cells:
            return
        if self._line > _MOST_LINES or len(self.lines) + self._repeat > MAX_ROWS + 1:
            raise UnreadableError("too_many_rows", name=self.name, limit=MAX_ROWS)
        cells = tuple(self._cells)
        self.lines += ((line, cells) for line in range(first, first + self._repeat))

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004 - digits
            raise UnreadableError("corrupt", name=self.name)
        return max(int(text), 1)


def _date(iso: str, precision: Precision | None) -> str:
    """Write `2019-09-13T00:00:00` as it was typed: the day, the month or the year."""
    try:
        known = PartialDate.parse(iso.removesuffix(_MIDNIGHT))
    except PartialDateError:
        return iso
    if precision is Precision.MONTH:
        known = PartialDate(known.year, known.month)
    elif precision is Precision.YEAR:
        known = PartialDate(known.year)
    return slashed(known)
