"""Say which courses a centre gives: add one, correct it, withdraw what is wrong."""

from territoires.ui.enter.offering_form import OFFERINGS
from territoires.ui.enter.statements import edit

edit(OFFERINGS)
