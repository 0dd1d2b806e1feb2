"""What an upgrade adds to an older database: the counts that those of later days had replaced."""

from datetime import date, timedelta

import pytest
from alembic import command
from sqlalchemy import select, update

from territoires.db import amendments, disclosures, schema, summaries
from territoires.db.engine import engine, reading
from territoires.db.models import AuditEvent, Disclosure, Enrolment
from territoires.db.revision import HEAD
from territoires.domain.disclosure import Publication
from territoires.queries import integrity
from tests.conftest import SEEDED_AT
from tests.factories import act, add_centre, correct, withdraw, writing
from tests.integration.test_summaries import enrol

NOW = SEEDED_AT + timedelta(days=30)
OCTOBER, MARCH, AUGUST = date(2021, 10, 15), date(2022, 3, 28), date(2022, 8, 31)
WITHDRAWN = None


def old_chain(url, *steps):
    """Write versions of one fact as they once were: a later count ended an earlier one."""
    with writing(url) as connection:
        centre = add_centre(connection, at_utc=act(connection, SEEDED_AT + timedelta(hours=1)))
        number = None
        for hour, step in enumerate(steps, start=2):
            at_utc = act(connection, SEEDED_AT + timedelta(hours=hour))
            if step is WITHDRAWN:
                withdraw(connection, Enrolment, number, at_utc=at_utc)
                continue
            said = {"counted_on": step[0], "headcount": step[1]}
            if number is None:
                number = enrol(connection, centre, at_utc=at_utc, **said)
            else:
                correct(connection, Enrolment, number, at_utc=at_utc, **said)
        summaries.rebuild(connection)


def in_force(url):
    with reading(url) as connection:
        rows = connection.execute(
            select(Enrolment.counted_on, Enrolment.headcount)
            .where(Enrolment.superseded_at.is_(None))
            .order_by(Enrolment.counted_on)
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(MARCH, 100)], [(MARCH, 100)]),
        ([(MARCH, 100), (MARCH, 104)], [(MARCH, 104)]),
        ([(MARCH, 100), (AUGUST, 130)], [(MARCH, 100), (AUGUST, 130)]),
        (
            [(OCTOBER, 60), (MARCH, 100), (MARCH, 104), (AUGUST, 130), (AUGUST, 131)],
            [(OCTOBER, 60), (MARCH, 104), (AUGUST, 131)],
        ),
        # A day put right: August had been typed for March.
        ([(OCTOBER, 60), (AUGUST, 100), (MARCH, 100)], [(OCTOBER, 60), (MARCH, 100)]),
        ([(MARCH, 100), (AUGUST, 130), WITHDRAWN], []),
    ],
)
def test_the_counts_of_earlier_days_are_in_force_again(url, steps, expected):
    old_chain(url, *steps)
    with writing(url) as connection:
        amendments.amend(connection, since="0004", now=NOW)
    assert in_force(url) == expected
    with reading(url) as connection:
        assert list(integrity.faults(connection)) == []
        acts = connection.scalars(select(AuditEvent.command)).all()
        then = connection.scalars(
            select(Enrolment.headcount).where(
                Enrolment.recorded_at < NOW, Enrolment.superseded_at.is_(None)
            )
        ).all()
    # What was known before is known as it was, whatever is added.
    assert then == ([] if steps[-1] is WITHDRAWN else [steps[-1][1]])
    assert acts.count(amendments.INTERIM_COUNTS) == (len(expected) > 1)


def test_an_upgrade_restores_them_once(url):
    old_chain(url, (MARCH, 100), (AUGUST, 130))
    with engine(url, writable=True).connect() as connection, connection.begin():
        command.downgrade(schema.migrating(connection), "0004")
    assert schema.upgrade(url, now=NOW).after == HEAD
    assert in_force(url) == [(MARCH, 100), (AUGUST, 130)]
    schema.upgrade(url, now=NOW + timedelta(hours=1))
    assert len(in_force(url)) == 2


@pytest.mark.parametrize("since", ["0009", "0010"])
def test_an_upgrade_decides_again_what_an_older_rule_told(url, since):
    old_chain(url, (MARCH, 100))
    with writing(url) as connection:
        connection.execute(update(Disclosure).values(publication=Publication.WITHHELD))
        assert list(disclosures.disagreements(connection)) != []
        amendments.amend(connection, since=since, now=NOW)
    with reading(url) as connection:
        assert list(integrity.faults(connection)) == []


def test_check_names_two_counts_of_one_day(url):
    with writing(url) as connection:
        at_utc = act(connection, SEEDED_AT + timedelta(hours=1))
        centre = add_centre(connection, at_utc=at_utc)
        enrol(connection, centre, at_utc=at_utc)
        second = enrol(connection, centre, at_utc=at_utc, headcount=36)
        summaries.refresh(connection, [(centre, 2021)])
    with reading(url) as connection:
        found = [each for each in integrity.faults(connection) if each.code == "counted_twice"]
    assert [each.detail for each in found] == [str(second)]
