"""The parts of the comparison of regions and departments, and what its address says."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from territoires.charts.regions import burn_ups_figure, comparison_figure, slopes_figure
from territoires.domain import params
from territoires.domain.comparison import AT_MOST, RATES
from territoires.domain.coverage import Grain
from territoires.domain.programme import PROGRAMME_START
from territoires.domain.rollout import YEAR
from territoires.domain.scope import Level, Territory
from territoires.french import regions as words
from territoires.french.numbers import NBSP
from territoires.french.places import typeset
from territoires.french.words import COLUMNS
from territoires.queries import regions, territories
from territoires.ui import filters, links, tables
from territoires.ui.filters import choice, named, read
from territoires.ui.page import Page

_WIDTH: Final = 330


def grain() -> Grain:
    """Offer regions or departments."""
    return choice("Comparer", params.GRAIN, named(params.GRAIN, words.GRAINS), width=_WIDTH)


def table(page: Page, grain: Grain) -> None:
    """Print every territory with a way into it."""
    data = page.ask(regions.territories, grain=grain)
    st.markdown(words.table_finding(data, grain, page.scope.as_of))
    shown = data.assign(
        view=[links.territory_address(links.HOME, code) for code in data["territory"]],
        covered_share=100 * data["covered_share"],
        sites_text=[
            words.sites(with_centre, every)
            for with_centre, every in zip(data["sites_with_centre"], data["sites"], strict=True)
        ],
    )

    def count(label: str, key: str) -> Any:
        return st.column_config.NumberColumn(
            label, format="localized", width="small", help=COLUMNS[key]
        )

    tables.show(
        shown,
        alt=words.GRAINS[grain],
        columns=(
            "name",
            *(("parent",) if grain == "department" else ()),
            "view",
            "open",
            "open_at_most",
            "labelled",
            "closed_or_abandoned",
            "covered",
            "covered_share",
            "sites_text",
            "last_opening",
            "basis",
        ),
        config=({"parent": st.column_config.TextColumn("Région")} if grain == "department" else {})
        | {
            "view": st.column_config.LinkColumn("Voir", display_text="Ouvrir", width="small"),
            "open": count("Ouverts", "open"),
            "open_at_most": count("Au plus", "open_at_most"),
            "labelled": count("Labellisées", "labelled"),
            "closed_or_abandoned": count("Fermés", "closed_or_abandoned"),
            "covered": st.column_config.NumberColumn(format="localized"),
            "covered_share": st.column_config.ProgressColumn(
                format="%.0f\u202f%%", min_value=0, max_value=100, width=130
            ),
        },
        height="content" if grain == "region" else "auto",
    )
    page.downloads("territoires", grain=grain)


def against_the_median(page: Page, grain: Grain) -> None:
    """Draw one indicator of every territory against the median."""
    with st.container(horizontal=True):
        indicators = named(params.INDICATOR, words.INDICATORS)
        indicator = choice("Indicateur", params.INDICATOR, indicators, width=_WIDTH)
        per, *others = RATES[indicator]
        if others:
            allowed = {each: words.PERS[each] for each in (per, *others)}
            per = choice("Rapporté à", params.PER, named(params.PER, allowed), width=_WIDTH)
        else:
            read(params.PER)
    filters = {"grain": grain, "indicator": indicator, "per": per}
    data = page.ask(regions.comparison, **filters)
    known = data.dropna(subset=["rate"])
    if known.empty:
        st.write(words.NO_TERRITORY if data.empty else words.burn_up_finding(0, grain))
        return
    chosen = _of_the_view(page, grain)
    is_chosen = data["territory"] == chosen
    row = (data[is_chosen] if is_chosen.any() else known).iloc[0]
    page.draw(
        comparison_figure,
        {"compared": regions.comparison},
        key="comparaison",
        finding=words.standing(row, indicator, per, grain),
        rows=("comparaison",),
        filters=filters,
        indicator=indicator,
        per=per,
        chosen=chosen,
    )
    zeros = int(((data["rate"] == 0) & ~is_chosen).sum())
    if left := words.left_out(zeros, int(data["rate"].isna().sum()), grain):
        st.caption(left)


def _of_the_view(page: Page, grain: Grain) -> str:
    """Give the territory of the grain that the common bar looks at, or that holds it."""
    place = page.place
    code = place.region if grain == "region" else place.department
    level = Level.REGION if grain == "region" else Level.DEPARTMENT
    return str(Territory(level, code)) if code else ""


def small_burn_ups(page: Page, grain: Grain) -> None:
    """Draw the rollout of each territory on the same axes."""
    data = page.ask(regions.burn_ups, grain=grain)
    drawn = data["name"].nunique()
    finding = words.burn_up_finding(drawn, grain)
    if data.empty:
        st.write(finding)
        return
    page.draw(
        burn_ups_figure,
        {"burn_ups": regions.burn_ups},
        key="courbes",
        finding=finding,
        rows=("courbes-territoires",),
        filters={"grain": grain},
    )
    every = page.ask(regions.territories, grain=grain)
    st.caption(words.burn_up_rest(len(every) - drawn, grain))


def slopes(page: Page, grain: Grain) -> None:
    """Draw what moved between a reference day and the day looked at."""
    since = _since(page.scope.as_of)
    filters = {"grain": grain, "since": since}
    data = page.ask(regions.slopes, **filters)
    if data.empty:
        st.write(words.NO_TERRITORY)
        return
    page.draw(
        slopes_figure,
        {"slopes": regions.slopes},
        key="pentes",
        finding=words.slope_finding(data, since, page.scope.as_of, grain),
        rows=("evolution-territoires",),
        filters=filters,
        since=since,
        as_of=page.scope.as_of,
    )


def _since(as_of: date) -> date:
    """Offer the reference day: a year before the day looked at unless the address says."""
    key, first = "choix_depuis", PROGRAMME_START - timedelta(days=455)
    param = replace(params.SINCE, usual=as_of - YEAR, is_needed=False)
    since = filters.read(param)
    if not first <= since < as_of:
        filters.say_nonsense(param)
        since = param.usual
    st.session_state[key] = since

    def changed() -> None:
        filters.put(param, st.session_state[key] or param.usual)

    st.date_input(
        "Date de référence",
        key=key,
        format="DD/MM/YYYY",
        min_value=min(first, since),
        max_value=as_of - timedelta(days=1),
        on_change=changed,
        width=200,
    )
    return since


def side_by_side(page: Page, grain: Grain) -> None:
    """Put up to four territories beside what holds them and beside the median."""
    chosen = _several(page, grain)
    if not chosen:
        st.info(words.NONE_CHOSEN, icon=":material/add_circle:")
        return
    if len(chosen) == 1:
        st.info(words.ONLY_ONE, icon=":material/add_circle:")
    data = page.ask(regions.side_by_side, chosen=chosen)
    columns = {words.column(row): words.lines(row) for row in data.to_dict("records")}
    headings = list(next(iter(columns.values())))
    shown = pd.DataFrame(
        {"Indicateur": headings}
        | {name: [found[heading] for heading in headings] for name, found in columns.items()}
    )
    st.dataframe(
        shown,
        hide_index=True,
        alt="Territoires côte à côte",
        column_config={"Indicateur": st.column_config.TextColumn(pinned=True, width=150)},
        placeholder="–",
    )
    page.downloads("cote-a-cote", chosen=chosen)


def _several(page: Page, grain: Grain) -> tuple[str, ...]:
    listed = page.ask_plainly(territories.regions_and_departments)
    names = {
        row.territory: f"{typeset(row.name)} ({_short(row.territory)})"
        for row in listed.itertuples()
    }
    asked = filters.read(params.COMPARED)
    known = tuple(dict.fromkeys(code for code in asked if code in names))[:AT_MOST]
    if not names.keys() >= set(asked):
        filters.say_nonsense(params.COMPARED)
    chosen = known or _usual(page, grain)
    filters.several(
        "Territoires à comparer",
        params.COMPARED,
        names,
        chosen,
        max_selections=AT_MOST,
        placeholder="Choisir des régions ou des départements",
        help=f"Quatre au plus{NBSP}; leurs régions, la France et la médiane s’ajoutent.",
    )
    return chosen


def _short(territory: str) -> str:
    return "région" if territory.startswith("reg-") else territory.removeprefix("dep-")


def _usual(page: Page, grain: Grain) -> tuple[str, ...]:
    """Start from what the bar looks at, or from the two territories with most centres."""
    if here := _of_the_view(page, grain):
        return (here,)
    data: Any = page.ask(regions.territories, grain=grain)
    return tuple(data["territory"].head(2))
