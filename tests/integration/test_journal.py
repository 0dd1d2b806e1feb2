"""The journal as people read it: who, what, when, before and after, and the versions of a fact."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from territoires.commands.courses import set_offering
from territoires.commands.enrolments import record_enrolments
from territoires.commands.staff import disable_staff
from territoires.commands.stages import correct_stage, record_stage, withdraw_stage
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Centre, Staff, Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    AccountDraft,
    EnrolmentRow,
    EnrolmentsDraft,
    OfferingDraft,
    SourceDraft,
    StageCorrection,
    WithdrawalDraft,
)
from territoires.domain.programme import StageKind
from territoires.queries import entry, forms, history
from territoires.queries import staff as staff_queries
from territoires.queries.integrity import faults
from tests.factories import writing as by_hand
from tests.integration.writing import (
    ADMIN,
    BEGINNING,
    CHAUMONT,
    COGNAC,
    ENTRY,
    GAZETTE,
    GRAND_EST,
    NOON,
    NOUVELLE_AQUITAINE,
    WORD,
    do,
    later,
    rows,
    stage_draft,
)


@pytest.fixture
def url(small_url):
    return small_url


@pytest.fixture
def story(url):
    """Record an opening, correct it, withdraw it; record another elsewhere."""
    first = do(url, record_stage, stage_draft(), who=ENTRY)
    second = do(
        url,
        correct_stage,
        StageCorrection(
            expected_id=first.version_id,
            kind=StageKind.OPENED,
            on=PartialDate(2021, 6),
            source=WORD,
            reason="convention signée",
        ),
        who=ENTRY,
        now=later(1),
    )
    do(
        url,
        withdraw_stage,
        WithdrawalDraft(expected_id=second.version_id, reason="autre ville"),
        now=later(2),
    )
    do(url, record_stage, stage_draft(town_code=COGNAC), now=later(3))
    return url


def test_the_journal_is_read_latest_first(story):
    with reading(story) as connection:
        journal = history.journal(connection)
    assert list(journal.columns) == list(history.JOURNAL)
    assert list(journal["command"]) == [
        "record_stage",
        "withdraw_stage",
        "correct_stage",
        "record_stage",
        "seed",
    ]
    assert journal["actor_name"][2] == "Entry"
    assert journal["reason"][1] == "autre ville"
    assert journal["at_utc"][4].to_pydatetime() == BEGINNING


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"actor": ENTRY}, 2),
        ({"command": "record_stage"}, 2),
        ({"entity": "stage"}, 4),
        ({"since": NOON + timedelta(minutes=1)}, 3),
        ({"before_event": 3}, 2),
        ({"limit": 1}, 1),
        ({"actor": "nobody"}, 0),
    ],
)
def test_the_journal_is_filtered(story, filters, found):
    with reading(story) as connection:
        journal = history.journal(connection, **filters)
    assert len(journal) == found
    assert list(journal.columns) == list(history.JOURNAL)


def test_an_act_shows_what_it_changed(story):
    with reading(story) as connection:
        frame = history.differences(connection, event_id=3, regions=None)
        changed = frame[frame["entity"] == "stage"]
        seeded = history.differences(connection, event_id=1, regions=None)
        nothing = history.differences(connection, event_id=99, regions=None)
    assert list(zip(changed["column"], changed["before"], changed["after"], strict=True)) == [
        ("happened_on", "2021-05-04", "2021-06"),
        ("source_id", "gazette", "declaration-44-2026-06-15"),
    ]
    assert list(seeded["column"]) == ["added"]
    assert nothing.empty


def test_what_was_empty_and_stays_so_is_no_change(url):
    page = SourceDraft(url="https://www.chaumont.fr/cnam")
    stage = do(url, record_stage, stage_draft(source=page))
    offered = OfferingDraft(centre_id=stage.centre_id, course_key="F001", source=page)
    offering = do(url, set_offering, offered, now=later(1))
    with reading(url) as connection:
        told = [
            history.differences(connection, event_id=each.event_id, regions=None)
            for each in (stage, offering)
        ]
    assert [set(frame["entity"]) for frame in told] == [{"centre", "source", "stage"}, {"offering"}]
    for frame in told:
        assert not ((frame["before"] == "") & (frame["after"] == "")).any()


def headcounts_of_act(url, event_id, regions):
    with reading(url) as connection:
        found = history.differences(connection, event_id=event_id, regions=regions)
    told = found[found["column"] == "headcount"]
    return list(zip(told["before"], told["after"], strict=True))


def test_the_headcounts_of_other_regions_are_kept_back(url):
    grid = EnrolmentsDraft(
        centre_id=do(url, record_stage, stage_draft()).centre_id,
        academic_year=2021,
        counted_on=date(2021, 11, 1),
        source=GAZETTE,
        rows=(EnrolmentRow(course_key="F001", headcount=3),),
    )
    first = do(url, record_enrolments, grid, now=later(1))
    again = replace(
        grid,
        reason="erreur de frappe",
        confirmed=True,
        rows=(EnrolmentRow(course_key="F001", headcount=4, expected_id=first.version_id),),
    )
    second = do(url, record_enrolments, again, now=later(2))
    everywhere, here, elsewhere = None, frozenset({GRAND_EST}), frozenset({NOUVELLE_AQUITAINE})
    for regions in (everywhere, here):
        assert headcounts_of_act(url, first.event_id, regions) == [("", "3")]
        assert headcounts_of_act(url, second.event_id, regions) == [("3", "4")]
    for regions in (elsewhere, frozenset()):
        assert headcounts_of_act(url, first.event_id, regions) == [("", "withheld")]
        assert headcounts_of_act(url, second.event_id, regions) == [("withheld", "withheld")]


def test_an_altered_or_removed_line_of_the_journal_shows(story):
    with by_hand(story) as connection:
        connection.execute(
            update(AuditEvent).where(AuditEvent.id == 3).values(reason="autre chose")
        )
    with reading(story) as connection:
        assert ("journal", "3") in {(f.code, f.detail) for f in faults(connection)}


# --- what the forms read ---


def test_a_form_finds_what_is_known_of_a_centre(url):
    saved = do(url, record_stage, stage_draft(address="1 rue"))
    do(
        url,
        set_offering,
        OfferingDraft(centre_id=saved.centre_id, course_key="F001", source=GAZETTE),
    )
    with reading(url) as connection:
        centres = entry.centres(connection, town_code=CHAUMONT)
        assert list(centres["centre_id"]) == [saved.centre_id]
        assert entry.centres(connection, town_code="75056").empty
        (stage,) = forms.in_force(connection, entity="stage", place=saved.centre_id)
        assert (stage["version_id"], stage["source"]) == (str(saved.version_id), "Gazette")
        (offered,) = forms.in_force(connection, entity="offering", place=saved.centre_id)
        assert offered["course_key"] == "F001"
        assert len(entry.courses(connection)) == 3
        assert "gazette" in set(entry.sources(connection)["source_id"])
        assert entry.setting(connection, name="validation", default="off") == "off"


def test_a_grid_shows_this_year_beside_the_last(url):
    saved = do(url, record_stage, stage_draft())
    do(
        url,
        set_offering,
        OfferingDraft(centre_id=saved.centre_id, course_key="F002", source=GAZETTE),
    )
    with reading(url) as connection:
        blank = entry.enrolment_grid(
            connection, centre_id=saved.centre_id, academic_year=2021, regions=None
        )
    assert list(dict.fromkeys(cell.course_key for cell in blank)) == ["", "F002"]
    assert not any(cell.known or cell.last_year for cell in blank)
    for year, headcount in ((2021, 40), (2022, 60)):
        do(
            url,
            record_enrolments,
            EnrolmentsDraft(
                centre_id=saved.centre_id,
                academic_year=year,
                counted_on=date(year, 11, 1),
                source=GAZETTE,
                rows=(EnrolmentRow(headcount=headcount),),
            ),
        )
    with reading(url) as connection:
        asked = {"centre_id": saved.centre_id, "academic_year": 2022}
        grid = entry.enrolment_grid(connection, **asked, regions=None)
        masked = entry.enrolment_grid(connection, **asked, regions=frozenset({NOUVELLE_AQUITAINE}))
    told = {count for cell in masked for _, count in cell.known.values()}
    assert told | {cell.last_year for cell in masked} == {None}
    assert (grid[0].on("2022-11-01"), grid[0].last_year) == (60, 40)
    assert grid[0].known["2022-11-01"][0] == masked[0].known["2022-11-01"][0] > 0


def test_the_last_act_is_offered_to_be_undone_while_it_may(url):
    saved = do(url, record_stage, stage_draft(), who=ENTRY)
    with reading(url) as connection:
        found = entry.last_act(connection, email=ENTRY, since=NOON)
        assert found == (saved.event_id, "record_stage", "stage", NOON)
        assert entry.last_act(connection, email=ENTRY, since=later(1)) is None
        assert entry.last_act(connection, email=ADMIN, since=NOON) is None


def test_the_staff_is_listed_without_its_secrets(url):
    do(url, disable_staff, AccountDraft(email="partner@example.org"))
    with reading(url) as connection:
        staff = staff_queries.staff(connection, now=NOON)
    assert list(staff.columns) == list(staff_queries.STAFF)
    assert len(staff) == len(rows(url, Staff))
    assert staff["email"].iloc[-1] == "partner@example.org"
    assert staff.set_index("email")["region_names"][ENTRY] == "Grand Est"


def test_every_act_carries_the_instant_of_the_versions_it_wrote(story):
    instants = {event.at_utc for event in rows(story, AuditEvent)}
    for fact in (Centre, Stage):
        assert {row.recorded_at for row in rows(story, fact)} <= instants
