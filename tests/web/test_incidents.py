import gc
import logging
import re
import sys

import anyio
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from territoires.domain.errors import DatabaseError
from territoires.french import faults
from territoires.web.compress import shelf
from territoires.web.french_page import first_addresses
from territoires.web.incidents import Incidents, on_error
from territoires.web.lifespan import lifespan
from tests.saying import FOR_THE_SERVER


def failed():
    try:
        raise ValueError("password=hunter2")  # noqa: TRY301 - an error with its traceback
    except ValueError as error:
        return error


def test_a_reader_is_told_a_number_and_the_log_the_rest(caplog):
    shown = []
    with caplog.at_level(logging.ERROR):
        assert on_error(shown.append)(failed()) is True
    number = re.search(r"incident ([0-9a-f]{8})", shown[0]).group(1)
    assert "hunter2" not in shown[0]
    assert f"incident {number}: ValueError" in caplog.text
    assert "Traceback" in caplog.text


def test_a_database_that_fails_is_said_by_its_name_and_needs_no_traceback(caplog):
    shown = []
    assert on_error(shown.append)(DatabaseError("full", "disk")) is True
    assert shown == ["Le disque est plein : rien n’a été enregistré."]
    (line,) = caplog.records
    assert (line.getMessage(), line.exc_info) == ("database full: disk", None)


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html,*/*", "text/html"), ("*/*", "text/plain")]
)
def test_a_route_without_its_database_says_so_to_people_and_to_machines(accept, kind, caplog):
    def route(_):
        raise DatabaseError("missing", "/srv/<b>.db")

    app = Starlette(routes=[Route("/", route)], middleware=[Middleware(Incidents)])
    answer = TestClient(app).get("/", headers={"accept": accept})
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "no-store"
    assert "La base n’existe pas encore" in answer.text
    assert "Traceback" not in answer.text + caplog.text
    assert ("/srv" in answer.text, "/srv" in caplog.text) == (False, True)


def test_two_incidents_have_two_numbers():
    shown = []
    handle = on_error(shown.append)
    handle(failed())
    handle(failed())
    assert len(set(shown)) == 2


def test_a_route_that_fails_says_no_more_than_its_number(client, caplog):
    answer = client.get("/echec")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    number = re.search(r"incident ([0-9a-f]{8})", answer.text).group(1)
    assert number in caplog.text


def test_an_answer_already_begun_is_cut_short(caplog):
    async def half():
        yield b"begin"
        raise failed()

    app = Incidents(Starlette(routes=[Route("/", lambda _: StreamingResponse(half()))]))
    sent = []

    async def ask():
        async def receive():
            await anyio.sleep(1)
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message["type"])

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        try:
            await app(scope, receive, send)
        except* ValueError:
            sent.append("cut")

    anyio.run(ask)
    assert sent[0] == "http.response.start"
    assert sent[-1] == "cut"


def test_the_server_starts_with_what_pages_need_already_imported():
    frozen = gc.get_freeze_count()
    try:
        with TestClient(Starlette(lifespan=lifespan(modules=["territoires.charts.palette"]))):
            assert "plotly.graph_objects" in sys.modules
            assert "territoires.charts.palette" in sys.modules
            assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()


def test_the_first_reader_finds_scripts_compressed():
    shelf().warm(first_addresses())
    assert all(
        shelf().ready(address, "gzip") for address in first_addresses() if address in shelf()
    )


@pytest.mark.parametrize("code", sorted(faults.DATABASE))
def test_no_error_shows_where_the_database_is(code):
    where = "/srv/territoires/data/x.db host=10.0.0.1 port=5432"
    said = faults.database_notice(DatabaseError(code, where))
    assert not any(part in said for part in ("/srv", "10.0.0.1", "5432", "{", "()"))
    assert said.endswith(".")
    assert not FOR_THE_SERVER.search(said)
    assert (
        where in faults.database_message(DatabaseError(code, where))
        or "{" not in (faults.DATABASE[code])
    )
