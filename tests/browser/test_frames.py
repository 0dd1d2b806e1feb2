"""Our pages shown in a partner's: declared, they are; undeclared, the browser refuses."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import start_server


class Partner(BaseHTTPRequestHandler):
    """A page of somebody else with ours in a frame."""

    def __init__(self, shown: dict[str, str], *arguments, **options) -> None:
        self.shown = shown
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        page = f'<h1>Un partenaire</h1><iframe src="{self.shown["url"]}" width=1200 height=800>'
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def partner(shown: dict[str, str]) -> Iterator[str]:
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Partner, shown))
    thread = Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{site.server_port}"
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


@pytest.fixture
def partners(serve, database) -> Iterator[list[str]]:
    """Give the addresses of a declared partner and of another site, both around our pages."""
    shown: dict[str, str] = {}
    with ExitStack() as stack:
        sites = [stack.enter_context(partner(shown)) for _ in range(2)]
        shown["url"] = serve(database, TERRITOIRES_FRAME_ANCESTORS=sites[0]).url
        yield sites


def test_a_declared_partner_shows_our_pages_and_nobody_else(partners, open_tab):
    declared, other = partners
    page = open_tab(base_url=declared)
    page.goto("/")
    heading = page.frame_locator("iframe").get_by_role("heading", name="Où en est le programme")
    expect(heading).to_be_visible()
    page = open_tab(base_url=other)
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto("/")
    expect(page.get_by_role("heading", name="Un partenaire")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_test_id("stApp")).to_have_count(0)


def test_a_server_told_of_a_partner_that_is_none_does_not_start_and_says_why(database, tmp_path):
    with pytest.raises(RuntimeError) as dead:
        start_server(database, tmp_path, TERRITOIRES_FRAME_ANCESTORS="partenaire.fr")
    assert "contient «\u00a0partenaire.fr\u00a0», qui n’est pas l’origine" in str(dead.value)
    assert "Traceback" not in str(dead.value)
