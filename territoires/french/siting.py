"""What is said of where to open next: findings, refusals, the line of honesty."""

from collections.abc import Mapping
from typing import Any, Final

from territoires.domain.scope import Perimeter, Place, Scope
from territoires.domain.siting import Conflict, InfeasibleError
from territoires.french.coverage import way
from territoires.french.numbers import (
    NBSP,
    as_asked,
    counted,
    inhabitants,
    listed,
    number,
    percent,
    plural,
    rounded,
)
from territoires.french.places import including, inside, typeset

PLANNED: Final = "Ville à ouvrir, avec son rang"
COVERED_AFTER: Final = "population couverte, en cumul"
_NAMED: Final = 4
LARGE: Final = "Communes de plus de 10\u202f000 habitants"
MORE: Final = (
    f"Ajoutez les «{NBSP}{LARGE}{NBSP}», ou élargissez le territoire ou le périmètre, en haut."
)


PRIOR: Final = "Écarter l’Île-de-France"
PRIOR_HELP: Final = (
    "Le Cnam y avait des sites avant le programme : une liste qui n’en tient pas compte y "
    "commence par la banlieue de Paris. Ailleurs, aucune source n’en donne la liste."
)
PRIOR_ASKED: Final = "Le territoire choisi est en Île-de-France : ses villes sont candidates."
APART: Final = "Les villes d’Île-de-France, où le Cnam avait déjà des sites, en sont écartées."
MAP_KEY: Final = (
    "Vert : centre ouvert, et ce qu’il couvre. Anneau orange : ville à ouvrir, avec son "
    "rang, et ce qu’elle couvrirait. Un clic sur une marque dit ce que l’on sait de la ville."
)
TICKS: Final = (
    "Décochez une ville pour l’écarter : la suivante prend sa place. Cochez-en une pour "
    "l’imposer. «\u00a0De plus\u00a0»\u00a0: habitants qui n’ont de centre ni ouvert ni proposé "
    "plus haut dans la liste."
)
LEFT_OUT: Final = "Écartée par vous"
BEFORE_THE_PROGRAMME: Final = "Île-de-France : sites antérieurs au programme"


def honesty(radius_km: float, *, by_road: bool = False, apart: bool = False) -> str:
    """Say what the ranking is made of, and everything that it leaves out.

    `apart`: the towns of a region where the Cnam had seats are set aside.
    """
    km = as_asked(radius_km)
    prior = (
        "autres sites du Cnam antérieurs au programme"
        if apart
        else "sites du Cnam antérieurs au programme (la région parisienne en a)"
    )
    return (
        f"Classement selon la population située à moins de {km}{NBSP}km {way(by_road=by_road)}. "
        f"{f'{APART} ' if apart else ''}Il ne tient compte ni des {prior}, ni des locaux, ni des "
        "financements, ni des besoins."
    )


_OF: Final = {
    Perimeter.ALL: "",
    Perimeter.ACV: " Action cœur de ville",
    Perimeter.NON_ACV: " hors Action cœur de ville",
}


def finding(data: Any, scope: Scope, place: Place, near: str, *, apart: bool = False) -> str:
    """Say what the list brings in all; `apart` as for `honesty`."""
    where = f" {inside(place)}" if inside(place) else ""
    if data.empty:
        return f"Aucune ville à proposer{where}{NBSP}: aucune candidate avec ces choix."
    who = f"{counted(len(data), 'ville')}{_OF[scope.perimeter]}"
    verb = plural(len(data), "mettrait", "mettraient")
    people = inhabitants(int(data["cumulative"].iloc[-1]))
    return (
        f"{'Hors Île-de-France, ' if apart else ''}{who} {verb} un centre {near} de {people} de "
        f"plus{f',{where}' if where else ''}{including(scope)}."
    )


def detail(data: Any, before: float) -> str:
    """Say the coverage before and after."""
    return (
        f"La couverture passerait de {percent(before, 1)} à {percent(data['share'].iloc[-1], 1)} "
        "de la population."
    )


