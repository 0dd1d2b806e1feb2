"""What is printed: the sheet of a town, the notes; the card of a link."""

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from textwrap import shorten
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

from cachetools import cached

from territoires.charts.map import STATE_MARKS
from territoires.charts.palette import LIGHT, TARGET
from territoires.domain import address
from territoires.domain.errors import TerritoryError
from territoires.domain.scope import Level
from territoires.domain.town import TownSheet
from territoires.exchange.pdf import png_bytes, svg_bytes
from territoires.french import printed as words
from territoires.french import town as town_words
from territoires.french.demonstration import DEMO
from territoires.french.exports import TITLES
from territoires.french.map import STATE_SYMBOLS, km
from territoires.french.numbers import NBSP
from territoires.french.places import typeset
from territoires.french.typography import capital
from territoires.french.web import SITE_NAME
from territoires.queries import announcements, town_sheet
from territoires.queries.clocks import last_recorded_at
from territoires.queries.territories import former_town
from territoires.ui import links
from territoires.ui.brand import LOGO_DRAWN
from territoires.ui.cache import weighed
from territoires.ui.follow import notes, pictures
from territoires.ui.follow import town as town_page
from territoires.ui.follow.embedded import embedded
from territoires.ui.follow.first_answer import first_answer
from territoires.ui.follow.paper import Block, Paper, Printed, answer, block, figures
from territoires.ui.manage.to_ask import letter_pdf
from territoires.ui.page import Page, plain, unseen_page

_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "etapes": ("kind", "happened_on", "basis", "retained"),
    "formations-ville": ("title", "mode", "starts_on_text"),
    "effectifs-ville": ("academic_year", "counted", "headcount", "counted_on"),
    "totaux-publies-ville": ("indicator", "value", "qualifier", "published_on"),
}

_Draw = Callable[..., Any]
_LEAD: Final = 220  # signs
_KEPT: Final = 8 << 20  # bytes: about a hundred documents


def print_pdf(url: str, name: str, params: Mapping[str, str], site: str) -> Printed | None:
    """Print the document of a territory for the view of an address, as anybody may read it.

    `name` is `national`, `reg-44` or `com-52121`; `site` is the address of the dashboard, without a
    final stroke, empty where it is not known. None where there is no such document or nonsense in
    the address. Raises DatabaseError when there is nothing to read.
    """
    try:
        territory = address.named(name)
        if territory.level is not Level.TOWN:
            params = {**params, address.TERRITORY: str(territory)}
        page = unseen_page(url, params, title=SITE_NAME)
        return _kept(page, name, site) if page else None
    except TerritoryError:
        return None


def _named(page: Page, name: str, site: str) -> Hashable:
    return page.url, page.seen, page.view.today, tuple(page.view.params.items()), name, site


@cached(weighed(_KEPT), key=_named, lock=Lock())
def _kept(page: Page, name: str, site: str) -> Printed | None:
    """Print it once per edition of the data and view. Raises TerritoryError."""
    known_at = page.scope.known_at or page.ask_plainly(last_recorded_at)
    if known_at is None:
        return None
    paper = Paper(page, site=site, known_at=known_at)
    level, code = address.named(name).level, address.named(name).code
    if level is Level.TOWN:
        return _town(paper, code)
    if level is Level.REGION:
        return notes.region(paper)
    return notes.national(paper) if level is Level.COUNTRY else None


