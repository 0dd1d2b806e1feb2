import gzip
import json
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from territoires.charts.outlines import contours_address
from territoires.french import web as french
from territoires.ui.chapters import addresses
from territoires.ui.plotly_french import CONFIG
from territoires.web import streamlit_files
from territoires.web.account_page import account_page
from territoires.web.french_page import french_page, page
from territoires.web.french_script import ADDRESSES, script
from territoires.web.routes import middleware


@pytest.mark.parametrize(
    ("address", "status"), [("/", 200), ("/carte", 200), ("/indicateurs", 404), ("/a/b", 404)]
)
def test_every_page_is_in_french(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert '<html lang="fr">' in answer.text
    assert "<title>Territoires</title>" in answer.text
    assert "JavaScript" in answer.text
    assert "You need to enable" not in answer.text
    assert "Streamlit app" not in answer.text
    assert "agent" not in answer.text


def test_the_page_is_the_same_compressed_or_not(client):
    plain = client.get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain.content == page(is_charted=False).encode()


def test_a_reader_who_has_the_page_gets_nothing_again(client):
    tag = client.get("/").headers["etag"]
    again = client.get("/", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_head_request_has_headers_and_no_body(client):
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "etag" in answer.headers


def test_the_page_names_only_addresses_that_exist(client):
    for address in re.findall(r'(?:src|href)="\.(/(?!flux)[^"]+)"', page()):  # feeds: of a database
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not answer.headers["content-type"].startswith("text/html"), address


def test_the_plain_pages_are_in_the_letters_of_the_application(client):
    (letters,) = re.findall(r"src:url\(([^)]+)\)", account_page("Se connecter", "").body.decode())
    assert client.get(letters).headers["content-type"] == "font/woff2"
    assert f"src:url(.{letters})" in page()


def test_the_page_asks_nothing_of_another_host():
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page())


def test_a_page_that_has_changed_costs_a_hint_and_not_the_site():
    assert french_page("<html><head></head></html>") == "<html><head></head></html>"


def test_figures_are_asked_for_early():
    assert "./static/js/PlotlyChart." in page()
    original = streamlit_files.index().read_text(encoding="utf-8")
    assert page().count("modulepreload") > original.count("modulepreload")


def test_a_page_without_any_figure_asks_for_none():
    app = Starlette(
        routes=create_streamlit_static_assets_routes(base_url=""),
        middleware=middleware(addresses=addresses()),
    )
    with TestClient(app) as client:
        early = {each for each in addresses() if "PlotlyChart" in client.get(f"/{each}").text}
    assert early == {"carte", "ou-ouvrir"}


def test_our_script_is_served_with_its_words(client):
    answer = client.get(ADDRESSES["french"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == script()
    assert "Rechercher" in answer.text
    assert client.get("/statique/french.js").headers["cache-control"] == "public, max-age=3600"


def test_our_files_are_served_with_their_lifetime(client):
    answer = client.get("/statique/logo.svg", headers={"accept-encoding": "identity"})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert client.get("/statique/absent.svg").status_code == 404
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg+xml")


def test_a_translation_is_never_translated_again():
    assert not set(french.WORDS.values()) & set(french.WORDS)
    sources = [re.compile(source, re.DOTALL) for source, _ in french.PATTERNS]
    for text in french.WORDS.values():
        assert not any(source.search(text) for source in sources), text


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("20MB per file • CSV", "20\u00a0Mo par fichier • CSV"),
        ("05 – May", "05 – mai"),
        ("Remove Ain", "Retirer Ain"),
        ("Selected Date: May 4, 2021", "Date choisie\u00a0: 4 mai 2021"),
    ],
)
def test_texts_with_something_in_them_are_translated(english, expected):
    found = [
        re.sub(source, re.sub(r"\$(\d)", r"\\\1", target), english)
        for source, target in french.PATTERNS
        if re.search(source, english)
    ]
    assert found[0] == expected


def test_the_words_survive_the_journey_to_the_browser():
    words = re.search(r"\n\}\)\((\{.*?\}), \[\[", script(), re.DOTALL)
    assert json.loads(words.group(1)) == french.WORDS


@pytest.mark.parametrize(
    ("address", "status"), [("/", 200), ("/carte", 200), ("/carte/", 200), ("/nulle-part", 404)]
)
def test_an_address_at_which_there_is_no_page_is_not_found(client, address, status):
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == status
    assert 'lang="fr"' in answer.text  # and what is not found is said on a page


def test_the_areas_of_the_map_come_from_us_and_are_kept_for_ever(client):
    for grain, number in (("region", 18), ("department", 101)):
        answer = client.get(contours_address(grain))
        assert len(answer.json()["features"]) == number
        assert answer.headers["content-encoding"] in {"br", "gzip"}
        assert "immutable" in answer.headers["cache-control"]
    # Of no country: without it, Plotly would ask another host for the world.
    assert client.get(CONFIG["topojsonURL"] + "world_110m.json").json()["arcs"] == []


def test_every_page_leads_to_the_feed(client):
    for path in ("/", "/saisie", "/mentions-legales"):
        assert client.get(path).text.count('type="application/atom+xml"') == 1
