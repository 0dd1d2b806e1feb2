"""The headline: what the figures of one scope say, in two to five sentences.

Documented rows and published totals are two series: a sentence speaks of one or of the other, and
one sentence says how they differ. `**` marks what is set in bold.
"""

from collections.abc import Iterator
from datetime import date, datetime

from territoires.domain.programme import PROGRAMME_START, Basis, Qualifier
from territoires.domain.rollout import MONTH, Published, Situation, Status, TargetRow
from territoires.domain.scope import Level, Perimeter, Place
from territoires.domain.worlds import Span
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, at_least_some, counted, number, plural, share_of
from territoires.french.places import of_town, scoped, typeset
from territoires.french.typography import capital
from territoires.french.words import STATUSES, qualified

# One of our dates (Manosque) rests on this very total: agreement is partly by construction.
_ALSO_OUR_SOURCE = "localtis-2021-03"


def sentences(found: Situation, place: Place) -> list[str]:
    """Say where the programme stands in this scope, the most important first."""
    if before_creation(found):
        return [f"**{not_yet(found.created_at)}**"]
    return [
        sentence
        for sentence in (
            *standing(found, place),
            _published(found),
            pace(found),
            *_caveats(found, place),
        )
        if sentence
    ]


def explained(found: Situation, place: Place) -> list[str]:
    """Say why the count is not the total announced, and what it leaves apart."""
    return [each for each in (_published(found), *_caveats(found, place)) if each]


def _caveats(found: Situation, place: Place) -> tuple[str, str]:
    return _silence(found, place), _apart(found)


def not_yet(created: datetime | None) -> str:
    """Say that an instant is before this database knew anything."""
    when = dates.instant(created) if created else dates.UNKNOWN
    return f"Cette base n’existait pas encore{NBSP}: elle a été créée le {when}."


def before_creation(found: Situation) -> bool:
    """Tell whether the reader looks at an instant before this database knew anything."""
    known_at = found.scope.known_at
    return known_at is not None and (found.created_at is None or known_at < found.created_at)


def standing(found: Situation, place: Place) -> Iterator[str]:
    """Say how many are open, of how many, and what that means where none is or no target."""
    target = found.progress.target
    where = scoped(found.scope, place)
    today = dates.day(found.scope.as_of)
    if found.count.open == 0:
        yield from _none_open(found, place, where, today)
        return
    centres = counted(found.count.open, "centre")
    documented = plural(
        found.count.open, "est documenté comme ouvert", "sont documentés comme ouverts"
    )
    if target is None:
        yield f"**Au {today}, {centres} {documented}{where}**{_at_most(found)}."
        yield _no_target(found, place)
        return
    share = f"{centres} sur {number(target.value)}"
    deadline = dates.day(target.deadline)
    if found.progress.status is Status.REACHED:
        yield (
            f"**Objectif atteint {_reached(found, target)}{NBSP}: au {today}, "
            f"{centres} {documented}{where}**{_at_most(found)}, "
            f"pour {number(target.value)} prévus d’ici au {deadline}."
        )
    elif found.progress.status is Status.OVERDUE:
        yield (
            f"**Échéance du {deadline} {_passed(found.scope.as_of, target.deadline)}{NBSP}: "
            f"{share} {documented}{where}**{_at_most(found)}."
        )
    else:
        yield (
            f"**Au {today}, {share} {documented}{where}**{_at_most(found)}, pour "
            f"{number(target.value)} prévus d’ici au {deadline}."
        )


def _reached(found: Situation, target: TargetRow) -> str:
    since = found.progress.reached_on or found.scope.as_of
    if since == target.decided_on:
        return f"dès sa décision, le {dates.day(since)}"
    return f"le {dates.day(since)}{' au plus tard' if found.progress.reached_earlier else ''}"


def status(found: Situation) -> str | None:
    """Name how the pace stands; on the deadline's own day it is reached, not yet behind."""
    progress = found.progress
    if progress.status is None:
        return None
    if progress.status is Status.OVERDUE and progress.target:
        passed = _passed(found.scope.as_of, progress.target.deadline)
        return f"Échéance {passed}"
    return STATUSES[progress.status]


def _passed(as_of: date, deadline: date) -> str:
    return "atteinte" if as_of == deadline else "dépassée"


def _at_most(found: Situation) -> str:
    more = found.count.open_at_most
    return f" ({number(more)} au plus)" if more > found.count.open else ""