def _town(paper: Paper, code: str) -> Printed | None:
    page = paper.page
    if page.ask_plainly(former_town, code=code):
        return None
    sheet = page.ask(town_sheet.town_sheet, town=code)
    state, title, lead = town_page.answered(page, sheet)
    name, _, said = plain(title).partition(f"{NBSP}: ")
    colour = STATE_MARKS[state].colour
    named = urlencode({links.TOWN_PARAM: code})
    view = urlencode(page.view.params)
    said_alone = capital(said.removeprefix(STATE_SYMBOLS[state]).lstrip())
    blocks = [
        block("quiet", town_words.located(sheet)),
        block("title", name),
        answer(said_alone, mark=paper.mark(state, said), colour=colour),
        *(block("text", each) for each in lead if each),
    ]
    if sheet.is_located:
        found = town_page.worth_found(page, sheet)
        cells = [(colour, value, caption) for value, caption in town_words.worth(found, state)]
        blocks += [block("heading", town_words.worth_title(state)), figures(cells)]
        blocks += _around(paper, sheet)
    blocks += [*_timeline(paper, sheet), *_tables(paper, code)]
    return paper.printed(
        f"fiche-{code}",
        name,
        " ".join((title, *lead)),
        blocks,
        ways={
            words.PAGE: f"/{links.TOWN}?{'&'.join(filter(None, (named, view)))}",
            words.REPORT: f"/{links.REPORT}?{named}",
        },
    )


def _around(paper: Paper, sheet: TownSheet) -> list[Block]:
    page = paper.page
    near, beyond = town_page.near_centres(page, sheet)
    (drawn,) = town_page.catchment_of(page, sheet, pictures.for_paper)
    listed = [
        f"{typeset(row.town)} ({typeset(row.department)}), {km(row.km)}"
        for row in near.itertuples()
    ]
    said = [
        block("text", town_words.near_finding(len(near), beyond)),
        block("list", items=listed),
        block("named", pairs=town_words.brief(sheet)),
    ]
    drawn_there = paper.picture("plan", drawn, town_words.catchment(sheet, near))
    return [
        block("heading", town_words.around(sheet)),
        block("beside", share=54, left=drawn_there, right=said),
    ]


def _timeline(paper: Paper, sheet: TownSheet) -> list[Block]:
    page = paper.page
    finding, drawn = town_page.timeline_of(page, sheet, pictures.for_paper)
    if not drawn:
        return []
    promised = page.ask(announcements.of_town, town=sheet.code)
    return [
        block("heading", town_words.TIMELINE),
        block("text", finding),
        *paper.picture("frise", drawn[0], finding, width=71),
        *(block("text", town_words.promise(row)) for row in promised.to_dict("records")),
    ]


def _tables(paper: Paper, code: str) -> list[Block]:
    """Give the tables that hold something, then the names of those that hold nothing."""
    sections = {name: paper.rows(name, shown, town=code) for name, shown in _TABLES.items()}
    unknown = [words.not_told(TITLES[name]) for name, found in sections.items() if not found]
    return [
        *(each for found in sections.values() for each in found),
        *(notes.unknown(unknown)),
    ]


def card_png(url: str, path: str, params: Mapping[str, str]) -> bytes | None:
    """Draw what a message shows of a link to a page: 1200 by 630 pixels.

    It says and shows what the page answers first (`first_answer`); None where it answers nothing.
    """
    found = first_answer(url, path, params)
    if found is None:
        return None
    card, files = found.card, {"logo.svg": LOGO_DRAWN}
    if card.picture:
        files["picture.svg"] = svg_bytes(card.picture, ink=LIGHT.text)
    data = {
        "title": card.headline,
        "lead": shorten(card.explained, _LEAD, placeholder="…"),
        "picture": "picture.svg" if card.picture else None,
        "logo": "logo.svg",
        "programme": words.PROGRAMME,
        "demonstration": DEMO if card.is_demonstration else None,
        "colours": {"ink": LIGHT.text, "accent": LIGHT.primary, "warning": TARGET},
    }
    return png_bytes("card", data, files)


def press(url: str) -> tuple[tuple[_Draw, _Draw, _Draw], _Draw]:
    """Give what draws outside pages for one database: papers, letters, cards of links; of sites."""
    drawing = (partial(print_pdf, url), partial(letter_pdf, url), partial(card_png, url))
    return drawing, partial(embedded, url)
