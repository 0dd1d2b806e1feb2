"""The sentence above each figure: what it shows, before one looks."""

from typing import Any

from territoires.domain.rollout import Progress, Situation, Status
from territoires.french import dates
from territoires.french.numbers import NBSP, counted, number, percent, plural

TWO_SERIES = (
    "Les ouvertures documentées sont les lignes de cette base, chacune avec sa source\u202f; les "
    "totaux publiés sont ceux que le Cnam ou la presse ont annoncés. Beaucoup de dates d’ouverture "
    "n’ayant pas été retrouvées, la courbe est un minimum de ce qui a été ouvert."
)
NO_OPENING = "Aucune ouverture documentée à cette date."

_MONTHS_PER_QUARTER = 3


def over_a_year(progress: Progress) -> str:
    """Say by how many the open centres changed in 12 months: what opened less what closed."""
    opened, closed = progress.pace_last_12_months, progress.closings_last_12_months
    if not opened and not closed:
        return f"aucun changement en 12{NBSP}mois"
    if opened == closed:
        return f"autant de fermetures que d’ouvertures en 12{NBSP}mois"
    sign = "+" if opened > closed else "−"
    return f"{sign}{number(abs(opened - closed))} en 12{NBSP}mois"


def against_required(progress: Progress) -> str | None:
    """Say the pace against the one required, None while it is too early to conclude from it."""
    if progress.ratio is None or progress.status is Status.TOO_EARLY:
        return None
    return f"rythme{NBSP}: {percent(progress.ratio)} du nécessaire"


def burn_up(found: Situation) -> str:
    """Say what the staircase shows."""
    target, count = found.progress.target, found.count
    opened = (
        f"**{counted(count.open, 'centre')} "
        f"{plural(count.open, 'ouvert', 'ouverts')} avec certitude**"
    )
    band = f", {number(count.open_at_most)} au plus" if count.open_at_most > count.open else ""
    if target is None:
        return f"{opened}{band} au {dates.day(found.scope.as_of)}."
    return (
        f"{opened}{band}, pour {number(target.value)} prévus au {dates.day(target.deadline)}"
        f"{NBSP}: il en manque {number(found.progress.remaining or 0)}."
        if found.progress.remaining
        else f"{opened}{band}{NBSP}: l’objectif de {number(target.value)} est atteint."
    )


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
    dated = f"{counted(known, 'ouverture')} {plural(known, 'datée', 'datées')}"
    return f"**{dated} à un trimestre**{apart}."


def per_quarter(found: Situation) -> float | None:
    """Give the pace required per quarter, None once the deadline is past or without a target."""
    required = found.progress.pace_required
    return None if required is None else required * _MONTHS_PER_QUARTER


def changes(before: Situation, after: Situation) -> str:
    """Say what changed between two days, as known at the same instant."""
    since = f"**Depuis le {dates.day(before.scope.as_of)}**{NBSP}: "
    moved = [
        f"{number(b)} → {counted(a, singular, several)}"
        for b, a, singular, several in (
            (before.count.open, after.count.open, "centre ouvert", "centres ouverts"),
            (before.count.selected, after.count.selected, "ville labellisée", "villes labellisées"),
            (
                before.count.closed + before.count.abandoned,
                after.count.closed + after.count.abandoned,
                "centre fermé ou abandonné",
                "centres fermés ou abandonnés",
            ),
        )
        if a != b
    ]
    return since + (", ".join(moved) if moved else "aucun changement documenté") + "."
