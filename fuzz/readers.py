"""The readers of files: whatever the bytes, a table or a refusal, and soon."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from territoires.domain.imports import Kind
from territoires.exchange.reading import read_table
from territoires.exchange.records import parse
from territoires.exchange.tables import Format, UnreadableError
from territoires.exchange.writing import template

FILES = Path(__file__).parents[1] / "tests" / "unit" / "imports"

# What an input is: a file as it is, or, by its first byte, one member of a sound workbook, where
# no sum protects any more.
BOOK = template(Kind.STAGES, Format.XLSX)
SHEET = (FILES / "16-zone-de-texte.ods").read_bytes()
MEMBERS = (
    (BOOK, "xl/worksheets/sheet1.xml"),
    (BOOK, "xl/sharedStrings.xml"),
    (BOOK, "xl/styles.xml"),
    (BOOK, "xl/workbook.xml"),
    (BOOK, "xl/_rels/workbook.xml.rels"),
    (BOOK, "_rels/.rels"),
    (SHEET, "content.xml"),
)


def one(data: bytes) -> None:
    """Read an input; nothing but a typed refusal may come out."""
    slot = data[0] if data else len(MEMBERS)
    content = data[1:]
    file = _with_member(*MEMBERS[slot], content) if slot < len(MEMBERS) else content
    try:
        table = read_table(file, name="fichier")
    except UnreadableError as error:
        if not error.message:
            raise AssertionError(error.code) from error
        return
    for kind in Kind:
        parse(table, kind)


def _with_member(book: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target,
    ):
        for entry in source.infolist():
            data = content if entry.filename == name else source.read(entry)
            target.writestr(entry.filename, data)
    return stream.getvalue()


def seeds() -> Iterator[bytes]:
    """Give the inputs to start from: each file of the tests, each member of a workbook."""
    whole = bytes([len(MEMBERS)])
    for path in sorted(FILES.iterdir()):
        yield whole + path.read_bytes()
    for kind in Kind:
        for form in (Format.CSV, Format.XLSX):
            yield whole + template(kind, form)
    for slot, (book, name) in enumerate(MEMBERS):
        with zipfile.ZipFile(io.BytesIO(book)) as source:
            yield bytes([slot]) + source.read(name)
