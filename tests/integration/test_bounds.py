"""The first days on which a step can have happened: written, imported, believed, told."""

from dataclasses import replace
from datetime import date

import pytest

from territoires.commands.bounds import set_bound, withdraw_bound
from territoires.commands.imports import import_bounds
from territoires.commands.stages import record_stage
from territoires.commands.undo import undo
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Bound
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import BoundDraft, SourceDraft, UndoDraft, WithdrawalDraft
from territoires.domain.errors import InvalidError, RefusedError
from territoires.domain.imports import BoundLine, ImportDraft, PlanRefusedError
from territoires.domain.programme import Basis, Confidence, StageKind
from territoires.domain.rollout import count
from territoires.domain.scope import Scope
from territoires.queries import bounds, quality
from territoires.queries.rollout import lives_in
from territoires.queries.sources import resting
from territoires.queries.town_history import history
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    ENTRY_ELSEWHERE,
    GAZETTE,
    SAINT_DIZIER,
    do,
    later,
    rows,
    sound,
    stage_draft,
)

PAGE = SourceDraft(url="https://exemple.fr/annonce")
OPENED_BY = {"on": PartialDate(2021, 5, 4), "basis": Basis.UPPER_BOUND}


@pytest.fixture
def url(small_url):
    return small_url


@pytest.fixture
def centre(url):
    """Open the centre of Chaumont by 4 May 2021."""
    return do(url, record_stage, stage_draft(**OPENED_BY)).centre_id


def bound(centre, not_before="2020-10", **changes):
    usual = {
        "centre_id": centre,
        "kind": StageKind.OPENED,
        "not_before": PartialDate.parse(not_before),
        "source": GAZETTE,
        "confidence": Confidence.MEDIUM,
    }
    return BoundDraft(**(usual | changes))


def line(number=2, town=CHAUMONT, not_before="2020-10", **changes):
    usual = {
        "source": "gazette",
        "basis": Basis.STATED,
        "confidence": None,
        "centre": None,
        "note": None,
    }
    on = PartialDate.parse(not_before)
    return BoundLine(number, town, StageKind.OPENED, on, **(usual | changes))


def at_most(url, day, **scope):
    asked = Scope(as_of=date.fromisoformat(day), **scope)
    with reading(url) as connection:
        return count(lives_in(connection, scope=asked), asked.as_of).open_at_most


def test_a_bound_narrows_from_the_first_day_of_its_month_which_is_possible(url, centre):
    assert at_most(url, "2020-09-30") == 1
    do(url, set_bound, bound(centre))
    assert (at_most(url, "2020-09-30"), at_most(url, "2020-10-01")) == (0, 1)
    sound(url)


def test_a_low_bound_narrows_where_the_reader_asks_for_it_only(url, centre):
    do(url, set_bound, bound(centre, confidence=Confidence.LOW))
    assert at_most(url, "2020-09-30") == 1
    assert at_most(url, "2020-09-30", with_low=True) == 0


def test_what_was_known_before_does_not_move(url, centre):
    do(url, set_bound, bound(centre, "2020-10"), now=later(5))
    then = later(6)
    known = bound(centre, "2021-01", reason="date relue", confirmed=True)
    written = do(url, set_bound, replace(known, expected_id=rows(url, Bound)[0].id), now=later(10))
    assert written.corrected == 1
    assert at_most(url, "2020-10-01") == 0
    assert at_most(url, "2020-10-01", known_at=then) == 1
    assert at_most(url, "2020-09-30", known_at=later(4)) == 1
    gone = WithdrawalDraft(expected_id=written.version_id, reason="saisie en double")
    do(url, withdraw_bound, gone, now=later(20))
    assert at_most(url, "2020-09-30") == 1
    assert at_most(url, "2020-09-30", known_at=later(15)) == 0
    sound(url)


def test_its_author_may_take_a_bound_back(url, centre):
    do(url, set_bound, bound(centre))
    do(url, undo, UndoDraft(event_id=rows(url, AuditEvent)[-1].id), now=later(2))
    assert at_most(url, "2020-09-30") == 1
    sound(url)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"not_before": PartialDate()}, "not_before", "required"),
        ({"not_before": PartialDate(2027)}, "not_before", "in_future"),
        ({"basis": Basis.UPPER_BOUND}, "basis", "no_upper_bound"),
        ({"not_before": PartialDate(2021, 5, 5)}, "not_before", "after_stage"),
        ({"centre_id": 999}, "centre_id", "unknown_centre"),
    ],
)
def test_what_makes_no_sense_is_refused_saying_why(url, centre, changes, field, code):
    with pytest.raises(InvalidError) as refused:
        do(url, set_bound, replace(bound(centre), **changes))
    assert (field, code) in {(each.field, each.code) for each in refused.value.problems}
    assert rows(url, Bound) == []


