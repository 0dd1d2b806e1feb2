"""What an act reads: the rows that it is about, however many others there are."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, insert

from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments, withdraw_enrolment
from territoires.commands.imports import import_enrolments
from territoires.commands.proposals import validate_proposal
from territoires.commands.stages import correct_stage, record_stage
from territoires.db.engine import engine
from territoires.db.models import Course
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    EnrolmentRow,
    EnrolmentsDraft,
    ProposalDraft,
    SettingDraft,
    StageCorrection,
    WithdrawalDraft,
)
from territoires.domain.imports import EnrolmentLine, ImportDraft
from territoires.domain.programme import Counted, StageKind
from tests.factories import act
from tests.factories import writing as by_hand
from tests.integration.writing import (
    CHAUMONT,
    ENTRY,
    GAZETTE,
    SAINT_DIZIER,
    VALIDATION,
    VERDUN,
    do,
    later,
    stage_draft,
)

pytestmark = pytest.mark.only_on("sqlite", "it tells which tables a statement reads whole")

# What grows for as long as the programme lasts. The journal, beside, is read from its end.
GROWING = {
    "audit_event",
    "centre",
    "disclosure",
    "enrolment",
    "enrolment_summary",
    "offering",
    "proposal",
    "stage",
}


@contextmanager
def asked(url):
    """Note the statements of an act, and of those the tables that they read whole."""
    statements, scanned = [], set()

    def note(_connection, cursor, statement, parameters, *_):
        statements.append(statement)
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for *_, step in plan.fetchall():
                word, *rest = step.split()
                # In the order of the key with a limit: the last row alone.
                if word == "SCAN" and "LIMIT" not in statement:
                    scanned.add((rest[0], statement))

    writer = engine(url, writable=True)
    event.listen(writer, "before_cursor_execute", note)
    try:
        yield statements, scanned
    finally:
        event.remove(writer, "before_cursor_execute", note)


def grid(centre, *counts, **changes):
    return EnrolmentsDraft(
        centre_id=centre,
        academic_year=2021,
        counted_on=date(2022, 7, 1),
        source=GAZETTE,
        rows=tuple(EnrolmentRow(course_key=c, headcount=n) for c, n in counts),
        reason="relu",
        confirmed=True,
        **changes,
    )


def of_file(town, keys):
    rows = tuple(
        EnrolmentLine(
            number,
            town,
            academic_year=2024,
            counted=Counted.PERSONS,
            headcount=30 + number,
            counted_on=date(2025, 7, 1),
            course_key=key,
            source="déclaration",
        )
        for number, key in enumerate(keys, 2)
    )
    return ImportDraft(file_name="f.csv", file_hash="0" * 64, rows=rows)


def acts(url, town):
    """Do one act of each kind; gives how many statements each took, and what it read whole."""
    found = {}

    def measured(name, command, draft, **asked_by):
        with asked(url) as (statements, scanned):
            saved = do(url, command, draft, **asked_by)
        found[name] = len(statements), scanned
        return saved

    stage = measured("stage", record_stage, stage_draft(town_code=town))
    measured(
        "correction",
        correct_stage,
        StageCorrection(
            expected_id=stage.version_id,
            kind=StageKind.OPENED,
            on=PartialDate(2021, 6),
            source=GAZETTE,
            reason="relu",
        ),
    )
    centre = stage.centre_id
    first = measured("grid", record_enrolments, grid(centre, (None, 30), ("F001", 27)))
    measured("grid again", record_enrolments, grid(centre, (None, 31), ("F001", 28)))
    number = do(url, record_enrolments, grid(centre, ("F002", 3)), who=ENTRY).entity_id
    measured("accepted", validate_proposal, ProposalDraft(proposal_id=int(number)), who=VALIDATION)
    with_last = first.version_id + 2
    measured("withdrawal", withdraw_enrolment, WithdrawalDraft(expected_id=with_last, reason="x"))
    draft = of_file(town, ["F001", "F002"])
    measured("import", import_enrolments, draft)
    changed = tuple(replace(row, headcount=9) for row in draft.rows)
    measured("import again", import_enrolments, replace(draft, rows=changed, reason="relu"))
    return found


MANY = 300


def grow(url):
    """Add a catalogue, a file of headcounts in all of its courses, and twenty centres."""
    keys = [f"K{n:03}" for n in range(MANY)]
    with by_hand(url) as connection:
        act(connection, later(1))
        usual = {"field_slug": "numerique", "source_id": "gazette"}
        connection.execute(insert(Course), [{"key": k, "title": k} | usual for k in keys])
    do(url, record_stage, stage_draft())
    with asked(url) as (statements, _):
        do(url, import_enrolments, of_file(CHAUMONT, keys))
    for n in range(20):
        do(url, record_stage, stage_draft(new_site=True, centre_name=f"S{n}", address=f"{n} rue"))
    return len(statements)


def test_what_an_act_asks_does_not_grow_with_what_there_is(small_url):
    do(small_url, set_setting, SettingDraft(name="validation", value="on"))
    few = acts(small_url, VERDUN)
    of_many_rows = grow(small_url)
    many = acts(small_url, SAINT_DIZIER)
    # A source that the first file cited is there for the second.
    assert [name for name, (taken, _) in many.items() if taken > few[name][0]] == []
    # Rows are written and summed up by hundreds, not one by one.
    assert of_many_rows < few["import"][0] + MANY / 10


def test_no_act_reads_whole_a_table_that_grows(small_url):
    do(small_url, set_setting, SettingDraft(name="validation", value="on"))
    read = {(name, *each) for name, (_, whole) in acts(small_url, VERDUN).items() for each in whole}
    assert {(name, table) for name, table, _ in read if table in GROWING} == set()
    assert {table for _, table, _ in read} >= {"course"}  # it would be seen
