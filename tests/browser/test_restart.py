"""The server is restarted under the pages that are open: they come back by themselves."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from territoires.commands.stages import correct_stage
from territoires.db.models import Stage
from territoires.domain.drafts import SourceDraft, StageCorrection
from territoires.domain.programme import StageKind
from tests.browser.conftest import settled, start_server, visit
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
BAR_LE_DUC = "55029"
TYPED = {"Date ★": "04/05/2021", "Source ★": "déclaration", "Commentaire": "Vu sur place"}


READ = ("/?au=2020-01-31&terr=reg-44", "/?terr=reg-94", "/?au=2021-05-04&terr=reg-44&perim=acv")


@pytest.fixture
def servers(database, tmp_path):
    """Give the list of the servers that there have been, the one that runs last."""
    started = [start_server(database, tmp_path)]
    yield started
    started[-1].stop()


@pytest.fixture
def office(servers, database):
    made = Office(servers[0], database)
    made.staff()
    return made


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
    """One restart under all of them: a new server is first asked by many."""
    readers = [visit(open_tab(base_url=office.server.url), address) for address in READ]
    shown = readers[0].locator("h2").first.inner_text()
    writer, corrector = (
        office.sign_in(open_tab(base_url=office.server.url), SECOND_ADMIN) for _ in range(2)
    )
    type_an_opening(writer)
    before = type_a_correction(office, corrector)

    restart(office, servers, *readers, writer, corrector)
    expect(readers[0]).to_have_url(re.compile(re.escape(READ[0]) + "$"))
    expect(readers[0].locator("h2").first).to_have_text(shown)
    what_a_reader_asks_first_is_done(*readers)
    what_was_typed_is_saved_at_the_second_press(office, writer)
    a_correction_still_tells_what_another_changed(office, corrector, before)


def type_an_opening(writer):
    go(writer, "/saisir-etape")
    type_town(writer, BAR_LE_DUC)
    for label, text in TYPED.items():
        write_in(writer, label, text)
    writer.keyboard.press("Tab")  # the click that follows the restart is the first it hears of
    ready(writer)


def type_a_correction(office, corrector):
    go(corrector, "/corriger-etape?ville=10387")
    press(corrector, "Corriger")
    before = next(row for row in office.rows(Stage) if f"etape={row.id}&" in f"{corrector.url}&")
    write_in(corrector, "Commentaire", "Ma version")
    write_in(corrector, "Motif ★", "Relu sur place")
    corrector.keyboard.press("Tab")
    ready(corrector)
    return before


def what_a_reader_asks_first_is_done(reader, lost, going):
    reader.get_by_label("Périmètre").click()
    reader.get_by_role("option", name="Action cœur de ville", exact=True).click()
    lost.get_by_role("button", name="Voir la France entière").click()
    going.get_by_test_id("stTopNavLinkContainer").get_by_role("link", name="Carte").click()
    for page, said in (
        (reader, r"/\?au=2020-01-31&terr=reg-44&perim=acv$"),
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


def what_was_typed_is_saved_at_the_second_press(office, writer):
    stages = len(office.rows(Stage))
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


def a_correction_still_tells_what_another_changed(office, corrector, before):
    theirs = StageCorrection(
        expected_id=before.id,
        kind=StageKind(before.kind),
        on=before.happened_on,
        source=SourceDraft(id=before.source_id),
        note="La version du siège",
        reason="Relu au siège",
    )
    office.do(correct_stage, theirs)
    press(corrector, "Enregistrer la correction")
    says(corrector, "Le tableau de bord a redémarré pendant votre saisie.")
    for label, text in (("Commentaire", "Ma version"), ("Motif ★", "Relu sur place")):
        expect(corrector.get_by_label(label, exact=True)).to_have_value(text)
    press(corrector, "Enregistrer la correction")
    says(corrector, "Quelqu’un a modifié cette fiche pendant votre saisie")
    says(corrector, "La version du siège")
    expect(corrector.get_by_role("textbox", name="Commentaire")).to_have_value("Ma version")
    press(corrector, "Reprendre la mienne")
    saved(corrector)
    (after,) = [row for row in office.rows(Stage) if row.origin_id == before.id]
    assert (after.note, after.version) == ("Ma version", 3)
