"""The first sheet of an Excel workbook, looked through before a library is let near it."""

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError

from territoires.domain.dates import PartialDate, Precision
from territoires.exchange.cells import day, decimal
from territoires.exchange.containers import MAX_EXPANDED, Container, stored
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
from territoires.exchange.xml_scan import Attributes, local, scan
from territoires.french import exchange as french
from territoires.french.dates import slashed

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
_NEEDED = ("[Content_Types].xml", "_rels/.rels", _WORKBOOK, _RELATIONS, _STRINGS, _STYLES)

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MONTH_AND_YEAR = 17  # the built-in format mmm-yy
# What in a format is no pattern: quoted text, escaped characters, colours and locales.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MAX_SHEETS = 1000
_MOST_LINES = 2 * MAX_ROWS  # blank ones included
_MOST_CELLS = 5_000_000  # of the rectangle that the library fills
_WORTH_WEIGHING = 100  # characters: shorter texts cannot add up to much
_DIGITS = 9


def read_xlsx(data: bytes, *, name: str) -> Table:
    """Read the first visible sheet of a workbook. Raises UnreadableError."""
    container = Container(data, name=name)
    if any("vbaproject" in each.casefold() or "macrosheets/" in each for each in container.names):
        raise UnreadableError("macros", name=name)
    if "xl/workbook.bin" in container.names:
        raise UnreadableError("binary_excel", name=name)
    sheets = _sheets(container)
    visible = [sheet for sheet in sheets if sheet.is_visible]
    if not visible:
        raise UnreadableError("no_sheet", name=name)
    chosen = visible[0]
    look = _Look(container, chosen)
    lines = _values(container, chosen, look)
    notices: tuple[str, ...] = ()
    if len(sheets) > 1:
        others = ", ".join(sheet.name for sheet in sheets if sheet is not chosen)
        facts = {"sheet": chosen.name, "others": others}
        notices = (french.notice("other_sheets", facts),)
    table = table_of(lines, name=name, kind=Format.XLSX, sheet=chosen.name, notices=notices)
    for merged in look.merged:
        if _covers(merged, table.header_line):
            raise UnreadableError("merged_header", place=merged)
    return table


@dataclass(frozen=True)
class _Sheet:
    """A sheet as the workbook lists it: its rank, its name, its member."""

    rank: int
    name: str
    member: str
    is_visible: bool


def _sheets(container: Container) -> list[_Sheet]:
    targets: dict[str, str] = {}
    found: list[_Sheet] = []

    def relation(tag: str, attributes: Attributes) -> None:
        if local(tag) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: Attributes) -> None:
        if local(tag) != "sheet" or len(found) > _MAX_SHEETS:
            return
        plain = {local(key): value for key, value in attributes.items()}
        member = posixpath.normpath(posixpath.join("/xl", targets.get(plain.get("id", ""), "")))
        found.append(
            _Sheet(
                rank=len(found),
                name=plain.get("name", ""),
                member=member.lstrip("/"),
                is_visible=plain.get("state", "visible") == "visible"
                and "chartsheets/" not in member
                and "dialogsheets/" not in member,
            )
        )

    scan(io.BytesIO(container.read(_RELATIONS)), name=container.name, start=relation)
    scan(io.BytesIO(container.read(_WORKBOOK)), name=container.name, start=sheet)
    return found


class _Look:
    """The XML of a sheet, read for what the library would swallow or choke on.

    The library lays cells out in a full rectangle, so that two far-off cells fill the memory, and
    copies a shared text as often as it is used; it gives the cached value of a formula for its
    own, and nothing for an error; and it takes a month typed in Excel (09/2019, stored as
    1 September under a format without a day) for its first day. `shortened` are those dates.
    """

    def __init__(self, container: Container, sheet: _Sheet) -> None:
        self.name = container.name
        self.merged: list[str] = []
        self.shortened: dict[tuple[int, int], Precision] = {}
        self._precisions = _precisions(container)
        self._lengths = _text_lengths(container)
        self._columns: dict[str, int] = {}
        self._row = self._column = self._last_filled = self._filled = self._widest = 0
        self._kind = self._style = ""
        self._shared = 0
        self._in_value = False
        weigh = max(self._lengths, default=0) > _WORTH_WEIGHING
        scan(
            container.open(sheet.member),
            name=self.name,
            start=self._start,
            text=self._weigh if weigh else None,
        )

    def _start(self, tag: str, attributes: Attributes) -> None:
        if ":" in tag:
            tag = local(tag)
        self._in_value = False
        if tag == "c":
            self._cell(attributes)
        elif tag in {"v", "is"}:
            self._content()
        elif tag == "row":
            self._row = self._number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif tag == "f":
            raise UnreadableError("formula", place=place(self._row, self._column - 1))
        elif tag == "mergeCell":
            self.merged.append(attributes.get("ref", ""))

    def _cell(self, attributes: Attributes) -> None:
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise UnreadableError("corrupt", name=self.name)
        letters, row = found.groups()
        self._row = int(row)
        if letters not in self._columns:
            self._columns[letters] = column_number(letters)
        self._column = self._columns[letters]

    def _content(self) -> None:
        row, column = self._row, self._column
        if row < 1 or column < 1:
            raise UnreadableError("corrupt", name=self.name)
        if row != self._last_filled:
            self._filled += 1
            self._last_filled = row
            if self._filled > MAX_ROWS + 1 or row > _MOST_LINES:
                raise UnreadableError("too_many_rows", name=self.name, limit=MAX_ROWS)
        if column > self._widest:
            self._widest = column
            if column > MAX_COLUMNS:
                raise UnreadableError("too_many_columns", limit=MAX_COLUMNS)
        if row * self._widest > _MOST_CELLS:
            raise UnreadableError("too_much_text")
        if self._kind == "e":
            raise UnreadableError("error_cell", place=place(row, column - 1))
        if self._kind == "n" and self._style in self._precisions:
            self.shortened[row, column] = self._precisions[self._style]
        self._in_value = self._kind == "s"

    def _weigh(self, text: str) -> None:
        if not self._in_value:
            return
        index = self._number(text)
        self._shared += self._lengths[index] if index < len(self._lengths) else 0
        if self._shared > MAX_EXPANDED:
            raise UnreadableError("too_much_text")

    def _number(self, text: str) -> int:
        text = text.strip()
        if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
            raise UnreadableError("corrupt", name=self.name)
        return int(text)


