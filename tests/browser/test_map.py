"""The map in a real Chromium, on a desk and on a telephone: clicks both ways, nothing outside."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from territoires.charts.map import framed
from territoires.charts.outlines import outlines
from territoires.domain.scope import Territory
from tests.browser.conftest import arrive, assert_quiet, left, settled
from tests.browser.drawing import is_well_drawn
from tests.browser.reading import fits, narrowed

WIDTHS = {"desk": (1440, 900), "telephone": (390, 844)}
# Those that test_every_page.py does not look at.
PAGES = {
    "points": "/carte?au=2021-05-04",
    "territories": "/carte?au=2021-05-04&vue=territoires&maille=departements",
    "overseas": "/carte?au=2021-05-04&terr=dep-974",
    "where next": "/ou-ouvrir?au=2021-05-04&villes=20",
}
# Where a mark is on the screen, by the code that its click gives.
_PLACE = """([key, code]) => {
  const chart = document.querySelector(`.st-key-cadre_${key} .js-plotly-plot`);
  for (const trace of chart._fullData) {
    const i = (trace.customdata || []).findIndex((each) => each[0] === code);
    if (i < 0) continue;
    const box = chart.getBoundingClientRect(), { xaxis, yaxis } = chart._fullLayout;
    return [box.x + xaxis._offset + xaxis.l2p(trace.x[i]),
            box.y + yaxis._offset + yaxis.l2p(trace.y[i])];
  }
}"""
# Where a place of the plane (km) is on the screen.
_ON_SCREEN = """([x, y]) => {
  const chart = document.querySelector(".st-key-cadre_carte_territoires .js-plotly-plot");
  const box = chart.getBoundingClientRect(), { xaxis, yaxis } = chart._fullLayout;
  return [box.x + xaxis._offset + xaxis.l2p(x), box.y + yaxis._offset + yaxis.l2p(y)];
}"""
FAR_CORNERS = [
    ("desk", "regions", "75", "Nouvelle-Aquitaine"),
    ("telephone", "regions", "04", "La Réunion"),
    ("desk", "departements", "973", "Guyane"),
    ("telephone", "departements", "2B", "Haute-Corse"),
]


def far_corner(grain, code):
    """Find a place (km of the plane) well within an area, the farthest from its box's middle."""
    outline = outlines({"regions": "region", "departements": "department"}[grain])[code]
    x0, y0, x1, y1 = (
        np.nanmin(outline.x), np.nanmin(outline.y), np.nanmax(outline.x), np.nanmax(outline.y),
    )  # fmt: skip
    inset = 0.04 * max(x1 - x0, y1 - y0)
    x, y = (each.ravel() for each in np.meshgrid(np.linspace(x0, x1, 40), np.linspace(y0, y1, 40)))
    around = [(dx, dy) for dx in (-inset, 0, inset) for dy in (-inset, 0, inset)]
    inside = np.all([_within(outline, x + dx, y + dy) for dx, dy in around], axis=0)
    far = np.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2)
    best = np.argmax(np.where(inside, far, -1))
    return [float(x[best]), float(y[best])]


def _within(outline, x, y):
    """Tell which places lie in an area: those from which a ray crosses its edges an odd number."""
    odd = np.zeros(x.shape, dtype=bool)
    for xs, ys in outline.rings():
        for xa, ya, xb, yb in zip(xs[:-1], ys[:-1], xs[1:], ys[1:], strict=True):
            spans = (ya > y) != (yb > y)
            odd ^= spans & (x < xa + (y - ya) / ((yb - ya) or 1) * (xb - xa))
    return odd


def drawn(page):
    """Wait until every map of the page has its points."""
    settled(page)
    chart = page.locator("[class*=st-key-cadre_] .js-plotly-plot .main-svg").first
    expect(chart).to_be_visible()
    return page


def click_on(page, key, code):
    page.locator(f".st-key-cadre_{key} .js-plotly-plot").scroll_into_view_if_needed()
    x, y = page.evaluate(_PLACE, [key, code])
    page.mouse.click(x, y)
    return settled(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_never_scrolls_sideways(page, name):
    drawn(arrive(page, PAGES[name]))
    _fits(page)
    _fits(narrowed(page))
    assert_quiet(page)


def _fits(page):
    is_well_drawn(page)
    assert fits(page)


def test_a_click_on_the_map_describes_the_town_and_chooses_its_row(page):
    drawn(arrive(page, "/carte?au=2021-05-04"))
    click_on(page, "carte", "52121")
    expect(page).to_have_url(re.compile(r"ville=52121"))
    expect(page.locator(".st-key-ville_choisie")).to_contain_text("Chaumont")
    expect(page.locator(".st-key-ville_choisie")).to_contain_text("Ouvert")
    rings = page.locator("[class*=st-key-cadre_] .js-plotly-plot").evaluate(
        "(chart) => chart._fullData.filter((trace) => trace.name === 'Ville choisie').length"
    )
    assert rings == 1
    tools = page.locator(".st-key-cadre_carte .modebar-btn").evaluate_all(
        "(buttons) => buttons.map((button) => button.dataset.title)"
    )
    assert tools == ["Télécharger l’image (PNG)", "Plein écran"]
    assert_quiet(page)


def test_a_click_on_the_list_rings_the_town_on_the_map(page):
    drawn(arrive(page, "/carte?au=2021-05-04"))
    grid = page.locator('[data-testid="stDataFrame"]').first
    expect(grid).to_be_visible()
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 35 + 18)
    expect(page.locator(".st-key-ville_choisie")).to_contain_text("Bourges")
    expect(page).to_have_url(re.compile(r"ville=18033"))
    settled(page)
    assert_quiet(page)


