"""Every command, once through to its rows and its line in the journal, and every refusal."""

import inspect
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from sqlalchemy import insert, select, update

from territoires.commands import register
from territoires.commands.announcements import set_announcement, withdraw_announcement
from territoires.commands.audit import AuditedSession
from territoires.commands.bounds import set_bound, withdraw_bound
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
from territoires.commands.stages import (
    correct_stage,
    record_stage,
    retain_stage,
    withdraw_stage,
)
from territoires.commands.targets import set_target
from territoires.commands.undo import undo
from territoires.commands.write import REGISTERED, Saved, Write, requires, writing
from territoires.db.models import (
    AuditEvent,
    Centre,
    Course,
    Enrolment,
    Offering,
    Proposal,
    Setting,
    Source,
    Staff,
    Stage,
    Target,
)
from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    AccountDraft,
    AnnouncementDraft,
    BoundDraft,
    CentreCorrection,
    CentreDraft,
    CourseCorrection,
    CourseDraft,
    EnrolmentRow,
    EnrolmentsDraft,
    HashedPasswordDraft,
    OfferingDraft,
    RetainDraft,
    RoleDraft,
    SettingDraft,
    SourceDraft,
    StageCorrection,
    TargetDraft,
    UndoDraft,
    WithdrawalDraft,
    cited,
)
from territoires.domain.errors import (
    DatabaseError,
    InvalidError,
    RefusedError,
    StaleError,
    UnguardedWriteError,
    UnknownActorError,
)
from territoires.domain.imports import ImportDraft
from territoires.domain.programme import Basis, Counted, Document, Mode, StageKind
from territoires.domain.roles import GRANTS, REGIONAL, Permission, Role
from territoires.domain.scope import Perimeter
from territoires.french.problems import error_message
from tests.factories import filled
from tests.integration.writing import (
    ADMIN,
    CHAUMONT,
    COGNAC,
    ENTRY,
    ENTRY_ELSEWHERE,
    GAZETTE,
    NOON,
    SAINT_DIZIER,
    VALIDATION,
    WORD,
    do,
    email,
    rows,
    sound,
    stage_draft,
)

pytestmark = pytest.mark.as_deployed


@pytest.fixture
def url(small_url):
    return small_url


def problems_of(url, command, draft, **options):
    with pytest.raises(InvalidError) as refused:
        do(url, command, draft, **options)
    assert "{" not in error_message(refused.value)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def last_event(url):
    return rows(url, AuditEvent)[-1]


def opened(url, **changes):
    return do(url, record_stage, stage_draft(**changes))


# --- the policy ---


def test_every_command_is_classified(golden):
    everybody = list(Role)
    lines = [f"{'command':<22}{'permission':<20}" + "".join(f"{role:>16}" for role in everybody)]
    for name, registered in sorted(REGISTERED.items()):
        permission = registered.permission
        cells = (
            ("in its regions" if role in REGIONAL else "yes") if permission in GRANTS[role] else "-"
            for role in everybody
        )
        waits = " *" if REGISTERED[name].proposable else ""
        lines.append(
            f"{name:<22}{permission:<20}" + "".join(f"{cell:>16}" for cell in cells) + waits
        )
    lines.append("* waits for validation while that setting is on, when the entry role does it")
    golden("commands.txt", "\n".join(lines) + "\n")


def test_every_function_that_takes_a_write_and_a_draft_is_registered():
    found = set()
    for module in register.MODULES:
        for name, member in vars(module).items():
            if not inspect.isfunction(member) or name.startswith("_"):
                continue
            parameters = list(inspect.signature(member).parameters.values())
            if len(parameters) == 2 and parameters[1].name == "draft":
                found.add(name)
    assert found == set(REGISTERED)


@pytest.mark.only_on("sqlite", "it is refused before anything is read")
@pytest.mark.parametrize("role", [r for r in Role if r is not Role.PUBLIC])
def test_a_role_without_the_permission_is_refused_before_anything_is_read(url, role):
    for name, registered in REGISTERED.items():
        if registered.permission in GRANTS[role]:
            continue
        command = next(vars(module)[name] for module in register.MODULES if name in vars(module))
        with pytest.raises(RefusedError) as refused, writing(url, email(role), now=NOON) as write:
            command(write, AccountDraft(email="x"))
        assert refused.value.permission is registered.permission, name
        assert len(rows(url, AuditEvent)) == 1, name


def test_nobody_writes_without_an_account(url):
    with pytest.raises(UnknownActorError):
        do(url, record_stage, stage_draft(), who="stranger@example.org")


def test_an_account_switched_off_writes_no_more(url):
    do(url, disable_staff, AccountDraft(email=ENTRY))
    with pytest.raises(UnknownActorError):
        do(url, record_stage, stage_draft(), who=ENTRY)


def test_a_missing_database_is_said_so_and_not_created(tmp_path):
    path = tmp_path / "absent.db"
    with pytest.raises(DatabaseError) as failed:
        do(f"sqlite:///{path}", record_stage, stage_draft())
    assert failed.value.code == "missing"
    assert not path.exists()


# --- nothing changes outside a command ---


def test_a_change_outside_a_command_is_refused(url):
    with pytest.raises(UnguardedWriteError), writing(url, ADMIN, now=NOON) as write:
        write.session.add(Setting(name="validation", value="on"))
    assert rows(url, Setting) == []


def test_a_bulk_statement_is_refused(url):
    with pytest.raises(UnguardedWriteError), writing(url, ADMIN, now=NOON) as write:
        write.session.execute(update(Staff).values(role=Role.ADMINISTRATION))
    with pytest.raises(UnguardedWriteError), writing(url, ADMIN, now=NOON) as write:
        write.session.execute(insert(Setting).values(name="x", value="y"))


@pytest.fixture
def unregistered():
    """Let a test make commands of its own."""
    before = set(REGISTERED)
    yield
    for name in set(REGISTERED) - before:
        del REGISTERED[name]


