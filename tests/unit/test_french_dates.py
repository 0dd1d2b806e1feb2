from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from territoires.domain.clock import end_of_day, read_instant
from territoires.domain.dates import PartialDate
from territoires.domain.errors import InstantError, PartialDateError
from territoires.french import dates, faults
from territoires.french.desk import undo_label
from tests.unit.test_dates import partial_dates


@pytest.mark.parametrize(
    ("text", "written", "on", "since", "slashed"),
    [
        ("2019", "2019", "en 2019", "depuis 2019", "2019"),
        ("2019-04", "avril 2019", "en avril 2019", "depuis avril 2019", "04/2019"),
        (
            "2019-04-13",
            "13\u00a0avril 2019",
            "le 13\u00a0avril 2019",
            "depuis le 13\u00a0avril 2019",
            "13/04/2019",
        ),
        (
            "2021-05-01",
            "1er\u00a0mai 2021",
            "le 1er\u00a0mai 2021",
            "depuis le 1er\u00a0mai 2021",
            "01/05/2021",
        ),
        ("", "date inconnue", "à une date inconnue", "depuis une date inconnue", ""),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(text, written, on, since, slashed):
    value = PartialDate.parse(text)
    assert dates.partial(value) == written
    assert dates.on(value) == on
    assert dates.since(value) == since
    assert dates.slashed(value) == slashed


@given(partial_dates())
def test_what_is_written_or_typed_is_read_back(value):
    assert dates.read_partial(dates.partial(value)) == value
    assert dates.read_partial(dates.slashed(value)) == value
    assert dates.read_partial(value.iso) == value


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("13/09/2019", "2019-09-13"),
        ("13-9-2019", "2019-09-13"),
        ("13.09.2019", "2019-09-13"),
        (" 13 / 09 / 2019 ", "2019-09-13"),
        ("9/2019", "2019-09"),
        ("2019", "2019"),
        ("2019-09-13", "2019-09-13"),
        ("13 septembre 2019", "2019-09-13"),
        ("1er mai 2021", "2021-05-01"),
        ("Septembre 2019", "2019-09"),
        ("sept. 2019", "2019-09"),
        ("FEVRIER 2020", "2020-02"),
        ("aout 2020", "2020-08"),
        ("août 2020", "2020-08"),
        ("inconnue", ""),
        ("Date inconnue", ""),
        ("   ", ""),
    ],
)
def test_a_date_is_read_as_people_type_it(typed, iso):
    assert dates.read_partial(typed).iso == iso


@pytest.mark.parametrize(
    "typed",
    [
        "31/02/2020",
        "0/0/2019",
        "00/2019",
        "13/2019",
        "32/01/2019",
        "13/09/19",
        "13 machin 2019",
        "machin 2019",
        "32 mai 2019",
        "2019-13",
        "hier",
        "13/09/2019 ou 14/09/2019",
        "٢٠١٩",
    ],
)
def test_what_is_no_date_is_refused_and_quoted_as_typed(typed):
    with pytest.raises(PartialDateError) as refused:
        dates.read_partial(typed)
    assert refused.value.text == typed


@given(st.text(max_size=14))
def test_any_text_is_a_date_or_is_refused(typed):
    try:
        read = dates.read_partial(typed)
    except PartialDateError:
        return
    assert read.first is None or str(read.year) in typed


def test_an_instant_is_written_in_paris_time():
    assert dates.instant(datetime(2026, 11, 30, 13, 2, tzinfo=UTC)) == (
        "30\u00a0novembre 2026 à 14\u00a0h\u00a002"
    )
    assert dates.instant(datetime(2026, 7, 31, 22, 5, tzinfo=UTC)) == (
        "1er\u00a0août 2026 à 0\u00a0h\u00a005"
    )


