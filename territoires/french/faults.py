"""What can be wrong with a database, an address or an argument, said in French."""

import re
from datetime import date, datetime

from territoires.domain.errors import DatabaseError
from territoires.domain.roles import LocalAccounts
from territoires.domain.scope import Perimeter
from territoires.french.dates import day, instant
from territoires.french.numbers import NBSP, NNBSP, counted, quoted, shortened
from territoires.french.typography import typeset_text

_WHERE = re.compile(r" \((?:révision )?\{detail\}\)")
_INIT = f"lancez{NBSP}: python -m territoires init"

DATABASE = {
    "missing": "La base n’existe pas encore ({detail}).",
    "not_a_database": (
        "Le fichier {detail} n’est pas une base SQLite ; le fichier n’a pas été modifié."
    ),
    "not_empty": "La base {detail} contient déjà des tables : rien n’y a été écrit.",
    "not_ours": "La base {detail} contient déjà d’autres données ; elle n’a pas été modifiée.",
    "damaged": "La base est endommagée ({detail}).",
    "too_old": "La base date d’une version précédente (révision {detail}).",
    "too_new": (
        "La base vient d’une version plus récente de Territoires (révision {detail}) ; elle n’a "
        "pas été modifiée."
    ),
    "locked": "La base est occupée par une autre opération. Réessayez dans un instant.",
    "read_only": "La base est en lecture seule ({detail}) : rien n’a été enregistré.",
    "forbidden": "Ce compte de la base n’a pas ce droit ({detail}) : rien n’a été enregistré.",
    "full": "Le disque est plein ({detail}) : rien n’a été enregistré.",
    "unreachable": "La base est inaccessible ({detail}). Rien n’a été enregistré.",
    "unsure": (
        "La base a cessé de répondre pendant l’enregistrement ({detail}). Avant de recommencer, "
        "regardez dans le journal si l’acte y est."
    ),
    "constraint": (
        "La base n’admet pas ce que le logiciel a voulu y écrire ({detail}) : rien n’a été "
        "enregistré. C’est un défaut du logiciel, pas de votre saisie : signalez-le à "
        "l’administration, avec ce message."
    ),
    "upgrade_failed": (
        "La mise à niveau a échoué ({detail}). La base est restée telle qu’elle était."
    ),
}

# What whoever runs the server does about it; a page, which anybody reads, says whom to tell.
_REPAIR = {
    "missing": f"Pour la créer, {_INIT}",
    "not_a_database": "Vérifiez TERRITOIRES_DATABASE_URL.",
    "not_empty": "Indiquez une base vide.",
    "damaged": (
        "Restaurez la dernière sauvegarde (dossier « backups » à côté de la base) : "
        "python -m territoires restore FICHIER."
    ),
    "too_old": f"Pour la mettre à niveau, {_INIT}",
    "too_new": "Mettez le logiciel à jour.",
    "forbidden": "Avec l’adresse du propriétaire, lancez : python -m territoires roles",
}
_TELL = "Réessayez dans quelques minutes ; si cela dure, prévenez l’administration de ce site."


FAULTS = {
    "damaged": "structure endommagée",
    "unreadable": "contenu illisible",
    "schema": "partie du schéma qui manque, ou qui n’est pas de ce logiciel",
    "missing_table": "table qui n’existe pas",
    "date": "date illisible",
    "dangling": "renvoi à une ligne qui n’existe pas",
    "later_version": "renvoi à une autre version que la première",
    "territory": "territoire qui n’existe pas",
    "version_numbers": "numéros de version qui ne se suivent pas",
    "overlap": "versions d’un même fait qui se recouvrent",
    "commune": "commune que les fichiers n’ont plus et que personne ne remplace",
    "former_town": "fait resté dans une commune qui n’existe plus",
    "counted_twice": "deux effectifs en vigueur pour la même chose et le même jour",
    "origin": "version rattachée à autre chose qu’à une première version",
    "unjournalled": "instant sans acte correspondant au journal",
    "altered": "version qui ne dit pas ce que le journal en a noté",
    "uncounted": "acte du journal qui a noté un autre nombre de lignes",
    "fingerprint": "lignes changées, ajoutées ou ôtées hors de tout acte ; lignes présentes",
    "unsourced": "fait sans source",
    "disclosure": "effectifs publiés autrement que les actes n’en ont décidé",
    "report": "signalement dont le texte n’est pas celui dont le journal a noté l’empreinte",
    "frozen": "vue figée dont les lignes ne sont plus celles dont le journal a noté l’empreinte",
    "summary": "total qui ne correspond pas aux effectifs dont il est la somme",
    "journal": "acte du journal dont le sceau ne correspond pas",
    "lost_act": "acte qui n’est plus dans le journal, ou n’y est plus le même",
    "clock": "acte daté d’un instant qui n’est pas encore venu (voir python -m territoires clock)",
    "provenance": "fichier de données sans provenance, ou différent de celui décrit",
}


