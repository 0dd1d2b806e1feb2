"""What the front page says: its headline, its figures, its pictures, what changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from territoires.domain.dates import PartialDate
from territoires.domain.programme import Qualifier
from territoires.domain.rollout import (
    Announced,
    PlaceState,
    Progress,
    Situation,
    State,
    Status,
)
from territoires.domain.scope import Perimeter, Place
from territoires.french import dates
from territoires.french.headline import announced_by, share_said, standing, status
from territoires.french.headline import pace as documented_pace
from territoires.french.map import STATE_SYMBOLS, since, town
from territoires.french.numbers import NBSP, NNBSP, counted, number, percent, plural, quoted
from territoires.french.places import scoped, typeset
from territoires.french.typography import lowered, typeset_text
from territoires.french.words import STATES, qualified, reserve

EYEBROW: Final = (
    "«\u00a0Au cœur des territoires\u00a0», programme du Cnam\u00a0: cent nouveaux lieux de "
    "formation dans les villes moyennes, prévus en 2019 pour la fin de 2022"
)
HOW_TO_READ: Final = "Comment lire ce chiffre"
TWO_SERIES: Final = (
    "Les ouvertures documentées sont les lignes de cette base, chacune avec sa source\u202f; les "
    "totaux publiés sont ceux que le Cnam ou la presse ont annoncés. Beaucoup de dates d’ouverture "
    "n’ayant pas été retrouvées, la courbe est un minimum de ce qui a été ouvert."
)
MAP: Final = "Carte des centres ouverts et des villes labellisées"
MAP_KEY: Final = (
    "Vert\u00a0: ouvert, et les 30\u00a0km alentour. Anneau bleu\u00a0: ville labellisée. Un clic "
    "ouvre la fiche de la ville."
)
NO_OPENING: Final = "Aucune ouverture documentée à cette date."
NO_CHANGE: Final = "Aucun changement documenté. Les dernières ouvertures\u00a0:"
LISTED: Final = "Les mêmes places en liste"
PLACES: Final = "Une marque par place. Un clic ouvre la fiche de la ville."
OPENINGS: Final = "Quand chaque centre a ouvert"
DOCUMENTED: Final = "documenté"
ANNOUNCED: Final = "annoncés"
BELIEVED: Final = (
    "possible, si l’on croit les totaux publiés",
    "si l’on croit les totaux",
    "selon les totaux",
)
"""What names, inside it, the area of what published totals allow; shorter with little room."""
MONTH_DAYS: Final = 31
_MONTHS_PER_QUARTER: Final = 3


PLACE_STATES: Final = {
    PlaceState.OPEN: (STATE_SYMBOLS[State.OPEN], STATES[State.OPEN]),
    PlaceState.OPEN_UNDATED: (STATE_SYMBOLS[State.OPEN_UNDATED], STATES[State.OPEN_UNDATED]),
    PlaceState.POSSIBLE: ("◌", "Peut-être déjà ouvert"),
    PlaceState.SELECTED: (STATE_SYMBOLS[State.SELECTED], STATES[State.SELECTED]),
    PlaceState.UNKNOWN: (STATE_SYMBOLS[State.NOTHING_KNOWN], "Sans ville connue"),
}
"""The symbol and the words of each state of a place: those of the maps, where they have it."""


# The headline


def headline(found: Situation, place: Place) -> tuple[str, str]:
    """Give what the page says first, documented beside announced, and the sentence under it."""
    first, *more = filter(None, standing(found, place))
    target, count = found.progress.target, found.count
    if not count.open or (target and found.progress.status is Status.REACHED):
        return first, " ".join(more)
    where = scoped(found.scope, place)
    documented = counted(count.open, "centre documenté") + where
    if count.open_at_most > count.open:
        documented += f" ({number(count.open_at_most)} au plus)"
    said = documented
    if found.announced:
        said += f", {announced(found.announced, 'annoncé')}"
    lead = " ".join([_minimum(found), *more])
    if target is None:
        return f"Au {dates.day(found.scope.as_of)}, {said}.", lead
    deadline = dates.day(target.deadline)
    aim = f"l’objectif de {number(target.value)} fixé au {deadline}"
    if found.progress.status is not Status.OVERDUE:
        planned = f"pour {number(target.value)} prévus d’ici au {deadline}"
        return f"Au {dates.day(found.scope.as_of)}, {said}, {planned}.", lead
    if found.announced and found.announced.least >= target.value:
        return f"{said}{NBSP}: {aim} est annoncé atteint, il n’est pas documenté.", lead
    if found.announced:
        return f"{said}{NBSP}: aucune source ne dit atteint {aim}.", lead
    return f"{said}{NBSP}: {aim} n’est pas documenté comme atteint.", lead


def announced(total: Announced, word: str) -> str:
    """Write a total as it was published: `57 ou plus annoncés`, `environ 20 annoncés`."""
    noun = plural(total.most, word)
    if total.figure.part or (total.share_of is not None and total.most > total.least):
        return f"{number(total.least)} ou plus {noun}"
    value = total.least if total.share_of is not None else total.figure.value
    return f"{qualified(total.figure.qualifier, number(value))} {noun}"


def _minimum(found: Situation) -> str:
    waiting = found.count.selected_without_opening
    rest = (
        f", et {counted(waiting, 'ville labellisée')} "
        f"{plural(waiting, 'attend', 'attendent')} qu’on retrouve la date de "
        f"{plural(waiting, 'son', 'leur')} ouverture"
        if waiting
        else ""
    )
    return f"Chaque centre compté ici repose sur une source{NBSP}: c’est un minimum{rest}."


# The three figures


def announced_short(total: Announced) -> str:
    """Write a total as a figure: `57 +`, `≈ 20`, `7`."""
    if total.figure.part or total.figure.qualifier is Qualifier.AT_LEAST:
        return f"{number(total.least)}{NBSP}+"
    if total.figure.qualifier is Qualifier.ABOUT:
        return f"≈{NBSP}{number(total.figure.value)}"
    return number(total.least)


def documented(found: Situation) -> str:
    """Say what the first figure counts."""
    return plural(
        found.count.open,
        "centre documenté comme ouvert, avec certitude",
        "centres documentés comme ouverts, avec certitude",
    )


def announced_caption(total: Announced) -> str:
    """Say who announced it, when and in which words."""
    figure = total.figure
    by = "par le Cnam" if figure.publisher == "Cnam" else f"({announced_by(figure.publisher)})"
    words = (
        f"{NBSP}: {quoted(share_said(figure))} de{NBSP}{number(total.share_of)}"
        if total.share_of is not None
        else ""
    )
    part = f", {figure.part}" if figure.part else ""
    return f"{plural(total.most, 'annoncé')} {by} {dates.on(figure.on)}{words}{part}"


def planned(deadline: date) -> str:
    """Say when the target was for."""
    return f"prévus pour le {dates.day(deadline)}"


# The places


def told(place: Mapping[str, Any]) -> str:
    """Say a place: its town, its state, its date."""
    when = since(place["happened_on"], place["basis"])
    known = lowered(PLACE_STATES[PlaceState(place["state"])][1])
    return f"{town(place)}, {known}{f'{NBSP}: {when}' if when else ''}"


def unknown(number_of: int) -> str:
    """Say how many places have no town yet."""
    return f"{counted(number_of, 'place')} sans ville connue"


def all_places(known: int, without: int) -> str:
    """Say the picture."""
    rest = f", {unknown(without)}" if without else ""
    return f"{counted(known, 'place connue')}{rest}"


# The two cards


def lately(found: Situation) -> str:
    """Say how many opened in 12 months."""
    opened = found.progress.pace_last_12_months
    return number(opened) if opened else "aucune connue"


def covered(share: float | None, perimeter: Perimeter) -> str:
    """Say what share of the population has a centre near: any centre, whatever the perimeter."""
    if not share:
        return ""
    every = "" if perimeter is Perimeter.ALL else ", tous centres compris"
    return f"{percent(share, 1)} de la population{every}"


def last_one(row: Mapping[str, Any] | None) -> str:
    """Say which opening was the last."""
    if row is None:
        return "aucune ouverture documentée"
    return f"la dernière{NBSP}: {typeset(row['town'])}, {since(row['happened_on'], row['basis'])}"


# The curve


def trajectory(found: Situation) -> str:
    """Say how the openings stand beside what was planned, as a title."""
    target, as_of = found.progress.target, found.scope.as_of
    if target is None:
        return "Les ouvertures, une à une"
    if found.progress.status is Status.REACHED:
        return "L’objectif est atteint"
    if found.progress.status is Status.TOO_EARLY:
        return "Les premières ouvertures"
    whole = (target.deadline - target.starts_on).days or 1
    elapsed = min(max((as_of - target.starts_on).days / whole, 0), 1)
    planned = elapsed * target.value
    if found.count.open_at_most >= planned:
        return "Sur la trajectoire prévue"
    total = found.announced
    if total and total.most < planned:
        return "Loin de la trajectoire, quelle que soit la source"
    return "Sous la trajectoire prévue"


def curve(found: Situation, believed: Mapping[str, Any]) -> str:
    """Say what the curve shows, for who does not see it; `believed` is its last row of BANDS."""
    count, target = found.count, found.progress.target
    band = f", {number(count.open_at_most)} au plus" if count.open_at_most > count.open else ""
    opened = counted(count.open, "centre ouvert")
    said = f"{opened} avec certitude{band} au {dates.day(found.scope.as_of)}"
    if found.announced:
        said += f"{NNBSP}; {announced(found.announced, 'annoncé')}"
    if believed["most"] == believed["most"]:
        between = f"de {number(believed['least'])} à {number(believed['most'])}"
        said += f"{NNBSP}; {between} si l’on croit les totaux publiés"
    if target:
        said += f"{NNBSP}; {number(target.value)} prévus au {dates.day(target.deadline)}"
    return f"{said}."


def key_of_curve(found: Situation) -> str:
    """Say what each colour of the curve is."""
    dated = f"documentés un à un (vert{NNBSP}; la bande dit l’incertitude des dates)"
    announced_ = ", annoncés (violet)" if found.announced else ""
    planned_ = ", prévus (orange)" if found.progress.target else ""
    return f"Centres ouverts{NBSP}: {dated}{announced_}{planned_}."


def objective(value: int, deadline: date, *, in_force: bool) -> str:
    """Name the end of the planned path, or of one that was planned before."""
    name = "Objectif" if in_force else "Objectif antérieur"
    return f"{name}{NBSP}: {number(value)} au {dates.short(deadline)}"


def of_total(row: Mapping[str, Any], *, is_disputed: bool) -> tuple[str, str]:
    """Write a published total beside its mark, and the same where there is little room."""
    word, value, least = reserve(row["qualifier"]), number(row["value"]), number(row["least"])
    if is_disputed:
        return f"{value} ({word})", value
    if row["part"]:
        return f"{least} ou plus", f"{least}{NBSP}+"
    if row["share_of"] > 0:
        more = " ou plus" if row["most"] > row["least"] else ""
        return f"{least}{more}, {ANNOUNCED}", f"{least}{NBSP}+" if more else least
    brief = {Qualifier.ABOUT: f"≈{NBSP}{value}", Qualifier.AT_LEAST: f"{value}{NBSP}+"}
    return qualified(row["qualifier"], value), brief.get(row["qualifier"], value)


def event(row: Mapping[str, Any]) -> str:
    """Say an event of the programme in a line."""
    when = dates.partial(PartialDate.parse(row["happened_on"]))
    return f"{when}{NBSP}: {typeset_text(row['title'])}"


def events(number_of: int) -> str:
    """Name the list of the events."""
    return (
        f"Les {number(number_of)} événements du programme"
        if number_of > 1
        else ("L’événement du programme")
    )


# The pace


def against_required(progress: Progress) -> str | None:
    """Say the pace against the one required, None while it is too early to conclude from it."""
    if progress.ratio is None or progress.status is Status.TOO_EARLY:
        return None
    return f"rythme{NBSP}: {percent(progress.ratio)} du nécessaire"


def pace(found: Situation) -> str:
    """Say at what pace the centres open, and what that makes of the target."""
    stands, ratio = status(found), against_required(found.progress)
    computed = (
        f"Statut calculé{NBSP}: {lowered(stands)}{f' ({ratio})' if ratio else ''}."
        if stands
        else ""
    )
    return " ".join(filter(None, (documented_pace(found), computed)))


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


# The openings


def openings(rows: Any) -> str:
    """Say how to read the lines of some openings (first_day, last_day)."""
    dated = rows[rows["last_day"].notna()]
    vague = int(((dated["last_day"] - dated["first_day"]).dt.days >= MONTH_DAYS).sum())
    said = counted(vague, "date reste imprécise", "dates restent imprécises")
    apart = f" {said} sur{NBSP}{number(len(dated))}." if vague else ""
    return (
        "Un point\u00a0: date connue au mois près. Une barre\u00a0: du premier au dernier jour "
        f"possible.{apart}"
    )


def opened(row: Mapping[str, Any]) -> str:
    """Say an opening: its town, its date, its source."""
    return f"{town(row)}{NBSP}: {since(row['happened_on'], row['basis'])} ({row['source']})"


# What changed


def change(row: Mapping[str, Any]) -> str:
    """Say a state after the link to its town, and what it was before if that is given."""
    before, when = row.get("before"), since(row["happened_on"], row["basis"])
    was = f" (avant{NBSP}: {_state(before)})" if before and before != State.NOTHING_KNOWN else ""
    return f"{_state(row['state'])}{f', {when}' if when else ''}{was}"


def _state(named: str) -> str:
    if named == PlaceState.POSSIBLE:
        return lowered(PLACE_STATES[PlaceState.POSSIBLE][1])
    return lowered(STATES[State(named)])


def changed(since_day: date) -> str:
    """Name what changed."""
    return f"Ce qui a changé depuis le {dates.day(since_day)}"


def more_changes(number_of: int) -> str:
    """Say how many changes are not listed."""
    return f"Et {counted(number_of, 'autre changement')}."
