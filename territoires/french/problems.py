"""What is wrong with a draft, an act or a sign-in, said in French with what to do about it.

Pattern: what is wrong (the value quoted), why, an example, what to do.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.errors import (
    ConflictError,
    DatabaseError,
    InvalidError,
    Problem,
    RefusedError,
    StaleError,
    TerritoiresError,
    UnknownActorError,
)
from territoires.domain.imports import ImportCode
from territoires.domain.programme import Counted, StageKind
from territoires.domain.roles import Permission, Role
from territoires.domain.scope import Level, Place, Territory
from territoires.french import dates
from territoires.french.dictionary import FIELDS
from territoires.french.faults import database_notice
from territoires.french.files import DOCUMENT
from territoires.french.numbers import counted, number, quoted
from territoires.french.places import former_town, in_town, inside, of_town, typeset
from territoires.french.typography import capital, elided, typeset_spaces
from territoires.french.words import COUNTED, PERMISSIONS, ROLES, STAGES, the_stage

Facts = Mapping[str, Any]
Words = Callable[[str, Facts], str]


def field_name(field: str) -> str:
    """Name a field, `rows.3.headcount` included."""
    return FIELDS.get(field.rpartition(".")[2], field)


class Told(NamedTuple):
    """How a problem is told by a form, and in front of a file, where that would make no sense.

    The words of a file follow the place of the cell, in the same sentence.
    """

    file: str | Words
    form: str | Words = ""


def is_said_of_files(problem: Problem) -> bool:
    """Tell whether a problem has words of its own in front of a file."""
    return isinstance(MESSAGES[problem.code], Told)


def problem_message(problem: Problem, *, in_file: bool = False) -> str:
    """Say what is wrong and what to do."""
    facts = {"field": problem.field} | problem.facts
    say = MESSAGES[problem.code]
    if isinstance(say, Told):
        say = say.form if say.form and not in_file else say.file
    said = (
        say.format_map(_Said(problem.value, facts))
        if isinstance(say, str)
        else say(problem.value, facts)
    )
    return typeset_spaces(said)


def error_message(error: TerritoiresError) -> str:
    """Say why an act was not done; several problems make several lines."""
    say = next(say for kind, say in _ERRORS if isinstance(error, kind))
    return typeset_spaces(say if isinstance(say, str) else say(error))


def not_permitted(role: Role, permission: Permission) -> str:
    """Say that a page is not for this role."""
    cannot = elided("ne permet pas de", PERMISSIONS[permission])
    return f"Votre rôle ({ROLES[role]}) {cannot}. Un administrateur peut le changer."


def _refused(error: Any) -> str:
    act = quoted(PERMISSIONS[error.permission])
    if error.region is None:
        return (
            f"Votre rôle ne permet pas cet acte : {act}. "
            "Si vous devez le faire, demandez-le à l’administration."
        )
    if all(error.names):
        town, name = error.names
        return other_region(town, region=error.region, name=name)
    return (
        f"Vous pouvez {act}, mais pas dans cette région : votre compte n’y est pas "
        "rattaché. Demandez à l’administration d’ajouter la région à votre compte."
    )


def other_region(town: str, *, region: str, name: str) -> str:
    """Say that a town is in a region which is not the writer's: code and name of the region."""
    where = inside(Place(territory=Territory(Level.REGION, region), name=name))
    return (
        f"{typeset(town)} est {where}, une région à laquelle votre compte n’est pas rattaché. "
        "Choisissez une ville de votre région, ou demandez à l’administration d’ajouter celle-là "
        "à votre compte."
    )


def _stale(error: Any) -> str:
    if error.current_id is None:
        return (
            "Quelqu’un a retiré cette fiche pendant votre saisie : rien n’a été enregistré. "
            "Voyez son historique avant de la saisir de nouveau."
        )
    return (
        "Quelqu’un a modifié cette fiche pendant votre saisie : rien n’a été enregistré. "
        "Comparez les deux versions avant d’enregistrer."
    )


_NO_ACCOUNT = (
    "Votre compte n’est plus actif ou n’existe pas : rien n’a été enregistré. "
    "Reconnectez-vous, ou écrivez à l’administration."
)
_CONFLICT = (
    "La base contient déjà une ligne qui contredit celle-ci : rien n’a été enregistré. "
    "Rechargez la page et vérifiez ce qui existe."
)
# The particular before the general.
_ERRORS: tuple[tuple[type[TerritoiresError], str | Callable[[Any], str]], ...] = (
    (InvalidError, lambda error: "\n".join(map(problem_message, error.problems))),
    (RefusedError, _refused),
    (UnknownActorError, _NO_ACCOUNT),
    (StaleError, _stale),
    (ConflictError, _CONFLICT),
    (DatabaseError, database_notice),
    (TerritoiresError, "L’enregistrement n’a pas abouti : rien n’a été enregistré."),
)


