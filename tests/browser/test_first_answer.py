"""The answer within the page gives way to the application without a jump."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_quiet, axe, settled, until

CHAUMONT = "/ville?ville=52121"
WIDTHS = {"desk": (1440, 900), "telephone": (390, 844)}
NEAR = 8  # pixels
# Once for a document: a tab that is used again says this as many times as it was told.
SHIFTS = """
if (window.shifted === undefined) {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
  }).observe({ type: "layout-shift", buffered: true });
}
"""
TITLE = ":is(h1, h2):not(.st-key-entendu *)"
# A map of the answer stands where that of its page comes, whatever draws it.
MAP = ':is(.plan, [data-testid="stPlotlyChart"])'
PICTURES = (".places", MAP, ".large", ".etroit", "ul.changements")
CHANGES = "/ce-qui-a-change?depuis=2026-11-01"
BOXES = """([where, names]) => {
  const boxes = {};
  for (const name of names) {
    const every = [...document.querySelectorAll(`${where} ${name}`)];
    const seen = every.find((each) => each.offsetWidth);
    if (seen && seen.getBoundingClientRect().top < innerHeight) {
      const { x, y, width, height } = seen.getBoundingClientRect();
      boxes[name] = [x, y, width, height];
    }
  }
  return boxes;
}"""

GROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture
def slowly(open_tab):
    """Open a page whose application is held back until told."""

    def opened(address, *, width=1440, height=900, base_url=None):
        page = open_tab(width=width, height=height, base_url=base_url)
        page.add_init_script(SHIFTS)
        held = []

        def hold(route):
            held.append(route)

        page.route("**/static/js/index.*.js", hold)
        page.goto(address, wait_until="commit")
        page.locator("#reponse main").wait_for()
        page.evaluate("document.fonts.ready.then(() => true)")

        def release():
            for route in held:
                route.continue_()
            page.unroute_all()

        return page, release

    return opened


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "address",
    ["/", CHAUMONT, "/carte", "/regions", "/formations", "/inscriptions", "/recouper", CHANGES],
)
def test_the_application_takes_the_place_of_the_answer_without_a_jump(slowly, address, width):
    wide, high = WIDTHS[width]
    page, release = slowly(address, width=wide, height=high)
    if address in ("/", CHAUMONT, "/carte", "/regions"):
        expect(page.locator("#reponse :is(.reperes, .lignes)").first).to_be_visible()
        is_for_everybody(page, "dark" if width == "desk" else "light")
    takes_its_place(page, release, address)


def is_for_everybody(page, scheme):
    """Look at the answer in a theme, and leave it in the light: it follows by its style alone."""
    page.emulate_media(color_scheme=scheme)
    assert (
        page.evaluate(GROUND) == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 25, 30)"}[scheme]
    )
    assert axe(page) == []
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/inscriptions", "/inscriptions?terr=reg-28"])
def test_what_was_transmitted_is_drawn_in_the_same_place(slowly, demonstration, address, width):
    wide, high = WIDTHS[width]
    page, release = slowly(address, width=wide, height=high, base_url=demonstration.url)
    expect(page.locator("#reponse .dessin:visible text").nth(1)).to_be_visible()
    takes_its_place(page, release, address)


def takes_its_place(page, release, address):
    named = (TITLE, ".reperes", *PICTURES)
    before = page.evaluate(BOXES, ["#reponse", named])
    assert {TITLE} | {"/": {".reperes"}, CHAUMONT: {".reperes"}, "/carte": {MAP}}.get(
        address, set()
    ) <= set(before)
    assert set(PICTURES) & set(before)
    headline = page.locator(f"#reponse {TITLE}").first.text_content()
    assert until(page, "() => document.getElementById('root').inert")
    release()
    expect(page.locator("#reponse")).to_have_count(0)
    settled(page)
    assert not page.locator("#root").evaluate("each => each.inert")
    after = page.evaluate(BOXES, ['[data-testid="stMain"]', named])
    assert set(before) <= set(after)
    assert headline in page.locator('[data-testid="stMain"]').text_content()
    for name, box in before.items():
        assert box == pytest.approx(after[name], abs=NEAR), name
    assert page.evaluate("window.shifted") <= 0.02
    assert_quiet(page)


def test_a_link_in_hand_is_in_hand_after(slowly):
    page, release = slowly("/")
    page.locator('#reponse .places a[href$="ville=52121"]').focus()
    release()
    expect(page.locator("#reponse")).to_have_count(0)
    expect(page.locator('#root .places a[href$="ville=52121"]')).to_be_focused()


def test_words_that_somebody_has_selected_stay(slowly):
    page, release = slowly("/")
    page.locator("#reponse h2").select_text()
    release()
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(app.locator(".plan")).to_have_count(1)
    expect(page.locator("#reponse")).to_be_visible()
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator("#reponse")).to_have_count(0)


def test_what_was_scrolled_stays_where_it_was(slowly):
    page, release = slowly("/", width=390, height=844)
    page.locator("#reponse").evaluate("each => each.scrollTo(0, 300)")
    release()
    expect(page.locator("#reponse")).to_have_count(0)
    settled(page)
    assert page.locator('[data-testid="stMain"]').evaluate("each => each.scrollTop") == 300


def test_a_link_of_the_answer_leads_to_its_page(slowly):
    page, release = slowly("/")
    page.locator("#reponse h2").select_text()  # what is selected stays until it is left
    release()
    page.locator('#reponse a[href="carte"]').first.evaluate("each => each.click()")
    expect(page).to_have_url(f"{page.url.split('/carte')[0].rstrip('/')}/carte")


def test_a_link_followed_once_the_application_is_ready_is_its_own(slowly):
    page, release = slowly("/carte")
    page.locator("#reponse h2").select_text()
    release()
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate("window.isTheSame = true")
    page.locator("#reponse .lignes a").first.evaluate("each => each.click()")
    expect(page.locator("#reponse")).to_have_count(0)
    expect(page.locator(".st-key-fiche")).to_be_visible()
    assert "/ville?ville=" in page.url
    assert page.evaluate("window.isTheSame")


@pytest.mark.parametrize("address", ["/", CHAUMONT])
def test_without_javascript_the_answer_stays_and_leads_elsewhere(browser, server, address):
    context = browser.new_context(java_script_enabled=False, base_url=server.url, locale="fr-FR")
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#reponse .reperes")).to_be_visible()
    page.get_by_role("link", name="Carte et couverture").first.click()
    expect(page).to_have_url(f"{server.url}/carte")
    context.close()
