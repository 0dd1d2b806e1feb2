"""What printed sheets say beside what the pages say: their parts, and the way back to the page."""

from collections.abc import Sequence
from typing import Final

from territoires.domain.scope import Place
from territoires.french.numbers import NBSP, counted, inhabitants, number, plural, quoted
from territoires.french.places import typeset

PROGRAMME: Final = "Programme « Au cœur des territoires » du Cnam"
AUTHOR: Final = "Conservatoire national des arts et métiers"
UNKNOWN: Final = "Ce que l’on ne sait pas"
SOURCES: Final = "Sources"
SOURCE: Final = "Source"
TAUGHT: Final = "Formations et inscriptions"
COVERED: Final = "Qui est couvert"
WHERE_IT_STANDS: Final = "Où en est le programme\u202f?"
TO_ASK: Final = "Ce qu’il faut demander d’abord"
MEANING: Final = "Ce que ces chiffres veulent dire"
PLACES: Final = "Les places du programme, connues et à connaître"
AT_MOST: Final = "ouverts au plus, des dates étant incertaines"
VIEW: Final = "Ces chiffres, à jour, sur le tableau de bord"
PAGE: Final = "Cette fiche, à jour, sur le tableau de bord"
REPORT: Final = "Une erreur, une nouvelle, une date\u202f? Dites-le-nous"
ANSWER: Final = "Pour répondre sans compte"
LETTER_PDF: Final = "Lettre (PDF)"
NO_LETTER: Final = (
    "Il n’y a pas de lettre à cette adresse\u00a0: rien n’est à demander de cette commune. Les "
    "villes à interroger sont sur la page «\u00a0À demander\u00a0»."
)
LETTER_NOT_FOR_YOU: Final = (
    "Les lettres sont écrites par les équipes du Cnam et sa direction. Connectez-vous, puis ouvrez "
    "la page «\u00a0À demander\u00a0»."
)
PDF: Final = "Fiche de la ville (PDF)"
NO_SHEET: Final = (
    "Il n’y a pas de fiche à cette adresse. Une fiche s’écrit avec le code INSEE de la commune, "
    "par exemple /fiche/52121.pdf pour Chaumont, une note avec celui de la région, "
    "/note/reg-44.pdf, ou /note/national.pdf, et les dates comme sur leur page."
)
ONE_OR_ALL: Final = (
    "Donnez un code INSEE, par exemple report town 52121 -o chaumont.pdf ou report region 44 -o "
    "grand-est.pdf, ou --all pour toutes les villes ou toutes les régions. report national n’en "
    "prend pas."
)
NOT_ON_SCREEN: Final = (
    "Un PDF ne s’affiche pas dans un terminal\u00a0: donnez -o FICHIER, ou redirigez la sortie."
)


def no_folder(path: str) -> str:
    """Ask for the folder of all sheets."""
    return (
        f"Le dossier {quoted(path)} n’existe pas. Créez-le, puis donnez-le{NBSP}: "
        "report town --all -o fiches"
    )


def printed(written: int, folder: str, *, of_regions: bool) -> str:
    """Say how many sheets were written, or notes."""
    return f"{counted(written, 'note' if of_regions else 'fiche')} dans {quoted(folder)}."


def edition(number: int) -> str:
    """Name the edition of the data."""
    return f"Édition n°{NBSP}{number}."


def not_told(title: str) -> str:
    """Say that nothing is known of what a table would hold."""
    return f"{title}{NBSP}: rien n’est connu."


def note_of(region: str) -> str:
    """Name the note of a region, or of the programme."""
    return f"Note régionale, {typeset(region)} (PDF)" if region else "Note nationale (PDF)"


def held(place: Place) -> str:
    """Say what a territory is and how many live there."""
    return f"Région, {inhabitants(place.population)}"


def more_rows(rows: int, file: str) -> str:
    """Say where the rows are that a table has no room for; empty of none."""
    if not rows:
        return ""
    return f"Et {counted(rows, 'autre ligne')}, dans le fichier {file} joint à ce document."


def promised(openings: int) -> str:
    """Say what the figure of the openings announced counts."""
    return plural(openings, "ouverture annoncée") + ", sans date documentée"


def covered(near: str, share: str) -> str:
    """Say what the figure of the inhabitants counts, and their share where there are some."""
    return f"habitants {near} d’un centre ouvert" + (f", {share} de la population" * bool(share))


def waiting(towns: Sequence[str]) -> list[str]:
    """Name the towns of which no opening is known, in a line; none of none."""
    if not towns:
        return []
    some = counted(
        len(towns), "ville labellisée ou dite ouverte", "villes labellisées ou dites ouvertes"
    )
    return [f"{some} sans date d’ouverture connue{NBSP}: {', '.join(towns)}."]


def settled(days: int, whole: int) -> str:
    """Say what the first answers would settle of all that is not known."""
    return (
        f"Ces dates lèveraient {number(days)} des {counted(whole, 'jour')} où l’on ne sait pas si "
        "un centre était ouvert."
    )
