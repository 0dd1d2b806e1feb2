"""Questions to the field: what to ask first, what was asked, and by how much answers narrow it."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from territoires.commands.announcements import set_announcement
from territoires.commands.questions import set_question, withdraw_question
from territoires.commands.stages import correct_stage, record_stage
from territoires.commands.undo import undo
from territoires.db.engine import reading
from territoires.db.models import AuditEvent, Question, Stage
from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import (
    AnnouncementDraft,
    QuestionDraft,
    StageCorrection,
    UndoDraft,
    WithdrawalDraft,
)
from territoires.domain.errors import InvalidError, Problem, RefusedError
from territoires.domain.programme import Ask, StageKind
from territoires.domain.scope import Scope, Territory
from territoires.french.problems import problem_message
from territoires.queries import asking, entry, forms, rollout
from territoires.queries.town_history import history
from tests.integration.writing import (
    CHAUMONT,
    COGNAC,
    ENTRY,
    ENTRY_ELSEWHERE,
    GAZETTE,
    SAINT_DIZIER,
    VERDUN,
    do,
    email,
    later,
    rows,
    sound,
    stage_draft,
)

TODAY = Scope(as_of=date(2026, 6, 15))
SEEDED = Scope(as_of=date(2026, 11, 29))


@pytest.fixture
def url(small_url):
    return small_url


def question(town=CHAUMONT, **changes):
    usual = {"town_code": town, "asks": Ask.SINCE, "asked_on": PartialDate(2026, 6, 1)}
    return QuestionDraft(**(usual | changes))


def ask(url, query, scope=TODAY):
    with reading(url) as connection:
        return query(connection, scope=scope)


def test_a_question_is_written_corrected_and_withdrawn_as_every_fact(url):
    made = do(url, set_question, question(note="À la mairie."))
    (row,) = rows(url, Question)
    assert (row.asks, row.asked_on, row.asked_by) == (
        Ask.SINCE,
        PartialDate(2026, 6, 1),
        "Administration",
    )
    answered = question(
        asked_by=row.asked_by,
        note=row.note,
        answered_on=PartialDate(2026, 6, 10),
        expected_id=made.version_id,
    )
    again = do(url, set_question, answered, now=later(5))
    with pytest.raises(InvalidError) as refused:
        do(url, set_question, replace(answered, asks=Ask.OPEN, expected_id=again.version_id))
    assert [each.field for each in refused.value.problems] == ["reason"]
    with reading(url) as connection:
        (listed,) = forms.in_force(connection, entity="question", place=CHAUMONT)
    assert listed["answered_on"] == "2026-06-10"
    gone = WithdrawalDraft(expected_id=again.version_id, reason="jamais envoyée")
    do(url, withdraw_question, gone, now=later(10))
    with reading(url) as connection:
        assert entry.questions(connection).empty
    sound(url)


def test_its_author_may_take_it_back(url):
    do(url, set_question, question())
    do(url, undo, UndoDraft(event_id=rows(url, AuditEvent)[-1].id), now=later(2))
    assert [row.superseded_at for row in rows(url, Question)] != [None]
    sound(url)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"asked_on": PartialDate()}, "asked_on", "required"),
        ({"asked_on": PartialDate(2027)}, "asked_on", "in_future"),
        ({"answered_on": PartialDate(2027)}, "answered_on", "in_future"),
        ({"answered_on": PartialDate(2026, 5)}, "answered_on", "answered_before"),
        ({"town_code": "99999"}, "town_code", "unknown_town"),
    ],
)
def test_what_makes_no_sense_is_refused_saying_why(url, changes, field, code):
    with pytest.raises(InvalidError) as refused:
        do(url, set_question, question(**changes))
    assert (field, code) in {(each.field, each.code) for each in refused.value.problems}
    assert rows(url, Question) == []


def test_what_is_asked_twice_on_one_day_is_saved_once(url):
    do(url, set_question, question())
    with pytest.raises(InvalidError) as refused:
        do(url, set_question, question())
    assert [each.code for each in refused.value.problems] == ["asked_twice"]
    do(url, set_question, question(asks=Ask.OPEN))


def test_direction_asks_anywhere_entry_in_its_regions_and_nobody_else(url):
    do(url, set_question, question(), who=email("direction"))
    do(url, set_question, question(VERDUN), who=ENTRY)
    for who in (ENTRY_ELSEWHERE, email("partner")):
        with pytest.raises(RefusedError):
            do(url, set_question, question(SAINT_DIZIER), who=who)
    kept = rows(url, Question)[0].id
    with pytest.raises(RefusedError):
        do(
            url,
            withdraw_question,
            WithdrawalDraft(expected_id=kept, reason="tentative"),
            who=ENTRY_ELSEWHERE,
        )


def test_the_public_history_tells_of_a_question_and_not_whose_it_is(url):
    do(url, set_question, question(asked_by="Claire Martin", note="À M. Durand."))
    told = ask_history(url).to_dict("records")
    (line,) = [each for each in told if each["subject"] == "Question posée"]
    assert line["value_text"].replace("\u00a0", " ") == (
        "ouvert depuis quand, le 1er juin 2026, sans réponse"
    )
    assert "Martin" not in str(told)
    assert "Durand" not in str(told)
    assert line["recorded_by"] == ""


def ask_history(url):
    with reading(url) as connection:
        return history(connection, scope=TODAY, town=CHAUMONT)


def test_an_answer_narrows_the_band_by_what_it_settles(url):
    made = do(url, record_stage, stage_draft(on=PartialDate(2021)))
    assert ask(url, asking.narrowed) == 0
    do(url, set_question, question(), now=later(5))
    assert ask(url, asking.narrowed) == 0
    corrected = StageCorrection(
        expected_id=made.version_id,
        kind=StageKind.OPENED,
        on=PartialDate(2021, 5),
        source=GAZETTE,
        reason="réponse de la mairie",
        confirmed=True,
    )
    do(url, correct_stage, corrected, now=later(10))
    assert ask(url, asking.narrowed) == 364 - 30
    assert ask(url, asking.narrowed, replace(TODAY, known_at=later(7))) == 0
    elsewhere = replace(TODAY, territory=Territory.parse("reg-75"))
    assert ask(url, asking.narrowed, elsewhere) == 0


def test_what_is_open_or_not_is_asked_of_towns_without_a_known_opening(url):
    for town in (CHAUMONT, VERDUN):
        selected = stage_draft(town_code=town, kind=StageKind.SELECTED, on=PartialDate(2020, 1))
        do(url, record_stage, selected)
    do(url, record_stage, stage_draft(town_code=CHAUMONT, on=PartialDate(2021)), now=later(2))
    promised = AnnouncementDraft(
        town_code=COGNAC,
        announced_for=PartialDate(2022),
        announced_on=PartialDate(2021),
        source=GAZETTE,
    )
    do(url, set_announcement, promised, now=later(3))
    found = ask(url, asking.open_or_not)
    assert set(found["town_code"]) == {VERDUN, COGNAC}
    assert dict(zip(found["town_code"], found["announced_for"], strict=True))[COGNAC] == "2022"
    assert list(ask(url, asking.since_when)["town_code"]) == [CHAUMONT]
    assert rows(url, Stage)


def test_the_days_asked_are_the_area_of_the_band_of_the_front_page(connection):
    found = asking.since_when(connection, scope=SEEDED)
    steps = rollout.steps(connection, scope=SEEDED).to_dict("records")
    days = [row["day"].date() for row in steps] + [SEEDED.as_of]
    widths = [(end - start).days for start, end in pairwise(days)]
    area = sum(
        (row["open_at_most"] - row["open"]) * width
        for row, width in zip(steps, widths, strict=True)
    )
    assert found["days"].sum() == area
    assert list(found["days"]) == sorted(found["days"], reverse=True)
    (one,) = found[found["town_code"] == "25388"].to_dict("records")
    assert one["days"] == (date(2023, 6, 30) - date(2021, 10, 1)).days


def test_towns_come_by_the_inhabitants_that_no_open_centre_is_near(connection):
    found = asking.open_or_not(connection, scope=SEEDED)
    assert len(found) == 30
    assert list(found["alone"]) == sorted(found["alone"], reverse=True)
    assert set(found["state"]) == {"selected", "open_undated"}
    east = replace(SEEDED, territory=Territory.parse("reg-44"))
    here = asking.open_or_not(connection, scope=east)
    assert set(here["region_code"]) == {"44"}
    assert here["alone"].tolist() == found[found["region_code"] == "44"]["alone"].tolist()


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("asked_twice", "2026-06-01", "déjà notée pour cette ville le 1er juin 2026."),
        ("answered_before", "2026-05", "La réponse de mai 2026 précéderait la demande du 1er juin"),
        ("announced_after", "2019", "annoncée pour 2019 l’aurait été après (le 1er juin 2026)"),
    ],
)
def test_what_is_wrong_reads_as_french(code, value, said):
    told = problem_message(Problem("on", Code(code), value, {"on": "2026-06-01"}))
    assert said in told.replace("\u00a0", " ")
