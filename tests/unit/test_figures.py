"""Which readings give a figure: each at its own address, the plainest first, none left out."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from territoires.domain import address
from territoires.domain.figures import Kind, counts, giving, nearest
from territoires.domain.rollout import count, in_scope, lives
from territoires.domain.scope import Perimeter, Scope
from tests.factories import centre, closed, opened, opened_by
from tests.unit.test_rollout import DAYS, HISTORIES

TODAY = date(2024, 12, 31)
SCOPES = st.builds(Scope, as_of=DAYS, with_unproven=st.booleans(), with_low=st.booleans())
WITH_SITES = st.lists(st.booleans(), min_size=8, max_size=8)


def drawn(histories, sites):
    marks = zip(histories, sites * len(histories), strict=False)
    return [replace(each, acv=acv, centre_id=at) for at, (each, acv) in enumerate(marks)]


@given(HISTORIES, WITH_SITES, SCOPES)
def test_every_reading_told_gives_exactly_its_figure_when_its_address_is_asked(
    histories, sites, usual
):
    every = lives(drawn(histories, sites), with_low=usual.with_low)
    told = list(counts(every, usual))
    for each in told:
        read = address.read(address.write(each.scope, today=TODAY), today=TODAY)
        assert not read.problems
        there = read.scope
        found = count(in_scope(every, there), there.as_of, with_unproven=there.with_unproven)
        assert (
            each.value
            == {
                Kind.CERTAIN: found.open,
                Kind.AT_MOST: found.open_at_most,
                Kind.UNDATED: found.open + found.open_undated,
                Kind.SELECTED: found.selected,
                Kind.WAITING: found.selected_without_opening,
            }[each.kind]
        )
        if each.until is not None:
            then = replace(there, as_of=each.until)
            last = count(in_scope(every, then), each.until, with_unproven=then.with_unproven)
            assert each.value == (last.open if each.kind is Kind.CERTAIN else last.open_at_most)


@given(HISTORIES, WITH_SITES, SCOPES, st.integers(0, 8))
def test_a_figure_is_given_or_lies_between_the_nearest(histories, sites, usual, figure):
    told = list(counts(lives(drawn(histories, sites), with_low=usual.with_low), usual))
    values = {each.value for each in told}
    exact = giving(figure, told, usual)
    assert bool(exact) == (figure in values)
    assert all(each.value == figure for each in exact)
    # No kind of reading that gives it is left out.
    assert {each.kind for each in exact} == {each.kind for each in told if each.value == figure}
    ways = [len(each.departs(usual)) for each in exact]
    assert ways == sorted(ways)
    for each in nearest(figure, told, usual):
        between = (min(each.value, figure), max(each.value, figure))
        assert not any(between[0] < value < between[1] for value in values)


def test_a_reading_that_departs_in_more_ways_says_nothing_more():
    every = lives([centre(opened("2021-03-04"), acv=True)])
    usual = Scope(as_of=date(2022, 1, 1))
    (plain, *others) = giving(1, list(counts(every, usual)), usual)
    assert (plain.kind, plain.scope) == (Kind.CERTAIN, usual)
    assert not others


def test_of_the_days_that_gave_a_figure_the_latest_is_told():
    first = centre(opened("2020-01-01"), closed("2020-06-01"), opened("2021-01-01"))
    every = lives([replace(first, acv=True), replace(centre(opened_by("2022-05-01")), centre_id=2)])
    usual = Scope(as_of=date(2023, 1, 1))
    told = [each for each in counts(every, usual) if each.kind is Kind.CERTAIN]
    (one, *_) = giving(1, [each for each in told if each.scope.perimeter is Perimeter.ALL], usual)
    assert (one.scope.as_of, one.until) == (date(2021, 1, 1), date(2022, 4, 30))
