"""The sheets of an Excel workbook, looked through before a library is let near them."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError
from xlsxwriter.utility import xl_cell_to_rowcol

from territoires.domain.dates import PartialDate, Precision
from territoires.exchange.cells import written
from territoires.exchange.containers import MAX_EXPANDED, Container, zipped
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
from territoires.exchange.xml_scan import Attributes, local, scan, whole
from territoires.french.dates import slashed

_ROOT = "_rels/.rels"
_USUAL = "xl/workbook.xml"

# What the library is given: the parts that matter, under the names that it expects.
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
    "</Relationships>"
)
_RELATION = f'<Relationship Id="{{id}}" Type="{_LINKS}/{{type}}" Target="{{target}}"/>'

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MONTH_AND_YEAR = 17  # the built-in format mmm-yy
# What in a format is no pattern: quoted text, escaped characters, colours and locales.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MAX_SHEETS = 1000
_MOST_LINES = 2 * MAX_ROWS  # blank ones included
_MOST_CELLS = 5_000_000  # of the rectangle that the library fills
_WORTH_WEIGHING = 100  # characters: shorter texts cannot add up to much
_TRUE = frozenset({"1", "true", "on"})
_ONLY = "only"


def read_xlsx(data: bytes) -> Table:
    """Read the visible sheet of a workbook that has known titles. Raises UnreadableError."""
    container = Container(data)
    if any("vbaproject" in each.casefold() or "macrosheets/" in each for each in container.names):
        raise UnreadableError("macros")
    book = _Book(container)
    if book.member.endswith(".bin") or "xl/workbook.bin" in container.names:
        raise UnreadableError("binary_excel")
    return table_among(book.sheets())


class _Book:
    """The parts of a workbook, by what links them and not by their usual names."""

    def __init__(self, container: Container) -> None:
        self.container = container
        root = _links(container, "")
        self.member = next(
            (target for kind, target in root.values() if kind == "officeDocument"), _USUAL
        )
        self._links = _links(container, self.member)
        by_kind = dict(self._links.values())
        self.strings = by_kind.get("sharedStrings", "")
        self.styles = by_kind.get("styles", "")
        self.lengths = _text_lengths(container, self.strings)
        self.precisions = _precisions(container, self.styles)

    def sheets(self) -> list["_Sheet"]:
        """List the sheets."""
        found: list[_Sheet] = []
        counts_from_1904 = False

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal counts_from_1904
            tag = local(tag)
            if tag == "workbookPr":
                counts_from_1904 = attributes.get("date1904") in _TRUE
            if tag != "sheet" or len(found) > _MAX_SHEETS:
                return
            plain = {local(key): value for key, value in attributes.items()}
            kind, member = self._links.get(plain.get("id", ""), ("", ""))
            if kind != "worksheet":  # a chart, a dialogue
                return
            found.append(
                _Sheet(
                    book=self,
                    title=plain.get("name", ""),
                    member=member,
                    is_visible=plain.get("state", "visible") == "visible",
                    counts_from_1904=counts_from_1904,
                )
            )

        scan(io.BytesIO(self.container.read(self.member)), start=start)
        return found


def _links(container: Container, member: str) -> dict[str, tuple[str, str]]:
    """Give what a part points to, by mark: of which sort, and where."""
    found: dict[str, tuple[str, str]] = {}
    folder, _, own = member.rpartition("/")

    def start(tag: str, attributes: Attributes) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            kind = attributes.get("Type", "").rpartition("/")[2]
            where = posixpath.normpath(target).lstrip("/")
            found[attributes.get("Id", "")] = kind, where

    _scan(container, posixpath.join(folder, "_rels", f"{own}.rels"), start=start)
    return found


def _scan(container: Container, member: str, **handlers: Any) -> None:
    """Look through a part, if it is there."""
    if data := container.read(member):
        scan(io.BytesIO(data), **handlers)


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """A sheet as the workbook lists it."""

    book: _Book
    title: str
    member: str
    is_visible: bool
    counts_from_1904: bool

    def table(self) -> Table:
        """Read it. Raises UnreadableError."""
        look = _Look(self.book, self.member)
        return table_of(
            self._values(look),
            kind=Format.XLSX,
            sheet=self.title,
            seen=look.seen,
        )

    def _values(self, look: "_Look") -> Iterator[RawRow]:
        for line, cells in enumerate(_read_by_library(self._alone()), start=1):
            yield (
                line,
                tuple(
                    look.seen.text(_text(value, look.shortened.get((line, column)), line))
                    for column, value in enumerate(cells, start=1)
                ),
            )

    def _alone(self) -> bytes:
        """Make a workbook that holds nothing else."""
        parts = {
            "worksheet": ("xl/worksheets/sheet1.xml", self.member),
            "sharedStrings": ("xl/sharedStrings.xml", self.book.strings),
            "styles": ("xl/styles.xml", self.book.styles),
        }
        held = {
            kind: (own, data)
            for kind, (own, member) in parts.items()
            if (data := self.book.container.read(member))
        }
        links = "".join(
            _RELATION.format(id=kind, type=kind, target=own.removeprefix("xl/"))
            for kind, (own, _) in held.items()
        )
        first_day = ' date1904="1"' if self.counts_from_1904 else ""
        members = {
            "[Content_Types].xml": b"",
            _ROOT: _RELATIONS.format(
                _RELATION.format(id="rId1", type="officeDocument", target=_USUAL)
            ).encode(),
            _USUAL: (
                f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr{first_day}/><sheets>'
                f'<sheet name="{_ONLY}" sheetId="1" r:id="worksheet"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": _RELATIONS.format(links).encode(),
        }
        return zipped(members | dict(held.values()), zipfile.ZIP_STORED)


class _Look:
    """The XML of a sheet, read for what the library would swallow or choke on.

    The library lays cells out in a full rectangle, so that two far-off cells fill the memory, and
    copies a shared text as often as it is used; it gives the cached value of a formula for its
    own, and nothing for an error; and it takes a month typed in Excel (09/2019, stored as
    1 September under a format without a day) for its first day. `shortened` are those dates.
    """

    def __init__(self, book: _Book, member: str) -> None:
        self.seen = Seen()
        self.shortened: dict[tuple[int, int], Precision] = {}
        self._precisions = book.precisions
        self._lengths = book.lengths
        self._columns: dict[str, int] = {}
        self._row = self._column = self._last_filled = self._filled = self._widest = 0
        self._kind = self._style = ""
        self._shared = 0
        self._in_value = self._usually_hidden = False
        weigh = max(self._lengths, default=0) > _WORTH_WEIGHING
        scan(
            book.container.open(member),
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
            self._row = whole(attributes["r"].strip()) if "r" in attributes else self._row + 1
            self._column = 0
            hidden = attributes.get("hidden")
            if hidden in _TRUE or (hidden is None and self._usually_hidden):
                self._hide(self._row)
        elif tag == "f":
            self.seen.blame(self._row, self._column - 1, "formula")
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            first, last = (whole(attributes.get(end, "").strip()) for end in ("min", "max"))
            self.seen.hidden_columns.append(range(first - 1, last))
        elif tag == "sheetFormatPr":
            self._usually_hidden = attributes.get("zeroHeight") in _TRUE

    def _hide(self, row: int) -> None:
        runs = self.seen.hidden_lines
        if runs and runs[-1].stop == row:
            runs[-1] = range(runs[-1].start, row + 1)
        elif len(runs) < MAX_ROWS:
            runs.append(range(row, row + 1))

    def _merge(self, reference: str) -> None:
        corners = [xl_cell_to_rowcol(found[0]) for found in _REFERENCE.finditer(reference)]
        if len(corners) == len("ab") and len(self.seen.merged) < MAX_ROWS:
            (first_row, first), (last_row, last) = corners
            self.seen.merged.append((first_row + 1, first, last_row + 1, last))

    def _cell(self, attributes: Attributes) -> None:
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise UnreadableError("corrupt")
        letters, row = found.groups()
        self._row = int(row)
        if letters not in self._columns:
            self._columns[letters] = xl_cell_to_rowcol(reference)[1] + 1
        self._column = self._columns[letters]

    def _content(self) -> None:
        row, column = self._row, self._column
        if row < 1 or column < 1:
            raise UnreadableError("corrupt")
        if row != self._last_filled:
            self._filled += 1
            self._last_filled = row
            if self._filled > MAX_ROWS + 1 or row > _MOST_LINES:
                raise UnreadableError("too_many_rows", limit=MAX_ROWS)
        if column > self._widest:
            self._widest = column
            if column > MAX_COLUMNS:
                raise UnreadableError("too_many_columns", limit=MAX_COLUMNS)
        if row * self._widest > _MOST_CELLS:
            raise UnreadableError("too_much_text")
        if self._kind == "e":
            self.seen.blame(row, column - 1, "error_cell")
        if self._kind == "n" and self._style in self._precisions:
            self.shortened[row, column] = self._precisions[self._style]
        self._in_value = self._kind == "s"

    def _weigh(self, text: str) -> None:
        if not self._in_value:
            return
        index = whole(text.strip())
        self._shared += self._lengths[index] if index < len(self._lengths) else 0
        if self._shared > MAX_EXPANDED:
            raise UnreadableError("too_much_text")


def _text_lengths(container: Container, member: str) -> list[int]:
    """Measure the texts that cells share, in their order."""
    lengths: list[int] = []

    def start(tag: str, _: Attributes) -> None:
        if tag == "si" or local(tag) == "si":
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    _scan(container, member, start=start, text=text)
    return lengths


def _precisions(container: Container, member: str) -> dict[str, Precision]:
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

    _scan(container, member, start=start, end=end)
    return precisions


def _shown(code: str) -> Precision | None:
    """Say how much of a date a format shows, None for a whole day or no date."""
    pattern = _LITERAL.sub("", code.partition(";")[0]).casefold()
    if "y" not in pattern or "d" in pattern:
        return None
    return Precision.MONTH if "m" in pattern else Precision.YEAR


def _read_by_library(copy: bytes) -> list[list[Any]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(copy)) as book:
            return book.get_sheet_by_name(_ONLY).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise UnreadableError("password") from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust library is no Exception
        raise UnreadableError("corrupt") from error


def _text(value: Any, precision: Precision | None, line: int) -> str:
    """Write a typed cell as a person would have typed it."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > MAX_CELL:
            raise UnreadableError("cell_too_long", line=line, limit=MAX_CELL)
        return text
    if precision is not None and isinstance(value, date):
        month = value.month if precision is Precision.MONTH else None
        return slashed(PartialDate(value.year, month))
    return str(value) if isinstance(value, time | timedelta) else written(value)
