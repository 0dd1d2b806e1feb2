"""Versions never overlap, and what was known at an instant never changes afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from territoires.commands.centres import correct_centre, create_centre, withdraw_centre
from territoires.commands.choices import set_setting
from territoires.commands.courses import (
    add_course,
    correct_course,
    set_offering,
    withdraw_offering,
)
from territoires.commands.enrolments import record_enrolments, withdraw_enrolment
from territoires.commands.staff import change_role, disable_staff
from territoires.commands.stages import correct_stage, record_stage, withdraw_stage
from territoires.commands.targets import set_target
from territoires.commands.undo import undo
from territoires.commands.write import Saved, writing
from territoires.db.engine import reading
from territoires.db.models import (
    AuditEvent,
    Centre,
    Course,
    Enrolment,
    Offering,
    Proposal,
    Setting,
    Source,
    Stage,
    Target,
)
from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    AccountDraft,
    CentreCorrection,
    CentreDraft,
    CourseCorrection,
    CourseDraft,
    EnrolmentRow,
    EnrolmentsDraft,
    OfferingDraft,
    RoleDraft,
    SettingDraft,
    StageCorrection,
    TargetDraft,
    UndoDraft,
    WithdrawalDraft,
)
from territoires.domain.errors import InvalidError, RefusedError, TerritoiresError
from territoires.domain.programme import StageKind
from territoires.domain.roles import Permission, Role
from territoires.domain.scope import Scope
from territoires.queries import rollout
from territoires.queries.clocks import known
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
    WORD,
    do,
    later,
    rows,
    sound,
    stage_draft,
)

pytestmark = pytest.mark.as_deployed

FACTS = (Centre, Stage, Offering, Enrolment, Target)


@pytest.fixture
def url(small_url):
    return small_url


def in_force(url, table):
    return [row for row in rows(url, table) if row.superseded_at is None]


def correction(saved, **changes):
    values = {
        "expected_id": saved.version_id,
        "kind": StageKind.OPENED,
        "on": PartialDate(2021, 6),
        "source": GAZETTE,
        "reason": "motif",
    }
    return StageCorrection(**(values | changes))


def said(url, table):
    """Give what is known of each fact now, whatever the version says it."""
    skipped = {"id", "version", "recorded_at", "superseded_at", "origin_id", "seed_key"}
    return {
        row.origin_id or row.id: {
            name: value for name, value in row._asdict().items() if name not in skipped
        }
        for row in in_force(url, table)
    }


def undo_last(url, who=ADMIN, now=NOON):
    (last, *_) = [e for e in reversed(rows(url, AuditEvent)) if e.actor == who]
    return do(url, undo, UndoDraft(event_id=last.id), who=who, now=now)


def undo_code(url, event_id, who=ADMIN, now=NOON):
    with pytest.raises(InvalidError) as refused:
        do(url, undo, UndoDraft(event_id=event_id), who=who, now=now)
    (problem,) = refused.value.problems
    return problem.code


# --- undoing ---


def setup_everything(url):
    """Record one of each thing, and give the acts that may follow."""
    centre = do(url, record_stage, stage_draft())
    offering = do(
        url,
        set_offering,
        OfferingDraft(centre_id=centre.centre_id, course_key="F001", source=GAZETTE),
    )
    grid = EnrolmentsDraft(
        centre_id=centre.centre_id,
        academic_year=2021,
        counted_on=date(2021, 11, 1),
        source=GAZETTE,
        rows=(EnrolmentRow(headcount=40), EnrolmentRow(headcount=20, course_key="F001")),
    )
    enrolment = do(url, record_enrolments, grid)
    bare = do(url, create_centre, CentreDraft(town_code=SAINT_DIZIER))
    do(url, set_setting, SettingDraft(name="validation", value="off"))
    why = "motif"
    return {
        "record_stage": (record_stage, stage_draft(town_code=COGNAC, source=WORD)),
        "record_stage_there": (
            record_stage,
            stage_draft(kind=StageKind.AGREEMENT, on=PartialDate(2021, 3), address="1 rue"),
        ),
        "correct_stage": (correct_stage, correction(centre)),
        "withdraw_stage": (
            withdraw_stage,
            WithdrawalDraft(expected_id=centre.version_id, reason=why),
        ),
        "create_centre": (create_centre, CentreDraft(town_code=COGNAC)),
        "correct_centre": (
            correct_centre,
            CentreCorrection(
                expected_id=bare.version_id, town_code=SAINT_DIZIER, name="Gare", reason=why
            ),
        ),
        "withdraw_centre": (
            withdraw_centre,
            WithdrawalDraft(expected_id=bare.version_id, reason=why),
        ),
        "set_offering": (
            set_offering,
            OfferingDraft(centre_id=centre.centre_id, course_key="F002", source=GAZETTE),
        ),
        "correct_offering": (
            set_offering,
            OfferingDraft(
                centre_id=centre.centre_id,
                course_key="F001",
                source=WORD,
                expected_id=offering.version_id,
                reason=why,
            ),
        ),
        "withdraw_offering": (
            withdraw_offering,
            WithdrawalDraft(expected_id=offering.version_id, reason=why),
        ),
        "record_enrolments": (
            record_enrolments,
            replace(
                grid,
                rows=(
                    EnrolmentRow(headcount=41),
                    EnrolmentRow(headcount=20, course_key="F001"),
                    EnrolmentRow(headcount=9, course_key="F002"),
                ),
                reason=why,
            ),
        ),
        "withdraw_enrolment": (
            withdraw_enrolment,
            WithdrawalDraft(expected_id=enrolment.version_id, reason=why),
        ),
        "set_target": (
            set_target,
            TargetDraft(
                value=12,
                deadline=date(2027, 1, 1),
                decided_on=date(2026, 1, 1),
                source=GAZETTE,
            ),
        ),
        "add_course": (
            add_course,
            CourseDraft(title="Licence gestion", field_slug="numerique", source=GAZETTE),
        ),
        "correct_course": (
            correct_course,
            CourseCorrection(
                key="F003",
                title="Certificat",
                field_slug="numerique",
                source=GAZETTE,
                level=5,
                cpf_eligible=True,
                expected_edition=1,
                reason=why,
            ),
        ),
        "set_setting": (set_setting, SettingDraft(name="validation", value="on")),
    }


NAMES = """
    record_stage record_stage_there correct_stage withdraw_stage create_centre correct_centre
    withdraw_centre set_offering correct_offering withdraw_offering record_enrolments
    withdraw_enrolment set_target add_course correct_course set_setting
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_undoing_restores_what_was_known_and_undoing_that_does_it_again(url, name):
    prepared = setup_everything(url)
    assert set(prepared) == set(NAMES.split())
    command, draft = prepared[name]
    tables = (*FACTS, Course, Setting)

    def everything():
        facts = {table.__tablename__: said(url, table) for table in FACTS}
        return facts | {t.__tablename__: rows(url, t) for t in (Course, Setting)}

    before = everything()
    versions_before = sum(len(rows(url, table)) for table in tables)
    do(url, command, draft, now=later(1))
    after = everything()
    assert after != before
    undo_last(url, now=later(5))
    assert everything() == before
    sound(url)
    undo_last(url, now=later(6))
    redone = everything()
    for table in ("course", "setting"):
        assert redone[table] == after[table]
    assert [list(redone[t.__tablename__].values()) for t in FACTS] == [
        list(after[t.__tablename__].values()) for t in FACTS
    ]
    assert sum(len(rows(url, table)) for table in tables) >= versions_before
    sound(url)


