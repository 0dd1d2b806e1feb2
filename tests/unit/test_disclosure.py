"""What is told of headcounts, act after act: never so much that one of 1 to 4 is worked out."""

import os
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from territoires.domain.disclosure import Count, Ledger, Publication, is_small
from territoires.domain.programme import Counted
from territoires.settings import ROOT
from tests.fuzzing import at_length
from tests.histories import history, in_force
from tests.reader import Told, Total, worked_out

PERSONS, REGISTRATIONS = Counted.PERSONS, Counted.REGISTRATIONS
SHOWN, SMALL, WITHHELD = Publication.SHOWN, Publication.SMALL, Publication.WITHHELD
MARCH, AUGUST = date(2022, 3, 28), date(2022, 8, 31)

headcounts = st.one_of(st.integers(0, 12), st.integers(0, 60))
courses = st.dictionaries(st.sampled_from("ABCDEFGH"), headcounts, min_size=1, max_size=8)


class Centre:
    """A centre and year to which acts happen; `told` is what could be fetched after each."""

    def __init__(self, salt="1/2021"):
        self.ledger = Ledger(salt=salt)
        self.rows = {}
        self.acts, self.told = [], []
        self.number = 0

    def act(self, said=(), *, unit=PERSONS, day=AUGUST, total=None, without=()):
        """Say headcounts by course and in all, and withdraw others (None: the total)."""
        for course in without:
            del self.rows[unit, course, day]
        both = dict(said) | ({None: total} if total is not None else {})
        for course, headcount in both.items():
            self.number += 1
            self.rows[unit, course, day] = Count(self.number, unit, course, headcount, day)
        return self.done()

    def done(self):
        """Let the ledger decide; gives what is told of each course, and of the total under None."""
        rows = list(self.rows.values())
        fates = self.ledger.decide(rows)
        self.acts.append(rows)
        self.told.append(told_of(rows, fates))
        return {row.course: fates[row.number] for row in rows if row.number in fates}

    @property
    def worked_out(self):
        return worked_out(self.acts, self.told)


def told_of(rows, fates):
    """Give what could be fetched after an act, by what was decided of each version."""
    totals = {}
    for row in sorted((row for row in rows if row.course is None), key=lambda row: row.counted_on):
        fate = fates[row.number]
        for day in {other.counted_on for other in rows if other.counted_on >= row.counted_on}:
            totals[row.counted, day] = Total(fate, row.headcount if fate is SHOWN else None)
    cells = {row.number: fates[row.number] for row in rows if row.course and row.number in fates}
    return Told(cells, totals)


# One act


@given(cells=courses, knows_whole=st.booleans())
@example(cells={"A": 10, "B": 17, "C": 3}, knows_whole=True)
@example(cells={"A": 5, "B": 1}, knows_whole=True)
@example(cells={"A": 3}, knows_whole=True)
@example(cells={"A": 1, "B": 1, "C": 1, "D": 1}, knows_whole=True)
def test_no_small_count_is_worked_out_of_a_total_and_its_parts(cells, knows_whole):
    centre = Centre()
    found = centre.act(cells, total=sum(cells.values()) if knows_whole else None)
    assert centre.worked_out == []
    told = [cells[course] for course, fate in found.items() if course and fate is SHOWN]
    assert not any(map(is_small, told))


@given(cells=courses, more=st.lists(st.integers(0, 5), min_size=8, max_size=8))
def test_no_small_count_is_worked_out_of_persons_and_registrations_together(cells, more):
    registrations = {
        course: count + extra * bool(count)
        for (course, count), extra in zip(cells.items(), more, strict=False)
    }
    centre = Centre()
    centre.act(registrations, unit=REGISTRATIONS, total=sum(registrations.values()))
    one = Centre()
    for unit, said in ((PERSONS, cells), (REGISTRATIONS, registrations)):
        for course, headcount in (said | {None: sum(said.values())}).items():
            one.number += 1
            one.rows[unit, course, AUGUST] = Count(one.number, unit, course, headcount, AUGUST)
    one.done()
    units = {row.counted for row in one.acts[0] if row.number in one.told[0].cells}
    assert units <= {PERSONS}
    centre.act(cells, total=sum(cells.values()))
    assert one.worked_out == centre.worked_out == []


@given(cells=courses, persons=st.integers(0, 200))
def test_a_total_of_persons_gives_away_no_detail_of_registrations(cells, persons):
    centre = Centre()
    centre.act(total=min(persons, sum(cells.values())))
    centre.act(cells, unit=REGISTRATIONS)
    assert centre.worked_out == []


@given(cells=courses)
def test_nothing_is_hidden_where_nothing_is_small(cells):
    large = {name: count if not is_small(count) else 0 for name, count in cells.items()}
    assert set(Centre().act(large, total=sum(large.values())).values()) == {SHOWN}


