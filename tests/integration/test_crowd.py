"""A short version of what `bench` does for an hour: a crowd, and the server restarted under it."""

import asyncio
import random
import signal

import pytest

from bench.crowd import EVERY_S, Crowd, Tally, resident_megabytes, visit
from bench.load import places_of
from bench.restart import restart
from bench.servers import dashboard, running
from tests.conftest import release

VIEWERS = 12
SESSIONS, ACTS = 6, 8

pytestmark = pytest.mark.only_on("sqlite", "what the database says is the same on both engines")


@pytest.fixture
def served(url):
    release(url)
    return dashboard(url)


def test_a_crowd_is_answered_without_an_error_and_leaves_no_memory_behind(url, served):
    places, tally = places_of(url), Tally()

    async def come_and_go(port, first):
        for number in range(first, first + SESSIONS):
            await visit(port, places, random.Random(number), tally, ACTS)  # noqa: S311

    async def stay(port):
        async with Crowd(port, places) as crowd:
            await crowd.grow(VIEWERS)
            await asyncio.sleep(1.5 * EVERY_S)
        return crowd.tally

    with running(served) as server:
        server.wait()
        asyncio.run(come_and_go(server.port, 0))
        before = resident_megabytes(server.process.pid)
        asyncio.run(come_and_go(server.port, SESSIONS))
        after = resident_megabytes(server.process.pid)
        together = asyncio.run(stay(server.port))
    assert tally.errors == together.errors == []
    assert len(tally.seconds) == 2 * SESSIONS * ACTS
    assert len(together.seconds) >= VIEWERS
    # What is new in the second half is the answers to what nobody had asked yet: a few MB.
    assert after < 1.25 * before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_viewers_find_their_page_again_after_a_restart(url, served, how):
    assert served.database_url == url
    lines = asyncio.run(restart(url, 5, how))
    assert [line.what for line in lines if line.is_broken] == []
