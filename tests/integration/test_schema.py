import os
import re
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Column,
    Enum,
    Integer,
    MetaData,
    String,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from territoires.commands.stages import record_stage
from territoires.db import journal, schema
from territoires.db.engine import engine, must_be_sqlite, reading
from territoires.db.models import Base, Region, Stage
from territoires.db.revision import HEAD, REVISIONS, must_be_current, revision_of
from territoires.db.schema import MIGRATIONS, migrating
from territoires.db.types import PartialDateType
from territoires.domain.errors import ConfigurationError, DatabaseError
from territoires.french.faults import DATABASE
from tests.conftest import release, sqlite_url
from tests.factories import writing
from tests.integration.writing import do, everything, stage_draft
from tools.new_migration import new_migration

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
NEXT = "9999"
BROKEN = '''
"""A migration that makes a table, then does what it should not."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = {ids}, None, None
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half VALUES (1)")
    op.execute("UPDATE region SET name = 'x'")
    {last}
'''


@pytest.fixture
def migrations(tmp_path):
    """Make a copy of the migrations that a test may add to."""
    return Path(
        shutil.copytree(
            MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")
        )
    )


def follow_with(migrations, last):
    (migrations / "versions" / f"{NEXT}_next.py").write_text(
        BROKEN.format(ids=f"{NEXT!r}, {HEAD!r}", last=last)
    )


def content(url):
    """Tell everything that a database holds: its tables, how they are made, their rows."""
    with engine(url, writable=True).connect() as connection:
        found, made = MetaData(), inspect(connection)
        found.reflect(connection)
        return {
            table.name: (
                [
                    (column["name"], str(column["type"]), column["nullable"], column["default"])
                    for column in made.get_columns(table.name)
                ],
                sorted(check["name"] for check in made.get_check_constraints(table.name)),
                sorted(index["name"] for index in made.get_indexes(table.name)),
                sorted(map(repr, connection.execute(select(table)))),
            )
            for table in found.sorted_tables
        }


def script_directory(migrations=MIGRATIONS):
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return ScriptDirectory.from_config(config)


def code_of(refused):
    assert refused.value.code in DATABASE  # there is a sentence for it
    return refused.value.code


def test_a_missing_file_is_created_with_its_folder(tmp_path):
    path = tmp_path / "some" / "folder" / "territoires.db"
    done = schema.upgrade(sqlite_url(path), now=NOW)
    release(sqlite_url(path))
    assert (done.before, done.after, done.backup) == (None, HEAD, None)
    assert path.exists()
    assert not (path.parent / "backups").exists()


def test_an_empty_database_of_a_server_is_filled(blank_url):
    done = schema.upgrade(blank_url, now=NOW)
    assert (done.before, done.after, done.backup) == (None, HEAD, None)
    assert schema.upgrade(blank_url, now=NOW).before == HEAD


def test_of_two_upgrades_at_once_the_second_finds_the_work_done(blank_url):
    with (
        ThreadPoolExecutor(1) as pool,
        engine(blank_url, writable=True).connect() as connection,
        connection.begin() as first,
    ):
        journal.take_turn(connection)
        command.upgrade(migrating(connection), HEAD)
        second = pool.submit(schema.upgrade, blank_url, now=NOW)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        first.commit()
        assert second.result(timeout=30).before == HEAD


def test_an_empty_file_is_taken_for_a_new_database(tmp_path):
    path = tmp_path / "territoires.db"
    path.touch()
    assert schema.upgrade(sqlite_url(path), now=NOW).before is None
    release(sqlite_url(path))


def test_a_current_database_is_left_alone(empty_url, tmp_path):
    before = content(empty_url)
    done = schema.upgrade(empty_url, now=NOW)
    assert (done.before, done.after, done.backup) == (HEAD, HEAD, None)
    assert content(empty_url) == before
    assert not (tmp_path / "backups").exists()


def test_an_existing_database_is_copied_before_it_is_upgraded(url, database, migrations):
    before = content(url)
    follow_with(migrations, "pass")
    done = schema.upgrade(url, now=NOW, migrations=migrations)
    release(url)
    assert (done.before, done.after) == (HEAD, NEXT)
    assert done.backup is not None
    assert done.backup.parent == database.parent / "backups"
    assert content(sqlite_url(done.backup)) == before
    assert content(url) != before
    release(sqlite_url(done.backup))


