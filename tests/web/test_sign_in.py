"""The pages of the account as a browser meets them: forms, cookies, refusals."""

import asyncio
import contextlib
import json
import logging
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from territoires import __main__ as program
from territoires.commands.accounts import (
    SESSION,
    Refusal,
    SignInRefused,
    sign_in_vouched,
    who,
)
from territoires.commands.staff import (
    add_staff,
    administering,
    disable_staff,
    first_administrator,
)
from territoires.domain.drafts import AccountDraft, StaffDraft
from territoires.domain.errors import ConfigurationError
from territoires.domain.roles import LocalAccounts, Role
from territoires.settings import Settings, session_cookie
from territoires.ui import provider
from territoires.web.browser import BROWSER
from territoires.web.own_forms import Line
from territoires.web.routes import account_middleware, account_routes
from territoires.web.sockets import OPEN, Reconnection
from territoires.web.visitors import address_of
from tests.saying import FOR_THE_SERVER

COOKIE = session_cookie(https=True)

MARIE = "marie@example.org"
CHOSEN = "cheval lampe toit neige"
HERE = "https://territoires.example"
ORIGIN = {"origin": HERE}
PROVIDER = {
    "TERRITOIRES_OIDC_METADATA_URL": "https://id.example/.well-known/openid-configuration",
    "TERRITOIRES_OIDC_CLIENT_ID": "territoires",
    "TERRITOIRES_OIDC_CLIENT_SECRET": "secret",
    "TERRITOIRES_OIDC_COOKIE_SECRET": "another",
    "TERRITOIRES_PUBLIC_URL": HERE,
}


def now():
    return datetime.now(UTC)


@pytest.fixture
def url(bare_url):
    return bare_url


@pytest.fixture
def password(url):
    """Add Marie, and give her one-time password."""
    draft = StaffDraft(email=MARIE, name="Marie Durand", role=Role.ADMINISTRATION)
    with administering(url, now=now()) as write:
        return add_staff(write, draft).one_time_password


@pytest.fixture
def claims():
    """What the provider says of whoever comes back; the tests write in it."""
    return {}


async def _callback(_request):
    """Answer as Streamlit does after the provider."""
    answer = RedirectResponse("/")
    answer.set_cookie("_streamlit_user", "signed")
    answer.set_cookie("_streamlit_user_tokens", "signed")
    answer.delete_cookie("oauth_state")
    return answer


async def _page(websocket):
    """Be an open page: say hello, then listen."""
    await websocket.accept()
    await websocket.send_text("hello")
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.receive_text()


@pytest.fixture
def client(url, claims):
    app = Starlette(
        routes=[
            *account_routes(url, with_provider=True),
            Route("/oauth2callback", _callback),
            WebSocketRoute("/_stcore/stream", _page),
        ],
        middleware=account_middleware(
            url, claims=lambda cookies: dict(claims) if "_streamlit_user" in cookies else {}
        ),
    )
    with TestClient(app, base_url=HERE, follow_redirects=False) as opened:
        yield opened


def enter(client, password, *, email=MARIE, retour="/saisie", headers=None):
    data = {"email": email, "password": password, "retour": retour}
    return client.post("/connexion", data=data, headers=headers or ORIGIN)


def cookie_line(answer, name=COOKIE):
    lines = answer.headers.get_list("set-cookie")
    return next((line for line in lines if line.startswith(f"{name}=")), "")


# --- local accounts ---


def test_the_form_names_its_fields_for_password_managers(client):
    page = client.get("/connexion?retour=/saisie").text
    assert '<html lang="fr">' in page
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert 'name="retour" value="/saisie"' in page
    assert client.get("/connexion").headers["cache-control"] == "no-store"
    assert not FOR_THE_SERVER.search(page)


