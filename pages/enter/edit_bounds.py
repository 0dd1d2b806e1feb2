"""Say before which day a step of a centre had not happened: add, correct, withdraw."""

from territoires.ui.enter.bound_form import BOUNDS
from territoires.ui.enter.statements import edit

edit(BOUNDS)
