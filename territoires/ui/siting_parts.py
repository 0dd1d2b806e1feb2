"""The parts of « Où ouvrir ensuite »: what the reader wishes, the list, the map, the curve."""

from typing import Any

import pandas as pd
import streamlit as st

from territoires.charts.map import STATE_MARKS
from territoires.charts.siting import PLANNED, gains_figure, plan_map_figure
from territoires.domain import params
from territoires.domain.params import write_filters
from territoires.domain.rollout import State
from territoires.domain.scope import Perimeter
from territoires.domain.siting import InfeasibleError
from territoires.french import map as map_words
from territoires.french import siting as words
from territoires.french.numbers import number
from territoires.french.places import typeset
from territoires.french.words import STATES
from territoires.queries import coverage, siting
from territoires.ui import filters, links, map_parts, parts
from territoires.ui.map_parts import Entry, Reach
from territoires.ui.page import Page

_STEP = 5
_CONSTRAINTS = (
    *(params.INCLUDE, params.EXCLUDE, params.PER_REGION, params.ACV_SHARE, params.FAVOURED),
)

Wishes = dict[str, Any]
"""What the reader wishes of the list, as `queries.siting.plan` takes it."""


def asked_wishes(page: Page) -> Wishes:
    """Read the wishes in the address."""
    said = {param.filter: filters.read(param) for param in params.WISHES}
    known = set(page.ask(siting.candidates, with_large=said["with_large"])["town_code"])
    for param in (params.INCLUDE, params.EXCLUDE):
        if not known.issuperset(said[param.filter]):
            filters.say_nonsense(param)
            said[param.filter] = param.usual
    return said


def wishes_inputs(page: Page, reach: Reach, wishes: Wishes) -> None:
    """Show the controls; each writes the address, which is the only memory."""
    with st.container(key="reglages", horizontal=True, gap="medium", vertical_alignment="bottom"):
        filters.slider("Nombre de villes à choisir", params.TOWNS, wishes["count"])
        map_parts.reach_inputs(reach)
        filters.switch(
            words.LARGE,
            params.LARGE,
            wishes["with_large"],
            disabled=page.scope.perimeter is not Perimeter.ALL,
            help="Les ajoute aux candidates. Par défaut, seules le sont les villes des 222 sites "
            "Action cœur de ville (liste de mars 2018). Le périmètre de la barre du haut "
            "l’emporte.",
        )
    constraints = st.expander(
        "Contraintes\u00a0: villes imposées ou écartées, régions, priorités",
        icon=":material/rule:",
        key="contraintes",
        expanded=bool(write_filters(_CONSTRAINTS, wishes)),
    )
    with constraints:
        _town_inputs(page, wishes)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            filters.slider(
                "Villes au moins dans chaque région", params.PER_REGION, wishes["min_per_region"]
            )
            share = wishes["min_acv_share"]
            if wishes["with_large"] or share:
                filters.slider(
                    "Part des villes Action cœur de ville, au moins (%)",
                    params.ACV_SHARE,
                    share,
                    step=1 if int(params.ACV_SHARE.write(share)) % _STEP else _STEP,
                )
            filters.switch(
                "Favoriser les départements sans centre",
                params.FAVOURED,
                wishes["favours_bare_departments"],
                help="Un habitant d’un département sans centre ouvert compte alors double dans le "
                "choix des villes, jamais dans les nombres affichés.",
            )


def _town_inputs(page: Page, wishes: Wishes) -> None:
    candidates = page.ask(siting.candidates, with_large=wishes["with_large"])
    labels = {
        row.town_code: f"{typeset(row.town)} ({row.department_code})"
        for row in candidates.itertuples()
    }
    ordered = dict(sorted(labels.items(), key=lambda each: each[1]))
    for label, param in (
        ("Villes imposées, dans cet ordre", params.INCLUDE),
        ("Villes écartées", params.EXCLUDE),
    ):
        filters.several(
            label, param, ordered, wishes[param.filter], placeholder="Nom d’une ville candidate"
        )


def planned(page: Page, reach: Reach, wishes: Wishes) -> Any:
    """Work out the list; when no list meets the wishes, say why and what to change: None."""
    try:
        return page.ask(siting.plan, **reach.filters, **wishes)
    except InfeasibleError as error:
        candidates = page.ask(siting.candidates, with_large=wishes["with_large"])
        names = dict(zip(candidates["town_code"], candidates["town"], strict=True))
        names |= dict(zip(candidates["region_code"], candidates["region"], strict=True))
        st.error(words.refusal(error, names), icon=":material/block:")
        return None


