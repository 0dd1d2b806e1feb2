"""The three ways to look at the map and the coverage: points, territories, towns far away."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from territoires.charts.coverage import distances_svg, reach_svg
from territoires.charts.map import (
    area_classes,
    breaks,
    centres_map_figure,
    class_colours,
    distance_class,
    distance_edges,
    distance_marks,
    far_towns_map_figure,
    territories_map_figure,
)
from territoires.domain import params
from territoires.domain.coverage import Grain, level_of
from territoires.domain.rollout import State
from territoires.domain.scope import Level, Territory
from territoires.french import coverage as words
from territoires.french import map as map_words
from territoires.french.definitions import defined
from territoires.french.numbers import NBSP, number
from territoires.french.places import scoped, typeset
from territoires.queries import coverage, rollout
from territoires.queries.coverage import Covered
from territoires.ui import headline_and_foot as parts
from territoires.ui import links, lists
from territoires.ui.bar import change
from territoires.ui.filters import choice, read
from territoires.ui.follow import pictures, shared_map
from territoires.ui.follow.courses import fields
from territoires.ui.follow.legend import Entry, legend_of
from territoires.ui.follow.shared_map import Reach
from territoires.ui.page import Page, on_dark, plain

_VIEWS = {
    "points": "Points",
    "territoires": "Par territoire",
    "zones-blanches": "Zones blanches",
}
# What narrows one view alone.
_OF_VIEW: dict[str, tuple[params.Param[Any], ...]] = {
    "points": (params.OPENED_IN, params.FIELD, params.STATES),
    "territoires": (params.GRAIN, params.BY_SHARE),
}
_GRAINS = {"regions": "Régions", "departements": "Départements"}
_MEASURES = {"part": "Part couverte", "centres": "Centres par million"}
_BESIDE = [17, 9]  # a map, at least 560 pixels high on a desk, and its list
_DISTANCE_TEXT = ("●", "■", "◆", "▲")


def covered(page: Page, reach: Reach) -> Covered:
    """Count who is near a centre."""
    return page.ask(coverage.covered, **reach.filters)


def headline(page: Page, found: Covered, reach: Reach) -> None:
    """Say who is near a centre; where none is open, say so, where the nearest is and what to do."""
    parts.headline(answer(page, found, reach))
    if not found.open_here:
        near = parts.nearest(page, factor=reach.factor)
        parts.ways_out(page, page.ask(rollout.situation), near)


def answer(page: Page, found: Covered, reach: Reach) -> list[str]:
    """Give the sentence of the page; where no centre is open, what is nearest."""
    said = words.finding(
        found.coverage,
        page.scope,
        page.place,
        radius_km=reach.radius_km,
        by_road=reach.by_road,
    )
    if found.open_here:
        return [said]
    sentences = [words.nothing_here(page.place, page.scope.as_of)]
    if near := parts.nearest(page, factor=reach.factor):
        sentences.append(words.closest(near, by_road=reach.by_road))
    return [*sentences, said] if found.coverage.inhabitants else sentences


def figures(page: Page, found: Covered, reach: Reach) -> None:
    """Print what the coverage is for the towns of Action cœur de ville."""
    explained = (
        (
            "Liste de mars 2018, quelle que soit la date. Treize des 222 sites sont formés de deux "
            "communes\u202f: un site a un centre quand l’une d’elles en a un. "
            f"{defined('Territoire et périmètre')}"
        ),
        (
            "Distance au centre ouvert le plus proche, où qu’il soit en France. "
            f"{defined('Habitants proches d’un centre')}"
        ),
    )
    with st.container(key="chiffres", horizontal=True):
        for (label, value, detail), said in zip(
            figures_of(page, found, reach), explained, strict=True
        ):
            st.metric(
                label,
                value,
                delta=detail,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
                help=said,
            )


def figures_of(page: Page, found: Covered, reach: Reach) -> tuple[tuple[str, str, str], ...]:
    """Give the label, the value and the detail of each figure of the page."""
    towns = page.ask(coverage.acv_distances, factor=reach.factor)
    far = int((~(towns["km"] <= reach.radius_km)).sum())
    return (
        (
            "Sites Action cœur de ville avec un centre",
            number(found.acv_sites_with_centre),
            words.out_of(found.acv_sites, "site", "aucun site ici"),
        ),
        (
            f"Communes de ces sites à plus de {reach.radius_km}{NBSP}km",
            number(far),
            f"{words.out_of(len(towns), '', 'aucune ici')}, {words.way(by_road=reach.by_road)}",
        ),
    )


def view_input(page: Page) -> str:
    """Show the three views and read which one the address asks for.

    What it says of the others is looked at all the same: nonsense is told before it would serve.
    """
    view = choice("Vue", params.VIEW, _VIEWS, as_segments=True)
    for other in sorted(_OF_VIEW.keys() - {view}):
        for param in _OF_VIEW[other]:
            read(param, known=fields(page) if param is params.FIELD else None)
    return view


# Points


def points(page: Page, reach: Reach, chosen: Any, narrowed: Mapping[str, Any]) -> None:
    """Show every centre and town by its state, on the map and in the list beside it."""
    counts = _counts(page.ask(coverage.places, factor=reach.factor, **narrowed))
    shown = read(params.STATES)
    where = scoped(page.scope, page.place)
    finding = words.states(counts, f"{where} avec ces filtres" if narrowed else where)
    if narrowed:
        st.markdown(finding)
    shared_map.states_input(counts, shown)
    kept = {"states": shown, **narrowed}
    filters = {"factor": reach.factor, **kept}
    data = page.ask(coverage.places, **filters)
    left, right = st.columns(_BESIDE, gap="small")
    with left:
        shared_map.town_map(
            page,
            centres_map_figure,
            {"places": (coverage.places, filters)},
            key="carte",
            alt=plain(f"Carte. {finding}"),
            chosen=chosen,
            reach_km=reach.straight_km,
        )
        st.caption(map_caption(page, reach))
    with right:
        shared_map.town_card(chosen, by_road=reach.by_road)
        shared_map.town_list(
            places_table(page, data),
            data["town_code"].tolist(),
            key="liste",
            alt="Villes de la carte, dans l’ordre de la légende",
            columns={
                "": st.column_config.TextColumn(width=30),
                "Ville": links.column(width=155),
            },
        )
    page.show_rows("carte", key="carte", **kept)
    st.divider()
    _reach_curve(page, reach)


def map_caption(page: Page, reach: Reach) -> str:
    """Say what a map shows beside its marks."""
    said = []
    if len(page.ask(coverage.open_centres)):
        said.append(f"En vert clair\u00a0: {reach.near} d’un centre ouvert.")
    if page.scope.territory.level is not Level.COUNTRY:
        said.append("Hachures\u00a0: hors du territoire choisi.")
    if page.town:
        said.append(words.scope_note(page.place))
    return " ".join(said)


def _counts(data: pd.DataFrame) -> dict[State, int]:
    counts = data["state"].value_counts()
    return {state: int(counts.get(str(state), 0)) for state in State}


def places_table(page: Page, data: pd.DataFrame) -> pd.DataFrame:
    """Lay out the towns of the map, each with its symbol and its opening."""
    return pd.DataFrame(
        {
            "": [map_words.STATE_SYMBOLS[State(state)] for state in data["state"]],
            "Ville": links.sheets(data, page.view.params),
            "Ouverture": [
                map_words.since_briefly(on, basis)
                for on, basis in zip(data["happened_on"], data["basis"], strict=True)
            ],
        }
    )


def _reach_curve(page: Page, reach: Reach) -> None:
    filters = {"factor": reach.factor}
    radii = page.ask(coverage.by_radius, **filters)
    finding = words.reach(radii, radius_km=reach.radius_km)
    if not radii["inhabitants"].any():
        st.markdown(finding)
        return
    pictures.draw(
        page,
        reach_svg,
        {"radii": coverage.by_radius},
        key="rayons",
        finding=finding,
        rows=("couverture-par-rayon",),
        filters=filters,
        radius_km=reach.radius_km,
    )


# Territories


def territories(page: Page, reach: Reach) -> None:
    """Show regions or departments filled by class, and the same in a list."""
    with st.container(horizontal=True, gap="medium"):
        grain = choice("Maille", params.GRAIN, _GRAINS, as_segments=True)
        by_share = choice("Mesure", params.BY_SHARE, _MEASURES, as_segments=True)
    filters = {**reach.filters, "grain": grain}
    data = page.ask(coverage.by_territory, **filters)
    finding = words.territories(data, grain=grain, by_share=by_share, near=reach.near)
    st.markdown(finding)
    _classes_legend(
        data,
        grain=grain,
        by_share=by_share,
        measure=f"Part des habitants {reach.near}"
        if by_share
        else "Centres ouverts par million d’habitants",
    )
    left, right = st.columns(_BESIDE, gap="small")
    with left:
        shared_map.town_map(
            page,
            territories_map_figure,
            {"areas": (coverage.by_territory, filters)},
            key="carte_territoires",
            alt=plain(f"Carte. {finding}"),
            chosen=data.head(0),
            chooses=lambda code: change(terr=str(Territory(level_of(grain), code))),
            grain=grain,
            by_share=by_share,
            within=f"{reach.near} d’un centre",
        )
        st.caption("Cliquez sur un territoire pour ne regarder que lui.")
    with right:
        _territories_list(page, data, grain=grain, by_share=by_share, reach=reach)
    page.show_rows("couverture-par-territoire", key="territoires", **filters)


def _classes_legend(data: pd.DataFrame, *, grain: Grain, by_share: bool, measure: str) -> None:
    labels = map_words.classes(breaks(grain, by_share=by_share), is_share=by_share)
    colours = class_colours(len(labels))
    nothing = map_words.NO_INHABITANT if by_share else "aucun centre"
    _legend_of(
        area_classes(data, grain=grain, by_share=by_share),
        [(nothing, "", ""), *((*each, "") for each in zip(labels, colours, strict=True))],
        first=-1,
        title=f"{measure}\u202f; entre parenthèses, le nombre de territoires",
    )


def _legend_of(
    which: np.ndarray, styles: Iterable[tuple[str, str, str]], *, title: str, first: int = 0
) -> None:
    """Print the legend of classes, numbered from the `first`: label, colour and symbol of each."""
    entries = (
        Entry(label=label, count=int((which == place).sum()), colour=colour, symbol=symbol)
        for place, (label, colour, symbol) in enumerate(styles, first)
    )
    legend = legend_of(list(entries), title=title, on_dark=on_dark())
    pictures.show_framed(legend=legend)


def territories_table(
    page: Page, data: pd.DataFrame, *, grain: Grain, by_share: bool
) -> pd.DataFrame:
    """Lay out the territories, the most covered first, each with its numbers beside its rate."""
    column = "share" if by_share else "per_million"
    rows = data.sort_values([column, "inhabitants"], ascending=False)
    view = dict(page.view.params) | params.VIEW.said("territoires")
    names = [
        f"{links.territory_address(links.MAP, f'{level_of(grain)}-{code}', view)}#{typeset(name)}"
        for code, name in zip(rows["code"], rows["name"], strict=True)
    ]
    shown = {"Territoire": names, "Centres": rows["open"].to_numpy()}
    if by_share:
        shown["Part"] = rows["share"].to_numpy()
    else:
        shown["Par million"] = np.round(rows["per_million"].to_numpy(), 1)
    return pd.DataFrame(shown)


def _territories_list(
    page: Page, data: pd.DataFrame, *, grain: Grain, by_share: bool, reach: Reach
) -> None:
    columns = {
        "Territoire": links.column(width=190),
        "Centres": st.column_config.NumberColumn(width=65),
        "Par million": st.column_config.NumberColumn(format="localized", width=90),
        "Part": st.column_config.NumberColumn(
            format="percent",
            width=100,
            help=f"Part des habitants {reach.near} d’un centre",
        ),
    }
    lists.show(
        territories_table(page, data, grain=grain, by_share=by_share),
        columns,
        alt="Territoires, du plus au moins couvert",
        height=shared_map.list_height(len(data)),
        placeholder="–",
    )


# Far towns


def far_towns(page: Page, reach: Reach, chosen: Any) -> None:
    """Show how far each ACV town is from an open centre, the farthest first."""
    data = far_first(page, reach)
    finding = words.far_towns(data, radius_km=reach.radius_km, by_road=reach.by_road)
    st.markdown(finding)
    if data.empty:
        st.caption(
            "Choisissez un territoire plus large, ou la France entière, dans la barre du haut."
        )
        return
    _distance_legend(data, reach)
    left, right = st.columns(_BESIDE, gap="small")
    with left:
        shared_map.town_map(
            page,
            far_towns_map_figure,
            {"distances": (coverage.acv_distances, {"factor": reach.factor})},
            key="carte_zones",
            alt=plain(f"Carte. {finding}"),
            chosen=chosen,
            reach_km=reach.straight_km,
            radius_km=reach.radius_km,
        )
        st.caption(map_caption(page, reach))
    with right:
        shared_map.town_card(chosen, by_road=reach.by_road)
        shared_map.town_list(
            distances_table(page, data, reach),
            data["town_code"].tolist(),
            key="liste_zones",
            alt="Communes Action cœur de ville, de la plus éloignée à la plus proche",
            columns={
                "": st.column_config.TextColumn(width=30),
                "Ville": links.column(width=145),
                "km": st.column_config.NumberColumn(format="localized", width=55),
            },
        )
    page.show_rows("distances", key="zones", factor=reach.factor)
    kept = data[data["km"] <= map_words.FAR_KM]
    if len(kept) > 1:
        pictures.draw(
            page,
            distances_svg,
            {"distances": coverage.acv_distances},
            key="distances",
            finding=_sorted_finding(kept),
            rows=("distances",),
            filters={"factor": reach.factor},
            radius_km=reach.radius_km,
        )
        if len(kept) < len(data):
            st.caption(words.beyond_the_seas(len(data) - len(kept)))


def far_first(page: Page, reach: Reach) -> pd.DataFrame:
    """List the towns, the farthest first.

    Those that have no centre on their side of an ocean come last: no road is that long.
    """
    data = page.ask(coverage.acv_distances, factor=reach.factor)
    far = data["km"] > map_words.FAR_KM
    return pd.concat([data[~far], data[far]], ignore_index=True)


def _sorted_finding(kept: pd.DataFrame) -> str:
    last = kept.iloc[0]
    return (
        f"**De {map_words.km(kept['km'].iloc[-1])} à {map_words.km(last['km'])} "
        f"({typeset(last['town'])})**\u00a0: chaque point est une commune Action cœur de ville."
    )


def _distance_legend(data: pd.DataFrame, reach: Reach) -> None:
    labels = map_words.distance_classes(distance_edges(reach.radius_km))
    colours = (mark.colour for mark in distance_marks())
    _legend_of(
        distance_class(data, reach.radius_km),
        zip(labels, colours, _DISTANCE_TEXT, strict=True),
        title="Distance au centre ouvert le plus proche\u202f; entre parenthèses, le nombre de "
        "communes",
    )


def distances_table(page: Page, data: pd.DataFrame, reach: Reach) -> pd.DataFrame:
    """Lay out how far each town is from an open centre, and from which."""
    which = distance_class(data, reach.radius_km)
    far = data["km"] > map_words.FAR_KM
    return pd.DataFrame(
        {
            "": [_DISTANCE_TEXT[place] for place in which.tolist()],
            "Ville": links.sheets(data, page.view.params),
            "km": np.round(data["km"].where(~far), 1).to_numpy(),
            "Centre proche": [
                "aucun outre-mer" if is_far else typeset(name)
                for name, is_far in zip(data["nearest"], far, strict=True)
            ],
        }
    )
