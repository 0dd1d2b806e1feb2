"""A backup is whole or absent, says what it holds, and brings everything back on either engine."""

import hashlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select, update

from territoires.__main__ import main
from territoires.commands.stages import record_stage
from territoires.db import backups
from territoires.db.copy import contents, copy
from territoires.db.engine import engine, reading
from territoires.db.models import AuditEvent, SignInSession, Stage
from territoires.db.revision import HEAD
from territoires.domain.errors import CopyError, DatabaseError
from territoires.french import copies as words
from territoires.queries import integrity
from territoires.queries.editions import current_edition
from territoires.settings import ROOT
from territoires.ui.cache import asked
from tests.databases import release, sqlite_url
from tests.factories import age, writing
from tests.integration.test_versions import answers
from tests.integration.writing import COGNAC, SAINT_DIZIER, do, later, rows, sound, stage_draft

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
NAME = "territoires-20261130T083000000000Z.db"


@pytest.fixture
def url(source, blank_url):
    """Give a filled database of each engine."""
    copy(source, blank_url, examine=integrity.faults)
    return blank_url


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def back_up(url, folder, now=NOW):
    return backups.back_up(url, folder, now=now, examine=integrity.faults)


def verify(path):
    return backups.verify(path, now=NOW, examine=integrity.faults)


def restore(path, url, *, replace=False, now=NOW):
    return backups.restore(
        path, url, folder=path.parent, replace=replace, now=now, examine=integrity.faults
    )


def holdings(url):
    with reading(url) as connection:
        return held(connection)


def held(connection):
    """Give what a database holds, but for the acts that say where it was put back from."""
    found = [content for content in contents(connection) if content.table != "audit_event"]
    ours = AuditEvent.command != "restore"
    acts = connection.execute(select(AuditEvent.hash).where(ours).order_by(AuditEvent.id))
    return found, acts.scalars().all()


def history(url, upto):
    """Give the journal and what was known at each of its instants, up to an act."""
    events = [event for event in rows(url, AuditEvent) if event.id <= upto]
    return events, [answers(url, event.at_utc) for event in events]


def destroy(url):
    """Lose a database, tables and rows."""
    release(url)
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).unlink()
        return
    with engine(url, writable=True).begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


# --- the drill ---


def test_a_backup_made_while_people_write_brings_back_all_it_had_seen(url, folder):
    stop, started = Event(), Event()

    def keep_writing(name):
        written = 0
        while not stop.is_set():
            draft = stage_draft(new_site=True, centre_name=f"{name} {written}", address="1 rue")
            do(url, record_stage, draft, now=datetime.now(UTC))
            written += 1
            if written > 2:
                started.set()
        return written

    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(keep_writing, name) for name in ("Est", "Ouest")]
        assert started.wait(30)
        made = back_up(url, folder)
        stop.set()
        assert all(writer.result() > 0 for writer in writers)
    last = rows(url, AuditEvent)[-1].id
    assert 0 < made.act <= last
    known = history(url, made.act)
    (after,) = {event.at_utc for event in rows(url, AuditEvent) if event.id == made.act}
    assert made.act_at == after

    destroy(url)
    assert verify(made.path) == made
    done = restore(made.path, url)
    assert (done.backup, done.replaced) == (made, None)
    assert history(url, made.act) == known
    assert [event.command for event in rows(url, AuditEvent)[made.act :]] == ["restore"]
    assert sum(len(rows(url, fact)) for fact in integrity.VERSIONED) == made.versions
    saved = do(url, record_stage, stage_draft(town_code=COGNAC), now=NOW)
    assert saved.event_id == made.act + 2
    sound(url)


def test_a_backup_is_one_private_file_that_any_tool_can_check(url, folder):
    made = back_up(url, folder)
    assert made.path == folder / NAME
    assert {path.name for path in folder.iterdir()} == {NAME, f"{NAME}.sha256"}
    assert made.path.stat().st_mode & 0o077 == 0
    assert (folder / f"{NAME}.sha256").read_text() == (
        f"{hashlib.sha256(made.path.read_bytes()).hexdigest()}  {NAME}\n"
    )
    # It is a database like any other, without the sessions.
    assert holdings(sqlite_url(made.path)) == holdings(url)
    assert rows(sqlite_url(made.path), SignInSession) == []
    release(sqlite_url(made.path))
    assert {path.name for path in folder.iterdir()} == {NAME, f"{NAME}.sha256"}