def test_a_fact_is_never_edited_nor_deleted_even_by_a_command(url, unregistered):
    opened(url)

    @requires(Permission.RECORD_STAGE)
    def edit(write: Write, draft: SettingDraft) -> Saved:
        write.session.scalars(select(Stage)).one().note = "edited"
        return Saved(entity="stage", entity_id="1")

    @requires(Permission.RECORD_STAGE)
    def remove(write: Write, draft: SettingDraft) -> Saved:
        write.session.delete(write.session.scalars(select(Stage)).one())
        return Saved(entity="stage", entity_id="1")

    @requires(Permission.RECORD_STAGE)
    def rewrite_the_journal(write: Write, draft: SettingDraft) -> Saved:
        write.session.scalars(select(AuditEvent)).first().actor = "somebody else"
        return Saved(entity="stage", entity_id="1")

    @requires(Permission.RECORD_STAGE)
    def nest(write: Write, draft: SettingDraft) -> Saved:
        return record_stage(write, stage_draft(town_code=COGNAC))

    before = rows(url, Stage)
    # PostgreSQL does not even let the dashboards' account delete one.
    for command in (edit, remove, rewrite_the_journal, nest):
        with pytest.raises((UnguardedWriteError, DatabaseError)) as refused:
            do(url, command, SettingDraft(name="", value=""))
        assert getattr(refused.value, "code", "forbidden") == "forbidden"
    assert rows(url, Stage) == before
    sound(url)


def test_a_name_is_registered_once(unregistered):
    with pytest.raises(UnguardedWriteError):

        @requires(Permission.RECORD_STAGE)
        def record_stage(write: Write, draft: SettingDraft) -> Saved:
            raise AssertionError


def test_a_refusal_that_is_swallowed_leaves_nothing_behind(url):
    with writing(url, ADMIN, now=NOON) as write:
        with pytest.raises(InvalidError):
            record_stage(write, stage_draft(on=PartialDate(2030)))
        record_stage(write, stage_draft(town_code=COGNAC))
    assert [row.town_code for row in rows(url, Centre)] == [COGNAC]
    sound(url)


def test_several_commands_of_one_transaction_have_successive_instants(url):
    with writing(url, ADMIN, now=NOON) as write:
        record_stage(write, stage_draft())
        record_stage(write, stage_draft(town_code=COGNAC))
    first, second = rows(url, AuditEvent)[1:]
    assert first.at_utc == NOON
    assert second.at_utc > first.at_utc
    assert [row.recorded_at for row in rows(url, Stage)] == [first.at_utc, second.at_utc]


def test_a_transaction_that_fails_later_leaves_nothing(url):
    with pytest.raises(RuntimeError), writing(url, ADMIN, now=NOON) as write:
        record_stage(write, stage_draft())
        raise RuntimeError
    assert rows(url, Stage) == []
    assert len(rows(url, AuditEvent)) == 1


# --- stages ---


def test_an_opening_makes_the_centre_and_one_line_in_the_journal(url):
    saved = do(
        url,
        record_stage,
        stage_draft(
            centre_name="Chaumont Gare",
            address="1 place de la Gare",
            regional_centre="Cnam Grand Est",
            note=" vu sur place ",
        ),
        who=ENTRY,
    )
    (centre,) = rows(url, Centre)
    (stage,) = rows(url, Stage)
    assert (centre.name, centre.address) == ("Chaumont Gare", "1 place de la Gare")
    assert (stage.centre_id, stage.kind, stage.note) == (centre.id, "opened", "vu sur place")
    assert stage.recorded_at == NOON
    assert stage.validation == "validated"
    assert saved == Saved(
        entity="stage",
        entity_id="1",
        version_id=stage.id,
        centre_id=centre.id,
        town_code=CHAUMONT,
        region_code="44",
        inserted=1,
        event_id=2,
    )
    event = last_event(url)
    assert (event.actor, event.command, event.entity, event.entity_id) == (
        ENTRY,
        "record_stage",
        "stage",
        "1",
    )
    assert event.at_utc == stage.recorded_at
    assert {(change["entity"], change["before"] is None) for change in event.changes} == {
        ("centre", True),
        ("stage", True),
    }
    sound(url)


def test_a_stage_goes_to_the_centre_that_the_town_has(url):
    first = opened(url)
    second = opened(url, kind=StageKind.INAUGURATED, on=PartialDate(2021, 9))
    assert second.centre_id == first.centre_id
    assert len(rows(url, Centre)) == 1


def test_what_the_form_adds_to_a_centre_fills_blanks_and_never_replaces_silently(url):
    opened(url, centre_name="Chaumont Gare")
    opened(url, kind=StageKind.AGREEMENT, on=PartialDate(2021, 3), address="1 place de la Gare")
    centre = rows(url, Centre)[-1]
    assert (centre.version, centre.address) == (2, "1 place de la Gare")
    other = stage_draft(kind=StageKind.INAUGURATED, on=PartialDate(2021, 9), address="ailleurs")
    assert problems_of(url, record_stage, other) == [("address", Code.REPLACES)]
    do(url, record_stage, replace(other, reason="le centre a déménagé"))
    assert rows(url, Centre)[-1].address == "ailleurs"
    sound(url)


def test_a_second_site_is_asked_for_and_named(url):
    opened(url)
    again = stage_draft(on=PartialDate(2022))
    assert problems_of(url, record_stage, again) == [("town_code", Code.ALREADY_OPEN)]
    assert problems_of(url, record_stage, replace(again, reason="oui")) == [
        ("town_code", Code.ALREADY_OPEN)
    ]
    site = replace(again, new_site=True)
    assert problems_of(url, record_stage, site) == [("centre_name", Code.REQUIRED)]
    assert problems_of(url, record_stage, replace(site, centre_name="CHAUMONT")) == [
        ("centre_name", Code.DUPLICATE)
    ]
    saved = do(url, record_stage, replace(site, centre_name="Chaumont Nord"))
    assert saved.centre_id == 2
    third = stage_draft(kind=StageKind.INAUGURATED, on=PartialDate(2024))
    assert problems_of(url, record_stage, third) == [("centre_id", Code.WHICH_CENTRE)]
    assert do(url, record_stage, replace(third, centre_id=2)).centre_id == 2
    assert problems_of(url, record_stage, replace(third, centre_id=99)) == [
        ("centre_id", Code.OTHER_TOWN)
    ]


