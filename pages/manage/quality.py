"""What is late, what is missing, what contradicts itself?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import quality as quality_page

desk = open_desk(
    "qualite",
    lead="Ce qui manque, ce qui est en retard, ce qui se contredit. Le nom d’une ville mène à sa "
    "fiche.",
)
found = quality_page.chosen(desk)
quality_page.counts(desk, found)
quality_page.sections(found)
