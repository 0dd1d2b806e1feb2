"""Every page: in the light on a desk; in the dark on a telephone and enlarged four times."""

from collections import Counter

import pytest
from playwright.sync_api import expect

from territoires.domain.roles import Role
from territoires.french import web as words
from territoires.ui.chapters import CARDS
from tests.browser.conftest import arrive, assert_quiet, walk
from tests.browser.desks import email, staffed
from tests.browser.drawing import is_well_drawn
from tests.browser.reading import TELEPHONE, is_for_everybody, mistakes, sideways

OPEN_TO_ALL = {
    "/": "Accueil",
    "/carte": "Carte et couverture",
    "/regions": "Régions et départements",
    "/ville": "Ville",
    "/ou-ouvrir": "Où ouvrir ensuite",
    "/recouper": "Recouper",
    "/inscriptions": "Inscriptions",
    "/formations": "Formations",
    "/saisie": "Saisie",
    "/methode": "Méthode et sources",
}
STATES = [
    "/?au=2019-02-12",
    "/carte?vue=territoires",
    "/?au=2021-05-04",
    "/carte?vue=zones-blanches&au=2021-05-04",
    "/?au=2022-12-31",
    "/carte?terr=reg-94&au=2021-05-04",
    "/?au=hier&terr=nulle-part&perim=villages",
    "/carte?ville=52121",
    "/?connu=2026-01-01",
    "/ville?ville=52121",
    "/?nonprouves=oui&perim=hors-acv",
    "/regions?terr=reg-44&indicateur=part-habitants&depuis=2021-01-31",
    "/?terr=com-52121",
    "/ville?ville=97411",
    "/?terr=reg-44&au=2021-10-05",
    "/ou-ouvrir?villes=5&par-region=1&au=2021-05-04",
    "/formations?formation=F001",
]
# Where an administrator writes; about a town, it is Chaumont.
STATEMENT = "/accessibilite"  # it names the library, whose barriers are not ours
HIDDEN = [STATEMENT, "/identite", "/mentions-legales", "/ce-qui-a-change"]
DESK = [f"/{card.path}{'?ville=52121' if card.about_town else ''}" for card in CARDS]
DESKTOP = {"height": 2400}
IN_THE_DARK = {**DESKTOP, "width": TELEPHONE, "color_scheme": "dark"}
# The tabs of readers that the tests of other modules walk through too.
LOOKS = {"page": DESKTOP, "dark": IN_THE_DARK}
# What Streamlit puts around an application.
FURNITURE = ", ".join(
    f"{each}:visible"
    for each in (
        '[data-testid="stAppDeployButton"]',
        '[data-testid="stMainMenu"]',
        '[data-testid="stStatusWidget"]',
        '[data-testid="stDecoration"]',
        '[data-testid="stToolbarActions"]',
        "#root footer",
    )
)
PLAIN = ["/comparer?nombre=57", "/connexion", "/connexion?retour=/saisir-etape"]


def apart(addresses):
    """Put them in an order where a page comes back after two others, or more if it can.

    Where it follows itself, it is left in between (`arrive`); workers take every other test.
    """
    left, ordered = list(addresses), []
    while left:
        pages = Counter(map(page_of, left))
        recent = {page_of(each) for each in ordered[-2:]}
        ordered.append(
            max(left, key=lambda each: (page_of(each) not in recent, pages[page_of(each)]))
        )
        left.remove(ordered[-1])
    return ordered


def page_of(address):
    return address.partition("?")[0]


@pytest.fixture(scope="module")
def office(server):
    return staffed(server)


@pytest.mark.parametrize("address", [*apart([*OPEN_TO_ALL, *HIDDEN, *STATES]), *PLAIN])
def test_a_page_is_for_everybody(open_tab, address):
    go = goto if address in PLAIN else arrive
    tabs = (open_tab(shared=name, **look) for name, look in LOOKS.items())
    _is_for_everybody(*(go(tab, address) for tab in tabs), address)


@pytest.mark.parametrize("address", DESK)
def test_a_page_of_the_desk_is_for_everybody(office, open_tab, address):
    who = email(Role.ADMINISTRATION)
    tabs = (office.tab_of(open_tab, who, **look) for look in (DESKTOP, IN_THE_DARK))
    page, phone = (walk(tab, address) for tab in tabs)
    for tab in (page, phone):
        assert tab.locator('[class*="st-key-"]:focus').count() == 0, "nothing was announced yet"
    _is_for_everybody(page, phone, address)


def goto(page, address):
    page.goto(address)
    return page


def _is_for_everybody(page, phone, address):
    assert page.locator("html").get_attribute("lang") == "fr"
    expect(page.locator("h1")).to_have_count(1)
    assert page.title().endswith("Territoires")
    if address != STATEMENT:
        assert "Streamlit" not in page.locator("body").inner_text()
    for tab in (page, phone):
        expect(tab.locator(FURNITURE)).to_have_count(0)
        is_well_drawn(tab)
    is_for_everybody(page, phone)
    for tab in (page, phone):
        assert_quiet(tab)


def test_every_page_of_the_menu_is_among_them(page):
    arrive(page, "/")
    menu = page.get_by_test_id("stTopNavLinkContainer").get_by_role("link")
    expect(menu).to_have_count(len(OPEN_TO_ALL))
    shown = {link.get_attribute("href").rsplit("/", 1)[1]: link.inner_text() for link in menu.all()}
    assert {f"/{path}": title for path, title in shown.items()} == OPEN_TO_ALL


def test_the_check_of_the_width_sees_what_scrolls_within_the_page(page):
    arrive(page, "/methode")
    assert sideways(page) <= 0
    title = page.locator(".st-key-titre, h1").first
    title.evaluate(
        "(title) => title.insertAdjacentHTML('afterend', '<div style=\"width: 2000px\">.</div>')"
    )
    assert sideways(page) > 0
    title.evaluate("(title) => title.nextSibling.remove()")  # others look in this tab
    assert sideways(page) <= 0


def test_the_check_of_typography_sees_what_it_should():
    assert mistakes("l'eau")
    assert mistakes("Vraiment ?")
    assert mistakes("Vraiment?")
    assert mistakes("« non »")
    assert mistakes("12%")
    assert mistakes("12 %")
    assert mistakes("34875 communes")
    assert mistakes("2.5 par mois")
    assert mistakes("Source : Cnam")
    assert mistakes("Source: Cnam")
    assert not mistakes("L’eau\u202f; «\u00a0oui\u00a0»\u00a0: 12\u202f%, 34\u202f875, 2,5\u202f!")


def test_what_scripts_and_the_server_say_is_well_typeset():
    said = [*words.FORMS.values(), *words.GRID.values(), words.NEEDS_JAVASCRIPT, words.NO_UPLOAD]
    said += [words.TOO_MUCH_KEPT, words.TOO_MUCH_IN_ALL, words.TOO_MANY_PAGES, words.TOO_SLOW]
    assert [mistake for text in said for mistake in mistakes(text)] == []
