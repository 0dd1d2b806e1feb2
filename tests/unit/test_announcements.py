"""How late an opening came after what was announced, day by day written out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.announcements import FEW, delay, is_kept, mean_delay
from territoires.domain.dates import PartialDate
from territoires.domain.worlds import Span

START = date(2020, 1, 1)
DAYS = st.integers(0, 200).map(lambda shift: START + timedelta(days=shift))
SPANS = st.tuples(DAYS, st.integers(0, 40)).map(
    lambda pair: Span(first=pair[0], last=pair[0] + timedelta(days=pair[1]))
)
SAID = st.tuples(DAYS, st.integers(1, 3)).map(
    lambda pair: PartialDate(*(pair[0].year, pair[0].month, pair[0].day)[: pair[1]])
)


def days(first, last):
    return [first + timedelta(days=shift) for shift in range((last - first).days + 1)]


@given(SAID, SPANS)
def test_the_delay_is_that_of_every_pair_of_days(said, opened):
    every = {
        (there - here).days
        for here in {said.first, said.last}
        for there in {opened.first, opened.last}
    }
    found = delay(said, opened)
    assert (found.at_least, found.at_most) == (min(every), max(every))


@given(SAID, SPANS)
def test_it_is_kept_where_each_day_that_is_possible_was_announced(said, opened):
    announced, possible = days(said.first, said.last), days(opened.first, opened.last)
    assert is_kept(said, delay(said, opened)) == (set(possible) <= set(announced))


def test_what_is_not_known_has_no_delay():
    assert delay(PartialDate(), Span(first=START, last=START)) is None
    assert delay(PartialDate(2020), Span(first=START, last=date.max)) is None


def test_there_is_no_average_under_ten_pairs_exact_to_the_month():
    march = Span(first=date(2020, 3, 1), last=date(2020, 3, 31))
    pair = (PartialDate(2020, 1), march)
    wide = (PartialDate(2020), march)
    assert mean_delay([pair] * (FEW - 1) + [wide] * 5) is None
    assert mean_delay([pair] * FEW + [wide] * 5) == 2
    early = (PartialDate(2020, 5, 2), march)
    assert mean_delay([pair, early] * FEW) == 0
