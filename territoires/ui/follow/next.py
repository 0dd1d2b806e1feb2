"""The parts of « Où ouvrir ensuite »: what the reader wishes, the map, what each town adds."""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from territoires.charts.siting import gains_svg, plan_map_figure
from territoires.charts.static_map import plan_map_svg
from territoires.domain import params
from territoires.domain.params import write_filters
from territoires.domain.scope import Perimeter
from territoires.domain.siting import InfeasibleError
from territoires.french import map as map_words
from territoires.french import siting as words
from territoires.french.definitions import defined
from territoires.french.numbers import number
from territoires.french.places import typeset
from territoires.queries import coverage, siting
from territoires.ui import filters, links, lists
from territoires.ui.follow import pictures, shared_map
from territoires.ui.follow.shared_map import Reach
from territoires.ui.page import Page

_STEP = 5
_BESIDE_THE_MAP = 520  # pixels
_CONSTRAINTS = (
    *(params.INCLUDE, params.EXCLUDE, params.PER_REGION, params.ACV_SHARE, params.FAVOURED),
)

Wishes = dict[str, Any]
"""What the reader wishes of the list, as `queries.siting.plan` takes it."""


def asked_wishes(page: Page) -> Wishes:
    """Read the wishes in the address."""
    said = {param.filter: filters.read(param) for param in params.WISHES}
    known = set(_candidates(page, said)["town_code"])
    for param in (params.INCLUDE, params.EXCLUDE):
        if not known.issuperset(said[param.filter]):
            filters.say_nonsense(param)
            said[param.filter] = param.usual
    return said


def _candidates(page: Page, wishes: Wishes) -> pd.DataFrame:
    asked = {each.filter: wishes[each.filter] for each in (params.LARGE, params.PRIOR)}
    return page.ask(siting.candidates, **asked)


def _is_apart(page: Page, wishes: Wishes) -> bool:
    """Tell whether towns of this territory are set aside for the seats that the Cnam had there."""
    return bool(_candidates(page, wishes)["prior_seat"].any())


def wishes_inputs(page: Page, reach: Reach, wishes: Wishes) -> None:
    """Show the controls; each writes the address, which is the only memory."""
    asks_of_them = page.ask(siting.asks_of_prior_seats)
    with st.container(key="reglages", horizontal=True, gap="medium", vertical_alignment="center"):
        filters.switch(
            words.PRIOR,
            params.PRIOR,
            wishes["with_prior"] or asks_of_them,
            is_inverse=True,
            disabled=asks_of_them,
            help=words.PRIOR_ASKED if asks_of_them else words.PRIOR_HELP,
        )
        opened = st.popover("Régler la liste", icon=":material/tune:", key="regler")
    with opened:
        filters.slider("Nombre de villes à choisir", params.TOWNS, wishes["count"])
        shared_map.radius_input(reach)
        shared_map.road_input(reach)
        filters.switch(
            words.LARGE,
            params.LARGE,
            wishes["with_large"],
            disabled=page.scope.perimeter is not Perimeter.ALL,
            help="Les ajoute aux candidates. Par défaut, seules le sont les villes des 222 sites "
            "Action cœur de ville (liste de mars 2018). Le périmètre de la barre du haut "
            f"l’emporte. {defined('Territoire et périmètre')}",
        )
        _constraints(page, wishes)


def _constraints(page: Page, wishes: Wishes) -> None:
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
                "choix des villes, jamais dans les nombres affichés. "
                f"{defined('Habitants proches d’un centre')}",
            )


def _town_inputs(page: Page, wishes: Wishes) -> None:
    candidates = _candidates(page, wishes)
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
        candidates = _candidates(page, wishes)
        names = dict(zip(candidates["town_code"], candidates["town"], strict=True))
        names |= dict(zip(candidates["region_code"], candidates["region"], strict=True))
        st.error(words.refusal(error, names), icon=":material/block:")
        return None


