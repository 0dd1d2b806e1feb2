"""Many writers at once, and writers killed in the middle: nothing acknowledged is ever lost."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event

from territoires.commands.accounts import SignInRefused, sign_in
from territoires.commands.staff import add_staff, sign_in_by_provider
from territoires.commands.stages import correct_stage, record_stage
from territoires.commands.write import writing
from territoires.db.engine import engine, sqlite_path
from territoires.db.models import AuditEvent, Centre, SignInSession, Stage, WaitingTime
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import IdentityDraft, StaffDraft, StageCorrection
from territoires.domain.errors import DatabaseError, StaleError
from territoires.domain.programme import StageKind
from territoires.domain.roles import Role
from territoires.french.faults import database_message
from tests.conftest import release
from tests.fuzzing import at_length
from tests.integration.writing import (
    ADMIN,
    CHAUMONT,
    GAZETTE,
    NOON,
    do,
    persistent,
    rows,
    sound,
    stage_draft,
)
from tests.trials.nursery import Nursery

WRITERS = 50
WAITING = 10
KILLS = at_length(20)


@pytest.fixture
def url(small_url):
    return small_url


def test_fifty_writers_at_once_lose_nothing(url):
    do(url, record_stage, stage_draft())

    def write(number):
        draft = stage_draft(new_site=True, centre_name=f"Site {number}", address=f"{number} rue")
        return do(url, record_stage, draft).version_id

    with ThreadPoolExecutor(WRITERS) as pool:
        written = list(pool.map(persistent(write), range(WRITERS)))
    assert len(set(written)) == WRITERS
    assert {row.id for row in rows(url, Stage)} >= set(written)
    assert {row.name for row in rows(url, Centre)} >= {f"Site {n}" for n in range(WRITERS)}
    assert len(rows(url, AuditEvent)) == WRITERS + 2
    sound(url)


def test_writers_who_wait_pass_before_whoever_comes_later(url):
    """One who writes again and again comes after those who asked meanwhile."""
    all_ask = threading.Barrier(1 + WAITING, timeout=60)

    def note(*_):
        if threading.current_thread() is not threading.main_thread():
            all_ask.wait()

    def site(name):
        return do(url, record_stage, stage_draft(new_site=True, centre_name=name, address=name))

    do(url, record_stage, stage_draft())
    acts = 0
    with ThreadPoolExecutor(WAITING) as pool:
        with writing(url, ADMIN, now=NOON):
            event.listen(engine(url, writable=True), "checkout", note)
            waiting = [pool.submit(site, f"Site {number}") for number in range(WAITING)]
            all_ask.wait()
        while not all(one.done() for one in waiting):
            acts += 1
            site(f"Site {WAITING + acts}")
        assert all(one.result().changed for one in waiting)
    assert acts <= WAITING / 2
    sound(url)


@pytest.mark.only_on("sqlite", "a server has a time limit of its own: test_server_accounts.py")
def test_a_writer_who_waits_too_long_is_told_so(url, monkeypatch):
    monkeypatch.setattr("territoires.db.engine.PATIENCE_S", 0.05)
    with (
        writing(url, ADMIN, now=NOON),
        ThreadPoolExecutor(1) as pool,
        pytest.raises(DatabaseError) as refused,
    ):
        pool.submit(do, url, record_stage, stage_draft()).result()
    assert database_message(refused.value).startswith("La base est occupée")
    do(url, record_stage, stage_draft())
    sound(url)


def test_of_many_corrections_of_one_version_one_wins_and_the_others_are_told(url):
    first = do(url, record_stage, stage_draft())
    draft = StageCorrection(
        expected_id=first.version_id,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 6),
        source=GAZETTE,
        reason="motif",
    )

    def correct(number):
        try:
            do(url, correct_stage, replace(draft, note=f"note {number}"))
        except StaleError as stale:
            return stale.current_id
        return None

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(correct, range(12)))
    assert answers.count(None) == 1
    before, after = rows(url, Stage)
    assert set(answers) == {None, after.id}
    assert before.superseded_at == after.recorded_at
    sound(url)


def test_two_processes_write_into_one_file(url):
    do(url, record_stage, stage_draft())
    with Nursery(url, ADMIN) as one, Nursery(url, ADMIN) as other:
        one.start("one")
        other.start("other")
        for _ in range(5):
            one.read()
            other.read()
        acknowledged = one.kill() + other.kill()
    assert len(acknowledged) == len(set(acknowledged)) >= 10
    assert {row.id for row in rows(url, Stage)} >= set(acknowledged)
    sound(url)


def test_attempts_made_at_once_are_all_counted(url):
    draft = StaffDraft(email="marie@lecnam.net", name="Marie", role=Role.DIRECTION)
    password = do(url, add_staff, draft).one_time_password
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: sign_in(url, draft.email, "faux", now=NOON), range(8)))
    assert all(isinstance(answer, SignInRefused) for answer in tried)
    # Three are judged; the others came too soon after the third.
    assert [answer.code for answer in tried].count("wrong") == 3
    assert {row.failures for row in rows(url, WaitingTime)} == {3}
    assert sign_in(url, draft.email, password, now=NOON).code == "wait"


def test_of_two_persons_whom_a_provider_gives_one_address_at_once_one_comes_in(url):
    draft = StaffDraft(email="marie@lecnam.net", name="Marie", role=Role.DIRECTION)
    do(url, add_staff, draft)

    def come(number):
        identity = IdentityDraft(issuer="https://sso.example.org", subject=str(number))
        return sign_in_by_provider(url, draft.email, identity, now=NOON)

    with ThreadPoolExecutor(8) as pool:
        came = [session for session in pool.map(come, range(8)) if session]
    assert len(came) == len(rows(url, SignInSession)) == 1
    sound(url)


@pytest.mark.fuzz
def test_a_writer_killed_at_any_moment_loses_no_acknowledged_act(url):
    do(url, record_stage, stage_draft())
    release(url)
    acknowledged = []
    with Nursery(url, ADMIN) as nursery:
        for kill in range(KILLS):
            nursery.start(kill)
            time.sleep(0.0025 * (kill % 10))
            acknowledged += nursery.kill()
    stages = rows(url, Stage)
    centres = {row.id: row for row in rows(url, Centre)}
    assert len(acknowledged) >= KILLS
    assert {row.id for row in stages} >= set(acknowledged)
    # Nothing half-done: each act is one centre, one stage, one line of the journal.
    assert len(stages) == len(centres) == len(rows(url, AuditEvent)) - 1
    assert {stage.centre_id for stage in stages} == set(centres)
    assert {centre.town_code for centre in centres.values()} == {CHAUMONT}
    sound(url)


@pytest.mark.only_on("sqlite", "it is about the locks on one file")
def test_what_another_process_does_on_leaving_takes_nothing_away(url):
    do(url, record_stage, stage_draft())
    first = do(url, record_stage, stage_draft(new_site=True, centre_name="Un", address="1 rue"))
    rows(url, Stage)
    # It opens the file and closes it cleanly: alone, it would clear the write-ahead log away.
    leave = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT 1 FROM stage')"
    subprocess.run([sys.executable, "-c", leave, str(sqlite_path(url))], check=True)
    second = do(url, record_stage, stage_draft(new_site=True, centre_name="Deux", address="2 rue"))
    read = (
        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT id FROM stage'))"
    )
    seen = subprocess.run(
        [sys.executable, "-c", read, str(sqlite_path(url))],
        check=True,
        capture_output=True,
        text=True,
    )
    assert {f"({each.version_id},)" for each in (first, second)} <= set(seen.stdout.split())
