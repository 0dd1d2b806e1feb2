"""The printed letter to whoever knows: who may have it, and that it says what the e-mail says."""

import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from territoires.commands.accounts import sign_in_vouched
from territoires.commands.staff import add_staff, administering
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import REGIONAL, Permission, Role, grants
from territoires.french.printed import LETTER_NOT_FOR_YOU, NO_LETTER
from territoires.settings import session_cookie
from territoires.ui.follow.printed import press
from territoires.web.sheets import sheet_routes
from tests.conftest import release, sqlite_url
from tests.web.test_notes import plain
from tests.web.test_sheets import heard

EPINAL, CREIL, NOTHING_ASKED = "88160", "60175", "75056"
SITE = "https://territoires.example"
NAME = "Camille *Petit* #panic()"


@pytest.fixture
def office(seeded_file, tmp_path):
    """Give the routes of a database, with a way to sign in as somebody of a role."""
    url = sqlite_url(shutil.copy(seeded_file, tmp_path / "office.db"))
    with TestClient(Starlette(routes=sheet_routes(url, *press(url)[0], site=SITE))) as client:

        def sign_in(role, *regions):
            now = datetime.now(UTC)
            draft = StaffDraft(email=f"{role}@example.org", name=NAME, role=role, regions=regions)
            with administering(url, now=now) as write:
                add_staff(write, replace(draft, with_password=False))
            token = sign_in_vouched(url, draft.email, now=now).token
            client.cookies.set(session_cookie(https=False), token)
            return client

        yield client, sign_in
    release(url)


def test_it_is_for_those_who_ask_the_field(office):
    client, sign_in = office
    refused = client.get(f"/lettre/{EPINAL}.pdf")
    assert (refused.status_code, refused.text) == (403, LETTER_NOT_FOR_YOU)
    given = {}
    for role in (each for each in Role if each is not Role.PUBLIC):
        regions = ("44",) if role in REGIONAL else ()
        given[role] = sign_in(role, *regions).get(f"/lettre/{EPINAL}.pdf").status_code
    assert given == {role: 200 if grants(role, Permission.ASK) else 403 for role in given}
    assert set(given.values()) == {200, 403}


def test_it_says_what_the_email_says_and_how_to_answer(office):
    _, sign_in = office
    client = sign_in(Role.DIRECTION)
    for code, asked in (
        (EPINAL, "Depuis quel jour le centre Cnam d’Épinal (Vosges) est-il ouvert ?"),
        (CREIL, "Un centre Cnam est-il ouvert à Creil (Oise) ?"),
    ):
        found = client.get(f"/lettre/{code}.pdf")
        assert found.headers["cache-control"] == "no-store"
        assert f"acdt_lettre-{code}_" in found.headers["content-disposition"]
        document = pypdf.PdfReader(io.BytesIO(found.content))
        said = plain(" ".join(heard(document)))
        order = [
            asked,
            "Madame, Monsieur,",
            "Nous suivons l’avancement du programme",
            f"Pour répondre sans compte : {SITE}/signaler?ville={code}",
            f"Avec nos remerciements, {NAME}",
            f"{SITE}/signaler?ville={code}",
        ]
        at = 0
        for words in order:
            assert words in said[at:], words
            at = said.index(words, at) + len(words)
        assert len(document.pages) == 1


def test_where_nothing_is_asked_it_is_said(office):
    _, sign_in = office
    client = sign_in(Role.ENTRY, "44")
    for code in (NOTHING_ASKED, "99999", "abc"):
        refused = client.get(f"/lettre/{code}.pdf")
        assert (refused.status_code, refused.text) == (404, NO_LETTER), code
