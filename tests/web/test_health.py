import logging
import threading

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.web.health import health_routes


def test_a_living_process_says_so_without_its_database(client, database):
    database.answer = False
    answer = client.get("/sante")
    assert answer.status_code == 200
    assert answer.json() == {"etat": "en marche"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_process_with_its_database_is_ready(client):
    answer = client.get("/pret")
    assert (answer.status_code, answer.json()) == (200, {"etat": "prêt"})


def test_a_process_without_its_database_is_not_ready(client, database):
    database.answer = False
    answer = client.get("/pret")
    assert (answer.status_code, answer.json()) == (503, {"etat": "base de données injoignable"})


def test_a_database_that_raises_is_in_the_log_and_not_in_the_answer(client, database, caplog):
    database.answer = RuntimeError("cannot open /secret/path")
    with caplog.at_level(logging.WARNING):
        answer = client.get("/pret")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert "RuntimeError: cannot open /secret/path" in caplog.text


def test_a_database_that_hangs_is_not_waited_for():
    release = threading.Event()
    app = Starlette(routes=health_routes(database_answers=release.wait, patience_s=0.05))
    with TestClient(app) as client:
        assert client.get("/pret").status_code == 503
        release.set()


@pytest.mark.parametrize("address", ["/sante", "/pret"])
def test_health_is_only_read(client, address):
    assert client.post(address).status_code == 405
