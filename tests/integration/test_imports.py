"""Files imported: planned first, written whole or not at all, the same twice changing nothing."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

import territoires.__main__ as command_line
from territoires.commands.audit import write_in_bulk
from territoires.commands.choices import set_setting
from territoires.commands.enrolments import record_enrolments
from territoires.commands.imports import WAYS, actor_of, plan, proposed
from territoires.commands.proposals import (
    propose_draft,
    refuse_proposal,
    take_back_proposal,
    validate_proposal,
)
from territoires.commands.stages import correct_stage, record_stage
from territoires.commands.undo import undo
from territoires.commands.write import writing
from territoires.db.engine import engine, reading
from territoires.db.models import (
    AuditEvent,
    Centre,
    Course,
    Enrolment,
    EnrolmentSummary,
    Proposal,
    Source,
    Stage,
    Town,
)
from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import EnrolmentRow as GridRow
from territoires.domain.drafts import (
    EnrolmentsDraft,
    ProposalDraft,
    SettingDraft,
    StageCorrection,
    UndoDraft,
)
from territoires.domain.errors import (
    InvalidError,
    RefusedError,
    UnguardedWriteError,
    UnknownActorError,
)
from territoires.domain.imports import (
    CourseLine,
    EnrolmentLine,
    ImportCode,
    ImportDraft,
    Kind,
    PlanMovedError,
    PlanRefusedError,
    StageLine,
    packed,
    unpacked,
)
from territoires.domain.programme import Basis, Counted, StageKind
from territoires.domain.roles import Permission, Reader, Role
from territoires.exchange.reading import read_table
from territoires.exchange.tables import Format
from territoires.french.imports import problem_line
from territoires.ui.enter import import_file
from tests.conftest import release
from tests.factories import act
from tests.factories import writing as by_hand
from tests.fuzzing import at_length
from tests.integration.writing import (
    ADMIN,
    CHAUMONT,
    COGNAC,
    ENTRY,
    GAZETTE,
    NOON,
    SAINT_DIZIER,
    VALIDATION,
    VERDUN,
    do,
    email,
    later,
    persistent,
    rows,
    sound,
    stage_draft,
)
from tests.rereading import import_bytes, known_lines
from tests.trials.nursery import Nursery

pytestmark = pytest.mark.as_deployed

ROOT = Path(__file__).parents[2]
TODAY = NOON.date()
WHY = "relevé corrigé"


@pytest.fixture
def url(small_url):
    return small_url


def stage(line=2, town=CHAUMONT, kind=StageKind.OPENED, on="2021-05-04", **changes):
    usual = {
        "source": "gazette",
        "basis": Basis.STATED,
        "retained": True,
        "centre": None,
        "note": None,
    }
    return StageLine(line, town, kind, PartialDate.parse(on), **(usual | changes))


def enrolment(line=2, town=CHAUMONT, headcount=40, **changes):
    usual = {
        "academic_year": 2024,
        "counted": Counted.PERSONS,
        "headcount": headcount,
        "counted_on": date(2025, 7, 1),
        "course_key": None,
        "source": "déclaration",
    }
    return EnrolmentLine(line, town, **(usual | changes))


def course(line=2, key="F010", **changes):
    usual = {
        "title": "Licence de droit",
        "field": "Numérique",
        "level": 6,
        "credential": None,
        "rncp_code": None,
        "cpf_eligible": None,
        "source": "gazette",
    }
    return CourseLine(line, key, **(usual | changes))


def kind_of(lines):
    return {StageLine: "stages", EnrolmentLine: "enrolments", CourseLine: "courses"}[type(lines[0])]


def planned(url, *lines, who=ADMIN):
    with reading(url) as connection:
        actor = actor_of(connection, who)
        return plan(connection, kind_of(lines), lines, actor=actor, today=TODAY)


def imported(url, *lines, who=ADMIN, **options):
    options = {"file_name": "f.csv", "file_hash": "0" * 64} | options
    now = options.pop("now", NOON)
    return do(
        url, WAYS[kind_of(lines)].command, ImportDraft(rows=lines, **options), who=who, now=now
    )


def counts(found):
    return found.new, found.changed, found.unchanged


def codes(problems):
    return [(each.line, each.problem.field, str(each.problem.code)) for each in problems]


def in_force(url, table, **where):
    return [row for row in rows(url, table, **where) if row.superseded_at is None]


def last_event(url):
    return rows(url, AuditEvent)[-1]


def opened(url, **changes):
    return do(url, record_stage, stage_draft(**changes))


# --- stages ---


def test_a_first_stage_makes_its_centre(url):
    assert counts(planned(url, stage())) == (1, 0, 0)
    saved = imported(url, stage(), stage(3, kind=StageKind.INAUGURATED, on="2021-06"))
    assert (saved.inserted, saved.region_code) == (2, "44")
    (centre,) = rows(url, Centre)
    assert (centre.town_code, centre.name) == (CHAUMONT, "Chaumont")
    assert [(r.kind, r.happened_on.iso, r.centre_id) for r in rows(url, Stage)] == [
        (StageKind.OPENED, "2021-05-04", centre.id),
        (StageKind.INAUGURATED, "2021-06", centre.id),
    ]
    sound(url)


def test_an_import_is_one_act_that_names_its_file(url):
    before = len(rows(url, AuditEvent))
    saved = imported(url, stage(), stage(3, SAINT_DIZIER), file_name="mai.csv", reason="relevé")
    event = last_event(url)
    assert len(rows(url, AuditEvent)) == before + 1
    assert (event.id, event.command, event.entity) == (saved.event_id, "import_stages", "import")
    assert event.reason == "relevé"
    about = event.changes[0]
    (bulk,) = (change for change in event.changes if change.get("bulk"))
    assert about["file"] == "mai.csv"
    assert about["sha256"] == "0" * 64
    assert (about["rows"], about["new"], about["changed"], about["unchanged"]) == (2, 2, 0, 0)
    numbers = [row.id for row in rows(url, Stage)]
    assert (bulk["entity"], bulk["added"]) == ("stage", 2)
    assert (bulk["first"], bulk["last"]) == (numbers[0], numbers[-1])
    assert {row.recorded_at for row in rows(url, Stage)} == {event.at_utc}


def test_the_same_file_twice_changes_nothing(url):
    lines = (
        stage(source="exemple.fr/a", note="vu"),
        stage(3, SAINT_DIZIER, on="2020", basis=Basis.UPPER_BOUND, source="déclaration"),
        stage(4, SAINT_DIZIER, on="2019-10", retained=False, source="ARTICLE DE GAZETTE"),
        stage(5, VERDUN, source="courrier : mairie de Verdun (2021-03-12)"),
    )
    imported(url, *lines)
    before = [rows(url, table) for table in (AuditEvent, Stage, Centre, Source)]
    assert counts(planned(url, *lines)) == (0, 0, 4)
    # A declaration is the same word on another day.
    saved = imported(url, *lines, now=later(60 * 24 * 3))
    assert (saved.changed, saved.unchanged) == (False, 4)
    assert [rows(url, table) for table in (AuditEvent, Stage, Centre, Source)] == before
    (letter,) = rows(url, Source, reliability="courrier")
    assert (letter.title, letter.published_on.iso) == ("mairie de Verdun", "2021-03-12")


def test_a_line_that_differs_from_the_retained_date_is_a_correction(url):
    first = opened(url)
    found = planned(url, stage(on="2021-06", source="journal"))
    assert counts(found) == (0, 1, 0)
    (change,) = found.corrections
    assert change.before == {"happened_on": "2021-05-04", "source": "Article de gazette"}
    assert change.after == {"happened_on": "2021-06", "source": "Article de journal"}
    imported(url, stage(on="2021-06", source="journal"), reason=WHY)
    old, new = rows(url, Stage)
    assert old.superseded_at == new.recorded_at
    assert (new.origin_id, new.version, new.happened_on.iso) == (first.version_id, 2, "2021-06")
    sound(url)


def test_an_empty_comment_keeps_the_one_that_is_known(url):
    opened(url, note="convention signée")
    assert counts(planned(url, stage())) == (0, 0, 1)
    imported(url, stage(on="2021-05"), reason=WHY)
    assert in_force(url, Stage)[0].note == "convention signée"


def test_a_known_competing_date_is_known(url):
    opened(url)
    opened(url, on=PartialDate(2021, 9), retained=False)
    assert counts(planned(url, stage(on="2021-09", retained=False))) == (0, 0, 1)
    assert counts(planned(url, stage(on="2021-10", retained=False))) == (1, 0, 0)


def test_retaining_a_competing_date_takes_the_place_of_the_other(url):
    opened(url)
    opened(url, on=PartialDate(2021, 9), retained=False)
    found = planned(url, stage(on="2021-09"))
    assert counts(found) == (0, 1, 0)
    assert sorted(c.after["retained"] for c in found.corrections) == [False, True]
    imported(url, stage(on="2021-09"), reason=WHY)
    assert {(r.happened_on.iso, r.retained) for r in in_force(url, Stage)} == {
        ("2021-05-04", False),
        ("2021-09", True),
    }
    sound(url)


def test_the_old_date_may_be_kept_as_a_competing_one_in_the_same_file(url):
    opened(url)
    lines = (stage(on="2021-09", source="journal"), stage(3, retained=False))
    imported(url, *lines, reason=WHY)
    assert {(r.happened_on.iso, r.retained) for r in in_force(url, Stage)} == {
        ("2021-05-04", False),
        ("2021-09", True),
    }
    sound(url)


def test_a_reopening_is_no_correction(url):
    opened(url)
    lines = (stage(kind=StageKind.CLOSED, on="2022-03"), stage(3, on="2023-09"))
    assert counts(planned(url, *lines)) == (2, 0, 0)
    imported(url, *lines)
    assert counts(planned(url, *lines)) == (0, 0, 2)
    # The file does not say which of the two openings it would correct... unless a date tells.
    assert counts(planned(url, stage(on="2023-10"))) == (0, 1, 0)
    sound(url)


def test_a_reopening_that_a_suspension_may_precede_is_an_opening_of_its_own(url):
    imported(url, stage(on="2020-07-01"), stage(3, kind=StageKind.SUSPENDED, on="2021"))
    assert counts(planned(url, stage(on="2021-12"))) == (1, 0, 0)
    imported(url, stage(on="2021-12"))
    assert [r.happened_on.iso for r in in_force(url, Stage) if r.kind is StageKind.OPENED] == [
        "2020-07-01",
        "2021-12",
    ]
    # One suspension separates two openings, not three: which one is meant is asked.
    assert codes(planned(url, stage(on="2021-11")).problems) == [(2, "on", "several_retained")]
    sound(url)


def test_a_file_may_say_an_opening_what_ended_it_and_the_reopening(url):
    lines = (
        stage(on="2020-07-01"),
        stage(3, kind=StageKind.SUSPENDED, on="2021"),
        stage(4, on="2021-12"),
    )
    for order in (lines, lines[::-1]):
        assert counts(planned(url, *order)) == (3, 0, 0)
    imported(url, *lines)
    assert counts(planned(url, *lines)) == (0, 0, 3)
    moved = (stage(on="2020-07-15"), *lines[1:])
    assert counts(planned(url, *moved)) == (0, 1, 2)
    sound(url)


def test_a_second_site_has_a_name_on_every_line(url):
    opened(url)
    annex = stage(3, centre="Annexe", on="2022")
    assert codes(planned(url, stage(), annex).problems) == [(2, "centre", "several_centres")]
    imported(url, stage(centre="chaumont"), annex)
    assert {row.name for row in rows(url, Centre)} == {"Chaumont", "Annexe"}
    assert counts(planned(url, stage(centre="Chaumont"), annex)) == (0, 0, 2)
    (problem,) = planned(url, stage()).problems
    assert problem.problem.code is ImportCode.SEVERAL_CENTRES
    said = problem_line(problem, value="")
    assert "Chaumont" in said
    assert "Annexe" in said


def test_two_retained_dates_of_one_stage_are_told(url):
    opened(url)
    lines = (stage(on="2021-06"), stage(3, centre="Chaumont", on="2021-07"))
    # Alone in its town, a centre may go without its name; then both lines are about it.
    assert (3, "line", "same_fact") in codes(planned(url, *lines).problems)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (stage(town="99999"), ("town_code", Code.UNKNOWN_TOWN)),
        (stage(source="inconnue"), ("source", Code.UNKNOWN_SOURCE)),
        (stage(source="https://x y"), ("source", Code.BAD_URL)),
        (stage(on="2031-01-01"), ("on", Code.IN_FUTURE)),
        (stage(on="2018"), ("on", Code.BEFORE_PROGRAMME_START)),
        (stage(note="x" * 3000), ("note", Code.TOO_LONG)),
    ],
)
def test_a_bad_line_is_told_and_writes_nothing(url, line, expected):
    before = rows(url, AuditEvent)
    found = planned(url, line, stage(3, SAINT_DIZIER))
    assert codes(found.problems) == [(2, *map(str, expected))]
    assert found.new == 1
    with pytest.raises(PlanRefusedError):
        imported(url, line, stage(3, SAINT_DIZIER), reason="tout de même")
    assert (rows(url, AuditEvent), rows(url, Stage), rows(url, Centre)) == (before, [], [])


def test_what_surprises_needs_a_reason_for_the_whole_file(url):
    line = stage(kind=StageKind.CLOSED, on="2022")
    found = planned(url, line)
    assert (found.problems, codes(found.suspicions)) == ([], [(2, "kind", "never_opened")])
    with pytest.raises(PlanRefusedError):
        imported(url, line)
    assert rows(url, Stage) == []
    imported(url, line, reason="fermé avant tout")
    assert last_event(url).reason == "fermé avant tout"


def test_a_correction_is_not_asked_about_what_surprised_already(url):
    opened(url)
    do(
        url,
        record_stage,
        stage_draft(kind=StageKind.SELECTED, on=PartialDate(2021, 9), reason="exact"),
    )
    assert planned(url, stage(on="2021-04")).suspicions == []


# --- enrolments ---


def test_headcounts_are_new_then_known_then_corrected(url):
    opened(url)
    lines = (enrolment(), enrolment(3, course_key="F001", headcount=12))
    assert counts(planned(url, *lines)) == (2, 0, 0)
    imported(url, *lines)
    assert counts(planned(url, *lines)) == (0, 0, 2)
    found = planned(url, enrolment(headcount=44))
    assert counts(found) == (0, 1, 0)
    (change,) = found.corrections
    assert (change.before["headcount"], change.after["headcount"]) == (40, 44)
    imported(url, enrolment(headcount=44), reason=WHY)
    assert [(r.version, r.headcount) for r in rows(url, Enrolment)] == [(1, 40), (1, 12), (2, 44)]
    sound(url)


def test_counts_of_several_days_are_as_many_facts(url):
    opened(url)
    lines = (enrolment(), enrolment(3, headcount=44, counted_on=date(2025, 8, 31)))
    assert counts(planned(url, *lines)) == (2, 0, 0)
    imported(url, *lines)
    assert counts(planned(url, *lines)) == (0, 0, 2)
    assert [(row.version, row.superseded_at) for row in rows(url, Enrolment)] == [(1, None)] * 2
    # The last of them is what the year after is compared with.
    leap = enrolment(academic_year=2025, counted_on=date(2026, 5, 1), headcount=125)
    assert planned(url, leap).suspicions == []
    sound(url)


def test_the_sums_follow_an_import(url):
    opened(url)
    imported(url, enrolment(), enrolment(3, course_key="F001", headcount=12))
    sums = {row.field_slug: row.headcount for row in rows(url, EnrolmentSummary)}
    assert sums == {"": 40, "numerique": 12}
    sound(url)


def test_a_zero_in_a_file_is_a_confirmed_zero(url):
    opened(url)
    imported(url, enrolment(headcount=0))
    assert rows(url, Enrolment)[0].headcount == 0


def test_a_jump_is_judged_by_the_file_and_by_what_is_known(url):
    opened(url)
    lines = (enrolment(), enrolment(3, headcount=150, academic_year=2025))
    assert codes(planned(url, *lines).suspicions) == [(3, "headcount", "jump")]
    imported(url, enrolment())
    assert codes(planned(url, lines[1]).suspicions) == [(3, "headcount", "jump")]
    assert planned(url, replace(lines[1], headcount=100)).suspicions == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (enrolment(town=VERDUN), ("town_code", ImportCode.NO_CENTRE)),
        (enrolment(course_key="F999"), ("course_key", Code.UNKNOWN_COURSE)),
        (enrolment(academic_year=2031), ("academic_year", Code.IN_FUTURE)),
        (enrolment(academic_year=2011), ("academic_year", Code.BEFORE_PROGRAMME_START)),
        (enrolment(counted_on=date(2027, 1, 1)), ("counted_on", Code.IN_FUTURE)),
        (enrolment(headcount=200_000), ("headcount", Code.TOO_LARGE)),
        (enrolment(source="?"), ("source", Code.UNKNOWN_SOURCE)),
    ],
)
def test_a_bad_headcount_is_told(url, line, expected):
    opened(url)
    found = planned(url, line)
    assert codes(found.problems) == [(2, *map(str, expected))]
    with pytest.raises(PlanRefusedError):
        imported(url, line)
    assert rows(url, Enrolment) == []


def test_a_file_of_headcounts_cannot_say_which_site(url):
    opened(url)
    opened(url, new_site=True, centre_name="Annexe")
    assert codes(planned(url, enrolment()).problems) == [(2, "town_code", "several_centres")]


def test_a_centre_that_was_not_open_surprises(url):
    opened(url)
    line = enrolment(academic_year=2019, counted_on=date(2020, 7, 1))
    assert codes(planned(url, line).suspicions) == [(2, "academic_year", "not_open_then")]


# --- courses ---


def test_courses_are_added_then_known_then_corrected(url):
    assert counts(planned(url, course())) == (1, 0, 0)
    imported(url, course(), course(3, "F011", title="Autre", field="numerique", level=None))
    assert {row.key for row in rows(url, Course)} >= {"F010", "F011"}
    assert counts(planned(url, course())) == (0, 0, 1)
    # An empty cell says nothing.
    assert counts(planned(url, course(level=None))) == (0, 0, 1)
    imported(url, course(level=5, cpf_eligible=True), reason=WHY)
    (row,) = rows(url, Course, key="F010")
    assert (row.level, row.cpf_eligible, row.title) == (5, True, "Licence de droit")
    change = last_event(url).changes[-1]
    assert (change["id"], change["before"]["level"], change["after"]["level"]) == ("F010", 6, 5)
    sound(url)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (course(field="Potions"), ("field_slug", Code.UNKNOWN_FIELD)),
        (course(key="bas.de.casse"), ("key", Code.BAD_CODE)),
        (course(rncp_code="x"), ("rncp_code", Code.BAD_CODE)),
        (course(title="x" * 300), ("title", Code.TOO_LONG)),
    ],
)
def test_a_bad_course_is_told(url, line, expected):
    assert codes(planned(url, line).problems) == [(2, *map(str, expected))]


def test_a_course_of_a_known_title_surprises(url):
    found = planned(url, course(title="licence  INFORMATIQUE"))
    assert codes(found.suspicions) == [(2, "title", "looks_like_duplicate")]


# --- who may ---


def test_somebody_of_one_region_cannot_import_into_another(url):
    opened(url)
    opened(url, town_code=COGNAC)
    for line in (stage(town=COGNAC, on="2021-06"), enrolment(town=COGNAC)):
        other = replace(line, line=3, town_code=CHAUMONT)
        found = planned(url, line, other, who=ENTRY)
        assert found.outside
        assert codes(found.problems) == [(2, "town_code", "outside_regions")]
        with pytest.raises(PlanRefusedError):
            imported(url, line, other, who=ENTRY, reason="tout de même")
    assert len(rows(url, Stage)) == 2
    assert rows(url, Enrolment) == []
    imported(url, enrolment(), who=ENTRY)


def test_the_door_for_many_rows_watches_over_regions_by_itself(url):
    elsewhere = opened(url, town_code=COGNAC)

    def body(write):
        write_in_bulk(
            write.session,
            Stage,
            columns=("version", "origin_id", "centre_id", "kind", "happened_on", "basis",
                     "source_id", "retained", "validation"),
            rows=[(1, None, elsewhere.centre_id, StageKind.CLOSED, PartialDate(2022),
                   Basis.STATED, "gazette", True, "validated")],
        )  # fmt: skip

    with pytest.raises(UnguardedWriteError), writing(url, ADMIN, now=NOON) as write:
        body(write)  # outside any command
    with pytest.raises(RefusedError), writing(url, ENTRY, now=NOON) as write:
        write.perform("x", Permission.RECORD_STAGE, lambda: body(write), bulk=True)
    with pytest.raises(UnguardedWriteError), writing(url, ADMIN, now=NOON) as write:
        write.perform("x", Permission.RECORD_STAGE, lambda: body(write))  # a command of single rows
    assert len(rows(url, Stage)) == 1


@pytest.mark.parametrize("role", [Role.PARTNER, Role.DIRECTION])
def test_roles_that_only_read_import_nothing(url, role):
    for line in (stage(), enrolment(), course()):
        with pytest.raises(RefusedError):
            planned(url, line, who=email(role))
        with pytest.raises(RefusedError):
            imported(url, line, who=email(role))
    with pytest.raises(RefusedError):
        planned(url, course(), who=ENTRY)
    with pytest.raises(UnknownActorError):
        planned(url, stage(), who="personne@example.org")


@pytest.fixture
def validated(url):
    do(url, set_setting, SettingDraft(name="validation", value="on"))
    return url


def waiting(url):
    return [row for row in rows(url, Proposal) if row.state == "proposed"]


def decided(url, number, command=validate_proposal, who=VALIDATION, **facts):
    with reading(url) as connection:
        _, found = proposed(connection, proposal_id=number, email=who, today=TODAY)
    draft = ProposalDraft(proposal_id=number, **({"seen": found.digest} | facts))
    return do(url, command, draft, who=who, now=later(5))


def test_while_validation_is_on_a_file_of_the_entry_role_is_one_proposal(validated, url):
    lines = (stage(), stage(3, SAINT_DIZIER, centre="Quai", note="vu \u00e0 midi"))
    saved = imported(url, *lines, who=ENTRY, file_name="mai.csv")
    assert (saved.pending, saved.entity, rows(url, Stage), rows(url, Centre)) == (
        True, "proposal", [], [],
    )  # fmt: skip
    (waits,) = waiting(url)
    assert (waits.command, waits.town_code, waits.draft["file_name"]) == (
        "import_stages", CHAUMONT, "mai.csv",
    )  # fmt: skip
    with reading(url) as connection:
        draft, found = proposed(connection, proposal_id=waits.id, email=VALIDATION, today=TODAY)
    assert tuple(draft.rows) == lines
    assert counts(found) == (2, 0, 0)
    assert decided(url, waits.id).inserted == 2
    assert {row.note for row in rows(url, Stage)} == {None, "vu \u00e0 midi"}
    assert (waiting(url), last_event(url).command) == ([], "validate_proposal")
    sound(url)
    # Whoever validated may take it back whole.
    do(url, undo, UndoDraft(event_id=last_event(url).id), who=VALIDATION, now=later(6))
    assert in_force(url, Stage) == []
    sound(url)


def test_a_town_named_only_stays_the_one_that_its_author_has(validated, url):
    # There is a Chaumont in the regions of others, whom who validates may look after too.
    imported(url, stage(town="Chaumont", town_name="Chaumont"), who=ENTRY)
    (waits,) = waiting(url)
    saved = decided(url, waits.id)
    assert (saved.town_code, saved.inserted) == (CHAUMONT, 1)


def test_headcounts_are_proposed_and_refused_whole_too(validated, url):
    do(url, record_stage, stage_draft())
    imported(url, enrolment(), enrolment(3, course_key="F001", headcount=7), who=ENTRY)
    (waits,) = waiting(url)
    decided(url, waits.id, refuse_proposal, reason="chiffres de l’an dernier")
    assert (rows(url, Enrolment), waiting(url)) == ([], [])
    assert imported(url, enrolment(), who=VALIDATION).inserted == 1


def test_a_file_that_is_known_already_is_no_proposal(validated, url):
    imported(url, stage(), who=ADMIN)
    assert not imported(url, stage(), who=ENTRY).changed
    assert waiting(url) == []


def test_a_bad_file_is_refused_to_the_entry_role_before_it_waits(validated, url):
    with pytest.raises(PlanRefusedError):
        imported(url, stage(town="99999"), who=ENTRY)
    with pytest.raises(PlanRefusedError):
        imported(url, stage(town=COGNAC), who=ENTRY)
    assert waiting(url) == []


def test_a_proposed_file_is_validated_as_it_was_shown(validated, url):
    imported(url, stage(), who=ENTRY)
    (waits,) = waiting(url)
    do(url, record_stage, stage_draft(on=PartialDate(2021, 9)))
    with pytest.raises(PlanMovedError):
        decided(url, waits.id, seen="autre", reason="relu")
    with pytest.raises(PlanRefusedError):  # a correction now, which takes a reason
        decided(url, waits.id)
    assert decided(url, waits.id, reason="relu").corrected == 1
    sound(url)


def test_nobody_validates_their_own_file(validated, url):
    imported(url, stage(), who=ENTRY)
    (waits,) = waiting(url)
    with pytest.raises(RefusedError):
        decided(url, waits.id, who=ENTRY)
    taken = ProposalDraft(proposal_id=waits.id)
    do(url, take_back_proposal, taken, who=ENTRY, now=later(1))
    assert do(url, propose_draft, taken, who=ENTRY, now=later(2)).pending
    assert [row.id for row in waiting(url)] == [waits.id]


# --- somebody wrote meanwhile ---


def test_what_was_confirmed_is_what_is_written(url):
    first = opened(url)
    line = stage(on="2021-06")
    seen = planned(url, line).digest
    do(
        url,
        correct_stage,
        StageCorrection(
            expected_id=first.version_id,
            kind=StageKind.OPENED,
            on=PartialDate(2021, 7),
            source=GAZETTE,
            reason="relecture",
        ),
    )
    with pytest.raises(PlanMovedError) as moved:
        imported(url, line, seen=seen, reason=WHY)
    assert counts(moved.value.plan) == (0, 1, 0)
    assert in_force(url, Stage)[0].happened_on == PartialDate(2021, 7)
    assert imported(url, line, seen=moved.value.plan.digest, reason=WHY).corrected == 1
    sound(url)


# --- undo ---


def test_an_import_is_taken_back_whole(url):
    first = opened(url)
    imported(url, enrolment(), enrolment(3, course_key="F001", headcount=12))
    lines = (stage(on="2021-06"), stage(3, SAINT_DIZIER), stage(4, VERDUN, on="2020"))
    saved = imported(url, *lines, now=later(1), reason=WHY)
    do(url, undo, UndoDraft(event_id=saved.event_id), now=later(2))
    (now,) = in_force(url, Stage)
    assert (now.origin_id, now.version, now.happened_on.iso) == (first.version_id, 3, "2021-05-04")
    assert [row.town_code for row in in_force(url, Centre)] == [CHAUMONT]
    sound(url)
    change = enrolment(headcount=55)
    added = enrolment(4, course_key="F002", headcount=7)
    again = imported(url, change, added, now=later(3), reason=WHY)
    do(url, undo, UndoDraft(event_id=again.event_id), now=later(4))
    assert sorted(row.headcount for row in in_force(url, Enrolment)) == [12, 40]
    sound(url)
    redone = do(url, undo, UndoDraft(event_id=last_event(url).id), now=later(5))
    assert redone.changed
    assert sorted(row.headcount for row in in_force(url, Enrolment)) == [7, 12, 55]
    sound(url)


def test_an_import_that_somebody_built_upon_is_not_taken_back(url):
    saved = imported(url, stage())
    (row,) = rows(url, Stage)
    draft = StageCorrection(
        expected_id=row.id,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 7),
        source=GAZETTE,
        reason="relecture",
    )
    do(url, correct_stage, draft, who=VALIDATION, now=later(1))
    with pytest.raises(InvalidError) as refused:
        do(url, undo, UndoDraft(event_id=saved.event_id), now=later(2))
    assert refused.value.problems[0].code is Code.TOUCHED_SINCE


def test_courses_are_taken_back_too(url):
    changed = course(3, "F001", title="Licence générale")
    saved = imported(url, course(), changed, reason=WHY)
    do(url, undo, UndoDraft(event_id=saved.event_id), now=later(1))
    assert {row.key: row.title for row in rows(url, Course)} == {
        "F001": "Licence informatique",
        "F002": "Titre professionnel",
        "F003": "Certificat de compétence",
    }


# --- what is known, exported then imported, changes nothing ---


def exported(url, kind, form=Format.CSV):
    """Write all that is in force in the columns of an import, as a file."""
    with reading(url) as connection:
        return import_bytes(kind, known_lines(connection, kind), form)


def again(url, kind, form=Format.CSV):
    """Export then import; gives the review."""
    sent = import_file.read(exported(url, kind, form), name=f"tout.{form}", kind=kind)
    return import_file.review(url, sent, email=ADMIN, today=TODAY)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30)
towns = st.sampled_from([CHAUMONT, SAINT_DIZIER, VERDUN, COGNAC])
stage_rows = st.builds(
    stage,
    st.just(2),
    town=towns,
    kind=st.sampled_from(StageKind),
    on=st.sampled_from(["", "2019", "2020-03", "2020-03-05", "2021-09", "2024"]),
    basis=st.sampled_from(Basis),
    retained=st.booleans(),
    centre=st.sampled_from([None, "Chaumont", "Annexe"]),
    note=st.none() | texts,
    source=st.sampled_from(["gazette", "journal", "déclaration", "https://exemple.fr/a"]),
)
enrolment_rows = st.builds(
    enrolment,
    st.just(2),
    town=towns,
    headcount=st.integers(0, 500),
    academic_year=st.integers(2019, 2025),
    counted=st.sampled_from(Counted),
    course_key=st.sampled_from([None, "F001", "F002"]),
    counted_on=st.dates(date(2019, 9, 1), date(2026, 5, 1)),
    source=st.sampled_from(["gazette", "déclaration"]),
)
course_rows = st.builds(
    course,
    st.just(2),
    key=st.sampled_from(["F001", "F010", "F011"]),
    title=texts,
    level=st.none() | st.integers(1, 8),
    credential=st.none() | texts,
    cpf_eligible=st.none() | st.booleans(),
)


def tried(url, rows_, now):
    """Import what can be, line by line."""
    for row in rows_:
        with suppress(InvalidError):
            imported(url, row, reason="tiré au hasard", now=now)


@pytest.mark.only_on("sqlite", "a database per example")
@settings(max_examples=at_length(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stages=st.lists(stage_rows, max_size=12),
    enrolments=st.lists(enrolment_rows, max_size=12),
    courses=st.lists(course_rows, max_size=4),
    form=st.sampled_from([Format.CSV, Format.XLSX]),
)
def test_what_is_known_exported_then_imported_changes_nothing(  # noqa: PLR0913, PLR0917
    databases, tmp_path, stages, enrolments, courses, form
):
    url = databases.copy("small", tmp_path)
    for town in (CHAUMONT, SAINT_DIZIER, VERDUN, COGNAC):
        opened(url, town_code=town)
    tried(url, courses, NOON)
    tried(url, enrolments, NOON)
    tried(url, stages, NOON)
    sound(url)
    before = [rows(url, table) for table in (AuditEvent, Stage, Enrolment, Centre, Course)]
    for kind in Kind:
        found = again(url, kind, form)
        refused = {problem.line for problem in found.problems}
        assert found.plan.new == found.plan.changed == 0
        assert found.plan.unchanged == found.rows - len(refused)
        # What a file cannot say: a reopening beside an opening, the site of a headcount.
        assert {problem.code for problem in found.problems} <= {
            "contradiction",
            "several_centres",
        }
    assert before == [rows(url, table) for table in (AuditEvent, Stage, Enrolment, Centre, Course)]
    databases.drop(url)


def test_the_seeded_database_exported_then_imported_changes_nothing(databases):
    url = databases.shared("seeded")
    for kind in Kind:
        with reading(url) as connection:
            lines = known_lines(connection, kind)
            sent = import_file.read(
                import_bytes(kind, lines, Format.CSV), name="tout.csv", kind=kind
            )
            actor = Reader(email=ADMIN, role=Role.ADMINISTRATION)
            found = plan(connection, kind, sent.parsed.rows, actor=actor, today=date(2026, 11, 22))
        # A file whose days are all of the first twelve may have its months first.
        asked = [each for each in sent.parsed.remarks if each.code != "day_first_asked"]
        assert asked == list(found.problems) == list(found.suspicions) == []
        assert counts(found) == (0, 0, len(lines))


# --- the command line ---


@pytest.fixture
def run(url, monkeypatch, capsys, tmp_path):
    """Run `import` on a text; gives the exit code, what was answered and what was said."""
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)

    def call(kind, text, *options, who=ADMIN):
        path = tmp_path / "fichier.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = command_line.main(["import", kind, str(path), "--as", who, "--json", *options])
        said = capsys.readouterr()
        answer = json.loads(said.out)
        assert list(answer)[:5] == ["rows", "new", "changed", "unchanged", "problems"]
        for problem in answer["problems"]:
            assert list(problem) == ["line", "column", "value", "message"]
        return code, answer, said.err

    return call


STAGES_HEADER = "code_insee;etape;date;source\n"


def test_the_command_line_checks_then_writes(run, url):
    text = STAGES_HEADER + "52121;ouverture;04/05/2021;https://exemple.fr/a\n"
    code, answer, said = run("stages", text, "--dry-run")
    assert (code, answer["new"], rows(url, Stage), said) == (0, 1, [], "")
    assert "lu 4\u00a0mai 2021, jour d’abord" in answer["notices"][0]
    for new in (1, 0):
        code, answer, _ = run("stages", text)
        assert (code, answer["rows"], answer["changed"], answer["problems"]) == (0, 1, 0, [])
        assert (answer["new"], answer["unchanged"]) == (new, 1 - new)
    other = text.replace("04/05", "05/05")
    code, answer, _ = run("stages", other)
    assert (code, answer["problems"], len(rows(url, Stage))) == (1, [], 1)
    assert "--reason" in answer["needs"][0]
    code, answer, _ = run("stages", other, "--reason", "lu dans le journal")
    assert (code, answer["changed"], len(rows(url, Stage))) == (0, 1, 2)
    assert last_event(url).reason == "lu dans le journal"
    sound(url)


def test_a_file_of_200_lines_with_three_faults_gets_three_messages(run, url):
    with engine(url, writable=True, owner=True).connect() as connection, connection.begin():
        connection.execute(
            insert(Town),
            [
                {
                    "code": f"52{number:03}",
                    "name": f"Ville {number}",
                    "folded": f"ville {number}",
                    "department_code": "52",
                    "population": 1000,
                    "population_year": 2023,
                }
                for number in range(600, 800)
            ],
        )
    lines = [f"52{number:03};ouverture;04/05/2021;déclaration" for number in range(600, 800)]
    lines[9] = lines[9].replace("04/05/2021", "31/02/2020")
    lines[99] = lines[99].replace("52699", "99999")
    lines[199] = lines[199].replace("ouverture", "inoguration")
    before = rows(url, AuditEvent)
    code, answer, _ = run("stages", STAGES_HEADER + "\n".join(lines))
    assert (code, answer["rows"], answer["new"]) == (1, 200, 197)
    assert [(p["line"], p["column"], p["value"]) for p in answer["problems"]] == [
        (11, "date", "31/02/2020"),
        (101, "code_insee", "99999"),
        (201, "etape", "inoguration"),
    ]
    assert all(p["value"] in p["message"] for p in answer["problems"])
    assert (rows(url, AuditEvent), rows(url, Stage), rows(url, Centre)) == (before, [], [])


def test_exit_codes_say_who_may_not(run, url):
    cognac = STAGES_HEADER + "16102;ouverture;2021;déclaration\n"
    chaumont = STAGES_HEADER + "52121;ouverture;2021;déclaration\n"
    for options in ((), ("--dry-run",)):
        assert run("stages", cognac, *options, who=ENTRY)[0] == 3
        assert run("stages", chaumont, *options, who="personne@example.org")[0] == 3
        assert run("stages", chaumont, *options, who=email(Role.DIRECTION))[0] == 3
        assert run("courses", chaumont, *options, who=ENTRY)[0] == 3
    assert rows(url, Stage) == []
    assert run("stages", chaumont, who=ENTRY)[0] == 0


def test_what_surprises_is_a_problem_until_there_is_a_reason(run, url):
    text = STAGES_HEADER + "52121;fermeture;2021;déclaration\n"
    code, answer, _ = run("stages", text)
    assert (code, len(answer["problems"]), rows(url, Stage)) == (1, 1, [])
    assert run("stages", text, "--reason", "vu sur place")[0] == 0
    assert last_event(url).reason == "vu sur place"


def test_a_reason_that_is_unfit_is_said_and_nothing_is_written(run, url):
    text = STAGES_HEADER + "52121;ouverture;2021;déclaration\n"
    for reason, word in (("é" * 2_001, "trop long"), ("vu\u200e ici", "illisibles")):
        code, answer, said = run("stages", text, "--reason", reason)
        assert (code, said.count("\n"), rows(url, Stage)) == (1, 1, [])
        assert word in said
        assert word in answer["problems"][0]["message"]


def test_a_file_that_is_no_table_says_so(run):
    code, answer, said = run("stages", b"%PDF-1.7")
    assert (code, answer["rows"]) == (1, 0)
    assert "PDF" in answer["problems"][0]["message"]
    assert "PDF" in said
    code, answer, _ = run("stages", "code_insee;date\n52121;2021\n")
    assert (code, answer["rows"], len(answer["problems"])) == (1, 1, 2)


def test_a_missing_file_is_bad_usage(url, monkeypatch, capsys):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    code = command_line.main(["import", "stages", "/nulle/part.csv", "--as", ADMIN])
    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "/nulle/part.csv" in said.err


def test_without_json_each_problem_is_a_line(url, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    path = tmp_path / "f.csv"
    path.write_text(STAGES_HEADER + "99999;ouverture;2021;déclaration\n", encoding="utf-8")
    assert command_line.main(["import", "stages", str(path), "--as", ADMIN]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("Ligne 2, colonne code_insee")
    assert "1\u00a0refusée" in last
    assert "Rien n’a été enregistré." in last


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("form", [Format.CSV, Format.XLSX])
def test_a_template_is_a_file_that_the_import_reads(kind, form, tmp_path):
    path = tmp_path / "modele"
    assert command_line.main(["template", kind, "--format", form, "--output", str(path)]) == 0
    table = read_table(path.read_bytes(), name=f"modele.{form}")
    assert (table.format, table.rows) == (form, ())
    assert table.examples


def test_a_template_goes_to_the_standard_output(tmp_path, capsysbinary):
    command_line.main(["template", "stages"])
    made = capsysbinary.readouterr().out
    path = tmp_path / "modele"
    for name in ("--output", "-o"):
        command_line.main(["template", "stages", name, str(path)])
        assert made == path.read_bytes() != b""
        path.unlink()


# --- many at once, and killed ---


def test_fifty_writers_at_once_some_of_whom_import(url):
    centre = opened(url)

    def write(number):
        if number % 5 == 0:
            lines = [
                enrolment(at, academic_year=2025, counted_on=date(2026, 5, 1), course_key=key,
                          counted=unit, headcount=20 + number)
                for at, (key, unit) in enumerate(
                    [(key, unit) for key in ("F001", "F002", "F003") for unit in Counted], 2
                )
            ]  # fmt: skip
            return imported(url, *lines, reason="en même temps").event_id
        if number % 5 == 1:
            draft = EnrolmentsDraft(
                centre_id=centre.centre_id,
                academic_year=2025,
                counted_on=date(2026, 5, 2),
                source=GAZETTE,
                rows=(GridRow(headcount=100 + number),),
                reason="en même temps",
                confirmed=True,
            )
            return do(url, record_enrolments, draft).event_id
        draft = stage_draft(new_site=True, centre_name=f"Site {number}", town_code=VERDUN)
        return do(url, record_stage, draft).event_id

    with ThreadPoolExecutor(50) as pool:
        events = list(pool.map(persistent(write), range(50)))
    assert len({event for event in events if event is not None}) >= 45
    assert {row.id for row in rows(url, AuditEvent)} >= set(filter(None, events))
    assert len(in_force(url, Enrolment)) == 7
    sound(url)


KILLS = at_length(10)


@pytest.mark.fuzz
def test_an_import_killed_at_any_moment_leaves_nothing_half_done(url):
    opened(url, on=PartialDate(2019, 5))
    opened(url, town_code=SAINT_DIZIER, on=PartialDate(2019, 5))
    with by_hand(url) as connection:
        act(connection, later(5))
        connection.execute(
            insert(Course),
            [
                {"key": f"K{n:03}", "title": f"K{n}", "field_slug": "numerique",
                 "source_id": "gazette"}
                for n in range(120)
            ],
        )  # fmt: skip
    release(url)
    acknowledged = []
    with Nursery(url, ADMIN, task="imports") as nursery:
        for number in range(KILLS):
            nursery.start(number)
            time.sleep(0.03 * (number * 7 % 10))
            acknowledged += nursery.kill()
    events = {row.id: row for row in rows(url, AuditEvent)}
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= set(events)
    with reading(url) as connection:
        written = connection.execute(select(Enrolment.recorded_at)).scalars().all()
    # Each act wrote the whole of its file, or nothing.
    for event in events.values():
        if event.command == "import_enrolments":
            about = event.changes[0]
            assert written.count(event.at_utc) == about["new"] + about["changed"]
    sound(url)


# --- what was understood ---


def test_a_dry_run_says_what_was_understood(url, monkeypatch, capsys, tmp_path):
    opened(url)
    monkeypatch.setenv("TERRITOIRES_DATABASE_URL", url)
    path = tmp_path / "f.csv"
    lines = ["52121;ouverture;06/2021;déclaration", "52448;labellisation;13/09/19;déclaration"]
    path.write_text(STAGES_HEADER + "\n".join(lines), encoding="utf-8")
    assert command_line.main(["import", "stages", str(path), "--as", ADMIN, "--dry-run"]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert said[1].startswith("Ligne 2, compris : Chaumont (52121), ouverture, juin 2021")
    assert "date : 4 mai 2021 → juin 2021" in said[1]
    assert said[2].startswith(
        "Ligne 3, compris : Saint-Dizier (52448), labellisation, 13 septembre"
    )
    assert said[2].endswith("(nouveau).")
    assert len(in_force(url, Stage)) == 1


def test_what_was_understood_of_headcounts_and_courses_is_said_too(url):
    opened(url)
    imported(url, enrolment(headcount=12))
    found = planned(url, enrolment(headcount=12), enrolment(3, course_key="F001", headcount=7))
    known, new = found.understood
    assert (known.is_new, known.changes, new.is_new) == (False, (), True)
    assert (new.said["town"], new.said["headcount"]) == ("Chaumont (52121)", 7)
    (change,) = planned(url, enrolment(headcount=13)).understood
    assert (change.changes[0].before["headcount"], change.said["headcount"]) == (12, 13)
    (one,) = planned(url, course(title="Licence de chimie")).understood
    assert (one.is_new, one.said["title"]) == (True, "Licence de chimie")


# --- questions ---


def test_what_has_two_readings_is_asked_and_confirmed(run, url):
    text = "code_insee,etape,date,source\n52121,ouverture,4/5/2021,déclaration\n"
    code, answer, _ = run("stages", text)
    assert (code, len(answer["problems"]), rows(url, Stage)) == (1, 1, [])
    assert "5\u00a0avril 2021" in answer["problems"][0]["message"]
    assert "--confirm" in answer["needs"][0]
    assert run("stages", text, "--reason", "un motif ne répond pas")[0] == 1
    assert run("stages", text, "--confirm")[0] == 0
    assert in_force(url, Stage)[0].happened_on == PartialDate(2021, 5, 4)


def test_a_name_that_is_not_the_code_s_is_asked_about(run, url):
    text = "code_insee;ville;etape;date;source\n52121;Verdun;ouverture;2021;déclaration\n"
    code, answer, _ = run("stages", text)
    assert code == 1
    assert "celui de Chaumont" in answer["problems"][0]["message"]
    assert "55545" in answer["problems"][0]["message"]
    assert run("stages", text, "--confirm")[0] == 0


def test_a_town_may_be_named_in_the_regions_of_whoever_imports(run, url):
    text = "ville;etape;date;source\n{};ouverture;2021;déclaration\n"
    code, answer, _ = run("stages", text.format("SAINT DIZIER"), who=ENTRY)
    assert (code, answer["new"]) == (0, 1)
    assert "Saint-Dizier (52448)" in answer["notices"][0]
    assert run("stages", text.format("Cognac"), who=ENTRY)[0] == 3
    assert run("stages", text.format("Nulle-Part"), who=ENTRY)[0] == 1


def test_a_code_and_a_name_of_one_town_are_one_subject(url):
    opened(url, town_code=SAINT_DIZIER)
    found = planned(url, enrolment(town=SAINT_DIZIER), enrolment(3, town="saint dizier"))
    assert codes(found.problems) == [(3, "line", "same_count")]


def test_everything_wrong_in_a_file_and_in_the_database_is_said_at_once(run, url):
    opened(url)
    lines = [
        "99999;2021-2022;personnes;1,250;31/12/2021;F999;n’importe quoi",
        "52121;2021-2022;personnes;12;31/12/2099;F999;n’importe quoi",
    ]
    text = "code_insee;annee;compte;effectif;arrete_au;code_formation;source\n" + "\n".join(lines)
    _, answer, _ = run("enrolments", text)
    assert {(p["line"], p["column"]) for p in answer["problems"]} == {
        (2, "effectif"),
        (2, "code_insee"),
        (2, "code_formation"),
        (2, "source"),
        (3, "code_formation"),
        (3, "source"),
    }


def test_a_document_in_a_file_needs_a_day_that_has_come(url):
    for day, code in (("", Code.UNDATED_SOURCE), (" (2031-01-01)", Code.IN_FUTURE)):
        found = planned(url, stage(source=f"presse : L’Est, Le Cnam ouvre{day}"))
        assert [each.problem.code for each in found.problems] == [code]


@given(st.lists(stage_rows, max_size=5) | st.lists(enrolment_rows, max_size=5))
def test_lines_kept_for_later_come_back_as_they_were(lines):
    assert unpacked(packed(lines)) == tuple(lines)


@pytest.mark.parametrize(
    ("town", "code"),
    [
        ("Nulle-Part", ImportCode.NO_SUCH_NAME),
        ("99999", Code.UNKNOWN_TOWN),
        ("", "required"),
    ],
)
@pytest.mark.parametrize("title", ["Commune", "Nom de la commune", "Ville"])
def test_what_is_wrong_with_a_town_names_the_column_as_the_file_does(url, title, town, code):
    lines = (f"{title};Étape;Date;Source", f"{town};ouverture;2021;gazette")
    sent = import_file.read("\r\n".join(lines).encode(), name="a.csv", kind=Kind.STAGES)
    (problem,) = import_file.review(url, sent, email=ADMIN, today=TODAY).problems
    column = title.lower().replace(" ", "_")
    assert (problem.column, str(problem.code)) == (column, str(code))
    assert problem.message.startswith(f"Ligne 2, colonne {column}\u00a0: ")
