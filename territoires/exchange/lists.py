"""A list of towns, pasted or in a file: each line read for a town and a state."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from territoires.domain.lists import LONGEST, MOST_LINES, Listed
from territoires.domain.readings import CellError, Reading
from territoires.domain.text import fold
from territoires.exchange.bounded import read_bounded
from territoires.exchange.tables import NO_TITLE, Row, UnreadableError, key_of
from territoires.french import lists as words
from territoires.french.files import TOWN_NAME
from territoires.french.numbers import shortened
from territoires.french.typed_cells import town_code

_SECONDS: Final = 5  # of processor: a file of 1 MB takes one
_FIRST_LINES: Final = 20  # among which the titles are looked for
_NAMES: Final = words.NAME_TITLES | {TOWN_NAME.name, *TOWN_NAME.aliases}
_ROLES: Final = {
    **dict.fromkeys(words.CODE_TITLES, "code"),
    **dict.fromkeys(_NAMES, "name"),
    **dict.fromkeys(words.BESIDE_TITLES, "beside"),
    **dict.fromkeys(words.STATE_TITLES, "state"),
    **dict.fromkeys(words.FLAG_TITLES, "flag"),
}
_TOWN: Final = {"code", "name"}
_ARTICLES: Final = {"le", "la", "les", "l"}

# How people write lines: bullets and numbers before, a code on either side, a department in
# brackets, a state after a colon or a dash.
_BULLET: Final = re.compile(r"(?:[-*\u2022\u00b7\u2013]|\d{1,4}[.)])\s+")
_INSEE: Final = r"(\d{5}|2[ABab]\d{3})"
_CODE_FIRST: Final = re.compile(_INSEE + r"[\s,:-]+(\D.*)")
_CODE_LAST: Final = re.compile(r"(.*\D)[\s,(:-]+" + _INSEE + r"\)?")
_BRACKETS: Final = re.compile(r"([^()]+)\(([^()]{1,40})\)\s*(.*)")
_STATED: Final = re.compile(r"(.+?)(?:\s*[:,]|\s+[-\u2013\u2014])\s+(.+)")


def read_list(data: bytes, *, name: str) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """Give the lines of a list that are not blank, and what was ignored; `name` is for messages.

    Raises UnreadableError: those of `read_bounded`, `too_many_lines`, `empty`.
    """
    table = read_bounded(data, name=name, seconds=_SECONDS, untitled=True)
    is_bare = table.header == (NO_TITLE,)
    rows = table.rows if is_bare else (Row(table.header_line, table.header), *table.rows)
    at, roles = _titles(rows)
    rows = rows[at:]
    if len(rows) > MOST_LINES:
        raise UnreadableError("too_many_lines", name=name, limit=MOST_LINES)
    if not rows:
        raise UnreadableError("empty", name=name)
    notices = table.notices if is_bare or table.rows else ()
    return tuple(_lines(rows, roles)), notices


def _titles(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]]:
    """Give where the rows begin, and what each column is; none where no line holds titles."""
    for at, row in enumerate(rows[:_FIRST_LINES]):
        roles = tuple(_ROLES.get(key_of(cell), "") for cell in row.cells)
        if _TOWN.intersection(roles):
            return at + 1, roles
    return 0, ()


def _lines(rows: Iterable[Row], roles: Sequence[str]) -> Iterator[Listed]:
    for row in rows:
        typed = " ; ".join(filter(None, row.cells))
        line = Listed(line=row.line, said=shortened(typed, LONGEST))
        cells = row.cells if roles else tuple(filter(None, row.cells))
        for cell, role in zip(cells, roles or [""] * len(cells), strict=False):
            if cell and (role or not roles):
                line = _with(line, cell, role or _guessed(line, cell))
        yield _unfolded(line)


def _guessed(line: Listed, cell: str) -> str:
    """Say what a cell without a title is, by what it holds and what came before it."""
    if not line.code and isinstance(_code(cell), str) and _code(cell):
        return "code"
    if not line.name:
        return "name"
    return "state" if words.read_state(cell) else "beside"


def _with(line: Listed, cell: str, role: str) -> Listed:
    """Take a cell in; the first of its kind counts."""
    if role == "code" and not line.code:
        code = _code(cell)
        return replace(line, code=code) if code else _with(line, cell, "name")
    if role in {"state", "flag"} and not line.states:
        states = words.read_state(cell, is_flag=role == "flag")
        return replace(line, state=shortened(cell, LONGEST), states=states) if states else line
    # No name is longer, and patterns are not to look through more.
    if role == "name" and not line.name:
        return replace(line, name=cell[:LONGEST])
    if role == "beside" and not line.beside:
        return replace(line, beside=cell[:LONGEST])
    return line


def _code(text: str) -> str:
    """Read a code of a commune, with the zero that a spreadsheet took; nothing for other texts."""
    try:
        read = town_code(text)
    except CellError:
        return ""
    code = read.value if isinstance(read, Reading) else read
    return code if code[:1].isdigit() else ""


def _unfolded(line: Listed) -> Listed:
    """Take out of a name what people write around it: bullet, code, department, state."""
    name = _BULLET.sub("", line.name, count=1) if _BULLET.match(line.name) else line.name
    if not line.states and (found := _STATED.fullmatch(name)):
        states = words.read_state(found[2])
        if states:
            line = replace(line, state=shortened(found[2], LONGEST), states=states)
            name = found[1]
    for pattern, code, rest in ((_CODE_FIRST, 1, 2), (_CODE_LAST, 2, 1)):
        if not line.code and (found := pattern.fullmatch(name)):
            line = replace(line, code=found[code].upper())
            name = found[rest]
    if (found := _BRACKETS.fullmatch(name)) and fold(found[2]) not in _ARTICLES:
        line = replace(line, beside=line.beside or found[2])
        states = words.read_state(f"{found[2]} {found[3]}")
        if states and not line.states:
            said = f"{found[2]} {found[3]}".strip()
            line = replace(line, state=shortened(said, LONGEST), states=states)
        name = found[1]
    return replace(line, name=name.strip(" \t,;:"))
