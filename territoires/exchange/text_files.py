"""CSV as spreadsheets write it: any encoding and delimiter that Excel in French produces."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from territoires.domain.readings import Weight
from territoires.domain.text import visible
from territoires.exchange.cells import restore
from territoires.exchange.tables import (
    MAX_CELL,
    MAX_ROWS,
    NO_TITLE,
    Format,
    RawRow,
    Seen,
    Table,
    UnreadableError,
    key_of,
    table_of,
)
from territoires.french import exchange as french
from territoires.french.files import COLUMNS

DELIMITERS = ";\t,|"
_BOMS = (
    # UTF-32 first: its mark begins with that of UTF-16.
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# What Excel in French calls "CSV", "CSV (Macintosh)" and "CSV (MS-DOS)".
_EIGHT_BITS = ("cp1252", "mac_roman", "cp850")
# Written as escapes: this file keeps to ASCII. Small accented letters, then capitals, marks, signs.
_LIKELY = "\xe9\xe8\xea\xeb\xe0\xe2\xe7\xf4\xee\xef\xf9\xfb\xfc\u0153"
_POSSIBLE = "\xc9\xc8\xca\xc0\xc2\xc7\xd4\xce\u0152\u2019\xab\xbb\xa0\u20ac\xb0\u2013\u2026"
_SCORES = dict.fromkeys(_LIKELY, 3) | dict.fromkeys(_POSSIBLE, 1)
_ODD = -2
_ASCII = bytes(range(128))

_EXCEL_HINT = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_EXCEL_TEXT = re.compile(r'="([^"]*)"')  # how some keep the zeros of codes: ="01004"
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
_TOO_MANY_CONTROLS = 0.02

_LONGEST_LINE = 1 << 20
_LONGEST_TEXT = 1 << 17  # read before it is refused: a quote left open takes the rest of the file
_MOST_LINES = 5 * MAX_ROWS  # blank ones included
_FIRST_LINES = 20  # among which the titles are looked for
_TABLE_WIDTH = 3  # columns under which a text of several lines may well hold as many delimiters
_END = "\x00end"


def read_text(data: bytes, *, name: str, untitled: bool = False) -> Table:
    """Read a delimited text.

    An `untitled` one is all rows, its first line too, under a title of ours. Raises
    UnreadableError.
    """
    text, encoding = decode(data)
    notices = (
        (french.notice("encoding", {"name": name, "encoding": french.ENCODINGS[encoding]}),)
        if encoding in french.ENCODINGS
        else ()
    )
    shown = visible(text)
    seen = Seen(invisible=len(shown) != len(text))
    text = shown
    csv.field_size_limit(_LONGEST_TEXT)  # of the whole process: any library may have moved it
    hint = _EXCEL_HINT.match(text)
    if hint:
        text = text[hint.end() :]
    delimiter = hint[1] if hint else sniff_delimiter(text)
    lines = _lines(text, delimiter, seen)
    return table_of(
        chain([(0, (NO_TITLE,))], lines) if untitled else lines,
        kind=Format.CSV,
        notices=notices,
        known=() if untitled else COLUMNS,
        seen=seen,
    )


def decode(data: bytes) -> tuple[str, str]:
    """Decode a text and name its encoding; a byte-order mark decides, else what reads as French.

    Raises UnreadableError: `encoding`, `nul_bytes`, `binary`.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding), encoding
    guess = _unmarked_utf16(data)
    if guess:
        return _decoded(data, guess), guess
    if b"\x00" in data:
        raise UnreadableError("nul_bytes")
    counts = Counter(data[:65_536])
    controls = sum(counts[code] for code in _CONTROLS)
    if controls > _TOO_MANY_CONTROLS * min(len(data), 65_536):
        raise UnreadableError("binary")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _eight_bits(data)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError("encoding") from error
    if "\x00" in text:
        raise UnreadableError("nul_bytes")
    return text


def _unmarked_utf16(data: bytes) -> str | None:
    """Recognise UTF-16 without its mark: every other byte of a Latin text is null."""
    sample = data[:4096]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.7 * half and not sample[0::2].count(0):
        return "utf-16-le"
    if half and sample[0::2].count(0) > 0.7 * half and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _eight_bits(data: bytes) -> tuple[str, str]:
    """Choose the encoding in which the accented bytes look most like French."""
    high = Counter(data.translate(None, _ASCII))
    scores = {encoding: _score(high, encoding) for encoding in _EIGHT_BITS}
    for encoding in sorted(_EIGHT_BITS, key=lambda each: -scores[each]):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:  # Windows-1252 leaves five bytes without a character
            continue
    raise UnreadableError("encoding")


