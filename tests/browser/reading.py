"""What a page must satisfy whatever it says: its text well typeset, nothing in the way of anybody.

`barriers(page)` gives what axe-core finds, less what `STREAMLIT_S_OWN` names: barriers of the
library, each kept to the element that has it and listed in docs/accessibility.md.
"""

import re
import time

from tests.browser.conftest import axe, settled, until
from tests.saying import english

# Rule of axe, and what is in the element that has it; both must agree.
STREAMLIT_S_OWN = {
    "presentation-role-conflict": "stFileUploader",  # an input inside what is said to be decoration
    "empty-table-header": 'role="columnheader"',  # the column of boxes that choose a row
}

# What French typography refuses, in the text as a reader sees it.
_TYPOGRAPHY = {
    "a straight apostrophe": r"\w'\w",
    "straight quotation marks": r'"',
    "no no-break space before a sign": r"(?:[^\s«\u00a0\u202f\d/(]|\d)[!?;»](?![\w/])",
    "a plain space before a sign": r" [:;!?»%]",
    "a plain space after an opening guillemet": "« ",
    "no space before a percent sign": r"\d%",
    "three dots": r"\.\.\.",
    "a colon without its space": r"[a-zà-ÿ]:\s",
    "thousands without a narrow space": r"(?<![\d/=-])\d{5,}(?![\d-])",
    "an English decimal point": r"\b\d+\.\d+\b(?! ?\.)(?!\d)",
}
# A version, an INSEE code, and the licence's own name.
_ALLOWED = (
    r"Licence Ouverte 2\.0",
    r"\((?:[^()]*, )?\d{5}\)",
    r"INSEE(?:, par exemple(?: \w+ ou)?)? \d{5}",
    r"com-\s?\d{5}",
)

_VISIBLE_TEXT = """() => {
  const skipped = "code, pre, script, style, a[href], svg, input, textarea, canvas, table, " +
    "[data-testid=stIconMaterial], [data-testid=stDataFrame]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest(skipped) || !node.data.trim()) continue;
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const block = parent.closest("p, li, h1, h2, h3, h4, label, button, summary, div");
    if (block && !texts.includes(block)) texts.push(block);
  }
  return texts.map((block) => {
    const copy = block.cloneNode(true);
    copy.querySelectorAll(skipped).forEach((each) => each.replaceWith("\\u2060"));
    return copy.textContent;
  });
}"""
_CHART_TEXT = (
    "() => [...document.querySelectorAll('.js-plotly-plot svg text')].map((t) => t.textContent)"
)
_SIDEWAYS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const whole = document.documentElement.scrollWidth - window.innerWidth;
  return main ? Math.max(whole, main.scrollWidth - main.clientWidth) : whole;
}"""
_FOLLOWED = """() => [...document.querySelectorAll(".js-plotly-plot")]
  .filter((chart) => chart.checkVisibility()).every((chart) => {
    const [frame, drawn] = [chart, chart.querySelector(".main-svg")].map(
      (each) => each && each.getBoundingClientRect());
    return drawn && Math.abs(frame.width - drawn.width) < 1.5 && frame.right <= innerWidth;
  })"""
# Ours are white and nearly black (territoires/charts/palette.py).
_IS_DARK = """() => {
  const ground = document.querySelector("[data-testid=stApp]") || document.body;
  return getComputedStyle(ground).backgroundColor.match(/\\d+/g).every((part) => part < 64)
    && document.getAnimations().every((each) => each.playState !== "running");
}"""
# Texts and names as they are shown or read aloud; what people wrote is elsewhere.
_SAID = """() => {
  const skipped = "code, pre, script, style, table, canvas, [data-testid=stIconMaterial]";
  const names = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];
  // Icons are the letters of a font of their own.
  const isIcon = (element) => getComputedStyle(element).fontFamily.includes("Material");
  const walker = document.createTreeWalker(
    document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const said = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (isIcon(node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)) continue;
    if (node.nodeType === Node.ELEMENT_NODE) {
      names.forEach((name) => said.add(node.getAttribute(name) ?? ""));
    } else if (!node.parentElement.closest(skipped)) said.add(node.data);
  }
  return [...said];
}"""
TELEPHONE = 390
PATIENCE_S = 5
ENLARGED = 320  # 1280 pixels enlarged four times (WCAG 2.2, 1.4.10)


def mistakes(text):
    """List what French typography refuses in a text."""
    for allowed in _ALLOWED:
        text = re.sub(allowed, "", text)
    return [
        f"{name}: {found.group()!r} in {text[max(0, found.start() - 30) : found.end() + 20]!r}"
        for name, expression in _TYPOGRAPHY.items()
        for found in re.finditer(expression, text)
    ]


def misprints(page):
    """List what French typography refuses in what a page and its figures show."""
    texts = [*page.evaluate(_VISIBLE_TEXT), *page.evaluate(_CHART_TEXT)]
    return sorted({mistake for text in texts for mistake in mistakes(text)})


def english_left(page):
    """List what a page shows or reads aloud in English, once our script has replaced the rest."""
    give_up = time.monotonic() + PATIENCE_S
    # Streamlit names the icons within texts itself: "add icon".
    while left := [
        text for text in page.evaluate(_SAID) if english(text) and not text.endswith(" icon")
    ]:
        if time.monotonic() > give_up:
            break
        page.wait_for_timeout(50)
    return left


def barriers(page, *rules):
    """Say what axe finds in a page and where, Streamlit's own barriers left out."""
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['html'][:160]}"
        for each in axe(page, *rules)
        for node in each["nodes"]
        if STREAMLIT_S_OWN.get(each["id"], "\0") not in node["html"]
    ]


def sideways(page):
    """Give by how many pixels a page is wider than its window, or than what scrolls within it."""
    return page.evaluate(_SIDEWAYS)


def fits(page):
    """Tell whether a page is no wider than its window, once its grids and figures have followed."""
    return until(page, f"() => ({_SIDEWAYS})() <= 0")


def narrowed(page, width=TELEPHONE, high=844):
    """Make the window as wide as a telephone is, and wait for the figures to follow."""
    page.set_viewport_size({"width": width, "height": high})
    settled(page)
    assert until(page, _FOLLOWED), "its figures do not follow the window"
    return page


def is_for_everybody(page, phone=None):
    """Fail on what axe, French typography or the width of the window find wrong with a page.

    It is looked at in the light on a desk; then in the dark, where only colours differ, on a
    telephone, and enlarged four times: in `phone`, a tab that has the page so, or else in its own
    tab, which turns dark and narrow.
    """
    wrong = [*barriers(page), *misprints(page), *english_left(page)]
    assert not wrong, "\n".join(wrong)
    assert fits(page), "it scrolls sideways"
    high = page.viewport_size["height"]
    if phone is None:
        phone = page
        phone.emulate_media(color_scheme="dark")
        phone.set_viewport_size({"width": TELEPHONE, "height": high})
    assert until(phone, _IS_DARK), "it is not dark"
    assert fits(phone), "it scrolls sideways on a telephone"
    wrong = barriers(phone, "color-contrast")
    assert not wrong, "\n".join(wrong)
    phone.set_viewport_size({"width": ENLARGED, "height": high})
    assert fits(phone), "it scrolls sideways when it is enlarged four times"
    assert until(phone, _FOLLOWED), "its figures do not follow the window"
