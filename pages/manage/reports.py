"""What do people in the field tell us, and what do we answer?"""

from territoires.ui import report_parts
from territoires.ui.desk import open_desk

desk = open_desk(
    "signalements",
    lead="Ce que des gens du terrain nous disent, sans compte. Le public n’en voit rien\u00a0; "
    "chacun suit le sien à l’adresse qui lui a été donnée.",
)
report_parts.told(desk)
report_parts.queue(desk)
report_parts.sorting(desk)
