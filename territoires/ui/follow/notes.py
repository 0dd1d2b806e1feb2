"""The notes that are printed: of a region, and the one page for the direction of the programme."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from territoires.charts.palette import OPEN, PUBLISHED
from territoires.charts.svg import TEXT
from territoires.domain.comparison import Indicator, Per
from territoires.domain.rollout import Situation, State, quarter_of
from territoires.french import asking as asked_words
from territoires.french import changes, home
from territoires.french import printed as words
from territoires.french import regions as region_words
from territoires.french.headline import before_creation, explained
from territoires.french.map import town
from territoires.french.numbers import NBSP, number, percent, rounded
from territoires.french.places import typeset
from territoires.queries import announcements, asking, coverage, regions, rollout
from territoires.queries.clocks import last_recorded_at
from territoires.ui.follow import changes as changes_page
from territoires.ui.follow import courses as courses_page
from territoires.ui.follow import enrolments as enrolments_page
from territoires.ui.follow import map as map_page
from territoires.ui.follow import pictures
from territoires.ui.follow import reconciliation as reconciliation_page
from territoires.ui.follow import regions as regions_page
from territoires.ui.follow import rollout as rollout_page
from territoires.ui.follow.paper import Block, Paper, Printed, answer, block, figures
from territoires.ui.follow.shared_map import Reach
from territoires.ui.links import HOME, REPORT
from territoires.ui.page import Page

_REACH: Final = Reach(radius_km=rollout_page.RADIUS_KM, factor=1.0)
_CURVE: Final = 760  # pixels: 17 cm on paper
_FIRST: Final = 3  # lines of a list on the page for the direction
_LINES: Final = 30  # of a picture, each an opening
_MOST: Final = 15  # rows of a table in a note of four pages
_OPENINGS: Final = ("town", "department", "happened_on", "basis")
_PROMISES: Final = ("town", "announced_for", "announced_on", "first_day", "last_day")


def region(paper: Paper) -> Printed | None:
    """Print what a region has, whom it covers, and what is not known; four pages at most."""
    page, found = paper.page, paper.page.ask(rollout.situation)
    if before_creation(found):
        return None
    headline, lead = home.headline(found, page.place)
    blocks = [
        block("quiet", words.held(page.place)),
        block("title", typeset(page.place.name)),
        answer(headline),
        block("text", lead),
        figures([*_open(found), *rollout_page.cells(found)[1:], *_promised(page), _covered(page)]),
        *_on_the_map(paper),
        *_one_by_one(paper),
        *paper.rows("ouvertures", _OPENINGS, most=_MOST),
        *paper.rows("ouvertures-possibles", _OPENINGS, most=_MOST),
        *paper.rows("annonces", _PROMISES, most=_MOST),
        *_taught(paper),
        *_known_otherwise(page),
        *unknown(_not_known(page)),
    ]
    paper.rows("centres", (), most=0)
    code = page.scope.territory.code
    return _printed(paper, f"note region {code}", typeset(page.place.name), headline, blocks)


def national(paper: Paper) -> Printed | None:
    """Print one page for the direction of the programme, then the rows that it rests on."""
    page, found = paper.page, paper.page.ask(rollout.situation)
    if before_creation(found):
        return None
    headline, lead = home.headline(found, page.place)
    curve, drawn = rollout_page.curve_of(page, found, pictures.for_paper, width=_CURVE)
    blocks = [
        block("quiet", home.EYEBROW),
        block("title", words.WHERE_IT_STANDS),
        answer(headline),
        block("text", lead),
        figures(rollout_page.cells(found)),
        block("heading", home.trajectory(found)),
        *paper.picture("courbe", drawn[0], curve, width=92),
        block("quiet", home.key_of_curve(found)),
        *_meaning(page, found),
        block("beside", share=42, left=_changed(page), right=_to_ask(page)),
        block("break"),
        *_places(paper, found),
        *_events(page),
        *_known_otherwise(page),
        *_one_by_one(paper),
        *paper.rows("ouvertures", _OPENINGS),
        *paper.rows("ouvertures-possibles", _OPENINGS),
        *paper.rows("annonces", _PROMISES),
        *paper.rows("territoires", ("name", "open", "labelled", "covered_share"), grain="region"),
        *paper.rows("totaux-publies", ("indicator", "value", "qualifier", "published_on")),
        *_taught(paper),
        *unknown(_not_known(page)),
    ]
    for export in ("centres", "dates-cherchees", "bande"):
        paper.rows(export, (), most=0)
    return _printed(paper, "note nationale", words.WHERE_IT_STANDS, headline, blocks)


def _printed(paper: Paper, subject: str, title: str, headline: str, blocks: list[Block]) -> Printed:
    view = paper.page.query
    return paper.printed(
        subject,
        title,
        headline,
        blocks,
        ways={words.VIEW: f"/{HOME}{view}", words.REPORT: f"/{REPORT}"},
    )


def _known_otherwise(page: Page) -> list[Block]:
    """Say what changed in the month before the last act: the same for the same edition."""
    since = changes_page.usual_since(page, page.ask_plainly(last_recorded_at))
    if since is None:
        return []
    headline, lead = changes_page.answer(page, since)
    return [block("heading", changes.KNOWN_OTHERWISE), block("text", f"{headline} {lead}")]


def unknown(lines: list[str]) -> list[Block]:
    """List what is not known; nothing where nothing is missing."""
    return [block("heading", words.UNKNOWN), block("list", items=lines)] if lines else []


def _open(found: Situation) -> list[tuple[str, str, str]]:
    """Give what is open for certain, and at most."""
    more = found.count.open_at_most
    at_most = [(OPEN, number(more), words.AT_MOST)] if more > found.count.open else []
    return [*rollout_page.cells(found)[:1], *at_most]


def _promised(page: Page) -> list[tuple[str, str, str]]:
    """Count the openings announced of which none is documented."""
    said = page.ask(announcements.announcements)
    waited = int(said["first_day"].isna().sum())
    return [(PUBLISHED, number(waited), words.promised(waited))] if waited else []


def _covered(page: Page) -> tuple[str, str, str]:
    near = page.ask(coverage.covered, radius_km=float(_REACH.radius_km)).coverage
    share = percent(near.share, 1) if near.share else ""
    return TEXT, rounded(near.inhabitants), words.covered(_REACH.near, share)


def _on_the_map(paper: Paper) -> list[Block]:
    """Draw the region, say whom it covers and where it stands among the others."""
    page = paper.page
    reached = map_page.answer(page, map_page.covered(page, _REACH), _REACH)
    per = {"grain": "region", "indicator": Indicator.OPEN, "per": Per.NUMBER}
    every = page.ask(regions.comparison, **per)
    here = every[every["territory"] == str(page.scope.territory)].iloc[0]
    said = [
        *reached,
        region_words.standing(here, Indicator.OPEN, Per.NUMBER, "region"),
        region_words.steps(page.ask(regions.reached).iloc[0].to_dict()),
        home.MAP_KEY.partition(" Un clic")[0],
    ]
    drawn = paper.picture("carte", rollout_page.drawn_plan(page), home.MAP)
    right = [block("text", each) for each in said]
    return [
        block("heading", words.COVERED),
        block("beside", share=54, left=drawn, right=right),
    ]


def _taught(paper: Paper) -> list[Block]:
    """Say what is taught and to how many, as the pages do; their rows travel with it."""
    page = paper.page
    year = enrolments_page.asked_in(page, {})
    said = [*courses_page.answer(page), *enrolments_page.answer(page, year)]
    paper.rows("offre", (), most=0)
    paper.rows("inscriptions-centres", (), most=0, **year.of_year)
    return [block("heading", words.TAUGHT), *(block("text", each) for each in said)]


def _not_known(page: Page) -> list[str]:
    """Name the towns of which a date is sought, then those of which no opening is known."""
    dated = _lines(page.ask(asking.since_when), asked_words.since_line)
    places = page.ask(rollout.centre_list)
    waiting = places[places["state"].isin((State.SELECTED, State.OPEN_UNDATED))]
    return [*dated, *words.waiting(list(dict.fromkeys(map(typeset, waiting["town"]))))]


def _lines(rows: pd.DataFrame, say: Callable[[Any], str]) -> list[str]:
    """Say something of each town."""
    return [f"{town(row)}{NBSP}: {say(row)}" for row in rows.to_dict("records")]


def _changed(page: Page) -> list[Block]:
    """List what changed since the end of the quarter before."""
    since: date = quarter_of(page.scope.as_of) - timedelta(days=1)
    nothing, listed = rollout_page.moved(page, since)
    lines = [
        f"{typeset(row['town'])}{NBSP}: {home.change(row)}"
        for row in listed.head(_FIRST).to_dict("records")
    ]
    return [
        block("heading", home.changed(since)),
        *([block("text", nothing)] if nothing else ()),
        *([block("list", items=lines)] if lines else ()),
    ]


def _to_ask(page: Page) -> list[Block]:
    """List the questions that an answer to would settle most."""
    since, whether = page.ask(asking.since_when), page.ask(asking.open_or_not)
    days = _lines(since.head(_FIRST), asked_words.since_line)
    people = _lines(whether.head(_FIRST - 1), asked_words.open_line)
    left = words.settled(int(since["days"].head(_FIRST).sum()), int(since["days"].sum()))
    return [
        block("heading", words.TO_ASK),
        *([block("text", left)] if days else ()),
        *([block("list", items=[*days, *people])] if days or people else ()),
    ]


def _meaning(page: Page, found: Situation) -> list[Block]:
    """Say what the figures mean: proven beside believed, the pace, why the two differ."""
    said = [
        " ".join(reconciliation_page.answer(page, None)[:1] + explained(found, page.place)[:1]),
        home.pace(found),
    ]
    return [block("heading", words.MEANING), *(block("text", each) for each in said if each)]


def _places(paper: Paper, found: Situation) -> list[Block]:
    """Draw the places of the programme beside the map, and say what of them is known."""
    page = paper.page
    drawn = paper.picture("places", rollout_page.drawn_places(page, found), words.PLACES)
    counts = rollout_page.counted_places(page, found)
    lines = [f"{home.PLACE_STATES[state][1]}{NBSP}: {number(n)}" for state, n in counts.items()]
    said = [*explained(found, page.place)[1:], *regions_page.answer(page, "region")]
    return [
        block("heading", words.PLACES),
        block(
            "beside",
            share=42,
            left=[*drawn, block("list", items=lines)],
            right=paper.picture("carte", rollout_page.drawn_plan(page), home.MAP),
        ),
        *(block("text", each) for each in said),
    ]


def _events(page: Page) -> list[Block]:
    """List what the numbers under the axis of the curve are."""
    events = page.ask(rollout.programme_events).to_dict("records")
    if not events:
        return []
    lines = list(map(home.event, events))
    return [block("heading", home.events(len(events))), block("numbered", items=lines)]


def _one_by_one(paper: Paper) -> list[Block]:
    """Draw a line for each opening, unless there are more than a page has room for."""
    said, drawn = rollout_page.openings_of(paper.page, pictures.for_paper, width=_CURVE)
    if not drawn or len(paper.page.ask(rollout.openings)) > _LINES:
        return []
    return [
        block("heading", home.OPENINGS),
        *paper.picture("ouvertures", drawn[0], f"{home.OPENINGS}. {said}", width=86),
        block("quiet", said),
    ]
