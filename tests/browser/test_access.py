"""Who does not see, does not point or prints: axe, the keyboard, paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, ready, until, visit
from tests.browser.reading import barriers


def test_axe_finds_nothing_with_everything_open(open_tab):
    page = open_tab(height=3000, shared="page")
    arrive(page, "/?au=2021-05-04")
    for each in page.get_by_text("Voir les données").all():
        each.click()
    ready(page)
    page.get_by_role("button", name="Options").click()
    page.get_by_role("textbox", name="Telle que connue le").wait_for()
    assert barriers(page) == []


_FOCUSED = """() => {
  const focused = document.activeElement;
  return (focused.getAttribute("aria-label") || focused.innerText || focused.textContent || "")
    .replace(/\\s+/g, " ").trim();
}"""


_ENGLISH = {
    *("the", "for", "of", "to", "this", "with", "more", "show", "hide", "help", "close", "open"),
    *("select", "search", "link", "choose", "copy", "view", "download", "column", "columns"),
    *("fullscreen", "press", "heading"),
}


def tabbed(page, times):
    found = []
    for _ in range(times):
        page.keyboard.press("Tab")
        found.append(page.evaluate(_FOCUSED))
    return found


def test_the_keyboard_reaches_the_widgets_in_their_order_and_shows_where_it_is(page):
    visit(page, "/?au=2021-05-04")
    page.locator(".dessin svg:visible, .js-plotly-plot .main-svg").first.wait_for()
    first = tabbed(page, 2)
    assert page.evaluate(
        """() => { const style = getComputedStyle(document.activeElement);
          return style.outlineStyle !== "none" || style.boxShadow !== "none"; }"""
    )
    reached = " | ".join(first + tabbed(page, 158))  # each place of the programme is a link
    order = [
        "Aller au contenu",
        "Accueil",
        "Méthode et sources",
        "Situation au",
        "Territoire",
        "Périmètre",
        "Options",
        "Copier le lien",
        "Voir les données",
    ]
    places = [reached.find(word) for word in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places)


def test_the_skip_link_leads_to_the_page(page):
    visit(page, "/")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED) == "Aller au contenu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = until(page, "document.activeElement.closest('[data-testid=stMain]') !== null")
    assert focused, "the next stop is in the page itself"


def test_options_open_and_close_with_the_keyboard(page):
    arrive(page, "/")
    field = page.get_by_role("textbox", name="Telle que connue le")
    page.get_by_role("button", name="Options").focus()
    page.keyboard.press("Enter")
    expect(field).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()


@pytest.mark.parametrize("address", ["/?au=2021-05-04", "/methode"])
def test_every_word_of_the_tree_is_french(page, address):
    arrive(page, address)
    names = ["aria-label", "title", "alt", "placeholder", "aria-description"]
    labels = page.evaluate(
        """(names) => [...document.querySelectorAll("*")]
          .flatMap((e) => names.map((name) => e.getAttribute(name))).filter(Boolean)""",
        names,
    )
    english = {label for label in labels if _ENGLISH & set(re.findall(r"[a-z]+", label.casefold()))}
    assert english == set()


# --- motion ---

_MOVING = """() => [...document.querySelectorAll("*")].flatMap((element) =>
  ["", "::before", "::after"].flatMap((part) => {
    const style = getComputedStyle(element, part || null);
    const seconds = [style.animationDuration, style.transitionDuration, style.animationDelay]
      .flatMap((text) => text.split(",")).map(parseFloat);
    const still = seconds.every((each) => each < 0.001) && style.scrollBehavior !== "smooth";
    return still ? [] : [`${element.tagName}.${element.className}${part}`];
  }))"""


@pytest.mark.parametrize("address", ["/?au=2021-05-04", "/carte", "/ville?ville=52121"])
def test_nothing_moves_for_who_asks_for_no_motion(open_tab, address):
    page = arrive(open_tab(reduced_motion="no-preference", shared="page"), address)
    page.locator(".dessin svg:visible, .js-plotly-plot .main-svg").first.wait_for()
    assert page.evaluate(_MOVING), "something moves for others"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(_MOVING) == []


# --- paper ---


def test_paper_has_the_figures_and_not_the_widgets(page):
    arrive(page, "/?au=2021-05-04")
    page.locator(".dessin svg:visible, .js-plotly-plot .main-svg").first.wait_for()
    page.emulate_media(media="print")
    widgets = (".st-key-barre", "[data-testid=stHeader]", "[data-testid=stExpander]")
    for hidden in (*widgets, "[data-testid=stMain] button"):
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)
    expect(page.locator(".st-key-titre h2")).to_be_visible()
    expect(page.locator(".dessin.places svg")).to_be_visible()
    foot = page.get_by_text("Situation au 4", exact=False)
    expect(foot).to_be_visible()


def test_the_whole_page_is_printed(page):
    arrive(page, "/?au=2021-05-04")
    page.locator(".dessin svg:visible, .js-plotly-plot .main-svg").first.wait_for()
    sheets = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 1 <= sheets <= 2, sheets


def test_the_definitions_are_printed(page):
    arrive(page, "/methode")
    page.emulate_media(media="print")
    expect(page.get_by_text("Sources", exact=True).first).to_be_visible()
    expect(page.get_by_text("Rattachement non prouvé").first).to_be_visible()