def test_a_town_is_one_of_the_list(url):
    assert problems_of(url, record_stage, stage_draft(town_code="99999")) == [
        ("town_code", Code.UNKNOWN_TOWN)
    ]
    assert problems_of(url, record_stage, stage_draft(town_code="")) == [
        ("town_code", Code.REQUIRED)
    ]
    assert problems_of(url, record_stage, stage_draft(town_code="a\x00")) == [
        ("town_code", Code.UNREADABLE)
    ]


def test_texts_that_no_database_takes_are_refused_first(url):
    found = problems_of(url, record_stage, stage_draft(note="a\x00", centre_name="x" * 201))
    assert sorted(found) == [("centre_name", Code.TOO_LONG), ("note", Code.UNREADABLE)]
    assert problems_of(url, record_stage, stage_draft(reason="\x00")) == [
        ("reason", Code.UNREADABLE)
    ]


@pytest.mark.only_on("sqlite", "a draft is judged before anything is written")
@pytest.mark.parametrize(
    ("text", "code"), [("é" * 10_000, Code.TOO_LONG), ("abc\u200fgnp.exe", Code.UNREADABLE)]
)
def test_no_command_records_or_keeps_an_unfit_text(small_url, text, code):
    before = rows(small_url, AuditEvent)
    for name, registered in REGISTERED.items():
        command = next(vars(module)[name] for module in register.MODULES if name in vars(module))
        tried = unfit(registered.draft, text)
        assert tried, name
        for draft, as_draft in product(tried, (False, True)):
            with pytest.raises(InvalidError) as refused:
                do(small_url, command, replace(draft, as_draft=as_draft))
            assert code in {problem.code for problem in refused.value.problems}, (name, draft)
        assert rows(small_url, AuditEvent) == before, name
        assert rows(small_url, Proposal) == [], name


def unfit(kind, text):
    """Give drafts of a kind, each with the text in another of its fields."""
    if kind is ImportDraft:
        return [ImportDraft(rows=(), reason=text), ImportDraft(rows=(), file_name=text)]
    # A password is judged by rules of its own, which quote nothing.
    return [
        draft
        for where, draft in filled(kind, text).items()
        if kind is not HashedPasswordDraft or where == ("reason",)
    ]


def test_a_page_becomes_a_source_once(url):
    page = SourceDraft(url="https://www.ville.example/annonce", title="Annonce")
    opened(url, source=page)
    opened(url, kind=StageKind.AGREEMENT, on=PartialDate(2021, 3), source=page)
    (source,) = [row for row in rows(url, Source) if row.reliability == "page"]
    assert (source.publisher, source.title) == ("ville.example", "Annonce")
    assert {row.source_id for row in rows(url, Stage)} == {source.id}


def test_a_page_already_listed_is_not_listed_twice(url):
    opened(url, source=SourceDraft(url="https://gazette.example/article"))
    assert rows(url, Stage)[0].source_id == "gazette"


def test_a_declaration_is_the_word_of_the_institution_that_day(url):
    opened(url, source=WORD)
    opened(url, kind=StageKind.AGREEMENT, on=PartialDate(2021, 3), source=WORD)
    (source,) = [row for row in rows(url, Source) if row.reliability == "declaration"]
    assert source.publisher == "Cnam Grand Est"
    assert source.published_on == PartialDate(2026, 6, 15)
    named = replace(WORD, publisher="Ville de Chaumont")
    opened(url, kind=StageKind.INAUGURATED, on=PartialDate(2021, 9), source=named)
    assert {row.publisher for row in rows(url, Source)} >= {"Ville de Chaumont"}


def test_a_source_is_known_or_refused(url):
    draft = stage_draft(source=SourceDraft(id="nulle part"))
    assert problems_of(url, record_stage, draft) == [("source", Code.UNKNOWN_SOURCE)]
    assert problems_of(url, record_stage, stage_draft(source=SourceDraft())) == [
        ("source", Code.REQUIRED)
    ]


def test_an_opening_before_the_labelling_of_its_town_is_explained(url):
    opened(url, kind=StageKind.SELECTED, on=PartialDate(2019, 9, 26))
    draft = stage_draft(on=PartialDate(2019, 6, 4))
    assert problems_of(url, record_stage, draft) == [("on", Code.BEFORE_LABELLING)]
    saved = do(url, record_stage, replace(draft, reason="ouvert par anticipation"))
    assert saved.inserted == 1
    assert last_event(url).reason == "ouvert par anticipation"


def test_a_correction_keeps_the_old_version(url):
    first = opened(url)
    saved = do(
        url,
        correct_stage,
        StageCorrection(
            expected_id=first.version_id,
            kind=StageKind.OPENED,
            on=PartialDate(2021, 6),
            source=GAZETTE,
            basis=Basis.INFERRED,
            reason="date relevée sur la convention",
        ),
        who=ENTRY,
    )
    before, after = rows(url, Stage)
    assert (before.happened_on, after.happened_on) == (
        PartialDate(2021, 5, 4),
        PartialDate(2021, 6),
    )
    assert before.superseded_at == after.recorded_at
    assert (after.origin_id, after.version, saved.version_id) == (before.id, 2, after.id)
    (change,) = last_event(url).changes
    assert change == {
        "entity": "stage",
        "id": "1",
        "version": after.id,
        "before": {"happened_on": "2021-05-04", "basis": "stated"},
        "after": {"happened_on": "2021-06", "basis": "inferred"},
    }
    assert last_event(url).reason == "date relevée sur la convention"
    sound(url)


