"""The server restarted under its viewers, asked to end and then killed."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

from bench.results import Line
from tests.trials.databases import count_faults
from tests.trials.restart import restart
from tests.trials.servers import dashboard

VIEWERS, VIEWERS_IN_HASTE = 100, 10
ENDS = (signal.SIGTERM, signal.SIGKILL)


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the time until everybody is served again, and what they have lost."""
    del folder
    viewers = VIEWERS_IN_HASTE if quick else VIEWERS
    told = asyncio.run(restart(dashboard(database_url), viewers, *ENDS))
    for how, (taken, back) in zip(ENDS, told, strict=True):
        ended = "killed" if how is signal.SIGKILL else "asked to end"
        what = f"server {ended} under {viewers} viewers"
        yield Line(what=f"{what}: until all are served again", ours=taken, unit="s")
        yield Line(
            what=f"{what}: viewers who did not find the page that they had",
            ours=back.count(False),
            target=0,
            must=True,
        )
    yield Line(
        what="faults found by `check` after both",
        ours=count_faults(database_url),
        target=0,
        must=True,
    )