def _on(text: Any) -> str:
    """Write a date of known precision from its ISO text."""
    return dates.partial(PartialDate.parse(str(text or "")))


def _when(text: Any) -> str:
    """Write `le 4 mai 2021`, `en mai 2021`, from its ISO text."""
    return dates.on(PartialDate.parse(str(text or "")))


def _of(text: Any) -> str:
    return dates.of(PartialDate.parse(str(text)))


def _day(text: Any) -> str:
    return dates.day(date.fromisoformat(str(text)))


# A reason that fits each act, by the name of its draft.
_REASONS = {
    "StageCorrection": "date relevée sur la convention signée",
    "WithdrawalDraft": "saisie en double",
    "RetainDraft": "date de l’arrêté, plus sûre que celle de la presse",
    "CentreCorrection": "le centre a déménagé",
    "CourseCorrection": "intitulé de la fiche RNCP",
    "AnnouncementDraft": "date de l’article relue",
    "BoundDraft": "date de l’article relue",
    "QuestionDraft": "la lettre est partie le lendemain",
    "OfferingDraft": "rentrée avancée d’un mois",
    "EnrolmentsDraft": "chiffre corrigé par la scolarité",
    "ProposalDraft": "la source citée donne une autre date",
    "ReportDraft": "l’inauguration a eu lieu, l’ouverture n’est pas encore prouvée",
    "FreezeDraft": "chiffres cités dans le rapport annuel",
    "FrozenDraft": "vue figée par erreur",
    "SortingDraft": "envoi en nombre du 29 novembre",
    "ImportDraft": "chiffres arrêtés, après la rentrée",
}


def _required(_value: str, facts: Facts) -> str:
    if "before" in facts:
        return (
            f"L’effectif déjà enregistré ({number(facts['before'])}) change sans être d’une date "
            "plus récente : indiquez le motif de la correction."
        )
    hints = {
        "reason": "Le motif est obligatoire : une phrase suffit, par exemple "
        + quoted(_REASONS.get(facts.get("act", ""), _REASONS["StageCorrection"]))
        + ".",
        "source": "La source est obligatoire : donnez l’adresse d’une page, par exemple "
        "www.cnam.fr/actualites, choisissez une source déjà citée, ou citez un document avec sa "
        "date : presse, courrier, courriel, échange oral.",
        "source_title": "Dites quel est ce document, par exemple "
        + quoted("L’Est républicain, Le Cnam ouvre à Bar-le-Duc")
        + ".",
        "town_code": "La ville est obligatoire : cherchez-la par son nom ou son code INSEE, "
        "par exemple Chaumont ou 52121.",
        "on": "La date est obligatoire : écrivez-la aussi précise que vous la connaissez, par "
        "exemple 13/09/2019, 09/2019 ou 2019, ou cochez « Date inconnue ».",
        "rows": "Aucun effectif n’est saisi : remplissez au moins une ligne.",
        "what": "Dites de quoi il s’agit : choisissez dans la liste, par exemple "
        + quoted("un centre a ouvert")
        + ".",
        "cited": "Dites d’où vous le tenez : une adresse, par exemple www.cnam.fr/actualites, un "
        "journal et sa date, ou cochez "
        + quoted("Je le sais de première main")
        + " et donnez votre fonction.",
        "function": "Vous le savez de première main : donnez votre fonction, par exemple "
        "adjointe au maire ou auditeur du centre.",
        "message": "Dites en quelques mots ce que nous devrions savoir, par exemple "
        + quoted("le centre a changé d’adresse")
        + ".",
    }
    field = facts["field"]
    if "site" in facts:
        apart = quoted(f"{typeset(facts['site'])}, quartier de la gare")
        return (
            f"Un second site doit porter un nom qui le distingue du premier, par exemple {apart}."
        )
    return hints.get(
        field, f"Le champ {quoted(field_name(field))} est obligatoire : remplissez-le."
    )


