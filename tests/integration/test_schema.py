import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, event, insert, inspect, select
from sqlalchemy.exc import OperationalError

from territoires.db import schema
from territoires.db.engine import engine, must_be_sqlite, reading
from territoires.db.models import Base, Region
from territoires.db.revision import HEAD, REVISIONS, must_be_current, revision_of
from territoires.domain.errors import ConfigurationError, DatabaseError
from territoires.french.faults import DATABASE
from tests.conftest import release, sqlite_url
from tests.factories import writing

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
MIGRATIONS = Path(schema.__file__).with_name("migrations")
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


def content(path):
    """Dump everything that a SQLite file holds."""
    with closing(sqlite3.connect(path)) as opened:
        return list(opened.iterdump())


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


def test_an_empty_file_is_taken_for_a_new_database(tmp_path):
    path = tmp_path / "territoires.db"
    path.touch()
    assert schema.upgrade(sqlite_url(path), now=NOW).before is None
    release(sqlite_url(path))


def test_a_current_database_is_left_alone(empty_url, tmp_path):
    before = content(tmp_path / "empty.db")
    done = schema.upgrade(empty_url, now=NOW)
    assert (done.before, done.after, done.backup) == (HEAD, HEAD, None)
    assert content(tmp_path / "empty.db") == before
    assert not (tmp_path / "backups").exists()


def test_an_existing_database_is_copied_before_it_is_upgraded(url, database, migrations):
    before = content(database)
    follow_with(migrations, "pass")
    done = schema.upgrade(url, now=NOW, migrations=migrations)
    release(url)
    assert (done.before, done.after) == (HEAD, NEXT)
    assert done.backup is not None
    assert done.backup.parent == database.parent / "backups"
    assert content(done.backup) == before
    assert content(database) != before


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
def test_a_failed_upgrade_leaves_the_database_as_it_was(url, database, migrations, last):
    before = content(database)
    follow_with(migrations, last)
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(url, now=NOW, migrations=migrations)
    assert code_of(refused) == "upgrade_failed"
    assert refused.value.detail
    release(url)
    assert content(database) == before
    with reading(url) as connection:
        must_be_current(connection)


def test_a_failed_creation_leaves_no_table(tmp_path, migrations):
    follow_with(migrations, 'raise RuntimeError("a bug of the migration")')
    path = tmp_path / "territoires.db"
    with pytest.raises(DatabaseError):
        schema.upgrade(sqlite_url(path), now=NOW, migrations=migrations)
    release(sqlite_url(path))
    assert content(path) == ["BEGIN TRANSACTION;", "COMMIT;"]


def set_revision(path, revision):
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_from_a_later_version_is_refused_untouched(url, database):
    set_revision(database, "fff0")
    before = content(database)
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(url, now=NOW)
    assert (code_of(refused), refused.value.detail) == ("too_new", "fff0")
    with reading(url) as connection, pytest.raises(DatabaseError) as refused:
        must_be_current(connection)
    assert code_of(refused) == "too_new"
    release(url)
    assert content(database) == before


def test_another_program_s_database_is_refused_untouched(tmp_path):
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as theirs, theirs:
        theirs.execute("CREATE TABLE recipe (title TEXT)")
        theirs.execute("INSERT INTO recipe VALUES ('tarte')")
    before = content(path)
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(sqlite_url(path), now=NOW)
    assert code_of(refused) == "not_ours"
    release(sqlite_url(path))
    assert content(path) == before


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
def test_what_is_no_database_url_is_a_mistake_of_configuration(text):
    with pytest.raises(ConfigurationError) as refused, reading(text):
        pass
    assert (refused.value.variable, refused.value.value) == ("TERRITOIRES_DATABASE_URL", text)
    with pytest.raises(ConfigurationError):
        schema.upgrade(text, now=NOW)


def test_a_server_s_password_is_not_shown():
    shown = schema.place_of("postgresql://territoires:hunter2@host/base")
    assert "hunter2" not in shown
    assert "host" in shown


# --- the two doors ---


@pytest.mark.parametrize(
    "statement", [insert(Region).values(code="x"), Base.metadata.tables["stage"].delete()]
)
def test_the_reading_door_cannot_write(connection, statement):
    with pytest.raises(OperationalError, match="readonly"):
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
    before = content(database)
    follow_with(migrations, "pass")
    with pytest.raises(DatabaseError) as refused:
        schema.upgrade(url, now=NOW, migrations=migrations)
    assert code_of(refused) == "upgrade_failed"
    assert "backups" in refused.value.detail
    release(url)
    assert content(database) == before


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


def test_every_migration_can_be_walked_from_an_empty_database(tmp_path):
    url = sqlite_url(tmp_path / "walked.db")
    with engine(url, writable=True).connect() as connection:
        for revision in REVISIONS:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            assert revision_of(connection) == revision
        connection.commit()
    release(url)
