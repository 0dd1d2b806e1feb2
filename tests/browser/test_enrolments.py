"""Enrolments and courses in a real Chromium: quiet, in the frame, at both widths."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive, assert_quiet, fetch, settled
from tests.browser.reading import is_for_everybody
from tests.browser.test_first_answer import WIDTHS, slowly, takes_its_place

PAGES = ("/inscriptions", "/formations")


@pytest.mark.parametrize("address", PAGES)
def test_a_full_page_is_quiet_and_for_everybody(open_tab, demonstration, address):
    page = open_tab(height=2400, base_url=demonstration.url, shared="page")
    arrive(page, address)
    expect(page.locator(".dessin.large svg, .js-plotly-plot").first).to_be_visible()
    is_for_everybody(page)
    assert_quiet(page)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/inscriptions", "/inscriptions?terr=reg-28"])
def test_what_was_transmitted_is_drawn_where_the_first_answer_has_it(
    open_tab, demonstration, address, width
):
    page = open_tab(base_url=demonstration.url, **WIDTHS[width])
    release = slowly(page, address)
    expect(page.locator("#reponse .dessin:visible text").nth(1)).to_be_visible()
    takes_its_place(page, release, address)


def test_the_banner_and_the_figures_say_that_all_is_made_up(open_tab, demonstration):
    page = open_tab(base_url=demonstration.url, shared="page")
    arrive(page, "/inscriptions")
    expect(page.get_by_role("alert").filter(has_text="fictives de démonstration")).to_be_visible()
    marks = page.locator(".dessin.large svg > text", has_text="données fictives")
    expect(marks.first).to_be_visible()
    expect(marks).to_have_count(page.locator(".dessin.large svg").count())


def test_a_download_of_a_demonstration_says_so_in_its_name_and_rows(demonstration):
    answer = fetch(demonstration, "/export/inscriptions-centres.csv?annee=2024-2025")
    assert answer.is_success
    assert "donnees-fictives" in answer.headers["content-disposition"]
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert "avertissement" in lines[0]
    assert all("données fictives de démonstration" in line for line in lines[1:])


def test_every_download_of_the_page_has_the_rows_that_it_shows(open_tab, demonstration):
    page = open_tab(base_url=demonstration.url, shared="page")
    arrive(page, "/inscriptions?annee=2024-2025")
    page.get_by_text("Voir les données").first.click()
    settled(page)
    page.get_by_role("button", name="Exporter").click()
    link = page.locator('a[href*="/export/inscriptions-regions.csv"]')
    expect(link).to_be_visible()
    answer = page.request.get(link.get_attribute("href"))
    rows = len(answer.body().decode("utf-8-sig").splitlines()) - 1
    expect(page.get_by_text(f"{rows} lignes")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "inscriptions-detail.xlsx?annee=2024-2025",
        "inscriptions-filieres.xlsx?annee=2024-2025",
        "inscriptions-formations.csv?annee=2024-2025&filiere=numerique",
        "inscriptions-ages.csv?compte=inscriptions",
        "inscriptions-centres.csv?annee=2024-2025&transmis=oui",
        "effectifs-publies.csv",
        "formations.csv?filiere=numerique&niveau=6",
        "formations-proches.csv?pres=21231",
        "offre.xlsx?formation=F001",
        "filieres-regions.csv",
        "services.csv",
    ],
)
def test_every_file_of_both_pages_is_served(demonstration, path):
    assert fetch(demonstration, f"/export/{path}").is_success


@pytest.mark.parametrize(
    "path",
    [
        "inscriptions-centres.csv",
        "inscriptions-centres.csv?annee=2020/21",
        "inscriptions-regions.csv?compte=tetes",
        "formations-proches.csv",
        "formations.csv?niveau=douze",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_french(demonstration, path):
    answer = fetch(demonstration, f"/export/{path}")
    assert answer.status_code == 400
    assert "n’est pas reconnu" in answer.text


def test_a_year_is_chosen_and_stays_in_the_address(open_tab, demonstration):
    page = open_tab(base_url=demonstration.url, shared="page")
    arrive(page, "/inscriptions")
    page.get_by_role("combobox", name="Année universitaire").click()
    page.get_by_role("option", name="2023-2024").click()
    settled(page)
    expect(page.get_by_text("Par centre, 2023-2024")).to_be_visible()
    expect(page).to_have_url(re.compile("annee=2023-2024"))
    page.reload()
    settled(page)
    expect(page.get_by_text("Par centre, 2023-2024")).to_be_visible()