@pytest.mark.only_on("sqlite", "a server is not copied before it is upgraded")
def test_the_copy_holds_what_was_written_a_moment_ago(empty_url, migrations):
    with writing(empty_url) as connection:
        connection.execute(
            insert(Region).values(
                code="94", name="Corse", zone="metro", population=1, population_year=2023
            )
        )
        # The connection stays open: the row is still in the write-ahead log.
    follow_with(migrations, "pass")
    done = schema.upgrade(empty_url, now=NOW, migrations=migrations)
    with closing(sqlite3.connect(done.backup)) as copy:
        assert copy.execute("SELECT name FROM region").fetchall() == [("Corse",)]


@pytest.mark.parametrize(
    "last",
    [
        'op.execute("SELECT * FROM no_such_table")',
        'op.execute("INSERT INTO half VALUES (1)")',
        'op.execute("this is no SQL")',
        'raise RuntimeError("a bug of the migration")',
        'op.drop_column("half", "no_such_column")',
    ],
)
def test_a_failed_upgrade_leaves_the_database_as_it_was(empty_url, migrations, last):
    before = content(empty_url)
    follow_with(migrations, last)
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(empty_url, now=NOW, migrations=migrations)
    assert code_of(refused) == "upgrade_failed"
    assert refused.value.detail
    assert content(empty_url) == before
    with reading(empty_url) as connection:
        must_be_current(connection)


def test_a_failed_creation_leaves_no_table(blank_url, migrations):
    follow_with(migrations, 'raise RuntimeError("a bug of the migration")')
    with pytest.raises(DatabaseError):
        schema.upgrade(blank_url, now=NOW, migrations=migrations)
    assert content(blank_url) == {}


