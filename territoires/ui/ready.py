"""What the first reader need not wait for, done once before the server answers."""

import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Final

import plotly.graph_objects as go

from territoires.charts.sealed import sealed
from territoires.db.revision import reading_current
from territoires.domain.errors import DatabaseError
from territoires.queries import integrity
from territoires.queries.editions import current_edition

_LOG: Final = logging.getLogger(__name__)
_ROOMS: Final = ("charts", "french", "queries", "ui")
_SCRIPT: Final = "territoires.ui.contents"  # run for each reader, never imported


def modules() -> list[str]:
    """Name the modules that the pages are made of."""
    found = [
        module.name
        for room in _ROOMS
        for module in walk_packages(
            import_module(f"territoires.{room}").__path__, f"territoires.{room}."
        )
    ]
    return [name for name in found if name != _SCRIPT]


def first_steps(url: str) -> None:
    """Ask the database something, which maps its tables, and draw something, which loads plotly."""
    figure = go.Figure(layout={"template": None})
    sealed(figure.add_scatter(marker={"line": {"width": 1}}, line={"width": 1}))
    try:
        current_edition(url)
    except DatabaseError:  # the pages say what is wrong
        return


def looks(url: str) -> dict[str, Callable[[], bool]]:
    """Give how one looks whether the database answers, and whether it is sound."""
    return {look.__name__: partial(look, url) for look in (database_answers, database_is_sound)}


def database_is_sound(url: str) -> bool:
    """Tell whether a quick look at the whole finds nothing wrong; a line in the log says what."""
    try:
        with reading_current(url) as connection:
            found = list(integrity.quick_faults(connection))
    except DatabaseError as error:
        if error.code not in {"damaged", "not_a_database"}:
            raise
        _LOG.error("damaged: %s", error)
        return False
    for fault in found:
        _LOG.error("damaged: %s: %s (%s)", fault.where, fault.code, fault.detail)
    return not found


def database_answers(url: str) -> bool:
    """Tell whether the pages would find their database (DatabaseError: they would not, and why)."""
    with reading_current(url):
        return True
