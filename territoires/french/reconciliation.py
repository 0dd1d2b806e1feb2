"""What the reconciliation of totals says: its sentence, its totals, what contradicts what."""

from collections.abc import Mapping, Sequence
from math import isinf
from typing import Any, Final

import pandas as pd

from territoires.domain.programme import NEVER_LATEST
from territoires.domain.reconciliation import Band, Contradiction
from territoires.domain.scope import Place, Scope
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted
from territoires.french.places import including, scoped, typeset
from territoires.french.words import qualified, reserve

Row = Mapping[str, Any]

LEAD: Final = (
    "Les sources prouvent moins de centres que le Cnam n’en annonce. Chaque total publié, si on le "
    f"croit, borne le nombre de centres vraiment ouverts{NBSP}: ce que disent ensemble les lignes "
    "de cette base et les totaux crus, jour par jour."
)
NO_TOTAL: Final = (
    "Aucun total n’a été publié pour ce territoire et ce périmètre exactement. Ne se recoupent "
    "que des totaux de la France entière, toutes villes."
)
BELIEVE: Final = "Quels totaux croire\u202f?"
RULES: Final = (
    f"{quoted('Environ')}{NBSP}: à un dixième près, arrondi vers l’extérieur, et au moins à un "
    "près. Une part d’un nombre connu vaut les nombres entiers qui la vérifient. Un total d’une "
    "partie du programme ne borne que par le bas. Le nombre de centres ne baisse que des "
    "fermetures documentées. Les totaux de villes labellisées sont pris tels quels."
)


def proven(scope: Scope, place: Place) -> str:
    """Say what is counted, and where: what is taken in unproven is not called proven."""
    return ("Documenté" if including(scope) else "Prouvé") + scoped(scope, place)


def sentence(
    what: str, certain: int, found: Band, publishers: Sequence[str], *, at_most: int
) -> str:
    """Say the band of a day: `Prouvé : 15. En croyant le Cnam : de 57 à 75.`

    `what` is counted as `proven` says it.
    """
    said = f"**{what}{NBSP}: {number(certain)}.**"
    if not found.holds:
        return (
            f"{said} Les totaux crus ne peuvent être vrais ensemble ce jour-là{NBSP}: aucun "
            "nombre ne convient."
        )
    whom = "le Cnam" if set(publishers) == {"Cnam"} else "les totaux publiés"
    believing = f"En croyant {whom}" if publishers else "Sans croire aucun total"
    return f"{said} **{believing}{NBSP}: {_range(found, at_most)}.**"


def _range(found: Band, at_most: int) -> str:
    if isinf(found.most):
        return (
            f"au moins {number(found.least)} ({number(at_most)} au plus parmi les centres connus)"
        )
    if found.least == found.most:
        return f"{number(found.least)} exactement"
    return f"de {number(found.least)} à {number(found.most)}"


def finding(*, is_cut: bool) -> str:
    """Introduce the picture of the bands; `is_cut`: on some days no number fits."""
    none = " Pas de bande les jours où les totaux crus se contredisent." if is_cut else ""
    return (
        "**Entre ce que les lignes et les totaux crus permettent**, jour par jour, et les centres "
        f"ouverts avec certitude.{none}"
    )


def total(row: Row) -> str:
    """Name a total: `Cnam, au 4 mai 2021 : environ 20 centres ouverts`."""
    noun = "% des labellisés ouverts" if _is_share(row) else plural(row["value"], "centre ouvert")
    doubt = f", {reserve(row['qualifier'])}" if row["qualifier"] in NEVER_LATEST else ""
    part = f", {row['part']}" if row["part"] else ""
    return (
        f"{typeset(row['source'])}, au {dates.day(row['day'])}{NBSP}: {_quantity(row)}{NBSP}"
        f"{noun}{part}{doubt}"
    )


def _quantity(row: Row) -> str:
    is_doubted = row["qualifier"] in NEVER_LATEST
    return qualified("" if is_doubted else row["qualifier"], number(row["value"]))


def _is_share(row: Row) -> bool:
    return bool(row["indicator"] != "open_centres")


def step(row: Row) -> str:
    """Say how many are open with certainty from a day on."""
    opened = counted(int(row["open"]), "centre ouvert")
    return f"{dates.day(row['day'].date())}<br>{opened} avec certitude"


def meaning(row: Row) -> str:
    """Say what a total means for the number open: `de 18 à 22`, `au moins 7`."""
    least, most = row["least"], row["most"]
    if pd.isna(most) or isinf(most):
        return f"au moins{NBSP}{number(least)}"
    return number(least) if least == most else f"de {number(least)} à {number(most)}"


def total_meaning(row: Row) -> str:
    """Name a total, with what it means where it does not say so itself: `…, soit de 18 à 22`."""
    meant = meaning(row)
    says_so = meant == _quantity(row) and not _is_share(row)
    return total(row) if says_so else f"{total(row)}, soit {meant}"


def contradiction(rows: Sequence[Row], found: Contradiction) -> str:
    """Say what cannot be true together: two totals, or one and the rows of this database."""
    one, *others = rows
    if others:
        return (
            f"{quoted(total(one))} et {quoted(total(others[0]))} ne peuvent être vrais ensemble"
            f"{NBSP}: entre les deux, aucune fermeture documentée n’explique l’écart."
        )
    rows_say = (
        f"{counted(found.floor, 'centre est ouvert', 'centres sont ouverts')} avec certitude ce "
        "jour-là"
        if found.floor > one["most"]
        else f"il ne peut y en avoir plus de {number(found.room)} ce jour-là"
    )
    return f"{quoted(total(one))} contredit les lignes de cette base{NBSP}: {rows_say}."


BANDS: Final = ("possibles, si l’on croit les totaux cochés", "si l’on croit les totaux")
CERTAIN: Final = "ouverts avec certitude"
LEFT_OUT: Final = "écarté"
KEY: Final = (
    f"Losange{NBSP}: total publié, de son moins à son plus{NNBSP}; creux, il n’est pas cru."
)


def promises(rows: Any, average: float | None) -> str:
    """Introduce the openings announced: how many, and how late on average where that is known."""
    if not len(rows):
        return "Aucune ouverture annoncée n’est enregistrée ici."
    known = int(rows["late_at_least"].notna().sum())
    mean = (
        f" En moyenne, {number(average, 1)}{NBSP}mois de retard."
        if average is not None
        else f" Trop peu de dates sont connues au mois pour une moyenne{NBSP}: il en faut dix."
    )
    return (
        f"**{counted(len(rows), 'ouverture annoncée')}**, dont "
        f"{number(known)} dans une ville dont l’ouverture est documentée. Le retard est d’au moins "
        "ce qui sépare le dernier jour annoncé du premier jour possible, d’au plus l’inverse"
        f"{NBSP}; négatif, c’est une avance.{mean}"
    )


def late(row: Row) -> str:
    """Say how late an opening was: `60 à 303 jours`, negative where early; nothing of none."""
    if pd.isna(row["late_at_least"]):
        return ""
    least, most = row["late_at_least"], row["late_at_most"]
    days = plural(max(abs(least), abs(most)), "jour")
    return f"{number(least)} à {number(most)}{NBSP}{days}"


NO_CONTRADICTION: Final = "Aucun total ne contredit ni les lignes, ni un autre total."
