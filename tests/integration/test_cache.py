"""What the pages keep in memory follows what is written."""

import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from territoires.charts.sealed import sealed
from territoires.commands.stages import record_stage
from territoires.db import seeds
from territoires.db.engine import engine, once, one_reading, reading, sqlite_path
from territoires.db.models import Stage
from territoires.domain.errors import DatabaseError
from territoires.domain.scope import FRANCE, Level, Territory
from territoires.queries import editions
from territoires.queries.editions import current_edition
from territoires.queries.territories import place
from territoires.ui import cache
from tests.conftest import release
from tests.integration.writing import do, later, stage_draft

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
    assert editions._EDITIONS[url][1] == seen  # noqa: SLF001
    assert current_edition(url) == seen
    assert seen.number > 0


@pytest.mark.only_on("sqlite", "a server has no file whose date would tell")
def test_a_write_moves_the_edition_of_a_file_that_was_known(empty_url, few_seeds):
    aged(empty_url)
    assert current_edition(empty_url).number == 0
    seeds.seed(empty_url, folder=few_seeds, now=NOW)
    assert current_edition(empty_url).number > 0


def test_two_writes_in_one_tick_of_the_clock_are_two_editions(empty_url, few_seeds):
    assert current_edition(empty_url).number == 0  # the file is a moment old: nothing is kept of it
    seeds.seed(empty_url, folder=few_seeds, now=NOW)
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
    kept = sealed(figure)
    assert kept.to_dict() == json.loads(figure.to_json())
    assert kept.to_dict() is kept.to_dict()
    assert "1 trace" in repr(kept)


def outline(name):
    return go.Figure(go.Scatter(name=name, text=["48.85,2.35 " * 500], x=["2021"], y=[1]))


def test_figures_share_the_outlines_that_they_all_draw():
    one, other = (sealed(outline(name)).to_dict()["data"][0] for name in ("one", "other"))
    assert one["text"][0] is other["text"][0]


def test_a_figure_weighs_what_it_does_not_share():
    light, heavy = (
        sealed(go.Figure(go.Bar(y=[0.5 + n for n in range(rows)]))).weight for rows in (1, 1_001)
    )
    assert heavy - light >= 1_000 * 24  # a float of Python
    assert sealed(outline("shared")).weight < light + 1_000


@pytest.mark.parametrize(
    ("answer", "at_least", "at_most"),
    [
        (pd.DataFrame({"town": ["Chaumont"] * 1_000}), 8_000, 200_000),
        (np.zeros(1_000), 8_000, 8_200),
        ([np.zeros(1_000), {"near": np.zeros(1_000)}], 16_000, 17_000),
        (Territory(Level.REGION, "44"), 50, 1_000),
        (None, 8, 100),
    ],
)
def test_an_answer_is_weighed_by_all_that_it_holds(answer, at_least, at_most):
    assert at_least <= cache.weight(answer) <= at_most


@given(st.lists(st.integers(1, 3_000), max_size=60))
def test_what_is_kept_never_outweighs_its_limit(sizes):
    kept = cache.weighed(10_000)
    for name, size in enumerate(sizes):
        answer = np.zeros(size, dtype="u1")
        with suppress(ValueError):  # heavier than the limit: answered, not kept
            kept[name] = answer
        assert sum(answer.nbytes for answer in kept.values()) <= 10_000
        assert name in kept or size > 10_000


def test_an_answer_heavier_than_all_that_may_be_kept_is_still_given(url):
    def heavy(_connection):
        return np.zeros(cache.ANSWERS_KEPT, dtype="u1")

    seen = current_edition(url)
    assert cache.asked(url, seen, heavy) is not cache.asked(url, seen, heavy)
    assert cache.asked(url, seen, place, territory=FRANCE) is cache.asked(
        url, seen, place, territory=FRANCE
    )


def test_a_reading_answers_once_what_cannot_change_within_it(small_url):
    asked = []

    @once
    def opened(connection, *, day):
        asked.append(day)
        return connection.scalar(select(func.count()).select_from(Stage))

    with one_reading(small_url):
        with reading(small_url) as connection:
            connection.execute(select(1))
            before = opened(connection, day=1)
        do(small_url, record_stage, stage_draft(), now=later(1))
        with reading(small_url) as connection:
            assert opened(connection, day=1) == before, "one picture of the data, whoever writes"
    assert asked == [1]
    with reading(small_url) as connection:
        after = opened(connection, day=1)
        assert (opened(connection, day=1), opened(connection, day=2)) == (after, after)
    assert after > before
    assert asked == [1, 1, 2]


def test_a_writer_answers_anew_each_time(small_url):
    asked = []

    @once
    def told(connection):
        asked.append(connection.scalar(select(1)))
        return asked

    with engine(small_url, writable=True).begin() as connection:
        told(connection)
        told(connection)
    assert asked == [1, 1]
