"""What deserves a look: late, missing, contradicted, repeated, badly sourced."""

from datetime import date

import pytest
from sqlalchemy import insert

from territoires.commands.centres import correct_centre
from territoires.commands.enrolments import record_enrolments
from territoires.commands.stages import record_stage
from territoires.db.engine import engine, reading
from territoires.db.models import Course, Source
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import CentreCorrection, EnrolmentRow, EnrolmentsDraft, SourceDraft
from territoires.domain.programme import Basis, ProgrammeLink, StageKind
from territoires.french import quality as words
from territoires.queries import quality
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    GAZETTE,
    SAINT_DIZIER,
    VERDUN,
    WORD,
    do,
    stage_draft,
)

DAY = date(2026, 6, 15)


@pytest.fixture
def url(small_url):
    return small_url


def record(url, **changes):
    return do(url, record_stage, stage_draft(**changes))


def found(url, as_of=DAY):
    with reading(url) as connection:
        rows = quality.findings(connection, as_of=as_of)
    return {(row.gap, row.town): row for row in rows.itertuples()}


def gaps(url, town, as_of=DAY):
    return {gap for gap, where in found(url, as_of) if where == town}


def test_headcounts_are_late_from_the_middle_of_july(url):
    saved = record(url, address="1 rue")
    (row,) = [each for (gap, _), each in found(url).items() if gap == "enrolments"]
    # In June 2026, those of 2024-2025 are late; those of 2025-2026 are not due yet.
    assert (row.detail, row.since, row.days) == ("2024-2025", "2025-07-15", 335)
    draft = EnrolmentsDraft(
        centre_id=saved.centre_id,
        academic_year=2024,
        counted_on=date(2025, 7, 1),
        source=GAZETTE,
        rows=(EnrolmentRow(headcount=40),),
    )
    do(url, record_enrolments, draft)
    assert "enrolments" not in gaps(url, "Chaumont")
    assert "enrolments" in gaps(url, "Chaumont", date(2026, 7, 16))
    assert "enrolments" not in gaps(url, "Chaumont", date(2026, 7, 15))


def test_the_year_that_is_due_changes_after_its_day():
    assert quality.last_due(date(2026, 7, 15)) == (2024, date(2025, 7, 15))
    assert quality.last_due(date(2026, 7, 16)) == (2025, date(2026, 7, 15))


def test_a_labelled_town_without_an_opening_waits_since_its_labelling(url):
    record(url, kind=StageKind.SELECTED, on=PartialDate(2019, 9, 26))
    row = found(url)["opening", "Chaumont"]
    assert (row.since, row.days) == ("2019-09-26", (DAY - date(2019, 9, 26)).days)
    assert "opening" not in gaps(url, "Chaumont", date(2019, 9, 25))
    record(url, kind=StageKind.ABANDONED, on=PartialDate(2021))
    assert "opening" not in gaps(url, "Chaumont")


def test_a_centre_open_at_an_unknown_date_says_so(url):
    record(url, kind=StageKind.SELECTED, on=PartialDate(2019, 9, 26))
    record(url, on=PartialDate(), basis=Basis.STATED)
    assert {"undated", "address"} <= gaps(url, "Chaumont")
    assert "opening" not in gaps(url, "Chaumont")


def test_an_address_that_is_missing_and_a_link_unproven_are_told(url):
    saved = record(url)
    assert "address" in gaps(url, "Chaumont")
    draft = CentreCorrection(
        expected_id=saved.centre_id,
        town_code=CHAUMONT,
        name="Chaumont",
        address="2 rue Juvet",
        programme_link=ProgrammeLink.UNPROVEN,
        reason="x",
    )
    do(url, correct_centre, draft)
    assert gaps(url, "Chaumont") >= {"unproven"}
    assert "address" not in gaps(url, "Chaumont")


def test_a_centre_of_which_nothing_is_said_any_more_is_stale(url):
    record(url)
    row = found(url)["stale", "Chaumont"]
    # The source dates from June 2021, after the opening itself.
    assert (row.since, row.detail) == (
        "2021-06-30",
        "dernière information\u00a0: 30\u00a0juin 2021",
    )
    assert "stale" not in gaps(url, "Chaumont", date(2023, 6, 29))


def test_dates_that_compete_are_set_side_by_side(url):
    record(url)
    journal = SourceDraft(id="journal")
    record(url, on=PartialDate(2021, 9), source=journal, retained=False)
    row = found(url)["dates", "Chaumont"]
    assert "retenue 4\u00a0mai 2021 (Gazette)" in row.detail
    assert "concurrente septembre 2021 (Journal)" in row.detail


def test_what_was_recorded_twice_is_told(url):
    record(url, kind=StageKind.AGREEMENT)
    record(url, kind=StageKind.AGREEMENT, source=SourceDraft(id="journal"), reason="deux sources")
    assert "stages" in gaps(url, "Chaumont")
    with engine(url, writable=True).connect() as connection, connection.begin():
        connection.execute(
            insert(Course).values(
                key="F099", title="licence  INFORMATIQUE", field_slug="numerique",
                source_id="gazette",
            )
        )  # fmt: skip
        connection.execute(
            insert(Source).values(
                id="gazette-bis",
                publisher="Gazette",
                title="La même",
                reliability="presse",
                published_on=PartialDate(),
                url="https://gazette.example/article",
            )
        )
    assert found(url)["courses", ""].detail == "F001, F099"
    assert found(url)["sources", ""].detail == "gazette, gazette-bis"


def test_facts_that_rest_on_a_word_or_on_nothing_are_told(url):
    record(url, source=WORD, town_code=COGNAC)
    row = found(url)["declared", "Cognac"]
    assert (row.detail, row.days) == ("ouverture, 4\u00a0mai 2021", 0)
    with engine(url, writable=True).connect() as connection, connection.begin():
        connection.execute(
            insert(Source).values(
                id="vide", publisher=" ", title="", reliability="presse",
                published_on=PartialDate(),
            )
        )  # fmt: skip
    record(url, source=SourceDraft(id="vide"), town_code=VERDUN)
    assert "unsourced" in gaps(url, "Verdun")


def test_counts_by_region_are_those_of_the_rows(url):
    for town in (CHAUMONT, SAINT_DIZIER, COGNAC):
        record(url, town_code=town)
    with reading(url) as connection:
        rows = quality.findings(connection, as_of=DAY)
        counts = quality.by_region(connection, as_of=DAY)
    assert dict(zip(counts["region"], counts["late"], strict=True)) == {
        "Grand Est": 6,
        "Nouvelle-Aquitaine": 3,
    }
    for section in words.SECTIONS:
        assert counts[section].sum() == (rows["section"] == section).sum()


def test_the_seeded_database_has_its_known_contradictions(databases):
    with reading(databases.shared("seeded")) as connection:
        rows = quality.findings(connection, as_of=date(2026, 11, 22))
    said = rows[rows["section"] == "contradiction"]
    assert "Chaumont" in set(said["town"])
    details = " ".join(said["detail"])
    assert "candidatures reçues" in details  # 85, or 90
    assert "contesté 55" in details
    # A total "at least" that another one exceeds contradicts nothing.
    assert len(said[said["gap"] == "totals"]) == 1


def test_nothing_known_is_nothing_to_look_at(url):
    assert found(url) == {}
    with reading(url) as connection:
        assert list(quality.findings(connection, as_of=DAY).columns) == list(quality.FINDINGS)
