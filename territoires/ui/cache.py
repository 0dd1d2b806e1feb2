"""Answers kept until something is written: the data's edition is part of their name."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from itertools import chain
from threading import Lock
from typing import Any, Final

import pandas as pd
from cachetools import LRUCache, cached

from territoires.charts.sealed import SealedFigure, finished
from territoires.db.demonstration import is_demonstration
from territoires.db.engine import reading
from territoires.queries.clocks import Edition

# What pandas holds beside the values of a frame, measured: its blocks and the names of its columns.
_FRAME, _COLUMN = 4_000, 2_500
# Whatever is asked for in a day, what is kept stays within these (bytes). The dearest view, the
# heaviest map of all, is 1.4 MB of figure; a usual one is a tenth of that, answers included.
ANSWERS_KEPT: Final = 64 << 20
FIGURES_KEPT: Final = 64 << 20


def weight(answer: Any) -> int:
    """Estimate the memory that an answer holds (bytes), whatever it shares with others included."""
    if isinstance(answer, SealedFigure):
        return answer.weight
    if isinstance(answer, pd.DataFrame):
        values = int(answer.memory_usage(deep=True).sum())
        return values + _FRAME + _COLUMN * len(answer.columns)
    return sys.getsizeof(answer) + sum(map(weight, _parts(answer)))


def _parts(answer: Any) -> Iterable[Any]:
    if isinstance(answer, list | tuple | set | frozenset):
        return answer
    if isinstance(answer, Mapping):
        return chain(answer.keys(), answer.values())
    if is_dataclass(answer):
        return (getattr(answer, part.name) for part in fields(answer))
    return ()


def weighed(limit: int) -> LRUCache[Any, Any]:
    """Make room for the answers that were last asked for, up to `limit` (bytes) together."""
    return LRUCache(limit, getsizeof=weight)


_ANSWERS: Final = weighed(ANSWERS_KEPT)
_FIGURES: Final = weighed(FIGURES_KEPT)


def _named(*place: Any, **options: Any) -> tuple[Any, ...]:
    """Name an answer by all that it was asked by."""
    return *place, *sorted(options.items())


@cached(_ANSWERS, key=_named, lock=Lock())
def asked(url: str, seen: Edition, query: Callable[..., Any], **filters: Any) -> Any:
    """Answer a query, from memory if nothing was written since it was last asked.

    The answer is shared by every visitor: whoever wants to change it copies it first.
    """
    del seen  # part of the name only
    with reading(url) as connection:
        return query(connection, **filters)


@cached(_FIGURES, key=_named, lock=Lock())
def drawn(
    url: str,
    seen: Edition,
    draw: Callable[..., Any],
    queries: tuple[tuple[str, Callable[..., Any], tuple[tuple[str, Any], ...]], ...],
    *,
    on_dark: bool,
    **options: Any,
) -> Any:
    """Draw a figure from queries, once per edition, theme and options; gives a `SealedFigure`."""
    frames = {name: asked(url, seen, query, **dict(filters)) for name, query, filters in queries}
    return finished(
        draw(**frames, **options),
        on_dark=on_dark,
        is_demonstration=asked(url, seen, is_demonstration),
    )
