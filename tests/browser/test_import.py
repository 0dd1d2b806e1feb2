"""Import, journal, validation and quality once through, in a real browser."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from territoires.commands.choices import set_setting
from territoires.commands.stages import record_stage
from territoires.db.models import AuditEvent, Enrolment, Proposal, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import SettingDraft, SourceDraft, StageDraft
from territoires.domain.programme import StageKind, Validation
from territoires.domain.roles import Role
from tests.browser.conftest import assert_quiet
from tests.browser.desks import email, go, press, ready, says, staffed

HEADER = "code_insee;etape;date;source\r\n"


@pytest.fixture(scope="module")
def office(written):
    return staffed(written)


@pytest.fixture
def desk(office, open_tab):
    """Give a tab where the administrator is signed in."""
    return office.sign_in(open_tab(base_url=office.server.url), email(Role.ADMINISTRATION))


def send(page, text, name="fichier.csv"):
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    )
    return ready(page)


def test_a_file_of_stages_goes_from_the_disk_to_the_rows(office, desk):
    go(desk, "/importer")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Télécharger le modèle (CSV)").click()
    assert download.value.suggested_filename == "modele-etapes.csv"
    assert download.value.path().read_bytes().startswith(b"\xef\xbb\xbfcode_insee;")
    before = len(office.rows(Stage))
    send(desk, HEADER + "10387;convention;04/05/2021;déclaration\r\n99999;ouverture;2021;rien\r\n")
    says(desk, "1 ligne sur 2 est à corriger")
    says(desk, "n’est pas dans la liste des communes")
    expect(desk.get_by_role("button", name="Enregistrer")).to_have_count(0)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Télécharger le fichier annoté").click()
    annotated = download.value.path().read_text(encoding="utf-8-sig")
    assert annotated.startswith("a_corriger;code_insee;")
    assert len(office.rows(Stage)) == before
    send(desk, HEADER + "10387;convention;04/05/2021;déclaration\r\n", name="bon.csv")
    press(desk, "Enregistrer la ligne")
    says(desk, "1 nouveau fait")
    (made,) = office.rows(Stage)[before:]
    assert (made.kind, made.happened_on.iso) == (StageKind.AGREEMENT, "2021-05-04")
    event = office.rows(AuditEvent)[-1]
    assert event.changes[0]["file"] == "bon.csv"
    desk.get_by_role("link", name="Voir dans le journal").click()
    ready(desk)
    says(desk, f"Acte n° {event.id}")
    says(desk, "bon.csv")
    press(desk, "Annuler mon dernier acte")
    says(desk, "tout est revenu comme avant")
    assert len(office.rows(Stage)) == before
    assert_quiet(desk)


def test_a_long_import_shows_how_far_it_is_and_ends(office, desk):
    go(desk, "/importer")
    desk.get_by_role("radio", name="Inscriptions").click()
    ready(desk)
    rows = [
        f"52121;{year}-{year + 1};{unit};{40 + number % 40};01/10/2026;F{number:03};déclaration"
        for number in range(1, 25)
        for year in range(2019, 2026)
        for unit in ("personnes", "inscriptions")
    ]
    head = "code_insee;annee;compte;effectif;arrete_au;code_formation;source\r\n"
    send(desk, head + "\r\n".join(rows))
    before = len(office.rows(Enrolment))
    press(desk, "Enregistrer les 336 lignes")
    says(desk, "336 nouveaux faits")
    assert len(office.rows(Enrolment)) == before + 336
    assert_quiet(desk)


def test_a_proposal_is_validated_by_somebody_else(office, open_tab):
    office.do(set_setting, SettingDraft(name="validation", value="on"))
    draft = StageDraft(
        town_code="10387",
        kind=StageKind.INAUGURATED,
        on=PartialDate(2022, 3),
        source=SourceDraft(declared=True),
    )
    before = len(office.rows(Proposal))
    office.do(record_stage, draft, who=email(Role.ENTRY))
    page = office.sign_in(open_tab(base_url=office.server.url), email(Role.VALIDATION))
    go(page, "/validation")
    says(page, "1 proposition attend une décision.")
    says(page, "mars 2022")
    press(page, "Valider")
    says(page, "Validé.")
    assert [row.state for row in office.rows(Proposal)[before:]] == [Validation.VALIDATED]
    says(page, "Rien n’attend de validation")
    office.do(set_setting, SettingDraft(name="validation", value="off"))
    assert_quiet(page)


def test_quality_leads_to_towns(office, desk):
    go(desk, "/qualite?region=44")
    says(desk, "À mettre à jour")
    expect(desk.get_by_role("heading", name="Contradictions")).to_be_visible()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Télécharger (CSV)").click()
    assert re.match(r"acdt_qualite[_-].*44", download.value.suggested_filename)
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "Chaumont" in text
    assert_quiet(desk)


def test_a_file_that_is_too_heavy_is_refused_by_the_page_and_by_the_server(desk, tmp_path):
    heavy = tmp_path / "lourd.csv"
    heavy.write_bytes(b"x" * (21 << 20))
    go(desk, "/importer")
    with desk.expect_request(re.compile("upload_file")) as sent:
        send(desk, HEADER)
    desk.locator("input[type=file]").set_input_files(heavy)
    says(desk, "Erreur\u00a0: Le fichier dépasse 20\u00a0Mo.")
    says(desk, "22\u00a0Mo")
    # Whoever speaks to the server without the page gets no further.
    answer = httpx.put(
        sent.value.url,
        headers={"x-xsrftoken": sent.value.headers["x-xsrftoken"]},
        cookies={cookie["name"]: cookie["value"] for cookie in desk.context.cookies()},
        files={"file": (heavy.name, heavy.read_bytes(), "text/csv")},
        timeout=60,
    )
    assert answer.status_code == 413
