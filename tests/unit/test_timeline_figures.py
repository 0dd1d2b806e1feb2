from datetime import date

import pandas as pd
import pytest

from territoires.charts.timeline import MARKS, timeline_figure
from territoires.domain.programme import StageKind
from territoires.queries.bounds import BOUNDS
from territoires.queries.frames import table
from territoires.queries.town_sheet import STAGES

TODAY = date(2026, 11, 22)


def stages(*rows):
    usual = {
        "centre": "Chaumont",
        "kind": "opened",
        "happened_on": "2019-04",
        "basis": "stated",
        "retained": True,
        "confidence": "medium",
        "first_day": date(2019, 4, 1),
        "last_day": date(2019, 4, 30),
        "source": "Villes de France",
        "source_url": "",
        "note": "",
    }
    return table([usual | row for row in rows], STAGES)


def bounds(*rows):
    usual = {
        "kind": "opened",
        "not_before": "2019-04",
        "first_day": date(2019, 4, 1),
        "basis": "stated",
        "confidence": "medium",
        "believed": True,
        "contradicted": False,
        "source": "La Gazette France",
        "note": "",
    }
    return table([usual | row for row in rows], BOUNDS)


def marks(figure):
    return [trace for trace in figure.data if trace.mode == "markers"]


def bars(figure):
    return [trace for trace in figure.data if trace.mode == "lines"]


def test_a_month_is_a_bar_from_its_first_day_to_its_last():
    figure = timeline_figure(stages({}), bounds(), as_of=TODAY)
    (bar,) = bars(figure)
    assert [pd.Timestamp(day).date() for day in bar.x] == [date(2019, 4, 1), date(2019, 4, 30)]
    assert bar.line.dash == "solid"


def test_a_day_is_a_mark_without_a_bar():
    day = {
        "happened_on": "2019-09-13",
        "first_day": date(2019, 9, 13),
        "last_day": date(2019, 9, 13),
    }
    figure = timeline_figure(stages(day), bounds(), as_of=TODAY)
    assert bars(figure) == []
    assert len(marks(figure)[0].x) == 1


def test_a_competing_date_is_hollow_and_says_so():
    figure = timeline_figure(stages({}, {"retained": False}), bounds(), as_of=TODAY)
    full, hollow = marks(figure)
    assert not full.marker.symbol.endswith("-open")
    assert hollow.marker.symbol.endswith("-open")
    assert "date concurrente" in figure.layout.annotations[1].text
    assert "date concurrente" not in figure.layout.annotations[0].text


def test_a_date_that_nothing_bounds_is_dotted_up_to_the_chosen_day():
    unknown = {"happened_on": "", "first_day": date(2019, 9, 26), "last_day": None}
    figure = timeline_figure(stages(unknown), bounds(), as_of=TODAY)
    (bar,) = bars(figure)
    assert bar.line.dash == "dot"
    assert pd.Timestamp(bar.x[-1]).date() == TODAY
    assert "date inconnue" in figure.layout.annotations[0].text
    assert "au plus tôt" in marks(figure)[0].hovertext


def test_every_kind_of_stage_has_a_symbol_of_its_own():
    assert set(MARKS) == set(StageKind)
    assert len({symbol for symbol, _ in MARKS.values()}) == len(StageKind)


def test_the_bars_lie_within_the_frame():
    late = {"first_day": date(2021, 9, 1), "last_day": date(2023, 12, 31)}
    figure = timeline_figure(stages({}, late), bounds(), as_of=TODAY)
    first, last = (date.fromisoformat(day) for day in figure.layout.xaxis.range)
    days = [pd.Timestamp(day).date() for trace in figure.data for day in trace.x]
    assert first < min(days)
    assert max(days) < last


@pytest.mark.parametrize("rows", [0, 1, 12])
def test_each_stage_has_a_row_of_its_own(rows):
    figure = timeline_figure(stages(*({} for _ in range(rows))), bounds(), as_of=TODAY)
    assert [trace.y[0] for trace in marks(figure)] == [-place for place in range(rows)]
    low, high = figure.layout.yaxis.range
    assert low < high
    assert low <= -max(rows - 1, 0)


@pytest.mark.parametrize(
    ("said", "symbol", "why"),
    [
        ({}, "triangle-right", "pas avant avril 2019"),
        ({"believed": False}, "triangle-right-open", "liste"),
        ({"contradicted": True}, "triangle-right-open", "contredite"),
    ],
)
def test_a_first_possible_day_has_its_row_and_is_hollow_when_it_narrows_nothing(said, symbol, why):
    figure = timeline_figure(stages({}), bounds(said), as_of=TODAY)
    mark = marks(figure)[-1]
    assert (mark.marker.symbol, list(mark.x), list(mark.y)) == (symbol, [date(2019, 4, 1)], [-1])
    assert why in figure.layout.annotations[-1].text
    assert "La Gazette France" in mark.hovertext
