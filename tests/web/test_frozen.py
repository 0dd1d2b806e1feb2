"""A view is frozen under a short address, opened by anybody, compared with now, and withdrawn."""

import html
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text, update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.__main__ import main
from territoires.commands import frozen as command
from territoires.commands.frozen import label_view, withdraw_view
from territoires.commands.stages import correct_stage
from territoires.commands.write import writing
from territoires.db import journal
from territoires.db.engine import engine, reading
from territoires.db.fingerprints import Sums, watching
from territoires.db.models import AuditEvent, Course, FrozenFile, FrozenView, Stage, Town
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import FreezeDraft, FrozenDraft, SourceDraft, StageCorrection
from territoires.domain.errors import InvalidError, RefusedError, StaleError
from territoires.domain.frozen import digest_of
from territoires.domain.params import TOWN
from territoires.domain.roles import GRANTS, Permission, Role
from territoires.french.problems import problem_message
from territoires.queries.exports import EXPORTS
from territoires.queries.frozen import frozen_view
from territoires.queries.integrity import faults
from territoires.settings import session_cookie
from territoires.ui import chapters
from territoires.web import frozen as pages
from territoires.web.exports import export_routes
from territoires.web.frozen import frozen_routes
from tests.pages.desks import EMPLOYED, email, employ, signed_in

pytestmark = pytest.mark.both_engines

HERE = "https://territoires.example"
ORIGIN = {"origin": HERE}
FRONT = ("ouvertures", "centres", "trimestres")
HOSTILE = '</h1><script>alert("x")</script> & <img src=x onerror=alert(1)>'


@pytest.fixture
def url(copy_of):
    """Give the URL of a database of this test's own, its staff written down."""
    return copy_of("staffed")


@pytest.fixture
def client(url):
    with browsing(url) as opened:
        yield opened


@contextmanager
def browsing(url):
    """Give a browser of the routes of a database."""

    def answers(path, _params):
        return "", f"Dit de {path}", "", "", "", ""

    made = [*frozen_routes(url, titles=chapters.titles(), answers=answers), *export_routes(url)]
    with TestClient(Starlette(routes=made), base_url=HERE, follow_redirects=False) as opened:
        yield opened


def sit(client, url, role):
    client.cookies.clear()
    if role:
        client.cookies[session_cookie(https=True)] = signed_in(url, role)


def sent(view="/?au=2021-05-04", files=FRONT, **changes):
    return {"vue": view, "fichiers": ",".join(files), "titre": "", "motif": "rapport"} | changes


def freeze(client, url, *args, **changes):
    """Freeze a view as the direction, and give its address."""
    sit(client, url, Role.DIRECTION)
    answer = client.post("/figer", data=sent(*args, **changes), headers=ORIGIN)
    assert answer.status_code == 303, answer.text
    sit(client, url, "")
    return answer.headers["location"]


def said(answer):
    """Give what a page says, without its marks."""
    body = answer.text[answer.text.index("<main>") :]
    return html.unescape(re.sub(r"<[^>]*>", " ", body)).replace("\N{NO-BREAK SPACE}", " ")


def do(url, run, draft, who=Role.ADMINISTRATION):
    with writing(url, email(who), now=datetime.now(UTC)) as write:
        return run(write, draft)


def rows(url, *columns):
    with reading(url) as connection:
        return connection.execute(select(*columns)).all()


def behind(url, statement, **values):
    """Change the database without the application."""
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        assert connection.execute(text(statement), values).rowcount


def correct(url, number):
    """Correct the date of a stage that opened before the view was frozen."""
    found = rows(url, Stage.__table__)
    listed = [row for row in found if row.superseded_at is None and row.happened_on.first]
    row = listed[number % len(listed)]
    draft = StageCorrection(
        expected_id=row.id,
        kind=row.kind,
        on=PartialDate(2020, 1 + number % 12),
        basis=row.basis,
        source=SourceDraft(id=row.source_id),
        reason=f"relu, n° {number}",
        confirmed=True,
    )
    do(url, correct_stage, draft)