@given(cells=courses)
def test_where_no_total_is_known_only_the_small_ones_are_hidden(cells):
    found = Centre().act(cells, unit=REGISTRATIONS)
    hidden = {name for name, fate in found.items() if fate is not SHOWN}
    assert found.keys() == cells.keys()
    assert hidden == {name for name, count in cells.items() if is_small(count)}


def test_a_true_zero_is_shown():
    assert Centre().act({"A": 40, "B": 0}, total=40)["B"] is SHOWN


def test_a_second_cell_is_hidden_beside_a_small_one():
    found = Centre().act({"A": 10, "B": 17, "C": 3}, total=30)
    assert found["C"] is SMALL
    assert sorted(found[course] for course in "ABC") == ["shown", "small", "withheld"]


def test_where_two_cells_would_betray_each_other_the_whole_detail_is_kept_back():
    assert Centre().act({"A": 5, "B": 1}, total=6) == {None: SHOWN}


@pytest.mark.parametrize(("total", "fate"), [(0, SHOWN), (1, SMALL), (4, SMALL), (5, SHOWN)])
def test_the_total_of_a_centre_under_five_is_not_told_either(total, fate):
    assert Centre().act(total=total) == {None: fate}


def test_of_nothing_there_is_nothing_to_decide():
    assert Centre().act() == {}


# Act after act


def test_a_total_that_is_withdrawn_is_still_in_the_history():
    centre = Centre()
    cells = {"A": 11, "B": 7, "C": 10, "D": 4}
    before = centre.act(cells, total=32)
    second = next(course for course in "ABC" if before[course] is WITHHELD)
    after = centre.act(without=[None])
    assert after[second] is WITHHELD
    assert after["D"] is SMALL
    assert centre.worked_out == []


def test_a_course_that_is_added_does_not_show_in_the_difference_of_two_totals():
    centre = Centre()
    centre.act({"A": 11, "B": 7, "C": 10}, total=28)
    found = centre.act({"D": 4}, total=32)
    assert found == {"A": SHOWN, "B": SHOWN, "C": SHOWN, "D": SMALL, None: WITHHELD}
    assert centre.worked_out == []


def test_counted_again_and_told_the_same_a_count_hides_no_other():
    centre = Centre()
    cells = {"A": 11, "B": 7, "C": 10}
    centre.act(cells, total=28, day=MARCH)
    found = centre.act(cells | {"D": 4}, total=32, day=AUGUST)
    assert found[None] is WITHHELD
    assert centre.worked_out == []


def test_a_small_count_that_is_corrected_with_its_total_leaves_the_total_hidden():
    centre = Centre()
    centre.act({"A": 11, "B": 7, "C": 10, "D": 4}, total=32)
    assert centre.act({"D": 3}, total=31)[None] is WITHHELD
    # Counted again, everything may be told again.
    again = {"A": 12, "B": 8, "C": 9, "D": 3}
    assert centre.act(again, total=32)[None] is SHOWN
    assert centre.worked_out == []


def test_a_correction_of_what_is_shown_hides_nothing_more():
    centre = Centre()
    before = centre.act({"A": 11, "B": 7, "C": 10, "D": 4}, total=32)
    shown = next(course for course in "ABC" if before[course] is SHOWN)
    assert centre.act({shown: 15}, total=32 - {"A": 11, "B": 7, "C": 10}[shown] + 15) == before
    assert centre.worked_out == []


def test_a_total_that_was_mistyped_may_be_corrected():
    centre = Centre()
    before = centre.act({"A": 11, "B": 7, "C": 10, "D": 4}, total=320)
    assert centre.act(total=32) == before
    assert centre.worked_out == []


def test_a_total_that_comes_after_its_parts_is_told_only_when_it_betrays_none():
    late, small = Centre(), Centre()
    late.act({"A": 11, "B": 7})
    assert late.act(total=18)[None] is SHOWN
    small.act({"A": 11, "B": 7, "C": 2})
    assert small.act(total=20)[None] is WITHHELD
    assert small.worked_out == []


def test_a_total_that_leaves_a_few_hides_a_second_cell_before_they_are_told():
    centre = Centre()
    centre.act(total=32)
    for course, headcount in (("A", 11), ("B", 7), ("C", 10)):
        centre.act({course: headcount})
    found = centre.act({"D": 4})
    assert found == {"A": SHOWN, "B": SHOWN, "C": WITHHELD, "D": SMALL, None: SHOWN}
    assert centre.worked_out == []


def test_what_an_old_total_would_betray_is_not_listed_at_all():
    centre = Centre()
    # Mistyped, so that it does not seem to be small.
    centre.act({"A": 11, "B": 7, "C": 10, "D": 40}, total=32)
    assert centre.act({"D": 4}) == {None: SHOWN}
    # Until it is counted otherwise.
    found = centre.act({"A": 13, "B": 9, "C": 12, "D": 3}, total=37)
    assert found["D"] is SMALL
    assert centre.worked_out == []


