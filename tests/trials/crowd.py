"""A crowd of viewers without browsers, light enough to share two cores with the server.

Each looks at what readers look at: the front page, the map, sheets of towns, regions, enrolments,
through links and through the box of the territory. One loop, one process.
"""

import asyncio
import math
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from territoires.db.engine import reading
from territoires.queries.search import followed_towns
from territoires.queries.territories import regions_and_departments
from tests.trials.visitor import SECONDS, Answer, address, opening, request

TERRITORY: Final = "Territoire"  # the label of the box in the bar
EVERY_S: Final = 10.0
FAILURES: Final = (OSError, TimeoutError, WebSocketException)
DAYS: Final = ("2019-04-30", "2019-12-31", "2020-01-31", "2021-01-31", "2022-12-31")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page with its parameters, as a reader opens it."""

    page: str = ""
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where readers look: the territories of the bar as its links name them, and the towns."""

    territories: Sequence[str]
    towns: Sequence[str]

    def link(self, chance: random.Random) -> Link:
        """Open something: every second reader starts from the front page."""
        (page,) = chance.choices(
            ("", "carte", "ville", "regions", "inscriptions"), (30, 20, 25, 15, 10)
        )
        if page == "ville":
            return Link(page=page, query=urlencode({"ville": popular(self.towns, chance)}))
        asked = {}
        if chance.random() < 0.4:
            asked["terr"] = popular(self.territories, chance)
        if chance.random() < 0.2:
            asked["au"] = chance.choice(DAYS)
        return Link(page=page, query=urlencode(asked))


def places_of(url: str) -> Places:
    """Read where readers look."""
    with reading(url) as connection:
        territories = regions_and_departments(connection)["territory"].to_list()
        towns = [code for _, code in followed_towns(connection)]
    return Places(territories=[*territories, *(f"com-{town}" for town in towns)], towns=towns)


def popular(choices: Sequence[str], chance: random.Random) -> str:
    """Choose as readers do: the n-th of a list is asked for as often as 1/n (Zipf's law)."""
    (chosen,) = chance.choices(choices, [1 / rank for rank in range(1, len(choices) + 1)])
    return chosen


@dataclass(kw_only=True)
class Tally:
    """What a crowd has lived through: how long each answer took (s), and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Give the time (ms) within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Viewer:
    """One reader with one page open; an asynchronous context manager."""

    def __init__(self, port: int, places: Places, chance: random.Random) -> None:
        self._port = port
        self._places = places
        self._chance = chance
        self._socket: ClientConnection | None = None
        self.link = Link()
        self.shown = Answer(query="")

    async def __aenter__(self) -> Self:
        """Connect, as a browser does."""
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave."""
        await self.leave()

    async def connect(self) -> None:
        """Connect, to the same session if there was one."""
        self._socket = await connect(address(self._port), **opening(session=self.shown.session))

    async def leave(self) -> None:
        """Close the page."""
        if self._socket is not None:
            await self._socket.close()

    async def look(self, link: Link | None = None) -> Answer:
        """Open a link, by default the one that is open."""
        self.link = link or self.link
        return await self._run(request(self.link.page, query=self.link.query))

    async def act(self) -> Answer:
        """Do what a reader does next: enter a territory in the box, or go elsewhere."""
        if TERRITORY in self.shown.boxes and self._chance.random() < 0.4:
            chosen = {self.shown.boxes[TERRITORY]: popular(self._places.territories, self._chance)}
            answer = await self._run(request(self.link.page, query=self.shown.query, chosen=chosen))
            self.link = Link(page=self.link.page, query=answer.query)
            return answer
        return await self.look(self._places.link(self._chance))

    async def _run(self, asked: bytes) -> Answer:
        if self._socket is None:
            raise ConnectionError("not connected")
        answer = Answer(query=self.link.query)
        async with asyncio.timeout(SECONDS):
            await self._socket.send(asked)
            while not answer.take(await self._socket.recv(decode=False)):
                pass
        self.shown = answer
        return answer


class Crowd:
    """Viewers who each act `every` so many seconds; an asynchronous context manager.

    `tally` is what they have lived through since it was last replaced.
    """

    def __init__(self, port: int, places: Places, *, every: float = EVERY_S) -> None:
        self._port = port
        self._places = places
        self._every = every
        self._acted = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self.tally = Tally()

    async def __aenter__(self) -> Self:
        """Begin with nobody."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let everybody leave."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def grow(self, size: int) -> None:
        """Let others arrive, within the time of one act, until there are `size`."""
        newcomers = range(len(self._tasks), size)
        for number in newcomers:
            self._tasks.append(asyncio.create_task(self._live(random.Random(number))))  # noqa: S311
            await asyncio.sleep(self._every / len(newcomers))

    async def _live(self, chance: random.Random) -> None:
        try:
            async with Viewer(self._port, self._places, chance) as viewer:
                due = time.perf_counter()
                while True:
                    await asyncio.sleep(due - time.perf_counter())
                    await act(viewer, self.tally, due=due)
                    await self._tell()
                    # Who waited longer than that acts at once.
                    due = max(due + self._every, time.perf_counter())
        except FAILURES as error:
            self.tally.errors.append(repr(error))
            await self._tell()

    async def _tell(self) -> None:
        async with self._acted:
            self._acted.notify_all()

    async def acted(self, times: int) -> None:
        """Wait until the tally has so many acts, or an error."""
        async with self._acted:
            await self._acted.wait_for(
                lambda: len(self.tally.seconds) >= times or bool(self.tally.errors)
            )


async def visit(port: int, places: Places, chance: random.Random, tally: Tally, acts: int) -> None:
    """Arrive, act so many times without any rest, leave."""
    async with Viewer(port, places, chance) as viewer:
        for _ in range(acts):
            await act(viewer, tally, due=time.perf_counter())


async def act(viewer: Viewer, tally: Tally, *, due: float) -> None:
    """Let a viewer act, and note how long that took since it was `due`, even if we are late."""
    answer = await viewer.act()
    tally.seconds.append(time.perf_counter() - due)
    tally.errors.extend(f"{viewer.link}: {wrong}" for wrong in answer.wrong)


def peak_megabytes(process: int) -> float:
    """Give the most memory that a process ever held; nan where the system does not say."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return math.nan
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
    return int(kilobytes) / 1024


def resident_megabytes(process: int) -> float:
    """Give the memory that a process holds (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
