"""What do people in the field tell us, and what do we answer?"""

from territoires.ui.desk import open_desk
from territoires.ui.manage import reports as reports_page

desk = open_desk(
    "signalements",
    lead="Ce que des gens du terrain nous disent, sans compte. Le public n’en voit rien\u00a0; "
    "chacun suit le sien à l’adresse qui lui a été donnée.",
)
reports_page.told(desk)
reports_page.queue(desk)
reports_page.sorting(desk)