def test_after_twenty_corrections_the_frozen_rows_are_the_same_to_the_byte(client, url):
    kept = {name: client.get(f"/export/{name}.csv?au=2021-05-04").content for name in FRONT}
    here = freeze(client, url)
    for number in range(20):
        correct(url, number)
    again = {name: client.get(f"/export/{name}.csv?au=2021-05-04").content for name in FRONT}
    assert again["ouvertures"] != kept["ouvertures"], "the corrections change what is known now"
    page = client.get(here)
    assert page.status_code == 200
    assert "Les chiffres sont restés les mêmes" in said(page)
    for name in FRONT:
        assert client.get(f"{here}/{name}.csv").content == kept[name]
    with reading(url) as connection:
        assert list(faults(connection)) == []
    (row,) = rows(url, FrozenView.__table__)
    texts = {name: data.decode() for name, data in kept.items()}
    assert row.digest == digest_of(texts)
    assert row.digest in page.text
    live = dict(re.findall(r"(au|connu)=([^&]+)", row.view))
    assert live["au"] == "2021-05-04"
    assert live["connu"], "both clocks are explicit"


@pytest.mark.parametrize("instant", ["connu=2039-12-31", "connu=9999-12-31", "jusqu=2039-12-31"])
def test_a_view_known_at_an_instant_to_come_is_what_is_known_by_now(client, url, instant):
    here = freeze(client, url, f"/?au=2021-05-04&{instant}")
    kept = client.get(f"{here}/ouvertures.csv").content
    correct(url, 3)
    told = said(client.get(here))
    assert "Les chiffres sont restés les mêmes" in told
    assert "2039" not in told
    assert "9999" not in told
    assert client.get(f"{here}/ouvertures.csv").content == kept


def test_the_page_says_what_was_frozen_why_and_leads_to_it(client, url):
    here = freeze(client, url, "/carte?terr=reg-44&rayon=45", ("carte", "couverture-par-rayon"))
    page = client.get(here)
    told = said(page)
    assert re.fullmatch("/vue/[2-9b-z]{8}", here)
    for words in (
        "Carte et couverture, Grand Est.",
        "Situation au",
        "telle que connue le",
        "Filtres : rayon=45",
        "Figée par : équipe du programme (direction)",
        "Motif : rapport",
        "Dit de carte",
        "Villes de la carte",
    ):
        assert words in told, words
    assert "Camille" not in told
    (link,) = re.findall(r'href="(/carte\?[^"]*)"', page.text)
    assert html.unescape(link).endswith("terr=reg-44&rayon=45")


def test_a_view_of_a_demonstration_is_said_to_be_made_up(client, url):
    here = freeze(client, url)
    assert "Données fictives" not in said(client.get(here))
    behind(url, "INSERT INTO setting (name, value) VALUES ('demonstration', 'oui')")
    assert "Données fictives de démonstration." in said(client.get(here))
    sit(client, url, Role.DIRECTION)
    form = client.get("/figer?" + urlencode({"vue": "/carte", "fichiers": "carte"}))
    assert "Données fictives de démonstration." in said(form)


def test_what_people_typed_is_text(client, url):
    here = freeze(client, url, titre=HOSTILE, motif=HOSTILE)
    page = client.get(here)
    assert HOSTILE in said(page) or "<script>" not in page.text.partition("<main>")[2]
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    do(url, withdraw_view, FrozenDraft(view_id=1, reason=HOSTILE))
    gone = client.get(here)
    assert gone.status_code == 410
    assert "<img src=x" not in gone.text


