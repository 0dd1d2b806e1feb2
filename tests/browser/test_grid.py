"""The grid of headcounts as a spreadsheet would have it: arrows, and a block pasted from one."""

from datetime import date

import pytest
from playwright.sync_api import expect

from territoires.commands.courses import set_offering
from territoires.commands.enrolments import record_enrolments
from territoires.commands.stages import record_stage
from territoires.db.models import Enrolment
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    EnrolmentRow,
    EnrolmentsDraft,
    OfferingDraft,
    SourceDraft,
    StageDraft,
)
from territoires.domain.programme import Counted, StageKind
from tests.browser.conftest import assert_quiet
from tests.browser.desks import go, pick, press, says, staffed, write_in

WORD = SourceDraft(declared=True)
COURSES = ("F001", "F002")
TOWN = "55029"  # Bar-le-Duc, which has no centre yet
ADMIN = "grid.admin@example.org"


@pytest.fixture(scope="module")
def office(written):
    made = staffed(written)
    made.employ(ADMIN)
    return made


@pytest.fixture(scope="module")
def centre(office):
    """Open a centre with two courses, whose headcounts of a year before are known."""
    opening = StageDraft(
        town_code=TOWN, kind=StageKind.OPENED, on=PartialDate(2019, 9), source=WORD
    )
    number = office.do(record_stage, opening).centre_id
    for key in COURSES:
        office.do(set_offering, OfferingDraft(centre_id=number, course_key=key, source=WORD))
    counted = EnrolmentsDraft(
        centre_id=number,
        academic_year=2021,
        counted_on=date(2021, 11, 15),
        source=WORD,
        rows=(EnrolmentRow(headcount=1200), EnrolmentRow(headcount=12, course_key="F001")),
    )
    office.do(record_enrolments, counted)
    return number


@pytest.fixture
def grid(office, centre, open_tab):
    page = office.tab_of(open_tab, ADMIN)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go(page, f"/saisir-inscriptions?ville={TOWN}")
    pick(page, "Année universitaire ★", "2022-2023")
    return page


def boxes(page):
    return page.locator('[class*="st-key-grille_"] input[type="text"]')


def holds(page, texts):
    expect(boxes(page)).to_have_count(len(texts))
    for box, text in zip(boxes(page).all(), texts, strict=True):
        expect(box).to_have_value(text)


def paste(page, text):
    """Paste as people do: through the clipboard of the browser."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def notice(page, text):
    expect(page.locator(".avis").last).to_contain_text(text)


def test_arrows_go_from_box_to_box(grid):
    every = boxes(grid)
    expect(every).to_have_count(6)
    every.nth(0).click()
    for key, place in (
        ("ArrowDown", 2),
        ("ArrowRight", 3),
        ("ArrowDown", 5),
        ("ArrowDown", 5),
        ("ArrowUp", 3),
        ("ArrowLeft", 2),
        ("Enter", 4),
    ):
        grid.keyboard.press(key)
        expect(every.nth(place)).to_be_focused()
    # Within a number the arrows go from figure to figure.
    every.nth(0).click()
    grid.keyboard.type("12")
    grid.keyboard.press("ArrowLeft")
    expect(every.nth(0)).to_be_focused()
    assert_quiet(grid)


def test_a_block_copied_from_a_spreadsheet_is_pasted_read_and_saved(office, centre, grid):
    says(grid, "personnes, l’an dernier : 1 200")
    boxes(grid).nth(0).click()
    paste(grid, "1\u00a0250\t1 300\r\n12,5\t\r\n30\t1,250\r\n")
    notice(grid, "Bloc collé : 3 × 2")
    holds(grid, ["1\u00a0250", "1 300", "12,5", "", "30", "1,250"])
    write_in(grid, "Arrêté au ★", "15/11/2022")
    write_in(grid, "Source ★", "déclaration")
    press(grid, "Enregistrer")
    lines = [
        grid.locator('[class*="st-key-ligne_"] strong').nth(at).inner_text() for at in range(3)
    ]
    assert lines[0] == "Ensemble du centre"
    says(grid, f"{lines[1]}, personnes : L’effectif « 12,5 » n’est pas un nombre entier")
    says(grid, f"{lines[2]}, inscriptions : L’effectif « 1,250 » se lit de deux façons")
    assert not office.rows(Enrolment, centre_id=centre, academic_year=2022)
    boxes(grid).nth(2).fill("13")
    boxes(grid).nth(5).fill("40")
    boxes(grid).nth(5).press("Tab")
    press(grid, "Enregistrer")
    says(grid, "enregistrés")
    found = {
        (row.course_key, row.counted): row.headcount
        for row in office.rows(Enrolment, centre_id=centre, academic_year=2022)
    }
    whole = {(None, Counted.PERSONS): 1250, (None, Counted.REGISTRATIONS): 1300}
    assert whole.items() <= found.items()
    assert sorted(found.values()) == [13, 30, 40, 1250, 1300]
    assert_quiet(grid)


def test_a_block_that_is_too_large_is_refused_whole(grid):
    pick(grid, "Année universitaire ★", "2020-2021")
    boxes(grid).nth(0).click()
    for block, size in (("1\n" * 5, "5 × 1"), ("1\t2\t3", "1 × 3")):
        paste(grid, block)
        notice(grid, f"Rien n’a été collé : le bloc copié fait {size}")
        holds(grid, [""] * 6)
    paste(grid, '"7"\r\n')
    expect(boxes(grid).nth(0)).to_have_value("7")
    assert_quiet(grid)
