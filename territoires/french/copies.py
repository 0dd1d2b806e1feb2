"""What is said of copies of a database: moved, backed up, verified, put back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from territoires.domain.errors import CopyError, DatabaseError
from territoires.french.dates import instant
from territoires.french.numbers import counted, number, quoted
from territoires.french.typography import typeset_text

OF_BACKUPS = "de sauvegardes "
MADE = "Sauvegarde écrite\u00a0: {path}"
REPLACED = "Ce que la base contenait est sauvegardé\u00a0: {path}"
RESTORED = (
    "Sauvegarde restaurée dans {where}. Chacun doit se reconnecter\u202f; relancez le tableau de "
    "bord s’il tournait."
)

BAD_URL = (
    "{} n’est pas l’adresse d’une base. Exemples : postgresql://utilisateur@hôte/base, "
    "sqlite:////dossier/copie.db."
)

_PROBLEMS = {
    "differs": (
        "La copie ne correspond pas à l’original (table {where}, lignes lues / retrouvées : "
        "{detail}). Elle n’a pas été gardée."
    ),
    "unsound": (
        "{where} contient des anomalies (nombre : {detail}) : rien n’a été écrit. Pour les voir : "
        "python -m territoires check ou verify."
    ),
    "rejected": (
        "La base d’arrivée refuse une ligne de la table {where} ({detail}). Rien n’a été écrit."
    ),
    "unwritable": "Impossible d’écrire dans {where} ({detail}) : aucune sauvegarde faite.",
    "missing": "La sauvegarde {where} n’existe pas ou ne peut être lue.",
    "not_a_backup": "{where} n’est pas une sauvegarde de Territoires. Rien n’a été modifié.",
    "no_checksum": (
        "L’empreinte de {where} manque : le fichier {detail} doit être à côté de lui. Sans elle, "
        "rien ne dit que la sauvegarde est entière."
    ),
    "checksum": (
        "{where} n’a plus l’empreinte notée quand il a été écrit : il est endommagé, incomplet ou "
        "modifié. Rien n’a été modifié dans la base ; prenez une autre sauvegarde."
    ),
    "damaged": (
        "{where} est endommagé ({detail}). Rien n’a été modifié dans la base ; prenez une autre "
        "sauvegarde."
    ),
    "too_new": (
        "{where} vient d’une version plus récente de Territoires (révision {detail}). Mettez le "
        "logiciel à jour ; rien n’a été modifié."
    ),
}

# What the system answers to who writes, by its own names (errno); it says them in English.
_WHY = {
    "EACCES": "accès refusé",
    "EEXIST": "un fichier est là où il faut un dossier",
    "EIO": "le disque répond par une erreur",
    "ELOOP": "des liens y tournent en rond",
    "ENAMETOOLONG": "nom trop long",
    "ENOTDIR": "un fichier est là où il faut un dossier",
    "EPERM": "opération interdite",
    "EROFS": "disque en lecture seule",
}

_RESTORING = {
    "not_empty": (
        "La base {detail} contient déjà des tables : rien n’y a été écrit. Pour la remplacer, "
        "après une sauvegarde de ce qu’elle contient : --replace."
    ),
    "damaged": (
        "La base à remplacer est endommagée ({detail}) : elle n’a pas pu être sauvegardée ni "
        "remplacée. Arrêtez le tableau de bord, mettez de côté ensemble le fichier de la base et "
        "ceux qui portent son nom suivi de -wal et -shm, puis relancez la même commande."
    ),
}
_RESTORING["not_a_database"] = _RESTORING["damaged"]


def none_in(folder: str) -> str:
    """Say that a folder holds no backup to compare the journal with."""
    return f"Aucune sauvegarde dans {quoted(folder)}\u00a0: le journal n’y a pas été comparé."


def message(error: CopyError) -> str:
    """Say why a copy was not made or a backup not accepted, and what to do."""
    detail = error.detail
    if error.code == "unwritable":
        detail = _WHY.get(detail, f"erreur {detail} du système")
    return typeset_text(_PROBLEMS[error.code]).format(where=error.where, detail=detail)


def restoring(error: DatabaseError) -> str | None:
    """Say what the database itself opposes to a restoration, None when nothing special."""
    text = _RESTORING.get(error.code)
    return typeset_text(text).format(detail=error.detail) if text else None


def copied_lines(contents: Sequence[Any], *, where: str) -> Iterator[str]:
    """Say table by table what was copied; each has `table`, `rows` and `digest`."""
    for content in contents:
        rows = counted(content.rows, "ligne")
        yield typeset_text(f"{content.table} : {rows}, empreinte {content.digest[:16]}")
    total = counted(sum(content.rows for content in contents), "ligne copiée")
    yield typeset_text(
        f"{total} dans {where}, relues et identiques ; chaîne du journal vérifiée, sans anomalie. "
        "Les connexions ouvertes ne sont pas copiées : chacun se reconnecte."
    )


def described(
    made_at: datetime, act: int, act_at: datetime | None, facts: int, versions: int
) -> str:
    """Say when a backup was made and what it holds."""
    upto = f"jusqu’à l’acte n° {number(act)} ({instant(act_at)})" if act_at else "journal vide"
    return typeset_text(
        f"Sauvegarde du {instant(made_at)}, {upto} : {counted(facts, 'fait')}, "
        f"{counted(versions, 'version')}."
    )


def holds(sha256: str, *, faults: int) -> str:
    """Say whether a backup can be relied upon."""
    if faults:
        return typeset_text(
            f"Empreinte exacte ({sha256[:16]}), mais {counted(faults, 'anomalie')} dans la base "
            "sauvegardée : ne la restaurez pas sans comprendre."
        )
    return typeset_text(
        f"Empreinte exacte ({sha256[:16]}), chaîne du journal intacte, aucune anomalie."
    )


def pruned(removed: int, *, unsound: bool) -> str:
    """Say what was removed to make room."""
    if unsound:
        return "Les sauvegardes précédentes sont toutes gardées."
    return f"{counted(removed, 'ancienne sauvegarde effacée')}."


def erased(reports: int) -> str:
    """Say of how many reports from the field the texts were erased, their time having come."""
    return f"{counted(reports, 'signalement effacé')} (texte et adresse)."
