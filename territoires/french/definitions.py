"""The definitions behind the figures, as `docs/definitions.md` words them: one text for all.

The method page and the Excel exports print them.
"""

import re
from typing import Final

from territoires.domain.text import fold
from territoires.settings import ROOT

_UNKNOWN: Final = "Ce que l’on ne sait pas"
_SECTION: Final = re.compile(r"^## (.+?)\n\n(.+?)(?=\n## |\Z)", re.DOTALL | re.MULTILINE)


def _sections() -> dict[str, str]:
    text = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    return {title: body.strip() for title, body in _SECTION.findall(text)}


_SECTIONS: Final = _sections()

DEFINITIONS: Final[tuple[tuple[str, str], ...]] = tuple(
    (title, body) for title, body in _SECTIONS.items() if title != _UNKNOWN
)
UNKNOWN: Final[tuple[str, ...]] = tuple(
    line.removeprefix("- ") for line in _SECTIONS[_UNKNOWN].splitlines()
)


def anchor(title: str) -> str:
    """Give where a definition stands on the method page, as an address says it: `date-deduite`."""
    return re.sub("[^a-z0-9]+", "-", fold(title)).strip("-")


def defined(title: str, words: str = "Définition") -> str:
    """Write a link to a definition, in Markdown. Raises KeyError for one that there is not."""
    _SECTIONS[title]
    return f"[{words}](/methode#{anchor(title)})"
