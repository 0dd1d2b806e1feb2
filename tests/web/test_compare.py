"""« Votre chiffre n'est pas le nôtre ? », asked by a plain client."""

import re
import shutil
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from territoires.web.compare import compare_routes
from territoires.web.incidents import Incidents
from tests.conftest import release, sqlite_url


@pytest.fixture(scope="module")
def url(seeded_file, tmp_path_factory):
    made = sqlite_url(shutil.copy(seeded_file, tmp_path_factory.mktemp("compare") / "t.db"))
    yield made
    release(made)


@pytest.fixture
def client(url):
    app = Starlette(routes=compare_routes(url), middleware=[Middleware(Incidents)])
    with TestClient(app) as opened:
        yield opened


def text_of(answer):
    flat = unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return " ".join(flat.replace("\u00a0", " ").replace("\u202f", " ").split())


def asked(client, **params):
    answer = client.get("/comparer", params=params)
    return answer.status_code, text_of(answer), answer


def test_the_page_asks_for_a_figure_and_keeps_the_view(client):
    status, said, answer = asked(client, terr="reg-44", au="2021-05-04")
    assert status == 200
    assert "Comparaison faite dans le Grand Est, au 4 mai 2021." in said
    assert '<input type="hidden" name="terr" value="reg-44"' in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_figure_leads_to_the_readings_that_give_it(client):
    status, said, answer = asked(client, nombre="57", au="2026-11-20")
    assert status == 200
    assert "57 : ces lectures donnent ce chiffre." in said
    assert "57 : total publié" in said
    assert 'href="/recouper?au=2026-11-20#totaux"' in answer.text
    assert "57 centres ouverts au moins, en croyant les totaux, au 20 novembre 2026" in said
    answer = asked(client, nombre="15")[2]
    assert '<li><a href="/">15\u00a0centres ouverts avec certitude, au ' in answer.text


def test_a_figure_of_nobody_is_told_with_the_nearest(client):
    status, said, _ = asked(client, nombre="58")
    assert status == 200
    assert "Aucune de nos lectures ne donne 58." in said
    assert "57 : total publié" in said
    assert "65 villes labellisées" in said


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("quinze", "n’est pas un nombre de centres"),
        ("1,250", "peut se lire de deux façons"),
        ("12,5", "n’est pas un nombre entier"),
        ("-3", "est négatif"),
        ("9" * 5000, "n’est pas un nombre de centres"),
        ("<script>alert(1)</script>", "n’est pas un nombre de centres"),
    ],
)
def test_what_is_no_figure_is_quoted_with_an_example_and_stays_in_its_field(client, typed, why):
    status, said, answer = asked(client, nombre=typed)
    assert status == 400
    assert why in said
    assert "par exemple 57" in said
    assert "<script>alert" not in answer.text
    assert f'value="{typed[:20].replace("<", "&lt;").replace(">", "&gt;")}' in answer.text


def test_nonsense_in_the_address_is_told_and_the_rest_answered(client):
    status, said, _ = asked(client, nombre="15", terr="com-99999", perim="tout")
    assert status == 400
    assert "15 centres ouverts avec certitude" in said
    assert "com-99999" in said


@pytest.mark.parametrize("typed", ["1 250", "1\u202f250", "15,0", " 15 "])
def test_a_figure_is_read_as_people_write_it(client, typed):
    assert asked(client, nombre=typed)[0] == 200