def answer(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> list[str]:
    """Say what the list brings, and what it becomes with the towns that are set aside."""
    apart = _is_apart(page, wishes)
    sentences = [words.finding(plan, page.scope, page.place, reach.near, apart=apart)]
    if len(plan):
        before = page.ask(coverage.covered, **reach.filters).coverage.share
        sentences.append(words.detail(plan, before or 0.0))
        if apart and (wider := _with_prior(page, reach, wishes)) is not None:
            sentences.append(words.with_prior(wider, plan))
    else:
        sentences.append(words.MORE)
    if 0 < len(plan) < wishes["count"]:
        sentences.append(words.fewer(wishes["count"], len(plan)))
    return sentences


def _with_prior(page: Page, reach: Reach, wishes: Wishes) -> pd.DataFrame | None:
    try:
        found = page.ask(siting.plan, **reach.filters | wishes | {params.PRIOR.filter: True})
    except InfeasibleError:
        return None
    return found


def plan_picture(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> str:
    """Draw the map of the page as SVG: the towns of the list by rank and name."""
    return pictures.framed(
        page.figure(
            plan_map_svg,
            {"plan": (siting.plan, reach.filters | wishes), "centres": (coverage.open_centres, {})},
            radius_km=reach.straight_km,
            sheet=pictures.sheet(page),
            label=_alt(page, reach, wishes, plan),
            territory=page.scope.territory,
        ),
        class_="plan",
    )


def _alt(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> str:
    apart = _is_apart(page, wishes)
    return words.finding(plan, page.scope, page.place, reach.near, apart=apart)


def map_and_gains(
    page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame, chosen: Any
) -> None:
    """Show the towns of the list on the map and, beside it, what each one adds, in their order."""
    asked = reach.filters | wishes
    left, right = st.columns([11, 10], gap="medium")
    with left:
        shared_map.town_map(
            page,
            plan_map_figure,
            {"plan": (siting.plan, asked), "centres": (coverage.open_centres, {})},
            key="carte_plan",
            alt=_alt(page, reach, wishes, plan),
            chosen=chosen,
            radius_km=reach.straight_km,
        )
        if chosen.empty:
            st.caption(words.MAP_KEY)
        else:
            shared_map.town_card(chosen, by_road=reach.by_road)
    with right:
        pictures.draw(
            page,
            gains_svg,
            {"plan": siting.plan},
            key="gains",
            finding=words.gains(plan),
            rows=("ou-ouvrir", "candidates"),
            filters=asked,
            width=_BESIDE_THE_MAP,
            sheet=pictures.sheet(page),
        )


def ticks(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> None:
    """List the towns that are chosen, ticked, and those that are left out, to tick."""
    shown = listed(page, reach, wishes, plan)
    if shown.empty:
        return
    chosen = plan["town_code"].tolist()
    codes = shown["town_code"].tolist()
    rows = list(range(len(chosen)))
    # A new name for each list: a grid takes ticks made elsewhere at birth only.
    name = f"liste_plan_{zlib.crc32(','.join([*chosen, '', *codes]).encode())}"

    def ticked() -> None:
        aside = _candidates(page, wishes)
        changed = after_ticks(
            wishes,
            codes,
            was=rows,
            now=st.session_state[name].selection.rows,
            aside=set(aside.loc[aside["set_aside"], "town_code"]),
        )
        for param in (params.INCLUDE, params.EXCLUDE):
            filters.put(param, changed[param.filter])

    st.header("Composer la liste", anchor="liste", divider="gray")
    st.caption(words.TICKS)
    columns = {
        "Rang": st.column_config.NumberColumn(width=55),
        "Ville": links.column(width=190),
        "Département": st.column_config.TextColumn(width=190),
        "De plus": st.column_config.NumberColumn(format="localized", width=110),
        "Couverts": st.column_config.NumberColumn(
            width=90,
            format="percent",
            help="Part de la population couverte une fois la ville ouverte",
        ),
        "Ce que l’on en sait": st.column_config.TextColumn(width=330),
    }
    written, columns = lists.with_shares(table(page, shown), columns, digits=1)
    st.dataframe(
        written,
        hide_index=True,
        key=name,
        alt="Villes à ouvrir, cochées, et villes écartées",
        height=shared_map.list_height(len(codes)),
        on_select=ticked,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows}},
        placeholder="—",
        column_config=columns,
    )
    page.offer("ou-ouvrir", **reach.filters | wishes)


def listed(page: Page, reach: Reach, wishes: Wishes, plan: pd.DataFrame) -> pd.DataFrame:
    """List the towns that are chosen, then those that are left out, with what is known of each."""
    chosen = plan.assign(known=plan["state"].map(map_words.state))
    left_out = _left_out(page, reach, wishes, plan["town_code"].tolist())
    return pd.concat([chosen, left_out], ignore_index=True)


def _left_out(page: Page, reach: Reach, wishes: Wishes, chosen: Collection[str]) -> pd.DataFrame:
    """List what the reader left out, what is doubtful, and what Île-de-France would bring in."""
    listed = _candidates(page, wishes)
    code, prior = listed["town_code"], listed["prior_seat"]
    by_reader = code.isin(wishes["exclude"])
    wider = _with_prior(page, reach, wishes) if prior.any() else None
    entering = prior & code.isin([] if wider is None else wider["town_code"])
    known = listed["state"].map(map_words.state)
    known = known.mask(prior, words.BEFORE_THE_PROGRAMME).mask(by_reader, words.LEFT_OUT)
    shown = by_reader | entering | (listed["set_aside"] & ~prior)
    return listed.assign(known=known)[shown & ~code.isin(chosen)]


def after_ticks(
    wishes: Mapping[str, Any],
    codes: Sequence[str],
    *,
    was: Iterable[int],
    now: Iterable[int],
    aside: Collection[str],
) -> dict[str, tuple[str, ...]]:
    """Turn the rows of `codes` that are ticked into what is asked for and what is left out.

    `aside`: the codes of the towns that are chosen only when they are asked for.
    """
    include, exclude = list(wishes["include"]), list(wishes["exclude"])
    for row in sorted(set(now) - set(was)):
        if codes[row] in exclude:
            exclude.remove(codes[row])
        if codes[row] in aside:
            include.append(codes[row])
    for row in sorted(set(was) - set(now)):
        if codes[row] in include:
            include.remove(codes[row])
        if codes[row] not in aside:
            exclude.append(codes[row])
    return {"include": tuple(include), "exclude": tuple(exclude)}


def table(page: Page, shown: pd.DataFrame) -> pd.DataFrame:
    """Lay out the towns of `listed`."""
    return pd.DataFrame(
        {
            "Rang": shown["rank"].astype("Int64").array,
            "Ville": links.sheets(shown, page.view.params),
            "Département": [typeset(name) for name in shown["department"]],
            "De plus": shown["marginal"].to_numpy(),
            "Couverts": shown["share"].to_numpy(dtype=float).round(3),
            "Ce que l’on en sait": shown["known"],
        }
    )


def notes(page: Page, reach: Reach, wishes: Wishes) -> None:
    """Say who is left out by default, and what must be known of the figures."""
    candidates = _candidates(page, wishes)
    apart = _is_apart(page, wishes)
    st.markdown(words.honesty(reach.radius_km, by_road=reach.by_road, apart=apart))
    found = page.ask(coverage.covered, **reach.filters)
    shared_map.notes(page, found, by_road=reach.by_road)
    st.caption(
        f"{number(len(candidates))} communes candidates. À égalité, la première dans l’ordre des "
        "codes INSEE. Un site de deux communes reçoit un seul centre. Liste gloutonne\u00a0: "
        "chaque ville est celle qui ajoute le plus à celles d’avant, ce qui n’est pas toujours la "
        "meilleure liste possible, mais s’en approche de très près."
    )