def test_a_backup_of_one_engine_is_restored_on_the_other(source, folder, elsewhere):
    made = back_up(source, folder)
    restore(made.path, elsewhere)
    assert holdings(elsewhere) == holdings(source)
    again = back_up(elsewhere, folder, now=NOW + timedelta(seconds=1))
    destroy(source)
    restore(again.path, source)
    assert holdings(source) == holdings(elsewhere)


# --- putting back over what is there ---


def test_what_is_replaced_is_kept_and_whoever_has_it_open_sees_the_change(url, folder):
    made = back_up(url, folder)
    wanted = holdings(url)
    lost = do(url, record_stage, stage_draft(town_code=SAINT_DIZIER), now=later(60))
    edition = current_edition(url)
    read = asked(url, edition, number_of_stages)
    unwanted = holdings(url)
    with engine(url, writable=False).connect() as reader:  # a page that was being drawn
        assert held(reader) == unwanted
        done = restore(made.path, url, replace=True, now=NOW + timedelta(seconds=1))
        assert held(reader) == unwanted  # to its end
        reader.rollback()
        assert held(reader) == wanted
    assert done.replaced is not None
    assert holdings(url) == wanted
    # Another act then bears the number of the one that is gone; no page takes it for that one.
    assert rows(url, AuditEvent)[-1].command == "restore"
    assert rows(url, AuditEvent)[-1].id == lost.event_id == edition.number
    do(url, record_stage, stage_draft(town_code=COGNAC), now=later(61))
    assert current_edition(url) != edition
    draft = stage_draft(town_code=SAINT_DIZIER)
    do(url, record_stage, draft, now=later(62))
    assert asked(url, current_edition(url), number_of_stages) == read + 1
    sound(url)
    # And what was replaced can come back.
    restore(done.replaced.path, url, replace=True, now=NOW + timedelta(seconds=2))
    assert holdings(url) == unwanted


def number_of_stages(connection):
    """Count the stages: something that the server keeps by edition."""
    return len(connection.execute(Stage.__table__.select()).all())


def test_a_database_that_is_not_empty_is_left_alone_unless_told(url, folder):
    made = back_up(url, folder)
    do(url, record_stage, stage_draft(town_code=SAINT_DIZIER), now=later(60))
    before = holdings(url)
    with pytest.raises(DatabaseError) as refused:
        restore(made.path, url)
    assert "--replace" in (words.restoring(refused.value) or "")
    assert holdings(url) == before
    assert len(list(folder.glob("*.db"))) == 1


def test_told_to_replace_nothing_it_simply_restores(url, folder):
    made = back_up(url, folder)
    before = holdings(url)
    destroy(url)
    assert restore(made.path, url, replace=True).replaced is None
    assert holdings(url) == before


def test_a_database_of_a_later_version_is_not_replaced(source, folder):
    made = back_up(source, folder)
    with writing(source) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError) as refused:
        restore(made.path, source, replace=True)
    assert refused.value.code == "too_new"
    assert len(list(folder.glob("*.db"))) == 1


# --- what is refused ---


