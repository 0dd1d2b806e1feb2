"""A report from a stranger on a telephone: sent, turned into an opening, counted, and told."""

import re

import pytest
from playwright.sync_api import expect

from territoires.domain.roles import Role
from tests.browser.conftest import assert_quiet, axe, ready, until
from tests.browser.desks import email, go, staffed

MONTAUBAN = "82121"


@pytest.fixture(scope="module")
def office(written):
    return staffed(written)


def documented(page):
    """Read how many centres the headline says are documented as open."""
    said = go(page, "/").locator(".st-key-titre h2").inner_text()
    return int(re.search(r"\d+", said)[0])


def test_a_stranger_reports_an_opening_and_is_told_that_it_counts(office, open_tab):
    phone = open_tab(base_url=office.server.url, width=390, height=844)
    before = documented(phone)

    go(phone, f"/ville?ville={MONTAUBAN}")
    phone.get_by_role("link", name="Signaler ou compléter").click()
    phone.wait_for_url(f"**/signaler?ville={MONTAUBAN}")
    assert axe(phone) == []
    assert until(phone, "performance.now() > 3500"), "a person takes longer to write"
    phone.select_option("#quoi", "opened")
    phone.fill("#date", "septembre 2022")
    phone.check("#temoin")
    phone.fill("#fonction", "adjointe au maire")
    phone.get_by_role("button", name="Envoyer").click()
    phone.wait_for_url("**/signaler/suivi/*")
    way = phone.url
    expect(phone.get_by_text("personne ne l’a encore examiné")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    desk = office.sign_in(open_tab(base_url=office.server.url), email(Role.VALIDATION))
    go(desk, "/saisie")
    desk.get_by_role("link", name="Signalements", exact=True).click()
    expect(desk.get_by_text("adjointe au maire")).to_be_visible()
    desk.get_by_role("link", name="Saisir une étape").click()
    expect(desk.get_by_label("Date ★", exact=True)).to_have_value("09/2022")
    ready(desk)
    desk.get_by_role("button", name="Enregistrer").click()
    expect(desk.get_by_text("Enregistré", exact=False).first).to_be_visible()

    phone.goto(way)
    expect(phone.get_by_text("Votre signalement a été accepté")).to_be_visible()
    assert documented(phone) == before + 1
    assert_quiet(phone)
    assert_quiet(desk)
