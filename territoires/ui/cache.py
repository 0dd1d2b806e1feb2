"""Answers kept until something is written: the data's edition is part of their name."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from territoires.charts.demonstration import mark
from territoires.charts.sealed import SealedFigure
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.db.revision import must_be_current
from territoires.queries.clocks import edition

_KEPT = 512


def current_edition(url: str) -> int:
    """Read the number of the latest act: one indexed query.

    Raises DatabaseError when there is nothing to read, or with another schema than ours.
    """
    with reading(url) as connection:
        must_be_current(connection)
        return edition(connection)


def asked(url: str, seen: int, query: Callable[..., Any], **filters: Any) -> Any:
    """Answer a query, from memory if nothing was written since it was last asked.

    The answer is shared by every visitor: whoever wants to change it copies it first.
    """
    return _answer(url, seen, query, tuple(sorted(filters.items())))


@lru_cache(maxsize=_KEPT)
def _answer(
    url: str, seen: int, query: Callable[..., Any], filters: tuple[tuple[str, Any], ...]
) -> Any:
    del seen  # part of the name only
    with reading(url) as connection:
        return query(connection, **dict(filters))


def drawn(
    url: str, seen: int, draw: Callable[..., Any], queries: tuple[Any, ...], **options: Any
) -> Any:
    """Draw a figure from queries, once per edition and options; gives a `SealedFigure`."""
    return _drawing(url, seen, draw, queries, tuple(sorted(options.items())))


@lru_cache(maxsize=_KEPT)
def _drawing(
    url: str,
    seen: int,
    draw: Callable[..., Any],
    queries: tuple[tuple[str, Callable[..., Any], tuple[tuple[str, Any], ...]], ...],
    options: tuple[tuple[str, Any], ...],
) -> Any:
    frames = {name: _answer(url, seen, query, filters) for name, query, filters in queries}
    figure = draw(**frames, **dict(options))
    return SealedFigure(mark(figure) if _answer(url, seen, is_demonstration, ()) else figure)
