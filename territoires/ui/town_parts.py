"""The parts of a town's sheet, in the order in which it prints them."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from territoires.charts.map import catchment_figure, with_reach, with_ring
from territoires.charts.timeline import timeline_figure
from territoires.domain import address, params
from territoires.domain.rollout import State
from territoires.domain.scope import FRANCE, Level, Territory
from territoires.domain.town import TownSheet
from territoires.french import courses as course_words
from territoires.french import town as words
from territoires.french.exports import TITLES
from territoires.french.map import FAR_KM, STATE_SYMBOLS
from territoires.french.numbers import literal
from territoires.french.places import typeset
from territoires.french.search import HELP
from territoires.french.typography import typeset_text
from territoires.queries import bounds, coverage, town_history, town_sheet
from territoires.queries.exports import EXPORTS
from territoires.queries.search import Found
from territoires.ui import links, map_parts, search, tables
from territoires.ui.bar import present_town
from territoires.ui.page import Page, on_dark

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


def town_box(page: Page) -> str:
    """Show the box that finds a town, and give the code that the address asks for (or nothing).

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
    if code:
        code = present_town(page.url, page.seen, code)

    def take(found: Found) -> None:
        st.query_params[links.TOWN_PARAM] = found.asked.code
        st.session_state[_TYPED] = ""

    def typed() -> None:
        found = search.meant(page.ask_plainly, st.session_state[_TYPED])
        if len(found) == 1:
            take(found[0])

    text = search.box("Chercher une ville", key=_TYPED, on_change=typed, help=HELP)
    if text:
        search.choose(page.ask_plainly, text, key=_TYPED, take=take, is_sure=False)
    territory = page.scope.territory
    return code or (territory.code if territory.level is Level.TOWN else "")


def head(page: Page, sheet: TownSheet) -> None:
    """Print the name of the town, where it is, and its state in a sentence per centre."""
    day, place = page.scope.as_of, sheet.place
    with st.container(key="fiche", gap="small"):
        st.header(typeset(place.name), anchor=False)
        st.caption(words.located(sheet))
        if not sheet.centres:
            near = page.ask(town_sheet.nearest_one, town=place.territory.code)
            _lines(
                State.NOTHING_KNOWN,
                words.no_centre(
                    sheet, near, day=day, today=page.view.today, known_at=page.scope.known_at
                ),
            )
        for centre in sheet.centres:
            if len(sheet.centres) > 1:
                st.markdown(f"**{literal(typeset(centre.name))}**")
            _lines(centre.state(day), words.state_sentences(centre, day))


def _lines(state: State, sentences: Sequence[str]) -> None:
    first, *rest = sentences
    st.markdown(f"### {STATE_SYMBOLS[state]} {first}")
    if rest:
        st.markdown(" ".join(rest))


def facts(sheet: TownSheet) -> None:
    """Print what the town is, in a row of small cards."""
    site, detail = words.site(sheet)
    cards = [
        ("Habitants", *words.inhabitants(sheet)),
        ("Site Action cœur de ville", site, detail),
    ]
    if sheet.intercommunality:
        cards.append(("Intercommunalité", typeset(sheet.intercommunality), ""))
    for centre in sheet.centres:
        cards += words.cards(centre)
    with st.container(key="cartes", horizontal=True, gap="small"):
        for title, value, small in cards:
            with st.container(border=True, gap=None, height="stretch"):
                st.caption(title)
                st.markdown(f"**{literal(value)}**")
                if small:
                    st.caption(literal(small))
    for centre in sheet.centres:
        if centre.note:
            st.markdown(f"*Remarque\u00a0:* {literal(typeset_text(centre.note))}")


def timeline(page: Page, sheet: TownSheet) -> None:
    """Draw the stages, with the competing dates one click away."""
    code = sheet.place.territory.code
    found = page.ask(town_sheet.stages, town=code)
    if not sheet.centres:
        return
    retained = int(found["retained"].sum())
    finding = words.timeline(
        len(sheet.centres),
        retained,
        len(found) - retained,
        len(page.ask(bounds.of_town, town=code)),
        day=page.scope.as_of,
    )
    st.subheader("Frise des étapes", anchor=False)
    if found.empty:
        st.markdown(finding)
        return
    page.draw(
        timeline_figure,
        {"stages": town_sheet.stages, "bounds": bounds.of_town},
        key="frise",
        finding=finding,
        rows=("etapes", "pas-avant-ville"),
        filters={"town": code},
        as_of=page.scope.as_of,
    )
    rivals = found[~found["retained"]]
    if len(rivals):
        with st.expander(f"Dates concurrentes ({len(rivals)})", icon=":material/compare_arrows:"):
            tables.show(
                rivals,
                alt="Dates concurrentes",
                columns=("kind", "happened_on", "source", "note", "source_url"),
            )


