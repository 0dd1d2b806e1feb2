"""The front page in a real Chromium, on a desk and on a telephone: what is drawn, what is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, assert_quiet, settled
from tests.browser.drawing import is_well_drawn
from tests.browser.reading import fits, narrowed

# Those that test_every_page.py does not look at.
STATES = {
    "first month": "/?au=2019-04-30",
    "eve of the deadline": "/?au=2022-12-30",
    "region without": "/?terr=reg-94",
    "ACV": "/?perim=acv&au=2021-05-04",
    "far ahead": "/?au=2039-12-31&nonprouves=oui",
}


def drawn(page):
    page.locator(".dessin.plan svg").wait_for()
    return settled(page)


@pytest.mark.parametrize("address", STATES.values(), ids=STATES)
def test_a_state_fits_its_page_and_is_quiet(page, address):
    drawn(arrive(page, address))
    _fits_and_reads(page)
    _fits_and_reads(narrowed(page))
    assert_quiet(page)


def _fits_and_reads(page):
    assert fits(page)
    is_well_drawn(page)


@pytest.mark.parametrize(("screen", "lowest"), [("page", 700), ("phone", 640)])
def test_the_first_screen_holds_the_headline_and_the_picture(screen, lowest, request):
    sized = drawn(arrive(request.getfixturevalue(screen), "/"))
    assert fits(sized)
    head, picture = sized.locator(".st-key-titre h2"), sized.locator(".dessin.places svg")
    expect(head).to_contain_text("15\u00a0centres documentés, 57 ou plus annoncés")
    box = head.bounding_box()
    assert box["y"] + box["height"] < picture.bounding_box()["y"] < lowest
    for shown in (sized.locator(".reperes dd").all(), [picture]):
        for each in shown:
            box = each.bounding_box()
            assert box["y"] + box["height"] <= sized.viewport_size["height"]


def test_the_bar_is_a_row_on_a_desk_and_a_button_on_a_telephone(page, phone):
    boxes = [
        each.bounding_box()
        for each in arrive(page, "/").locator(".st-key-barre > *").all()
        if each.is_visible()
    ]
    assert len({round(box["y"] + box["height"] / 2, -1) for box in boxes}) == 1, boxes
    button = arrive(phone, "/").get_by_role("checkbox", name=re.compile("France entière"))
    day = phone.get_by_role("button", name="Options")
    expect(day).to_be_hidden()
    button.focus()
    phone.keyboard.press("Space")
    expect(day).to_be_visible()


def test_each_mark_is_reached_by_the_keyboard_and_leads_to_its_town(page):
    drawn(arrive(page, "/?au=2021-05-04"))
    marks = page.locator(".dessin.places a")
    expect(marks).to_have_count(34)
    marks.first.focus()
    page.keyboard.press("Tab")
    said = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert said == marks.nth(1).get_attribute("aria-label")
    marks.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ville\?(?=.*au=2021-05-04)(?=.*ville=52121)"))


def test_the_places_unfold_as_a_list(page):
    drawn(arrive(page, "/"))
    page.get_by_text("Les mêmes places en liste").click()
    first = page.locator(".dessin.liste li a").first
    expect(first).to_be_visible()
    expect(first).to_contain_text("Chaumont (Haute-Marne)")


def test_both_themes_are_legible(open_tab):
    for scheme, shared in (("light", "page"), ("dark", "dark")):
        page = drawn(arrive(open_tab(color_scheme=scheme, shared=shared), "/?au=2021-05-04"))
        ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 25, 30)"}[scheme]
        # A tab that was left in the other theme takes this one a moment after.
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", ground)
        for text in page.locator(".dessin.large text").all()[:40]:
            fill = text.evaluate("e => getComputedStyle(e).fill")
            assert _contrast(fill, ground) >= 4.5, (scheme, fill)
        for figure in page.locator(".reperes dd").all():  # large: the contrast of a mark
            assert _contrast(figure.evaluate("e => getComputedStyle(e).color"), ground) >= 3


def _contrast(one, other):
    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# --- what a figure says ---


def test_a_mark_says_what_it_is_in_french(page):
    drawn(arrive(page, "/?au=2021-05-04"))
    said = page.locator(".dessin.large svg title").all_text_contents()
    for expected in (
        r"environ\s20 .*mai 2021[\s\S]*Source\s: Cnam",
        r"55\s\(contesté\)",
        r"Objectif\s: 100 au 31\sdéc\.\s2022",
        r"Chaumont \(Haute-Marne\)\s: avril 2019",
        r"28\sjanvier 2019\s: Lancement officiel",
    ):
        assert any(re.search(expected, each) for each in said), (expected, said)


def test_a_figure_can_be_heard(page):
    drawn(arrive(page, "/?au=2021-05-04"))
    heard = page.get_by_role("img", name=re.compile("centres ouverts avec certitude"))
    expect(heard).to_have_count(1)
    assert "environ\u00a020 annoncés" in heard.get_attribute("aria-label")


def test_the_way_out_of_an_empty_day(page):
    arrive(page, "/?au=2019-02-12")
    page.get_by_role("button", name="Aller au 30\u00a0avril 2019").click()
    expect(page).to_have_url(re.compile("au=2019-04-30"))
    settled(page)
    expect(page.locator(".st-key-titre h2")).to_contain_text("1\u00a0centre")
