"""Files made by code for the tests of `territoires.exchange`: good, bad and hostile."""

import io
import re
import struct
import sys
import zipfile

import xlsxwriter

from territoires.exchange.records import parse

# What is refused must not take for ever: the limits are far above what is usual, since machines are
# shared, and coverage traces every line.
SLOWER = 16 if sys.gettrace() else 4

HEADER = ("code_insee", "etape", "date", "source")
LINES = (
    HEADER,
    ("52121", "inauguration", "13/09/2019", "https://exemple.fr/a"),
    ("01004", "labellisation", "09/2019", "déclaration"),
    ("2A004", "ouverture", "2021", "Préfecture, « compte rendu »"),
)

CONTENT_NS = "urn:oasis:names:tc:opendocument:xmlns"


def parsed(table, kind):
    """Give the rows of a table, and the remarks about it."""
    found = parse(table, kind)
    return list(found.rows), list(found.remarks)


def delimited(lines=LINES, *, delimiter=";", end="\r\n"):
    return "".join(delimiter.join(f'"{cell}"' for cell in line) + end for line in lines)


def xlsx(lines=LINES, *, more=None, sheets=("Feuille 1",), options=None):
    """Make a workbook of texts; `more(book, sheets)` adds what a test is about."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **(options or {})})
    made = [book.add_worksheet(name) for name in sheets]
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            made[0].write_string(row, column, cell)
    if more is not None:
        more(book, made)
    book.close()
    return stream.getvalue()


def rewritten(data, change, *, only=None, compression=zipfile.ZIP_DEFLATED):
    """Copy a zip, passing each member (or only one) through `change`; None drops it."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", compression) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if only is None or entry.filename == only:
                content = change(content)
            if content is not None:
                target.writestr(entry.filename, content)
    return stream.getvalue()


def added(data, **members):
    """Add members to a zip; underscores of their names stand for slashes."""
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def with_sheet(sheet_data, data=None):
    """Replace the rows of the first sheet of a workbook by this XML."""

    def change(content):
        body = re.sub(
            r"<sheetData\s*/>|<sheetData>.*</sheetData>",
            lambda _: f"<sheetData>{sheet_data}</sheetData>",
            content.decode(),
            flags=re.DOTALL,
        )
        return body.encode()

    return rewritten(data or xlsx(), change, only="xl/worksheets/sheet1.xml")


def ods(rows, *, styles="", columns="", more="", manifest="<manifest/>"):
    """Make an OpenDocument spreadsheet whose first table holds these rows of XML."""
    content = (
        f'<office:document-content xmlns:office="{CONTENT_NS}:office:1.0"'
        f' xmlns:table="{CONTENT_NS}:table:1.0" xmlns:text="{CONTENT_NS}:text:1.0"'
        f' xmlns:style="{CONTENT_NS}:style:1.0" xmlns:number="{CONTENT_NS}:datastyle:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Étapes">{columns}{rows}</table:table>{more}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("META-INF/manifest.xml", manifest)
        target.writestr("content.xml", content)
    return stream.getvalue()


def ods_text(text, attributes=""):
    return (
        f'<table:table-cell office:value-type="string" calcext:value-type="string" {attributes}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def ods_row(*cells, attributes=""):
    inside = "".join(cell if cell.startswith("<") else ods_text(cell) for cell in cells)
    return f"<table:table-row {attributes}>{inside}</table:table-row>"


def ole(*streams):
    """Make the outline of a compound file: its mark, and a directory that names these streams."""
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory


def lying_zip(member, content):
    """Make a zip whose directory announces ten bytes for a member of many more."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", "<Types/>")
        target.writestr(member, content)
    data = bytearray(stream.getvalue())
    size = struct.pack("<I", len(content))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.rindex(mark)
        found = data.index(size, at)
        data[found : found + 4] = struct.pack("<I", 10)
    return bytes(data)


def encrypted_zip():
    """Make a zip whose members say that they are encrypted."""
    data = bytearray(xlsx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    return bytes(data)
