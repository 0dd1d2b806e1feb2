"""Territories in a sentence: « en Corse », « dans le Grand Est », « au Havre »."""

from collections.abc import Sequence
from typing import Final

from territoires.domain.programme import FormerKind
from territoires.domain.scope import Former, Level, Perimeter, Place, Scope
from territoires.french.numbers import NBSP
from territoires.french.typography import elided

AMONG: Final = {
    Perimeter.ALL: "",
    Perimeter.ACV: " dans les villes Action cœur de ville",
    Perimeter.NON_ACV: " hors des villes Action cœur de ville",
}
_BEFORE = {
    Level.REGION: {
        "dans le ": "44",
        "dans les ": "32 52",
        "à ": "04 06",
        "en ": "01 02 03 11 24 27 28 53 75 76 84 93 94",
    },
    Level.DEPARTMENT: {
        "dans l’": "01 02 03 07 09 10 11 12 27 34 36 38 60 61 89 91",
        "dans le ": "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 84 90 94 95",
        "dans la ": "23 26 42 50 51 55 58 72 80 86",
        "dans les ": "04 05 06 08 13 22 40 64 65 66 78 79 88 92",
        "à ": "75 974 976",
        "en ": (
            "16 17 19 21 24 28 2A 2B 31 33 35 37 41 43 44 47 48 49 52 53 54 57 70 71 73 74 76 77 "
            "82 85 87 93 971 972 973"
        ),
    },
}


def inside(place: Place) -> str:
    """Say where: `en Corse`, `dans le Grand Est`, `à Chaumont`; empty for France."""
    if place.territory.level is Level.COUNTRY:
        return ""
    if place.territory.level is Level.TOWN:
        return in_town(place.name)
    before = _BEFORE[place.territory.level]
    said = next(said for said, codes in before.items() if place.territory.code in codes.split())
    return f"{said}{typeset(place.name)}"


def situated(scope: Scope, place: Place) -> str:
    """Say where and among which towns, after a count; nothing for all of France."""
    here, among = inside(place), AMONG[scope.perimeter]
    return (f" {here}," if here and among else f" {here}" if here else "") + among


def including(scope: Scope) -> str:
    """Say what is counted that is not proven, after a count: it goes wherever its figures do."""
    unproven = ", rattachements non prouvés compris" if scope.with_unproven else ""
    return unproven + (", listes réputées complètes crues" if scope.with_low else "")


def scoped(scope: Scope, place: Place) -> str:
    """Say after a count all that narrows or widens it but its days; nothing for all of France."""
    return situated(scope, place) + including(scope)


def typeset(name: str) -> str:
    """Give a name the apostrophe of print."""
    return name.replace("'", "’")


def in_town(name: str) -> str:
    """Contract the article of a town's name: `au Havre`, `aux Abymes`, `à La Rochelle`."""
    if name.startswith("Le "):
        return f"au {typeset(name[3:])}"
    if name.startswith("Les "):
        return f"aux {typeset(name[4:])}"
    return f"à {typeset(name)}"


def of_town(name: str) -> str:
    """Say of which town: `de Chaumont`, `d'Épinal`, `du Havre`, `des Abymes`."""
    there = in_town(name)
    for contracted, of in (("au ", "du "), ("aux ", "des ")):
        if there.startswith(contracted):
            return of + there.removeprefix(contracted)
    return elided("de", typeset(name))


def former_town(code: str, name: str, kind: str, holders: Sequence[Sequence[str]]) -> str:
    """Say what a code was, and which commune holds it now, in a sentence without its full stop."""
    named = f" ({typeset(name)})" if name else ""
    listed = " ou ".join(f"{typeset(each)} ({number})" for number, each in holders)
    return f"Le code {code}{named} {FormerKind(kind).word}{NBSP}: la commune actuelle est {listed}"


def moved(former: Former) -> str:
    """Say that what is asked about a code is answered about the commune that holds it."""
    return f"{former_town(former.code, **former.facts)}, que voici."
