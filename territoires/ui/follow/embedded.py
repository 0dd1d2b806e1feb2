"""The card that another site shows: a headline, its picture, its day, as SVG without a script."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from territoires.charts import svg
from territoires.charts.palette import LIGHT, TARGET
from territoires.domain import address
from territoires.domain.errors import TerritoryError
from territoires.domain.params import TOWN
from territoires.domain.scope import FRANCE, Level
from territoires.french import dates
from territoires.french.demonstration import DEMO
from territoires.french.embedded import SOURCE, WIDTH
from territoires.french.web import SITE_NAME
from territoires.ui.bar import today
from territoires.ui.follow.first_answer import Card, first_answer

_EDGE, _SIZE, _LINE, _SMALL = 20, 19, 25, 12
_BOX: Final = re.compile(r'viewBox="([^"]*)"')
_LINK: Final = re.compile(r"</?a\b[^>]*>")
_HIGHEST: Final = 260  # pixels, of the picture


class Embedded(NamedTuple):
    """A card: its drawing, how high it is (pixels, for `WIDTH`), what it says, where it leads."""

    drawn: str
    height: int
    title: str
    path: str


def embedded(url: str, name: str, params: Mapping[str, str]) -> Embedded | None:
    """Draw the card of a territory: `national`, `reg-44`, `com-52121`; `params` are both clocks.

    None for what is no followed place, for nonsense in the parameters, or where nothing is said.
    """
    try:
        territory = address.named(name)
    except TerritoryError:
        return None
    clocks = address.clocks(params)
    if territory.level is Level.TOWN:
        path, asked = "ville", {TOWN.name: territory.code, **clocks}
    else:
        path, asked = "", ({} if territory == FRANCE else {address.TERRITORY: name}) | clocks
    found = first_answer(url, path, asked)
    if found is None:
        return None
    as_of = address.read(asked, today=today()).scope.as_of
    drawn, height = _drawn(found.card, as_of)
    return Embedded(drawn, height, found.card.headline, f"/{path}{address.query(asked)}")


def _drawn(card: Card, as_of: date) -> tuple[str, int]:
    inside = WIDTH - 2 * _EDGE
    y = _EDGE + _SMALL
    parts = [svg.text(_EDGE, y, SITE_NAME, size=_SMALL, bold=True, fill=LIGHT.primary)]
    if card.is_demonstration:
        parts.append(
            svg.text(WIDTH - _EDGE, y, DEMO, size=_SMALL, anchor="end", fill=TARGET, bold=True)
        )
    for line in _lines(card.headline, inside):
        y += _LINE
        parts.append(svg.text(_EDGE, y, line, size=_SIZE, bold=True, fill=LIGHT.text))
    y += _EDGE
    if box := _BOX.search(card.picture):
        _, _, wide, high = map(float, box[1].split())
        tall = min(high * inside / wide, _HIGHEST)
        bare = _LINK.sub("", card.picture)
        place = f'x="{_EDGE}" y="{y}" width="{inside}" height="{tall:.0f}" color="{LIGHT.text}" '
        parts.append(bare.replace("<svg ", f"<svg {place}", 1))
        y += round(tall) + _EDGE
    parts.append(
        svg.text(_EDGE, y, f"{dates.day(as_of)}. {SOURCE}", size=_SMALL - 1, fill=LIGHT.text)
    )
    y += _EDGE
    ground = svg.tag("rect", width=WIDTH, height=y, fill=LIGHT.background, rx=8)
    whole = svg.picture(
        ground + svg.tag("g", "".join(parts), font_family="system-ui, sans-serif"),
        box=(0, 0, WIDTH, y),
        label=f"{card.headline} {card.explained}".strip(),
    )
    return whole, y


def _lines(words: str, width: float) -> list[str]:
    """Cut a sentence where lines of the headline end."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if svg.extent(longer, _SIZE) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
