import pytest
from starlette.testclient import TestClient

from territoires.web.browser import BROWSER

PAGE = {"accept": "text/html,application/xhtml+xml;q=0.9"}


def lines(answer):
    return [line for line in answer.headers.get_list("set-cookie") if line.startswith(BROWSER)]


def test_a_browser_is_named_once_with_its_first_page(client: TestClient):
    (line,) = lines(client.get("/", headers=PAGE))
    for part in ("httponly", "samesite=lax", "path=/"):
        assert part in line.lower()
    assert "max-age" not in line.lower(), "forgotten with the window"
    assert "secure" not in line.lower()
    assert not lines(client.get("/", headers=PAGE))


def test_two_browsers_have_two_names(client):
    first = client.get("/", headers=PAGE).cookies[BROWSER]
    client.cookies.clear()
    assert client.get("/", headers=PAGE).cookies[BROWSER] != first


def test_behind_https_the_name_stays_with_https(client):
    (line,) = lines(client.get("/", headers=PAGE | {"x-forwarded-proto": "https"}))
    assert "secure" in line.lower()


def test_a_page_that_the_browser_had_kept_names_it_all_the_same(client):
    kept = client.get("/", headers=PAGE)
    client.cookies.clear()
    again = client.get("/", headers=PAGE | {"if-none-match": kept.headers["etag"]})
    assert again.status_code == 304
    assert lines(again)


def test_no_cache_on_the_way_may_give_a_name_to_somebody_else(client):
    assert client.get("/", headers=PAGE).headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("address", ["/sante", "/statique/logo.svg", "/_stcore/health"])
def test_what_is_no_page_names_nobody(client, address):
    assert not lines(client.get(address))
