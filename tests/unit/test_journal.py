from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from territoires.db.engine import reading
from territoires.db.journal import (
    TICK,
    anchor,
    broken_links,
    next_instant,
    seal,
    sealed_content,
)
from tests.conftest import SEEDED_AT
from tests.factories import act, writing


@dataclass(frozen=True)
class Event:
    id: int
    at_utc: datetime
    actor: str = "a"
    command: str = "c"
    entity: str = "e"
    entity_id: str = "1"
    changes: list[object] = field(default_factory=list)
    reason: str | None = None
    fingerprint: dict[str, str] | None = None
    machine_at: datetime | None = None
    previous_hash: str = ""
    hash: str = ""


def chain(*actors):
    events, previous = [], ""
    for number, actor in enumerate(actors, start=1):
        event = Event(number, SEEDED_AT + number * TICK, actor=actor, previous_hash=previous)
        previous = seal(previous, sealed_content(vars(event)))
        events.append(replace(event, hash=previous))
    return events


def broken(events):
    return broken_links(map(vars, events))


@given(st.lists(st.text(max_size=5), max_size=6))
def test_an_untouched_journal_is_sound(actors):
    assert broken(chain(*actors)) == []


@given(st.lists(st.text(max_size=5), min_size=1, max_size=6), st.data())
def test_an_altered_act_shows(actors, data):
    events = chain(*actors)
    place = data.draw(st.integers(0, len(events) - 1))
    name, value = data.draw(
        st.sampled_from(
            [
                ("actor", actors[place] + "x"),
                ("command", "x"),
                ("entity", "x"),
                ("entity_id", "x"),
                ("changes", [{"a": 1}]),
                ("reason", "x"),
                ("at_utc", SEEDED_AT + timedelta(days=1)),
                ("previous_hash", "x"),
                ("fingerprint", {"stage": "00"}),
                ("machine_at", SEEDED_AT),
            ]
        )
    )
    events[place] = replace(events[place], **{name: value})
    assert broken(events)[0] == events[place].id


@given(st.lists(st.text(max_size=5), min_size=2, max_size=6), st.data())
def test_a_removed_act_shows_unless_it_was_the_last(actors, data):
    events = chain(*actors)
    place = data.draw(st.integers(0, len(events) - 2))
    following = events[place + 1].id
    del events[place]
    assert broken(events) == [following]


def test_two_acts_swapped_show():
    first, second, third = chain("a", "b", "c")
    assert broken([second, first, third])


def test_an_act_sealed_again_breaks_the_next_one():
    first, second = chain("a", "b")
    (forged,) = chain("somebody else")
    assert broken([forged, second]) == [2]
    assert broken([first, second]) == []


@given(st.dictionaries(st.text(), st.text()))
def test_the_seal_does_not_depend_on_the_order_of_writing(content):
    turned = dict(reversed(content.items()))
    assert seal("x", content) == seal("x", turned)


def test_an_instant_is_sealed_the_same_in_every_time_zone():
    (event,) = chain("a")
    paris = event.at_utc.astimezone(timezone(timedelta(hours=1)))
    assert broken([replace(event, at_utc=paris)]) == []


def test_the_journal_of_the_database_chains_by_itself(url):
    with writing(url) as connection:
        act(connection, SEEDED_AT + timedelta(days=1))
        act(connection, SEEDED_AT + timedelta(days=2))
        last = anchor(connection)
        assert (last.act, last.at_utc) == (3, SEEDED_AT + timedelta(days=2))


def test_an_instant_is_later_than_every_recorded_one(url, empty_url):
    with reading(url) as connection:
        later = SEEDED_AT + timedelta(hours=1)
        assert next_instant(connection, later) == later
        assert next_instant(connection, SEEDED_AT) == SEEDED_AT + TICK
        assert next_instant(connection, datetime(2020, 1, 1, tzinfo=UTC)) == SEEDED_AT + TICK
    with reading(empty_url) as connection:
        assert anchor(connection) is None
        assert next_instant(connection, SEEDED_AT) == SEEDED_AT
