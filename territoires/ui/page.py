"""Where a page meets its reader: what is looked at, how to ask, how to show."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from territoires.db.demonstration import is_demonstration
from territoires.domain.roles import Reader
from territoires.domain.scope import Place, Scope
from territoires.french.demonstration import BANNER, DEMO
from territoires.french.numbers import counted
from territoires.french.web import SITE_NAME
from territoires.queries.clocks import Edition
from territoires.settings import Settings
from territoires.ui import tables
from territoires.ui.bar import View, bar
from territoires.ui.cache import asked, current_edition, drawn
from territoires.ui.plotly_french import CONFIG
from territoires.ui.reader import current_reader

if TYPE_CHECKING:
    import pandas as pd

Query = Callable[..., Any]
_NO_EXPORT: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a figure counts: a title, the query of the rows, the name of their download.

    `filters` are what the query takes beside the scope, `params` the same as the address says them.
    """

    title: str
    query: Query
    export: str
    filters: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One reader in front of one database, looking at one view."""

    url: str
    seen: Edition
    view: View

    @property
    def scope(self) -> Scope:
        """What the figures depend on."""
        return self.view.scope

    @property
    def place(self) -> Place:
        """The territory on show."""
        return self.view.place

    @property
    def is_demonstration(self) -> bool:
        """Whether everything that this database holds is made up."""
        return bool(self.ask_plainly(is_demonstration))

    def ask(self, query: Query, **filters: Any) -> Any:
        """Answer a query about the view's scope, from memory when it can."""
        return asked(self.url, self.seen, query, scope=self.scope, **filters)

    def ask_plainly(self, query: Query, **filters: Any) -> Any:
        """Answer a query that no scope narrows."""
        return asked(self.url, self.seen, query, **filters)

    def draw(  # noqa: PLR0913 - what a figure is made of
        self,
        draw: Callable[..., Any],
        queries: Mapping[str, Query],
        *,
        key: str,
        finding: str,
        rows: Sequence[Rows],
        filters: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Show a figure under its finding, and under it its rows and their download.

        `queries` names the frames that the figure takes, `rows` what it counts; `filters` are what
        all its queries take beside the scope.
        """
        asked_with = tuple(sorted(({"scope": self.scope} | dict(filters or {})).items()))
        figure = drawn(
            self.url,
            self.seen,
            draw,
            tuple((name, query, asked_with) for name, query in queries.items()),
            **options,
        )
        if self.is_demonstration:
            finding = f"{finding} *({DEMO})*"
        st.markdown(finding)
        st.plotly_chart(figure, key=key, config=CONFIG, alt=_plain(finding))
        self.show_rows(rows, key=key)

    def show_rows(self, rows: Sequence[Rows], *, key: str) -> None:
        """Offer the rows behind a figure, read only when somebody looks."""
        opened = st.expander(
            "Voir les données", key=f"{key}_donnees", on_change="rerun", icon=":material/table:"
        )
        if not opened.open:
            return
        with opened:
            for each in rows:
                data: pd.DataFrame = self.ask(each.query, **each.filters)
                st.markdown(f"**{each.title}**\u00a0: {counted(len(data), 'ligne')}")
                if len(data):
                    tables.show(data, alt=each.title)
                    self.downloads(each.export, key=f"{key}_{each.export}", params=each.params)

    def downloads(
        self, export: str, *, key: str = "", params: Mapping[str, str] | None = None
    ) -> None:
        """Link to the rows as files, with the same filters and those of the page (`params`).

        `key` tells apart two links to the same file on one page.
        """
        asked_for = dict(self.view.params) | dict(params or {})
        query = f"?{urlencode(asked_for)}" if asked_for else ""
        with st.container(horizontal=True):
            for extension, label in (("csv", "CSV"), ("xlsx", "Excel")):
                st.link_button(
                    f"Télécharger ({label})",
                    f"/export/{export}.{extension}{query}",
                    key=f"{key or export}_{extension}",
                    icon=":material/download:",
                )


def open_page(title: str, *, lead: str = "", exports: Mapping[str, str] = _NO_EXPORT) -> Page:
    """Print the masthead and the bar: the first statement of every page.

    `exports` are the page's own files: the name of each export and what it holds.
    """
    settings = Settings.from_env()
    name_tab(title)
    st.title(title, anchor=False)
    if lead:
        st.caption(lead)
    seen = current_edition(settings.database_url)
    _banner(settings.database_url, seen)
    view = bar(settings.database_url, seen, page=title, exports=exports)
    return Page(url=settings.database_url, seen=seen, view=view)


def name_tab(*names: str) -> None:
    """Give the tab the name of what the page is about, before that of the site."""
    st.set_page_config(page_title=" · ".join((*names, SITE_NAME)))


def _banner(url: str, seen: Edition) -> None:
    if asked(url, seen, is_demonstration):
        st.warning(BANNER, icon=":material/science:")


def _plain(text: str) -> str:
    """Take the Markdown out of a finding, for those who hear the figure."""
    return html.unescape(text.replace("*", ""))


def open_front(title: str) -> tuple[str, Reader]:
    """Print the masthead of a page without the bar; gives the database and who is looking."""
    settings = Settings.from_env()
    name_tab(title)
    st.title(title, anchor=False)
    _banner(settings.database_url, current_edition(settings.database_url))
    return settings.database_url, current_reader(settings.database_url)
