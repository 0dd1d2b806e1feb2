"""« Ce qui a changé »: between two instants, what is known otherwise, and what that makes of it."""

from datetime import date, timedelta

import pytest

from territoires.commands.stages import correct_stage, record_stage, withdraw_stage
from territoires.db.engine import reading
from territoires.db.models import Stage
from territoires.domain.dates import PartialDate
from territoires.domain.drafts import StageCorrection, WithdrawalDraft
from territoires.domain.programme import StageKind
from territoires.domain.scope import Scope
from territoires.domain.text import fold
from territoires.french.changes import EXPLAINED, FIRST_VISIT
from territoires.queries.changes import changes
from territoires.ui import bar
from tests.conftest import SEEDED_AT
from tests.integration.writing import GAZETTE, do, rows, stage_draft
from tests.pages.conftest import address, everything, headline, warnings

PAGE = "follow/changes.py"
DAY = timedelta(days=1)


def moved(url, since, **scope):
    with reading(url) as connection:
        found = changes(connection, scope=Scope(as_of=date(2026, 12, 31), **scope), since=since)
    return found[["change", "town", "before", "after", "reason"]].values.tolist()


def correct(url, number, on, at, reason="relu"):
    draft = StageCorrection(
        expected_id=number, kind=StageKind.OPENED, on=on, source=GAZETTE, reason=reason
    )
    do(url, correct_stage, draft, now=SEEDED_AT + at)


@pytest.fixture
def told(small_url):
    """A stage entered on a first day, corrected on a second, withdrawn on a third."""
    do(small_url, record_stage, stage_draft(), now=SEEDED_AT + DAY)
    (stage,) = rows(small_url, Stage)
    correct(small_url, stage.id, PartialDate(2021, 6), 2 * DAY)
    last = rows(small_url, Stage, superseded_at=None)[0]
    draft = WithdrawalDraft(expected_id=last.id, reason="jamais ouvert")
    do(small_url, withdraw_stage, draft, now=SEEDED_AT + 3 * DAY)
    return small_url


@pytest.mark.both_engines
def test_what_is_known_otherwise_is_told_and_nothing_else(told):
    at = [SEEDED_AT + days * DAY + timedelta(hours=1) for days in range(4)]
    (first,) = {row.happened_on for row in rows(told, Stage, version=1)}
    was = next(row for row in moved(told, at[0], known_at=at[1]) if row[0] == "nouveau")
    assert was[1] == "Chaumont"
    corrected = moved(told, at[1], known_at=at[2])
    assert [row[0] for row in corrected] == ["corrigé"]
    assert corrected[0][3:] == ["juin 2021", "relu"]
    assert first != PartialDate(2021, 6)
    withdrawn = [row for row in moved(told, at[2]) if row[0] == "retiré"]
    assert ["retiré", "Chaumont", "juin 2021", "", "jamais ouvert"] in withdrawn
    # Over all of it, the stage was never known: the centre that came with it may be.
    assert all(row[2] == "" and "2021" not in row[3] for row in moved(told, at[0]))
    assert moved(told, at[3]) == []


def test_the_page_says_what_that_does_to_the_headline(told, app):
    here = app.at(told)
    days = [(SEEDED_AT + n * DAY).date().isoformat() for n in range(5)]
    view = here.open(PAGE, depuis=days[1], jusqu=days[1], au="2026-11-23")
    assert "0 → 1 centre documenté" in headline(view)
    assert "En plus\u00a0: Chaumont." in everything(view)
    assert EXPLAINED in everything(view)
    assert address(view)["connu"].startswith(days[1])
    view = here.open(PAGE, depuis=days[2], jusqu=days[2], au="2026-11-23")
    assert "1\u00a0correction\u00a0: toujours 1 centre documenté" in headline(view)
    (listed,) = (each.body for each in view.get("html") if "<li>" in each.body)
    assert "→ «\u00a0juin 2021\u00a0». Motif\u00a0: relu." in listed
    view = here.open(PAGE, depuis=days[3], jusqu=days[3], au="2026-11-23")
    assert "1 → 0 centre documenté" in headline(view)
    assert "En moins\u00a0: Chaumont." in everything(view)


def test_there_is_always_something_to_see(app, monkeypatch):
    monkeypatch.setattr(bar, "today", lambda: date(2027, 6, 1))
    view = app.open(PAGE)
    assert "faits nouveaux" in headline(view)
    assert "0 → 15 centres documentés" in headline(view)
    # After a month in which nothing changed, what changed last.
    later = app.open(PAGE, connu="2027-06-01")
    assert "faits nouveaux" in headline(later)
    assert "Cette base n’existait pas encore" in everything(app.open(PAGE, connu="2019-01-01"))
    assert "rien n’a changé" in headline(app.open(PAGE, connu="2027-06-01", depuis="2027-05-01"))


@pytest.mark.parametrize("text", ["hier", "2026-13-01", "9999-12-31", "0001-01-01", "2038-01-01"])
def test_nonsense_is_quoted_and_the_rest_stands(app, text):
    view = app.open(PAGE, depuis=text)
    assert text in warnings(view)[0]
    assert "faits nouveaux" in headline(view)


def test_a_browser_without_a_visit_says_so(app):
    view = app.open(PAGE, depuis="visite")
    assert FIRST_VISIT in everything(view)
    assert "faits nouveaux" in headline(view)


def test_what_people_typed_is_no_html(told, app):
    do(
        told,
        record_stage,
        stage_draft(note="<script>alert(1)</script>"),
        now=SEEDED_AT + 4 * DAY,
    )
    view = app.at(told).open(PAGE)
    (listed,) = (each.body for each in view.get("html") if "<li>" in each.body)
    assert "<script>" not in listed
    assert "&lt;script&gt;" in listed


def test_the_facts_of_one_act_are_in_the_order_of_their_towns(seeded_url):
    told = [row[1] for row in moved(seeded_url, SEEDED_AT - DAY)]
    assert len(set(told)) > 40
    assert told == sorted(told, key=fold)