def test_a_database_from_a_later_version_is_refused_untouched(empty_url):
    with writing(empty_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'fff0'")
    before = content(empty_url)
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(empty_url, now=NOW)
    assert (code_of(refused), refused.value.detail) == ("too_new", "fff0")
    with reading(empty_url) as connection, pytest.raises(DatabaseError) as refused:
        must_be_current(connection)
    assert code_of(refused) == "too_new"
    assert content(empty_url) == before


def test_another_program_s_database_is_refused_untouched(blank_url):
    with engine(blank_url, writable=True).connect() as theirs, theirs.begin():
        theirs.exec_driver_sql("CREATE TABLE recipe (title TEXT)")
        theirs.exec_driver_sql("INSERT INTO recipe VALUES ('tarte')")
    before = content(blank_url)
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(blank_url, now=NOW)
    assert code_of(refused) == "not_ours"
    assert content(blank_url) == before


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("Bonjour")
    for act in (lambda: schema.upgrade(sqlite_url(path), now=NOW), lambda: must_be_sqlite(path)):
        with pytest.raises(DatabaseError) as refused:
            act()
        assert code_of(refused) == "not_a_database"
        assert str(path) in refused.value.detail
    assert path.read_text() == "Bonjour"


@pytest.mark.parametrize("exists", [False, True])
def test_reading_a_database_that_is_not_there_creates_nothing(tmp_path, exists):
    path = tmp_path / "territoires.db"
    if exists:
        path.touch()
    with pytest.raises(DatabaseError) as refused, reading(sqlite_url(path)):
        pass
    assert code_of(refused) == "missing"
    assert (path.stat().st_size if path.exists() else 0) == 0


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(DatabaseError) as refused, reading(sqlite_url(tmp_path)):
        pass
    assert code_of(refused) == "unreachable"
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(sqlite_url(tmp_path), now=NOW)
    assert code_of(refused) == "unreachable"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(sqlite_url(tmp_path / "file" / "territoires.db"), now=NOW)
    assert code_of(refused) == "unreachable"


@pytest.mark.parametrize("text", ["nonsense", "", "nosuchengine://host/base"])
@pytest.mark.parametrize("elsewhere", ["", "sqlite:////elsewhere.db"])
def test_what_is_no_database_url_is_a_mistake_of_configuration(monkeypatch, text, elsewhere):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", elsewhere)
    with pytest.raises(ConfigurationError) as refused, reading(text):
        pass
    assert (refused.value.variable, refused.value.value) == ("TERRITOIRES_DATABASE_URL", text)
    with pytest.raises(ConfigurationError):
        schema.upgrade(text, now=NOW)


def test_a_server_s_password_is_not_shown():
    shown = schema.place_of("postgresql://territoires:hunter2@host/base")
    assert "hunter2" not in shown
    assert "host" in shown


@pytest.mark.parametrize(
    "url", ["nosuchengine://anna:hunter2@host/base", "postgresql:/anna:hunter2@host/base"]
)
def test_the_password_in_an_address_that_is_none_is_not_shown(url):
    with pytest.raises(ConfigurationError) as refused, reading(url):
        pass
    assert "hunter2" not in str(refused.value)
    assert "host" in refused.value.value


@pytest.mark.only_on("postgresql", "files have no password")
def test_the_password_of_another_program_s_database_is_not_shown(blank_url):
    url = make_url(blank_url).set(password="hunter2").render_as_string(hide_password=False)  # noqa: S106
    with writing(url) as theirs:
        theirs.exec_driver_sql("CREATE TABLE recipe (title TEXT)")
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(url, now=NOW)
    release(url)
    assert code_of(refused) == "not_ours"
    assert "hunter2" not in refused.value.detail


# --- the two doors ---


@pytest.mark.parametrize(
    "statement", [insert(Region).values(code="x"), Base.metadata.tables["stage"].delete()]
)
def test_the_reading_door_cannot_write(connection, statement):
    with pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(statement)


def test_the_reading_door_keeps_one_picture_of_the_data(url):
    with reading(url) as reader:
        before = reader.scalar(select(Region.name).where(Region.code == "94"))
        with writing(url) as writer:
            writer.execute(Region.__table__.update().values(name="x"))
        assert reader.scalar(select(Region.name).where(Region.code == "94")) == before


def test_a_failed_transaction_leaves_nothing_even_of_tables(empty_url):
    def half_done():
        with writing(empty_url) as connection:
            connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with engine(empty_url, writable=True).connect() as connection:
        assert not inspect(connection).has_table("half")


def test_a_database_that_somebody_else_is_writing_is_said_to_be_busy(url, database):
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        @event.listens_for(engine(url, writable=True), "connect")
        def be_impatient(connection, _record):
            connection.execute("PRAGMA busy_timeout = 1")

        with pytest.raises(DatabaseError) as refused:
            schema.upgrade(url, now=NOW)
        other.execute("ROLLBACK")
    assert code_of(refused) == "locked"


def test_a_copy_that_cannot_be_made_stops_the_upgrade(url, database, migrations):
    (database.parent / "backups").write_text("in the way")
    before = content(url)
    follow_with(migrations, "pass")
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(url, now=NOW, migrations=migrations)
    assert code_of(refused) == "upgrade_failed"
    assert "backups" in refused.value.detail
    assert content(url) == before


# --- models and migrations say the same ---


def test_the_list_of_revisions_is_that_of_the_migrations():
    scripts = list(script_directory().walk_revisions())
    assert tuple(script.revision for script in reversed(scripts)) == REVISIONS
    assert script_directory().get_heads() == [HEAD]


def test_the_models_are_what_the_migrations_make(empty_url):
    with engine(empty_url, writable=True).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
        assert revision_of(connection) == HEAD


def test_the_checks_of_the_models_are_in_the_database(empty_url):
    def checks(table, constraints):
        return {(table, constraint) for constraint in constraints}

    expected, found = set(), set()
    with reading(empty_url) as connection:
        for table in Base.metadata.sorted_tables:
            named = (c.name for c in table.constraints if isinstance(c, CheckConstraint))
            expected |= checks(table.name, (str(name) for name in named))
            in_file = inspect(connection).get_check_constraints(table.name)
            found |= checks(table.name, (check["name"] for check in in_file))
    assert found == expected


def test_every_migration_can_be_walked_from_an_empty_database(blank_url):
    with engine(blank_url, writable=True).connect() as connection:
        for revision in REVISIONS:
            command.upgrade(migrating(connection), revision)
            assert revision_of(connection) == revision
        connection.commit()


def words_of(check):
    return set(re.findall(r"'([^']*)'", check["sqltext"]))


def test_every_list_of_words_of_the_schema_is_that_of_its_enumeration(connection):
    """A word that is added to an enumeration wants a migration, and says so here."""
    schema_of = inspect(connection)
    listed = 0
    for table in Base.metadata.sorted_tables:
        checks = {
            check["name"]: words_of(check)
            for check in schema_of.get_check_constraints(table.name)
            if words_of(check)
        }
        enums = {c.name: c.type for c in table.c if isinstance(c.type, Enum)}
        expected = {f"ck_{table.name}_{kind.name}": set(kind.enums) for kind in enums.values()}
        assert checks == expected, table.name
        assert all(
            set(kind.enums) == {word.value for word in kind.enum_class} for kind in enums.values()
        )
        listed += len(checks)
    assert listed > 10


def test_a_word_more_in_a_list_is_a_migration_that_one_command_makes(
    small_url, migrations, monkeypatch
):
    do(small_url, record_stage, stage_draft())
    kind = Stage.__table__.c.kind
    words = (*kind.type.enums, "moved_elsewhere")
    monkeypatch.setattr(kind, "type", Enum(*words, name="stagekind", native_enum=False))
    moved = update(Stage.__table__).values(kind="moved_elsewhere")
    every_stage = select(Stage.__table__).order_by(Stage.__table__.c.id)
    with engine(small_url, writable=True, owner=True).connect() as connection:
        before = connection.execute(every_stage).all()
        assert before
        config = migrating(connection, migrations)
        command.revision(config, autogenerate=True, rev_id=NEXT, message="a word more")
        (made,) = (migrations / "versions").glob(f"{NEXT}_*.py")
        assert made.read_text().count("change_words(") == 2  # there and back
        assert "alter_column" not in made.read_text()
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        with connection.begin_nested() as tried:
            connection.execute(moved)
            tried.rollback()
        with pytest.raises(ValueError, match="holds 'moved_elsewhere'"), connection.begin_nested():
            connection.execute(moved)
            command.downgrade(config, HEAD)
        command.downgrade(config, HEAD)
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.execute(moved)
        assert connection.execute(every_stage).all() == before


def test_a_column_more_is_a_migration_that_one_command_makes_whatever_the_rows(
    url, migrations, monkeypatch
):
    before = everything(url)
    assert before["centre"]
    changed = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(changed)
    for name in ("centre", "stage"):
        changed.tables[name].append_column(Column("scratch_number", Integer))
        changed.tables[name].append_column(Column("scratch_day", PartialDateType))
    changed.tables["centre"].append_column(Column("scratch_text", String, index=True))
    monkeypatch.setattr(Base, "metadata", changed)
    made = new_migration("scratch columns", migrations)
    assert made.parent == migrations / "versions"
    assert made.name.startswith(f"{int(HEAD) + 1:04}_scratch")
    assert made.read_text().count("op.add_column(") == 5
    for checked in (["check", "--select=F,I,Q,E4,E7,E9"], ["format", "--check"]):
        rules = f"--config={Path(__file__).parents[2] / 'pyproject.toml'}"
        subprocess.run([sys.executable, "-m", "ruff", *checked, "--quiet", rules, made], check=True)
    with engine(url, writable=True, owner=True).connect() as connection:
        config = migrating(connection, migrations)
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), changed) == []
        connection.execute(
            update(changed.tables["centre"]).values(scratch_number=70, scratch_text="2")
        )
        command.downgrade(config, HEAD)
        connection.commit()
    assert new_migration("nothing more", migrations) is None
    monkeypatch.undo()
    assert everything(url) == before