def _in_future(value: str, facts: Facts) -> str:
    if facts["field"] == "academic_year":
        year = int(value)
        return (
            f"L’année universitaire {name_of(year)} n’a pas commencé : "
            "les inscriptions se saisissent à partir de juin. Vérifiez l’année."
        )
    if "until" in facts:
        return (
            f"La date {quoted(_on(value))} est trop lointaine : le début d’une formation se "
            f"prévoit jusqu’au {_day(facts['until'])}. Vérifiez l’année."
        )
    return (
        f"La date {quoted(_on(value))} n’est pas encore passée (nous sommes le "
        f"{_day(facts['today'])}). Seul ce qui a eu lieu s’enregistre : vérifiez la date."
    )


def _before_start(value: str, facts: Facts) -> str:
    start = _day(facts["start"])
    if facts["field"] == "academic_year":
        return (
            f"L’année universitaire {value} précède le programme, qui commence le {start}. "
            "Vérifiez l’année, par exemple 2020-2021."
        )
    stage = StageKind(facts["stage"]) if "stage" in facts else None
    if stage is not StageKind.OPENED:
        what = capital(the_stage(stage)) if stage else "La date"
        return (
            f"{what} ({quoted(_on(value))}) précède de loin le programme, qui commence le {start}. "
            "Vérifiez l’année ; si elle est exacte, indiquez le motif."
        )
    return (
        f"L’ouverture ({quoted(_on(value))}) précède le début du programme, le {start}. "
        "Vérifiez la date ; un centre plus ancien n’entre pas dans ce programme."
    )


def _before_labelling(_value: str, facts: Facts) -> str:
    if facts["stage"] == StageKind.OPENED:
        return (
            f"L’ouverture ({_on(_value)}) précède la labellisation de la ville "
            f"({_on(facts['on'])}). Vérifiez la date, ou confirmez que l’ouverture est antérieure "
            "à la labellisation et expliquez pourquoi."
        )
    return (
        f"La labellisation ({_on(_value)}) suit l’ouverture du centre ({_on(facts['on'])}). "
        "Vérifiez la date, ou confirmez et expliquez pourquoi."
    )


def _too_heavy(_value: str, facts: Facts) -> str:
    size, most = number(facts["bytes"] / 1e6, 1), number(facts["most"] / 1e6)
    ways = ", ".join(quoted(name) for name in facts["narrowing"])
    return (
        f"Cette vue pèse {size} Mo, plus que les {most} Mo qu’une vue figée garde. Ouvrez sa page, "
        f"ajoutez un filtre, puis figez de nouveau. Dans l’adresse : {ways}."
    )


def _duplicate(value: str, facts: Facts) -> str:
    field = facts["field"]
    if field == "on":
        return (
            f"Cette étape est déjà enregistrée, à la même date ({quoted(_on(value))}) et d’après "
            "la même source. Il n’y a rien à ajouter ; pour la changer, corrigez-la."
        )
    if field == "decided_on":
        return (
            f"Un objectif décidé {_when(value)} existe déjà ({number(facts['value'])} centres). "
            "Un nouvel objectif est une nouvelle décision : vérifiez la date de décision."
        )
    if field == "course_key":
        return (
            f"Ce centre propose déjà la formation {quoted(value)} sur cette période. "
            "Corrigez la ligne existante plutôt que d’en ajouter une."
        )
    return (
        f"{quoted(value)} existe déjà (champ {quoted(field_name(field))}). "
        "Choisissez une autre valeur, ou corrigez la fiche existante."
    )


def _duplicate_in_file(value: str, facts: Facts) -> str:
    if facts.get("on") is None:
        return f"{quoted(value)} existe déjà. Choisissez une autre valeur."
    return (
        f"cette étape est déjà enregistrée à la même date ({quoted(_on(value))}) et d’après "
        "la même source. Gardez une seule ligne."
    )


def _no_such_code(value: str, facts: Facts) -> str:
    said = f"{quoted(value)} n’est pas dans la liste des communes."
    if facts.get("codes"):
        return f"{said} Celui de la commune nommée est {' ou '.join(facts['codes'])}."
    if value.endswith("0"):
        return (
            f"{said} C’est peut-être un code postal : indiquez le code INSEE ou le nom de la "
            "commune."
        )
    return f"{said} Vérifiez-le, ou indiquez le nom de la commune."


def _other_name(value: str, facts: Facts) -> str:
    codes = f" (code {' ou '.join(facts['codes'])})" if facts["codes"] else ""
    return (
        f"le code {facts['code']} est celui {of_town(facts['town'])}, et la ligne dit "
        f"{quoted(typeset(value))}{codes}. Est-ce bien {typeset(facts['town'])} ? Sinon, corrigez "
        "le code : ce n’est pas le code postal."
    )