@pytest.mark.parametrize("role", ["", *EMPLOYED])
def test_validation_direction_and_administration_freeze_and_nobody_else(client, url, role):
    sit(client, url, role)
    page = client.get("/figer?" + urlencode({"vue": "/carte", "fichiers": "carte"}))
    answer = client.post("/figer", data=sent("/carte", ("carte",)), headers=ORIGIN)
    may = role in {Role.VALIDATION, Role.DIRECTION, Role.ADMINISTRATION}
    assert bool(role and Permission.FREEZE in GRANTS[role]) == may
    assert len(rows(url, FrozenView.id)) == may
    if may:
        assert (page.status_code, answer.status_code) == (200, 303)
        return
    if not role:
        assert page.headers["location"].startswith("/connexion?retour=%2Ffiger%3Fvue%3D%252Fcarte")
        assert answer.status_code == 401
        assert "rapport" in answer.text, "what was typed stays"
    else:
        assert (page.status_code, answer.status_code) == (403, 403)
    draft = FreezeDraft(page="", view="", edition=1, seal="", program="", reason="x")
    for run, sent_draft in (
        (command.freeze_view, draft),
        (label_view, FrozenDraft(view_id=1)),
        (withdraw_view, FrozenDraft(view_id=1, reason="x")),
    ):
        if role:
            with pytest.raises(RefusedError):
                do(url, run, sent_draft, who=role)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"motif": " "}, "Le motif est obligatoire"),
        ({"view": "/carte?au=2021-02-30"}, "2021-02-30"),
        ({"view": "/carte?terr=reg-99"}, "reg-99"),
        ({"view": "/carte?etats=lune"}, "lune"),
        ({"view": "/saisie"}, "ne dit pas quelle vue"),
        ({"view": "//evil.example/carte"}, ""),
        ({"view": "/carte?annee=2021-2022", "files": ("inscriptions-internes",)}, "Aucun fichier"),
        ({"files": ("lune",)}, "Aucun fichier de ce nom"),
        ({"files": ()}, "ne dit pas quelle vue"),
        ({"titre": "x" * 201}, "200"),
    ],
)
def test_what_cannot_be_frozen_is_said(client, url, changes, words):
    sit(client, url, Role.VALIDATION)
    asked = sent(**{"view": "/carte", "files": ("carte",)} | changes)
    answer = client.post("/figer", data=asked, headers=ORIGIN)
    if not words:
        assert answer.status_code == 303
        assert "evil" not in client.get(answer.headers["location"]).text
        return
    assert answer.status_code == 400
    assert words in said(answer)
    assert not re.search("est (donnée|montrée)", said(answer)), "nothing is shown in its place"
    assert rows(url, FrozenView.id) == rows(url, FrozenFile.name) == []


def test_whoever_has_a_password_for_once_replaces_it_first(client, url):
    sit(client, url, Role.VALIDATION)
    behind(url, "UPDATE staff SET must_change_password = true WHERE role = 'validation'")
    asked = "/figer?" + urlencode({"vue": "/carte", "fichiers": "carte"})
    assert client.get(asked).headers["location"].startswith("/mot-de-passe?retour=%2Ffiger")
    assert client.post("/figer", data=sent(), headers=ORIGIN).status_code == 403


def test_another_site_freezes_nothing(client, url):
    sit(client, url, Role.VALIDATION)
    headers = {"origin": "https://evil.example"}
    assert client.post("/figer", data=sent(), headers=headers).status_code == 403
    assert rows(url, FrozenView.id) == []


def test_a_view_too_heavy_is_refused_with_the_filters_to_add(client, url, monkeypatch):
    monkeypatch.setattr(command, "HEAVIEST", 1_000)
    sit(client, url, Role.VALIDATION)
    asked = sent("/formations?filiere=numerique", ("formations",))
    answer = client.post("/figer", data=asked, headers=ORIGIN)
    assert answer.status_code == 400
    told = said(answer)
    assert "Mo" in told
    assert "« terr »" in told
    assert "« niveau »" in told
    assert "« filiere »" not in told, "it is there already"
    assert rows(url, FrozenView.id) == []


def test_a_withdrawn_view_says_so_and_is_withdrawn_once(client, url):
    here = freeze(client, url)
    do(url, label_view, FrozenDraft(view_id=1, label="  Question n° 7 "))
    assert "<h1>Question n° 7</h1>" in client.get(here).text
    with pytest.raises(InvalidError):
        do(url, withdraw_view, FrozenDraft(view_id=1))
    do(url, withdraw_view, FrozenDraft(view_id=1, reason="chiffres d’essai"))
    for address in (here, f"{here}/centres.csv"):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "Retirée le" in said(gone)
        assert "chiffres d’essai" in said(gone)
    for run in (label_view, withdraw_view):
        with pytest.raises(StaleError):
            do(url, run, FrozenDraft(view_id=1, label="x", reason="x"))
        with pytest.raises(InvalidError):
            do(url, run, FrozenDraft(view_id=2, label="x", reason="x"))
    acts = rows(url, AuditEvent.command, AuditEvent.entity_id, AuditEvent.changes)[-3:]
    assert [act.command for act in acts] == ["freeze_view", "label_view", "withdraw_view"]
    assert {act.entity_id for act in acts} == {here.removeprefix("/vue/")}
    assert all("rows" not in str(act.changes) for act in acts), "the rows stay out of the journal"


