"""What the files behind the figures are called, what is said of them, and why one is refused."""

from collections.abc import Mapping
from typing import Final

from territoires.domain.scope import Place, Scope
from territoires.french.numbers import NBSP
from territoires.french.places import including, typeset
from territoires.french.words import PERIMETERS

TITLES: Final = {
    "ouvertures": "Ouvertures certaines",
    "ouvertures-possibles": "Ouvertures possibles en plus",
    "centres": "Centres et villes labellisées",
    "trimestres": "Ouvertures par trimestre",
    "totaux-publies": "Totaux publiés",
    "inscriptions-centres": "Effectifs par centre",
    "inscriptions-regions": "Effectifs par année et région",
    "inscriptions-ages": "Effectifs par âge du centre",
    "inscriptions-filieres": "Effectifs par filière",
    "inscriptions-formations": "Effectifs par formation",
    "inscriptions-detail": "Effectifs, centre et formation",
    "inscriptions-internes": "Effectifs, centre et formation",
    "effectifs-publies": "Effectifs publiés",
    "formations": "Catalogue des formations",
    "offre": "Formations proposées",
    "formations-proches": "Formations proches",
    "filieres-regions": "Filières par région",
    "carte": "Villes de la carte",
    "couverture-par-rayon": "Habitants selon le rayon",
    "couverture-par-territoire": "Habitants par territoire",
    "distances": "Distances à vol d’oiseau",
    "ou-ouvrir": "Villes à ouvrir, dans l’ordre",
    "candidates": "Villes candidates",
    "etapes": "Étapes",
    "bande": "Bande des totaux crus, jour par jour",
    "totaux-recoupes": "Totaux recoupés",
    "contradictions-totaux": "Ce qui ne peut être vrai ensemble",
    "annonces": "Annonces et réalité",
    "annonces-ville": "Ouvertures annoncées",
    "dates-cherchees": "Villes dont on cherche la date",
    "pas-avant": "Premiers jours possibles",
    "pas-avant-ville": "Premiers jours possibles",
    "centres-proches": "Centres les plus proches",
    "villes-voisines": "Villes suivies du département",
    "formations-ville": "Formations proposées",
    "effectifs-ville": "Effectifs transmis",
    "totaux-publies-ville": "Chiffres publiés sur la ville",
    "historique-ville": "Sources et historique",
    "territoires": "Régions et départements",
    "courbes-territoires": "Jours où un compte change",
    "evolution-territoires": "Évolution entre deux dates",
    "comparaison": "Comparaison des territoires",
    "cote-a-cote": "Territoires côte à côte",
    "changements": "Ce qui a changé",
    "services": "Accompagnement",
    "sources": "Sources citées",
    "faits-source": "Ce qui repose sur une source",
}
"""The rows of each export: on the page, in the list of its files, and over the sheet."""
NOTES: Final = {
    "formations": (
        "Le catalogue est national et sans date\u00a0: seuls les centres et les villes qui "
        "proposent une formation sont ceux du territoire et de la date."
    ),
}
NATIONAL: Final = (
    "Liste nationale, sans date\u00a0: ni le territoire, ni le périmètre, ni la date ne la "
    "réduisent."
)
NOT_FOR_YOU: Final = (
    "Ce fichier est réservé aux personnes du Cnam compétentes dans tout ce territoire. "
    "Connectez-vous, ou choisissez votre région."
)
NO_SUCH_EXPORT: Final = (
    "Aucun fichier de ce nom. Ceux d’une page sont sous son bouton «\u00a0Exporter\u00a0»."
)


def bad_filter(text: str) -> str:
    """Quote the filter of a download that makes no sense."""
    return (
        f"Le filtre «\u00a0{text[:60]}\u00a0» de ce téléchargement n’est pas reconnu ou manque. "
        "Ouvrez la page et téléchargez de nouveau."
    )


def kept(scope: Scope, place: Place) -> str:
    """Say of rows where they are, among which towns, and what they count that is not proven."""
    among = f"{PERIMETERS[scope.perimeter]}{including(scope)}"
    return f"Territoire{NBSP}: {typeset(place.name)}. Périmètre{NBSP}: {among}."


def filtered(said: Mapping[str, str]) -> str:
    """Say the filters of the page that the rows were narrowed by, as its address does."""
    listed = ", ".join(f"{name}={text}" for name, text in said.items())
    return f"Filtres de la page, comme dans son adresse{NBSP}: {listed}."