def test_undoing_is_for_ten_minutes(url):
    saved = do(url, record_stage, stage_draft())
    assert undo_code(url, saved.event_id, now=NOON + timedelta(minutes=10, seconds=1)) == (
        Code.TOO_LATE
    )
    do(url, undo, UndoDraft(event_id=saved.event_id), now=NOON + timedelta(minutes=10))


def test_undoing_is_for_ones_own_last_act(url):
    mine = do(url, record_stage, stage_draft(), who=ENTRY)
    assert undo_code(url, mine.event_id) == Code.NOT_OWN
    assert undo_code(url, 9999) == Code.UNKNOWN_FACT
    do(url, record_stage, stage_draft(town_code=SAINT_DIZIER), who=ENTRY)
    assert undo_code(url, mine.event_id, who=ENTRY) == Code.NOT_LAST


def test_what_somebody_touched_since_is_not_undone(url):
    mine = do(url, record_stage, stage_draft(), who=ENTRY)
    do(url, correct_stage, correction(mine))
    assert undo_code(url, mine.event_id, who=ENTRY) == Code.TOUCHED_SINCE


def test_a_centre_on_which_somebody_built_since_is_not_undone(url):
    mine = do(url, record_stage, stage_draft(), who=ENTRY)
    do(url, record_stage, stage_draft(kind=StageKind.INAUGURATED, on=PartialDate(2021, 9)))
    assert undo_code(url, mine.event_id, who=ENTRY) == Code.TOUCHED_SINCE


