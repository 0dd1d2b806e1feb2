"""What is said of a centre: what a field is called where it is asked, shown, kept and explained."""

from typing import Final, NamedTuple


class Said(NamedTuple):
    """One field: its label in forms, its meaning in the data dictionary.

    `history` names it in the history of the town, as its label does unless told otherwise; `card`
    heads it on the sheet of the town, where it has none unless told otherwise.
    """

    label: str
    meaning: str
    history: str = ""
    card: str = ""


CENTRE: Final = {
    "collectivity": Said(
        label="Collectivité qui porte le projet",
        meaning="collectivité porteuse",
        history="Collectivité",
        card="Projet porté par",
    ),
    "wave": Said(label="Vague", meaning="vague : AMI 1 ou AMI 2"),
    "address": Said(label="Adresse", meaning="adresse du centre", card="Adresse"),
    "regional_centre": Said(
        label="Centre régional du Cnam",
        meaning="centre régional du Cnam",
        history="Centre régional",
        card="Centre régional",
    ),
}
