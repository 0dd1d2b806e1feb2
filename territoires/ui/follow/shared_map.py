"""What the pages with a map share: filters in the address, a map to click on."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from territoires.charts.map import ASPECT, STATE_MARKS, with_reach, with_ring
from territoires.charts.sealed import SealedFigure
from territoires.domain import params
from territoires.domain.coverage import ROAD_FACTOR
from territoires.domain.rollout import State, quarter_of
from territoires.domain.scope import Perimeter
from territoires.french import coverage as words
from territoires.french import map as map_words
from territoires.french.charts import one_quarter
from territoires.french.definitions import defined
from territoires.french.numbers import NBSP, number
from territoires.french.places import typeset
from territoires.french.words import STATES
from territoires.queries import coverage, geography
from territoires.ui import filters, links, lists
from territoires.ui.bar import change
from territoires.ui.follow.courses import fields
from territoires.ui.page import Page
from territoires.ui.plotly_french import CONFIG

_LONGEST = 40
_TOWN = replace(params.TOWN, is_needed=False)
_LIST, _ROW = 560, 35  # pixels, as Streamlit draws a row
_FIRST_QUARTER = date(2019, 1, 1)
_OVER_A_QUARTER = timedelta(days=100)
# Plotly cannot keep its proportions in a column whose width it does not know: the page can.
SHAPE = (
    "<style>.stApp [class*='st-key-cadre_'] > [data-testid='stElementContainer'],.stApp "
    "[class*='st-key-cadre_'] [data-testid='stFullScreenFrame']:not(:fullscreen),.stApp "
    "[class*='st-key-cadre_'] [data-testid='stPlotlyChart']{height:auto !important;min-height:0 "
    f"!important;overflow:hidden;aspect-ratio:{ASPECT:.4f}}}</style>"
)


# Filters of a page in the address


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How near is near: `radius_km` as the reader says it, of ways `factor` times as long."""

    radius_km: int
    factor: float

    @property
    def by_road(self) -> bool:
        """Whether it is meant by road, which is estimated."""
        return self.factor > 1

    @property
    def straight_km(self) -> float:
        """The radius in a straight line."""
        return self.radius_km / self.factor

    @property
    def near(self) -> str:
        """Say it."""
        return words.within(self.radius_km, by_road=self.by_road)

    @property
    def filters(self) -> dict[str, Any]:
        """Give it as the queries take it."""
        return {"radius_km": self.radius_km, "factor": self.factor}


def asked_reach() -> Reach:
    """Read the radius in the address."""
    return Reach(radius_km=filters.read(params.RADIUS), factor=filters.read(params.ROAD))


def radius_input(reach: Reach) -> None:
    """Show the slider of the radius."""
    filters.slider(
        "Rayon par la route, estimé (km)" if reach.by_road else "Rayon à vol d’oiseau (km)",
        params.RADIUS,
        reach.radius_km,
        format=f"%d{NBSP}km",
    )


def road_input(reach: Reach) -> None:
    """Show the switch of the estimate by road."""
    filters.switch(
        "Estimer la distance par la route",
        params.ROAD,
        reach.factor,
        help=f"{words.ROAD_NOTE.format(factor=number(ROAD_FACTOR, 1))} "
        f"{defined('Habitants proches d’un centre')}",
    )


def quarter_input(page: Page) -> None:
    """Show the quarters since 2019: moving along them moves the date of the common bar."""
    today = page.view.today
    starts = [day.date() for day in pd.date_range(_FIRST_QUARTER, today, freq="QS")]

    def write(start: date) -> None:
        following = quarter_of(start + _OVER_A_QUARTER)
        end = following - timedelta(days=1)
        change(au="" if end >= today else end.isoformat())

    shown = max((start for start in starts if start <= page.scope.as_of), default=starts[0])
    st.select_slider(
        "Remonter le temps",
        starts,
        width=filters.CONTROL,
        format_func=one_quarter,
        help="Déplace la date «\u00a0Situation au\u00a0» à la fin du trimestre choisi\u202f; au "
        "dernier, elle est à aujourd’hui.",
        **filters.held("trimestre", shown, write),
    )


def narrowing_inputs(page: Page) -> dict[str, Any]:
    """Show what narrows the points, the year of opening and a field; give the filters chosen."""
    years = range(_FIRST_QUARTER.year, page.view.today.year + 1)
    with st.container(horizontal=True, gap="medium"):
        year = filters.choice(
            "Ouverture possible en",
            params.OPENED_IN,
            {"": "Toutes les années"} | {str(year): str(year) for year in years},
            width=200,
        )
        field = filters.choice("Filière proposée", params.FIELD, fields(page), width=250)
    return ({"opened_in": year} if year else {}) | ({"field": field} if field else {})


# The legend


def states_input(counts: Mapping[State, int], shown: tuple[str, ...]) -> None:
    """Show the legend, whose entries are switches: symbol in its colour, state, number."""
    listed = [state for state in map(State, params.STATE_WORDS.values()) if counts.get(state)]

    def write(chosen: Sequence[State]) -> None:
        kept = [state for state in listed if state in chosen]
        filters.put(params.STATES, () if len(kept) == len(listed) else tuple(map(str, kept)))

    st.pills(
        "Légende\u00a0: choisissez les états à montrer",
        listed,
        label_visibility="collapsed",
        selection_mode="multi",
        format_func=lambda state: words.state_choice(
            state, STATE_MARKS[state].colour, STATES[state], counts[state]
        ),
        **filters.held("etats_montres", [s for s in listed if not shown or str(s) in shown], write),
    )