def test_a_setting_changed_since_is_not_undone(url):
    mine = do(url, set_setting, SettingDraft(name="validation", value="on"))

    def switch_off(write):
        write.session.get(Setting, "validation").value = "off"
        return Saved(entity="setting", entity_id="validation")

    with writing(url, VALIDATION, now=NOON) as write:  # somebody else, by another way
        write.perform("switch", Permission.CHANGE_SETTING, lambda: switch_off(write))
    assert undo_code(url, mine.event_id) == Code.TOUCHED_SINCE


def test_an_act_on_accounts_is_not_undone(url):

    saved = do(url, disable_staff, AccountDraft(email=ENTRY))
    assert undo_code(url, saved.event_id) == Code.NOT_UNDOABLE


def test_undoing_asks_for_the_permission_of_what_is_undone(url):

    saved = do(url, record_stage, stage_draft(), who=ENTRY)
    do(url, change_role, RoleDraft(email=ENTRY, role=Role.ENTRY, regions=("75",)))
    with pytest.raises(RefusedError):
        do(url, undo, UndoDraft(event_id=saved.event_id), who=ENTRY)


def test_a_source_cited_by_an_act_stays_when_the_act_is_undone(url):
    do(url, record_stage, stage_draft(source=WORD))
    undo_last(url)
    assert any(row.reliability == "declaration" for row in rows(url, Source))
    assert in_force(url, Stage) == in_force(url, Centre) == []


# --- the clock ---


def test_a_clock_that_goes_back_never_writes_in_the_past(url):
    do(url, record_stage, stage_draft(), now=NOON)
    back = NOON - timedelta(days=3)
    saved = do(url, record_stage, stage_draft(town_code=COGNAC), now=back)
    do(
        url,
        withdraw_stage,
        WithdrawalDraft(expected_id=saved.version_id, reason="erreur"),
        now=back - timedelta(days=300),
    )
    instants = [event.at_utc for event in rows(url, AuditEvent)]
    assert instants == sorted(set(instants))
    assert instants[1] == NOON
    sound(url)


def test_undoing_works_while_the_clock_is_back(url):
    saved = do(url, record_stage, stage_draft(), now=NOON)
    do(url, undo, UndoDraft(event_id=saved.event_id), now=NOON - timedelta(hours=2))
    sound(url)


def test_the_day_of_a_form_is_the_one_in_paris(url):
    half_past_midnight = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)
    draft = stage_draft(on=PartialDate(2026, 6, 16))
    with pytest.raises(InvalidError):
        do(url, record_stage, draft, now=half_past_midnight - timedelta(hours=1))
    do(url, record_stage, draft, now=half_past_midnight)


# --- any sequence of commands ---

TOWNS = [CHAUMONT, SAINT_DIZIER, COGNAC]
DATES = [PartialDate(), PartialDate(2019), PartialDate(2020, 5), PartialDate(2021, 5, 4)]

