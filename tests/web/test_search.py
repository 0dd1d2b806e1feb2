"""What is suggested while one types: bounded, and for a writer within their regions."""

import shutil

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from territoires.domain.names import LONGEST
from territoires.domain.roles import Role
from territoires.queries.search import SUGGESTED
from territoires.settings import session_cookie
from territoires.ui import search
from territoires.web.incidents import Incidents
from territoires.web.search import search_routes
from tests.conftest import release, sqlite_url
from tests.pages.desks import employ, signed_in

COOKIE = session_cookie(https=False)


@pytest.fixture(scope="module")
def url(seeded_file, tmp_path_factory):
    made = sqlite_url(shutil.copy(seeded_file, tmp_path_factory.mktemp("search") / "t.db"))
    employ(made)
    yield made
    release(made)


@pytest.fixture
def client(url):
    app = Starlette(routes=search_routes(url), middleware=[Middleware(Incidents)])
    with TestClient(app) as opened:
        yield opened


def answers(client, kind, text):
    answer = client.get("/chercher", params={"quoi": kind, "q": text})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_the_best_answer_comes_first_with_what_tells_it_apart(client):
    said = answers(client, search.TERRITORY, "haute m")
    assert said["reponses"][0] == {
        "texte": "Haute-Marne (52) – département",
        "nom": "Haute-Marne",
        "note": "département, 52 – 168\u202f331\u00a0habitants",
    }
    assert said["dit"] == "2\u00a0réponses."
    first = answers(client, search.TOWN, "chaumont")["reponses"][0]
    assert (first["texte"], first["nom"]) == ("Chaumont (52)", "Chaumont")
    assert first["note"].startswith("Haute-Marne, 52121 – ")


def test_a_former_commune_says_what_it_is_now(client):
    (found,) = answers(client, search.TOWN, "annecy le v")["reponses"]
    assert found["texte"] == "Annecy-le-Vieux (74011)"
    assert found["nom"] == "Annecy"
    assert found["note"].endswith("anciennement Annecy-le-Vieux")


def test_what_is_listed_is_bounded_and_says_so(client):
    said = answers(client, search.TOWN, "saint")
    assert len(said["reponses"]) == SUGGESTED
    assert said["dit"] == "Les 10\u00a0premières réponses."
    assert answers(client, search.TOWN, "zzzz") == {"reponses": [], "dit": "Aucune réponse."}
    assert answers(client, search.TOWN, "")["reponses"] == []
    said = answers(client, search.TERRITORY, "")
    assert said["dit"] == "19\u00a0réponses."
    names = [each["nom"] for each in said["reponses"]]
    assert names[0] == "France entière"
    assert len(names) == 19


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"q": "chaumont"},
        {"quoi": "pays", "q": "x"},
        {"quoi": "ville", "q": "x" * (LONGEST + 1)},
    ],
)
def test_nonsense_is_refused_with_an_example(client, params):
    answer = client.get("/chercher", params=params)
    assert answer.status_code == 400
    assert "/chercher?quoi=ville&q=chaumont" in answer.text


@pytest.mark.parametrize("text", ["'", "%", "\x00", "💥", "\n", "<script>", "é" * LONGEST])
def test_any_text_is_answered(client, text):
    assert answers(client, search.TERRITORY, text)["dit"]


def test_only_reading_is_possible(client):
    assert client.post("/chercher", params={"quoi": "ville", "q": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("role", "towns"),
    [
        (Role.ENTRY, {"52121"}),
        (Role.VALIDATION, {"52121", "89093", "74065", "61103", "18060"}),
        (None, {"52121", "89093", "74065", "61103", "18060"}),
    ],
)
def test_a_writer_is_offered_the_towns_of_their_regions(client, url, role, towns):
    if role:
        client.cookies.set(COOKIE, signed_in(url, role))
    found = answers(client, search.OWN_TOWN, "chaumont")["reponses"]
    codes = {
        each["note"].split(" – ")[0].split(", ")[1] for each in found if each["nom"] == "Chaumont"
    }
    assert codes == towns


def test_a_database_that_does_not_answer_is_an_incident(tmp_path):
    gone = sqlite_url(tmp_path / "absente.db")
    app = Starlette(routes=search_routes(gone), middleware=[Middleware(Incidents)])
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/chercher", params={"quoi": "ville", "q": "x"})
    assert answer.status_code >= 500
