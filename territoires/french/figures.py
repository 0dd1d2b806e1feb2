"""What is said of a figure that somebody has in hand: which of our readings give it."""

from collections.abc import Mapping, Sequence
from typing import Final

from territoires.domain.dates import PartialDate
from territoires.domain.figures import Kind, Told
from territoires.domain.readings import CellError
from territoires.domain.scope import FRANCE, Place, Scope
from territoires.french import dates
from territoires.french.headline import announced_by
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted, shortened
from territoires.french.places import including, scoped, situated
from territoires.french.reconciliation import total

MOST: Final = 9_999_999
EVERYWHERE: Final = "en France entière"
_OPEN: Final = "centre ouvert"
_BELIEVING: Final = ", en croyant les totaux publiés"
# The noun, then what is said before the place and after it.
_NOUNS: Final[Mapping[Kind, tuple[str, str, str]]] = {
    Kind.CERTAIN: (_OPEN, " avec certitude", ""),
    Kind.AT_MOST: (_OPEN, " au plus", ", chaque peut-être compté"),
    Kind.UNDATED: (_OPEN, "", ", dates inconnues comprises"),
    Kind.SELECTED: ("ville labellisée", "", ""),
    Kind.WAITING: ("ville labellisée", " sans ouverture connue", ""),
    Kind.TARGET: ("centre prévu", " par l’objectif", ""),
    Kind.BELIEVED_LEAST: (_OPEN, " au moins", _BELIEVING),
    Kind.BELIEVED_MOST: (_OPEN, " au plus", _BELIEVING),
}


def reading(told: Told, place: Place) -> str:
    """Say what a figure counts, where and when: `15 centres ouverts avec certitude, au …`."""
    if told.kind is Kind.PUBLISHED:
        row = {**told.row, "qualifier": told.row["qualifier"] or None}
        return f"{number(told.value)}{NBSP}: total publié, {quoted(total(row))}"
    if told.kind is Kind.LABELLED:
        labelled = counted(told.value, "ville labellisée")
        on = dates.on(PartialDate.parse(told.row["published_on"]))
        return f"{labelled}, total publié {on} ({announced_by(told.row['source'])})"
    noun, before, after = _NOUNS[told.kind]
    where = situated(told.scope, place)
    if told.scope.territory != place.territory:
        where = f" {EVERYWHERE}{situated(told.scope, Place(FRANCE, ''))}"
    return (
        f"{counted(told.value, noun)}{before}{where}{after}{including(told.scope)}, {_when(told)}"
    )


def _when(told: Told) -> str:
    if told.until is None:
        return f"au {dates.day(told.scope.as_of)}"
    return f"du {dates.day(told.scope.as_of)} au {dates.day(told.until)}"


def found(figure: int, exact: Sequence[Told]) -> str:
    """Say whether the figure is one of ours."""
    if exact:
        return (
            f"{number(figure)}{NBSP}: {plural(len(exact), 'cette lecture', 'ces lectures')} "
            f"{plural(len(exact), 'donne', 'donnent')} ce chiffre."
        )
    return f"Aucune de nos lectures ne donne {number(figure)}. Au plus près{NBSP}:"


def unread(text: str, error: CellError | None) -> str:
    """Say why what was typed is no figure of ours."""
    why = {
        "two_readings": "peut se lire de deux façons",
        "not_whole": "n’est pas un nombre entier",
        "negative": "est négatif",
    }.get(error.code if error else "", "n’est pas un nombre de centres")
    return (
        f"{quoted(shortened(text))} {why}. Tapez un nombre entier, par exemple 57 ou 1{NNBSP}250."
    )


# The page

TITLE: Final = "Votre chiffre n’est pas le nôtre\u202f?"
LEAD: Final = (
    "Un même programme se compte de plusieurs façons. Tapez le nombre que vous avez\u00a0: cette "
    "page dit lesquelles de nos lectures le donnent, et mène à chacune. Ou donnez votre liste de "
    "villes\u00a0: elle la compare à la nôtre, ligne à ligne. Rien n’en est gardé."
)
FIGURE: Final = "Un chiffre"
FIGURE_LABEL: Final = "Nombre de centres ou de villes que vous avez"
FIND: Final = "Chercher ce chiffre"


def looked_at(scope: Scope, place: Place) -> str:
    """Say what the comparison is about: the territory, the perimeter and the day."""
    here = scoped(scope, place).strip(" ,") or EVERYWHERE
    return f"Comparaison faite {here}, au {dates.day(scope.as_of)}."
