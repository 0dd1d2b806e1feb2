"""Where to open next in a real Chromium: the first screen answers, ticks leave towns out."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, assert_quiet, settled

WIDTHS = {"desk": (1440, 900, 520), "telephone": (390, 844, 640)}
VIEW = "/ou-ouvrir?au=2026-11-23"
# The middles and the sizes of the marks of the towns of the list, in pixels.
_MARKS = """() => {
  const chart = document.querySelector(".st-key-cadre_carte_plan .js-plotly-plot");
  const { xaxis, yaxis } = chart._fullLayout;
  return chart._fullData.filter((trace) => trace.customdata && trace.marker).flatMap((trace) =>
    Array.from(trace.x, (x, i) => [xaxis.l2p(x), yaxis.l2p(trace.y[i]), trace.marker.size]));
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_screen_has_the_answer_and_marks_that_do_not_overlap(page, width):
    wide, high, lowest = WIDTHS[width]
    page.set_viewport_size({"width": wide, "height": high})
    arrive(page, VIEW)
    headline = page.get_by_role("heading", name="Hors Île-de-France")
    assert headline.bounding_box()["y"] < 200
    chart = page.locator(".st-key-cadre_carte_plan .js-plotly-plot")
    assert chart.bounding_box()["y"] < lowest
    marks = page.evaluate(_MARKS)
    towns = [mark for mark in marks if mark[2] > 10]
    assert len(towns) == 10
    for place, (x, y, size) in enumerate(towns):
        for other_x, other_y, other in marks[:-10] + towns[:place]:
            assert (x - other_x) ** 2 + (y - other_y) ** 2 >= ((size + other) / 2 - 0.5) ** 2
    ranks = chart.locator(".textpoint")
    assert ranks.all_text_contents() == [str(rank) for rank in range(1, 11)]
    expect(ranks.first).to_be_visible()
    assert_quiet(page)


def test_unticking_the_first_town_leaves_it_out(page):
    arrive(page, VIEW)
    grid = page.locator('[data-testid="stDataFrame"]').first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 20, "y": 52})
    expect(page).to_have_url(re.compile("ecartees=38544"))
    settled(page)
    expect(page.get_by_role("heading", name="millions d’habitants de plus")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_regions_answer_on_the_first_screen_and_lead_by_their_names(open_tab, width):
    wide, high, lowest = WIDTHS[width]
    page = open_tab(width=wide, height=high, shared="page")
    arrive(page, "/regions?au=2026-11-23")
    answer = page.get_by_role("heading", name="au moins un centre ouvert")
    assert answer.bounding_box()["y"] < 250
    places = page.locator(".dessin:visible").first
    assert places.bounding_box()["y"] < lowest
    assert places.locator("a").count() > 18
    assert_quiet(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_is_a_grid_on_a_desk_and_a_list_on_a_telephone(open_tab, width):
    wide, high, _ = WIDTHS[width]
    page = open_tab(width=wide, height=high, shared="page")
    arrive(page, "/regions?au=2026-11-23")
    grids, lists = page.locator('[data-testid="stDataFrame"]'), page.locator(".rangs")
    assert lists.count() == 2
    seen = lists if width == "telephone" else grids.first
    expect(seen.first).to_be_visible()
    assert [each.is_visible() for each in lists.all()] == [width == "telephone"] * 2
    assert [each.is_visible() for each in grids.all()[:2]] == [width == "desk"] * 2
    if width == "telephone":
        box = lists.first.bounding_box()
        assert box["x"] + box["width"] <= wide
        expect(lists.nth(1).get_by_role("link", name="Grand Est")).to_be_visible()
    assert_quiet(page)