def test_a_first_sign_in_leads_to_a_password_of_ones_own_then_back(client, url, password):
    answer = enter(client, password, retour="/saisir-etape?ville=52121")
    assert answer.status_code == 303
    way = answer.headers["location"]
    assert way == "/mot-de-passe?retour=%2Fsaisir-etape%3Fville%3D52121"
    assert "Ce mot de passe est provisoire" in client.get(way).text
    first = client.cookies[COOKIE]
    data = {"current": password, "new": CHOSEN, "again": CHOSEN, "retour": "/saisie"}
    done = client.post("/mot-de-passe", data=data, headers=ORIGIN)
    assert (done.status_code, done.headers["location"]) == (303, "/saisie")
    assert who(url, first, now=now()) is None, "earlier sessions are over"
    assert who(url, client.cookies[COOKIE], now=now()).email == MARIE
    assert enter(client, CHOSEN).headers["location"] == "/saisie"


def test_the_cookie_is_for_this_site_only_and_for_no_script(client, password):
    line = cookie_line(enter(client, password)).lower()
    for part in ("httponly", "samesite=lax", "path=/", "max-age=43200", "secure"):
        assert part in line, part


def test_a_proxy_in_front_says_whether_the_line_is_safe(url, password):
    app = Starlette(routes=account_routes(url, with_provider=False))
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as plain:
        local = {"origin": "http://localhost"}
        assert "secure" not in cookie_line(enter(plain, password, headers=local)).lower()
        behind = local | {"x-forwarded-proto": "https"}
        assert "secure" in cookie_line(enter(plain, password, headers=behind)).lower()


@pytest.mark.parametrize("email", [MARIE, "nobody@example.org", "", "<b>"])
def test_a_refusal_does_not_say_whether_the_address_is_known(client, password, email):
    answer = enter(client, "wrong password", email=email)
    assert answer.status_code == 401
    assert "L’adresse ou le mot de passe n’est pas le bon" in answer.text
    assert "<b>" not in answer.text
    assert not cookie_line(answer)


def test_repeated_failures_must_wait(client, password):
    for _ in range(3):
        enter(client, "wrong password")
    answer = enter(client, password)
    assert answer.status_code == 429
    assert "Trop d’essais de suite" in answer.text


def test_few_passwords_are_verified_at_once_and_a_crowd_is_told_to_come_back(
    client, password, monkeypatch
):
    release, running, most = threading.Event(), [], []

    def slow(*_arguments, **_options):
        running.append(1)
        most.append(len(running))
        release.wait(600)
        running.pop()
        return SignInRefused(code=Refusal.WRONG)

    monkeypatch.setattr("territoires.web.sign_in.sign_in", slow)
    with ThreadPoolExecutor(40) as pool:
        sent = [pool.submit(enter, client, password) for _ in range(40)]
        pending, done = set(sent), set()
        while len(done) < 28:  # all but two at work and ten in line
            over, pending = wait(pending, return_when=FIRST_COMPLETED)
            done |= over
        refused = {(future.result().status_code, future.result().text) for future in done}
        release.set()
        answers = [future.result() for future in sent]
    ((status, text),) = refused
    assert status == 429
    assert "réessayez dans quelques secondes" in text
    assert sum(answer.status_code == 401 for answer in answers) == 12
    assert max(most) == 2


def test_a_crowd_that_comes_at_one_moment_finds_no_longer_a_line():
    release = threading.Event()

    async def crowd():
        line = Line()
        everybody = [asyncio.ensure_future(line.run(release.wait)) for _ in range(40)]
        for _ in range(10):  # each has been to the door
            await asyncio.sleep(0)
        told = [each for each in everybody if each.done()]
        release.set()
        answers = await asyncio.gather(*everybody, return_exceptions=True)
        assert all(answer is True for answer in await asyncio.gather(line.run(release.wait)))
        return [each.exception().status_code for each in told], answers

    told, answers = asyncio.run(crowd())
    assert told == [429] * 28
    assert answers.count(True) == 12


def test_one_sees_one_s_sessions_on_a_page_and_ends_the_others(client, url, password):
    agent = {"user-agent": "Mozilla/5.0 (Windows NT) Firefox/140.0"}
    enter(client, password, headers=ORIGIN | agent)
    assert client.get("/sessions").text.count("<li>") == 1
    sign_in_vouched(url, MARIE, now=now())
    page = client.get("/sessions").text
    assert page.count("<li>") == 2
    assert "Firefox, Windows" in page
    assert client.post("/sessions").status_code == 403  # without an origin of ours
    ended = client.post("/sessions", headers=ORIGIN)
    assert ended.headers["location"] == "/sessions"
    assert client.get("/sessions").text.count("<li>") == 1


