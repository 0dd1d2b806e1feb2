"""What is said of where to open next: findings, refusals, the line of honesty."""

from collections.abc import Mapping
from typing import Any, Final

from territoires.domain.scope import Place
from territoires.domain.siting import Conflict, InfeasibleError
from territoires.french.numbers import NBSP, NNBSP, counted, number, percent, plural
from territoires.french.places import inside, typeset

RANK_AXIS: Final = "rang de la ville dans la liste"
GAIN_AXIS: Final = "habitants de plus"
PLANNED: Final = "Ville à ouvrir, avec son rang"


LARGE: Final = "Communes de plus de 10\u202f000 habitants"
MORE: Final = (
    f"Ajoutez les «{NBSP}{LARGE}{NBSP}», ou élargissez le territoire ou le périmètre, en haut."
)


def mean(value: float) -> str:
    """Say what a town of the list adds on average."""
    return f"moyenne{NBSP}: {number(round(value))}"


def honesty(radius_km: float, *, by_road: bool = False) -> str:
    """Say what the ranking is made of, and everything that it leaves out."""
    way = "par la route (estimation)" if by_road else "à vol d’oiseau"
    km = number(radius_km, 0 if float(radius_km).is_integer() else 1)
    return (
        f"Classement selon la population située à moins de {km}{NBSP}km {way}. Il ne "
        "tient compte ni des sites du Cnam antérieurs au programme (la région parisienne en a), ni "
        "des locaux, ni des financements, ni des besoins."
    )


def finding(data: Any, place: Place, near: str) -> str:
    """Say what the list brings in all."""
    if data.empty:
        where = f" {inside(place)}" if inside(place) else ""
        return f"Aucune ville à proposer{where}{NBSP}: aucune candidate avec ces choix."
    where = f", {inside(place)}" if inside(place) else ""
    verb = plural(len(data), "mettrait", "mettraient")
    people = counted(int(data["cumulative"].iloc[-1]), "habitant")
    return f"{counted(len(data), 'ville')} {verb} un centre {near} de {people} de plus{where}."


def detail(data: Any, before: float) -> str:
    """Say the coverage before and after, and what the first and last towns add."""
    first, last = data.iloc[0], data.iloc[-1]
    share = (
        f"La couverture passerait de {percent(before, 1)} à {percent(last['share'], 1)} de la "
        "population."
    )
    most = (
        f"{typeset(first['town'])}, la première, apporte {counted(first['marginal'], 'habitant')}"
    )
    if len(data) == 1:
        return f"{share} {most}."
    return (
        f"{share} {most}{NNBSP}; {typeset(last['town'])}, la dernière, "
        f"{counted(last['marginal'], 'habitant')}."
    )


def gains(data: Any) -> str:
    """Say how fast the gain falls from one town to the next."""
    first, last = int(data["marginal"].iloc[0]), int(data["marginal"].iloc[-1])
    if len(data) == 1 or not first:
        return f"**Chaque ville ajoute {counted(first, 'habitant')} au plus.**"
    least, most = int(data["marginal"].min()), int(data["marginal"].max())
    if most > first:  # towns that are asked for come first, whatever they add
        return (
            f"**Chaque ville apporte de {number(least)} à {counted(most, 'habitant')}**{NBSP}: les "
            "villes imposées viennent en tête, puis celles qui ajoutent le plus."
        )
    half = int((data["marginal"] >= first / 2).sum())
    fall = (
        "la première apporte à elle seule plus du double de chacune des suivantes"
        if half == 1
        else f"{counted(half, 'ville')} apportent au moins la moitié de ce qu’apporte la première"
    )
    return (
        f"**De {counted(first, 'habitant')} pour la première ville à {counted(last, 'habitant')} "
        f"pour la dernière**{NBSP}: {fall}."
    )


def fewer(asked: int, found: int) -> str:
    """Say that there are fewer candidates than towns asked."""
    return (
        f"{counted(asked, 'ville demandée', 'villes demandées')}, "
        f"{counted(found, 'candidate')} seulement avec ces choix."
    )


def set_aside(rows: list[Mapping[str, Any]], states: Mapping[str, str]) -> str:
    """Name the towns left out unless asked for, each with its state."""
    named = ", ".join(f"{typeset(row['town'])} ({states[row['state']].lower()})" for row in rows)
    return (
        f"{plural(len(rows), 'Écartée', 'Écartées')} par défaut, un centre y étant peut-être déjà "
        f"ouvert{NBSP}: {named}. Pour en retenir une, ajoutez-la aux villes imposées."
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
            f"{counted(needed, 'ville imposée', 'villes imposées')} pour "
            f"{counted(available, 'ville')} à choisir. Augmentez le nombre de villes, ou "
            "imposez-en moins."
        ),
        Conflict.REGION: (
            f"{named}{NBSP}: {counted(needed, 'ville demandée', 'villes demandées')} au moins, "
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
