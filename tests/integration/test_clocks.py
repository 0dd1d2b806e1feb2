"""Two clocks: what was true on a day, and what this database knew of it at an instant."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from territoires.db.engine import reading
from territoires.db.models import (
    Centre,
    Department,
    PublishedFigure,
    Region,
    Source,
    Stage,
    Target,
    Town,
)
from territoires.domain.dates import PartialDate
from territoires.domain.programme import ProgrammeLink, StageKind
from territoires.domain.scope import Perimeter, Scope, Territory
from territoires.queries import integrity, rollout
from territoires.queries.answers import status
from territoires.queries.clocks import created_at, edition, last_recorded_at
from tests.conftest import SEEDED_AT
from tests.factories import (
    act,
    add,
    add_centre,
    add_stage,
    correct,
    seeded_number,
    withdraw,
    writing,
)
from tests.fuzzing import at_length

TICK = timedelta(microseconds=1)
FIRST = SEEDED_AT + timedelta(days=10)
SECOND = SEEDED_AT + timedelta(days=20)
DAYS = [date(2019, 4, 30), date(2019, 12, 31), date(2021, 5, 4), date(2026, 11, 22)]
# Each territory and each perimeter: they narrow by themselves.
WHERE = [("fr", Perimeter.ALL), ("reg-44", Perimeter.ACV), ("com-52121", Perimeter.ALL)]
CHAUMONT_OPENED = "52121/opened/2019-04/villes-de-france-205"


@pytest.fixture
def url(copy_of):
    """Give the URL of a database of this test's own, with few communes: all are read each time."""
    return copy_of("few")


def answers(url, known_at):
    """Give everything that `status --json` may say of an instant, and the rows behind it."""
    with reading(url) as connection:
        told = []
        for as_of, (territory, perimeter) in product(DAYS[::2], WHERE):
            scope = Scope(
                as_of=as_of,
                known_at=known_at,
                territory=Territory.parse(territory),
                perimeter=perimeter,
            )
            found = rollout.situation(connection, scope=scope)
            told.append(json.dumps(status(found, SEEDED_AT)))
            told.append(rollout.centre_list(connection, scope=scope).to_csv())
            told.append(rollout.steps(connection, scope=scope).to_csv())
            told.append(rollout.published_figures(connection, scope=scope).to_csv())
            told.append(rollout.targets(connection, scope=scope).to_csv())
        return told


def count(url, as_of=date(2026, 11, 22), **changes):
    with reading(url) as connection:
        return rollout.situation(connection, scope=Scope(as_of=as_of, **changes)).count


def change_everything(url, at_utc):
    """Correct, withdraw and add facts of every kind that the figures rest on."""
    with writing(url) as connection:
        act(connection, at_utc)
        opened = seeded_number(connection, Stage, CHAUMONT_OPENED)
        correct(connection, Stage, opened, at_utc=at_utc, happened_on=PartialDate(2019, 9, 13))
        niort = seeded_number(connection, Centre, "79191")
        correct(connection, Centre, niort, at_utc=at_utc, programme_link=ProgrammeLink.STATED)
        dieppe = seeded_number(connection, Stage, "76217/opened/2022/cherbourg-2023-10")
        withdraw(connection, Stage, dieppe, at_utc=at_utc)
        troyes = seeded_number(connection, Centre, "10387")
        add_stage(connection, at_utc=at_utc, centre_id=troyes, on="2020-03")
        site = add_centre(connection, at_utc=at_utc, town_code="52121", name="Second site")
        add_stage(connection, at_utc=at_utc, centre_id=site, on="2021-01-04")
        target = seeded_number(connection, Target, "open_centres/all/2019-02-13")
        correct(connection, Target, target, at_utc=at_utc, value=120)
        figure = seeded_number(
            connection, PublishedFigure, "open_centres/2021-05-04/cnam-2021-05/20/"
        )
        correct(connection, PublishedFigure, figure, at_utc=at_utc, value=21.0)


