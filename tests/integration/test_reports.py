"""Reports from the field: received from anybody, decided by staff, erased in the end."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from territoires.__main__ import main
from territoires.commands.reports import (
    answer_report,
    erase_due,
    receive,
    refuse_unsorted,
    stamp,
    stamped_at,
)
from territoires.commands.stages import record_stage
from territoires.commands.undo import undo
from territoires.db.copy import TABLES
from territoires.db.engine import engine, reading
from territoires.db.models import AuditEvent, DailySalt, Report, ReportDecision, WaitingTime
from territoires.domain import reports as bounds
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import ReportDraft, SortingDraft, UndoDraft
from territoires.domain.errors import InvalidError, RefusedError, StaleError
from territoires.domain.reports import ReportKind, Verdict, digest_of, digest_of_all
from territoires.domain.roles import Role
from territoires.queries.integrity import faults
from territoires.queries.reports import alike, count_waiting, numbered, reported, waiting
from tests.databases import release
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    ENTRY,
    ENTRY_ELSEWHERE,
    NOON,
    VERDUN,
    do,
    email,
    later,
    rows,
    sound,
    stage_draft,
)

SAID = "Le maire me l’a dit devant la gare"
OPENED = bounds.Report(
    town_code=CHAUMONT,
    what=ReportKind.OPENED,
    happened_on=PartialDate(2021, 4),
    first_hand=True,
    function="adjointe au maire",
    message=SAID,
    email="anne@example.org",
)


def send(url, number=0, *, address="192.0.2.1", now=NOON, **changes):
    report = replace(OPENED, message=f"{SAID} {number}", **changes)
    return receive(url, report, address=address, now=now)


def followed(url, token):
    with reading(url) as connection:
        return reported(connection, token=token)


def journal(url):
    return json.dumps(
        [[row.changes, row.reason, row.entity_id] for row in rows(url, AuditEvent)],
        ensure_ascii=False,
    )


def test_a_report_has_a_number_and_an_address_that_tells_what_becomes_of_it(small_url):
    first, second = send(small_url), send(small_url, 2)
    assert (first.name, second.name) == ("T-2026-0001", "T-2026-0002")
    assert len(first.token) == 22, "128 bits"
    assert first.token not in repr(first)
    found = followed(small_url, first.token)
    assert (found.name, found.town, found.verdict) == ("T-2026-0001", "Chaumont", None)
    assert found.happened_on == PartialDate(2021, 4)
    assert followed(small_url, first.name) is None, "the number is no key"
    assert first.token not in str(rows(small_url, Report)), "only its hash is kept"
    sound(small_url)


def test_nobody_writes_to_the_journal_by_reporting(small_url):
    before = rows(small_url, AuditEvent)
    send(small_url)
    assert rows(small_url, AuditEvent) == before


def test_the_journal_has_the_digest_of_what_was_said_and_not_a_word_of_it(small_url):
    sent = send(small_url)
    (row,) = rows(small_url, Report)
    draft = ReportDraft(report_id=row.id, verdict=Verdict.ANSWERED, reason="Merci, nous vérifions.")
    do(small_url, answer_report, draft, who=ENTRY)
    (decision,) = rows(small_url, ReportDecision)
    written = journal(small_url)
    assert decision.digest in written
    for secret in (SAID, OPENED.email, OPENED.function, row.salt):
        assert secret not in written
    found = followed(small_url, sent.token)
    assert (found.verdict, found.answer) == (Verdict.ANSWERED, "Merci, nous vérifions.")
    sound(small_url)


@pytest.mark.parametrize("column", ["message", "email", "cited", "function"])
def test_check_tells_a_decided_report_that_was_changed_behind_the_application(small_url, column):
    send(small_url)
    draft = ReportDraft(report_id=1, verdict=Verdict.ACCEPTED)
    do(small_url, answer_report, draft)
    with engine(small_url, writable=True).begin() as connection:
        connection.execute(update(Report).values({column: "autre chose"}))
    with reading(small_url) as connection:
        assert [(fault.code, fault.detail) for fault in faults(connection)] == [
            ("report", "T-2026-0001")
        ]


def test_the_opening_that_a_report_brought_accepts_it(small_url):
    sent = send(small_url)
    do(small_url, record_stage, stage_draft(report_id=1), who=ENTRY)
    assert followed(small_url, sent.token).verdict is Verdict.ACCEPTED
    # Recorded from the same report, a second fact leaves what was decided.
    other = stage_draft(report_id=1, town_code=VERDUN)
    do(small_url, record_stage, other, who=ENTRY, now=later(1))
    assert len(rows(small_url, ReportDecision)) == 1
    sound(small_url)


def test_an_answer_taken_back_leaves_its_reports_waiting_again(small_url):
    """Those of one answer, of a wave, and of the fact that came with one."""
    tokens = [send(small_url, n, address=f"192.0.2.{n}").token for n in range(bounds.BY_TOWN + 2)]
    for command, draft, number in (
        (answer_report, ReportDraft(report_id=1, verdict=Verdict.REFUSED, reason="Non."), 0),
        (refuse_unsorted, SortingDraft(reason="Envoi en nombre."), -1),
        (record_stage, stage_draft(report_id=1), 0),
    ):
        saved = do(small_url, command, draft, who=ENTRY)
        assert followed(small_url, tokens[number]).verdict is not None
        do(small_url, undo, UndoDraft(event_id=saved.event_id), who=ENTRY)
        assert followed(small_url, tokens[number]).verdict is None
        assert rows(small_url, ReportDecision) == []
    sound(small_url)


def test_the_nightly_backup_erases_what_is_due_before_it_copies_it(
    small_url, monkeypatch, tmp_path
):
    long_ago = datetime.now(UTC) - bounds.KEPT_UNANSWERED - timedelta(days=1)
    send(small_url, now=long_ago)
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", small_url)
    assert main(["backup", "--to", str(tmp_path / "backups")]) == 0
    (made,) = (tmp_path / "backups").glob("*.db")
    for url in (small_url, f"sqlite:///{made}"):
        (row,) = rows(url, Report)
        assert (row.message, row.email, row.salt) == ("", "", "")
        assert row.erased_at is not None
    release(f"sqlite:///{made}")


def test_a_report_is_decided_once_by_whom_its_region_is_entrusted_to(small_url):
    send(small_url)
    draft = ReportDraft(report_id=1, verdict=Verdict.REFUSED, reason="Hors programme.")
    with pytest.raises(RefusedError):
        do(small_url, answer_report, draft, who=ENTRY_ELSEWHERE)
    with pytest.raises(RefusedError):
        do(small_url, answer_report, draft, who=email(Role.DIRECTION))
    with pytest.raises(RefusedError):
        do(
            small_url,
            record_stage,
            stage_draft(report_id=1, town_code=COGNAC),
            who=ENTRY_ELSEWHERE,
        )
    with pytest.raises(InvalidError):
        do(small_url, answer_report, replace(draft, reason=" "), who=ENTRY)
    with pytest.raises(InvalidError):
        do(small_url, answer_report, replace(draft, report_id=7), who=ENTRY)
    do(small_url, answer_report, draft, who=ENTRY)
    with pytest.raises(StaleError):
        do(small_url, answer_report, draft, who=ENTRY, now=later(1))


def test_one_report_joins_another_and_follows_it(small_url):
    first, second = send(small_url), send(small_url, 2)
    with reading(small_url) as connection:
        assert alike(connection, town_code=CHAUMONT, but=2) == [first.name]
    joins = ReportDraft(report_id=2, verdict=Verdict.MERGED, into="t-2026-0001")
    for wrong in ("", "T-2026-0002", "T-2026-0099", "2026", "\x00"):
        with pytest.raises(InvalidError):
            do(small_url, answer_report, replace(joins, into=wrong))
    do(small_url, answer_report, joins)
    found = followed(small_url, second.token)
    assert (found.verdict, found.into) == (Verdict.MERGED, "T-2026-0001")
    with pytest.raises(InvalidError), reading(small_url) as connection:
        assert alike(connection, town_code=CHAUMONT, but=1) == [], "it has joined another"
        do(small_url, answer_report, replace(joins, report_id=1, into=second.name))
    with reading(small_url) as connection:
        assert numbered(connection, name=found.into).id == 1
    sound(small_url)


def test_the_same_text_is_kept_once_and_said_to_be_there(small_url):
    first = send(small_url)
    again = send(small_url, address="198.51.100.7", now=later(5), email="other@example.org")
    assert (again.name, again.token, again.sent_at) == (first.name, "", NOON)
    assert send(small_url, happened_on=PartialDate()).token, "another date is another report"
    assert len(rows(small_url, Report)) == 2


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=40))
def test_an_address_sends_so_many_in_an_hour_and_no_more(small_url, sent):
    """Whoever sends, in whatever order: each address has its own bound in each hour."""
    with engine(small_url, writable=True).begin() as connection:
        for table in (Report, WaitingTime):
            connection.execute(table.__table__.delete())
    came = {}
    for number, (who, hour) in enumerate(sorted(sent, key=lambda each: each[1])):
        now = NOON + timedelta(hours=hour)
        kept = send(small_url, number, address=f"192.0.2.{who}", now=now)
        came[who, hour] = came.get((who, hour), 0) + 1
        assert (kept is not None) == (came[who, hour] <= bounds.BY_ADDRESS)
    assert len(rows(small_url, Report)) == sum(min(n, bounds.BY_ADDRESS) for n in came.values())


def test_no_address_is_kept_in_clear_and_its_digest_changes_every_day(small_url):
    send(small_url)
    send(small_url, 2, now=NOON + timedelta(days=1))
    places = rows(small_url, WaitingTime)
    assert "192.0.2.1" not in str(places)
    assert len({row.key for row in places}) == 2
    send(small_url, 3, now=NOON + timedelta(days=3))
    assert len(rows(small_url, WaitingTime)) == 1, "soon forgotten"
    assert [row.day for row in rows(small_url, DailySalt)] == [(NOON + timedelta(days=3)).date()]
    assert DailySalt.__table__ not in TABLES, "no copy may tell where a digest came from"


def test_a_town_above_its_bound_is_to_be_sorted_and_never_refused(small_url):
    for number in range(bounds.BY_TOWN + 3):
        assert send(small_url, number, address=f"192.0.2.{number}").token
    elsewhere = send(small_url, town_code=VERDUN, address="198.51.100.1")
    with reading(small_url) as connection:
        assert count_waiting(connection) == (bounds.BY_TOWN + 1, 3)
        assert count_waiting(connection, regions=["75"]) == (0, 0)
        assert len(waiting(connection, to_sort=True, limit=2)) == 2
        assert elsewhere.name in {row.name for row in waiting(connection, to_sort=False)}


def test_a_wave_is_cleared_by_one_act_in_ones_own_regions(small_url):
    for number in range(bounds.BY_TOWN + 3):
        for town in (CHAUMONT, COGNAC):
            address = f"192.0.2.{number}"
            assert send(small_url, number, address=address, town_code=town)
    acts = len(rows(small_url, AuditEvent))
    draft = SortingDraft(reason="Envoi en nombre.")
    with pytest.raises(InvalidError):
        do(small_url, refuse_unsorted, SortingDraft(), who=ENTRY)
    assert do(small_url, refuse_unsorted, draft, who=ENTRY).corrected == 3
    assert len(rows(small_url, AuditEvent)) == acts + 1
    (decision,) = rows(small_url, ReportDecision)
    cleared = [row for row in rows(small_url, Report) if row.decision_id]
    assert {row.town_code for row in cleared} == {CHAUMONT}
    assert decision.digest == digest_of_all(row.digest for row in cleared)
    assert not do(small_url, refuse_unsorted, draft, who=ENTRY, now=later(1)).changed
    sound(small_url)


def test_what_was_written_is_erased_in_time_and_the_address_still_tells_the_answer(small_url):
    sent, silent = send(small_url), send(small_url, 2)
    draft = ReportDraft(report_id=1, verdict=Verdict.ANSWERED, reason="Merci.")
    do(small_url, answer_report, draft)
    (row, _) = rows(small_url, Report)
    assert row.digest == digest_of(row.salt, row.cited, row.function, row.message, row.email)
    assert erase_due(small_url, now=NOON + bounds.KEPT) == 0
    assert erase_due(small_url, now=NOON + bounds.KEPT + timedelta(minutes=1)) == 1
    found = followed(small_url, sent.token)
    assert (found.message, found.email, found.function) == ("", "", "")
    assert (found.name, found.answer) == (sent.name, "Merci.")
    assert followed(small_url, silent.token).email == OPENED.email
    # Of a report that nobody ever answered, nothing is kept for ever either.
    assert erase_due(small_url, now=NOON + bounds.KEPT_UNANSWERED + timedelta(minutes=1)) == 1
    for secret in (SAID, OPENED.email, OPENED.function):
        assert secret not in str(rows(small_url, Report))
    sound(small_url)


def test_only_a_form_of_ours_of_the_last_day_has_a_seal_that_holds(small_url):
    made = stamp(small_url, now=NOON)
    assert stamped_at(small_url, made, now=later(1)) == NOON
    assert stamped_at(small_url, made, now=NOON + bounds.LONGEST) == NOON
    assert stamped_at(small_url, made, now=NOON + bounds.LONGEST + timedelta(seconds=1)) is None
    for forged in (
        "",
        ".",
        "1781517600",
        made + "0",
        "9" + made,
        made.replace(".", ".\x00"),
        "é.é",
    ):
        assert stamped_at(small_url, forged, now=later(1)) is None


@pytest.fixture
def run(small_url, monkeypatch, capsys):
    """Run a command in this process; gives exit code, output and errors."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", small_url)

    def call(*arguments):
        try:
            code = main(["reports", *arguments])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_reports_are_listed_and_answered_from_the_command_line(small_url, run):
    sent = send(small_url)
    code, said, _ = run("list")
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("T-2026-0001 | Chaumont (52121)")
    (listed,) = json.loads(run("list", "--json")[1])
    assert (listed["number"], listed["what"], listed["on"]) == (sent.name, "opened", "2021-04")
    given = ("--reason", "Merci, nous vérifions.", "--as")
    for who in (ENTRY_ELSEWHERE, email(Role.DIRECTION), "stranger@example.org"):
        assert run("answer", sent.name, *given, who)[0] == 3
    assert run("answer", sent.name, "--as", ENTRY)[0] == 1, "without a word"
    for none in ("42", "T-0000-0000", "0042-1", "T-2026-"):
        assert run("answer", none, *given, ENTRY)[0] == 2
    assert run("answer", "T-2026-0042", *given, ENTRY)[0] == 1
    assert run("answer", "t-2026-1", *given, ENTRY)[0] == 0
    assert followed(small_url, sent.token).answer == "Merci, nous vérifions."
    code, _, errors = run("answer", sent.name, *given, ENTRY)
    assert (code, "a déjà sa réponse" in errors) == (1, True)
    assert run("list")[:2] == (0, "")