def column_number(letters: str) -> int:
    """Turn the letters of a column into its number, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _text_lengths(container: Container) -> list[int]:
    """Measure the texts that cells share, in their order."""
    lengths: list[int] = []

    def start(tag: str, _: Attributes) -> None:
        if tag == "si" or local(tag) == "si":
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    data = container.read(_STRINGS)
    if data:
        scan(io.BytesIO(data), name=container.name, start=start, text=text)
    return lengths


def _precisions(container: Container) -> dict[str, Precision]:
    """Tell which styles show a date without its day, by their rank among the cells' formats."""
    hidden: dict[str, Precision] = {str(_MONTH_AND_YEAR): Precision.MONTH}
    precisions: dict[str, Precision] = {}
    inside = False
    rank = 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside, rank
        tag = local(tag)
        if tag == "numFmt":
            precision = _shown(attributes.get("formatCode", ""))
            if precision is not None:
                hidden[attributes.get("numFmtId", "")] = precision
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            shown = hidden.get(attributes.get("numFmtId", ""))
            if shown is not None:
                precisions[str(rank)] = shown
            rank += 1

    def end(tag: str) -> None:
        nonlocal inside
        if local(tag) == "cellXfs":
            inside = False

    data = container.read(_STYLES)
    if data:
        scan(io.BytesIO(data), name=container.name, start=start, end=end)
    return precisions


def _shown(code: str) -> Precision | None:
    """Say how much of a date a format shows, None for a whole day or no date."""
    pattern = _LITERAL.sub("", code.partition(";")[0]).casefold()
    if "y" not in pattern or "d" in pattern:
        return None
    return Precision.MONTH if "m" in pattern else Precision.YEAR


def _values(container: Container, sheet: _Sheet, look: _Look) -> Iterator[RawRow]:
    """Let the library read the sheet from a copy that holds nothing else."""
    members = {name: container.read(name) for name in {*_NEEDED, sheet.member}}
    copy = stored({name: data for name, data in members.items() if data})
    for line, cells in enumerate(_read_by_library(copy, sheet.name, container.name), start=1):
        yield (
            line,
            tuple(
                _text(value, look.shortened.get((line, column)), line)
                for column, value in enumerate(cells, start=1)
            ),
        )


def _read_by_library(copy: bytes, sheet: str, name: str) -> list[list[Any]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(copy)) as book:
            return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise UnreadableError("password", name=name) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust library is no Exception
        raise UnreadableError("corrupt", name=name) from error


def _text(  # noqa: PLR0911 - one per type
    value: Any, precision: Precision | None, line: int
) -> str:
    """Write a typed cell as a person would have typed it."""
    match value:
        case str():
            text = value.strip()
            if len(text) > MAX_CELL:
                raise UnreadableError("cell_too_long", line=line, limit=MAX_CELL)
            return text
        case bool():
            return french.YES if value else french.NO
        case float():
            return decimal(value)
        case datetime() | date() if precision is not None:
            month = value.month if precision is Precision.MONTH else None
            return slashed(PartialDate(value.year, month))
        case datetime():
            hour = value.time()
            return day(value) if hour == time.min else f"{day(value)} {hour.isoformat()}"
        case date():
            return day(value)
        case _:
            return str(value)


def _covers(merged: str, line: int) -> bool:
    """Tell whether a range (`A1:C1`) crosses a line."""
    rows = [int(row) for _, row in _REFERENCE.findall(merged)]
    return bool(rows) and min(rows) <= line <= max(rows)
