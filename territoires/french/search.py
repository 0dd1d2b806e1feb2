"""What is said of a search: what a place is called in a list, what answers, what does not."""

import re

from territoires.domain.scope import Former, Level, Place
from territoires.french.numbers import NBSP, as_text, counted, quoted
from territoires.french.places import typeset

FRANCE = "France entière"
PLACEHOLDERS = {True: "Région, département ou ville", False: "Nom d’une commune ou code INSEE"}
HELP = (
    "Toutes les communes de France, sans souci d’accents, de traits d’union ni de majuscules"
    f"{NBSP}: «{NBSP}saint die{NBSP}», «{NBSP}haute m{NBSP}», «{NBSP}52121{NBSP}». "
    "Entrée prend la meilleure réponse."
)
BAD_QUERY = "Cette recherche n’est pas reconnue. Exemple : /chercher?quoi=ville&q=chaumont"


def label(place: Place) -> str:
    """Name a place in a box: `Grand Est (région)`, `Dijon (21)`; typed again, it means no other."""
    name, level = typeset(place.name), place.territory.level
    if level is Level.COUNTRY:
        return FRANCE
    if level is Level.REGION:
        return f"{name} (région)"
    return f"{name} ({place.department})" + ("" if level is Level.TOWN else " – département")


def note(place: Place, former: Former | None = None) -> str:
    """Tell a place from those of its name: `Haute-Marne, 52121`, inhabitants, what it was."""
    people = f" – {counted(place.population, 'habitant')}" if place.population else ""
    was = f" – anciennement {typeset(former.name)}" if former and former.name else ""
    return _where(place) + people + was


def choice(place: Place, former: Former | None = None) -> str:
    """Name a place in full: `Chaumont (Haute-Marne, 52121)`, inhabitants, what it was."""
    where = _where(place)
    return f"{typeset(place.name)} ({where}){note(place, former).removeprefix(where)}"


def _where(place: Place) -> str:
    return {
        Level.COUNTRY: "",
        Level.REGION: "région",
        Level.DEPARTMENT: f"département, {place.department}",
        Level.TOWN: f"{typeset(place.department_name)}, {place.territory.code}",
    }[place.territory.level]


def several(text: str, found: int) -> str:
    """Ask which of several places is meant."""
    answer = counted(found, "commune répond", "communes répondent")
    return f"{answer} à {quoted(as_text(text.strip()))}{NBSP}: choisissez la bonne."


DID_YOU_MEAN = f"Vouliez-vous dire{NBSP}:"


def nothing(text: str, *, towns_only: bool, in_regions: bool = False) -> str:
    """Say that nothing is called so, and what to type."""
    kind = "Aucune commune" if towns_only else "Aucun territoire"
    where = " dans vos régions" if in_regions else ""
    several = "" if towns_only else "d’une région, d’un département ou "
    advice = (
        "Si c’est un code postal, tapez plutôt le nom"
        if re.fullmatch(r"[0-9]{5}", text.strip())
        else f"Vérifiez l’orthographe, ou tapez le début du nom {several}d’une commune"
    )
    return (
        f"{kind} ne s’appelle {quoted(as_text(text.strip()))}{where}. {advice}, par exemple "
        "Chaumont, ou un code INSEE, par exemple 52121."
    )


def said(found: int, *, is_cut: bool) -> str:
    """Tell how many answers are listed, for those who hear the page."""
    if not found:
        return "Aucune réponse."
    if is_cut:
        return f"Les {counted(found, 'première réponse')}."
    return f"{counted(found, 'réponse')}."
