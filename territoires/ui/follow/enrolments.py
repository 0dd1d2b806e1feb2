"""The parts of the page of enrolments: its filters, coverage, totals, centres and courses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from territoires.charts import enrolments as charts
from territoires.charts.palette import DOCUMENTED, MUTED, TARGET
from territoires.domain import params
from territoires.domain.enrolments import name_of, year_of
from territoires.domain.programme import Counted
from territoires.domain.roles import Permission
from territoires.french import enrolments as words
from territoires.french.definitions import DEFINITIONS
from territoires.french.places import scoped, typeset
from territoires.french.typography import typeset_text
from territoires.french.words import COUNTED
from territoires.queries import courses as course_queries
from territoires.queries import enrolments as queries
from territoires.ui import filters, links, tables
from territoires.ui import headline_and_foot as page_parts
from territoires.ui.follow import pictures
from territoires.ui.follow.legend import Entry, legend_of
from territoires.ui.page import Page, Query, plain
from territoires.ui.reader import current_reader

PUBLISHED: Final = ("town", "indicator", "value_text", "period", "published_on", "source")
_HATCHED: Final = Entry(label=words.PROVISIONAL, symbol="▥", colour=MUTED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the filters of the whole page ask for; those of one section stand in it."""

    year: int
    counts: Counted

    @property
    def of_year(self) -> dict[str, Any]:
        """What the queries about one year take beside the scope."""
        return {"year": self.year, "counts": self.counts}


def asked_for(page: Page) -> Asked:
    """Show the filters and read them."""
    years, usual = _years(page)
    with st.container(key="reglages", horizontal=True, vertical_alignment="bottom"):
        year = filters.choice(
            words.YEAR,
            params.YEAR,
            {name_of(year): name_of(year) for year in years},
            usual=name_of(usual),
            width=190,
        )
        counts = filters.choice(
            words.COUNTED_AS,
            params.COUNTS,
            {word: COUNTED[each].capitalize() for word, each in params.COUNTS.words.items()},
            width=170,
        )
    return Asked(year=year, counts=counts)


def asked_in(page: Page, said: Mapping[str, str]) -> Asked:
    """Read the filters in the parameters of an address. Raises ValueError for nonsense there."""
    years, usual = _years(page)
    year = params.YEAR.of(said) if said.get(params.YEAR.name) else usual
    if year not in years:
        raise ValueError(year)
    return Asked(year=year, counts=params.COUNTS.of(said))


def _years(page: Page) -> tuple[list[int], int]:
    """Give the years that may be asked for, the latest first, and the usual one."""
    given = page.ask(queries.years)
    # The year under way can be asked for before anybody has transmitted anything.
    return sorted({year_of(page.scope.as_of), *given}, reverse=True), given[0]


def answer(page: Page, asked: Asked) -> list[str]:
    """Say how many and who said so."""
    data = page.ask(queries.transmissions, **asked.of_year)
    before = page.ask(queries.transmissions, year=asked.year - 1, counts=asked.counts)
    given = before[before["transmitted"]]
    where, announced = scoped(page.scope, page.place), page.ask(queries.programme_totals)
    first = words.headline(data, asked.year, asked.counts, announced, where=where)
    # What the headline has said of where is not said again under it.
    beside = "" if where and where in first else where
    covered = words.coverage(data, asked.year, asked.counts, where=beside, previous=given)
    return [first, covered] if first else [covered]


def drawn(page: Page, asked: Asked) -> tuple[tuple[str, ...], str]:
    """Draw the totals by year and region, for both screens, and name what sets them apart.

    Where no centre's total of the year can be shown, what was published for the programme is first.
    """
    kept = {"counts": asked.counts}
    totals = page.ask(queries.totals, **kept)
    pictures_ = _announced(page, asked) + pictures.for_both(
        page,
        charts.totals_svg,
        {"totals": (queries.totals, kept)},
        width=pictures.DESK,
        label=plain(words.totals(totals, asked.counts)),
        territory=links.territory_address(links.ENROLMENTS, "reg-", _here(page, asked)),
    )
    return pictures_, _regions_named(page, totals)


def _announced(page: Page, asked: Asked) -> tuple[str, ...]:
    data = page.ask(queries.transmissions, **asked.of_year)
    if (data["publication"] == "shown").any():
        return ()
    return pictures.for_both(
        page,
        charts.announced_svg,
        {"announced": (queries.programme_totals, {})},
        width=pictures.DESK,
        label=words.all_announced(len(page.ask(queries.programme_totals))),
    )