def stage_correction(saved, **changes):
    values = {
        "expected_id": saved.version_id,
        "kind": StageKind.OPENED,
        "on": PartialDate(2021, 6),
        "source": GAZETTE,
        "reason": "motif",
    }
    return StageCorrection(**(values | changes))


def test_a_correction_that_changes_nothing_writes_nothing(url):
    first = opened(url)
    saved = do(url, correct_stage, stage_correction(first, on=PartialDate(2021, 5, 4)))
    assert (saved.changed, saved.corrected) == (False, 0)
    assert len(rows(url, AuditEvent)) == 2


def test_a_correction_says_why(url):
    first = opened(url)
    assert problems_of(url, correct_stage, stage_correction(first, reason=" ")) == [
        ("reason", Code.REQUIRED)
    ]
    assert problems_of(url, withdraw_stage, WithdrawalDraft(expected_id=first.version_id)) == [
        ("reason", Code.REQUIRED)
    ]


def test_a_correction_confirms_only_what_is_newly_suspicious(url):
    opened(url, kind=StageKind.SELECTED, on=PartialDate(2019, 9, 26))
    first = opened(url)
    early = stage_correction(first, on=PartialDate(2019, 6))
    assert problems_of(url, correct_stage, early) == [("on", Code.BEFORE_LABELLING)]
    second = do(url, correct_stage, replace(early, confirmed=True))
    noted = stage_correction(second, on=PartialDate(2019, 6), note="vérifié")
    assert do(url, correct_stage, noted).corrected == 1


def test_the_second_of_two_corrections_is_told_both_versions(url):
    first = opened(url)
    second = do(url, correct_stage, stage_correction(first))
    with pytest.raises(StaleError) as stale:
        do(url, correct_stage, stage_correction(first, on=PartialDate(2021, 7)))
    assert (stale.value.entity, stale.value.read_id, stale.value.current_id) == (
        "stage",
        first.version_id,
        second.version_id,
    )
    do(url, withdraw_stage, WithdrawalDraft(expected_id=second.version_id, reason="erreur"))
    with pytest.raises(StaleError) as stale:
        do(url, correct_stage, stage_correction(second))
    assert stale.value.current_id is None
    assert "retiré" in error_message(stale.value)


def test_a_version_that_never_was_is_refused(url):
    for number in (0, 99, 2**70, -1):
        draft = WithdrawalDraft(expected_id=number, reason="motif")
        assert problems_of(url, withdraw_stage, draft) == [("expected_id", Code.UNKNOWN_FACT)]


def withdraw(url, command, saved):
    return do(url, command, WithdrawalDraft(expected_id=saved.version_id, reason="erreur"))


def test_a_withdrawal_ends_the_version_and_deletes_nothing(url):
    first = opened(url)
    withdraw(url, withdraw_stage, first)
    (stage,) = rows(url, Stage)
    assert stage.superseded_at == last_event(url).at_utc
    assert {change["entity"]: change["after"] for change in last_event(url).changes} == {
        "stage": None,
        "centre": None,
    }
    before = [change["before"] for change in last_event(url).changes if change["entity"] == "stage"]
    assert before[0]["happened_on"] == "2021-05-04"
    sound(url)


def test_a_centre_ends_with_the_last_fact_of_the_stage_that_made_it(url):
    first = opened(url)
    labelled = opened(url, kind=StageKind.SELECTED, on=PartialDate(2019, 9, 26))
    course = OfferingDraft(centre_id=first.centre_id, course_key="F001", source=GAZETTE)
    offering = do(url, set_offering, course)
    assert not withdraw(url, withdraw_stage, first).centre_gone
    assert not withdraw(url, withdraw_stage, labelled).centre_gone
    assert rows(url, Centre, superseded_at=None)
    gone = withdraw(url, withdraw_offering, offering)
    assert gone.centre_gone
    assert not rows(url, Centre, superseded_at=None)
    do(url, undo, UndoDraft(event_id=gone.event_id))
    assert len(rows(url, Centre, superseded_at=None)) == 1
    again = rows(url, Offering, superseded_at=None)[0]
    assert withdraw(url, withdraw_offering, replace(offering, version_id=again.id)).centre_gone
    sound(url)
    assert opened(url).centre_id != first.centre_id


def test_a_centre_ends_with_the_headcount_that_was_left_of_it(url):
    first = opened(url)
    grid = EnrolmentsDraft(
        centre_id=first.centre_id,
        academic_year=2021,
        counted_on=date(2021, 11, 1),
        source=GAZETTE,
        rows=(EnrolmentRow(headcount=30),),
    )
    headcount = do(url, record_enrolments, grid)
    assert not withdraw(url, withdraw_stage, first).centre_gone
    assert withdraw(url, withdraw_enrolment, headcount).centre_gone
    sound(url)


def test_a_centre_created_by_itself_outlives_its_last_stage(url):
    do(url, create_centre, CentreDraft(town_code=CHAUMONT))
    first = opened(url)
    assert not withdraw(url, withdraw_stage, first).centre_gone
    assert len(rows(url, Centre, superseded_at=None)) == 1


def test_a_competing_date_becomes_the_one_that_counts(url):
    opened(url)
    rival = opened(url, on=PartialDate(2021, 9, 13), source=WORD, retained=False)
    draft = RetainDraft(expected_id=rival.version_id, reason="acte officiel")
    assert do(url, retain_stage, draft).corrected == 2
    current = [row for row in rows(url, Stage) if row.superseded_at is None]
    assert {(row.happened_on.iso, row.retained) for row in current} == {
        ("2021-05-04", False),
        ("2021-09-13", True),
    }
    assert len(last_event(url).changes) == 2
    sound(url)


# --- centres ---


