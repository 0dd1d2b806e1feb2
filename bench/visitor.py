"""A visitor without a browser: asks a server for runs of a page over Streamlit's own protocol."""

import time
from collections import Counter
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

_SECONDS: Final = 60.0
_SUCCESS: Final = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY


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
        self._address = f"ws://localhost:{port}/_stcore/stream"
        self._socket: ClientConnection

    def __enter__(self) -> Self:
        """Connect as a browser does, compression included."""
        self._socket = connect(
            self._address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            ping_interval=None,
            open_timeout=_SECONDS,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave."""
        self._socket.close()

    def run(self) -> Run:
        """Ask for a run of the page and read it to its end."""
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        asked.rerun_script.page_name = self._page
        started = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        size = 0
        kinds: Counter[str] = Counter()
        while True:
            received = self._socket.recv(timeout=_SECONDS)
            size += len(received)
            message = ForwardMsg.FromString(received)
            kind = _kind(message)
            if kind:
                kinds[kind] += 1
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != _SUCCESS:
                    continue  # of a run that ours has interrupted
                return Run(seconds=time.perf_counter() - started, size=size, kinds=kinds)


def _kind(message: ForwardMsg) -> str | None:
    delta = message.delta
    if delta.WhichOneof("type") == "new_element":
        return str(delta.new_element.WhichOneof("type"))
    if delta.WhichOneof("type") == "add_block":
        return str(delta.add_block.WhichOneof("type"))
    return None
