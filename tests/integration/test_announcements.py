"""Openings announced: written, told beside what is documented, never a stage."""

from dataclasses import replace
from datetime import date

import pytest

from territoires.commands.announcements import set_announcement, withdraw_announcement
from territoires.commands.imports import import_announcements
from territoires.commands.stages import record_stage
from territoires.commands.undo import undo
from territoires.db.engine import reading
from territoires.db.models import Announcement, AuditEvent, Centre
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import AnnouncementDraft, UndoDraft, WithdrawalDraft
from territoires.domain.errors import InvalidError, RefusedError
from territoires.domain.imports import AnnouncementLine, ImportDraft, PlanRefusedError
from territoires.domain.scope import Scope, Territory
from territoires.french import town as words
from territoires.queries import announcements
from territoires.queries.sources import resting
from territoires.queries.town_history import history
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    ENTRY,
    ENTRY_ELSEWHERE,
    GAZETTE,
    VERDUN,
    do,
    later,
    rows,
    sound,
    stage_draft,
)

NOW = Scope(as_of=date(2026, 6, 15))


@pytest.fixture
def url(small_url):
    return small_url


def announced(town=VERDUN, **changes):
    usual = {
        "town_code": town,
        "announced_for": PartialDate(2020, 12),
        "announced_on": PartialDate(2020, 10),
        "source": GAZETTE,
    }
    return AnnouncementDraft(**(usual | changes))


def listed(url, scope=NOW):
    with reading(url) as connection:
        return announcements.announcements(connection, scope=scope).to_dict("records")


def test_an_announcement_is_of_a_town_and_makes_no_centre(url):
    do(url, set_announcement, announced())
    assert rows(url, Centre) == []
    (row,) = listed(url)
    assert (row["town_code"], row["announced_for"], row["announced_on"]) == (
        VERDUN,
        "2020-12",
        "2020-10",
    )
    assert str(row["late_at_least"]) in {"<NA>", "None", "nan"}
    sound(url)


def test_how_late_the_opening_was_is_said_at_least_and_at_most(url):
    do(url, set_announcement, announced(CHAUMONT))
    do(url, record_stage, stage_draft(on=PartialDate(2021, 5)))
    (row,) = listed(url)
    assert (row["late_at_least"], row["late_at_most"]) == (
        (date(2021, 5, 1) - date(2020, 12, 31)).days,
        (date(2021, 5, 31) - date(2020, 12, 1)).days,
    )
    said = words.promise(row).replace("\u00a0", " ")
    assert said == (
        "Ouverture annoncée pour décembre 2020 (dit en octobre 2020, Gazette), "
        "documentée 121 à 181 jours après."
    )


@pytest.mark.parametrize(
    ("announced_for", "least", "most", "said"),
    [
        ("2021-05", None, None, ""),
        ("2021-05-12", 0, 0, "documentée à la date annoncée"),
        ("2021-05", -30, 30, "documentée à la date annoncée"),
        ("2021", -121, 272, "documentée à la date annoncée"),
        ("2021-05", -31, 30, "documentée entre 31 jours avant et 30 jours après"),
        ("2021-05", -30, 31, "documentée entre 30 jours avant et 31 jours après"),
        ("2021-05", 0, 30, "documentée à la date annoncée"),
        ("2021-05-12", 0, 30, "documentée 0 à 30 jours après"),
        ("2021-05", -60, -31, "documentée 31 à 60 jours avant"),
    ],
)
def test_a_delay_reads_as_french(announced_for, least, most, said):
    found = words.delay(PartialDate.parse(announced_for), least, most)
    assert found.replace("\u00a0", " ") == said


def test_what_was_known_before_does_not_move_and_what_is_said_later_is_not_told_yet(url):
    made = do(url, set_announcement, announced(), now=later(5))
    moved = announced(
        announced_for=PartialDate(2021), expected_id=made.version_id, reason="relue", confirmed=True
    )
    changed = do(url, set_announcement, moved, now=later(10))
    gone = WithdrawalDraft(expected_id=changed.version_id, reason="saisie en double")
    do(url, withdraw_announcement, gone, now=later(20))
    assert listed(url) == []
    assert listed(url, replace(NOW, known_at=later(4))) == []
    (first,) = listed(url, replace(NOW, known_at=later(6)))
    (second,) = listed(url, replace(NOW, known_at=later(15)))
    assert (first["announced_for"], second["announced_for"]) == ("2020-12", "2021")
    early = replace(NOW, known_at=later(6), as_of=date(2020, 10, 30))
    assert listed(url, early) == []
    sound(url)


def test_its_author_may_take_it_back(url):
    do(url, set_announcement, announced())
    do(url, undo, UndoDraft(event_id=rows(url, AuditEvent)[-1].id), now=later(2))
    assert listed(url) == []
    sound(url)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"announced_for": PartialDate()}, "announced_for", "required"),
        ({"announced_on": PartialDate()}, "announced_on", "required"),
        ({"announced_on": PartialDate(2027)}, "announced_on", "in_future"),
        ({"announced_for": PartialDate(2019)}, "announced_for", "announced_after"),
        ({"town_code": "99999"}, "town_code", "unknown_town"),
    ],
)
def test_what_makes_no_sense_is_refused_saying_why(url, changes, field, code):
    with pytest.raises(InvalidError) as refused:
        do(url, set_announcement, announced(**changes))
    assert (field, code) in {(each.field, each.code) for each in refused.value.problems}
    assert rows(url, Announcement) == []


