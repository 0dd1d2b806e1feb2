"""Ways from one page to another that keep what the reader looks at."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from territoires.domain import address
from territoires.domain.params import COURSE
from territoires.domain.params import TOWN as NAMED
from territoires.domain.text import fold
from territoires.exchange.formats import FORMATS
from territoires.french import embedded
from territoires.french.figures import TITLE as OTHERS
from territoires.french.places import typeset
from territoires.french.reports import TITLE as TELL_US
from territoires.french.web import SITE_NAME
from territoires.ui.chapters import page_at

HOME, MAP, REGIONS, TOWN = "", "carte", "regions", "ville"
COMPARE, REPORT, API = "comparer", "signaler", "api"  # plain pages of the web layer
ENROLMENTS, COURSES, RECONCILIATION = "inscriptions", "formations", "recouper"
TOWN_PARAM, SORT_PARAM = NAMED.name, "nom"
_CARD = 400  # pixels: higher than any card

View = Mapping[str, str] | None
"""The parameters of the common bar; None: those that the reader's session keeps."""


def kept() -> dict[str, str]:
    """Give the parameters of the common bar, as the address says them."""
    return dict(st.session_state.get("address", {}))


def _seen(view: View) -> dict[str, str]:
    return kept() if view is None else dict(view)


def town_address(code: str, name: str, view: View = None) -> str:
    """Give the address of a town's sheet for a column of links.

    The grid sorts by address and shows what follows `#`: the name comes first, folded, and last,
    as it is written. The sheet leaves only the code in the address.
    """
    return _named(TOWN, name, view, TOWN_PARAM, code)


def _named(path: str, name: str, view: View, param: str, code: str) -> str:
    params = {SORT_PARAM: fold(name)} | _seen(view) | {param: code}
    return f"{path}?{urlencode(params)}#{quote(name)}"


def course_address(key: str, title: str, view: View = None) -> str:
    """Give the address of a course for a column of links, which shows what follows `#`."""
    return _named(COURSES, title, view, COURSE.name, key)


def column(label: str | None = None, **settings: Any) -> Any:
    """Set a column of such addresses: each is shown as what follows its `#`."""
    return st.column_config.LinkColumn(label, display_text=r"#(.+)$", **settings)


def territory_address(path: str, territory: str, view: View = None) -> str:
    """Give the address of a page on a territory, under the same clocks and perimeter."""
    return leading_to(path, address.TERRITORY, view) + territory


def leading_to(path: str, name: str, view: View = None) -> str:
    """Give the address of a page, under the same filters, less the value of what `name` asks."""
    others = {each: text for each, text in _seen(view).items() if each != name}
    return f"{path or './'}?{urlencode(others | {name: ''})}"


def go(path: str, label: str, *, icon: str | None = None, **params: str) -> None:
    """Print a link to another page, under the same clocks and filters but for `params`."""
    asked = {name: text for name, text in (kept() | params).items() if text}
    st.page_link(page_at(path), label=label, icon=icon, query_params=asked)


def town(
    code: str,
    label: str = "Voir la fiche de la ville",
    *,
    icon: str | None = ":material/location_city:",
) -> None:
    """Print a link to the sheet of a town."""
    go(TOWN, label, icon=icon, **{TOWN_PARAM: code})


def compare(query: str) -> None:
    """Print the ways of whoever knows otherwise: a comparison of figures, a report."""
    st.html(ways_to_compare(query))


def ways_to_compare(query: str) -> str:
    """Write the links to both, the comparison being about the view `query`."""
    return f'<a href="{COMPARE}{escape(query)}">{OTHERS}</a> · {way_to_report()}'


def way_to_report(town: str = "", label: str = TELL_US) -> str:
    """Write the link to the form by which anybody reports, about a town where one is named."""
    query = address.query(NAMED.said(town) if town else {})
    return f'<a href="{REPORT}{escape(query)}">{escape(label)}</a>'


def sheets(data: Any, view: View = None) -> list[str]:
    """Give the addresses of the sheets of a frame's towns, for a column of links."""
    towns = zip(data["town_code"], data["town"], strict=True)
    return [town_address(code, typeset(name), view) for code, name in towns]


def files(export: str, label: str, *, params: Mapping[str, str]) -> None:
    """Print links to the rows of an export in each format, narrowed by those parameters."""
    for extension, form in FORMATS.items():
        st.link_button(
            f"{label} ({form.called})",
            f"/export/{export}.{extension}{address.query(params)}",
            key=f"bar_{export}_{extension}",
            icon=":material/download:",
            type="tertiary",
        )


def note(territory: str, label: str, view: View = None, *, is_quiet: bool = False) -> None:
    """Print a link to the printed note of `national` or of a region, under the same filters."""
    kept_of = {k: text for k, text in _seen(view).items() if k != address.TERRITORY}
    st.link_button(
        label,
        f"/note/{territory}.pdf{address.query(kept_of)}",
        key=f"note_{territory}_{is_quiet}",
        icon=":material/picture_as_pdf:",
        type="tertiary" if is_quiet else "secondary",
    )


def card_code(here: str, view: Mapping[str, str]) -> str:
    """Write the code that shows the card of a view in another site; nothing where it has none.

    `here` is the address of the page in the browser.
    """
    parts = urlsplit(here)
    page, town = parts.path.strip("/"), st.query_params.get(TOWN_PARAM, "")
    if page == TOWN and town:
        name = f"com-{town}"
    elif page == HOME:
        name = view.get(address.TERRITORY, address.NATIONAL)
    else:
        return ""
    query = address.query(address.clocks(view))
    source = f"{parts.scheme}://{parts.netloc}/carton/{name}.html{query}"
    return embedded.code(source, title=SITE_NAME, height=_CARD)
