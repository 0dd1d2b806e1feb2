"""What a feed says of the facts."""

from collections.abc import Mapping
from typing import Any, Final

from territoires.french.numbers import NBSP, quoted
from territoires.french.places import typeset
from territoires.french.typography import lowered

AUTHOR: Final = "Territoires, d’après les sources citées"
RIGHTS: Final = "Recensement du projet\u202f; communes\u00a0: INSEE, ANCT. Licence Ouverte 2.0."
SUBTITLE: Final = (
    "Ce qui est su du programme « Au cœur des territoires » du Cnam, fait par fait\u00a0: étapes, "
    "annonces, totaux publiés, formations, inscriptions, objectifs. Les derniers enregistrés ou "
    "corrigés d’abord."
)
NO_FEED: Final = (
    "Il n’y a pas de flux à cette adresse. Il y en a pour la France (/flux/national.atom), une "
    "région (/flux/reg-44.atom), un département (/flux/dep-52.atom) ou une commune "
    "(/flux/com-52121.atom)."
)


def title(place: str) -> str:
    """Name a feed."""
    return f"Territoires{NBSP}: {typeset(place)}"


def entry(row: Mapping[str, Any]) -> tuple[str, str]:
    """Say a fact: its title, and what is to be known of it, of what it corrected and why."""
    subject, note = row["subject"], row.get("note") or ""
    said = row["value_text"].removesuffix(f" — {note}")
    corrected = ""
    if row["before"]:
        why = f" Motif{NBSP}: {row['reason']}." if row["reason"] else ""
        corrected = f" Corrigé{NBSP}: {quoted(row['before'])} → {quoted(row['after'])}.{why}"
    return (
        f"{typeset(row['town'])}{NBSP}: {lowered(subject)}, {said}",
        f"Source{NBSP}: {row['source']}.{f' {note}' if note else ''}{corrected}",
    )
