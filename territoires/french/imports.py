"""What an import says: its problems by line and column, what it would change, what it did."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from territoires.domain.checks import Code
from territoires.domain.dates import PartialDate
from territoires.domain.enrolments import name_of
from territoires.domain.errors import (
    PartialDateError,
    Problem,
    RefusedError,
    TerritoiresError,
    UnknownActorError,
)
from territoires.domain.imports import (
    Changed,
    ImportCode,
    LineProblem,
    Plan,
    PlanMovedError,
    PlanRefusedError,
    Subject,
    Understood,
)
from territoires.domain.programme import Basis, Confidence, Counted, StageKind
from territoires.french import dates
from territoires.french.files import COLUMN_OF, DOCUMENT, HEADINGS
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted
from territoires.french.places import in_town, of_town, typeset
from territoires.french.problems import error_message, problem_message
from territoires.french.typography import typeset_spaces
from territoires.french.words import BASES, CONFIDENCES, COUNTED, PERMISSIONS, STAGES

Facts = Mapping[str, Any]


def _centres(facts: Facts) -> str:
    return ", ".join(quoted(typeset(name)) for name in facts["centres"].values())


def _already_open(_value: str, facts: Facts) -> str:
    since = dates.since(PartialDate.parse(facts["on"])) if facts["on"] else "à une date inconnue"
    return (
        f"ce centre est déjà ouvert {since}. Pour une date concurrente, mettez « non » dans la "
        "colonne retenue ; pour un second site, donnez son nom dans la colonne centre."
    )


# Where the words of a form would make no sense in front of a file.
_HERE: Final[dict[str, Callable[[str, Facts], str]]] = {
    Code.UNKNOWN_SOURCE: lambda value, _: (
        f"la source {quoted(value)} n’est pas reconnue. Attendu : l’adresse d’une page, par "
        "exemple www.cnam.fr/actualites, le titre d’une source déjà citée, « déclaration », ou un "
        f"document avec sa date, par exemple {DOCUMENT}."
    ),
    Code.UNDATED_SOURCE: lambda value, _: (
        f"le document {quoted(value)} n’a pas de date. Mettez-la entre parenthèses, à la fin : "
        f"{DOCUMENT}."
    ),
    Code.UNKNOWN_FIELD: lambda value, _: (
        f"la filière {quoted(value)} n’est pas au catalogue. Écrivez-la comme dans la page "
        "Formations, par exemple Numérique."
    ),
    Code.UNKNOWN_COURSE: lambda value, _: (
        f"la formation {quoted(value)} n’est pas au catalogue. Donnez sa clé, par exemple F001, ou "
        "importez d’abord la formation."
    ),
    Code.ALREADY_OPEN: _already_open,
    Code.DUPLICATE: lambda value, facts: (
        (
            f"cette étape est déjà enregistrée à la même date ({quoted(_day(value))}) et d’après "
            "la même source. Gardez une seule ligne."
        )
        if facts.get("on") is not None
        else f"{quoted(value)} existe déjà. Choisissez une autre valeur."
    ),
    Code.COMPETING: lambda value, facts: (
        f"la date {quoted(_day(value))} contredit celle qui est retenue pour la même étape "
        f"({_day(facts['on'])}). Mettez « non » dans la colonne retenue de l’une des deux."
    ),
    ImportCode.OUTSIDE_REGIONS: lambda value, facts: (
        f"{typeset(facts['town'])} ({value}) est dans la région {typeset(facts['region'])}, à "
        "laquelle votre compte n’est pas rattaché. Retirez la ligne, ou demandez à "
        "l’administration d’ajouter la région à votre compte."
    ),
    Code.UNKNOWN_TOWN: lambda value, facts: (
        f"{quoted(value)} n’est pas dans la liste des communes."
        + (
            f" Celui de la commune nommée est {' ou '.join(facts['codes'])}."
            if facts.get("codes")
            else " C’est peut-être un code postal : indiquez le code INSEE ou le nom de la commune."
            if value.endswith("0")
            else " Vérifiez-le, ou indiquez le nom de la commune."
        )
    ),
    ImportCode.NO_SUCH_NAME: lambda value, _: (
        f"aucune commune ne s’appelle {quoted(value)}. Indiquez son code INSEE, par exemple 52121."
    ),
    ImportCode.SEVERAL_TOWNS: lambda value, facts: (
        f"plusieurs communes s’appellent {quoted(typeset(value))} : {', '.join(facts['codes'])}. "
        "Laquelle ? Indiquez son code INSEE."
    ),
    ImportCode.NAME_FOR_CODE: lambda value, facts: (
        f"{quoted(typeset(value))} a été lu {typeset(facts['town'])} ({facts['code']}), seule "
        "commune de ce nom dans vos régions."
    ),
    ImportCode.OTHER_NAME: lambda value, facts: (
        f"le code {facts['code']} est celui {of_town(facts['town'])}, et la ligne dit "
        f"{quoted(typeset(value))}"
        + (f" (code {' ou '.join(facts['codes'])})" if facts["codes"] else "")
        + f". Est-ce bien {typeset(facts['town'])} ? Sinon, corrigez le code : ce n’est pas le "
        "code postal."
    ),
    ImportCode.POSTAL_CODE: lambda value, facts: (
        f"{value} est le code INSEE {of_town(facts['town'])}, mais ressemble à un code postal. "
        f"Est-ce bien {typeset(facts['town'])} ? Sinon, indiquez le code INSEE ou le nom."
    ),
    ImportCode.SAME_COUNT: lambda _value, facts: (
        f"la ligne {facts['twin']} donne déjà cet effectif {of_town(facts['town'])}. Gardez une "
        "seule des deux."
    ),
    ImportCode.CORRECTION_REASON: lambda _value, _facts: (
        "ce fichier corrige ce qui était connu : indiquez le motif."
    ),
    ImportCode.NO_CENTRE: lambda value, facts: (
        f"aucun centre n’est enregistré {in_town(facts['town'])} ({value}). Enregistrez d’abord "
        "son ouverture, ou vérifiez le code."
    ),
    ImportCode.SEVERAL_CENTRES: lambda value, facts: (
        f"plusieurs centres existent {in_town(facts['town'])} ({_centres(facts)}). "
        + (
            "Donnez le nom du centre dans la colonne centre, sur chaque ligne de cette ville."
            if value == facts["town"]
            else "Un fichier ne dit pas lequel : saisissez ces effectifs par le formulaire."
        )
    ),
    ImportCode.SAME_FACT: lambda value, facts: (
        f"la ligne {facts['twin']} donne déjà la date retenue de la même étape "
        f"({STAGES[StageKind(value)]}, {typeset(facts['town'])}). Gardez une seule des deux, ou "
        "mettez « non » dans la colonne retenue de l’autre."
    ),
    ImportCode.SAME_STATEMENT: lambda _value, facts: (
        f"la ligne {facts['twin']} dit déjà cela d’après la même source. Gardez une seule des deux."
    ),
    ImportCode.SEVERAL_RETAINED: lambda _value, facts: (
        "plusieurs dates sont déjà retenues pour cette étape "
        f"({', '.join(map(_day, facts['dates']))}) : un fichier ne dit pas laquelle corriger. "
        "Corrigez-la par le formulaire."
    ),
}  # fmt: skip


def _day(iso: Any) -> str:
    return dates.partial(PartialDate.parse(str(iso or "")))


def column_of(problem: Problem) -> str | None:
    """Name the column of a file that a problem is about; None for a whole line."""
    return COLUMN_OF.get(problem.field)


def problem_line(found: LineProblem, *, value: str, column: str | None = None) -> str:
    """Say what is wrong, where: `Ligne 14, colonne date : la date …`; `value` is the cell.

    `column` is what the file calls it, where that is known.
    """
    problem = found.problem
    column = column or column_of(problem)
    where = f"Ligne {found.line}" + (f", colonne {column}" if column else "")
    return f"{where}{NBSP}: {_what(problem, value)}"


_COMMON_FIRST = re.compile(
    r"(L[ea]s?|Une?|Ce|Cet|Cette|Vous|Votre|Plusieurs|Aucune?|Trop|Si|Zéro)\b|(L|Quelqu)’"
)


def _what(problem: Problem, value: str) -> str:
    say = _HERE.get(problem.code)
    if say is not None:
        return typeset_spaces(say(problem.value, problem.facts))
    said = _quoting(problem_message(problem), problem.value, value)
    # In the middle of a sentence, its first word is no longer one, unless it is a name.
    return said[0].lower() + said[1:] if _COMMON_FIRST.match(said) else said


def _quoting(said: str, read: str, typed: str) -> str:
    """Make a message quote the cell as it was typed, where it quotes it as it was read."""
    if not typed or typed in said:
        return said
    for shown in filter(None, (_as_day(read), _as_number(read), read)):
        if shown in said:
            return said.replace(shown, typed, 1)
    return f"{quoted(typed)}{NBSP}: {said}"


def _as_day(read: str) -> str:
    try:
        return _day(read)
    except PartialDateError:
        return ""


def _as_number(read: str) -> str:
    return number(int(read)) if read.isdecimal() else ""


def lacks(*, confirmation: bool, reason: bool, corrections: int) -> list[str]:
    """Say what the command line is to be given once more, when the file is right."""
    said = []
    if confirmation:
        said.append("Si tout a été lu comme il faut, relancez avec --confirm.")
    if reason and corrections:
        said.append(
            f"Ce fichier corrige {counted(corrections, 'fait déjà connu', 'faits déjà connus')} : "
            "relancez avec --reason « motif »."
        )
    elif reason:
        said.append("Si ces valeurs sont exactes, relancez avec --reason « motif ».")
    if said:
        said.append("Sinon, corrigez le fichier.")
    return list(map(typeset_spaces, said))


def lacks_on_page(*, confirmation: bool, reason: bool) -> list[str]:
    """Say what the page is to be given before it saves."""
    said = []
    if confirmation:
        said.append("Cochez la case : des points sont à confirmer.")
    if reason:
        said.append("Le motif est obligatoire : une phrase suffit.")
    return [typeset_spaces(each) for each in said]


TO_BE_VALIDATED: Final = typeset_spaces(
    "La validation est active : le fichier sera une seule proposition, que quelqu’un d’autre "
    "validera ou refusera en entier."
)
PROPOSED: Final = typeset_spaces(
    "Proposé : le fichier attend qu’une seconde personne le valide en entier ; rien n’est publié "
    "d’ici là."
)
NOTHING_WRITTEN: Final = "Rien n’a été enregistré."
MOVED: Final = typeset_spaces(
    "Quelqu’un a modifié les données depuis que le fichier a été comparé : rien n’a été "
    "enregistré. Voyez ce qui changerait maintenant, puis enregistrez de nouveau."
)


def refusal(error: TerritoiresError, *, email: str = "") -> str:
    """Say why somebody may not import, or why the import was not done."""
    match error:
        case PlanMovedError():
            return MOVED
        case PlanRefusedError():
            said = [problem_line(each, value=each.problem.value) for each in error.stops[:_TOLD]]
            more = len(error.stops) - _TOLD
            others = counted(more, "autre problème", "autres problèmes")
            return " ".join([*said, *([f"… et {others}."] if more > 0 else [])])
        case RefusedError(region=None):
            act = quoted(PERMISSIONS[error.permission])
            return f"Le rôle de ce compte ne permet pas cet import (acte requis{NBSP}: {act})."
        case UnknownActorError() if email:
            return (
                f"Aucun compte actif ne porte l’adresse {quoted(email)}. Vérifiez-la, ou demandez "
                "un compte à l’administration."
            )
        case _:
            return error_message(error)


def lines(count: int) -> str:
    """Write a number of lines."""
    return counted(count, "ligne")


def summary(plan: Plan, *, rows: int, refused: int, written: bool) -> str:
    """Say in one sentence what a file changes, or changed."""
    parts = [
        counted(plan.new, "nouveau fait", "nouveaux faits"),
        counted(plan.changed, "correction"),
        f"{number(plan.unchanged)}{NBSP}sans changement",
    ]
    if refused:
        parts.append(f"{number(refused)}{NBSP}{plural(refused, 'refusée')}")
    done = "" if written else f" {NOTHING_WRITTEN}"
    return f"{lines(rows)}{NBSP}: {', '.join(parts)}.{done}"


_MOST_LISTED: Final = 20


def correction_lines(plan: Plan) -> Iterator[str]:
    """Say what is corrected, the first ones one by one."""
    for found in plan.corrections[:_MOST_LISTED]:
        changes = f"{NNBSP}; ".join(
            f"{column} {before} → {after}" for column, before, after in correction_cells(found)
        )
        yield f"Ligne {found.line}, correction{NBSP}: {subject(found.subject)}{NBSP}: {changes}"
    more = len(plan.corrections) - _MOST_LISTED
    if more > 0:
        yield f"… et {counted(more, 'autre correction', 'autres corrections')}."


def centre_made(town: str, name: str) -> str:
    """Say that the file makes a centre."""
    return f"Nouveau centre{NBSP}: {new_centre(town, name)}"


def to_correct(refused: int, rows: int) -> str:
    """Say how many lines are to be corrected before anything is written."""
    verb = plural(refused, "est", "sont")
    if not rows:
        return f"Le fichier est à corriger{NNBSP}; **rien n’a été enregistré**."
    return (
        f"{counted(refused, 'ligne')} sur{NBSP}{number(rows)} {verb} à corriger{NNBSP}; "
        "**rien n’a été enregistré**."
    )


def new_centre(town: str, name: str) -> str:
    """Name a centre that the file makes."""
    return f"{typeset(name)} ({town})"


# Corrections, before and after.


def subject(said: Subject) -> str:
    """Say what a line is about."""
    if "academic_year" in said:
        year = said["academic_year"]
        course = said["course_key"] or "ensemble du centre"
        unit = COUNTED[Counted(said["counted"])]
        on = dates.counted_on(date.fromisoformat(said["counted_on"]))
        return f"{typeset(said['town'])}, {name_of(year)}, {unit}, {course}, {on}"
    if "kind" in said:
        centre = said["centre"] or said["town"]
        return f"{typeset(centre)}, {STAGES[StageKind(said['kind'])]}"
    return ", ".join(filter(None, (_said(name, value) for name, value in said.items())))


def correction_cells(found: Changed) -> list[tuple[str, str, str]]:
    """List what a correction changes: column, before, after."""
    return [
        (COLUMN_OF[name], cell(name, found.before[name]), cell(name, after))
        for name, after in found.after.items()
    ]


UNDERSTOOD: Final = "Ce qui a été compris, ligne par ligne"


def effect(found: Understood) -> str:
    """Say what a line does: new, known already, or what it changes beside what stood."""
    if found.changes:
        return f"{NNBSP}; ".join(
            f"{column}{NBSP}: {before} → {after}"
            for each in found.changes
            for column, before, after in correction_cells(each)
        )
    return "nouveau" if found.is_new else "déjà connu"


def understood_cells(found: Understood) -> dict[str, str]:
    """Write what a line was understood to say, by column; what it leaves out is left out."""
    return {
        HEADINGS[name]: _said(name, value) for name, value in found.said.items() if HEADINGS[name]
    }


def _said(name: str, value: Any) -> str:
    if name in _DATES:
        return _day(value)
    if value is None or value == "":
        return "ensemble du centre" if name == "course_key" else ""
    return _SAYINGS[name](value) if name in _SAYINGS else cell(name, value)


_DATES: Final = {"happened_on", "not_before"}
_SAYINGS: Final[dict[str, Callable[[Any], str]]] = {
    "kind": lambda value: STAGES[StageKind(value)],
    "counted": lambda value: COUNTED[Counted(value)],
    "academic_year": name_of,
    "counted_on": lambda value: dates.day(date.fromisoformat(value)),
    "town": typeset,
    "centre": typeset,
}


def understood_lines(plan: Plan) -> Iterator[str]:
    """Say what each line was understood to say, the first ones."""
    for found in plan.understood[:_MOST_UNDERSTOOD]:
        cells = understood_cells(found)
        if cells.get("Centre") and cells["Ville"].startswith(cells["Centre"]):
            del cells["Centre"]
        if cells.get("Retenue") == "oui":
            del cells["Retenue"]
        elif "Retenue" in cells:
            cells["Retenue"] = "non retenue"
        if "Effectif" in cells:
            cells["Arrêté au"] = dates.counted_on(date.fromisoformat(found.said["counted_on"]))
        said = ", ".join(filter(None, cells.values()))
        yield f"Ligne {found.line}, compris{NBSP}: {said} ({effect(found)})."
    more = len(plan.understood) - _MOST_UNDERSTOOD
    if more > 0:
        others = counted(more, "autre ligne", "autres lignes")
        yield f"… et {others}{NNBSP}; --json les donne toutes."


_MOST_UNDERSTOOD: Final = 200
_TOLD: Final = 5


def cell(name: str, value: Any) -> str:
    """Write a value of a file as people read it."""
    if name == "source":
        return str(value) if value else "déclaration"
    if name in _DATES:
        return _day(value)
    if value is None or value == "":
        return "non renseigné"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if name in _COLUMN_WORDS:
        return _COLUMN_WORDS[name](value)
    return number(value) if isinstance(value, int) else str(value)


_COLUMN_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "basis": lambda value: BASES[Basis(value)],
    "confidence": lambda value: CONFIDENCES[Confidence(value)],
}


# The command line.


def unreadable_file(path: str) -> str:
    """Quote a file that cannot be opened."""
    return f"Le fichier {quoted(path)} n’existe pas ou ne peut pas être lu."


def existing_output(path: str) -> str:
    """Quote a file that cannot be written."""
    return f"Le fichier {quoted(path)} ne peut pas être écrit."


NOT_ON_SCREEN: Final = typeset_spaces(
    "Un classeur ne s’affiche pas à l’écran : donnez --output FICHIER, ou redirigez la sortie."
)


def progress(share: float) -> str:
    """Say how far a long import is."""
    return f"\rImport{NBSP}: {number(100 * share)}{NNBSP}%"
