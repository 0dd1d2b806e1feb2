"""What printed sheets say beside what the pages say: their parts, and the way back to the page."""

from typing import Final

from territoires.french.numbers import NBSP, counted, quoted

PROGRAMME: Final = "Programme « Au cœur des territoires » du Cnam"
AUTHOR: Final = "Conservatoire national des arts et métiers"
UNKNOWN: Final = "Ce que l’on ne sait pas"
SOURCES: Final = "Sources"
SOURCE: Final = "Source"
PAGE: Final = "Cette fiche, à jour, sur le tableau de bord"
REPORT: Final = "Une erreur, une nouvelle, une date\u202f? Dites-le-nous"
PDF: Final = "Fiche de deux pages (PDF)"
NO_SHEET: Final = (
    "Il n’y a pas de fiche à cette adresse. Une fiche s’écrit avec le code INSEE de la commune, "
    "par exemple /fiche/52121.pdf pour Chaumont, et les dates comme sur sa page."
)
ONE_OR_ALL: Final = (
    "Donnez le code INSEE d’une ville, par exemple report town 52121 -o chaumont.pdf, ou --all."
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


def printed(sheets: int, folder: str) -> str:
    """Say how many sheets were written."""
    return f"{counted(sheets, 'fiche')} dans {quoted(folder)}."


def edition(number: int) -> str:
    """Name the edition of the data."""
    return f"Édition n°{NBSP}{number}."


def not_told(title: str) -> str:
    """Say that nothing is known of what a table would hold."""
    return f"{title}{NBSP}: rien n’est connu."
