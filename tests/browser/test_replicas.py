"""Two dashboards behind nginx over one PostgreSQL, served as deploy/nginx.conf serves them."""

import re
import socket
import ssl
import subprocess
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from territoires.commands.staff import first_administrator
from territoires.web.browser import BROWSER
from tests.browser.conftest import (
    ELSEWHERE,
    ROOT,
    SETTLE_MILLISECONDS,
    Server,
    assert_quiet,
    settled,
    start_server,
    visit,
)
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
from tests.conftest import initialise_few
from tests.trials.servers import free_port
from tools import postgres
from tools.ensure_browser import is_root
from tools.ensure_nginx import find_nginx

STREAM = "GET /_stcore/stream"
ASKED = "/pret"  # by these tests, and by no tab
UNCONNECTED = "/sante"  # a page without the application: going there ends its connection
SITE = ROOT / "deploy" / "nginx.conf"
AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class Proxy:
    """nginx: where it answers, and what it sent where."""

    url: str
    plain: str
    log: Path

    def sent(self, what: str) -> Counter[str]:
        """Count the requests that match, by the dashboard that answered last."""
        lines = self.log.read_text().splitlines()
        return Counter(line.split()[2].rstrip(",") for line in lines if re.search(what, line))

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        """Ask for an address."""
        trusting = ssl.create_default_context(cafile=self.log.with_name("fullchain.pem"))
        asked = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 - https
        with urllib.request.urlopen(asked, context=trusting, timeout=30) as answer:  # noqa: S310
            return answer.status, dict(answer.headers)

    def server_of(self, path: str, **headers: str) -> str:
        """Ask for an address; say which dashboard answered, once nginx has noted it."""
        before = self.sent(f"GET {path}")
        self.get(path, **headers)
        give_up = time.monotonic() + 15
        while not (noted := self.sent(f"GET {path}") - before):
            assert time.monotonic() < give_up, "nginx notes nothing"
            time.sleep(0.05)
        (server,) = noted
        return server


@dataclass
class Replicas:
    """Everything together."""

    database: postgres.Server
    url: str
    servers: list[Server]
    proxy: Proxy
    office: Office
    _noted: Counter[str] = field(default_factory=Counter)

    def at(self, server: Server) -> str:
        """Say how nginx calls a dashboard."""
        return f"127.0.0.1:{urlsplit(server.url).port}"

    def connections(self, count: int) -> Counter[str]:
        """Wait until nginx has noted the end of `count` more connections; give by whom served."""
        give_up = time.monotonic() + 15
        while (ended := self.proxy.sent(STREAM) - self._noted).total() < count:
            assert time.monotonic() < give_up, ended
            time.sleep(0.05)
        self._noted += ended
        return ended

    def name_for(self, server: Server) -> str:
        """Find a browser's name that nginx sends to a dashboard."""
        for number in range(100):
            name = f"essai-{number}"
            if self.proxy.server_of(ASKED, Cookie=f"{BROWSER}={name}") == self.at(server):
                return name
        raise AssertionError(f"nothing is sent to {self.at(server)}")


def configured(site: str, folder: Path, servers: list[Server], https: int, http: int) -> str:
    """Put the ports, names and paths of the test in the file that is deployed."""
    changes = {
        "127.0.0.1:8501": f"127.0.0.1:{urlsplit(servers[0].url).port}",
        "127.0.0.1:8502": f"127.0.0.1:{urlsplit(servers[1].url).port}",
        "listen 443": f"listen 127.0.0.1:{https}",
        "listen 80": f"listen 127.0.0.1:{http}",
        "TERRITOIRES.EXAMPLE.ORG": "localhost",
        "/etc/ssl/territoires": str(folder),
        "/var/log/nginx": str(folder),
    }
    for said, here in changes.items():
        assert said in site, said
        site = site.replace(said, here)
    return site