def with_prior(wider: Any, plan: Any) -> str:
    """Say what the list becomes with the towns of the regions where the Cnam had seats."""
    kept = set(plan["town_code"])
    entering = [typeset(row.town) for row in wider.itertuples() if row.town_code not in kept]
    if not entering:
        return "Avec l’Île-de-France, où le Cnam avait déjà des sites, la liste serait la même."
    few = len(entering) <= _NAMED
    named = listed(entering if few else [*entering[:_NAMED], "d’autres"])
    return (
        "Avec l’Île-de-France, où le Cnam avait déjà des sites, la liste toucherait "
        f"{inhabitants(int(wider['cumulative'].iloc[-1]))}{NBSP}: {named} y "
        f"{plural(len(entering), 'entrerait', 'entreraient')}."
    )


def gains(data: Any) -> str:
    """Say how fast the gain falls from one town to the next."""
    first = int(data["marginal"].iloc[0])
    if len(data) == 1 or not first:
        return f"**Chaque ville ajoute {inhabitants(first)} au plus.**"
    least, most = int(data["marginal"].min()), int(data["marginal"].max())
    if most > first:  # towns that are asked for come first, whatever they add
        return (
            f"**Chaque ville apporte entre {rounded(least)} et {inhabitants(most)}**{NBSP}: les "
            "villes imposées viennent en tête, puis celles qui ajoutent le plus."
        )
    half = int((data["marginal"] >= first / 2).sum())
    if half == 1:
        return "**La première ville apporte à elle seule plus du double de chacune des suivantes.**"
    if half == len(data):
        return "**Chaque ville apporte au moins la moitié de ce qu’apporte la première.**"
    return (
        f"**{counted(half, 'ville')} apportent au moins la moitié de ce qu’apporte la première.**"
    )


def fewer(asked: int, found: int) -> str:
    """Say that there are fewer candidates than towns asked."""
    return (
        f"{counted(asked, 'ville demandée')}, "
        f"{counted(found, 'candidate')} seulement avec ces choix."
    )


def refusal(error: InfeasibleError, names: Mapping[str, str]) -> str:
    """Say which wish cannot be met and what to change; `names` of towns and regions by code."""
    named = ", ".join(typeset(names.get(code, code)) for code in error.codes)
    needed, available = error.needed, error.available
    return {
        Conflict.INCLUDE_UNKNOWN: (
            f"{named}{NBSP}: un centre y est déjà ouvert, ou cette commune n’est pas candidate "
            "avec ces choix. Retirez-la des villes imposées, ou élargissez les candidates."
        ),
        Conflict.INCLUDE_EXCLUDED: (
            f"{named}{NBSP}: à la fois imposée et écartée. Retirez-la de l’une des deux listes."
        ),
        Conflict.INCLUDE_SAME_SITE: (
            f"{named} forment un seul site Action cœur de ville, où un seul centre est compté. "
            "N’en imposez qu’une."
        ),
        Conflict.INCLUDE_OVER_COUNT: (
            f"{counted(needed, 'ville imposée')} pour "
            f"{counted(available, 'ville')} à choisir. Augmentez le nombre de villes, ou "
            "imposez-en moins."
        ),
        Conflict.REGION: (
            f"{named}{NBSP}: {counted(needed, 'ville demandée')} au moins, "
            f"{counted(available, 'candidate')} seulement. Baissez le minimum par région, ou "
            "élargissez les candidates."
        ),
        Conflict.REGIONS_OVER_COUNT: (
            f"Servir chaque région demande {counted(needed, 'ville')}, vous en avez choisi "
            f"{number(available)}. Augmentez le nombre de villes, ou baissez le minimum par région."
        ),
        Conflict.ACV_SHARE: (
            f"La part demandée exige {counted(needed, 'ville')} Action cœur de ville, "
            f"{number(available)} {plural(available, 'est possible', 'sont possibles')} avec ces "
            "choix. Baissez la part, ou imposez moins de villes hors Action cœur de ville."
        ),
    }[error.conflict]
