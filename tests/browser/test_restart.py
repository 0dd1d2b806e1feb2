"""The server is restarted under the pages that are open: they come back by themselves."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from territoires.db.models import Stage
from tests.browser.conftest import copy_of, settled, start_server, visit
from tests.browser.desks import SECOND_ADMIN, Office, go, press, says, type_town, write_in

BACK_MILLISECONDS = 30_000
TYPED = {"Date ★": "04/05/2021", "Source ★": "declaration", "Commentaire": "Vu sur place"}


@pytest.fixture
def office(seeded_database, tmp_path):
    database = copy_of(seeded_database, tmp_path / "territoires.db")
    server = start_server(database, tmp_path)
    made = Office(server, database)
    made.staff()
    yield made
    server.stop()


def test_pages_come_back_with_what_they_showed_and_what_was_typed(office, open_tab, tmp_path):
    reader = visit(open_tab(base_url=office.server.url), "/?au=2020-01-31&terr=reg-44")
    shown = reader.locator("h2").first.inner_text()
    writer = office.sign_in(open_tab(base_url=office.server.url), SECOND_ADMIN)
    go(writer, "/saisir-etape")
    type_town(writer, "2B050")
    for label, text in TYPED.items():
        write_in(writer, label, text)
    stages = len(office.rows(Stage))

    office.server.process.kill()
    office.server.process.wait()
    app = reader.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute(
        "data-test-connection-state", "PINGING_SERVER", timeout=BACK_MILLISECONDS
    )
    again = start_server(office.database, tmp_path, port=urlsplit(office.server.url).port)
    try:
        for page in (reader, writer):
            app = page.locator('[data-testid="stApp"]')
            expect(app).to_have_attribute(
                "data-test-connection-state", "CONNECTED", timeout=BACK_MILLISECONDS
            )
            settled(page)
        assert reader.url.endswith("/?au=2020-01-31&terr=reg-44")
        expect(reader.locator("h2").first).to_have_text(shown)
        expect(writer.get_by_role("textbox", name="Ville ★")).to_have_value("2B050")
        for label, text in TYPED.items():
            expect(writer.get_by_role("textbox", name=label, exact=True)).to_have_value(text)
        press(writer, "Enregistrer")
        says(writer, "Enregistré.")
        assert len(office.rows(Stage)) == stages + 1
    finally:
        again.stop()
