"""What the pages of the account say: sign in, sign out, change the password."""

from datetime import datetime
from typing import Final

from territoires.french.dates import instant
from territoires.french.numbers import NBSP

TITLE: Final = "Se connecter"
LEAD: Final = (
    "La consultation est libre. La connexion sert à saisir, corriger et valider les données."
)
EMAIL: Final = "Adresse électronique"
PASSWORD: Final = "Mot de passe"  # noqa: S105 - a label
SIGN_IN: Final = "Se connecter"
BACK: Final = "Revenir au tableau de bord"
TOO_HEAVY: Final = "Ce formulaire est trop long\u00a0: il n’a pas été lu."
NOT_OURS: Final = "Ce formulaire n’est pas l’un des nôtres\u00a0: il a trop de champs."
TOO_MANY: Final = (
    "Trop de personnes se connectent en ce moment\u00a0: réessayez dans quelques secondes."
)
NO_LOCAL: Final = (
    "Ce tableau de bord n’a pas de comptes à lui\u00a0: connectez-vous avec votre compte "
    "professionnel."
)
FORGOTTEN: Final = (
    "Mot de passe oublié\u202f? Un administrateur peut vous en donner un nouveau, à usage unique."
)

CHANGE_TITLE: Final = "Changer de mot de passe"
CHANGE_LEAD: Final = (
    "Choisissez au moins douze caractères, par exemple quatre mots sans rapport entre eux."
)
CHANGE_FIRST: Final = "Ce mot de passe est provisoire\u00a0: remplacez-le avant de continuer."
CURRENT: Final = "Mot de passe actuel"
NEW: Final = "Nouveau mot de passe"
AGAIN: Final = "Le même, une seconde fois"
CHANGE: Final = "Changer le mot de passe"
DIFFERENT: Final = (
    "Les deux saisies du nouveau mot de passe diffèrent. Retapez-le deux fois à l’identique."
)

ADDRESS: Final = "Votre adresse électronique"
ADDRESS_WANTED: Final = (
    "Donnez votre adresse électronique, par exemple prenom.nom@lecnam.net\u00a0: elle remplace "
    "celle du premier compte."
)

SESSIONS: Final = "Mes sessions"
SESSIONS_LEAD: Final = "Où vous êtes connecté en ce moment."
END_OTHERS: Final = "Fermer les autres sessions"

SIGN_OUT_TITLE: Final = "Se déconnecter"
SIGN_OUT_LEAD: Final = "Votre session prendra fin dans tous les onglets de ce navigateur."
SIGN_OUT: Final = "Se déconnecter"

NOT_FROM_HERE: Final = (
    "Cette demande ne vient pas d’une page du tableau de bord\u00a0: elle a été refusée. "
    "Revenez à la page du formulaire et recommencez."
)
SIGNED_OUT: Final = "Votre session est terminée. Connectez-vous pour continuer."

WITH_PROVIDER: Final = "Se connecter avec mon compte professionnel"
OR_LOCAL: Final = f"Ou avec un compte de ce tableau de bord{NBSP}:"
OTHER_ACCOUNT: Final = "Se connecter avec un autre compte"
CONNECTED_TITLE: Final = "Vous êtes connecté"
CONNECTED: Final = (
    "Fermez cet onglet et revenez à celui de votre saisie : elle vous y attend, et peut être "
    "enregistrée."
)
PROVIDER_FAILED: Final = (
    "La connexion auprès du fournisseur d’identité n’a pas abouti. Recommencez ; si cela se "
    "répète, écrivez à l’administration."
)
NO_EMAIL: Final = (
    "Le fournisseur d’identité n’a pas transmis d’adresse électronique : sans elle, nous ne savons "
    "pas qui vous êtes. La consultation reste libre."
)


def session(browser: str, since: datetime, seen: datetime, *, here: bool) -> str:
    """Describe a session: `Firefox, Windows : depuis le 4 mai 2021 à 14 h 02 …`."""
    name = browser or "Navigateur non reconnu"
    if here:
        return f"{name}{NBSP}: cette session, ouverte le {instant(since)}"
    return f"{name}{NBSP}: ouverte le {instant(since)}, vue le {instant(seen)}"


def unverified(email: str) -> str:
    """Say that the provider does not vouch for the address."""
    return (
        f"Le fournisseur d’identité n’atteste pas que l’adresse {email} est la vôtre. "
        "Faites-la vérifier auprès de lui, puis recommencez. La consultation reste libre."
    )


def unknown_address(email: str) -> str:
    """Say that somebody known to the provider is not of the staff."""
    return (
        f"Vous êtes reconnu comme {email}, mais cette adresse n’a pas de compte ici : vous pouvez "
        "consulter, pas saisir. Pour saisir, demandez un compte à l’administration."
    )
