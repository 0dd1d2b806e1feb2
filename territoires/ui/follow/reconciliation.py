"""The parts of the page that sets published totals against the rows, in their order."""

import streamlit as st

from territoires.charts.reconciliation import band_svg
from territoires.domain import params
from territoires.french import reconciliation as words
from territoires.french.exports import TITLES
from territoires.queries import announcements
from territoires.queries import reconciliation as queries
from territoires.ui import filters, tables
from territoires.ui.follow import pictures
from territoires.ui.page import Page, plain

_KEY = f"{filters.KEY}{params.BELIEVED.name}_"


def beliefs(page: Page) -> tuple[int, ...] | None:
    """Give the totals that the address says are believed; None: the usual ones."""
    believed = filters.read(params.BELIEVED)
    if not are_known(page, believed):
        filters.say_nonsense(params.BELIEVED)
        return None
    return believed


def are_known(page: Page, believed: tuple[int, ...] | None) -> bool:
    """Tell whether there are all of the totals that an address says are believed."""
    return not believed or set(page.ask(queries.totals)["number"]).issuperset(believed)


def answer(page: Page, believed: tuple[int, ...] | None) -> list[str]:
    """Give the sentence of the day, and what explains it."""
    found = page.ask(queries.answer, believed=believed)
    said = words.sentence(
        words.proven(page.scope, page.place),
        found.certain,
        found.band,
        found.publishers,
        at_most=found.at_most,
    )
    return [said, words.LEAD if found.totals else words.NO_TOTAL]


def choose(page: Page, believed: tuple[int, ...] | None) -> None:
    """Offer to believe each total or not; the choice is in the address."""
    found = page.ask(queries.totals, believed=believed)
    if found.empty:
        return
    usual = {int(number) for number in page.ask(queries.totals).query("is_believed")["number"]}
    numbers = [int(number) for number in found["number"]]

    def changed() -> None:
        chosen = tuple(n for n in numbers if st.session_state[f"{_KEY}{n}"])
        is_usual = set(chosen) == usual
        filters.put(params.BELIEVED, params.BELIEVED.usual if is_usual else chosen)

    st.header(words.BELIEVE, anchor="totaux")
    for row in found.to_dict("records"):
        key = f"{_KEY}{int(row['number'])}"
        st.session_state[key] = bool(row["is_believed"])
        st.checkbox(words.total_meaning(row), key=key, on_change=changed, help=row["title"])
    st.caption(words.RULES)


def bands(page: Page, believed: tuple[int, ...] | None) -> None:
    """Draw the band day by day."""
    if not page.ask(queries.answer, believed=believed).totals:
        return
    pictures.show_framed(*bands_drawn(page, believed))
    st.caption(f"{finding(page, believed)} {words.KEY}")
    page.show_rows("bande", "totaux-recoupes", key="bande", believed=believed)


def bands_drawn(page: Page, believed: tuple[int, ...] | None) -> tuple[str, ...]:
    """Draw the band day by day, for both screens."""
    filters_ = {"believed": believed}
    return pictures.for_both(
        page,
        band_svg,
        {"bands": (queries.bands, filters_), "totals": (queries.totals, filters_)},
        width=pictures.DESK,
        as_of=page.scope.as_of,
        label=plain(finding(page, believed)),
    )


def finding(page: Page, believed: tuple[int, ...] | None) -> str:
    """Say what the picture shows, in Markdown."""
    data = page.ask(queries.bands, believed=believed)
    return words.finding(is_cut=bool(data["least"].isna().any()))


def contradictions(page: Page, believed: tuple[int, ...] | None) -> None:
    """List what cannot be true together, believed or not."""
    if not page.ask(queries.answer, believed=believed).totals:
        return
    found = page.ask(queries.contradicted, believed=believed)
    st.header(TITLES["contradictions-totaux"], anchor="contradictions")
    if found.empty:
        st.markdown(words.NO_CONTRADICTION)
        return
    for row in found.to_dict("records"):
        mark = "**Cru**\u00a0: " if row["is_believed"] else ""
        st.markdown(f"- {mark}{row['detail']}")
    page.offer("contradictions-totaux", believed=believed)


def promises(page: Page) -> None:
    """List the openings announced beside those documented."""
    found = page.ask(announcements.announcements)
    st.header(TITLES["annonces"], anchor="annonces")
    st.markdown(words.promises(found, page.ask(announcements.average)))
    if len(found):
        late = [words.late(row) for row in found.to_dict("records")]
        days = ("announced_for", "announced_on", "first_day", "last_day")
        columns = ("town", *days, "delay", "source")
        tables.show(found.assign(delay=late), alt=TITLES["annonces"], columns=columns)
        page.offer("annonces")