def test_the_sessions_of_nobody_are_not_shown(client):
    assert client.get("/sessions").headers["location"] == "/connexion?retour=%2Fsessions"


@pytest.mark.parametrize(
    ("seen", "told", "believed"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # nobody's proxy
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
    ],
)
def test_a_visitor_s_address_is_what_our_own_proxy_says(seen, told, believed):
    headers = [(b"x-forwarded-for", told.encode())] if told else []
    scope = {"type": "http", "client": (seen, 1), "headers": headers}
    assert address_of(HTTPConnection(scope)) == believed


@pytest.mark.parametrize("local", [LocalAccounts.OFF, LocalAccounts.ADMIN])
def test_where_a_provider_does_it_a_local_password_opens_what_is_left_to_it(url, password, local):
    once = password
    draft = StaffDraft(email="d@example.org", name="D", role=Role.DIRECTION)
    with administering(url, now=now()) as write:
        other = add_staff(write, draft).one_time_password
    routes = account_routes(url, with_provider=True, local=local)
    with TestClient(Starlette(routes=routes), base_url=HERE, follow_redirects=False) as there:
        assert ('name="password"' in there.get("/connexion").text) is (local is LocalAccounts.ADMIN)
        said = enter(there, other, email="d@example.org")
        assert "compte professionnel" in said.text.replace("\n", " ")
        assert COOKIE not in there.cookies
        enter(there, once)
        assert (COOKIE in there.cookies) is (local is LocalAccounts.ADMIN)


def test_the_first_administrator_gives_an_address_with_the_first_password(client, url):
    email, once = first_administrator(url, now=now())
    enter(client, once, email=email)
    assert 'name="address"' in client.get("/mot-de-passe").text
    fields = {"current": once, "new": CHOSEN, "again": CHOSEN}
    missing = client.post("/mot-de-passe", data=fields, headers=ORIGIN)
    assert (missing.status_code, "prenom.nom@" in missing.text) == (400, True)
    fields["address"] = "claire@lecnam.net"
    assert client.post("/mot-de-passe", data=fields, headers=ORIGIN).status_code == 303
    assert who(url, client.cookies[COOKIE], now=now()).email == "claire@lecnam.net"


def test_who_comes_in_and_who_does_not_is_told_by_address_and_never_by_password(
    client, password, caplog
):
    caplog.set_level(logging.INFO, "territoires.security")
    enter(client, "wrong password")
    enter(client, password)
    client.post("/deconnexion", headers=ORIGIN)
    told = [json.loads(record.message) for record in caplog.records]
    assert [line["event"] for line in told] == ["sign_in_failed", "signed_in", "signed_out"]
    assert {line["account"] for line in told} == {MARIE}
    assert {line["address"] for line in told} == {"testclient"}
    assert password not in caplog.text
    assert "wrong password" not in caplog.text


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\n"],
)
def test_one_never_comes_back_to_another_site(client, url, back):
    draft = StaffDraft(email="b@example.org", name="B", role=Role.DIRECTION)
    with administering(url, now=now()) as write:
        password = add_staff(write, draft).one_time_password
    answer = enter(client, password, email="b@example.org", retour=back)
    assert answer.headers["location"] == "/mot-de-passe?retour=%2F"
    assert (
        f'value="{back}"' not in client.get("/connexion", params={"retour": back}).text or not back
    )


@pytest.mark.parametrize("path", ["/connexion", "/mot-de-passe", "/deconnexion"])
@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_form_sent_by_another_site_is_refused(client, password, path, headers):
    enter(client, password)
    kept = client.cookies[COOKIE]
    data = {"email": MARIE, "password": password, "current": password}
    answer = client.post(path, data=data, headers=headers)
    assert answer.status_code == 403
    assert client.cookies[COOKIE] == kept


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("court", "court", "trop court"),
        (CHOSEN, "autre chose encore", "diffèrent"),
        ("motdepasse123", "motdepasse123", "parmi les plus courants"),
    ],
)
def test_a_poor_password_is_refused_with_advice(client, password, new, again, said):
    enter(client, password)
    data = {"current": password, "new": new, "again": again}
    answer = client.post("/mot-de-passe", data=data, headers=ORIGIN)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{new}"' not in answer.text


