"""The frame in a real Chromium: no furniture, French throughout, an address that can be shared."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, assert_quiet, left, ready, settled, visit

# Address, browser title, first-level heading.
PAGES = [
    ("/", "Où en est le programme\u202f? · Territoires", "Où en est le programme\u202f?"),
    ("/methode", "Méthode et sources · Territoires", "Méthode et sources"),
]


@pytest.fixture
def page(open_tab):
    """Give the tab of somebody who has not asked for less motion, as most people; it is shared."""
    return open_tab(reduced_motion="no-preference", shared="page")


@pytest.mark.parametrize(("address", "title", "heading"), PAGES)
def test_a_page_opens_directly_under_its_title_in_french(page, address, title, heading):
    answers = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    visit(page, address)
    assert [answer for answer in answers if answer[0] >= 400] == []
    expect(page).to_have_title(re.compile(re.escape(title)))
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("h1")).to_have_text(heading)
    assert page.locator("html").get_attribute("lang") == "fr"
    assert_quiet(page)


# --- the address ---


def query(page):
    return {name: value[0] for name, value in parse_qs(urlsplit(page.url).query).items()}


def choose(page, label, option):
    page.get_by_label(label, exact=False).first.click()
    page.get_by_role("option", name=option).click()
    ready(page)


def test_changing_a_filter_rewrites_the_address_and_back_undoes_it(page):
    arrive(page, "/?au=2021-05-04")
    before = page.locator(".st-key-titre").inner_text()
    choose(page, "Périmètre", "Hors Action cœur de ville")
    expect(page).to_have_url(re.compile("perim=hors-acv"))
    assert query(page) == {"au": "2021-05-04", "perim": "hors-acv"}
    title = page.locator(".st-key-titre")
    expect(title).not_to_have_text(before, use_inner_text=True)
    page.go_back()
    expect(page).not_to_have_url(re.compile("perim"))
    expect(title).to_have_text(before, use_inner_text=True)
    assert_quiet(page)


def test_the_menu_keeps_the_filters(page):
    arrive(page, "/?au=2021-05-04&terr=reg-44")
    page.get_by_role("link", name="Méthode et sources").first.click()
    expect(page.locator("h1")).to_have_text("Méthode et sources")
    expect(page).to_have_url(re.compile(r"/methode\?.*terr=reg-44"))
    assert query(page) == {"au": "2021-05-04", "terr": "reg-44"}
    page.get_by_role("link", name="Accueil").first.click()
    expect(page.locator(".st-key-titre")).to_contain_text("Grand Est")
    expect(page).to_have_url(re.compile("terr=reg-44"))


def test_back_over_two_pages_finds_the_filters_again(page):
    arrive(page, "/?terr=reg-44")
    page.get_by_role("link", name="Méthode et sources").first.click()
    expect(page.locator("h1")).to_have_text("Méthode et sources")
    settled(page)
    page.go_back()
    expect(page.locator(".st-key-titre")).to_contain_text("Grand Est")
    expect(page).to_have_url(re.compile("terr=reg-44"))


def test_a_change_of_page_is_one_step_back(open_tab):
    page = visit(open_tab(is_new=True), "/?terr=reg-44")
    steps = page.evaluate("history.length")
    for _ in range(4):  # Streamlit writes page and filters at once or, one time in six, apart
        for name in ("Méthode et sources", "Où ouvrir ensuite"):
            page.get_by_role("link", name=name).first.click()
            expect(page.locator("h1")).to_contain_text(name)
            expect(page).to_have_url(re.compile("terr=reg-44"))
            settled(page)
            steps += 1
            assert page.evaluate("history.length") == steps


def test_nonsense_is_said_and_leaves_the_address(page):
    arrive(page, "/?au=hier&x=1")
    expect(page.get_by_test_id("stAlert")).to_contain_text("hier")
    expect(page).to_have_url(re.compile(r"/\?x=1$"))


def test_hostile_values_are_only_text(page):
    arrive(page, "/?terr=%3Cscript%3Ealert(1)%3C/script%3E&au=![p](https://exemple.invalid/p.png)")
    alerts = page.get_by_test_id("stAlert")
    expect(alerts).to_have_count(2)
    assert "<script>" in " ".join(alerts.all_inner_texts())
    assert alerts.locator("img, a, script").count() == 0
    assert_quiet(page)


def test_the_link_to_copy_is_the_address_on_show(page):
    arrive(page, "/?au=2021-05-04&terr=reg-44")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Copier le lien").click()
    expect(page.locator(".avis")).to_contain_text("Lien copié")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_link_that_the_browser_does_not_let_copy_is_shown(page):
    visit(page, "/?au=2021-05-04")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    shown = []
    page.on("dialog", lambda dialog: (shown.append(dialog.default_value), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Copier le lien").click()
    assert shown == [page.url]


# --- what stands below figures and tables ---


def test_the_rows_open_under_a_figure_and_can_be_downloaded(page):
    arrive(page, "/?au=2021-05-04")
    page.get_by_text("Voir les données").first.click()
    expect(page.get_by_text("Ouvertures certaines").locator("..")).to_contain_text("7\u00a0lignes")
    settled(page)
    expect(page.locator('a[href*="/export/"]')).to_have_count(0)
    page.get_by_role("button", name="Exporter").click()
    link = page.get_by_role("link", name="Ouvertures certaines (CSV)")
    with page.expect_download() as started:
        link.click()
    download = started.value
    assert re.fullmatch(
        r"acdt_ouvertures_au-2021-05-04_connu-[\d-]+\.csv", download.suggested_filename
    )
    lines = download.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 7
    assert_quiet(page)


@pytest.mark.parametrize("address", ["/", "/ville?ville=52121", "/ville?ville=55029"])
def test_an_answer_is_printed_on_one_sheet(page, address):
    arrive(page, address)
    page.locator(".dessin svg").first.wait_for()
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.locator(".st-key-barre")).to_be_hidden()
    expect(page.locator("h1, h2").filter(visible=True).first).to_be_visible()


_ON_ONE_ANOTHER = """() => {
  const shown = (each) => each.checkVisibility() && each.getBoundingClientRect().width > 1;
  const box = (field) => {
    const drawn = [field, ...field.querySelectorAll(":not([data-testid^=hidden] *)")];
    const boxes = drawn.filter(shown).map((each) => each.getBoundingClientRect());
    return {
      left: Math.min(...boxes.map((each) => each.left)),
      right: Math.max(...boxes.map((each) => each.right)),
      top: Math.min(...boxes.map((each) => each.top)),
      bottom: Math.max(...boxes.map((each) => each.bottom)),
    };
  };
  const fields = [...document.querySelectorAll(".st-key-barre > *")].filter(shown);
  const boxes = fields.map(box);
  return fields.flatMap((field, i) => fields.slice(i + 1).filter((_, j) => {
    const [one, other] = [boxes[i], boxes[i + 1 + j]];
    return one.left < other.right - 1 && other.left < one.right - 1
      && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  }).map((other) => [field.innerText, other.innerText]));
}"""


def test_no_field_of_the_bar_lies_on_another_when_it_is_unfolded(open_tab):
    phone = open_tab(width=390, height=844, has_touch=True, is_mobile=True)
    visit(phone, "/regions")
    phone.locator(".st-key-bar_unfolded label").click()
    expect(phone.get_by_role("button", name="Options")).to_be_visible()
    for width in (320, 360, 390, 430, 640):
        phone.set_viewport_size({"width": width, "height": 844})
        assert left(phone, _ON_ONE_ANOTHER) == [], width
