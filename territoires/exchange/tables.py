"""A table as it was read from a file, before anybody says what its columns mean."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from operator import attrgetter
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from territoires.domain.errors import TerritoiresError
from territoires.domain.readings import Weight
from territoires.domain.text import fold, visible
from territoires.french import exchange as french
from territoires.french.files import COLUMNS

MEBIBYTE = 1 << 20
MAX_BYTES = 64 * MEBIBYTE
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters: Excel's own limit
NO_TITLE = "\x00"  # the only title of a table that has none: no cell holds it

_MOST_BLEMISHES = 1_000
_FIRST_LINES = 20  # among which the titles are looked for
_RECOGNISED = 2  # known titles make a line of titles
# What the first cell of a line of totals says, folded.
_TOTAL = re.compile(
    r"(?:(?:sous|grand) )?total(?:s|aux)?\b.*|totaux\b.*|(?:subtotal|grand total|sum)"
    r"|(?:somme|ensemble|moyenne|cumul)(?: (?:des?|du|la|general\w*|[0-9]+)\b.*)?"
)


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


@dataclass(frozen=True, kw_only=True)
class ImportProblem:
    """A remark on one line (the header's is 1), in one column or in none."""

    line: int
    column: str | None
    value: str
    code: str
    message: str
    weight: Weight = Weight.REFUSED


def remark(  # noqa: PLR0913, PLR0917 - what a remark says
    line: int,
    column: str | None,
    value: str,
    code: str,
    facts: Mapping[str, Any],
    weight: Weight = Weight.REFUSED,
) -> ImportProblem:
    """Put a remark into words."""
    return ImportProblem(
        line=line,
        column=column,
        value=value,
        code=code,
        message=french.problem(line=line, column=column, value=value, code=code, facts=facts),
        weight=weight,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file, the header's being 1, and its texts."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file holds: the titles as typed, and the lines under them that are not blank.

    `keys` are the titles without case, accents or spaces (`Code INSEE` is `code_insee`). `rows`
    never include the `examples` of a template. `notices` say in French what was ignored;
    `remarks` are about cells that cannot be read as what they look like.
    """

    format: Format
    header: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    examples: tuple[Row, ...] = ()
    header_line: int = 1
    sheet: str | None = None
    notices: tuple[str, ...] = ()
    remarks: tuple[ImportProblem, ...] = ()
    name: str = ""

    @property
    def is_recognised(self) -> bool:
        """Whether its titles are those of an import."""
        return len(COLUMNS.keys() & set(self.keys)) >= _RECOGNISED


@dataclass(kw_only=True)
class Seen:
    """What a reader meets beside the texts of a table; lines from 1, columns from 0.

    `blemishes` are cells with the code and facts of what is wrong; `merged` the ranges, as first
    line, first column, last line, last column.
    """

    blemishes: list[tuple[int, int, str, dict[str, Any]]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_lines: list[range] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    invisible: bool = False

    def blame(self, line: int, column: int, code: str, **facts: Any) -> None:
        """Keep what is wrong with a cell; beyond a thousand nobody reads them."""
        if len(self.blemishes) < _MOST_BLEMISHES:
            self.blemishes.append((line, column, code, facts))

    def text(self, text: str) -> str:
        """Take off what nobody sees."""
        shown = visible(text)
        self.invisible = self.invisible or len(shown) != len(text)
        return shown


def place(line: int, column: int) -> str:
    """Name a cell by its line, from 1, and its column, from 0: `C14`."""
    return f"{xl_col_to_name(column)}{line}"


def key_of(title: str) -> str:
    """Reduce a title to its key; a title in no Latin letters stays itself."""
    return fold(title).replace(" ", "_") or title


# A raw line: its number and its trimmed texts; blank ones may be left out.
RawRow = tuple[int, tuple[str, ...]]


def table_of(  # noqa: PLR0913 - what a table is made of
    lines: Iterable[RawRow],
    *,
    kind: Format,
    sheet: str | None = None,
    notices: Sequence[str] = (),
    known: Collection[str] = COLUMNS.keys(),
    seen: Seen | None = None,
) -> Table:
    """Take the line of titles for the header, what is under it for rows.

    The titles are on the first line that is not blank, unless one of the next few alone holds
    `known` ones. Every row is made at least as wide as the header. Raises UnreadableError:
    `duplicate_header`, `merged_header`, `too_many_rows`, `too_many_columns`; `empty` or
    `empty_sheet` when there is no line at all.
    """
    remaining = ((line, cells) for line, cells in lines if any(cells))
    first = list(islice(remaining, _FIRST_LINES))
    if not first:
        raise UnreadableError("empty_sheet" if sheet else "empty", sheet=sheet)
    at = _titles_among(first, known)
    header_line, titles = first[at]
    while not titles[-1]:
        titles = titles[:-1]
    if len(titles) > MAX_COLUMNS:
        raise UnreadableError("too_many_columns", limit=MAX_COLUMNS)
    keys = tuple(key_of(title) for title in titles)
    _refuse_duplicates(titles, keys, header_line)
    rows, examples, ignored = _sorted_out(chain(first[at + 1 :], remaining), titles, keys)
    seen = seen or Seen()
    for merged in seen.merged:
        if merged[0] <= header_line <= merged[2]:
            raise UnreadableError("merged_header", place=_range(merged))
    said = [*notices, *ignored, *_above(first[:at], header_line)]
    if seen.invisible:
        said.append(french.notice("invisible", {}))
    said += _unseen(seen, rows, titles, keys, known)
    said += french.some_lines("examples", [row.line for row in examples])
    return Table(
        format=kind,
        header=titles,
        keys=keys,
        rows=tuple(rows),
        examples=tuple(examples),
        header_line=header_line,
        sheet=sheet,
        notices=tuple(said),
        remarks=tuple(_remarks(seen, [Row(header_line, titles), *rows], titles, keys)),
    )


def _titles_among(first: Sequence[RawRow], known: Collection[str]) -> int:
    """Find the line of titles: the first one, unless only a later one has known titles."""
    for at, (_, cells) in enumerate(first):
        if len({key_of(cell) for cell in cells if cell} & set(known)) >= _RECOGNISED:
            return at
    return 0


def _above(lines: Sequence[RawRow], header_line: int) -> Iterator[str]:
    if lines:
        said = " ".join(cell for _, cells in lines for cell in cells if cell)
        yield french.titles_found(header_line, said)


def _range(merged: tuple[int, int, int, int]) -> str:
    first_line, first, last_line, last = merged
    return f"{place(first_line, first)}:{place(last_line, last)}"


def _unseen(
    seen: Seen,
    rows: Sequence[Row],
    titles: Sequence[str],
    keys: Sequence[str],
    known: Collection[str],
) -> Iterator[str]:
    """Say what the spreadsheet does not show and the table holds all the same."""
    if seen.hidden_lines:
        spans = sorted(seen.hidden_lines, key=attrgetter("start"))
        starts = [span.start for span in spans]
        lines = [row.line for row in rows]
        found = [line for line in lines if line in spans[bisect_right(starts, line) - 1]]
        yield from french.some_lines("hidden", found)
    hidden = [
        titles[at]
        for at, key in enumerate(keys)
        if key in known and any(at in span for span in seen.hidden_columns)
    ]
    if hidden:
        yield french.hidden_columns(hidden)


def _remarks(
    seen: Seen, rows: Sequence[Row], titles: Sequence[str], keys: Sequence[str]
) -> Iterator[ImportProblem]:
    """Put into words what is wrong with cells of the table; others are nobody's business."""
    by_line = {row.line: row.cells for row in rows} if seen.blemishes else {}
    for line, column, code, facts in seen.blemishes:
        if line in by_line and column < len(keys):
            cells = by_line[line]
            weight = facts.pop("weight", Weight.REFUSED)
            yield remark(
                line,
                keys[column] or titles[column] or None,
                cells[column],
                code,
                facts | {"place": place(line, column)},
                weight,
            )
    for merged in seen.merged[:_MOST_BLEMISHES]:
        first_line, first, last_line, last = merged
        start = bisect_left(rows, first_line, key=_line_of)
        inside = rows[start : bisect_right(rows, last_line, key=_line_of)]
        texts = (text for row in inside for text in row.cells[first : last + 1] if text)
        text = next(texts, None)
        if first < len(keys) and text:
            facts = {"place": _range(merged)}
            yield remark(inside[0].line, keys[first] or None, text, "merged", facts)


_line_of = attrgetter("line")


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
    lines: Iterable[RawRow], titles: tuple[str, ...], keys: tuple[str, ...]
) -> tuple[list[Row], list[Row], list[str]]:
    """Tell rows from the examples of a template, and leave out what says nothing.

    The column of an annotated file that says what to fix says nothing of its own; neither do
    lines of totals, nor the titles said again.
    """
    width = len(keys)
    remarks = keys.index(french.TO_FIX) if french.TO_FIX in keys else None
    first = 1 if remarks == 0 and width > 1 else 0
    rows: list[Row] = []
    examples: list[Row] = []
    totals: list[int] = []
    titles_again: list[int] = []
    for line, cells in lines:
        if remarks is not None and not any(cells[:remarks] + cells[remarks + 1 :]):
            continue
        if len(cells) < width:
            cells += ("",) * (width - len(cells))  # noqa: PLW2901 - the same row, as wide as others
        start = cells[first]
        if start.startswith("#") and fold(start).startswith(fold(french.EXAMPLE)):
            examples.append(Row(line, cells))
        elif not start[:1].isdigit() and _is_total(cells[first:]):
            totals.append(line)
        elif start == titles[first] and cells[:width] == titles:
            titles_again.append(line)
        else:
            rows.append(Row(line, cells))
            if len(rows) > MAX_ROWS:
                raise UnreadableError("too_many_rows", limit=MAX_ROWS)
    ignored = french.some_lines("totals", totals) + french.some_lines("titles_again", titles_again)
    return rows, examples, ignored


def _is_total(cells: Sequence[str]) -> bool:
    """Tell a line of totals: its first text says so, and the others hold nothing but numbers."""
    word, *others = filter(None, cells)
    return (
        word[:1].casefold() in "tsgemc"
        and not any(letter.isalpha() for cell in others for letter in cell)
        and _TOTAL.fullmatch(fold(word)) is not None
    )
