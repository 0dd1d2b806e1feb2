"""What quality findings say: their sections, their kinds, their details."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.programme import Qualifier, StageKind
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, counted, number
from territoires.french.words import INDICATORS, STAGES, reserve

NATIONAL: Final = "France entière"

SECTIONS: Final = {
    "late": "À mettre à jour",
    "contradiction": "Contradictions",
    "duplicate": "Doublons probables",
    "weak": "Sources à renforcer",
}
GAPS: Final = {
    "enrolments": "Inscriptions non transmises",
    "opening": "Ville labellisée, ouverture non connue",
    "undated": "Ouvert, date d’ouverture inconnue",
    "stale": "Sans nouvelle depuis deux ans",
    "address": "Adresse non renseignée",
    "unproven": "Rattachement au programme non prouvé",
    "dates": "Dates concurrentes",
    "bounds": "Premier jour possible après l’étape",
    "totals": "Totaux publiés qui se contredisent",
    "disputed": "Total publié contesté",
    "centres": "Deux centres du même nom",
    "stages": "Étape enregistrée deux fois",
    "courses": "Formations de même intitulé",
    "sources": "Sources de même adresse",
    "unsourced": "Sans source",
    "declared": "D’après une déclaration seulement",
}
SECTION_OF: Final = {
    gap: section
    for section, gaps in {
        "late": ("enrolments", "opening", "undated", "stale", "address", "unproven"),
        "contradiction": ("dates", "bounds", "totals", "disputed"),
        "duplicate": ("centres", "stages", "courses", "sources"),
        "weak": ("unsourced", "declared"),
    }.items()
    for gap in gaps
}
EXPLAINED: Final = {
    "late": (
        "Ce qui est attendu et n’est pas venu, centre par centre. Les inscriptions d’une année "
        "universitaire sont attendues le 15\u00a0juillet qui la suit."
    ),
    "contradiction": (
        "Ce que deux sources disent autrement. Une date concurrente n’est pas une faute"
        f"{NBSP}: elle reste visible à côté de celle qui est retenue."
    ),
    "duplicate": "Ce qui a sans doute été enregistré deux fois.",
    "weak": (
        "Ce que personne n’atteste que la personne qui l’a saisi, ou qui n’a pas de source du "
        "tout. Les effectifs n’y sont pas comptés : le centre qui les déclare en est la source."
    ).replace(" :", f"{NBSP}:"),
}
FINE: Final = {
    "late": "Tout est à jour.",
    "contradiction": "Aucune contradiction entre sources.",
    "duplicate": "Aucun doublon probable.",
    "weak": "Chaque fait a une source que l’on peut consulter.",
}

_RECENT, _OLD = 21, 60


def badge(days: float | None) -> str:
    """Sort a delay into three, by sign as well as by words: under 21 days, 21 to 59, 60 or more."""
    if days is None or days != days:  # noqa: PLR0124 - not a number
        return "—"
    count = int(days)
    sign = "○" if count < _RECENT else "◐" if count < _OLD else "●"
    return f"{sign} {counted(count, 'jour')}"


BADGES: Final = (
    f"○ moins de 21{NBSP}jours · ◐ 21 à 59{NBSP}jours · ● 60{NBSP}jours ou plus · — sans date"
)


def next_due(year: int, due: date) -> str:
    """Say what is due next."""
    return f"Prochaine échéance{NBSP}: inscriptions {name_of(year)}, le {dates.day(due)}."


def last_word(day: date) -> str:
    """Say when something was last said."""
    return f"dernière information{NBSP}: {dates.day(day)}"


def stage(kind: StageKind, on: PartialDate) -> str:
    """Name a stage with its date."""
    return f"{STAGES[kind]}, {dates.partial(on)}"


def contradicted(kind: StageKind, not_before: PartialDate, on: PartialDate) -> str:
    """Say that a first possible day comes after the last day on which a stage can be."""
    return f"{dates.not_before(not_before)}, mais {stage(kind, on)}"


def offering(title: str) -> str:
    """Name a course that a centre gives."""
    return f"formation proposée{NBSP}: {title}"


Said = Sequence[tuple[PartialDate, str]]


def competing(kind: StageKind, retained: Said, rivals: Said) -> str:
    """Say which date is retained for a stage, and which compete with it."""
    kept = f" {NNBSP}; ".strip().join(_dated(*each) for each in retained) or "aucune"
    others = f"{NNBSP}; ".join(_dated(*each) for each in rivals)
    return f"{STAGES[kind]}{NBSP}: retenue {kept}{NNBSP}; concurrente {others}"


def _dated(on: PartialDate, publisher: str) -> str:
    return f"{dates.partial(on)} ({publisher})"


def disagreeing(
    indicator: str, said: Sequence[tuple[float, Qualifier | None, PartialDate, str]]
) -> str:
    """Set published totals side by side."""
    parts = [
        f"{' '.join(filter(None, (reserve(qualifier), number(value))))} "
        f"({publisher}, {dates.partial(on)})"
        for value, qualifier, on, publisher in said
    ]
    return f"{INDICATORS.get(indicator, indicator)}{NBSP}: {' contre '.join(parts)}"


def same_stage(kind: StageKind, on: PartialDate, publishers: tuple[str, str]) -> str:
    """Say which stage was recorded twice, from which sources."""
    return f"{stage(kind, on)} ({publishers[0]}, puis {publishers[1]})"


_FACTS: Final = {
    "enrolment": ("effectif", "effectifs"),
    "target": ("objectif", "objectifs"),
    "published_figure": ("total publié", "totaux publiés"),
}


def facts(entity: str, count: int) -> str:
    """Count facts of a sort."""
    return counted(count, *_FACTS[entity])
