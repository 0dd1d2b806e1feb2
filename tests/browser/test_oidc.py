"""Signing in through a real identity provider, run on this machine by the test."""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import time
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from territoires.commands.staff import change_role, disable_staff, enable_staff
from territoires.db.models import SignInSession, Stage
from territoires.domain.drafts import AccountDraft, RoleDraft
from territoires.domain.roles import Role
from tests.browser.conftest import COOKIE, start_server
from tests.browser.desks import (
    CORSE,
    Office,
    email,
    go,
    press,
    ready,
    saved,
    says,
    write_in,
)
from tests.trials.servers import free_port

ENTRY = email(Role.ENTRY)
STRANGER, DOUBTFUL = "stranger@example.org", email(Role.VALIDATION)
PEOPLE = [
    {"sub": "marie", "email": ENTRY.upper(), "email_verified": True},
    {"sub": "stranger", "email": STRANGER, "email_verified": True},
    {"sub": "doubtful", "email": DOUBTFUL, "email_verified": False},
    {"sub": "nameless"},
]
REFUSED = {
    "stranger": f"Vous êtes reconnu comme {STRANGER}, mais cette adresse n’a pas de compte",
    "doubtful": f"n’atteste pas que l’adresse {DOUBTFUL} est la vôtre",
    "nameless": "n’a pas transmis d’adresse électronique",
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """Run an identity provider that knows `PEOPLE`."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]
    log = (tmp_path_factory.mktemp("provider") / "provider.log").open("wb")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urlopen(address):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=15)
        log.close()


@pytest.fixture(scope="module")
def office(provider, seeded_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    database = shutil.copy(seeded_database, folder / "territoires.db")
    port = free_port()
    server = start_server(
        database,
        folder,
        port,
        TERRITOIRES_PUBLIC_URL=f"http://localhost:{port}",
        TERRITOIRES_OIDC_METADATA_URL=provider,
        TERRITOIRES_OIDC_CLIENT_ID="territoires",
        TERRITOIRES_OIDC_CLIENT_SECRET="between us",  # noqa: S106
        TERRITOIRES_OIDC_COOKIE_SECRET="a secret of thirty-two signs or so",  # noqa: S106
    )
    made = Office(server, database)
    made.staff()
    yield made
    server.stop()


@pytest.fixture
def tab(office, open_tab):
    page = open_tab(base_url=office.server.url)
    # The provider's own page asks another host for its style. Playwright's own way of refusing has
    # the browser forget what it was sent and has compiled.
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setBlockedURLs", {"urls": ["https://*"]})
    return page


def identify(page, sub, address="/connexion?retour=/saisir-etape%3Fville%3D52121"):
    """Sign in through the provider, as `sub`."""
    page.goto(address)
    page.get_by_role("button", name="Se connecter avec mon compte professionnel").click()
    page.locator("input[name=sub]").wait_for()
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_load_state()


def cookies(page):
    return {cookie["name"]: cookie for cookie in page.context.cookies()}


def signed(page):
    return {name for name in cookies(page) if name.startswith("_streamlit_user")}


@contextlib.contextmanager
def no_new_session(office):
    before = len(office.rows(SignInSession))
    yield
    assert len(office.rows(SignInSession)) == before


def test_somebody_of_the_staff_comes_back_to_the_page_asked_for_and_writes_until_the_role_changes(
    office, tab
):
    identify(tab, "marie")
    tab.wait_for_url(re.compile(r"/saisir-etape\?ville=52121$"))
    ready(tab)
    says(tab, "Chaumont (Haute-Marne, 52121)")
    cookie = cookies(tab)[COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert not signed(tab), "what Streamlit signed never reaches the browser"

    write_in(tab, "Date ★", "05/2020")
    tab.get_by_text("Date concurrente").click()
    write_in(tab, "Source ★", "déclaration")
    press(tab, "Enregistrer")
    saved(tab)
    assert [row.happened_on.iso for row in office.rows(Stage, kind="opened", retained=False)].count(
        "2020-05"
    )

    go(tab, "/saisie")
    says(tab, "Saisie · Grand Est")
    office.do(change_role, RoleDraft(email=ENTRY, role=Role.ENTRY, regions=(CORSE,)))
    go(tab, "/saisir-etape?ville=52121")
    says(tab, "une région à laquelle votre compte n’est pas rattaché")
    office.do(change_role, RoleDraft(email=ENTRY, role=Role.ENTRY, regions=("44",)))


def test_one_does_not_come_back_to_another_site_and_signing_out_ends_every_tab(office, tab):
    identify(tab, "marie", "/connexion?retour=//evil.example/")
    ready(tab)
    assert tab.url.startswith(office.server.url)
    other = tab.context.new_page()
    go(other, "/saisir-etape")
    expect(other.get_by_role("combobox", name="Ville ★")).to_be_enabled()
    kept = cookies(tab)[COOKIE]
    tab.goto("/deconnexion")
    with tab.expect_response(lambda answer: answer.request.method == "POST"):
        tab.get_by_role("button", name="Se déconnecter").click()
    tab.wait_for_load_state()
    assert COOKIE not in cookies(tab)
    press(other, "Enregistrer")
    says(other, "Votre session est terminée.")
    # A cookie copied before opens nothing any more.
    tab.context.add_cookies([kept])
    go(tab, "/saisir-etape")
    says(tab, "Cette page demande d’être connecté.")


def test_an_account_switched_off_is_a_stranger(office, tab):
    office.do(disable_staff, AccountDraft(email=ENTRY))
    try:
        with no_new_session(office):
            identify(tab, "marie")
        expect(tab.get_by_role("alert")).to_contain_text("n’a pas de compte ici")
    finally:
        office.do(enable_staff, AccountDraft(email=ENTRY))


def test_whoever_is_not_vouched_for_or_not_known_reads_and_no_more(office, tab):
    for sub, said in REFUSED.items():
        with no_new_session(office):
            identify(tab, sub)
        assert urlsplit(tab.url).path == "/oauth2callback"
        expect(tab.get_by_role("alert")).to_contain_text(said)
        assert COOKIE not in cookies(tab), sub
        assert not signed(tab), sub
    # Without a cookie nothing tells one from another any more.
    go(tab, "/saisir-etape")
    says(tab, "Cette page demande d’être connecté.")
    go(tab, "/methode")
    says(tab, "Sources")


def test_whoever_refuses_at_the_provider_is_told_so(office, tab):
    tab.goto("/connexion")
    tab.get_by_role("button", name="Se connecter avec mon compte professionnel").click()
    tab.get_by_role("button", name="Deny").click()
    expect(tab.get_by_role("alert")).to_contain_text("n’a pas abouti")
    link = tab.get_by_role("link", name="Se connecter avec un autre compte")
    assert link.get_attribute("href").startswith("/connexion")


def test_a_return_that_nobody_asked_for_opens_nothing(office, tab):
    with no_new_session(office):
        tab.goto("/oauth2callback?code=stolen&state=made-up")
    expect(tab.get_by_role("alert")).to_contain_text("n’a pas abouti")


def test_a_forged_identity_is_no_identity(office, tab):
    tab.context.add_cookies(
        [{"name": "_streamlit_user", "value": '"eyJ9.forged"', "url": office.server.url}]
    )
    with no_new_session(office):
        go(tab, "/comptes")
    says(tab, "Cette page demande d’être connecté.")


def test_local_accounts_stay_possible(office, tab):
    tab.goto("/connexion")
    expect(tab.get_by_text("Ou avec un compte de ce tableau de bord")).to_be_visible()
    expect(tab.get_by_label("Mot de passe")).to_be_visible()
