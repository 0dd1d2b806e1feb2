"""What a visitor may cost, piece by piece; at once, it is in tests/integration/test_crowd.py."""

import asyncio
import contextlib
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from territoires.commands.accounts import sign_in_vouched
from territoires.commands.staff import add_staff, administering
from territoires.domain.drafts import StaffDraft
from territoires.domain.roles import Role
from territoires.settings import session_cookie
from territoires.web import budget
from territoires.web.half_requests import give_up_half_requests
from territoires.web.incidents import Incidents
from territoires.web.routes import account_middleware

PLACE = "/_stcore/upload_file/session/file"


@pytest.fixture
def url(bare_url):
    return bare_url


@pytest.fixture
def held():
    """Bytes that sessions hold already; the tests write in it."""
    return {}


@pytest.fixture
def received():
    return []


@pytest.fixture
def client(url, held, received):
    async def keep(request: Request):
        received.append(len(await request.body()))
        return PlainTextResponse("")

    async def page(websocket):
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                received.append(len(await websocket.receive_bytes()))
                await websocket.send_text("read")

    app = Starlette(
        routes=[
            Route("/{rest:path}", keep, methods=["PUT", "POST"]),
            WebSocketRoute("/_stcore/stream", page),
        ],
        middleware=account_middleware(url, claims=dict, held=lambda: held),
    )
    with TestClient(app) as opened:
        yield opened


def come_as(client, url, role, **more):
    now = datetime.now(UTC)
    draft = StaffDraft(email="a@example.org", name="A", role=role, with_password=False, **more)
    with administering(url, now=now) as write:
        add_staff(write, draft)
    token = sign_in_vouched(url, "a@example.org", now=now).token
    client.cookies.set(session_cookie(https=False), token)


# --- files ---


def test_a_visitor_s_file_is_refused_before_it_is_read(client, received):
    answer = client.put(PLACE, content=b"x" * 1000)
    assert answer.status_code == 403
    assert "être connecté" in answer.text
    assert client.put(f"/importer{PLACE}", content=b"x").status_code == 403
    assert received == []


@pytest.mark.parametrize(("role", "may"), [(Role.DIRECTION, False), (Role.VALIDATION, True)])
def test_only_who_may_import_sends_a_file(client, url, received, role, may):
    come_as(client, url, role)
    assert client.put(PLACE, content=b"x" * 1000).status_code == (200 if may else 403)
    assert received == ([1000] if may else [])


