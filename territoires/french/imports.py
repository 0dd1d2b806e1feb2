"""What an import says: its problems by line and column, what it would change, what it did."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from territoires.domain.dates import PartialDate
from territoires.domain.errors import (
    PartialDateError,
    Problem,
    RefusedError,
    TerritoiresError,
    UnknownActorError,
)
from territoires.domain.imports import (
    Changed,
    LineProblem,
    Plan,
    PlanMovedError,
    PlanRefusedError,
    Subject,
    Understood,
)
from territoires.domain.text import whole
from territoires.french import dates
from territoires.french.files import COLUMN_OF, Column
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted
from territoires.french.places import typeset
from territoires.french.problems import (
    error_message,
    is_said_of_files,
    problem_message,
)
from territoires.french.typography import lowered, typeset_spaces
from territoires.french.words import PERMISSIONS


def column_of(problem: Problem) -> str | None:
    """Name the column of a file that a problem is about; None for a whole line."""
    column = COLUMN_OF.get(problem.field)
    return column.name if column else None


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
    if is_said_of_files(problem):
        return problem_message(problem, in_file=True)
    said = _quoting(problem_message(problem), problem.value, value)
    # In the middle of a sentence, its first word is no longer one, unless it is a name.
    return lowered(said) if _COMMON_FIRST.match(said) else said


def _quoting(said: str, read: str, typed: str) -> str:
    """Make a message quote the cell as it was typed, where it quotes it as it was read."""
    if not typed or typed in said:
        return said
    figures = whole(read)
    count = "" if figures is None else number(figures)
    for shown in filter(None, (_as_day(read), count, read)):
        if shown in said:
            return said.replace(shown, typed, 1)
    return f"{quoted(typed)}{NBSP}: {said}"


def _as_day(read: str) -> str:
    try:
        return dates.partial(PartialDate.parse(read))
    except PartialDateError:
        return ""


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
            others = counted(more, "autre problème")
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
    return f"{counted(rows, 'ligne')}{NBSP}: {', '.join(parts)}.{done}"


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
        yield f"… et {counted(more, 'autre correction')}."


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
    told = {name: _said(COLUMN_OF[name], value) for name, value in said.items()}
    if "academic_year" in said:
        on = dates.counted_on(date.fromisoformat(said["counted_on"]))
        names = ("town", "academic_year", "counted", "course_key")
        return ", ".join([*(told[name] for name in names), on])
    if "kind" in said:
        return f"{told['centre'] or told['town']}, {told['kind']}"
    return ", ".join(filter(None, told.values()))


def correction_cells(found: Changed) -> list[tuple[str, str, str]]:
    """List what a correction changes: column, before, after."""
    return [
        (
            COLUMN_OF[name].name,
            _said(COLUMN_OF[name], found.before[name], "non renseigné"),
            _said(COLUMN_OF[name], after, "non renseigné"),
        )
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
    said = ((COLUMN_OF[name], value) for name, value in found.said.items())
    return {column.heading: _said(column, value) for column, value in said if column.heading}


def _said(column: Column, value: Any, blank: str = "") -> str:
    """Write a value as people read it; a date that is not known is said."""
    if not column.is_date and (value is None or value == ""):
        return column.blank or blank
    return column.say(value)


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
        others = counted(more, "autre ligne")
        yield f"… et {others}{NNBSP}; --json les donne toutes."


_MOST_UNDERSTOOD: Final = 200
_TOLD: Final = 5


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
