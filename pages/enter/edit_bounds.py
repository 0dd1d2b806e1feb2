"""Say before which day a step of a centre had not happened: add, correct, withdraw."""

from territoires.ui.desk import open_desk
from territoires.ui.enter.bound_form import BOUNDS
from territoires.ui.enter.statements import edit

desk = open_desk(
    "saisir-pas-avant",
    lead="Quand une source dit qu’une étape n’avait pas encore eu lieu, elle resserre ce que l’on "
    "sait de sa date.",
)
edit(desk, BOUNDS)