# The map


def asked_town(page: Page, *, factor: float) -> Any:
    """Read the town that is chosen, as rows of PLACES: none when there is none."""
    code = filters.read(_TOWN).upper()
    found = page.ask(coverage.place_of, town_code=code, factor=factor)
    if code and found.empty:
        st.warning(words.no_town(html.escape(code[:_LONGEST])), icon=":material/link_off:")
    return found


def town_map(  # noqa: PLR0913 - what a map is made of
    page: Page,
    draw: Callable[..., Any],
    queries: Mapping[str, tuple[Callable[..., Any], Mapping[str, Any]]],
    *,
    key: str,
    alt: str,
    chosen: Any,
    reach_km: float | None = None,
    chooses: Callable[[str], None] | None = None,
    **options: Any,
) -> None:
    """Draw a map and show it; a click on a mark chooses its town unless `chooses` says otherwise.

    `queries` names the frames that the figure takes, each with its filters beside the scope.
    `chosen`: rows of PLACES, ringed. `reach_km`: the radius shaded around the open centres.
    """
    figure = page.figure(draw, queries, territory=page.scope.territory, **options).to_dict()
    if reach_km is not None:
        figure = with_reach(figure, page.ask(coverage.open_centres), reach_km)
    figure = with_ring(figure, chosen, on_dark=page.on_dark)
    show_map(figure, chooses or choose_town, key=key, alt=alt)


def show_map(figure: Any, chooses: Callable[[str], None], *, key: str, alt: str) -> None:
    """Show a map that keeps its proportions; a click gives `chooses` the code of its mark."""

    def clicked() -> None:
        points = st.session_state[key].selection.points
        codes = [point["customdata"] for point in points if point.get("customdata")]
        if codes:
            code = codes[0]
            chooses(str(code[0] if isinstance(code, list | tuple) else code))

    st.html(SHAPE)
    with st.container(key=f"cadre_{key}"):
        st.plotly_chart(
            SealedFigure(figure),
            key=key,
            config=CONFIG,
            alt=alt,
            on_select=clicked,
            selection_mode="points",
            height="stretch",
        )


def choose_town(code: str) -> None:
    """Choose a town by a click on the map: the list is drawn again with its row chosen."""
    filters.put(_TOWN, code)
    st.session_state["clics_carte"] = st.session_state.get("clics_carte", 0) + 1


def town_list(
    shown: Any, codes: Sequence[str], *, key: str, alt: str, columns: Mapping[str, Any]
) -> None:
    """Show the rows of a map, in the order given; choosing one rings its point.

    `shown`: the frame as it is to be read; `codes`: the town of each of its rows.
    """
    code = filters.read(_TOWN)
    row = codes.index(code) if code in codes else None
    # A new name each time the map is clicked: a grid takes a choice made elsewhere at birth only.
    name = f"{key}_{st.session_state.get('clics_carte', 0)}"

    def picked() -> None:
        rows = st.session_state[name].selection.rows
        filters.put(_TOWN, codes[rows[0]] if rows else "")

    lists.show(
        shown,
        columns,
        alt=alt,
        name=key,
        key=name,
        height=list_height(len(codes)),
        on_select=picked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [row] if row is not None else []}},
        placeholder="",
    )


def list_height(rows: int) -> int:
    """Give the height of a list beside a map (pixels): that of its rows, up to the map's."""
    return min(_LIST, _ROW * (rows + 1) + 2)


def town_card(chosen: Any, *, by_road: bool) -> None:
    """Say what is known of the town chosen, and lead to its sheet."""
    if chosen.empty:
        st.caption(
            "Cliquez sur un point de la carte ou sur une ligne de la liste pour en savoir plus."
        )
        return
    row = chosen.iloc[0].to_dict()
    with st.container(border=True, key="ville_choisie", gap="xsmall"):
        st.markdown(f"**{typeset(row['town'])}** ({typeset(row['department'])})")
        for each in chosen.to_dict("records"):
            st.markdown(_state_line(each))
        if row["nearest"] and row["nearest"] != row["town"]:
            st.markdown(
                f"Centre ouvert le plus proche\u00a0: {typeset(row['nearest'])}, à "
                f"{map_words.km(row['km'])} {words.way(by_road=by_road)}."
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            links.town(row["town_code"], "Voir sa fiche")
            st.button(
                "Fermer",
                icon=":material/close:",
                type="tertiary",
                on_click=filters.put,
                args=(_TOWN, ""),
            )


def _state_line(row: Mapping[str, Any]) -> str:
    state = State(row["state"])
    said = (
        f':color[{map_words.STATE_SYMBOLS[state]}]{{foreground="{STATE_MARKS[state].colour}"}} '
        f"{STATES[state]}"
    )
    when = map_words.since(row["happened_on"], row["basis"])
    return f"{said}\u00a0: {when}" if when else said


def notes(page: Page, found: Any, *, by_road: bool) -> None:
    """Print what must be known of the figures of the page."""
    said = [words.ROAD_NOTE.format(factor=number(ROAD_FACTOR, 1)) if by_road else words.CROW_NOTE]
    if page.scope.perimeter is not Perimeter.ALL:
        said.append(words.PERIMETER_NOTE)
    years = page.ask(geography.other_years)
    if len(years):
        said.append(words.other_years(years.to_dict("records")))
    if found.coverage.unlocated:
        said.append(words.unlocated(found.coverage))
    said.append("Contours\u00a0: IGN, ADMIN EXPRESS COG CARTO, simplifiés (Licence Ouverte 2.0).")
    st.caption(" ".join(said))
