"""A line to PostgreSQL that is cut at the nth message, or in the middle of one.

Nothing is lost, nothing half-done, and what is said is so.
"""

import gc
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from itertools import chain

import pytest
from sqlalchemy.engine import make_url

from territoires.commands.imports import import_enrolments
from territoires.commands.stages import record_stage
from territoires.db import backups, schema, server
from territoires.db.engine import engine
from territoires.db.revision import HEAD
from territoires.domain.errors import CopyError, DatabaseError
from territoires.queries import integrity
from tests.databases import release
from tests.factories import age
from tests.fuzzing import at_length
from tests.integration.faulty import at, found
from tests.integration.writing import COGNAC, do, later, sound, stage_draft
from tests.trials.writers import TOWNS, file_of, subjects_in

pytestmark = [
    pytest.mark.only_on("postgresql", "a file has no line"),
    pytest.mark.fuzz,
    # The driver says of a cursor whose line was cut that nobody closed it.
    pytest.mark.filterwarnings("ignore:<psycopg.ServerCursor:ResourceWarning"),
]


# Where the line is cut: between two messages of the server, within one, or not at all: half of one
# has come, and then nothing more does.
BETWEEN, WITHIN, SILENT = "between", "within", "silent"


class Line:
    """A proxy of PostgreSQL's protocol: it counts the server's messages, and cuts at one of them.

    https://www.postgresql.org/docs/current/protocol-overview.html: each message of the server is a
    letter, then a length that counts itself.
    """

    def __init__(self, server):
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.cut_at, self.how, self.seen = 0, BETWEEN, 0
        self._heard = threading.Event()
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                # Messages go one by one: none waits for the one before to be acknowledged.
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._open += [client, server]
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client, server):
        with suppress(OSError):
            while data := client.recv(65_536):
                server.sendall(data)
        self._close(client, server)

    def _down(self, server, client):
        # The answer to a request for encryption is one letter; ours does not ask for it.
        with suppress(OSError), server.makefile("rb") as messages:
            while head := messages.read(5):
                (length,) = struct.unpack("!I", head[1:])
                message = head + messages.read(length - 4)
                self.seen += 1
                if self.cut_at and self.seen >= self.cut_at:
                    if self.how is not BETWEEN:
                        client.sendall(message[: len(message) // 2])
                    if self.how is SILENT:
                        self._heard.wait()
                    break
                client.sendall(message)
        self._close(client, server)

    def begin(self, cut_at, how):
        """Count the messages from now on, and cut at one of them."""
        self._heard.clear()
        self.seen, self.cut_at, self.how = 0, cut_at, how

    def end(self):
        """Be whole again; whoever was left in silence hears that the line is closed."""
        self.cut_at = 0
        self._heard.set()

    @staticmethod
    def _close(*ends):
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def stop(self):
        self.end()
        self._listening.close()
        self._close(*self._open)


@pytest.fixture
def line(small_url):
    """Give a line to this test's own database, and its URL through it."""
    address = make_url(small_url)
    folder = address.query["host"]
    port = address.port or 5432
    made = Line(f"{folder}/.s.PGSQL.{port}")
    through = address.set(
        host="127.0.0.1", port=made.port, query={"sslmode": "disable", "gssencmode": "disable"}
    )
    made.url = through.render_as_string(hide_password=False)
    yield made
    release(made.url)
    made.stop()


@contextmanager
def cut(line, number, how=BETWEEN):
    """Cut the line at a message of the server, counted from now; then it is whole again."""
    release(line.url)
    line.begin(number, how)
    try:
        yield
    finally:
        line.end()
        release(line.url)
        gc.collect()


def attempt(deed):
    """Give the code of what was said, empty when it was done."""
    try:
        deed()
    except (DatabaseError, CopyError) as error:
        return error.code
    return ""


def places(messages, how=BETWEEN):
    """Choose where to cut: everywhere at full length, a few places within the tests."""
    few = 2 if how is SILENT else 4
    return range(1, messages + 1, 1 if at_length(1) > 1 else max(1, messages // few))


def sealing(messages, how):
    """Choose the last ones, where it is being sealed, and one at least that comes too late.

    Silence takes its time each time, and the same ones are cut: at full length alone, but for one.
    """
    if how is SILENT and at_length(1) == 1:
        return [messages]
    return range(messages - 2, messages + 8)


def opening(name):
    return stage_draft(new_site=True, centre_name=name, address=name, town_code=COGNAC)


@pytest.mark.parametrize("how", [BETWEEN, WITHIN])
def test_an_act_whose_line_is_cut_is_done_or_not_and_is_told(small_url, line, how):
    told = all_or_nothing(
        small_url, line, lambda n: do(line.url, record_stage, opening(f"Site {n}")), how=how
    )
    assert told >= {"unreachable", "unsure"}


def test_an_import_whose_line_is_cut_is_done_or_not_and_is_told(small_url, line):
    for town in TOWNS:
        do(small_url, record_stage, stage_draft(town_code=town))
    subjects = subjects_in(small_url)
    told = all_or_nothing(
        small_url, line, lambda n: do(line.url, import_enrolments, file_of(*subjects, n))
    )
    assert "unreachable" in told


def test_a_migration_whose_line_is_cut_is_done_or_not_and_is_told(small_url, line):
    def migrate(_):
        schema.upgrade(line.url, now=later(9))

    def old():
        assert found(small_url) == []  # the next migration would hide what this one left half-done
        if at(small_url)[0] == HEAD:
            age(small_url, "0003")
        release(small_url)

    do(small_url, record_stage, stage_draft())
    told = all_or_nothing(small_url, line, migrate, before=old)
    assert told >= {"unreachable", "unsure"}


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(server, "PROBE_S", 0.2)
    monkeypatch.setattr(server, "CONNECTING_S", 2)


@pytest.mark.parametrize("name", ["act", "import"])
def test_a_server_that_answers_half_and_falls_silent_is_given_up(
    small_url, line, monkeypatch, watched, name
):
    monkeypatch.setattr(server, "WRITER", server.Limits(statement_s=0.5, lock_s=1))
    monkeypatch.setattr(server, "READER", server.Limits(statement_s=0.5))
    monkeypatch.setattr(server, "MARGIN_S", 0.2)
    for town in TOWNS:
        do(small_url, record_stage, stage_draft(town_code=town))
    subjects = subjects_in(small_url)
    deeds = {
        "act": lambda n: do(line.url, record_stage, opening(f"Site {n}")),
        "import": lambda n: do(line.url, import_enrolments, file_of(*subjects, n)),
    }
    told = all_or_nothing(small_url, line, deeds[name], how=SILENT)
    assert "unreachable" in told


def test_a_migration_whose_server_falls_silent_is_given_up(small_url, line, watched):
    def migrate(cut_at=0, how=BETWEEN):
        age(small_url, "0003")
        release(small_url)
        before = at(small_url)
        with cut(line, cut_at, how):
            return attempt(lambda: schema.upgrade(line.url, now=later(9))), before

    do(small_url, record_stage, stage_draft())
    assert migrate()[0] == ""
    code, before = migrate(line.seen // 2, SILENT)
    # By the statement that was under way, or by the migration that it was part of.
    assert code in {"unreachable", "upgrade_failed"}
    assert (at(small_url), found(small_url)) == (before, [])


def test_a_statement_of_the_owner_takes_its_time_while_the_server_answers_others(line, watched):
    with cut(line, 0), engine(line.url, writable=True, owner=True).connect() as connection:
        before = line.seen
        assert connection.exec_driver_sql("SELECT 1 FROM pg_sleep(1.2)").scalar() == 1
        assert line.seen > before + 20  # the other lines open with a dozen messages each


def all_or_nothing(url, line, deed, *, how=BETWEEN, before=lambda: None):
    """Do it, numbered, with the line cut at one message after the other; gives what was told.

    What a cut leaves half-done stays, and is found at the end: looking takes longer than the deed.
    """
    for number in (-1, 0):  # the second time as all those that come
        before()
        with cut(line, 0):
            assert attempt(lambda: deed(number)) == ""  # noqa: B023 - done at once
    messages, told = line.seen, set()
    assert messages > 10
    for number in dict.fromkeys(chain(places(messages, how), sealing(messages, how))):
        before()
        state = at(url)
        with cut(line, number, how):
            code = attempt(lambda: deed(number))  # noqa: B023 - done at once
        done = at(url) != state
        assert code in {"", "unreachable", "unsure", "upgrade_failed"}, number
        # Where the line was cut while it was being sealed, whoever reads is told to look.
        if code != "unsure":
            assert done is (code == ""), (number, messages, code)
        told.add(code)
        if number > messages and not code:
            break
    assert found(url) == []
    return told


def test_a_backup_whose_line_is_cut_is_whole_or_absent(small_url, line, tmp_path):
    def deed():
        backups.back_up(line.url, tmp_path, now=later(9), examine=integrity.faults)

    with cut(line, 0):
        assert attempt(deed) == ""
    messages = line.seen
    (made,) = tmp_path.glob("territoires-*.db")
    made.unlink()
    for number in places(messages):
        with cut(line, number):
            code = attempt(deed)
        kept = list(tmp_path.glob("territoires-*.db"))
        assert bool(kept) == (code == ""), (number, code)
        for path in kept:
            path.unlink()
    sound(small_url)
