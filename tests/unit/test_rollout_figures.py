"""The burn-up: every series where it belongs, none under another."""

from datetime import date

import pytest

from territoires.charts.rollout import burn_up_figure
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
