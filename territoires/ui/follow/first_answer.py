"""What a page answers, as HTML, before the application has loaded: sent within the page itself."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from html import escape
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

import pandas as pd
from cachetools import cached

from territoires.charts import svg
from territoires.charts.palette import on_both
from territoires.domain import address, params
from territoires.domain.errors import TerritoiresError
from territoires.french import courses as course_words
from territoires.french import enrolments as enrolment_words
from territoires.french import home
from territoires.french import reconciliation as reconciled
from territoires.french import regions as region_words
from territoires.french import siting as siting_words
from territoires.french import town as town_words
from territoires.french.definitions import DEFINITIONS, UNKNOWN, anchor
from territoires.french.demonstration import BANNER
from territoires.french.dictionary import COLUMNS
from territoires.french.headline import before_creation
from territoires.french.numbers import percent
from territoires.french.places import scoped, typeset
from territoires.french.typography import typeset_text
from territoires.french.web import SITE_NAME
from territoires.queries import (
    courses,
    coverage,
    enrolments,
    reconciliation,
    regions,
    rollout,
    siting,
    sources,
    town_sheet,
)
from territoires.queries.territories import former_town
from territoires.ui import links, lists, search, tables
from territoires.ui.brand import LOGO
from territoires.ui.cache import weighed
from territoires.ui.chapters import chapter, in_menu
from territoires.ui.follow import changes as changes_page
from territoires.ui.follow import courses as courses_page
from territoires.ui.follow import enrolments as enrolments_page
from territoires.ui.follow import map as map_page
from territoires.ui.follow import method as method_page
from territoires.ui.follow import next as next_page
from territoires.ui.follow import pictures
from territoires.ui.follow import reconciliation as reconciliation_page
from territoires.ui.follow import regions as regions_page
from territoires.ui.follow import rollout as rollout_page
from territoires.ui.follow import town as town_page
from territoires.ui.follow.shared_map import Reach
from territoires.ui.page import MARKDOWN, Page, plain, unseen_page

_PLAIN: Final = "#reponse{position:static}#reponse .attendu{display:none}"
KEPT: Final = 8 << 20  # bytes: about eighty of the heaviest
# The first picture; of one that is drawn for both screens, that of telephones: a card is as narrow.
_PICTURE: Final = re.compile(
    rf'(?:<div class="dessin [^"]*\b{pictures.WIDE}">.*?</div><div[^>]*>)?(<svg\b.*?</svg>)',
    re.DOTALL,
)


class Card(NamedTuple):
    """What a card says of a page: its headline, what explains it, its first picture (SVG) if any.

    And whether all of it is made up.
    """

    headline: str
    explained: str
    picture: str
    is_demonstration: bool


class FirstAnswer(NamedTuple):
    """What is sent: the title of the tab, what describes the page elsewhere, what stands in it.

    Then the whole addresses of the picture of its card and of what shows it elsewhere (oEmbed),
    empty where that of the site is not known, and what the card says.
    """

    title: str
    description: str
    html: str
    picture: str
    oembed: str
    card: Card


def first_answer(
    url: str, path: str, query: Mapping[str, str], *, site: str | None = None
) -> FirstAnswer | None:
    """Answer an address (`path` without strokes) as anybody may read it.

    `site` is the address that visitors use, where one is known.

    None where the application alone can answer: another page, nonsense in the address, a commune
    that is another one now, no database to read.
    """
    if path not in _ANSWERS:
        return None
    try:
        page = unseen_page(url, query, title=chapter(path).title)
        found = _answer(page, path, query) if page else None
        if found is None or site is None:
            return found
        here, written = site.rstrip("/"), address.query(query)
        return found._replace(
            picture=f"{here}/apercu/{path or address.FRONT}.png{written}",
            oembed=f"{here}/oembed?{urlencode({'url': f'{here}/{path}{written}'})}",
        )
    except (TerritoiresError, ValueError):
        return None


def _named(page: Page, path: str, query: Mapping[str, str]) -> Hashable:
    return page.url, page.seen, page.view.today, path, tuple(sorted(query.items()))


@cached(weighed(KEPT), key=_named, lock=Lock())
def _answer(page: Page, path: str, query: Mapping[str, str]) -> FirstAnswer | None:
    return _ANSWERS[path](page, query)


def _home(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    del query
    found = page.ask(rollout.situation)
    if before_creation(found) or not found.count.open_at_most:
        return None
    first, lead = home.headline(found, page.place)
    said = (first.replace("**", ""), lead)
    answer = (
        f'<p class="legende">{escape(home.EYEBROW)}</p>{_headline(said)}<div class="attendu"></div>'
        f'<div class="deux"><div>{rollout_page.figures(page, found)}'
        f"<div>{''.join(rollout_page.places(page, found))}</div>"
        f"{rollout_page.cards(page, found)}</div>"
        f'<div>{rollout_page.plan(page)}<p class="legende">{escape(home.MAP_KEY)}</p></div></div>'
    )
    return _whole(page, SITE_NAME, said, answer)


def _town(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    code = query.get(params.TOWN.name) or page.town
    if not code or page.ask_plainly(former_town, code=code):
        return None
    sheet = page.ask(town_sheet.town_sheet, town=code)
    state, title, lead = town_page.answered(page, sheet)
    left, right = [], []
    if sheet.is_located:
        found, called, figures = town_page.worth_of(page, sheet)
        left = [_titled(called), figures]
        if found.rank:
            left.append(f'<a href="ou-ouvrir{page.query}">{chapter("ou-ouvrir").title}</a>')
        right = [_titled(town_words.around(sheet)), *town_page.catchment_of(page, sheet)]
    finding, drawn = town_page.timeline_of(page, sheet)
    if drawn:
        said = f'<p class="legende">{MARKDOWN.renderInline(finding)}</p>'
        left += [_titled(town_words.TIMELINE), said, *drawn]
    answer = (
        f'<div class="fiche"><p class="legende">{escape(town_words.located(sheet))}</p>'
        f'<div class="st-key-etat_{state}">{_headline((title, *lead), tag="h1")}</div>'
        f"{town_page.ways_to_act(page, code)}</div>"
        f'<div class="attendu"></div><div class="deux"><div>{"".join(left)}</div>'
        f"<div>{''.join(right)}</div></div>{town_page.ways_to_act(page, code)}"
    )
    return _whole(page, f"{typeset(sheet.place.name)} · {SITE_NAME}", (title, *lead), answer)


def _map(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    reach = _reach(query)
    found = map_page.covered(page, reach)
    view = params.VIEW.of(query)
    kept: dict[str, Any] = {"factor": reach.factor}
    if view == "points":
        narrowed = _narrowed(page, query, params.OPENED_IN, params.FIELD)
        kept |= {name: each for name, each in narrowed.items() if each}
        kept["states"] = params.STATES.of(query)
        rows = map_page.places_table(page, page.ask(coverage.places, **kept))
    elif view == "territoires":
        grain, by_share = params.GRAIN.of(query), params.BY_SHARE.of(query)
        data = page.ask(coverage.by_territory, **reach.filters, grain=grain)
        rows = map_page.territories_table(page, data, grain=grain, by_share=by_share)
        rows = rows.assign(Part=rows["Part"].map(percent)) if by_share else rows
    else:
        rows = map_page.distances_table(page, map_page.far_first(page, reach), reach)
    figures = [
        (svg.TEXT, value, f"{label}, {detail}")
        for label, value, detail in map_page.figures_of(page, found, reach)
    ]
    return _answered(
        page,
        map_page.answer(page, found, reach),
        '<div class="deux carte">'
        f"<div>{rollout_page.plan(page, radius_km=reach.straight_km, **kept)}"
        f'<p class="legende">{escape(map_page.map_caption(page, reach))}</p></div>'
        f"<div>{_listed(rows, 'Ville', 'Territoire')}</div></div>{pictures.figures(figures)}",
    )


def _regions(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    grain = params.GRAIN.of(query)
    every = page.ask(regions.territories, grain=grain)
    said = regions_page.answer(page, grain)
    beside = regions_page.put_beside(page, grain, params.COMPARED.of(query))
    listed = tables.french(every[["name", "labelled", "open", "covered_share"]]).assign(
        **{COLUMNS["name"]: regions_page.addresses(page, every)}
    )
    answer = _listed(regions_page.compared(page, beside)) if beside else ""
    drawn, legend = regions_page.places(page, grain)
    return _answered(
        page,
        said,
        f"{''.join(drawn)}{legend}{answer}{_titled(region_words.GRAINS[grain])}"
        f"{_listed(listed, COLUMNS['name'])}",
        question=region_words.QUESTION,
    )


def _next(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    reach, wishes = _reach(query), params.read_filters(params.WISHES, query)
    plan = page.ask(siting.plan, **reach.filters, **wishes)
    if plan.empty:
        return None
    shown = next_page.table(page, next_page.listed(page, reach, wishes, plan))
    covered = shown["Couverts"].map(partial(percent, digits=1), na_action="ignore")
    return _answered(
        page,
        next_page.answer(page, reach, wishes, plan),
        f'<div class="deux choix"><div>{next_page.plan_picture(page, reach, wishes, plan)}'
        f'<p class="legende">{escape(siting_words.MAP_KEY)}</p></div>'
        f"<div>{_listed(shown.assign(Couverts=covered), 'Ville')}</div></div>",
    )


def _reconciliation(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    believed = params.BELIEVED.of(query)
    if not reconciliation_page.are_known(page, believed):
        return None
    totals = page.ask(reconciliation.totals, believed=believed)
    listed = pd.DataFrame(
        {
            COLUMNS["title"]: [reconciled.total_meaning(row) for row in totals.to_dict("records")],
            COLUMNS["is_believed"]: ["oui" if each else "non" for each in totals["is_believed"]],
        }
    )
    answer = reconciliation_page.answer(page, believed)
    rows = _titled(reconciled.BELIEVE) + _listed(listed) if len(listed) else ""
    drawn = "".join(reconciliation_page.bands_drawn(page, believed)) if len(listed) else ""
    return _answered(page, answer, drawn + links.ways_to_compare(page.query) + rows)


def _enrolments(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    asked = enrolments_page.asked_in(page, query)
    centres = page.ask(enrolments.transmissions, **asked.of_year)
    told = centres[centres["publication"] == "shown"]
    shown = {
        COLUMNS["town"]: links.sheets(told, page.view.params),
        COLUMNS["headcount"]: [enrolment_words.centre_end(row) for row in told.to_dict("records")],
    }
    drawn, legend = enrolments_page.drawn(page, asked)
    answer = "".join(drawn) + legend + _listed(pd.DataFrame(shown), COLUMNS["town"])
    if len(untold := enrolments_page.untold(centres)):
        why = MARKDOWN.render(enrolment_words.reasons(untold.to_dict("records")))
        summary = escape(enrolment_words.silent(len(untold), asked.year))
        answer += f"<details><summary>{summary}</summary>{why}</details>"
    published = enrolments_page.publications(page)
    if len(published):
        rows = tables.french(published[list(enrolments_page.PUBLISHED)])
        answer += _titled(enrolment_words.PUBLISHED) + _listed(rows)
    return _answered(page, enrolments_page.answer(page, asked), answer)


def _courses(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    if key := query.get(params.COURSE.name):
        return _course(page, key)
    narrowed = _narrowed(page, query, *courses_page.NARROWING)
    kept = page.ask(courses.catalogue, **narrowed)
    shown = tables.french(kept[list(courses_page.CATALOGUE)]).assign(
        **{COLUMNS["course"]: courses_page.addresses(page, kept)}
    )
    drawn, legend = courses_page.fields_drawn(page)
    answer = "".join(drawn) + legend + _near(page, query) + _titled(course_words.CATALOGUE)
    answer += _listed(shown, COLUMNS["course"])
    return _answered(page, courses_page.answer(page), answer) if len(kept) else None


def _course(page: Page, key: str) -> FirstAnswer | None:
    row = courses_page.course_of(page, key)
    if row is None:
        return None
    given = page.ask(courses.offerings, course=key)
    said = course_words.offerings(given, scoped(page.scope, page.place))
    body = MARKDOWN.render("\n\n".join(courses_page.described(row)))
    body += _titled(course_words.WHERE) + str(MARKDOWN.render(said))
    body += _towns(page, given, courses_page.OFFERINGS[1:])
    return _answered(page, [typeset(row["course"])], body)


def _towns(page: Page, data: pd.DataFrame, columns: Sequence[str]) -> str:
    """Write rows in French, each town with the way to its sheet."""
    town = {COLUMNS["town"]: links.sheets(data, page.view.params)}
    return _listed(tables.french(data[list(columns)]).assign(**town), *town)


def _near(page: Page, query: Mapping[str, str]) -> str:
    """Answer where to follow a course near the town of the address; nothing of none."""
    found = search.meant(page.ask_plainly, query.get(params.NEAR.name) or page.town)
    if len(found) != 1:
        return ""
    wanted = params.read_filters((params.NEAR_FIELD, params.NEAR_COURSE, params.NEAR_KM), query)
    asked = wanted | {"town": found[0].place.territory.code}
    near = page.ask(courses.near, **asked)
    said: str = MARKDOWN.render(courses_page.nearby(page, found[0].place.name, asked))
    return _titled(course_words.NEAR_HOME) + said + _towns(page, near, courses_page.NEAR)


def _changes(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    since = changes_page.since_in(page, query)
    if since is None or query.get(params.KNOWN_SINCE.name) == params.VISIT:
        return None
    return _answered(page, changes_page.answer(page, since), changes_page.listed(page, since))


def _method(page: Page, query: Mapping[str, str]) -> FirstAnswer | None:
    del query
    if not method_page.has_begun(page):
        return None
    known = page.ask(sources.all_sources)
    title = COLUMNS["title"]
    rows = tables.french(known[["publisher", "title", "published_on", "reliability"]])
    rows[title] = [
        f"{url}#{quote(name)}" if url else name
        for url, name in zip(known["url"], rows[title], strict=True)
    ]
    defined = "".join(
        f'<h3 id="{anchor(name)}">{escape(name)}</h3>{MARKDOWN.render(typeset_text(text))}'
        for name, text in DEFINITIONS
    )
    bodies = {
        "inconnu": MARKDOWN.render(method_page.bulleted(UNKNOWN)),
        "definitions": defined,
        "sources": MARKDOWN.render(method_page.counts(known)) + _listed(rows, title),
        "licences": MARKDOWN.render(method_page.licences(page)),
        "dictionnaire": _listed(
            tables.french(tables.explained(page.ask_plainly(sources.dictionary)))
        ),
    }
    body = "".join(
        f'<h2 id="{where}">{escape(method_page.SECTIONS[where])}</h2>{text}'
        for where, text in bodies.items()
    )
    said = method_page.INTRODUCTION
    answer = (
        f'{_headline((page.title,), tag="h1")}<div class="attendu"></div>'
        f'<p class="dit">{escape(said)}</p>'
        f'<div class="deux methode"><div>{method_page.contents()}</div><div>{body}</div></div>'
    )
    return _whole(page, f"{page.title} · {SITE_NAME}", (said,), answer)


def _reach(query: Mapping[str, str]) -> Reach:
    return Reach(radius_km=params.RADIUS.of(query), factor=params.ROAD.of(query))


def _narrowed(page: Page, query: Mapping[str, str], *wanted: params.Param[Any]) -> dict[str, Any]:
    """Read what narrows rows. Raises ValueError for nonsense."""
    found = params.read_filters(wanted, query)
    if found[params.FIELD.filter] not in courses_page.fields(page):
        raise ValueError(found)
    return found


def _answered(page: Page, said: Sequence[str], answer: str, *, question: str = "") -> FirstAnswer:
    """Write a page that opens on its headline, under its question where it shows one."""
    first, *rest = said
    said = (first.replace("**", ""), " ".join(rest))
    asked = f'<div class="titre"><h1>{escape(question)}</h1></div>' if question else ""
    return _whole(
        page,
        f"{page.title} · {SITE_NAME}",
        said,
        f'{asked}{_headline(said)}<div class="attendu"></div>{answer}',
    )


def _listed(data: pd.DataFrame, *ways: str) -> str:
    """Write rows as the page shows them; in the columns `ways`, addresses by what follows `#`.

    Nothing of none.
    """
    if data.empty:
        return ""
    writes = [lists.way if name in ways else _text for name in data]
    heads = "".join(
        f'<th scope="col">{escape(str(name))}</th>' if name else "<td></td>" for name in data
    )
    rows = (zip(writes, row, strict=True) for row in data.itertuples(index=False))
    lines = "".join(
        f"<tr>{''.join(f'<td>{write(value)}</td>' for write, value in row)}</tr>" for row in rows
    )
    # What scrolls is reached by the keyboard: by its links where it has some.
    reached = "" if ways else ' tabindex="0"'
    return (
        f'<div class="lignes"{reached}><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _text(value: Any) -> str:
    return escape(lists.said(value))


def _headline(sentences: tuple[str, ...], *, tag: str = "h2") -> str:
    first, *rest = sentences
    explained = MARKDOWN.render("\n\n".join(rest))
    return f'<div class="titre"><{tag}>{MARKDOWN.renderInline(first)}</{tag}>{explained}</div>'


def _titled(title: str) -> str:
    return f"<h2>{escape(title)}</h2>"


def _whole(page: Page, title: str, said: tuple[str, ...], answer: str) -> FirstAnswer:
    made_up = (
        f'<p class="fictif">{MARKDOWN.renderInline(BANNER)}</p>' if page.is_demonstration else ""
    )
    ways = "".join(
        f'<a href="./{each.path}{page.query}">{escape(each.title)}</a>' for each in in_menu()
    )
    body = (
        f'<header><a href="./{page.query}"><img src="{LOGO}" alt="{SITE_NAME}"></a></header><main>'
        f"<noscript><style>{_PLAIN}</style><nav>{ways}</nav></noscript>"
        f"{made_up}{on_both(answer)}</main>"
    )
    headline, *rest = map(plain, said)
    explained, drawn = " ".join(rest), _PICTURE.search(answer)
    return FirstAnswer(
        title=title,
        description=f"{headline} {explained}".strip(),
        html=body,
        picture="",
        oembed="",
        card=Card(headline, explained, drawn[1] if drawn else "", page.is_demonstration),
    )


_ANSWERS: Final[Mapping[str, Callable[[Page, Mapping[str, str]], FirstAnswer | None]]] = {
    "": _home,
    "carte": _map,
    "regions": _regions,
    "ou-ouvrir": _next,
    "recouper": _reconciliation,
    "inscriptions": _enrolments,
    "formations": _courses,
    "methode": _method,
    changes_page.PATH: _changes,
    "ville": _town,
}
