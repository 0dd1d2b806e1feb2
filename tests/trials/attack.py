"""Attacks on a dashboard of one's own, all at once, and what they cost another reader.

A server is started on this machine for this, on a database of its own; nothing else is ever
addressed. Bounded in number and in time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from statistics import quantiles
from typing import Any, Final

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.trials.crowd import peak_megabytes
from tests.trials.servers import Served, running
from tests.trials.visitor import Visitor, address, opening

FILE, MESSAGE = 19 << 20, 18 << 20  # bytes: what used to be kept
READINGS: Final = 60
_ANSWER_S: Final = 120.0


@dataclass(kw_only=True)
class Tally:
    """What was answered to one attack; `unexplained` are refusals without a sentence."""

    answers: dict[str, int] = field(default_factory=dict)
    unexplained: int = 0

    def count(self, what: str) -> None:
        """Count something."""
        self.answers[what] = self.answers.get(what, 0) + 1

    def note(self, answer: httpx.Response) -> None:
        """Count an answer."""
        self.count(str(answer.status_code))
        if answer.is_error and " " not in answer.text:
            self.unexplained += 1


@dataclass(kw_only=True)
class Report:
    """What it cost: memory at its highest, and another reader's time (s, 95th percentile)."""

    tallies: dict[str, Tally]
    peak_mb: float
    idle_s: float
    attacked_s: float
    errors: int


# The other reader's address is not the attackers', as on the network.
_ELSEWHERE: Final = ("127.0.0.2", 0)


def _elsewhere() -> dict[str, Any]:
    return opening() | {"local_addr": _ELSEWHERE}


Attack = Callable[[httpx.AsyncClient, int, Tally], Awaitable[None]]


async def sign_ins(client: httpx.AsyncClient, port: int, tally: Tally) -> None:
    """Forty sign-ins at once: each used to take 64 MiB."""
    origin = f"http://localhost:{port}"

    async def one(number: int) -> None:
        fields = {"email": f"personne{number}@example.org", "password": "x" * 20}
        answer = await client.post("/connexion", data=fields, headers={"origin": origin})
        tally.note(answer)

    await asyncio.gather(*map(one, range(40)))


async def uploads(client: httpx.AsyncClient, port: int, tally: Tally) -> None:
    """Twenty files from visitors who have no uploader, to sessions that exist."""
    body = b"x" * FILE

    async def one(number: int) -> None:
        async with connect(address(port), **_elsewhere()):
            place = f"/_stcore/upload_file/{number:032x}/file"
            try:
                tally.note(await client.put(place, files={"file": ("a.csv", body)}))
            except httpx.TransportError:  # cut while it was still being sent
                tally.count("cut")

    await asyncio.gather(*map(one, range(20)))


async def messages(_client: httpx.AsyncClient, port: int, tally: Tally) -> None:
    """Ten messages of 18 MB over the pages' own connection, and ten of one."""

    async def one(size: int) -> None:
        async with connect(address(port), **_elsewhere()) as line:
            with suppress(ConnectionClosed):
                await line.send(b"x" * size)
                await line.wait_closed()
            tally.count(str(line.close_code))

    await asyncio.gather(*(one(size) for size in [MESSAGE] * 10 + [1 << 20] * 10))


async def half_requests(_client: httpx.AsyncClient, port: int, tally: Tally) -> None:
    """Two hundred requests that begin and do not go on; closed by the server in time."""

    async def one(begun: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=_ELSEWHERE)
        writer.write(begun)
        said = await asyncio.wait_for(reader.read(), _ANSWER_S)
        tally.count(said[9:12].decode() or "closed")
        writer.close()

    head = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    body = b"POST /connexion HTTP/1.1\r\nHost: localhost:%d\r\n" % port
    body += b"Origin: http://localhost:%d\r\nContent-Length: 100\r\n\r\nemail=" % port
    await asyncio.gather(*(one(begun) for begun in [head] * 100 + [body] * 100))


async def sockets(_client: httpx.AsyncClient, port: int, tally: Tally) -> None:
    """Four hundred connections of one address."""
    lines = []

    async def one() -> None:
        try:
            lines.append(await connect(address(port), **_elsewhere()))
            tally.count("open")
        except InvalidStatus as refused:
            tally.count(str(refused.response.status_code))
            tally.unexplained += b" " not in refused.response.body
        except (ConnectionClosed, EOFError):
            tally.count("closed")

    await asyncio.gather(*(one() for _ in range(400)))
    await asyncio.gather(*(line.close() for line in lines))


ATTACKS: Final[dict[str, Attack]] = {
    "40 sign-ins at once": sign_ins,
    "20 files of 19 MB without the right to send any": uploads,
    "messages of 18 MB and of 1 MB": messages,
    "200 requests that stop half-way": half_requests,
    "400 connections from one address": sockets,
}


def attack(served: Served, *, readings: int = READINGS) -> Report:
    """Do all of it at once against a server of one's own, while somebody else reads so often."""
    with running(served) as server:
        server.wait()
        port, idle = server.port, idle_seconds(server.port, readings)
        tallies = {name: Tally() for name in ATTACKS}
        attacked, errors = asyncio.run(_all_at_once(port, tallies, readings))
        return Report(
            tallies=tallies,
            peak_mb=peak_megabytes(server.process.pid),
            idle_s=p95(idle),
            attacked_s=p95(attacked),
            errors=errors,
        )


def idle_seconds(port: int, readings: int = READINGS) -> list[float]:
    """Read the front page while nobody else does, once it is worked out for everybody."""
    with Visitor(port) as reader:
        reader.run()
        return [reader.run().seconds for _ in range(readings)]


async def _all_at_once(
    port: int, tallies: dict[str, Tally], readings: int
) -> tuple[list[float], int]:
    way = httpx.AsyncHTTPTransport(
        local_address=_ELSEWHERE[0], limits=httpx.Limits(max_connections=None)
    )
    base = f"http://localhost:{port}"
    async with httpx.AsyncClient(base_url=base, timeout=_ANSWER_S, transport=way) as client:
        attacks = (ATTACKS[name](client, port, tally) for name, tally in tallies.items())
        return await while_reading(port, *attacks, readings=readings)


async def while_reading(
    port: int, *work: Awaitable[None], readings: int = READINGS
) -> tuple[list[float], int]:
    """Do some work while another reader reads; gives the seconds of each run, and the errors."""
    # In a process of its own, so that it waits for the server and not for us.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        reading = asyncio.get_running_loop().run_in_executor(elsewhere, _read, port, readings)
        await asyncio.gather(*work)
        return await reading


def _read(port: int, readings: int) -> tuple[list[float], int]:
    """Read the front page again and again: the seconds of each run, and the errors."""
    seconds: list[float] = []
    errors = 0
    while len(seconds) < readings:
        started = time.perf_counter()
        try:
            with Visitor(port) as reader:
                seconds += [reader.run().seconds for _ in range(5)]
        except (RuntimeError, TimeoutError, OSError, ConnectionClosed, InvalidStatus):
            errors += 1
            seconds.append(time.perf_counter() - started)
    return seconds, errors


def p95(seconds: Sequence[float]) -> float:
    """Give the 95th percentile."""
    return quantiles(seconds, n=20)[-1]
