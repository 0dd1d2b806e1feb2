"""The parts of the comparison of regions and departments, and what its address says."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote

import pandas as pd
import streamlit as st

from territoires.charts.regions import burn_ups_svg, comparison_svg, slopes_svg
from territoires.charts.rows import places_by_territory_svg
from territoires.domain import params
from territoires.domain.comparison import AT_MOST, RATES
from territoires.domain.coverage import Grain, level_of
from territoires.domain.programme import PROGRAMME_START
from territoires.domain.rollout import YEAR, PlaceState
from territoires.domain.scope import Territory
from territoires.french import printed
from territoires.french import regions as words
from territoires.french.map import since as said_since
from territoires.french.numbers import NBSP
from territoires.french.places import typeset
from territoires.queries import regions, territories
from territoires.ui import filters, links, lists, tables
from territoires.ui.filters import choice, named, read
from territoires.ui.follow import pictures
from territoires.ui.follow import rollout as rollout_page
from territoires.ui.page import Page

_WIDTH: Final = 330


def grain() -> Grain:
    """Offer regions or departments."""
    return choice("Comparer", params.GRAIN, named(params.GRAIN, words.GRAINS), width=_WIDTH)


def asked_grain() -> Grain:
    """Read what the address asks for; nonsense is told where the reader chooses, below."""
    asked = st.query_params.get(params.GRAIN.name, "")
    return params.GRAIN.words.get(asked, params.GRAIN.usual)


def answer(page: Page, grain: Grain) -> list[str]:
    """Say how many territories have a centre, who leads and who waits."""
    data = page.ask(regions.territories, grain=grain)
    said = [words.table_finding(data, grain, page.scope)]
    if len(data):
        said.append(words.leading(data, grain))
    return [each for each in said if each]


def places(page: Page, grain: Grain) -> tuple[tuple[str, ...], str]:
    """Draw the known places of each territory, for both screens, and name their states."""
    known = page.ask(regions.places, grain=grain)
    drawn = pictures.for_both(
        page,
        places_by_territory_svg,
        {"places": (regions.places, {"grain": grain})},
        width=pictures.DESK,
        sheet=pictures.sheet(page),
        front=_front(page),
        label=words.places_of_each(known["territory"].nunique(), len(known), grain),
    )
    return drawn, rollout_page.states(page, dict.fromkeys(map(PlaceState, known["state"].unique())))


def _front(page: Page) -> str:
    """Give the address of the front page about a territory, less the code of the territory."""
    return links.territory_address(links.HOME, "", page.view.params)


def show_places(page: Page, grain: Grain) -> None:
    """Show the known places of each territory."""
    drawn, legend = places(page, grain)
    pictures.show_framed(*drawn, legend=legend)


def table(page: Page, grain: Grain) -> None:
    """Print every territory with a way into it, in the columns that say something."""
    data = page.ask(regions.territories, grain=grain)

    def count(label: str) -> Any:
        return st.column_config.NumberColumn(label, format="localized", width="small")

    with_target, enrolled = data["objective"].notna().any(), data["enrolled"].notna().any()
    year = data["academic_year"].max() if enrolled else ""
    config = {
        "name": links.column(words.ONE[grain].capitalize(), width=220),
        **({"objective": count("Objectif")} if with_target else {}),
        "labelled": count("Labellisées"),
        "open": count("Ouverts"),
        "covered_share": st.column_config.NumberColumn(
            "Habitants à moins de 30\u00a0km", format="percent", width=200
        ),
        **({"enrolled": count(f"Inscrits {year}")} if enrolled else {}),
        "last_text": st.column_config.TextColumn("Dernière ouverture", width=190),
    }
    shown = data.assign(
        name=addresses(page, data),
        last_text=[
            said_since(day, basis) or "—"
            for day, basis in zip(data["last_opening"], data["basis"], strict=True)
        ],
    )
    columns = (*config, *(("status",) if with_target else ()))
    tables.show(
        shown,
        alt=words.GRAINS[grain],
        columns=columns,
        config=config,
    )
    notes = [] if with_target else [words.NO_OBJECTIVE]
    notes += [words.NOT_ENROLLED] if grain == "region" and not enrolled else []
    notes.append(words.steps(page.ask(regions.reached).iloc[0].to_dict()))
    st.caption(" ".join(notes))
    page.offer("territoires", grain=grain)


def addresses(page: Page, data: pd.DataFrame) -> list[str]:
    """Lead from each territory to the front page about it, for a column of links."""
    return [
        f"{links.territory_address(links.HOME, row.territory, page.view.params)}"
        f"#{quote(typeset(row.name))}"
        for row in data.itertuples()
    ]


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
    pictures.draw(
        page,
        comparison_svg,
        {"compared": regions.comparison},
        key="comparaison",
        finding=words.standing(row, indicator, per, grain),
        rows=("comparaison",),
        filters=filters,
        indicator=indicator,
        per=per,
        chosen=chosen,
        front=_front(page),
    )
    zeros = int(((data["rate"] == 0) & ~is_chosen).sum())
    if left := words.left_out(zeros, int(data["rate"].isna().sum()), grain):
        st.caption(left)


def _of_the_view(page: Page, grain: Grain) -> str:
    """Give the territory of the grain that the common bar looks at, or that holds it."""
    place = page.place
    code = place.region if grain == "region" else place.department
    return str(Territory(level_of(grain), code)) if code else ""


def small_burn_ups(page: Page, grain: Grain) -> None:
    """Draw the rollout of each territory on the same axes."""
    data = page.ask(regions.burn_ups, grain=grain)
    drawn = data["name"].nunique()
    finding = words.burn_up_finding(drawn, grain)
    if data.empty:
        st.write(finding)
        return
    pictures.draw(
        page,
        burn_ups_svg,
        {"burn_ups": regions.burn_ups},
        key="courbes",
        finding=finding,
        rows=("courbes-territoires",),
        filters={"grain": grain},
        front=_front(page),
    )
    every = page.ask(regions.territories, grain=grain)
    if rest := words.burn_up_rest(len(every) - drawn, grain):
        st.caption(rest)


def slopes(page: Page, grain: Grain) -> None:
    """Draw what moved between a reference day and the day looked at."""
    since = _since(page, grain)
    filters = {"grain": grain, "since": since}
    data = page.ask(regions.slopes, **filters)
    if data.empty:
        st.write(words.NO_TERRITORY)
        return
    if (data["before"] == data["after"]).all():
        st.markdown(words.slope_finding(data, since, page.scope.as_of, grain))
        return
    pictures.draw(
        page,
        slopes_svg,
        {"slopes": regions.slopes},
        key="pentes",
        finding=words.slope_finding(data, since, page.scope.as_of, grain),
        rows=("evolution-territoires",),
        filters=filters,
        since=since,
        as_of=page.scope.as_of,
    )


def _usual_since(page: Page, grain: Grain) -> date:
    """Choose the latest anniversary since which something moved, that of a year ago if none."""
    as_of = page.scope.as_of
    years = range(1, as_of.year - PROGRAMME_START.year + 2)
    for since in (as_of - each * YEAR for each in years):
        data = page.ask(regions.slopes, grain=grain, since=since)
        if (data["before"] != data["after"]).any():
            return since
    return as_of - YEAR


def _since(page: Page, grain: Grain) -> date:
    """Offer the reference day: one that shows a change unless the address says."""
    as_of = page.scope.as_of
    first = PROGRAMME_START - timedelta(days=455)
    param = replace(params.SINCE, usual=_usual_since(page, grain), is_needed=False)
    since = filters.read(param)
    if not first <= since < as_of:
        filters.say_nonsense(param)
        since = param.usual
    st.date_input(
        "Date de référence",
        format="DD/MM/YYYY",
        min_value=min(first, since),
        max_value=as_of - timedelta(days=1),
        width=200,
        **filters.tied(param, since, lambda day: filters.put(param, day or param.usual)),
    )
    return since


def side_by_side(page: Page, chosen: tuple[str, ...]) -> None:
    """Put up to four territories beside what holds them and beside the median."""
    if not chosen:
        st.info(words.NONE_CHOSEN, icon=":material/add_circle:")
        return
    if len(chosen) == 1:
        st.info(words.ONLY_ONE, icon=":material/add_circle:")
    lists.show(
        compared(page, chosen),
        {"Indicateur": st.column_config.TextColumn(pinned=True)},
        alt="Territoires côte à côte",
        placeholder="—",
        height="content",
    )
    page.offer("cote-a-cote", chosen=chosen)
    names = page.ask(regions.territories, grain="region").set_index("territory")["name"]
    with st.container(horizontal=True):
        for territory in chosen:
            if territory in names:
                links.note(territory, printed.note_of(names[territory]), page.view.params)


def compared(page: Page, chosen: tuple[str, ...]) -> pd.DataFrame:
    """Lay out territories beside what holds them, a column each."""
    data = page.ask(regions.side_by_side, chosen=chosen)
    columns = {words.column(row): words.lines(row) for row in data.to_dict("records")}
    shown = pd.DataFrame(columns).replace("", None).dropna(how="all")
    return shown.rename_axis("Indicateur").reset_index()


def chosen(page: Page, grain: Grain) -> tuple[str, ...]:
    """Offer the territories to put side by side."""
    names = _names(page)
    asked = filters.read(params.COMPARED)
    if not names.keys() >= set(asked):
        filters.say_nonsense(params.COMPARED)
    shown = put_beside(page, grain, asked)
    filters.several(
        "Territoires à comparer",
        params.COMPARED,
        names,
        shown,
        max_selections=AT_MOST,
        placeholder="Choisir des régions ou des départements",
        help=f"Quatre au plus{NBSP}; leurs régions, la France et la médiane s’ajoutent.",
    )
    return shown


def _names(page: Page) -> dict[str, str]:
    listed = page.ask_plainly(territories.regions_and_departments)
    return {
        row.territory: f"{typeset(row.name)} ({_short(row.territory)})"
        for row in listed.itertuples()
    }


def put_beside(page: Page, grain: Grain, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Give the territories to put side by side: those asked for that there are, or the usual."""
    names = _names(page)
    known = tuple(dict.fromkeys(code for code in asked if code in names))[:AT_MOST]
    return known or _usual(page, grain)


def _short(territory: str) -> str:
    return "région" if territory.startswith("reg-") else territory.removeprefix("dep-")


def _usual(page: Page, grain: Grain) -> tuple[str, ...]:
    """Start from what the bar looks at, or from the two territories with most centres."""
    if here := _of_the_view(page, grain):
        return (here,)
    data = page.ask(regions.territories, grain=grain)
    return tuple(data["territory"].head(2))
