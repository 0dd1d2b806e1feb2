"""What is said of a list of towns compared with ours, and how the words of a list are read."""

import re
from collections.abc import Mapping
from typing import Any, Final

from territoires.domain.lists import MOST_LINES, NOT_OPEN, Claim, Outcome, meant
from territoires.domain.rollout import State
from territoires.domain.text import fold
from territoires.domain.told import said
from territoires.french.exchange import FALSE, NO, TRUE, YES
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted, shortened
from territoires.french.places import typeset
from territoires.french.typography import lowered
from territoires.french.words import STATES

# What columns of a list are called, as `exchange.tables.key_of` writes titles.
CODE_TITLES: Final = frozenset(
    ("code_insee", "insee", "code_commune", "code_officiel_commune", "codgeo", "code", "com")
)
NAME_TITLES: Final = frozenset(("nom", "villes", "communes", "libelle", "libgeo", "lieu"))
BESIDE_TITLES: Final = frozenset(
    ("departement", "dep", "dept", "code_departement", "nom_departement", "numero_departement")
)
STATE_TITLES: Final = frozenset(("etat", "statut", "situation", "avancement", "etat_du_centre"))
FLAG_TITLES: Final = frozenset(("ouvert", "ouverte", "centre_ouvert", "ouverts"))

_EXACT: Final = {fold(word): state for state, word in STATES.items()}
_TICKED: Final = {fold(word) for word in (YES, TRUE, "x", "1")}
_UNTICKED: Final = {fold(word) for word in (NO, FALSE, "0")}
# The first that is found says the state: what is planned is not open, whatever verb says so.
_WORDS: Final = (
    (re.compile(r"\b(ferm\w*|suspen\w*|abandon\w*|retire\w*)"), State.CLOSED),
    (
        re.compile(
            r"\b(non|pas|prevu\w*|previ\w*|projet|venir|annonce\w*|attente|bientot|futur\w*|cours"
            r"|label\w*|selection\w*|retenu\w*|laureat\w*|conventionn\w*)\b"
        ),
        State.SELECTED,
    ),
    (re.compile(r"\b(ouver\w*|inaugur\w*|actif|active|en service|open)\b"), State.OPEN),
)
_LONGEST_STATE: Final = 60
_SHOWN: Final = 6  # codes of namesakes


def read_state(text: str, *, is_flag: bool = False) -> frozenset[State]:
    """Read the state that a list gives a town: ours that agree with it, none for other words.

    `is_flag`: a column that only says whether a centre is open.
    """
    plain = fold(text[:_LONGEST_STATE])
    if is_flag and plain in _TICKED | _UNTICKED:
        return meant(State.OPEN) if plain in _TICKED else NOT_OPEN
    if plain in _EXACT:
        return meant(_EXACT[plain])
    found = (meant(state) for pattern, state in _WORDS if pattern.search(plain))
    return next(found, frozenset())


# The page

HEADING: Final = "Une liste de villes"
LIST: Final = "Collez votre liste"
LIST_HELP: Final = (
    f"Une ville par ligne, {number(MOST_LINES)} lignes et 200{NBSP}ko au plus{NBSP}: un nom ou un "
    "code INSEE, et si vous l’avez un département ou un état (ouvert, labellisée, fermé)."
)
FILE: Final = "Ou choisissez un fichier"
FILE_HELP: Final = (
    f"CSV, Excel (.xlsx) ou LibreOffice (.ods), 1{NBSP}Mo au plus. Il est lu puis oublié."
)
CLAIM: Final = "Ce que dit votre liste, là où elle ne donne pas d’état"
CLAIMS: Final = said(Claim)
TERRITORY: Final = "Territoire dont votre liste se veut complète"
COMPARE: Final = "Comparer cette liste"
DOWNLOAD: Final = "Télécharger la comparaison (CSV)"
ANSWER: Final = "Votre liste, ligne à ligne"
REPORT: Final = "Dites-le-nous"
SHEET: Final = "Voir sa fiche"

