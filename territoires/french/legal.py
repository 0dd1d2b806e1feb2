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
  requête vers un autre site. Deux cookies sont posés à la lecture, jusqu’à la fermeture du
  navigateur{NBSP}: l’un protège les formulaires, l’autre vous garde au même serveur.
- Votre navigateur garde pour lui l’heure de votre dernière visite. Elle ne nous est envoyée que si
  vous demandez ce qui a changé depuis.
- Les personnes qui saisissent se connectent{NBSP}: leur nom, leur adresse électronique et la date
  de leurs actes sont gardés, parce que chaque correction doit pouvoir être expliquée. Un cookie
  tient leur session, douze heures au plus.
- Le nombre et la liste que l’on [compare aux nôtres](/comparer) sont lus, puis oubliés{NBSP}:
  rien n’en est gardé, ni dans la base, ni dans un fichier, ni dans un journal.
- Qui nous [signale quelque chose](/signaler) n’a rien à dire de soi. L’adresse électronique,
  facultative, ne sert qu’à répondre. Elle est effacée six mois après la réponse, avec le message,
  la source et la fonction{NBSP}; dix-huit mois après l’envoi si personne n’a répondu. Le journal
  n’en garde qu’une empreinte, dont rien ne se déduit. Le tableau de bord ne garde pas l’adresse
  réseau{NBSP}: une empreinte, autre chaque jour, borne les envois, puis disparaît.
- Les sauvegardes de plus de trente jours sont effacées{NBSP}: ce qui l’a été de la base n’y reste
  pas plus longtemps.
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