def test_a_centre_is_created_corrected_and_withdrawn(url):
    made = do(url, create_centre, CentreDraft(town_code=CHAUMONT, wave="AMI 1"), who=ENTRY)
    assert problems_of(url, create_centre, CentreDraft(town_code=CHAUMONT)) == [
        ("town_code", Code.HAS_CENTRE),
        ("centre_name", Code.REQUIRED),
    ]
    site = CentreDraft(town_code=CHAUMONT, name="Chaumont Nord", new_site=True)
    assert do(url, create_centre, site).entity_id == "2"
    corrected = do(
        url,
        correct_centre,
        CentreCorrection(
            expected_id=made.version_id,
            town_code=CHAUMONT,
            name="Chaumont",
            wave="AMI 2",
            reason="vague mal lue",
        ),
    )
    assert corrected.corrected == 1
    assert rows(url, Centre)[-1].wave == "AMI 2"
    gone = WithdrawalDraft(expected_id=corrected.version_id, reason="doublon")
    do(url, withdraw_centre, gone)
    assert [r.id for r in rows(url, Centre) if r.superseded_at is None] == [2]
    sound(url)


def test_a_centre_on_which_facts_rest_is_not_withdrawn(url):
    do(url, create_centre, CentreDraft(town_code=CHAUMONT))
    saved = opened(url)
    centre = rows(url, Centre)[0]
    draft = WithdrawalDraft(expected_id=centre.id, reason="erreur")
    assert problems_of(url, withdraw_centre, draft) == [("expected_id", Code.HAS_FACTS)]
    do(url, withdraw_stage, WithdrawalDraft(expected_id=saved.version_id, reason="erreur"))
    do(url, withdraw_centre, draft)


def test_a_centre_does_not_move_to_a_town_that_has_one(url):
    opened(url)
    other = opened(url, town_code=SAINT_DIZIER)
    draft = CentreCorrection(
        expected_id=other.centre_id, town_code=CHAUMONT, name="Nord", reason="erreur"
    )
    assert problems_of(url, correct_centre, draft) == [("town_code", Code.HAS_CENTRE)]


# --- courses and what centres offer ---


def course_draft(**changes):
    values = {"title": "Licence gestion", "field_slug": "numerique", "source": GAZETTE}
    return CourseDraft(**(values | changes))


def test_a_course_is_added_under_the_next_key(url):
    assert do(url, add_course, course_draft(level=6, cnam_code="LG03601A")).entity_id == "F004"
    (row,) = rows(url, Course, key="F004")
    assert (row.title, row.level, row.cnam_code) == ("Licence gestion", 6, "LG03601A")
    assert do(url, add_course, course_draft(title="Autre", key="CNAM-1")).entity_id == "CNAM-1"
    sound(url)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": " "}, [("title", Code.REQUIRED)]),
        ({"key": "f 1"}, [("key", Code.BAD_CODE)]),
        ({"key": "F001"}, [("key", Code.DUPLICATE)]),
        ({"cnam_code": "??"}, [("cnam_code", Code.BAD_CODE)]),
        ({"cnam_code": "LG02501A"}, [("cnam_code", Code.DUPLICATE)]),
        ({"rncp_code": "x"}, [("rncp_code", Code.BAD_CODE)]),
        ({"level": 9}, [("level", Code.BAD_LEVEL)]),
        ({"credits": -1}, [("credits", Code.BAD_VALUE)]),
        ({"field_slug": "nulle"}, [("field_slug", Code.UNKNOWN_FIELD)]),
        ({"title": "LICENCE  INFORMATIQUE"}, [("title", Code.LOOKS_LIKE_DUPLICATE)]),
    ],
)
def test_a_course_is_refused(url, changes, found):
    assert problems_of(url, add_course, course_draft(**changes)) == found


def test_a_course_is_corrected_with_before_and_after_in_the_journal(url):
    draft = CourseCorrection(
        key="F002",
        title="Titre professionnel Comptable",
        field_slug="numerique",
        source=GAZETTE,
        level=5,
        expected_edition=1,
        reason="intitulé complet",
    )
    do(url, correct_course, draft)
    (change,) = last_event(url).changes
    assert change["before"] == {"title": "Titre professionnel", "level": None}
    assert change["after"] == {"title": "Titre professionnel Comptable", "level": 5}
    with pytest.raises(StaleError):
        do(url, correct_course, replace(draft, level=6))
    assert problems_of(url, correct_course, replace(draft, key="F999")) == [
        ("key", Code.UNKNOWN_COURSE)
    ]
    assert problems_of(url, correct_course, replace(draft, reason="")) == [
        ("reason", Code.REQUIRED)
    ]


def announcement_draft():
    return AnnouncementDraft(
        town_code=COGNAC,
        announced_for=PartialDate(2022),
        announced_on=PartialDate(2021),
        source=GAZETTE,
    )


def bound_draft(saved, **changes):
    values = {
        "centre_id": saved.centre_id,
        "kind": StageKind.OPENED,
        "not_before": PartialDate(2021),
        "source": GAZETTE,
    }
    return BoundDraft(**(values | changes))


def offering_draft(saved, **changes):
    values = {"centre_id": saved.centre_id, "course_key": "F001", "source": GAZETTE}
    return OfferingDraft(**(values | changes))


def test_an_offering_is_set_corrected_and_withdrawn(url):
    centre = opened(url)
    made = do(url, set_offering, offering_draft(centre, mode=Mode.ON_SITE), who=ENTRY)
    assert problems_of(url, set_offering, offering_draft(centre)) == [
        ("course_key", Code.DUPLICATE)
    ]
    hybrid = offering_draft(centre, mode=Mode.HYBRID, expected_id=made.version_id)
    assert problems_of(url, set_offering, hybrid) == [("reason", Code.REQUIRED)]
    corrected = do(url, set_offering, replace(hybrid, reason="annoncé en hybride"))
    assert rows(url, Offering)[-1].mode == "hybrid"
    moved = replace(hybrid, course_key="F002", expected_id=corrected.version_id, reason="autre")
    assert problems_of(url, set_offering, moved) == [("course_key", Code.UNKNOWN_FACT)]
    gone = WithdrawalDraft(expected_id=corrected.version_id, reason="erreur")
    do(url, withdraw_offering, gone)
    assert all(row.superseded_at for row in rows(url, Offering))
    sound(url)


