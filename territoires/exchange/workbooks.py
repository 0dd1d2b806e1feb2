"""The first sheet of an Excel workbook, looked through before a library is let near it."""

import io
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
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
    inside = _look_through(container, chosen)
    lines = _values(container, chosen, inside)
    notices = ()
    if len(sheets) > 1:
        others = ", ".join(sheet.name for sheet in sheets if sheet is not chosen)
        facts = {"sheet": chosen.name, "others": others}
        notices = (french.notice("other_sheets", facts),)
    table = table_of(lines, name=name, kind=Format.XLSX, sheet=chosen.name, notices=notices)
    for merged in inside.merged:
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


@dataclass
class _Inside:
    """What a sheet was seen to hold: `shortened` are the dates whose format hides the day."""

    merged: list[str] = field(default_factory=list)
    shortened: dict[tuple[int, int], Precision] = field(default_factory=dict)
    uses: dict[int, int] = field(default_factory=dict)


def _look_through(container: Container, sheet: _Sheet) -> _Inside:
    """Read the XML of a sheet for what the library would swallow or choke on.

    It lays cells out in a full rectangle, so that two far-off cells are enough to fill the memory;
    it gives the cached value of a formula for its own; and it takes a month typed in Excel
    (09/2019, stored as 1 September under a format without a day) for its first day.
    """
    precisions = _precisions(container)
    inside = _Inside()
    columns: dict[str, int] = {}
    row = column = 0
    kind = style = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, kind, style
        if ":" in tag:
            tag = local(tag)
        if tag == "c":
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                row, column = _position(reference, columns, container.name)
            kind = attributes.get("t", "")
            style = attributes.get("s", "")
        elif tag in {"v", "is"}:
            if row > MAX_ROWS * 2:
                raise UnreadableError("too_many_rows", name=container.name, limit=MAX_ROWS)
            if column > MAX_COLUMNS:
                raise UnreadableError("too_many_columns", limit=MAX_COLUMNS)
            if style in precisions and kind in {"", "n"}:
                inside.shortened[row, column] = precisions[style]
        elif tag == "row":
            row = int(attributes["r"]) if attributes.get("r", "").isascii() and attributes.get(
                "r", ""
            ).isdigit() else row + 1
            column = 0
        elif tag == "f":
            raise UnreadableError("formula", place=place(row, column - 1), value="=")
        elif tag == "mergeCell":
            inside.merged.append(attributes.get("ref", ""))

    scan(container.open(sheet.member), name=container.name, start=start)
    return inside