def test_the_town_chosen_leads_to_its_sheet(page):
    drawn(arrive(page, "/carte?au=2021-05-04&ville=52121"))
    page.locator(".st-key-ville_choisie").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/ville\?.*ville=52121"))
    settled(page)
    expect(page.get_by_role("heading", name="Chaumont").first).to_be_visible()


@pytest.mark.parametrize(("width", "grain", "code", "named"), FAR_CORNERS)
def test_an_area_is_read_and_chosen_far_from_its_middle(open_tab, width, grain, code, named):
    wide, high = WIDTHS[width]
    page = open_tab(width=wide, height=high, shared="page")
    drawn(arrive(page, f"/carte?au=2021-05-04&vue=territoires&maille={grain}"))
    chart = page.locator(".st-key-cadre_carte_territoires .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    x, y = page.evaluate(_ON_SCREEN, far_corner(grain, code))
    page.mouse.move(x, y)
    expect(chart.locator(".hoverlayer")).to_contain_text(named)
    expect(chart.locator(".hoverlayer")).to_contain_text(
        re.compile("[0-9]\u202f[0-9]{3}\u00a0habit")
    )
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile(rf"terr={grain[:3]}-{code}"))
    settled(page)
    assert_quiet(page)


def test_the_sea_and_what_lies_out_of_the_territory_choose_nothing(page):
    drawn(arrive(page, "/carte?au=2021-05-04&vue=territoires&terr=reg-94"))
    chart = page.locator(".st-key-cadre_carte_territoires .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    x0, y0, x1, y1 = framed(Territory.parse("reg-94"))
    for place in ([x0 + 5, y0 + 5], [x1 - 5, y1 - 5]):
        x, y = page.evaluate(_ON_SCREEN, place)
        page.mouse.click(x, y)
        settled(page)
        expect(chart.locator(".hovertext")).to_have_count(0)
    expect(page).to_have_url(re.compile("terr=reg-94"))
    assert_quiet(page)


def test_moving_the_radius_by_the_keyboard_counts_again(page):
    drawn(arrive(page, "/carte?au=2021-05-04"))
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-titre")).to_contain_text("31")
    expect(page).to_have_url(re.compile(r"rayon=31"))
    assert_quiet(page)


_OVER_ANOTHER = """() => {
  const boxes = [...document.querySelectorAll("[class*=st-key-cadre_] .textpoint text")]
    .map((each) => [each.textContent, each.getBoundingClientRect()]).filter(([, box]) => box.width);
  return boxes.flatMap(([one, a], rank) => boxes.slice(rank + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
    .map(([other]) => `${one} / ${other}`));
}"""


@pytest.mark.parametrize("view", ["", "?vue=zones-blanches"])
def test_the_map_is_large_on_a_desk_and_its_names_are_apart(page, view):
    drawn(arrive(page, f"/carte{view}"))
    box = page.locator("[class*=st-key-cadre_] .js-plotly-plot").bounding_box()
    assert box["height"] >= 560
    assert box["y"] < 700
    beside = page.locator('[data-testid="stDataFrame"]').first.bounding_box()
    assert beside["x"] >= box["x"] + box["width"]
    expect(page.locator("[class*=st-key-cadre_] .textpoint").first).to_be_visible()
    assert left(page, _OVER_ANOTHER) == []


def test_the_map_begins_on_the_first_screen_of_a_telephone(phone):
    drawn(arrive(phone, "/carte"))
    assert phone.locator("[class*=st-key-cadre_] .js-plotly-plot").bounding_box()["y"] < 640
    assert fits(phone)


def test_a_long_list_goes_on_when_it_is_asked_to(phone):
    arrive(phone, "/carte?au=2026-11-23")
    lines, more = phone.locator(".rangs li"), phone.get_by_role("button", name="Voir les")
    expect(lines).to_have_count(30)
    expect(phone.locator('[data-testid="stDataFrame"]')).to_be_hidden()
    expect(more).to_have_text("Voir les 30 suivantes sur 209")
    more.press("Enter")
    expect(lines).to_have_count(60)
    expect(more).to_have_text("Voir les 30 suivantes sur 179")
    expect(more).to_be_focused()
    assert phone.locator("html").evaluate("each => each.scrollWidth") <= 390
    phone.set_viewport_size({"width": 1440, "height": 900})
    expect(more).to_be_hidden()
    expect(lines.first).to_be_hidden()
    assert_quiet(phone)