acts = st.one_of(
    st.tuples(
        st.just("stage"),
        st.sampled_from(TOWNS),
        st.sampled_from(list(StageKind)),
        st.sampled_from(DATES),
        st.booleans(),
    ),
    st.tuples(
        st.just("correct"), st.integers(0, 5), st.sampled_from(DATES), st.booleans(), st.just(0)
    ),
    st.tuples(
        st.just("withdraw"), st.integers(0, 5), st.sampled_from([0, 1, 2]), *[st.just(0)] * 2
    ),
    st.tuples(
        st.just("count"),
        st.integers(0, 3),
        st.integers(0, 60),
        st.sampled_from([None, "F001"]),
        st.booleans(),
    ),
    st.tuples(
        st.just("offer"), st.integers(0, 3), st.sampled_from(["F001", "F002"]), *[st.just(0)] * 2
    ),
    st.tuples(st.just("undo"), *[st.just(0)] * 4),
)
actors_ = st.sampled_from([ADMIN, ENTRY, VALIDATION])


def pick(listed, number):
    return listed[number % len(listed)] if listed else None


def perform(url, act, who, now):
    kind, a, b, c, d = act
    if kind == "stage":
        draft = stage_draft(town_code=a, kind=b, on=c, retained=d, reason="oui")
        do(url, record_stage, draft, who=who, now=now)
    elif kind == "correct" and (row := pick(in_force(url, Stage), a)):
        draft = StageCorrection(
            expected_id=row.id,
            kind=row.kind,
            on=b,
            source=WORD,
            retained=c,
            reason="motif",
            confirmed=True,
        )
        do(url, correct_stage, draft, who=who, now=now)
    elif kind == "withdraw":
        table, command = (
            (Stage, withdraw_stage),
            (Enrolment, withdraw_enrolment),
            (Offering, withdraw_offering),
        )[b]
        if row := pick(in_force(url, table), a):
            draft = WithdrawalDraft(expected_id=row.id, reason="motif")
            do(url, command, draft, who=who, now=now)
    elif kind == "count" and (row := pick(in_force(url, Centre), a)):
        draft = EnrolmentsDraft(
            centre_id=row.origin_id or row.id,
            academic_year=2020 + d,
            counted_on=date(2021, 11, 1),
            source=GAZETTE,
            rows=(EnrolmentRow(headcount=b, course_key=c, confirmed_zero=True),),
            reason="motif",
            confirmed=True,
        )
        do(url, record_enrolments, draft, who=who, now=now)
    elif kind == "offer" and (row := pick(in_force(url, Centre), a)):
        draft = OfferingDraft(centre_id=row.origin_id or row.id, course_key=b, source=GAZETTE)
        do(url, set_offering, draft, who=who, now=now)
    elif kind == "undo":
        undo_last(url, who=who, now=now)


def answers(url, instant):
    """Give what this database answers about an instant: the count, and every version known."""
    scope = Scope(as_of=date(2026, 6, 15), known_at=instant)
    with reading(url) as connection:
        figures = rollout.situation(connection, scope=scope)
        listed = rollout.centre_list(connection, scope=scope).to_csv()
        facts = [
            sorted(connection.scalars(select(table.id).where(known(table, instant))))
            for table in FACTS
        ]
    return figures, listed, facts


@pytest.mark.only_on("sqlite", "a database per example")
@settings(max_examples=at_length(20), suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(st.tuples(acts, actors_, st.integers(-90, 90)), min_size=1, max_size=12))
def test_no_sequence_of_acts_changes_what_was_known_before_it(databases, tmp_path, sequence):
    url = databases.copy("small", tmp_path)
    recorded = {}
    clock = NOON
    for act, who, seconds in sequence:
        clock += timedelta(seconds=seconds)
        try:
            perform(url, act, who, clock)
        except (TerritoiresError, ValueError):
            continue  # refused, or nothing of one's own to undo
        instant = rows(url, AuditEvent)[-1].at_utc
        recorded[instant] = answers(url, instant)
    for instant, answer in recorded.items():
        assert answers(url, instant) == answer
    sound(url)
    assert rows(url, Proposal) == []
    databases.drop(url)  # the next copy has its name, hence its engine and statements
