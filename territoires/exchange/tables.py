"""A table as it was read from a file, before anybody says what its columns mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from territoires.domain.errors import TerritoiresError
from territoires.domain.text import fold
from territoires.french import exchange as french

MEBIBYTE = 1 << 20
MAX_BYTES = 64 * MEBIBYTE
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters: Excel's own limit


class Format(StrEnum):
    """What a table was read from, or is to be written as."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


class UnreadableError(TerritoiresError):
    """A file that cannot be read; `code` says why, `message` says it in French.

    Codes: those of `territoires.french.exchange.REFUSALS`.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(f"{code}: {facts}")
        self.code = code
        self.facts = facts

    @property
    def message(self) -> str:
        """What is wrong and what to do, in French."""
        return french.refusal(self.code, {"name": "", **self.facts})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file, the header's being 1, and its texts."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file holds: the titles as typed, and the lines under them that are not blank.

    `keys` are the titles without case, accents or spaces (`Code INSEE` is `code_insee`). `rows`
    never include the `examples` of a template. `notices` say in French what was ignored.
    """

    name: str
    format: Format
    header: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    examples: tuple[Row, ...] = ()
    header_line: int = 1
    sheet: str | None = None
    notices: tuple[str, ...] = ()

    def place(self, row: Row, key: str) -> str:
        """Name a cell as a spreadsheet does: `C14`."""
        return place(row.line, self.keys.index(key))


def place(line: int, column: int) -> str:
    """Name a cell by its line, from 1, and its column, from 0: `C14`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"


def key_of(title: str) -> str:
    """Reduce a title to its key; a title in no Latin letters stays itself."""
    return fold(title).replace(" ", "_") or title


# A raw line: its number and its trimmed texts; blank ones may be left out.
RawRow = tuple[int, tuple[str, ...]]


def table_of(
    lines: Iterable[RawRow],
    *,
    name: str,
    kind: Format,
    sheet: str | None = None,
    notices: tuple[str, ...] = (),
) -> Table:
    """Take the first line that is not blank for the header, the others for rows.

    Every row is made at least as wide as the header. Raises UnreadableError: `duplicate_header`,
    `too_many_rows`, `too_many_columns`; `empty` or `empty_sheet` when there is no line at all.
    """
    remaining = iter(lines)
    header_line, titles = next(((line, cells) for line, cells in remaining if any(cells)), (0, ()))
    if not header_line:
        raise UnreadableError("empty_sheet" if sheet else "empty", name=name, sheet=sheet)
    while not titles[-1]:
        titles = titles[:-1]
    if len(titles) > MAX_COLUMNS:
        raise UnreadableError("too_many_columns", limit=MAX_COLUMNS)
    keys = tuple(key_of(title) for title in titles)
    _refuse_duplicates(titles, keys, header_line)
    rows, examples = _sorted_out(remaining, keys, name)
    if examples:
        notices += (french.examples_ignored(len(examples)),)
    if not rows:
        notices += (french.notice("no_rows", {"name": name}),)
    return Table(
        name=name,
        format=kind,
        header=titles,
        keys=keys,
        rows=tuple(rows),
        examples=tuple(examples),
        header_line=header_line,
        sheet=sheet,
        notices=notices,
    )


def _refuse_duplicates(titles: tuple[str, ...], keys: tuple[str, ...], line: int) -> None:
    seen: dict[str, int] = {}
    for column, key in enumerate(keys):
        if key and key in seen:
            raise UnreadableError(
                "duplicate_header",
                first=titles[seen[key]],
                first_place=place(line, seen[key]),
                second=titles[column],
                second_place=place(line, column),
            )
        seen[key] = column


def _sorted_out(
    lines: Iterable[RawRow], keys: tuple[str, ...], name: str
) -> tuple[list[Row], list[Row]]:
    """Tell rows from the examples of a template, and leave out what says nothing.

    The column of an annotated file that says what to fix says nothing of its own.
    """
    width = len(keys)
    remarks = keys.index(french.TO_FIX) if french.TO_FIX in keys else None
    first = 1 if remarks == 0 and width > 1 else 0
    rows: list[Row] = []
    examples: list[Row] = []
    for line, cells in lines:
        if not any(cells if remarks is None else cells[:remarks] + cells[remarks + 1 :]):
            continue
        if len(cells) < width:
            cells += ("",) * (width - len(cells))  # noqa: PLW2901 - the same row, as wide as others
        if cells[first].startswith("#") and _is_example(cells[first]):
            examples.append(Row(line, cells))
            continue
        rows.append(Row(line, cells))
        if len(rows) > MAX_ROWS:
            raise UnreadableError("too_many_rows", name=name, limit=MAX_ROWS)
    return rows, examples


def _is_example(cell: str) -> bool:
    return fold(cell).startswith(fold(french.EXAMPLE))
