"""What the comparison of regions and departments says: indicators, labels, sentences."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from territoires.domain.comparison import FEW, OF_TARGETS, SHARES, Indicator, Per
from territoires.domain.coverage import Grain
from territoires.domain.scope import Place, Scope, Territory
from territoires.domain.told import said
from territoires.french import dates
from territoires.french.map import GRAINS as MANY
from territoires.french.map import since_briefly
from territoires.french.numbers import NBSP, NNBSP, counted, number, percent, plural, rounded
from territoires.french.places import AMONG, including, inside, typeset

GRAINS: Final[dict[Grain, str]] = {"region": "Régions", "department": "Départements"}
ONE: Final[dict[Grain, str]] = {"region": "région", "department": "département"}
INDICATORS: Final = said(Indicator)
PERS: Final = said(Per)
QUESTION: Final = "Quelles régions avancent, lesquelles attendent\u202f?"
NO_OBJECTIVE: Final = (
    "L’objectif est national\u00a0: aucun n’est fixé par territoire, et aucun statut n’en est donc "
    "calculé."
)
NOT_ENROLLED: Final = "Aucun effectif d’inscriptions n’est publié par région."
ONLY_ONE = "Un seul territoire choisi\u00a0: ajoutez-en un pour comparer."
NONE_CHOSEN = "Aucun territoire choisi\u00a0: choisissez-en deux à quatre pour les comparer."
NO_TERRITORY = "Aucun territoire à comparer\u00a0: les données de référence ne sont pas chargées."

_THOUSAND, _MILLION = 1_000, 1_000_000


def wrapped(name: str, width: int) -> str:
    """Break a name longer than `width` letters in two."""
    name = typeset(name)
    if len(name) <= width:
        return name
    cuts = [at + 1 for at, letter in enumerate(name) if letter in "- "]
    cut = min(cuts, key=lambda at: abs(at - len(name) / 2), default=0)
    return f"{name[:cut].rstrip(' ')}<br>{name[cut:]}" if cut else name


def people(value: float) -> str:
    """Write inhabitants as one reads them: in millions, in thousands, one by one."""
    if value >= _MILLION:
        return f"{rounded(round(value))} d’hab."
    if value >= _THOUSAND:
        return f"{number(round(value / _THOUSAND) * _THOUSAND)}{NBSP}hab."
    return f"{number(value)}{NBSP}hab."


def interval(low: float, high: float) -> str:
    """Write what a rate of few cases may be worth: `de 0,4 à 2,3`; empty for the others."""
    if low != low:  # noqa: PLR0124 - NaN: there are enough cases
        return ""
    return f"de {number(low, 1)} à {number(high, 1)}"


_FRACTIONS: Final = OF_TARGETS | {Indicator.SITES_SHARE}


def label(row: Mapping[str, Any], indicator: Indicator, per: Per) -> str:
    """Write what is compared with its n: `6`, `1,1 (6)`, `6 sur 24`, `38 % (154 000 hab.)`.

    Under ten cases a share is a fraction, never a percentage alone.
    """
    value, count, whole = row["rate"], int(row["count"]), int(row["whole"])
    if value != value:  # noqa: PLR0124 - NaN: nothing to compare
        return "sans objet"
    if indicator in _FRACTIONS:
        fraction = f"{number(count)} sur{NBSP}{number(whole)}"
        return fraction if count < FEW else f"{percent(value)} ({fraction})"
    if indicator is Indicator.COVERED_SHARE:
        return f"{percent(value, 1 if 0 < value < 0.1 else 0)} ({people(count)})"  # noqa: PLR2004
    if indicator is Indicator.COVERED:
        return people(value)
    if per is Per.NUMBER:
        return number(count)
    return f"{people(value) if per is Per.CENTRE else number(value, 1)} ({number(count)})"


def middle(value: float, indicator: Indicator, per: Per) -> str:
    """Write a median in the unit of its indicator."""
    if indicator in SHARES:
        return percent(value, 1 if 0 < value < 0.1 else 0)  # noqa: PLR2004
    if indicator is Indicator.COVERED or per is Per.CENTRE:
        return people(value)
    return number(value, 0 if value == int(value) else 1)


def median_label(value: float, indicator: Indicator, per: Per) -> str:
    """Name the line of the median, and the band around that of a share."""
    band = f" (bande{NBSP}: ±{NBSP}10{NBSP}points)" if indicator in SHARES else ""
    return f"médiane{NBSP}: {middle(value, indicator, per)}{band}"


def hover(row: Mapping[str, Any], indicator: Indicator, per: Per) -> str:
    """Say what is compared of one territory."""
    unit = (
        INDICATORS[indicator]
        if per is Per.NUMBER
        else f"{INDICATORS[indicator]}, {PERS[per].lower()}"
    )
    few = interval(row["low"], row["high"])
    return (
        f"<b>{typeset(row['name'])}</b><br>{unit}{NBSP}: {label(row, indicator, per)}"
        f"{f'<br>{few} (95{NNBSP}%), le nombre de cas étant petit' if few else ''}"
    )


_WORDS: Final = {
    Indicator.OPEN: "centre",
    Indicator.LABELLED: "ville labellisée",
}


def standing(row: Mapping[str, Any], indicator: Indicator, per: Per, grain: Grain) -> str:
    """Place one territory against the median.

    « Grand Est : 6 centres, soit 5 de plus que la médiane des régions (1) ».
    """
    name, value, centre = typeset(row["name"]), row["rate"], row["median"]
    if value != value or centre != centre:  # noqa: PLR0124 - NaN: nothing to compare
        return f"**{name}**{NBSP}: rien à comparer, aucun centre n’y est ouvert."
    said = label(row, indicator, per)
    if per is Per.NUMBER and indicator in _WORDS:
        said = counted(value, _WORDS[indicator])
    elif indicator in _FRACTIONS:
        word = "centre" if indicator in OF_TARGETS else "site"
        said = f"{counted(row['count'], word)} sur{NBSP}{number(row['whole'])}"
    elif per in {Per.MILLION, Per.MEDIUM}:
        cases = counted(row["count"], _WORDS[indicator])
        few = interval(row["low"], row["high"])
        said = f"{number(value, 1)} {PERS[per].lower()} ({cases}{f', soit {few}' if few else ''})"
    elif per is Per.CENTRE:
        said = f"un centre pour {people(value)} ({counted(row['count'], 'centre')})"
    if not centre and value:
        return f"**{name}{NBSP}: {said}**{NNBSP}; rien dans la moitié au moins des {MANY[grain]}."
    median = f"la médiane des {MANY[grain]} ({middle(centre, indicator, per)})"
    return f"**{name}{NBSP}: {said}**, soit {_gap(value - centre, indicator, per)} {median}."


def _gap(gap: float, indicator: Indicator, per: Per) -> str:
    # The rounding of a division; of a share, what would be written « 0,0 point ».
    if abs(gap) < (5e-4 if indicator in SHARES else 1e-9):
        return "autant que"
    way = "de plus que" if gap > 0 else "de moins que"
    size = abs(gap)
    if indicator in SHARES:
        return f"{counted(100 * size, 'point', digits=1 if size < 0.1 else 0)} {way}"  # noqa: PLR2004
    if indicator is Indicator.COVERED or per is Per.CENTRE:
        return f"{people(size)} {way}"
    return f"{number(size, 0 if size == int(size) else 1)} {way}"


def left_out(zeros: int, without: int, grain: Grain) -> str:
    """Say which territories a figure leaves out: those at zero, those without a value."""
    parts = []
    if zeros:
        parts.append(
            f"{counted(zeros, ONE[grain])} à zéro\u00a0: hors du graphique, dans la médiane."
        )
    if without:
        parts.append(
            f"{counted(without, ONE[grain])} sans centre à quoi rapporter\u00a0: hors "
            "du graphique et de la médiane."
        )
    return " ".join(parts)


def sites(with_centre: float, every: float) -> str:
    """Write a share of the sites as a fraction: `3 sites sur 8`."""
    if not every:
        return "aucun site"
    return f"{counted(with_centre, 'site')} sur{NBSP}{number(every)}"


def leading(data: Any, grain: Grain) -> str:
    """Say who has most of the centres, and who waits for the most towns that are labelled."""
    said = []
    first, total = data.iloc[0], int(data["open"].sum())
    if first["open"]:
        tied = int((data["open"] == first["open"]).sum())
        if tied == 1:
            where = inside(Place(Territory.parse(first["territory"]), first["name"]))
            have = plural(first["open"], "est", "sont")
            said.append(f"{number(first['open'])} des {counted(total, 'centre')} {have} {where}.")
    waiting = data[(data["open"] == 0) & (data["labelled"] > 0)]
    if len(waiting):
        most = waiting.sort_values("labelled", ascending=False).iloc[0]
        name, towns = typeset(most["name"]), counted(most["labelled"], "ville labellisée")
        none = "et aucun centre ouvert avec certitude"
        who = f"{name}{' surtout' if len(waiting) > 1 else ''} ({towns})"
        have = f"{counted(len(waiting), ONE[grain])} {plural(len(waiting), 'a', 'ont')}"
        said.append(f"{have} des villes labellisées {none}{NBSP}: {who}.")
    return " ".join(said)


def places_of_each(territories: int, places: int, grain: Grain) -> str:
    """Say the picture."""
    known = counted(places, "place connue")
    return f"{known} dans {counted(territories, ONE[grain])}"


def steps(row: Mapping[str, Any]) -> str:
    """Say how many centres are known to have reached each step, and why it is no funnel."""
    applied, labelled = int(row["applied"]), int(row["labelled"])
    agreed, opened = int(row["agreed"]), int(row["openings"])
    said = (
        f"Étapes documentées{NBSP}: {counted(applied, 'candidature')}, "
        f"{counted(labelled, 'labellisation')}, "
        f"{counted(agreed, 'convention')}, {counted(opened, 'ouverture')}."
    )
    if applied >= labelled >= agreed >= opened:
        return said
    return (
        f"{said} Ce n’est pas un entonnoir{NBSP}: les sources disent peu des candidatures et des "
        "conventions."
    )


def table_finding(data: Any, grain: Grain, scope: Scope) -> str:
    """Say how many territories have a centre, among the towns of the scope."""
    some = int((data["open"] > 0).sum())
    when = f"au {dates.day(scope.as_of)}{AMONG[scope.perimeter]}{including(scope)}"
    if not some:
        whose = "Aucune région" if grain == "region" else "Aucun département"
        return f"**{whose} n’a de centre ouvert avec certitude** {when}."
    return (
        f"**{number(some)} {plural(some, ONE[grain])} sur{NBSP}{number(len(data))} "
        f"{plural(some, 'a', 'ont')} au moins un centre ouvert avec certitude** {when}."
    )


def burn_up_finding(names: int, grain: Grain) -> str:
    """Introduce the small multiples."""
    if not names:
        whose = "Aucune région" if grain == "region" else "Aucun département"
        return f"{whose} n’a de centre ouvert, même peut-être, à cette date."
    some = counted(names, ONE[grain])
    return (
        f"**Centres ouverts depuis avril 2019 dans {some}**, à la même échelle{NBSP}: "
        "la ligne, avec certitude\u202f; la bande, au plus."
    )


def burn_up_rest(others: int, grain: Grain) -> str:
    """Say how many territories have no curve."""
    if not others:
        return ""
    return (
        f"{counted(others, f'autre {ONE[grain]}')} sans ouverture "
        f"connue à cette date n’{plural(others, 'a', 'ont')} pas de courbe."
    )


def slope_finding(data: Any, since: date, day: date, grain: Grain) -> str:
    """Say what moved between two days."""
    risen = int((data["after"] > data["before"]).sum())
    fallen = int((data["after"] < data["before"]).sum())
    gap = int(data["after"].sum() - data["before"].sum())
    between = f"entre le {dates.day(since)} et le {dates.day(day)}"
    if not risen + fallen:
        total = counted(int(data["after"].sum()), "centre ouvert")
        return f"**Aucun changement documenté** {between}{NBSP}: {total} aux deux dates."
    sign = "+" if gap >= 0 else "\u2212"
    parts = [f"{counted(risen, ONE[grain])} en hausse"]
    if fallen:
        parts.append(f"{number(fallen)} en baisse")
    return f"**{sign}{counted(abs(gap), 'centre')}** {between}{NBSP}: {', '.join(parts)}."


def slope_names(names: Sequence[str]) -> str:
    """Name territories that moved together, on two lines: `Bretagne`, `et 3 autres`."""
    first, *others = map(typeset, names)
    return f"{first}<br>et {counted(len(others), 'autre')}" if others else first


def slope_hover(names: Sequence[str], before: int, after: int) -> str:
    """Say a slope and all who share it."""
    listed = "<br>".join(typeset(name) for name in names)
    return f"<b>{number(before)} → {counted(after, 'centre')}</b><br>{listed}"


def step_hover(row: Mapping[str, Any]) -> str:
    """Say a step of a small multiple."""
    return (
        f"<b>{typeset(row['name'])}</b><br>{dates.day(row['day'])}<br>"
        f"{counted(row['open'], 'centre')} avec certitude, {number(row['open_at_most'])} au plus"
    )


# --- side by side ---


def median_of(grain: Grain) -> str:
    """Name what stands for the territories of a grain: `Médiane des régions`."""
    return f"Médiane des {MANY[grain]}"


def column(row: Mapping[str, Any]) -> str:
    """Head the column of one territory."""
    code = str(row["territory"]).removeprefix("dep-")
    return (
        f"{typeset(row['name'])} ({code})" if "dep-" in row["territory"] else typeset(row["name"])
    )


def lines(row: Mapping[str, Any]) -> dict[str, str]:
    """Write the figures of one territory, under the same headings for all."""
    is_median = row["beside"] == "median"

    def amount(name: str) -> str:
        value = row[name]
        return number(value, 0 if value == int(value) else 1)

    rate = row["per_million"]
    share = row["covered_share"]
    cases = "" if is_median else f" ({counted(row['open'], 'centre')})"
    return {
        "Ouverts (certains)": amount("open"),
        "Ouverts au plus": amount("open_at_most"),
        "Objectif": "" if row["objective"] != row["objective"] else number(row["objective"]),
        "Par million en villes moyennes": _per_medium(row, cases),
        "Par million d’hab.": "" if rate != rate else f"{number(rate, 1)}{cases}",  # noqa: PLR0124
        "Labellisées": amount("labelled"),
        "Fermés, abandonnés": amount("closed_or_abandoned"),
        f"Habitants à moins de 30{NBSP}km": rounded(round(row["covered"]))
        + ("" if share != share else f" ({percent(share, 1 if 0 < share < 0.1 else 0)})"),  # noqa: PLR0124, PLR2004
        "Sites ACV pourvus": "" if is_median else sites(row["sites_with_centre"], row["sites"]),
        **_of_targets(row, is_median=is_median),
        "Dernière ouverture": since_briefly(row["last_opening"], row["basis"]),
        "Habitants": rounded(round(row["population"])),
    }


def _per_medium(row: Mapping[str, Any], cases: str) -> str:
    rate = row["per_medium"]
    if rate != rate:  # noqa: PLR0124 - NaN: no such town
        return ""
    few = interval(row["per_medium_low"], row["per_medium_high"])
    return f"{number(rate, 1)}{f' ({few})' if few else cases}"


def _of_targets(row: Mapping[str, Any], *, is_median: bool) -> dict[str, str]:
    """Write the part of what was decided for France, in the towns of the sites and elsewhere."""
    parts = (
        ("Des centres prévus en ville ACV", row["open_acv"], row["acv_target"]),
        ("Des centres prévus ailleurs", row["open"] - row["open_acv"], row["others_target"]),
    )
    return {
        heading: "" if is_median or not whole else f"{number(part)} sur{NBSP}{number(whole)}"
        for heading, part, whole in parts
    }