def test_a_source_has_one_word_on_one_step(url, centre):
    do(url, set_bound, bound(centre))
    with pytest.raises(InvalidError) as refused:
        do(url, set_bound, bound(centre, "2020-11"))
    assert [each.code for each in refused.value.problems] == ["duplicate"]
    do(url, set_bound, bound(centre, "2020-11", source=PAGE))
    assert at_most(url, "2020-10-31") == 0


def test_nobody_bounds_what_is_of_another_region(url, centre):
    with pytest.raises(RefusedError):
        do(url, set_bound, bound(centre), who=ENTRY_ELSEWHERE)


def test_a_bound_after_the_last_day_is_told_in_quality_and_narrows_nothing(url, centre):
    do(url, set_bound, bound(centre, "2021-06", reason="les deux sources le disent"))
    assert at_most(url, "2020-09-30") == 1
    with reading(url) as connection:
        found = quality.findings(connection, as_of=date(2026, 6, 15))
        told = found[found["gap"] == "bounds"]
        assert list(told["detail"]) == ["pas avant juin 2021, mais ouverture, 4\u00a0mai 2021"]
        (row,) = bounds.bounds(connection, scope=Scope(as_of=date(2026, 6, 15))).to_dict("records")
        assert row["contradicted"]


def test_a_bound_is_in_the_history_of_its_town_and_under_its_source(url, centre):
    do(url, set_bound, bound(centre, note="Annoncé pour la fin de l’année."))
    asked = Scope(as_of=date(2026, 6, 15))
    with reading(url) as connection:
        told = history(connection, scope=asked, town=CHAUMONT)
        of_source = resting(connection, scope=asked, source="gazette")
    said = told[told["subject"] == "Ouverture, premier jour possible"].to_dict("records")
    assert [(row["value_text"], row["basis"], row["confidence"]) for row in said] == [
        ("pas avant octobre 2020 — Annoncé pour la fin de l’année.", "stated", "medium")
    ]
    assert "Ouverture, premier jour possible" in set(of_source["subject"])


# --- files ---


def imported(url, *lines, **changes):
    return do(url, import_bounds, ImportDraft(rows=lines, **changes), now=later(30))


def test_a_file_of_bounds_is_taken_once_and_then_known(url, centre):
    first = imported(url, line(), line(3, source="https://exemple.fr/a"))
    assert (first.inserted, first.corrected, first.unchanged) == (2, 0, 0)
    assert at_most(url, "2020-09-30") == 0
    with pytest.raises(PlanRefusedError):
        do(url, import_bounds, ImportDraft(rows=[line(not_before="2020-11")]), now=later(31))
    moved = ImportDraft(rows=[line(not_before="2020-11")], reason="date relue")
    assert do(url, import_bounds, moved, now=later(32)).corrected == 1
    assert do(url, import_bounds, moved, now=later(33)).unchanged == 1
    sound(url)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line(town="99999")], "unknown_town"),
        ([line(town=COGNAC)], "no_centre"),
        ([line(centre="Annexe")], "no_centre"),
        ([line(not_before="2021-06")], "after_stage"),
        ([line(), line(3, not_before="2020-11", source="Article de gazette")], "same_statement"),
        ([line(source="rien de tel")], "unknown_source"),
    ],
)
def test_a_bad_line_is_told_and_nothing_is_written(url, centre, lines, code):
    with pytest.raises(PlanRefusedError) as refused:
        imported(url, *lines)
    assert code in {each.problem.code for each in refused.value.stops}
    assert rows(url, Bound) == []


def test_an_empty_cell_says_nothing_of_what_is_known(url, centre):
    do(url, set_bound, bound(centre, note="Annoncé."))
    assert imported(url, line()).unchanged == 1
    (kept,) = rows(url, Bound)
    assert (kept.confidence, kept.note) == (Confidence.MEDIUM, "Annoncé.")


def test_a_bound_of_a_town_whose_centre_is_not_open_narrows_nothing_yet(url):
    labelled = stage_draft(town_code=SAINT_DIZIER, kind=StageKind.SELECTED)
    centre = do(url, record_stage, labelled).centre_id
    do(url, set_bound, bound(centre))
    assert at_most(url, "2026-06-15") == 0