@pytest.mark.only_on("sqlite", "its files are the server's own")
@pytest.mark.skipif(os.name != "posix", reason="the rights of a file are POSIX's")
def test_a_database_is_for_its_owner_alone_in_folders_that_are_too(tmp_path):
    path = tmp_path / "new" / "deeper" / "territoires.db"
    schema.upgrade(sqlite_url(path), now=NOW)
    made = (path, path.parent, path.parent.parent)
    assert [place.stat().st_mode & 0o777 for place in made] == [0o600, 0o700, 0o700]
    path.chmod(0o644)  # as it used to be made
    schema.upgrade(sqlite_url(path), now=NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    release(sqlite_url(path))


def changed(call):
    """Write a statement in one line; a table made anew has its constraints in any order."""
    text = " ".join(call[2].split())
    if "_alembic_tmp_" not in text:
        return text
    first, *constraints = text.removesuffix(" )").split(", CONSTRAINT ")
    return ", CONSTRAINT ".join([first, *sorted(constraints)])


def test_migrations_that_were_released_do_what_they_did(blank_url, golden):
    said = []
    with engine(blank_url, writable=True, owner=True).connect() as connection, connection.begin():
        config = migrating(connection)
        event.listen(connection, "before_cursor_execute", lambda *call: said.append(changed(call)))
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        name = connection.dialect.name
    changing = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "PRAGMA writable")
    made = [each for each in said if each.startswith(changing) and "alembic_version" not in each]
    golden(f"migrations-{name}.sql", ";\n".join(made) + ";\n")
