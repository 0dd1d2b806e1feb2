"""The parts of « Où ouvrir ensuite »: what the reader wishes, the list, the map, the curve."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from territoires.charts.map import STATE_MARKS
from territoires.charts.siting import PLANNED, gains_figure, plan_map_figure
from territoires.domain.rollout import State
from territoires.domain.scope import Perimeter
from territoires.domain.siting import InfeasibleError
from territoires.french import map as map_words
from territoires.french import siting as words
from territoires.french.numbers import number
from territoires.french.places import typeset
from territoires.french.words import STATES
from territoires.queries import coverage, siting
from territoires.ui import links, map_parts, parts
from territoires.ui.map_parts import YES, Entry, Reach
from territoires.ui.page import Page, Rows

COUNT, INCLUDE, EXCLUDE = "villes", "imposees", "ecartees"
PER_REGION, ACV_SHARE, LARGE, FAVOUR = "par-region", "part-acv", "grandes", "sans-centre"
MOST_TOWNS, USUAL_TOWNS, MOST_PER_REGION = 50, 10, 3
_STEP = 5
_CENT = 100
_CONTROL = 340  # pixels: the width of a telephone


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the reader wishes of the list; `acv_percent` 0 to 100."""

    count: int
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    per_region: int
    acv_percent: int
    with_large: bool
    favours_bare: bool

    @property
    def filters(self) -> dict[str, Any]:
        """Give them as `queries.siting.plan` takes them."""
        return {
            "count": self.count,
            "include": self.include,
            "exclude": self.exclude,
            "min_per_region": self.per_region,
            "min_acv_share": self.acv_percent / _CENT,
            "with_large": self.with_large,
            "favours_bare_departments": self.favours_bare,
        }

    @property
    def params(self) -> dict[str, str]:
        """Give them as the address says them."""
        said = {
            COUNT: str(self.count) if self.count != USUAL_TOWNS else "",
            INCLUDE: ",".join(self.include),
            EXCLUDE: ",".join(self.exclude),
            PER_REGION: str(self.per_region or ""),
            ACV_SHARE: str(self.acv_percent or ""),
            LARGE: YES if self.with_large else "",
            FAVOUR: YES if self.favours_bare else "",
        }
        return {name: text for name, text in said.items() if text}


def asked_wishes(page: Page) -> Choices:
    """Read the wishes in the address."""
    with_large = map_parts.flag(LARGE)
    known = set(page.ask(siting.candidates, with_large=with_large)["town_code"])

    def codes(text: str) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys(text.upper().split(",")))
        if unknown := [code for code in wanted if code not in known]:
            raise ValueError(unknown)
        return wanted

    return Choices(
        count=map_parts.read_address(
            COUNT, map_parts.between(1, MOST_TOWNS), default=USUAL_TOWNS, example="20"
        ),
        include=map_parts.read_address(INCLUDE, codes, default=(), example="52448,79191"),
        exclude=map_parts.read_address(EXCLUDE, codes, default=(), example="78586"),
        per_region=map_parts.read_address(
            PER_REGION, map_parts.between(0, MOST_PER_REGION), default=0, example="1"
        ),
        acv_percent=map_parts.read_address(
            ACV_SHARE, map_parts.between(0, _CENT), default=0, example="75"
        ),
        with_large=with_large,
        favours_bare=map_parts.flag(FAVOUR),
    )


