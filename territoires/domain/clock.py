"""Instants as the programme's people mean them: in Paris."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from territoires.domain.errors import InstantError

PARIS = ZoneInfo("Europe/Paris")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def end_of_day(value: date) -> datetime:
    """Give the last microsecond of a day in Paris, as an aware instant."""
    return datetime.combine(value, time.max, tzinfo=PARIS)


def is_repeated(there: datetime) -> bool:
    """Tell whether Paris has a time of its clocks twice: in the night that ends summer time."""
    first, second = (there.replace(tzinfo=PARIS, fold=fold).utcoffset() for fold in (0, 1))
    return bool(first and second and first > second)


def read_day(text: str) -> date:
    """Read a day written as `2021-05-04` and in no other way of ISO 8601.

    Raises ValueError, which quotes the text.
    """
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def read_instant(text: str) -> datetime:
    """Read an ISO 8601 instant; a bare date is the end of that day, a naive time is Paris time.

    Raises InstantError, which quotes the text and says why.
    """
    try:
        if _DAY.fullmatch(text):
            return end_of_day(read_day(text))
        # A plus sign in an address arrives as a space.
        instant = datetime.fromisoformat(text.strip().replace(" ", "+"))
        if instant.tzinfo is None:
            if is_repeated(instant):
                raise InstantError(text, "twice")
            instant = instant.replace(tzinfo=PARIS)
            if instant.astimezone(UTC).astimezone(PARIS) != instant:
                raise InstantError(text, "never")
        for zone in (UTC, PARIS):  # near the ends of the calendar, that may be out of it
            instant.astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise InstantError(text) from error
    return instant


def has_come(instant: datetime, *, today: date) -> bool:
    """Tell whether the day of an instant is today in Paris, or before."""
    return instant.astimezone(PARIS).date() <= today
