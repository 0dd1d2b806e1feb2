"""What figures say: names of series, hovers, axis titles."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from territoires.domain.dates import PartialDate
from territoires.domain.programme import NEVER_LATEST, Basis
from territoires.french import dates
from territoires.french.numbers import NBSP, at_least_some, counted, number
from territoires.french.places import typeset
from territoires.french.typography import typeset_text
from territoires.french.words import BASES, reserve

DOCUMENTED = "Ouvertures documentées"
BAND = "Ouvertures possibles (dates incertaines)"
TARGET = "Objectif"
PUBLISHED = "Totaux publiés"
DISPUTED = "Totaux publiés contestés"
EVENTS = "Événements du programme"
CENTRES = "centres ouverts"
KNOWN_QUARTER = "Trimestre connu"
UNKNOWN_QUARTER = "Trimestre inconnu"
REQUIRED = "Rythme nécessaire"
PLANNED = "Rythme prévu à l’origine"
OPENINGS = "ouvertures"


def step(day: date, certain: int, at_most: int) -> str:
    """Say the counts from one day on."""
    return (
        f"<b>{dates.day(day)}</b><br>{counted(certain, 'centre')} avec certitude"
        f"<br>{number(at_most)} au plus"
    )


def opening(row: Mapping[str, Any]) -> str:
    """Say which town opened, when and from which source."""
    when = dates.partial(PartialDate.parse(row["happened_on"]))
    basis = Basis(row["basis"])
    nature = "" if basis is Basis.STATED else f" ({BASES[basis]})"
    return f"<b>{typeset(row['town'])}</b><br>{when}{nature}<br>Source{NBSP}: {row['source']}"


def reserved(row: Mapping[str, Any]) -> str:
    """Write a published total with its reserve, nothing when it is plain: the point says it."""
    word, value = reserve(row["qualifier"]), number(row["value"])
    if not word:
        return ""
    never = row["qualifier"] in NEVER_LATEST
    return f"{value}{NBSP}({word})" if never else f"{word}{NBSP}{value}"


def published(row: Mapping[str, Any]) -> str:
    """Say what was published, by whom and with which reserve."""
    when = dates.partial(PartialDate.parse(row["published_on"]))
    title = wrapped(typeset_text(row["title"]))
    return (
        f"<b>{reserved(row) or number(row['value'])}</b> ({when})<br>{title}"
        f"<br>Source{NBSP}: {row['source']}"
    )


def event(row: Mapping[str, Any]) -> str:
    """Say what happened to the programme."""
    when = dates.partial(PartialDate.parse(row["happened_on"]))
    return (
        f"<b>{when}</b><br>{wrapped(typeset_text(row['title']))}<br>Source{NBSP}: {row['source']}"
    )


def target(value: int, deadline: date) -> str:
    """Say a target."""
    return f"{counted(value, 'centre')} d’ici au {dates.day(deadline)}"


def quarter(first: date, last: date) -> str:
    """Name a quarter, or the span of quarters between two."""
    return _quarter(first) if first == last else f"{_quarter(first)} – {_quarter(last)}"


def _quarter(first: date) -> str:
    rank = (first.month - 1) // 3 + 1
    return f"{'1er' if rank == 1 else f'{rank}e'}{NBSP}trim. {first.year}"


def quarter_openings(first: date, last: date, openings: int) -> str:
    """Say how many opened in a quarter, or between two."""
    return f"<b>{quarter(first, last)}</b><br>{counted(openings, 'ouverture')}"


def pace(label: str, value: float) -> str:
    """Say a pace per quarter."""
    return f"{label}{NBSP}: {at_least_some(value, 1)} par trimestre"


def wrapped(text: str, width: int = 44) -> str:
    """Break a long hover into lines."""
    lines: list[str] = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)
