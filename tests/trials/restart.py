"""The server restarted under its viewers, asked to end and then killed.

Each viewer comes back as Streamlit's page does in a browser: it tries every half second, with its
session's number, then asks again for the page that it had.
"""

import asyncio
import os
import random
import signal
import time
from contextlib import AsyncExitStack
from typing import Final

from tests.trials.crowd import FAILURES, Viewer, places_of
from tests.trials.servers import Served, free_port, running

_RETRY_S: Final = 0.5
_PATIENCE_S: Final = 60.0


async def restart(
    served: Served, viewers: int, *ends: signal.Signals
) -> list[tuple[float, list[bool]]]:
    """End a server under its viewers, in one way after the other; start it again where it was.

    Gives for each how long it took until all were served again (s), and who found the page that
    they had.
    """
    places, port = places_of(served.database_url), free_port()
    told = []
    async with AsyncExitStack() as stack:
        crowd = []
        server = stack.enter_context(running(served, port=port))
        server.wait()
        for number in range(viewers):
            viewer = Viewer(port, places, random.Random(number))  # noqa: S311
            crowd.append(await stack.enter_async_context(viewer))
            await viewer.act()
        for how in ends:
            os.kill(server.process.pid, how)
            started = time.perf_counter()
            server.process.wait()
            server = stack.enter_context(running(served, port=port))
            back = await asyncio.gather(*(come_back(viewer) for viewer in crowd))
            told.append((time.perf_counter() - started, back))
    return told


async def come_back(viewer: Viewer) -> bool:
    """Connect again as soon as there is a server; tells whether it shows the same page."""
    before = viewer.shown
    give_up = time.perf_counter() + _PATIENCE_S
    while time.perf_counter() < give_up:
        try:
            await viewer.connect()
            after = await viewer.look()
        except FAILURES:
            await asyncio.sleep(_RETRY_S)
        else:
            return not after.wrong and (after.said, after.query) == (before.said, before.query)
    return False
