"""A file somebody sends, recognised by what it holds and never by its name."""

import re
from dataclasses import replace

from territoires.exchange.containers import Container
from territoires.exchange.open_documents import read_ods
from territoires.exchange.tables import MAX_BYTES, MAX_ROWS, MEBIBYTE, Table, UnreadableError
from territoires.exchange.text_files import read_text
from territoires.exchange.workbooks import read_xlsx
from territoires.french import exchange as french

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# First bytes of what is sent by mistake.
_MAGIC = {
    "pdf": (b"%PDF",),
    "image": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*"),
    "word": (b"{\\rtf",),
    "archive": (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ"),
    "binary": (b"SQLite format 3\x00", b"\x7fELF"),
}
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta|div)\b",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip
_XML = re.compile(rb"\s*<\?xml\b")
_SHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_START = 4096


def read_table(data: bytes, *, name: str, untitled: bool = False) -> Table:
    """Read a CSV, XLSX or ODS file: titles, lines, nothing interpreted. `name` is for messages.

    `untitled`: the first line of a text is a row like the others, under the title `NO_TITLE`.
    Raises UnreadableError, and nothing else whatever the bytes; its `message` is in French.
    """
    try:
        table = _read(data, name, untitled=untitled)
    except UnreadableError as error:
        error.facts.setdefault("name", name)
        raise
    empty = () if table.rows else (french.notice("no_rows", {"name": name}),)
    return replace(table, name=name, notices=(*table.notices, *empty))


def _read(data: bytes, name: str, *, untitled: bool) -> Table:
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableError("empty")
    is_container = data.startswith((*_ZIP, _OLE))
    if len(data) > MAX_BYTES:
        if not is_container and data.count(b"\n") > MAX_ROWS:
            raise UnreadableError("too_many_rows", limit=MAX_ROWS)
        raise UnreadableError(
            "too_large", size=-(-len(data) // MEBIBYTE), limit=MAX_BYTES // MEBIBYTE
        )
    if data.startswith(_OLE):
        raise UnreadableError(_what_is_ole(data))
    if data.startswith(_ZIP):
        return _read_zip(data)
    _refuse_others(data)
    return read_text(data, name=name, untitled=untitled)


def _read_zip(data: bytes) -> Table:
    container = Container(data)
    names = container.names
    if any(each.startswith("xl/") for each in names):
        return read_xlsx(data)
    if "content.xml" in names:
        start = container.read("mimetype")
        if b"spreadsheet" in start or not start:
            return read_ods(data)
        raise UnreadableError("slides" if b"presentation" in start else "word")
    if any(each.startswith("word/") for each in names):
        raise UnreadableError("word")
    if any(each.startswith("ppt/") for each in names):
        raise UnreadableError("slides")
    raise UnreadableError("archive" if names else "empty")


def _what_is_ole(data: bytes) -> str:
    """Say what a compound file is, by the streams that its directory names."""
    named = {
        "password": "EncryptedPackage",
        "macros": "_VBA_PROJECT_CUR",
        "legacy_excel": "Workbook",
        "word": "WordDocument",
        "slides": "PowerPoint Document",
    }
    for code, stream in named.items():
        if stream.encode("utf-16-le") in data:
            return code
    return "legacy_excel" if "Book\x00".encode("utf-16-le") in data else "binary"


def _refuse_others(data: bytes) -> None:
    for code, magic in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableError(code)
    start = data[:_START].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(start):
        raise UnreadableError("html")
    if _XML.match(start):
        if b"<html" in start.lower():
            raise UnreadableError("html")
        raise UnreadableError("xml_excel" if _SHEET_2003 in start else "binary")
