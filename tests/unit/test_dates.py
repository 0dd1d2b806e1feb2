from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.dates import PartialDate, Precision
from territoires.domain.errors import PartialDateError

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@st.composite
def partial_dates(draw):
    day = draw(DAYS)
    known = draw(st.sampled_from(Precision))
    return {
        Precision.DAY: PartialDate(day.year, day.month, day.day),
        Precision.MONTH: PartialDate(day.year, day.month),
        Precision.YEAR: PartialDate(day.year),
        Precision.UNKNOWN: PartialDate(),
    }[known]


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2019", Precision.YEAR, date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-04", Precision.MONTH, date(2019, 4, 1), date(2019, 4, 30)),
        ("2019-12", Precision.MONTH, date(2019, 12, 1), date(2019, 12, 31)),
        ("2020-02", Precision.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-02", Precision.MONTH, date(2021, 2, 1), date(2021, 2, 28)),
        ("2019-04-13", Precision.DAY, date(2019, 4, 13), date(2019, 4, 13)),
        ("", Precision.UNKNOWN, None, None),
    ],
)
def test_a_date_spans_what_is_not_known_of_it(text, precision, first, last):
    read = PartialDate.parse(text)
    assert (read.precision, read.first, read.last) == (precision, first, last)


@given(partial_dates())
def test_what_is_written_is_read_back(value):
    assert PartialDate.parse(value.iso) == value


@given(partial_dates())
def test_the_bounds_are_those_of_the_period(value):
    if value.precision is Precision.UNKNOWN:
        assert value.first is None
        assert value.last is None
        return
    assert value.first <= value.last
    for inside in (value.first, value.last):
        assert inside.isoformat().startswith(value.iso)
    for outside in (value.first - timedelta(days=1), value.last + timedelta(days=1)):
        assert not outside.isoformat().startswith(value.iso)


@given(DAYS)
def test_a_day_is_known_to_the_day(day):
    assert PartialDate.of(day) == PartialDate.parse(day.isoformat())
    assert PartialDate.of(day).first == PartialDate.of(day).last == day


@pytest.mark.parametrize(
    "text",
    [
        "2020-02-31",
        "2021-02-29",
        "2019-13",
        "2019-00",
        "2019-04-00",
        "2019-00-10",
        "0000",
        "2019-4",
        "2019-04-1",
        "2019-",
        "2019-04-13T00:00",
        " 2019",
        "2019\n",
        "13/04/2019",
        "avril 2019",
        "19",
        "²019",
        "٢٠١٩",
    ],
)
def test_what_is_no_date_is_refused_and_quoted(text):
    with pytest.raises(PartialDateError) as refused:
        PartialDate.parse(text)
    assert refused.value.text == text


@pytest.mark.parametrize(
    "parts",
    [(None, 4, None), (None, None, 13), (2019, None, 13), (2020, 2, 31), (2019, 0, None)],
)
def test_a_date_with_a_hole_or_no_calendar_is_refused(parts):
    with pytest.raises(PartialDateError):
        PartialDate(*parts)


@given(st.text(max_size=12))
def test_any_text_is_a_date_that_is_written_the_same_or_is_refused(text):
    try:
        read = PartialDate.parse(text)
    except PartialDateError:
        return
    assert read.iso == text
