"""What the programme's facts are made of: stages, bases, indicators."""

from datetime import date
from fractions import Fraction
from math import ceil, floor, inf

from territoires.domain.told import Told

# No opening of the programme precedes its start (convention of 1 April 2019).
PROGRAMME_START = date(2019, 4, 1)


class StageKind(Told):
    """A dated step in the life of a centre."""

    APPLICATION = "application", "candidature"
    SELECTED = "selected", "labellisation"
    AGREEMENT = "agreement", "convention"
    OPENED = "opened", "ouverture"
    INAUGURATED = "inaugurated", "inauguration"
    SUSPENDED = "suspended", "suspension"
    CLOSED = "closed", "fermeture"
    ABANDONED = "abandoned", "abandon", "le"


CLOSINGS = frozenset({StageKind.SUSPENDED, StageKind.CLOSED, StageKind.ABANDONED})


class Basis(Told):
    """How a date is known: said as such, "already so by then", or deduced."""

    STATED = "stated", "constatée"
    UPPER_BOUND = "upper_bound", "au plus tard"
    INFERRED = "inferred", "déduite"


class Confidence(Told):
    """How far a source is trusted for one fact."""

    HIGH = "high", "élevée"
    MEDIUM = "medium", "moyenne"
    LOW = "low", "faible"


class Document(Told):
    """What a source is that has no address of its own."""

    PRESS = "presse", "presse"
    LETTER = "courrier", "courrier"
    EMAIL = "courriel", "courriel"
    SPOKEN = "oral", "échange oral"
    REPORT = "signalement", "signalement"


class ProgrammeLink(Told):
    """Whether a source ties the centre to the programme."""

    STATED = "stated", "attesté par une source"
    UNPROVEN = "unproven", "non prouvé"


class Validation(Told):
    """Where a fact stands between the person who wrote it and the public."""

    DRAFT = "draft", "brouillon"
    PROPOSED = "proposed", "proposé"
    VALIDATED = "validated", "validé"
    REFUSED = "refused", "refusé"


class Ask(Told):
    """What somebody in the field is asked of a town."""

    OPEN = "open", "ouvert ou non"
    SINCE = "since", "ouvert depuis quand"


class Qualifier(Told):
    """How a published figure was worded."""

    EXACT = "exact", ""
    ABOUT = "about", "environ"
    AT_LEAST = "at_least", "au moins"
    CONSIDERED = "considered", "envisagé"
    DISPUTED = "disputed", "contesté"


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


class FigureKind(Told):
    """What sort of saying a published figure is."""

    OBSERVED = "observed", "constaté"
    TARGET = "target", "cible"
    FORECAST = "forecast", "prévision"


class FormerKind(Told):
    """What a code was, or still is, that is no commune's."""

    FORMER = "former", "n’est plus celui d’une commune"
    DELEGATED = "delegated", "est celui d’une commune déléguée"
    ASSOCIATED = "associated", "est celui d’une commune associée"
    MUNICIPAL_DISTRICT = "municipal_district", "est celui d’un arrondissement municipal"


class Mode(Told):
    """How a course is followed."""

    ON_SITE = "on_site", "présentiel"
    HYBRID = "hybrid", "hybride"
    DISTANCE = "distance", "à distance"


class Counted(Told):
    """What an enrolment counts: never added together."""

    PERSONS = "persons", "personnes"
    REGISTRATIONS = "registrations", "inscriptions"
