"""The colours of figures and pages: every figure takes its colours from here, by meaning.

Text reaches 4.5:1 and marks 3:1 (WCAG 2.1, 1.4.3 and 1.4.11) on the two grounds of both themes.
The five meanings stay at least 20 apart (CIE76) for the three kinds of dichromats (Machado,
Oliveira and Fernandes 2009), all ten colours at least 9: enough to tell neighbours apart, never
enough to do without a symbol or a label. `.streamlit/config.toml` repeats these values for
Streamlit's own widgets; a test compares the two.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Theme:
    """What a theme is made of, as `#rrggbb`: two grounds, the text, the accent and the links."""

    background: str
    secondary_background: str
    text: str
    primary: str
    on_primary: str
    link: str


LIGHT: Final = Theme(
    background="#ffffff",
    secondary_background="#f3f5f4",
    text="#1a2429",
    primary="#14607a",
    on_primary="#ffffff",
    link="#14607a",
)
# Light enough for Streamlit to write in black on it where it chooses by itself (luminance > 0.5).
DARK: Final = Theme(
    background="#11191e",
    secondary_background="#1a252b",
    text="#e8edef",
    primary="#8fcbe0",
    on_primary="#11191e",
    link="#8fcbe0",
)

DOCUMENTED: Final = "#2f69d6"
TARGET: Final = "#c8651a"
PUBLISHED: Final = "#955eaf"
OPEN: Final = "#1d9f63"
MUTED: Final = "#858e9a"
MEANINGS: Final = (DOCUMENTED, TARGET, PUBLISHED, OPEN, MUTED)

# Streamlit hands Plotly a broken list unless there are exactly ten.
CATEGORICAL: Final = (*MEANINGS, "#cb323c", "#3f7867", "#a875e7", "#e0508c", "#87683e")

# From little to much. On a dark ground much must be the light end, hence the mirror.
SEQUENTIAL: Final = (
    "#e4edfa",
    "#c9d8f5",
    "#aec4ef",
    "#91b0e9",
    "#719ce3",
    "#5687d2",
    "#4570b6",
    "#35599a",
    "#244480",
    "#122f66",
)
SEQUENTIAL_ON_DARK: Final = SEQUENTIAL[::-1]

GRID: Final = "rgba(133, 142, 154, 0.25)"
GROUND: Final = "rgba(255, 255, 255, 1)"
"""The ground of the page, light or dark: what sets a mark off from whatever lies under it."""

_ON_DARK: Final = {
    GROUND: DARK.background,
    **dict(zip(SEQUENTIAL, SEQUENTIAL_ON_DARK, strict=True)),
}
_CHANGING: Final = re.compile("|".join(map(re.escape, _ON_DARK)))


def shown(text: str, *, on_dark: bool) -> str:
    """Give a colour, or a text that holds some, as a theme shows it; written for the light one."""
    return _CHANGING.sub(lambda found: _ON_DARK[found[0]], text) if on_dark else text


def on_both(text: str) -> str:
    """Give a text that holds colours, as each theme shows it by the style sheet alone."""
    return _CHANGING.sub(lambda found: f"light-dark({found[0]}, {_ON_DARK[found[0]]})", text)
