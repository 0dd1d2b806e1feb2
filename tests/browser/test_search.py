"""The boxes that find a town or a territory, by keyboard, mouse and touch."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, assert_quiet, axe, settled

SCREENS = {
    "light": {"color_scheme": "light", "shared": "page"},
    "dark phone": {"color_scheme": "dark", "width": 390, "height": 844, "shared": "dark"},
}


def box_of(page, label):
    return page.get_by_role("combobox", name=label, exact=True)


def answers(page):
    return page.get_by_role("listbox", name="Réponses possibles").get_by_role("option")


@pytest.mark.parametrize("screen", SCREENS)
def test_what_answers_is_listed_while_one_types_and_chosen_with_the_arrows(open_tab, screen):
    page = arrive(open_tab(**SCREENS[screen]), "/?au=2021-05-04")
    if (folded := page.locator(".st-key-bar_unfolded label")).is_visible():
        folded.click()
    box = box_of(page, "Territoire")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.click()
    expect(answers(page)).to_have_count(19)  # France and its regions, for who does not type
    page.keyboard.type("chaumont")
    expect(answers(page).first).to_contain_text("Haute-Marne, 52121")
    expect(page.locator(".entendu")).to_have_text("Les 10\u00a0premières réponses.")
    page.keyboard.press("ArrowUp")  # from above the first to the last
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = answers(page).nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    expect(box).to_have_attribute("aria-expanded", "true")
    frame = page.locator("#reponses").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= page.viewport_size["width"]
    assert frame["y"] + frame["height"] <= page.viewport_size["height"]
    assert axe(page) == []  # contrasts included
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("au=2021-05-04&terr=com-89093"))
    expect(box).to_have_value("Chaumont (89)")
    expect(answers(page)).to_have_count(0)
    settled(page)
    assert_quiet(page)


def test_enter_takes_the_best_answer_without_waiting_for_the_list(page):
    arrive(page, "/")
    box = box_of(page, "Territoire")
    box.focus()
    page.keyboard.type("haute m")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("terr=dep-52"))
    expect(box).to_have_value("Haute-Marne (52) – département")
    page.keyboard.type("beu")
    expect(answers(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(answers(page)).to_have_count(0)
    expect(box).to_have_value("beu")
    assert_quiet(page)


def test_homonyms_are_listed_to_choose_from(page):
    arrive(page, "/ville")
    box = box_of(page, "Chercher une ville")
    box.focus()
    page.keyboard.type("chaumont")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio")).to_have_count(5)
    page.get_by_text("Chaumont (Haute-Savoie, 74065)").click()
    page.get_by_text("code INSEE 74065").wait_for()
    expect(page).to_have_url(re.compile("ville=74065"))
    expect(box_of(page, "Changer de ville")).to_have_value("")
    page.go_back()
    box.wait_for()
    assert_quiet(page)


def test_a_finger_chooses_where_to_follow_a_course(phone):
    arrive(phone, "/formations")
    box_of(phone, "près de").tap()
    phone.keyboard.type("annecy-le-v")
    answers(phone).get_by_text("anciennement Annecy-le-Vieux").tap()
    expect(phone).to_have_url(re.compile("pres=74011"))
    expect(box_of(phone, "près de")).to_have_value("Annecy (74)")
    phone.get_by_text("la commune actuelle est Annecy (74010)").wait_for()


def test_without_an_answer_from_the_route_all_works_but_the_list(page):
    page.route("**/chercher?*", lambda route: route.abort())
    arrive(page, "/")
    box = box_of(page, "Territoire")
    box.click()
    page.keyboard.type("saint dié des v")
    expect(answers(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("terr=com-88413"))
