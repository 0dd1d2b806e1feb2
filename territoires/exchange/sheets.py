"""Which sheet of a workbook holds the table: seen, and titled as an import is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from territoires.domain.readings import Weight
from territoires.exchange.tables import Table, UnreadableError, remark
from territoires.french import exchange as french
from territoires.french.numbers import counted

_MOST_TRIED = 20


class Sheet(Protocol):
    """A sheet of a workbook; `table` raises UnreadableError."""

    @property
    def title(self) -> str: ...
    @property
    def is_visible(self) -> bool: ...
    def table(self) -> Table: ...


def table_among(sheets: Sequence[Sheet]) -> Table:
    """Read the first visible sheet that has known titles, else the first visible one.

    What the others hold is said; one that holds such a table too is asked about. Raises
    UnreadableError.
    """
    shown = [sheet for sheet in sheets if sheet.is_visible]
    if not shown:
        raise UnreadableError("no_sheet")
    first, *others = shown
    read = {sheet.title: _tried(sheet) for sheet in shown[:_MOST_TRIED]}
    tables = {
        title: table
        for title, table in read.items()
        if isinstance(table, Table) and table.is_recognised
    }
    chosen = next((sheet for sheet in shown if sheet.title in tables), first)
    found = read[chosen.title]
    if isinstance(found, UnreadableError):
        raise found
    notices = []
    if chosen is not first:
        notices.append(french.notice("other_first", {"sheet": chosen.title}))
    titles = [sheet.title for sheet in (first, *others) if sheet is not chosen]
    if titles:
        facts = {"sheet": chosen.title, "others": ", ".join(titles)}
        notices.append(french.notice("other_sheets", facts))
    if hidden := [sheet.title for sheet in sheets if not sheet.is_visible]:
        notices.append(french.notice("hidden_sheets", {"others": ", ".join(hidden)}))
    remarks = [
        remark(
            found.header_line,
            None,
            title,
            "second_table",
            {"lines": counted(len(table.rows), "ligne"), "sheet": chosen.title},
            Weight.ASKED,
        )
        for title, table in tables.items()
        if title != chosen.title and table.rows
    ]
    return replace(
        found,
        notices=(*notices, *found.notices),
        remarks=(*remarks, *found.remarks),
    )


def _tried(sheet: Sheet) -> Table | UnreadableError:
    try:
        return sheet.table()
    except UnreadableError as error:
        return error
