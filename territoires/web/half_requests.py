"""Connections that begin a request and do not go on: uvicorn waits for them for ever, we do not."""

import asyncio
from typing import Any, Final

SILENCE_S: Final = 30.0


def give_up_half_requests(protocol: type[Any], *, silence_s: float = SILENCE_S) -> None:
    """Make `protocol`, uvicorn's HTTP protocol, close what has not sent a whole head in time.

    uvicorn has a time limit between two requests (`timeout_keep_alive`) and none before the first
    one, nor within the head of any. Asked twice for one protocol, it is done once.
    """
    if getattr(protocol, "gives_up", False):
        return
    made, received, headed = (
        protocol.connection_made,
        protocol.data_received,
        protocol.on_headers_complete,
    )

    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        made(self, transport)
        self.giving_up = _later(transport, silence_s)

    def data_received(self: Any, data: bytes) -> None:
        received(self, data)
        # A connection that has become a page's own belongs to another protocol.
        is_ours = not self.transport.is_closing() and self.transport.get_protocol() is self
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_ours and is_idle and self.giving_up is None:
            self.giving_up = _later(self.transport, silence_s)

    def on_headers_complete(self: Any) -> None:
        if self.giving_up is not None:
            self.giving_up.cancel()
            self.giving_up = None
        headed(self)

    protocol.connection_made = connection_made
    protocol.data_received = data_received
    protocol.on_headers_complete = on_headers_complete
    protocol.gives_up = True


def _later(transport: asyncio.Transport, silence_s: float) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(silence_s, transport.close)