def _none_open(found: Situation, place: Place, where: str, today: str) -> Iterator[str]:
    target = found.progress.target
    yield _nothing(found, where, today)
    first = found.first
    is_to_come = (
        first is not None
        and first.on.last is not None
        and first.on.last > found.scope.as_of
        and not found.count.closed  # what has closed has opened, whatever the day
    )
    if first is not None and is_to_come:
        late = " au plus tard" if first.basis is Basis.UPPER_BOUND else ""
        which = f"celle {of_town(first.town)}, date {dates.of(first.on)}{late}"
        yield f"La première ouverture, {which}."
    elif (
        first is None
        and place.territory.level is not Level.COUNTRY
        and found.scope.perimeter is Perimeter.ALL
        and not (found.count.open_undated or found.count.unproven)
    ):
        yield "Aucune date d’ouverture n’y est connue à ce jour."
    if target is not None and found.progress.status is Status.OVERDUE:
        yield (
            f"L’objectif était de {counted(target.value, 'centre')} d’ici au "
            f"{dates.day(target.deadline)}{NBSP}: l’échéance est "
            f"{_passed(found.scope.as_of, target.deadline)}."
        )
    elif target is not None:
        yield (
            f"L’objectif est de {counted(target.value, 'centre')} d’ici au "
            f"{dates.day(target.deadline)}."
        )
    else:
        yield _no_target(found, place)


def _nothing(found: Situation, where: str, today: str) -> str:
    count = found.count
    if count.open_at_most:
        return f"**Au {today}, aucun centre n’est ouvert avec certitude{where}**{_at_most(found)}."
    if count.closed:
        gone = counted(count.closed, "centre fermé")
        return f"**Au {today}, aucun centre n’est plus documenté comme ouvert{where}** ({gone})."
    # What is counted apart below is not nothing.
    if count.open_undated:
        return f"**Aucune ouverture datée au {today}{where}.**"
    if count.unproven:
        return f"**Aucune ouverture rattachée au programme au {today}{where}.**"
    return f"**Aucune ouverture enregistrée au {today}{where}.**"


def _no_target(found: Situation, place: Place) -> str:
    if place.territory.level is Level.TOWN:
        return ""
    if found.whole_target is None:
        return "Aucun objectif chiffré n’était encore décidé à cette date."
    if place.territory.level is Level.COUNTRY:
        return (
            f"L’objectif de {counted(found.whole_target.value, 'centre')} n’était pas encore "
            "réparti entre les villes Action cœur de ville et les autres à cette date."
        )
    return f"L’objectif du programme est national{NBSP}: aucun n’est fixé pour ce territoire."


def _published(found: Situation) -> str:
    """Quote the latest published total beside the documented count, and say how they relate."""
    if found.announced is None:
        return ""
    figure, lowest, highest = (
        found.announced.figure,
        found.announced.least,
        found.announced.most,
    )
    if found.announced.share_of is not None:
        said = (
            f"{_announced(figure)} {share_said(figure)} des "
            f"{number(found.announced.share_of)}{NBSP}antennes labellisées déjà ouvertes"
        )
        if lowest > found.count.open:
            return (
                f"{said}{NBSP}: ce total publié dépasse le nombre de centres documentés ici, qui "
                "est un minimum."
            )
        least = "est un minimum qui " if figure.qualifier is Qualifier.AT_LEAST else ""
        return (
            f"{said}{NBSP}: ce total publié {least}ne dépasse pas le nombre de centres documentés "
            "ici."
        )
    value = qualified(figure.qualifier, counted(figure.value, "centre ouvert"))
    part = f", {figure.part}" if figure.part else ""
    said = f"{_announced(figure)} {value}{part}"
    if lowest <= found.count.open <= highest:
        built = (
            ", en partie par construction, une de nos dates venant de ce total"
            if figure.source_id == _ALSO_OUR_SOURCE
            else ""
        )
        return f"{said}{NBSP}: les deux comptes s’accordent{built}, sans que l’un prouve l’autre."
    if lowest > found.count.open:
        return (
            f"{said}{NBSP}: les ouvertures dont la date est retrouvée forment un minimum de ce "
            "total publié."
        )
    return f"{said}{NBSP}: ce total est antérieur, ou ne compte pas les mêmes centres."


