"""The filters that one page adds to its downloads' addresses, read back for the queries.

Every function takes the parameters of an address and gives the filters of a query; ValueError
quotes what makes no sense.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from territoires.domain.clock import read_day
from territoires.domain.comparison import GRAINS, INDICATORS, PERS
from territoires.domain.enrolments import read_year
from territoires.french import courses, enrolments

_MOST_LEVEL: Final = 8
_LONGEST: Final = 100

Params = Mapping[str, str]


def _one_of(params: Params, name: str, words: Mapping[str, Any], default: Any) -> Any:
    text = params.get(name, "")
    if not text:
        return default
    if text not in words:
        raise ValueError(text)
    return words[text]


def counts(params: Params) -> dict[str, Any]:
    """Read what is counted: `compte=inscriptions`, persons otherwise."""
    words = enrolments.COUNTS
    return {"counts": _one_of(params, "compte", words, words["personnes"])}


def of_year(params: Params) -> dict[str, Any]:
    """Read an academic year and what is counted: `annee=2021-2022`, which must be given."""
    return {"year": read_year(params.get("annee", ""))} | counts(params)


def of_centres(params: Params) -> dict[str, Any]:
    """Read the same and the age of the centres: `age=moins-1-an`."""
    return of_year(params) | {"age": _one_of(params, "age", enrolments.AGE_BANDS, None)}


def of_field(params: Params) -> dict[str, Any]:
    """Read a year and a field: `filiere=numerique`."""
    return of_year(params) | {"field": params.get("filiere", "")[:_LONGEST]}


def of_course(params: Params) -> dict[str, Any]:
    """Read the key of a course: `formation=F001`, all without it."""
    return {"course": params.get("formation", "")[:_LONGEST]}


def near(params: Params) -> dict[str, Any]:
    """Read a town, `pres=52121`, which must be given, a field, `quoi=numerique`, and a radius."""
    town = params.get("pres", "")[:_LONGEST]
    if not town:
        raise ValueError(town)
    radii = {str(radius): radius for radius in courses.RADII}
    return {
        "town": town,
        "field": params.get("quoi", "")[:_LONGEST],
        "within": _one_of(params, "rayon", radii, math.inf),
    }


def catalogue(params: Params) -> dict[str, Any]:
    """Read the filters of the catalogue, as its page writes them."""
    level = params.get("niveau", "") or "0"
    if not (level.isascii() and level.isdigit() and int(level) <= _MOST_LEVEL):
        raise ValueError(level)
    mode = _one_of(params, "modalite", courses.MODE_PARAMS, "")
    return {
        "text": params.get("cherche", "")[:_LONGEST],
        "field": params.get("filiere", "")[:_LONGEST],
        "level": int(level),
        "mode": str(mode),
        "credential": params.get("titre", "")[:_LONGEST],
        "cpf": _one_of(params, "cpf", courses.CPF_PARAMS, ""),
        "only_offered": _one_of(params, "proposees", {"oui": True}, default=False),
    }


def of_town(params: Params) -> dict[str, Any]:
    """Read the town of a sheet: `ville=52121`, which must be given."""
    town = params.get("ville", "")[:_LONGEST]
    if not town:
        raise ValueError(town)
    return {"town": town}


def of_grain(params: Params) -> dict[str, Any]:
    """Read what is compared, regions or departments: `maille=departements`."""
    return {"grain": _one_of(params, "maille", GRAINS, next(iter(GRAINS.values())))}


def comparison(params: Params) -> dict[str, Any]:
    """Read a comparison: the grain, `indicateur=part-sites`, `par=million`."""
    return of_grain(params) | {
        "indicator": _one_of(params, "indicateur", INDICATORS, next(iter(INDICATORS.values()))),
        "per": _one_of(params, "par", PERS, next(iter(PERS.values()))),
    }


def slopes(params: Params) -> dict[str, Any]:
    """Read a reference day, `depuis=2021-05-04`, which must be given, and the grain."""
    return of_grain(params) | {"since": read_day(params.get("depuis", ""))}


def side_by_side(params: Params) -> dict[str, Any]:
    """Read some territories: `comparer=reg-44,dep-52`."""
    return {"chosen": tuple(filter(None, params.get("comparer", "")[:_LONGEST].split(",")))}
