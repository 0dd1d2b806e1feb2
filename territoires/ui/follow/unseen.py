"""A view that no reader has in front of them: what is sent before the page, or printed."""

from collections.abc import Mapping
from dataclasses import dataclass

from territoires.domain import address
from territoires.queries.editions import current_edition
from territoires.queries.territories import place
from territoires.ui.bar import View, today
from territoires.ui.cache import asked
from territoires.ui.page import Page


@dataclass(frozen=True, kw_only=True)
class UnseenPage(Page):
    """A view as anybody may have it, for what is sent or printed."""

    @property
    def on_dark(self) -> bool:
        """Never: paper is light, and the style sheet turns what the dark theme shows otherwise."""
        return False


def unseen_page(url: str, params: Mapping[str, str], *, title: str) -> Page | None:
    """Look at the view of an address; None where there is nonsense in it.

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
    return UnseenPage(url=url, seen=seen, view=view, title=title)
