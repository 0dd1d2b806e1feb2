"""The server restarted under its viewers, asked to end and then killed.

Each viewer comes back as Streamlit's page does in a browser: it tries every half second, with its
session's number, then asks again for the page that it had.
"""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bench.crowd import FAILURES, Viewer
from bench.databases import count_faults
from bench.load import places_of
from bench.results import Line, Number
from bench.servers import dashboard, free_port, running

VIEWERS, VIEWERS_IN_HASTE = 100, 10
_RETRY_S: Final = 0.5
_PATIENCE_S: Final = 60.0


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the time until everybody is served again, and what they have lost."""
    del folder
    viewers = VIEWERS_IN_HASTE if quick else VIEWERS
    for how in (signal.SIGTERM, signal.SIGKILL):
        yield from asyncio.run(restart(database_url, viewers, how))
    yield Number(
        what="faults found by `check` after both",
        value=count_faults(database_url),
        target=0,
        must=True,
    )


async def restart(database_url: str, viewers: int, how: signal.Signals) -> list[Line]:
    """End a server under its viewers, start it again where it was."""
    places, served, port = places_of(database_url), dashboard(database_url), free_port()
    async with AsyncExitStack() as stack:
        crowd = []
        with running(served, port=port) as server:
            server.wait()
            for number in range(viewers):
                viewer = Viewer(port, places, random.Random(number))  # noqa: S311
                crowd.append(await stack.enter_async_context(viewer))
                await viewer.act()
            server.process.send_signal(how)
            started = time.perf_counter()
            server.process.wait()
        with running(served, port=port):
            back = await asyncio.gather(*(come_back(viewer) for viewer in crowd))
            taken = time.perf_counter() - started
    what = f"server {'killed' if how is signal.SIGKILL else 'asked to end'} under {viewers} viewers"
    return [
        Number(what=f"{what}: until all are served again", value=taken, unit="s"),
        Number(
            what=f"{what}: viewers who did not find the page that they had",
            value=back.count(False),
            target=0,
            must=True,
        ),
    ]


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
