"""A visitor without a browser: asks a server for runs of a page over Streamlit's own protocol."""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

SECONDS: Final = 60.0
_SUCCESS: Final = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
_AGAIN: Final = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


def address(port: int) -> str:
    """Give the address of the pages' protocol."""
    return f"ws://localhost:{port}/_stcore/stream"


def opening(*, session: str = "") -> dict[str, Any]:
    """Say how to connect as a browser does, compression included, to a `session` that was ours."""
    return {
        # Their places count: the protocol, a token (of no use without cookies), the session.
        "subprotocols": ["streamlit", "-", session] if session else ["streamlit"],
        "max_size": None,
        "ping_interval": None,
        "open_timeout": SECONDS,
    }


def request(page: str, *, query: str = "", chosen: Mapping[str, str] | None = None) -> bytes:
    """Ask for a run of a page by its `url_path`; `chosen` are new texts of widgets, by their id."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    for widget, text in (chosen or {}).items():
        asked.rerun_script.widget_states.widgets.add(id=widget, string_value=text)
    return bytes(asked.SerializeToString())


@dataclass(kw_only=True)
class Answer:
    """What a server says in one run of a page, message after message.

    `size` in bytes, uncompressed; `kinds` counts the elements and the blocks by kind; `boxes` has
    the id of each box to type in, by its label; `said` are the titles and key figures, `wrong` the
    errors shown; `query` is the page's address as the run left it.
    """

    query: str
    session: str = ""
    size: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    boxes: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def take(self, received: bytes) -> bool:
        """Read one message; tells whether it was the last one of the run."""
        self.size += len(received)
        message = ForwardMsg.FromString(received)
        match message.WhichOneof("type"):
            case "delta":
                self._take_delta(message)
            case "new_session":
                self.session = message.new_session.initialize.session_id
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "script_finished" if message.script_finished != _AGAIN:
                if message.script_finished != _SUCCESS:
                    self.wrong.append(f"finished with {message.script_finished}")
                return True
        return False

    def _take_delta(self, message: ForwardMsg) -> None:
        delta = message.delta
        if delta.WhichOneof("type") == "add_block":
            if block := delta.add_block.WhichOneof("type"):
                self.kinds[block] += 1
            return
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind:
            self.kinds[kind] += 1
        match kind:
            case "text_input":
                self.boxes[element.text_input.label] = element.text_input.id
            case "heading":
                self.said.append(element.heading.body)
            case "metric":
                self.said.append(f"{element.metric.label} {element.metric.body}")
            case "exception":
                self.wrong.append(element.exception.message)
            case "alert" if element.alert.format == Alert.ERROR:
                self.wrong.append(element.alert.body)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a page: how long until its last word (s), how much was said (bytes), and what.

    `kinds` counts the elements and the blocks by kind.
    """

    seconds: float
    size: int
    kinds: Counter[str]


class Visitor:
    """One session on one page (by its `url_path`, empty for the front page); a context manager."""

    def __init__(self, port: int, *, page: str = "") -> None:
        self._page = page
        self._address = address(port)
        self._open = ExitStack()
        self._socket: ClientConnection

    def __enter__(self) -> Self:
        """Connect as a browser does."""
        self._socket = self._open.enter_context(connect(self._address, **opening()))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave."""
        self._open.close()

    def run(self) -> Run:
        """Ask for a run of the page and read it to its end (RuntimeError: it shows an error)."""
        asked = request(self._page)
        answer = Answer(query="")
        started = time.perf_counter()
        self._socket.send(asked)
        while not answer.take(self._socket.recv(timeout=SECONDS, decode=False)):
            pass
        seconds = time.perf_counter() - started
        if answer.wrong:
            raise RuntimeError(f"/{self._page}: {answer.wrong}")
        return Run(seconds=seconds, size=answer.size, kinds=answer.kinds)
