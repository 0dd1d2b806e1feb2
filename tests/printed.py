"""What a printed page says: the texts of a PDF, as its readers hear them."""

import io
import re
from functools import cache

import pypdf
from pypdf.generic import DecodedStreamObject, NameObject

# A line, a curve or a rectangle of a drawing: a map has ten thousand, and each costs as much to
# read as a word.
_DRAWN = re.compile(rb"(?<!\S)(?:-?[\d.]+\s){2,6}(?:m|l|c|v|y|re)(?=\s)")


@cache
def texts(document: bytes) -> tuple[str, ...]:
    """Give the text of each page."""
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return tuple(undrawn(page).extract_text() for page in pages)


def undrawn(page: pypdf.PageObject) -> pypdf.PageObject:
    """Leave the drawings out of a page: it reads as before, in half the time."""
    if (contents := page.get_contents()) is not None:
        written = DecodedStreamObject()
        written.set_data(_DRAWN.sub(b"", contents.get_data()))
        page[NameObject("/Contents")] = written
    return page
