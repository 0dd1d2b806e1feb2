"""The files that are imported: what each kind is called, and what each column holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from territoires.domain.imports import Kind
from territoires.french.numbers import NBSP, quoted

# A document that has no address, cited with its day.
DOCUMENT: Final = quoted(f"courrier{NBSP}: mairie de Bar-le-Duc (12/03/2021)")


@dataclass(frozen=True, kw_only=True)
class FileWords:
    """A kind of file: its name, that of its template, the name of the act, what a line says.

    `examples` are lines of the template; `help` is that of the columns which mean more here.
    """

    name: str
    template: str
    act: str
    purpose: str
    examples: tuple[tuple[str, ...], ...]
    help: Mapping[str, str] = field(default_factory=dict)


KINDS: Final = {
    Kind.STAGES: FileWords(
        name="Étapes",
        template="modele-etapes",
        act="import d’étapes",
        purpose=f"une ligne par étape de la vie d’un centre{NBSP}: ouverture, labellisation, "
        "convention…",
        examples=(
            ("52121", "inauguration", "13/09/2019", "https://exemple.fr/annonce", "", "", "", ""),
            (
                *("01004", "labellisation", "09/2019", "déclaration", "au_plus_tard", "non", ""),
                "Date concurrente, connue au mois",
            ),
        ),
    ),
    Kind.ENROLMENTS: FileWords(
        name="Inscriptions",
        template="modele-inscriptions",
        act="import d’inscriptions",
        purpose=f"une ligne par effectif{NBSP}: un centre, une année universitaire, une "
        "formation, un jour de comptage.",
        examples=(
            ("52121", "2021-2022", "personnes", "120", "31/12/2021", "", "déclaration"),
            ("52121", "2021-2022", "inscriptions", "18", "31/12/2021", "LG02501A", "déclaration"),
        ),
        help={
            "code_formation": "Clé de la formation dans le catalogue ; vide pour l’ensemble du "
            "centre."
        },
    ),
    Kind.COURSES: FileWords(
        name="Formations",
        template="modele-formations",
        act="import de formations",
        purpose="une ligne par formation du catalogue.",
        examples=(
            (
                *("LG02501A", "Licence de gestion", "Gestion", "6"),
                *("diplôme national : licence", "RNCP00000", "oui"),
                "https://exemple.fr/formation",
            ),
        ),
    ),
    Kind.BOUNDS: FileWords(
        name="Premiers jours possibles",
        template="modele-pas-avant",
        act="import de premiers jours possibles",
        purpose=f"une ligne par borne « pas avant »{NBSP}: le premier jour où une étape a pu "
        "avoir lieu.",
        examples=(
            (
                *("52121", "ouverture", "28/02/2019", "https://exemple.fr/annonce", "", "", ""),
                "Annoncé pour le printemps, donc pas encore ouvert",
            ),
            ("01004", "ouverture", "10/2020", "déclaration", "deduite", "faible", "", ""),
        ),
        help={"nature_date": "constatee (par défaut) ou deduite."},
    ),
    Kind.ANNOUNCEMENTS: FileWords(
        name="Ouvertures annoncées",
        template="modele-annonces",
        act="import d’ouvertures annoncées",
        purpose=f"une ligne par annonce{NBSP}: pour quand, dite quand, par qui.",
        examples=(
            (
                *("52121", "09/2019", "28/02/2019", "https://exemple.fr/annonce", "moyenne"),
                "Annoncé pour la rentrée",
            ),
            ("01004", "2020", "10/2019", "déclaration", "", ""),
        ),
    ),
}


@dataclass(frozen=True)
class ColumnWords:
    """A column: the fields of a line and of its draft, its heading on a page, its help.

    `empty` says what to write where a line must fill it and does not.
    """

    fields: str
    heading: str = ""
    help: str = ""
    empty: str = ""


COLUMNS: Final = {
    "ville": ColumnWords("town", "Ville", empty="Indiquez la commune, par exemple Chaumont."),
    "code_insee": ColumnWords(
        "town_code",
        help="Code INSEE de la commune : cinq caractères, zéro de gauche compris (01004).",
        empty="Indiquez le code INSEE de la commune, par exemple 52121.",
    ),
    "etape": ColumnWords(
        "kind", "Étape", "Étape de la vie du centre.", "Indiquez l’étape, par exemple ouverture."
    ),
    "date": ColumnWords(
        "happened_on on", "Date", "JJ/MM/AAAA, MM/AAAA ou AAAA ; vide si la date est inconnue."
    ),
    "pas_avant": ColumnWords(
        "not_before",
        "Pas avant",
        "Premier jour possible : JJ/MM/AAAA, MM/AAAA ou AAAA (d’un mois ou d’une année, le premier "
        "jour).",
        "Indiquez le premier jour possible, par exemple 28/02/2019, 10/2020 ou 2020.",
    ),
    "annoncee_pour": ColumnWords(
        "announced_for",
        "Annoncée pour",
        "Date annoncée de l’ouverture : JJ/MM/AAAA, MM/AAAA ou AAAA.",
        "Indiquez la date annoncée, par exemple 09/2019 ou 2020.",
    ),
    "annoncee_le": ColumnWords(
        "announced_on",
        "Annoncée le",
        "Date à laquelle cela a été dit : JJ/MM/AAAA, MM/AAAA ou AAAA.",
        "Indiquez quand cela a été dit, par exemple 28/02/2019.",
    ),
    "confiance": ColumnWords(
        "confidence",
        "Confiance",
        "elevee, moyenne ou faible (fondée sur une liste supposée complète) ; vide si elle n’est "
        "pas dite.",
    ),
    "source": ColumnWords(
        "source url source_title source_date",
        "Source",
        "Adresse d’une page, titre d’une source déjà citée, document daté (presse, courrier, "
        f"courriel ou oral, par exemple {DOCUMENT}) ou « déclaration ».",
        "Indiquez d’où vient l’information : l’adresse d’une page (www.cnam.fr/…), un document "
        f"daté ({DOCUMENT}) ou « déclaration ».",
    ),
    "nature_date": ColumnWords(
        "basis",
        "Nature de la date",
        "constatee (par défaut), au_plus_tard (« déjà fait à cette date ») ou deduite.",
    ),
    "retenue": ColumnWords(
        "retained",
        "Retenue",
        "oui (par défaut) ; non pour une date concurrente, gardée sans être comptée.",
    ),
    "centre": ColumnWords("centre", "Centre", "Nom du centre, si la ville en compte plusieurs."),
    "commentaire": ColumnWords("note", "Commentaire", "Texte libre."),
    "annee": ColumnWords(
        "academic_year",
        "Année",
        "Année universitaire : 2021-2022.",
        "Indiquez l’année universitaire, par exemple 2021-2022.",
    ),
    "compte": ColumnWords(
        "counted",
        "Compte",
        "personnes (auditeurs) ou inscriptions : jamais additionnées.",
        "Indiquez ce qui est compté : personnes ou inscriptions.",
    ),
    "effectif": ColumnWords(
        "headcount",
        "Effectif",
        "Nombre entier ; 0 se confirme, une ligne absente veut dire « non transmis ».",
        "Indiquez le nombre, 0 compris ; si l’effectif n’est pas connu, supprimez la ligne.",
    ),
    "arrete_au": ColumnWords(
        "counted_on",
        "Arrêté au",
        "Jour auquel l’effectif a été arrêté : JJ/MM/AAAA.",
        "Indiquez le jour auquel l’effectif a été arrêté, par exemple 31/12/2021.",
    ),
    "code_formation": ColumnWords(
        "course_key key",
        "Formation",
        "Clé de la formation dans le catalogue.",
        "Indiquez la clé de la formation, par exemple LG02501A.",
    ),
    "intitule": ColumnWords(
        "title",
        "Intitulé",
        "Intitulé de la formation.",
        "Indiquez l’intitulé de la formation.",
    ),
    "filiere": ColumnWords(
        "field_slug field",
        "Filière",
        "Filière du catalogue.",
        "Indiquez la filière, par exemple Numérique.",
    ),
    "niveau": ColumnWords("level", "Niveau", "Niveau, de 1 à 8 ; vide s’il est inconnu."),
    "type": ColumnWords(
        "credential", "Type", "Diplôme, titre, certificat ; vide s’il est inconnu."
    ),
    "rncp": ColumnWords(
        "rncp_code", "RNCP", "Fiche RNCP, par exemple RNCP4649 ; vide si elle est inconnue."
    ),
    "cpf": ColumnWords(
        "cpf_eligible", "CPF", "oui ou non : éligible au CPF ; vide si ce n’est pas connu."
    ),
}
COLUMN_OF: Final = {
    field: name for name, words in COLUMNS.items() for field in words.fields.split()
}
HEADINGS: Final = {field: COLUMNS[name].heading for field, name in COLUMN_OF.items()}
