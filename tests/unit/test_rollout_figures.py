"""The burn-up: every series where it belongs, none under another."""

import re
from datetime import date

import pytest

from territoires.charts import theme
from territoires.charts.rollout import burn_up_figure
from territoires.charts.sealed import finished
from territoires.domain.scope import Scope
from territoires.queries import rollout


@pytest.fixture
def drawn(connection):
    def draw(day):
        asked = {"connection": connection, "scope": Scope(as_of=day)}
        return burn_up_figure(
            rollout.steps(**asked),
            openings=rollout.openings(**asked),
            targets=rollout.targets(**asked),
            published=rollout.published_figures(**asked),
            events=rollout.programme_events(**asked),
            as_of=day,
        )

    return draw


def test_every_opening_lies_on_its_own_step(drawn):
    figure = drawn(date(2026, 11, 22))
    (dots,) = [t for t in figure.data if t.mode == "markers" and t.showlegend is False]
    assert list(dots.y) == list(range(1, 16))
    assert list(dots.x) == sorted(dots.x)


def test_a_published_total_keeps_its_qualifier_and_is_hidden_by_nothing(drawn):
    figure = drawn(date(2021, 5, 31))
    names = [trace.name for trace in figure.data]
    assert names.index("Totaux publiés") > names.index("Situation choisie")
    (totals,) = [trace for trace in figure.data if trace.name == "Totaux publiés"]
    written = [text.replace("\u00a0", " ").strip() for text in totals.text]
    assert {"au moins 3", "environ 20"} <= set(written)


def test_the_deadline_is_named_beside_its_value(drawn):
    texts = [each.text for each in drawn(date(2021, 5, 31)).layout.annotations]
    assert texts == ["<b>100</b>", "Échéance"]


def test_what_is_written_in_a_figure_has_its_thousands_apart(connection):
    day = date(2021, 5, 31)
    asked = {"connection": connection, "scope": Scope(as_of=day)}
    figure = burn_up_figure(
        many(rollout.steps(**asked), "open", "open_at_most"),
        openings=rollout.openings(**asked),
        targets=many(rollout.targets(**asked), "value"),
        published=many(rollout.published_figures(**asked), "value"),
        events=rollout.programme_events(**asked),
        as_of=day,
    )
    assert figure.layout.annotations[0].text == "<b>100\u202f000</b>"
    (chosen,) = [trace for trace in figure.data if trace.name == "Situation choisie"]
    assert re.fullmatch(r"<b>\d{1,2}\u202f000</b>", chosen.text[0])


def many(frame, *columns):
    return frame.assign(**{name: frame[name] * 1_000 for name in columns})


def test_a_legend_names_only_what_is_drawn():
    made = theme.figure(height=100)
    made.add_bar(x=["2021"], y=[0], name="no length")
    made.add_bar(x=["2021"], y=[3], name="bar")
    made.add_scatter(x=[1, None, 2], y=[1, None, 2], mode="lines", name="points of a line")
    made.add_scatter(x=[1, 2], y=[1, 2], mode="lines", name="line")
    made.add_scatter(x=[], y=[], mode="markers", name="nothing")
    made.add_scatter(x=[1], y=[1], mode="markers", name="mark")
    made.add_bar(x=[None], y=[None], name="word on the bars")
    drawn = [each for each in finished(made).to_dict()["data"] if each.get("showlegend", True)]
    assert [each["name"] for each in drawn] == ["bar", "line", "mark", "word on the bars"]
