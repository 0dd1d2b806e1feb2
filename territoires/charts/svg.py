"""SVG as text: what pictures are written with that stand in a page, an answer, a card, a PDF.

Every text is escaped here, and a picture needs neither script nor style: colours are those of the
palette (the theme's ground among them), texts take the colour of what they stand in.
"""

import re
from collections.abc import Sequence
from html import escape, unescape
from itertools import pairwise
from typing import Final

Box = tuple[float, float, float, float]
"""x, y, width, height."""
Foot = tuple[float, float, str]
"""x, y, and the anchor of a text that stands there: `start`, `middle` or `end`."""

TEXT: Final = "currentColor"
# How wide letters are, in their height: on the wide side, so that nothing touches.
_LETTER: Final = 0.55
_LETTERS: Final = {
    **dict.fromkeys("fijl\u00ee\u00efrtI.,:'\u2019()-/ \u00a0\u202f", 0.36),
    **dict.fromkeys("mwMW\u0153%", 0.84),
}
_CAPITAL: Final = 0.64
_BOLD: Final = 1.08
_LINE: Final = 1.25
_RISE: Final = 0.85  # of a line, above its foot


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """Write an element: `stroke_width` is `stroke-width`, `class_` is `class`, None is left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>"


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escaped(str(value))


def escaped(words: str) -> str:
    """Write words as a picture does: on one line, since a blank one would end it in a page."""
    return escape(words).replace("\n", "&#10;")


def picture(content: str, *, box: Box, label: str) -> str:
    """Make a picture of what fills `box`: with links, a group that may be walked through."""
    return tag(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(map(_value, map(float, box))),
        role="group" if "<a " in content else "img",
        aria_label=label,
    )


def plain(hover: str) -> str:
    """Write what Plotly would show over a mark as a title does: in lines, without tags."""
    return unescape(re.sub(r"<[^>]+>", "", hover.replace("<br>", "\n")))


def told(content: str, words: str) -> str:
    """Say of a mark what it is, to who points at it."""
    return tag("g", tag("title", escaped(words)) + content)


def link(content: str, words: str, href: str) -> str:
    """Make a mark lead somewhere; `words` say what it is, to who points at it or hears it."""
    return tag("a", told(content, words), href=href, target="_self", aria_label=words)


def text(  # noqa: PLR0913 - what a text is made of
    x: float,
    y: float,
    words: str,
    *,
    size: float = 12,
    anchor: str = "start",
    fill: str = TEXT,
    bold: bool = False,
    class_: str | None = None,
) -> str:
    """Write on the foot (x, y); `anchor` says which end of the words x is."""
    return tag(
        "text",
        escaped(words),
        x=float(x),
        y=float(y),
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=700 if bold else None,
        fill=fill,
        class_=class_,
    )


def line(
    points: Sequence[tuple[float, float]], colour: str, width: float = 1, **more: object
) -> str:
    """Draw a line through points, each `(x, y)`."""
    return tag("path", d=path(points), fill="none", stroke=colour, stroke_width=width, **more)


def path(points: Sequence[tuple[float, float]]) -> str:
    """Write a path: its first point, then each step from the one before."""
    if not points:
        return ""
    rounded = [(round(x, 1), round(y, 1)) for x, y in points]
    steps = " ".join(_pair(x - x0, y - y0) for (x0, y0), (x, y) in pairwise(rounded))
    return f"M{_pair(*rounded[0])}{'l' if steps else ''}{steps}"


def _pair(x: float, y: float) -> str:
    return f"{x:g} {y:g}"


def stairs(steps: Sequence[tuple[float, float]], until: float) -> list[tuple[float, float]]:
    """Turn the points where a count changes into the corners of its staircase, up to `until`."""
    return [
        corner
        for (x, y), (following, _) in pairwise([*steps, (until, 0.0)])
        for corner in ((x, y), (following, y))
    ]


_SHAPES: Final = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0), (0, -1.25)),
    "triangle-right": ((1.2, 0), (-0.9, 1.1), (-0.9, -1.1), (1.2, 0)),
    "triangle-up": ((0, -1.2), (1.1, 0.9), (-1.1, 0.9), (0, -1.2)),
}


def mark(symbol: str, x: float, y: float, radius: float, colour: str, **more: object) -> str:
    """Draw a symbol, by Plotly's name of it: full, or hollow where the name ends in `-open`."""
    shape = symbol.removesuffix("-open")
    width = radius * 0.4
    paint: dict[str, object] = {"fill": colour} | more
    if symbol.endswith("-open") or shape == "x":
        paint = {"fill": "none", "stroke": colour, "stroke_width": width} | more
        radius -= width / 2
    if shape == "circle":
        return tag("circle", cx=float(x), cy=float(y), r=float(radius), **paint)
    if shape == "x":
        arms = ((-1, -1), (1, 1)), ((-1, 1), (1, -1))
        drawn = "".join(path([(x + radius * a, y + radius * b) for a, b in arm]) for arm in arms)
        return tag("path", d=drawn, **paint)
    around = [(x + radius * a, y + radius * b) for a, b in _SHAPES[shape]]
    return tag("path", d=path(around), **paint)


