"""What a feed says of the facts."""

from collections.abc import Mapping
from typing import Any, Final

from territoires.french import town as words
from territoires.french.numbers import NBSP
from territoires.french.places import typeset

AUTHOR: Final = "Territoires, d’après les sources citées"
RIGHTS: Final = "Recensement du projet\u202f; communes\u00a0: INSEE, ANCT. Licence Ouverte 2.0."
SUBTITLE: Final = (
    "Étapes des centres du programme « Au cœur des territoires » du Cnam et ouvertures annoncées, "
    "les dernières enregistrées ou corrigées d’abord."
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
    """Say a fact: its title, and what is to be known of it."""
    if row["fact"] == "announcement":
        subject, said = (
            words.ANNOUNCEMENT,
            words.announcement_value(
                row["announced_for"],
                row["announced_on"],
                None,
            ),
        )
    else:
        subject = words.stage_subject(row["kind"], is_retained=bool(row["retained"]))
        said = words.stage_value(row["happened_on"], None)
    note = f" {row['note']}" if row["note"] else ""
    return (
        f"{typeset(row['town'])}{NBSP}: {subject[0].lower()}{subject[1:]}, {said}",
        f"Source{NBSP}: {row['source']}.{note}",
    )
