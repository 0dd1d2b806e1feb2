"""What the page of courses says: the catalogue, what is given where, what was announced."""

from collections.abc import Mapping
from typing import Any

from territoires.domain.dates import PartialDate
from territoires.domain.programme import Mode
from territoires.french import dates
from territoires.french.numbers import NBSP, NNBSP, counted, number, plural, quoted
from territoires.french.places import in_town, of_town, typeset
from territoires.french.words import CPF, MODES, OFFERED, reserve

TEXT, FIELD, LEVEL, MODE, CREDENTIAL = (
    "Chercher",
    "Filière",
    "Niveau",
    "Modalité",
    "Diplôme ou titre",
)
CPF_LABEL = "Éligible au CPF"
EVERY = {
    "field": "Toutes les filières",
    "level": "Tous les niveaux",
    "mode": "Toutes les modalités",
    "credential": "Tous les diplômes et titres",
    "cpf": "Toutes",
    "course": "Toutes les formations",
}
CPF_PARAMS = {"oui": "yes", "non": "no", "inconnu": "unknown"}
MODE_PARAMS = {
    "presentiel": Mode.ON_SITE,
    "hybride": Mode.HYBRID,
    "distance": Mode.DISTANCE,
}
RADII = (15, 30, 50, 100, 200)
ONLY_OFFERED = "Seulement celles proposées dans un centre"

HEAT_OFFERED = "Formations proposées"
HEAT_UNKNOWN = "Offre non transmise"
COURSES = "formations"


def level_name(level: int) -> str:
    """Name a level of the European framework: `Niveau 6 (bac+3)`."""
    after = {4: "bac", 5: "bac+2", 6: "bac+3 ou 4", 7: "bac+5", 8: "doctorat"}.get(level)
    return f"Niveau{NBSP}{level}" + (f" ({after})" if after else "")


def credential_name(text: str) -> str:
    """Typeset a credential of the catalogue."""
    return typeset(text.replace(": ", f"{NBSP}: "))


def catalogue(data: Any, where: str) -> str:
    """Say how many courses the filters keep, and how many are given; takes CATALOGUE."""
    offered = int((data["offered_centres"] > 0).sum())
    text = f"**{counted(len(data), 'formation')} au catalogue**"
    place = f" {where}" if where else ""
    if not offered:
        return f"{text}, aucune documentée comme proposée dans un centre{place}."
    return (
        f"{text}, dont {number(offered)} {plural(offered, 'proposée', 'proposées')} dans au moins "
        f"un centre{place}."
    )


def nothing(where: str, elsewhere: Any) -> str:
    """Say that no course fits the filters, and what exists with fewer of them."""
    text = f"Aucune formation ne correspond à ces filtres{f' {where}' if where else ''}."
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
            f"**{number(row['documented'])} documentées** ici"
        )
    text = f"{NNBSP}; ".join(parts)
    return (
        f"{text[:1].upper()}{text[1:]}. La liste du programme n’a pas été retrouvée{NBSP}: le "
        "catalogue ci-dessous est fait des formations du Cnam qu’une source atteste, et n’en est "
        "qu’une partie."
    )


def heat(data: Any) -> str:
    """Say what the map of fields and regions shows; takes HEAT."""
    if not len(data):
        return "**Filières par région**\u00a0: aucun centre ouvert à cette date."
    offered = data[data["offered"] == "offered"]
    silent = data.loc[data["offered"] == "not_transmitted", "region"].nunique()
    regions = data["region"].nunique()
    text = (
        f"**{counted(offered['field'].nunique(), 'filière')} "
        f"{plural(offered['field'].nunique(), 'proposée', 'proposées')}** dans "
        f"{counted(offered['region'].nunique(), 'région')} sur {number(regions)}"
    )
    if silent:
        text += (
            f"{NNBSP}; l’offre de {counted(silent, 'région')} n’a pas été transmise, ce qui ne "
            "veut pas dire qu’elle n’existe pas"
        )
    return text + "."


