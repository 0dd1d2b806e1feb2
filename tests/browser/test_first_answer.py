"""The answer within the page gives way to the application without a jump."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_quiet, axe, settled, until

CHAUMONT = "/ville?ville=52121"
WIDTHS = {"desk": {"width": 1440, "height": 900}, "telephone": {"width": 390, "height": 844}}
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


def slowly(page, address):
    """Open a page whose application is held back until told; gives how to tell it.

    Playwright's own way of holding back has the browser forget what it was sent and has compiled.
    """
    page.add_init_script(SHIFTS)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    for forgotten in (True, False):  # what memory has is held by nothing; what the disk has is kept
        network.send("Network.setCacheDisabled", {"cacheDisabled": forgotten})
    network.send("Fetch.enable", {"patterns": [{"urlPattern": "*/static/js/index.*.js"}]})
    page.goto(address, wait_until="commit")
    page.locator("#reponse main").wait_for()
    page.evaluate("document.fonts.ready.then(() => true)")

    def release():
        network.send("Fetch.disable")  # what was held goes on
        network.detach()

    return release


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "address",
    ["/", CHAUMONT, "/carte", "/regions", "/formations", "/inscriptions", "/recouper", CHANGES],
)
def test_the_application_takes_the_place_of_the_answer_without_a_jump(open_tab, address, width):
    page = open_tab(**WIDTHS[width])
    release = slowly(page, address)
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


def test_a_link_in_hand_is_in_hand_after(open_tab):
    page = open_tab()
    release = slowly(page, "/")
    page.locator('#reponse .places a[href$="ville=52121"]').focus()
    release()
    expect(page.locator("#reponse")).to_have_count(0)
    expect(page.locator('#root .places a[href$="ville=52121"]')).to_be_focused()


def test_words_that_are_selected_keep_the_answer_and_what_was_scrolled_stays_where_it_was(open_tab):
    page = open_tab(**WIDTHS["telephone"])
    release = slowly(page, "/")
    page.locator("#reponse h2").select_text()
    page.locator("#reponse").evaluate("each => each.scrollTo(0, 300)")
    release()
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(app.locator(".plan")).to_have_count(1)
    expect(page.locator("#reponse")).to_be_visible()
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator("#reponse")).to_have_count(0)
    settled(page)
    assert page.locator('[data-testid="stMain"]').evaluate("each => each.scrollTop") == 300


def test_a_link_of_the_answer_leads_to_its_page(open_tab):
    page = open_tab()
    release = slowly(page, "/")
    page.locator("#reponse h2").select_text()  # what is selected stays until it is left
    release()
    page.locator('#reponse a[href="carte"]').first.evaluate("each => each.click()")
    expect(page).to_have_url(f"{page.url.split('/carte')[0].rstrip('/')}/carte")


def test_a_link_followed_once_the_application_is_ready_is_its_own(open_tab):
    page = open_tab()
    release = slowly(page, "/carte")
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
