"""A list of towns that somebody has, against ours: what each line says, and what becomes of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from territoires.domain.rollout import State
from territoires.domain.told import Told

MOST_LINES: Final = 2_000
LONGEST: Final = 100  # characters of a line that are quoted


class Outcome(Told):
    """What becomes of a line or of a town, what one would look at first before the rest."""

    MISSING_HERE = "missing_here", "absente ici"
    OTHER_STATE = "other_state", "d’un autre état"
    UNKNOWN = "unknown", "non reconnue"
    MISSING_THERE = "missing_there", "absente de votre liste"
    SAME = "same", "même état"


class Claim(Told):
    """What a list is of, where its lines say no state of their own."""

    PROGRAMME = "programme", "des villes du programme, ouvertes ou labellisées"
    OPEN = "open", "des centres ouverts"


_OPEN: Final = frozenset({State.OPEN, State.OPEN_UNDATED})
# Of these we have nothing to show.
_NOTHING: Final = frozenset({State.NOTHING_KNOWN, State.OUTSIDE})
CLAIMED: Final[Mapping[Claim, frozenset[State]]] = {
    Claim.PROGRAMME: _OPEN | {State.SELECTED},
    Claim.OPEN: _OPEN,
}
NOT_OPEN: Final = frozenset(State) - _OPEN


def meant(state: State) -> frozenset[State]:
    """Give the states of ours that a state of a list agrees with: open is open, dated or not."""
    return _OPEN if state in _OPEN else frozenset({state})


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One line of a list: its number, what it holds as it was typed, and what that says.

    `beside` is what tells its town from those of its name, if it does; `states` are those of ours
    that its own `state` agrees with, none where it says none.
    """

    line: int
    said: str
    code: str = ""
    name: str = ""
    beside: str = ""
    state: str = ""
    states: frozenset[State] = frozenset()


def outcome(claimed: Collection[State], here: Collection[State]) -> Outcome:
    """Compare what a line claims of a town with the states of its centres here."""
    known = set(here) - _NOTHING
    if known.intersection(claimed) or (not known and _NOTHING.intersection(claimed)):
        return Outcome.SAME
    return Outcome.OTHER_STATE if known else Outcome.MISSING_HERE
