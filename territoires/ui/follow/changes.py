"""What changed of what is known: since when, what it does to the headline, fact by fact."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape

import streamlit as st

from territoires.domain import address
from territoires.domain.address import FIRST_DAY
from territoires.domain.clock import PARIS, end_of_day
from territoires.domain.params import KNOWN_SINCE, VISIT
from territoires.domain.text import fold
from territoires.french import changes as words
from territoires.french.numbers import NBSP
from territoires.french.places import typeset
from territoires.queries import changes as queries
from territoires.queries import rollout
from territoires.ui import filters
from territoires.ui.follow import pictures
from territoires.ui.page import Page

PATH = "ce-qui-a-change"


def usual_since(page: Page, now: datetime | None = None) -> datetime | None:
    """Give the instant from which there is something to show; None where nothing is known.

    `now` is the end of today unless it is given.
    """
    now = now or end_of_day(page.view.today)
    return page.ask(queries.usual_since, now=now)


def since_in(page: Page, params: Mapping[str, str]) -> datetime | None:
    """Read the first instant in an address. Raises ValueError for nonsense."""
    text = params.get(KNOWN_SINCE.name, "")
    since = usual_since(page) if text in {"", VISIT} else KNOWN_SINCE.read(text)
    until = page.scope.known_at or end_of_day(page.view.today)
    if since is not None and since >= until:
        raise ValueError(text)
    return since


def since(page: Page) -> datetime | None:
    """Read the first instant in the address of the page; nonsense gets a message."""
    text = st.query_params.get(KNOWN_SINCE.name, "")
    if text == VISIT:
        st.info(words.FIRST_VISIT, icon=":material/history:")
    try:
        return since_in(page, {KNOWN_SINCE.name: text})
    except ValueError:
        filters.say_nonsense(KNOWN_SINCE)
        return usual_since(page)


def answer(page: Page, since: datetime) -> tuple[str, str]:
    """Say how much changed, and what that does to the headline."""
    then = replace(page.scope, known_at=since)
    opened = [
        Counter(page.ask_plainly(rollout.openings, scope=scope)["town"])
        for scope in (then, page.scope)
    ]
    return words.answer(
        page.ask(queries.changes, since=since),
        (page.ask_plainly(rollout.situation, scope=then), page.ask(rollout.situation)),
        since=since,
        place=page.place,
        moved=(
            sorted(opened[1] - opened[0], key=fold),
            sorted(opened[0] - opened[1], key=fold),
        ),
    )


def choose(page: Page, since: datetime) -> None:
    """Offer another first day, or the last visit, which the browser knows (web/links.js)."""
    shown = (since.astimezone(PARIS) + timedelta(microseconds=1)).date()

    def write(day: date | None) -> None:
        if day:
            filters.put(KNOWN_SINCE, end_of_day(day - timedelta(days=1)))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(
            words.SINCE,
            format="DD/MM/YYYY",
            min_value=FIRST_DAY,
            max_value=page.view.today,
            width=filters.CONTROL,
            **filters.tied(KNOWN_SINCE, shown, write),
        )
        st.html(f'<p class="changements">{way(page, words.SINCE_VISIT, VISIT)}</p>')


def way(page: Page, label: str, since: str = "") -> str:
    """Write the link to what changed of the view."""
    said = dict(page.view.params) | ({KNOWN_SINCE.name: since} if since else {})
    return f'<a href="{PATH}{escape(address.query(said))}">{escape(label)}</a>'


def ways(page: Page) -> str:
    """Write the links to what changed, under what another page says of it."""
    both = (way(page, words.BETWEEN), way(page, words.SINCE_VISIT, VISIT))
    return f'<p class="changements">{" · ".join(both)}</p>'


def listed(page: Page, since: datetime) -> str:
    """List what changed, the last first, each with the way to its town."""
    rows = page.ask(queries.changes, since=since)
    sheet = pictures.sheet(page)
    lines = []
    for row in rows.head(words.MOST).to_dict("records"):
        town = escape(typeset(row["town"]))
        if row["town_code"]:
            town = f'<a href="{escape(sheet + row["town_code"])}">{town}</a>'
        lines.append(
            f"<li><strong>{escape(row['change'])}</strong>, {escape(row['recorded_at'])}{NBSP}: "
            f"{town}, {escape(words.line(row))}</li>"
        )
    if len(rows) > words.MOST:
        lines.append(f"<li>{words.more(len(rows) - words.MOST)}</li>")
    return f'<ul class="changements">{"".join(lines)}</ul>' if lines else ""
