"""What is reported from the field, by people without an account: what it is, how much, how long."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from territoires.domain.dates import PartialDate
from territoires.domain.programme import StageKind
from territoires.domain.told import Told

MESSAGE: Final = 1_000  # signs
BY_ADDRESS: Final = 10  # in an hour: a whole institution may stand behind one
BY_TOWN, BY_ALL = 10, 200  # in an hour: beyond, they are to be sorted
LEAST, LONGEST = timedelta(seconds=3), timedelta(hours=24)  # between a form and its sending
# What people wrote is erased so long after the answer, or after it was sent if none ever came.
KEPT, KEPT_UNANSWERED = timedelta(days=183), timedelta(days=548)

_NUMBER: Final = re.compile(r"(?:T-?)?([1-9]\d{3})-?(\d{1,9})", re.ASCII | re.IGNORECASE)


class ReportKind(Told):
    """What a report is about."""

    OPENED = "opened", "un centre a ouvert"
    NOT_OPEN = "not_open", "un centre n’est pas ouvert"
    CLOSED = "closed", "un centre a fermé"
    CORRECTION = "correction", "une date ou une source à corriger"
    FIGURES = "figures", "des formations ou des inscriptions à transmettre"
    OTHER = "other", "autre chose"


# Those that a stage may answer.
STAGES: Final = {ReportKind.OPENED: StageKind.OPENED, ReportKind.CLOSED: StageKind.CLOSED}


class Verdict(Told):
    """What became of a report."""

    ACCEPTED = "accepted", "accepté"
    ANSWERED = "answered", "répondu"
    REFUSED = "refused", "refusé"
    MERGED = "merged", "réuni à un autre"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What somebody sent: `cited` is the source, `function` what makes them know first hand."""

    town_code: str
    what: ReportKind | None
    happened_on: PartialDate = field(default_factory=PartialDate)
    cited: str = ""
    first_hand: bool = False
    function: str = ""
    message: str = ""
    email: str = ""


def name_of(year: int, number: int) -> str:
    """Name a report: `T-2026-0042`."""
    return f"T-{year}-{number:04}"


def read_name(text: str) -> tuple[int, int]:
    """Read the year and the number of a report; raises ValueError."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return int(found[1]), int(found[2])


def digest_of(salt: str, cited: str, function: str, message: str, email: str) -> str:
    """Hash (SHA-256) what somebody wrote; without the salt, erased with it, nothing is guessed."""
    said = (salt, cited, function, message, email)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def digest_of_all(digests: Iterable[str]) -> str:
    """Hash the digests of the reports that one act decided."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()
