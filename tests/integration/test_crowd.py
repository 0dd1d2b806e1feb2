"""A short version of what `bench` does for an hour: a crowd, restarts under it, and attacks.

What whoever is not signed in may cost is tried on a server of its own, everything at once. Most of
it is the time that the server leaves to what has fallen silent: it is waited for meanwhile.
"""

import asyncio
import math
import random
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import release
from tests.databases import sqlite_url
from tests.trials.attack import attack
from tests.trials.crowd import Crowd, Tally, places_of, resident_megabytes, visit
from tests.trials.restart import restart
from tests.trials.servers import dashboard, running

VIEWERS = 8
SESSIONS, ACTS = 3, 4
# As many as last from the first message of the attacks to what is refused at once.
READINGS = 20
# Attackers have an address of their own, 127.0.0.2.
ATTACKED = sys.platform == "linux"

only_sqlite = pytest.mark.only_on("sqlite", "what the database says is the same on both engines")
attacks = pytest.mark.skipif(not ATTACKED, reason="127.0.0.2 is on Linux alone")


@pytest.fixture(scope="module", autouse=True)
def begun(seeded_file, tmp_path_factory):
    """Begin the attacks before the first test; give what will report of them, if there are any."""
    attacked = shutil.copy(seeded_file, tmp_path_factory.mktemp("attack"))
    with ThreadPoolExecutor(1) as aside:
        served = dashboard(sqlite_url(attacked), forked=True)
        yield aside.submit(attack, served, readings=READINGS) if ATTACKED else None


@pytest.fixture(scope="module")
def report(begun):
    return begun.result()


@pytest.fixture
def served(url):
    release(url)
    return dashboard(url, forked=True)


@only_sqlite
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


@only_sqlite
def test_viewers_find_their_page_again_after_each_restart(served):
    told = asyncio.run(restart(served, 3, signal.SIGTERM, signal.SIGKILL))
    assert [found for _, found in told] == [[True] * 3] * 2


@attacks
def test_no_attack_fills_the_memory_or_shows_another_reader_an_error(report):
    assert math.isnan(report.peak_mb) or report.peak_mb < 1000
    assert report.errors == 0


@attacks
def test_everything_is_refused_with_a_sentence(report):
    said = {name: tally.answers for name, tally in report.tallies.items()}
    assert [tally.unexplained for tally in report.tallies.values()] == [0] * len(said)
    sign_ins, files, messages, halves, sockets = said.values()
    assert set(sign_ins) <= {"401", "429"}
    assert sum(sign_ins.values()) == 40
    assert set(files) <= {"403", "cut"}
    assert set(messages) <= {"1009", "1006"}  # 1006: cut before its end could be sent
    assert halves == {"closed": 100, "408": 100}
    assert sockets["429"] >= 50
