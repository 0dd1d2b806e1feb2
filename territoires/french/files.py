"""The files that are imported: what each kind is called and holds, column by column."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Final

from territoires.domain.checks import LEVELS
from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.imports import (
    AnnouncementLine,
    BoundLine,
    CourseLine,
    EnrolmentLine,
    Kind,
    StageLine,
)
from territoires.domain.programme import Basis
from territoires.domain.text import fold
from territoires.french import dates
from territoires.french import typed_cells as cells
from territoires.french.dictionary import FIELDS
from territoires.french.exchange import FALSE, NO, TRUE, YES, date_awaited
from territoires.french.loose_dates import read_loose
from territoires.french.numbers import NBSP, number, quoted
from territoires.french.places import typeset
from territoires.french.words import BASES, CONFIDENCES, COUNTED, STAGES

# A document that has no address, cited with its day.
DOCUMENT: Final = quoted(f"courrier{NBSP}: mairie de Bar-le-Duc (12/03/2021)")
NO_TOWN: Final = "Indiquez la commune, par exemple Chaumont."


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a file: how its cells are read, and how what they say is told.

    `fields` are those of lines, drafts and facts; pages head it with what forms call the first,
    unless it is `called` otherwise, and templates say its `help`. `read` gives a value, or a
    Reading of it, and raises CellError; `say` puts into words one that a plan keeps, `blank` none.
    `required`: a file must have it; `empty` says what to write where each cell must be filled;
    elsewhere, an empty one means `default`. `words` are all that it takes, when it is a short list.
    One that is not `offered` is read where it stands, under this name or one of its `aliases`, and
    is no part of templates.
    """

    name: str
    fields: str
    called: str | None = None
    help: str = ""
    empty: str = ""
    read: Callable[[str], Any] = cells.free_text
    say: Callable[[Any], str] = str
    blank: str = ""
    required: bool = True
    default: Any = None
    words: tuple[str, ...] = ()
    offered: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Its title on a page; none of what is shown with something else."""
        return FIELDS[self.fields.split()[0]] if self.called is None else self.called

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.say is _partial

    @property
    def awaited(self) -> str:
        """How its dates are to be written."""
        return date_awaited(to_the_day=self.read is cells.day, may_be_unknown=not self.empty)


def _of_words(vocabulary: Mapping[Any, str], **others: Any) -> dict[str, Any]:
    """Say how a column of a few words is read and told."""
    return {
        "read": cells.one_of(vocabulary, **others),
        "say": vocabulary.__getitem__,
        "words": tuple(map(cells.token, vocabulary.values())),
    }


def _partial(iso: Any) -> str:
    return dates.partial(PartialDate.parse(iso or ""))


_DATED: Final[dict[str, Any]] = {"read": read_loose, "say": _partial}
_FLAG: Final = _of_words({True: YES, False: NO}, **{TRUE: True, FALSE: False})
TOWN_NAME: Final = Column(
    name="ville",
    fields="town",
    say=typeset,
    required=False,
    offered=False,
    aliases=("commune", "nom_commune", "nom_de_la_commune", "libelle_commune", "nom_ville"),
)
_TOWN_CODE: Final = Column(
    name="code_insee",
    fields="town_code",
    called="",
    help="Code INSEE de la commune : cinq caractères, zéro de gauche compris (01004).",
    empty="Indiquez le code INSEE de la commune, par exemple 52121.",
    read=cells.town_code,
)
_STAGE: Final = Column(
    name="etape",
    fields="kind",
    help="Étape de la vie du centre.",
    empty="Indiquez l’étape, par exemple ouverture.",
    **_of_words(STAGES),
)
_DATE: Final = Column(
    name="date",
    fields="happened_on on",
    help="JJ/MM/AAAA, MM/AAAA ou AAAA ; vide si la date est inconnue.",
    default=PartialDate(),
    **_DATED,
)
_NOT_BEFORE: Final = Column(
    name="pas_avant",
    fields="not_before",
    help="Premier jour possible : JJ/MM/AAAA, MM/AAAA ou AAAA (d’un mois ou d’une année, le "
    "premier jour).",
    empty="Indiquez le premier jour possible, par exemple 28/02/2019, 10/2020 ou 2020.",
    **_DATED,
)
_ANNOUNCED_FOR: Final = Column(
    name="annoncee_pour",
    fields="announced_for",
    help="Date annoncée de l’ouverture : JJ/MM/AAAA, MM/AAAA ou AAAA.",
    empty="Indiquez la date annoncée, par exemple 09/2019 ou 2020.",
    **_DATED,
)
_ANNOUNCED_ON: Final = Column(
    name="annoncee_le",
    fields="announced_on",
    help="Date à laquelle cela a été dit : JJ/MM/AAAA, MM/AAAA ou AAAA.",
    empty="Indiquez quand cela a été dit, par exemple 28/02/2019.",
    **_DATED,
)
_CONFIDENCE: Final = Column(
    name="confiance",
    fields="confidence",
    help="elevee, moyenne ou faible (fondée sur une liste supposée complète) ; vide si elle n’est "
    "pas dite.",
    required=False,
    **_of_words(CONFIDENCES),
)
_SOURCE: Final = Column(
    name="source",
    fields="source url source_title source_date",
    help="Adresse d’une page, titre d’une source déjà citée, document daté (presse, courrier, "
    f"courriel ou oral, par exemple {DOCUMENT}) ou « déclaration ».",
    empty="Indiquez d’où vient l’information : l’adresse d’une page (www.cnam.fr/…), un document "
    f"daté ({DOCUMENT}) ou « déclaration ».",
    read=cells.source,
    blank="déclaration",
)
_BASIS: Final = Column(
    name="nature_date",
    fields="basis",
    help="constatee (par défaut), au_plus_tard (« déjà fait à cette date ») ou deduite.",
    required=False,
    default=Basis.STATED,
    **_of_words(BASES),
)
_BASIS_OF_BOUND: Final = replace(
    _BASIS,
    help="constatee (par défaut) ou deduite.",
    **_of_words({basis: word for basis, word in BASES.items() if basis is not Basis.UPPER_BOUND}),
)
_RETAINED: Final = Column(
    name="retenue",
    fields="retained",
    called="Retenue",
    help="oui (par défaut) ; non pour une date concurrente, gardée sans être comptée.",
    required=False,
    default=True,
    **_FLAG,
)
_CENTRE: Final = Column(
    name="centre",
    fields="centre",
    help="Nom du centre, si la ville en compte plusieurs.",
    say=typeset,
    required=False,
)
_NOTE: Final = Column(
    name="commentaire",
    fields="note",
    help="Texte libre.",
    required=False,
)
_YEAR: Final = Column(
    name="annee",
    fields="academic_year",
    called="Année",
    help="Année universitaire : 2021-2022.",
    empty="Indiquez l’année universitaire, par exemple 2021-2022.",
    read=cells.academic_year,
    say=name_of,
)
_COUNTED: Final = Column(
    name="compte",
    fields="counted",
    called="Compte",
    help="personnes (auditeurs) ou inscriptions : jamais additionnées.",
    empty="Indiquez ce qui est compté : personnes ou inscriptions.",
    **_of_words(COUNTED),
)
_HEADCOUNT: Final = Column(
    name="effectif",
    fields="headcount",
    help="Nombre entier ; 0 se confirme, une ligne absente veut dire « non transmis ».",
    empty="Indiquez le nombre, 0 compris ; si l’effectif n’est pas connu, supprimez la ligne.",
    read=cells.headcount,
    say=number,
)
_COUNTED_ON: Final = Column(
    name="arrete_au",
    fields="counted_on",
    help="Jour auquel l’effectif a été arrêté : JJ/MM/AAAA.",
    empty="Indiquez le jour auquel l’effectif a été arrêté, par exemple 31/12/2021.",
    read=cells.day,
    say=_partial,
)
_COURSE_KEY: Final = Column(
    name="code_formation",
    fields="course_key key",
    help="Clé de la formation dans le catalogue.",
    empty="Indiquez la clé de la formation, par exemple LG02501A.",
    read=cells.course_key,
    blank="ensemble du centre",
)
_COURSE_COUNTED: Final = replace(
    _COURSE_KEY,
    help="Clé de la formation dans le catalogue ; vide pour l’ensemble du centre.",
    empty="",
)
_TITLE: Final = Column(
    name="intitule",
    fields="title",
    help="Intitulé de la formation.",
    empty="Indiquez l’intitulé de la formation.",
)
_FIELD: Final = Column(
    name="filiere",
    fields="field_slug field",
    help="Filière du catalogue.",
    empty="Indiquez la filière, par exemple Numérique.",
)
_LEVEL: Final = Column(
    name="niveau",
    fields="level",
    help="Niveau, de 1 à 8 ; vide s’il est inconnu.",
    read=cells.level,
    say=number,
    words=tuple(map(str, LEVELS)),
)
_CREDENTIAL: Final = Column(
    name="type",
    fields="credential",
    called="Type",
    help="Diplôme, titre, certificat ; vide s’il est inconnu.",
)
_RNCP: Final = Column(
    name="rncp",
    fields="rncp_code",
    called="RNCP",
    help="Fiche RNCP, par exemple RNCP4649 ; vide si elle est inconnue.",
)
_CPF: Final = Column(
    name="cpf",
    fields="cpf_eligible",
    called="CPF",
    help="oui ou non : éligible au CPF ; vide si ce n’est pas connu.",
    **_FLAG,
)


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """A kind of file: its name, that of its template, the name of the act, what a line says.

    `columns` are in the order of the fields of a `line` after its number, `examples` are lines of
    the template. `key` is what may stand once in a file, `called` what such a thing is called in a
    message, and `contradiction` the code of a second value for it.
    """

    name: str
    template: str
    act: str
    purpose: str
    line: Callable[..., Any]
    columns: tuple[Column, ...]
    key: Callable[[Any], Hashable]
    called: Callable[[Any], str]
    examples: tuple[tuple[str, ...], ...]
    contradiction: str = "two_values"

    @property
    def offered(self) -> tuple[Column, ...]:
        """The columns of its template."""
        return tuple(column for column in self.columns if column.offered)

    @property
    def required(self) -> list[str]:
        """The names of those that a file must have."""
        return [column.name for column in self.columns if column.required]


def _stage_key(row: StageLine) -> Hashable:
    stage = (row.town_code, fold(row.centre or ""), row.kind)
    return stage if row.retained else (*stage, row.happened_on, row.basis, row.source)


def _joined(*said: str | None) -> str:
    return ", ".join(filter(None, said))


KINDS: Final = {
    Kind.STAGES: ImportKind(
        name="Étapes",
        template="modele-etapes",
        act="import d’étapes",
        purpose=f"une ligne par étape de la vie d’un centre{NBSP}: ouverture, labellisation, "
        "convention…",
        line=StageLine,
        columns=(
            *(_TOWN_CODE, _STAGE, _DATE, _SOURCE, _BASIS, _RETAINED, _CENTRE, _NOTE, TOWN_NAME),
        ),
        key=_stage_key,
        called=lambda row: _joined(row.town_code, row.centre, cells.token(STAGES[row.kind])),
        examples=(
            ("52121", "inauguration", "13/09/2019", "https://exemple.fr/annonce", "", "", "", ""),
            (
                *("01004", "labellisation", "09/2019", "déclaration", "au_plus_tard", "non", ""),
                "Date concurrente, connue au mois",
            ),
        ),
        contradiction="contradiction",
    ),
    Kind.ENROLMENTS: ImportKind(
        name="Inscriptions",
        template="modele-inscriptions",
        act="import d’inscriptions",
        purpose=f"une ligne par effectif{NBSP}: un centre, une année universitaire, une "
        "formation, un jour de comptage.",
        line=EnrolmentLine,
        columns=(
            *(_TOWN_CODE, _YEAR, _COUNTED, _HEADCOUNT, _COUNTED_ON, _COURSE_COUNTED, _SOURCE),
            TOWN_NAME,
        ),
        key=attrgetter("town_code", "academic_year", "counted", "course_key", "counted_on"),
        called=lambda row: _joined(
            *(row.town_code, name_of(row.academic_year), COUNTED[row.counted], row.course_key),
            dates.counted_on(row.counted_on),
        ),
        examples=(
            ("52121", "2021-2022", "personnes", "120", "31/12/2021", "", "déclaration"),
            ("52121", "2021-2022", "inscriptions", "18", "31/12/2021", "LG02501A", "déclaration"),
        ),
    ),
    Kind.COURSES: ImportKind(
        name="Formations",
        template="modele-formations",
        act="import de formations",
        purpose="une ligne par formation du catalogue.",
        line=CourseLine,
        columns=(_COURSE_KEY, _TITLE, _FIELD, _LEVEL, _CREDENTIAL, _RNCP, _CPF, _SOURCE),
        key=attrgetter("course_key"),
        called=attrgetter("course_key"),
        examples=(
            (
                *("LG02501A", "Licence de gestion", "Gestion", "6"),
                *("diplôme national : licence", "RNCP00000", "oui"),
                "https://exemple.fr/formation",
            ),
        ),
    ),
    Kind.BOUNDS: ImportKind(
        name="Premiers jours possibles",
        template="modele-pas-avant",
        act="import de premiers jours possibles",
        purpose=f"une ligne par borne « pas avant »{NBSP}: le premier jour où une étape a pu "
        "avoir lieu.",
        line=BoundLine,
        columns=(
            *(_TOWN_CODE, _STAGE, _NOT_BEFORE, _SOURCE, _BASIS_OF_BOUND, _CONFIDENCE, _CENTRE),
            *(_NOTE, TOWN_NAME),
        ),
        key=lambda row: (row.town_code, fold(row.centre or ""), row.kind, row.source),
        called=lambda row: _joined(
            row.town_code, row.centre, cells.token(STAGES[row.kind]), row.source
        ),
        examples=(
            (
                *("52121", "ouverture", "28/02/2019", "https://exemple.fr/annonce", "", "", ""),
                "Annoncé pour le printemps, donc pas encore ouvert",
            ),
            ("01004", "ouverture", "10/2020", "déclaration", "deduite", "faible", "", ""),
        ),
    ),
    Kind.ANNOUNCEMENTS: ImportKind(
        name="Ouvertures annoncées",
        template="modele-annonces",
        act="import d’ouvertures annoncées",
        purpose=f"une ligne par annonce{NBSP}: pour quand, dite quand, par qui.",
        line=AnnouncementLine,
        columns=(
            *(_TOWN_CODE, _ANNOUNCED_FOR, _ANNOUNCED_ON, _SOURCE, _CONFIDENCE, _NOTE, TOWN_NAME),
        ),
        key=attrgetter("town_code", "source"),
        called=lambda row: _joined(row.town_code, row.source),
        examples=(
            (
                *("52121", "09/2019", "28/02/2019", "https://exemple.fr/annonce", "moyenne"),
                "Annoncé pour la rentrée",
            ),
            ("01004", "2020", "10/2019", "déclaration", "", ""),
        ),
    ),
}
COLUMNS: Final = {column.name: column for kind in KINDS.values() for column in kind.columns}
COLUMN_OF: Final = {field: column for column in COLUMNS.values() for field in column.fields.split()}
