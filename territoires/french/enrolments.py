"""What the page of enrolments says: coverage, findings, definitions, what is kept back."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from territoires.domain.disclosure import SMALLEST, Publication
from territoires.domain.enrolments import name_of
from territoires.domain.programme import Counted
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, counted, number, percent, plural
from territoires.french.places import typeset
from territoires.french.typography import capital, lowered, typeset_text
from territoires.french.words import COUNTED, reserve

AGE_NAMES = {
    "": "Tous les âges",
    "moins-1-an": "Moins d’un an",
    "1-a-3-ans": "D’un à trois ans",
    "3-ans-et-plus": "Trois ans et plus",
}
_AGED = {
    "moins-1-an": " de moins d’un an",
    "1-a-3-ans": " d’un à trois ans",
    "3-ans-et-plus": " de trois ans et plus",
}
AGE_OF_CENTRE = "Âge du centre"
YEAR = "Année universitaire"
COUNTED_AS = "Unité comptée"
FIELD = "Filière"
EVERY_FIELD = "Toutes les filières"
ONLY_TRANSMITTED = "Seulement les centres ayant transmis"

# The titles of the definitions that the page shows, in their order.
DEFINED = (
    "Personnes (auditeurs)",
    "Inscriptions",
    "Non transmis n’est pas zéro",
    "Arrêté au",
    "Provisoire",
    f"Moins de {SMALLEST}",
    "Total du centre et total des formations",
)

FOR_STAFF = "Tous les effectifs, pour votre territoire"
FOR_STAFF_WHY = (
    "Ces effectifs, de 1 à 4 compris, ne sont montrés qu’aux personnes compétentes dans ce "
    "territoire. Ne les publiez pas."
)
NO_DETAIL = (
    "Aucun détail par formation n’est publié à cette date pour cette année dans cette unité\u00a0: "
    "il n’a pas été transmis, un comptage arrêté plus tard l’a remplacé, l’autre unité est déjà "
    "détaillée, ou il révélerait un petit effectif."
)
DETAIL_IS_LATEST = (
    "Le détail par formation n’est public que dans son dernier état connu\u00a0: comparer deux "
    "états révélerait de petits effectifs. Remettez «\u00a0Telle que connue le\u00a0» à "
    "«\u00a0maintenant\u00a0» pour le voir."
)
NOT_PUBLISHED = "non publié"
NOTHING_SHOWN = (
    "Aucun de ces effectifs n’est publié\u00a0: le détail ne l’est que dans une unité par centre "
    "et par année (la première qui l’a été), et pas là où il révélerait un "
    f"effectif de 1 à {SMALLEST - 1}."
)
PUBLISHED = "Totaux et cibles publiés"
NO_PUBLISHED = "Aucun effectif publié pour ce territoire et ce périmètre à cette date."

OTHER_REGIONS = "Autres régions"
BY_REGION = "Par année et par région"
AGE = "mois depuis l’ouverture"
MEDIAN = "Médiane des centres"
ONE_CENTRE = "Un centre"
STATED_TARGET = "Cible annoncée"
FINAL, PROVISIONAL = "Définitif", "Provisoire ou partiel"


def unit(counts: Counted, value: float = 2) -> str:
    """Name what is counted, in agreement with a number: `1 personne`, `35 inscriptions`."""
    word = COUNTED[counts].removesuffix("s")
    return plural(value, word)


def _headcount(value: float, counts: Counted) -> str:
    return f"{number(value)}{NBSP}{unit(counts, value)}"


def coverage(
    data: Any, year: int, counts: Counted, *, where: str = "", previous: Any | None = None
) -> str:
    """Say how many of the open centres transmitted, and what that makes of the total.

    Takes the frames CENTRES of the year and, to compare, of the year before; `where` as
    `scoped` says it.
    """
    expected = data[data["expected"]]
    given = int(expected["transmitted"].sum())
    name = name_of(year)
    if not len(expected):
        return (
            f"**Aucun centre documenté comme ouvert pour {name}**{where}{NBSP}: aucun effectif "
            f"n’est attendu.{_besides(data)}"
        )
    only = expected["transmitted"] & (expected["publication"] == "absent")
    partly = f", dont {number(only.sum())} sans total en {COUNTED[counts]}" if only.any() else ""
    if not given:
        by = _of_open(len(expected), len(expected))
        return f"**Aucun effectif transmis pour {name}** par {by}{where}.{_besides(data)}"
    who = f"{_of_open(given, len(expected))}{where}"
    gave = plural(given, "a transmis ses effectifs", "ont transmis leurs effectifs")
    text = f"**{capital(who)} {gave} pour {name}**{partly}"
    if given == len(expected):
        text += "."
        if expected["provisional"].any():
            text += " Ces effectifs sont provisoires."
        return text + _besides(data)
    text += f"{NBSP}: total partiel"
    if previous is not None and len(previous):
        text += f", non comparable à {name_of(year - 1)}"
    return f"{text}.{_besides(data)}"


def _of_open(part: int, whole: int, which: str = "") -> str:
    """Name some of the open centres: `17 des 19 centres ouverts`, `le centre ouvert`."""
    if whole == 1:
        return f"le centre ouvert{which}"
    centres_ = f"{counted(whole, 'centre ouvert')}{which}"
    return f"les {centres_}" if part == whole else f"{number(part)} des {centres_}"


def _besides(data: Any) -> str:
    """Count apart the centres that transmitted without being documented as open."""
    others = int((data["transmitted"] & ~data["expected"]).sum())
    if not others:
        return ""
    return (
        f" {counted(others, 'autre centre')} {plural(others, 'a', 'ont')} "
        f"transmis sans être {plural(others, 'documenté')} comme {plural(others, 'ouvert')}."
    )


def headline(data: Any, year: int, counts: Counted, announced: Any, *, where: str = "") -> str:
    """Say the total of the year or, where there is none, the last one that was published.

    Takes the frames CENTRES and PUBLISHED; empty when neither says anything.
    """
    if (data["publication"] == Publication.SHOWN).any():
        here = f",{where}" if where.startswith(" ") else where
        return f"{name_of(year)}{here}{NBSP}: {total(data, counts)}".replace("**", "")
    if not len(announced):
        return ""
    row = announced.iloc[-1]
    when = f", {lowered(row['period'])}" if row["period"] else ""
    said = f"{figure(row)}{NBSP}personnes"
    return f"{capital(said)} formées ({row['source']}){when}."


def silent(centres_: int, year: int) -> str:
    """Head the list of the centres of which no total can be shown."""
    return f"{counted(centres_, 'centre ouvert')} sans total, {name_of(year)}"


def reasons(rows: Iterable[Mapping[str, Any]]) -> str:
    """Name towns under the reason why nothing is shown of them."""
    named: dict[str, list[str]] = {}
    for row in rows:
        named.setdefault(centre_end(row), []).append(typeset(row["town"]))
    return "\n".join(
        f"- **{capital(reason)}**{NBSP}: {', '.join(towns)}." for reason, towns in named.items()
    )


def figure(row: Mapping[str, Any]) -> str:
    """Write a published figure with its reserve: `au moins 4 200`."""
    word = reserve(row["qualifier"])
    return f"{f'{word} ' if word else ''}{number(row['value'])}"


def announced(row: Mapping[str, Any]) -> str:
    """Say what a published total is about: its period, who said it."""
    return " · ".join(filter(None, (typeset_text(row["period"]), row["source"])))


def all_announced(totals: int) -> str:
    """Say the picture of the published totals."""
    said = counted(totals, "total publié", "totaux publiés")
    return f"Personnes formées dans tout le programme{NBSP}: {said}"


def total(data: Any, counts: Counted, *, age: str = "", only: bool = False) -> str:
    """Say the total of one year, as the sum of the centres' totals; takes the frame CENTRES.

    `age` and `only` are the filters that chose its rows. What centres gave that are not documented
    as open is told beside those that are: they are not some of them.
    """
    shown = data[data["publication"] == "shown"]
    small = int((data["publication"] == "small").sum())
    withheld = int((data["publication"] == "withheld").sum())
    if not len(shown):
        return (
            f"Aucun total de centre n’{'est publié' if small or withheld else 'a été transmis'} "
            "dans cette unité."
        )
    opened, whole = int(shown["expected"].sum()), int(data["expected"].sum())
    others = len(shown) - opened
    which = _AGED.get(age, "") + (" ayant transmis" if only else "")
    among = [f"dans {_of_open(opened, whole, which)}"] if opened else []
    if others:
        again = ("autre centre", "autres centres") if opened else ("centre", "centres")
        among.append(
            f"dans {counted(others, *again)}{_AGED.get(age, '')}, "
            f"{plural(others, 'non documenté', 'non documentés')} comme {plural(others, 'ouvert')}"
        )
    text = f"**{_headcount(shown['headcount'].sum(), counts)}** {' et '.join(among)}"
    if small:
        text += f", sans {counted(small, 'centre')} de moins de {SMALLEST}{NBSP}{unit(counts)}"
    if withheld:
        text += f", sans {counted(withheld, 'centre')} dont le total n’est pas publié"
    detailed = data[data["courses_sum"].notna() | (data["courses_hidden"] > 0)]
    if len(detailed):
        value = detailed["courses_sum"].sum(min_count=1)
        text += (
            f". {counted(len(detailed), 'centre')} "
            f"{plural(len(detailed), 'n’a', 'n’ont')} transmis que le détail par formation "
            f"({at_least(value, detailed['courses_hidden'].sum(), counts)}), compté à part"
        )
    return text + "."


def totals(data: Any, counts: Counted) -> str:
    """Say what the bars show; takes the frame TOTALS."""
    if not len(data):
        return f"**Effectifs par année**{NBSP}: aucun total transmis."
    by_year = data.groupby("academic_year")["headcount"].sum(min_count=1).dropna()
    if not len(by_year):
        return f"**Effectifs par année**{NBSP}: aucun total publié."
    latest = by_year.index[-1]
    hatched = data.loc[data["provisional"], "academic_year"].nunique()
    text = f"**{_headcount(by_year.iloc[-1], counts)} en {latest}**"
    if len(by_year) > 1:
        text += f", {number(by_year.iloc[-2])} en {by_year.index[-2]}"
    if hatched:
        text += (
            f"{NNBSP}; ce qui est provisoire ou partiel est hachuré et ne se compare pas d’une "
            "année à l’autre"
        )
    return text + "."


def ages(data: Any, counts: Counted) -> str:
    """Say what the lines by age show; takes the frame AGES."""
    towns = data["town_code"].nunique()
    if not towns:
        return (
            f"**Centres comparés au même âge**{NBSP}: aucun centre n’a d’effectif et de date "
            "d’ouverture connus."
        )
    second = data[(data["months"] >= 18) & (data["months"] < 30)].groupby("town_code")["headcount"]  # noqa: PLR2004
    text = f"**{counted(towns, 'centre')}, {plural(towns, 'aligné')} sur l’âge**"
    if len(second):
        median = second.last().median()
        text += (
            f"{NBSP}: entre 18 et 30 mois après l’ouverture, la moitié "
            f"{plural(len(second), 'de ce centre', f'des {number(len(second))} centres')} "
            f"compte au moins {_headcount(median, counts)}"
            if len(second) > 1
            else f"{NBSP}: une ligne par centre, alignée sur son ouverture"
        )
    return text + "."


def centres(data: Any, counts: Counted) -> str:
    """Say how centres stand against the target stated for them; takes the frame CENTRES."""
    shown = data[data["publication"] == "shown"]
    if not len(shown):
        return f"**Par centre**{NBSP}: aucun total transmis."
    least, most = shown["headcount"].min(), shown["headcount"].max()
    text = (
        f"**De {number(least)} à {_headcount(most, counts)} par centre**"
        if least < most
        else f"**{_headcount(most, counts)} par centre**"
    )
    against = shown[shown["target_share"].notna()]
    if len(against):
        reached = int((against["target_share"] >= 1).sum())
        text += f"{NNBSP}; {_against_target(reached, len(against))}"
    return text + "."


def _against_target(reached: int, known: int) -> str:
    """Say how many reach, of the centres that have both a total and a target."""
    if known == 1:
        return f"le seul qui a un total et une cible {'' if reached else 'ne '}l’atteint" + (
            "" if reached else " pas"
        )
    verb = plural(reached, "l’atteint", "l’atteignent")
    some = f"{number(reached)} {verb}" if reached else "aucun ne l’atteint"
    return f"sur les {counted(known, 'centre')} qui ont un total et une cible, {some}"


def fields(data: Any, counts: Counted) -> str:
    """Say the largest field; takes the frame FIELDS."""
    if not len(data):
        return f"**Par filière**{NBSP}: {lowered(NO_DETAIL)}"
    first = data.iloc[0]
    if data["headcount"].isna().all():
        return f"**{counted(len(data), 'filière')}.** {NOTHING_SHOWN}"
    hidden = int(data["hidden"].sum())
    text = (
        f"**{typeset(first['field'])}** vient en tête avec "
        f"{at_least(first['headcount'], _untold(first), counts)}"
    )
    if hidden:
        text += (
            f"{NNBSP}; {counted(hidden, 'effectif')} sur {number(int(data['cells'].sum()))} "
            + plural(
                hidden,
                "n’est pas publié et n’est pas dans les sommes",
                "ne sont pas publiés et ne sont pas dans les sommes",
            )
        )
    if kept := int(first["kept_centres"]):
        text += f"{NNBSP}; de {counted(kept, 'centre')}, rien n’est publié de ce détail"
    return text + "."


def _untold(row: Mapping[str, Any]) -> int:
    """Count what makes a sum of what is shown a lower bound."""
    return int(row["hidden"] + row["kept_centres"])


def courses(data: Any, counts: Counted) -> str:
    """Say the largest course; takes the frame COURSES."""
    if not len(data):
        return f"**Par formation**{NBSP}: {lowered(NO_DETAIL)}"
    first = data.iloc[0]
    if data["headcount"].isna().all():
        return f"**{counted(len(data), 'formation')}.** {NOTHING_SHOWN}"
    return (
        f"**{counted(len(data), 'formation')}**, la plus suivie étant «{NBSP}"
        f"{typeset(first['course'])}{NBSP}» "
        f"({at_least(first['headcount'], _untold(first), counts)})."
    )


def at_least(headcount: float, untold: float, counts: Counted) -> str:
    """Write a sum of what is shown: exact, `au moins 120 personnes`, or not published at all."""
    if math.isnan(headcount):
        return NOT_PUBLISHED
    return ("au moins " if untold else "") + _headcount(headcount, counts)


def bar_end(row: Mapping[str, Any]) -> str:
    """Write the same at the end of a bar: `≥ 120`."""
    if math.isnan(row["headcount"]):
        return NOT_PUBLISHED
    return ("≥ " if _untold(row) else "") + number(row["headcount"])


def apart(data: Any) -> str:
    """Say that totals published for the programme and those of centres are two series."""
    if data["transmitted"].any():
        return (
            f"Les effectifs ci-dessus sont ceux que les centres ont transmis{NBSP}: ils ne "
            "couvrent pas tout le programme. Les totaux publiés ne s’y ajoutent pas et ne les "
            "complètent pas."
        )
    return "Un total publié ne tient pas lieu des effectifs de chaque centre."


# Hovers


def region_total(row: Mapping[str, Any]) -> str:
    """Say one bar of the totals."""
    counts = Counted(row["counted"])
    left = row["hidden_centres"]
    text = (
        f"<b>{typeset(row['region'])}, {row['academic_year']}</b><br>"
        f"{_headcount(row['headcount'], counts)}<br>"
        f"total de {counted(row['centres'], 'centre')}<br>"
        f"{counted(row['expected_centres'], 'centre ouvert')} cette année-là"
    )
    if left:
        text += f"<br>sans {counted(left, 'centre')} dont le total n’est pas publié"
    return text + (f"<br>{PROVISIONAL}" if row["provisional"] else "")


def centre_total(row: Mapping[str, Any]) -> str:
    """Say one bar of the centres."""
    text = f"<b>{typeset(row['town'])}</b><br>{centre_end(row)}"
    if row["publication"] == Publication.SHOWN:
        text += f"{NBSP}{unit(Counted(row['counted']), row['headcount'])}"
        text += f"<br>{dates.counted_on(row['counted_on'].date())}"
    return text


def centre_end(row: Mapping[str, Any]) -> str:
    """Write what is known of a centre at the end of its bar: `39 sur 150 (26 %)`."""
    if row["publication"] == Publication.SHOWN:
        text = number(row["headcount"])
        if not math.isnan(row["target_share"]):
            text += f" sur{NBSP}{number(row['target'])} ({percent(row['target_share'])})"
        return text
    if row["publication"] == Publication.SMALL:
        return f"moins de {SMALLEST}"
    if row["publication"] == Publication.WITHHELD:
        return "total non publié"
    return "total non transmis" if row["transmitted"] else "non transmis"


def median_point(value: float) -> str:
    """Say the median of some months."""
    return f"Médiane{NBSP}: {number(value, 0 if float(value).is_integer() else 1)}"


def age_point(row: Mapping[str, Any]) -> str:
    """Say one point of the lines by age."""
    return (
        f"<b>{typeset(row['town'])}</b>, {row['academic_year']}<br>"
        f"{number(row['months'])}{NBSP}mois après l’ouverture<br>"
        f"{_headcount(row['headcount'], Counted(row['counted']))}"
    )


def sum_of_cells(row: Mapping[str, Any], name: str) -> str:
    """Say one bar of the fields or courses."""
    counts = Counted(row["counted"])
    text = f"<b>{name}</b><br>{at_least(row['headcount'], _untold(row), counts)}"
    if row["hidden"]:
        text += (
            f"<br>{counted(row['hidden'], 'effectif')} sur {number(row['cells'])} "
            f"{plural(row['hidden'], 'non publié', 'non publiés')}"
        )
    return text