def _regions_named(page: Page, totals: Any) -> str:
    regions = charts.by_region(totals)
    of = charts.colours(regions)
    named = [Entry(label=typeset(name), colour=colour) for name, colour in of.items()]
    hatched = [_HATCHED] if regions["provisional"].any() else []
    return legend_of(named + hatched, title=words.BY_REGION, on_dark=page.on_dark)


def _here(page: Page, asked: Asked) -> dict[str, str]:
    """Say, as an address does, what this page shows."""
    counted = params.COUNTS.said(asked.counts)
    return dict(page.view.params) | params.YEAR.said(asked.year) | counted


def silent(page: Page, asked: Asked, data: Any) -> None:
    """Name, for whoever opens it, the centres of which no total can be shown, and say why."""
    late = untold(data)
    if not len(late):
        return
    with st.expander(words.silent(len(late), asked.year), icon=":material/hourglass_empty:"):
        st.markdown(words.reasons(late.to_dict("records")))
        page.show_rows("inscriptions-centres", key="couverture", **asked.of_year)


def untold(data: Any) -> Any:
    """Keep the centres of which no total can be shown."""
    return data[data["expected"] & (data["publication"] != "shown")]


def empty(page: Page, asked: Asked) -> None:
    """Say that nothing was transmitted, for the year or ever, and what to do about it."""
    where = scoped(page.scope, page.place)
    if page.ask_plainly(queries.has_any):
        st.write(
            f"Aucun effectif n’a été transmis pour {name_of(asked.year)}"
            f"{where} à cette date. Choisissez une autre année. "
            "Élargissez le territoire, ou choisissez une date plus récente."
        )
    else:
        st.write(
            "Aucun effectif n’a été transmis pour une autre année non plus\u00a0: les figures de "
            "cette page apparaîtront avec la première saisie."
        )
    page_parts.nothing_open(page)


def totals(page: Page, asked: Asked) -> None:
    """Show the totals by academic year and region, with what is found in them."""
    filters_ = {"counts": asked.counts}
    pictures_, legend = drawn(page, asked)
    pictures.show_framed(*pictures_, legend=legend)
    data = page.ask(queries.totals, **filters_)
    if len(data):
        st.markdown(page.told(words.totals(data, asked.counts)))
        page.show_rows("inscriptions-regions", key="totaux", **filters_)


def ages(page: Page, asked: Asked) -> None:
    """Draw the centres at the same age."""
    filters_ = {"counts": asked.counts}
    data = page.ask(queries.by_age, **filters_)
    if not len(data):
        return
    st.header("Au même âge", anchor="age")
    entries = [Entry(label=words.ONE_CENTRE, symbol="─", colour=MUTED)]
    entries.append(Entry(label=words.FINAL, symbol="●", colour=DOCUMENTED))
    if data["provisional"].any():
        entries.append(Entry(label=words.PROVISIONAL, symbol="○", colour=DOCUMENTED))
    if len(charts.medians(data)):
        entries.append(Entry(label=words.MEDIAN, symbol="◆"))
    pictures.draw(
        page,
        charts.ages_svg,
        {"ages": queries.by_age},
        key="ages",
        finding=words.ages(data, asked.counts),
        legend=legend_of(entries, title="", on_dark=page.on_dark),
        rows=("inscriptions-ages",),
        filters=filters_,
        counts=asked.counts,
        sheet=pictures.sheet(page),
    )
    st.caption(
        "Chaque centre est aligné sur son ouverture\u00a0: c’est la seule comparaison juste entre "
        "anciens et nouveaux. Médiane par tranche de douze mois, sur trois centres au moins."
    )


def centres(page: Page, asked: Asked) -> None:
    """Draw the centres of the year against the targets stated for them."""
    st.header(f"Par centre, {name_of(asked.year)}", anchor="centres")
    with st.container(key="reglages_centres", horizontal=True, vertical_alignment="bottom"):
        age = filters.choice(words.AGE_OF_CENTRE, params.AGE, words.AGE_NAMES, width=190)
        only = filters.switch(words.ONLY_TRANSMITTED, params.TRANSMITTED)
    kept = asked.of_year | {"age": age, "only_transmitted": only}
    data = page.ask(queries.transmissions, **kept)
    if not len(data):
        st.write("Aucun centre de cet âge n’est attendu cette année\u00a0: choisissez-en un autre.")
        return
    if age or only:  # the whole is the headline
        st.markdown(words.total(data, asked.counts, age=params.AGE.write(age), only=only))
    if not (data["publication"] == "shown").any():
        return
    shown = data[data["publication"] == "shown"]
    entries = []
    if not shown["provisional"].all():
        entries.append(Entry(label=words.FINAL, symbol="■", colour=DOCUMENTED))
    if shown["provisional"].any():
        entries.append(_HATCHED)
    if shown["target"].notna().any():
        entries.append(Entry(label=words.STATED_TARGET, symbol="◆", colour=TARGET))
    pictures.draw(
        page,
        charts.centres_svg,
        {"centres": queries.transmissions},
        key="centres",
        finding=words.centres(data, asked.counts),
        legend=legend_of(entries, title="", on_dark=page.on_dark),
        rows=("inscriptions-centres",),
        filters=kept,
        sheet=pictures.sheet(page),
    )
    if data["target"].notna().any():
        st.caption(
            "La cible est celle qui a été annoncée pour le centre, à défaut celle qui l’a été pour "
            "chaque site\u00a0; elle ne s’additionne pas d’un centre à l’autre.".replace(
                "\u00a0;", "\u202f;"
            )
        )


