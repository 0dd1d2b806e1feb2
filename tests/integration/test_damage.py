"""A file whose bytes change: no traceback, and nothing is called sound that is not what it was."""

import shutil

import pytest

from territoires.__main__ import main
from territoires.cli import soundness
from territoires.db import backups
from territoires.queries import integrity
from tests.databases import release, sqlite_url
from tests.fuzzing import at_length
from tests.integration import damaged
from tests.integration.test_backups import sign
from tests.integration.writing import later

pytestmark = pytest.mark.only_on("sqlite", "bytes are changed in a file")

# Of the bytes, within the tests; `make fuzz` takes each once.
ONE_IN, FEW = 787, 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Give the bytes of a small database, and what SQLite reads in it."""
    path = tmp_path_factory.mktemp("damage") / "small.db"
    return damaged.small(path), damaged.dump(path)


@pytest.fixture(scope="module")
def backup(tmp_path_factory, whole):
    """Give a backup of it."""
    folder = tmp_path_factory.mktemp("damage-backup")
    path = folder / "small.db"
    path.write_bytes(whole[0])
    made = backups.back_up(sqlite_url(path), folder, now=later(9), examine=integrity.faults)
    release(sqlite_url(path))
    return made.path


@pytest.fixture
def tell(tmp_path, monkeypatch, capsys):
    """Run a command on a file; gives its exit code and all that it said."""
    path = tmp_path / "small.db"
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "sources.toml").touch()
    # The towns of this database are in no list, and no backup of it lies anywhere.
    monkeypatch.setattr(soundness, "SEEDS", seeds)
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", sqlite_url(path))

    def run(content, *arguments):
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        path.write_bytes(content)
        code = main(arguments)
        release(sqlite_url(path))
        said = "".join(capsys.readouterr())
        assert "Traceback" not in said
        assert said
        return code, path

    return run


def at_full_length():
    return at_length(1) > 1


def flipped(content, one_in):
    """Give a file as many times as it has bytes, or one in so many, one of which is another."""
    step = max(1, one_in // ONE_IN) if at_full_length() else one_in
    for place in range(0, len(content), step):
        another = bytearray(content)
        another[place] ^= 0xFF
        yield place, bytes(another)


def test_the_small_database_is_sound(whole, tell):
    assert tell(whole[0], "check")[0] == 0


@pytest.mark.fuzz
def test_no_byte_is_another_without_being_told(whole, tell, tmp_path):
    content, dump = whole
    wrong, path = [], tmp_path / "read.db"
    for place, another in flipped(content, ONE_IN):
        path.write_bytes(another)
        same = damaged.dump(path) == dump
        # In a short run, not the many bytes that nobody reads.
        if (not same or at_full_length()) and tell(another, "check")[0] == 0 and not same:
            wrong.append(place)
    assert wrong == []


@pytest.mark.fuzz
def test_no_backup_is_made_of_a_damaged_file_without_a_word(whole, tell, tmp_path):
    content, dump = whole
    wrong = []
    for place, another in flipped(content, len(content) // FEW):
        folder = tmp_path / "kept"
        code, _ = tell(another, "backup", "--to", str(folder))
        # Its schema is a new one: what counts is that it holds what there was.
        if code == 0:
            (made,) = folder.glob("*.db")
            held = [part for part in damaged.dump(made) if part[0] != "sqlite_master"]
            wrong += [place] if held != dump[: len(held)] else []
        shutil.rmtree(folder, ignore_errors=True)
    assert wrong == []


@pytest.mark.fuzz
def test_no_damaged_backup_is_called_whole_though_its_checksum_is(backup, tell, tmp_path):
    content, dump = backup.read_bytes(), damaged.dump(backup)
    wrong = []
    for place, another in flipped(content, len(content) // FEW):
        path = tmp_path / backup.name
        path.write_bytes(another)
        sign(path)
        code, _ = tell(b"x", "verify", str(path))
        release(sqlite_url(path))
        if code == 0 and damaged.dump(path) != dump:
            wrong.append(place)
    assert wrong == []


@pytest.mark.parametrize("command", [("check",), ("backup", "--to", "{folder}")])
def test_a_file_cut_short_or_of_another_program_is_told(whole, tell, tmp_path, command):
    content = whole[0]
    arguments = [part.format(folder=tmp_path / "kept") for part in command]
    cut = [content[:size] for size in (1, 15, 16, 99, 100, 511, 512, 513, 40_000)]
    for damage in (*cut, content[:-1], b"", b"GIF89a" * 100, content[:100] + b"\0" * 5_000):
        code, _ = tell(damage, *arguments)
        assert code == 1, len(damage)


def test_a_backup_cut_short_or_of_another_program_is_told(backup, tell, tmp_path):
    content = backup.read_bytes()
    path = tmp_path / backup.name
    for damage in (content[:100], content[:513], content[:40_000], content[:-1], b"", b"GIF89a"):
        path.write_bytes(damage)
        sign(path)
        assert tell(b"x", "verify", str(path))[0] == 1
        release(sqlite_url(path))
