"""A line to PostgreSQL that is cut at the nth message, or in the middle of one.

Nothing is lost, nothing half-done, and what is said is so.
"""

import gc
import socket
import struct
import threading
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy.engine import make_url

from territoires.commands.stages import record_stage
from territoires.db import backups
from territoires.db.models import AuditEvent
from territoires.domain.errors import CopyError, DatabaseError
from territoires.queries import integrity
from tests.databases import release
from tests.fuzzing import at_length
from tests.integration.writing import COGNAC, do, later, rows, sound, stage_draft

pytestmark = [
    pytest.mark.only_on("postgresql", "a file has no line"),
    pytest.mark.fuzz,
    # The driver says of a cursor whose line was cut that nobody closed it.
    pytest.mark.filterwarnings("ignore:<psycopg.ServerCursor:ResourceWarning"),
]


class Line:
    """A proxy of PostgreSQL's protocol: it counts the server's messages, and cuts at one of them.

    https://www.postgresql.org/docs/current/protocol-overview.html: each message of the server is a
    letter, then a length that counts itself.
    """

    def __init__(self, server):
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.cut_at, self.in_half, self.seen = 0, False, 0
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
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
                    if self.in_half:
                        client.sendall(message[: len(message) // 2])
                    break
                client.sendall(message)
        self._close(client, server)

    @staticmethod
    def _close(*ends):
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def stop(self):
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
def cut(line, number, *, in_half=False):
    """Cut the line at a message of the server, counted from now; then it is whole again."""
    release(line.url)
    line.seen, line.cut_at, line.in_half = 0, number, in_half
    try:
        yield
    finally:
        line.cut_at = 0
        release(line.url)
        gc.collect()


def attempt(deed):
    """Give the code of what was said, empty when it was done."""
    try:
        deed()
    except (DatabaseError, CopyError) as error:
        return error.code
    return ""


def places(messages):
    """Choose where to cut: everywhere at full length, a few places within the tests."""
    return range(1, messages + 1, 1 if at_length(1) > 1 else max(1, messages // 8))


@pytest.mark.parametrize("in_half", [False, True], ids=["between", "within"])
def test_an_act_whose_line_is_cut_is_done_or_not_and_is_told(small_url, line, in_half):
    def deed():
        do(line.url, record_stage, draft, now=later(9))

    draft = stage_draft(new_site=True, centre_name="Entier")
    with cut(line, 0):
        assert attempt(deed) == ""
    messages = line.seen
    assert messages > 10
    told = set()
    for number in [*places(messages), messages - 1, messages]:
        before = len(rows(small_url, AuditEvent))
        draft = stage_draft(new_site=True, centre_name=f"Site {number} {in_half}", town_code=COGNAC)
        with cut(line, number, in_half=in_half):
            code = attempt(deed)
        done = len(rows(small_url, AuditEvent)) - before
        assert code in {"", "unreachable", "unsure"}, number
        assert done in {0, 1}
        if code != "unsure":
            assert done == (code == ""), (number, code)
        told.add(code)
        sound(small_url)
    assert "unreachable" in told


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