def _several_centres(value: str, facts: Facts) -> str:
    centres = ", ".join(quoted(typeset(name)) for name in facts["centres"].values())
    which = (
        "Donnez le nom du centre dans la colonne centre, sur chaque ligne de cette ville."
        if value == facts["town"]
        else "Un fichier ne dit pas lequel : saisissez ces effectifs par le formulaire."
    )
    return f"plusieurs centres existent {in_town(facts['town'])} ({centres}). {which}"


def _looks_like_duplicate(value: str, facts: Facts) -> str:
    if facts["field"] == "on":
        return (
            f"Une étape de même nature est déjà enregistrée à cette date ({quoted(_on(value))}), "
            "d’après une autre source. Est-ce la même ? Sinon, indiquez le motif."
        )
    return (
        f"Une formation porte déjà l’intitulé {quoted(value)} (clé {facts['key']}). "
        "Est-ce la même ? Sinon, indiquez le motif."
    )


def _bad_value(value: str, facts: Facts) -> str:
    if "least" in facts:
        return (
            f"La valeur {quoted(value)} n’est pas plausible : attendu, un nombre entier de "
            f"{number(facts['least'])} à {number(facts['most'])}. Corrigez-la."
        )
    if facts["field"] == "role":
        return (
            "Ce rôle est celui des visiteurs qui n’ont pas de compte. Choisissez-en un autre, par "
            f"exemple {quoted(ROLES[Role.ENTRY])}."
        )
    return (
        f"La valeur {quoted(value)} n’est pas prévue pour {quoted(field_name(facts['field']))}. "
        "Choisissez-en une autre parmi celles qui sont proposées."
    )


def _opened_then(opened: str | None) -> str:
    return "aucune ouverture n’est enregistrée" if opened is None else f"ouverture : {_on(opened)}"


class _Said(dict[str, Any]):
    """What a message may name: `value` as it is quoted, facts by their names, and these."""

    def __init__(self, value: str, facts: Facts) -> None:
        super().__init__(facts)
        self._value = value

    def __getitem__(self, name: str) -> Any:
        say = _NAMED.get(name)
        if say is not None:
            return say(self._value, dict(self))
        found = super().__getitem__(name)
        return number(found) if isinstance(found, int) else found


_NAMED: dict[str, Words] = {
    "value": lambda value, _facts: quoted(value),
    "raw": lambda value, _facts: value,
    "number": lambda value, _facts: number(int(value)),
    "field": lambda _value, facts: quoted(field_name(str(facts["field"]))),
    "day": lambda value, _facts: quoted(_on(value)),
    "plain_day": lambda value, _facts: _on(value),
    "when": lambda value, _facts: _when(value),
    "year": lambda _value, facts: name_of(facts["academic_year"]),
    "that_year": lambda value, _facts: name_of(int(value)),
    "opened_then": lambda _value, facts: _opened_then(facts.get("opened")),
    "stage": lambda _value, facts: the_stage(StageKind(facts["stage"])),
    "since": lambda _value, facts: (
        dates.since(PartialDate.parse(facts["on"])) if facts["on"] else "à une date inconnue"
    ),
    "days": lambda _value, facts: ", ".join(map(_on, facts["dates"])),
    "twin": lambda _value, facts: str(facts["twin"]),
    "named": lambda value, _facts: quoted(typeset(value)),
    "place": lambda _value, facts: typeset(facts["town"]),
    "in_town": lambda _value, facts: in_town(facts["town"]),
    "of_town": lambda _value, facts: of_town(facts["town"]),
    "region": lambda _value, facts: typeset(facts["region"]),
    "codes": lambda _value, facts: ", ".join(facts["codes"]),
    "step": lambda value, _facts: STAGES[StageKind(value)],
    "rival_day": lambda _value, facts: _on(facts["on"]),
    "rival": lambda _value, facts: f"{the_stage(StageKind(facts['kind']))} ({_on(facts['on'])})",
    "before": lambda _value, facts: quoted(facts["before"]),
    "town": lambda _value, facts: quoted(facts["town"]),
    "names": lambda _value, facts: ", ".join(facts.get("centres", {}).values()),
    "unit": lambda _value, facts: COUNTED[Counted(facts["counted"])],
    "resting": lambda _value, facts: counted(facts["facts"], "enregistrement"),
    "role": lambda value, _facts: quoted(ROLES[Role(value)]),
    "start": lambda _value, facts: quoted(_on(facts["starts_on"])),
    "decision": lambda _value, facts: quoted(_on(facts["decided_on"])),
    "example_day": lambda _value, facts: _example_day(facts),
}


