"""What « Mentions légales » says: who publishes, who hosts, which rights, which cookies."""

from typing import Final

from territoires.french.numbers import NBSP

RIGHTS: Final = f"""
Les données sont sous Licence Ouverte 2.0{NBSP}: chacun peut les reprendre en citant leur source et
leur date. Les sources de chaque fait et les licences des fichiers repris sont sur la page
[Méthode et sources](methode#licences).
"""
PRIVACY: Final = f"""
- Lire ne demande ni compte ni consentement{NBSP}: aucune mesure d’audience, aucun traceur, aucune
  requête vers un autre site. Le seul cookie posé à la lecture protège les formulaires.
- Les personnes qui saisissent se connectent{NBSP}: leur nom, leur adresse électronique et la date
  de leurs actes sont gardés, parce que chaque correction doit pouvoir être expliquée. Un cookie
  tient leur session, douze heures au plus.
"""
_UNKNOWN: Final = "L’organisme qui {does} ce site n’a pas encore été renseigné."


def publisher(name: str | None) -> str:
    """Say who answers for what is published."""
    return f"{name}." if name else _UNKNOWN.format(does="publie")


def host(name: str | None) -> str:
    """Say on whose machines the site runs."""
    return f"{name}." if name else _UNKNOWN.format(does="héberge")


def rights(address: str | None) -> str:
    """Say to whom one writes about one's own data, and who hears complaints."""
    write = f"écrivez à [{address}](mailto:{address})" if address else "adressez-vous à l’éditeur"
    return (
        f"Pour connaître, faire corriger ou effacer ce qui vous concerne, {write}. Vous pouvez "
        "aussi saisir la [CNIL](https://www.cnil.fr/fr/plaintes)."
    )