def test_a_session_holds_so_much_and_all_of_them_so_much(client, url, held, received):
    come_as(client, url, Role.VALIDATION)
    held["session"] = budget.MOST_BY_SESSION - 999
    answer = client.put(PLACE, content=b"x" * 1000)
    assert (answer.status_code, "40\u00a0Mo" in answer.text) == (413, True)
    assert client.put("/_stcore/upload_file/other/file", content=b"x" * 1000).status_code == 200
    held |= {str(number): budget.MOST_IN_ALL // 10 for number in range(10)}
    answer = client.put("/_stcore/upload_file/other/file", content=b"x")
    assert (answer.status_code, "Réessayez" in answer.text) == (503, True)
    held.clear()  # freed with the sessions
    assert client.put(PLACE, content=b"x").status_code == 200
    assert received == [1000, 1]


def test_a_file_of_unknown_size_counts_for_the_largest(client, url, held):
    come_as(client, url, Role.VALIDATION)
    held["session"] = budget.MOST_BY_SESSION - 1000
    assert client.put(PLACE, content=iter([b"x"])).status_code == 413


# --- messages and connections ---


def test_a_visitor_s_heavy_message_cuts_the_page_and_an_agent_s_does_not(client, url, received):
    heavy = b"x" * (budget.HEAVIEST_PUBLIC + 1)
    with client.websocket_connect("/_stcore/stream") as line:
        line.send_bytes(heavy[:-1])
        assert line.receive_text() == "read"
        line.send_bytes(heavy)
        with pytest.raises(WebSocketDisconnect):
            line.receive_text()
    come_as(client, url, Role.VALIDATION)
    with client.websocket_connect("/_stcore/stream") as line:
        line.send_bytes(heavy)
        assert line.receive_text() == "read"
    assert received == [budget.HEAVIEST_PUBLIC, budget.HEAVIEST_PUBLIC + 1]


def test_one_address_opens_so_many_pages_and_gets_them_back(client, monkeypatch):
    monkeypatch.setattr(budget, "MOST_BY_ADDRESS", 2)
    with client.websocket_connect("/_stcore/stream"):
        with client.websocket_connect("/_stcore/stream"):
            with (
                pytest.raises(WebSocketDenialResponse) as refused,
                client.websocket_connect("/_stcore/stream"),
            ):
                pass
            assert refused.value.status_code == 429
            assert "Trop de pages" in refused.value.text
            elsewhere = {"x-forwarded-for": "203.0.113.7"}
            with client.websocket_connect("/_stcore/stream", headers=elsewhere):
                pass
        with client.websocket_connect("/_stcore/stream"):
            pass


# --- patience ---


def run_app(app, messages):
    """Give the messages one after the other, then nothing for ever; gives what was sent."""
    sent, coming = [], list(messages)

    async def receive():
        if not coming:
            await asyncio.Event().wait()
        return coming.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(app(scope, receive, send))
    return sent


async def _reads(scope, receive, send):
    await PlainTextResponse(str(len(await Request(scope, receive).body())))(scope, receive, send)


def test_the_rest_of_a_body_is_not_waited_for_for_ever():
    half = {"type": "http.request", "body": b"x", "more_body": True}
    sent = run_app(Incidents(budget.Patience(_reads, silence_s=0.01)), [half])
    assert sent[0]["status"] == 408
    assert "recommencez" in sent[1]["body"].decode()


def test_a_whole_body_is_read_and_its_answer_may_take_its_time():
    async def slow(scope, receive, send):
        whole = await Request(scope, receive).body()
        await asyncio.sleep(0.05)
        await PlainTextResponse(whole)(scope, receive, send)

    whole = {"type": "http.request", "body": b"tout", "more_body": False}
    assert run_app(budget.Patience(slow, silence_s=0.01), [whole])[1]["body"] == b"tout"


def test_a_visitor_who_leaves_in_the_middle_is_no_incident(caplog):
    gone = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    assert run_app(Incidents(budget.Patience(_reads)), gone) == []
    assert not caplog.records
    with pytest.raises(ClientDisconnect):
        run_app(budget.Patience(_reads), gone)


class _Transport(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.protocol = None
        self.closed = False

    def get_protocol(self):
        return self.protocol

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True


class _Protocol:
    """The outline of uvicorn's: a head is whole at the first blank line."""

    def connection_made(self, transport):
        self.transport, self.cycle = transport, None

    def data_received(self, data):
        if data.endswith(b"\r\n\r\n"):
            self.on_headers_complete()

    def on_headers_complete(self):
        self.cycle = type("Cycle", (), {"response_complete": False})()


@pytest.mark.parametrize(
    ("heads", "gives_up"), [([], True), ([b"GET"], True), ([b"GET", b" /\r\n\r\n"], False)]
)
def test_a_head_that_does_not_come_closes_the_connection(heads, gives_up):
    made = type("Made", (_Protocol,), {})
    give_up_half_requests(made, silence_s=0.02)
    give_up_half_requests(made, silence_s=0.02)

    async def connect():
        protocol, transport = made(), _Transport()
        transport.protocol = protocol
        protocol.connection_made(transport)
        for head in heads:
            protocol.data_received(head)
        await asyncio.sleep(0.1)
        return transport.closed

    assert asyncio.run(connect()) is gives_up


def test_uvicorn_s_protocol_is_the_one_that_we_know():
    for name in ("connection_made", "data_received", "on_headers_complete"):
        assert callable(getattr(HttpToolsProtocol, name))