def test_the_same_course_may_follow_itself(url):
    centre = opened(url)
    first = offering_draft(centre, starts_on=PartialDate(2021), ends_on=PartialDate(2022))
    do(url, set_offering, first)
    again = offering_draft(centre, starts_on=PartialDate(2024))
    assert do(url, set_offering, again).inserted == 1


def test_an_offering_is_refused(url):
    centre = opened(url)
    backwards = offering_draft(
        centre, starts_on=PartialDate(2022), ends_on=PartialDate(2021), course_key="F999"
    )
    assert problems_of(url, set_offering, backwards) == [
        ("ends_on", Code.ENDS_BEFORE_START),
        ("course_key", Code.UNKNOWN_COURSE),
    ]
    assert problems_of(url, set_offering, offering_draft(centre, centre_id=99)) == [
        ("centre_id", Code.UNKNOWN_CENTRE)
    ]
    too_far = offering_draft(centre, starts_on=PartialDate(2028))
    with pytest.raises(InvalidError, match="starts_on: in_future") as refused:
        do(url, set_offering, too_far)
    assert error_message(refused.value) == (
        "La date «\u00a02028\u00a0» est trop lointaine\u00a0: le début d’une formation se prévoit "
        "jusqu’au 31\u00a0décembre 2027. Vérifiez l’année."
    )


# --- enrolments ---


def grid(saved, *cells, **changes):
    values = {
        "centre_id": saved.centre_id,
        "academic_year": 2021,
        "counted_on": date(2021, 11, 1),
        "source": WORD,
        "rows": tuple(EnrolmentRow(headcount=n, course_key=key) for key, n in cells),
    }
    return EnrolmentsDraft(**(values | changes))


def test_a_grid_inserts_corrects_and_leaves_alone_in_one_act(url):
    centre = opened(url)
    saved = do(url, record_enrolments, grid(centre, (None, 40), ("F001", 25)), who=ENTRY)
    assert (saved.inserted, saved.corrected, saved.unchanged) == (2, 0, 0)
    assert do(url, record_enrolments, grid(centre, (None, 40), ("F001", 25))).changed is False
    mixed = grid(centre, (None, 42), ("F001", 25), ("F002", 12), ("F003", None))
    assert problems_of(url, record_enrolments, mixed) == [("reason", Code.REQUIRED)]
    saved = do(url, record_enrolments, replace(mixed, reason="deux dossiers retrouvés"))
    assert (saved.inserted, saved.corrected, saved.unchanged) == (1, 1, 1)
    current = [row for row in rows(url, Enrolment) if row.superseded_at is None]
    assert {(row.course_key, row.headcount) for row in current} == {
        (None, 42),
        ("F001", 25),
        ("F002", 12),
    }
    sound(url)


def test_the_count_of_another_day_is_a_new_one_and_needs_no_reason(url):
    centre = opened(url)
    do(url, record_enrolments, grid(centre, (None, 40)))
    for day in (date(2022, 2, 1), date(2021, 10, 15)):
        saved = do(url, record_enrolments, grid(centre, (None, 52), counted_on=day))
        assert (saved.inserted, saved.corrected) == (1, 0)
    assert [row.superseded_at for row in rows(url, Enrolment)] == [None] * 3
    again = grid(centre, (None, 54), counted_on=date(2022, 2, 1))
    assert problems_of(url, record_enrolments, again) == [("reason", Code.REQUIRED)]
    saved = do(url, record_enrolments, replace(again, reason="un dossier retrouvé"))
    assert (saved.inserted, saved.corrected) == (0, 1)
    assert [(row.version, row.headcount) for row in rows(url, Enrolment)] == [
        (1, 40),
        (1, 52),
        (1, 52),
        (2, 54),
    ]
    sound(url)


def test_a_count_that_showed_another_day_is_fresh(url):
    centre = opened(url)
    saved = do(url, record_enrolments, grid(centre, (None, 40)))
    row = (EnrolmentRow(headcount=52, expected_id=saved.version_id),)
    later = grid(centre, rows=row, counted_on=date(2022, 2, 1))
    assert do(url, record_enrolments, later).inserted == 1
    with pytest.raises(StaleError):
        do(url, record_enrolments, replace(later, reason="recompté"))


def test_persons_and_registrations_are_two_facts(url):
    centre = opened(url)
    both = grid(
        centre,
        rows=(
            EnrolmentRow(headcount=40),
            EnrolmentRow(headcount=190, counted=Counted.REGISTRATIONS),
        ),
    )
    assert do(url, record_enrolments, both).inserted == 2


def test_zero_is_confirmed_and_a_leap_is_explained(url):
    centre = opened(url)
    do(url, record_enrolments, grid(centre, (None, 118)))
    leap = grid(centre, (None, 1250), academic_year=2022, counted_on=date(2022, 11, 1))
    assert problems_of(url, record_enrolments, leap) == [("rows.0.headcount", Code.JUMP)]
    do(url, record_enrolments, replace(leap, reason="ouverture de dix formations"))
    zero = grid(centre, ("F001", 0))
    assert problems_of(url, record_enrolments, zero) == [
        ("rows.0.headcount", Code.ZERO_NOT_CONFIRMED)
    ]
    confirmed = (EnrolmentRow(headcount=0, course_key="F001", confirmed_zero=True),)
    assert do(url, record_enrolments, replace(zero, rows=confirmed)).inserted == 1