def test_what_was_known_at_an_instant_is_the_same_for_ever(url):
    before = answers(url, SEEDED_AT), answers(url, FIRST - TICK)
    change_everything(url, FIRST)
    assert (answers(url, SEEDED_AT), answers(url, FIRST - TICK)) == before
    changed = answers(url, FIRST)
    assert changed != before[1]
    change = {"happened_on": PartialDate(2019, 6)}
    with writing(url) as connection:
        act(connection, SECOND)
        opened = seeded_number(connection, Stage, CHAUMONT_OPENED)
        correct(connection, Stage, opened, at_utc=SECOND, **change)
    assert answers(url, FIRST) == answers(url, SECOND - TICK) == changed
    assert answers(url, SECOND) != changed
    with reading(url) as connection:
        assert list(integrity.faults(connection)) == []


def test_without_known_at_everything_recorded_so_far_counts(url):
    change_everything(url, FIRST)
    now = count(url)
    assert now == count(url, known_at=FIRST) == count(url, known_at=SECOND)
    assert (now.open, now.unproven) == (17, 1)  # + Niort, Troyes, a second site, - Dieppe


def test_a_version_is_known_from_its_very_instant_on_and_not_a_microsecond_before(url):
    with writing(url) as connection:
        opened = seeded_number(connection, Stage, CHAUMONT_OPENED)
        correct(
            connection,
            Stage,
            opened,
            at_utc=act(connection, FIRST),
            happened_on=PartialDate(2019, 9, 13),
        )
    april = date(2019, 4, 30)
    assert count(url, april, known_at=FIRST - TICK).open == 1
    assert count(url, april, known_at=FIRST).open == 0
    assert count(url, april).open == 0
    assert count(url, date(2019, 9, 13)).open == 1


def test_a_withdrawn_fact_is_still_what_was_known_before(url):
    with writing(url) as connection:
        opened = seeded_number(connection, Stage, CHAUMONT_OPENED)
        withdraw(connection, Stage, opened, at_utc=act(connection, FIRST))
    assert count(url, known_at=FIRST - TICK).open == 15
    assert count(url, known_at=FIRST).open == count(url).open == 14


def test_a_withdrawn_centre_counts_no_more_whatever_its_stages(url):
    with writing(url) as connection:
        centre = seeded_number(connection, Centre, "52121")
        withdraw(connection, Centre, centre, at_utc=act(connection, FIRST))
    assert (count(url).open, count(url).selected) == (14, 43)
    assert count(url, known_at=FIRST - TICK).open == 15


def test_the_versions_of_a_centre_share_its_stages(url):
    with writing(url) as connection:
        centre = seeded_number(connection, Centre, "52121")
        correct(connection, Centre, centre, at_utc=act(connection, FIRST), name="Chaumont gare")
        correct(connection, Centre, centre, at_utc=act(connection, SECOND), name="Chaumont centre")
    for known_at in (None, SEEDED_AT, FIRST, SECOND):
        assert count(url, known_at=known_at).open == 15


@pytest.mark.parametrize("known_at", [SEEDED_AT - TICK, datetime(2020, 1, 1, tzinfo=UTC)])
def test_before_it_existed_the_database_knew_nothing(url, known_at):
    with reading(url) as connection:
        found = rollout.situation(
            connection, scope=Scope(as_of=date(2026, 11, 22), known_at=known_at)
        )
    told = status(found, known_at)
    for name in ("open", "open_at_most", "open_undated", "unproven", "selected"):
        assert told[name] == 0
    for name in ("target", "deadline", "remaining", "first_opened_on", "status", "ratio"):
        assert told[name] is None
    assert told["published"] == []
    assert found.created_at == SEEDED_AT


def test_the_instant_of_seeding_knows_the_seeds(url):
    assert count(url, known_at=SEEDED_AT).open == 15


def test_the_same_instant_in_another_time_zone_is_the_same_instant(url):
    change_everything(url, FIRST)
    paris = FIRST.astimezone(datetime.fromisoformat("2026-12-01T00:00:00+01:00").tzinfo)
    assert count(url, known_at=paris) == count(url, known_at=FIRST)
    assert count(url, known_at=paris - TICK) == count(url, known_at=FIRST - TICK)


