"""The sheet of a town in a real Chromium: what its first screen says, where its links lead."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, assert_quiet, settled, visit
from tests.browser.drawing import is_well_drawn
from tests.browser.reading import narrowed

CHAUMONT = "/ville?ville=52121"


def test_one_follows_towns_and_comes_back(page):
    arrive(page, CHAUMONT + "&au=2022-01-01")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chaumont")
    expect(page).to_have_title("Chaumont (52) · Ville · Territoires")
    page.get_by_role("link", name="● Épinal · 98").click()
    page.locator(".bref").get_by_text("88160").wait_for()
    page.wait_for_url(re.compile("ville=88160"))
    assert "au=2022-01-01" in page.url
    page.go_back()
    page.locator(".bref").get_by_text("52121").wait_for()
    page.get_by_role("link", name="Voir sur la carte").click()
    page.wait_for_url(re.compile("/carte.*ville=52121"))
    settled(page)
    assert_quiet(page)


@pytest.mark.parametrize("code", ["52121", "55029"])
def test_the_first_screen_of_a_sheet_answers(page, code):
    arrive(page, f"/ville?ville={code}")
    answer = page.locator("h1, .reperes, .dessin svg").filter(visible=True)
    assert all(each.bounding_box()["y"] < 700 for each in answer.all())
    narrowed(page)
    picture = page.locator(".reperes, .dessin svg").filter(visible=True)
    assert [each.bounding_box()["y"] < 640 for each in picture.all()][:2] == [True, code == "52121"]


@pytest.mark.parametrize("code", ["51108", "52448", "55545"])
def test_the_longest_names_stay_in_their_pictures_on_a_telephone(phone, code):
    is_well_drawn(arrive(phone, f"/ville?ville={code}"))


def test_a_town_of_the_map_is_reached_with_the_keyboard(page):
    arrive(page, CHAUMONT)
    page.evaluate("window.stays = true")
    page.locator(".dessin.plan.large a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"ville=(?!52121)\d{5}"))
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Chaumont")
    assert page.evaluate("window.stays"), "the application itself went there"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chaumont")
    assert_quiet(page)


def test_the_sources_and_their_history_open_on_demand(page):
    arrive(page, CHAUMONT)
    tables = page.get_by_test_id("stDataFrame").count()
    page.get_by_text("Voir les sources et l’historique").click()
    settled(page)
    page.get_by_test_id("stDataFrame").nth(tables).wait_for()
    assert_quiet(page)


def test_a_copied_link_opens_the_same_town(page, open_tab):
    arrive(page, CHAUMONT + "&au=2022-01-01")
    link = page.get_by_role("link", name="Copier le lien").get_attribute("href")
    assert "ville=52121" in link
    other = visit(open_tab(shared="dark"), link)
    other.locator(".bref").get_by_text("52121").wait_for()