def test_an_address_of_no_view_says_so(client, url):
    here = freeze(client, url)
    for address in ("/vue/22222222", "/vue/22222222/centres.csv", f"{here}/sources.csv"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Aucune vue n’a été figée sous cette adresse" in said(answer)


def test_another_version_of_the_program_is_named_where_figures_differ(client, url, monkeypatch):
    here = freeze(client, url)
    monkeypatch.setattr(pages, "program", lambda: "abcdef012345")
    assert "abcdef012345" not in client.get(here).text, "nothing differs"
    of_now = pages.file_of

    def otherwise(*view, **more):
        body, is_demo = of_now(*view, **more)
        return body.replace(b"Chaumont", b"CHAUMONT"), is_demo

    monkeypatch.setattr(pages, "file_of", otherwise)
    told = said(client.get(here))
    assert "Des chiffres ont changé" in told
    (row,) = rows(url, FrozenView.program)
    assert f"version {row.program} alors, abcdef012345 à présent" in told
    assert "« Chaumont » alors, « CHAUMONT » à présent" in told
    assert "modifiée hors de l’application" not in told


def count_heads(url):
    """Note in the journal that headcounts were written."""
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        journal.take_turn(connection)
        journal.record(
            connection,
            at_utc=journal.next_instant(connection, datetime.now(UTC)),
            actor=journal.ACTOR,
            command="record_enrolments",
            entity="enrolment",
            entity_id="1",
            changes=[],
        )


def test_headcounts_by_course_are_the_same_until_there_are_others(demo_url):
    detail = tuple(name for name, export in EXPORTS.items() if export.rests_on_detail)
    (of_town,) = (name for name in detail if TOWN in EXPORTS[name].params)
    employ(demo_url)
    with browsing(demo_url) as client:
        files = [name for name in detail if name != of_town]
        here = freeze(client, demo_url, "/inscriptions?annee=2024-2025", files)
        kept = client.get(f"{here}/inscriptions-detail.csv").content
        assert len(kept.splitlines()) > 10
        assert "Les chiffres sont restés les mêmes" in said(client.get(here))
        correct(demo_url, 2)
        assert "Les chiffres sont restés les mêmes" in said(client.get(here))
        count_heads(demo_url)
        told = said(client.get(here))
        assert "Des lignes ne se recalculent plus" in told
        assert "le détail par formation, qui n’est public que dans son dernier état connu" in told
        for untrue in ("modifiée hors", "Des chiffres ont changé", "Ligne disparue"):
            assert untrue not in told
        assert client.get(f"{here}/inscriptions-detail.csv").content == kept
        behind(demo_url, "UPDATE stage SET happened_on = '2020-02-02' WHERE kind = 'opened'")
        other = freeze(client, demo_url, "/?au=2021-05-04")
        behind(demo_url, "UPDATE stage SET happened_on = '2020-03-03' WHERE kind = 'opened'")
        assert "modifiée hors de l’application" in said(client.get(other))


def load(url, statement):
    """Change a list as the owner's command does when a new one is loaded: in an act."""
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        journal.take_turn(connection)
        at_utc, sums = journal.next_instant(connection, datetime.now(UTC)), Sums()
        with watching(connection, sums):
            assert connection.execute(statement).rowcount
        journal.record(
            connection,
            at_utc=at_utc,
            actor=journal.ACTOR,
            command="seed",
            entity="seeds",
            entity_id="x",
            changes=[],
            sums=sums,
        )


def test_a_list_that_changed_is_named(client, url):
    here = freeze(client, url, "/formations", ("formations", "services"))
    (first, *_) = rows(url, Course.key)
    load(url, update(Course).where(Course.key == first.key).values(title="Autre nom"))
    told = said(client.get(here))
    assert "Des listes de référence, qui n’ont pas de date, ont changé" in told
    assert "catalogue des formations (le " in told
    assert "« Autre nom » à présent" in told
    assert re.search(r"Accompagnement : \d+ lignes, inchangées", told)
    assert "modifiée hors de l’application" not in told
    with reading(url) as connection:
        assert list(faults(connection)) == []


def test_a_former_commune_is_followed_and_the_list_named(client, url):
    here = freeze(client, url, "/?terr=com-52121", ("centres",))
    load(url, update(Town).where(Town.code == "52121").values(present_code="52448"))
    told = said(client.get(here))
    assert "Accueil, Saint-Dizier." in told, "the commune that holds the code now"
    assert "communes (le " in told
    assert "Ligne disparue" in told


def test_a_territory_that_is_gone_leaves_the_rows_at_hand(client, url):
    here = freeze(client, url, "/?terr=com-52121", ("centres",))
    kept = client.get(f"{here}/centres.csv").content
    behind(url, "UPDATE frozen_view SET view = replace(view, 'com-52121', 'com-99999')")
    page = client.get(here)
    assert page.status_code == 200
    assert "ne peuvent plus être recalculées" in said(page)
    assert "com-99999" in said(page)
    assert client.get(f"{here}/centres.csv").content == kept


def test_a_base_altered_behind_the_application_is_told(client, url):
    here = freeze(client, url)
    behind(url, "UPDATE stage SET happened_on = '2020-02-02' WHERE kind = 'opened'")
    told = said(client.get(here))
    assert "la base a été modifiée hors de l’application" in told
    assert "Chaumont, Date : « 04/2019 » alors, « 02/02/2020 » à présent" in told
    assert "Dit de" not in told, "what is kept of the page may be older"
    assert re.search(r"… et \d+ autres? différences?", told)


def test_a_base_of_which_the_journal_was_cut_is_told(client, url):
    here = freeze(client, url)
    behind(url, "UPDATE frozen_view SET seal = 'x'")
    behind(url, "UPDATE stage SET happened_on = '2020-02-02' WHERE kind = 'opened'")
    assert "n’est plus dans le journal" in said(client.get(here))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE frozen_file SET rows = rows || 'x' WHERE name = 'centres'", "frozen"),
        ("UPDATE frozen_file SET rows = '' WHERE name = 'centres'", "frozen"),
        ("UPDATE frozen_file SET name = 'offre' WHERE name = 'centres'", "frozen"),
        ("DELETE FROM frozen_file WHERE name = 'centres'", "frozen"),
        ("UPDATE frozen_view SET reason = 'x'", "fingerprint"),
        ("UPDATE frozen_view SET digest = 'x'", "fingerprint"),
    ],
)
def test_what_was_frozen_and_changed_is_found(client, url, statement, found, capsys):
    here = freeze(client, url)
    behind(url, statement)
    with reading(url) as connection:
        listed = list(faults(connection))
    assert found in {each.code for each in listed}
    assert here.removeprefix("/vue/") in {each.detail for each in listed} or found == "fingerprint"
    page = client.get(here)
    assert page.status_code == 200
    assert ("Ne vous y fiez pas" in said(page)) == ("reason" not in statement)
    capsys.readouterr()


