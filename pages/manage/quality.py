"""What is late, what is missing, what contradicts itself?"""

from territoires.ui import quality_parts
from territoires.ui.desk import open_desk

desk = open_desk(
    "qualite",
    lead="Ce qui manque, ce qui est en retard, ce qui se contredit. Le nom d’une ville mène à sa "
    "fiche.",
)
found = quality_parts.chosen(desk)
quality_parts.counts(desk, found)
quality_parts.sections(found)
