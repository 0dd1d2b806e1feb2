"""What the API says: its answers, its parameters, its refusals in two languages, its page."""

from collections.abc import Mapping
from typing import Any, Final

from territoires.french import siting
from territoires.french.cells import meanings
from territoires.french.numbers import NBSP, number, shortened
from territoires.french.typography import typeset_text

NAME: Final = "API de Territoires"
TITLE: Final = "API"
LEAD: Final = (
    "Ce que disent les pages, pour les machines : des nombres, des dates ISO et des codes, avec "
    "les mêmes deux dates et les mêmes filtres dans l’adresse. Lecture seule, sans compte ni clé."
)
PAGE, V1, DESCRIPTION = "/api", "/api/v1", "openapi.json"
LICENCE, LICENCE_NAME = "etalab-2.0", "Licence Ouverte 2.0"
UNCHANGED: Final = "Rien n’a changé depuis l’étiquette donnée (If-None-Match)."

ANSWERS: Final[Mapping[str, tuple[str, str]]] = {
    "status": (
        "Où en est le programme",
        (
            "Les mêmes clés que python -m territoires status --json : ouverts avec certitude et au "
            "plus, objectif, rythmes, derniers totaux publiés."
        ),
    ),
    "openings": (
        "Ouvertures",
        "Les centres ouverts avec certitude (certain), puis ceux qui le sont peut-être (possible).",
    ),
    "centres": ("Centres et villes labellisées", "Chacun avec son état au jour demandé."),
    "towns": ("Villes de la carte", "Les villes suivies, leur état et le centre le plus proche."),
    "coverage": (
        "Couverture",
        "Les habitants du territoire à moins de tant de kilomètres d’un centre ouvert de France.",
    ),
    "next": (
        "Où ouvrir ensuite",
        "Les villes qui mettraient le plus d’habitants à portée d’un centre, dans l’ordre.",
    ),
    "targets": ("Objectifs", "Ceux du territoire et du périmètre, décidés à la date demandée."),
    "published": ("Totaux publiés", "Les totaux annoncés, et ce que chacun peut vouloir dire."),
    "band": (
        "Bande des totaux publiés",
        "Jour par jour, ce qui est prouvé et ce qui est possible en croyant les totaux publiés.",
    ),
    "courses": ("Formations", "Le catalogue, et combien de centres proposent chacune."),
    "enrolments": (
        "Effectifs par année et région",
        "La somme de ce qui est publié ; hidden_centres ne disent rien : la somme est un minimum.",
    ),
    "enrolments-by-centre": (
        "Effectifs par centre",
        (
            "Une année universitaire. Un effectif de 1 à 4 n’est jamais donné : publication dit "
            "pourquoi l’effectif manque."
        ),
    ),
    "sources": ("Sources citées", "Chacune avec le nombre de faits qui reposent dessus."),
    "quality": (
        "Qualité des données",
        (
            "Ce qui manque, se contredit, se répète ou n’a qu’une déclaration pour source, compté "
            "par région."
        ),
    ),
}
PARAMETERS: Final[Mapping[str, str]] = {
    "au": "La situation à ce jour, aujourd’hui à Paris sinon (de 2018 à 2039).",
    "connu": "Telle que connue à cet instant : une date (la fin du jour) ou un instant ISO.",
    "terr": "Le territoire : fr, une région, un département ou une commune.",
    "perim": "Les villes Action cœur de ville, ou les autres.",
    "nonprouves": "Compter aussi les centres dont le rattachement n’est pas prouvé.",
    "listes": "Croire aussi les bornes qui reposent sur une liste supposée complète.",
    "rayon": "En kilomètres à vol d’oiseau.",
    "route": "Allonger la distance comme le fait la route.",
    "etats": "Les états retenus, séparés par des virgules.",
    "ouvert-en": "L’année d’ouverture.",
    "filiere": "La filière, par sa clé.",
    "villes": "Le nombre de villes à choisir.",
    "imposees": "Codes INSEE des villes à retenir, séparés par des virgules.",
    "ecartees": "Codes INSEE des villes à laisser, séparés par des virgules.",
    "par-region": "Le nombre de villes au moins dans chaque région.",
    "part-acv": "La part au moins de villes Action cœur de ville, en pour cent.",
    "grandes": "Admettre les autres communes de plus de 10 000 habitants.",
    "ile-de-france": "Admettre la région où le Cnam avait déjà des sites.",
    "sans-centre": "Compter double, dans le choix, les départements sans centre.",
    "crus": "Les numéros des totaux publiés que l’on croit, séparés par des virgules, ou aucun.",
    "cherche": "Des mots de l’intitulé.",
    "niveau": "Le niveau de qualification (cadre européen).",
    "modalite": "La modalité.",
    "titre": "Le diplôme.",
    "cpf": "L’éligibilité au CPF.",
    "proposees": "Seulement les formations proposées dans un centre.",
    "annee": "L’année universitaire.",
    "compte": "Ce qui est compté : des personnes, ou des inscriptions.",
    "age": "L’âge du centre.",
    "transmis": "Seulement les centres qui ont transmis des effectifs.",
    "limite": "Le nombre de lignes, au plus 1 000.",
    "suite": "Où reprendre la liste : donné par next, tant que les données n’ont pas changé.",
}
# What the columns of files do not have, or call otherwise.
KEYS: Final[Mapping[str, str]] = {
    "as_of": "Situation au",
    "known_at": "Connue à cet instant",
    "perimeter": "Périmètre",
    "edition": "Numéro du dernier acte enregistré",
    "licence": "Licence (SPDX)",
    "demonstration": "Données fictives de démonstration",
    "address": "Adresse qui redonne cette réponse, ses deux dates fixées",
    "total": "Nombre de lignes de la liste",
    "items": "Lignes",
    "next": "Adresse de la suite",
    "published": "Derniers totaux publiés",
    "open_undated": "Centres ouverts, date inconnue",
    "unproven": "Centres ouverts dont le rattachement n’est pas prouvé",
    "selected": "Villes labellisées",
    "target": "Objectif",
    "remaining": "Reste à ouvrir",
    "first_opened_on": "Premier jour possible de la première ouverture",
    "pace_per_month": "Ouvertures par mois depuis la première",
    "pace_last_12_months": "Ouvertures des douze derniers mois",
    "pace_required": "Ouvertures par mois nécessaires",
    "ratio": "Rythme rapporté au rythme nécessaire",
    "on": "Publié le",
    "acv_sites": "Sites Action cœur de ville",
    "acv_sites_with_centre": "Sites Action cœur de ville avec un centre",
    "insee_code": "Code INSEE",
    "marginal_inhabitants": "Habitants de plus",
    "cumulative_inhabitants": "Cumul",
}