def wishes_inputs(page: Page, reach: Reach, choices: Choices) -> None:
    """Show the controls; each writes the address, which is the only memory."""
    with st.container(key="reglages", horizontal=True, gap="medium", vertical_alignment="bottom"):
        _slider("Nombre de villes à choisir", COUNT, 1, MOST_TOWNS, choices.count, USUAL_TOWNS)
        map_parts.reach_inputs(reach)
        _toggle(
            words.LARGE,
            LARGE,
            on=choices.with_large,
            disabled=page.scope.perimeter is not Perimeter.ALL,
            help_="Les ajoute aux candidates. Par défaut, seules le sont les villes des 222 sites "
            "Action cœur de ville (liste de mars 2018). Le périmètre de la barre du haut "
            "l’emporte.",
        )
    constraints = st.expander(
        "Contraintes\u00a0: villes imposées ou écartées, régions, priorités",
        icon=":material/rule:",
        key="contraintes",
        expanded=bool(choices.params.keys() - {COUNT, LARGE}),
    )
    with constraints:
        _town_inputs(page, choices)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            _slider(
                "Villes au moins dans chaque région",
                PER_REGION,
                0,
                MOST_PER_REGION,
                choices.per_region,
                0,
            )
            if choices.with_large or choices.acv_percent:
                _slider(
                    "Part des villes Action cœur de ville, au moins (%)",
                    ACV_SHARE,
                    0,
                    _CENT,
                    choices.acv_percent,
                    0,
                    step=_STEP if choices.acv_percent % _STEP == 0 else 1,
                )
            _toggle(
                "Favoriser les départements sans centre",
                FAVOUR,
                on=choices.favours_bare,
                help_="Un habitant d’un département sans centre ouvert compte alors double dans le "
                "choix des villes, jamais dans les nombres affichés.",
            )


def _slider(  # noqa: PLR0913, PLR0917 - a label, a name, two bounds, what is, what is usual
    label: str, name: str, least: int, most: int, shown: int, usual: int, *, step: int = 1
) -> None:
    def moved() -> None:
        value = st.session_state[f"choix_{name}"]
        map_parts.write_address(name, "" if value == usual else str(value))

    st.session_state[f"choix_{name}"] = shown
    st.slider(label, least, most, step=step, key=f"choix_{name}", on_change=moved, width=_CONTROL)


def _toggle(label: str, name: str, *, on: bool, help_: str, disabled: bool = False) -> None:
    def switched() -> None:
        map_parts.write_address(name, YES if st.session_state[f"choix_{name}"] else "")

    st.session_state[f"choix_{name}"] = on
    st.toggle(
        label,
        key=f"choix_{name}",
        on_change=switched,
        help=help_,
        disabled=disabled,
    )


def _town_inputs(page: Page, choices: Choices) -> None:
    candidates = page.ask(siting.candidates, with_large=choices.with_large)
    labels = {
        row.town_code: f"{typeset(row.town)} ({row.department_code})"
        for row in candidates.itertuples()
    }
    ordered = sorted(labels, key=labels.__getitem__)
    for label, name, shown in (
        ("Villes imposées, dans cet ordre", INCLUDE, choices.include),
        ("Villes écartées", EXCLUDE, choices.exclude),
    ):
        _towns(label, name, ordered, shown, labels)


def _towns(
    label: str, name: str, codes: list[str], shown: tuple[str, ...], labels: dict[str, str]
) -> None:
    def chosen() -> None:
        map_parts.write_address(name, ",".join(st.session_state[f"choix_{name}"]))

    st.session_state[f"choix_{name}"] = list(shown)
    st.multiselect(
        label,
        codes,
        key=f"choix_{name}",
        format_func=labels.__getitem__,
        placeholder="Nom d’une ville candidate",
        on_change=chosen,
    )


def planned(page: Page, reach: Reach, choices: Choices) -> Any:
    """Work out the list; when no list meets the wishes, say why and what to change: None."""
    try:
        return page.ask(siting.plan, radius_km=reach.straight_km, **choices.filters)
    except InfeasibleError as error:
        candidates = page.ask(siting.candidates, with_large=choices.with_large)
        names = dict(zip(candidates["town_code"], candidates["town"], strict=True))
        names |= dict(zip(candidates["region_code"], candidates["region"], strict=True))
        st.error(words.refusal(error, names), icon=":material/block:")
        return None


