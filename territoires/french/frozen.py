"""What is said of frozen views: to freeze one, what became of its figures, how it is withdrawn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from territoires.domain.frozen import Difference, Frozen, Since
from territoires.domain.scope import FRANCE, Perimeter, Scope
from territoires.french import dates
from territoires.french.dictionary import ENTITIES
from territoires.french.exports import TITLES
from territoires.french.numbers import NBSP, counted, number, plural, quoted, shortened
from territoires.french.places import including, typeset
from territoires.french.search import FRANCE as EVERYWHERE
from territoires.french.town import SOMEBODY
from territoires.french.typography import capital
from territoires.french.words import PERIMETERS, ROLES

FREEZE: Final = "Figer cette vue"
LEAD: Final = (
    "Une adresse courte et permanente garde les lignes de cette vue. Qui l’ouvre voit si les "
    "chiffres, recalculés aux mêmes dates, sont restés les mêmes, et télécharge les lignes figées. "
    "Le titre et le motif y sont lus de tous."
)
LABEL: Final = "Titre (facultatif)"
LABEL_HELP: Final = f"Par exemple{NBSP}: Réponse à la question écrite n°{NBSP}1234."
REASON: Final = "Motif"
REASON_HELP: Final = f"Par exemple{NBSP}: chiffres cités dans le rapport annuel."
NOTHING: Final = (
    "Cette adresse ne dit pas quelle vue figer. Ouvrez une page de consultation, puis "
    f"{quoted('Exporter')} et {quoted(FREEZE)}."
)
TITLE: Final = "Vue figée"
NO_VIEW_TITLE: Final = "Aucune vue à cette adresse"
NO_VIEW: Final = (
    "Aucune vue n’a été figée sous cette adresse. Vérifiez-la, signe par signe, auprès de qui vous "
    "l’a donnée."
)
WITHDRAWN: Final = "Vue retirée"
SAME: Final = "Les chiffres sont restés les mêmes"
SAME_WHY: Final = (
    "Recalculées à l’instant, aux mêmes dates, toutes les lignes sont celles qui ont été figées."
)
OTHER: Final = "Des chiffres ont changé"
OTHER_WHY: Final = "Recalculées à l’instant, aux mêmes dates, des lignes ne sont plus les mêmes."
GONE: Final = "Des lignes ne se recalculent plus"
GONE_WHY: Final = (
    "Rien ne dit qu’elles aient changé, et toutes les autres sont celles qui ont été figées."
)
DETAIL_HAS_GONE: Final = (
    "elles reposent sur le détail par formation, qui n’est public que dans son dernier état connu"
)
ALTERED: Final = (
    "Les lignes gardées ici ont été modifiées hors de l’application\u00a0: leur empreinte n’est "
    "plus celle que le journal a notée. Ne vous y fiez pas, et prévenez l’administration."
)
BEHIND: Final = (
    "Ni le programme ni les listes de référence n’ont changé\u00a0: la base a été modifiée hors de "
    "l’application."
)
TOO_MANY: Final = (
    "Plusieurs vues figées se recalculent en ce moment\u00a0: rechargez cette page dans quelques "
    "secondes."
)
LIVE: Final = "Ouvrir la page d’aujourd’hui, à ces dates"
DOWNLOAD: Final = "Télécharger les lignes figées (CSV)"
DOWNLOAD_NOW: Final = "les lignes recalculées (CSV)"
NONE: Final = "Aucune vue n’a encore été figée."
OPEN: Final = "Ouvrir la vue figée"
CHANGE: Final = "Changer le titre, ou retirer"
RELABEL, RELABELLED = "Changer le titre", "Titre changé."
WITHDRAW, WITHDRAWN_NOW = "Retirer", "Vue retirée\u00a0: son adresse le dit."
WHY_NOT: Final = "Motif (obligatoire pour retirer)"


def frozen_on(at: datetime) -> str:
    """Say when a view was frozen."""
    return f"Vue figée le {dates.instant(at)}"


def about(page: str, scope: Scope, place: str, known_at: datetime) -> str:
    """Say what a view shows: its page, where, both clocks, what is counted beside."""
    where = typeset(place) if scope.territory != FRANCE else EVERYWHERE
    among = f", {PERIMETERS[scope.perimeter]}" if scope.perimeter is not Perimeter.ALL else ""
    counted_too = including(scope)
    return f"{page}, {where}{among}{counted_too}. {dates.situation(scope.as_of, known_at)}"


def filtered(own: Mapping[str, str]) -> str:
    """Say the filters of the page, as its address does."""
    return f"Filtres{NBSP}: {', '.join(f'{name}={text}' for name, text in own.items())}."


def facts(view: Frozen) -> list[str]:
    """Say who froze a view, never by name, why, and what its rows are known by."""
    who = f"{SOMEBODY} ({ROLES[view.role].lower()})" if view.role else SOMEBODY
    act = f"acte n°{NBSP}{number(view.edition)} du journal"
    return [
        f"Figée par{NBSP}: {who}.",
        f"Motif{NBSP}: {view.reason}",
        f"Édition{NBSP}: {act}. Programme{NBSP}: {view.program}.",
        f"Empreinte SHA-256 des lignes{NBSP}: {view.digest}",
    ]


def ended(at: datetime, why: str) -> str:
    """Say since when and why a view is shown no more."""
    return f"Retirée le {dates.instant(at)}. Motif{NBSP}: {quoted(why)}."


def line(frozen_at: datetime, who: str, why: str) -> str:
    """Say when a view was frozen, by whom and why, to those who may withdraw it."""
    return f"{frozen_on(frozen_at)} par {who}. Motif{NBSP}: {quoted(why)}."


def causes(view: Frozen, after: Since, program: str) -> list[str]:
    """Say what may have changed the figures of a view: the program, a list, the base."""
    said = []
    if program != view.program:
        versions = f"version {view.program} alors, {program} à présent"
        said.append(f"Le programme a changé{NBSP}: {versions}.")
    if after.lists:
        listed = (f"{_LISTS[name]} (le {dates.instant(at)})" for name, at in after.lists.items())
        changed = "Des listes de référence, qui n’ont pas de date, ont changé"
        said.append(f"{changed}{NBSP}: {', '.join(listed)}.")
    if after.has_lost_act:
        lost = f"L’acte n°{NBSP}{number(view.edition)}, le dernier d’alors, n’est plus dans"
        said.append(f"{lost} le journal{NBSP}: la base a été restaurée ou modifiée.")
    return said or [BEHIND]


_LISTS: Final = {
    **{name: ENTITIES[name] for name in ("department", "field", "former_town")},
    **{name: ENTITIES[name] for name in ("guidance_service", "region", "town")},
    "course": "catalogue des formations",
    "source": "sources",
}


def says(answer: str) -> str:
    """Quote what the page of a view says now, at the same dates."""
    return f"Ce que la page en dit à présent{NBSP}: {quoted(answer)}"


def file(name: str, rows: int, *, is_same: bool | None) -> str:
    """Name a file of a view, and say whether it is the same computed again; None: who knows."""
    states = {
        True: plural(rows, "inchangée"),
        False: "ce qui a changé",
        None: plural(rows, "figée"),
    }
    return f"{TITLES.get(name, name)}{NBSP}: {counted(rows, 'ligne')}, {states[is_same]}"


def gone(why: str) -> str:
    """Say that a file can be computed no more, and why."""
    return capital(f"ces lignes ne peuvent plus être recalculées{NBSP}: {why}")


def differences(found: Difference) -> Iterator[str]:
    """Say line by line how a file differs: what it had, what it has."""
    for names, one, several in (
        (found.columns_gone, "Colonne disparue", "Colonnes disparues"),
        (found.columns_come, "Colonne nouvelle", "Colonnes nouvelles"),
    ):
        if names:
            yield f"{plural(len(names), one, several)}{NBSP}: {', '.join(names)}"
    if found == Difference():
        yield "Les mêmes lignes, dans un autre ordre ou écrites autrement"
    for cell in found.changed:
        yield (
            f"{_row((cell.row, cell.named), ' ')}, {cell.column}{NBSP}: {_held(cell.before)} "
            f"alors, {_held(cell.after)} à présent"
        )
    yield from (f"Ligne disparue{NBSP}: {_row(row)}" for row in found.gone)
    yield from (f"Ligne nouvelle{NBSP}: {_row(row)}" for row in found.come)


def more(left: int) -> str:
    """Say how many differences are not shown."""
    return f"… et {counted(left, 'autre différence')}"


def _held(text: str) -> str:
    return quoted(shortened(text)) if text else "rien"


def _row(cells: Sequence[str], between: str = " ; ") -> str:
    return shortened(between.join(filter(None, cells)), _LONGEST)


_LONGEST: Final = 200
