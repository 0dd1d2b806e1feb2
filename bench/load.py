"""An hour of use, then two hundred viewers who each act every ten seconds, on one server.

The crowd shares the processors with the server. The hour is simulated by what it brings: as many
acts, of sessions that come and go, as fast as the server answers. It fills what the server keeps in
memory, so that what a viewer costs is told apart afterwards.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.results import Line, healthy
from tests.trials.crowd import EVERY_S, Crowd, Places, Tally, places_of, resident_megabytes, visit
from tests.trials.servers import dashboard

P95_MS: Final = 1_000.0
GROWTH: Final = 1.1
_STAY, _TOGETHER = 30, 4


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much: the readers of the simulated hour, then crowds, each watched for a while (s)."""

    readers: int
    crowds: tuple[int, ...]
    watched: float

    @property
    def acts(self) -> int:
        """What an hour of so many readers brings."""
        return round(self.readers * 3600 / EVERY_S)


USUAL: Final = Plan(readers=20, crowds=(50, 100, 150, 200), watched=40)
HASTE: Final = Plan(readers=2, crowds=(20, 40), watched=10)


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the lines of the hour, then those of the crowds; `folder` is not used."""
    del folder
    plan = HASTE if quick else USUAL
    places = places_of(database_url)
    with healthy(dashboard(database_url)) as (server,):
        process = server.process.pid
        yield Line(
            what="memory of the server before its first reader",
            ours=resident_megabytes(process),
            unit="MB",
        )
        yield from asyncio.run(_hour(process, server.port, places, plan))
        yield from asyncio.run(_crowds(process, server.port, places, plan))


async def _hour(process: int, port: int, places: Places, plan: Plan) -> list[Line]:
    """Let sessions follow one another, a few at a time, until an hour's acts are done."""
    sessions = iter(range(plan.acts // _STAY))
    tally = Tally()
    memory = [0.0]

    async def one_after_the_other() -> None:
        for number in sessions:
            await visit(port, places, random.Random(number), tally, _STAY)  # noqa: S311
            if number == plan.acts // _STAY // 2:
                memory[0] = resident_megabytes(process)

    started = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(_TOGETHER)))
    taken = time.perf_counter() - started
    what = f"an hour of {plan.readers} viewers ({plan.acts:,} acts, {plan.acts // _STAY} sessions)"
    return [
        Line(what=f"{what}, as fast as it is answered", ours=plan.acts / taken, unit="acts/s"),
        errors(f"{what}: errors", tally),
        Line(
            what=f"{what}: memory of the server at its end, against its middle",
            ours=resident_megabytes(process),
            bare=memory[0],
            unit="MB",
            target=GROWTH,
        ),
    ]


async def _crowds(process: int, port: int, places: Places, plan: Plan) -> list[Line]:
    """Let a crowd grow, and watch it at each of its sizes."""
    lines: list[Line] = []
    most = 0
    empty = resident_megabytes(process)
    async with Crowd(port, places) as crowd:
        for size in plan.crowds:
            await crowd.grow(size)
            arrived = resident_megabytes(process)
            crowd.tally, ours = Tally(), time.process_time()
            await asyncio.sleep(plan.watched)
            seen, ours = crowd.tally, time.process_time() - ours
            p95 = seen.percentile(0.95)
            if p95 <= P95_MS and not seen.errors:
                most = size
            what = f"{size} viewers, an act every {EVERY_S:g} s"
            lines += [
                Line(what=f"{what}: p50", ours=seen.percentile(0.5), unit="ms"),
                Line(what=f"{what}: p95", ours=p95, unit="ms", target=P95_MS),
                errors(f"{what}: errors in {len(seen.seconds)} acts", seen),
                Line(
                    what=f"{what}: processor taken by the crowd itself",
                    ours=100 * ours / plan.watched,
                    unit="% of one",
                ),
                Line(
                    what=f"{what}: memory per viewer on arrival",
                    ours=1024 * (arrived - empty) / size,
                    unit="kB",
                ),
                Line(
                    what=f"{what}: memory of the server {plan.watched:g} s after, against arrival",
                    ours=resident_megabytes(process),
                    bare=arrived,
                    unit="MB",
                    target=GROWTH,
                ),
            ]
    what = f"most viewers with a p95 under {P95_MS / 1000:g} s and no error"
    return [*lines, Line(what=what, ours=most)]


def errors(what: str, tally: Tally) -> Line:
    """Count what went wrong."""
    for error in sorted(set(tally.errors))[:5]:
        print(f"  {error}", file=sys.stderr)
    return Line(what=what, ours=len(tally.errors), target=0, must=True)
