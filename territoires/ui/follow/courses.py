"""The parts of the page of courses: catalogue, one course, fields by region, what is near."""

import math
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from territoires.charts.courses import heat_svg
from territoires.charts.palette import MUTED, OPEN
from territoires.charts.rows import courses_by_field_svg
from territoires.domain import params
from territoires.domain.offers import Offer
from territoires.domain.programme import Mode
from territoires.french import cells
from territoires.french import courses as words
from territoires.french.numbers import NBSP, plural
from territoires.french.places import of_town, scoped, typeset
from territoires.french.search import label
from territoires.french.words import MODES
from territoires.queries import courses as queries
from territoires.queries.exports import EXPORTS
from territoires.queries.search import Found
from territoires.ui import filters, links, search, tables
from territoires.ui import headline_and_foot as page_parts
from territoires.ui.follow import pictures
from territoires.ui.follow.legend import Entry, legend_of
from territoires.ui.page import Page

_NEAR_BOX = f"{filters.KEY}{params.NEAR.name}"
CATALOGUE = ("course", "field", "credential", "level", "mode_list", "offered_centres")
OFFERINGS = ("course", "town", "region", "mode", "starts_on_text", "offered")
NEAR = ("course", "town", "km", "department", "mode", "offered")
_FEW_REGIONS = 2  # fewer make no map of fields and regions


def answer(page: Page) -> list[str]:
    """Say how many courses there are and how many a centre gives."""
    return [words.catalogue(page.ask(queries.catalogue), scoped(page.scope, page.place))]


def fields_drawn(page: Page) -> tuple[tuple[str, ...], str]:
    """Draw the courses of each field, for both screens, and name what sets them apart."""
    data = page.ask(queries.catalogue)
    drawn = pictures.for_both(
        page,
        courses_by_field_svg,
        {"catalogue": (queries.catalogue, {})},
        width=pictures.DESK,
        course=links.leading_to(links.COURSES, params.COURSE.name, page.view.params),
        field=links.leading_to(links.COURSES, params.FIELD.name, page.view.params),
        label=words.by_field(len(data), data["field"].nunique()),
    )
    kinds = (("●", words.GIVEN, OPEN), ("○", words.NOT_GIVEN, MUTED))
    entries = [Entry(label=label, symbol=symbol, colour=colour) for symbol, label, colour in kinds]
    return drawn, legend_of(entries, title=words.BY_FIELD, on_dark=page.on_dark)


def one_course(page: Page, answer: Any) -> bool:
    """Show the course that the address names; tell whether there was one.

    `answer`: the place above the bar, for its title.
    """
    key = filters.read(params.COURSE)
    if not key:
        return False
    row = course_of(page, key)
    if row is None:
        st.warning(words.no_course(key), icon=":material/search_off:")
        return False
    st.button(
        "Tout le catalogue",
        icon=":material/arrow_back:",
        on_click=filters.put,
        args=(params.COURSE, ""),
    )
    with answer:
        page_parts.headline([typeset(row["course"])])
    with st.container(key="fiche_formation", border=True):
        *lines, source = described(row)
        for line in lines:
            st.markdown(line)
        st.caption(source)
    st.subheader(words.WHERE, anchor=False)
    offered(page, key)
    return True


def course_of(page: Page, key: str) -> dict[str, Any] | None:
    """Give the row of a course in the catalogue; None when there is none."""
    every = page.ask(queries.catalogue)
    rows: list[dict[str, Any]] = every[every["course_key"] == key].to_dict("records")
    return rows[0] if rows else None


def described(row: Mapping[str, Any]) -> list[str]:
    """Say what is known of a course, in Markdown; last, who says so."""
    source, url = row["source"], row["source_url"]
    return [
        *(f"**{label}**{NBSP}: {value}" for label, value in words.sheet(row)),
        f"Source{NBSP}: [{source}]({url})" if url else f"Source{NBSP}: {source}",
    ]