OUTCOMES: Final = said(Outcome)
_HEADINGS: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.MISSING_HERE: ("ville absente ici", "villes absentes ici"),
    Outcome.MISSING_THERE: ("ville absente de votre liste", "villes absentes de votre liste"),
    Outcome.OTHER_STATE: ("ville d’un autre état", "villes d’un autre état"),
    Outcome.UNKNOWN: ("ligne non reconnue", "lignes non reconnues"),
    Outcome.SAME: ("ville de même état", "villes de même état"),
}

EMPTY: Final = (
    f"Il n’y a rien à comparer{NBSP}: collez une liste, une ville par ligne, par exemple "
    f"{quoted('Chaumont (52)')}, ou choisissez un fichier."
)
TOO_LONG: Final = (
    f"Votre liste pèse plus de 200{NBSP}ko{NBSP}: rien n’en a été comparé. Partagez-la, ou ne "
    "gardez que les noms ou les codes INSEE."
)
TOO_BIG: Final = (
    f"Ce fichier pèse plus de 1{NBSP}Mo{NBSP}: il n’a pas été lu. N’en gardez que les colonnes des "
    "villes et de leur état, ou collez-les."
)
NOT_A_FORM: Final = (
    f"Cette demande n’est pas lisible{NBSP}: elle n’a pas été envoyée par le formulaire de cette "
    "page. Recommencez d’ici."
)
TOO_MANY: Final = (
    f"Trop de listes sont comparées en ce moment{NBSP}: réessayez dans quelques secondes."
)
PASTED: Final = "votre liste"
NO_NAME: Final = "le fichier"


def heading(outcome: Outcome, found: int) -> str:
    """Head the lines of an outcome: `3 villes absentes ici`."""
    return counted(found, *_HEADINGS[outcome])


def summary(lines: int, same: int) -> str:
    """Say how many lines were compared, and how many agree."""
    agree = plural(same, "est de même état", "sont de même état")
    return f"{counted(lines, 'ligne comparée')}, {number(same)} {agree} ici."


def line(row: Mapping[str, Any]) -> str:
    """Say a line: its number, what it says, the town that it means, its state here, and why."""
    town, code = str(row["town"]), str(row["town_code"])
    named = f"{typeset(town)} ({code})" if town else ""
    typed = shortened(str(row["said"]))
    if not typed:
        said = named
    else:
        said = f"Ligne {number(int(str(row['line'])))}{NBSP}: {quoted(typed)}"
        said += f", soit {named}" if named and fold(town) != fold(typed) else ""
    here = row["state"]
    said += f"{NBSP}; ici{NBSP}: {lowered(STATES[State(here)])}" if here else ""
    claimed = row["claimed"]
    said += f"{NBSP}; dans votre liste{NBSP}: {shortened(str(claimed))}" if claimed else ""
    note = row["note"]
    return (f"{said}. {note}" if note else f"{said}.").replace(f"{NBSP};", f"{NNBSP};")


def did_you_mean(name: str, code: str) -> str:
    """Propose the nearest name."""
    return f"Vouliez-vous dire {typeset(name)} ({code})\u202f?"


def namesakes(codes: list[str]) -> str:
    """Say that several communes are called so."""
    shown = ", ".join(codes[:_SHOWN]) + ("…" if len(codes) > _SHOWN else "")
    return (
        f"{counted(len(codes), 'commune porte', 'communes portent')} ce nom ({shown}){NBSP}: "
        "ajoutez le département ou le code INSEE."
    )


def again(first: int) -> str:
    """Say that a town was listed before."""
    return f"Déjà à la ligne {number(first)}."


def was(name: str, code: str) -> str:
    """Say that what a line names is another commune now."""
    return (
        f"{typeset(name)} ({code}) n’est plus une commune."
        if name
        else (f"Le code {code} n’est plus celui d’une commune.")
    )
