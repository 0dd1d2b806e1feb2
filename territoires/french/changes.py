"""What is said of what changed between two instants."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from territoires.domain.clock import PARIS, end_of_day
from territoires.domain.rollout import Situation
from territoires.domain.scope import Place
from territoires.french import dates
from territoires.french.numbers import NBSP, counted, listed, number, plural, quoted
from territoires.french.places import scoped, typeset
from territoires.french.typography import lowered, typeset_text

NEW: Final = "nouveau"
CORRECTED: Final = "corrigé"
WITHDRAWN: Final = "retiré"
SINCE: Final = "Depuis le"
KNOWN_OTHERWISE: Final = "Ce qui a changé de ce que l’on sait"
BETWEEN: Final = "Corrections et faits nouveaux, entre deux dates"
SINCE_VISIT: Final = "Depuis ma dernière visite"
FIRST_VISIT: Final = (
    "Ce navigateur ne garde l’heure d’aucune visite précédente. Voici ce qui a changé en dernier."
)
EXPLAINED: Final = (
    "Ce qui a changé de ce que l’on sait, non de ce qui a eu lieu\u00a0: un fait ancien peut être "
    "appris, corrigé ou retiré."
)
MOST: Final = 30
_TOWNS: Final = 12
_KINDS: Final = {
    NEW: ("fait nouveau", "faits nouveaux"),
    CORRECTED: ("correction", "corrections"),
    WITHDRAWN: ("retrait", "retraits"),
}


def _instant(at: datetime, *, later: int) -> str:
    """Write an instant by its hour, or by the day that ends then, or that begins a day `later`."""
    day = at.astimezone(PARIS).date()
    is_end = at == end_of_day(day)
    return dates.day(day + timedelta(days=later)) if is_end else dates.instant(at)


def answer(
    rows: Any,
    found: tuple[Situation, Situation],
    *,
    since: datetime,
    place: Place,
    moved: tuple[Sequence[str], Sequence[str]],
) -> tuple[str, str]:
    """Say how much changed and what that does to the headline, then in which towns.

    `found`: how many were open, as it was known then and now. `moved`: the towns of centres counted
    now and not then, and the reverse.
    """
    before, after = found
    kinds = rows["change"].value_counts().to_dict()
    changed = [counted(kinds[kind], *names) for kind, names in _KINDS.items() if kinds.get(kind)]
    where = scoped(after.scope, place)
    when = f"Depuis le {_instant(since, later=1)}"
    if known_at := after.scope.known_at:
        when += f", jusqu’au {_instant(known_at, later=0)}"
    then, now = before.count, after.count
    what = f"{plural(now.open, 'centre documenté')}{where}"
    if not changed:
        return f"{when}, rien n’a changé{NBSP}: {number(now.open)} {what}.", EXPLAINED
    count = (
        f"{number(then.open)} → {number(now.open)} {what}"
        if then.open != now.open
        else f"toujours {number(now.open)} {what}"
    )
    said = []
    for name, towns in zip(("En plus", "En moins"), moved, strict=True):
        if towns:
            others = [counted(len(towns) - _TOWNS, "autre")] if len(towns) > _TOWNS else []
            said.append(f"{name}{NBSP}: {listed([*map(typeset, towns[:_TOWNS]), *others])}.")
    if (then.open_at_most, now.open_at_most) != (then.open, now.open):
        said.append(f"Au plus{NBSP}: {number(then.open_at_most)} → {number(now.open_at_most)}.")
    return f"{when}, {listed(changed)}{NBSP}: {count}.", " ".join([*said, EXPLAINED])


def line(row: Mapping[str, Any]) -> str:
    """Say a change, after the name of its place."""
    subject = row["subject"]
    # The sentence goes on after what is quoted.
    before, after = (quoted(typeset_text(row[name]).rstrip(". ")) for name in ("before", "after"))
    said = {NEW: after, CORRECTED: f"{before} → {after}", WITHDRAWN: before}[row["change"]]
    why = f" Motif{NBSP}: {typeset_text(row['reason'])}." if row["reason"] else ""
    source = f" Source{NBSP}: {typeset(row['source'])}." if row["source"] else ""
    return f"{lowered(subject)}, {said}.{why}{source}"


def more(rows: int) -> str:
    """Say how many changes are not listed."""
    return f"Et {counted(rows, 'autre')}, dans les données."
