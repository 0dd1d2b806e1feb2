"""What a published total may mean: one function from a figure and its reserve to its bounds."""

from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.programme import Qualifier, meant

COUNTS = st.integers(min_value=0, max_value=10_000)
SHARES = st.decimals(min_value=0, max_value=100, places=1).map(float)
WHOLES = st.integers(min_value=1, max_value=500)
QUALIFIERS = st.one_of(st.none(), st.sampled_from(Qualifier))


@pytest.mark.parametrize(
    ("value", "qualifier", "share_of", "bounds"),
    [
        (7, Qualifier.EXACT, None, (7, 7)),
        (7, None, None, (7, 7)),
        (55, Qualifier.DISPUTED, None, (55, 55)),
        (20, Qualifier.ABOUT, None, (18, 22)),
        (30, Qualifier.ABOUT, None, (27, 33)),
        (25, Qualifier.ABOUT, None, (22, 28)),
        (5, Qualifier.ABOUT, None, (4, 6)),
        (0, Qualifier.ABOUT, None, (0, 1)),
        (3, Qualifier.AT_LEAST, None, (3, inf)),
        (75, Qualifier.AT_LEAST, 75, (57, 75)),  # « plus des trois quarts de 75 »
        (75, Qualifier.AT_LEAST, 76, (57, 76)),
        (100, Qualifier.EXACT, 75, (75, 75)),
        (75, Qualifier.EXACT, 75, (56, 56)),
        (75, Qualifier.ABOUT, 75, (50, 62)),
        (50, Qualifier.EXACT, 3, (1, 2)),  # of three, no whole number is a half
        (0, Qualifier.EXACT, 75, (0, 0)),
        (0, Qualifier.ABOUT, 400, (0, 2)),
    ],
)
def test_a_figure_means_no_less_and_no_more_than_it_says(value, qualifier, share_of, bounds):
    assert meant(value, qualifier, share_of=share_of) == bounds


@given(COUNTS, QUALIFIERS)
def test_a_total_lies_within_its_own_bounds(value, qualifier):
    least, most = meant(value, qualifier)
    assert 0 <= least <= value <= most
    assert (most == inf) is (qualifier is Qualifier.AT_LEAST)
    if qualifier is Qualifier.ABOUT:
        assert most >= value + 1
        assert least <= Fraction(9, 10) * value
        assert most >= Fraction(11, 10) * value
        assert {least, most} == {int(least), int(most)}


@given(SHARES, QUALIFIERS, WHOLES)
def test_a_share_is_of_whole_numbers_between_none_and_all(share, qualifier, whole):
    least, most = meant(share, qualifier, share_of=whole)
    assert 0 <= least <= most <= whole
    assert least == int(least)
    assert most == int(most)


@given(WHOLES, st.data())
def test_the_share_of_a_whole_number_may_mean_that_number(whole, data):
    part = data.draw(st.integers(min_value=0, max_value=whole))
    for qualifier in (None, Qualifier.EXACT, Qualifier.ABOUT, Qualifier.AT_LEAST):
        rounded = float(round(Fraction(100 * part, whole)))
        least, most = meant(rounded, qualifier, share_of=whole)
        is_rounded_up = Fraction(rounded) > Fraction(100 * part, whole)
        if qualifier is Qualifier.AT_LEAST and is_rounded_up:
            assert part < least, "it is said to be more"
        else:
            assert least <= part <= most


@given(SHARES, WHOLES)
def test_at_least_a_share_is_every_number_that_reaches_it(share, whole):
    least, most = meant(share, Qualifier.AT_LEAST, share_of=whole)
    asked = Fraction(str(share)) * whole / 100
    assert [n for n in range(whole + 1) if n >= asked] == list(range(int(least), int(most) + 1))
