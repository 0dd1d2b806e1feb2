"""What only a browser knows of « Ce qui a changé »: when it came last."""

import json
import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import visit

AGO = datetime(2026, 11, 1, 8, tzinfo=UTC)


def test_the_last_visit_is_kept_by_the_browser_and_leads_to_what_changed_since(open_tab):
    page = visit(open_tab(), "/ce-qui-a-change")
    way = page.get_by_role("link", name="Depuis ma dernière visite")
    way.click()
    expect(page.get_by_text("Ce navigateur ne garde l’heure d’aucune visite")).to_be_visible()
    # An hour without a page later, the visit of that day is the last.
    seen = int((AGO + timedelta(minutes=5)).timestamp() * 1000)
    kept = json.dumps({"seen": seen, "last": 0})
    page.goto("/sante")  # a page without our script, which would keep its own hour in leaving
    page.evaluate("(kept) => localStorage.setItem('visites', kept)", kept)
    visit(page, "/")
    page.get_by_role("link", name="Depuis ma dernière visite").click()
    expect(page).to_have_url(re.compile(r"depuis=2026-11-01T08(:|%3A)05"))
    expect(page.get_by_text("Depuis le 1er novembre 2026 à 9 h 05")).to_be_visible()
