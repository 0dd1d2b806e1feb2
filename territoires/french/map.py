"""What the maps say: symbols and names of the states, hovers, classes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from territoires.domain.dates import PartialDate
from territoires.domain.programme import Basis
from territoires.domain.rollout import State
from territoires.french import dates
from territoires.french.numbers import NBSP, counted, number, percent
from territoires.french.places import typeset
from territoires.french.words import STATES

# Filled: open. Hollow: not known as open. The same shapes as the marks of the maps.
STATE_SYMBOLS: Final = {
    State.OPEN: "●",
    State.OPEN_UNDATED: "◆",
    State.SELECTED: "○",
    State.UNPROVEN: "△",
    State.CLOSED: "✕",
    State.NOTHING_KNOWN: "•",
    State.OUTSIDE: "▨",
}
SCALES = "Échelles différentes"
REACH = "Communes à moins du rayon choisi"
CHOSEN = "Ville choisie"
NONE = "aucun"
NO_INHABITANT = "aucun habitant"
GRAINS: Final = {"region": "régions", "department": "départements"}
_TEN: Final = 9.95  # that which rounds to less than ten
FARTHEST: Final = 5
"""As many towns are named among the farthest."""
FAR_KM: Final = 1_000
"""Beyond this distance, a centre is on another side of an ocean: the figure is left out."""


def state(value: str) -> str:
    """Name a state after its symbol: `● Ouvert`."""
    found = State(value)
    return f"{STATE_SYMBOLS[found]}{NBSP}{STATES[found]}"


def since(happened_on: str, basis: str) -> str:
    """Say an opening as far as it is known: `avril 2019`, `septembre 2021 au plus tard`."""
    if not happened_on:
        return ""
    by = " au plus tard" if basis == Basis.UPPER_BOUND else ""
    return f"{dates.partial(PartialDate.parse(happened_on))}{by}"


def since_briefly(happened_on: str, basis: str) -> str:
    """Say an opening in a narrow column: `avr. 2019`, `sept. 2021 ou avant`."""
    if not happened_on:
        return ""
    by = " ou avant" if basis == Basis.UPPER_BOUND else ""
    return f"{dates.briefly(PartialDate.parse(happened_on))}{by}"


def town(row: Mapping[str, Any]) -> str:
    """Name a town with its department: `Chaumont (Haute-Marne)`."""
    return f"{typeset(row['town'])} ({typeset(row['department'])})"


def km(value: float) -> str:
    """Write a distance: `0,4 km` under ten, `246 km` above."""
    digits = 1 if 0 < value < _TEN else 0
    return f"{number(value, digits)}{NBSP}km"


def place(row: Mapping[str, Any]) -> str:
    """Say a point of the map."""
    lines = [f"<b>{town(row)}</b>", state(row["state"])]
    if when := since(row["happened_on"], row["basis"]):
        lines.append(f"Ouverture{NBSP}: {when}")
    if row["nearest"] and row["state"] != State.OPEN:
        lines.append(_nearest(row))
    return "<br>".join(lines)


def distance(row: Mapping[str, Any]) -> str:
    """Say how far a town is from an open centre."""
    return f"<b>{town(row)}</b><br>{_nearest(row)}"


def _nearest(row: Mapping[str, Any]) -> str:
    if not row["nearest"]:
        return "Aucun centre ouvert"
    if row["km"] > FAR_KM:
        return "Aucun centre ouvert outre-mer"
    if row["km"] == 0:
        return "Un centre y est ouvert"
    return f"Centre le plus proche{NBSP}: {typeset(row['nearest'])}, {km(row['km'])}"


def area(row: Mapping[str, Any], within: str) -> str:
    """Say a region or a department; `within` says the radius."""
    people = number(row["population"])
    lines = [
        f"<b>{typeset(row['name'])}</b>",
        f"{counted(row['open'], 'centre ouvert')} pour {people}{NBSP}habitants",
    ]
    if row["open"]:
        lines.append(f"{number(row['per_million'], 1)} par million d’habitants")
    share = f" ({percent(row['share'], 1)})" if row["inhabitants"] else ""
    lines.append(f"{counted(row['inhabitants'], 'habitant')}{share}<br>{within}")
    return "<br>".join(lines)


def planned(row: Mapping[str, Any]) -> str:
    """Say one town of the list of those where to open next."""
    return (
        f"<b>{row['rank']}. {town(row)}</b><br>{state(row['state'])}"
        f"<br>{number(row['marginal'])}{NBSP}habitants de plus"
        f"<br>{number(row['cumulative'])} en tout avec les précédentes"
    )


def classes(breaks: Sequence[float], *, is_share: bool) -> list[str]:
    """Name the classes between increasing breaks: `moins de 10 %`, `10 à 25 %`, `75 % et plus`."""

    def said(value: float) -> str:
        if is_share:
            return number(100 * value)
        return number(value, 0 if float(value).is_integer() else 1)

    unit = f"{NBSP}%" if is_share else ""
    first, last = breaks[0], breaks[-1]
    middle = [f"{said(low)} à {said(high)}{unit}" for low, high in pairwise(breaks)]
    return [f"moins de {said(first)}{unit}", *middle, f"{said(last)}{unit} et plus"]


def distance_classes(edges: Sequence[float]) -> list[str]:
    """Name the classes of distance between increasing edges, in km."""
    middle = [f"{number(low)} à {number(high)}{NBSP}km" for low, high in pairwise(edges)]
    return [
        f"jusqu’à {number(edges[0])}{NBSP}km",
        *middle,
        f"plus de {number(edges[-1])}{NBSP}km",
    ]