# Each kind of refusal: its status, its title and its detail, in French then in English.
_REFUSALS: Final[Mapping[str, tuple[int, str, str, str, str]]] = {
    "bad-parameter": (
        400,
        "Valeur non reconnue",
        "Le paramètre « {name} » ne prend pas « {value} ». Exemple : {name}={example}.",
        "Bad value",
        "The parameter “{name}” does not take “{value}”. Example: {name}={example}.",
    ),
    "missing-parameter": (
        400,
        "Paramètre manquant",
        "Le paramètre « {name} » est nécessaire ici. Exemple : {name}={example}.",
        "Missing parameter",
        "The parameter “{name}” is needed here. Example: {name}={example}.",
    ),
    "unknown-parameter": (
        400,
        "Paramètre inconnu",
        "Cette réponse ne lit pas « {name} ». Elle lit : {known}.",
        "Unknown parameter",
        "This answer does not read “{name}”. It reads: {known}.",
    ),
    "no-such-address": (
        404,
        "Adresse inconnue",
        f"Rien ne répond à cette adresse. Les réponses : {V1}/{DESCRIPTION}.",
        "Not found",
        f"Nothing answers at this address. The answers: {V1}/{DESCRIPTION}.",
    ),
    "bad-method": (
        405,
        "Lecture seule",
        "L’API ne fait que lire : GET, HEAD ou OPTIONS.",
        "Read only",
        "The API only reads: GET, HEAD or OPTIONS.",
    ),
    "expired-cursor": (
        410,
        "Liste changée",
        "Les données ont changé depuis la première page : reprenez sans « suite ».",
        "The list has changed",
        "The data have changed since the first page: begin again without “suite”.",
    ),
    "infeasible": (
        422,
        "Vœux incompatibles",
        "{refusal}",
        "Incompatible wishes",
        "No list of towns meets every wish: {error}.",
    ),
    "too-many": (
        429,
        "Trop de demandes",
        "Trop de demandes à la fois, ou dans la minute : attendez le délai de Retry-After.",
        "Too many requests",
        "Too many requests at once, or within the minute: wait as Retry-After says.",
    ),
    "failed": (
        500,
        "Incident",
        "Une erreur est survenue. Numéro à donner : {number}.",
        "Incident",
        "Something went wrong. Number to quote: {number}.",
    ),
    "unavailable": (
        503,
        "Base indisponible",
        "{why}",
        "Unavailable",
        "The database cannot be read. Try again in a few minutes.",
    ),
}


