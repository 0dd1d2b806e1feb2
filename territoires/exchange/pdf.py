"""Documents set by Typst: PDF/A-3a and PDF/UA-1, the same bytes for the same words."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import orjson
import typst

FOLDER: Final = Path(__file__).parent / "print"
STANDARDS: Final = ("ua-1", "a-3a")
FONT: Final = "Source Sans Pro"
_UNKNOWN: Final = re.compile(r'the text `"(.+?)"` could not be displayed')


@cache
def fonts() -> typst.Fonts:
    """The fonts of every document: ours, and Typst's for rare letters, the same on each machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER)]
    )


def pdf_bytes(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes], *, made_at: datetime
) -> bytes:
    """Set a document, as tagged PDF for those who hear it and for archives.

    `template` is a file of `print`, without its suffix; `data` is what it says, as JSON can write
    it; `files` are its pictures and what it carries, by name. `made_at` is aware. Raises
    typst.TypstError for a picture without a text, or anything else that the standards refuse.
    """
    return _set(
        template, data, files, format="pdf", pdf_standards=list(STANDARDS),
        timestamp=int(made_at.timestamp()),
    )  # fmt: skip


def png_bytes(template: str, data: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Set a page as a picture, 144 dots per inch; otherwise as `pdf_bytes`."""
    return _set(template, data, files, format="png", ppi=144)


def _set(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes], **options: Any
) -> bytes:
    # Nothing else is read: a package would be fetched from elsewhere, and a folder is not ours.
    whole = {
        "main.typ": (FOLDER / f"{template}.typ").read_bytes(),
        "data.json": orjson.dumps(dict(data)),
        **files,
    }
    while True:
        try:
            document = typst.Compiler(
                cast("Any", dict(whole)), font_paths=fonts(), ignore_system_fonts=True
            ).compile(**options)
        except typst.TypstError as error:
            unknown = _UNKNOWN.search(str(error))
            if unknown is None:
                raise
            whole = _without(unknown[1], whole)
        else:
            return cast("bytes", document)


def _without(letters: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Put the sign of what cannot be shown where letters stand that no font has."""
    gone = str.maketrans(dict.fromkeys(letters, "\ufffd"))
    kept = {
        name: content.decode().translate(gone).encode() if name != "main.typ" else content
        for name, content in files.items()
    }
    if kept == files:
        raise ValueError(letters)
    return kept


def svg_bytes(picture: str, *, ink: str) -> bytes:
    """Prepare a picture of the page: its letters are the document's, and so is their colour."""
    return picture.replace("<svg ", f'<svg color="{ink}" font-family="{FONT}" ', 1).encode()
