"""Academic years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.enrolments import (
    first_day,
    is_provisional,
    last_day,
    name_of,
    read_year,
    year_of,
)

years = st.integers(1990, 2100)


@given(year=years)
def test_a_name_is_read_back(year):
    assert read_year(name_of(year)) == year


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_every_day_is_within_its_own_year(day):
    year = year_of(day)
    assert first_day(year) <= day <= last_day(year)


@pytest.mark.parametrize("text", ["", "2021", "2021-2023", "2021/2022", "2021-22", "٢٠٢١-٢٠٢٢x"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_year(text or " x")


def test_a_year_begins_in_september():
    assert year_of(date(2021, 8, 31)) == 2020
    assert year_of(date(2021, 9, 1)) == 2021


def test_a_count_made_before_the_end_of_its_year_is_provisional():
    assert is_provisional(2020, date(2021, 8, 30))
    assert not is_provisional(2020, date(2021, 8, 31))
