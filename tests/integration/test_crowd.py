"""A short version of what `bench` does for an hour: a crowd, and the server restarted under it."""

import asyncio
import random
import signal

import pytest

from tests.conftest import release
from tests.trials.crowd import Crowd, Tally, places_of, resident_megabytes, visit
from tests.trials.restart import restart
from tests.trials.servers import dashboard, running

VIEWERS = 8
SESSIONS, ACTS = 3, 4

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
        async with Crowd(port, places, every=1) as crowd:
            await crowd.grow(VIEWERS)
            await crowd.acted(2 * VIEWERS)
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
    assert len(together.seconds) >= 2 * VIEWERS
    # What is new in the second half is the answers to what nobody had asked yet: a few MB.
    assert after < 1.25 * before


def test_viewers_find_their_page_again_after_each_restart(url, served):
    assert served.database_url == url
    told = asyncio.run(restart(url, 3, signal.SIGTERM, signal.SIGKILL))
    assert [found for _, found in told] == [[True] * 3] * 2
