"""Every page by every role and by nobody, over the wire: no browser stands between."""

from dataclasses import dataclass, field

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from territoires.db.models import AuditEvent, Centre, Proposal, Stage
from territoires.domain.programme import Validation
from territoires.domain.roles import Role, grants
from territoires.ui.chapters import CARDS
from tests.browser.conftest import COOKIE
from tests.browser.desks import email, office_on

NOBODY = "nobody"
MESSAGE_TOO_BIG = 1009  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
WRITERS = ("text_input", "text_area", "selectbox", "file_uploader", "data_editor", "radio")


@dataclass
class Seen:
    """What a run of a page sent: its texts, and its widgets by kind."""

    texts: list[str] = field(default_factory=list)
    widgets: dict[str, list[str]] = field(default_factory=dict)

    @property
    def refused(self):
        said = " ".join(self.texts)
        return "demande d’être connecté" in said or "ne permet pas d" in said


class Wire:
    """A connection to Streamlit's own socket, with the cookies of somebody or none."""

    def __init__(self, server, token="", *, origin=None):
        headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
        self.opening = connect(
            server.url.replace("http://", "ws://") + "/_stcore/stream",
            subprotocols=["streamlit"],
            additional_headers=headers,
            origin=origin or server.url,
            max_size=None,
            open_timeout=60,
        )

    def __enter__(self):
        self.socket = self.opening.__enter__()
        return self

    def __exit__(self, *error):
        self.opening.__exit__(*error)

    def send_until_cut(self, message):
        """Send something and listen; it may be cut off during either."""
        self.socket.send(message)
        while True:
            self.socket.recv(timeout=60)

    def run(self, page, query="", pressed=(), typed=()):
        """Ask for a page, as if buttons had been pressed and texts typed in it."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        for widget in pressed:
            asked.rerun_script.widget_states.widgets.add(id=widget, trigger_value=True)
        for widget, text in typed:
            asked.rerun_script.widget_states.widgets.add(id=widget, string_value=text)
        self.socket.send(asked.SerializeToString())
        seen = Seen()
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=60))
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    continue  # of a run that ours has interrupted
                return seen
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            if kind in {"markdown", "alert"}:
                seen.texts.append(getattr(element, kind).body)
            elif kind:
                name = getattr(getattr(element, kind), "id", "")
                seen.widgets.setdefault(kind, []).append(name)


@pytest.fixture(scope="module")
def office(seeded_database, tmp_path_factory):
    with office_on(seeded_database, tmp_path_factory.mktemp("roles")) as made:
        yield made


def token_of(office, role):
    if role == NOBODY:
        return ""
    return office.token(email(role))


@pytest.mark.parametrize("role", [NOBODY, *(role for role in Role if role is not Role.PUBLIC)])
def test_a_page_sends_its_form_to_those_who_may_fill_it_and_to_nobody_else(office, role):
    token = token_of(office, role)
    for card in CARDS:
        with Wire(office.server, token) as wire:
            seen = wire.run(card.path, "ville=52121" if card.about_town else "")
        entitled = role != NOBODY and grants(role, card.permission)
        assert seen.refused is not entitled, (role, card.path)
        if not entitled:
            assert not set(seen.widgets) & set(WRITERS), (role, card.path)


@pytest.mark.parametrize("role", [NOBODY, Role.PARTNER, Role.DIRECTION])
def test_a_button_that_was_never_shown_writes_nothing(office, role):
    with Wire(office.server, token_of(office, Role.ADMINISTRATION)) as wire:
        form = wire.run("saisir-etape", "ville=10387")
    fields, buttons = form.widgets["text_input"], form.widgets["button"]
    before = len(office.rows(AuditEvent))
    with Wire(office.server, token_of(office, role)) as wire:
        wire.run("saisir-etape", "ville=10387")
        seen = wire.run(
            "saisir-etape",
            "ville=10387",
            pressed=buttons,
            typed=[(name, "déclaration") for name in fields],
        )
    assert buttons
    assert seen.refused
    assert len(office.rows(AuditEvent)) == before


def forge(office, role, page, query):
    """Press every button of a form that only the administration was shown."""
    with Wire(office.server, token_of(office, Role.ADMINISTRATION)) as wire:
        shown = wire.run(page, query)
    buttons, fields = shown.widgets["button"], shown.widgets.get("text_input", [])
    assert buttons
    # The town stays the one of the address.
    typed = [(name, "déclaration") for name in fields if not name.endswith("_ville")]
    with Wire(office.server, token_of(office, role)) as wire:
        wire.run(page, query)
        return wire.run(page, query, pressed=buttons, typed=typed)


FORMS = {
    "saisir-inscriptions": "ville=52121",
    "saisir-centre": "ville=52121",
    "objectifs": "",
    "comptes": "",
}


@pytest.mark.parametrize("page", FORMS)
@pytest.mark.parametrize("role", [NOBODY, Role.PARTNER, Role.DIRECTION])
def test_no_form_is_sent_by_whoever_may_not_fill_it(office, page, role):
    before = len(office.rows(AuditEvent))
    assert forge(office, role, page, FORMS[page]).refused
    assert len(office.rows(AuditEvent)) == before


@pytest.mark.parametrize("page", ["saisir-etape", "saisir-centre"])
def test_a_form_about_a_town_of_another_region_writes_nothing_about_it(office, page):
    before = office.rows(Centre), office.rows(Stage)
    forge(office, Role.ENTRY, page, "ville=2A004")  # Ajaccio; the account is of the Grand Est
    assert (office.rows(Centre), office.rows(Stage)) == before
    # What is kept for later is one's own, and of no town as long as none was accepted.
    kept = office.rows(Proposal, author=email(Role.ENTRY))
    assert {(row.state, row.town_code, row.draft["town_code"]) for row in kept} <= {
        (Validation.DRAFT, None, "")
    }


def test_the_same_clicks_write_when_their_author_may(office):
    before = len(office.rows(AuditEvent))
    forge(office, Role.ADMINISTRATION, "saisir-centre", "ville=2A004")
    assert len(office.rows(AuditEvent)) > before


def test_a_session_that_ended_opens_nothing_on_a_connection_that_stayed(office):
    token = token_of(office, Role.VALIDATION)
    with Wire(office.server, token) as wire:
        assert not wire.run("journal").refused
        office.sign_out(token)
        assert wire.run("journal").refused


def test_a_made_up_session_opens_nothing(office):
    with Wire(office.server, "a" * 43) as wire:
        assert wire.run("journal").refused


def test_a_page_of_another_site_may_not_open_the_socket(office):
    with pytest.raises(InvalidStatus) as refused, Wire(office.server, origin="https://a.invalid"):
        pass
    assert refused.value.response.status_code == 403


def test_a_message_heavier_than_any_page_sends_is_cut_off_and_others_are_served(office):
    before = office.server.log.read_text(encoding="utf-8")
    with Wire(office.server) as flood, Wire(office.server) as other:
        with pytest.raises(ConnectionClosed) as cut:
            flood.send_until_cut(bytes(21_000_000))
        assert cut.value.rcvd is not None
        assert cut.value.rcvd.code == MESSAGE_TOO_BIG
        assert other.run("methode").texts
    said = office.server.log.read_text(encoding="utf-8").removeprefix(before)
    assert "Traceback" not in said
