"""What a probe is told when something real befalls the database: `/pret` looks at it."""

import logging
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.ui import ready
from territoires.web.health import DeeperLook, health_routes
from tests.conftest import release
from tests.trials import faults

pytestmark = pytest.mark.only_on("sqlite", "for a server: tests/browser/test_replicas.py")

# Nothing can be read, under which name the log says so.
GONE = {
    faults.missing: "missing",
    faults.foreign: "not_a_database",
    faults.damaged: "damaged",
    faults.too_new: "too_new",
}


@pytest.fixture
def probe(url):
    answers = partial(ready.database_answers, url)
    with TestClient(Starlette(routes=health_routes(database_answers=answers))) as client:
        assert client.get("/pret").status_code == 200
        yield client


@pytest.mark.parametrize("fault", GONE, ids=GONE.values())
def test_a_database_that_cannot_be_read_is_not_ready_until_it_is_back(
    probe, url, database, caplog, fault
):
    release(url)
    with fault(database), caplog.at_level(logging.WARNING):
        answer = probe.get("/pret")
        assert answer.status_code == 503
        assert answer.json() == {"etat": "base de données injoignable"}
        assert probe.get("/sante").status_code == 200
    assert GONE[fault] in caplog.text
    assert "Traceback" not in caplog.text
    assert probe.get("/pret").status_code == 200


def test_readers_go_on_while_somebody_writes_or_nobody_can(probe, url, database):
    with faults.locked(database):
        assert probe.get("/pret").status_code == 200
    with faults.refusing(url, "query_only = 1"):
        assert probe.get("/pret").status_code == 200
    with faults.refusing(url, "max_page_count = 1"):
        assert probe.get("/pret").status_code == 200


def test_what_a_deeper_look_finds_is_told_until_it_is_mended(url, database, caplog):
    release(url)
    whole = database.read_bytes()

    def probed():
        look = DeeperLook(partial(ready.database_is_sound, url))
        look.renew().join()
        answers = partial(ready.database_answers, url)
        routes = health_routes(database_answers=answers, deeper_look=look)
        with TestClient(Starlette(routes=routes)) as client:
            answer = client.get("/pret")
        release(url)
        return answer.status_code, answer.json()["etat"]

    assert probed() == (200, "prêt")
    # Pages far from those that a probe reads.
    database.write_bytes(whole[:-40_960] + b"\xff" * 40_960)
    assert probed() == (503, "base de données endommagée")
    assert "damaged" in caplog.text
    assert "Traceback" not in caplog.text
    database.write_bytes(whole)
    assert probed() == (200, "prêt")


def test_a_look_is_not_taken_again_before_its_time():
    taken = []
    look = DeeperLook(lambda: taken.append(1) or True, believed_s=1_000)
    look.renew().join()
    assert look.renew() is None
    assert taken == [1]
