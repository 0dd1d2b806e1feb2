"""A clock that jumped both ways: nothing is lost, `check` says it, and one act puts it right."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territoires.__main__ import main
from territoires.cli import soundness
from territoires.commands.accounts import sign_in_vouched, who
from territoires.commands.stages import correct_stage, record_stage
from territoires.db import clock
from territoires.db.engine import reading
from territoires.db.journal import TICK, anchor
from territoires.db.models import AuditEvent, Centre, SignInSession, Stage
from territoires.domain.clock import PARIS
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import StageCorrection
from territoires.domain.programme import StageKind
from territoires.french.faults import FAULTS
from territoires.queries import integrity
from tests.fuzzing import at_length
from tests.integration.writing import (
    ADMIN,
    COGNAC,
    GAZETTE,
    NOON,
    SAINT_DIZIER,
    VERDUN,
    do,
    later,
    rows,
    sound,
    stage_draft,
)

YEARS = timedelta(days=4 * 365)


@pytest.fixture
def url(small_url):
    return small_url


def correction(version, day, reason="relu"):
    return StageCorrection(
        expected_id=version,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 6, day),
        source=GAZETTE,
        reason=reason,
    )


def told(url, now):
    with reading(url) as connection:
        return [fault.code for fault in integrity.clock_faults(connection, now=now)]


def known_by_seal(url, kept):
    with reading(url) as connection:
        return not list(integrity.lost_acts(connection, kept, where="x"))


def seal_of(url):
    with reading(url) as connection:
        return anchor(connection)


def jump(url):
    """Record before, during and after a time when the clock was four years ahead."""
    first = do(url, record_stage, stage_draft())
    far = do(url, correct_stage, correction(first.version_id, 2), now=later(1) + YEARS)
    do(url, record_stage, stage_draft(town_code=COGNAC), now=later(2))
    do(url, correct_stage, correction(far.version_id, 3), now=later(3))


def test_what_follows_an_act_of_the_future_is_dated_after_it_beside_the_right_time(url):
    jump(url)
    ahead, following, last = rows(url, AuditEvent)[-3:]
    assert ahead.at_utc == ahead.machine_at == later(1) + YEARS
    assert (following.at_utc, following.machine_at) == (ahead.at_utc + TICK, later(2))
    assert (last.at_utc, last.machine_at) == (ahead.at_utc + 2 * TICK, later(3))
    assert told(url, later(4)) == ["clock"]
    assert told(url, later(5) + YEARS) == []
    sound(url)


def test_a_few_minutes_between_two_machines_are_no_fault(url):
    do(url, record_stage, stage_draft(), now=later(3))
    assert told(url, NOON) == []


def test_the_repair_gives_each_act_its_own_time_and_keeps_what_it_was(url):
    jump(url)
    sign_in_vouched(url, ADMIN, now=later(1) + YEARS)
    acts, stages = rows(url, AuditEvent), rows(url, Stage)
    kept = seal_of(url)
    assert clock.repair(url, now=later(10)) == 3
    *moved, repaired = rows(url, AuditEvent)
    assert [act.at_utc for act in moved] == [
        *(act.at_utc for act in acts[:-3]),
        later(2) - TICK,  # at the latest: just before the act that followed
        later(2),
        later(3),
    ]
    same = ("id", "actor", "command", "changes", "reason", "machine_at", "fingerprint")
    for before, after in zip(acts, moved, strict=True):
        assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]
    assert (repaired.command, repaired.at_utc) == ("repair_clock", later(10))
    assert [change["id"] for change in repaired.changes] == [str(act.id) for act in acts[-3:]]
    assert [change["before"]["hash"] for change in repaired.changes] == [
        act.hash for act in acts[-3:]
    ]
    assert {row.recorded_at for row in rows(url, Stage)} <= {act.at_utc for act in moved}
    assert len(rows(url, Stage)) == len(stages)
    assert told(url, later(10)) == []
    assert known_by_seal(url, kept)
    assert rows(url, SignInSession) == []
    sound(url)
    # And what follows is dated as it should be.
    do(url, record_stage, stage_draft(town_code=VERDUN), now=later(11))
    assert rows(url, AuditEvent)[-1].at_utc == later(11)
    sound(url)


def test_a_session_of_the_future_ends_and_the_others_do_not(url):
    now = sign_in_vouched(url, ADMIN, now=NOON)
    then = sign_in_vouched(url, ADMIN, now=NOON + YEARS)
    clock.repair(url, now=later(1))
    assert who(url, then.token, now=later(2)) is None
    assert (who(url, now.token, now=later(2)) is not None) == (len(rows(url, SignInSession)) == 1)


def test_nothing_to_repair_changes_nothing(url):
    do(url, record_stage, stage_draft())
    before = rows(url, AuditEvent)
    assert clock.repair(url, now=later(1)) == 0
    assert rows(url, AuditEvent) == before


@settings(max_examples=at_length(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5))
def test_however_the_clock_jumps_the_repair_keeps_the_order(copy_of, jumps):
    url = copy_of("small")
    version = do(url, record_stage, stage_draft()).version_id
    for number, minutes in enumerate(jumps, start=2):
        version = do(
            url,
            correct_stage,
            correction(version, number, f"relu {number}"),
            now=later(minutes),
        ).version_id
    sound(url)
    acts = rows(url, AuditEvent)
    now = later(10)
    moved = clock.repair(url, now=now)
    assert moved == sum(act.at_utc > now for act in acts)
    sound(url)
    after = rows(url, AuditEvent)[: len(acts)]
    assert [act.changes for act in after] == [act.changes for act in acts]
    instants = [act.at_utc for act in after]
    assert instants == sorted(set(instants))
    assert max(instants) <= now
    assert len(rows(url, Stage)) == len(jumps) + 1
    assert len(rows(url, Centre)) == 1


# --- on the command line ---


@pytest.fixture
def run(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    monkeypatch.setattr(soundness, "backup_folder", lambda _: tmp_path)

    def run(*arguments):
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out.replace("\u00a0", " ").replace("\u202f", " "), said.err

    return run


def test_the_clock_is_told_and_put_right_only_by_whoever_knows_the_day(url, run):
    now = datetime.now(UTC)
    today = now.astimezone(PARIS).date()
    assert run("clock")[0] == 0
    do(url, record_stage, stage_draft(), now=now + YEARS)
    do(url, record_stage, stage_draft(town_code=SAINT_DIZIER), now=now)
    code, said, _ = run("clock")
    assert (code, "--repair" in said) == (1, True)
    code, said, _ = run("check")
    assert (code, FAULTS["clock"] in said) == (1, True)
    acts = rows(url, AuditEvent)
    code, _, beside = run("clock", "--repair", (today - timedelta(days=1)).isoformat())
    assert (code, "Rien n’a été modifié" in beside) == (2, True)
    assert rows(url, AuditEvent) == acts
    code, said, _ = run("clock", "--repair", today.isoformat())
    assert (code, said.startswith("2 actes remis à l’heure")) == (0, True)
    assert run("check")[:2] == (0, "Base saine : rien à signaler.\n")
    assert run("clock")[0] == 0