# Dates that must have their day, with one that fits the field.
_DAYS = {"counted_on": "15/11/2021", "deadline": "31/12/2027", "decided_on": "13/05/2019"}


def _example_day(facts: Facts) -> str:
    return _DAYS.get(facts["field"], "13/09/2019")


def _former_town(value: str, facts: Facts) -> str:
    said = former_town(value, facts["name"], facts["kind"], facts["holders"])
    code = facts["holders"][0][0]
    return f"{said}. Donnez son code INSEE, par exemple {code}."


MESSAGES: dict[str, str | Words | Told] = {
    Code.REQUIRED: _required,
    Code.TOO_LONG: (
        "Le champ {field} est trop long ({value}) : {limit}\u00a0signes au plus. Raccourcissez-le."
    ),
    Code.UNREADABLE: (
        "Le champ {field} contient des caractères illisibles ({value}) : "
        "effacez-le et tapez-le de nouveau."
    ),
    Code.UNKNOWN_TOWN: Told(
        form="La ville {value} n’est pas dans la liste des communes. "
        "Donnez son code INSEE, par exemple 52121 pour Chaumont.",
        file=_no_such_code,
    ),
    Code.FORMER_TOWN: _former_town,
    Code.UNKNOWN_CENTRE: (
        "Le centre n° {value} n’existe pas ou a été retiré. Rechargez la page, et recommencez "
        "depuis la ville."
    ),
    Code.UNKNOWN_SOURCE: Told(
        form="La source {value} n’est ni une adresse, ni le titre d’une source déjà citée. Donnez "
        "l’adresse d’une page, par exemple www.cnam.fr/actualites, ou citez le document : presse, "
        "courrier, courriel, échange oral.",
        file="la source {value} n’est pas reconnue. Attendu : l’adresse d’une page, par exemple "
        "www.cnam.fr/actualites, le titre d’une source déjà citée, « déclaration », ou un document "
        f"avec sa date, par exemple {DOCUMENT}.",
    ),
    Code.UNDATED_SOURCE: Told(
        form="Le document {value} n’a pas de date : indiquez-la aussi précise que vous la "
        "connaissez, par exemple 12/03/2021 ou 2021.",
        file="le document {value} n’a pas de date. Mettez-la entre parenthèses, à la fin : "
        f"{DOCUMENT}.",
    ),
    Code.UNKNOWN_COURSE: Told(
        form="La formation {value} n’est pas au catalogue. Donnez sa clé, par exemple F001, "
        "ou ajoutez-la d’abord.",
        file="la formation {value} n’est pas au catalogue. Donnez sa clé, par exemple F001, ou "
        "importez d’abord la formation.",
    ),
    Code.UNKNOWN_FIELD: Told(
        form="La filière {value} n’existe pas. Choisissez celle d’une formation semblable.",
        file="la filière {value} n’est pas au catalogue. Écrivez-la comme dans la page Formations, "
        "par exemple Numérique.",
    ),
    Code.UNKNOWN_FACT: (
        "La fiche n° {value} n’existe pas. Rechargez la page et recommencez depuis la liste."
    ),
    Code.UNKNOWN_REGION: (
        "La région {value} n’existe pas. Donnez un code INSEE, par exemple 44 pour le Grand Est."
    ),
    Code.UNKNOWN_TERRITORY: (
        "Le territoire {value} n’existe pas. Exemples : fr, reg-44, dep-52, com-52121."
    ),
    Code.UNKNOWN_ACCOUNT: (
        "Aucun compte ne porte l’adresse {value}. Vérifiez-la dans la liste des comptes."
    ),
    Code.UNKNOWN_SETTING: (
        "Le réglage {value} n’existe pas : rien n’a été changé. Rechargez la page."
    ),
    Code.UNKNOWN_PROPOSAL: (
        "La proposition {value} n’existe pas ou plus. Rechargez la file d’attente."
    ),
    Code.UNKNOWN_REPORT: (
        "Le signalement {value} n’existe pas, ou ne peut être rejoint. Donnez le numéro d’un autre "
        "signalement, par exemple T-2026-0042."
    ),
    Code.UNKNOWN_VIEW: (
        "La vue figée {value} n’existe pas : rechargez la page pour voir celles qui existent."
    ),
    Code.TOO_HEAVY: _too_heavy,
    Code.EMPTIED: (
        "Vous avez vidé un effectif enregistré : {raw}. Une case vide veut dire « non transmis » : "
        "remettez le nombre, ou retirez l’effectif sous « Retirer un effectif », en bas de la page."
    ),
    Code.DATE_OR_UNKNOWN: (
        "Vous avez écrit une date, {value}, et coché « Date inconnue » : lequel des deux ? "
        "Décochez la case pour garder la date, ou effacez la date."
    ),
    Code.BAD_DATE: lambda value, facts: (
        f"La date {quoted(value)} n’existe pas ou n’est pas reconnue. Écrivez-la au format "
        + (
            "JJ/MM/AAAA"
            if facts.get("to_the_day", facts["field"] in _DAYS)
            else "JJ/MM/AAAA, MM/AAAA ou AAAA"
        )
        + f", par exemple {_example_day(facts)}."
    ),
    Code.INCOMPLETE_DAY: (
        "La date {value} ne dit pas le jour, qu’il faut ici. Écrivez-la au format "
        "JJ/MM/AAAA, par exemple {example_day}."
    ),
    Code.BAD_URL: (
        "L’adresse {value} n’est pas celle d’une page. Collez-la en entier, par exemple "
        "https://www.cnam.fr/actualites."
    ),
    Code.IN_FUTURE: _in_future,
    Code.BEFORE_PROGRAMME_START: _before_start,
    Code.BEFORE_LABELLING: _before_labelling,
    Code.OUT_OF_ORDER: (
        "L’ordre surprend : {stage} ({plain_day}) et {rival} se suivent à l’envers. Vérifiez la "
        "date ; si elle est exacte, indiquez le motif."
    ),
    Code.NEVER_OPENED: lambda value, _facts: (
        f"Aucune ouverture n’est enregistrée pour ce centre : {the_stage(StageKind(value))} "
        "surprend. Enregistrez d’abord l’ouverture, ou indiquez le motif."
    ),
    Code.ALREADY_OPEN: Told(
        form="Cette ville a déjà un centre ouvert {since}. S’agit-il d’une correction (modifier), "
        "d’une date concurrente (non retenue) ou d’un second site (ajouter) ?",
        file="ce centre est déjà ouvert {since}. Pour une date concurrente, mettez « non » dans la "
        "colonne retenue ; pour un second site, donnez son nom dans la colonne centre.",
    ),
    Code.DUPLICATE: Told(form=_duplicate, file=_duplicate_in_file),
    Code.LOOKS_LIKE_DUPLICATE: _looks_like_duplicate,
    Code.COMPETING: Told(
        form="La date {day} contredit celle qui est retenue pour {rival}. Enregistrez-la comme "
        "date concurrente (non retenue), corrigez l’autre, ou indiquez pourquoi les deux valent.",
        file="la date {day} contredit celle qui est retenue pour la même étape ({rival_day}). "
        "Mettez « non » dans la colonne retenue de l’une des deux.",
    ),
    Code.WHICH_CENTRE: (
        "Plusieurs centres existent à {value} : {names}. "
        "Choisissez celui dont il s’agit, ou ajoutez un nouveau site."
    ),
    Code.OTHER_TOWN: (
        "Le centre n° {raw} n’est pas à {town}. Choisissez un centre de cette ville."
    ),
    Code.HAS_CENTRE: (
        "Cette ville a déjà un centre : {value}. S’agit-il d’une correction (modifier) "
        "ou d’un second site (ajouter) ?"
    ),
    Code.HAS_FACTS: (
        "Le centre {value} porte encore {resting} (étapes, formations ou inscriptions). "
        "Retirez-les d’abord, ou enregistrez une fermeture si le centre a fermé."
    ),
    Code.REPLACES: (
        "{value} remplacerait {before} (champ {field}). Si c’est voulu, indiquez le motif ; "
        "sinon, laissez le champ comme il était."
    ),
    Code.ENDS_BEFORE_START: (
        "La fin ({day}) précède le début ({start}). Corrigez l’une des deux dates."
    ),
    Code.NEGATIVE: "L’effectif {value} est négatif. Saisissez un nombre entier, 0 compris.",
    Code.TOO_LARGE: "L’effectif {value} dépasse {limit}. Vérifiez la saisie.",
    Code.NOT_WHOLE: "L’effectif {value} n’est pas un nombre entier. Exemples : 118, ou 1 250.",
    Code.TWO_READINGS: (
        "L’effectif {value} se lit de deux façons : {first} ou {second}. Écrivez-le sans signe, "
        "par exemple 1250."
    ),
    Code.ZERO_NOT_CONFIRMED: (
        "Zéro inscription n’est pas la même chose qu’un effectif non transmis. Cochez « Je "
        "confirme zéro », ou laissez la case vide."
    ),
    Code.TWICE: lambda value, _facts: (
        (f"La formation {quoted(value)} est" if value else "L’ensemble du centre est")
        + " compté deux fois dans cette saisie. Gardez une seule ligne."
    ),
    Code.NOT_OPEN_THEN: (
        "D’après la base, le centre n’était pas ouvert en {that_year} ({opened_then}). "
        "Vérifiez l’année ; si elle est exacte, indiquez le motif."
    ),
    Code.JUMP: (
        "{number}\u00a0{unit} contre {last_year} l’année précédente. "
        "Si c’est exact, indiquez le motif ; sinon, corrigez."
    ),
    Code.BEFORE_YEAR: (
        "L’effectif est arrêté {when}, avant la rentrée {year}. "
        "Vérifiez la date ; si elle est exacte, indiquez le motif."
    ),
    Code.BAD_CODE: "{value} n’a pas la forme attendue pour {field}. Exemple : {example}.",
    Code.BAD_LEVEL: "Le niveau {value} n’existe pas : attendu, un nombre de 1 à 8.",
    Code.DEADLINE_BEFORE_DECISION: (
        "L’échéance ({day}) ne suit pas la décision ({decision}). Corrigez l’une des deux dates."
    ),
    Code.DEADLINE_BEFORE_START: (
        "L’échéance ({day}) ne suit pas le départ du décompte ({start}). "
        "Corrigez l’une des deux dates."
    ),
    Code.BAD_VALUE: _bad_value,
    Code.BAD_EMAIL: (
        "L’adresse {value} n’est pas une adresse électronique. Exemple : prenom.nom@lecnam.net."
    ),
    Code.REGION_REQUIRED: (
        "Le rôle {role} s’exerce dans une ou plusieurs régions : "
        "choisissez-en au moins une, par exemple Grand Est (44)."
    ),
    Code.NO_REGION_WANTED: (
        "Le rôle {role} vaut pour toute la France : laissez la liste des régions vide."
    ),
    Code.LAST_ADMINISTRATOR: (
        "{value} est le dernier compte d’administration actif : sans lui, plus personne ne "
        "pourrait donner de droits. Nommez d’abord quelqu’un d’autre."
    ),
    Code.NOT_ONESELF: (
        "{value} est votre propre compte : demandez à une autre personne de l’administration."
    ),
    Code.WRONG_PASSWORD: "Le mot de passe actuel n’est pas le bon. Tapez-le de nouveau.",
    Code.PASSWORD_TOO_SHORT: (
        "Le mot de passe est trop court : {least}\u00a0signes au moins. "
        "Une phrase de quatre mots convient."
    ),
    Code.PASSWORD_TOO_LONG: "Le mot de passe est trop long : {most}\u00a0signes au plus.",
    Code.PASSWORD_COMMON: (
        "Ce mot de passe est parmi les plus courants, donc les premiers essayés. "
        "Une phrase de quatre mots sans rapport entre eux convient."
    ),
    Code.PASSWORD_LIKE_EMAIL: (
        "Le mot de passe ne doit pas être l’adresse elle-même. Choisissez-en un autre."
    ),
    Code.PASSWORD_TOO_SIMPLE: (
        "Le mot de passe répète trop peu de signes différents. Choisissez-en un plus varié."
    ),
    Code.PASSWORD_UNCHANGED: (
        "Le nouveau mot de passe est identique à l’ancien. Choisissez-en un autre."
    ),
    Code.FOUR_EYES: (
        "Cette proposition est la vôtre : quelqu’un d’autre doit la valider ou la refuser."
    ),
    Code.NOT_AUTHOR: "Cette proposition n’est pas la vôtre : seul son auteur la reprend.",
    Code.NOT_OWN: "Cet acte n’est pas le vôtre : corrigez la fiche en indiquant le motif.",
    Code.TOO_LATE: (
        "Cet acte date de plus de {minutes}\u00a0minutes : il ne s’annule plus. "
        "Corrigez ou retirez la fiche en indiquant le motif."
    ),
    Code.NOT_LAST: (
        "Vous avez fait autre chose depuis : seul votre dernier acte s’annule. "
        "Corrigez ou retirez la fiche en indiquant le motif."
    ),
    Code.TOUCHED_SINCE: (
        "Quelqu’un a modifié cette fiche depuis : l’annulation effacerait son travail. "
        "Voyez l’historique, puis corrigez en indiquant le motif."
    ),
    Code.NO_UPPER_BOUND: (
        "Un premier jour possible est constaté ou déduit : « au plus tard » ne se dit que d’une "
        "étape. Choisissez une autre nature."
    ),
    Code.ASKED_TWICE: (
        "La même demande est déjà notée pour cette ville {when}. Corrigez-la plutôt, ou changez le "
        "jour."
    ),
    Code.ANSWERED_BEFORE: lambda value, facts: (
        f"La réponse {_of(value)} précéderait la demande {_of(facts['on'])}. Corrigez l’une des "
        "deux dates."
    ),
    Code.ANNOUNCED_AFTER: lambda value, facts: (
        f"L’ouverture annoncée {dates.for_when(PartialDate.parse(value))} l’aurait été après "
        f"({_when(facts['on'])}). Vérifiez les deux dates ; si elles sont exactes, indiquez le "
        "motif."
    ),
    Code.AFTER_STAGE: (
        "Le premier jour possible {day} vient après {rival} : les deux ne peuvent être vrais. "
        "Corrigez l’un des deux ; s’il faut garder les deux, indiquez le motif."
    ),
    Code.NOT_UNDOABLE: "Cet acte ne s’annule pas : faites l’acte contraire.",
    ImportCode.OUTSIDE_REGIONS: Told(
        "{place} ({raw}) est dans la région {region}, à laquelle votre compte n’est pas rattaché. "
        "Retirez la ligne, ou demandez à l’administration d’ajouter la région à votre compte."
    ),
    ImportCode.NO_SUCH_NAME: Told(
        "aucune commune ne s’appelle {value}. Indiquez son code INSEE, par exemple 52121."
    ),
    ImportCode.SEVERAL_TOWNS: Told(
        "plusieurs communes s’appellent {named} : {codes}. Laquelle ? Indiquez son code INSEE."
    ),
    ImportCode.NAME_FOR_CODE: Told(
        "{named} a été lu {place} ({code}), seule commune de ce nom dans vos régions."
    ),
    ImportCode.OTHER_NAME: Told(_other_name),
    ImportCode.POSTAL_CODE: Told(
        "{raw} est le code INSEE {of_town}, mais ressemble à un code postal. Est-ce bien {place} ? "
        "Sinon, indiquez le code INSEE ou le nom."
    ),
    ImportCode.SAME_COUNT: Told(
        "la ligne {twin} donne déjà cet effectif {of_town}. Gardez une seule des deux."
    ),
    ImportCode.CORRECTION_REASON: Told(
        "ce fichier corrige ce qui était connu : indiquez le motif."
    ),
    ImportCode.NO_CENTRE: Told(
        "aucun centre n’est enregistré {in_town} ({raw}). Enregistrez d’abord son ouverture, ou "
        "vérifiez le code."
    ),
    ImportCode.SEVERAL_CENTRES: Told(_several_centres),
    ImportCode.SAME_FACT: Told(
        "la ligne {twin} donne déjà la date retenue de la même étape ({step}, {place}). Gardez une "
        "seule des deux, ou mettez « non » dans la colonne retenue de l’autre."
    ),
    ImportCode.SAME_STATEMENT: Told(
        "la ligne {twin} dit déjà cela d’après la même source. Gardez une seule des deux."
    ),
    ImportCode.SEVERAL_RETAINED: Told(
        "plusieurs dates sont déjà retenues pour cette étape ({days}) : un fichier ne dit pas "
        "laquelle corriger. Corrigez-la par le formulaire."
    ),
}


_SIGN_IN = {
    "wait": "Trop d’essais de suite : réessayez dans {wait}.",
    "expired": (
        "Ce mot de passe provisoire a plus de 24 heures : il ne vaut plus. "
        "Demandez-en un autre à l’administration."
    ),
    "elsewhere": (
        "Les comptes de ce tableau de bord sont réservés à l’administration. "
        "Connectez-vous avec votre compte professionnel."
    ),
    "wrong": (
        "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux ; "
        "après trois échecs, il faut attendre entre deux essais."
    ),
}


def sign_in_message(code: str, *, seconds: int = 0) -> str:
    """Say why somebody could not sign in, without saying whether the address is known."""
    is_short = seconds < 90  # noqa: PLR2004 - then minutes read better
    wait = counted(seconds, "seconde") if is_short else counted(-(-seconds // 60), "minute")
    return typeset_spaces(_SIGN_IN[code].format(wait=wait))