def fault_line(where: str, code: str, detail: str) -> str:
    """Say one thing wrong with what a database holds."""
    return f"{where}\u00a0: {FAULTS[code]} ({detail})"


SOUND = "Base saine\u00a0: rien à signaler."
SEAL = "sceau donné"
NO_ACT = "Le journal ne contient encore aucun acte\u00a0: il n’a pas de sceau."


def unsound(faults: int) -> str:
    """Say how many faults were found."""
    return f"{counted(faults, 'anomalie')} dans la base."


def older_seeds(loaded: str | None, ours: str) -> str:
    """Say that a database holds other seeds than this program would load."""
    return typeset_text(
        f"Les données de départ de cette base (version {loaded or 'non notée'}) ne sont pas celles "
        f"de ce logiciel (version {ours}). Ce n’est pas une anomalie ; pour charger ce qui "
        "manque : python -m territoires init"
    )


def clock(now: datetime, last: datetime | None) -> str:
    """Say what the machine's clock and the journal say."""
    acts = f"le dernier acte du journal est du {instant(last)}" if last else "le journal est vide"
    return typeset_text(f"Pour la machine, il est le {instant(now)} ; {acts}.")


def ahead(last: datetime) -> str:
    """Say what comes of acts of the future, and what to do."""
    return typeset_text(
        f"Le journal va jusqu’au {instant(last)}, qui n’est pas encore venu : l’horloge de la "
        "machine a été en avance, ou retarde. Ce qui est enregistré l’est, mais daté à la suite. "
        "Mettez d’abord la machine à l’heure, puis lancez : python -m territoires clock --repair "
        "AAAA-MM-JJ, avec la date d’aujourd’hui."
    )


def ahead_of_entry(last: datetime) -> str:
    """Warn whoever records something that it will be dated after an act of the future."""
    return typeset_text(
        f"Le dernier acte du journal est daté du {instant(last)}, qui n’est pas encore venu : "
        "l’horloge du serveur a été en avance, ou retarde. Ce que vous enregistrez l’est bien, "
        "mais à une date fausse. Prévenez l’administration."
    )


def another_day(said: date, machine: date) -> str:
    """Refuse to repair by a clock that its reader contradicts."""
    return typeset_text(
        f"Vous dites que nous sommes le {day(said)}, la machine se croit le {day(machine)} : "
        "mettez d’abord la machine à l’heure. Rien n’a été modifié."
    )


def repaired(acts: int) -> str:
    """Say how many acts were given an instant that has been."""
    if not acts:
        return typeset_text("Aucun acte n’est daté du futur : rien n’a été modifié.")
    return typeset_text(
        f"{counted(acts, 'acte remis', 'actes remis')} à l’heure, ainsi que ce qu’ils ont écrit ; "
        "le journal garde ce qu’ils disaient. Relancez le tableau de bord s’il tournait."
    )


def database_message(error: DatabaseError) -> str:
    """Say what is wrong with the database and what to do, to whoever runs the server."""
    text = f"{DATABASE[error.code]} {_REPAIR.get(error.code, '')}".rstrip()
    return typeset_text(text).format(detail=error.detail)


def database_notice(error: DatabaseError) -> str:
    """Say it on a page, which anybody reads: no path, no host, no words of a driver, no command."""
    text = _WHERE.sub("", DATABASE[error.code])
    if error.code in _REPAIR:
        text = f"{text} {_TELL}"
    return typeset_text(text).format(detail="de Territoires")


def bad_setting(variable: str, value: str) -> str:
    """Say that the environment holds something unusable, quoting it."""
    if variable.endswith("_FILE"):
        return f"La variable {variable} vaut {quoted(value)}, un fichier qui ne peut pas être lu."
    if variable == "TERRITOIRES_FRAME_ANCESTORS":
        return (
            f"La variable {variable} contient {quoted(value)}, qui n’est pas l’origine d’un site "
            f"(https://, un nom, et rien après lui que son port){NNBSP}; plusieurs sont séparées "
            f"par des espaces. Exemple{NBSP}: https://www.partenaire.fr."
        )
    if variable in {"TERRITOIRES_PUBLIC_URL", "TERRITOIRES_OIDC_METADATA_URL"}:
        return (
            f"La variable {variable} vaut {quoted(value)}, qui n’est pas l’adresse d’un site. "
            f"Exemple{NBSP}: https://territoires.exemple.fr."
        )
    if variable == "TERRITOIRES_LOCAL_ACCOUNTS":
        return (
            f"La variable {variable} vaut {quoted(value)}. Elle dit qui a un compte ici{NBSP}: "
            + ", ".join(f"{each} ({each.word})" for each in LocalAccounts)
            + f"{NBSP}; les deux derniers demandent un fournisseur d’identité "
            "(TERRITOIRES_OIDC_METADATA_URL)."
        )
    if variable in {"TERRITOIRES_WRITER_URL", "TERRITOIRES_READER_URL"}:
        return (
            f"La variable {variable} vaut {quoted(value)}. Elle désigne la base PostgreSQL de "
            f"TERRITOIRES_DATABASE_URL avec un autre compte que celui du propriétaire. "
            f"Exemple{NBSP}: postgresql://lecteur:MOT_DE_PASSE@serveur/territoires."
        )
    return (
        f"La variable {variable} vaut {quoted(value)}, qui n’est pas l’adresse d’une base. "
        f"Exemple{NBSP}: sqlite:///data/territoires.db."
    )