def test_a_source_has_one_word_on_a_town(url):
    do(url, set_announcement, announced())
    with pytest.raises(InvalidError) as refused:
        do(url, set_announcement, announced(announced_for=PartialDate(2021)))
    assert [each.code for each in refused.value.problems] == ["duplicate"]


def test_nobody_announces_in_another_region_nor_moves_one_there(url):
    with pytest.raises(RefusedError):
        do(url, set_announcement, announced(), who=ENTRY_ELSEWHERE)


def test_it_is_in_the_history_of_its_town_and_under_its_source(url):
    do(url, set_announcement, announced(note="Fin 2020."))
    with reading(url) as connection:
        told = history(connection, scope=NOW, town=VERDUN)
        of_source = resting(connection, scope=NOW, source="gazette")
    said = told["value_text"].iloc[0].replace("\u00a0", " ")
    assert said == "pour décembre 2020, annoncée en octobre 2020 — Fin 2020."
    assert words.ANNOUNCEMENT in set(of_source["subject"])


def test_those_of_the_seeds_are_listed_by_territory(connection):
    every = announcements.announcements(connection, scope=Scope(as_of=date(2026, 11, 29)))
    assert len(every) == 18
    east = Scope(as_of=date(2026, 11, 29), territory=Territory.parse("reg-44"))
    here = announcements.announcements(connection, scope=east)
    assert 0 < len(here) < len(every)
    assert set(here["region_code"]) == {"44"}
    assert announcements.average(connection, scope=east) is None


# --- files ---


def line(number=2, town=VERDUN, announced_for="2020-12", announced_on="2020-10", **changes):
    usual = {"source": "gazette", "confidence": None, "note": None}
    said = map(PartialDate.parse, (announced_for, announced_on))
    return AnnouncementLine(number, town, *said, **(usual | changes))


def imported(url, *lines, now=30, **changes):
    return do(url, import_announcements, ImportDraft(rows=lines, **changes), now=later(now))


def test_a_file_of_announcements_is_taken_once_and_then_known(url):
    first = imported(url, line(), line(3, town=CHAUMONT, source="https://exemple.fr/a"))
    assert (first.inserted, first.corrected, first.unchanged) == (2, 0, 0)
    assert rows(url, Centre) == []
    with pytest.raises(PlanRefusedError):
        imported(url, line(announced_for="2021"), now=31)
    assert imported(url, line(announced_for="2021"), reason="relu", now=32).corrected == 1
    assert imported(url, line(announced_for="2021"), reason="relu", now=33).unchanged == 1
    assert [row["announced_for"] for row in listed(url)] == ["2020-12", "2021"]
    sound(url)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line(town="99999")], "unknown_town"),
        ([line(announced_on="2027")], "in_future"),
        ([line(announced_for="2019")], "announced_after"),
        ([line(), line(3, announced_for="2021", source="Article de gazette")], "same_statement"),
        ([line(source="rien de tel")], "unknown_source"),
    ],
)
def test_a_bad_line_is_told_and_nothing_is_written(url, lines, code):
    with pytest.raises(PlanRefusedError) as refused:
        imported(url, *lines)
    assert code in {each.problem.code for each in refused.value.stops}
    assert rows(url, Announcement) == []


def test_a_file_corrects_an_announcement_that_was_typed_and_an_empty_cell_says_nothing(url):
    do(url, set_announcement, announced(note="Fin 2020."))
    assert imported(url, line()).unchanged == 1
    assert [row.note for row in rows(url, Announcement)] == ["Fin 2020."]


def test_nobody_imports_an_announcement_of_another_region(url):
    with pytest.raises(PlanRefusedError):
        do(
            url,
            import_announcements,
            ImportDraft(rows=[line()]),
            who=ENTRY_ELSEWHERE,
            now=later(30),
        )
    done = do(url, import_announcements, ImportDraft(rows=[line()]), who=ENTRY, now=later(31))
    assert done.inserted == 1
    do(url, undo, UndoDraft(event_id=rows(url, AuditEvent)[-1].id), who=ENTRY, now=later(32))
    assert listed(url) == []
    sound(url)


def test_a_file_corrects_nothing_that_was_ever_said_of_another_region(url):
    made = do(url, set_announcement, announced(COGNAC))
    moved = announced(expected_id=made.version_id, reason="relu", confirmed=True)
    do(url, set_announcement, moved, now=later(5))
    correction = ImportDraft(rows=[line(announced_for="2021")], reason="relu")
    with pytest.raises(RefusedError):
        do(url, import_announcements, correction, who=ENTRY, now=later(30))
    assert [row["announced_for"] for row in listed(url)] == ["2020-12"]