def problem(kind: str, language: str, **facts: Any) -> tuple[int, str, str]:
    """Give the status, the title and the detail of a refusal."""
    status, *words = _REFUSALS[kind]
    title, detail = words[:2] if language == "fr" else words[2:]
    if "error" in facts:
        facts["refusal"] = siting.refusal(facts["error"], {})
    facts["value"] = shortened(facts.get("value", ""))
    return status, title, (typeset_text(detail) if language == "fr" else detail).format(**facts)


def refusals() -> list[tuple[str, int, str, str]]:
    """List the kinds of refusals, each with its status and its title in both languages."""
    return [(kind, status, fr, en) for kind, (status, fr, _, en, _) in _REFUSALS.items()]


def language(accepted: str) -> str:
    """Choose the language of a refusal by `Accept-Language` (RFC 9110, 12.5.4): French else."""
    best, found = 0.0, "fr"
    for item in accepted.lower().split(","):
        name, _, weight = item.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > best and name[:2] in {"fr", "en"}:
            best, found = quality, name[:2]
    return found


def meaning(name: str, title: str) -> str:
    """Say what a key means, and its codes where it has some."""
    told = ", ".join(f"{code} ({word})" for code, word in meanings(name).items())
    return f"{title}{NBSP}: {told}" if told else title


# The page.
ANSWERS_HEADING: Final = "Réponses"
EXAMPLES_HEADING: Final = "Exemples"
PARAMETERS_HEADING: Final = "Paramètres"
REFUSALS_HEADING: Final = "Refus"
RULES_HEADING: Final = "Règles"
TO_DESCRIPTION: Final = "Description complète (OpenAPI 3.1)"
READS: Final = "Lit"
RULES: Final = (
    (
        "Jamais un nombre là où il y en a deux : open est certain, open_at_most va au plus. "
        "null veut dire « non renseigné », jamais zéro."
    ),
    (
        "Une liste vient par pages : next est l’adresse de la suite, null à la fin. Si les données "
        "changent entre deux pages, la suite répond 410 : reprenez au début."
    ),
    (
        "Chaque réponse a une étiquette (ETag). Redonnez-la dans If-None-Match : 304, sans corps, "
        "tant que rien n’a changé."
    ),
    (
        "Les refus suivent la RFC 9457 (application/problem+json), en français, ou en anglais "
        "avec Accept-Language: en. Un paramètre qui n’est pas lu est refusé, jamais ignoré."
    ),
    "Données sous Licence Ouverte 2.0 : reprenez-les en citant leur source et leur date.",
)
EXAMPLES: Final = (
    ("La situation au 4 mai 2021", 'curl "{site}/api/v1/status?au=2021-05-04"'),
    (
        "Les centres du Grand Est, deux par deux",
        'curl "{site}/api/v1/openings?terr=reg-44&limite=2"',
    ),
    (
        "Les habitants à moins de 45 km d’un centre en Bretagne",
        'curl "{site}/api/v1/coverage?terr=reg-53&rayon=45"',
    ),
    ("L’étiquette seule", 'curl --head "{site}/api/v1/sources"'),
    (
        "Un refus, en anglais",
        'curl --header "Accept-Language: en" "{site}/api/v1/status?au=hier"',
    ),
)
PYTHON_TITLE: Final = "Une liste entière, en Python"
PYTHON: Final = """\
import json
from urllib.request import urlopen

address = "{site}/api/v1/openings?limite=20"
while address:
    with urlopen(address) as answer:
        page = json.load(answer)
    for row in page["items"]:
        print(row["town"], row["happened_on"], row["certain"])
    address = page["next"]
"""


def limits(per_minute: int) -> str:
    """Say how often one may ask."""
    return (
        f"Une adresse du réseau peut demander {number(per_minute)} fois par minute ; au-delà, 429 "
        "et le délai à attendre (Retry-After)."
    )
