"""The journal in French: acts, things, columns and values, before and after."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, get_type_hints

from territoires.domain.dates import PartialDate
from territoires.domain.disclosure import Publication
from territoires.domain.drafts import (
    AnnouncementFields,
    BoundFields,
    CentreFields,
    CourseFields,
    OfferingFields,
    QuestionFields,
    StageFields,
    columns_of,
)
from territoires.domain.enrolments import name_of
from territoires.domain.errors import PartialDateError
from territoires.domain.imports import Kind
from territoires.french import cells, dates
from territoires.french.desk import ACTS
from territoires.french.dictionary import CHANGED, ENTITIES
from territoires.french.files import KINDS
from territoires.french.numbers import NBSP, counted, number, quoted
from territoires.french.places import typeset
from territoires.french.reports import VERDICTS
from territoires.french.typography import capital
from territoires.french.words import (
    LINKS,
    ROLES,
    VALIDATIONS,
)

# Acts that nobody does from a page.
OTHERS: Final = {
    "demo": "données de démonstration",
    "first_administrator": "création du premier compte",
    "repair_clock": "remise à l’heure du journal",
    "restore": "restauration d’une sauvegarde",
    "restore_interim_counts": "remise en vigueur des comptages intermédiaires",
    "seed": "chargement des données de départ",
    "stamp": "empreinte de toute la base",
}

PERIODS: Final = {
    "": "Depuis le début",
    "jour": "Depuis 24 heures",
    "semaine": "Depuis 7 jours",
    "mois": "Depuis 30 jours",
    "an": "Depuis un an",
}
DAYS: Final = {"jour": 1, "semaine": 7, "mois": 30, "an": 365}

NO_ACT: Final = (
    "Aucun acte ne correspond à ces filtres. Élargissez la période, ou retirez un filtre."
)
KEPT_BACK = "effectif non montré (réservé à qui en répond)"


Names = Mapping[tuple[str, str], str]
"""What keys stand for, by column and key: see `queries.acts.names`."""


def act(command: str) -> str:
    """Name what was done."""
    return ACTS.get(command) or OTHERS.get(command) or command


def entity(name: str) -> str:
    """Name the sort of thing that was changed."""
    return ENTITIES.get(name, name)


_KEYS: Final = {"source": "source_id", "course": "course_key", "field": "field_slug"}


def thing(name: str, key: str, names: Names) -> str:
    """Name what was changed: by its number, or by what it is called rather than by its key."""
    if name not in _KEYS:
        return f"{entity(name)} {key}".strip()
    called = names.get((_KEYS[name], key))
    return f"{entity(name)} {quoted(typeset(called))}" if called else entity(name)


def column(name: str) -> str:
    """Name a column as the forms do."""
    return CHANGED.get(name, name)


# Those of a thing of its own before those that mean the same everywhere; cells has the others.
_WORDS: Final[Mapping[tuple[str, str], Mapping[Any, str]]] = {
    ("proposal", "state"): VALIDATIONS,
    ("proposal", "command"): ACTS | OTHERS,
    ("report_decision", "verdict"): VERDICTS,
    ("", "programme_link"): LINKS,
    ("", "role"): ROLES,
}
_FIELDS: Final[Mapping[str, type]] = {
    "announcement": AnnouncementFields,
    "bound": BoundFields,
    "centre": CentreFields,
    "course": CourseFields,
    "offering": OfferingFields,
    "question": QuestionFields,
    "stage": StageFields,
}
_NOT_ASKED: Final = {"centre": ("town_code",), "course": ("confidence",), "stage": ("confidence",)}
_PARTIAL: Final = cells.PARTIAL | {"starts_on", "ends_on"}
_DAYS: Final = frozenset({"counted_on", "accessed_on", "deadline", "decided_on"})
_INSTANTS: Final = frozenset({"at_utc", "created_at", "decided_at", "frozen_at", "withdrawn_at"})
# What forms ask as a number counts something; years, and the keys of rows, are numbers too.
_COUNTS: Final = frozenset({"headcount", "value", "added"}) | {
    name
    for fact in _FIELDS.values()
    for name, hint in get_type_hints(fact).items()
    if hint in {int, int | None}
}


def value(thing: str, name: str, text: str, *, names: Names) -> str:
    """Write a value as people read it; what no longer makes sense is shown as it stands."""
    if not text:
        return ""
    try:
        return _value(thing, name, text, names)
    except (KeyError, ValueError, PartialDateError):
        return text


def _value(  # noqa: PLR0911 - one per sort of value
    thing: str, name: str, text: str, names: Names
) -> str:
    words = _WORDS.get((thing, name)) or _WORDS.get(("", name))
    if words is not None:
        return words[text]
    if name == "academic_year":
        return name_of(int(text))
    if cells.is_coded(name):
        return str(cells.word(name, text))
    if name in _PARTIAL:
        return dates.partial(PartialDate.parse(text))
    if name in _DAYS:
        return dates.day(date.fromisoformat(text))
    if name in _INSTANTS:
        return dates.instant(datetime.fromisoformat(text))
    if text == Publication.WITHHELD:
        return KEPT_BACK
    if name in _COUNTS:
        return number(int(text))
    if (name, text) in names:
        return typeset(names[name, text])
    return {"true": "oui", "yes": "oui", "false": "non", "no": "non"}.get(text, text)


# What a fact says to those who write it: what its form asks.
SAID: Final = {name: columns_of(fact, *_NOT_ASKED.get(name, ())) for name, fact in _FIELDS.items()}


def said(entity: str, version: Mapping[str, str], names: Names) -> dict[str, str]:
    """Write what a fact says, field by field; that the date of a stage is not known is said too."""
    texts = {name: value(entity, name, version[name], names=names) for name in SAID[entity]}
    if not texts.get("happened_on", "-"):
        texts["happened_on"] = dates.UNKNOWN
    return {column(name): text for name, text in texts.items()}


def headline(command: str, who: str, at_utc: datetime) -> str:
    """Say in one line what was done, by whom and when."""
    return f"{capital(act(command))}, par {who}, le {dates.instant(at_utc)}"


def imported(said: Mapping[str, Any], kind: str) -> str:
    """Say what an import did, from which file."""
    called = KINDS[Kind(kind)].name.lower()
    return (
        f"Fichier {quoted(said['file'])} ({called}){NBSP}: {counted(said['rows'], 'ligne')}, "
        f"{counted(said['new'], 'nouvelle')}, {counted(said['changed'], 'correction')}, "
        f"{number(said['unchanged'])} sans changement. Empreinte SHA-256{NBSP}: `{said['sha256']}`"
    )


def counted_rows(said: Mapping[str, Any]) -> str:
    """Say what was written by the thousand in one table."""
    parts = [
        counted(said[name], word)
        for name, word in (
            ("added", "ajoutée"),
            ("corrected", "remplacée"),
            ("withdrawn", "retirée"),
        )
        if said.get(name)
    ]
    span = (
        f" (lignes n°{NBSP}{number(said['first'])} à {number(said['last'])})"
        if said.get("first")
        else ""
    )
    return f"{entity(said['entity']).capitalize()}{NBSP}: {', '.join(parts)}{span}."


def chain(acts: int, broken: tuple[int, ...]) -> str:
    """Say whether the seals hold."""
    if not broken:
        return (
            f"**Chaîne vérifiée**{NBSP}: les {counted(acts, 'acte')} du journal portent chacun le "
            "sceau de ceux qui le précèdent."
        )
    listed = ", ".join(map(number, broken[:10]))
    return (
        f"**La chaîne est rompue** à l’acte n°{NBSP}{listed}{NBSP}: le journal a été modifié hors "
        "de l’application. Restaurez la dernière sauvegarde, et prévenez l’administration."
    )
