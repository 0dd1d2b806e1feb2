"""The sheets of an OpenDocument spreadsheet (LibreOffice), read as it streams.

Read here rather than by a library: the format repeats rows and cells by a number, which is enough
to fill any memory that lays them out, and a month typed in a cell is stored as its first day.
"""

from dataclasses import dataclass, field

from territoires.domain.dates import PartialDate, Precision
from territoires.domain.errors import PartialDateError
from territoires.exchange.cells import decimal
from territoires.exchange.containers import MAX_EXPANDED, Container
from territoires.exchange.sheets import table_among
from territoires.exchange.tables import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Format,
    RawRow,
    Seen,
    Table,
    UnreadableError,
    table_of,
)
from territoires.exchange.xml_scan import Attributes, scan, whole
from territoires.french import exchange as french
from territoires.french.dates import slashed

_CONTENT = "content.xml"
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_LINE_BREAKS = frozenset({"line-break"})
# What holds columns, rows and cells.
_STRUCTURE = frozenset(
    {"table-columns", "table-column-group", "table-header-columns", "table-rows",
     "table-header-rows"}
)  # fmt: skip
# What is written in a cell beside its text: notes, the reading of ideograms.
_ASIDE = frozenset({"note", "ruby-text"})
_MOST_LINES = 2 * MAX_ROWS  # blank ones included
_MIDNIGHT = "T00:00:00"


def read_ods(data: bytes) -> Table:
    """Read the visible sheet of a spreadsheet that has known titles. Raises UnreadableError."""
    container = Container(data)
    if b"encryption-data" in container.read("META-INF/manifest.xml"):
        raise UnreadableError("password")
    if any(each.startswith(("basic/", "scripts/")) for each in container.names):
        raise UnreadableError("macros")
    document = _Document()
    scan(
        container.open(_CONTENT),
        start=document.start,
        end=document.end,
        text=document.text,
        separator=" ",
    )
    return table_among(document.sheets)


@dataclass(kw_only=True)
class _Sheet:
    """A sheet: its lines, or why there are too many of them."""

    title: str
    is_visible: bool
    lines: list[RawRow] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    error: UnreadableError | None = None

    def table(self) -> Table:
        """Read it. Raises UnreadableError."""
        if self.error is not None:
            raise self.error
        return table_of(
            self.lines,
            kind=Format.ODS,
            sheet=self.title,
            seen=self.seen,
        )


@dataclass
class _Cell:
    """A cell being read: what its attributes say, then what it shows."""

    value: str | None
    repeat: int
    shown: list[str] = field(default_factory=list)


