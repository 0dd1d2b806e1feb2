"""What a reader with a solver can work out of the published headcounts: never one of 1 to 4."""

from collections.abc import Mapping

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from territoires.domain.disclosure import (
    SMALLEST,
    Breakdown,
    Publication,
    is_small,
    of_whole,
    protect,
)
from territoires.domain.programme import Counted

PERSONS, REGISTRATIONS = Counted.PERSONS, Counted.REGISTRATIONS
SMALL = range(1, SMALLEST)

headcounts = st.one_of(st.integers(0, 12), st.integers(0, 60))
courses = st.dictionaries(st.sampled_from("ABCDEFGH"), headcounts, min_size=1, max_size=8)


def feasible(
    cells: Mapping[str, int],
    found: Breakdown,
    wholes: Mapping[Counted, int],
    course: str,
    value: int,
) -> bool:
    """Tell whether everything published leaves room for `value` in one hidden cell.

    The reader knows each cell shown, that "<5" is 1 to 4, that a cell withheld beside a "<5" is 5
    or more, and every total of the centre that is shown: the cells of one unit make its total,
    there are as many registrations as persons or more.
    """
    names = list(cells)
    some_shown = any(fate is not Publication.WITHHELD for fate in found.cells.values())
    low, high = np.zeros(len(names)), np.full(len(names), 10_000.0)
    for place, name in enumerate(names):
        fate = found.cells[name]
        if fate is Publication.SHOWN:
            low[place] = high[place] = cells[name]
        elif fate is Publication.SMALL:
            low[place], high[place] = 1, SMALLEST - 1
        elif some_shown:
            low[place] = SMALLEST
        if name == course:
            if not low[place] <= value <= high[place]:
                return False
            low[place] = high[place] = value
    rules = [LinearConstraint(np.eye(len(names)), low, high)]
    total = np.ones((1, len(names)))
    for unit, whole in wholes.items():
        least, most = (1, SMALLEST - 1) if is_small(whole) else (whole, whole)
        if unit is found.counted:
            rules.append(LinearConstraint(total, least, most))
        elif unit is PERSONS:
            rules.append(LinearConstraint(total, least, np.inf))
        else:
            rules.append(LinearConstraint(total, -np.inf, most))
    solved = milp(np.zeros(len(names)), constraints=rules, integrality=np.ones(len(names)))
    return bool(solved.status == 0)


def recovered(
    cells: Mapping[str, int], found: Breakdown, wholes: Mapping[Counted, int]
) -> list[str]:
    """List the courses of 1 to 4 of which the reader learns more than that, or the very number."""
    told = []
    for course, headcount in cells.items():
        if not is_small(headcount):
            continue
        left = [value for value in SMALL if feasible(cells, found, wholes, course, value)]
        whole_range = len(left) == len(SMALL)
        hidden_in_all = found.cells[course] is Publication.WITHHELD
        wide = sum(feasible(cells, found, wholes, course, value) for value in range(30))
        if not (whole_range or (hidden_in_all and wide > 1)):
            told.append(course)
    return told


@given(cells=courses, knows_whole=st.booleans())
@example(cells={"A": 10, "B": 17, "C": 3}, knows_whole=True)
@example(cells={"A": 5, "B": 1}, knows_whole=True)
@example(cells={"A": 3}, knows_whole=True)
@example(cells={"A": 1, "B": 1, "C": 1, "D": 1}, knows_whole=True)
def test_no_small_count_is_worked_out_of_a_total_and_its_parts(cells, knows_whole):
    wholes = {PERSONS: sum(cells.values())} if knows_whole else {}
    found = protect(wholes, {PERSONS: cells}, salt="1/2021")
    assert recovered(cells, found, wholes) == []


