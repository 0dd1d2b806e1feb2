"""The dashboard on PostgreSQL: what one browser saves, another sees."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from territoires.commands.staff import first_administrator
from tests.browser.conftest import assert_quiet, visit
from tests.browser.desks import SECOND_ADMIN, Office, go, press, says, type_town, write_in


@pytest.fixture
def office(postgresql, serve, tmp_path):
    url = postgresql.copy("seeded", tmp_path)
    first_administrator(url, now=datetime.now(UTC))
    made = Office(serve(url), url)
    made.staff()
    yield made
    made.server.stop()
    postgresql.drop(url)


def test_an_opening_saved_in_one_browser_is_seen_in_another_at_its_next_click(office, open_tab):
    reader = visit(open_tab(base_url=office.server.url), "/?terr=reg-94")
    headline = reader.locator(".st-key-titre h2")
    before = headline.inner_text()
    desk = office.sign_in(open_tab(base_url=office.server.url), SECOND_ADMIN)
    go(desk, "/saisir-etape")
    type_town(desk, "calvi")
    write_in(desk, "Date ★", "04/05/2021")
    write_in(desk, "Source ★", "declaration")
    press(desk, "Enregistrer")
    says(desk, ": enregistrée. En Corse, le nombre de centres ouverts passe de 0 à 1.")
    assert headline.inner_text() == before

    reader.get_by_role("link", name="Accueil").first.click()
    expect(headline).to_contain_text("1\u00a0centre")
    assert_quiet(reader)
    assert_quiet(desk)