def sign(path):
    """Note the checksum of a file, as somebody would who wants it accepted."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")


def change(path, statement):
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute(statement)


def cut(path):
    path.write_bytes(path.read_bytes()[:-4096])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def scramble(path):
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    sign(path)


def signed(statement):
    def do_it(path):
        change(path, statement)
        sign(path)

    return do_it


def another_file(path):
    path.write_text("tout autre chose")
    sign(path)


DAMAGES = {
    "cut": (cut, "checksum"),
    "one bit": (flip, "checksum"),
    "changed": (lambda path: change(path, "UPDATE town SET name = 'x'"), "checksum"),
    "without checksum": (
        lambda path: path.with_name(f"{path.name}.sha256").unlink(),
        "no_checksum",
    ),
    "gone": (lambda path: path.unlink(), "missing"),
    "scrambled and signed": (scramble, "damaged"),
    "another file": (another_file, "not_a_backup"),
    "no backup": (signed("DROP TABLE backup"), "not_a_backup"),
    "unreadable": (signed("UPDATE audit_event SET changes = '{'"), "damaged"),
    "too new": (signed("UPDATE alembic_version SET version_num = '9999'"), "too_new"),
    "rewritten": (signed("UPDATE audit_event SET reason = 'x' WHERE id = 2"), "unsound"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_no_sound_backup_is_refused_and_nothing_changes(source, folder, name, run):
    damage, code = DAMAGES[name]
    made = back_up(source, folder)
    damage(made.path)
    before = holdings(source)
    with pytest.raises(CopyError) as refused:
        restore(made.path, source, replace=True)
    assert refused.value.code == code
    assert holdings(source) == before
    assert len(list(folder.glob("*.db"))) == (name != "gone")  # nothing was set aside
    exit_code, said, errors = run("restore", str(made.path), "--replace")
    assert (exit_code, said) == (1, "")
    assert words.message(refused.value) in errors
    exit_code, said, errors = run("verify", str(made.path))
    assert exit_code == 1
    if code == "unsound":
        assert "le sceau ne correspond pas" in said
    else:
        assert (said, words.message(refused.value) in errors) == ("", True)


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(source, folder, tmp_path):
    made = back_up(source, folder)
    before = holdings(source)
    age(sqlite_url(made.path), "0002")
    release(sqlite_url(made.path))
    change(made.path, "PRAGMA journal_mode = DELETE")
    sign(made.path)
    signature = made.path.read_bytes()
    target = sqlite_url(tmp_path / "again.db")
    done = restore(made.path, target)
    assert (done.backup.revision, done.backup.facts) == ("0002", made.facts)
    # The earlier version did not say when a one-time password ends, and froze no view.
    differing = {
        there.table
        for there, was in zip(holdings(target)[0], before[0], strict=True)
        if there != was
    }
    assert differing <= {"staff", "frozen_view", "frozen_file"}
    assert made.path.read_bytes() == signature
    assert HEAD != "0002"
    sound(target)
    release(target)


# --- what cannot be written ---


def limited(size):
    """Let a child write no file beyond a size: a disk that is full for it."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("room", [10_000, 150_000])
def test_a_full_disk_leaves_no_file_with_the_name_of_a_backup(source, folder, room):
    made = back_up(source, folder)
    assert made.path.stat().st_size > room
    release(source)
    # What it would compile would be cut short too, and found by every command after it.
    said = {"TERRITOIRES_DATABASE_URL": source, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "territoires", "backup", "--to", folder, "--keep", "1"],
        cwd=ROOT,
        env=os.environ | said,
        preexec_fn=limited(room),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert {path.name for path in folder.iterdir()} == {NAME, f"{NAME}.sha256"}
    assert verify(made.path) == made


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("taken", "un fichier est là où il faut un dossier"),
        ("taken/inside", "un fichier est là où il faut un dossier"),
        ("n" * 300, "nom trop long"),
    ],
)
def test_where_nothing_can_be_written_the_reason_is_said_in_french(run, tmp_path, place, why):
    (tmp_path / "taken").write_text("")
    exit_code, said, errors = run("backup", "--to", str(tmp_path / place))
    assert (exit_code, said) == (1, "")
    assert f"({why})\u00a0: aucune sauvegarde faite." in errors


def test_a_backup_killed_in_the_middle_leaves_nothing_that_looks_like_one(source, folder):
    release(source)
    with subprocess.Popen(
        [sys.executable, "-m", "territoires", "backup", "--to", folder],
        cwd=ROOT,
        env=os.environ | {"TERRITOIRES_DATABASE_URL": source},
        stdout=subprocess.DEVNULL,
    ) as process:
        while not list(folder.glob(".unfinished-*")):
            assert process.poll() is None
            time.sleep(0.002)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert list(folder.glob("territoires-*")) == []
    made = back_up(source, folder)
    assert verify(made.path) == made


def test_a_folder_that_cannot_be_is_said(source, tmp_path, run):
    (tmp_path / "file").touch()
    code, said, errors = run("backup", "--to", str(tmp_path / "file" / "folder"))
    assert (code, said) == (1, "")
    assert "Impossible d’écrire" in errors


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