@given(cells=courses, more=st.lists(st.integers(0, 5), min_size=8, max_size=8))
def test_no_small_count_is_worked_out_of_persons_and_registrations_together(cells, more):
    registrations = {
        course: count + extra * bool(count)
        for (course, count), extra in zip(cells.items(), more, strict=False)
    }
    wholes = {PERSONS: sum(cells.values()), REGISTRATIONS: sum(registrations.values())}
    found = protect(wholes, {PERSONS: cells, REGISTRATIONS: registrations}, salt="1/2021")
    assert found.counted is PERSONS
    assert all(found.of(REGISTRATIONS, course) is Publication.WITHHELD for course in cells)
    assert recovered(cells, found, wholes) == []


@given(cells=courses, persons=st.integers(0, 200))
def test_a_total_of_persons_gives_away_no_detail_of_registrations(cells, persons):
    wholes = {PERSONS: min(persons, sum(cells.values()))}
    found = protect(wholes, {REGISTRATIONS: cells}, salt="1/2021")
    assert found.counted is REGISTRATIONS
    assert recovered(cells, found, wholes) == []


@given(cells=courses, knows_whole=st.booleans())
def test_no_count_of_one_to_four_is_ever_shown(cells, knows_whole):
    wholes = {PERSONS: sum(cells.values())} if knows_whole else {}
    found = protect(wholes, {PERSONS: cells}, salt="7/2020")
    shown = [cells[name] for name, fate in found.cells.items() if fate is Publication.SHOWN]
    assert not any(is_small(headcount) for headcount in shown)


@given(cells=courses)
def test_nothing_is_hidden_where_nothing_is_small(cells):
    large = {name: count if not is_small(count) else 0 for name, count in cells.items()}
    found = protect({PERSONS: sum(large.values())}, {PERSONS: large}, salt="7/2020")
    if not is_small(sum(large.values())):
        assert set(found.cells.values()) <= {Publication.SHOWN}


@given(cells=courses)
def test_where_no_total_is_known_only_the_small_ones_are_hidden(cells):
    found = protect({}, {REGISTRATIONS: cells}, salt="7/2020")
    hidden = {name for name, fate in found.cells.items() if fate is not Publication.SHOWN}
    assert hidden == {name for name, count in cells.items() if is_small(count)}


def test_a_true_zero_is_shown():
    found = protect({PERSONS: 40}, {PERSONS: {"A": 40, "B": 0}}, salt="7/2020")
    assert found.cells["B"] is Publication.SHOWN


def test_a_second_cell_is_hidden_beside_a_small_one():
    cells = {"A": 10, "B": 17, "C": 3}
    found = protect({PERSONS: 30}, {PERSONS: cells}, salt="7/2020")
    assert found.cells["C"] is Publication.SMALL
    assert sorted(found.cells.values()) == ["shown", "small", "withheld"]


def test_where_two_cells_would_betray_each_other_the_whole_detail_is_kept_back():
    found = protect({PERSONS: 6}, {PERSONS: {"A": 5, "B": 1}}, salt="7/2020")
    assert set(found.cells.values()) == {Publication.WITHHELD}


def test_the_total_of_a_centre_under_five_is_not_told_either():
    assert of_whole(3) is Publication.SMALL
    assert of_whole(0) is Publication.SHOWN
    assert of_whole(5) is Publication.SHOWN


def test_without_any_detail_there_is_nothing_to_decide():
    assert protect({PERSONS: 30}, {}, salt="7/2020") == Breakdown()


@given(cells=courses, later=st.integers(5, 200))
@example(cells={"A": 11, "B": 5, "C": 2}, later=60)
@example(cells={"A": 5, "B": 11, "C": 2}, later=60)
def test_no_small_count_is_worked_out_of_the_total_that_a_past_date_shows(cells, later):
    """The courses were counted with the first total; a later day counted the centre alone."""
    first = sum(cells.values())
    found = protect({PERSONS: later}, {PERSONS: cells}, salt="1/2021", earlier={PERSONS: [first]})
    assert recovered(cells, found, {PERSONS: first}) == []
