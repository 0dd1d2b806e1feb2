"""What the page of courses says: the catalogue, what is given where, what was announced."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from territoires.domain.dates import PartialDate
from territoires.domain.offers import Offer
from territoires.domain.text import fold
from territoires.french import cells, dates
from territoires.french.numbers import (
    NBSP,
    NNBSP,
    as_text,
    counted,
    number,
    plural,
    quoted,
)
from territoires.french.places import in_town, of_town, typeset
from territoires.french.typography import capital
from territoires.french.words import CPF, OFFERED, reserve

TEXT, FIELD, LEVEL, MODE, CREDENTIAL = (
    "Chercher",
    "Filière",
    "Niveau",
    "Modalité",
    "Diplôme ou titre",
)
NEAR_HOME, CATALOGUE = "Où suivre une formation près de chez soi", "Catalogue"
WHERE = "Où elle est proposée"
CPF_LABEL = "Éligible au CPF"
EVERY = {
    "field": "Toutes les filières",
    "level": "Tous les niveaux",
    "mode": "Toutes les modalités",
    "credential": "Tous les diplômes et titres",
    "cpf": "Toutes",
    "course": "Toutes les formations",
}
ONLY_OFFERED = "Seulement celles proposées dans un centre"

_NAMED = 5


def level_name(level: int) -> str:
    """Name a level of the European framework: `Niveau 6 (bac+3)`."""
    after = {4: "bac", 5: "bac+2", 6: "bac+3 ou 4", 7: "bac+5", 8: "doctorat"}.get(level)
    return f"Niveau{NBSP}{level}" + (f" ({after})" if after else "")


def offered_towns(rows: Iterable[Mapping[str, Any]]) -> str:
    """Name the towns where a course is given, with what keeps each from being counted.

    Takes rows of OFFERINGS; a town of several centres says how many.
    """
    towns: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        towns[row["town"]].append(row)
    parts = []
    for town in sorted(towns, key=fold):
        best = min((Offer(row["offered"]) for row in towns[town]), key=list(Offer).index)
        sites = len({row["centre_id"] for row in towns[town]})
        notes = [*([counted(sites, "centre")] if sites > 1 else []), *filter(None, [_MARKS[best]])]
        parts.append(f"{town} ({', '.join(notes)})" if notes else town)
    return ", ".join(parts)


_MARKS = {
    Offer.OFFERED: "",
    Offer.POSSIBLE: "peut-être",
    Offer.UNDATED: "date inconnue",
    Offer.UNPROVEN: "?",
}


def catalogue(data: Any, where: str) -> str:
    """Say how many courses the filters keep, and how many are given; takes CATALOGUE.

    `where`, here and below, as `scoped` says it.
    """
    offered, most = ((data[name] > 0).sum() for name in ("offered_centres", "offered_at_most"))
    text = f"**{counted(len(data), 'formation')} au catalogue**, national et sans date"
    at_most = f" ({number(most)} au plus)" if most > offered else ""
    if not offered:
        return f"{text}, aucune documentée comme proposée dans un centre{where}{at_most}."
    return (
        f"{text}, dont {number(offered)} {plural(offered, 'proposée')} dans au moins "
        f"un centre{where}{at_most}."
    )


def told(course: Mapping[str, Any]) -> str:
    """Say a course and how many centres give it; takes a row of CATALOGUE."""
    given, most = int(course["offered_centres"]), int(course["offered_at_most"])
    at_most = f", {number(most)} au plus" if most > given else ""
    where = f"dans {counted(given, 'centre')}" if given else "dans aucun centre documenté"
    return f"{typeset(course['course'])}, proposée {where}{at_most}"


def by_field(courses: int, fields: int) -> str:
    """Say the picture of the courses."""
    return f"{counted(courses, 'formation')} dans {counted(fields, 'filière')}"


GIVEN: Final = "Proposée dans un centre au moins"
NOT_GIVEN: Final = "Dans aucun centre documenté"
BY_FIELD: Final = "Une marque par formation. Un clic ouvre sa fiche."


def nothing(where: str, elsewhere: Any) -> str:
    """Say that no course fits the filters, and what exists with fewer of them."""
    text = f"Aucune formation ne correspond à ces filtres{where}."
    if len(elsewhere):
        names = [typeset(row) for row in elsewhere["course"].head(3)]
        text += (
            f" {counted(len(elsewhere), 'existe', 'existent')} sans le filtre de modalité ni de "
            f"centre{NBSP}: {', '.join(names)}{'…' if len(elsewhere) > len(names) else ''}."
        ).replace(f"{NBSP}existe", f"{NBSP}formation existe", 1)
    return text.replace("formation existent", "formations existent")


def announced(data: Any) -> str:
    """Put what was announced beside what is documented; takes ANNOUNCED."""
    nouns = {"courses_offered": "formation", "fields_offered": "filière"}
    parts = []
    for row in data.to_dict("records"):
        word = reserve(row["qualifier"])
        noun = nouns[row["indicator"]]
        parts.append(
            f"{word + ' ' if word else ''}**{number(row['value'])} {noun}s** annoncées "
            f"({dates.on(PartialDate.parse(row['published_on']))}, {row['source']}), "
            f"**{number(row['documented'])} documentées** ici à ce jour"
        )
    text = f"{NNBSP}; ".join(parts)
    return (
        f"{capital(text)}. La liste du programme n’a pas été retrouvée{NBSP}: ce "
        "catalogue est fait des formations du Cnam qu’une source atteste, et n’en est "
        "qu’une partie."
    )


def heat(data: Any) -> str:
    """Say what the map of fields and regions shows; takes HEAT."""
    if not len(data):
        return "**Filières par région**\u00a0: aucun centre ouvert à cette date."
    offered = data[data["offered_courses"] > 0]
    most = data.loc[data["courses_at_most"] > 0, "field"].nunique()
    silent = data.loc[data["offered"] == Offer.NOT_TRANSMITTED, "region"].nunique()
    fields, regions = offered["field"].nunique(), data["region"].nunique()
    at_most = f" ({number(most)} au plus)" if most > fields else ""
    text = (
        f"**{counted(fields, 'filière')} {plural(fields, 'proposée')}**{at_most} dans "
        f"{counted(offered['region'].nunique(), 'région')} sur {number(regions)}"
        if fields
        else f"**Aucune filière proposée avec certitude**{at_most}"
    )
    if silent:
        text += (
            f"{NNBSP}; l’offre de {counted(silent, 'région')} n’a pas été transmise, ce qui ne "
            f"veut pas dire qu’elle n’existe pas{NBSP}: {_regions(data, silent=True)}"
        )
    return text + "."


def heat_cell(row: Mapping[str, Any]) -> str:
    """Say one cell of the map of fields and regions."""
    name = f"<b>{typeset(row['field'])}, {typeset(row['region'])}</b><br>"
    if not row["courses_at_most"]:
        return name + OFFERED[row["offered"]]
    said = _given(row["offered_courses"], row["offered_centres"])
    most = _given(row["courses_at_most"], row["centres_at_most"])
    if not row["offered_courses"]:
        return f"{name}au plus {most}"
    return name + said + (f"<br>au plus {most}" if most != said else "")


def heat_number(certain: float, most: float, *, briefly: bool = False) -> str:
    """Write in a cell how many courses are given, from the certain to the possible."""
    if certain and most > certain:
        return f"{certain:.0f}+" if briefly else f"{certain:.0f} à {most:.0f}"
    return f"{certain:.0f}" if certain else f"≤{NNBSP}{most:.0f}" if most else ""


def _given(courses: int, centres: int) -> str:
    return f"{counted(courses, 'formation')} dans {counted(centres, 'centre')}"


def _regions(data: Any, *, silent: bool) -> str:
    kept = data[(data["offered"] == Offer.NOT_TRANSMITTED) == silent]
    return ", ".join(typeset(name) for name in dict.fromkeys(kept["region"]))


def fields_by_region(data: Any) -> list[str]:
    """Name the fields given in each region that transmitted; takes HEAT."""
    given = data[data["courses_at_most"] > 0]
    return [
        f"**{typeset(region)}**{NBSP}: "
        + ", ".join(
            f"{typeset(row.field)} ({heat_number(row.offered_courses, row.courses_at_most)})"
            for row in rows.itertuples()
        )
        + "."
        for region, rows in given.groupby("region", sort=False)
    ]


def at_a_distance(given: Any) -> str:
    """Say what is given at a distance; takes NEAR."""
    kept = at_most(given)
    if not len(kept):
        return "**À distance**, rien n’est documenté pour ces choix."
    towns = ", ".join(sorted(set(kept["town"]), key=fold)[:_NAMED])
    courses = counted(kept["course_key"].nunique(), "formation")
    return f"**À distance**{NBSP}: {courses} ({towns})."


def offerings(data: Any, where: str) -> str:
    """Say what is given and where; takes OFFERINGS."""
    certain, most = _sums(data[data["offered"] == Offer.OFFERED]), _sums(at_most(data))
    if certain:
        text = f"**{certain}**" + (f" (au plus {most})" if most != certain else "") + where
    elif most:
        text = f"**Aucune formation avec certitude**, au plus {most}{where}"
    else:
        text = f"**Aucune offre documentée**{where}"
    return f"{text}{apart(data)}."


def at_most(data: Any) -> Any:
    """Keep what counts, with certainty or at most; takes OFFERINGS or NEAR."""
    return data[data["offered"].isin([Offer.OFFERED, Offer.POSSIBLE])]


def _sums(data: Any) -> str:
    """Say how many courses are given in how many centres; nothing when there are none."""
    return _given(data["course_key"].nunique(), data["centre_id"].nunique()) if len(data) else ""


def apart(data: Any) -> str:
    """Say what is given and does not count; takes OFFERINGS or NEAR."""
    text = ""
    for offer, which in (
        (Offer.UNDATED, "dont la date d’ouverture n’est pas connue"),
        (Offer.UNPROVEN, "dont le rattachement n’est pas prouvé"),
    ):
        rows = data[data["offered"] == offer]
        if len(rows):
            towns = ", ".join(sorted(set(rows["town"]), key=fold))
            centres = rows["centre_id"].nunique()
            where = "un centre" if centres == 1 else counted(centres, "centre")
            courses = counted(rows["course_key"].nunique(), "formation")
            text += f", et {courses} dans {where} {which} ({towns})"
    return text


def left_out(courses: int) -> str:
    """Say how many recorded offers of a town are not given on the day."""
    verb = plural(courses, "n’est pas comptée", "ne sont pas comptées")
    return (
        f"{counted(courses, 'formation enregistrée')} {verb} à cette "
        f"date{NBSP}: le centre n’est pas connu comme ouvert, ou l’offre n’a pas commencé ou est "
        "terminée."
    )


def near(data: Any, town: str, km: int) -> str:
    """Answer where a course is given near a town; takes NEAR."""
    close = data[data["km"] <= km]
    named = of_town(town)
    kept = at_most(close)
    if len(kept):
        first = kept.iloc[0]
        how = "sur place" if not first["km"] else f"à {number(first['km'])}{NBSP}km à vol d’oiseau"
        certain = close.loc[close["offered"] == Offer.OFFERED, "course_key"].nunique()
        most = kept["course_key"].nunique()
        said = counted(certain, "formation") if certain else "Aucune formation avec certitude"
        return (
            f"**{said} à moins de {km}{NBSP}km {named}**"
            f"{f' ({number(most)} au plus)' if most > certain else ''}, à vol d’oiseau{NNBSP}; la "
            f"plus proche est {how}, {in_town(first['town'])}{apart(close)}."
        )
    if len(close):
        return f"**Rien de compté à moins de {km}{NBSP}km {named}**, à vol d’oiseau{apart(close)}."
    if len(data):
        first = data.iloc[0]
        return (
            f"**Rien de documenté à moins de {km}{NBSP}km {named}**, à vol d’oiseau. Le plus "
            f"proche est {in_town(first['town'])}, à {number(first['km'])}{NBSP}km{NBSP}: "
            f"{typeset(first['course'])}."
        )
    return (
        "**Rien de documenté nulle part** pour ces choix à cette date\u00a0: élargissez la filière "
        "ou la modalité."
    )


def no_course(text: str) -> str:
    """Say that no course has a key."""
    return (
        f"Aucune formation n’a la clé {quoted(as_text(text))}{NBSP}: voici tout le catalogue. "
        f"Exemple{NBSP}: formation=F001."
    )


def sheet(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is known of a course: label and value; takes a row of CATALOGUE."""
    unknown = "non renseigné"
    return [
        ("Filière", typeset(row["field"])),
        ("Diplôme ou titre", typeset(cells.word("credential", row["credential"])) or unknown),
        ("Niveau", level_name(int(row["level"])) if row["level"] == row["level"] else unknown),
        ("Modalités documentées", cells.word("mode_list", row["mode_list"]) or unknown),
        ("Éligible au CPF", CPF[row["cpf_status"]]),
        ("Code Cnam", row["cnam_code"] or unknown),
        ("Fiche RNCP", row["rncp_code"] or unknown),
        (
            "Crédits européens (ECTS)",
            number(row["credits"]) if row["credits"] == row["credits"] else unknown,
        ),
    ]
