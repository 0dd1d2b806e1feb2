"""Whatever is changed, added or taken away behind the application's back, `check` tells it.

The matrix comes from the models: a table or a column that is added is in it by itself.
"""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Enum,
    Float,
    Integer,
    String,
    delete,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from territoires.__main__ import main
from territoires.cli import soundness
from territoires.commands.stages import record_stage
from territoires.db import backups, copy, fingerprints, journal, schema, seeds
from territoires.db.engine import engine
from territoires.db.fingerprints import is_exempt, journalled
from territoires.db.journal import Anchor
from territoires.db.models import AuditEvent, Base, Centre, Stage, Town
from territoires.db.types import PartialDateType, UtcDateTime
from territoires.domain.dates import PartialDate
from territoires.french.faults import FAULTS, SOUND
from territoires.queries.integrity import faults
from tests.databases import BLANK, POSTGRESQL, Served, release
from tests.factories import act, age, reseal, writing
from tests.integration.filled import filled
from tests.integration.writing import CHAUMONT, COGNAC, NOON, do, later, rows, sound, stage_draft

# What has a way of its own of being verified: the chain of seals, and adding up again.
OWN = {"audit_event", "enrolment_summary"}
TABLES = [table for table in Base.metadata.sorted_tables if journalled(table) or table.name in OWN]


@pytest.fixture(scope="module")
def full(databases, tmp_path_factory):
    """Give the URL of a database with a row in every table, which is left as it is."""
    folder = tmp_path_factory.mktemp("full")
    source = filled(folder)
    with writing(source) as connection:
        at_utc = act(connection, later(3))
        for table in TABLES:
            if connection.scalar(select(func.count()).select_from(table)) == 0:
                connection.execute(insert(table).values(some_row(connection, table, at_utc)))
    if not isinstance(databases, Served):
        yield source
        release(source)
        return
    target = databases.copy(BLANK, folder)
    copy.copy(source, target, examine=faults)
    release(source)
    yield target
    databases.drop(target)


def some_row(connection, table, at_utc):
    """Make a row of a table that the schema accepts, whatever the table."""
    row = {}
    for column in table.c:
        if column is table.autoincrement_column or column.default or column.name == "origin_id":
            continue
        if column.nullable and not column.foreign_keys:
            continue
        if column.foreign_keys:
            (key,) = column.foreign_keys
            row[column.name] = connection.scalar(select(func.min(key.column)))
        else:
            row[column.name] = some_value(column, at_utc)
    return row


def some_value(column, at_utc=NOON):
    if isinstance(column.type, Enum):
        return column.type.enum_class(column.type.enums[-1])
    if isinstance(column.type, UtcDateTime):
        return at_utc
    return next(value for of, value in SOME.items() if isinstance(column.type, of))


SOME = {
    PartialDateType: PartialDate(2020, 2),
    Boolean: True,
    Integer: 2,
    Float: 2.0,
    Date: date(2020, 2, 3),
    JSON: {"x": "1"},
    String: "x",
}


def other(column, value):
    """Give another value of the same type; nothing of a list of one word."""
    if value is None or value == PartialDate():
        return some_value(column)
    if isinstance(column.type, Enum):
        return next((word for word in column.type.enum_class if word != value), None)
    return next(change for of, change in OTHERS.items() if isinstance(value, of))(value)


OTHERS = {
    bool: lambda value: not value,
    PartialDate: lambda value: PartialDate(value.year + 1),
    int | float: lambda value: value + 1000,
    date: lambda value: value + timedelta(days=1),
    list: lambda value: [*value, {"entity": "x"}],
    dict: lambda value: {**value, "x": "9"},
    str: lambda value: f"{value}x",
}


@contextmanager
def behind(url):
    """Write what the application would refuse to write, then forget it."""
    with engine(url, writable=True).connect() as connection, connection.begin() as undone:
        if connection.dialect.name == POSTGRESQL:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield connection
        undone.rollback()


def seen(connection, statement, looked_at=faults):
    """Tell whether something is refused by the schema itself, or told by `check`."""
    try:
        with connection.begin_nested():
            done = connection.execute(statement)
    except IntegrityError:
        return True
    assert done.rowcount in {1, -1}  # a driver may not count what was inserted
    return any(True for _ in looked_at(connection))