def catalogue(page: Page) -> None:
    """Show the filters and the courses that they keep."""
    where = scoped(page.scope, page.place)
    with st.container(key="reglages", horizontal=True, vertical_alignment="bottom"):
        asked = _filters(page)
    data = page.ask(queries.catalogue, **asked)
    if not len(data):
        kept = asked | {"mode": "", "only_offered": False}
        st.write(words.nothing(where, page.ask(queries.catalogue, **kept)))
        return
    if asked != _NOT_NARROWED:
        st.markdown(words.catalogue(data, where))
    tables.show(
        data.assign(course=addresses(page, data)),
        alt="Catalogue des formations",
        columns=CATALOGUE,
        config={
            "course": links.column(width=400),
            "offered_centres": st.column_config.NumberColumn("Centres", width=80),
        },
    )
    announced = page.ask(queries.announced)
    if len(announced):
        st.caption(words.announced(announced).replace("**", ""))
    page.offer("formations", **asked)


NARROWING: Final = EXPORTS["formations"].params
_NOT_NARROWED = {param.filter: param.usual for param in NARROWING}


def addresses(page: Page, data: Any) -> list[str]:
    """Lead to each course, for a column of links."""
    return [links.course_address(*each, page.view.params) for each in _named(data)]


def _named(data: Any) -> list[tuple[str, str]]:
    return [(row.course_key, typeset(row.course)) for row in data.itertuples()]


def _filters(page: Page) -> dict[str, Any]:
    every = words.EVERY
    text = filters.search(words.TEXT, params.SEARCHED, placeholder="Intitulé ou code", width=260)
    field = filters.choice(words.FIELD, params.FIELD, fields(page), width=250)
    with st.popover("Filtrer", icon=":material/filter_list:"):
        levels = {str(n): words.level_name(n) for n in page.ask_plainly(queries.levels)}
        level = filters.choice(words.LEVEL, params.LEVEL, {"": every["level"]} | levels, width=190)
        modes = {word: MODES[Mode(mode)] for word, mode in params.MODE.words.items()}
        mode = filters.choice(words.MODE, params.MODE, {"": every["mode"]} | modes, width=190)
        names = page.ask_plainly(queries.credentials)
        titles = {name: typeset(cells.word("credential", name)) for name in names}
        title = filters.choice(
            words.CREDENTIAL, params.CREDENTIAL, {"": every["credential"]} | titles, width=260
        )
        eligible = {"": every["cpf"]} | {word: word for word in params.CPF.words}
        cpf = filters.choice(words.CPF_LABEL, params.CPF, eligible, width=140)
        only = filters.switch(words.ONLY_OFFERED, params.OFFERED)
    return {
        "text": text,
        "field": field,
        "level": level,
        "mode": mode,
        "credential": title,
        "cpf": cpf,
        "only_offered": only,
    }


def fields(page: Page) -> dict[str, str]:
    named = page.ask_plainly(queries.field_names)
    return {"": words.EVERY["field"]} | {slug: typeset(name) for slug, name in named}


def offered(page: Page, course: str = "") -> None:
    """List what is given, where and since when."""
    asked = {"course": course} if course else {}
    data = page.ask(queries.offerings, **asked)
    where = scoped(page.scope, page.place)
    st.markdown(words.offerings(data, where))
    if not len(data):
        st.write(
            "L’offre des centres n’a pas encore été transmise"
            + ("." if not where else ", ou pas ici.")
        )
        page_parts.nothing_open(page)
        return
    kept = OFFERINGS[1:] if course else OFFERINGS
    tables.show(data, alt="Formations proposées, où et depuis quand", columns=kept)
    page.offer("offre", **asked)


