"""The server is restarted under the pages that are open: they come back by themselves."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from territoires.commands.stages import correct_stage
from territoires.db.models import Stage
from territoires.domain.drafts import SourceDraft, StageCorrection
from territoires.domain.programme import StageKind
from tests.browser.conftest import copy_of, settled, start_server, visit
from tests.browser.desks import (
    SECOND_ADMIN,
    Office,
    go,
    press,
    ready,
    saved,
    says,
    type_town,
    write_in,
)

BACK_MILLISECONDS = 30_000
BAR_LE_DUC = "55029"  # Corsica stays empty for who asks for it next
TYPED = {"Date ★": "04/05/2021", "Source ★": "déclaration", "Commentaire": "Vu sur place"}


@pytest.fixture(scope="module")
def servers(seeded_database, tmp_path_factory):
    """Give the list of the servers that there have been, the one that runs last."""
    folder = tmp_path_factory.mktemp("servers")
    database = copy_of(seeded_database, folder / "territoires.db")
    started = [start_server(database, folder)]
    Office(started[0], database).staff()
    yield started
    started[-1].stop()


@pytest.fixture
def office(servers):
    return Office(servers[-1], servers[-1].log.with_name("territoires.db"))


def restart(office, servers, *pages):
    """Kill the server under its pages, start it again where it was, wait for the pages."""

    def all_are(state):
        for page in pages:
            app = page.locator('[data-testid="stApp"]')
            expect(app).to_have_attribute(
                "data-test-connection-state", state, timeout=BACK_MILLISECONDS
            )

    office.server.process.kill()
    office.server.process.wait()
    all_are("PINGING_SERVER")
    folder, port = office.server.log.parent, urlsplit(office.server.url).port
    servers.append(start_server(office.database, folder, port))
    all_are("CONNECTED")
    for page in pages:
        settled(page)


def test_pages_come_back_with_what_they_showed_and_what_was_typed(office, servers, open_tab):
    reader = visit(open_tab(base_url=office.server.url), "/?au=2020-01-31&terr=reg-44")
    shown = reader.locator("h2").first.inner_text()
    writer = office.sign_in(open_tab(base_url=office.server.url), SECOND_ADMIN)
    go(writer, "/saisir-etape")
    type_town(writer, BAR_LE_DUC)
    for label, text in TYPED.items():
        write_in(writer, label, text)
    writer.keyboard.press("Tab")  # the click that follows the restart is the first it hears of
    ready(writer)
    stages = len(office.rows(Stage))

    restart(office, servers, reader, writer)
    expect(reader).to_have_url(re.compile(r"/\?au=2020-01-31&terr=reg-44$"))
    expect(reader.locator("h2").first).to_have_text(shown)
    press(writer, "Enregistrer")
    says(writer, "Le tableau de bord a redémarré pendant votre saisie.")
    assert len(office.rows(Stage)) == stages
    expect(writer.get_by_role("combobox", name="Ville ★")).to_have_value(BAR_LE_DUC)
    for label, text in TYPED.items():
        expect(writer.get_by_label(label, exact=True)).to_have_value(text)
    press(writer, "Enregistrer")
    saved(writer)
    assert len(office.rows(Stage)) == stages + 1
    assert office.rows(Stage)[-1].note == TYPED["Commentaire"]


def test_what_a_reader_asks_first_of_the_new_server_is_done(office, servers, open_tab):
    asked = ("/?terr=reg-44", "/?terr=reg-94", "/?au=2021-05-04&terr=reg-44&perim=acv")
    reader, lost, going = (
        visit(open_tab(base_url=office.server.url), address) for address in asked
    )
    restart(office, servers, reader, lost, going)
    reader.get_by_label("Périmètre").click()
    reader.get_by_role("option", name="Action cœur de ville", exact=True).click()
    lost.get_by_role("button", name="Voir la France entière").click()
    going.get_by_test_id("stTopNavLinkContainer").get_by_role("link", name="Carte").click()
    for page, said in (
        (reader, r"terr=reg-44&perim=acv$"),
        (lost, r":\d+/$"),
        (going, r"/carte\?au=2021-05-04&terr=reg-44&perim=acv$"),
    ):
        expect(page).to_have_url(re.compile(said), timeout=BACK_MILLISECONDS)
        settled(page)
    expect(reader.locator("h2").first).to_contain_text("dans le Grand Est")
    expect(lost.locator("h2").first).not_to_contain_text("en Corse")
    # The menu keeps the filters.
    expect(going.get_by_role("combobox", name="Territoire")).to_have_value("Grand Est (région)")
    going.go_back()
    settled(going)
    expect(going.locator("h2").first).to_contain_text("dans le Grand Est")


def test_a_correction_outlives_its_server_and_still_tells_what_another_changed(
    office, servers, open_tab
):
    writer = office.sign_in(open_tab(base_url=office.server.url), SECOND_ADMIN)
    go(writer, "/corriger-etape?ville=10387")
    press(writer, "Corriger")
    before = next(row for row in office.rows(Stage) if f"etape={row.id}&" in f"{writer.url}&")
    write_in(writer, "Commentaire", "Ma version")
    write_in(writer, "Motif ★", "Relu sur place")
    writer.keyboard.press("Tab")
    ready(writer)

    restart(office, servers, writer)
    theirs = StageCorrection(
        expected_id=before.id,
        kind=StageKind(before.kind),
        on=before.happened_on,
        source=SourceDraft(id=before.source_id),
        note="La version du siège",
        reason="Relu au siège",
    )
    office.do(correct_stage, theirs)
    press(writer, "Enregistrer la correction")
    says(writer, "Le tableau de bord a redémarré pendant votre saisie.")
    for label, text in (("Commentaire", "Ma version"), ("Motif ★", "Relu sur place")):
        expect(writer.get_by_label(label, exact=True)).to_have_value(text)
    press(writer, "Enregistrer la correction")
    says(writer, "Quelqu’un a modifié cette fiche pendant votre saisie")
    says(writer, "La version du siège")
    expect(writer.get_by_role("textbox", name="Commentaire")).to_have_value("Ma version")
    press(writer, "Reprendre la mienne")
    saved(writer)
    (after,) = [row for row in office.rows(Stage) if row.origin_id == before.id]
    assert (after.note, after.version) == ("Ma version", 3)