def test_a_cell_that_somebody_filled_meanwhile_is_not_overwritten(url):
    centre = opened(url)
    do(url, record_enrolments, grid(centre, (None, 40)))
    blind = grid(centre, rows=(EnrolmentRow(headcount=41, expected_id=0),), reason="compté")
    with pytest.raises(StaleError) as stale:
        do(url, record_enrolments, blind)
    current = stale.value.current_id
    seen = grid(centre, rows=(EnrolmentRow(headcount=41, expected_id=current),), reason="compté")
    assert do(url, record_enrolments, seen).corrected == 1


def test_a_headcount_is_withdrawn(url):
    centre = opened(url)
    saved = do(url, record_enrolments, grid(centre, (None, 40)))
    do(
        url,
        withdraw_enrolment,
        WithdrawalDraft(expected_id=saved.version_id, reason="autre centre"),
    )
    assert rows(url, Enrolment)[0].superseded_at is not None
    again = do(url, record_enrolments, grid(centre, (None, 41)))
    assert again.inserted == 1
    sound(url)


# --- targets and settings ---


def target_draft(**changes):
    values = {
        "value": 12,
        "deadline": date(2027, 12, 31),
        "decided_on": date(2026, 6, 1),
        "source": WORD,
        "territory": "reg-44",
    }
    return TargetDraft(**(values | changes))


def test_a_target_is_a_new_row_and_never_an_edit(url):
    do(url, set_target, target_draft())
    assert problems_of(url, set_target, target_draft(value=15)) == [("decided_on", Code.DUPLICATE)]
    do(url, set_target, target_draft(value=15, decided_on=date(2026, 6, 10)))
    do(url, set_target, target_draft(perimeter=Perimeter.ACV))
    assert [row.value for row in rows(url, Target)] == [12, 15, 12]
    assert all(row.superseded_at is None for row in rows(url, Target))
    sound(url)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"value": 0}, [("value", Code.BAD_VALUE)]),
        ({"value": 10**9}, [("value", Code.BAD_VALUE)]),
        ({"decided_on": date(2026, 7, 1)}, [("decided_on", Code.IN_FUTURE)]),
        (
            {"deadline": date(2026, 1, 1)},
            [("deadline", Code.DEADLINE_BEFORE_DECISION)],
        ),
        (
            {"starts_on": date(2028, 1, 1)},
            [("deadline", Code.DEADLINE_BEFORE_START)],
        ),
        ({"territory": "reg-99"}, [("territory", Code.UNKNOWN_TERRITORY)]),
        ({"territory": "nord"}, [("territory", Code.UNKNOWN_TERRITORY)]),
        ({"indicator": "people"}, [("indicator", Code.BAD_VALUE)]),
    ],
)
def test_a_target_is_refused(url, changes, found):
    assert problems_of(url, set_target, target_draft(**changes)) == found


def test_a_setting_has_its_values(url):
    do(url, set_setting, SettingDraft(name="validation", value="on"))
    do(url, set_setting, SettingDraft(name="validation", value="off"))
    assert rows(url, Setting)[0].value == "off"
    assert last_event(url).changes[0]["before"] == {"value": "on"}
    assert problems_of(url, set_setting, SettingDraft(name="validation", value="x")) == [
        ("value", Code.BAD_VALUE)
    ]
    assert problems_of(url, set_setting, SettingDraft(name="colour", value="on")) == [
        ("name", Code.UNKNOWN_SETTING)
    ]


# --- an entry account of one region cannot write in another by any command ---


def attempts(cognac, stage, announced, bound, offering, enrolment):  # noqa: PLR0913, PLR0917
    """Everything that the entry role may do, aimed at a centre of another region."""
    why = "tentative"
    return [
        (record_stage, stage_draft(town_code=COGNAC, kind=StageKind.INAUGURATED)),
        (record_stage, stage_draft(town_code=COGNAC, new_site=True, centre_name="Nord")),
        (correct_stage, stage_correction(stage)),
        (retain_stage, RetainDraft(expected_id=stage.version_id, reason=why)),
        (withdraw_stage, WithdrawalDraft(expected_id=stage.version_id, reason=why)),
        (create_centre, CentreDraft(town_code=COGNAC, name="Nord", new_site=True)),
        (
            correct_centre,
            CentreCorrection(
                expected_id=cognac.centre_id, town_code=CHAUMONT, name="x", reason=why
            ),
        ),
        (withdraw_centre, WithdrawalDraft(expected_id=cognac.centre_id, reason=why)),
        (set_announcement, announcement_draft()),
        (withdraw_announcement, WithdrawalDraft(expected_id=announced.version_id, reason=why)),
        (set_bound, bound_draft(cognac)),
        (withdraw_bound, WithdrawalDraft(expected_id=bound.version_id, reason=why)),
        (set_offering, offering_draft(cognac, course_key="F002")),
        (set_offering, offering_draft(cognac, expected_id=offering.version_id, reason=why)),
        (withdraw_offering, WithdrawalDraft(expected_id=offering.version_id, reason=why)),
        (record_enrolments, grid(cognac, (None, 41), reason=why)),
        (withdraw_enrolment, WithdrawalDraft(expected_id=enrolment.version_id, reason=why)),
    ]


@pytest.mark.parametrize("validation", ["off", "on"])
def test_an_entry_account_writes_in_no_region_but_its_own(url, validation):
    cognac = opened(url, town_code=COGNAC)
    announced = do(url, set_announcement, announcement_draft())
    bound = do(url, set_bound, bound_draft(cognac))
    offering = do(url, set_offering, offering_draft(cognac))
    enrolment = do(url, record_enrolments, grid(cognac, (None, 40)))
    do(url, set_setting, SettingDraft(name="validation", value=validation))
    before = len(rows(url, AuditEvent))
    tried = attempts(cognac, cognac, announced, bound, offering, enrolment)
    for command, draft in tried:
        with pytest.raises(RefusedError) as refused:
            do(url, command, draft, who=ENTRY)
        assert refused.value.region == "75"
        assert "région" in error_message(refused.value)
    proposable = {name for name, command in REGISTERED.items() if command.proposable}
    # Files are tried in test_imports.py.
    assert {command.__name__ for command, _ in tried} == {
        name for name in proposable if not name.startswith("import_")
    }
    assert len(rows(url, AuditEvent)) == before
    # The same acts are refused to nobody for their content alone.
    do(url, tried[0][0], tried[0][1], who=ENTRY_ELSEWHERE)


