"""What is said of the coverage: findings, empty states, notes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from territoires.domain.coverage import Closest, Coverage
from territoires.domain.rollout import State
from territoires.domain.scope import Level, Place, Scope
from territoires.french import dates
from territoires.french.map import FAR_KM, FARTHEST, GRAINS, STATE_SYMBOLS, km
from territoires.french.numbers import (
    NBSP,
    NNBSP,
    counted,
    inhabitants,
    number,
    percent,
    plural,
    rounded,
)
from territoires.french.places import including, inside, typeset

PERIMETER_NOTE: Final = (
    "La couverture compte tous les centres ouverts de France, quel que soit le périmètre choisi."
)
ROAD_NOTE: Final = (
    "Distance par la route\u00a0: estimation grossière, la distance à vol d’oiseau multipliée par "
    "{factor}. L’écart réel varie beaucoup, surtout en montagne et près des estuaires."
)
CROW_NOTE: Final = (
    "Distance à vol d’oiseau entre les mairies des communes\u202f; par la route, elle est souvent "
    "bien plus longue (Insee). Une commune est comptée avec tous ses habitants."
)
_HALF: Final = 2
_MUCH: Final = 1.5


def within(radius_km: int, *, by_road: bool) -> str:
    """Say the radius, and that the distance is a straight line, or an estimate by road."""
    return f"à moins de {number(radius_km)}{NBSP}km {way(by_road=by_road)}"


def way(*, by_road: bool) -> str:
    """Say how a distance is measured."""
    return "par la route (estimation)" if by_road else "à vol d’oiseau"


def finding(covered: Coverage, scope: Scope, place: Place, *, radius_km: int, by_road: bool) -> str:
    """Say how many inhabitants have a centre near, number and share."""
    where = f"{inside(place)}, " if inside(place) else ""
    near = within(radius_km, by_road=by_road)
    day = dates.day(scope.as_of)
    verb = plural(covered.inhabitants, "vit", "vivent")
    if covered.share is None:
        return f"**Au {day}, personne n’habite {inside(place)}.**"
    share = f" ({percent(covered.share, 1)})" if covered.inhabitants else ""
    people = f"{inhabitants(covered.inhabitants)} sur {rounded(covered.population)}{share}"
    return f"**Au {day}, {where}{people} {verb} {near} d’un centre ouvert{including(scope)}.**"


def nothing_here(place: Place, as_of: date) -> str:
    """Say that no centre is open in a territory."""
    where = f" {inside(place)}" if inside(place) else ""
    return f"**Aucun centre ouvert{where} au {dates.day(as_of)}.**"


def closest(near: Closest, *, by_road: bool) -> str:
    """Say where the centre nearest to an empty territory is, and from where."""
    where = f"{typeset(near.town)} ({typeset(near.department)}, {typeset(near.region)})"
    if near.inside > 1:
        every = counted(near.inside, "centre")
        return f"{every} sont ouverts hors de ce périmètre, dont {where}."
    if near.inside:
        return f"Un centre est ouvert hors de ce périmètre{NBSP}: {where}."
    measured = way(by_road=by_road and near.km <= FAR_KM)
    return (
        f"Le centre ouvert le plus proche est à {km(near.km)} {measured}{NBSP}: {where}, depuis "
        f"{typeset(near.seen_from)}."
    )


def out_of(whole: int, noun: str, nothing: str) -> str:
    """Say what a count is out of: `sur 222 sites`, `sur 235` without a noun, or `nothing`."""
    if not whole:
        return nothing
    return f"sur{NBSP}{counted(whole, noun) if noun else number(whole)}"


def other_years(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say which populations of a total are of another year than the others."""
    said = ", ".join(f"{typeset(row['department'])}{NBSP}{row['population_year']}" for row in rows)
    return f"Population municipale de 2023, sauf {said}."


