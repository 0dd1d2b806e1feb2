"""What waits for a second person's word?"""

from territoires.ui import validation_parts
from territoires.ui.desk import open_desk

desk = open_desk(
    "validation",
    lead="Ce que la saisie propose, comparé à ce qui est connu. Le public n’en voit rien avant "
    "qu’une seconde personne l’ait validé.",
)
validation_parts.told(desk)
validation_parts.queue(desk)
validation_parts.own_drafts(desk)
validation_parts.own_decided(desk)
