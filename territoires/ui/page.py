"""Where a page meets its reader, or is made for none: what is looked at, how to ask and show."""

import html
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

import streamlit as st
from markdown_it import MarkdownIt

from territoires.db.demonstration import is_demonstration
from territoires.domain import address
from territoires.domain.errors import DatabaseError
from territoires.domain.roles import Reader
from territoires.domain.scope import Level, Place, Scope
from territoires.french.demonstration import BANNER, DEMO
from territoires.french.exports import TITLES
from territoires.french.numbers import GUARD, counted
from territoires.french.web import SITE_NAME
from territoires.queries.clocks import Edition
from territoires.queries.editions import current_edition
from territoires.queries.exports import EXPORTS
from territoires.queries.territories import place
from territoires.settings import Settings
from territoires.ui import tables
from territoires.ui.bar import View, looked_at, show_bar, today
from territoires.ui.cache import asked, drawn
from territoires.ui.exporting import Files
from territoires.ui.reader import current_reader

MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})

T = TypeVar("T")
Query = Callable[..., Any]
Heading = Literal["seen", "heard", "own"]
"""Whether a page shows its title, has it for those who hear it, or prints a heading of its own."""


def on_dark() -> bool:
    """Tell whether the reader's theme is dark."""
    return st.context.theme.type == "dark"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One reader in front of one database, looking at one view."""

    url: str
    seen: Edition
    view: View
    title: str
    on_dark: bool = False
    """Whether the reader's theme is dark: paper is light, and what is sent turns by its style."""
    files: Files = field(default_factory=Files)

    @property
    def scope(self) -> Scope:
        """What the figures depend on."""
        return self.view.scope

    @property
    def place(self) -> Place:
        """The territory on show."""
        return self.view.place

    @property
    def town(self) -> str:
        """The code of the town that the common bar looks at; nothing of a larger territory."""
        here = self.scope.territory
        return here.code if here.level is Level.TOWN else ""

    @property
    def query(self) -> str:
        """What an address ends with to keep this view: empty for the usual one."""
        return address.query(self.view.params)

    @property
    def is_demonstration(self) -> bool:
        """Whether everything that this database holds is made up."""
        return self.ask_plainly(is_demonstration)

    def show_bar(self) -> None:
        """Show the bar: what it says was read from the address before."""
        self.files.room = show_bar(self.url, self.seen, self.view, page=self.title)

    def ask(self, query: Callable[..., T], **filters: Any) -> T:
        """Answer a query about the view's scope, from memory when it can."""
        return self.ask_plainly(query, scope=self.scope, **filters)

    def ask_plainly(self, query: Callable[..., T], **filters: Any) -> T:
        """Answer a query that no scope narrows."""
        found: T = asked(self.url, self.seen, query, **filters)
        return found

    def figure(
        self,
        draw: Callable[..., T],
        queries: Mapping[str, tuple[Query, Mapping[str, Any]]],
        **options: Any,
    ) -> T:
        """Draw a figure, from memory when it can.

        `queries` names the frames that it takes, each with its filters beside the scope.
        """
        frames = tuple(
            (name, query, tuple(sorted(({"scope": self.scope} | dict(filters)).items())))
            for name, (query, filters) in queries.items()
        )
        made: T = drawn(self.url, self.seen, draw, frames, on_dark=self.on_dark, **options)
        return made

    def told(self, finding: str) -> str:
        """Say of a finding that it is made up, where all is."""
        return f"{finding} *({DEMO})*" if self.is_demonstration else finding

    def show_rows(self, *exports: str, key: str, **filters: Any) -> None:
        """Offer the rows behind a figure, read only when somebody looks.

        Each export is narrowed by those of the filters that it knows.
        """
        for name in exports:
            self.offer(name, **filters)
        opened = st.expander(
            "Voir les données", key=f"{key}_donnees", on_change="rerun", icon=":material/table:"
        )
        if not opened.open:
            return
        with opened:
            for name in exports:
                narrowed = EXPORTS[name].takes(filters)
                data = self.ask(EXPORTS[name].query, **narrowed)
                st.markdown(f"**{TITLES[name]}**\u00a0: {counted(len(data), 'ligne')}")
                if len(data):
                    tables.show(data, alt=TITLES[name], name=f"{key}_{name}")

    def offer(self, export: str, **filters: Any) -> None:
        """Have rows among the files of « Exporter », narrowed as they are on the page."""
        found = EXPORTS[export]
        self.files.params[export] = found.said(found.takes(filters))


def open_page(title: str, *, heading: Heading = "seen") -> Page:
    """Print the masthead and the bar: the first statement of every page.

    A page whose heading is heard only, or its own, opens on its answer: it shows the bar itself,
    under it.
    """
    url, seen = masthead(title, heading=heading)
    view = looked_at(url, seen, page=title)
    page = Page(url=url, seen=seen, view=view, title=title, on_dark=on_dark())
    if heading == "seen":
        page.show_bar()
    return page


def unseen_page(url: str, params: Mapping[str, str], *, title: str) -> Page | None:
    """Look at the view of an address as anybody may have it, for what is sent or printed.

    None where there is nonsense in the address.
    Raises DatabaseError when there is nothing to read, TerritoryError for a place that is none.
    """
    now = today()
    read = address.read(params, today=now)
    if read.problems:
        return None
    seen = current_edition(url)
    where = asked(url, seen, place, territory=read.scope.territory)
    written = address.write(read.scope, today=now)
    view = View(scope=read.scope, place=where, today=now, params=written)
    return Page(url=url, seen=seen, view=view, title=title)


def masthead(title: str, *, heading: Heading = "seen", lead: str = "") -> tuple[str, Edition]:
    """Name a page, here and in the tab; gives the database and the edition of its data."""
    url = Settings.from_env().database_url
    name_tab(title)
    if heading != "own":
        with st.container(key="entendu") if heading == "heard" else nullcontext():
            st.title(title, anchor=False)
    if lead:
        st.caption(lead)
    try:
        seen = current_edition(url)
    except DatabaseError:
        if heading == "own":
            st.title(title, anchor=False)
        raise
    if asked(url, seen, is_demonstration):
        st.warning(BANNER, icon=":material/science:")
    return url, seen


def name_tab(*names: str) -> None:
    """Give the tab the name of what the page is about, before that of the site."""
    st.set_page_config(page_title=" · ".join((*names, SITE_NAME)))


def plain(text: str) -> str:
    """Take the Markdown out of a finding, for those who hear it, and for paper."""
    (line,) = MARKDOWN.parseInline(text)
    said = (" " if each.type == "softbreak" else each.content for each in line.children or ())
    return html.unescape("".join(said)).replace(GUARD, "")


def open_front(title: str | Callable[[str], str]) -> tuple[str, Reader]:
    """Print the masthead of a page without the bar; gives the database and who is looking.

    `title` may depend on who is looking: it is then asked of the database.
    """
    named = title if isinstance(title, str) else title(Settings.from_env().database_url)
    url, _ = masthead(named)
    return url, current_reader(url)
