"""What the open data say of themselves: the package, its files, what a missing value means."""

from datetime import date, datetime
from typing import Final

from territoires.french import dates
from territoires.french.demonstration import BANNER, DEMO
from territoires.french.exports import TITLES
from territoires.french.numbers import quoted

NAME: Final = "territoires"
PUBLISHER: Final = "Territoires, recensement du projet d’après les sources citées"
KEYWORDS: Final = (
    *("Cnam", "Au cœur des territoires", "Action cœur de ville", "formation", "villes moyennes"),
)
LICENCE: Final = {
    "name": "etalab-2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "title": "Licence Ouverte 2.0",
}
NOT_TRANSMITTED, PROTECTED = "non-transmis", "protege"
MISSING: Final = {
    "": "non connu, ou sans objet",
    NOT_TRANSMITTED: "non transmis",
    PROTECTED: "protégé\u00a0: effectif de moins de 5, ou qui permettrait d’en déduire un",
}
"""What a missing value is written as, and what it means."""
PARTIAL: Final = "Date connue à l’année, au mois (2019-04) ou au jour (2019-04-13)."
PARTIAL_PATTERN: Final = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_TITLES: Final = (
    TITLES
    | {"": "Programme «\u00a0Au cœur des territoires\u00a0» du Cnam"}
    | {
        "etapes": "Étapes, ville par ville",
        "objectifs": "Objectifs nationaux",
    }
)
NO_FILE: Final = (
    "Il n’y a pas de données ouvertes à cette adresse. Leur description est à "
    "/donnees/datapackage.json. Pour la copie d’un jour passé, depuis celui où cette base a été "
    "créée\u00a0: /donnees/AAAA-MM-JJ/datapackage.json."
)
BUSY: Final = (
    "Trop de demandes de données attendent déjà leur tour. Revenez dans quelques secondes."
)
NO_SITE: Final = (
    "Donnez l’adresse à laquelle ces fichiers seront lus, par exemple "
    "--site https://donnees.example.fr, ou TERRITOIRES_PUBLIC_URL."
)
NOT_PAST: Final = (
    "Une copie datée est celle d’un jour achevé, depuis la création de cette base. "
    "Sans --as-of, la copie est celle du jour."
)
LINKS: Final = (
    "**Données ouvertes**\u00a0: [tout en un fichier](/donnees/territoires.zip), "
    "[description](/donnees/datapackage.json) (Data Package), "
    "[catalogue](/donnees/catalogue.jsonld) (DCAT-AP), [nouvelles](/flux/national.atom) (Atom), "
    "[API](/api). "
    "La copie d’un jour achevé, depuis la création de cette base, est sous /donnees/AAAA-MM-JJ/."
)


def package_name(*, demo: bool) -> str:
    """Name the package."""
    return f"{NAME}{'-donnees-fictives' * demo}"


def file_name(table: str, *, demo: bool) -> str:
    """Name the file of a table, the same each day."""
    return f"{table}{'-donnees-fictives' * demo}.csv"


def title(table: str, *, demo: bool) -> str:
    """Say what a table holds, or the whole."""
    return f"{_TITLES[table]}{f' ({DEMO})' * demo}"


def description(as_of: date, known_at: datetime, *, demo: bool) -> str:
    """Say what the package is, of which day and known when."""
    made_up = f"{BANNER.replace('**', '')} " if demo else ""
    return (
        f"{made_up}Centres, étapes, totaux publiés, inscriptions et formations du programme. "
        f"{dates.situation(as_of, known_at)} Les petits effectifs sont protégés."
    )


def written(files: int, folder: str) -> str:
    """Say how many files were written."""
    return f"{files} fichiers dans {quoted(folder)}."