def _score(high: Counter[int], encoding: str) -> int:
    return sum(
        count * _SCORES.get(bytes([byte]).decode(encoding, errors="replace"), _ODD)
        for byte, count in high.items()
    )


def sniff_delimiter(text: str) -> str:
    """Choose the delimiter that cuts one of the first lines into most known titles.

    When none is known, the one that cuts the first line into most titles.
    """
    sample = text[: 64 * 1024]

    def merit(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            lines = list(islice(filter(any, reader), _FIRST_LINES))
        except csv.Error:  # a line beyond the module's limit, refused when it is read
            return 0, 0
        if not lines:
            return 0, sample.count(delimiter)
        titled = (sum(key_of(title.strip()) in COLUMNS for title in line) for line in lines)
        return max(titled), len(lines[0])

    return max(DELIMITERS, key=merit)  # the first of equals


def _lines(text: str, delimiter: str, seen: Seen) -> Iterator[RawRow]:
    """Give the records with their numbers, as a spreadsheet numbers them, blank ones included."""
    plain = not _guards(delimiter).search(text)
    measured = _Measured(text)
    # Strict: after a closing mark come a delimiter or the end of the line, or the mark was stray
    # and has swallowed whatever lies between.
    reader = csv.reader(measured, delimiter=delimiter, strict=True, skipinitialspace=True)
    width = line = 0
    opened = 1
    try:
        for line, cells in enumerate(reader, start=1):
            if cells and cells[-1].endswith(_END):
                if cells == [_END]:
                    return
                raise UnreadableError("unclosed_quote", line=line, **_in_text(line, opened))
            opened = reader.line_num + 1
            trimmed = tuple(map(str.strip, cells))
            if line > _MOST_LINES:
                raise UnreadableError("too_many_rows", limit=MAX_ROWS)
            if max(map(len, trimmed), default=0) > MAX_CELL:
                raise UnreadableError("cell_too_long", line=line, limit=MAX_CELL)
            width = max(width, len(cells))
            if reader.line_num - line != measured.lag:
                measured.lag = reader.line_num - line
                _suspect(trimmed, delimiter, width, line, seen)
            yield line, trimmed if plain else _unguarded(trimmed, line, seen)
    except csv.Error as error:
        line += 1
        if measured.is_over or "expected after" in str(error):
            code = "unclosed_quote" if measured.is_over else "stray_quote"
            raise UnreadableError(code, line=line, **_in_text(line, opened)) from error
        # A text beyond the limit set above.
        raise UnreadableError("cell_too_long", line=line, limit=MAX_CELL) from error


def _in_text(line: int, opened: int) -> dict[str, str]:
    """Say where a record starts in the text itself, when texts of several lines precede it."""
    return {"where": "" if opened == line else french.line_of_text(opened)}


def _suspect(cells: Sequence[str], delimiter: str, width: int, line: int, seen: Seen) -> None:
    """Ask about a text of several lines, one of which is a whole line of the table by itself."""
    for column, cell in enumerate(cells):
        for inside in cell.splitlines()[1:]:
            if width >= _TABLE_WIDTH and inside.count(delimiter) >= width - 1:
                seen.blame(line, column, "swallowed", weight=Weight.ASKED, inside=inside)
                return


def _guards(delimiter: str) -> re.Pattern[str]:
    """Find where a cell may begin with = or ': most files have none, and are read faster."""
    return re.compile(rf"(?:^|[{re.escape(delimiter)}\n\r])[\s\"]{{0,8}}[=']")


class _Measured:
    """Gives the lines, none of them monstrous, then one of our own.

    That one ends up inside a text when a quote was left open. `lag` is how many more lines than
    records were read.
    """

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text + "\n", newline="")
        self.is_over = False
        self.lag = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if len(line) > _LONGEST_LINE:
                raise UnreadableError("too_much_text")
            yield line
        self.is_over = True
        yield _END


def _unguarded(cells: tuple[str, ...], line: int, seen: Seen) -> tuple[str, ...]:
    """Take the guards off; a formula is blamed, naming its cell."""
    return tuple(
        _plain(cell, line, column, seen) if cell and cell[0] in "='" else cell
        for column, cell in enumerate(cells)
    )


def _plain(cell: str, line: int, column: int, seen: Seen) -> str:
    if as_text := _EXCEL_TEXT.fullmatch(cell):
        return as_text[1].strip()
    if cell.startswith("="):
        seen.blame(line, column, "formula")
        return cell
    return restore(cell).strip()
