"""The parts of a town's sheet, in the order in which it prints them."""

from datetime import date
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from territoires.charts import svg
from territoires.charts.palette import OPEN
from territoires.charts.static_map import catchment_svg
from territoires.charts.timeline import timeline_svg
from territoires.domain import address, params
from territoires.domain.rollout import State
from territoires.domain.scope import FRANCE, Level, Territory
from territoires.domain.siting import Worth
from territoires.domain.town import TownSheet
from territoires.french import courses as course_words
from territoires.french import printed
from territoires.french import town as words
from territoires.french.exports import TITLES
from territoires.french.map import FAR_KM, STATE_SYMBOLS, km
from territoires.french.numbers import NBSP, literal
from territoires.french.places import typeset
from territoires.french.search import HELP
from territoires.french.typography import typeset_text
from territoires.queries import announcements, bounds, coverage, siting, town_history, town_sheet
from territoires.queries.exports import EXPORTS
from territoires.queries.search import Found
from territoires.ui import links, search, tables
from territoires.ui.bar import present_town
from territoires.ui.follow import pictures
from territoires.ui.page import Page, plain

_FIGURES: Final[dict[str, tuple[str, ...]]] = {
    "formations-ville": (
        *("title", "credential", "level", "mode", "cpf", "centre", "offered", "starts_on_text"),
        *("source", "source_url"),
    ),
    "effectifs-ville": (),
    "totaux-publies-ville": (
        *("indicator", "value", "qualifier", "published_on", "title", "source", "source_url"),
    ),
}
_TYPED, _SHOWN = "ville_cherchee", "ville_montree"
_HALF: Final = 520  # pixels: what stands beside the map


def asked_town(page: Page) -> str:
    """Give the code of the town that the address asks for, or nothing.

    The address is the only memory: a link, the Back button and the box all end there. Without one,
    the town that the common bar looks at is shown.
    """
    code = st.query_params.get(links.TOWN_PARAM, "").strip().upper()
    if links.SORT_PARAM in st.query_params:  # served the table that the reader comes from
        del st.query_params[links.SORT_PARAM]
    if st.session_state.get(_SHOWN, code) != code:
        st.session_state[_TYPED] = ""
        if code:
            # A link from a page to itself changes what the server knows, not the browser's
            # address: it is said again, and the browser ignores what it has already.
            st.query_params[links.TOWN_PARAM] = code
    st.session_state[_SHOWN] = code
    return present_town(page.url, page.seen, code) if code else page.town


def town_box(page: Page, label: str) -> None:
    """Show the box that finds a town."""

    def take(found: Found) -> None:
        st.query_params[links.TOWN_PARAM] = found.asked.code
        st.session_state[_TYPED] = ""

    def typed() -> None:
        found = search.meant(page.ask_plainly, st.session_state[_TYPED])
        if len(found) == 1:
            take(found[0])

    text = search.box(
        label, key=_TYPED, width=300, on_change=typed, help=HELP, label_visibility="collapsed"
    )
    if text:
        search.choose(page.ask_plainly, text, key=_TYPED, take=take, is_sure=False)


def open_first(towns: pd.DataFrame) -> pd.DataFrame:
    """Put towns, by name already, in the order of the legend: those that are open first."""
    places = {str(state): place for place, state in enumerate(State)}
    return towns.loc[towns["state"].map(places).sort_values(kind="stable").index]


