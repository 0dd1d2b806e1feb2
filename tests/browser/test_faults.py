"""The database goes wrong under a running server and a form being filled in, then comes back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from territoires.db.models import Stage
from tests.browser.conftest import assert_quiet, copy_of, start_server
from tests.browser.desks import (
    SECOND_ADMIN,
    Office,
    go,
    press,
    saved,
    says,
    type_town,
    write_in,
)
from tests.trials import faults

CALVI, CORTE = "2B050", "2B096"
DISK_MEGABYTES = 24


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Path]:
    """Give a small disk, where the machine lets us have one: otherwise a folder."""
    folder = tmp_path_factory.mktemp("disk")
    with faults.small_disk(folder, DISK_MEGABYTES):
        yield folder


@pytest.fixture(scope="module")
def office(disk, seeded_database, tmp_path_factory):
    database = copy_of(seeded_database, disk / "territoires.db")
    server = start_server(database, tmp_path_factory.mktemp("log"))
    try:
        made = Office(server, database)
        made.staff()
        yield made
    finally:
        server.stop()


@pytest.fixture
def form(request, office, open_tab):
    """Give a tab where the opening of a centre in a town is about to be saved."""
    page = office.sign_in(open_tab(base_url=office.server.url), SECOND_ADMIN)
    go(page, "/saisir-etape")
    type_town(page, request.param)
    write_in(page, "Date ★", "04/05/2021")
    write_in(page, "Source ★", "declaration")
    write_in(page, "Commentaire", "Vu sur place")
    return page


def ready_status(office) -> int:
    return httpx.get(f"{office.server.url}/pret", timeout=10).status_code


def logged(office, since: str) -> str:
    return office.server.log.read_text(encoding="utf-8").removeprefix(since)


@pytest.mark.parametrize("form", [CALVI], indirect=True)
def test_a_database_that_goes_away_and_comes_back(office, form):
    before = office.server.log.read_text(encoding="utf-8")
    assert ready_status(office) == 200
    with faults.missing(office.database):
        press(form, "Enregistrer")
        says(form, "La base n’existe pas encore")
        assert "Traceback" not in form.inner_text("body")
        assert ready_status(office) == 503
        download = form.context.request.get("/export/centres.csv")
        assert download.status == 503
        assert "La base n’existe pas encore" in download.text()
    assert ready_status(office) == 200
    assert "database missing: " in logged(office, before)
    assert "Traceback" not in logged(office, before)
    stages = len(office.rows(Stage))

    press(form, "Réessayer")
    expect(form.get_by_role("textbox", name="Date ★")).to_have_value("04/05/2021")
    expect(form.get_by_role("textbox", name="Commentaire")).to_have_value("Vu sur place")
    press(form, "Enregistrer")
    saved(form)
    assert len(office.rows(Stage)) == stages + 1
    assert_quiet(form)


@pytest.mark.parametrize("form", [CORTE], indirect=True)
def test_a_full_disk_keeps_what_was_typed_until_there_is_room(office, form, disk):
    if shutil.disk_usage(disk).total > DISK_MEGABYTES << 20:
        pytest.skip("no small disk without root: tests/pages/test_faults.py fills it otherwise")
    before = office.server.log.read_text(encoding="utf-8")
    stages = len(office.rows(Stage))
    with faults.filled(disk):
        press(form, "Enregistrer")
        says(form, "Le disque est plein")
        says(form, "rien n’a été enregistré")
        assert "database full: " in logged(office, before)
        assert "Traceback" not in logged(office, before)
        expect(form.get_by_role("textbox", name="Commentaire")).to_have_value("Vu sur place")
        assert len(office.rows(Stage)) == stages

    press(form, "Enregistrer")
    saved(form)
    assert len(office.rows(Stage)) == stages + 1