def headline(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> None:
    """Say what the list brings."""
    sentences = [words.finding(plan, page.place, reach.near)]
    if len(plan):
        before = page.ask(coverage.covered, **reach.filters).coverage.share
        sentences.append(words.detail(plan, before or 0.0))
    else:
        sentences.append(words.MORE)
    if 0 < len(plan) < wishes["count"]:
        sentences.append(words.fewer(wishes["count"], len(plan)))
    parts.headline(sentences)
    st.markdown(words.honesty(reach.radius_km, by_road=reach.by_road))


def map_and_list(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame, chosen: Any) -> None:
    """Show the towns of the list on the map and, beside it, in their order."""
    asked = reach.filters | wishes
    is_open = Entry(
        label=f"{STATES[State.OPEN]}, et ce qu’il couvre",
        colour=STATE_MARKS[State.OPEN].colour,
        symbol=map_words.STATE_SYMBOLS[State.OPEN],
    )
    to_open = Entry(
        label="Ville à ouvrir, avec son rang, et ce qu’elle couvrirait",
        colour=PLANNED.colour,
        symbol="❶",
    )
    shown = ((is_open, page.ask(coverage.open_centres)), (to_open, plan))
    map_parts.legend([entry for entry, rows in shown if len(rows)], title="Légende")
    left, right = st.columns([11, 9], gap="medium")
    with left:
        map_parts.town_map(
            page,
            plan_map_figure,
            {"plan": (siting.plan, asked), "centres": (coverage.open_centres, {})},
            key="carte_plan",
            alt=words.finding(plan, page.place, reach.near),
            chosen=chosen,
            radius_km=reach.straight_km,
        )
    with right:
        map_parts.town_list(
            _table(plan),
            plan["town_code"].tolist(),
            key="liste_plan",
            alt="Villes à ouvrir, dans l’ordre",
            columns={
                "Rang": st.column_config.NumberColumn(width=45),
                "Ville": map_parts.link_column(125),
                "Dép.": st.column_config.TextColumn(width=45),
                "De plus": st.column_config.NumberColumn(
                    format="localized",
                    width=85,
                    help="Habitants qu’elle rapprocherait d’un centre, et qui n’en ont ni d’ouvert "
                    "ni de proposé plus haut",
                ),
                "Cumul": st.column_config.NumberColumn(format="localized", width=90),
                "Couverts": st.column_config.NumberColumn(
                    width=70,
                    format="percent",
                    help="Part de la population couverte une fois la ville ouverte",
                ),
            },
        )
    page.show_rows("ou-ouvrir", key="plan", **asked)
    if not chosen.empty:
        map_parts.town_card(chosen, by_road=reach.by_road)


def _table(plan: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rang": plan["rank"].to_numpy(),
            "Ville": links.sheets(plan),
            "Dép.": plan["department_code"].tolist(),
            "De plus": plan["marginal"].to_numpy(),
            "Cumul": plan["cumulative"].to_numpy(),
            "Couverts": plan["share"].to_numpy(),
            "État": [map_words.state(state) for state in plan["state"]],
        }
    )


def gains(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> None:
    """Draw what each town adds."""
    asked = reach.filters | wishes
    page.draw(
        gains_figure,
        {"plan": siting.plan},
        key="gains",
        finding=words.gains(plan),
        rows=("ou-ouvrir", "candidates"),
        filters=asked,
    )


def notes(page: Page, reach: Reach, wishes: Wishes) -> None:
    """Say who is left out by default, and what must be known of the figures."""
    candidates = page.ask(siting.candidates, with_large=wishes["with_large"])
    aside = candidates[candidates["set_aside"] & ~candidates["town_code"].isin(wishes["include"])]
    if len(aside):
        st.info(
            words.set_aside(aside.to_dict("records"), {str(s): w for s, w in STATES.items()}),
            icon=":material/info:",
        )
    found = page.ask(coverage.covered, **reach.filters)
    map_parts.notes(page, found, by_road=reach.by_road)
    st.caption(
        f"{number(len(candidates))} communes candidates. À égalité, la première dans l’ordre des "
        "codes INSEE. Un site de deux communes reçoit un seul centre. Liste gloutonne\u00a0: "
        "chaque ville est celle qui ajoute le plus à celles d’avant, ce qui n’est pas toujours la "
        "meilleure liste possible, mais s’en approche de très près."
    )
