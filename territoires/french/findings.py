"""The sentence above each figure: what it shows, before one looks."""

from typing import Any

from territoires.domain.rollout import Progress, Situation, Status
from territoires.french import headline
from territoires.french.numbers import NBSP, counted, percent, plural
from territoires.french.typography import lowered

TWO_SERIES = (
    "Les ouvertures documentées sont les lignes de cette base, chacune avec sa source\u202f; les "
    "totaux publiés sont ceux que le Cnam ou la presse ont annoncés. Beaucoup de dates d’ouverture "
    "n’ayant pas été retrouvées, la courbe est un minimum de ce qui a été ouvert."
)

NO_OPENING = "Aucune ouverture documentée à cette date."
_MONTHS_PER_QUARTER = 3


def against_required(progress: Progress) -> str | None:
    """Say the pace against the one required, None while it is too early to conclude from it."""
    if progress.ratio is None or progress.status is Status.TOO_EARLY:
        return None
    return f"rythme{NBSP}: {percent(progress.ratio)} du nécessaire"


def pace(found: Situation) -> str:
    """Say at what pace the centres open, and what that makes of the target."""
    status, ratio = headline.status(found), against_required(found.progress)
    computed = (
        f"Statut calculé{NBSP}: {lowered(status)}{f' ({ratio})' if ratio else ''}."
        if status
        else ""
    )
    return " ".join(filter(None, (headline.pace(found), computed)))


def quarters(data: Any) -> str:
    """Say how many openings belong to a quarter, and how many to none."""
    known = int(data.loc[data["known"], "openings"].sum())
    unknown = int(data.loc[~data["known"], "openings"].sum())
    if not known + unknown:
        return "**Ouvertures par trimestre**\u00a0: aucune à cette date."
    apart = (
        f"{NBSP}; {counted(unknown, 'ouverture')} de trimestre inconnu "
        f"{plural(unknown, 'est hachurée', 'sont hachurées')} sur la période possible"
        if unknown
        else ""
    ).replace(f"{NBSP};", "\u202f;")
    dated = f"{counted(known, 'ouverture')} {plural(known, 'datée')}"
    return f"**{dated} à un trimestre**{apart}."


def per_quarter(found: Situation) -> float | None:
    """Give the pace required per quarter, None once the deadline is past or without a target."""
    required = found.progress.pace_required
    return None if required is None else required * _MONTHS_PER_QUARTER
