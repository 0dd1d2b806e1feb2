"""The filters of the pages with a map, read back from the addresses of their downloads.

As in `web.extras`: the parameters of an address give the filters of a query; ValueError quotes
what makes no sense. `ui.map_parts` and `ui.siting_parts` write them.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from territoires.french.map import STATE_PARAMS
from territoires.queries.coverage import ROAD_FACTOR

_FIRST_YEAR, _LAST_YEAR = 2019, 2100
_LONGEST = 100
_LEAST_KM, _MOST_KM, _USUAL_KM = 15, 60, 30
_MOST_TOWNS, _USUAL_TOWNS, _MOST_PER_REGION, _CENT = 50, 10, 3, 100
_GRAINS: Final = {"": "region", "regions": "region", "departements": "department"}
_STATES: Final = {text: str(state) for state, text in STATE_PARAMS.items()}
_FLAGS: Final = {"": False, "non": False, "oui": True}
_CODE: Final = re.compile(r"\d{5}|2[AB]\d{3}", re.ASCII)

Params = Mapping[str, str]


def _word(params: Params, name: str, words: Mapping[str, Any]) -> Any:
    text = params.get(name, "")
    if text not in words:
        raise ValueError(text)
    return words[text]


def _number(params: Params, name: str, least: int, most: int, usual: int) -> int:
    text = params.get(name, "") or str(usual)
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _codes(params: Params, name: str) -> tuple[str, ...]:
    text = params.get(name, "")
    codes = tuple(dict.fromkeys(text.upper().split(","))) if text else ()
    if not all(_CODE.fullmatch(code) for code in codes):
        raise ValueError(text)
    return codes


def way(params: Params) -> dict[str, Any]:
    """Read whether distances are estimated by road: `route=oui`."""
    return {"factor": ROAD_FACTOR if _word(params, "route", _FLAGS) else 1.0}


def straight_radius(params: Params) -> dict[str, Any]:
    """Read a radius, `rayon=45`, and give it in a straight line."""
    radius = _number(params, "rayon", _LEAST_KM, _MOST_KM, _USUAL_KM)
    return {"radius_km": radius / way(params)["factor"]}


def points(params: Params) -> dict[str, Any]:
    """Read what narrows the points: `etats=ouvert,labellisee`, `ouvert-en=2021`, `filiere=…`."""
    text = params.get("etats", "")
    wanted = text.split(",") if text else []
    if any(word not in _STATES for word in wanted):
        raise ValueError(text)
    year = params.get("ouvert-en")
    return {
        "states": tuple(state for word, state in _STATES.items() if word in wanted),
        "opened_in": _number(params, "ouvert-en", _FIRST_YEAR, _LAST_YEAR, 0) if year else 0,
        "field": params.get("filiere", "")[:_LONGEST],
    }


def territories(params: Params) -> dict[str, Any]:
    """Read a radius and the size of the territories: `maille=departements`."""
    return straight_radius(params) | {"grain": _word(params, "maille", _GRAINS)}


def candidates(params: Params) -> dict[str, Any]:
    """Read whether communes outside the sites are candidates: `grandes=oui`."""
    return {"with_large": _word(params, "grandes", _FLAGS)}


def plan(params: Params) -> dict[str, Any]:
    """Read every wish of the page that says where to open next."""
    return (
        straight_radius(params)
        | candidates(params)
        | {
            "count": _number(params, "villes", 1, _MOST_TOWNS, _USUAL_TOWNS),
            "include": _codes(params, "imposees"),
            "exclude": _codes(params, "ecartees"),
            "min_per_region": _number(params, "par-region", 0, _MOST_PER_REGION, 0),
            "min_acv_share": _number(params, "part-acv", 0, _CENT, 0) / _CENT,
            "favours_bare_departments": _word(params, "sans-centre", _FLAGS),
        }
    )
