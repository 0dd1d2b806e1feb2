from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from territoires.domain.retention import DAYS, OLDEST, WEEKS, kept

instants = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)
)
many = st.sets(instants, max_size=60)
some = st.integers(1, 10)


@given(many, some)
def test_the_latest_are_kept_and_no_more_than_the_rules_allow(found, latest):
    chosen = kept(found, latest=latest)
    assert chosen <= found
    recent = [instant for instant in sorted(found) if max(found) - instant <= OLDEST]
    assert set(recent[-latest:]) <= chosen <= set(recent)
    assert len(chosen) <= latest + DAYS + WEEKS


@given(many, some)
def test_what_is_removed_would_never_have_been_wanted_later(found, latest):
    """Removing at each new one leaves what removing once at the end would leave."""
    one_by_one: set[datetime] = set()
    for instant in sorted(found):
        one_by_one = kept(one_by_one | {instant}, latest=latest)
    assert one_by_one == kept(found, latest=latest)


def test_years_of_nights_leave_days_then_weeks_and_nothing_older_than_a_month():
    tonight = date(2026, 12, 31)  # a Thursday
    nights = [datetime(2026, 12, 31, 2, tzinfo=UTC) - timedelta(days=n) for n in range(1_000)]
    days = {tonight - timedelta(days=n) for n in range(14)}
    sundays = {date(2026, 12, 27) - timedelta(weeks=n) for n in range(4)}
    assert {night.date() for night in kept(nights, latest=7)} == days | sundays
