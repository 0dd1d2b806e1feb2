"""What can befall a PostgreSQL server while somebody reads or writes, and what is said of it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from territoires.commands.staff import add_staff, administering
from territoires.db import server
from territoires.db.engine import engine, reading
from territoires.db.journal import take_turn
from territoires.db.models import Staff
from territoires.domain.drafts import StaffDraft
from territoires.domain.errors import DatabaseError
from territoires.domain.roles import Role

pytestmark = pytest.mark.only_on("postgresql", "SQLite has no server to lose")

EMAIL = "marie@example.org"
CUT_AT_COMMIT = (
    (
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    ),
    (
        "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON staff DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION cut()"
    ),
)


def add(url):
    draft = StaffDraft(email=EMAIL, name="Marie", role=Role.DIRECTION, with_password=False)
    with administering(url, now=datetime.now(UTC)) as write:
        return add_staff(write, draft)


def is_there(url):
    with reading(url) as connection:
        return connection.scalar(select(func.count()).where(Staff.email == EMAIL)) == 1


def order(url, *statements):
    with engine(url, writable=True).connect() as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def refusal(url):
    with pytest.raises(DatabaseError) as refused:
        add(url)
    return refused.value.code


def test_a_line_cut_while_reading_is_named_and_the_next_question_gets_a_new_one(url):
    with pytest.raises(DatabaseError) as refused, reading(url) as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert refused.value.code == "unreachable"
    assert "\n" not in refused.value.detail
    assert not is_there(url)


def test_a_line_cut_while_committing_leaves_a_doubt_which_is_said(url):
    order(url, *CUT_AT_COMMIT)
    assert refusal(url) == "unsure"
    assert not is_there(url)
    order(url, "DROP TRIGGER cut ON staff")
    add(url)
    assert is_there(url)


def test_a_standby_is_read_only(url):
    name = engine(url, writable=True).url.database
    order(url, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    engine(url, writable=True).dispose()
    assert refusal(url) == "read_only"
    assert not is_there(url)


def test_a_writer_waits_for_its_turn_then_says_so(url, monkeypatch):
    monkeypatch.setattr(server, "WRITER", server.Limits(statement_s=1, lock_s=0.05))
    with engine(url, writable=True).connect() as other, other.begin():
        take_turn(other)
        assert refusal(url) == "locked"
    add(url)
    assert is_there(url)


def test_a_server_that_is_not_there_is_named_in_one_line():
    with pytest.raises(DatabaseError) as refused:
        is_there("postgresql://nobody@localhost:1/nothing")
    assert refused.value.code == "unreachable"
    assert "\n" not in refused.value.detail
