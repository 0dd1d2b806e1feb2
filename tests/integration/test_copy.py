"""A database moved to another engine is the same database, or is not moved at all."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, inspect, update

from territoires.__main__ import main
from territoires.commands.stages import record_stage
from territoires.db import schema
from territoires.db.copy import TABLES, contents, copy, must_hold
from territoires.db.engine import engine, reading
from territoires.db.models import (
    AuditEvent,
    Base,
    Centre,
    DailySalt,
    Proposal,
    PublishedFigure,
    SignInSession,
    Staff,
    Stage,
    Town,
)
from territoires.domain.dates import PartialDate
from territoires.domain.errors import CopyError, DatabaseError, TerritoiresError
from territoires.french import copies as words
from territoires.queries import integrity
from tests.databases import BLANK, Files, release, sqlite_url
from tests.factories import writing
from tests.fuzzing import at_length
from tests.integration.test_versions import actors_, acts, answers, perform
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    NOON,
    do,
    later,
    rows,
    sound,
    stage_draft,
)

TABLES_OF = {mapper.class_ for mapper in Base.registry.mappers}


def move(source, target):
    return copy(source, target, examine=integrity.faults)


# Of a machine and of its day: the sessions, and the salt of the day.
LEFT = {SignInSession, DailySalt}


def everything(url):
    """Give every row of every table that is copied, as the models read them."""
    return {table.__tablename__: rows(url, table) for table in TABLES_OF if table not in LEFT}


def tables_of(url):
    with engine(url, writable=True).connect() as connection:
        return inspect(connection).get_table_names()


def refusal(source, target):
    with pytest.raises(CopyError) as refused:
        move(source, target)
    assert words.message(refused.value)
    return refused.value.code, refused.value.where


def test_a_copy_is_the_same_database_on_either_engine_and_goes_on_by_itself(
    source, blank_url, tmp_path
):
    copied = move(source, blank_url)
    before = everything(source)
    assert everything(blank_url) == before
    assert {content.table: content.rows for content in copied} == {
        name: len(found) for name, found in before.items()
    }
    assert rows(source, SignInSession)
    assert rows(blank_url, SignInSession) == []
    for event in rows(source, AuditEvent):
        assert answers(blank_url, event.at_utc) == answers(source, event.at_utc)
    # The next act takes the next numbers and continues the chain, there as here.
    draft = stage_draft(town_code=COGNAC)
    there, here = (do(url, record_stage, draft, now=later(9)) for url in (blank_url, source))
    assert there == here
    assert everything(blank_url) == everything(source)
    sound(blank_url)
    # And back: what was written there comes with the rest.
    back = sqlite_url(tmp_path / "back.db")
    move(blank_url, back)
    assert everything(back) == everything(source)
    release(back)


@pytest.mark.parametrize("statement", ["CREATE TABLE other (id INTEGER)", None])
def test_a_target_that_has_tables_is_refused_and_left_alone(source, blank_url, statement):
    if statement:
        with engine(blank_url, writable=True).begin() as connection:
            connection.exec_driver_sql(statement)
    else:
        schema.upgrade(blank_url, now=NOON)
    before = tables_of(blank_url)
    with pytest.raises(DatabaseError) as refused:
        move(source, blank_url)
    assert refused.value.code == "not_empty"
    assert tables_of(blank_url) == before
    with engine(blank_url, writable=True).connect() as connection:
        assert not statement or connection.exec_driver_sql("SELECT * FROM other").all() == []


def test_a_source_with_a_fault_is_not_moved(source, blank_url):
    with writing(source) as connection:
        connection.execute(update(AuditEvent).where(AuditEvent.id == 2).values(reason="réécrit"))
    assert refusal(source, blank_url)[0] == "unsound"
    assert tables_of(blank_url) == []


def test_a_value_that_the_other_engine_cannot_hold_stops_everything(source, elsewhere):
    with writing(source) as connection:
        connection.execute(update(Centre).values(note="a\0b"))
    assert refusal(source, elsewhere) == ("rejected", "centre")
    assert tables_of(elsewhere) == []


def test_a_source_of_another_version_is_refused(source, tmp_path):
    with writing(source) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(DatabaseError) as refused:
        move(source, sqlite_url(tmp_path / "target.db"))
    assert refused.value.code == "too_old"
    assert not (tmp_path / "target.db").exists()


CHANGES = [
    update(Town).where(Town.code == CHAUMONT).values(latitude=48.11133800000001),
    update(Staff).where(Staff.id == 1).values(must_change_password=True),
    update(AuditEvent).where(AuditEvent.id == 1).values(changes=[]),
    update(Stage).where(Stage.id == 1).values(happened_on=PartialDate()),
    update(PublishedFigure).values(title="autre"),
    delete(Proposal),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.table.name)
def test_one_value_that_differs_is_seen(source, change):
    with reading(source) as connection:
        expected = contents(connection)
        must_hold(connection, expected)
    with writing(source) as connection:
        connection.execute(change)
    with reading(source) as connection, pytest.raises(CopyError) as refused:
        must_hold(connection, expected)
    assert (refused.value.code, refused.value.where) == ("differs", change.table.name)


def test_every_table_but_those_of_a_machine_is_copied():
    assert {table.name for table in TABLES} == {t.__tablename__ for t in TABLES_OF if t not in LEFT}


@settings(max_examples=at_length(5), suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(st.tuples(acts, actors_), min_size=3, max_size=10))
def test_there_and_back_nothing_has_changed(template_file, postgresql, tmp_path, sequence):
    files = Files(template_file)
    url = files.copy("small", tmp_path)
    for minute, (done, who) in enumerate(sequence):
        try:
            perform(url, done, who, later(minute))
        except (TerritoiresError, ValueError):
            continue  # refused, or nothing of one's own to undo
    there, back = postgresql.copy(BLANK, tmp_path), files.copy(BLANK, tmp_path)
    gone = move(url, there)
    assert move(there, back) == gone
    assert everything(back) == everything(url)
    postgresql.drop(there)
    for file in (url, back):
        files.drop(file)


# --- the command line ---


@pytest.fixture
def run(source, monkeypatch, capsys):
    """Run a command in this process; gives exit code, output and errors."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", source)

    def call(*arguments):
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_the_command_says_table_by_table_what_it_did(run, blank_url):
    code, said, errors = run("copy-to", blank_url)
    assert (code, errors) == (0, "")
    assert "stage : 1 ligne, empreinte " in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "relues et identiques" in said.splitlines()[-1]
    code, said, errors = run("copy-to", blank_url)
    assert (code, said) == (1, "")
    assert "contient déjà des tables" in errors