def test_every_act_moves_the_edition(url):
    with reading(url) as connection:
        before = edition(connection)
        assert created_at(connection) == last_recorded_at(connection) == SEEDED_AT
    change_everything(url, FIRST)
    with reading(url) as connection:
        assert edition(connection).number == before.number + 1
        assert (created_at(connection), last_recorded_at(connection)) == (SEEDED_AT, FIRST)


def test_an_empty_database_began_at_no_instant(empty_url):
    with reading(empty_url) as connection:
        assert (created_at(connection), edition(connection).number) == (None, 0)


# --- any series of acts ---

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("centre"), st.booleans()),
        st.tuples(
            st.just("stage"),
            st.integers(0, 3),
            st.sampled_from(["2020", "2020-05", "2020-05-04", "2021-02-01", ""]),
            st.sampled_from([StageKind.OPENED, StageKind.SELECTED, StageKind.CLOSED]),
        ),
        st.tuples(st.just("correct"), st.integers(0, 5), st.sampled_from(["2020-01", "2021"])),
        st.tuples(st.just("withdraw"), st.integers(0, 5)),
    ),
    max_size=7,
)


def little_france(url):
    """Insert the few rows that a centre needs."""
    with writing(url) as connection:
        act(connection, SEEDED_AT - TICK)
        region = {"code": "44", "name": "Grand Est", "zone": "metro"}
        department = {"code": "10", "name": "Aube", "region_code": "44"}
        town = {"code": "10387", "name": "Troyes", "folded": "troyes", "department_code": "10"}
        people = {"population": 1, "population_year": 2023}
        connection.execute(insert(Region).values(region | people))
        connection.execute(insert(Department).values(department | people))
        connection.execute(insert(Town).values(town | people))
        connection.execute(
            insert(Source).values(
                id="cnam-2021-05", publisher="Cnam", title="Essai", reliability="officiel"
            )
        )


def perform(connection, at_utc, act_, made, live):
    kind, *rest = act_
    if kind == "centre":
        link = ProgrammeLink.STATED if rest[0] else ProgrammeLink.UNPROVEN
        made.append(add_centre(connection, at_utc=at_utc, programme_link=link))
    elif kind == "stage" and made:
        centre_id = made[rest[0] % len(made)]
        number = add_stage(connection, at_utc=at_utc, centre_id=centre_id, on=rest[1], kind=rest[2])
        live.append(number)
    elif kind == "correct" and live:
        number = live[rest[0] % len(live)]
        correct(connection, Stage, number, at_utc=at_utc, happened_on=PartialDate.parse(rest[1]))
    elif kind == "withdraw" and live:
        withdraw(connection, Stage, live.pop(rest[0] % len(live)), at_utc=at_utc)


@pytest.mark.only_on("sqlite", "a database per example")
@settings(max_examples=at_length(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_each_state_of_the_database_can_be_seen_again(databases, tmp_path, acts):
    url = databases.copy("migrated", tmp_path)
    little_france(url)
    seen, made, live = [], [], []
    for number, act_ in enumerate(acts):
        at_utc = SEEDED_AT + number * TICK
        with writing(url) as connection:
            act(connection, at_utc)
            perform(connection, at_utc, act_, made, live)
        seen.append((at_utc, [count(url, day) for day in DAYS]))
    for at_utc, counts in seen:
        assert [count(url, day, known_at=at_utc) for day in DAYS] == counts
    with reading(url) as connection:
        assert list(integrity.faults(connection)) == []
    databases.drop(url)


def test_a_target_is_a_new_fact_that_leaves_the_past_as_it_was(url):
    with writing(url) as connection:
        add(
            connection,
            Target,
            at_utc=act(connection, FIRST),
            indicator="open_centres",
            perimeter=Perimeter.ALL,
            territory="fr",
            value=120,
            starts_on=date(2019, 4, 1),
            deadline=date(2028, 12, 31),
            decided_on=date(2026, 11, 25),
            source_id="cnam-2024-02",
        )

    def value(as_of, known_at=None):
        with reading(url) as connection:
            scope = Scope(as_of=as_of, known_at=known_at)
            return rollout.situation(connection, scope=scope).progress.target.value

    assert value(date(2026, 11, 24)) == 100
    assert value(date(2026, 11, 25)) == 120
    assert value(date(2026, 11, 25), FIRST - TICK) == 100