class Room:
    """Where there is still room to write: nothing is written over a mark or another text."""

    def __init__(self, inside: Box) -> None:
        """Begin with an empty picture."""
        self._inside = inside
        self._taken: list[Box] = []

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Keep a box for what is drawn there."""
        self._taken.append((x, y, width, height))

    def write(
        self,
        words: str,
        places: Sequence[Foot],
        *,
        size: float = 12,
        bold: bool = False,
        **more: object,
    ) -> str:
        """Write at the first of the `places` that is free; nothing where none is."""
        found = self.find(words, places, size=size, bold=bold)
        if found is None:
            return ""
        x, y, anchor = found
        return text(x, y, words, size=size, anchor=anchor, bold=bold, **more)  # type: ignore[arg-type]

    def find(
        self, words: str, places: Sequence[Foot], *, size: float, bold: bool = False
    ) -> Foot | None:
        """Find the first of the `places` where there is room for words, and keep it for them."""
        wide, high = extent(words, size, bold=bold), _LINE * size
        for x, y, anchor in places:
            left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
            box = (left, y - _RISE * size, wide, high)
            if self._is_free(box):
                # Two numbers side by side would be read as one.
                self.take(left - size / 2, box[1], wide + size, high)
                return x, y, anchor
        return None

    def _is_free(self, box: Box) -> bool:
        x, y, wide, high = box
        x0, y0, width, height = self._inside
        if x < x0 or y < y0 or x + wide > x0 + width or y + high > y0 + height:
            return False
        return not any(
            x < left + w and left < x + wide and y < top + h and top < y + high
            for left, top, w, h in self._taken
        )


def extent(words: str, size: float, *, bold: bool = False) -> float:
    """Estimate how long a text is, in the units of its size."""
    ems = sum(_LETTERS.get(each, _CAPITAL if each.isupper() else _LETTER) for each in words)
    return size * ems * (_BOLD if bold else 1)


def around(x: float, y: float, gap: float, size: float) -> list[Foot]:
    """Give the places for a text beside a mark: on its sides, at its corners; then farther."""
    places = []
    for far in (gap, 1.7 * gap, 2.6 * gap):
        low, under, slant = y + size / 3, size * _RISE, 0.75 * far
        places += [
            (x + far, low, "start"),
            (x - far, low, "end"),
            (x, y - far, "middle"),
            (x, y + far + under, "middle"),
            (x + slant, y - slant, "start"),
            (x - slant, y - slant, "end"),
            (x + slant, y + slant + under, "start"),
            (x - slant, y + slant + under, "end"),
        ]
    return places