def test_nobody_changes_a_password_without_being_signed_in(client):
    assert client.get("/mot-de-passe").headers["location"] == "/connexion?retour=%2Fmot-de-passe"
    answer = client.post("/mot-de-passe", data={"new": CHOSEN, "again": CHOSEN}, headers=ORIGIN)
    assert answer.status_code == 401


def test_signing_out_ends_the_session_everywhere(client, url, password):
    enter(client, password)
    token = client.cookies[COOKIE]
    answer = client.post("/deconnexion", headers=ORIGIN)
    assert answer.headers["location"] == "/"
    assert "max-age=0" in cookie_line(answer).lower()
    assert who(url, token, now=now()) is None


def test_asking_for_the_sign_out_page_signs_nobody_out(client, url, password):
    enter(client, password)
    client.get("/deconnexion")
    assert who(url, client.cookies[COOKIE], now=now()) is not None


def test_a_database_that_cannot_be_written_is_said(tmp_path):
    app = Starlette(routes=account_routes(f"sqlite:///{tmp_path / 'none.db'}", with_provider=False))
    with TestClient(app, base_url=HERE) as broken:
        answer = enter(broken, "whatever it is")
    assert answer.status_code == 503
    assert "La base n’existe pas encore" in answer.text


# --- open pages come back with their new cookie ---


def open_page(client, browser):
    return client.websocket_connect("/_stcore/stream", headers={"cookie": f"{BROWSER}={browser}"})


def test_signing_in_again_makes_the_open_pages_of_the_browser_come_back(client, password):
    client.cookies.set(BROWSER, "a")
    with open_page(client, "a") as mine, open_page(client, "b") as other:
        assert mine.receive_text() == other.receive_text() == "hello"
        enter(client, password)
        with pytest.raises(WebSocketDisconnect) as ended:
            mine.receive_text()
        assert ended.value.code == 1012
        other.send_text("still there")
        assert len(OPEN["b"]) == 1
    assert "b" not in OPEN


def test_a_line_that_breaks_while_it_is_cut_is_forgotten():
    async def gone(_message):
        raise RuntimeError

    async def served(_scope, _receive, _send):
        for socket in OPEN["browser"]:
            await socket.close()

    scope = {"type": "websocket", "headers": [(b"cookie", f"{BROWSER}=browser".encode())]}
    asyncio.run(Reconnection(served)(scope, None, gone))
    assert "browser" not in OPEN


# --- an identity provider ---


def known(claims, **said):
    claims.update(
        {"is_logged_in": True, "email": MARIE, "email_verified": True, "sub": "marie"} | said
    )


def come_back(client, query="?code=x&state=y"):
    return client.get(f"/oauth2callback{query}")


def test_the_provider_is_offered_first(client):
    page = client.get("/connexion?retour=/saisie").text
    assert page.index("compte professionnel") < page.index('name="password"')


def test_without_a_provider_nothing_is_said_of_it(url):
    with TestClient(Starlette(routes=account_routes(url, with_provider=False))) as alone:
        assert "professionnel" not in alone.get("/connexion").text
        assert alone.get("/connexion/fournisseur").status_code == 404


def test_what_streamlit_signed_is_exchanged_for_a_session_of_ours(client, url, password, claims):
    assert client.get("/connexion/fournisseur?retour=/comptes").headers["location"] == "/identite"
    known(claims, email=f" {MARIE.upper()} ")
    answer = come_back(client)
    assert answer.headers["location"] == "/mot-de-passe?retour=%2Fcomptes"  # hers is provisional
    assert who(url, client.cookies[COOKIE], now=now()).email == MARIE
    assert not any(name.startswith("_streamlit_user") for name in client.cookies)
    lines = answer.headers.get_list("set-cookie")
    assert not any("signed" in line for line in lines)
    assert any(line.startswith("oauth_state=") for line in lines), "its own clean-up is kept"