def headline(page: Page, reach: Reach, choices: Choices, plan: pd.DataFrame) -> None:
    """Say what the list brings."""
    sentences = [words.finding(plan, page.place, reach.near)]
    if len(plan):
        before = page.ask(coverage.covered, radius_km=reach.straight_km).coverage.share
        sentences.append(words.detail(plan, before or 0.0))
    else:
        sentences.append(words.MORE)
    if 0 < len(plan) < choices.count:
        sentences.append(words.fewer(choices.count, len(plan)))
    parts.headline(sentences)
    st.markdown(words.honesty(reach.radius_km, by_road=reach.by_road))


def map_and_list(
    page: Page, reach: Reach, choices: Choices, plan: pd.DataFrame, chosen: Any
) -> None:
    """Show the towns of the list on the map and, beside it, in their order."""
    filters = {"radius_km": reach.straight_km} | choices.filters
    map_parts.legend(
        [
            Entry(
                label=f"{STATES[State.OPEN]}, et ce qu’il couvre",
                colour=STATE_MARKS[State.OPEN].colour,
                symbol=map_words.STATE_SYMBOLS[State.OPEN],
            ),
            Entry(
                label="Ville à ouvrir, avec son rang, et ce qu’elle couvrirait",
                colour=PLANNED.colour,
                symbol="❶",
            ),
        ],
        title="Légende",
    )
    left, right = st.columns([11, 9], gap="medium")
    with left:
        map_parts.town_map(
            page,
            plan_map_figure,
            {"plan": (siting.plan, filters), "centres": (coverage.open_centres, {})},
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
        page.downloads("ou-ouvrir", params=reach.params | choices.params)
    if not chosen.empty:
        map_parts.town_card(chosen, by_road=reach.by_road)


def _table(plan: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rang": plan["rank"].to_numpy(),
            "Ville": [
                links.town_address(code, typeset(town))
                for code, town in zip(plan["town_code"], plan["town"], strict=True)
            ],
            "Dép.": plan["department_code"].tolist(),
            "De plus": plan["marginal"].to_numpy(),
            "Cumul": plan["cumulative"].to_numpy(),
            "Couverts": plan["share"].to_numpy(),
            "État": [map_words.state(state) for state in plan["state"]],
        }
    )


def gains(page: Page, reach: Reach, choices: Choices, plan: pd.DataFrame) -> None:
    """Draw what each town adds."""
    filters = {"radius_km": reach.straight_km} | choices.filters
    page.draw(
        gains_figure,
        {"plan": siting.plan},
        key="gains",
        finding=words.gains(plan),
        rows=(
            Rows(
                title="Villes à ouvrir, dans l’ordre",
                query=siting.plan,
                export="ou-ouvrir",
                filters=filters,
                params=reach.params | choices.params,
            ),
            Rows(
                title="Villes candidates",
                query=siting.candidates,
                export="candidates",
                filters={"with_large": choices.with_large},
                params={LARGE: YES} if choices.with_large else {},
            ),
        ),
        filters=filters,
    )


def notes(page: Page, reach: Reach, choices: Choices) -> None:
    """Say who is left out by default, and what must be known of the figures."""
    candidates = page.ask(siting.candidates, with_large=choices.with_large)
    aside = candidates[candidates["set_aside"] & ~candidates["town_code"].isin(choices.include)]
    if len(aside):
        st.info(
            words.set_aside(aside.to_dict("records"), {str(s): w for s, w in STATES.items()}),
            icon=":material/info:",
        )
    found = page.ask(coverage.covered, radius_km=reach.straight_km)
    map_parts.notes(page, found, by_road=reach.by_road)
    st.caption(
        f"{number(len(candidates))} communes candidates. À égalité, la première dans l’ordre des "
        "codes INSEE. Un site de deux communes reçoit un seul centre. Liste gloutonne\u00a0: "
        "chaque "
        "ville est celle qui ajoute le plus à celles d’avant, ce qui n’est pas toujours la "
        "meilleure "
        "liste possible, mais s’en approche de très près."
    )