def test_the_database_of_the_matrix_is_sound_and_full(full):
    with behind(full) as connection:
        assert list(faults(connection)) == []
        for table in TABLES:
            assert connection.scalar(select(func.count()).select_from(table)), table.name


def one_of(connection, table, *where):
    """Find a row of a table; gives it and what finds it again."""
    row = connection.execute(select(table).where(*where).limit(1)).one()
    return row, [column == getattr(row, column.name) for column in table.primary_key]


def first_by_fingerprint(connection):
    """Look for what `check` does, beginning with what tells most and takes a fifth of the time."""
    yield from fingerprints.differing(connection)
    yield from faults(connection)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_value_changed_in_any_column_is_told(full, table):
    unseen = []
    for column in table.c:
        if is_exempt(column):
            continue
        with behind(full) as connection:
            row, itself = one_of(connection, table)
            value = other(column, getattr(row, column.name))
            if value is not None and not seen(
                connection,
                update(table).where(*itself).values({column: value}),
                first_by_fingerprint,
            ):
                unseen.append(column.name)
        if column.nullable:
            with behind(full) as connection:
                known = connection.execute(select(table).where(column.is_not(None)).limit(1))
                if (row := known.first()) is not None:
                    itself = [key == getattr(row, key.name) for key in table.primary_key]
                    change = update(table).where(*itself).values({column: null()})
                    if not seen(connection, change, first_by_fingerprint):
                        unseen.append(f"{column.name} to nothing")
    assert unseen == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_added_to_any_table_is_told(full, table):
    with behind(full) as connection:
        row, _ = one_of(connection, table)
        another = row._asdict() | {
            column.name: other(column, getattr(row, column.name))
            for column in table.c
            if column.primary_key or column.unique
        }
        assert seen(connection, insert(table).values(another))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_taken_out_of_any_table_is_told(full, table):
    with behind(full) as connection:
        _, itself = one_of(connection, table)
        if table.name == "audit_event":  # without its facts; for the last: `check --seal`
            itself = [table.c.id == connection.scalar(select(func.max(table.c.id)))]
        assert seen(connection, delete(table).where(*itself))


def test_what_acts_do_not_answer_for_is_said_here():
    exempt = {table.name for table in Base.metadata.sorted_tables if is_exempt(table)}
    assert exempt == {
        *("session", "kept_text", "waiting_time", "disclosure", "report", "daily_salt"),
        "frozen_file",  # the journal has its digest
        *OWN,
    }
    assert not [f"{t.name}.{c.name}" for t in TABLES for c in t.c if is_exempt(c)]


# --- what the journal of an earlier version, a seal or a backup know ---


