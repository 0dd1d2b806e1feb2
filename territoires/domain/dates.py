"""Dates of known precision: a year, a month, a day, or unknown."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from territoires.domain.errors import PartialDateError

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PartialDate:
    """What is known of a date. Nothing silently becomes 1 January.

    `first` and `last` are the bounds of what it may mean; both are None when it is unknown.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse holes (a day without its month) and days that no calendar has."""
        if (self.month is not None and self.year is None) or (
            self.day is not None and self.month is None
        ):
            raise PartialDateError(repr(self))
        if self.year is not None:
            try:
                _first(self.year, self.month, self.day)
            except ValueError as error:
                raise PartialDateError(self.iso) from error

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ISO 8601 reduced to what is known: `2019`, `2019-04`, `2019-04-13`, or nothing.

        Raises PartialDateError, which quotes the text.
        """
        if not text:
            return cls()
        found = _ISO.fullmatch(text)
        if found is None:
            raise PartialDateError(text)
        try:
            return cls(*(int(part) if part else None for part in found.groups()))
        except PartialDateError as error:
            raise PartialDateError(text) from error

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """Give a date known to the day."""
        return cls(day.year, day.month, day.day)

    @property
    def iso(self) -> str:
        """The text that `parse` reads back; empty when unknown."""
        parts = (
            f"{part:0{width}d}"
            for part, width in ((self.year, 4), (self.month, 2), (self.day, 2))
            if part is not None
        )
        return "-".join(parts)

    @property
    def precision(self) -> Precision:
        """How much is known."""
        if self.year is None:
            return Precision.UNKNOWN
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def first(self) -> date | None:
        """The first day it may mean; None when unknown."""
        return None if self.year is None else _first(self.year, self.month, self.day)

    @property
    def last(self) -> date | None:
        """The last day it may mean; None when unknown."""
        if self.year is None:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def reached(self, day: date) -> bool:
        """Tell whether it is past for certain on that day."""
        return self.last is not None and self.last <= day


def _first(year: int, month: int | None, day: int | None) -> date:
    # A zero is no absence: `month or 1` would make January of it.
    return date(year, 1 if month is None else month, 1 if day is None else day)
