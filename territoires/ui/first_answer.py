"""What a page answers, as HTML, before the application has loaded: sent within the page itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from markdown_it import MarkdownIt

from territoires.charts.palette import on_both
from territoires.domain import address
from territoires.domain.errors import DatabaseError, TerritoryError
from territoires.domain.params import TOWN
from territoires.domain.scope import Level
from territoires.french import home
from territoires.french import town as town_words
from territoires.french.demonstration import BANNER
from territoires.french.headline import before_creation
from territoires.french.places import typeset
from territoires.french.web import SITE_NAME
from territoires.queries import rollout, town_sheet
from territoires.queries.territories import former_town, place
from territoires.ui import home_parts, town_parts
from territoires.ui.bar import View, today
from territoires.ui.brand import LOGO
from territoires.ui.cache import asked, current_edition
from territoires.ui.chapters import chapter, in_menu
from territoires.ui.page import Page, plain

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})


class FirstAnswer(NamedTuple):
    """What is sent: the title of the tab, what describes the page elsewhere, what stands in it."""

    title: str
    description: str
    html: str


@dataclass(frozen=True, kw_only=True)
class _Sent(Page):
    """A page that is not shown yet, to nobody in particular."""

    @property
    def on_dark(self) -> bool:
        """Drawn for the light theme: the style sheet turns what the dark one shows otherwise."""
        return False


def first_answer(url: str, path: str, params: Mapping[str, str]) -> FirstAnswer | None:
    """Answer an address (`path` without strokes) as anybody may read it.

    None where the application alone can answer: another page, nonsense in the address, a commune
    that is another one now, no database to read.
    """
    answer = _ANSWERS.get(path)
    if answer is None:
        return None
    now = today()
    read = address.read(params, today=now)
    if read.problems:
        return None
    try:
        seen = current_edition(url)
        where = asked(url, seen, place, territory=read.scope.territory)
        view = View(
            scope=read.scope, place=where, today=now, params=address.write(read.scope, today=now)
        )
        page = _Sent(url=url, seen=seen, view=view, title=path)
        return answer(page, params)
    except (DatabaseError, TerritoryError):
        return None


def _home(page: Page, params: Mapping[str, str]) -> FirstAnswer | None:
    del params
    found = page.ask(rollout.situation)
    if before_creation(found) or not found.count.open_at_most:
        return None
    first, lead = home.headline(found, page.place)
    said = (first.replace("**", ""), lead)
    answer = (
        f'<p class="legende">{escape(home.EYEBROW)}</p>{_headline(said)}<div class="attendu"></div>'
        f'<div class="deux"><div>{home_parts.figures(page, found)}'
        f"<div>{''.join(home_parts.places(page, found))}</div>{home_parts.cards(page, found)}</div>"
        f'<div>{home_parts.plan(page)}<p class="legende">{escape(home.MAP_KEY)}</p></div></div>'
    )
    return _whole(page, SITE_NAME, said, answer)


def _town(page: Page, params: Mapping[str, str]) -> FirstAnswer | None:
    territory = page.scope.territory
    code = params.get(TOWN.name, "") or (territory.code if territory.level is Level.TOWN else "")
    if not code or page.ask_plainly(former_town, code=code):
        return None
    sheet = page.ask(town_sheet.town_sheet, town=code)
    state, title, lead = town_parts.answered(page, sheet)
    left, right = [], []
    if sheet.is_located:
        found, called, figures = town_parts.worth_of(page, sheet)
        left = [_titled(called), figures]
        if found.rank:
            left.append(f'<a href="ou-ouvrir{page.query}">{chapter("ou-ouvrir").title}</a>')
        right = [_titled(town_words.around(sheet)), *town_parts.catchment_of(page, sheet)]
    finding, drawn = town_parts.timeline_of(page, sheet)
    if drawn:
        said = f'<p class="legende">{_MARKDOWN.renderInline(finding)}</p>'
        left += [_titled(town_words.TIMELINE), said, *drawn]
    answer = (
        f'<div class="fiche"><p class="legende">{escape(town_words.located(sheet))}</p>'
        f'<div class="st-key-etat_{state}">{_headline((title, *lead), tag="h1")}</div></div>'
        f'<div class="attendu"></div><div class="deux"><div>{"".join(left)}</div>'
        f"<div>{''.join(right)}</div></div>"
    )
    return _whole(page, f"{typeset(sheet.place.name)} · {SITE_NAME}", (title, *lead), answer)


def _headline(sentences: tuple[str, ...], *, tag: str = "h2") -> str:
    first, *rest = sentences
    explained = _MARKDOWN.render("\n\n".join(rest))
    return f'<div class="titre"><{tag}>{_MARKDOWN.renderInline(first)}</{tag}>{explained}</div>'


def _titled(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def _whole(page: Page, title: str, said: tuple[str, ...], answer: str) -> FirstAnswer:
    made_up = (
        f'<p class="fictif">{_MARKDOWN.renderInline(BANNER)}</p>' if page.is_demonstration else ""
    )
    ways = "".join(
        f'<a href="./{each.path}{page.query}">{escape(each.title)}</a>' for each in in_menu()
    )
    body = (
        f'<header><img src="{LOGO}" alt="{SITE_NAME}"></header><main>'
        f"<noscript><style>#reponse{{position:static}}</style><nav>{ways}</nav></noscript>"
        f"{made_up}{on_both(answer)}</main>"
    )
    return FirstAnswer(title, plain(" ".join(said)), body)


_ANSWERS: Final[Mapping[str, Callable[[Page, Mapping[str, str]], FirstAnswer | None]]] = {
    "": _home,
    "ville": _town,
}
