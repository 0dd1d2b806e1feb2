"""The coded values of a frame in French, column by column: the same words on pages and in files."""

from collections.abc import Mapping
from typing import Any

from territoires.domain.programme import Mode, Qualifier
from territoires.french.lists import OUTCOMES
from territoires.french.numbers import NBSP
from territoires.french.words import (
    ASKS,
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
        "not_before",
        "announced_for",
        "announced_on",
        "asked_on",
        "answered_on",
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

_WORDS: dict[str, Mapping[Any, str]] = {
    "asks": ASKS,
    "basis": BASES,
    "beside": {"chosen": "territoire choisi", "parent": "ce qui l’englobe", "median": "médiane"},
    "confidence": CONFIDENCES,
    "counted": COUNTED,
    "cpf_status": CPF,
    "figure_kind": FIGURE_KINDS,
    "indicator": INDICATORS,
    "kind": STAGES,
    "mode": MODES,
    "offered": OFFERED,
    "outcome": OUTCOMES,
    "perimeter": PERIMETERS,
    "publication": PUBLICATIONS,
    "qualifier": QUALIFIERS | {Qualifier.EXACT: "exact"},
    "reliability": RELIABILITIES,
    "state": STATES,
    "status": STATUSES,
    "type": _TYPES,
    "validation": VALIDATIONS,
}


def is_coded(column: str) -> bool:
    """Tell whether the values of a column are codes that have French words."""
    return column in {*_WORDS, "credential", "mode_list"}


def meanings(column: str) -> dict[str, str]:
    """Give what each code of a column means, nothing of one that holds no such codes."""
    return {str(code): text for code, text in _WORDS.get(column, {}).items()}


def word(column: str, value: Any) -> Any:
    """Give the French of a coded value; anything else comes back as it is."""
    if value and column == "credential":
        return value.replace(": ", f"{NBSP}: ")
    if value and column == "mode_list":
        return ", ".join(MODES[Mode(mode)] for mode in value.split(","))
    return _WORDS[column].get(value, value) if value and column in _WORDS else value