def unlocated(covered: Coverage) -> str:
    """Say how many inhabitants can be neither near nor far."""
    return (
        f"{counted(covered.unlocated, 'habitant')} d’une commune sans coordonnées ne "
        f"{plural(covered.unlocated, 'peut', 'peuvent')} être compté."
    )


def states(counts: Mapping[State, int], where: str) -> str:
    """Say what the map shows, in the legend's order; `where` as `scoped` says it."""
    opened = counts.get(State.OPEN, 0)
    centres = counted(opened, "centre ouvert")
    first = f"**{centres if opened else 'Aucun centre ouvert'}{where}**"
    wordings = {
        State.OPEN_UNDATED: ("ouvert à une date inconnue", "ouverts à une date inconnue"),
        State.SELECTED: (
            "ville labellisée sans ouverture connue",
            "villes labellisées sans ouverture connue",
        ),
        State.UNPROVEN: (
            "centre de rattachement non prouvé",
            "centres de rattachement non prouvé",
        ),
        State.CLOSED: ("fermé ou abandonné", "fermés ou abandonnés"),
        State.NOTHING_KNOWN: (
            "ville dont rien n’est connu",
            "villes dont rien n’est connu",
        ),
    }
    others = [
        counted(counts[state], *words) for state, words in wordings.items() if counts.get(state)
    ]
    return f"{first}{NNBSP}; {', '.join(others)}." if others else f"{first}."


def state_choice(state: State, colour: str, label: str, number_: int) -> str:
    """Write one entry of the legend: the symbol in the colour of its mark, the state, its count."""
    return f':color[{STATE_SYMBOLS[state]}]{{foreground="{colour}"}} {label} ({number(number_)})'


def territories(data: Any, *, grain: str, by_share: bool, near: str) -> str:
    """Say which territories have nothing, and which has the most."""
    column = "share" if by_share else "per_million"
    without = int((~(data[column] > 0)).sum())
    total = len(data)
    if total == 1:
        return _one_territory(data.iloc[0], by_share=by_share, near=near)
    noun = GRAINS[grain]
    nothing = (
        f"n’ont aucun habitant {near} d’un centre" if by_share else "n’ont aucun centre ouvert"
    )
    if without == total:
        return f"**Les {number(total)} {noun} {nothing}.**"
    best = data.loc[data[column].idxmax()]
    name = typeset(best["name"])
    most = (
        f"la part la plus forte{NBSP}: {name}, {percent(best['share'], 1)}, soit "
        f"{counted(best['inhabitants'], 'habitant')}"
        if by_share
        else f"le taux le plus fort{NBSP}: {name}, {counted(best['open'], 'centre')} pour "
        f"{number(best['population'])}{NBSP}habitants"
    )
    subject = f"{number(without)} {noun} sur {number(total)}"
    if without == 1:
        subject = f"1 {noun[:-1]} sur {number(total)}"
        nothing = nothing.replace("n’ont", "n’a")
    if without == 0:
        has = f"ont des habitants {near} d’un centre" if by_share else "ont un centre ouvert"
        return f"**Les {number(total)} {noun} {has}**{NNBSP}; {most}."
    return f"**{subject} {nothing}**{NNBSP}; {most}."


def _one_territory(row: Any, *, by_share: bool, near: str) -> str:
    name = typeset(row["name"])
    if by_share:
        share = f" ({percent(row['share'], 1)})" if row["inhabitants"] else ""
        people = counted(row["inhabitants"], "habitant")
        return f"**{name}{NBSP}: {people}{share} {near} d’un centre ouvert.**"
    return (
        f"**{name}{NBSP}: {counted(row['open'], 'centre ouvert')} pour "
        f"{number(row['population'])}{NBSP}habitants.**"
    )