def test_moving_a_centre_to_another_region_is_refused_both_ways(url):
    mine = opened(url)
    draft = CentreCorrection(
        expected_id=mine.centre_id, town_code=COGNAC, name="Cognac", reason="erreur"
    )
    with pytest.raises(RefusedError):
        do(url, correct_centre, draft, who=ENTRY)


def test_the_session_itself_refuses_what_a_careless_command_would_write(url, unregistered):
    opened(url, town_code=COGNAC)

    @requires(Permission.RECORD_STAGE)
    def careless(write: Write, draft: SettingDraft) -> Saved:
        row = Centre(recorded_at=write.at_utc, town_code=COGNAC, name="x", programme_link="stated")
        write.session.add(row)
        write.session.flush()
        return Saved(entity="centre", entity_id=str(row.id))

    @requires(Permission.RECORD_STAGE)
    def careless_with_targets(write: Write, draft: SettingDraft) -> Saved:
        row = Target(
            recorded_at=write.at_utc,
            indicator="open_centres",
            perimeter=Perimeter.ALL,
            value=1,
            starts_on=date(2020, 1, 1),
            deadline=date(2027, 1, 1),
            decided_on=date(2020, 1, 1),
            source_id="gazette",
        )
        write.session.add(row)
        return Saved(entity="target", entity_id="1")

    for command in (careless, careless_with_targets):
        with pytest.raises(RefusedError):
            do(url, command, SettingDraft(name="", value=""), who=ENTRY)
    do(url, careless, SettingDraft(name="", value=""), who=VALIDATION)


def test_a_role_taken_away_holds_from_the_next_act(url):

    do(url, record_stage, stage_draft(), who=ENTRY)
    do(url, change_role, RoleDraft(email=ENTRY, role=Role.ENTRY, regions=("75",)))
    with pytest.raises(RefusedError):
        do(url, record_stage, stage_draft(town_code=SAINT_DIZIER), who=ENTRY)
    do(url, record_stage, stage_draft(town_code=COGNAC), who=ENTRY)


def test_the_session_class_is_the_audited_one(url):
    with writing(url, ADMIN, now=NOON) as write:
        assert type(write.session) is AuditedSession


def test_a_town_of_another_region_is_named_with_its_region(url):
    with pytest.raises(RefusedError) as refused:
        do(url, record_stage, stage_draft(town_code=COGNAC), who=ENTRY)
    said = error_message(refused.value)
    assert said.startswith("Cognac est en Nouvelle-Aquitaine, une région à laquelle votre compte")


# --- sources ---


def cited_by(url, source, **changes):
    saved = opened(url, source=source, **changes)
    return next(row.source_id for row in rows(url, Stage) if row.id == saved.version_id)


def test_a_document_without_an_address_is_listed_once_with_its_day(url):
    article = SourceDraft(
        document=Document.PRESS,
        title="L’Est républicain, Le Cnam ouvre",
        published_on=PartialDate(2021, 3, 12),
    )
    key = cited_by(url, article)
    (listed,) = rows(url, Source, id=key)
    assert (listed.publisher, listed.title) == ("L’Est républicain", article.title)
    assert (listed.published_on, listed.reliability) == (PartialDate(2021, 3, 12), "presse")
    again = replace(article, title="L'EST RÉPUBLICAIN, le Cnam ouvre")
    assert cited_by(url, again, town_code=SAINT_DIZIER) == key
    other = replace(article, published_on=PartialDate(2021, 3, 13))
    assert cited_by(url, other, town_code=COGNAC) != key


def test_a_page_is_the_same_with_or_without_its_scheme(url):
    key = cited_by(url, SourceDraft(url="http://www.cnam.fr/a"))
    assert cited_by(url, cited("www.cnam.fr/a"), town_code=SAINT_DIZIER) == key


def test_a_source_is_found_by_its_title(url):
    (gazette,) = rows(url, Source, id="gazette")
    assert cited_by(url, cited(gazette.title.upper())) == "gazette"
    draft = stage_draft(source=cited("Un titre que personne n’a"), town_code=COGNAC)
    assert problems_of(url, record_stage, draft) == [("source", Code.UNKNOWN_SOURCE)]
    with pytest.raises(InvalidError) as refused:
        do(url, record_stage, draft)
    assert "dans la liste" not in error_message(refused.value)


@pytest.mark.parametrize("how", ["perform", "rehearse"])
def test_what_the_schema_does_not_admit_is_told_as_a_fault_of_the_program(url, how):
    """As when a word is added to an enumeration and to no migration."""
    before = rows(url, AuditEvent)
    with writing(url, ADMIN, now=NOON) as write:

        def body():
            write.session.add(
                Target(
                    recorded_at=write.at_utc,
                    indicator="open_centres",
                    perimeter=Perimeter.ALL,
                    value=-1,
                    starts_on=date(2019, 4, 1),
                    deadline=date(2022, 12, 31),
                    decided_on=date(2019, 4, 1),
                    source_id="gazette",
                )
            )
            write.session.flush()
            return Saved(entity="target", entity_id="1")

        asked = ("set_target",) if how == "perform" else ()
        with pytest.raises(DatabaseError) as refused:
            getattr(write, how)(*asked, Permission.SET_TARGET, body)
    assert refused.value.code == "constraint"
    said = error_message(refused.value)
    assert "ck_target_value" in refused.value.detail  # for the log
    assert "ck_target_value" not in said
    assert "défaut du logiciel" in said
    assert "contredit celle-ci" not in said
    assert rows(url, AuditEvent) == before