# --- instants ---


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-30", "2026-11-30T22:59:59.999999+00:00"),
        ("2026-07-14", "2026-07-14T21:59:59.999999+00:00"),
        ("2026-11-30T14:02:00", "2026-11-30T13:02:00+00:00"),
        ("2026-07-14T14:02", "2026-07-14T12:02:00+00:00"),
        ("2026-11-30T14:02:00.5Z", "2026-11-30T14:02:00.500000+00:00"),
        ("2026-11-30T14:02:00-05:00", "2026-11-30T19:02:00+00:00"),
        ("2026-11-30T14:02:00 01:00", "2026-11-30T13:02:00+00:00"),
    ],
)
def test_an_instant_is_read_as_in_paris(text, utc):
    assert read_instant(text).astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize("text", ["", "hier", "2026-02-30", "2026-11-30T25:00", "0001-01-01T00:00"])
def test_what_is_no_instant_is_refused_and_quoted(text):
    with pytest.raises(InstantError) as refused:
        read_instant(text)
    assert refused.value.text == text


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2200, 1, 1)))
def test_the_end_of_a_day_is_the_last_microsecond_before_the_next(day):
    end = end_of_day(day)
    assert end.date() == day
    assert (end.hour, end.minute, end.second, end.microsecond) == (23, 59, 59, 999_999)
    assert read_instant(day.isoformat()) == end


# --- the hours that the clocks of Paris skip or have twice ---

SUMMER, WINTER = "2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"


@pytest.mark.parametrize("text", ["2026-03-29T02:30", "29/03/2026 à 2 h 30", "29/03/2026 02:00"])
def test_an_hour_that_never_was_is_refused_saying_so(text):
    with pytest.raises(InstantError) as refused:
        dates.read_instant(text)
    assert refused.value.why == "never"
    said = faults.bad_instant(refused.value.text, refused.value.why)
    assert "n’existe pas" in said
    assert "2026-03-29T02:" in said


@pytest.mark.parametrize("text", ["2026-10-25T02:30", "25/10/2026 à 2 h 30", "25 octobre 2026, 2h"])
def test_an_hour_that_was_twice_is_asked_about(text):
    with pytest.raises(InstantError) as refused:
        dates.read_instant(text)
    assert refused.value.why == "twice"
    said = faults.bad_instant(refused.value.text, refused.value.why)
    assert "heure d’été" in said
    assert "heure d’hiver" in said


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("25/10/2026 à 2 h 30 (heure d’été)", SUMMER),
        ("25/10/2026 2:30 heure d'hiver", WINTER),
        ("2026-10-25T02:30+02:00", SUMMER),
        ("2026-10-25T02:30+01:00", WINTER),
        ("30/11/2026 à 14 h 02", "2026-11-30T13:02:00+00:00"),
        ("30/11/2026", "2026-11-30T22:59:59.999999+00:00"),
        ("novembre 2026", "2026-11-30T22:59:59.999999+00:00"),
    ],
)
def test_an_instant_is_read_as_people_type_it(text, utc):
    assert dates.read_instant(text).astimezone(UTC).isoformat() == utc


def test_which_of_two_hours_is_meant_is_said():
    first, second = (datetime.fromisoformat(text) for text in (SUMMER, WINTER))
    assert dates.instant(first).endswith("2\u00a0h\u00a030 (heure d’été)")
    assert dates.instant(second).endswith("2\u00a0h\u00a030 (heure d’hiver)")
    assert undo_label("record_stage", second).endswith("2\u00a0h\u00a030 (heure d’hiver)")


@given(st.datetimes(datetime(2018, 1, 1), datetime(2039, 12, 30), timezones=st.just(UTC)))
@example(datetime.fromisoformat(SUMMER))
@example(datetime.fromisoformat(WINTER))
def test_an_instant_on_show_is_read_back_as_itself(instant):
    instant = instant.replace(second=0, microsecond=0)
    assert dates.read_instant(dates.typed_instant(instant)) == instant
    said = dates.instant(instant)
    assert said != dates.instant(instant + timedelta(hours=1))
    assert dates.read_instant(said) == instant
