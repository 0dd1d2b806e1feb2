"""What the widgets of Streamlit say once they are opened is in French too."""

import httpx
import pytest

from tests.browser.conftest import arrive, settled
from tests.browser.reading import english_left
from tests.saying import english


def test_what_the_bar_and_the_menu_open_is_in_french(open_tab):
    page = arrive(open_tab(width=900, shared="page"), "/")
    found = english_left(page)
    for name in ("Choisir une date", "Options", "Exporter", "de plus"):
        page.get_by_role("button", name=name).first.click()
        settled(page)
        found += english_left(page)
        page.keyboard.press("Escape")
    page.get_by_label("Périmètre").click()
    found += english_left(page)
    assert not found


def test_what_lists_and_tables_open_is_in_french(open_tab):
    page = arrive(open_tab(shared="page"), "/regions")
    box = page.get_by_role("combobox", name="Territoires à comparer")
    box.click()
    box.press_sequentially("zzz")
    found = english_left(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("stDataFrame").first.hover()
    found += english_left(page)
    assert not found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/sante", 405),
        ("PUT", "/signaler", 405),
        ("GET", "/statique/rien.css", 404),
        ("GET", "/export/rien.csv", 404),
        ("GET", "/apercu/rien.png", 404),
    ],
)
def test_what_answers_nothing_says_so_in_french(server, method, path, status):
    answer = httpx.request(method, server.url + path)
    assert answer.status_code == status
    assert answer.text
    assert not english(answer.text)
    assert ("allow" in answer.headers) is (status == 405)
