"""The front page: its answer, the places, the map, the curve, each opening, what changed."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from territoires.charts.palette import OPEN, PUBLISHED, TARGET
from territoires.charts.places import MARKS, places_list, places_svg
from territoires.charts.rollout import burn_up_svg, openings_svg, quarters_svg
from territoires.charts.static_map import centres_map_svg
from territoires.domain import params
from territoires.domain.rollout import YEAR, PlaceState, Situation
from territoires.french import home
from territoires.french.coverage import within
from territoires.french.demonstration import DEMO
from territoires.french.numbers import NBSP, number, rounded
from territoires.french.places import typeset
from territoires.queries import coverage, reconciliation, rollout
from territoires.ui import links
from territoires.ui.follow import changes as changes_page
from territoires.ui.follow import pictures
from territoires.ui.follow.legend import Entry, legend_of
from territoires.ui.page import Page

RADIUS_KM: Final = params.RADIUS.usual
_FEW_QUARTERS: Final = 4
_CHANGES: Final = 5
_CHANGED: Final = "ce-qui-a-change"


def answer(page: Page, found: Situation) -> None:
    """Print the figures and the places on one side, the map on the other."""
    left, right = st.columns([10, 11], gap="medium")
    with left:
        st.html(figures(page, found))
        drawn, legend, listed = places(page, found)
        pictures.show_framed(drawn, legend=legend)
        pictures.show_framed(listed)
        st.html(cards(page, found))
    with right:
        pictures.show_framed(plan(page))
        st.caption(home.MAP_KEY)


def figures(page: Page, found: Situation) -> str:
    """Write what is documented, announced and planned, in equal weight."""
    made_up = f" ({DEMO})" if page.is_demonstration else ""
    return pictures.figures(
        [(colour, value, f"{caption}{made_up}") for colour, value, caption in cells(found)]
    )


def cells(found: Situation) -> list[tuple[str, str, str]]:
    """Give these figures: the colour of each, its text and its caption."""
    said = [(OPEN, number(found.count.open), home.documented(found))]
    if total := found.announced:
        said.append((PUBLISHED, home.announced_short(total), home.announced_caption(total)))
    if target := found.progress.target:
        said.append((TARGET, number(target.value), home.planned(target.deadline)))
    return said


def places(page: Page, found: Situation) -> tuple[str, str, str]:
    """Draw the places of the programme, one mark each, name their states and list them."""
    listed = page.figure(places_list, {"places": (rollout.places, {})}, sheet=pictures.sheet(page))
    counts: dict[PlaceState, int | None] = {**counted_places(page, found)}
    # How many are open stands above, in large.
    counts |= dict.fromkeys(counts.keys() & {PlaceState.OPEN})
    return (
        pictures.framed(drawn_places(page, found), class_="places"),
        states(page, counts),
        pictures.framed(listed, class_="liste"),
    )


def counted_places(page: Page, found: Situation) -> dict[PlaceState, int]:
    """Count the places by state, those of no known town last; only the states of some."""
    known = page.ask(rollout.places)
    target = found.progress.target.value if found.progress.target else 0
    counts = Counter(known["state"])
    counts[PlaceState.UNKNOWN] = max(target - len(known), 0)
    return {state: int(counts[state]) for state in home.PLACE_STATES if counts.get(state)}


def drawn_places(page: Page, found: Situation) -> str:
    """Draw the places of the programme, one mark each; nothing where there is none."""
    target = found.progress.target.value if found.progress.target else None
    return page.figure(
        places_svg,
        {"places": (rollout.places, {})},
        target=target,
        sheet=pictures.sheet(page),
    )


def states(page: Page, counts: Mapping[PlaceState, int | None]) -> str:
    """Name the states that places are in, with how many where that is said nowhere else."""
    entries = [
        Entry(label=label, count=counts[state], colour=MARKS[state].colour, symbol=symbol)
        for state, (symbol, label) in home.PLACE_STATES.items()
        if state in counts
    ]
    return legend_of(entries, title=home.PLACES, on_dark=page.on_dark)


def cards(page: Page, found: Situation) -> str:
    """Write two more figures, each the way to its page."""
    near = page.ask(coverage.covered, radius_km=float(RADIUS_KM)).coverage
    last = page.ask(rollout.openings)
    said = [
        (
            f"Habitants {within(RADIUS_KM, by_road=False)}",
            rounded(near.inhabitants),
            home.covered(near.share, page.scope.perimeter),
            f"{links.MAP}{page.query}",
            "Carte et couverture",
            number(near.inhabitants),
        ),
        (
            f"Ouvertures depuis 12{NBSP}mois",
            home.lately(found),
            home.last_one(last.iloc[0] if len(last) else None),
            f"#{_CHANGED}",
            "Ce qui a changé",
            "",
        ),
    ]
    written = "".join(
        f'<a href="{escape(href)}"><span>{escape(label)}</span>'
        f'<strong title="{exact}">{escape(value)}</strong><span>{escape(detail)}</span>'
        f"<em>{escape(to)} →</em></a>"
        for label, value, detail, href, to, exact in said
    )
    return f'<div class="cartes">{written}</div>'


def plan(page: Page, *, radius_km: float = RADIUS_KM, **narrowed: Any) -> str:
    """Draw the map in its place; takes what `drawn_plan` does."""
    return pictures.framed(drawn_plan(page, radius_km=radius_km, **narrowed), class_="plan")


def drawn_plan(page: Page, *, radius_km: float = RADIUS_KM, **narrowed: Any) -> str:
    """Draw the map of the centres, the open towns by their names.

    `narrowed`: what `coverage.places` takes beside the scope.
    """
    return page.figure(
        centres_map_svg,
        {"places": (coverage.places, narrowed), "centres": (coverage.open_centres, {})},
        radius_km=radius_km,
        sheet=pictures.sheet(page),
        label=home.MAP,
        territory=page.scope.territory,
    )


def how_to_read(page: Page, sentences: list[str]) -> None:
    """Fold what explains the count: why it is not the one announced, the pace, what is apart."""
    with st.expander(home.HOW_TO_READ, icon=":material/help:"):
        st.markdown("\n\n".join([home.TWO_SERIES, *sentences]))
        links.go(links.RECONCILIATION, "Recouper les totaux publiés", icon=":material/rule:")
        links.compare(page.query)


def burn_up(page: Page, found: Situation) -> None:
    """Draw the documented openings against the target, beside what was published."""
    bands = page.ask(reconciliation.bands)
    st.subheader(home.trajectory(found), anchor=False)
    st.caption(home.key_of_curve(found))
    pictures.show_framed(*curve_of(page, found, width=pictures.DESK)[1])
    if events := page.figure(_events, {"events": (rollout.programme_events, {})}):
        st.html(events)
    if pace := home.pace(found):
        st.markdown(pace)
    banded = ("bande",) if bands["most"].notna().any() else ()
    page.show_rows("ouvertures", "ouvertures-possibles", "totaux-publies", *banded, key="courbe")


def _events(events: pd.DataFrame) -> str:
    """Write the events that the curve numbers, as a list that unfolds; nothing of none."""
    lines = "".join(f"<li>{escape(home.event(row))}</li>" for row in events.to_dict("records"))
    summary = escape(home.events(len(events)))
    return f"<details><summary>{summary}</summary><ol>{lines}</ol></details>" if lines else ""


def curve_of(
    page: Page, found: Situation, draw: pictures.Draw = pictures.for_both, *, width: int
) -> tuple[str, tuple[str, ...]]:
    """Give what the curve says to those who do not see it, and its pictures."""
    said = home.curve(found, page.ask(reconciliation.bands).iloc[-1])
    return said, draw(
        page,
        burn_up_svg,
        {
            "steps": (rollout.steps, {}),
            "bands": (reconciliation.bands, {}),
            "openings": (rollout.openings, {}),
            "targets": (rollout.targets, {}),
            "announced": (rollout.announced_totals, {}),
            "events": (rollout.programme_events, {}),
        },
        width=width,
        as_of=page.scope.as_of,
        label=said,
    )


def openings(page: Page, found: Situation) -> None:
    """Show when each centre opened: a line each, or bars where enough quarters are known."""
    quarters = page.ask(rollout.quarters)
    if int(quarters["known"].sum()) >= _FEW_QUARTERS:
        pictures.draw(
            page,
            quarters_svg,
            {"quarters": rollout.quarters, "targets": rollout.targets},
            key="trimestres",
            finding=home.quarters(quarters),
            rows=("trimestres",),
            as_of=page.scope.as_of,
            required=home.per_quarter(found),
        )
        return
    said, drawn = openings_of(page, width=pictures.DESK)
    if not drawn:
        return
    st.subheader(home.OPENINGS, anchor=False)
    st.caption(said)
    pictures.show_framed(*drawn)
    page.show_rows("trimestres", key="trimestres")


def openings_of(
    page: Page, draw: pictures.Draw = pictures.for_both, *, width: int
) -> tuple[str, tuple[str, ...]]:
    """Give how to read the lines of the openings, and their pictures; none where no date is known.

    A line each, from the first to the last day on which it may have been.
    """
    opened = page.ask(rollout.openings)
    said = page.figure(home.openings, {"rows": (rollout.openings, {})})
    if not opened["last_day"].notna().any():
        return said, ()
    return said, draw(
        page,
        openings_svg,
        {"openings": (rollout.openings, {}), "targets": (rollout.targets, {})},
        width=width,
        sheet=pictures.sheet(page),
        label=f"{home.OPENINGS}. {said}",
    )


def changes(page: Page) -> None:
    """List what changed in a year, five lines at most, each with the way to its town."""
    since = page.scope.as_of - YEAR
    nothing, _ = moved(page, since)
    st.subheader(home.changed(since), anchor=_CHANGED)
    if nothing:
        st.markdown(nothing)
    query = (rollout.openings, {}) if nothing else (rollout.changes, {"since": since})
    sheet = pictures.sheet(page)
    if listed := page.figure(_changed, {"listed": query}, sheet=sheet, is_cut=not nothing):
        st.html(listed)
    st.html(changes_page.ways(page))


def _changed(listed: pd.DataFrame, *, sheet: str, is_cut: bool) -> str:
    """Write the first of some changes, each with the way to its town; nothing of none."""
    # Plain links: those of Markdown would open another tab.
    lines = [
        f'<li><a href="{escape(sheet + row["town_code"])}">{escape(typeset(row["town"]))}</a>'
        f"{NBSP}: {escape(home.change(row))}</li>"
        for row in listed.head(_CHANGES).to_dict("records")
    ]
    if is_cut and len(listed) > _CHANGES:
        lines.append(f"<li>{home.more_changes(len(listed) - _CHANGES)}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def moved(page: Page, since: date) -> tuple[str, pd.DataFrame]:
    """List what changed since a day; where nothing did, say so and list the last openings."""
    found = page.ask(rollout.changes, since=since)
    if len(found):
        return "", found
    last = page.ask(rollout.openings)
    return home.NO_CHANGE if len(last) else home.NO_OPENING, last