def heat_cell(row: Mapping[str, Any]) -> str:
    """Say one cell of the map of fields and regions."""
    name = f"<b>{typeset(row['field'])}, {typeset(row['region'])}</b><br>"
    if row["offered"] == "offered":
        return (
            f"{name}{counted(row['offered_courses'], 'formation')} dans "
            f"{counted(row['offered_centres'], 'centre')}"
        )
    return name + OFFERED[row["offered"]]


def silent_region(region: str) -> str:
    """Say that a region said nothing of what it gives."""
    return f"<b>{typeset(region)}</b><br>{HEAT_UNKNOWN}"


def offerings(data: Any, where: str) -> str:
    """Say what is given and where; takes OFFERINGS."""
    kept = data[data["counts"]]
    unproven = data[~data["counts"]]
    place = f" {where}" if where else ""
    courses, towns = kept["course_key"].nunique(), kept["town_code"].nunique()
    text = (
        f"**{counted(courses, 'formation')} dans {counted(towns, 'centre')}**{place}"
        if courses
        else f"**Aucune offre documentée**{place}"
    )
    if len(unproven):
        text += (
            f", et {counted(unproven['course_key'].nunique(), 'formation')} dans un centre dont le "
            f"rattachement n’est pas prouvé ({', '.join(sorted(set(unproven['town'])))})"
        )
    return text + "."


def near(data: Any, town: str, km: int) -> str:
    """Answer where a course is given near a town; takes NEAR."""
    close = data[data["km"] <= km]
    named = of_town(town)
    if len(close):
        first = close.iloc[0]
        how = "sur place" if not first["km"] else f"à {number(first['km'])}{NBSP}km à vol d’oiseau"
        return (
            f"**{counted(close['course_key'].nunique(), 'formation')} à moins de {km}{NBSP}km "
            f"{named}**, à vol d’oiseau{NBSP}; la plus proche est {how}, {in_town(first['town'])}."
        ).replace(f"{NBSP};", f"{NNBSP};")
    if len(data):
        first = data.iloc[0]
        return (
            f"**Rien de documenté à moins de {km}{NBSP}km {named}**, à vol d’oiseau. Le plus "
            f"proche est {in_town(first['town'])}, à {number(first['km'])}{NBSP}km{NBSP}: "
            f"{typeset(first['course'])}."
        )
    return (
        "**Rien de documenté nulle part** pour ces choix\u00a0: élargissez la filière ou la "
        "modalité."
    )


def several_towns(text: str, listed: str) -> str:
    """Say that several towns have a name, with their codes."""
    return (
        f"Plusieurs communes s’appellent {quoted(text)}{NBSP}: {listed}. Tapez le code INSEE de la "
        "bonne."
    )


def no_town(text: str) -> str:
    """Say that no town has a name."""
    return (
        f"Aucune commune ne s’appelle {quoted(text)}. Tapez son nom entier ou son code INSEE, par "
        "exemple 52121."
    )


def no_course(text: str) -> str:
    """Say that no course has a key."""
    return (
        f"Aucune formation n’a la clé {quoted(text[:40])}{NBSP}: voici tout le catalogue. Exemple"
        f"{NBSP}: formation=F001."
    )


def modes(listed: str) -> str:
    """Name the modes of a course, known from what is given."""
    return ", ".join(MODES[Mode(mode)] for mode in listed.split(",") if mode)


def sheet(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is known of a course: label and value; takes a row of CATALOGUE."""
    unknown = "non renseigné"
    return [
        ("Filière", typeset(row["field"])),
        ("Diplôme ou titre", credential_name(row["credential"]) or unknown),
        ("Niveau", level_name(int(row["level"])) if row["level"] == row["level"] else unknown),
        ("Modalités documentées", modes(row["mode_list"]) or unknown),
        ("Éligible au CPF", CPF[row["cpf_status"]]),
        ("Code Cnam", row["cnam_code"] or unknown),
        ("Fiche RNCP", row["rncp_code"] or unknown),
        (
            "Crédits européens (ECTS)",
            number(row["credits"]) if row["credits"] == row["credits"] else unknown,
        ),
    ]