def test_what_a_total_counts_beside_its_courses_may_be_as_many_as_before():
    centre = Centre()
    # Nobody detailed the others: the total alone gives nothing away, its difference does.
    centre.act({"A": 1, "B": 6}, total=140)
    found = centre.act({"A": 4}, total=143)
    assert found == {"A": SMALL, "B": WITHHELD, None: WITHHELD}
    assert centre.worked_out == []


def test_what_two_courses_count_twice_may_be_as_many_as_before():
    centre = Centre()
    centre.act({"A": 10, "B": 8, "C": 3}, total=18)
    centre.act({"A": 11, "C": 2})
    assert centre.worked_out == []


def test_what_a_total_counts_twice_is_learnt_from_a_later_one_that_hides_nothing():
    centre = Centre()
    centre.act({"A": 5}, total=5)
    centre.act({"B": 2})
    # All shown, it would say that two are counted twice, as they were beside the small count.
    assert centre.act({"B": 19, "C": 5, "D": 0}, total=27)[None] is WITHHELD
    assert centre.worked_out == []


def test_a_total_that_courses_make_up_on_one_day_counts_others_on_the_next():
    centre = Centre()
    centre.act({"A": 9, "B": 3}, total=12, day=MARCH)
    centre.act({"A": 9, "B": 5}, day=AUGUST)
    centre.act(without=["A"], day=AUGUST)
    assert centre.worked_out == []


def test_once_one_unit_was_detailed_the_other_never_is():
    centre = Centre()
    centre.act({"A": 20, "B": 2}, unit=REGISTRATIONS, total=22)
    centre.act({"A": 18, "B": 1}, total=19)
    numbers = {row.number for row in centre.acts[1] if row.counted is PERSONS and row.course}
    assert numbers.isdisjoint(centre.told[1].cells)
    assert centre.worked_out == []


@given(cells=courses, later=st.integers(5, 200))
@example(cells={"A": 11, "B": 5, "C": 2}, later=60)
@example(cells={"A": 5, "B": 11, "C": 2}, later=60)
def test_no_small_count_is_worked_out_of_the_total_that_a_past_date_shows(cells, later):
    """The courses were counted with the first total; a later day counted the centre alone."""
    centre = Centre()
    for course, headcount in cells.items():
        centre.number += 1
        centre.rows[PERSONS, course, MARCH] = Count(
            centre.number, PERSONS, course, headcount, MARCH
        )
    for total, day in ((sum(cells.values()), MARCH), (later, AUGUST)):
        centre.number += 1
        centre.rows[PERSONS, None, day] = Count(centre.number, PERSONS, None, total, day)
    centre.done()
    assert centre.worked_out == []


histories = st.randoms(use_true_random=True).map(lambda draw: list(in_force(history(draw))))


@given(acts=histories)
def test_what_was_decided_is_recalled_as_it_was_decided(acts):
    whole, fates = Ledger(salt="7/2020"), []
    for rows in acts:
        again = Ledger(salt="7/2020")
        for before, told in zip(acts, fates, strict=False):
            again.recall(before, told)
        fates.append(whole.decide(rows))
        assert again.decide(rows) == fates[-1]


# Five hundred histories within the tests, a hundred thousand by `make fuzz`.
EACH = 5 if at_length(1) == 1 else 20


@given(several=st.lists(histories, min_size=EACH, max_size=EACH))
def test_no_history_pins_a_small_count(several):
    """The law, for the decision alone; `tests/integration/test_small_counts.py` reads the doors."""
    for acts in several:
        ledger = Ledger(salt="7/2020")
        told = [told_of(rows, ledger.decide(rows)) for rows in acts]
        assert worked_out(acts, told) == []


# The reader of these tests


def test_the_reader_knows_a_leak_when_they_see_one():
    rows = [
        Count(n, PERSONS, c, h, AUGUST) for n, (c, h) in enumerate((("A", 10), ("B", 17), ("C", 3)))
    ]
    whole = Count(9, PERSONS, None, 30, AUGUST)
    cells = {0: SHOWN, 1: SHOWN, 2: SMALL}
    leaky = Told(cells, {(PERSONS, AUGUST): Total(SHOWN, 30)})
    assert worked_out([[*rows, whole]], [leaky]) == ["C = 3, may be [3]"]
    # The total of another act: it was withdrawn, and is remembered.
    hidden = Told(cells | {1: WITHHELD}, leaky.totals)
    assert worked_out([[*rows, whole]], [hidden]) == []
    without = Told(cells, {})
    assert worked_out([[*rows, whole], rows], [hidden, without]) == ["C = 3, may be [3]"]


def test_what_is_decided_does_not_depend_on_the_process_that_decides():
    told = {
        subprocess.check_output(
            [sys.executable, "-m", "tests.trials.decisions"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},  # sets have another order in each
        )
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
