"""What waits for a second person's word?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import validation as validation_page

desk = open_desk(
    "validation",
    lead="Ce que la saisie propose, comparé à ce qui est connu. Le public n’en voit rien avant "
    "qu’une seconde personne l’ait validé.",
)
validation_page.told(desk)
validation_page.queue(desk)
validation_page.own_drafts(desk)
validation_page.own_decided(desk)