def test_copies_and_backups_take_frozen_views(client, url, tmp_path, monkeypatch):
    here = freeze(client, url)
    with reading(url) as connection:
        known = frozen_view(connection, short=here.removeprefix("/vue/"))
    copied = f"sqlite:///{tmp_path / 'copie.db'}"
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    assert main(["copy-to", copied]) == 0
    with reading(copied) as connection:
        assert frozen_view(connection, short=known.short) == known
        assert list(faults(connection)) == []
    kept = [dict(rows(each, FrozenFile.name, FrozenFile.rows)) for each in (url, copied)]
    assert kept[0] == kept[1]
    assert kept[0].keys() == set(FRONT)


@pytest.mark.parametrize("beyond", [0, 1])
def test_five_megabytes_are_kept_and_no_more(url, beyond):
    draft = FreezeDraft(
        page="",
        view="au=2021-05-04",
        edition=1,
        seal="s",
        program="p",
        reason="x",
        files={"centres": "é" * 2_000_000, "etapes": "x" * (1_000_000 + beyond)},
        narrowing=("terr",),
    )
    if not beyond:
        do(url, command.freeze_view, draft)
        assert dict(rows(url, FrozenFile.name, FrozenFile.rows)) == draft.files
        return
    with pytest.raises(InvalidError) as refused:
        do(url, command.freeze_view, draft)
    (problem,) = refused.value.problems
    told = problem_message(problem).replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("Cette vue pèse 5,0 Mo, plus que les 5 Mo qu’une vue figée garde.")
