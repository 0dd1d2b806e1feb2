"""The cards that other sites show, and what they may do there."""

import xml.etree.ElementTree as ET
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.french.embedded import NO_CARD, NO_OEMBED
from territoires.ui.follow.embedded import embedded
from territoires.web.embed import embed_routes
from territoires.web.routes import middleware

SITE = "https://territoires.example"
NAMES = ["national", "reg-44", "dep-52", "com-52121", "com-01004"]


@pytest.fixture
def client(seeded_file):
    url = f"sqlite:///{seeded_file.as_posix()}"
    routes = embed_routes(url, partial(embedded, url), site=SITE)
    with TestClient(Starlette(routes=routes, middleware=middleware())) as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_a_card_is_a_picture_without_a_script(client, name):
    found = client.get(f"/carton/{name}.svg?au=2021-05-04")
    assert found.headers["content-type"].startswith("image/svg+xml")
    root = ET.fromstring(found.text)  # noqa: S314 - ours
    kinds = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert not kinds & {"script", "a", "image", "foreignObject"}
    assert root.attrib["viewBox"].startswith("0 0 480 ")
    words = "".join(node.text or "" for node in root.iter())
    assert "4\u00a0mai 2021" in words
    if name == "com-52121":
        assert "Chaumont" in words


def test_any_site_may_show_a_card_and_nothing_else_of_ours(client):
    for kind in ("svg", "html"):
        found = client.get(f"/carton/national.{kind}", headers={"accept": "text/html"})
        assert "frame-ancestors *" in found.headers["content-security-policy"]
        assert "x-frame-options" not in found.headers
        assert found.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in found.headers
        assert found.headers["cache-control"] == "public, max-age=900"
    other = client.get("/oembed")
    assert "frame-ancestors 'none'" in other.headers["content-security-policy"]
    assert other.headers["x-frame-options"] == "DENY"
    assert other.headers["cross-origin-resource-policy"] == "same-origin"


def test_the_page_of_a_card_leads_to_its_page(client):
    text = client.get("/carton/com-52121.html?au=2021-05-04").text
    assert f'href="{SITE}/ville?ville=52121&amp;au=2021-05-04" target="_top"' in text
    assert "<script" not in text


def test_a_link_tells_how_it_is_shown_elsewhere(client):
    for page, name in (
        ("/", "national.html"),
        ("/?terr=reg-44&au=2021-05-04", "reg-44.html?au=2021-05-04"),
        ("/ville?ville=52121", "com-52121.html"),
    ):
        found = client.get("/oembed", params={"url": f"{SITE}{page}", "format": "json"}).json()
        assert (found["version"], found["type"], found["width"]) == ("1.0", "rich", 480)
        assert f'src="{SITE}/carton/{name}"' in found["html"]


def test_what_has_no_card_is_said(client):
    for name in ("reg-99.svg", "com-99999.svg", "x.svg", "national.png", "national.svg?au=hier"):
        found = client.get(f"/carton/{name}")
        assert (found.status_code, found.text) == (404, NO_CARD), name
    for url in (
        f"{SITE}/?terr=reg-99",
        "https://ailleurs.example/",
        f"{SITE}.ailleurs.example/",
        "",
    ):
        refused = client.get("/oembed", params={"url": url})
        assert (refused.status_code, refused.text) == (404, NO_OEMBED), url