def head(page: Page, sheet: TownSheet) -> None:
    """Print the name of the town with its state, where it is, and what surrounds the state."""
    state, title, lead = answered(page, sheet)
    with st.container(key="fiche", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(words.located(sheet))
            town_box(page, "Changer de ville")
        with st.container(key=f"etat_{state}"):
            st.title(title, anchor=False)
        st.markdown("\n\n".join(lead))
        st.html(ways_to_act(page, sheet.code))


def ways_to_act(page: Page, code: str) -> str:
    """Write the links to the printed sheet of a town, and to the form that completes it."""
    paper = f'<a href="/fiche/{code}.pdf{escape(page.query)}">{printed.PDF}</a>'
    return f'<p class="issues">{paper} {links.way_to_report(code, words.KNOW_MORE)}</p>'


def answered(page: Page, sheet: TownSheet) -> tuple[State, str, list[str]]:
    """Give the state of the town, the title that says it, and what surrounds it."""
    day = page.scope.as_of
    near = None if sheet.centres else page.ask(town_sheet.nearest_one, town=sheet.code)
    said, lead = words.answer(
        sheet, near, day=day, today=page.view.today, known_at=page.scope.known_at
    )
    state, name = _state(sheet, day), literal(typeset(sheet.place.name))
    return state, f"{name}{NBSP}: **{STATE_SYMBOLS[state]} {said}**", lead


def _state(sheet: TownSheet, day: date) -> State:
    """Give the state of a town: of its centres, the one that comes first in the legend."""
    order = list(State)
    states = [centre.state(day) for centre in sheet.centres]
    return min(states, key=order.index, default=State.NOTHING_KNOWN)


def worth(page: Page, sheet: TownSheet) -> None:
    """Say what the centre brings to those around it, or what one would bring."""
    if not sheet.is_located:
        return
    found, title, cells = worth_of(page, sheet)
    st.header(title, anchor=False)
    st.html(cells)
    if found.rank:
        links.go("ou-ouvrir", "Où ouvrir ensuite", icon=":material/arrow_forward:")


def worth_of(page: Page, sheet: TownSheet) -> tuple[Worth, str, str]:
    """Give what a centre brings, how it is called, and its figures written."""
    state, found = _state(sheet, page.scope.as_of), worth_found(page, sheet)
    colour = OPEN if state is State.OPEN else svg.TEXT
    cells = [(colour, value, caption) for value, caption in words.worth(found, state)]
    return found, words.worth_title(state), pictures.figures(cells)


def worth_found(page: Page, sheet: TownSheet) -> Worth:
    """Ask what a centre brings, or would bring, to those around the town."""
    return page.ask(siting.worth, town=sheet.code, radius_km=params.RADIUS.usual)


def brief(sheet: TownSheet) -> None:
    """List what else is known of the town."""
    st.header("En bref", anchor=False)
    lines = "".join(
        f"<div><dt>{escape(name)}</dt> <dd>{escape(value)}</dd></div> "
        for name, value in words.brief(sheet)
    )
    st.html(f'<dl class="bref">{lines}</dl>')
    for centre in sheet.centres:
        if centre.note:
            st.markdown(f"*Remarque{NBSP}:* {literal(typeset_text(centre.note))}")


def timeline(page: Page, sheet: TownSheet) -> None:
    """Draw the stages, with the competing dates one click away."""
    promised = page.ask(announcements.of_town, town=sheet.code)
    if not sheet.centres and promised.empty:
        return
    finding, drawn = timeline_of(page, sheet)
    st.header(words.TIMELINE, anchor=False)
    if not drawn:
        st.markdown(finding)
        return
    st.caption(finding)
    pictures.show_framed(*drawn)
    if len(promised):
        st.markdown(" ".join(map(words.promise, promised.to_dict("records"))))
    page.show_rows("etapes", "pas-avant-ville", "annonces-ville", key="frise", town=sheet.code)


def timeline_of(
    page: Page, sheet: TownSheet, draw: pictures.Draw = pictures.for_both
) -> tuple[str, tuple[str, ...]]:
    """Give what the stages of a town come to, and their pictures; none where nothing is said."""
    found = page.ask(town_sheet.stages, town=sheet.code)
    retained = int(found["retained"].sum())
    finding = words.timeline(
        len(sheet.centres), retained, len(found) - retained, day=page.scope.as_of
    )
    if found.empty and page.ask(announcements.of_town, town=sheet.code).empty:
        return finding, ()
    return finding, draw(
        page,
        timeline_svg,
        {
            "stages": (town_sheet.stages, {"town": sheet.code}),
            "bounds": (bounds.of_town, {"town": sheet.code}),
            "announced": (announcements.of_town, {"town": sheet.code}),
        },
        width=_HALF,
        as_of=page.scope.as_of,
        label=plain(finding),
    )


def around(page: Page, sheet: TownSheet) -> None:
    """Draw the town among its nearest centres; list them, and the towns of the department."""
    near, beyond = near_centres(page, sheet)
    others = page.ask(town_sheet.neighbours, town=sheet.code)
    st.header(words.around(sheet), anchor=False)
    if sheet.is_located:
        pictures.show_framed(*catchment_of(page, sheet))
        st.caption(words.catchment_marks(is_any_open=len(page.ask(coverage.open_centres)) > 0))
    st.markdown(words.near_finding(len(near), beyond))
    _ways(near, State.OPEN)
    st.markdown(words.neighbours_finding(len(others), sheet))
    _ways(others)
    page.show_rows("centres-proches", "villes-voisines", key="proches", town=sheet.code)


def near_centres(page: Page, sheet: TownSheet) -> tuple[pd.DataFrame, int]:
    """Give the nearest centres, and how many more are on another side of an ocean."""
    every = page.ask(town_sheet.nearest_centres, town=sheet.code)
    near = every[every["km"] <= FAR_KM]
    return near, len(every) - len(near)


def catchment_of(
    page: Page, sheet: TownSheet, draw: pictures.Draw = pictures.for_both
) -> tuple[str, ...]:
    """Draw the town among its nearest centres."""
    return draw(
        page,
        catchment_svg,
        {
            "place": (coverage.place_of, {"town_code": sheet.code}),
            "centres": (coverage.open_centres, {}),
            "near": (town_sheet.nearest_centres, {"town": sheet.code}),
        },
        radius_km=params.RADIUS.usual,
        sheet=pictures.sheet(page),
        label=words.catchment(sheet, near_centres(page, sheet)[0]),
        width=_HALF,
        class_="plan",
    )


def _ways(towns: pd.DataFrame, state: State | None = None) -> None:
    """Lead to towns, each with its state, unless all have one, and its distance."""
    with st.container(horizontal=True, gap="small"):
        for row in towns.itertuples():
            its = state or State(row.state)
            far = f" · {km(row.km)}" if row.km == row.km else ""
            said = "" if state else f" · {words.SHORT[its]}"
            label = f"{STATE_SYMBOLS[its]} {typeset(row.town)}{far}{said}"
            links.town(row.town_code, label, icon=None)


def figures(page: Page, sheet: TownSheet) -> None:
    """List courses, headcounts and published figures, where there are any."""
    missing = []
    for export, columns in _FIGURES.items():
        title, found = TITLES[export], page.ask(EXPORTS[export].query, town=sheet.code)
        if found.empty:
            missing.append(title.casefold())
            continue
        st.header(title, anchor=False)
        tables.show(found, alt=title, columns=columns or None)
        page.offer(export, town=sheet.code)
    if left := page.ask(town_sheet.left_out, town=sheet.code):
        st.caption(course_words.left_out(left))
    if sheet.centres and missing:
        st.caption(f"Non renseigné pour cette ville\u00a0: {', '.join(missing)}.")


def history(page: Page, sheet: TownSheet) -> None:
    """Offer every version of everything that is said of the town."""
    if not sheet.centres and page.ask(town_sheet.figures, town=sheet.code).empty:
        return
    st.header("Sources et historique", anchor=False)
    st.caption(
        "Chaque valeur, chaque version\u00a0: ce qui est dit, d’après quelle source, enregistré "
        "par qui et quand, remplacé par quoi et pourquoi. Un effectif corrigé plus de "
        f"{town_history.MOST} fois n’a que ses dernières valeurs."
    )
    opened = st.expander(
        "Voir les sources et l’historique",
        key="historique",
        on_change="rerun",
        icon=":material/history:",
    )
    page.offer("historique-ville", town=sheet.code)
    if opened.open:
        with opened:
            tables.show(
                page.ask(town_history.history, town=sheet.code), alt="Sources et historique"
            )


def ways_out(page: Page, sheet: TownSheet) -> None:
    """Lead to the map, the department, the region, the comparison of regions."""
    place = sheet.place
    department = str(Territory(Level.DEPARTMENT, place.department))
    region = str(Territory(Level.REGION, place.region))
    st.html(ways_to_act(page, sheet.code))  # on a telephone, whose first screen has no room for it
    with st.container(key="issues", horizontal=True):
        # All of France: the town is found on the map whatever the bar was looking at.
        links.go(
            links.MAP,
            "Voir sur la carte",
            icon=":material/map:",
            **{address.TERRITORY: str(FRANCE), links.TOWN_PARAM: sheet.code},
        )
        links.go(
            links.HOME, typeset(place.department_name), icon=":material/flag:", terr=department
        )
        links.go(links.HOME, typeset(place.region_name), icon=":material/flag:", terr=region)
        links.go(links.REGIONS, "Comparer les régions", icon=":material/bar_chart:", terr=region)
