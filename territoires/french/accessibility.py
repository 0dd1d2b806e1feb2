"""The accessibility statement: what is checked, what remains hard, what to do then."""

from typing import Final

from territoires.french.numbers import NBSP, NNBSP

_STREAMLIT: Final = "https://github.com/streamlit/streamlit/issues"

STATUS: Final = (
    "Ce tableau de bord est fait pour être utilisé par tout le monde, au clavier, avec un lecteur "
    "d’écran, sur un téléphone ou avec un texte très agrandi. Cette page dit ce qui est vérifié, "
    "ce qui ne va pas encore, et comment obtenir l’information autrement."
)
CONFORMITY: Final = (
    "**Non conforme** au référentiel général d’amélioration de l’accessibilité (RGAA), en "
    f"l’absence d’audit{NBSP}: aucun tiers n’a encore contrôlé ce site, et rien d’autre ne "
    "permet de le dire conforme, même en partie."
)
ESTABLISHED: Final = f"""
- Déclaration établie le 28{NBSP}novembre 2026.
- Technologies dont le site dépend{NBSP}: HTML, CSS, JavaScript, SVG.
- Environnement des vérifications{NBSP}: Chromium sous Linux, axe-core, clavier, écrans de 320, 390
  et 1{NNBSP}440 pixels de large. Aucun lecteur d’écran n’a encore été essayé.
"""
CHECKED: Final = f"""
- Chaque page par l’outil axe-core, qui ne doit rien y trouver dont nous soyons la cause, et ses
  contrastes de nouveau dans le thème sombre, où seules les couleurs changent.
- La langue de la page, son titre, l’ordre et le niveau de ses intertitres, les noms de tous les
  boutons et de tous les champs, en français.
- Le clavier seul{NBSP}: lien d’évitement, ordre des arrêts, focus visible, et la saisie complète
  d’une ouverture sans souris.
- Un texte agrandi quatre fois et un écran de téléphone, sans défilement de gauche à droite.
- Le contraste des textes et des traits, et des symboles en plus des couleurs.
- La réduction des animations, quand votre appareil la demande, et l’impression.
"""
LIMITS: Final = f"""
- Les tableaux sont dessinés par la bibliothèque Streamlit dans une grille que les lecteurs d’écran
  parcourent, mais dont le menu de colonne n’est pas atteint au clavier
  ([suivi chez Streamlit]({_STREAMLIT}/13332)).
- La colonne de cases qui sert à choisir une ligne n’a pas de titre.
- Le dépôt d’un fichier{NBSP}: Streamlit y place un champ dans un élément dit décoratif, et son
  texte d’aide est peu contrasté ([suivi]({_STREAMLIT}/8288)). Le bouton qui l’accompagne s’atteint
  au clavier.
- Un clic sur la carte n’a pas d’équivalent au clavier dans la carte elle-même{NBSP}: la liste à
  côté d’elle, dans le même ordre, mène aux mêmes fiches.
- Aucun essai par des personnes handicapées n’a encore eu lieu.
"""
OTHERWISE: Final = f"""
- Au-dessus de chaque graphique, une phrase dit ce qu’il montre{NNBSP}; elle est aussi son texte de
  remplacement.
- Sous chaque graphique, «{NBSP}Voir les données{NBSP}» donne ses lignes.
- Le bouton «{NBSP}Exporter{NBSP}», en haut des pages de lecture, donne les lignes de la page en
  fichiers à ouvrir dans un tableur, CSV et Excel.
"""


def contact(address: str | None) -> str:
    """Say whom to tell, and what to do when nobody answers."""
    first = (
        f"Écrivez à [{address}](mailto:{address}), en disant sur quelle page et avec quels outils."
        if address
        else f"L’adresse de contact de ce site n’a pas encore été renseignée{NBSP}: adressez-vous "
        "à votre interlocuteur habituel au Cnam."
    )
    return (
        f"{first} Si vous n’obtenez pas de réponse satisfaisante, vous pouvez saisir le "
        "[Défenseur des droits](https://formulaire.defenseurdesdroits.fr/)."
    )