def test_the_command_answers_in_json(run, blank_url):
    code, said, _ = run("copy-to", blank_url, "--json")
    answer = json.loads(said)
    assert (code, answer["done"]) == (0, True)
    assert {table["table"] for table in answer["tables"]} == {table.name for table in TABLES}
    code, said, _ = run("copy-to", blank_url, "--json")
    assert (code, json.loads(said)["code"]) == (1, "not_empty")


@pytest.mark.parametrize("address", ["rien", "sqlite://", "oracle://x/y", ""])
def test_an_address_that_is_none_is_bad_usage(run, address):
    code, said, errors = run("copy-to", address)
    assert (code, said) == (2, "")
    assert "n’est pas l’adresse d’une base" in errors


def test_a_target_that_is_no_database_is_the_file_that_is_named(run, tmp_path):
    letter = tmp_path / "lettre.txt"
    letter.write_text("Bonjour" * 1000)
    code, _, errors = run("copy-to", sqlite_url(letter))
    assert code == 1
    assert f"La base {letter} contient déjà d’autres données" in errors
    assert letter.read_text() == "Bonjour" * 1000


def test_a_server_that_does_not_answer_is_said_without_the_password(run):
    code, _, errors = run("copy-to", "postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=2")
    assert code == 1
    assert "inaccessible" in errors
    assert "hunter2" not in errors