def test_each_command_says_what_it_did(source, folder, run):
    code, said, errors = run("backup")
    assert (code, errors) == (0, "")
    (path,) = folder.glob("*.db")
    assert said.startswith(f"Sauvegarde écrite\u00a0: {path}\nSauvegarde du ")
    code, told, errors = run("verify", str(path))
    assert (code, errors) == (0, "")
    assert said.endswith(told)
    act = rows(source, AuditEvent)[-1].id
    assert f"jusqu’à l’acte n° {act} (15 juin 2026" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert "chaîne du journal intacte, aucune anomalie" in told
    code, _, errors = run("restore", str(path))
    assert (code, "--replace" in errors) == (1, True)
    code, said, errors = run("restore", str(path), "--replace")
    assert (code, errors) == (0, "")
    assert said.startswith("Ce que la base contenait est sauvegardé\u00a0: ")
    assert len(list(folder.glob("*.db"))) == 2


def test_each_command_answers_in_json(folder, run):
    code, said, _ = run("backup", "--json", "--keep", "1")
    made = json.loads(said)
    assert (code, made["faults"], made["removed"]) == (0, [], [])
    code, said, _ = run("verify", made["file"], "--json")
    assert made == json.loads(said) | {"removed": [], "reports_erased": 0}
    code, said, _ = run("restore", made["file"], "--json")
    assert (code, json.loads(said)["code"]) == (1, "not_empty")
    code, said, _ = run("restore", made["file"], "--replace", "--json")
    assert (code, json.loads(said)["replaced"]["last_act"]) == (
        0,
        made["last_act"],
    )


@pytest.mark.parametrize("number", ["0", "-1", "x", "1001"])
def test_a_number_of_backups_that_makes_no_sense_is_bad_usage(run, number):
    code, _, errors = run("backup", f"--keep={number}")
    assert (code, "de 1 à 1" in errors) == (2, True)


def test_a_damaged_database_is_not_said_to_be_replaced(source, folder, run):
    made = back_up(source, folder)
    release(source)
    database = Path(source.removeprefix("sqlite:///"))
    content = bytearray(database.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    database.write_bytes(content)
    code, _, errors = run("restore", str(made.path), "--replace")
    assert code == 1
    assert "-wal" in errors
    release(source)
    database.rename(database.with_name("aside.db"))
    assert run("restore", str(made.path))[0] == 0
    sound(source)


# --- what is kept ---


def test_old_backups_go_and_nothing_else(source, folder, run):
    few_days_ago = datetime.now(UTC).replace(hour=9) - timedelta(days=3)
    made = back_up(source, folder, now=few_days_ago)
    for hour in range(3):
        earlier = folder / f"territoires-{few_days_ago:%Y%m%d}T{hour:02}0000000000Z.db"
        shutil.copy(made.path, earlier)
        shutil.copy(f"{made.path}.sha256", f"{earlier}.sha256")
    # What is older than a month goes, whatever it is: what people wrote to us is in it.
    old = {
        folder / "territoires-20200101T000000000000Z.db",
        folder / "territoires-0002-20200101T000000000000.db",  # made before an upgrade
    }
    for path in old:
        path.touch()
    for name, day in ((".unfinished-killed", 0), (".unfinished-at-work", time.time())):
        (folder / name).mkdir()
        os.utime(folder / name, (day, day))
    others = {
        folder / f"territoires-0002-{few_days_ago:%Y%m%dT%H%M%S%f}.db",
        folder / "notes.txt",
        folder / ".unfinished-at-work",
    }
    for other in others:
        other.touch(exist_ok=True)
    code, said, _ = run("backup", "--keep", "1")
    assert code == 0
    assert "5\N{NO-BREAK SPACE}anciennes sauvegardes effacées" in said
    left = set(folder.iterdir())
    # The new one, and the last of the day that had four; each with its checksum.
    assert others | {made.path} < left
    assert len(left - others) == 4


def test_a_backup_of_something_wrong_is_kept_and_said_and_takes_no_place(source, folder, run):
    sane = back_up(source, folder)
    with writing(source) as connection:
        connection.execute(update(AuditEvent).where(AuditEvent.id == 2).values(reason="x"))
    code, said, _ = run("backup", "--keep", "1")
    assert code == 1
    assert "Les sauvegardes précédentes sont toutes gardées." in said
    assert len(list(folder.glob("*.db"))) == 2
    assert verify(sane.path) == sane
    # It is a faithful copy all the same, and stands aside while a sound one comes back.
    done = restore(sane.path, source, replace=True)
    assert done.replaced is not None
    assert len(done.replaced.faults) == 1
    sound(source)