def _announced(figure: Published) -> str:
    # Publishers have no article: « Préfecture de la Haute-Marne », « Info Social RH ».
    if figure.publisher == "Cnam":
        return f"Le Cnam annonçait {dates.on(figure.on)}"
    return f"Dernier total publié, {dates.on(figure.on)} ({announced_by(figure.publisher)}),"


def announced_by(publisher: str) -> str:
    """Name who published a figure."""
    return f"source{NBSP}: {typeset(publisher.partition(' (')[0])}"


_THREE_QUARTERS = 75


def share_said(figure: Published) -> str:
    """Write a published share: `plus des trois quarts`, `60 %`."""
    more = "plus " if figure.qualifier is Qualifier.AT_LEAST else ""
    if figure.value == _THREE_QUARTERS:
        return f"{more}des trois quarts" if more else "les trois quarts"
    return f"{more}de {number(figure.value)}{NNBSP}%" if more else f"{number(figure.value)}{NNBSP}%"


def pace(found: Situation) -> str:
    """Say the documented pace, and the one that the target requires."""
    progress = found.progress
    if progress.pace_per_month is None or progress.first_opening is None:
        return ""
    uncertain = (
        f" ({_uncertain(progress.openings_uncertain, progress.openings)})"
        if progress.openings_uncertain
        else ""
    )
    documented = (
        f"le rythme documenté depuis {_known(progress.first_opening, at_last=False)} est de "
        f"{per_month(progress.pace_per_month)}{uncertain}"
    )
    if progress.pace_required and progress.target and progress.remaining:
        days = (progress.target.deadline - found.scope.as_of).days
        # So many a month, with days left, would be a number that nobody can picture.
        needed = (
            f"Pour atteindre l’objectif de {counted(progress.target.value, 'centre')}, il faudrait "
            f"{per_month(progress.pace_required)}"
            if days > MONTH
            else f"À {counted(days, 'jour')} de l’échéance, il manque "
            f"{counted(progress.remaining, 'centre')}"
        )
        return f"{needed}{NNBSP}; {documented}."
    if progress.target is None:
        return ""
    return f"{capital(documented)}."


def _uncertain(uncertain: int, openings: int) -> str:
    if uncertain == openings:
        return "aucune date n’est connue au jour près"
    verb = plural(uncertain, "n’est pas connue", "ne sont pas connues")
    return f"{share_of(uncertain, openings, 'date')} {verb} au jour près"


def per_month(pace: float) -> str:
    """Write a pace: `2,0 ouvertures par mois`, `moins de 0,1 ouverture par mois`."""
    word = plural(round(pace, 1), "ouverture")
    return f"{at_least_some(pace, 1)}{NBSP}{word} par mois"


def _known(opening: Span, *, at_last: bool) -> str:
    """Write an end of the possible days of an opening, no finer than it is known."""
    first, last = opening.first, opening.last
    if (first.year, first.month) == (last.year, last.month):
        return dates.month(last)
    if first in {date(first.year, 1, 1), PROGRAMME_START} and last == date(first.year, 12, 31):
        return str(first.year)
    return f"{dates.month(last)} au plus tard" if at_last else f"{dates.month(first)} au plus tôt"


def _silence(found: Situation, place: Place) -> str:
    """Say that no documented opening lately does not mean that there was none."""
    progress = found.progress
    if (
        progress.last_opening is None
        or progress.pace_last_12_months
        or place.territory.level is Level.TOWN
    ):
        return ""
    return (
        f"Aucune ouverture documentée depuis {_known(progress.last_opening, at_last=True)}, ce qui "
        f"ne veut pas dire qu’il n’y en a pas eu{NBSP}: les dates d’ouverture de la plupart des "
        "villes labellisées n’ont pas été retrouvées."
    )


def _apart(found: Situation) -> str:
    """Name the centres counted apart: open without a date, or not proven to be the programme's."""
    undated, unproven = found.count.open_undated, found.count.unproven
    parts = []
    if undated:
        centres = counted(undated, "centre ouvert")
        parts.append(f"{centres} à une date inconnue")
    if unproven and not found.scope.with_unproven:
        parts.append(
            f"{counted(unproven, 'centre')} dont le rattachement au programme n’est pas prouvé"
        )
    told = plural(undated + (0 if found.scope.with_unproven else unproven), "Compté")
    return f"{told} à part{NBSP}: {' et '.join(parts)}." if parts else ""
