"""The definitions behind the figures, as `docs/definitions.md` words them: one text for all.

The method page and the Excel exports print them.
"""

import re
from typing import Final

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
