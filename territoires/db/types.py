"""Column types that SQLite and PostgreSQL store alike."""

import enum
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import DateTime, Dialect, Enum, String
from sqlalchemy.types import TypeDecorator

from territoires.domain.dates import PartialDate


def is_key(number: int) -> bool:
    """Tell whether a row can have this number: no driver can ask for a larger one."""
    return 0 < number < 2**63


class PartialDateType(TypeDecorator[PartialDate]):
    """A date of known precision as its reduced ISO text; NULL when it is unknown."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write `2019-04`; an unknown date becomes NULL."""
        return (value.iso or None) if value is not None else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> PartialDate:  # noqa: ARG002
        """Read it back; NULL is the unknown date."""
        return PartialDate.parse(value or "")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, aware in Python, stored in UTC without offset, to the microsecond."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive instant: nobody knows which one it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive instant: {value}"
            raise ValueError(msg)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give it back aware."""
        return None if value is None else value.replace(tzinfo=UTC)


WORDS: Final = Enum(
    enum.Enum,
    native_enum=False,
    create_constraint=True,
    values_callable=lambda members: [member.value for member in members],
)
"""How the words of a closed list are stored: as checked values, the same way on both engines."""
