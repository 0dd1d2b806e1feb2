"""What machines read, against a plain Starlette route that returns as many bytes.

The API's `status`, warm and under load; what has not changed since (304): `status`, the feed, the
open data. One client, in turn, over connections that stay open; the limit by address is raised.
"""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bench.results import Line, compared, healthy, in_turn, timed
from tests.trials.attack import p95
from tests.trials.servers import dashboard, free_port

STATUS: Final = "/api/v1/status?au=2026-11-23"
UNCHANGED: Final = (STATUS, "/flux/national.atom", "/donnees/datapackage.json")
TARGET: Final = 3.0
_WARMING, _AT_ONCE, _START_SECONDS = 20, 16, 30.0


def measure(folder: Path, database_url: str, *, quick: bool = False) -> Iterator[Line]:
    """Give the lines of the bench; `folder` is not used."""
    del folder
    times = 100 if quick else 1_000
    os.environ["TERRITOIRES_API_PER_MINUTE"] = "100000000"
    with healthy(dashboard(database_url)) as (server,):
        ours = _Reader(server.port, STATUS)
        body, _ = ours.read()
        with _plain(body) as port:
            bare = _Reader(port, "/")
            warm = _in_turn((ours, bare), times)
            yield compared(f"API `status`, warm ({times} times)", warm, target=TARGET)
            loads = [_under_load(each, times) for each in (ours, bare)]
            what = f"API `status`, {_AT_ONCE} at once: 95th percentile"
            yield compared(what, loads, target=TARGET, by=p95)
            for path in UNCHANGED:
                known = _Reader(server.port, path)
                known.known = known.read()[1]
                seen = _in_turn((known, bare), times)
                yield compared(f"304 of {path}", seen, target=TARGET)


class _Reader:
    """A client of one address that keeps its connection; `known` is the tag that it sends."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path, self.known = port, path, ""
        self.connect()

    def connect(self) -> None:
        """Open a connection of its own."""
        self._connection = HTTPConnection("127.0.0.1", self.port)

    def read(self) -> tuple[bytes, str]:
        """Give the body and the tag; raises RuntimeError for any answer but 200 and 304."""
        headers = {"if-none-match": self.known} if self.known else {}
        self._connection.request("GET", self.path, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != (304 if self.known else 200):
            msg = f"{answer.status} from {self.path}: {body[:200]!r}"
            raise RuntimeError(msg)
        return body, answer.headers.get("etag", "")

    def timed(self) -> float:
        """Give how long one answer takes (s)."""
        return timed(self.read)[0]


def _in_turn(readers: Sequence[_Reader], times: int) -> list[list[float]]:
    for reader in readers:
        reader.connect()  # a server lets go of a connection after five quiet seconds
    return in_turn([reader.timed for reader in readers], warming=_WARMING, runs=times)


def _under_load(reader: _Reader, times: int) -> list[float]:
    def some(_: int) -> list[float]:
        mine = _Reader(reader.port, reader.path)
        return [mine.timed() for _ in range(times // _AT_ONCE)]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [seconds for each in pool.map(some, range(_AT_ONCE)) for seconds in each]


@contextmanager
def _plain(body: bytes) -> Iterator[int]:
    """Serve a plain route in a process of its own; give its port."""
    port = free_port()
    process = get_context("spawn").Process(target=_serve, args=(port, body), daemon=True)
    process.start()
    started = time.perf_counter()
    try:
        while True:
            try:
                _Reader(port, "/").read()
                break
            except OSError:
                if time.perf_counter() - started > _START_SECONDS:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(port: int, body: bytes) -> None:
    def answer(_: object) -> Response:
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route("/", answer)])
    uvicorn.run(app, port=port, log_level="error", access_log=False)
