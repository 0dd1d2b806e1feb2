"""The front page in a real Chromium, on a desk and on a telephone: what is drawn, what is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_quiet, left, settled, until, visit
from tests.browser.reading import fits, narrowed

STATES = {
    "before the start": "/?au=2019-02-12",
    "first month": "/?au=2019-04-30",
    "before the deadline": "/?au=2021-05-04",
    "eve of the deadline": "/?au=2022-12-30",
    "today": "/",
    "region": "/?terr=reg-44&au=2021-10-05",
    "region without": "/?terr=reg-94",
    "town": "/?terr=com-52121",
    "ACV": "/?perim=acv&au=2021-05-04",
    "before this database": "/?connu=2026-01-01",
    "far ahead": "/?au=2039-12-31&nonprouves=oui",
    "nonsense": "/?au=hier&terr=nulle-part&perim=villages",
}

# A pixel and a half: antialiasing and half a line's width.
_OUTSIDE = """() => {
  const found = [];
  for (const chart of document.querySelectorAll(".js-plotly-plot")) {
    const frame = chart.getBoundingClientRect();
    for (const mark of chart.querySelectorAll("svg text, svg path, svg rect")) {
      if (mark.closest("clipPath, defs, .hoverlayer, .modebar, .dragcover, .draglayer")) continue;
      const box = mark.getBoundingClientRect();
      if (!box.width && !box.height) continue;
      const clip = mark.closest("[clip-path]");
      if (clip && mark.tagName !== "text") continue;
      const over = Math.max(frame.left - box.left, box.right - frame.right,
                            frame.top - box.top, box.bottom - frame.bottom);
      if (over > 1.5) found.push(`${mark.tagName} ${mark.textContent} ${over.toFixed(1)} px`);
    }
  }
  return found;
}"""
_OVERLAPS = """() => {
  const found = [];
  for (const chart of document.querySelectorAll(".js-plotly-plot")) {
    const texts = [...chart.querySelectorAll("svg text")].filter(
      (text) => text.textContent.trim() && !text.closest(".hoverlayer, .modebar"));
    texts.forEach((one, rank) => texts.slice(rank + 1).forEach((other) => {
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 3) found.push(`${one.textContent} / ${other.textContent}`);
    }));
  }
  return found;
}"""
_CUT = """() => [
  ...document.querySelectorAll("[data-testid=stMetric] *, h1, h2, h3, .st-key-barre *")]
  .filter((each) => each.children.length === 0 && each.textContent.trim() &&
    getComputedStyle(each).overflow !== "visible" && each.scrollWidth > each.clientWidth + 1 &&
    !each.closest("[data-testid=stIconMaterial]") && each.clientWidth > 1)
  .map((each) => each.textContent)"""


def drawn(page):
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    return settled(page)


@pytest.mark.parametrize("address", STATES.values(), ids=STATES)
def test_a_state_fits_its_page_and_is_quiet(page, address):
    visit(page, address)
    if "connu=2026-01" not in address:
        drawn(page)
    _fits_and_reads(page)
    _fits_and_reads(narrowed(page))
    assert_quiet(page)


def _fits_and_reads(page):
    assert fits(page)
    for wrong in (_OUTSIDE, _OVERLAPS, _CUT):
        assert left(page, wrong) == []


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_the_headline_is_seen_without_scrolling(screen, request):
    sized = visit(request.getfixturevalue(screen), "/?au=2021-05-04")
    assert fits(sized)
    box = sized.locator(".st-key-titre h2").bounding_box()
    assert box["y"] + box["height"] < sized.viewport_size["height"]
    expect(sized.locator(".st-key-titre h2")).to_contain_text("7\u00a0centres sur 100")


def test_both_themes_are_legible(open_tab):
    sizes = {}
    for scheme in ("light", "dark"):
        page = drawn(visit(open_tab(color_scheme=scheme), "/?au=2021-05-04"))
        ground = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 25, 30)"}[scheme]
        text = page.locator(".js-plotly-plot .xtick text").first.evaluate(
            "e => getComputedStyle(e).fill"
        )
        sizes[scheme] = len(page.screenshot())
        assert _contrast(text, ground) >= 4.5, (scheme, text)
        for label in page.locator(".js-plotly-plot .legendtext").all():
            fill = label.evaluate("e => getComputedStyle(e).fill")
            assert _contrast(fill, ground) >= 4.5, (scheme, fill)
    assert min(sizes.values()) > 30_000


def _contrast(one, other):
    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# --- what a figure says ---


def ticks(page, chart, axis):
    return page.locator(f".js-plotly-plot >> nth={chart}").locator(f".{axis}tick text")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?au=2021-05-04", r"(janv\.|juil\.) 20(19|2\d)"),
        ("/?au=2019-04-30", r"(janv\.|juil\.) 20(19|2\d)|20\d\d"),
        ("/", r"20\d\d"),
    ],
)
def test_axes_are_in_french(page, address, expected):
    drawn(visit(page, address))
    labels = ticks(page, 0, "x").all_text_contents()
    assert labels
    assert all(re.fullmatch(expected, label) for label in labels), labels
    assert "Jan" not in "".join(labels)


def test_there_is_no_half_opening(page):
    for address in ("/?terr=reg-44", "/?au=2019-04-30&terr=dep-52", "/"):
        drawn(visit(page, address))
        for chart in (0, 1):
            for label in ticks(page, chart, "y").all_text_contents():
                assert "," not in label, (address, label)


def hover(page, chart, name, point):
    """Point at the middle of a mark, as a reader does, and give what is then shown."""
    where = page.evaluate(
        """([chart, name, point]) => {
          const graph = document.querySelectorAll(".js-plotly-plot")[chart];
          const rank = graph.data.findIndex((trace) => trace.name === name);
          const trace = graph._fullData[rank], layout = graph._fullLayout;
          if (trace.type === "bar") {
            const bars = graph._fullData.filter((each) => each.type === "bar");
            const drawn = graph.querySelectorAll(".trace.bars")[bars.indexOf(trace)];
            const box = drawn.querySelectorAll(".point path")[point].getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];
          }
          const at = graph.calcdata[rank].at(point), box = graph.getBoundingClientRect();
          return [box.left + layout.xaxis._offset + layout.xaxis.c2p(at.x),
                  box.top + layout.yaxis._offset + layout.yaxis.c2p(at.y)];
        }""",
        [chart, name, point],
    )
    page.mouse.move(5, 5)
    page.mouse.move(where[0] - 3, where[1])
    page.mouse.move(where[0], where[1])
    label = page.locator(".js-plotly-plot .hoverlayer text")
    expect(label.first).to_be_visible()
    return " ".join(label.all_text_contents())


MARKS = [
    (0, "Totaux publiés", -1, r"environ\s20.*mai 2021.*Source\s: Cnam"),
    (0, "Totaux publiés contestés", 0, r"55\s\(contesté\)"),
    (0, "Objectif", -1, r"100\scentres d’ici au 31\sdécembre 2022"),
    (0, "Situation choisie", 0, r"4\smai 2021.*7\scentres avec certitude.*13 au plus"),
    (1, "Trimestre connu", 0, r"2e\strim\. 2019.*1\souverture"),
    (1, "Trimestre inconnu", 0, r"2e\strim\. 2019 – 4e\strim\. 2019.*4\souvertures"),
    (1, "Rythme nécessaire\u00a0: 14,0 par trimestre", 0, r"14,0 par trimestre"),
]


def test_a_mark_says_what_it_is_in_french(open_tab):
    page = open_tab(height=2400)
    drawn(visit(page, "/?au=2021-05-04"))
    for chart, name, point, expected in MARKS:
        assert re.search(expected, hover(page, chart, name, point)), name


def test_an_opening_names_its_town_its_date_and_its_source(open_tab):
    page = open_tab(height=2400)
    drawn(visit(page, "/?au=2021-05-04&terr=dep-52"))
    said = page.evaluate(
        """() => document.querySelector(".js-plotly-plot").data
             .flatMap((trace) => trace.hovertext || [])"""
    )
    assert any(re.search(r"Chaumont.*avril 2019.*Source\s: ", each) for each in said), said


def test_a_figure_can_be_heard(page):
    drawn(visit(page, "/?au=2021-05-04"))
    figures = page.get_by_role("figure")
    expect(figures.nth(1)).to_be_visible()
    expect(figures.first).to_have_attribute(
        "aria-label", re.compile("7\u00a0centres ouverts avec certitude")
    )


def test_the_wheel_scrolls_the_page_over_a_figure(page):
    drawn(visit(page, "/"))
    page.locator(".js-plotly-plot").first.hover()
    page.mouse.wheel(0, 400)
    assert until(page, "document.querySelector('[data-testid=stMain]').scrollTop > 200")


def test_the_way_out_of_an_empty_day(page):
    visit(page, "/?au=2019-02-12")
    page.get_by_role("button", name="Aller au 30\u00a0avril 2019").click()
    expect(page).to_have_url(re.compile("au=2019-04-30"))
    settled(page)
    expect(page.locator(".st-key-titre h2")).to_contain_text("1\u00a0centre")
