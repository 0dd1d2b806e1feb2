"""The coded values of a frame in French, column by column: the same words on pages and in files."""

from collections.abc import Callable
from typing import Any

from territoires.domain.disclosure import Publication
from territoires.domain.programme import (
    Basis,
    Confidence,
    Counted,
    FigureKind,
    Mode,
    Qualifier,
    StageKind,
    Validation,
)
from territoires.domain.rollout import State, Status
from territoires.domain.scope import Perimeter
from territoires.french.numbers import NBSP
from territoires.french.words import (
    BASES,
    CONFIDENCES,
    COUNTED,
    CPF,
    FIGURE_KINDS,
    INDICATORS,
    MODES,
    OFFERED,
    PERIMETERS,
    PUBLICATIONS,
    QUALIFIERS,
    RELIABILITIES,
    STAGES,
    STATES,
    STATUSES,
    VALIDATIONS,
)

# Columns that hold a date of known precision as its ISO text.
PARTIAL = frozenset(
    {
        "happened_on",
        "published_on",
        "retrieved_on",
        "starts_on_text",
        "ends_on_text",
        "last_opening",
    }
)

# Columns that hold a share of 1.
SHARES = frozenset({"covered_share", "share", "target_share"})

# Words of ours for the types of the schema.
_TYPES = {
    "bigint": "entier",
    "integer": "entier",
    "float": "nombre",
    "double": "nombre",
    "varchar": "texte",
    "boolean": "oui ou non",
    "date": "jour",
    "datetime": "instant",
    "json": "structure",
}

_WORDS: dict[str, Callable[[str], str]] = {
    "basis": lambda value: BASES[Basis(value)],
    "confidence": lambda value: CONFIDENCES[Confidence(value)],
    "counted": lambda value: COUNTED[Counted(value)],
    "figure_kind": lambda value: FIGURE_KINDS[FigureKind(value)],
    "indicator": lambda value: INDICATORS.get(value, value),
    "kind": lambda value: STAGES[StageKind(value)],
    "mode": lambda value: MODES[Mode(value)],
    "credential": lambda value: value.replace(": ", f"{NBSP}: "),
    "cpf_status": lambda value: CPF.get(value, value),
    "mode_list": lambda value: ", ".join(MODES[Mode(mode)] for mode in value.split(",")),
    "offered": lambda value: OFFERED[value],
    "perimeter": lambda value: PERIMETERS[Perimeter(value)],
    "publication": lambda value: PUBLICATIONS[Publication(value)],
    "qualifier": lambda value: QUALIFIERS[Qualifier(value)] or "exact",
    "reliability": lambda value: RELIABILITIES.get(value, value),
    "state": lambda value: STATES[State(value)],
    "status": lambda value: STATUSES[Status(value)],
    "type": lambda value: _TYPES.get(value, value),
    "validation": lambda value: VALIDATIONS[Validation(value)],
}


def is_coded(column: str) -> bool:
    """Tell whether the values of a column are codes that have French words."""
    return column in _WORDS


def word(column: str, value: Any) -> Any:
    """Give the French of a coded value; anything else comes back as it is."""
    return _WORDS[column](value) if value and is_coded(column) else value
