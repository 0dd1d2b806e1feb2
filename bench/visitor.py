"""A visitor without a browser: asks a server for runs of a page over Streamlit's own protocol."""

import time
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
    """One run of a page: how long until its last word (s), and how much was said (bytes)."""

    seconds: float
    size: int


class Visitor:
    """One session on one page; a context manager."""

    def __init__(self, port: int) -> None:
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
        """Ask for a run of the page and read it to its end.

        Raises RuntimeError when the page shows an exception: a bench of an error means nothing.
        """
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        started = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        size = 0
        while True:
            received = self._socket.recv(timeout=_SECONDS)
            size += len(received)
            message = ForwardMsg.FromString(received)
            if message.delta.new_element.WhichOneof("type") == "exception":
                msg = f"the page failed: {message.delta.new_element.exception.message}"
                raise RuntimeError(msg)
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != _SUCCESS:
                    continue  # of a run that ours has interrupted
                return Run(seconds=time.perf_counter() - started, size=size)