def bad_instant(text: str, why: str) -> str:
    """Say why a text is no instant, quoting it, and what to write."""
    return typeset_text(_INSTANT[why]).format(value=quoted(text))


# What is wrong with an argument, which is quoted in the place of the mark.
BAD_DAY = "La date {} n’est pas reconnue. Écrivez-la au format AAAA-MM-JJ, par exemple 2021-05-04."
BAD_AS_OF = BAD_DAY.removesuffix(".") + " (de 2018 à 2039)."
BAD_TERRITORY = "Le territoire {} n’est pas reconnu. Exemples : fr, reg-44, dep-52, com-52121."
BAD_PERIMETER = f"Le périmètre {{}} n’est pas reconnu. Valeurs possibles : {', '.join(Perimeter)}."
BAD_SEAL = (
    "Le sceau {} n’est pas reconnu. Donnez la ligne entière qu’a écrite python -m territoires "
    "seal : territoires:12:2026-11-28T19:44:23.123456+00:00:5f2c…"
)
BAD_SEEDS = (
    "Les données de départ n’ont pas pu être chargées ({}). Aucune ligne n’a été enregistrée."
)

_INSTANT = {
    "bad": (
        "L’instant {value} n’est pas reconnu. Exemples : 2026-11-30 (fin de ce jour à Paris), "
        "2026-11-30T14:02:00+01:00."
    ),
    "never": (
        "L’instant {value} n’existe pas : cette nuit-là, les horloges de Paris sautent de "
        f"2{NBSP}h à 3{NBSP}h. Donnez une heure qui a existé, par exemple 2026-03-29T03:30."
    ),
    "twice": (
        "L’instant {value} existe deux fois : cette nuit-là, les horloges de Paris reviennent de "
        f"3{NBSP}h à 2{NBSP}h. Dites lequel en ajoutant +02:00 pour le premier (heure d’été) ou "
        "+01:00 pour le second (heure d’hiver), par exemple 2026-10-25T02:30+02:00."
    ),
    "future": (
        "L’instant {value} n’est pas encore venu : rien ne dit ce que l’on saura alors. Donnez un "
        "jour d’aujourd’hui au plus tard, par exemple 2026-11-30."
    ),
}

# What is wrong with a part of an address; `instead` says what a page shows all the same.
ADDRESS = {
    "bad_au": (
        "La date {value} de l’adresse n’est pas reconnue{instead}. "
        "Exemple : au=2021-05-04 (de 2018 à 2039)."
    ),
    "bad_connu": (
        "L’instant {value} de l’adresse n’est pas reconnu{instead}. Exemple : connu=2026-11-30."
    ),
    "never_connu": f"{_INSTANT['never']}{{instead}}",
    "twice_connu": f"{_INSTANT['twice']}{{instead}}",
    "bad_terr": (
        "Le territoire {value} de l’adresse n’est pas reconnu{instead}. "
        "Exemples : terr=reg-44, terr=dep-52, terr=com-52121."
    ),
    "bad_perim": (
        "Le périmètre {value} de l’adresse n’est pas reconnu{instead}. "
        "Valeurs possibles : perim=acv, perim=hors-acv."
    ),
    "bad_listes": (
        "La valeur {value} n’est pas reconnue{instead}. "
        "Pour croire aussi les listes réputées complètes : listes=oui."
    ),
    "bad_nonprouves": (
        "La valeur {value} de l’adresse n’est pas reconnue{instead}. "
        "Pour compter aussi les rattachements non prouvés : nonprouves=oui."
    ),
}
_ALL_KNOWN = "tout ce qui est connu à ce jour est montré"
_INSTEAD = {
    "bad_au": " : la situation est donnée à aujourd’hui",
    "bad_connu": f" : {_ALL_KNOWN}",
    "never_connu": f" En attendant, {_ALL_KNOWN}.",
    "twice_connu": f" En attendant, {_ALL_KNOWN}.",
    "bad_terr": " : la France entière est montrée",
    "bad_perim": " : toutes les villes sont montrées",
    "bad_listes": (
        " : les bornes qui reposent sur une liste supposée complète sont laissées de côté"
    ),
    "bad_nonprouves": " : les centres dont le rattachement n’est pas prouvé sont comptés à part",
}


def address_message(code: str, value: str, *, is_shown: bool = True) -> str:
    """Say which part of an address makes no sense, quoting it.

    `is_shown`: a page stands there all the same, and the usual in place of the nonsense.
    """
    instead = typeset_text(_INSTEAD[code]) if is_shown else ""
    return typeset_text(ADDRESS[code]).format(value=quoted(shortened(value)), instead=instead)
