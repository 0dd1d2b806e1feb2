"""What a printed document is made of: blocks in their order, pictures, rows, numbered sources."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import segno

from territoires.charts import svg
from territoires.charts.map import STATE_MARKS
from territoires.charts.palette import LIGHT
from territoires.domain import address
from territoires.domain.clock import PARIS
from territoires.domain.rollout import State
from territoires.domain.scope import FRANCE, Perimeter
from territoires.exchange.csv_export import csv_bytes
from territoires.exchange.formats import file_name
from territoires.exchange.pdf import pdf_bytes, svg_bytes
from territoires.exchange.worded import in_french, rounded
from territoires.french import dates
from territoires.french import printed as words
from territoires.french.cells import PARTIAL
from territoires.french.demonstration import DEMO, PLAIN
from territoires.french.dictionary import COLUMNS
from territoires.french.exports import TITLES
from territoires.french.places import including, typeset
from territoires.french.web import SITE_NAME
from territoires.french.words import PERIMETERS
from territoires.queries.exports import EXPORTS
from territoires.ui import lists, tables
from territoires.ui.headline_and_foot import attribution
from territoires.ui.page import Page, plain

if TYPE_CHECKING:
    import pandas as pd

Block = dict[str, Any]
_WORDS: Final = {"source": words.SOURCE, "sources": words.SOURCES}


class Printed(NamedTuple):
    """A document, and what its file is called."""

    name: str
    body: bytes


def block(kind: str, text: str = "", **more: Any) -> Block:
    """Make a block of a document, of a kind that the template knows."""
    return {"kind": kind, "text": plain(text), **more}


def answer(text: str, *, mark: str | None = None, colour: str = LIGHT.text) -> Block:
    """Make what a document says first."""
    return block("answer", text, mark=mark, colour=colour)


def figures(cells: Sequence[tuple[str, str, str]]) -> Block:
    """Make figures in a row: the colour of each, its text and its caption."""
    colours = {svg.TEXT: LIGHT.text}
    return block(
        "figures",
        cells=[
            {"colour": colours.get(colour, colour), "value": value, "caption": caption}
            for colour, value, caption in cells
        ],
    )


class Paper:
    """A document in the making: the pictures and rows that it holds, the sources that it cites."""

    def __init__(self, page: Page, *, site: str, known_at: datetime) -> None:
        """Begin the document of a view, known at an aware instant; `site`: ours, if known."""
        self.page = page
        self._site, self._known_at = site, known_at
        self._files: dict[str, bytes] = {}
        self._sources: dict[tuple[str, str], int] = {}
        self._attached: list[dict[str, str]] = []

    def picture(self, name: str, drawn: str, said: str, *, width: int = 100) -> list[Block]:
        """Show a picture that is SVG, with what it says to those who hear it; nothing of none.

        `width` is in hundredths of what holds it.
        """
        if not drawn:
            return []
        file = self._file(f"{name}.svg", svg_bytes(drawn, ink=LIGHT.text))
        return [block("picture", file=file, alt=plain(said), width=width)]

    def mark(self, state: State, said: str) -> str:
        """Draw the mark of a state; gives its file."""
        mark = STATE_MARKS[state]
        drawn = svg.mark(mark.symbol, 8, 8, 6, mark.colour)
        made = svg.picture(drawn, box=(0, 0, 16, 16), label=said)
        return self._file("etat.svg", svg_bytes(made, ink=LIGHT.text))

    def rows(
        self, export: str, columns: Sequence[str], *, most: int | None = None, **filters: Any
    ) -> list[Block]:
        """Attach the rows of an export, and show some of their columns under its title.

        The first `most` of them; all without it, none at all for 0. Nothing of no rows.
        """
        found = self.page.ask(EXPORTS[export].query, **filters)
        if found.empty:
            return []
        written = csv_bytes(
            rounded(in_french(found)),
            titles=COLUMNS,
            partial=PARTIAL & set(map(str, found)),
            demo=self.page.is_demonstration,
        )
        title, file = TITLES[export], self._file(f"{export}.csv", written)
        self._attached.append({"file": file, "said": title})
        shown = found.head(len(found) if most is None else most)
        if shown.empty:
            return []
        return [
            block("heading", title),
            block(
                "rows",
                head=[COLUMNS[name] for name in columns],
                lines=tables.french(shown[list(columns)]).map(lists.said).to_numpy().tolist(),
                numbers=self._cited(shown) if "source" in shown else [],
                more=words.more_rows(len(found) - len(shown), file),
            ),
        ]

    def _cited(self, rows: "pd.DataFrame") -> list[int]:
        said = zip(rows["source"], rows["source_url"].fillna(""), strict=True)
        return [self._sources.setdefault(each, len(self._sources) + 1) for each in said]

    def printed(
        self,
        subject: str,
        title: str,
        description: str,
        blocks: Sequence[Block],
        *,
        ways: Mapping[str, str],
    ) -> Printed:
        """Set the document; `ways` are paths of ours by what they lead to, the view's own first."""
        page, day = self.page, self._known_at.astimezone(PARIS)
        scope, made_up = page.scope, page.is_demonstration
        whole = {said: f"{self._site}{path}" for said, path in ways.items()} if self._site else {}
        more = including(scope)
        narrowed = more or scope.perimeter is not Perimeter.ALL
        among = f"{PERIMETERS[scope.perimeter]}{more}. " if narrowed else ""
        data = {
            "blocks": blocks,
            "title": plain(title),
            "description": plain(description),
            "site": SITE_NAME,
            "programme": words.PROGRAMME,
            "author": words.AUTHOR,
            "date": (day.year, day.month, day.day),
            "demonstration": PLAIN if made_up else None,
            "made_up": DEMO,
            "clocks": (
                f"{dates.situation(scope.as_of, self._known_at)} {among}"
                f"{words.edition(page.seen.number)}"
            ),
            "attribution": attribution(page),
            "address": next(iter(whole.values()), ""),
            "sources": [
                {"number": number, "name": typeset(called), "url": url}
                for (called, url), number in self._sources.items()
            ],
            "codes": [self._code(said, url) for said, url in whole.items()],
            "attached": self._attached,
            "words": _WORDS,
            "colours": {
                "ink": LIGHT.text,
                "accent": LIGHT.primary,
                "warning": LIGHT.secondary_background,
            },
        }
        # A note or a sheet has its territory in its own name.
        kept = address.narrowing(replace(scope, territory=FRANCE))
        name = file_name(
            " ".join([subject, *kept]),
            as_of=scope.as_of,
            known_at=self._known_at,
            extension="pdf",
            demo=made_up,
        )
        return Printed(name, pdf_bytes("paper", data, self._files, made_at=self._known_at))

    def _code(self, said: str, url: str) -> dict[str, str]:
        """Write an address as a square that telephones read."""
        written = BytesIO()
        segno.make(url, error="m").save(written, kind="svg", border=0)
        file = self._file(f"code-{len(self._files)}.svg", written.getvalue())
        return {"file": file, "said": said, "url": url}

    def _file(self, name: str, content: bytes) -> str:
        self._files[name] = content
        return name