def certify(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + 15
    while time.monotonic() < give_up and process.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def replicas(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    program = find_nginx()
    assert program, "no nginx: python tools/ensure_nginx.py"
    https, http = free_port(), free_port()
    with postgres.throw_away() as database:
        database.create("territoires")
        url = database.url("territoires")
        initialise_few(url)
        first_administrator(url, now=datetime.now(UTC))
        public = f"https://localhost:{https}"
        servers = [start_server(url, folder, TERRITOIRES_PUBLIC_URL=public) for _ in range(2)]
        certify(folder)
        site = configured(SITE.read_text(encoding="utf-8"), folder, servers, https, http)
        (folder / "site.conf").write_text(site, encoding="utf-8")
        main = AROUND.format(folder=folder, user="user root;" if is_root() else "")
        (folder / "nginx.conf").write_text(main, encoding="utf-8")
        nginx = subprocess.Popen(
            [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        )
        try:
            wait_for(https, nginx, folder / "error.log")
            log = folder / "territoires.log"
            proxy = Proxy(public, f"http://localhost:{http}", log)
            office = Office(Server(public, log, servers[0].process), url)
            office.staff()
            yield Replicas(database, url, servers, proxy, office)
        finally:
            nginx.terminate()
            nginx.wait(timeout=15)
            for server in servers:
                server.stop()


@pytest.fixture
def tab_on(replicas, open_tab):
    """Open a tab of a browser that nginx sends to one of the two dashboards."""

    def open_one(server):
        page = open_tab(base_url=replicas.proxy.url, ignore_https_errors=True)
        name = {"name": BROWSER, "value": replicas.name_for(server), "url": replicas.proxy.url}
        page.context.add_cookies([name])
        return page

    return open_one


def signed_in(replicas, page):
    """Sign an administrator in, under the name that the browser has."""
    name = page.context.cookies()
    replicas.office.sign_in(page, SECOND_ADMIN).context.add_cookies(name)
    return page


def test_a_newcomer_is_named_and_stays_with_one_dashboard(replicas, open_tab):
    page = open_tab(base_url=replicas.proxy.url, ignore_https_errors=True)
    visit(page, ELSEWHERE)
    (cookie,) = [each for each in page.context.cookies() if each["name"] == BROWSER]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax")
    assert cookie["expires"] == -1, "forgotten with the window"
    visit(page, ELSEWHERE)
    page.goto(UNCONNECTED)
    (home,) = replicas.connections(2)
    assert replicas.proxy.server_of(ASKED, Cookie=f"{BROWSER}={cookie['value']}") == home


def test_both_dashboards_serve(replicas):
    for server in replicas.servers:
        replicas.name_for(server)
    sent = replicas.proxy.sent(f"GET {ASKED}.* 200 ")
    assert set(sent) == {replicas.at(server) for server in replicas.servers}


def test_what_nginx_answers_is_said_over_https_only(replicas):
    status, headers = replicas.proxy.get("/")
    assert status == 200
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "Server" not in headers or "/" not in headers["Server"], "no version"


def test_what_is_saved_through_one_is_seen_through_the_other(replicas, tab_on):
    first, second = replicas.servers
    reader, writer = tab_on(second), signed_in(replicas, tab_on(first))
    visit(reader, "/?terr=reg-94")
    headline = reader.locator("h2").first
    before = headline.inner_text()
    go(writer, "/saisir-etape")
    type_town(writer, "2A004")
    write_in(writer, "Date ★", "04/05/2021")
    write_in(writer, "Source ★", "declaration")
    press(writer, "Enregistrer")
    says(writer, ": enregistrée. En Corse, le nombre de centres ouverts passe de 0 à 1.")

    reader.get_by_role("link", name="Accueil").click()
    expect(headline).not_to_have_text(before, timeout=SETTLE_MILLISECONDS)
    for tab in (reader, writer):
        assert_quiet(tab)
        tab.goto(UNCONNECTED)
    assert set(replicas.connections(2)) == {replicas.at(first), replicas.at(second)}


def test_a_server_of_data_that_stops_is_said_then_forgotten(replicas, tab_on):
    page = tab_on(replicas.servers[0])
    visit(page, "/methode")
    replicas.database.stop()
    try:
        visit(page, "/")
        says(page, "La base est inaccessible")
        with pytest.raises(urllib.error.HTTPError) as refused:
            replicas.proxy.get("/pret")
        with refused.value as answer:  # which holds its connection
            assert answer.code == 503
    finally:
        replicas.database.start()
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator("h2").first).to_be_visible(timeout=SETTLE_MILLISECONDS)
    settled(page)
    page.goto(UNCONNECTED)
    replicas.connections(2)
    assert replicas.proxy.get("/pret")[0] == 200
    for server in replicas.servers:
        said = server.log.read_text(encoding="utf-8")
        assert "Traceback" not in said
    assert "database unreachable: " in replicas.servers[0].log.read_text(encoding="utf-8")


def test_readers_and_writers_go_on_when_one_dashboard_dies(replicas, tab_on):
    survivor, dead = replicas.servers
    page, writer = tab_on(dead), signed_in(replicas, tab_on(dead))
    visit(page, "/?terr=reg-44")
    go(writer, "/saisir-etape")
    type_town(writer, "2B033")
    write_in(writer, "Date ★", "04/05/2021")
    write_in(writer, "Source ★", "declaration")
    writer.keyboard.press("Tab")
    ready(writer)
    with page.expect_websocket(), writer.expect_websocket():
        dead.process.kill()
    for tab in (page, writer):
        expect(tab.locator('[data-testid="stApp"]')).to_have_attribute(
            "data-test-connection-state", "CONNECTED", timeout=SETTLE_MILLISECONDS
        )
    press(writer, "Enregistrer")
    says(writer, "Le tableau de bord a redémarré pendant votre saisie.")
    expect(writer.get_by_role("textbox", name="Date ★")).to_have_value("04/05/2021")
    press(writer, "Enregistrer")
    saved(writer)
    writer.goto(UNCONNECTED)
    page.get_by_role("link", name="Méthode et sources").click()
    heading = page.locator("h1").first  # the answer has one too, until the application is there
    expect(heading).to_have_text("Méthode et sources", timeout=SETTLE_MILLISECONDS)
    settled(page)
    page.get_by_role("link", name="Accueil").click()
    expect(page.locator("h2").first).to_contain_text("centres", timeout=SETTLE_MILLISECONDS)
    page.goto(UNCONNECTED)
    # Two that were cut; then the form's, and the page's before and after it was loaded again.
    assert replicas.connections(5)[replicas.at(survivor)] == 3
    assert replicas.proxy.get("/methode")[0] == 200