def far_towns(data: Any, *, radius_km: int, by_road: bool) -> str:
    """Say how many ACV communes are farther than the radius, how far half are, which the most."""
    if data.empty:
        return "**Aucune commune Action cœur de ville (liste de mars 2018) dans ce territoire.**"
    how, total = way(by_road=by_road), len(data)
    communes = "communes Action cœur de ville"
    if data["km"].isna().all():
        return (
            f"**Aucun centre n’est ouvert en France à cette date**{NNBSP}: les {number(total)} "
            f"{communes} en sont toutes dépourvues."
        )
    far = int((data["km"] > radius_km).sum())
    verb = plural(far, "est", "sont")
    subject = (
        f"{number(far)} des {number(total)} {communes}"
        if far
        else f"Aucune des {number(total)} {communes}"
    )
    if total == 1:
        row = data.iloc[0]
        if row["km"] > FAR_KM:
            return f"**{typeset(row['town'])}{NBSP}: aucun centre ouvert outre-mer à cette date.**"
        return f"**{typeset(row['town'])} est à {km(row['km'])} {how} d’un centre ouvert.**"
    near = data.loc[~(data["km"] > FAR_KM), "km"]
    half = (
        f"{NNBSP}; hors outre-mer sans centre, la moitié sont à plus de {km(near.median())}"
        if 0 < len(near) < total
        else f"{NNBSP}; la moitié sont à plus de {km(near.median())}"
    )
    if len(near) <= _HALF:
        half = ""
    last = data[data["km"] <= FAR_KM].nlargest(FARTHEST, "km").to_dict("records")
    *others, fifth = [f"{typeset(row['town'])} ({km(row['km'])})" for row in last] or [""]
    farthest = f" Les plus éloignées{NBSP}: {', '.join(others)} et {fifth}." if others else ""
    return (
        f"**{subject} {verb if far else 'n’est'} à plus de {number(radius_km)}{NBSP}km {how} d’un "
        f"centre ouvert**{half}.{farthest}"
    )


def beyond_the_seas(number_: int) -> str:
    """Say how many towns are left out of a figure, having no centre on their side of an ocean."""
    return (
        f"{counted(number_, 'commune')} d’outre-mer, sans centre ouvert à moins de "
        f"{number(FAR_KM)}{NBSP}km, {plural(number_, 'n’est pas tracée', 'ne sont pas tracées')} "
        "sur la courbe."
    )


def reach(data: Any, *, radius_km: int) -> str:
    """Say what a wider circle would change."""
    people, radii = data["inhabitants"].tolist(), data["radius_km"].tolist()
    if not people[-1]:
        return f"**Aucun habitant jusqu’à {radii[-1]}{NBSP}km.**"
    much = "beaucoup" if people[-1] > _MUCH * people[0] else "peu"
    return (
        f"**De {inhabitants(people[0])} à {radii[0]}{NBSP}km à {rounded(people[-1])} à "
        f"{radii[-1]}{NBSP}km**{NBSP}: le résultat dépend "
        f"{much} du rayon choisi ({radius_km}{NBSP}km)."
    )


RADIUS_AXIS: Final = "rayon (km)"
PEOPLE_AXIS: Final = "habitants"
RANK_AXIS: Final = "communes, de la plus proche à la plus éloignée"
KM_AXIS: Final = "km"


def radius_hover(row: Mapping[str, Any]) -> str:
    """Say one radius."""
    return (
        f"<b>{row['radius_km']}{NBSP}km</b><br>{counted(row['inhabitants'], 'habitant')}"
        f" ({percent(row['share'], 1)})"
    )


def radius_line(radius_km: int) -> str:
    """Name the line of the radius."""
    return f"rayon de {number(radius_km)}{NBSP}km"


def no_town(text: str) -> str:
    """Say that the town of an address does not exist."""
    return (
        f"La ville «{NBSP}{text}{NBSP}» de l’adresse n’est pas reconnue. Attendu\u00a0: un code "
        "INSEE, par exemple ville=52121."
    )


def scope_note(place: Place) -> str:
    """Say that a town's territory is drawn with its department."""
    if place.territory.level is not Level.TOWN:
        return ""
    return (
        "Le territoire choisi est une commune\u00a0: la carte montre tout son département, "
        f"{typeset(place.department_name)}."
    )
