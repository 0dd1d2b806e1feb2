"""Pictures that are SVG, as a page shows them: their links lead to the sheets of towns."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from territoires.ui import links
from territoires.ui.page import Page, Query, plain

Queries = Mapping[str, tuple[Callable[..., Any], Mapping[str, Any]]]
"""The frames that a picture takes, each with its filters beside the scope."""
Draw = Callable[..., tuple[str, ...]]
"""How a picture is drawn for where it stands, from the page, its drawing and its queries."""
WIDE, NARROW = "large", "etroit"
"""A picture with many words is written for a desk and for a telephone; the style shows one."""
DESK, TELEPHONE = 1120, 350  # pixels


def framed(picture: str, *, class_: str) -> str:
    """Put a picture in its place; nothing around none."""
    return f'<div class="dessin {class_}">{picture}</div>' if picture else ""


def show_framed(*drawn: str, legend: str = "") -> None:
    """Print a picture that is in its place, or one for each screen, then its legend.

    Every text of them is escaped (`charts.svg`).
    """
    if any(drawn):
        # `st.html` would take it away: it keeps HTML alone.
        st.markdown("".join(drawn), unsafe_allow_html=True)
    if legend:
        st.html(legend)


def for_both(
    page: Page,
    draw: Callable[..., str],
    queries: Queries,
    *,
    width: int,
    class_: str = "",
    **options: Any,
) -> tuple[str, ...]:
    """Draw a picture `width` pixels wide, and for telephones one of theirs, its texts as large."""
    return tuple(
        framed(
            page.figure(draw, queries, width=wide, **options),
            class_=f"{class_} {of_screen}".strip(),
        )
        for of_screen, wide in ((WIDE, width), (NARROW, TELEPHONE))
    )


def draw(  # noqa: PLR0913 - what a figure is made of
    page: Page,
    draw: Callable[..., str],
    queries: Mapping[str, Query],
    *,
    key: str,
    finding: str,
    rows: Sequence[str],
    legend: str = "",
    filters: Mapping[str, Any] | None = None,
    width: int = DESK,
    **options: Any,
) -> None:
    """Show a picture under its finding, and under it its legend and its rows.

    `queries` names the frames that the picture takes, `rows` the files of what it counts; `filters`
    are what all its queries take beside the scope.
    """
    narrowed = {name: (query, filters or {}) for name, query in queries.items()}
    st.markdown(page.told(finding))
    drawn = for_both(page, draw, narrowed, width=width, label=plain(finding), **options)
    show_framed(*drawn, legend=legend)
    page.show_rows(*rows, key=key, **(filters or {}))


def for_paper(
    page: Page, draw: Callable[..., str], queries: Queries, *, class_: str = "", **options: Any
) -> tuple[str, ...]:
    """Draw a picture once, bare."""
    del class_  # of what frames it on a screen
    return (page.figure(draw, queries, **options),)


def figures(cells: Sequence[tuple[str, str, str]]) -> str:
    """Write figures in a row, in equal weight: the colour of each, its text and its caption."""
    said = "".join(
        # Spaces keep apart, for those who hear or copy the text, what boxes keep apart on screen.
        f'<div><dt>{escape(caption)}</dt> <dd style="color:{colour}">{escape(value)}</dd></div> '
        for colour, value, caption in cells
    )
    return f'<dl class="reperes">{said}</dl>'


def sheet(page: Page) -> str:
    """Give the address of a town's sheet, under the same filters, less the code of the town."""
    return links.leading_to(links.TOWN, links.TOWN_PARAM, page.view.params)