def courses(page: Page, asked: Asked) -> None:
    """Draw the fields, or the courses of one field, with what is not published."""
    st.header(f"Par filière et formation, {name_of(asked.year)}", anchor="filieres")
    named = page.ask_plainly(course_queries.field_names)
    options = {"": words.EVERY_FIELD} | {slug: typeset(name) for slug, name in named}
    field = filters.choice(words.FIELD, params.FIELD, options, width=290)
    of_courses = asked.of_year | {"field": field}
    _to_staff(page, of_courses)
    if not page.ask(queries.detail_is_public):
        st.info(words.DETAIL_IS_LATEST, icon=":material/shield_lock:")
        return
    if not len(page.ask(queries.by_field, **asked.of_year)):
        st.write(words.NO_DETAIL)
        return
    kept = of_courses if field else asked.of_year
    listed = ["inscriptions-formations", "inscriptions-detail"]
    if not field:
        listed.insert(0, "inscriptions-filieres")
    query: Query = queries.by_course if field else queries.by_field
    draw: Callable[..., Any] = charts.courses_svg if field else charts.fields_svg
    data = page.ask(query, **kept)
    said = (words.courses if field else words.fields)(data, asked.counts)
    here = _here(page, asked)
    address = (
        links.leading_to(links.COURSES, params.COURSE.name, page.view.params)
        if field
        else links.leading_to(links.ENROLMENTS, params.FIELD.name, here)
    )
    if data["headcount"].notna().any():
        pictures.draw(
            page,
            draw,
            {"courses" if field else "fields": query},
            key="filieres",
            finding=said,
            rows=listed,
            filters=kept,
            address=address,
        )
    else:  # a figure of nothing would tell less than the sentence
        st.markdown(said)
        page.show_rows(*listed, key="filieres", **kept)
    st.caption(
        "Par formation, les effectifs de 1 à 4 ne sont pas publiés\u00a0: «\u00a0≥\u00a0» et "
        "«\u00a0au moins\u00a0» disent qu’il en manque dans la somme."
    )


def _to_staff(page: Page, asked: Mapping[str, Any]) -> None:
    """Show every headcount to those competent in the whole territory, who answer for them."""
    reader = current_reader(page.url)
    if not reader.may_throughout(Permission.SEE_SMALL_COUNTS, page.place.region):
        return
    found = page.ask(queries.cells, **asked, may_see_small=True)
    if not len(found):
        return
    with st.expander(words.FOR_STAFF, icon=":material/shield_person:"):
        st.caption(words.FOR_STAFF_WHY)
        tables.show(found, alt=words.FOR_STAFF)
        page.offer("inscriptions-internes", **asked)


def published(page: Page, data: Any) -> None:
    """Print what was published, beside what is documented."""
    st.header(words.PUBLISHED, anchor="publies")
    listed = publications(page)
    if not len(listed):
        st.write(words.NO_PUBLISHED)
        return
    st.markdown(words.apart(data))
    tables.show(
        listed,
        alt=words.PUBLISHED,
        columns=PUBLISHED,
        config={
            name: st.column_config.TextColumn(width=width)
            for name, width in (("value_text", 105), ("period", 285), ("source", 285))
        },
    )
    page.offer("effectifs-publies")


def publications(page: Page) -> pd.DataFrame:
    """List what was published, each with its reserve; shown in the columns `PUBLISHED`."""
    listed = page.ask(queries.published)
    return listed.assign(
        town=listed["town"].replace("", "Tout le programme"),
        value_text=[words.figure(row) for row in listed.to_dict("records")],
    )


def definitions() -> None:
    """Print what the words mean, for whoever opens it."""
    with st.expander("Personnes, inscriptions, provisoire, moins de 5\u00a0: définitions"):
        defined = dict(DEFINITIONS)
        for title in words.DEFINED:
            st.markdown(f"**{title}.** {typeset_text(defined[title])}")
