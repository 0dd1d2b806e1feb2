"""What the command line says of the accounts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from territoires.domain.roles import Role
from territoires.french.desk import account_state
from territoires.french.numbers import NBSP
from territoires.french.words import ROLES

_DONE: Final = {
    "add": "Compte ajouté",
    "role": "Rôle changé",
    "disable": "Compte désactivé",
    "enable": "Compte réactivé",
    "reset": "Mot de passe remplacé",
    "forget": "Identité oubliée",
}


def missing_setting(variable: str) -> str:
    """Say which variable the description of an identity provider lacks."""
    return (
        f"La variable {variable} manque{NBSP}: un fournisseur d’identité se décrit par les quatre "
        "variables TERRITOIRES_OIDC_METADATA_URL, TERRITOIRES_OIDC_CLIENT_ID, "
        "TERRITOIRES_OIDC_CLIENT_SECRET et TERRITOIRES_OIDC_COOKIE_SECRET, et par "
        "TERRITOIRES_PUBLIC_URL, l’adresse des visiteurs. Donnez-les toutes, ou aucune des quatre."
    )


def line(row: Mapping[str, Any]) -> str:
    """Write an account in a line."""
    role = ROLES[Role(row["role"])]
    where = f" ({row['region_names']})" if row["region_names"] else ""
    return f"{row['email']}{NBSP}: {row['name']}, {role}{where}, {account_state(row)}"


def done(act: str, email: str, password: str, file: Path | None = None) -> str:
    """Say what was done, with the password that is shown only here, or the file that holds it."""
    said = f"{_DONE[act]}{NBSP}: {email}"
    if not password:
        return said
    where = (
        f"    mot de passe à usage unique  {password}\nIl n’est affiché qu’ici, vaut"
        if file is None
        else f"    mot de passe à usage unique, dans le fichier  {file}\n"
        "Vous seul pouvez le lire. Supprimez-le ensuite\u202f; le mot de passe vaut"
    )
    return f"{said}\n{where} 24 heures et sera remplacé à la première connexion."