def heat(page: Page) -> None:
    """Draw the fields by region."""
    data = page.ask(queries.heat)
    if not len(data):
        st.markdown(words.heat(data))
        return
    if data.loc[data["offered"] != Offer.NOT_TRANSMITTED, "region"].nunique() < _FEW_REGIONS:
        st.markdown(words.heat(data))
        for line in words.fields_by_region(data):
            st.markdown(line)
        page.show_rows("filieres-regions", key="filieres_regions")
        return
    pictures.draw(
        page,
        heat_svg,
        {"heat": queries.heat},
        key="filieres_regions",
        finding=words.heat(data),
        rows=("filieres-regions",),
        field=links.leading_to(links.COURSES, params.FIELD.name, page.view.params),
        region=links.territory_address(links.COURSES, "reg-", page.view.params),
    )
    st.caption(
        "Case vide\u00a0: région dont un centre a transmis son offre, sans cette filière. "
        "«\u00a0≤\u00a0», «\u00a0à\u00a0» et «\u00a0+\u00a0»\u00a0: ce qui ne compte qu’au plus."
    )


def near(page: Page) -> None:
    """Answer « où suivre … près de … »."""
    with st.container(key="pres", horizontal=True, vertical_alignment="bottom"):
        field = filters.choice("Où suivre", params.NEAR_FIELD, fields(page), width=250)
        course = filters.choice(
            "ou précisément",
            params.NEAR_COURSE,
            {"": words.EVERY["course"]} | dict(_named(page.ask(queries.catalogue))),
            width=320,
        )
        field = "" if course else field
        text = _near_what(page)
        km = filters.choice(
            "à moins de",
            params.NEAR_KM,
            {word: f"{word}{NBSP}km" for word in params.NEAR_KM.words},
            width=120,
        )
    text = text or page.town
    if not text:
        st.caption(
            "Donnez une ville\u00a0: la réponse est à vol d’oiseau, la route est plus longue."
        )
        return

    def take(chosen: Found) -> None:
        filters.put(params.NEAR, chosen.asked.code)

    found = search.choose(page.ask_plainly, text, key=_NEAR_BOX, take=take)
    if found is None:
        return
    code, name = found.place.territory.code, found.place.name
    asked: dict[str, Any] = {"town": code, "field": field, "course": course, "within": km}
    data = page.ask(queries.near, **asked)
    st.markdown(nearby(page, name, asked))
    if len(data):
        tables.show(
            data,
            alt="Formations proposées, de la plus proche à la plus lointaine",
            columns=NEAR,
        )
        page.offer("formations-proches", **asked)
    links.town(code, f"Voir la fiche {of_town(name)}")


def nearby(page: Page, name: str, asked: Mapping[str, Any]) -> str:
    """Say what is given near a town, and at a distance where nothing is; `asked` of `near`."""
    data, km = page.ask(queries.near, **asked), asked["within"]
    said = [words.near(data, name, km)]
    if not len(words.at_most(data[data["km"] <= km])):
        remote = {**asked, "within": math.inf, "mode": str(Mode.DISTANCE)}
        said.append(words.at_a_distance(page.ask(queries.near, **remote)))
    return "\n\n".join(said)


def _near_what(page: Page) -> str:
    """Show the box of the town that one looks from, and give what the address says of it."""
    text = filters.read(params.NEAR)
    found = search.meant(page.ask_plainly, text)

    def typed() -> None:
        text = st.session_state[_NEAR_BOX].strip()
        found = search.meant(page.ask_plainly, text)
        filters.put(params.NEAR, found[0].asked.code if len(found) == 1 else text)

    st.session_state[_NEAR_BOX] = label(found[0].place) if len(found) == 1 else text
    search.box("près de", key=_NEAR_BOX, on_change=typed, width=240)
    return text


def services(page: Page) -> None:
    """List the guidance that centres give beside courses."""
    data = page.ask(queries.services)
    st.markdown(
        f"Les centres ne donnent pas que des formations\u00a0: **{len(data)} "
        f"{plural(len(data), 'service')} d’accompagnement** sont cités par les sources "
        "(liste nationale, sans date)."
        if len(data)
        else "Aucun service d’accompagnement documenté."
    )
    if len(data):
        tables.show(data, alt="Services d’accompagnement", columns=("service", "confidence", "url"))
        page.offer("services")
