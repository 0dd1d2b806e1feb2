"""What the command line says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from territoires.domain.coverage import Coverage
from territoires.domain.retention import DAYS, OLDEST, WEEKS
from territoires.domain.scope import Place
from territoires.french.dates import day
from territoires.french.files import KINDS
from territoires.french.numbers import NBSP, as_asked, counted, number, percent, plural, share_of
from territoires.french.places import inside, typeset

PROGRAM = "Suivre le programme «\u00a0Au cœur des territoires\u00a0» du Cnam."
LEAST_KM, MOST_KM = 1, 200
MOST_TOWNS = 1_000
OF_TOWNS = "de villes "
USAGE, ARGUMENTS, OPTIONS = "utilisation", "arguments", "options"
COMMANDS, ACTS = "commandes", "actes"
_RANK = "rôle : partner, entry, validation, direction ou administration"
HELP = {
    "help": "afficher cette aide",
    "init": "créer la base, la mettre à niveau et y charger les données de départ",
    "roles": "créer sur PostgreSQL le compte qui écrit et celui qui lit, avec leurs droits",
    "status": "dire où en est le programme",
    "check": "vérifier la base",
    "seal": "écrire sur une ligne le sceau du journal, à garder ailleurs (voir check --seal)",
    "clock": "comparer l’horloge de la machine au journal, et le remettre à l’heure",
    "coverage": "compter les habitants proches d’un centre ouvert, où qu’il soit en France",
    "next": "dire où ouvrir ensuite pour rapprocher le plus d’habitants d’un centre",
    "template": "écrire un modèle de fichier à remplir (sur la sortie standard)",
    "import": "importer un fichier : tout est vérifié d’abord ; tout est écrit, ou rien",
    "reports": "lire les signalements du terrain, et y répondre",
    "reports list": "lister ceux qui attendent, les plus anciens d’abord",
    "reports answer": "décider de l’un d’eux, et le dire à qui l’a envoyé",
    "staff": "dire qui peut se connecter, avec quel rôle et dans quelles régions",
    "staff add": "ajouter quelqu’un, et donner son mot de passe à usage unique",
    "staff list": "lister les comptes",
    "staff role": "changer le rôle de quelqu’un et ses régions",
    "staff disable": "désactiver un compte : ses sessions s’arrêtent, ce qu’il a saisi reste",
    "staff enable": "réactiver un compte",
    "staff reset": "donner un nouveau mot de passe à usage unique (24 heures)",
    "staff forget": "oublier qui vient par le fournisseur d’identité : le prochain sera reconnu",
    "report": "écrire en PDF la fiche d’une ville, la note d’une région, la note nationale",
    "publish": "écrire les données ouvertes dans un dossier, pour un hébergement de fichiers",
    "demo": "créer une base de démonstration, entièrement fictive",
    "copy-to": "copier toute la base dans une base vide, d’un autre moteur si besoin, et vérifier",
    "backup": "sauvegarder la base dans un fichier, pendant qu’elle sert, et vérifier ce fichier",
    "verify": "dire ce que contient une sauvegarde et si elle est intacte",
    "restore": "remettre une sauvegarde en place : tout, ou rien",
    "--admin": "adresse électronique du premier administrateur (sinon admin@territoires.local)",
    "--successor": "commune qui remplace celle que la liste n’a plus, quand les fichiers ne le "
    "disent pas, par exemple 93039=93066",
    "--as-of": "situation à cette date (AAAA-MM-JJ, aujourd’hui par défaut)",
    "--known-at": "telle que connue à cet instant (date ou instant ISO 8601)",
    "--perimeter": "périmètre : all, acv ou non-acv",
    "--territory": "territoire : fr, reg-44, dep-52, com-52121",
    "--json": "répondre en JSON",
    "--radius": f"rayon à vol d’oiseau, en km (de {LEAST_KM} à {MOST_KM}, 30 par défaut) ; la "
    "commune dont le point est à cette distance ou moins est couverte",
    "--count": f"nombre de villes (de 1 à {number(MOST_TOWNS)}, 10 par défaut) ; moins quand il y "
    "a moins de candidates",
    "--with-prior-seats": "garder parmi les candidates les villes d’Île-de-France, écartées par "
    "défaut : le Cnam y avait des sites avant le programme",
    "kind": "ce que contient le fichier : "
    + ", ".join(f"{kind} ({words.name.lower()})" for kind, words in KINDS.items()),
    "--format": "csv (par défaut) ou xlsx",
    "--output": "fichier à écrire, au lieu de la sortie standard",
    "folder": "dossier à remplir ; les fichiers y sont sous donnees/",
    "--site": "adresse à laquelle ils seront lus (TERRITOIRES_PUBLIC_URL par défaut)",
    "subject": "ce qui est décrit : town, une ville ; region, une région ; national, la France",
    "code": "code INSEE de la ville, par exemple 52121, ou de la région, par exemple 44",
    "--all": "toutes les villes de la carte, une fiche chacune, ou toutes les régions, une note ; "
    "--output en nomme alors le dossier",
    "file": "fichier CSV, XLSX ou ODS",
    "--as": "adresse de la personne qui agit ; ses droits sont ceux de son compte",
    "--dry-run": "vérifier sans rien enregistrer",
    "--reason": "motif : d’un fichier entier, quand des valeurs surprennent ou corrigent ce qui "
    "était connu ; de la décision, quand un signalement est refusé",
    "--confirm": "confirmer que ce qui pouvait se lire de deux façons a été lu comme il faut",
    "email": "adresse électronique du compte",
    "--name": "nom de la personne",
    "--role": _RANK,
    "role": _RANK,
    "--region": "code INSEE d’une région où le rôle s’exerce (plusieurs : les séparer d’une "
    "espace)",
    "--without-password": "sans mot de passe : un fournisseur d’identité atteste l’adresse",
    "--rows": "nombre de versions d’effectifs (de {least} à {most}, {usual} par défaut)",
    "--seed": "graine du tirage (1 par défaut) : la même donne la même base",
    "--database": "fichier à créer (data/demo.db par défaut) ; jamais la base réelle",
    "target": "adresse SQLAlchemy d’une base vide, par exemple postgresql://utilisateur@hôte/base",
    "--to": "dossier des sauvegardes (par défaut « backups », à côté de la base)",
    "--keep": f"ne garder que les N dernières, et la dernière de chacun des {DAYS} derniers jours, "
    f"{WEEKS} dernières semaines où il y en a une ; aucune de plus de {number(OLDEST.days)} jours",
    "number": "numéro d’un signalement, par exemple T-2026-0042",
    "--verdict": "ce qu’il devient : accepted, answered (par défaut), refused ou merged",
    "--into": "avec merged, le signalement qu’il rejoint",
    "saved": "fichier de sauvegarde (.db), son empreinte (.db.sha256) à côté de lui",
    "--replace": "remplacer une base déjà remplie, après l’avoir sauvegardée",
    "--seal": "comparer au sceau gardé ailleurs (une ligne écrite par la commande seal)",
    "--backups": "dossier de la dernière sauvegarde, à laquelle comparer le journal",
    "--repair": "remettre à l’heure les actes datés du futur ; JOUR est celui d’aujourd’hui "
    "(AAAA-MM-JJ), d’après vous et non d’après la machine",
}
_GIVEN = {
    "ADRESSE": "--admin --as email",
    "CODE=CODE": "--successor",
    "JOUR": "--as-of --repair",
    "INSTANT": "--known-at",
    "PÉRIMÈTRE": "--perimeter",
    "TERRITOIRE": "--territory",
    "KM": "--radius",
    "NOMBRE": "--count --rows",
    "FORMAT": "--format",
    "SUJET": "subject",
    "FICHIER": "--output file --database saved",
    "MOTIF": "--reason",
    "NOM": "--name",
    "NUMÉRO": "number --into",
    "DÉCISION": "--verdict",
    "RÔLE": "--role role",
    "CODE": "--region code",
    "GRAINE": "--seed",
    "URL": "target --site",
    "DOSSIER": "--to --backups folder",
    "N": "--keep",
    "SCEAU": "--seal",
    "{" + ",".join(KINDS) + "}": "kind",
}
# What an argument is given, where it is given something.
VALUES = {name: given for given, names in _GIVEN.items() for name in names.split()}
NO_ROLES = (
    "Ni TERRITOIRES_WRITER_URL ni TERRITOIRES_READER_URL n’est renseignée. Donnez à chacune "
    "l’adresse de la base avec le compte à créer, par exemple "
    "postgresql://lecteur:MOT_DE_PASSE@serveur/territoires, et gardez celle du propriétaire dans "
    "TERRITOIRES_DATABASE_URL."
)
CREATED = "Base créée\u00a0: {where}"
UPGRADED = "Base mise à niveau (de {before} à {after})\u202f; copie de l’ancienne\u00a0: {backup}"
CURRENT = "Base à jour\u00a0: {where}"
NOTHING_TO_SEED = "Données de départ déjà chargées\u00a0: rien à ajouter."
NO_SUCCESSOR = (
    "Aucune commune n’était à remplacer\u00a0: --successor n’a pas servi, et rien n’en est gardé."
)
NO_FIRST_ADMINISTRATOR = (
    "Un compte existe déjà\u00a0: aucun n’a été créé pour {email}. Pour l’ajouter\u00a0: "
    "python -m territoires staff add {email} --name NOM --role administration"
)
_SIGN_IN_ONCE = (
    "\nPour saisir des données, connectez-vous une première fois "
    "(bouton «\u00a0Se connecter\u00a0»)\u00a0:\n"
    "    adresse               {email}\n"
)
FIRST_ADMINISTRATOR = _SIGN_IN_ONCE + (
    "    mot de passe à usage unique  {password}\n"
    "Il n’est affiché qu’ici, vaut 24 heures, et vous le remplacerez à la première connexion."
)
FIRST_ADMINISTRATOR_FILE = _SIGN_IN_ONCE + (
    "    mot de passe à usage unique, dans le fichier  {file}\n"
    "Vous seul pouvez le lire. Le mot de passe vaut 24 heures, et vous le remplacerez à la "
    "première connexion\u202f; supprimez alors ce fichier."
)


def shared(accounts: Mapping[str, str]) -> Iterator[str]:
    """Say which accounts of the server may do less than its owner, by their door."""
    for door, name in accounts.items():
        yield f"Compte de la base qui {'écrit' if door == 'writer' else 'lit'}{NBSP}: {name}"


def seeded(added: Mapping[str, int]) -> str:
    """Say what was loaded."""
    rows = ", ".join(f"{table} {number}" for table, number in added.items())
    return f"Données de départ chargées ({rows})."


def commune_question(
    *,
    code: str,
    name: str,
    towns: Sequence[tuple[str, str]],
    centres: Sequence[str],
    is_back: bool,
) -> str:
    """Ask where what was recorded in a commune is to go, or whether it is to come back."""
    named = f"{typeset(name)} ({code})"
    listed = " ou ".join(f"{typeset(each)} ({number})" for number, each in towns)
    there = ", ".join(map(typeset, centres))
    if is_back:
        return (
            f"À vérifier{NBSP}: {named} est de nouveau une commune. Ce qui est enregistré à "
            f"{listed} y reste ({there})\u202f; « Modifier un centre » le déplace."
        )
    which = f" Ce peut être {listed}." if listed else ""
    kept = f" Ce qui y est enregistré ({there}) y reste en attendant." if there else ""
    return (
        f"À répondre{NBSP}: {named} n’est plus dans la liste des communes, et les fichiers ne "
        f"disent pas laquelle lui succède.{which}{kept} Répondez par{NBSP}: "
        f"python -m territoires init --successor {code}=CODE"
    )


def bad_usage(message: str) -> str:
    """Say on one line what is wrong; `message` quotes it as it was typed."""
    return f"territoires{NBSP}: " + re.sub(r"[\r\n]+", " ", message)


# What is wrong with an argument, which is quoted in the place of the first mark.
UNKNOWN_ARGUMENT = "Argument non reconnu : {}. Voir {command} --help."
UNKNOWN_CHOICE = "{} n’est pas reconnu. Valeurs possibles : {}."
MISSING_VALUE = "L’option {} attend une valeur."
MISSING_ARGUMENTS = "Il manque {}. Voir {command} --help."
OUT_OF_RANGE = "{} : un nombre {of}de {least} à {most} est attendu."
BAD_SEED = "{} : un nombre entier positif est attendu."
BAD_RADIUS = (
    f"Le rayon {{}} n’est pas reconnu : un nombre de km de {LEAST_KM} à {MOST_KM} est attendu, par "
    "exemple 30."
)
BAD_SUCCESSOR = "{} n’est pas compris. Attendu : deux codes INSEE, par exemple 93039=93066."
DEMO_PUBLISHER = "Données fictives"
DEMO_TITLE = "Jeu de démonstration, tiré au hasard"
DEMO_NOTE = "Donnée fictive de démonstration."
DEMO_TARGET = "Cible d’auditeurs, fictive"
IS_DEMO = "Attention\u00a0: données fictives de démonstration."
DEMO_ERRORS = {
    "real": (
        "{path} est la base réelle\u00a0: la démonstration ne l’écrase jamais. "
        "Choisissez un autre fichier."
    ),
    "not_a_demonstration": (
        "{path} existe et n’est pas une démonstration\u00a0: il n’a pas été touché. "
        "Choisissez un autre fichier."
    ),
}


def demo_made(*, where: str, centres: int, enrolments: int, acts: int, seconds: float) -> str:
    """Say what the demonstration holds, and how to look at it."""
    return (
        f"Base de démonstration créée\u00a0: {where} ({counted(centres, 'centre')}, "
        f"{counted(enrolments, 'ligne')} d’effectifs, {counted(acts, 'acte')} au journal) en "
        f"{number(seconds, 1)}{NBSP}s. Tout y est fictif. Pour la voir\u00a0: make demo"
    )


def coverage_sentences(
    covered: Coverage, place: Place, *, as_of: date, centres: int, sites: tuple[int, int]
) -> Iterator[str]:
    """Say who lives near a centre, in sentences; `sites`: with a centre, in all."""
    where = f" {inside(place)}" if inside(place) else ""
    share = f" ({percent(covered.share, 1)})" if covered.share is not None else ""
    km = as_asked(covered.radius_km)
    people = counted(covered.inhabitants, "habitant")
    verb = plural(covered.inhabitants, "vit", "vivent")
    yield (
        f"Au {day(as_of)}{where}, {people} sur {number(covered.population)}{share} {verb} à moins "
        f"de {km}{NBSP}km à vol d’oiseau d’un centre ouvert."
        if covered.population
        else f"Au {day(as_of)}, personne n’habite{where}."
    )
    yield f"{counted(centres, 'centre ouvert')} en France."
    if not sites[1]:
        yield f"Aucun site Action cœur de ville (liste de mars 2018){where}."
        return
    yield (
        f"{share_of(sites[0], sites[1], 'site Action cœur de ville', 'sites Action cœur de ville')}"
        f" (liste de mars 2018){where} {plural(sites[0], 'a', 'ont')} un centre ouvert."
    )


def next_line(row: Mapping[str, Any]) -> str:
    """Say one town of the list of those where to open next."""
    return (
        f"{row['rank']:>3}. {typeset(row['town'])} ({typeset(row['department'])}, "
        f"{row['town_code']})\u00a0: {counted(row['marginal'], 'habitant')} de plus, "
        f"{number(row['cumulative'])} en tout"
    )