@pytest.fixture
def check(small_url, tmp_path, monkeypatch, capsys):
    """Run a command on this test's own database; gives its exit code, what it said, and beside."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", small_url)
    monkeypatch.setattr(soundness, "backup_folder", lambda _: tmp_path / "backups")

    def run(*arguments):
        code = main(arguments or ("check",))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def lose_the_last_act(url):
    """Take an act away with the facts that it wrote, and put the fingerprints right."""
    with engine(url, writable=True).connect() as connection, connection.begin():
        last = connection.execute(
            select(*AuditEvent.__table__.c).order_by(AuditEvent.id.desc()).limit(1)
        ).one()
        connection.execute(delete(Stage).where(Stage.recorded_at == last.at_utc))
        connection.execute(delete(Centre).where(Centre.recorded_at == last.at_utc))
        connection.execute(delete(AuditEvent).where(AuditEvent.id == last.id))


def test_a_database_made_before_gets_one_fingerprint_when_it_is_upgraded(small_url, check):
    do(small_url, record_stage, stage_draft())
    before = rows(small_url, AuditEvent)
    age(small_url, "0003")
    schema.upgrade(small_url, now=later(5))
    *earlier, stamped = rows(small_url, AuditEvent)
    assert [act.changes for act in earlier] == [act.changes for act in before]
    assert (stamped.command, stamped.actor) == ("stamp", "territoires")
    assert set(stamped.fingerprint) >= {"centre", "stage", "source", "staff", "town"}
    code, said, beside = check()
    assert (code, said) == (0, f"{SOUND}\n")
    assert "version non notée" in beside or "(version test)" in beside
    with writing(small_url) as connection:
        connection.execute(update(Town).where(Town.code == CHAUMONT).values(population=7))
    assert check()[0] == 1
    # An upgrade that follows does not hide what was done before it.
    with engine(small_url, writable=True).connect() as connection, connection.begin():
        journal.stamp(connection, before=fingerprints.known_sums(connection), now=later(9))
    assert check()[0] == 1


def test_what_a_migration_moves_is_noted_and_no_more(small_url):
    with engine(small_url, writable=True).connect() as connection, connection.begin():
        known = fingerprints.known_sums(connection)
        assert known == fingerprints.journal_sums(connection)
        connection.execute(update(Town).values(population=7))
        journal.stamp(connection, before=known, now=later(5))
    assert set(rows(small_url, AuditEvent)[-1].fingerprint) == {"town"}
    sound(small_url)


def test_seeds_that_are_older_are_told_beside_a_sound_database(check, monkeypatch):
    monkeypatch.setattr(seeds, "version", lambda _: "0123456789abcdef")
    code, said, beside = check()
    assert (code, said) == (0, f"{SOUND}\n")
    assert beside.startswith("Les données de départ de cette base (version test)")


def test_the_last_act_taken_away_with_its_facts_is_told_by_a_seal(small_url, check):
    do(small_url, record_stage, stage_draft())
    code, seal, _ = check("seal")
    assert code == 0
    assert Anchor.parse(seal).act == rows(small_url, AuditEvent)[-1].id
    assert check("check", "--seal", seal)[:2] == (0, f"{SOUND}\n")
    do(small_url, record_stage, stage_draft(town_code=COGNAC), now=later(1))
    assert check("check", "--seal", seal)[0] == 0  # an earlier one holds for ever
    _, last, _ = check("seal")
    lose_the_last_act(small_url)
    assert check("check", "--seal", seal)[0] == 0
    code, said, _ = check("check", "--seal", last)
    assert (code, FAULTS["lost_act"] in said) == (1, True)


def test_the_last_act_taken_away_with_its_facts_is_told_by_the_last_backup(
    small_url, check, tmp_path
):
    folder = tmp_path / "backups"
    do(small_url, record_stage, stage_draft())
    made = backups.back_up(small_url, folder, now=later(2), examine=faults)
    assert check()[0] == 0
    lose_the_last_act(small_url)
    code, said, _ = check()
    assert (code, f"{made.path.name}\u00a0: {FAULTS['lost_act']}" in said) == (1, True)
    # To put it back is an act, which answers for what is not there any more.
    do(small_url, record_stage, stage_draft(town_code=COGNAC), now=later(3))
    _, seal, _ = check("seal")
    backups.restore(made.path, small_url, folder=folder, replace=True, now=later(4), examine=faults)
    assert rows(small_url, AuditEvent)[-1].command == "restore"
    assert check("check", "--seal", seal)[:2] == (0, f"{SOUND}\n")


def test_the_whole_chain_rewritten_is_told_by_the_seal_alone(small_url, check):
    do(small_url, record_stage, stage_draft())
    _, seal, _ = check("seal")
    with engine(small_url, writable=True).connect() as connection, connection.begin():
        connection.execute(update(AuditEvent).where(AuditEvent.id == 2).values(actor="autre"))
    reseal(small_url)
    assert check()[0] == 0
    code, said, _ = check("check", "--seal", seal)
    assert (code, FAULTS["lost_act"] in said) == (1, True)


@pytest.mark.parametrize("text", ["", "x", "territoires:1:2026", f"territoires:1:hier:{'a' * 64}"])
def test_what_is_no_seal_is_quoted(check, text):
    with pytest.raises(SystemExit) as refused:
        main(["check", "--seal", text])
    assert refused.value.code == 2


def test_a_journal_without_an_act_has_no_seal(empty_url, monkeypatch, capsys):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", empty_url)
    assert main(["seal"]) == 1
    assert "aucun acte" in capsys.readouterr().err