def around(page: Page, sheet: TownSheet) -> None:
    """List the nearest open centres and the followed towns of the department, side by side."""
    code = sheet.place.territory.code
    every = page.ask(town_sheet.nearest_centres, town=code)
    near = every[every["km"] <= FAR_KM]
    others = page.ask(town_sheet.neighbours, town=code)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Centres ouverts les plus proches", anchor=False)
        st.caption(words.near_finding(len(near), len(every) - len(near)))
        if sheet.is_located:
            _catchment(page, code, words.catchment(sheet, near))
        for row in near.itertuples():
            _way(
                row.town_code,
                f"{typeset(row.town)} ({typeset(row.department)})",
                row.km,
                state=State.OPEN,
            )
        if len(near):
            page.show_rows("centres-proches", key="proches", town=code)
    with right:
        st.subheader("Dans le département", anchor=False)
        st.caption(words.neighbours_finding(len(others), sheet))
        for row in others.itertuples():
            _way(row.town_code, typeset(row.town), row.km, state=State(row.state))
        if len(others):
            page.show_rows("villes-voisines", key="voisines", town=code)


def _catchment(page: Page, code: str, alt: str) -> None:
    """Draw the town among its nearest centres; a click on one opens its sheet."""
    drawing = page.figure(
        catchment_figure,
        {
            "place": (coverage.place_of, {"town_code": code}),
            "centres": (coverage.open_centres, {}),
            "near": (town_sheet.nearest_centres, {"town": code}),
        },
    ).to_dict()
    centres = page.ask(coverage.open_centres)
    figure = with_ring(
        with_reach(drawing, centres, params.RADIUS.usual),
        page.ask(coverage.place_of, town_code=code),
        on_dark=on_dark(),
    )

    def chosen(code: str) -> None:
        st.query_params[links.TOWN_PARAM] = code

    map_parts.show_map(figure, chosen, key="bassin", alt=alt)
    st.caption(words.catchment_marks(is_any_open=len(centres) > 0))


def _way(code: str, label: str, km: float, *, state: State) -> None:
    far = f" · {words.distance(km)}" if km == km else ""  # noqa: PLR0124 - NaN: no point known
    said = "" if state is State.OPEN else f" · {words.short_state(state)}"
    links.town(code, f"{STATE_SYMBOLS[state]} {label}{far}{said}", icon=None)


def figures(page: Page, sheet: TownSheet) -> None:
    """List courses, headcounts and published figures, where there are any."""
    code = sheet.place.territory.code
    missing = []
    for export, columns in _FIGURES.items():
        title, found = TITLES[export], page.ask(EXPORTS[export].query, town=code)
        if found.empty:
            missing.append(title.casefold())
            continue
        st.subheader(title, anchor=False)
        tables.show(found, alt=title, columns=columns or None)
        page.downloads(export, town=code)
    if left := page.ask(town_sheet.left_out, town=code):
        st.caption(course_words.left_out(left))
    if sheet.centres and missing:
        st.caption(f"Non renseigné pour cette ville\u00a0: {', '.join(missing)}.")


def history(page: Page, sheet: TownSheet) -> None:
    """Offer every version of everything that is said of the town."""
    if not sheet.centres and page.ask(town_sheet.figures, town=sheet.place.territory.code).empty:
        return
    code = sheet.place.territory.code
    st.subheader("Sources et historique", anchor=False)
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
    if opened.open:
        with opened:
            tables.show(page.ask(town_history.history, town=code), alt="Sources et historique")
            page.downloads("historique-ville", town=code)


def ways_out(sheet: TownSheet) -> None:
    """Lead back to the map, the department, the region and the programme."""
    place = sheet.place
    department = str(Territory(Level.DEPARTMENT, place.department))
    region = str(Territory(Level.REGION, place.region))
    with st.container(key="issues", horizontal=True):
        # All of France: the town is found on the map whatever the bar was looking at.
        links.go(
            links.MAP,
            "Voir sur la carte",
            icon=":material/map:",
            **{address.TERRITORY: str(FRANCE), links.TOWN_PARAM: place.territory.code},
        )
        links.go(
            links.HOME, typeset(place.department_name), icon=":material/flag:", terr=department
        )
        links.go(links.HOME, typeset(place.region_name), icon=":material/flag:", terr=region)
        links.go(links.REGIONS, "Comparer les régions", icon=":material/bar_chart:", terr=region)
