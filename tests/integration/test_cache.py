"""What the pages keep in memory follows what is written."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import plotly.graph_objects as go
import pytest

from territoires.charts.sealed import SealedFigure
from territoires.db import seeds
from territoires.db.engine import sqlite_path
from territoires.domain.errors import DatabaseError
from territoires.settings import SEEDS
from territoires.ui import cache
from territoires.ui.cache import current_edition
from tests.conftest import release

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def aged(url: str) -> Path:
    """Make the files of a database look written an hour ago, as in a quiet hour."""
    release(url)
    path = sqlite_path(url)
    assert path is not None
    then = time.time() - 3600
    os.utime(path, (then, then))
    return path


@pytest.mark.only_on("sqlite", "a server has no file whose date would tell")
def test_the_edition_of_a_file_that_did_not_change_is_known(url):
    aged(url)
    seen = current_edition(url)
    assert cache._EDITIONS[url][1] == seen  # noqa: SLF001
    assert current_edition(url) == seen
    assert seen.number > 0


@pytest.mark.only_on("sqlite", "a server has no file whose date would tell")
def test_a_write_moves_the_edition_of_a_file_that_was_known(empty_url):
    aged(empty_url)
    assert current_edition(empty_url).number == 0
    seeds.seed(empty_url, folder=SEEDS, now=NOW)
    assert current_edition(empty_url).number > 0


def test_two_writes_in_one_tick_of_the_clock_are_two_editions(empty_url):
    assert current_edition(empty_url).number == 0  # the file is a moment old: nothing is kept of it
    seeds.seed(empty_url, folder=SEEDS, now=NOW)
    assert current_edition(empty_url).number > 0


@pytest.mark.only_on("sqlite", "a server has no file whose date would tell")
def test_a_database_that_is_gone_is_not_remembered(url):
    path = aged(url)
    current_edition(url)
    path.unlink()
    with pytest.raises(DatabaseError) as refused:
        current_edition(url)
    assert refused.value.code == "missing"


def test_a_sealed_figure_sends_what_the_figure_would():
    figure = go.Figure(go.Scatter(x=["2021-01-01"], y=[1])).update_layout(template=None, height=300)
    sealed = SealedFigure(figure)
    assert sealed.to_dict() == json.loads(figure.to_json())
    assert sealed.to_dict() is sealed.to_dict()
    assert "1 trace" in repr(sealed)
