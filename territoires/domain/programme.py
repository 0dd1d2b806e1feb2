"""What the programme's facts are made of: stages, bases, indicators."""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, inf

# No opening of the programme precedes its start (convention of 1 April 2019).
PROGRAMME_START = date(2019, 4, 1)


class StageKind(StrEnum):
    """A dated step in the life of a centre."""

    APPLICATION = "application"
    SELECTED = "selected"
    AGREEMENT = "agreement"
    OPENED = "opened"
    INAUGURATED = "inaugurated"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    ABANDONED = "abandoned"


CLOSINGS = frozenset({StageKind.SUSPENDED, StageKind.CLOSED, StageKind.ABANDONED})


class Basis(StrEnum):
    """How a date is known: said as such, "already so by then", or deduced."""

    STATED = "stated"
    UPPER_BOUND = "upper_bound"
    INFERRED = "inferred"


class Confidence(StrEnum):
    """How far a source is trusted for one fact."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Document(StrEnum):
    """What a source is that has no address of its own."""

    PRESS = "presse"
    LETTER = "courrier"
    EMAIL = "courriel"
    SPOKEN = "oral"
    REPORT = "signalement"


class ProgrammeLink(StrEnum):
    """Whether a source ties the centre to the programme."""

    STATED = "stated"
    UNPROVEN = "unproven"


class Validation(StrEnum):
    """Where a fact stands between the person who wrote it and the public."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    VALIDATED = "validated"
    REFUSED = "refused"


class Ask(StrEnum):
    """What somebody in the field is asked of a town."""

    OPEN = "open"
    SINCE = "since"


class Qualifier(StrEnum):
    """How a published figure was worded."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    CONSIDERED = "considered"
    DISPUTED = "disputed"


# Figures that were floated or contradicted never stand as the latest.
NEVER_LATEST = frozenset({Qualifier.CONSIDERED, Qualifier.DISPUTED})


ABOUT = Fraction(1, 10)  # "environ" is within a tenth, and at least one more or less


def meant(
    value: float, qualifier: Qualifier | None, *, share_of: int | None = None
) -> tuple[float, float]:
    """Give the least and the most that a published figure may mean, by its qualifier.

    `share_of`: the figure is a percentage of so many, and the whole numbers that satisfy it are
    asked. A percentage is taken as rounded; where it is that of no whole number, of the two around.
    """
    unit = Fraction(1) if share_of is None else Fraction(share_of, 100)
    said = Fraction(str(value)) * unit
    least: float
    most: float
    if qualifier is Qualifier.ABOUT:
        # Never narrower than the same percentage said to be exact.
        margin = max(said * ABOUT, Fraction(1), Fraction(0) if share_of is None else unit / 2)
        least, most = floor(said - margin), ceil(said + margin)
    elif share_of is None:
        return value, inf if qualifier is Qualifier.AT_LEAST else value
    elif qualifier is Qualifier.AT_LEAST:
        least, most = ceil(said), share_of
    else:
        least, most = ceil(said - unit / 2), floor(said + unit / 2)
    whole = inf if share_of is None else share_of
    low, high = sorted(min(max(bound, 0), whole) for bound in (least, most))
    return low, high


class FigureKind(StrEnum):
    """What sort of saying a published figure is."""

    OBSERVED = "observed"
    TARGET = "target"
    FORECAST = "forecast"


class FormerKind(StrEnum):
    """What a code was, or still is, that is no commune's."""

    FORMER = "former"
    DELEGATED = "delegated"
    ASSOCIATED = "associated"
    MUNICIPAL_DISTRICT = "municipal_district"


class Mode(StrEnum):
    """How a course is followed."""

    ON_SITE = "on_site"
    HYBRID = "hybrid"
    DISTANCE = "distance"


class Counted(StrEnum):
    """What an enrolment counts: never added together."""

    PERSONS = "persons"
    REGISTRATIONS = "registrations"