def test_somebody_without_a_local_password_goes_straight_on(client, url, claims):
    draft = StaffDraft(email=MARIE, name="M", role=Role.DIRECTION, with_password=False)
    with administering(url, now=now()) as write:
        add_staff(write, draft)
    known(claims)
    client.get("/connexion/fournisseur?retour=/saisie")
    assert come_back(client).headers["location"] == "/saisie"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"email": "other@example.org"}, "pas de compte ici"),
        ({"email_verified": False}, "n’atteste pas"),
        ({"email_verified": None}, "n’atteste pas"),
        ({"email_verified": "yes"}, "n’atteste pas"),
        ({"email": ""}, "n’a pas transmis"),
        ({"sub": ""}, "n’a pas abouti"),
        ({"email": "<script>@example.org"}, "&lt;script&gt;"),
    ],
)
def test_doubt_opens_no_session(client, password, claims, said, told):
    known(claims, **said)
    answer = come_back(client)
    assert answer.status_code == 403
    assert told in answer.text
    assert COOKIE not in client.cookies


def test_an_account_switched_off_opens_no_session(client, url, password, claims):
    with administering(url, now=now()) as write:
        add_staff(write, StaffDraft(email="b@example.org", name="B", role=Role.ADMINISTRATION))
        disable_staff(write, AccountDraft(email=MARIE))
    known(claims)
    assert "pas de compte ici" in come_back(client).text


def test_a_return_without_identity_is_a_failure_or_the_end_of_a_sign_out(client):
    assert "n’a pas abouti" in come_back(client).text
    assert come_back(client, "").headers["location"] == "/"


@pytest.mark.parametrize("back", ["//evil.example", "https%3A//evil.example"])
def test_the_way_back_from_the_provider_stays_here(client, url, claims, back):
    draft = StaffDraft(email=MARIE, name="M", role=Role.DIRECTION, with_password=False)
    with administering(url, now=now()) as write:
        add_staff(write, draft)
    known(claims)
    client.cookies.set("territoires_retour", back)
    assert come_back(client).headers["location"] == "/"


def test_a_vouched_session_ends_like_any_other(url, password):
    session = sign_in_vouched(url, MARIE, now=now())
    moment = session.expires_at - SESSION
    while (moment := moment + timedelta(minutes=50)) < session.expires_at:
        assert who(url, session.token, now=moment) is not None
    assert who(url, session.token, now=session.expires_at) is None


# --- settings ---


def test_a_provider_is_described_whole_or_not_at_all():
    assert Settings.from_env({}).oidc is None
    oidc = Settings.from_env(PROVIDER).oidc
    assert oidc is not None
    assert "secret" not in repr(oidc)
    for name in PROVIDER:
        with pytest.raises(ConfigurationError, match=name):
            Settings.from_env(PROVIDER | {name: ""})


@pytest.mark.parametrize(
    "text", ["*", "https://a.example;", "https://a.example/page", "a.example", "'self'"]
)
def test_a_partner_that_is_no_origin_is_refused_before_anything_starts(text, monkeypatch, capsys):
    name = "TERRITOIRES_FRAME_ANCESTORS"
    good = "https://b.example https://*.c.example:8443"
    assert Settings.from_env({name: good}).frame_ancestors == tuple(good.split())
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_env({name: f"{good} {text}"})
    monkeypatch.setenv(name, text)
    assert program.main(["status"]) == 1
    said = capsys.readouterr().err
    assert f"«\u00a0{text}\u00a0»" in said
    assert "https://www.partenaire.fr" in said
    with pytest.raises(SystemExit, match=r"https://www\.partenaire\.fr"):
        provider.settings()


# --- floods ---


def test_a_form_heavier_than_ours_is_refused(client):
    def heavy():
        for _ in range(1_000):
            yield b"email=" + b"a" * 10_000

    headers = ORIGIN | {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/connexion", content=heavy(), headers=headers)
    assert answer.status_code == 413
    assert "trop long" in answer.text


def test_a_form_of_too_many_fields_is_refused(client):
    fields = {f"champ{number}": "x" for number in range(50)}
    answer = client.post("/connexion", data=fields, headers=ORIGIN)
    assert answer.status_code == 400
    assert "l’un des nôtres" in answer.text
