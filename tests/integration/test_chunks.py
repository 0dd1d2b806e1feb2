"""Reads that name any number of rows: no statement names more than an engine takes."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from territoires.domain.scope import Scope
from territoires.queries import bounds, facts, rollout

SCOPE = Scope(as_of=date(2026, 11, 29))
MOST = 2


@pytest.fixture
def few(monkeypatch):
    """Let statements name two rows at a time, as they name hundreds."""
    monkeypatch.setattr("territoires.db.chunks._NAMED", MOST)


@pytest.fixture
def named(connection):
    """Count what each statement names."""
    counts = []

    def note(_connection, _cursor, statement, parameters, *_):
        counts.append(len(parameters) if " IN (" in statement else 0)

    event.listen(connection, "before_cursor_execute", note)
    yield counts
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "query",
    [
        bounds.bounds,
        rollout.centre_list,
        lambda connection, *, scope: facts.towns(
            connection, set(rollout.town_states(connection, scope=scope))
        ),
    ],
    ids=["bounds", "stages", "towns"],
)
def test_any_number_of_rows_is_named_a_few_at_a_time(connection, query, request):
    scope = replace(SCOPE, with_low=True)
    whole = query(connection, scope=scope)
    request.getfixturevalue("few")
    named = request.getfixturevalue("named")
    connection.info["read"] = {}  # what this reading has asked already is asked again
    again = query(connection, scope=scope)
    assert (whole == again) if isinstance(whole, dict) else whole.equals(again)
    assert max(named) <= MOST + 1
    assert len(named) > len(whole) / MOST