class _Document:
    """What the handlers gather: the sheets and their lines."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        # Of a cell's style: the date format it uses; of a date format: the parts it shows.
        self._format_of: dict[str, str] = {}
        self._parts: dict[str, set[str]] = {}
        self._format: set[str] | None = None
        self._hidden_styles: set[str] = set()
        self._last_style = ""
        self._column_styles: list[str] = []
        self._sheet: _Sheet | None = None
        self._line = 0
        self._repeat = 1
        self._column = 0
        self._cells: list[str] = []
        self._cell: _Cell | None = None
        self._muted = 0
        self._hidden_groups: list[bool] = []
        self._paragraphs = 0
        self._weight = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        namespace, _, tag = tag.rpartition(" ")
        if self._muted:
            self._muted += 1
            return
        plain = {
            key.rpartition(" ")[2]: value
            for key, value in attributes.items()
            if key.startswith(_NAMESPACE)
        }
        if self._sheet is None and tag == "table":
            self._begin_sheet(plain)
        elif self._sheet is None:
            self._style(tag, plain)
        elif self._cell is not None:
            self._inside_cell(self._cell, tag, plain, namespace)
        elif tag in _CELLS:
            self._begin_cell(self._sheet, plain)
        else:
            self._beside_cells(self._sheet, tag, plain)

    def _beside_cells(self, sheet: _Sheet, tag: str, plain: Attributes) -> None:
        if tag == "table-column":
            self._begin_column(plain)
        elif tag == "table-row-group":
            self._hidden_groups.append(plain.get("display") == "false")
        elif tag == "table-row":
            self._repeat = _times(plain, "number-rows-repeated")
            self._column = 0
            self._cells = []
            if plain.get("visibility", "visible") != "visible" or any(self._hidden_groups):
                first = self._line + 1
                sheet.seen.hidden_lines.append(range(first, first + self._repeat))
        elif tag not in _STRUCTURE:  # drawings, forms, charts: no text of the table
            self._muted = 1

    def _begin_sheet(self, plain: Attributes) -> None:
        self._sheet = _Sheet(
            title=plain.get("name", ""),
            is_visible=plain.get("style-name") not in self._hidden_styles,
        )
        self._column_styles = []
        self._hidden_groups = []
        self._line = self._column = 0

    def _begin_column(self, plain: Attributes) -> None:
        """Learn the usual style of the next columns; beyond the last that is read, none matters."""
        repeat = _times(plain, "number-columns-repeated")
        first = len(self._column_styles)
        repeat = min(repeat, MAX_COLUMNS - first)
        self._column_styles += [plain.get("default-cell-style-name", "")] * repeat
        if plain.get("visibility", "visible") != "visible" and self._sheet and repeat:
            self._sheet.seen.hidden_columns.append(range(first, first + repeat))

    def _style(self, tag: str, plain: Attributes) -> None:
        """Learn which styles show a date without its day."""
        if tag == "date-style":
            self._format = self._parts.setdefault(plain.get("name", ""), set())
        elif tag == "style":
            self._format = None
            self._last_style = plain.get("name", "")
            self._format_of[self._last_style] = plain.get("data-style-name", "")
        elif tag == "table-properties" and plain.get("display") == "false":
            self._hidden_styles.add(self._last_style)
        elif self._format is not None:
            self._format.add(tag)

    def _precision(self, style: str | None) -> Precision | None:
        """Say how much of a date a cell shows: by its own style, else by that of its column."""
        if style is None:
            styles = self._column_styles
            style = styles[self._column] if self._column < len(styles) else ""
        parts = self._parts.get(self._format_of.get(style, ""), set())
        if "year" not in parts or "day" in parts:
            return None
        return Precision.MONTH if "month" in parts else Precision.YEAR

    def _begin_cell(self, sheet: _Sheet, plain: Attributes) -> None:
        line, column = self._line + 1, self._column
        if "formula" in plain:
            sheet.seen.blame(line, column, "formula")
        wide = _times(plain, "number-columns-spanned")
        high = _times(plain, "number-rows-spanned")
        if (wide > 1 or high > 1) and len(sheet.seen.merged) < MAX_ROWS:
            sheet.seen.merged.append((line, column, line + high - 1, column + wide - 1))
        self._cell = _Cell(
            value=self._typed(plain),
            repeat=_times(plain, "number-columns-repeated"),
        )
        self._paragraphs = 0

    def _typed(self, plain: Attributes) -> str | None:
        """Read a value from its attributes; None when it is the text that the cell shows."""
        match plain.get("value-type"):
            case "float" | "percentage" | "currency":
                try:
                    return decimal(float(plain.get("value", "")))
                except ValueError as error:
                    raise UnreadableError("corrupt") from error
            case "boolean":
                return french.YES if plain.get("boolean-value") == "true" else french.NO
            case "date":
                precision = self._precision(plain.get("style-name"))
                return _date(plain.get("date-value", ""), precision)
            case "string":
                return plain.get("string-value")
            case _:
                return None

    def _inside_cell(self, cell: _Cell, tag: str, plain: Attributes, namespace: str) -> None:
        if not namespace.startswith(_NAMESPACE + "text") or tag in _ASIDE:
            self._muted = 1
        elif tag == "p":
            cell.shown += ["\n"] if self._paragraphs else []
            self._paragraphs += 1
        elif tag == "s":
            cell.shown.append(" " * min(_times(plain, "c"), MAX_CELL))
        elif tag == "tab":
            cell.shown.append("\t")
        elif tag in _LINE_BREAKS:
            cell.shown.append("\n")

    def text(self, part: str) -> None:
        if self._cell is not None and self._paragraphs and not self._muted:
            self._cell.shown.append(part)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(" ")[2]
        sheet = self._sheet
        if self._muted:
            self._muted -= 1
        elif sheet is None:
            return
        elif tag in _CELLS and self._cell is not None:
            self._end_cell(sheet, self._cell)
            self._cell = None
        elif tag == "table-row":
            self._end_row(sheet)
        elif tag == "table-row-group":
            self._hidden_groups.pop()
        elif tag == "table":
            self.sheets.append(sheet)
            self._sheet = None

    def _end_cell(self, sheet: _Sheet, cell: _Cell) -> None:
        text = sheet.seen.text("".join(cell.shown) if cell.value is None else cell.value).strip()
        if text:
            if len(text) > MAX_CELL:
                self._give_up(
                    sheet, UnreadableError("cell_too_long", line=self._line + 1, limit=MAX_CELL)
                )
            elif self._column + cell.repeat > MAX_COLUMNS:
                self._give_up(sheet, UnreadableError("too_many_columns", limit=MAX_COLUMNS))
            else:
                self._cells += [""] * (self._column - len(self._cells))
                self._cells += [text] * cell.repeat
                self._weight += len(text) * cell.repeat * self._repeat
            if self._weight > MAX_EXPANDED:
                raise UnreadableError("too_much_text")
        self._column += cell.repeat

    def _end_row(self, sheet: _Sheet) -> None:
        first = self._line + 1
        self._line += self._repeat
        if not self._cells or sheet.error is not None:
            return
        if self._line > _MOST_LINES or len(sheet.lines) + self._repeat > MAX_ROWS + 1:
            error = UnreadableError("too_many_rows", limit=MAX_ROWS)
            self._give_up(sheet, error)
            return
        cells = tuple(self._cells)
        sheet.lines += ((line, cells) for line in range(first, first + self._repeat))

    @staticmethod
    def _give_up(sheet: _Sheet, error: UnreadableError) -> None:
        """Keep why a sheet cannot be read: another one may be the table's."""
        sheet.error = sheet.error or error
        sheet.lines.clear()


def _times(plain: Attributes, name: str) -> int:
    """Say how many times something is there."""
    return max(whole(plain.get(name, "1")), 1)


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
