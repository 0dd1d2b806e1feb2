"""Say which courses a centre gives: add one, correct it, withdraw what is wrong."""

from territoires.ui.desk import open_desk
from territoires.ui.enter.offering_form import OFFERINGS
from territoires.ui.enter.statements import edit

desk = open_desk(
    "saisir-formations",
    lead="Une formation qui s’arrête reçoit une date de fin\u00a0; seule une erreur se retire.",
)
edit(desk, OFFERINGS)
