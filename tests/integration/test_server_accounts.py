"""A PostgreSQL of which the dashboards know two lesser accounts, and what a silent server does."""

import os
import signal
from datetime import UTC, datetime

import pytest

from territoires.__main__ import main
from territoires.commands.reports import receive
from territoires.db import grants, server
from territoires.db.engine import engine, named_failures, reading
from territoires.domain.errors import ConfigurationError, DatabaseError
from territoires.domain.reports import Report, ReportKind
from territoires.queries.reports import reported
from territoires.settings import Settings
from tests.databases import lesser
from tests.integration.writing import VERDUN

pytestmark = [
    pytest.mark.only_on("postgresql", "SQLite has neither accounts nor a server"),
    pytest.mark.as_deployed,
]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def refusal(url, statement, *, writable):
    with (
        pytest.raises(DatabaseError) as refused,
        named_failures(),
        engine(url, writable=writable).connect() as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(statement)
    return refused.value.code


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET reason = 'autre'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM stage",
        "UPDATE town SET population = 0",
        "DELETE FROM former_town",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (id integer)",
        "DROP TABLE stage",
        "ALTER ROLE territoires_writer SUPERUSER",
    ],
)
def test_who_writes_for_the_dashboards_adds_acts_and_alters_none(url, statement):
    assert refusal(url, statement, writable=True) == "forbidden"


def test_who_reads_cannot_even_ask_to_write(url):
    with engine(url, writable=False).connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == "territoires_reader"
        connection.rollback()
        raw = connection.connection.driver_connection
        raw.read_only = False
        connection.exec_driver_sql("SELECT 1")
    for statement in ("DELETE FROM session", "INSERT INTO setting VALUES ('a', 'b')"):
        assert refusal(url, statement, writable=False) in {"forbidden", "read_only"}
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        may = connection.exec_driver_sql(
            "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = 'territoires_reader'"
        )
        assert set(may.scalars()) == {"SELECT"}


def test_the_accounts_are_made_once_and_a_password_is_never_sent_in_clear(url, capsys):
    assert main(["roles"]) == 0
    assert main(["roles"]) == 0
    said = capsys.readouterr().out
    assert "qui écrit\N{NO-BREAK SPACE}: territoires_writer" in said
    assert "qui lit\N{NO-BREAK SPACE}: territoires_reader" in said
    secret = lesser(url)["reader_url"].replace("territoires_reader@", "territoires_other:s3cret@")
    assert grants.share(Settings(database_url=url, reader_url=secret)) == {
        "reader": "territoires_other"
    }
    with engine(url, writable=True, owner=True).connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'territoires_other'"
        ).scalar()
    assert kept.startswith("SCRAM-SHA-256$")


@pytest.mark.parametrize(
    "wrong", ["postgresql://lecteur@/autre", "postgresql:///x", "sqlite:///data/a.db", "{owner}"]
)
def test_an_address_that_is_no_lesser_account_of_the_same_database_is_refused(url, wrong, capsys):
    settings = Settings(database_url=url, reader_url=wrong.replace("{owner}", url))
    with pytest.raises(ConfigurationError) as refused:
        grants.share(settings)
    assert refused.value.variable == "TERRITOIRES_READER_URL"


def test_without_lesser_accounts_the_command_says_what_to_set(url, monkeypatch, capsys):
    for door in ("WRITER", "READER"):
        monkeypatch.delenv(f"TERRITOIRES_{door}_URL")
    assert main(["roles"]) == 2
    assert "TERRITOIRES_READER_URL" in capsys.readouterr().err


def test_a_dashboard_does_without_the_owner_s_address(url, monkeypatch):
    monkeypatch.delenv("TERRITOIRES_DATABASE_URL")
    settings = Settings.from_env()
    assert settings.database_url == lesser(url)["writer_url"]
    with reading(settings.database_url) as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar() == "territoires_reader"


@pytest.mark.parametrize("writable", [False, True])
def test_a_question_that_takes_too_long_is_given_up_except_by_the_owner(url, monkeypatch, writable):
    for door in ("READER", "WRITER"):
        monkeypatch.setattr(server, door, server.Limits(statement_s=1, lock_s=1))
    assert refusal(url, "SELECT pg_sleep(30)", writable=writable) == "locked"
    with reading(url, owner=True) as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "0"


def test_a_server_that_falls_silent_is_told_and_the_next_question_gets_another(url, monkeypatch):
    monkeypatch.setattr(server, "READER", server.Limits(statement_s=1))
    monkeypatch.setattr(server, "MARGIN_S", 0)
    with pytest.raises(DatabaseError) as refused, reading(url) as connection:
        stopped = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        os.kill(stopped, signal.SIGSTOP)
        try:
            connection.exec_driver_sql("SELECT count(*) FROM town")
        finally:
            os.kill(stopped, signal.SIGCONT)
    assert refused.value.code == "unreachable"
    with reading(url) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_the_copy_of_each_night_does_without_the_owner_and_erases_what_is_due(
    url, monkeypatch, tmp_path
):
    monkeypatch.delenv("TERRITOIRES_DATABASE_URL")
    said = {"cited": "Gazette", "email": "anne@example.org"}
    report = Report(town_code=VERDUN, what=ReportKind.OPENED, **said)
    sent = receive(url, report, address="192.0.2.1", now=LONG_AGO)
    assert main(["backup", "--to", str(tmp_path)]) == 0
    assert list(tmp_path.glob("*"))
    with reading(url) as connection:
        assert reported(connection, token=sent.token).email == ""
