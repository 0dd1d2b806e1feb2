"""A wave of ten thousand reports from the field, and what it costs whoever reads meanwhile.

`python -m bench --only wave`: a server is started on this machine for this, on a database of its
own; nothing else is ever addressed. Each report comes from an address of its own, as a proxy of
this machine would say, each hundred about a town of its own; a last one is somebody's who means it.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy import func, select

from bench.results import Line, compared, healthy
from territoires.commands.reports import refuse_unsorted
from territoires.commands.write import writing
from territoires.db.engine import reading
from territoires.db.models import Report, Town
from territoires.domain.drafts import SortingDraft
from territoires.queries.clocks import last_recorded_at
from tests.trials.attack import idle_seconds, p95, while_reading
from tests.trials.databases import ADMIN, admit, count_faults
from tests.trials.servers import dashboard

WAVE, QUICK, AT_ONCE = 10_000, 500, 200
BY_TOWN: Final = 100
SLOWER: Final = 1.3
_STAMP: Final = re.compile(r'name="depuis" value="([^"]+)"')


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the lines of the bench."""
    del folder
    many = QUICK if quick else WAVE
    with reading(database_url) as connection:
        before = last_recorded_at(connection)
        towns = list(connection.scalars(select(Town.code).limit(many // BY_TOWN)))
    with healthy(dashboard(database_url)) as (server,):
        idle = idle_seconds(server.port)
        answers, attacked, errors = asyncio.run(_wave(server.port, towns, many))
    what = f"{many} reports: another reader, 95th percentile, against the idle server"
    yield compared(what, [attacked, idle], target=SLOWER, by=p95)
    yield Line(what=f"{many} reports: the other reader's errors", ours=errors, target=0, must=True)
    with reading(database_url) as connection:
        kept = connection.scalar(select(func.count()).select_from(Report)) or 0
        wrong = count_faults(database_url) + (last_recorded_at(connection) != before)
    yield Line(
        what=f"{many} reports: accepted and not there", ours=max(answers[303] - kept, 0),
        target=0, must=True,
    )  # fmt: skip
    yield Line(what=f"{many} reports: faults, facts touched", ours=wrong, target=0, must=True)
    admit(database_url)
    started = time.perf_counter()
    with writing(database_url, ADMIN, now=datetime.now(UTC)) as write:
        cleared = refuse_unsorted(write, SortingDraft(reason="Envoi en nombre.")).corrected
    yield Line(
        what=f"{cleared} reports refused at once", ours=time.perf_counter() - started, unit="s"
    )


async def _wave(port: int, towns: list[str], many: int) -> tuple[Counter[int], list[float], int]:
    answers: Counter[int] = Counter()
    turn = asyncio.Semaphore(AT_ONCE)
    origin = f"http://localhost:{port}"
    many_at_once = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=origin, timeout=120.0, limits=many_at_once) as client:
        found = _STAMP.search((await client.get("/signaler")).text)
        stamp = found[1] if found else ""
        await asyncio.sleep(4)  # what comes back sooner is a robot's

        async def one(number: int) -> None:
            fields = {
                "ville": towns[number % len(towns)],
                "quoi": "opened",
                "source": f"www.example.org/{number}",
                "message": "x" * 900,
                "depuis": stamp,
            }
            where = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            headers = {"origin": origin, "x-forwarded-for": where}
            async with turn:
                try:
                    answer = await client.post("/signaler", data=fields, headers=headers)
                except httpx.TransportError:  # cut: what was kept of it nobody was told
                    return
            answers[answer.status_code] += 1

        seconds, errors = await while_reading(port, *map(one, range(many)))
    return answers, seconds, errors
